//! Takes a value as a JSON tree, within limits: what is too long is left out by its length alone, so
//! that no value holds up a call or fills the memory.

mod compound;

use std::fmt::{self, Display};

use serde::Serialize;
use serde::ser;
use serde_json::{Map, Number, Value};

use compound::{List, Object};

/// Bytes of text that are taken of one call.
pub(crate) const ROOM: usize = 256 * 1024;
/// Values that are taken of one call.
const VALUES: usize = 16 * 1024;
const DEPTH: u8 = 48;
/// A text in one piece of letters as long as this is data that was written as text.
const BLOB: usize = 512;

/// What is left to be taken of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    bytes: usize,
    values: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { bytes: ROOM, values: VALUES }
    }
}

impl Room {
    /// Returns a text, or what stands for one that is too long or no text.
    pub(crate) fn text(&mut self, text: &str) -> String {
        if let Some(kind) = blob(text) {
            return kind;
        }
        match self.bytes.checked_sub(text.len()) {
            Some(left) => {
                self.bytes = left;
                text.to_owned()
            }
            None => withheld(text.len()),
        }
    }

    /// Adds a piece to a text, if there is room.
    pub(crate) fn piece(&mut self, text: &mut String, piece: &str) {
        if let Some(left) = self.bytes.checked_sub(piece.len()) {
            self.bytes = left;
            text.push_str(piece);
        } else {
            // What comes after a gap would pass for what comes next.
            self.bytes = 0;
        }
    }
}

/// What stands for a text that is too long.
pub(crate) fn withheld(bytes: usize) -> String {
    format!("[WITHHELD: {bytes} bytes are too many]")
}

/// Takes a value.
pub(crate) fn tree<T: Serialize + ?Sized>(value: &T, room: &mut Room) -> Value {
    value.serialize(Taker { room, depth: DEPTH }).unwrap_or_else(|_| Value::from("[WITHHELD]"))
}

/// What stands for data that was written as text.
fn blob(text: &str) -> Option<String> {
    if let Some(data) = text.strip_prefix("data:") {
        let kind =
            data.split([';', ',']).next().filter(|kind| kind.len() <= 64).unwrap_or_default();
        return Some(format!("[{kind}: {} bytes]", text.len()));
    }
    let is_data = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
    let start = text.as_bytes().get(..BLOB)?;
    start.iter().all(is_data).then(|| format!("[data: {} bytes]", text.len()))
}

struct Taker<'r> {
    room: &'r mut Room,
    depth: u8,
}

/// What could not be taken.
#[derive(Debug)]
struct Fault;

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not taken")
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: Display>(_message: T) -> Self {
        Self
    }
}

impl Taker<'_> {
    fn child(&mut self) -> Result<Taker<'_>, Fault> {
        self.room.values = self.room.values.checked_sub(1).ok_or(Fault)?;
        let depth = self.depth.checked_sub(1).ok_or(Fault)?;
        Ok(Taker { room: self.room, depth })
    }

    /// Takes a part; one that goes wrong is left out, and the rest stays.
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Option<Value> {
        value.serialize(self.child().ok()?).ok()
    }
}

macro_rules! numbers {
    ($($method:ident($type:ty);)*) => {
        $(fn $method(self, value: $type) -> Result<Value, Fault> {
            Ok(Value::from(value))
        })*
    };
}

impl<'r> ser::Serializer for Taker<'r> {
    type Ok = Value;
    type Error = Fault;
    type SerializeSeq = List<'r>;
    type SerializeTuple = List<'r>;
    type SerializeTupleStruct = List<'r>;
    type SerializeTupleVariant = List<'r>;
    type SerializeMap = Object<'r>;
    type SerializeStruct = Object<'r>;
    type SerializeStructVariant = Object<'r>;

    numbers! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f64(f64);
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Fault> {
        // 0.2 means 0.2, not 0.20000000298.
        Ok(value.to_string().parse().ok().and_then(Number::from_f64).into())
    }

    fn serialize_char(self, value: char) -> Result<Value, Fault> {
        Ok(Value::from(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Value, Fault> {
        Ok(Value::from(self.room.text(value)))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Value, Fault> {
        Ok(Value::from(format!("[data: {} bytes]", value.len())))
    }

    fn serialize_none(self) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Fault> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Value, Fault> {
        Ok(Value::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        _name: &'static str,
        value: &T,
    ) -> Result<Value, Fault> {
        value.serialize(self.child()?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Fault> {
        let value = value.serialize(self.child()?)?;
        Ok(Value::Object(Map::from_iter([(variant.to_owned(), value)])))
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<List<'r>, Fault> {
        Ok(List::new(self, None))
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'r>, Fault> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<List<'r>, Fault> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<List<'r>, Fault> {
        Ok(List::new(self, Some(variant)))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Object<'r>, Fault> {
        Ok(Object::new(self, None))
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Object<'r>, Fault> {
        self.serialize_map(None)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Object<'r>, Fault> {
        Ok(Object::new(self, Some(variant)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(value: &Value) -> Value {
        tree(value, &mut Room::default())
    }

    #[test]
    fn a_value_is_taken_as_it_is_but_for_data() {
        let given = json!({"a": [1, "two", {"b": true}], "c": 1.5, "d": null});
        assert_eq!(taken(&given), json!({"a": [1, "two", {"b": true}], "c": 1.5}));
        assert_eq!(taken(&json!(vec![0.5; 100])), json!("[data: 100 numbers]"));
        assert_eq!(taken(&json!("data:image/png;base64,AAAA")), json!("[image/png: 26 bytes]"));
        assert_eq!(taken(&json!("A".repeat(1000))), json!("[data: 1000 bytes]"));
    }

    #[test]
    fn what_is_too_long_or_too_deep_costs_nothing() {
        let long = json!(["a word ".repeat(1 << 20), "short"]);
        assert_eq!(taken(&long), json!(["[WITHHELD: 7340032 bytes are too many]", "short"]));

        let deep = (0..10_000).fold(json!(1), |inner, _| Value::Array(vec![inner]));
        assert!(taken(&deep).to_string().len() < 200);
        std::mem::forget(deep);

        let many = vec!["x"; 100_000];
        let Value::Array(items) = tree(&many, &mut Room::default()) else { panic!() };
        assert_eq!(items.len(), VALUES);
    }
}
