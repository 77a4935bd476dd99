//! Owns [`TracedIterator`]: what [`TracedStream`](super::TracedStream) is, for blocking clients.

use std::fmt;

use super::Call;
use crate::chunks::Chunks;
use crate::outcome::Outcome;

/// An iterator whose items are the chunks of one call.
pub struct TracedIterator<I, R> {
    inner: Option<I>,
    call: Call,
    read: R,
}

/// Traces `inner` as the rest of `call`, and reads each of its items with `read`.
#[inline]
pub fn iterator<T, I, R>(mut call: Call, inner: I, read: R) -> TracedIterator<I, R>
where
    I: Iterator<Item = T>,
    R: FnMut(&mut Chunks, &T),
{
    call.start_stream();
    TracedIterator { inner: Some(inner), call, read }
}

impl<I, R> Iterator for TracedIterator<I, R>
where
    I: Iterator,
    R: FnMut(&mut Chunks, &I::Item),
{
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        let inner = self.inner.as_mut()?;
        if !self.call.is_active() {
            return inner.next();
        }
        let next = {
            let _running = self.call.run();
            inner.next()
        };
        match &next {
            Some(item) => self.call.chunk(item, &mut self.read),
            None => self.call.end(Outcome::Ok),
        }
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.as_ref().map_or((0, Some(0)), Iterator::size_hint)
    }
}

impl<I, R> Drop for TracedIterator<I, R> {
    fn drop(&mut self) {
        // What the iterator drops belongs to the call; the guard then ends it as abandoned.
        if self.call.is_active() {
            let _running = self.call.run();
            self.inner = None;
        }
    }
}

impl<I, R> fmt::Debug for TracedIterator<I, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracedIterator").field("call", &self.call).finish_non_exhaustive()
    }
}
