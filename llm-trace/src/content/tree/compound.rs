//! Takes lists and objects, part by part.

use serde::Serialize;
use serde::ser;
use serde_json::{Map, Value};

use super::{Fault, Taker};

/// A list of more numbers than this is a vector, or bytes.
const NUMBERS: usize = 16;

pub(super) struct List<'r> {
    taker: Taker<'r>,
    items: Vec<Value>,
    /// Numbers that were not taken.
    passed: usize,
    variant: Option<&'static str>,
}

impl<'r> List<'r> {
    pub(super) fn new(taker: Taker<'r>, variant: Option<&'static str>) -> Self {
        Self { taker, items: Vec::new(), passed: 0, variant }
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) {
        let is_vector = self.passed > 0
            || self.items.len() == NUMBERS && self.items.iter().all(Value::is_number);
        if is_vector {
            self.passed += 1;
        } else {
            self.items.extend(self.taker.part(value));
        }
    }

    fn finish(self) -> Value {
        let value = match self.passed {
            0 => Value::Array(self.items),
            passed => Value::from(format!("[data: {} numbers]", self.items.len() + passed)),
        };
        of_variant(self.variant, value)
    }
}

fn of_variant(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        None => value,
        Some(name) => Value::Object(Map::from_iter([(name.to_owned(), value)])),
    }
}

macro_rules! lists {
    ($($of:ident::$method:ident;)*) => {
        $(impl ser::$of for List<'_> {
            type Ok = Value;
            type Error = Fault;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
                self.add(value);
                Ok(())
            }

            fn end(self) -> Result<Value, Fault> {
                Ok(self.finish())
            }
        })*
    };
}

lists! {
    SerializeSeq::serialize_element;
    SerializeTuple::serialize_element;
    SerializeTupleStruct::serialize_field;
    SerializeTupleVariant::serialize_field;
}

pub(super) struct Object<'r> {
    taker: Taker<'r>,
    fields: Map<String, Value>,
    key: Option<String>,
    variant: Option<&'static str>,
}

impl<'r> Object<'r> {
    pub(super) fn new(taker: Taker<'r>, variant: Option<&'static str>) -> Self {
        Self { taker, fields: Map::new(), key: None, variant }
    }

    fn add<T: Serialize + ?Sized>(&mut self, key: String, value: &T) {
        if let Some(value) = self.taker.part(value)
            && !value.is_null()
        {
            self.fields.insert(key, value);
        }
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = Value;
    type Error = Fault;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Fault> {
        self.key = match self.taker.part(key) {
            Some(Value::String(key)) => Some(key),
            Some(other) => Some(other.to_string()),
            None => None,
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Fault> {
        if let Some(key) = self.key.take() {
            self.add(key, value);
        }
        Ok(())
    }

    fn end(self) -> Result<Value, Fault> {
        // What serde_json's `arbitrary_precision` makes of a number.
        if let [(key, Value::String(digits))] = &self.fields.iter().collect::<Vec<_>>()[..]
            && key.starts_with("$serde_json")
        {
            return Ok(Value::String((*digits).clone()));
        }
        Ok(of_variant(self.variant, Value::Object(self.fields)))
    }
}

macro_rules! objects {
    ($($of:ident;)*) => {
        $(impl ser::$of for Object<'_> {
            type Ok = Value;
            type Error = Fault;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Fault> {
                self.add(key.to_owned(), value);
                Ok(())
            }

            fn end(self) -> Result<Value, Fault> {
                Ok(of_variant(self.variant, Value::Object(self.fields)))
            }
        })*
    };
}

objects! {
    SerializeStruct;
    SerializeStructVariant;
}
