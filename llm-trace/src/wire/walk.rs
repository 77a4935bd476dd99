//! Walks a value through its `Serialize` implementation and tells a [`Visitor`] what it meets.
//!
//! Nothing is built, and what the visitor does not want is not serialised. Depth and steps are
//! limited and errors end no more than the field they happen in, so no value can hold up a call.

use std::fmt;

use serde::Serialize;
use serde::ser;
use serde_json::Value;

use crate::content::{self, Room};
use crate::value::Param;
use crate::wire::compound::{List, Map};
use crate::wire::place::Place;
use crate::wire::scalar::Scalar;

/// Far deeper than any answer; a value that refers to itself ends here.
const DEPTH: u32 = 64;
/// Fields and members that one walk looks at: a few milliseconds at the worst.
const STEPS: u32 = 1 << 18;

/// Decides where a walk goes and takes what it meets.
pub(super) trait Visitor {
    /// Returns the place of the value under `key`, if it is of interest.
    fn field(&mut self, at: Place, key: &str) -> Option<Place>;

    /// Returns the place of the members of a list, if they are of interest.
    fn item(&mut self, at: Place) -> Option<Place>;

    /// Looks at a value before it is walked: returns a better place, or refuses it.
    fn enter(&mut self, at: Place, _node: &dyn Node) -> Option<Place> {
        Some(at)
    }

    /// Takes a value without parts. A null is not told.
    fn scalar(&mut self, at: Place, scalar: Scalar<'_>);
}

/// A value whose type does not matter any more, so that the walk is compiled once per type.
pub(super) trait Node {
    fn walk(&self, visitor: &mut dyn Visitor, at: Place);

    /// Takes the value itself, within limits.
    fn tree(&self, room: &mut Room) -> Value;
}

impl<T: Serialize + ?Sized> Node for &T {
    fn walk(&self, visitor: &mut dyn Visitor, at: Place) {
        let mut steps = STEPS;
        let mut walk = Walk { visitor, steps: &mut steps, at, depth: 0, starts_list: false };
        walk.visit(at, *self).ok();
    }

    fn tree(&self, room: &mut Room) -> Value {
        content::tree(*self, room)
    }
}

/// Ends the walk of a subtree.
#[derive(Debug)]
pub(super) struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing more to read here")
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

/// A walk that has come to `at`.
pub(super) struct Walk<'v> {
    pub(super) visitor: &'v mut dyn Visitor,
    steps: &'v mut u32,
    pub(super) at: Place,
    depth: u32,
    /// Whether the value is the first member of a list.
    pub(super) starts_list: bool,
}

impl Walk<'_> {
    /// Walks a value one level down.
    pub(super) fn visit<T: Serialize + ?Sized>(
        &mut self,
        at: Place,
        value: &T,
    ) -> Result<(), Stop> {
        self.step()?;
        let Some(at) = self.visitor.enter(at, &value) else { return Ok(()) };
        self.descend(at, value)
    }

    /// Walks what is inside a value that has been entered.
    fn descend<T: Serialize + ?Sized>(&mut self, at: Place, value: &T) -> Result<(), Stop> {
        let depth = self.depth + 1;
        let starts_list = self.starts_list;
        if depth > DEPTH {
            return Err(Stop);
        }
        value.serialize(Walk { visitor: self.visitor, steps: self.steps, at, depth, starts_list })
    }

    /// Returns where a key leads.
    pub(super) fn place(&mut self, key: &str) -> Option<Place> {
        self.visitor.field(self.at, key)
    }

    /// Walks the value of a key. What goes wrong in there ends there.
    pub(super) fn entry<T: Serialize + ?Sized>(
        &mut self,
        at: Option<Place>,
        value: &T,
    ) -> Result<(), Stop> {
        self.step()?;
        if let Some(at) = at {
            self.starts_list = false;
            self.visit(at, value).ok();
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), Stop> {
        *self.steps = self.steps.checked_sub(1).ok_or(Stop)?;
        Ok(())
    }

    fn scalar(self, scalar: Scalar<'_>) {
        self.visitor.scalar(self.at, scalar);
    }

    /// A list that starts with a number is a vector, or tokens: the rest is numbers too.
    fn number(self, scalar: Scalar<'_>) -> Result<(), Stop> {
        if self.starts_list {
            return Err(Stop);
        }
        self.scalar(scalar);
        Ok(())
    }

    /// Goes on inside an enum's variant, which is as a key to what it has.
    fn variant(mut self, name: &str) -> Result<Self, Stop> {
        self.at = self.place(name).ok_or(Stop)?;
        Ok(self)
    }
}

macro_rules! integers {
    ($($method:ident($type:ty);)*) => {
        $(fn $method(self, value: $type) -> Result<(), Stop> {
            self.number(Scalar::integer(value.into()))
        })*
    };
}

impl<'v> ser::Serializer for Walk<'v> {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = List<'v>;
    type SerializeTuple = List<'v>;
    type SerializeTupleStruct = List<'v>;
    type SerializeTupleVariant = List<'v>;
    type SerializeMap = Map<'v>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    integers! {
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_i128(i128);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
    }

    fn serialize_u128(self, value: u128) -> Result<(), Stop> {
        self.number(Scalar::integer(value.try_into().unwrap_or(i128::MAX)))
    }

    fn serialize_f32(self, value: f32) -> Result<(), Stop> {
        // 0.2 means 0.2, not 0.20000000298.
        self.number(Scalar::Number(value.param().unwrap_or(f64::NAN)))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Stop> {
        self.number(Scalar::Number(value))
    }

    fn serialize_bool(self, value: bool) -> Result<(), Stop> {
        self.scalar(Scalar::Flag(value));
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        self.scalar(Scalar::Text(value.encode_utf8(&mut [0; 4])));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        self.scalar(Scalar::Text(value));
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Stop> {
        self.scalar(Scalar::Shown(&value));
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        self.scalar(Scalar::Bytes(value));
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), Stop> {
        self.descend(self.at, value)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Stop> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Stop> {
        // An event that is nothing but its name, such as the start of a stream, has no text.
        if self.at != Place::Content || self.depth > 1 {
            self.scalar(Scalar::Text(variant));
        }
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        mut self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        self.descend(self.at, value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        let at = self.place(variant);
        self.entry(at, value)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<List<'v>, Stop> {
        List::new(self, true)
    }

    fn serialize_tuple(self, _len: usize) -> Result<List<'v>, Stop> {
        List::new(self, false)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<List<'v>, Stop> {
        List::new(self, false)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<List<'v>, Stop> {
        List::new(self.variant(variant)?, false)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Map<'v>, Stop> {
        Ok(Map::new(self))
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Self, Stop> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self, Stop> {
        self.variant(variant)
    }
}
