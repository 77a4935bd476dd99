//! What a tree looks like.

use opentelemetry::Value;

use super::{PLAIN, Stage, end, end_chat, end_failed, of, reasons};
use crate::export::console::LIMITS;
use crate::export::console::style::{ASCII, Style};

/// A workflow of an agent, which calls a model and a tool, and of a call that fails.
fn trip(stage: &Stage) {
    let trip = stage.root("invoke_workflow trip", 0);
    let planner = stage.child(&trip, "invoke_agent planner", 10_000);
    let first = stage.child(&planner, "chat gpt-4o-mini", 12_000);
    end_chat(&first, 532_000, 402, 40, 0.000_312);
    let tool = stage.child(&planner, "execute_tool add_numbers", 600_000);
    end(&tool, 601_200, of("execute_tool"));
    let second = stage.child(&trip, "chat gpt-4o-mini", 650_000);
    end(&planner, 720_000, of("invoke_agent"));
    end_failed(&second, 1_140_000, "error", "429");
    end(&trip, 1_240_000, of("invoke_workflow"));
}

#[test]
fn a_call_is_one_line() {
    let stage = Stage::new(PLAIN, LIMITS);
    let chat = stage.root("chat gpt-4o-mini", 0);
    end(
        &chat,
        520_000,
        [
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.request.model", "gpt-4o-mini".into()),
            ("gen_ai.response.model", "gpt-4o-mini-2024-07-18".into()),
            ("gen_ai.usage.input_tokens", Value::I64(402)),
            ("gen_ai.usage.cache_read.input_tokens", Value::I64(128)),
            ("gen_ai.usage.output_tokens", Value::I64(40)),
            ("gen_ai.usage.cost", Value::F64(0.000_312)),
            ("gen_ai.response.finish_reasons", reasons(&["stop"])),
            ("llm_trace.outcome", "ok".into()),
        ],
    );
    assert_eq!(
        stage.printed(),
        "
chat gpt-4o-mini  520 ms  402 in  40 out  $0.00031  128 cached  ok  stop  → …-2024-07-18
"
    );
}

#[test]
fn siblings_that_overlap_are_drawn_side_by_side_and_add_up() {
    let stage = Stage::new(PLAIN, LIMITS);
    trip(&stage);
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip             1.24 s  ▕█████████████████████▏  402 in  40 out  $0.00031  ok
├─ invoke_agent planner          710 ms  ▕████████████         ▏  402 in  40 out  $0.00031  ok
│  ├─ chat gpt-4o-mini           520 ms  ▕█████████            ▏  402 in  40 out  $0.00031  ok  stop
│  └─ execute_tool add_numbers  1.20 ms  ▕          ▏          ▏  ok
└─ chat gpt-4o-mini              490 ms  ▕           ████████  ▏  error 429
"
    );
}

#[test]
fn a_locale_without_utf8_gets_ascii() {
    let stage = Stage::new(Style { glyphs: &ASCII, ..PLAIN }, LIMITS);
    trip(&stage);
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip             1.24 s  |#####################|  402 in  40 out  $0.00031  ok
|- invoke_agent planner          710 ms  |############         |  402 in  40 out  $0.00031  ok
|  |- chat gpt-4o-mini           520 ms  |#########            |  402 in  40 out  $0.00031  ok  stop
|  `- execute_tool add_numbers  1.20 ms  |          :          |  ok
`- chat gpt-4o-mini              490 ms  |           ########  |  error 429
"
    );
}

#[test]
fn the_bar_gives_way_to_the_names() {
    let stage = Stage::new(Style { width: 80, ..PLAIN }, LIMITS);
    trip(&stage);
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip             1.24 s  402 in  40 out  $0.00031  ok
├─ invoke_agent planner          710 ms  402 in  40 out  $0.00031  ok
│  ├─ chat gpt-4o-mini           520 ms  402 in  40 out  $0.00031  ok  stop
│  └─ execute_tool add_numbers  1.20 ms  ok
└─ chat gpt-4o-mini              490 ms  error 429
"
    );
}

#[test]
fn names_give_way_to_what_is_said_of_the_calls() {
    let stage = Stage::new(Style { width: 60, ..PLAIN }, LIMITS);
    trip(&stage);
    assert_eq!(
        stage.printed(),
        "
invoke_workflow…   1.24 s  402 in  40 out  $0.00031  ok
├─ invoke_agent…   710 ms  402 in  40 out  $0.00031  ok
│  ├─ chat gpt-…   520 ms  402 in  40 out  $0.00031  ok  stop
│  └─ execute_t…  1.20 ms  ok
└─ chat gpt-4o-…   490 ms  error 429
"
    );
}

#[test]
fn colour_marks_what_is_wrong_and_what_is_secondary() {
    let stage = Stage::new(Style { colour: true, ..PLAIN }, LIMITS);
    let root = stage.root("invoke_agent planner", 0);
    let chat = stage.child(&root, "chat gpt-4o-mini", 0);
    end_failed(&chat, 500, "error", "429");
    end(&root, 1_000, of("invoke_agent"));
    assert_eq!(stage.printed().replace('\x1b', "^"), "
invoke_agent planner  1.00 ms  ^[2m▕^[0m^[36m████████████████████████^[0m^[2m▏^[0m  ^[2mok^[0m
^[2m└─ ^[0mchat gpt-4o-mini    500 µs  ^[2m▕^[0m^[36m████████████^[0m            ^[2m▏^[0m  ^[31merror 429^[0m
");
}

#[test]
fn every_way_to_end_is_said() {
    let stage = Stage::new(PLAIN, LIMITS);
    let root = stage.root("invoke_workflow trip", 0);
    for (name, start, outcome, error_type) in [
        ("chat a", 0, "error", "rate_limit_exceeded"),
        ("chat b", 1_000, "panic", "panic"),
        ("chat c", 2_000, "cancelled", "cancelled"),
    ] {
        let span = stage.child(&root, name, start);
        end_failed(&span, start + 1_000, outcome, error_type);
    }
    let stream = stage.child(&root, "chat d", 3_000);
    end(
        &stream,
        4_000,
        [
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.usage.input_tokens", Value::I64(9)),
            ("gen_ai.response.time_to_first_chunk", Value::F64(0.0005)),
            ("llm_trace.attempt", Value::I64(2)),
            ("llm_trace.outcome", "abandoned".into()),
        ],
    );
    end(&root, 4_000, of("invoke_workflow"));
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip  4.00 ms  ▕███████████████████▏  9 in  ok
├─ chat a             1.00 ms  ▕█████              ▏  error rate_limit_exceeded
├─ chat b             1.00 ms  ▕     █████         ▏  panic
├─ chat c             1.00 ms  ▕          ████     ▏  cancelled
└─ chat d             1.00 ms  ▕              █████▏  9 in  attempt 2  first chunk 500 µs  abandoned
"
    );
}

#[test]
fn a_sum_without_all_prices_has_no_cost() {
    let stage = Stage::new(PLAIN, LIMITS);
    let root = stage.root("invoke_agent planner", 0);
    let priced = stage.child(&root, "chat a", 0);
    end_chat(&priced, 1_000, 10, 1, 0.5);
    let unpriced = stage.child(&root, "chat b", 1_000);
    end(
        &unpriced,
        2_000,
        [("gen_ai.operation.name", "chat".into()), ("gen_ai.usage.input_tokens", Value::I64(20))],
    );
    end(&root, 2_000, of("invoke_agent"));
    assert_eq!(
        stage.printed(),
        "
invoke_agent planner  2.00 ms  ▕█████████████████████▏  30 in  1 out         ok
├─ chat a             1.00 ms  ▕███████████          ▏  10 in  1 out  $0.50  ok  stop  → gpt-4o-mini
└─ chat b             1.00 ms  ▕           ██████████▏  20 in
"
    );
}

#[test]
fn what_an_agent_says_of_itself_is_not_counted_again_below_it() {
    let stage = Stage::new(PLAIN, LIMITS);
    let root = stage.root("invoke_workflow trip", 0);
    let agent = stage.child(&root, "invoke_agent planner", 0);
    let chat = stage.child(&agent, "chat gpt-4o-mini", 0);
    end_chat(&chat, 1_000, 402, 40, 0.5);
    end(
        &agent,
        1_000,
        [
            ("gen_ai.operation.name", "invoke_agent".into()),
            ("gen_ai.usage.input_tokens", Value::I64(500)),
            ("gen_ai.usage.output_tokens", Value::I64(50)),
        ],
    );
    end(&root, 1_000, of("invoke_workflow"));
    assert_eq!(
        stage.printed(),
        "
invoke_workflow trip     1.00 ms  ▕████████████████████████▏  500 in  50 out  $0.50  ok
└─ invoke_agent planner  1.00 ms  ▕████████████████████████▏  500 in  50 out  $0.50
   └─ chat gpt-4o-mini   1.00 ms  ▕████████████████████████▏  402 in  40 out  $0.50  ok  stop
"
    );
}

#[test]
fn a_deep_trace_stays_narrow_and_whole() {
    let stage = Stage::new(PLAIN, LIMITS);
    let mut spans = vec![stage.root("handle", 0)];
    for start in 1..900 {
        spans.push(stage.child(&spans[spans.len() - 1], "handle", start));
    }
    for span in spans.iter().rev() {
        end(span, 1_000, []);
    }
    let printed = stage.printed();
    assert_eq!(printed.trim().lines().count(), 900);
    assert!(printed.lines().all(|line| line.chars().count() <= 100), "{printed}");
}

#[test]
fn spans_of_other_libraries_are_a_name_and_a_time() {
    let stage = Stage::new(PLAIN, LIMITS);
    let request = stage.root("POST /ask", 0);
    let chat = stage.child(&request, "chat gpt-4o-mini", 1_000);
    let http = stage.child(&chat, "POST", 1_500);
    end(
        &http,
        40_000,
        [("error.type", "500".into()), ("url.full", "https://example.com/?q=secret".into())],
    );
    end_chat(&chat, 41_000, 402, 40, 0.000_312);
    end(&request, 42_000, [("http.request.body", "secret".into())]);
    assert_eq!(
        stage.printed(),
        "
POST /ask            42.0 ms  ▕████████████████████████▏
└─ chat gpt-4o-mini  40.0 ms  ▕ ██████████████████████ ▏  402 in  40 out  $0.00031  ok  stop
   └─ POST           38.5 ms  ▕ ██████████████████████ ▏
"
    );
}

#[test]
fn hostile_names_stay_on_their_line() {
    let stage = Stage::new(PLAIN, LIMITS);
    let root = stage.root("chat \x1b[2J\x1b]0;owned\x07\r\nfake line", 0);
    let long =
        stage.child(&root, "SELECT * FROM a_table WHERE this = 'that' AND so = 'on' LIMIT 1", 0);
    end(&long, 1_000, []);
    end_failed(&root, 1_000, "error", "no\nsuch \u{202e}thing");
    assert_eq!(
        stage.printed(),
        r"
chat \u{1b}[2J\u{1b}]0;owned\u{7}\r\nfake line     1.00 ms  ▕████████▏  error no\nsuch \u{202e}thing
└─ SELECT * FROM a_table WHERE this = 'that' AND…  1.00 ms  ▕████████▏
"
    );
}
