//! Owns the lines of a tree: each span in its place, with what the calls below it took.

use std::time::SystemTime;

use opentelemetry::trace::SpanId;

use super::buffer::{State, Tree};
use super::row::{Row, Usage};
use super::style::Glyphs;
use crate::forest::{self, Placed};

/// A span in its place.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) row: &'a Row,
    /// The branches on the left of the name.
    pub(super) indent: String,
    /// What the span says that it took, else what the calls below it took.
    pub(super) usage: Usage,
    parent: Option<usize>,
}

/// Returns the spans depth first, siblings in the order in which they started.
///
/// Where the span above is missing, the topmost spans hang from the line that says so.
pub(super) fn outline<'a>(tree: &'a Tree, glyphs: &Glyphs) -> Vec<Node<'a>> {
    let hang = tree.state != State::Complete;
    let mut nodes: Vec<Node<'a>> = forest::place(&tree.rows, glyphs.branches, hang)
        .into_iter()
        .map(|Placed { span: row, indent, parent }| Node {
            row,
            indent,
            usage: Usage::default(),
            parent,
        })
        .collect();
    add_up(&mut nodes, tree.is_whole);
    nodes
}

impl forest::Span for Row {
    fn id(&self) -> SpanId {
        self.id
    }

    fn parent(&self) -> Option<SpanId> {
        self.parent
    }

    fn start(&self) -> SystemTime {
        self.start
    }
}

/// What the calls below a span took together.
#[derive(Clone, Copy, Default)]
struct Sum {
    usage: Usage,
    /// Whether a call took tokens and has no price: then the sum would be too low.
    is_unpriced: bool,
}

/// Gives each span what it took. What a span says of itself is not counted again below it.
fn add_up(nodes: &mut [Node<'_>], is_whole: bool) {
    let mut sums = vec![Sum::default(); nodes.len()];
    // Children come after their parent.
    for at in (0..nodes.len()).rev() {
        let node = &mut nodes[at];
        let own = node.row.call.as_ref().map(|call| call.usage).unwrap_or_default();
        node.usage = own.or(sums[at].total());
        if let Some(parent) = node.parent.filter(|_| is_whole) {
            sums[parent].add(node.usage);
        }
    }
}

impl Sum {
    fn add(&mut self, usage: Usage) {
        let counts = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (known, None) | (None, known) => known,
        };
        let total = &mut self.usage;
        self.is_unpriced |= usage.cost.is_none() && !usage.is_empty();
        total.input = counts(total.input, usage.input);
        total.cache_read = counts(total.cache_read, usage.cache_read);
        total.output = counts(total.output, usage.output);
        if let Some(cost) = usage.cost {
            total.cost = Some(total.cost.unwrap_or_default() + cost);
        }
    }

    fn total(mut self) -> Usage {
        if self.is_unpriced {
            self.usage.cost = None;
        }
        self.usage
    }
}
