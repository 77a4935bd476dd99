//! When a tree is printed, and what happens to spans that have none.

use std::io::{self, Write};

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer,
    TracerProvider as _,
};
use opentelemetry_sdk::trace::SdkTracerProvider;

use super::{PLAIN, Stage, end, end_chat, of};
use crate::export::console::buffer::Limits;
use crate::export::console::{Console, LIMITS};

#[test]
fn what_is_unfinished_at_shutdown_is_printed() {
    let stage = Stage::new(PLAIN, LIMITS);
    let root = stage.root("invoke_workflow trip", 0);
    let agent = stage.child(&root, "invoke_agent planner", 0);
    let chat = stage.child(&agent, "chat gpt-4o-mini", 1_000);
    end_chat(&chat, 2_000, 402, 40, 0.000_312);
    assert_eq!(stage.printed(), "\n");
    stage.provider.shutdown().unwrap();
    assert_eq!(
        stage.printed(),
        "
… incomplete: a span above has not ended
└─ chat gpt-4o-mini  1.00 ms  402 in  40 out  $0.00031  ok  stop
"
    );
}

#[test]
fn a_span_that_ends_after_its_root_is_printed_as_late() {
    let stage = Stage::new(PLAIN, LIMITS);
    let root = stage.root("invoke_workflow trip", 0);
    let agent = stage.child(&root, "invoke_agent planner", 500);
    let chat = stage.child(&agent, "chat gpt-4o-mini", 1_000);
    end(&root, 1_000, of("invoke_workflow"));
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip  1.00 ms  ok
"
    );
    end_chat(&chat, 2_000, 402, 40, 0.000_312);
    assert_eq!(stage.printed(), "\n");
    end(&agent, 2_000, of("invoke_agent"));
    assert_eq!(
        stage.printed(),
        "
… late: the span above was printed before
└─ invoke_agent planner  1.50 ms  ▕████████████████████████▏  402 in  40 out  $0.00031  ok
   └─ chat gpt-4o-mini   1.00 ms  ▕        ████████████████▏  402 in  40 out  $0.00031  ok  stop
"
    );
}

#[test]
fn a_remote_parent_makes_a_local_root() {
    let stage = Stage::new(PLAIN, LIMITS);
    let remote = Context::new().with_remote_span_context(SpanContext::new(
        TraceId::from(7),
        SpanId::from(7),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    ));
    for start in [0, 5_000] {
        let root = stage.child(&remote, "chat gpt-4o-mini", start);
        end_chat(&root, start + 1_000, 402, 40, 0.000_312);
        assert_eq!(
            stage.printed(),
            "
chat gpt-4o-mini  1.00 ms  402 in  40 out  $0.00031  ok  stop
"
        );
    }
}

#[test]
fn spans_over_the_limit_are_counted() {
    let stage = Stage::new(PLAIN, Limits { traces: 8, spans: 3 });
    let root = stage.root("invoke_workflow trip", 0);
    for start in 0..14 {
        let span = stage.child(&root, "chat gpt-4o-mini", start * 100);
        end_chat(&span, start * 100 + 100, 402, 40, 0.000_312);
    }
    end(&root, 1_400, of("invoke_workflow"));
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip  1.40 ms  ▕████████████████████████▏  ok
├─ chat gpt-4o-mini    100 µs  ▕██                      ▏  402 in  40 out  $0.00031  ok  stop
└─ chat gpt-4o-mini    100 µs  ▕  █                     ▏  402 in  40 out  $0.00031  ok  stop
… and 12 more spans
"
    );
}

#[test]
fn the_oldest_trace_makes_room() {
    let stage = Stage::new(PLAIN, Limits { traces: 2, spans: 8 });
    let oldest = stage.root("invoke_workflow oldest", 0);
    let chat = stage.child(&oldest, "chat gpt-4o-mini", 0);
    end_chat(&chat, 1_000, 402, 40, 0.000_312);
    let _second = stage.root("invoke_workflow second", 0);
    assert_eq!(stage.printed(), "\n");
    let _third = stage.root("invoke_workflow third", 0);
    assert_eq!(
        stage.printed(),
        "
… incomplete: a span above has not ended
└─ chat gpt-4o-mini  1.00 ms  402 in  40 out  $0.00031  ok  stop
"
    );
    end(&oldest, 2_000, of("invoke_workflow"));
    assert_eq!(
        stage.printed(),
        "
invoke_workflow oldest  2.00 ms  ok
"
    );
}

#[test]
fn a_closed_stderr_is_nobodys_problem() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    let console = Console::new(PLAIN, LIMITS, Box::new(Closed));
    let provider = SdkTracerProvider::builder().with_span_processor(console).build();
    provider.tracer("tests").start("chat gpt-4o-mini");
    provider.shutdown().unwrap();
}
