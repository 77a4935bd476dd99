//! Owns [`Traced`]: a future that is a call. Entered on every poll; dropped unfinished, cancelled.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Answer, Call};

pin_project_lite::pin_project! {
    /// A future traced as one call.
    pub struct Traced<F, R> {
        #[pin]
        inner: Option<F>,
        call: Call,
        read: Option<R>,
    }

    impl<F, R> PinnedDrop for Traced<F, R> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What the future drops belongs to the call; the guard then ends it as cancelled.
            if this.call.is_active() && this.inner.is_some() {
                let _running = this.call.run();
                this.inner.set(None);
            }
        }
    }
}

/// Traces `inner` as `call`, and reads what it returns with `read`.
#[inline]
pub fn future<T, F, R>(call: Call, inner: F, read: R) -> Traced<F, R>
where
    F: Future<Output = T>,
    R: FnOnce(&mut Answer<'_>, &T),
{
    Traced { inner: Some(inner), call, read: Some(read) }
}

/// Runs `make` in `call`, and traces the future that it makes as the rest of the same call.
#[inline]
pub fn deferred<T, F, R>(mut call: Call, make: impl FnOnce() -> F, read: R) -> Traced<F, R>
where
    F: Future<Output = T>,
    R: FnOnce(&mut Answer<'_>, &T),
{
    let inner = {
        let _running = call.run();
        make()
    };
    future(call, inner, read)
}

impl<F, R> Future for Traced<F, R>
where
    F: Future,
    R: FnOnce(&mut Answer<'_>, &F::Output),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            panic!("`async fn` resumed after completion");
        };
        if !this.call.is_active() {
            return inner.poll(context);
        }
        let output = {
            let _running = this.call.run();
            let output = ready!(inner.poll(context));
            this.inner.set(None);
            output
        };
        if let Some(read) = this.read.take() {
            this.call.returned(&output, read);
        }
        Poll::Ready(output)
    }
}

impl<F, R> fmt::Debug for Traced<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traced").field("call", &self.call).finish_non_exhaustive()
    }
}
