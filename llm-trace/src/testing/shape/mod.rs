//! Compares captured spans with a drawn tree: `notation` reads the drawing, `align` finds which
//! span is which line, and the two are shown side by side if that is not all of them.

mod align;
mod glob;
mod notation;
mod predicate;
mod unordered;

use std::fmt;

use self::align::{Aligned, Row};
use self::notation::Drawing;
use super::tree::SpanTree;

pub(super) use self::predicate::quoted;

/// Where captured spans differ from a drawn tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mismatch(String);

pub(super) fn compare(tree: &SpanTree, drawn: &str) -> Result<(), Mismatch> {
    let drawing = Drawing::parse(drawn).map_err(Mismatch)?;
    let aligned = align::siblings(&drawing.top, tree.roots(), drawing.is_unordered);
    if aligned.cost == 0 && tree.open().is_empty() {
        return Ok(());
    }
    Err(Mismatch(render(&aligned, tree.open())))
}

/// The two columns, with the first difference marked and named above them.
fn render(aligned: &Aligned<'_>, open: &[String]) -> String {
    let rows = zip(&aligned.rows);
    let first = rows.iter().position(|row| row.fault.is_some());
    let open = open.iter().map(|name| format!("`{name}` has not ended"));
    let fault = first.and_then(|first| rows[first].fault.clone()).into_iter().chain(open);
    let fault: Vec<_> = fault.collect();
    let left = |row: &Row<'_>| row.expected.map_or("", |line| line.drawn.as_str()).to_owned();
    let right = |row: &Row<'_>| {
        let facts = row.of.map(notation::Line::facts).unwrap_or_default();
        row.actual.map(|branch| branch.line(&facts)).unwrap_or_default()
    };
    let width = rows.iter().map(|row| left(row).chars().count()).chain([8]).max().unwrap_or(8);
    let mut text = format!("the trace is not as drawn: {}\n\n", fault.join("; "));
    text.push_str(&line(' ', "expected", width, "actual"));
    for (at, row) in rows.iter().enumerate() {
        let mark = if first == Some(at) { '>' } else { ' ' };
        text.push_str(&line(mark, &left(row), width, &right(row)));
    }
    text
}

fn line(mark: char, left: &str, width: usize, right: &str) -> String {
    format!("{mark} {left:width$}   {right}").trim_end().to_owned() + "\n"
}

/// Puts a line that nothing was found for beside the span that nothing was drawn for.
fn zip<'a>(rows: &[Row<'a>]) -> Vec<Row<'a>> {
    let mut zipped: Vec<Row<'a>> = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(before) = zipped.last_mut()
            && before.actual.is_none()
            && before.fault.is_some()
            && row.expected.is_none()
            && row.fault.is_some()
            && before.depth == row.depth
        {
            before.actual = row.actual;
        } else {
            zipped.push(row.clone());
        }
    }
    zipped
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}
