//! Owns the keyed hash: the tally of length and hash that stands in for text; [`HashKey`] is in `key`.
//!
//! The only module that names `blake3`. Nothing here keeps text beyond one gathering buffer.

mod key;

use std::fmt;
use std::sync::{LazyLock, RwLock};

pub use key::{HashKey, HashKeyError};

/// blake3 vectorises inside one `update`, and best in a power of two: parts are gathered to pieces of
/// exactly this many bytes.
const GATHER: usize = 32 * 1024;

/// Set in the length of a mark, which no text is long enough for.
const MARK: u64 = 1 << 63;

/// The process-wide key; [`install`] replaces the ephemeral one.
static KEY: LazyLock<RwLock<HashKey>> = LazyLock::new(|| RwLock::new(HashKey::ephemeral()));

/// Which text a hash stands for; each has its own sub-key, so that equal texts do not link.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    /// What the gate closes.
    Closed,
    Prompt,
    Response,
    System,
}

/// Makes a key the one that the whole process uses.
pub(crate) fn install(key: HashKey) {
    *KEY.write().unwrap_or_else(std::sync::PoisonError::into_inner) = key;
}

/// Returns a checksum of bytes that are not secret, by which damage is found.
#[cfg(all(feature = "__otlp", feature = "spool"))]
pub(crate) fn checksum(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    *hasher.finalize().as_bytes()
}

/// The length and the keyed hash of a text: all that is kept of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Digest {
    /// Bytes of UTF-8.
    pub(crate) length: u64,
    /// `v1:<key id>:<32 hexadecimal digits>`, unless hashing was not asked for.
    pub(crate) hash: Option<String>,
    /// The same under the key before, while two keys overlap.
    pub(crate) previous_hash: Option<String>,
}

/// Takes a text part by part and gives its [`Digest`].
///
/// In the hash each part is followed by its length, so that `["ab", "c"]` and `["a", "bc"]` differ.
/// The length comes last because that of a streamed part is known last: a text that comes in
/// chunks has the hash of the same text in one piece.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    length: u64,
    has_parts: bool,
    text: Option<Text>,
    gather: Option<Gather>,
    /// Whether what is added continues the open part.
    joins: bool,
    /// The bytes of the part that may go on.
    open: Option<u64>,
    /// Which part of a stream is open, by the index that its events carry.
    index: u8,
}

/// A text on its way into its hash. Most end before a buffer is full, and are hashed at once: a
/// hasher takes two kilobytes.
#[derive(Default)]
struct Gather {
    buffer: Vec<u8>,
    long: Option<Box<Long>>,
}

/// The hash of a text that is longer.
struct Long {
    hasher: Keyed,
    /// Under the key before, while two keys overlap.
    previous: Option<Keyed>,
}

/// A hash in the making, and the id of its key.
struct Keyed {
    hasher: blake3::Hasher,
    key_id: String,
}

impl fmt::Debug for Gather {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gather").finish_non_exhaustive()
    }
}

impl Tally {
    /// Counts bytes only.
    pub(crate) fn counting() -> Self {
        Self::default()
    }

    /// Counts bytes and hashes them under the process key.
    pub(crate) fn hashing(text: Text) -> Self {
        Self { text: Some(text), ..Self::default() }
    }

    /// Takes the text of an answer.
    pub(crate) fn of_response(hashing: bool) -> Self {
        if hashing { Self::hashing(Text::Response) } else { Self::counting() }
    }

    /// Takes the text of an answer that comes in chunks.
    pub(crate) fn of_stream(hashing: bool) -> Self {
        Self { joins: true, ..Self::of_response(hashing) }
    }

    /// Adds one whole part; of a stream, a piece of the open part.
    pub(crate) fn part(&mut self, text: &str) {
        let length = text.len() as u64;
        self.length += length;
        self.has_parts = true;
        self.hash(text.as_bytes());
        self.open = Some(self.open.unwrap_or(0) + length);
        if !self.joins {
            self.close();
        }
    }

    /// Says which part the next piece of a stream belongs to; a piece of another part opens it.
    pub(crate) fn at(&mut self, index: u8) {
        if self.joins && self.index != index {
            self.close();
            self.index = index;
        }
    }

    /// Returns the index of the part that is open.
    pub(crate) fn index(&self) -> u8 {
        self.index
    }

    /// Makes the hash depend on a word beside the text, such as the role of a message.
    ///
    /// The word is not counted, and no part can stand in for it.
    pub(crate) fn mark(&mut self, word: &str) {
        self.hash(word.as_bytes());
        self.hash(&(MARK | word.len() as u64).to_le_bytes());
    }

    fn close(&mut self) {
        if let Some(length) = self.open.take() {
            self.hash(&length.to_le_bytes());
        }
    }

    fn hash(&mut self, bytes: &[u8]) {
        if let Some(kind) = self.text {
            self.gather.get_or_insert_default().add(kind, bytes);
        }
    }

    /// Returns whether no part was added.
    pub(crate) fn is_empty(&self) -> bool {
        !self.has_parts
    }

    /// Ends the text.
    pub(crate) fn finish(mut self) -> Digest {
        self.close();
        let (hash, previous_hash) = match (self.gather, self.text) {
            (Some(gather), Some(kind)) => gather.finish(kind),
            _ => (None, None),
        };
        Digest { length: self.length, hash, previous_hash }
    }
}

impl Gather {
    fn add(&mut self, text: Text, mut bytes: &[u8]) {
        loop {
            let room = GATHER - self.buffer.len();
            if bytes.len() < room {
                if self.buffer.is_empty() {
                    // The length comes behind, and must not move it all.
                    self.buffer.reserve_exact(bytes.len() + size_of::<u64>());
                }
                self.buffer.extend_from_slice(bytes);
                return;
            }
            let (piece, rest) = bytes.split_at(room);
            let long = self.long.get_or_insert_with(|| Long::new(text));
            if self.buffer.is_empty() {
                long.hash(piece);
            } else {
                self.buffer.extend_from_slice(piece);
                long.hash(&self.buffer);
                self.buffer.clear();
            }
            bytes = rest;
        }
    }

    fn finish(self, text: Text) -> (Option<String>, Option<String>) {
        if let Some(mut long) = self.long {
            long.hash(&self.buffer);
            return (Some(long.hasher.finish()), long.previous.map(Keyed::finish));
        }
        let key = KEY.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let hash = |key: &HashKey| {
            let hash = blake3::keyed_hash(key.of(text), &self.buffer);
            written(&hash, key.id())
        };
        (Some(hash(&key)), key.previous().map(hash))
    }
}

impl Long {
    fn new(text: Text) -> Box<Self> {
        let key = KEY.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let previous = key.previous().map(|key| Keyed::new(key, text));
        Box::new(Self { hasher: Keyed::new(&key, text), previous })
    }

    fn hash(&mut self, bytes: &[u8]) {
        self.hasher.hasher.update(bytes);
        if let Some(previous) = &mut self.previous {
            previous.hasher.update(bytes);
        }
    }
}

impl Keyed {
    fn new(key: &HashKey, text: Text) -> Self {
        let hasher = blake3::Hasher::new_keyed(key.of(text));
        Self { hasher, key_id: key.id().to_owned() }
    }

    fn finish(self) -> String {
        written(&self.hasher.finalize(), &self.key_id)
    }
}

fn written(hash: &blake3::Hash, key_id: &str) -> String {
    ["v1:", key_id, ":", &hash.to_hex()[..32]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(parts: &[&str], text: Text) -> String {
        let mut tally = Tally::hashing(text);
        for part in parts {
            tally.part(part);
        }
        tally.finish().hash.unwrap()
    }

    #[test]
    fn parts_and_texts_do_not_collide() {
        let long = "x".repeat(GATHER + 1);

        assert_eq!(hash(&["ab"], Text::Prompt), hash(&["ab"], Text::Prompt));
        assert_ne!(hash(&["ab"], Text::Prompt), hash(&["ab"], Text::Response));
        assert_ne!(hash(&["ab", "c"], Text::Prompt), hash(&["a", "bc"], Text::Prompt));
        assert_ne!(hash(&[&long, "c"], Text::Prompt), hash(&[&long, "d"], Text::Prompt));
        assert!(hash(&["ab"], Text::Prompt).starts_with("v1:ephemeral:"));
    }

    #[test]
    fn a_text_in_chunks_has_the_hash_of_the_whole() {
        let digest = |chunks: &[(u8, &str)]| {
            let mut tally = Tally::of_stream(true);
            for (index, chunk) in chunks {
                tally.at(*index);
                tally.part(chunk);
            }
            tally.finish()
        };

        assert_eq!(
            digest(&[(0, "ab"), (0, ""), (0, "c")]).hash,
            Some(hash(&["abc"], Text::Response))
        );
        assert_eq!(digest(&[(0, "ab"), (1, "c")]).hash, Some(hash(&["ab", "c"], Text::Response)));
        assert_eq!(digest(&[(0, "ab"), (1, "c")]).length, 3);
    }

    #[test]
    fn a_mark_changes_the_hash_and_not_the_length() {
        let marked = |mark: Option<&str>| {
            let mut tally = Tally::hashing(Text::Prompt);
            if let Some(word) = mark {
                tally.mark(word);
            }
            tally.part("hi");
            tally.finish()
        };
        let [none, user, system] = [marked(None), marked(Some("user")), marked(Some("system"))];

        assert_ne!(none.hash, user.hash);
        assert_ne!(user.hash, system.hash);
        assert_ne!(user.hash, Some(hash(&["user", "hi"], Text::Prompt)));
        assert_eq!((none.length, user.length), (2, 2));
    }
}
