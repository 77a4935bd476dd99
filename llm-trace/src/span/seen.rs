//! Owns [`with_trace_context`]: what ran, together with the trace context of the call that it was.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use opentelemetry::trace::{SpanContext, TraceContextExt};

use super::Shared;
use crate::trace_context::TraceContext;

thread_local! {
    /// `None` where nobody asks.
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// The first call that was seen.
#[derive(Debug, Default)]
struct Seen(Option<SpanContext>);

/// Returns what a future returns, and the trace context of the first annotated function that ran
/// in it: to be stored with the answer, and to come back as a link, a parent, or in an evaluation.
///
/// There is none where nobody listens. Functions that start on another task are not seen.
///
/// ```
/// use llm_trace::{llm_span, testing::capture, with_trace_context};
///
/// #[llm_span(model = "gpt-4o", provider = "openai")]
/// async fn chat(prompt: &str) -> String {
///     prompt.to_uppercase()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = capture();
/// let (answer, context) = capture.scope(with_trace_context(chat("hi"))).await;
/// assert_eq!(answer, "HI");
/// assert_eq!(context.unwrap().span_id(), capture.span().context().span_id());
///
/// let (answer, context) = with_trace_context(chat("hi")).await;
/// assert_eq!((&*answer, context), ("HI", None));
/// # }
/// ```
pub fn with_trace_context<F: Future>(future: F) -> WithTraceContext<F> {
    WithTraceContext { inner: future, seen: None }
}

/// Does the same for code that runs on this thread.
///
/// ```
/// use llm_trace::{llm_span, testing::capture, with_trace_context_sync};
///
/// #[llm_span(tool = "add")]
/// fn add(left: u8, right: u8) -> u8 {
///     left + right
/// }
///
/// let (sum, context) = capture().run(|| with_trace_context_sync(|| add(1, 2)));
/// assert!(sum == 3 && context.is_some());
/// ```
pub fn with_trace_context_sync<T>(code: impl FnOnce() -> T) -> (T, Option<TraceContext>) {
    let asking = Asking::new(None);
    let returned = code();
    (returned, asking.end().as_ref().and_then(TraceContext::new))
}

pin_project_lite::pin_project! {
    /// What [`with_trace_context`] returns: a future, ready with the output of its own and the
    /// trace context.
    #[must_use = "futures do nothing unless polled"]
    pub struct WithTraceContext<F> {
        #[pin]
        inner: F,
        seen: Option<SpanContext>,
    }
}

impl<F: Future> Future for WithTraceContext<F> {
    type Output = (F::Output, Option<TraceContext>);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let asking = Asking::new(this.seen.take());
        let polled = this.inner.poll(context);
        *this.seen = asking.end();
        let output = ready!(polled);
        Poll::Ready((output, this.seen.as_ref().and_then(TraceContext::new)))
    }
}

impl<F> fmt::Debug for WithTraceContext<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithTraceContext").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Tells whoever asks on this thread that a call starts.
pub(super) fn note(shared: &Shared) {
    // A thread that is going away asks for nothing.
    let _ = SEEN.try_with(|seen| {
        if let Some(Seen(first @ None)) = &mut *seen.borrow_mut() {
            *first = shared.context.as_ref().map(|it| it.span().span_context().clone());
        }
    });
}

/// While this lives, somebody asks; then who asked before asks again, and hears of it too.
struct Asking {
    outer: Option<Seen>,
    is_over: bool,
}

impl Asking {
    fn new(seen: Option<SpanContext>) -> Self {
        // A thread that is going away sees nothing.
        let outer = SEEN.try_with(|it| it.replace(Some(Seen(seen)))).ok().flatten();
        Self { outer, is_over: false }
    }

    fn end(mut self) -> Option<SpanContext> {
        self.leave()
    }

    fn leave(&mut self) -> Option<SpanContext> {
        if std::mem::replace(&mut self.is_over, true) {
            return None;
        }
        let mut outer = self.outer.take();
        SEEN.try_with(|it| {
            let seen = it.borrow_mut().take().and_then(|Seen(first)| first);
            if let Some(Seen(first @ None)) = &mut outer {
                first.clone_from(&seen);
            }
            it.replace(outer);
            seen
        })
        .ok()
        .flatten()
    }
}

/// What ran has panicked.
impl Drop for Asking {
    fn drop(&mut self) {
        self.leave();
    }
}
