//! Owns `*` in names and values: any run of characters, none included.

/// Returns whether `text` is what `pattern` says.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    // What follows the last `*` is where the text ends; each part between is taken where it is first.
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, text, expected) in [
            ("chat gpt-4o", "chat gpt-4o", true),
            ("chat gpt-4o", "chat gpt-4", false),
            ("*", "", true),
            ("chat *", "chat gpt-4o", true),
            ("chat *", "chat", false),
            ("* gpt-*o", "chat gpt-4o", true),
            ("*-mini", "gpt-4o", false),
            ("a*a", "a", false),
            ("a*b*c", "abbc", true),
            ("a*b*c", "acb", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} and {text}");
        }
    }
}
