//! Owns [`Pen`]: puts text into columns.

use super::style::{Paint, Style, columns};

/// How many columns are between two parts of a line.
pub(super) const GAP: usize = 2;

/// Writes lines. Blanks are written when something follows them, so no line ends in one.
pub(super) struct Pen<'a> {
    out: String,
    blanks: usize,
    style: &'a Style,
}

impl<'a> Pen<'a> {
    pub(super) fn new(style: &'a Style) -> Self {
        Self { out: String::new(), blanks: 0, style }
    }

    pub(super) fn skip(&mut self, columns: usize) {
        self.blanks += columns;
    }

    pub(super) fn put(&mut self, paint: Paint, text: &str) {
        if !text.is_empty() {
            self.out.extend(std::iter::repeat_n(' ', std::mem::take(&mut self.blanks)));
            self.style.paint(&mut self.out, paint, text);
        }
    }

    pub(super) fn put_left(&mut self, paint: Paint, text: &str, width: usize) {
        self.put(paint, text);
        self.skip(width.saturating_sub(columns(text)));
    }

    pub(super) fn put_right(&mut self, paint: Paint, text: &str, width: usize) {
        self.skip(width.saturating_sub(columns(text)));
        self.put(paint, text);
    }

    /// Draws `from..to` of a bar of `cells` cells.
    pub(super) fn bar(&mut self, (from, to): (usize, usize), cells: usize) {
        if cells == 0 {
            return;
        }
        self.skip(GAP);
        let glyphs = self.style.glyphs;
        let (from, to, glyph) = if from < to {
            (from, to, glyphs.bar)
        } else {
            let at = from.min(cells - 1);
            (at, at + 1, glyphs.instant)
        };
        self.put(Paint::Dim, glyphs.left_wall);
        self.skip(from);
        self.put(Paint::Bar, &glyph.repeat(to - from));
        self.skip(cells - to);
        self.put(Paint::Dim, glyphs.right_wall);
    }

    pub(super) fn remark(&mut self, text: &str) {
        self.put(Paint::Dim, &format!("{} {text}", self.style.glyphs.ellipsis));
        self.end_line();
    }

    pub(super) fn end_line(&mut self) {
        self.blanks = 0;
        self.out.push('\n');
    }
    pub(super) fn finish(self) -> String {
        self.out
    }
}
