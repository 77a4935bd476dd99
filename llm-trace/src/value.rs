//! Owns the conversions from what a user writes to what an attribute holds.
//!
//! OpenTelemetry has one integer, `i64`; unsigned counts above it are clamped, never turned into
//! text. `None` sets nothing. An expansion passes references, so that what a user wrote stays theirs.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use opentelemetry::{StringValue, Value};

/// A number that a request parameter takes: any width, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit here",
    label = "a number that fits `{T}` was expected here, or an `Option` of one"
)]
pub trait Param<T> {
    /// Returns the number, if there is one.
    fn param(&self) -> Option<T>;
}

/// A text that an argument takes: `&str`, `String`, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit here",
    label = "a string was expected here, or an `Option` of one",
    note = "convert it, as in `value.to_string()`"
)]
pub trait Words {
    /// Returns the text, if there is one.
    fn words(&self) -> Option<&str>;
}

/// Several texts that an argument takes: an array, a slice, a `Vec`, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit here",
    label = "a list of strings was expected here, or an `Option` of one"
)]
pub trait WordList {
    /// Returns the texts as an attribute value, if there are any.
    fn list(&self) -> Option<Value>;
}

/// A value of an attribute of your own: a number, a bool, a text, or several texts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an attribute value",
    label = "a number, a bool, a string, a list of strings, or an `Option` of one was expected here",
    note = "convert it, as in `value.to_string()`"
)]
pub trait Attribute {
    /// Returns the value, if there is one.
    fn attribute(&self) -> Option<Value>;
}

macro_rules! integers {
    ($($integer:ty),*) => {
        $(
            impl Param<i64> for $integer {
                fn param(&self) -> Option<i64> {
                    Some(i64::try_from(*self).unwrap_or(i64::MAX))
                }
            }

            impl Param<f64> for $integer {
                #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "as documented by the type asked for")]
                fn param(&self) -> Option<f64> {
                    Some(*self as f64)
                }
            }

            impl Attribute for $integer {
                fn attribute(&self) -> Option<Value> {
                    Param::<i64>::param(self).map(Value::I64)
                }
            }
        )*
    };
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

impl Param<f64> for f32 {
    fn param(&self) -> Option<f64> {
        // 0.2 means 0.2, not 0.20000000298: take its shortest decimal form.
        self.to_string().parse().ok()
    }
}

impl Param<f64> for f64 {
    fn param(&self) -> Option<f64> {
        Some(*self)
    }
}

macro_rules! floats {
    ($($float:ty),*) => {
        $(impl Attribute for $float {
            fn attribute(&self) -> Option<Value> {
                Param::<f64>::param(self).map(Value::F64)
            }
        })*
    };
}

floats!(f32, f64);

impl Attribute for bool {
    fn attribute(&self) -> Option<Value> {
        Some(Value::Bool(*self))
    }
}

impl<T, P: Param<T>> Param<T> for Option<P> {
    fn param(&self) -> Option<T> {
        self.as_ref().and_then(P::param)
    }
}

impl<T, P: Param<T> + ?Sized> Param<T> for &P {
    fn param(&self) -> Option<T> {
        (**self).param()
    }
}

macro_rules! texts {
    ($($text:ty),*) => {
        $(
            impl Words for $text {
                fn words(&self) -> Option<&str> {
                    Some(self)
                }
            }

            impl Attribute for $text {
                fn attribute(&self) -> Option<Value> {
                    Some(Value::String(self.to_string().into()))
                }
            }
        )*
    };
}

texts!(str, String, Cow<'_, str>);

macro_rules! look_through {
    ($($pointer:ty),*) => {
        $(
            impl<W: Words + ?Sized> Words for $pointer {
                fn words(&self) -> Option<&str> {
                    (**self).words()
                }
            }

            impl<W: Attribute + ?Sized> Attribute for $pointer {
                fn attribute(&self) -> Option<Value> {
                    (**self).attribute()
                }
            }
        )*
    };
}

look_through!(&W, Box<W>, Rc<W>, Arc<W>);

impl<W: Words> Words for Option<W> {
    fn words(&self) -> Option<&str> {
        self.as_ref().and_then(W::words)
    }
}

impl<A: Attribute> Attribute for Option<A> {
    fn attribute(&self) -> Option<Value> {
        self.as_ref().and_then(A::attribute)
    }
}

impl<W: Words> WordList for [W] {
    fn list(&self) -> Option<Value> {
        let words: Vec<StringValue> = self
            .iter()
            .filter_map(W::words)
            .map(|word| StringValue::from(word.to_owned()))
            .collect();
        (!words.is_empty()).then(|| Value::Array(words.into()))
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $list:ty;)*) => {
        $(
            impl<W: Words, $($generics)*> WordList for $list {
                fn list(&self) -> Option<Value> {
                    self.as_slice().list()
                }
            }

            impl<W: Words, $($generics)*> Attribute for $list {
                fn attribute(&self) -> Option<Value> {
                    self.list()
                }
            }
        )*
    };
}

lists! {
    [] Vec<W>;
    [const N: usize] [W; N];
}

impl<W: Words> Attribute for [W] {
    fn attribute(&self) -> Option<Value> {
        self.list()
    }
}

impl<L: WordList + ?Sized> WordList for &L {
    fn list(&self) -> Option<Value> {
        (**self).list()
    }
}

impl<L: WordList> WordList for Option<L> {
    fn list(&self) -> Option<Value> {
        self.as_ref().and_then(L::list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_stay_integers_and_decimals_stay_short() {
        assert_eq!(7_u32.attribute(), Some(Value::I64(7)));
        assert_eq!(u64::MAX.attribute(), Some(Value::I64(i64::MAX)));
        assert_eq!(Param::<f64>::param(&0.2_f32), Some(0.2));
        assert_eq!(Param::<f64>::param(&Some(1)), Some(1.0));
        assert_eq!(None::<u8>.attribute(), None);
    }

    #[test]
    fn texts_and_lists_are_read_through_references() {
        let (model, stop) = (Some("gpt-4o".to_owned()), Some(vec!["a", "b"]));
        assert_eq!((&&model).words(), Some("gpt-4o"));
        assert_eq!(Arc::<str>::from("gpt-4o").words(), Some("gpt-4o"));
        let borrowed = &stop;
        assert_eq!(borrowed.list(), ["a", "b"].list());
        assert_eq!([""; 0].list(), None);
    }
}
