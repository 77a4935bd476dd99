//! Owns the order of the lines: each span below its parent, with what the calls below it took.

use std::collections::{HashMap, HashSet};

use opentelemetry::trace::SpanId;

use super::buffer::{State, Tree};
use super::row::{Row, Usage};
use super::style::Glyphs;

/// How deep a tree is indented.
const DEPTH: usize = 16;

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

/// A span whose turn has not come.
struct Pending<'a> {
    row: &'a Row,
    parent: Option<usize>,
    /// Where its line hangs; `None` for a root.
    hangs: Option<Hangs>,
}

struct Hangs {
    trunks: String,
    is_last: bool,
}

/// Returns the spans depth first, siblings in the order in which they started.
///
/// Where the span above is missing, the topmost spans hang from the line that says so.
pub(super) fn outline<'a>(tree: &'a Tree, glyphs: &Glyphs) -> Vec<Node<'a>> {
    let known: HashSet<SpanId> = tree.rows.iter().map(|row| row.id).collect();
    let mut children: HashMap<Option<SpanId>, Vec<&Row>> = HashMap::new();
    for row in &tree.rows {
        let parent = row.parent.filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(row);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|row| (row.start, row.id.to_bytes()));
    }

    let mut nodes = Vec::with_capacity(tree.rows.len());
    // No recursion: how deep a trace is, is not ours to say.
    let mut stack = Vec::new();
    let tops = children.remove(&None).unwrap_or_default();
    push(&mut stack, tops, None, (tree.state != State::Complete).then_some(""));
    while let Some(Pending { row, parent, hangs }) = stack.pop() {
        let at = nodes.len();
        let below = children.remove(&Some(row.id)).unwrap_or_default();
        let trunks = hangs.as_ref().map_or_else(String::new, |hangs| hangs.below(glyphs));
        push(&mut stack, below, Some(at), Some(&trunks));
        let indent = hangs.map_or_else(String::new, |hangs| hangs.line(glyphs));
        nodes.push(Node { row, indent, usage: Usage::default(), parent });
    }
    add_up(&mut nodes, tree.is_whole);
    nodes
}

/// Puts siblings on the stack so that the first is on top.
fn push<'a>(
    stack: &mut Vec<Pending<'a>>,
    siblings: Vec<&'a Row>,
    parent: Option<usize>,
    trunks: Option<&str>,
) {
    for (from_last, row) in siblings.into_iter().rev().enumerate() {
        let hangs =
            trunks.map(|trunks| Hangs { trunks: trunks.to_owned(), is_last: from_last == 0 });
        stack.push(Pending { row, parent, hangs });
    }
}

impl Hangs {
    fn line(mut self, glyphs: &Glyphs) -> String {
        self.trunks.push_str(if self.is_last { glyphs.last_branch } else { glyphs.branch });
        self.trunks
    }

    fn below(&self, glyphs: &Glyphs) -> String {
        let step = if self.is_last { glyphs.no_trunk } else { glyphs.trunk };
        let is_deep = self.trunks.chars().count() >= DEPTH * step.chars().count();
        self.trunks.clone() + if is_deep { "" } else { step }
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
