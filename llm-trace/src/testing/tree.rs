//! Owns [`SpanTree`]: the spans of a capture below each other, and how they read in a snapshot.

use std::fmt;

use super::shape::{self, Mismatch};
use super::span::CapturedSpan;
use crate::forest::{self, Placed};
use crate::outcome::Outcome;

/// The spans of a capture as trees, siblings in the order in which they started.
///
/// Its `Display` is made for inline snapshots: names, and what went otherwise than well. It is the
/// notation of [`assert_trace!`](crate::assert_trace), so a printed tree can be pasted there.
///
/// ```
/// use llm_trace::{llm_span, testing::capture};
///
/// #[llm_span(tool = "add")]
/// fn add(left: u8, right: u8) -> Result<u8, u8> {
///     left.checked_add(right).ok_or(left)
/// }
///
/// #[llm_span(workflow = "sums")]
/// fn sums() {
///     add(1, 2).ok();
/// }
///
/// let capture = capture();
/// capture.run(sums);
/// assert_eq!(capture.tree().to_string(), "invoke_workflow sums\n└─ execute_tool add\n");
/// ```
#[derive(Clone, Debug)]
pub struct SpanTree {
    roots: Vec<Branch>,
    open: Vec<String>,
    shown: Vec<String>,
}

/// A span and the spans below it.
#[derive(Clone, Debug)]
pub struct Branch {
    span: CapturedSpan,
    children: Vec<Branch>,
    /// What is drawn on the left of the name.
    pub(super) indent: String,
}

impl SpanTree {
    pub(super) fn new(spans: &[CapturedSpan], open: Vec<String>) -> Self {
        let placed = forest::place(spans, &forest::UNICODE, false);
        let parents: Vec<_> = placed.iter().map(|placed| placed.parent).collect();
        let mut branches: Vec<_> = placed
            .into_iter()
            .map(|Placed { span, indent, .. }| {
                Some(Branch { span: span.clone(), children: Vec::new(), indent })
            })
            .collect();
        // Children come after their parent, so each is complete when its turn comes from the end.
        let mut roots = Vec::new();
        for at in (0..branches.len()).rev() {
            let Some(mut branch) = branches[at].take() else { continue };
            branch.children.reverse();
            let parent = parents[at].and_then(|parent| branches[parent].as_mut());
            parent.map_or(&mut roots, |parent| &mut parent.children).push(branch);
        }
        roots.reverse();
        Self { roots, open, shown: Vec::new() }
    }

    /// Returns the topmost spans.
    #[must_use]
    pub fn roots(&self) -> &[Branch] {
        &self.roots
    }

    /// Returns the names of the spans that had not ended, and are not in the tree.
    #[must_use]
    pub fn open(&self) -> &[String] {
        &self.open
    }

    /// Shows further facts of each span that has them, by their short names or keys, as in
    /// `tree.with(["tokens.in", "cost"])`.
    #[must_use]
    pub fn with<I>(mut self, facts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.shown.extend(facts.into_iter().map(Into::into));
        self
    }

    /// Compares the spans with a drawn tree.
    ///
    /// # Errors
    ///
    /// Says where the two differ, or which line is not in the notation.
    pub fn compare(&self, drawn: &str) -> Result<(), Mismatch> {
        shape::compare(self, drawn)
    }
}

impl Branch {
    /// Returns the span.
    #[must_use]
    pub fn span(&self) -> &CapturedSpan {
        &self.span
    }

    /// Returns the spans below, in the order in which they started.
    #[must_use]
    pub fn children(&self) -> &[Branch] {
        &self.children
    }

    /// Counts this span and all below it.
    pub(super) fn size(&self) -> usize {
        1 + self.children.iter().map(Branch::size).sum::<usize>()
    }

    /// The line of this span, with these facts beside those of a failure.
    pub(super) fn line(&self, facts: &[String]) -> String {
        let span = &self.span;
        let mut said = Vec::new();
        let failed =
            span.fact("outcome").is_some_and(|outcome| outcome.as_str() != Outcome::Ok.as_str());
        let always = ["outcome", "error"].into_iter().filter(|_| failed);
        for name in always.chain(facts.iter().map(String::as_str)) {
            let known = said.iter().any(|(said, _)| *said == name);
            if let Some(value) = span.fact(name).filter(|_| !known) {
                let is_time = name == "duration";
                said.push((
                    name,
                    if is_time { format!("{:?}", span.duration()) } else { shape::quoted(&value) },
                ));
            }
        }
        let said: Vec<_> = said.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let said =
            if said.is_empty() { String::new() } else { format!(" {{{}}}", said.join(", ")) };
        format!("{}{}{said}", self.indent, span.name())
    }

    fn draw(&self, facts: &[String], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.line(facts))?;
        self.children.iter().try_for_each(|child| child.draw(facts, f))
    }
}

impl fmt::Display for SpanTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.roots.iter().try_for_each(|root| root.draw(&self.shown, f))?;
        self.open.iter().try_for_each(|name| writeln!(f, "still open: {name}"))
    }
}
