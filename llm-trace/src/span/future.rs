//! Owns [`Traced`]: a future that is a call. Entered on every poll; dropped unfinished, cancelled.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Answer, Call};

pin_project_lite::pin_project! {
    /// A future traced as one call, and what is done with the call when it is ready.
    pub struct Traced<F, N> {
        #[pin]
        inner: Option<F>,
        call: Call,
        then: Option<N>,
    }

    impl<F, N> PinnedDrop for Traced<F, N> {
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

/// What is done with a call whose future is ready: with [`Read`], the answer ends it; a closure
/// hands it on.
pub trait Then<T> {
    /// What the caller gets.
    type Output;

    /// Takes the call and what its future was ready with.
    fn then(self, call: Call, output: T) -> Self::Output;
}

/// Ends a call with the answer, which the closure reads.
#[derive(Debug)]
pub struct Read<R>(R);

impl<T, R: FnOnce(&mut Answer<'_>, &T)> Then<T> for Read<R> {
    type Output = T;

    #[inline]
    fn then(self, mut call: Call, output: T) -> T {
        if call.is_active() {
            call.returned(&output, self.0);
        }
        output
    }
}

impl<T, N: FnOnce(Call, T) -> U, U> Then<T> for N {
    type Output = U;

    #[inline]
    fn then(self, call: Call, output: T) -> U {
        self(call, output)
    }
}

/// Traces `inner` as `call`, and reads what it returns with `read`.
#[inline]
pub fn future<T, F, R>(call: Call, inner: F, read: R) -> Traced<F, Read<R>>
where
    F: Future<Output = T>,
    R: FnOnce(&mut Answer<'_>, &T),
{
    Traced { inner: Some(inner), call, then: Some(Read(read)) }
}

/// Traces `inner` as `call`, and hands the call on with what it returns.
#[inline]
pub fn future_then<T, F, N, U>(call: Call, inner: F, then: N) -> Traced<F, N>
where
    F: Future<Output = T>,
    N: FnOnce(Call, T) -> U,
{
    Traced { inner: Some(inner), call, then: Some(then) }
}

/// Runs `make` in `call`, and traces the future that it makes as the rest of the same call.
#[inline]
pub fn deferred<T, F, R>(mut call: Call, make: impl FnOnce() -> F, read: R) -> Traced<F, Read<R>>
where
    F: Future<Output = T>,
    R: FnOnce(&mut Answer<'_>, &T),
{
    let inner = made(&mut call, make);
    future(call, inner, read)
}

/// As [`deferred`], and hands the call on with what the future returns.
#[inline]
pub fn deferred_then<T, F, N, U>(mut call: Call, make: impl FnOnce() -> F, then: N) -> Traced<F, N>
where
    F: Future<Output = T>,
    N: FnOnce(Call, T) -> U,
{
    let inner = made(&mut call, make);
    future_then(call, inner, then)
}

fn made<F>(call: &mut Call, make: impl FnOnce() -> F) -> F {
    let _running = call.run();
    make()
}

impl<F: Future, N: Then<F::Output>> Future for Traced<F, N> {
    type Output = N::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<N::Output> {
        const COMPLETED: &str = "`async fn` resumed after completion";

        let mut this = self.project();
        let inner = this.inner.as_mut().as_pin_mut().expect(COMPLETED);
        // What nobody hears costs no more than it has to.
        if !this.call.is_active() {
            let output = ready!(inner.poll(context));
            let then = this.then.take().expect(COMPLETED);
            return Poll::Ready(then.then(Call { active: None }, output));
        }
        let output = {
            let _running = this.call.run();
            let output = ready!(inner.poll(context));
            this.inner.set(None);
            output
        };
        let then = this.then.take().expect(COMPLETED);
        Poll::Ready(then.then(this.call.take(), output))
    }
}

impl<F, N> fmt::Debug for Traced<F, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traced").field("call", &self.call).finish_non_exhaustive()
    }
}
