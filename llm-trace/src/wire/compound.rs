//! Walks through what has parts: lists, structs and maps. Errors end the field they happen in.

use serde::Serialize;
use serde::ser;

use crate::wire::place::Place;
use crate::wire::scalar::Scalar;
use crate::wire::walk::{Node, Stop, Visitor, Walk};

/// A walk through the members of a list.
pub(super) struct List<'v> {
    walk: Walk<'v>,
    /// Where the members are.
    at: Place,
}

impl<'v> List<'v> {
    /// Starts on a list; only one of any length can be a vector.
    pub(super) fn new(mut walk: Walk<'v>, any_length: bool) -> Result<Self, Stop> {
        let at = walk.visitor.item(walk.at).ok_or(Stop)?;
        walk.starts_list = any_length;
        Ok(Self { walk, at })
    }
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
pub(super) struct Map<'v> {
    walk: Walk<'v>,
    at: Option<Place>,
}

impl<'v> Map<'v> {
    pub(super) fn new(walk: Walk<'v>) -> Self {
        Self { walk, at: None }
    }
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
