//! Owns lists of `name=value`, percent-encoded: resource attributes and OTLP headers.

use super::InitError;

/// Reads `a=b,c=d`; the error is the position, from one, of the first pair that is malformed.
pub(super) fn parse(list: &str) -> Result<Vec<(String, String)>, usize> {
    let pairs = list.split(',').map(str::trim).enumerate().filter(|(_, pair)| !pair.is_empty());
    pairs.map(|(index, pair)| pair_of(pair).ok_or(index + 1)).collect()
}

fn pair_of(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=')?;
    let name = decode(name.trim())?;
    (!name.is_empty()).then_some(())?;
    Some((name, decode(value.trim())?))
}

/// Undoes percent-encoding. A `%` that starts no escape stands for itself.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (first, digit(0), digit(1)) {
            bytes.push(u8::try_from(high << 4 | low).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Returns OTLP headers; the values may be secrets, so an error says the position only.
pub(super) fn headers(name: &'static str, list: &str) -> Result<Vec<(String, String)>, InitError> {
    let headers = parse(list).map_err(|pair| malformed(name, pair))?;
    for (index, header) in headers.iter().enumerate() {
        if !is_header(header) {
            return Err(malformed(name, index + 1));
        }
    }
    Ok(headers)
}

/// Returns whether HTTP accepts these as name and value of a header.
pub(super) fn is_header((name, value): &(String, String)) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let visible = |byte: u8| byte == b'\t' || (byte >= b' ' && byte != 0x7f);
    !name.is_empty() && name.bytes().all(token) && value.bytes().all(visible)
}

fn malformed(name: &'static str, pair: usize) -> InitError {
    InitError::Secret {
        name,
        place: format!(" at pair {pair}"),
        accepted: "`name=value` pairs with commas between them",
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, headers, parse};

    #[test]
    fn values_are_percent_decoded() {
        let cases = [("a%20b", "a b"), ("%C3%A9", "é"), ("100%", "100%"), ("a%2Cb%3Dc", "a,b=c")];

        for (written, meant) in cases {
            assert_eq!(decode(written).as_deref(), Some(meant), "{written}");
        }
        assert_eq!(decode("%ff"), None);
    }

    #[test]
    fn a_malformed_pair_is_named_by_its_position() {
        assert_eq!(parse("a=1, b = 2 ,").unwrap(), [("a", "1"), ("b", "2")].map(owned));
        assert_eq!(parse("a=1,b"), Err(2));
        assert_eq!(parse("=1"), Err(1));
    }

    #[test]
    fn a_malformed_header_does_not_print_its_value() {
        for list in ["ok=1,Bearer hunter2", "x y=hunter2", "a=hunter2%0d%0a"] {
            let message = headers("OTEL_EXPORTER_OTLP_HEADERS", list).unwrap_err().to_string();

            assert!(message.starts_with("OTEL_EXPORTER_OTLP_HEADERS is malformed at pair "));
            assert!(!message.contains("hunter2"), "{message}");
        }
    }

    fn owned((name, value): (&str, &str)) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }
}
