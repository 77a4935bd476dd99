//! Finds which span is which line, so that the fewest of both are left over. A cost of 0 is a match.

use super::notation::Line;
use super::unordered;
use crate::testing::tree::Branch;

/// Lines and spans beside each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Aligned<'a> {
    pub(super) cost: usize,
    pub(super) rows: Vec<Row<'a>>,
}

/// A line, a span, or both.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) depth: usize,
    /// The line, where it is to be shown.
    pub(super) expected: Option<&'a Line>,
    /// The line that the span was compared with.
    pub(super) of: Option<&'a Line>,
    pub(super) actual: Option<&'a Branch>,
    pub(super) fault: Option<String>,
}

/// What becomes of the next line and the next span.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// They belong together.
    Pair,
    /// The span is left over.
    Extra,
    /// The span is one of `...`.
    Rest,
    /// The line is left over, or was not needed.
    Skip,
}

/// Aligns what is below one span with what is drawn below one line.
pub(super) fn siblings<'a>(
    lines: &'a [Line],
    spans: &'a [Branch],
    is_unordered: bool,
) -> Aligned<'a> {
    if is_unordered { unordered::align(lines, spans) } else { ordered(lines, spans) }
}

/// Aligns a line with a span, and all below both; `None` if the name is another.
pub(super) fn pair<'a>(line: &'a Line, branch: &'a Branch) -> Option<Aligned<'a>> {
    let name = line.name.as_deref()?;
    if !super::glob::matches(name, branch.span().name()) {
        return None;
    }
    let fault = line.predicates.iter().find_map(|predicate| predicate.fault(branch.span()));
    let mut aligned = Aligned { cost: usize::from(fault.is_some()), rows: Vec::new() };
    let (expected, actual) = (Some(line), Some(branch));
    aligned.rows.push(Row { depth: 0, expected, of: expected, actual, fault });
    aligned.append(siblings(&line.below, branch.children(), line.is_unordered), 1);
    Some(aligned)
}

/// The dynamic programme: the cheapest way on from each line and span, from the last to the first.
fn ordered<'a>(lines: &'a [Line], spans: &'a [Branch]) -> Aligned<'a> {
    let pairs: Vec<Vec<_>> =
        lines.iter().map(|line| spans.iter().map(|branch| pair(line, branch)).collect()).collect();
    // By line, span, and whether the line has had a span already.
    let mut best = vec![vec![[(0, Step::Skip); 2]; spans.len() + 1]; lines.len() + 1];
    for at in (0..=lines.len()).rev() {
        for span in (0..=spans.len()).rev() {
            for had in [1, 0] {
                let mut ways = Vec::with_capacity(3);
                let line = lines.get(at);
                if let Some(line) = line {
                    if let Some(Some(pair)) = pairs[at].get(span) {
                        let (next, had) = line.after(at);
                        ways.push((pair.cost + best[next][span + 1][had].0, Step::Pair));
                    }
                    if line.name.is_none() && span < spans.len() {
                        ways.push((best[at][span + 1][had].0, Step::Rest));
                    }
                    let skipped = if had == 1 { 0 } else { line.size() };
                    ways.push((skipped + best[at + 1][span][0].0, Step::Skip));
                }
                if let Some(extra) = spans.get(span) {
                    ways.push((extra.size() + best[at][span + 1][had].0, Step::Extra));
                }
                let cheapest = ways.into_iter().min_by_key(|(cost, _)| *cost);
                best[at][span][had] = cheapest.unwrap_or((0, Step::Skip));
            }
        }
    }
    walk(lines, spans, &pairs, &best)
}

/// Follows the cheapest way, and writes down its rows.
fn walk<'a>(
    lines: &'a [Line],
    spans: &'a [Branch],
    pairs: &[Vec<Option<Aligned<'a>>>],
    best: &[Vec<[(usize, Step); 2]>],
) -> Aligned<'a> {
    let mut aligned = Aligned::default();
    let (mut at, mut span, mut had) = (0, 0, 0);
    while at < lines.len() || span < spans.len() {
        match best[at][span][had].1 {
            Step::Pair => {
                let mut pair = pairs[at][span].clone().unwrap_or_default();
                if had == 1 {
                    pair.repeated();
                }
                aligned.append(pair, 0);
                (at, had) = lines[at].after(at);
                span += 1;
            }
            Step::Rest => {
                aligned.rest(&lines[at], &spans[span], had == 0);
                (span, had) = (span + 1, 1);
            }
            Step::Skip => {
                if had == 0 {
                    aligned.missing(&lines[at], 0);
                }
                (at, had) = (at + 1, 0);
            }
            Step::Extra => {
                aligned.extra(&spans[span], 0);
                span += 1;
            }
        }
    }
    aligned
}

impl Line {
    /// Which line is next when this one, the one at `at`, has had a span, and whether that one has
    /// had one already.
    fn after(&self, at: usize) -> (usize, usize) {
        if self.count.is_repeated() { (at, 1) } else { (at + 1, 0) }
    }
}

impl<'a> Aligned<'a> {
    pub(super) fn append(&mut self, other: Self, depth: usize) {
        self.cost += other.cost;
        let rows = other.rows.into_iter();
        self.rows.extend(rows.map(|row| Row { depth: row.depth + depth, ..row }));
    }

    /// Leaves away the lines, which are shown above already.
    pub(super) fn repeated(&mut self) {
        for row in &mut self.rows {
            row.expected = row.expected.filter(|_| row.fault.is_some());
        }
        self.rows.retain(|row| row.expected.is_some() || row.actual.is_some());
    }

    /// A span that `...` stands for.
    pub(super) fn rest(&mut self, line: &'a Line, branch: &'a Branch, is_first: bool) {
        let expected = is_first.then_some(line);
        self.rows.push(Row { depth: 0, expected, of: None, actual: Some(branch), fault: None });
    }

    /// A line that no span was found for; one that need not come costs nothing.
    pub(super) fn missing(&mut self, line: &'a Line, depth: usize) {
        let is_required = line.count.is_required();
        let name = line.name.as_deref().unwrap_or_default();
        let fault = is_required.then(|| format!("`{name}` is missing"));
        self.cost += usize::from(is_required);
        self.rows.push(Row { depth, expected: Some(line), of: None, actual: None, fault });
        if is_required {
            line.below.iter().for_each(|below| self.missing(below, depth + 1));
        }
    }

    /// A span that no line was found for.
    pub(super) fn extra(&mut self, branch: &'a Branch, depth: usize) {
        let fault = Some(format!("`{}` is not drawn", branch.span().name()));
        self.cost += 1;
        self.rows.push(Row { depth, expected: None, of: None, actual: Some(branch), fault });
        branch.children().iter().for_each(|child| self.extra(child, depth + 1));
    }
}
