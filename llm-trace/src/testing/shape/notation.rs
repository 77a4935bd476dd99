//! Reads a drawn tree: which line is below which, how often it may come, and what is asked of it.

use super::predicate::Predicate;

/// What a tree may be drawn with, beside plain indentation.
const BRANCHES: &[&str] = &["├──", "└──", "├─", "└─", "╰─", "│", "|--", "`--", "|-", "`-", "|"];
const UNORDERED: &str = "unordered";

/// A drawn tree.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) top: Vec<Line>,
    pub(super) is_unordered: bool,
}

/// A line of it, and those below.
#[derive(Debug)]
pub(super) struct Line {
    /// The line as it was drawn.
    pub(super) drawn: String,
    /// What the name has to be; `None` stands for any spans at all, `...`.
    pub(super) name: Option<String>,
    pub(super) count: Count,
    pub(super) predicates: Vec<Predicate>,
    /// Whether the lines below may come in any order.
    pub(super) is_unordered: bool,
    pub(super) below: Vec<Line>,
}

/// How often a line may come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Count {
    /// `(…)*`
    Any,
    /// Without parentheses.
    Once,
    /// `(…)?`
    Optional,
    /// `(…)+`
    Some,
}

impl Count {
    pub(super) fn is_required(self) -> bool {
        matches!(self, Self::Once | Self::Some)
    }

    pub(super) fn is_repeated(self) -> bool {
        matches!(self, Self::Any | Self::Some)
    }
}

impl Drawing {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut drawing = Self { top: Vec::new(), is_unordered: false };
        let mut lines = Vec::new();
        for (number, drawn) in (1..).zip(text.lines()) {
            let (column, rest) = split_branches(drawn);
            match rest {
                "" => {}
                "{unordered}" if lines.is_empty() => drawing.is_unordered = true,
                _ => {
                    let line = Line::parse(rest);
                    let line = line.map_err(|error| format!("line {number} `{rest}`: {error}"))?;
                    lines.push((column, Line { drawn: drawn.trim_end().to_owned(), ..line }));
                }
            }
        }
        let margin = lines.iter().map(|(_, line)| indent(&line.drawn)).min().unwrap_or_default();
        // Those whose lines below may still come, from the top.
        let mut path: Vec<(usize, Line)> = Vec::new();
        for (column, mut line) in lines {
            line.drawn = line.drawn.chars().skip(margin).collect();
            drawing.close(&mut path, column);
            path.push((column, line));
        }
        drawing.close(&mut path, 0);
        Ok(drawing)
    }

    /// Puts the lines that are not above `column` where they belong.
    fn close(&mut self, path: &mut Vec<(usize, Line)>, column: usize) {
        while let Some((_, line)) = path.pop_if(|(above, _)| *above >= column) {
            path.last_mut().map_or(&mut self.top, |(_, above)| &mut above.below).push(line);
        }
    }
}

impl Line {
    fn parse(text: &str) -> Result<Self, String> {
        let (text, count) = count(text)?;
        let mut line = Self {
            drawn: String::new(),
            name: None,
            count,
            predicates: Vec::new(),
            is_unordered: false,
            below: Vec::new(),
        };
        if matches!(text, "..." | "…") {
            line.count = Count::Any;
            return Ok(line);
        }
        let braced = text.strip_suffix('}').and_then(|text| {
            let at = text.rfind('{').filter(|at| *at == 0 || text[..*at].ends_with(' '))?;
            Some((text[..at].trim_end(), &text[at + 1..]))
        });
        let (name, asked) = braced.unwrap_or((text, ""));
        if name.is_empty() {
            return Err("a name is missing; `*` is any".to_owned());
        }
        line.name = Some(name.to_owned());
        for asked in split_commas(asked) {
            if asked == UNORDERED {
                line.is_unordered = true;
            } else {
                line.predicates.push(Predicate::parse(asked)?);
            }
        }
        Ok(line)
    }

    /// The facts that the line asks for.
    pub(super) fn facts(&self) -> Vec<String> {
        self.predicates.iter().map(|predicate| predicate.fact().to_owned()).collect()
    }

    /// How many lines this is, with all below that have to come.
    pub(super) fn size(&self) -> usize {
        if self.count.is_required() {
            1 + self.below.iter().map(Line::size).sum::<usize>()
        } else {
            0
        }
    }
}

/// The column where the text starts, and the text.
fn split_branches(line: &str) -> (usize, &str) {
    let mut rest = line;
    loop {
        let trimmed = rest.trim_start();
        let branch = BRANCHES.iter().find_map(|branch| trimmed.strip_prefix(branch));
        let Some(after) = branch else {
            let column = line.chars().count() - trimmed.chars().count();
            return (column, trimmed.trim_end());
        };
        rest = after;
    }
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).count()
}

fn count(text: &str) -> Result<(&str, Count), String> {
    let Some(inner) = text.strip_prefix('(') else { return Ok((text, Count::Once)) };
    [(")?", Count::Optional), (")*", Count::Any), (")+", Count::Some)]
        .into_iter()
        .find_map(|(end, count)| Some((inner.strip_suffix(end)?.trim(), count)))
        .ok_or_else(|| "write `(…)?`, `(…)*` or `(…)+`".to_owned())
}

/// Splits at the commas that are not in quotes.
fn split_commas(text: &str) -> impl Iterator<Item = &str> {
    let mut in_quotes = false;
    text.split(move |c| {
        in_quotes ^= c == '"';
        c == ',' && !in_quotes
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(lines: &[Line], depth: usize) -> String {
        let line = |line: &Line| {
            let (name, count) = (line.name.as_deref().unwrap_or("..."), line.count);
            format!("{depth}:{name}:{count:?} {}", outline(&line.below, depth + 1))
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn branches_and_plain_indentation_say_the_same() {
        let expected = "0:a b:Once 1:c:Some 2:d:Once 1:...:Any 0:e:Optional ";
        for drawn in [
            "a b\n├── (c)+\n│   └── d\n└── ...\n(e)?",
            "\n        a b\n          (c)+\n            d\n          ...\n        (e)?\n    ",
            "a b\n|-- (c)+\n|   `-- d\n`-- ...\n(e)?",
            "a b\n├─ (c)+ \n│  └─ d\n└─ …\n\n(e)?",
        ] {
            let drawing = Drawing::parse(drawn).unwrap();
            assert_eq!(outline(&drawing.top, 0), expected, "{drawn}");
        }
    }

    #[test]
    fn braces_belong_to_the_name_unless_a_space_is_before_them() {
        let drawing =
            Drawing::parse("GET /users/{id} {status = error, finish = \"a, b\"}").unwrap();
        let [line] = &drawing.top[..] else { panic!("{drawing:?}") };
        assert_eq!(line.name.as_deref(), Some("GET /users/{id}"));
        assert_eq!(line.facts(), ["status", "finish"]);
    }

    #[test]
    fn what_is_no_line_is_said() {
        for (drawn, expected) in [
            ("a\n  (b", "line 2 `(b`: write `(…)?`, `(…)*` or `(…)+`"),
            ("{cost < 1}", "line 1 `{cost < 1}`: a name is missing; `*` is any"),
            ("a {cost <}", "line 1 `a {cost <}`: a value is missing after `cost <`"),
            ("a {< soon}", "line 1 `a {< soon}`: `soon` is no duration; write one, as in `200ms`"),
        ] {
            assert_eq!(Drawing::parse(drawn).unwrap_err(), expected);
        }
    }
}
