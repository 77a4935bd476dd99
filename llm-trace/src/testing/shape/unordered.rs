//! Aligns siblings that may come in any order: a matching of lines and spans.

use super::align::{Aligned, pair};
use super::notation::Line;
use crate::testing::tree::Branch;

/// Lines and spans that are not ordered, and which of them belong together.
struct Matching {
    /// A place that one span may take, by the line that it is of; the required ones first.
    places: Vec<usize>,
    required: usize,
    spans: usize,
    /// Whether a span is what a line asks for, by line and span.
    fits: Vec<Vec<bool>>,
    taken: Vec<Option<usize>>,
}

pub(super) fn align<'a>(lines: &'a [Line], spans: &'a [Branch]) -> Aligned<'a> {
    let pairs: Vec<Vec<_>> =
        lines.iter().map(|line| spans.iter().map(|branch| pair(line, branch)).collect()).collect();
    let fits = |(line, pairs): (&Line, &Vec<Option<Aligned<'_>>>)| -> Vec<bool> {
        let is_rest = line.name.is_none();
        pairs.iter().map(|it| is_rest || it.as_ref().is_some_and(|it| it.cost == 0)).collect()
    };
    let fits = lines.iter().zip(&pairs).map(fits).collect();
    let mut matching = Matching::new(lines, spans.len(), fits);
    matching.solve();
    matching.take_names(&pairs);

    let mut aligned = Aligned::default();
    for (at, line) in lines.iter().enumerate() {
        let mut had = false;
        for span in matching.spans_of(at) {
            match pairs[at][span].clone() {
                None => aligned.rest(line, &spans[span], !had),
                Some(mut pair) => {
                    if had {
                        pair.repeated();
                    }
                    aligned.append(pair, 0);
                }
            }
            had = true;
        }
        if !had {
            aligned.missing(line, 0);
        }
    }
    for span in matching.free() {
        aligned.extra(&spans[span], 0);
    }
    aligned
}

impl Matching {
    fn new(lines: &[Line], spans: usize, fits: Vec<Vec<bool>>) -> Self {
        let required = |(at, line): (usize, &Line)| line.count.is_required().then_some(at);
        let mut places: Vec<usize> = lines.iter().enumerate().filter_map(required).collect();
        let required = places.len();
        for (at, line) in lines.iter().enumerate() {
            let more = match (line.count.is_repeated(), line.count.is_required()) {
                (true, _) => spans,
                (false, true) => 0,
                (false, false) => 1,
            };
            places.extend(std::iter::repeat_n(at, more));
        }
        let taken = vec![None; places.len()];
        Self { places, required, spans, fits, taken }
    }

    /// Fills the required places, then finds places for the other spans. An augmenting path moves
    /// what is matched and never leaves it out, so the second step cannot undo the first.
    fn solve(&mut self) {
        for place in 0..self.required {
            self.fill(place, &mut vec![false; self.places.len()]);
        }
        for span in self.free() {
            self.seat(span, &mut vec![false; self.places.len()]);
        }
    }

    /// Finds a span for a place, if need be one whose own place another span can fill.
    fn fill(&mut self, place: usize, seen: &mut [bool]) -> bool {
        seen[place] = true;
        for span in 0..self.spans {
            if !self.fits[self.places[place]][span] {
                continue;
            }
            let holder = self.taken.iter().position(|taken| *taken == Some(span));
            let is_free = holder.is_none_or(|holder| !seen[holder] && self.fill(holder, seen));
            if is_free {
                self.taken[place] = Some(span);
                return true;
            }
        }
        false
    }

    /// Finds a place for a span, if need be one whose own span fits elsewhere.
    fn seat(&mut self, span: usize, seen: &mut [bool]) -> bool {
        for place in 0..self.places.len() {
            if seen[place] || !self.fits[self.places[place]][span] {
                continue;
            }
            seen[place] = true;
            let moved = self.taken[place].is_none_or(|holder| self.seat(holder, seen));
            if moved {
                self.taken[place] = Some(span);
                return true;
            }
        }
        false
    }

    /// Gives the required places that are empty a span of the right name, for the comparison.
    fn take_names(&mut self, pairs: &[Vec<Option<Aligned<'_>>>]) {
        for place in 0..self.required {
            if self.taken[place].is_none() {
                let costs = self.free().into_iter().filter_map(|span| {
                    Some((pairs[self.places[place]][span].as_ref()?.cost, span))
                });
                self.taken[place] = costs.min().map(|(_, span)| span);
            }
        }
    }

    fn free(&self) -> Vec<usize> {
        (0..self.spans).filter(|span| !self.taken.contains(&Some(*span))).collect()
    }

    /// The spans that a line has, in the order in which they started.
    fn spans_of(&self, line: usize) -> Vec<usize> {
        let of = self.places.iter().zip(&self.taken).filter(|(place, _)| **place == line);
        let mut spans: Vec<usize> = of.filter_map(|(_, taken)| *taken).collect();
        spans.sort_unstable();
        spans
    }
}
