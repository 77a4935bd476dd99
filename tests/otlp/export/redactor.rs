//! A redactor of the program's own that is too slow for what it is given.

use opentelemetry_proto::tonic::common::v1::any_value::Value;

use crate::failure::BOUND;
use crate::program::run;
use crate::receiver::{Receiver, attribute};

const SLOW: &str = "[WITHHELD: the redactor took too long]";

#[test]
fn a_slow_redactor_holds_up_no_shutdown_and_lets_nothing_through() {
    let receiver = Receiver::http();
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*receiver.url()),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "4000"),
        ("LLM_TRACE_CAPTURE", "redacted"),
    ];

    let ended = run("slow-redactor", &variables);

    assert!(ended.is_success && ended.took < BOUND, "{ended:?}");
    let everything = receiver.everything();
    let spans = everything.spans();
    assert_eq!(spans.len(), 2000);
    assert!(!everything.contains("Bluebird"));
    let texts = |key: &str| -> Vec<&str> {
        let found = spans.iter().filter_map(|span| attribute(&span.attributes, key));
        found
            .map(|value| match value {
                Value::StringValue(text) => text.as_str(),
                other => panic!("{other:?}"),
            })
            .collect()
    };
    let all = [texts("gen_ai.input.messages"), texts("gen_ai.output.messages")].concat();
    let withheld = all.iter().filter(|text| **text == format!("\"{SLOW}\"")).count();
    let redacted = all.iter().filter(|text| text.contains("about [REDACTED:project]?")).count();
    assert_eq!((all.len(), withheld + redacted), (4000, 4000));
    // About two seconds' worth, and on a busy machine less.
    assert!((5..=200).contains(&redacted), "{redacted}");

    // What the redactor itself does is not redacted again.
    assert!(everything.logs().is_empty(), "{:?}", everything.logs());

    // It is counted, with a few values of the resource, and said once.
    let counts: Vec<usize> =
        ended.stdout.split_whitespace().map(|count| count.parse().unwrap()).collect();
    let [exported, counted] = counts[..] else { panic!("{ended:?}") };
    assert!(exported == 2000 && (withheld..withheld + 200).contains(&counted), "{ended:?}");
    let said = "a value was withheld because the redactor took too long";
    assert_eq!(ended.lines(said).len(), 1, "{}", ended.stderr);
    let others = ended.stderr.lines().count() - ended.lines("a name is looked for").len();
    assert_eq!(others, 1, "{}", ended.stderr);
}
