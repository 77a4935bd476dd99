//! Walks a value through its `Serialize` implementation and tells a [`Visitor`] what it meets.
//!
//! Nothing is built, and what the visitor does not want is not serialised. Depth and steps are
//! limited and errors end no more than the field they happen in, so no value can hold up a call.

use std::fmt;

use serde::Serialize;
use serde::ser;

use crate::wire::place::Place;

/// Far deeper than any answer; a value that refers to itself ends here.
const DEPTH: u32 = 64;
/// Fields and members that one walk looks at: a few milliseconds at the worst.
const STEPS: u32 = 1 << 20;
/// The integers that an `f64` holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

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
}

impl<T: Serialize + ?Sized> Node for &T {
    fn walk(&self, visitor: &mut dyn Visitor, at: Place) {
        let mut steps = STEPS;
        let mut walk = Walk { visitor, steps: &mut steps, at, depth: 0, starts_list: false };
        walk.visit(at, *self).ok();
    }
}

/// A value without parts.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Flag(bool),
    Integer(u64),
    Number(f64),
    Shown(&'a dyn fmt::Display),
    Text(&'a str),
}

impl Scalar<'_> {
    /// Returns the value as a number of things that an attribute can carry.
    pub(super) fn count(self) -> Option<u64> {
        let count = match self {
            Self::Integer(count) => count,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the guard leaves whole numbers that a u64 holds"
            )]
            Self::Number(number) if number.fract() == 0.0 && (0.0..EXACT).contains(&number) => {
                number as u64
            }
            Self::Text(digits) => digits.parse().ok()?,
            _ => return None,
        };
        i64::try_from(count).is_ok().then_some(count)
    }

    /// Returns the value as an amount.
    pub(super) fn amount(self) -> Option<f64> {
        let amount = match self {
            #[expect(clippy::cast_precision_loss, reason = "amounts are approximate")]
            Self::Integer(count) => count as f64,
            Self::Number(number) => number,
            Self::Text(digits) => digits.parse().ok()?,
            _ => return None,
        };
        (amount.is_finite() && amount >= 0.0).then_some(amount)
    }

    /// Calls `take` with the value's text.
    pub(super) fn with_text(self, take: impl FnOnce(&str)) {
        match self {
            Self::Text(text) => take(text),
            Self::Shown(shown) => {
                let mut text = String::new();
                // Unlike `to_string`, this survives an implementation that fails.
                if fmt::write(&mut text, format_args!("{shown}")).is_ok() {
                    take(&text);
                }
            }
            Self::Flag(_) | Self::Integer(_) | Self::Number(_) => {}
        }
    }
}

/// Ends the walk of a subtree.
#[derive(Debug)]
struct Stop;

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
struct Walk<'v> {
    visitor: &'v mut dyn Visitor,
    steps: &'v mut u32,
    at: Place,
    depth: u32,
    starts_list: bool,
}

impl<'v> Walk<'v> {
    fn step(&mut self) -> Result<(), Stop> {
        *self.steps = self.steps.checked_sub(1).ok_or(Stop)?;
        Ok(())
    }

    /// Walks a value one level down.
    fn visit<T: Serialize + ?Sized>(&mut self, at: Place, value: &T) -> Result<(), Stop> {
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

    fn place(&mut self, key: &str) -> Option<Place> {
        self.visitor.field(self.at, key)
    }

    fn entry<T: Serialize + ?Sized>(&mut self, at: Option<Place>, value: &T) -> Result<(), Stop> {
        self.step()?;
        if let Some(at) = at {
            self.starts_list = false;
            self.visit(at, value).ok();
        }
        Ok(())
    }

    fn scalar(self, scalar: Scalar<'_>) -> Result<(), Stop> {
        self.visitor.scalar(self.at, scalar);
        Ok(())
    }

    /// A list that starts with a number is a vector, or tokens: the rest is numbers too.
    fn number(self, scalar: Scalar<'_>) -> Result<(), Stop> {
        if self.starts_list { Err(Stop) } else { self.scalar(scalar) }
    }

    fn list(mut self, starts_list: bool) -> Result<List<'v>, Stop> {
        let at = self.visitor.item(self.at).ok_or(Stop)?;
        self.starts_list = starts_list;
        Ok(List { walk: self, at })
    }

    fn variant(mut self, name: &str) -> Result<Self, Stop> {
        self.at = self.place(name).ok_or(Stop)?;
        Ok(self)
    }
}

macro_rules! scalars {
    ($($method:ident($type:ty) => $call:ident $scalar:expr;)*) => {
        $(fn $method(self, value: $type) -> Result<(), Stop> {
            let scalar: fn($type) -> Scalar<'static> = $scalar;
            self.$call(scalar(value))
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

    scalars! {
        serialize_bool(bool) => scalar Scalar::Flag;
        serialize_i8(i8) => number |value| Scalar::Number(value.into());
        serialize_i16(i16) => number |value| Scalar::Number(value.into());
        serialize_i32(i32) => number |value| Scalar::Number(value.into());
        serialize_i64(i64) => number |value| u64::try_from(value).map_or(Scalar::Number(-1.0), Scalar::Integer);
        serialize_i128(i128) => number |value| u64::try_from(value).map_or(Scalar::Number(-1.0), Scalar::Integer);
        serialize_u8(u8) => number |value| Scalar::Integer(value.into());
        serialize_u16(u16) => number |value| Scalar::Integer(value.into());
        serialize_u32(u32) => number |value| Scalar::Integer(value.into());
        serialize_u64(u64) => number Scalar::Integer;
        serialize_u128(u128) => number |value| u64::try_from(value).map_or(Scalar::Number(f64::MAX), Scalar::Integer);
        serialize_f32(f32) => number |value| Scalar::Number(value.into());
        serialize_f64(f64) => number Scalar::Number;
    }

    fn serialize_char(self, value: char) -> Result<(), Stop> {
        self.scalar(Scalar::Text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, value: &str) -> Result<(), Stop> {
        self.scalar(Scalar::Text(value))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Stop> {
        self.scalar(Scalar::Shown(&value))
    }

    fn serialize_bytes(self, _value: &[u8]) -> Result<(), Stop> {
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
        self.scalar(Scalar::Text(variant))
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
        self.list(true)
    }

    fn serialize_tuple(self, _len: usize) -> Result<List<'v>, Stop> {
        self.list(false)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<List<'v>, Stop> {
        self.list(false)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<List<'v>, Stop> {
        self.variant(variant)?.list(false)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Map<'v>, Stop> {
        Ok(Map { walk: self, at: None })
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

/// A walk through the members of a list.
struct List<'v> {
    walk: Walk<'v>,
    at: Place,
}

macro_rules! lists {
    ($($list:ident::$method:ident),*) => {
        $(impl ser::$list for List<'_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                self.walk.visit(self.at, value)?;
                self.walk.starts_list = false;
                Ok(())
            }

            fn end(self) -> Result<(), Stop> {
                Ok(())
            }
        })*
    };
}

lists!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

macro_rules! structs {
    ($($object:ident),*) => {
        $(impl ser::$object for Walk<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), Stop> {
                let at = self.place(key);
                self.entry(at, value)
            }

            fn end(self) -> Result<(), Stop> {
                Ok(())
            }
        })*
    };
}

structs!(SerializeStruct, SerializeStructVariant);

/// A walk through a map, and the place that the last key stands for.
struct Map<'v> {
    walk: Walk<'v>,
    at: Option<Place>,
}

impl ser::SerializeMap for Map<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        let mut at = None;
        (&key).walk(&mut Key(&mut |key| at = self.walk.place(key)), Place::Object);
        self.at = at;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        let at = self.at.take();
        self.walk.entry(at, value)
    }

    fn end(self) -> Result<(), Stop> {
        Ok(())
    }
}

/// Hands on a map's key, if it is a string.
struct Key<'k>(&'k mut dyn FnMut(&str));

impl Visitor for Key<'_> {
    fn field(&mut self, _at: Place, _key: &str) -> Option<Place> {
        None
    }

    fn item(&mut self, _at: Place) -> Option<Place> {
        None
    }

    fn scalar(&mut self, _at: Place, scalar: Scalar<'_>) {
        if let Scalar::Text(key) = scalar {
            (self.0)(key);
        }
    }
}
