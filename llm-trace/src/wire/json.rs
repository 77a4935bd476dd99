//! Owns [`Json`]: JSON text that serialises to what it says, so that it is walked as any value is.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, SeqAccess};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// The longest text that is parsed, in bytes.
const LENGTH: usize = 16 << 20;
/// How often a text may be gone through. Each level of an answer takes two or three times, for it is
/// looked at before it is walked; what is nested deeper than any answer ends here.
const TIMES: usize = 64;

/// An object or a list as JSON text. No tree is built of it: what a walk does not enter is skipped
/// as text, and a string is borrowed unless it has escapes.
#[derive(Clone, Copy)]
pub(super) struct Json<'a> {
    text: &'a RawValue,
    budget: &'a Budget,
}

/// The bytes that may still be gone through.
#[derive(Default)]
pub(super) struct Budget(Cell<usize>);

impl Budget {
    /// Allows for one reading of a text.
    pub(super) fn renew(&self, text: &str) {
        self.0.set(text.len() * TIMES);
    }
}

impl<'a> Json<'a> {
    /// Takes a text that is the JSON of an object or a list, and nothing else.
    pub(super) fn parse(text: &'a str, budget: &'a Budget) -> Option<Self> {
        let has_parts = text.trim_ascii_start().starts_with(['{', '[']);
        if !has_parts || text.len() > LENGTH {
            return None;
        }
        budget.renew(text);
        serde_json::from_str(text).ok().map(|text| Self { text, budget })
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, budget } = *self;
        let text = text.get();
        let left = budget.0.get().checked_sub(text.len());
        budget.0.set(left.ok_or_else(|| S::Error::custom("nested too deep"))?);
        let replay = Replay { serializer, budget };
        let said = serde_json::Deserializer::from_str(text).deserialize_any(replay);
        said.unwrap_or_else(|fault| Err(S::Error::custom(fault)))
    }
}

/// Tells a serialiser what a deserialiser finds. The serialiser's own error is a value here.
struct Replay<'a, S> {
    serializer: S,
    budget: &'a Budget,
}

macro_rules! scalars {
    ($($visit:ident($type:ty) = $serialize:ident;)*) => {
        $(fn $visit<E: de::Error>(self, value: $type) -> Result<Self::Value, E> {
            Ok(self.serializer.$serialize(value))
        })*
    };
}

impl<'a, S: Serializer> de::Visitor<'a> for Replay<'a, S> {
    type Value = Result<S::Ok, S::Error>;

    scalars! {
        visit_bool(bool) = serialize_bool;
        visit_i64(i64) = serialize_i64;
        visit_u64(u64) = serialize_u64;
        visit_f64(f64) = serialize_f64;
        visit_str(&str) = serialize_str;
    }

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(self.serializer.serialize_unit())
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let Self { serializer, budget } = self;
        let mut list = match serializer.serialize_seq(None) {
            Ok(list) => list,
            Err(stop) => return Ok(Err(stop)),
        };
        while let Some(text) = access.next_element()? {
            if let Err(stop) = list.serialize_element(&Json { text, budget }) {
                return Ok(Err(stop));
            }
        }
        Ok(list.end())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let Self { serializer, budget } = self;
        let mut map = match serializer.serialize_map(None) {
            Ok(map) => map,
            Err(stop) => return Ok(Err(stop)),
        };
        while let Some((key, text)) = access.next_entry::<Cow<'_, str>, _>()? {
            if let Err(stop) = map.serialize_entry(&key, &Json { text, budget }) {
                return Ok(Err(stop));
            }
        }
        Ok(map.end())
    }
}
