//! Owns [`Scalar`]: a value without parts, and what it can be taken for.

use std::fmt;

/// The integers that an `f64` holds exactly.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value without parts.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Bytes(&'a [u8]),
    Flag(bool),
    Integer(u64),
    Number(f64),
    Shown(&'a dyn fmt::Display),
    Text(&'a str),
}

impl Scalar<'_> {
    /// Wraps an integer of any width.
    #[expect(clippy::cast_precision_loss, reason = "what no count can be is kept as an amount")]
    pub(super) fn integer(value: i128) -> Self {
        u64::try_from(value).map_or(Self::Number(value as f64), Self::Integer)
    }

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

    /// Returns the value as a whole number of either sign.
    pub(super) fn whole(self) -> Option<i64> {
        match self {
            Self::Number(number) if number < 0.0 => {
                Self::Number(-number).count()?.try_into().ok().map(|count: i64| -count)
            }
            other => other.count()?.try_into().ok(),
        }
    }

    /// Returns the value as a finite number.
    pub(super) fn number(self) -> Option<f64> {
        let number = match self {
            #[expect(clippy::cast_precision_loss, reason = "such numbers are approximate")]
            Self::Integer(count) => count as f64,
            Self::Number(number) => number,
            Self::Text(digits) => digits.parse().ok()?,
            _ => return None,
        };
        number.is_finite().then_some(number)
    }

    /// Returns the value as an amount, which is never negative.
    pub(super) fn amount(self) -> Option<f64> {
        self.number().filter(|amount| *amount >= 0.0)
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
            Self::Bytes(_) | Self::Flag(_) | Self::Integer(_) | Self::Number(_) => {}
        }
    }
}
