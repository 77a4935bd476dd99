//! Owns [`HashKey`]: how it is written, what is derived from it, and that it is wiped.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use super::Text;

/// The secret behind `llm_trace.prompt.hash` and its neighbours.
///
/// A hash without a key can be guessed: short or templated prompts fall at ten million guesses a
/// second. With one key in all services, equal prompts have equal hashes; without a configured key
/// each process makes its own, and the key id in the hash says `ephemeral`.
///
/// A key has 32 bytes, written as 64 hexadecimal digits or in base64: `openssl rand -hex 32` makes
/// one. It is wiped from memory when it is dropped, and `Debug` shows its id alone.
///
/// ```
/// use llm_trace::HashKey;
///
/// let key: HashKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff".parse()?;
/// assert!(!format!("{key:?}").contains("0011"));
/// assert!("too short".parse::<HashKey>().is_err());
/// # Ok::<(), llm_trace::HashKeyError>(())
/// ```
#[derive(Clone)]
pub struct HashKey {
    /// In a place of their own, so that moving the key leaves no copies behind.
    keys: Box<[[u8; 32]; TEXTS.len()]>,
    id: String,
    previous: Option<Box<HashKey>>,
}

/// The texts that have a sub-key of their own, and the context that it is derived in.
const TEXTS: [(Text, &str); 4] = [
    (Text::Closed, "llm-trace 2026 v1 closed"),
    (Text::Prompt, "llm-trace 2026 v1 prompt"),
    (Text::Response, "llm-trace 2026 v1 response"),
    (Text::System, "llm-trace 2026 v1 system"),
];

/// Why a hash key was refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HashKeyError {
    /// The text is neither hexadecimal nor base64.
    #[error("a hash key is written as 64 hexadecimal digits, or as 32 bytes in base64")]
    Malformed,
    /// The key does not have 32 bytes.
    #[error("a hash key has 32 bytes, which are 64 hexadecimal digits, not {0} bytes")]
    Length(usize),
    /// All bytes of the key are the same.
    #[error("a hash key is random; `openssl rand -hex 32` makes one")]
    Repeated,
}

impl HashKey {
    /// Derives a key from 32 secret bytes.
    #[must_use]
    pub fn new(mut secret: [u8; 32]) -> Self {
        let id = blake3::keyed_hash(&secret, b"llm-trace 2026 key id");
        let key = Self::derive(&secret, id.to_hex()[..8].to_owned());
        secret.zeroize();
        key
    }

    /// Makes a key from the operating system's randomness, for this process alone.
    #[must_use]
    pub fn ephemeral() -> Self {
        use std::hash::{BuildHasher, RandomState};

        let mut seed = blake3::Hasher::new_derive_key("llm-trace 2026 ephemeral key");
        for round in 0_u64..8 {
            seed.update(&RandomState::new().hash_one(round).to_le_bytes());
        }
        let secret = Zeroizing::new(<[u8; 32]>::from(seed.finalize()));
        Self::derive(&secret, "ephemeral".to_owned())
    }

    /// Hashes under the key before this one as well, as long as a change of keys lasts.
    ///
    /// The older hash goes out as `llm_trace.prompt.previous_hash` beside `llm_trace.prompt.hash`, and
    /// so with its neighbours: what was grouped by the old key still groups, and so do services that
    /// have not got the new one yet. Each text is hashed twice.
    ///
    /// ```
    /// use llm_trace::HashKey;
    ///
    /// let old: HashKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff".parse()?;
    /// let new: HashKey = "Nn8aXvAqWm3RZ0yIhTq4cS5oUe1LbKfJ2GdPzVw7kxY=".parse()?;
    /// let key = new.with_previous(old.clone());
    /// assert_eq!(key.previous().map(HashKey::id), Some(old.id()));
    /// # Ok::<(), llm_trace::HashKeyError>(())
    /// ```
    #[must_use]
    pub fn with_previous(mut self, mut previous: Self) -> Self {
        // Two keys overlap, never three.
        previous.previous = None;
        self.previous = Some(Box::new(previous));
        self
    }

    /// Returns the key before this one, while the two overlap.
    #[must_use]
    pub fn previous(&self) -> Option<&Self> {
        self.previous.as_deref()
    }

    /// Returns what stands for the key in its hashes, and gives nothing of it away.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    fn derive(secret: &[u8; 32], id: String) -> Self {
        let mut keys = Box::new([[0; 32]; TEXTS.len()]);
        for (key, (_, context)) in keys.iter_mut().zip(TEXTS) {
            *key = *Zeroizing::new(blake3::derive_key(context, secret));
        }
        Self { keys, id, previous: None }
    }

    /// The sub-key of a text.
    pub(super) fn of(&self, text: Text) -> &[u8; 32] {
        &self.keys[text as usize]
    }
}

impl Drop for HashKey {
    fn drop(&mut self) {
        self.keys.zeroize();
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let previous = self.previous().map(Self::id);
        f.debug_struct("HashKey")
            .field("id", &self.id)
            .field("previous", &previous)
            .finish_non_exhaustive()
    }
}

/// Reads 64 hexadecimal digits, or 32 bytes in base64, in either alphabet.
impl std::str::FromStr for HashKey {
    type Err = HashKeyError;

    fn from_str(text: &str) -> Result<Self, HashKeyError> {
        let text = text.trim();
        let bytes = match hexadecimal(text).or_else(|| base64(text)) {
            Some(bytes) if !text.is_empty() => bytes,
            _ => return Err(HashKeyError::Malformed),
        };
        let secret: &[u8; 32] =
            bytes.as_slice().try_into().map_err(|_| HashKeyError::Length(bytes.len()))?;
        if secret.iter().all(|byte| *byte == secret[0]) {
            return Err(HashKeyError::Repeated);
        }
        Ok(Self::new(*secret))
    }
}

fn hexadecimal(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| pair.iter().fold(0, |byte, digit| byte << 4 | nibble(*digit));
    Some(Zeroizing::new(digits.chunks_exact(2).map(byte).collect()))
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => digit.wrapping_sub(b'0'),
    }
}

fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for letter in group {
            bits = bits << 6 | sextet(*letter)?;
        }
        bits <<= 6 * (4 - group.len());
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&decoded[..group.len() * 3 / 4]);
    }
    Some(bytes)
}

fn sextet(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    /// The same bytes.
    const BASE64: &str = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";

    #[test]
    fn a_malformed_key_says_what_a_key_is() {
        let written = "a hash key is written as 64 hexadecimal digits, or as 32 bytes in base64";
        let cases = [
            ("", written),
            ("not a key", written),
            ("abcd", "a hash key has 32 bytes, which are 64 hexadecimal digits, not 2 bytes"),
            ("c2hvcnQ=", "a hash key has 32 bytes, which are 64 hexadecimal digits, not 5 bytes"),
            (&HEX[..62], "a hash key has 32 bytes, which are 64 hexadecimal digits, not 31 bytes"),
            (&"00".repeat(32), "a hash key is random; `openssl rand -hex 32` makes one"),
        ];

        for (text, message) in cases {
            assert_eq!(text.parse::<HashKey>().unwrap_err().to_string(), message, "{text:?}");
        }
    }

    #[test]
    fn a_key_is_the_same_in_every_notation() {
        let key: HashKey = HEX.parse().unwrap();
        let url_safe = BASE64.replace('/', "_");
        let notations = [BASE64, BASE64.trim_end_matches('='), &url_safe];

        for text in notations.into_iter().chain([HEX.to_uppercase().as_str()]) {
            assert_eq!(text.parse::<HashKey>().unwrap().keys, key.keys, "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_a_key() {
        let key: HashKey = HEX.parse().unwrap();
        let id = key.id().to_owned();
        let key = HashKey::ephemeral().with_previous(key);

        let shown = format!("{key:?}");
        assert_eq!(shown, format!("HashKey {{ id: \"ephemeral\", previous: Some({id:?}), .. }}"));
        assert_eq!(id.len(), 8);
        assert!(!HEX.contains(&id));
    }

    #[test]
    fn every_text_has_the_sub_key_of_its_name() {
        let key = HashKey::ephemeral();
        for (index, (text, _)) in TEXTS.into_iter().enumerate() {
            assert_eq!(text as usize, index);
            assert_eq!(key.of(text), &key.keys[index]);
        }
        assert_ne!(key.of(Text::Prompt), key.of(Text::Response));
    }
}
