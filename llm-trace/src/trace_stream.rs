//! Owns [`trace_stream!`](crate::trace_stream): a call out of a stream that no function returns.

/// Traces a stream that is already there as one call, as [`llm_span`](macro@crate::llm_span) traces
/// one that a function returns.
///
/// After the stream come the type of its items and the arguments of the attribute. The call begins
/// here, below the span that is current, and ends with the stream, whichever task polls it. The
/// result is `Send` and `Unpin` where the stream is.
///
/// ```
/// use futures_util::StreamExt;
/// use futures_util::stream::iter;
///
/// # futures_util::FutureExt::now_or_never(async {
/// // As it came out of a channel, or of a client's struct.
/// let chunks = iter(["Par".to_owned(), "is.".to_owned()]);
///
/// let chunks =
///     llm_trace::trace_stream!(chunks, Item = String, model = "gpt-4o", provider = "openai");
/// assert_eq!(chunks.collect::<String>().await, "Paris.");
/// # }).unwrap();
/// ```
///
/// The arguments are constants: the stream is all that the call takes from around it.
#[macro_export]
macro_rules! trace_stream {
    ($stream:expr, Item = $item:ty, $($arguments:tt)+) => {{
        #[$crate::llm_span(crate = $crate, $($arguments)+)]
        fn __llm_trace_stream<S: $crate::__private::Stream<Item = $item>>(
            stream: S,
        ) -> impl $crate::__private::Stream<Item = $item> {
            stream
        }
        __llm_trace_stream($stream)
    }};
}
