//! How code comes to run inside a capture: on this thread, or as a future wherever it is polled.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tracing::Dispatch;
use tracing::dispatcher::{DefaultGuard, set_default};

thread_local! {
    /// What holds for the rest of a thread's life.
    static ATTACHED: RefCell<Option<DefaultGuard>> = const { RefCell::new(None) };
}

/// Makes a capture current on this thread until it is dropped.
#[derive(Debug)]
#[must_use = "the capture is current as long as this lives"]
pub struct Entered {
    _guard: DefaultGuard,
}

impl Entered {
    pub(super) fn new(dispatch: &Dispatch) -> Self {
        Self { _guard: set_default(dispatch) }
    }
}

/// Makes a capture current on this thread for good.
pub(super) fn attach(dispatch: &Dispatch) {
    ATTACHED.with_borrow_mut(|attached| {
        // First the old one goes, then what it had replaced is replaced anew.
        *attached = None;
        *attached = Some(set_default(dispatch));
    });
}

pin_project_lite::pin_project! {
    /// A future that runs, and is dropped, inside a capture.
    pub struct InScope<F> {
        #[pin]
        inner: Option<F>,
        dispatch: Dispatch,
    }

    impl<F> PinnedDrop for InScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // What was cancelled ends here, and is to be captured too.
            let _entered = set_default(this.dispatch);
            this.inner.set(None);
        }
    }
}

impl<F> InScope<F> {
    pub(super) fn new(inner: F, dispatch: Dispatch) -> Self {
        Self { inner: Some(inner), dispatch }
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = set_default(this.dispatch);
        match this.inner.as_pin_mut() {
            Some(inner) => inner.poll(context),
            None => Poll::Pending,
        }
    }
}

impl<F> fmt::Debug for InScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InScope").field("dispatch", &self.dispatch).finish_non_exhaustive()
    }
}
