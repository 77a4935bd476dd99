//! Finds the word that was probably meant.

/// Returns the word of `known` that is one or two typos away from `word`.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    // In a short word two typos make another word.
    let allowed = if word.len() < 4 { 1 } else { 2 };
    known
        .iter()
        .map(|known| (typos(word.as_bytes(), known.as_bytes()), *known))
        .filter(|(typos, _)| *typos <= allowed)
        .min_by_key(|(typos, _)| *typos)
        .map(|(_, known)| known)
}

/// Counts inserted, lost and wrong letters; two neighbours swapped are one typo.
fn typos(left: &[u8], right: &[u8]) -> usize {
    let mut before_last = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let wrong = last[j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut count = wrong.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                let swapped: usize = before_last[j - 2];
                count = count.min(swapped + 1);
            }
            row.push(count);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_close_suggests_nothing() {
        for (word, expected) in [
            ("cache_raed", Some("cache_read")),
            ("inptu", Some("input")),
            ("outputs", Some("output")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &["input", "output", "cache_read"]), expected, "{word}");
        }
    }
}
