//! What the console shows of metrics and logs.

use crate::program::run;

const METRICS: (&str, &str) = ("OTEL_METRICS_EXPORTER", "console");
const LOGS: (&str, &str) = ("OTEL_LOGS_EXPORTER", "console");
const NO_TRACES: (&str, &str) = ("OTEL_TRACES_EXPORTER", "none");

#[test]
fn metrics_are_printed_when_the_program_ends() {
    let ended = run("everything", &[METRICS, NO_TRACES]);

    assert!(ended.is_success, "{ended:?}");
    let below = |name: &str| {
        let lines = ended.stderr.lines().skip_while(move |line| !line.starts_with(name)).skip(1);
        lines.take_while(|line| line.starts_with("  ")).collect::<Vec<_>>()
    };
    let tokens = below("gen_ai.client.token.usage  {token}");
    let [input, output] = tokens[..] else { panic!("{}", ended.stderr) };
    for (line, value, direction) in [(input, "12", "input"), (output, "34", "output")] {
        assert!(line.starts_with(&format!("  1 of {value} to {value}, sum {value}  ")), "{line}");
        assert!(line.contains(&format!("  gen_ai.token.type={direction}")), "{line}");
        assert!(line.contains("gen_ai.request.model=gpt-4o"), "{line}");
    }
    // The call that failed is a series of its own.
    assert_eq!(below("gen_ai.client.operation.duration  s").len(), 2, "{}", ended.stderr);
    assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
}

#[test]
fn log_records_are_lines() {
    let ended = run("logs", &[LOGS, NO_TRACES, ("RUST_LOG", "off")]);

    assert!(ended.is_success, "{ended:?}");
    let lines: Vec<_> = ended.stderr.lines().collect();
    let [outside, inside] = lines[..] else { panic!("{}", ended.stderr) };
    // What a text says is closed, as where it is exported.
    assert!(outside.contains("Z INFO  program  [closed]"), "{outside}");
    assert!(inside.contains("Z WARN  program  [closed]") && inside.contains("answer=42"));
}

#[test]
fn the_texts_of_an_open_target_are_printed() {
    let open = ("LLM_TRACE_OPEN_TARGETS", "program");

    let ended = run("logs", &[LOGS, open, ("RUST_LOG", "off")]);

    let [outside, inside] = ended.lines("program")[..] else { panic!("{}", ended.stderr) };
    assert!(outside.contains("Z INFO  program  outside"), "{outside}");
    assert!(inside.contains("  inside") && inside.contains("  trace "), "{inside}");
}

#[test]
fn a_failed_call_is_a_line_with_its_event_and_its_trace() {
    let ended = run("fails", &[LOGS, NO_TRACES, ("RUST_LOG", "off")]);

    let [line] = ended.lines("gen_ai.client.operation.exception")[..] else {
        panic!("{}", ended.stderr)
    };
    assert!(line.contains(" WARN  ") && line.contains("  error.type=refused"), "{line}");
    assert!(!ended.stderr.contains("canary"), "{}", ended.stderr);
}

#[test]
fn what_is_printed_cannot_steer_the_terminal() {
    let ended = run("odd-text", &[LOGS, NO_TRACES, ("LLM_TRACE_OPEN_TARGETS", "program")]);

    let [line] = ended.lines("Z WARN")[..] else { panic!("{}", ended.stderr) };
    assert!(line.contains(r"\u{1b}[2Jgone\nnext"), "{line}");
}
