//! What `init()` refuses, and what it leaves alone.

use std::time::Duration;

use llm_trace::{Batching, Builder, TailSampling, llm_span};
use tracing_subscriber::layer::SubscriberExt;

use crate::program::{command, ended, run};
use crate::receiver::Receiver;

#[test]
fn a_second_init_is_an_error() {
    let ended = run("twice", &[("OTEL_TRACES_EXPORTER", "none")]);

    assert!(!ended.is_success);
    assert_eq!(ended.lines("Error: llm-trace is installed already").len(), 1, "{ended:?}");
}

#[test]
fn a_second_init_is_an_error_beside_a_subscriber_of_the_programs_own_too() {
    for subscriber in ["text", "layer"] {
        let variables = [("OTEL_TRACES_EXPORTER", "none"), ("PROGRAM_SUBSCRIBER", subscriber)];
        let ended = run("twice", &variables);

        assert!(!ended.is_success);
        assert_eq!(ended.lines("Error: llm-trace is installed already").len(), 1, "{ended:?}");
    }
}

#[test]
fn a_disabled_sdk_sends_nothing_and_says_so_once() {
    for (scenario, subscriber) in
        [("plain", None), ("plain", Some("text")), ("plain", Some("layer")), ("parts", None)]
    {
        let receiver = Receiver::http();
        let url = receiver.url();
        let mut variables =
            vec![("OTEL_EXPORTER_OTLP_ENDPOINT", &*url), ("OTEL_SDK_DISABLED", "True")];
        variables.extend(subscriber.map(|name| ("PROGRAM_SUBSCRIBER", name)));

        let ended = run(scenario, &variables);

        assert!(ended.is_success, "{scenario}: {ended:?}");
        assert!(receiver.everything().bytes.is_empty());
        let expected = usize::from(scenario != "parts");
        assert_eq!(ended.lines("OTEL_SDK_DISABLED is true").len(), expected, "{ended:?}");
        // A subscriber of its own shows the call, or exports it.
        if subscriber.is_none() {
            assert_eq!(ended.stderr.lines().count(), expected, "{scenario}: {ended:?}");
        }
    }
}

#[test]
fn a_malformed_variable_stops_the_set_up_and_is_named() {
    for scenario in ["plain", "parts"] {
        let ended = run(scenario, &[("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")]);

        assert!(!ended.is_success);
        let message = "Error: OTEL_EXPORTER_OTLP_ENDPOINT is \"localhost:4317\"; \
                       write a URL with a scheme, such as http://localhost:4318\n";
        assert_eq!(ended.stderr, message, "{scenario}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_not_taken_for_unset() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let value = OsStr::from_bytes(b"always\xff");
    let ended = ended(command("plain").env("OTEL_TRACES_SAMPLER", value));

    assert!(!ended.is_success);
    assert_eq!(ended.lines("Error: OTEL_TRACES_SAMPLER is \"always").len(), 1, "{ended:?}");
}

#[llm_span(tool = "add")]
fn add() {}

#[test]
fn a_time_that_no_clock_can_add_stops_nothing() {
    let (receiver, most) = (Receiver::http(), Duration::MAX);
    let batching = Batching::new().with_delay(most).with_export_timeout(most);
    let parts = Builder::new()
        .with_endpoint(receiver.url())
        .with_timeout(most)
        .with_flush_timeout(most)
        .with_metric_interval(most)
        .with_metric_timeout(most)
        .with_span_batching(batching)
        .with_log_batching(batching)
        .with_tail_sampling(TailSampling::ratio(1.0).with_max_age(most).with_slow(most))
        .build()
        .unwrap();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(parts.layer()), add);
    parts.guard.shutdown().unwrap();

    assert_eq!(receiver.everything().spans().len(), 1);
}

#[test]
fn providers_of_the_programs_own_are_joined_and_replaced_only_when_asked() {
    for (scenario, ours, theirs) in [("joined", 0, 1), ("replaced", 1, 0)] {
        let receiver = Receiver::http();

        let ended = run(scenario, &[("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.url())]);

        assert!(ended.is_success, "{scenario}: {ended:?}");
        let everything = receiver.everything();
        assert_eq!(everything.spans().len(), ours, "{scenario}");
        let metrics = usize::from(!everything.metrics().is_empty());
        assert_eq!(metrics, ours, "{scenario}");
        assert_eq!(ended.lines("theirs: span chat gpt-4o").len(), theirs, "{scenario}: {ended:?}");
        let theirs_of = ended.lines("theirs: metric gen_ai.client.token.usage").len();
        assert_eq!(theirs_of, theirs, "{scenario}: {ended:?}");
        // To look for what is there must not leave a trace in it.
        assert_eq!(ended.lines("theirs: span").len(), theirs, "{scenario}: {ended:?}");
    }
}

#[test]
fn texts_in_names_of_calls_do_not_reach_a_meter_provider_of_the_programs_own() {
    for scenario in ["joined-texts", "measured-alone"] {
        let ended = run(scenario, &[]);

        assert!(ended.is_success, "{scenario}: {ended:?}");
        for text in ["canary", "ann@"] {
            assert_eq!(ended.lines(text).len(), 0, "{scenario}: {text}: {}", ended.stderr);
        }
        let closed = usize::from(scenario == "joined-texts");
        // That of the call before the set-up is there too.
        let model = "theirs: gen_ai.request.model=model of [REDACTED:email]";
        assert_eq!(ended.lines(model).len(), 1 + closed, "{scenario}: {}", ended.stderr);
        assert_eq!(ended.lines("theirs: app.prompt=[closed]").len(), closed, "{}", ended.stderr);
        assert_eq!(ended.lines("theirs: app.note=to [REDACTED:email]").len(), closed);
    }
}

#[test]
fn what_is_captured_is_redacted_before_providers_of_the_programs_own_get_it() {
    let ended = run("joined-content", &[]);

    assert!(ended.is_success, "{ended:?}");
    assert_eq!(ended.lines("ann@").len(), 0, "{}", ended.stderr);
    let of = |start: &str, said: &str| {
        let lines = ended.lines(start);
        lines.iter().filter(|line| line.contains(said)).count()
    };
    for said in ["gen_ai.input.messages", "gen_ai.output.messages", "canary of [REDACTED:email]"] {
        assert!(of("theirs: span chat gpt-4o", said) >= 1, "{said}: {}", ended.stderr);
        assert!(of("theirs: log Some(\"gen_ai.client.inference", said) >= 1, "{}", ended.stderr);
    }
    let refused = "no answer to: canary of [REDACTED:email]";
    assert_eq!(of("theirs: span chat gpt-4o", refused), 1, "{}", ended.stderr);
    assert_eq!(of("theirs: log Some(\"gen_ai.client.operation.exception", refused), 1);
    assert_eq!(of("theirs: span chat gpt-4o", "llm_trace.redactions"), 2, "{}", ended.stderr);
}

#[test]
fn a_name_that_is_withheld_once_is_not_withheld_for_good() {
    let ended = run("joined-flaky", &[]);

    assert!(ended.is_success, "{ended:?}");
    for text in ["canary", "ann@"] {
        assert_eq!(ended.lines(text).len(), 0, "{text}: {}", ended.stderr);
    }
    let model = |said: &str| ended.lines(&format!("gen_ai.request.model={said}")).len();
    assert_eq!(model("[WITHHELD: the redactor failed]"), 1, "{}", ended.stderr);
    assert_eq!(model("model of [REDACTED:email]"), 1, "{}", ended.stderr);
}
