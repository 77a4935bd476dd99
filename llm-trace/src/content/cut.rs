//! Shortens a text to a limit. What was JSON stays JSON: long strings in it are cut, then messages in
//! the middle are left out, and what is left says how long it was.

use serde_json::{Value, json};

use super::tree::withheld;

/// Strings in JSON are cut down to this, before whole messages go.
const SHORTEST: usize = 64;
const MARK_START: &str = "…[cut from ";
const MARK_END: &str = " bytes]";
/// About as long as the mark of a cut.
const MARK: usize = 32;
/// JSON that is longer is not looked into.
const LONGEST: usize = 1 << 20;

/// Returns a text of at most `limit` bytes, if this one is longer. A limit below the length of a mark
/// counts as that.
pub(crate) fn cut(text: &str, limit: usize) -> Option<String> {
    if text.len() <= limit {
        return None;
    }
    let limit = limit.max(SHORTEST);
    if !text.trim_ascii_start().starts_with(['{', '[', '"']) {
        return Some(plain(text, limit));
    }
    if text.len() > LONGEST {
        return Some(mark(text));
    }
    match serde_json::from_str(text) {
        Ok(value) => Some(json(value, text.len(), limit).unwrap_or_else(|| mark(text))),
        // What is nested deeper than anything would be read.
        Err(error) if error.to_string().starts_with("recursion limit") => Some(mark(text)),
        Err(_) => Some(plain(text, limit)),
    }
}

/// What is left of JSON that cannot be shortened.
fn mark(text: &str) -> String {
    Value::from(withheld(text.len())).to_string()
}

/// Keeps the start of a text, and says how long it was before it was first cut.
fn plain(text: &str, limit: usize) -> String {
    let (said, length) = uncut(text).unwrap_or((text, text.len()));
    let mark = format!("{MARK_START}{length}{MARK_END}");
    let room = limit.saturating_sub(mark.len()).min(said.len());
    let end = (0..=room).rev().find(|end| said.is_char_boundary(*end)).unwrap_or_default();
    format!("{}{mark}", &said[..end])
}

/// Returns what a cut has left of a text, and how long that was.
fn uncut(text: &str) -> Option<(&str, usize)> {
    let (said, length) = text.strip_suffix(MARK_END)?.rsplit_once(MARK_START)?;
    Some((said, length.parse().ok()?))
}

/// Returns JSON of at most `limit` bytes, if there is a way.
fn json(mut value: Value, length: usize, limit: usize) -> Option<String> {
    let mut length = length;
    // Each round gets closer; escapes make strings longer than they are.
    for round in 0..6 {
        let mut lengths = Vec::new();
        measure(&value, &mut lengths);
        let overhead = length.saturating_sub(lengths.iter().sum());
        let room = limit.saturating_sub(overhead) * 8 / (8 + round * 2);
        let longest = longest(&mut lengths, room);
        if longest < SHORTEST {
            leave_out(&mut value, length, limit)?;
        } else {
            shorten(&mut value, longest);
        }
        let text = value.to_string();
        if text.len() <= limit {
            return Some(text);
        }
        length = text.len();
    }
    None
}

/// Takes the lengths of all strings, as they are written.
fn measure(value: &Value, lengths: &mut Vec<usize>) {
    match value {
        Value::String(text) => lengths.push(text.bytes().map(written).sum()),
        Value::Array(items) => items.iter().for_each(|item| measure(item, lengths)),
        Value::Object(fields) => fields.values().for_each(|field| measure(field, lengths)),
        _ => {}
    }
}

/// Returns how many bytes a byte of a string takes in JSON.
fn written(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    }
}

/// Returns how long a string may be, so that all of them fit into `room`: the longest pay first.
fn longest(lengths: &mut [usize], room: usize) -> usize {
    lengths.sort_unstable();
    let mut left = room;
    for (index, length) in lengths.iter().enumerate() {
        let share = left / (lengths.len() - index);
        if *length > share {
            return share.saturating_sub(MARK);
        }
        left -= length;
    }
    usize::MAX
}

/// Cuts every string that is longer.
fn shorten(value: &mut Value, longest: usize) {
    match value {
        Value::String(text) if text.len() > longest.saturating_add(MARK) => {
            *text = plain(text, longest + MARK);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, longest)),
        Value::Object(fields) => fields.values_mut().for_each(|field| shorten(field, longest)),
        _ => {}
    }
}

/// Leaves items in the middle of a list out, so that about `limit` bytes stay.
fn leave_out(value: &mut Value, length: usize, limit: usize) -> Option<()> {
    let items = value.as_array_mut().filter(|items| items.len() > 2)?;
    let kept = (items.len() * limit / length / 2).clamp(1, (items.len() - 1) / 2);
    let left_out = items.len() - 2 * kept;
    let note = format!("[{left_out} left out]");
    let is_message = items.first().is_some_and(|item| item.get("role").is_some());
    let note = if is_message {
        json!({"role": "system", "parts": [{"type": "text", "content": note}]})
    } else {
        json!({"type": "text", "content": note})
    };
    let end = items.len() - kept;
    items.splice(kept..end, [note]);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_json(value: &Value, limit: usize) -> Value {
        let text = cut(&value.to_string(), limit).expect("it is too long");
        assert!(text.len() <= limit, "{} > {limit}: {text}", text.len());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn message(text: &str) -> Value {
        json!({"role": "user", "parts": [{"type": "text", "content": text}]})
    }

    #[test]
    fn a_text_keeps_its_start_and_says_how_long_it_was() {
        let text = "ü".repeat(1000);
        let short = cut(&text, 100).unwrap();
        assert!(short.starts_with("üüü") && short.ends_with("…[cut from 2000 bytes]"), "{short}");
        assert!(short.len() <= 100);
        assert_eq!(cut("short", 100), None);
    }

    #[test]
    fn json_stays_json_and_the_longest_string_pays() {
        let long = json!([message(&"ab\"\n".repeat(5_000)), message("short")]);
        let short = cut_json(&long, 2_000);
        assert_eq!(short[1], message("short"));
        let said = short[0]["parts"][0]["content"].as_str().unwrap();
        assert!(said.starts_with("ab\"\n") && said.ends_with("…[cut from 20000 bytes]"), "{said}");
    }

    #[test]
    fn messages_in_the_middle_go_before_all_of_them_are_cut_to_nothing() {
        let many: Vec<_> = (0..500).map(|at| message(&format!("message number {at}"))).collect();
        let short = cut_json(&json!(many), 4_000);
        let short = short.as_array().unwrap();
        assert_eq!((&short[0], short.last().unwrap()), (&many[0], &many[499]));
        let note = short.iter().find(|it| it["role"] == "system").unwrap();
        assert!(note["parts"][0]["content"].as_str().unwrap().ends_with("left out]"), "{note}");
    }

    #[test]
    fn what_cannot_be_shortened_is_a_mark_in_json() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let numbers = json!({"a": vec![1; 10_000]});
        for text in [deep, numbers.to_string(), format!("\"{}\"", "x".repeat(2 << 20))] {
            let short = cut(&text, 1_000).unwrap();
            let value: Value = serde_json::from_str(&short).unwrap();
            assert_eq!(value, format!("[WITHHELD: {} bytes are too many]", text.len()));
        }
        assert!(cut("{not json, but long", 10).unwrap().ends_with("…[cut from 19 bytes]"));
    }
}
