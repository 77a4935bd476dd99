//! What an expansion calls for an answer that comes in chunks, and what keeps a stream from being
//! taken for a whole answer. Which reading a chunk gets is decided as for whole answers.

use std::ops::Deref;
use std::pin::Pin;

use futures_core::Stream;
use serde::Serialize;

use crate::chunks::Chunks;
use crate::response::LlmResponse;
use crate::span::{Call, Traced, TracedIterator, TracedStream, deferred_then, iterator, stream};

/// Runs a function that makes a boxed future, and hands the call on with what it returns.
pub fn boxed_then<T, F, N, U>(
    call: Call,
    make: impl FnOnce() -> F,
    then: N,
) -> Pin<Box<Traced<F, N>>>
where
    F: Future<Output = T>,
    N: FnOnce(Call, T) -> U,
{
    Box::pin(deferred_then(call, make, then))
}

/// Traces a stream that is pinned in a box, and pins it in a box again.
pub fn pinned_stream<S, R>(call: Call, inner: S, read: R) -> Pin<Box<TracedStream<S, R>>>
where
    S: Stream,
    R: FnMut(&mut Chunks, &S::Item),
{
    Box::pin(stream(call, inner, read))
}

/// Traces a stream in a box, and puts it in a box again.
pub fn boxed_stream<S, R>(call: Call, inner: S, read: R) -> Box<TracedStream<S, R>>
where
    S: Stream,
    R: FnMut(&mut Chunks, &S::Item),
{
    Box::new(stream(call, inner, read))
}

/// Traces an iterator in a box, and puts it in a box again.
pub fn boxed_iterator<I, R>(call: Call, inner: I, read: R) -> Box<TracedIterator<I, R>>
where
    I: Iterator,
    R: FnMut(&mut Chunks, &I::Item),
{
    Box::new(iterator(call, inner, read))
}

/// Traces a stream whose type has a name of its own, and gives one of the same type back.
pub fn named_stream<S, R>(call: Call, inner: S, read: R) -> S
where
    S: Stream + AnyStream<R>,
    R: FnMut(&mut Chunks, &S::Item),
{
    S::of(stream(call, inner, read))
}

/// A type that any stream of the same items can be turned into.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a boxed stream, so tracing it would change the type",
    label = "this cannot be traced as a stream",
    note = "return `impl Stream`, or a boxed stream such as `futures::stream::BoxStream`"
)]
pub trait AnyStream<R>: Stream + Sized {
    /// Turns a traced stream into this type.
    fn of(traced: TracedStream<Self, R>) -> Self;
}

macro_rules! any_stream {
    ($($auto:tt)*) => {
        impl<'a, T: 'a, R> AnyStream<R> for Pin<Box<dyn Stream<Item = T> $($auto)* + 'a>>
        where
            R: FnMut(&mut Chunks, &T) $($auto)* + 'a,
        {
            fn of(traced: TracedStream<Self, R>) -> Self {
                Box::pin(traced)
            }
        }
    };
}

any_stream!();
any_stream!(+ Send);
any_stream!(+ Send + Sync);

/// A chunk of the stream's raw text.
#[derive(Debug)]
pub struct Chunk<'a, T: ?Sized>(OwnChunk<'a, T>);

/// A chunk read by its own [`LlmResponse`].
#[derive(Debug)]
pub struct OwnChunk<'a, T: ?Sized>(SerializedChunk<'a, T>);

/// A chunk read by what it serialises to.
#[derive(Debug)]
pub struct SerializedChunk<'a, T: ?Sized>(OpaqueChunk<'a, T>);

/// A chunk that cannot be read.
#[derive(Debug)]
pub struct OpaqueChunk<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Chunk<'a, T> {
    /// Wraps a chunk.
    pub fn new(chunk: &'a T) -> Self {
        Self(OwnChunk(SerializedChunk(OpaqueChunk(chunk))))
    }
}

impl<T: AsRef<[u8]> + ?Sized> Chunk<'_, T> {
    /// Reads the chunk.
    pub fn read(&self, chunks: &mut Chunks) {
        chunks.read_raw(self.0.0.0.0.as_ref());
    }
}

impl<'a, T: ?Sized> Deref for Chunk<'a, T> {
    type Target = OwnChunk<'a, T>;

    fn deref(&self) -> &OwnChunk<'a, T> {
        &self.0
    }
}

impl<T: LlmResponse + ?Sized> OwnChunk<'_, T> {
    /// Reads the chunk.
    pub fn read(&self, chunks: &mut Chunks) {
        chunks.read_own(self.0.0.0);
    }
}

impl<'a, T: ?Sized> Deref for OwnChunk<'a, T> {
    type Target = SerializedChunk<'a, T>;

    fn deref(&self) -> &SerializedChunk<'a, T> {
        &self.0
    }
}

impl<T: Serialize + ?Sized> SerializedChunk<'_, T> {
    /// Reads the chunk.
    pub fn read(&self, chunks: &mut Chunks) {
        chunks.read_serialized(self.0.0);
    }
}

impl<'a, T: ?Sized> Deref for SerializedChunk<'a, T> {
    type Target = OpaqueChunk<'a, T>;

    fn deref(&self) -> &OpaqueChunk<'a, T> {
        &self.0
    }
}

impl<T: ?Sized> OpaqueChunk<'_, T> {
    /// Reads nothing.
    pub fn read(&self, _chunks: &mut Chunks) {}
}

/// A value that is taken for a whole answer: a stream does not compile.
#[derive(Debug)]
pub struct Whole<'a, T: ?Sized>(Maybe<'a, T>);

/// A value that may be an `Option`, in which a stream does not compile either.
#[derive(Debug)]
pub struct Maybe<'a, T: ?Sized>(Checked<'a, T>);

/// A value that is none.
#[derive(Debug)]
pub struct Checked<'a, T: ?Sized>(&'a T);

impl<'a, T: ?Sized> Whole<'a, T> {
    /// Wraps a value.
    pub fn new(value: &'a T) -> Self {
        Self(Maybe(Checked(value)))
    }
}

impl<T: Stream + ?Sized> Whole<'_, T> {
    /// Does not compile.
    pub fn check(&self)
    where
        T: NoStream,
    {
    }
}

impl<'a, T: ?Sized> Deref for Whole<'a, T> {
    type Target = Maybe<'a, T>;

    fn deref(&self) -> &Maybe<'a, T> {
        &self.0
    }
}

impl<T: Stream> Maybe<'_, Option<T>> {
    /// Does not compile.
    pub fn check(&self)
    where
        T: NoStream,
    {
    }
}

impl<'a, T: ?Sized> Deref for Maybe<'a, T> {
    type Target = Checked<'a, T>;

    fn deref(&self) -> &Checked<'a, T> {
        &self.0
    }
}

impl<T: ?Sized> Checked<'_, T> {
    /// Compiles.
    pub fn check(&self) {
        let _ = self.0;
    }
}

/// What no stream implements.
#[diagnostic::on_unimplemented(
    message = "this function returns a stream, whose chunks would not be part of the call",
    label = "write `stream` among the arguments of `#[llm_span]`",
    note = "`response = none` leaves the stream alone"
)]
pub trait NoStream {}

/// Reads what came in place of a chunk.
///
/// `read_chunk!(chunks, item, response: auto | none | closure EXPR, error_type: auto | closure EXPR)`
#[doc(hidden)]
#[macro_export]
macro_rules! __read_chunk {
    ($chunks:ident, $item:ident, response: $how:ident $($response:expr)?, error_type: $why:ident $($error:expr)?) => {
        match $crate::__private::Returned::new($item).split() {
            ::core::result::Result::Ok(__llm_trace_chunk) => {
                $crate::__private::Chunks::arrive($chunks);
                $crate::__read_chunk!(@response $how __llm_trace_chunk, $chunks $(, $response)?)
            }
            ::core::result::Result::Err(__llm_trace_error) => {
                $crate::__private::Chunks::fail(
                    $chunks,
                    $crate::__read!(@error_type $why __llm_trace_error $(, $error)?),
                    $crate::__private::Fault::new(__llm_trace_error).text(),
                )
            }
        }
    };
    (@response auto $chunk:ident, $chunks:ident) => {
        $crate::__private::Chunk::new($chunk).read($chunks)
    };
    (@response none $chunk:ident, $chunks:ident) => {{
        let _ = $chunk;
    }};
    (@response closure $chunk:ident, $chunks:ident, $closure:expr) => {{
        let __llm_trace_mapped = $crate::__private::map($chunk, $closure);
        $crate::__private::Chunk::new(&__llm_trace_mapped).read($chunks)
    }};
}

/// Reads the error that a function returned in place of a stream.
#[doc(hidden)]
#[macro_export]
macro_rules! __fail {
    ($call:ident, $error:ident, error_type: $why:ident $($closure:expr)?) => {
        $crate::__private::Call::returned(&mut $call, &$error, |__llm_trace_answer, __llm_trace_error| {
            $crate::__private::Answer::fail(
                __llm_trace_answer,
                $crate::__read!(@error_type $why __llm_trace_error $(, $closure)?),
                $crate::__private::Fault::new(__llm_trace_error).text(),
            )
        })
    };
}
