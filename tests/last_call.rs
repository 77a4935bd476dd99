//! A call that is made when its thread goes away, in a process of its own: the subscriber is global.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use llm_trace::llm_span;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing_subscriber::layer::SubscriberExt;

static CALLS: AtomicU8 = AtomicU8::new(0);

#[llm_span(tool = "count")]
fn count() {
    CALLS.fetch_add(1, Ordering::Relaxed);
}

/// Makes a call when it is dropped.
struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        count();
    }
}

thread_local! {
    static LAST: RefCell<Option<Late>> = const { RefCell::new(None) };
}

#[test]
fn a_call_that_is_made_when_its_thread_goes_away_runs_unseen() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("tests"));
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let thread = thread::spawn(|| {
        // What is used first is given up last.
        LAST.with(|last| *last.borrow_mut() = Some(Late));
        count();
    });
    thread.join().unwrap();

    assert_eq!(CALLS.load(Ordering::Relaxed), 2);
    assert_eq!(exporter.get_finished_spans().unwrap().len(), 1);
}
