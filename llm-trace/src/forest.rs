//! Owns the order of a drawn trace: each span below its parent, siblings as they started.

use std::collections::{HashMap, HashSet};
use std::time::SystemTime;

use opentelemetry::trace::SpanId;

/// How deep a tree is indented.
const DEPTH: usize = 16;

/// What is needed of a span to find its place.
pub(crate) trait Span {
    fn id(&self) -> SpanId;
    fn parent(&self) -> Option<SpanId>;
    fn start(&self) -> SystemTime;
}

/// The characters that the branches are drawn with.
#[derive(Debug)]
pub(crate) struct Branches {
    branch: &'static str,
    last_branch: &'static str,
    trunk: &'static str,
    no_trunk: &'static str,
}

pub(crate) const UNICODE: Branches =
    Branches { branch: "├─ ", last_branch: "└─ ", trunk: "│  ", no_trunk: "   " };

#[cfg(feature = "console")]
pub(crate) const ASCII: Branches =
    Branches { branch: "|- ", last_branch: "`- ", trunk: "|  ", no_trunk: "   " };

/// A span in its place.
#[derive(Debug)]
pub(crate) struct Placed<'a, T> {
    pub(crate) span: &'a T,
    /// The branches on the left of the name.
    pub(crate) indent: String,
    /// Which of the spans before is the parent.
    pub(crate) parent: Option<usize>,
}

/// A span whose turn has not come.
struct Pending<'a, T> {
    span: &'a T,
    parent: Option<usize>,
    /// Where its line hangs; `None` for a root.
    hangs: Option<Hangs>,
}

struct Hangs {
    trunks: String,
    is_last: bool,
}

/// Returns the spans depth first, siblings in the order in which they started. If `hang`, the
/// topmost spans hang from a line that the caller draws above.
pub(crate) fn place<'a, T: Span>(
    spans: &'a [T],
    branches: &Branches,
    hang: bool,
) -> Vec<Placed<'a, T>> {
    let known: HashSet<SpanId> = spans.iter().map(Span::id).collect();
    let mut children: HashMap<Option<SpanId>, Vec<&T>> = HashMap::new();
    for span in spans {
        let parent = span.parent().filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(span);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|span| (span.start(), span.id().to_bytes()));
    }

    let mut placed = Vec::with_capacity(spans.len());
    // No recursion: how deep a trace is, is not ours to say.
    let mut stack = Vec::new();
    let tops = children.remove(&None).unwrap_or_default();
    push(&mut stack, tops, None, hang.then_some(""));
    while let Some(Pending { span, parent, hangs }) = stack.pop() {
        let at = placed.len();
        let below = children.remove(&Some(span.id())).unwrap_or_default();
        let trunks = hangs.as_ref().map_or_else(String::new, |hangs| hangs.below(branches));
        push(&mut stack, below, Some(at), Some(&trunks));
        let indent = hangs.map_or_else(String::new, |hangs| hangs.line(branches));
        placed.push(Placed { span, indent, parent });
    }
    placed
}

/// Puts siblings on the stack so that the first is on top.
fn push<'a, T>(
    stack: &mut Vec<Pending<'a, T>>,
    siblings: Vec<&'a T>,
    parent: Option<usize>,
    trunks: Option<&str>,
) {
    for (from_last, span) in siblings.into_iter().rev().enumerate() {
        let hangs =
            trunks.map(|trunks| Hangs { trunks: trunks.to_owned(), is_last: from_last == 0 });
        stack.push(Pending { span, parent, hangs });
    }
}

impl Hangs {
    fn line(mut self, branches: &Branches) -> String {
        self.trunks.push_str(if self.is_last { branches.last_branch } else { branches.branch });
        self.trunks
    }

    fn below(&self, branches: &Branches) -> String {
        let step = if self.is_last { branches.no_trunk } else { branches.trunk };
        let is_deep = self.trunks.chars().count() >= DEPTH * step.chars().count();
        self.trunks.clone() + if is_deep { "" } else { step }
    }
}
