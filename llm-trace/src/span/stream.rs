//! Owns [`TracedStream`]: a stream that is the rest of a call. Entered on every poll; dropped
//! before its end, abandoned.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::stream::{FusedStream, Stream};

use super::Call;
use crate::chunks::Chunks;
use crate::outcome::Outcome;

pin_project_lite::pin_project! {
    /// A stream whose items are the chunks of one call.
    pub struct TracedStream<S, R> {
        #[pin]
        inner: Option<S>,
        call: Call,
        read: R,
    }

    impl<S, R> PinnedDrop for TracedStream<S, R> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What the stream drops belongs to the call; the guard then ends it as abandoned.
            if this.call.is_active() {
                let _running = this.call.run();
                this.inner.set(None);
            }
        }
    }
}

/// Traces `inner` as the rest of `call`, and reads each of its items with `read`.
#[inline]
pub fn stream<T, S, R>(mut call: Call, inner: S, read: R) -> TracedStream<S, R>
where
    S: Stream<Item = T>,
    R: FnMut(&mut Chunks, &T),
{
    call.start_stream();
    TracedStream { inner: Some(inner), call, read }
}

impl<S, R> Stream for TracedStream<S, R>
where
    S: Stream,
    R: FnMut(&mut Chunks, &S::Item),
{
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        // Only a drop takes the stream away.
        let Some(inner) = this.inner.as_pin_mut() else { return Poll::Ready(None) };
        if !this.call.is_active() {
            return inner.poll_next(context);
        }
        let polled = {
            let _running = this.call.run();
            inner.poll_next(context)
        };
        match &polled {
            Poll::Pending => {}
            Poll::Ready(Some(item)) => this.call.chunk(item, this.read),
            Poll::Ready(None) => this.call.end(Outcome::Ok),
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

impl<S, R> FusedStream for TracedStream<S, R>
where
    S: FusedStream,
    R: FnMut(&mut Chunks, &S::Item),
{
    fn is_terminated(&self) -> bool {
        self.inner.as_ref().is_none_or(FusedStream::is_terminated)
    }
}

impl<S, R> fmt::Debug for TracedStream<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracedStream").field("call", &self.call).finish_non_exhaustive()
    }
}
