//! Draws a [`Tree`]: one line per span with its place in the tree and in time, and what it took.

use std::time::{Duration, SystemTime};

use super::buffer::{State, Tree};
use super::number;
use super::outline::{Node, outline};
use super::pen::{GAP, Pen};
use super::row::{Call, Usage};
use super::style::{Paint, Style, columns};
use crate::outcome::Outcome;

/// How many columns a name gets at most, and with its branches at least and usually.
const MOST_NAME: usize = 48;
const LEAST_LABEL: usize = 16;
const USUAL_LABEL: usize = 36;
/// How many columns the time bar gets at most, and what it is not drawn below.
const MOST_BAR: usize = 24;
const LEAST_BAR: usize = 8;
const WALLS: usize = 2;
/// How many characters of a model, a finish reason or an error are shown.
const WORDS: usize = 40;

/// Returns the lines of a tree.
pub(super) fn render(tree: &Tree, style: &Style) -> String {
    let mut pen = Pen::new(style);
    let heading = match tree.state {
        State::Complete => None,
        State::Incomplete => Some("incomplete: a span above has not ended"),
        State::Late => Some("late: the span above was printed before"),
    };
    if let Some(heading) = heading {
        pen.remark(heading);
    }
    let window = Window::of(tree);
    let nodes = outline(tree, style.glyphs);
    let lines: Vec<Line> = nodes.iter().map(|node| Line::of(node, style)).collect();
    let widths = Widths::of(&lines, style);
    for line in &lines {
        line.draw(&mut pen, &window, &widths, style);
    }
    if tree.more > 0 {
        let spans = if tree.more == 1 { "span" } else { "spans" };
        pen.remark(&format!("and {} more {spans}", tree.more));
    }
    pen.finish()
}

/// The time from the first start to the last end.
struct Window {
    start: SystemTime,
    duration: Duration,
}

impl Window {
    fn of(tree: &Tree) -> Self {
        let start = tree.rows.iter().map(|row| row.start).min();
        let start = start.unwrap_or(SystemTime::UNIX_EPOCH);
        let end = tree.rows.iter().map(|row| row.end).max().unwrap_or(start);
        Self { start, duration: between(start, end) }
    }

    /// Returns which of `cells` cells a time falls on.
    fn cell(&self, time: SystemTime, cells: usize) -> usize {
        let total = self.duration.as_nanos().max(1);
        let passed = between(self.start, time).as_nanos();
        let rounded = (passed * cells as u128 + total / 2) / total;
        usize::try_from(rounded).map_or(cells, |cell| cell.min(cells))
    }
}

/// Clocks may be set back between a start and an end.
fn between(start: SystemTime, end: SystemTime) -> Duration {
    end.duration_since(start).unwrap_or_default()
}

/// One span in words.
struct Line<'a> {
    node: &'a Node<'a>,
    name: String,
    duration: String,
    /// Input tokens, output tokens, cost: a column each.
    numbers: [String; 3],
    notes: Vec<(Paint, String)>,
}

impl<'a> Line<'a> {
    fn of(node: &'a Node<'a>, style: &Style) -> Self {
        let row = node.row;
        let (numbers, notes) = match &row.call {
            Some(call) => (numbers(&node.usage), notes(call, node, style)),
            None => Default::default(),
        };
        Self {
            node,
            name: style.clean(&row.name, MOST_NAME),
            duration: number::duration(between(row.start, row.end), style.glyphs.micro),
            numbers,
            notes,
        }
    }

    fn draw(&self, pen: &mut Pen<'_>, window: &Window, widths: &Widths, style: &Style) {
        let row = self.node.row;
        let indent = &self.node.indent;
        pen.put(Paint::Dim, indent);
        let name_width = widths.label.saturating_sub(columns(indent)).max(1);
        let paint = if row.call.is_some() { Paint::Plain } else { Paint::Dim };
        pen.put_left(paint, &style.clip(&self.name, name_width), name_width);
        pen.skip(GAP);
        pen.put_right(Paint::Plain, &self.duration, widths.duration);
        let span = (window.cell(row.start, widths.bar), window.cell(row.end, widths.bar));
        pen.bar(span, widths.bar);
        if self.has_numbers() {
            let [input, output, cost] = &self.numbers;
            let [input_width, output_width, cost_width] = widths.numbers;
            pen.skip(input_width.min(1) * GAP);
            pen.put_right(Paint::Plain, input, input_width);
            pen.skip(output_width.min(1) * GAP);
            pen.put_right(Paint::Plain, output, output_width);
            pen.skip(cost_width.min(1) * GAP);
            pen.put_left(Paint::Cost, cost, cost_width);
        }
        for (paint, note) in &self.notes {
            pen.skip(GAP);
            pen.put(*paint, note);
        }
        pen.end_line();
    }

    fn has_numbers(&self) -> bool {
        self.numbers.iter().any(|number| !number.is_empty())
    }
}

fn numbers(usage: &Usage) -> [String; 3] {
    let tokens = |count: Option<i64>, way| count.map(|count| format!("{count} {way}"));
    [tokens(usage.input, "in"), tokens(usage.output, "out"), usage.cost.and_then(number::cost)]
        .map(Option::unwrap_or_default)
}

/// Returns what is said after the numbers.
fn notes(call: &Call, node: &Node<'_>, style: &Style) -> Vec<(Paint, String)> {
    let mut notes = Vec::new();
    if let Some(count @ 1..) = node.usage.cache_read {
        notes.push((Paint::Dim, format!("{count} cached")));
    }
    if let Some(attempt) = call.attempt {
        notes.push((Paint::Dim, format!("attempt {attempt}")));
    }
    if let Some(seconds) = call.to_first_chunk.and_then(|it| Duration::try_from_secs_f64(it).ok()) {
        let duration = number::duration(seconds, style.glyphs.micro);
        notes.push((Paint::Dim, format!("first chunk {duration}")));
    }
    let error_type = call.error_type.as_deref();
    let outcome = call.outcome.as_deref().or(error_type.map(|_| "error"));
    if let Some(outcome) = outcome {
        let is = |known: Outcome| outcome == known.as_str();
        let paint = if is(Outcome::Ok) {
            Paint::Dim
        } else if is(Outcome::Error) || is(Outcome::Panic) {
            Paint::Failure
        } else {
            Paint::Warning
        };
        let mut text = style.clean(outcome, WORDS);
        if let Some(error_type) = error_type.filter(|error_type| *error_type != outcome) {
            text = text + " " + &style.clean(error_type, WORDS);
        }
        notes.push((paint, text));
    }
    if !call.finish_reasons.is_empty() {
        notes.push((Paint::Dim, style.clean(&call.finish_reasons, WORDS)));
    }
    if let Some(model) = model(call, &node.row.name, style) {
        notes.push((Paint::Dim, model));
    }
    notes
}

/// Returns the model that answered where the name does not say it; only its end, as in
/// `→ …-2024-07-18`, where the name says the rest.
fn model(call: &Call, name: &str, style: &Style) -> Option<String> {
    let requested = call.request_model.as_deref();
    let model = call.response_model.as_deref().or(requested).filter(|it| !name.contains(it))?;
    let said = requested.filter(|requested| !requested.is_empty() && name.contains(requested));
    let arrow = style.glyphs.arrow;
    Some(match said.and_then(|said| model.strip_prefix(said)) {
        Some(end) => format!("{arrow} {}{}", style.glyphs.ellipsis, style.clean(end, WORDS)),
        None => format!("{arrow} {}", style.clean(model, WORDS)),
    })
}

/// How many columns each part of a line gets.
struct Widths {
    label: usize,
    duration: usize,
    bar: usize,
    numbers: [usize; 3],
}

impl Widths {
    /// Shares the width out: the bar gives way to names of usual length, and names to what is said
    /// of the calls, which is never cut.
    fn of(lines: &[Line<'_>], style: &Style) -> Self {
        let widest =
            |width: &dyn Fn(&Line<'_>) -> usize| lines.iter().map(width).max().unwrap_or(0);
        let label = widest(&|line| columns(&line.node.indent) + columns(&line.name));
        let duration = widest(&|line| columns(&line.duration));
        let numbers = [0, 1, 2].map(|at| widest(&|line| columns(&line.numbers[at])));
        let numbers_width: usize = numbers.iter().map(|width| width + width.min(&1) * GAP).sum();
        let facts = widest(&|line| {
            let notes: usize = line.notes.iter().map(|(_, note)| GAP + columns(note)).sum();
            notes + if line.has_numbers() { numbers_width } else { 0 }
        });
        let free = style.width.saturating_sub(GAP + duration + facts);
        let beside_bar = |label: usize| free.saturating_sub(label + GAP + WALLS);
        // One line has nothing to be compared with.
        let has_bar = lines.len() > 1 && beside_bar(label.min(USUAL_LABEL)) >= LEAST_BAR;
        let bar = if has_bar { beside_bar(label).clamp(LEAST_BAR, MOST_BAR) } else { 0 };
        let label = label.min(if has_bar { beside_bar(bar) } else { free.max(LEAST_LABEL) });
        Self { label, duration, bar, numbers }
    }
}
