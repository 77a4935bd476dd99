//! The only names that an expansion may use. Not public API: anything here may change.
//!
//! Which reading a return value gets is decided by method resolution: each wrapper has an inherent
//! method for the types it can read, and derefs to the next wrapper for those it cannot. That asks
//! no bound of the user's type and puts no trait in scope.

pub mod derived;
mod site;
mod stable;
mod streams;

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::{Debug, Display};
use std::ops::Deref;
use std::pin::Pin;

use serde::Serialize;

use crate::error_type::{self, ErrorType};
use crate::response::{LlmResponse, Response};
use crate::wire;

#[cfg(feature = "catalog")]
pub use crate::testing::catalog::slice;
pub use futures_core::Stream;
pub use tracing::callsite::{DefaultCallsite, Identifier};
pub use tracing::field::FieldSet;
pub use tracing::metadata::Kind;
pub use tracing::{Level, Metadata};

pub use crate::__fail as fail;
pub use crate::__read as read;
pub use crate::__read_chunk as read_chunk;
pub use crate::__site as site;
pub use crate::__span_name as span_name;
pub use crate::chunks::Chunks;
pub use crate::operation::Operation;
pub use crate::provider::Provider;
pub use crate::request::Request;
pub use crate::span::{
    Answer, Call, FIELDS, Heard, Read, Site, Traced, TracedIterator, TracedStream, begin,
    begin_with, call, call_then, deferred, deferred_then, future, future_then, iterator, join,
    joined_len, stream,
};
pub use streams::{
    AnyStream, Checked, Chunk, Maybe, NoStream, OpaqueChunk, OwnChunk, SerializedChunk, Whole,
    boxed_iterator, boxed_stream, boxed_then, named_stream, pinned_stream,
};

/// Runs a function that makes a boxed future, and traces both as one call.
pub fn boxed<T, F, R>(call: Call, make: impl FnOnce() -> F, read: R) -> Pin<Box<Traced<F, Read<R>>>>
where
    F: Future<Output = T>,
    R: FnOnce(&mut Answer<'_>, &T),
{
    Box::pin(deferred(call, make, read))
}

/// Returns a provider that is known at run time only; the user's value stays theirs.
pub fn provider<P: Clone + Into<Provider>>(provider: &P) -> Provider {
    provider.clone().into()
}

/// Returns a constant that is part of a span name, if it can be; else the program does not compile.
#[must_use]
pub const fn stable_name(name: &'static str) -> &'static str {
    match stable::name_fault(name) {
        Some(fault) => panic!("{}", fault),
        None => name,
    }
}

/// Returns a constant that is the id of a model, if it can be; else the program does not compile.
#[must_use]
pub const fn stable_model(model: &'static str) -> &'static str {
    match stable::model_fault(model) {
        Some(fault) => panic!("{}", fault),
        None => model,
    }
}

/// A parameter that may be of any type, and is read if it can be.
#[derive(Debug)]
pub struct Parameter<'a, T: ?Sized>(Unread<'a, T>);

/// A parameter that cannot be read.
#[derive(Debug)]
pub struct Unread<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Parameter<'a, T> {
    /// Wraps a parameter.
    pub fn new(parameter: &'a T) -> Self {
        Self(Unread(parameter))
    }
}

impl<T: Serialize + ?Sized> Parameter<'_, T> {
    /// Takes the parameter as the prompt, if there is none yet.
    pub fn read_prompt(&self, request: &mut Request) {
        if request.prompt.is_none() {
            request.prompt(self.0.0);
        }
    }
}

impl<'a, T: ?Sized> Deref for Parameter<'a, T> {
    type Target = Unread<'a, T>;

    fn deref(&self) -> &Unread<'a, T> {
        &self.0
    }
}

impl<T: ?Sized> Unread<'_, T> {
    /// Takes nothing.
    pub fn read_prompt(&self, _request: &mut Request) {}
}

/// Takes a `Result` apart; everything else counts as a success.
#[derive(Debug)]
pub struct Returned<'a, R: ?Sized>(Other<'a, R>);

/// What is not a `Result`.
#[derive(Debug)]
pub struct Other<'a, R: ?Sized>(&'a R);

impl<'a, R: ?Sized> Returned<'a, R> {
    /// Wraps what a function returned.
    pub fn new(returned: &'a R) -> Self {
        Self(Other(returned))
    }
}

impl<'a, T, E> Returned<'a, Result<T, E>> {
    /// Splits the result.
    pub fn split(&self) -> Result<&'a T, &'a E> {
        self.0.0.as_ref()
    }
}

impl<'a, R: ?Sized> Deref for Returned<'a, R> {
    type Target = Other<'a, R>;

    fn deref(&self) -> &Other<'a, R> {
        &self.0
    }
}

impl<'a, R: ?Sized> Other<'a, R> {
    /// Returns the value as a success.
    pub fn split(&self) -> Result<&'a R, &'a Infallible> {
        Ok(self.0)
    }
}

/// A value read by its own [`LlmResponse`].
#[derive(Debug)]
pub struct Own<'a, T: ?Sized>(Serialized<'a, T>);

/// A value read by what it serialises to.
#[derive(Debug)]
pub struct Serialized<'a, T: ?Sized>(Bytes<'a, T>);

/// A value read as the bytes of a JSON answer.
#[derive(Debug)]
pub struct Bytes<'a, T: ?Sized>(Opaque<'a, T>);

/// A value that cannot be read.
#[derive(Debug)]
pub struct Opaque<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Own<'a, T> {
    /// Wraps a successful value.
    pub fn new(value: &'a T) -> Self {
        Self(Serialized(Bytes(Opaque(value))))
    }
}

impl<T: LlmResponse + ?Sized> Own<'_, T> {
    /// Reads the value.
    pub fn read(&self, response: &mut Response) {
        self.0.0.0.0.read(response);
    }
}

impl<'a, T: ?Sized> Deref for Own<'a, T> {
    type Target = Serialized<'a, T>;

    fn deref(&self) -> &Serialized<'a, T> {
        &self.0
    }
}

impl<T: Serialize + ?Sized> Serialized<'_, T> {
    /// Reads the value.
    pub fn read(&self, response: &mut Response) {
        wire::read_response(self.0.0.0, response);
    }
}

impl<'a, T: ?Sized> Deref for Serialized<'a, T> {
    type Target = Bytes<'a, T>;

    fn deref(&self) -> &Bytes<'a, T> {
        &self.0
    }
}

impl<T: AsRef<[u8]> + ?Sized> Bytes<'_, T> {
    /// Reads the value.
    pub fn read(&self, response: &mut Response) {
        wire::read_bytes(self.0.0.as_ref(), response);
    }
}

impl<'a, T: ?Sized> Deref for Bytes<'a, T> {
    type Target = Opaque<'a, T>;

    fn deref(&self) -> &Opaque<'a, T> {
        &self.0
    }
}

impl<T: ?Sized> Opaque<'_, T> {
    /// Reads nothing.
    pub fn read(&self, _response: &mut Response) {}
}

/// An error named by its own [`ErrorType`].
#[derive(Debug)]
pub struct Fault<'a, E: ?Sized>(DebugFault<'a, E>);

/// An error named by the HTTP status in its `Debug` form, or by its variant and type.
#[derive(Debug)]
pub struct DebugFault<'a, E: ?Sized>(OpaqueFault<'a, E>);

/// An error named by its type.
#[derive(Debug)]
pub struct OpaqueFault<'a, E: ?Sized>(&'a E);

impl<'a, E: ?Sized> Fault<'a, E> {
    /// Wraps an error.
    pub fn new(error: &'a E) -> Self {
        Self(DebugFault(OpaqueFault(error)))
    }
}

impl<E: ErrorType + ?Sized> Fault<'_, E> {
    /// Names the error.
    #[must_use]
    pub fn error_type(&self) -> Cow<'static, str> {
        error_type::word(self.0.0.0.error_type())
    }
}

impl<E: Display + ?Sized> Fault<'_, E> {
    /// Returns what the error says, if that is captured.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        error_type::text(format_args!("{}", self.0.0.0))
    }
}

impl<'a, E: ?Sized> Deref for Fault<'a, E> {
    type Target = DebugFault<'a, E>;

    fn deref(&self) -> &DebugFault<'a, E> {
        &self.0
    }
}

impl<E: Debug + ?Sized> DebugFault<'_, E> {
    /// Names the error.
    #[must_use]
    pub fn error_type(&self) -> Cow<'static, str> {
        error_type::name(self.0.0)
    }
}

impl<E: Debug + ?Sized> DebugFault<'_, E> {
    /// Returns what the error says, if that is captured.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        error_type::text(format_args!("{:?}", self.0.0))
    }
}

impl<'a, E: ?Sized> Deref for DebugFault<'a, E> {
    type Target = OpaqueFault<'a, E>;

    fn deref(&self) -> &OpaqueFault<'a, E> {
        &self.0
    }
}

impl<E: ?Sized> OpaqueFault<'_, E> {
    /// Names the error.
    #[must_use]
    pub fn error_type(&self) -> Cow<'static, str> {
        Cow::Borrowed(error_type::type_name::<E>())
    }

    /// Returns nothing: the error has no words.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        None
    }
}

/// Names an error by what a user's closure says of it.
pub fn named(name: impl crate::value::Words) -> Cow<'static, str> {
    let name = name.words().map(|name| Cow::Owned(name.to_owned()));
    error_type::word(name.unwrap_or_default())
}

/// Maps a value with a user's closure, whose argument's type the value gives.
pub fn map<'a, T: ?Sized, U>(value: &'a T, closure: impl FnOnce(&'a T) -> U) -> U {
    closure(value)
}

/// Reads what a function returned.
///
/// `read!(answer, returned, response: auto | none | closure EXPR, error_type: auto | closure EXPR)`
#[doc(hidden)]
#[macro_export]
macro_rules! __read {
    ($answer:ident, $returned:ident, response: $how:ident $($response:expr)?, error_type: $why:ident $($error:expr)?) => {
        match $crate::__private::Returned::new($returned).split() {
            ::core::result::Result::Ok(__llm_trace_value) => {
                $crate::__read!(@response $how __llm_trace_value, $answer $(, $response)?)
            }
            ::core::result::Result::Err(__llm_trace_error) => {
                $crate::__private::Answer::fail(
                    $answer,
                    $crate::__read!(@error_type $why __llm_trace_error $(, $error)?),
                    $crate::__private::Fault::new(__llm_trace_error).text(),
                )
            }
        }
    };
    (@response auto $value:ident, $answer:ident) => {{
        $crate::__private::Whole::new($value).check();
        $crate::__private::Own::new($value).read($crate::__private::Answer::response($answer))
    }};
    (@response none $value:ident, $answer:ident) => {{
        let _ = $value;
    }};
    (@response closure $value:ident, $answer:ident, $closure:expr) => {{
        let __llm_trace_mapped = $crate::__private::map($value, $closure);
        $crate::__private::Own::new(&__llm_trace_mapped)
            .read($crate::__private::Answer::response($answer))
    }};
    (@error_type auto $error:ident) => {
        $crate::__private::Fault::new($error).error_type()
    };
    (@error_type closure $error:ident, $closure:expr) => {
        $crate::__private::named($crate::__private::map($error, $closure))
    };
}
