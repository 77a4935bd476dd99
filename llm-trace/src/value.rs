//! Owns the conversions from what a user writes to what an attribute holds.
//!
//! OpenTelemetry has one integer, `i64`; unsigned counts above it are clamped, never turned into
//! text. `None` sets nothing.

use std::borrow::Cow;

use opentelemetry::{StringValue, Value};

/// A number that a request parameter takes: any width, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for this argument",
    label = "a number was expected here, or an `Option` of one"
)]
pub trait Param<T> {
    /// Returns the number, if there is one.
    fn param(self) -> Option<T>;
}

/// A text that an argument takes: `&str`, `String`, or an `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value for this argument",
    label = "a string was expected here, or an `Option` of one"
)]
pub trait Words {
    /// Returns the text, if there is one.
    fn words(self) -> Option<String>;
}

/// A value of an attribute of your own: a number, a bool, a text, or several texts.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an attribute value",
    label = "a number, a bool, a string, a list of strings, or an `Option` of one was expected here",
    note = "convert it, as in `value.to_string()`"
)]
pub trait Attribute {
    /// Returns the value, if there is one.
    fn attribute(self) -> Option<Value>;
}

macro_rules! integers {
    ($($integer:ty),*) => {
        $(
            impl Param<i64> for $integer {
                fn param(self) -> Option<i64> {
                    Some(i64::try_from(self).unwrap_or(i64::MAX))
                }
            }

            impl Param<f64> for $integer {
                #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "as documented by the type asked for")]
                fn param(self) -> Option<f64> {
                    Some(self as f64)
                }
            }

            impl Attribute for $integer {
                fn attribute(self) -> Option<Value> {
                    Param::<i64>::param(self).map(Value::I64)
                }
            }
        )*
    };
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

macro_rules! floats {
    ($($float:ty),*) => {
        $(
            impl Param<f64> for $float {
                fn param(self) -> Option<f64> {
                    // An f32 of 0.2 means 0.2, not 0.20000000298: take its shortest decimal form.
                    self.to_string().parse().ok()
                }
            }

            impl Attribute for $float {
                fn attribute(self) -> Option<Value> {
                    Param::<f64>::param(self).map(Value::F64)
                }
            }
        )*
    };
}

floats!(f32);

impl Param<f64> for f64 {
    fn param(self) -> Option<f64> {
        Some(self)
    }
}

impl Attribute for f64 {
    fn attribute(self) -> Option<Value> {
        Some(Value::F64(self))
    }
}

impl Attribute for bool {
    fn attribute(self) -> Option<Value> {
        Some(Value::Bool(self))
    }
}

impl<T, P: Param<T>> Param<T> for Option<P> {
    fn param(self) -> Option<T> {
        self.and_then(P::param)
    }
}

impl<T, P: Param<T> + Copy> Param<T> for &P {
    fn param(self) -> Option<T> {
        (*self).param()
    }
}

macro_rules! texts {
    ($($text:ty),*) => {
        $(
            impl Words for $text {
                fn words(self) -> Option<String> {
                    Some(self.into())
                }
            }

            impl Attribute for $text {
                fn attribute(self) -> Option<Value> {
                    Some(Value::String(String::from(self).into()))
                }
            }
        )*
    };
}

texts!(&str, String, Cow<'_, str>, Box<str>);

impl<W: Words> Words for Option<W> {
    fn words(self) -> Option<String> {
        self.and_then(W::words)
    }
}

/// An expansion passes what a user wrote by reference.
impl<W: Words + Clone> Words for &W {
    fn words(self) -> Option<String> {
        self.clone().words()
    }
}

impl<A: Attribute> Attribute for Option<A> {
    fn attribute(self) -> Option<Value> {
        self.and_then(A::attribute)
    }
}

impl<A: Attribute + Clone> Attribute for &A {
    fn attribute(self) -> Option<Value> {
        self.clone().attribute()
    }
}

impl<W: Words> Attribute for Vec<W> {
    fn attribute(self) -> Option<Value> {
        let words: Vec<StringValue> =
            self.into_iter().filter_map(Words::words).map(StringValue::from).collect();
        Some(Value::Array(words.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_stay_integers_and_decimals_stay_short() {
        assert_eq!(7_u32.attribute(), Some(Value::I64(7)));
        assert_eq!(u64::MAX.attribute(), Some(Value::I64(i64::MAX)));
        assert_eq!(Param::<f64>::param(0.2_f32), Some(0.2));
        assert_eq!(Param::<f64>::param(Some(1)), Some(1.0));
        assert_eq!(None::<u8>.attribute(), None);
    }
}
