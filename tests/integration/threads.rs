//! A call that is dropped with the thread that it waits on. One that starts there is in `last_call.rs`.

use std::cell::RefCell;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use llm_trace::llm_span;

use crate::support::{Capture, text};

type Waiting = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// What is dropped with the thread, after all that was used later.
    static LAST: RefCell<Vec<Box<dyn std::any::Any>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `body` on a thread of its own, at whose very end what it returns is dropped.
fn drop_last<T: 'static>(capture: Capture, body: impl FnOnce() -> T + Send + 'static) {
    let thread = thread::spawn(move || {
        // What is used first is given up last.
        LAST.with(|last| last.borrow_mut().clear());
        let kept = capture.run(body);
        LAST.with(|last| last.borrow_mut().push(Box::new(kept)));
    });
    thread.join().unwrap();
}

#[llm_span(model = "gpt-4o", provider = "openai")]
async fn hang() {
    std::future::pending::<()>().await;
}

#[test]
fn a_call_that_is_dropped_with_its_thread_is_cancelled() {
    let capture = Capture::new();
    drop_last(capture.clone(), || {
        let mut call: Waiting = Box::pin(hang());
        let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(polled, Poll::Pending);
        call
    });

    assert_eq!(text(&capture.span(), "llm_trace.outcome"), "cancelled");
}
