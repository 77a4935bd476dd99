//! Owns the files of the spool: one for each request, whole or not there at all.
//!
//! A file is written under another name, synced, and renamed: a program that is killed leaves no half
//! of one. A power cut may, so each begins with a checksum of itself and of its name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::digest::checksum;
use crate::export::parcel::{Encoding, Parcel};

use super::Signal;

const MAGIC: &[u8] = b"llm-trace spool 1\n";
const CHECKSUM: usize = 32;
const EXTENSION: &str = ".otlp";
/// What a file is called until it is whole.
const UNFINISHED: &str = ".unfinished";

/// What the name of a file says of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Name {
    /// Its place in the order.
    pub(super) sequence: u64,
    pub(super) signal: Signal,
    /// How many spans, data points or log records are in it.
    pub(super) items: u64,
}

impl Name {
    /// Reads the name of a file.
    pub(super) fn read(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(EXTENSION)?.split('.');
        let name = Self {
            sequence: parts.next()?.parse().ok()?,
            signal: Signal::read(parts.next()?)?,
            items: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(name)
    }

    pub(super) fn written(self) -> String {
        let Self { sequence, signal, items } = self;
        format!("{sequence:020}.{}.{items}{EXTENSION}", signal.name())
    }
}

/// Returns whether a file was left behind half written.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.strip_suffix(UNFINISHED).is_some_and(|name| Name::read(name).is_some())
}

/// Writes a request; returns how long the file is.
pub(super) fn write(directory: &Path, name: Name, parcel: &Parcel) -> io::Result<u64> {
    let (written, head) = (name.written(), head(parcel));
    let unfinished = directory.join(format!("{written}{UNFINISHED}"));
    let checksum = checksum(&[written.as_bytes(), &head, &parcel.body]);
    let parts = [MAGIC, &checksum, &head, &parcel.body];
    let whole = File::create(&unfinished).and_then(|mut file| {
        parts.iter().try_for_each(|part| file.write_all(part))?;
        file.sync_data()
    });
    let renamed = whole.and_then(|()| fs::rename(&unfinished, directory.join(&written)));
    if renamed.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    renamed.map(|()| parts.iter().map(|part| part.len() as u64).sum())
}

/// Reads a request; nothing, if the file is damaged.
pub(super) fn read(directory: &Path, name: Name) -> Option<Parcel> {
    let written = name.written();
    let bytes = fs::read(directory.join(&written)).ok()?;
    let (sum, rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(CHECKSUM)?;
    let (head, body) = rest.split_first_chunk::<2>()?;
    if checksum(&[written.as_bytes(), head, body]) != sum {
        return None;
    }
    let encoding = match head[1] {
        b'g' => Encoding::Gzip,
        b'z' => Encoding::Zstd,
        _ => Encoding::Plain,
    };
    Some(Parcel { is_json: head[0] == b'j', encoding, body: body.to_vec().into() })
}

/// What is to be known of the body.
fn head(parcel: &Parcel) -> [u8; 2] {
    let encoding = match parcel.encoding {
        Encoding::Gzip => b'g',
        Encoding::Plain => b'-',
        Encoding::Zstd => b'z',
    };
    [if parcel.is_json { b'j' } else { b'p' }, encoding]
}
