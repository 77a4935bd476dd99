//! What leaves of a log record.

use std::collections::HashMap;

use opentelemetry::Key;
use opentelemetry::logs::{AnyValue, LogRecord};
use opentelemetry_sdk::logs::SdkLogRecord;

use crate::content::Capture;
use crate::export::gate::Gate;
use crate::export::records::blank;

fn leaves(gate: &Gate, body: AnyValue) -> SdkLogRecord {
    let mut record = blank();
    record.set_target("shop");
    record.set_body(body);
    record.add_attribute("answers", AnyValue::ListAny(Box::new(vec![AnyValue::Double(0.25)])));
    gate.log(&record).0
}

/// A body whose very names and numbers say something.
fn nested() -> AnyValue {
    let numbers = AnyValue::ListAny(Box::new(vec![AnyValue::Double(0.5)]));
    AnyValue::Map(Box::new(HashMap::from([
        (Key::from("ann"), AnyValue::from("What ails me?")),
        (Key::from("bob"), numbers),
    ])))
}

#[test]
fn a_body_that_is_withheld_says_so() {
    for body in [AnyValue::from("What ails me?"), nested(), AnyValue::Bytes(Box::new(vec![1]))] {
        let record = leaves(&Gate::new(), body);

        assert_eq!(record.body(), Some(&AnyValue::from("[closed]")));
        let text = format!("{record:?}");
        assert!(!["ails", "ann", "0.5", "0.25"].iter().any(|said| text.contains(said)), "{text}");
        assert!(text.contains("llm_trace.closed.text.length"), "{text}");
    }
}

#[test]
fn a_body_leaves_if_its_target_is_open_or_content_is_captured() {
    let full = Gate::new().with_capture(Capture::Full);
    let open = Gate::new().with_open_targets(["shop"]);

    assert_eq!(leaves(&full, nested()).body(), Some(&nested()));
    assert_eq!(leaves(&open, nested()).body(), Some(&nested()));
    let hidden = AnyValue::from("mail [REDACTED:email]");
    let said = || AnyValue::from("mail ann@example.com");
    assert_eq!(leaves(&open, said()).body(), Some(&hidden));
    assert_eq!(leaves(&full, said()).body(), Some(&said()));
}

#[test]
fn a_record_without_a_body_gets_none() {
    let record = blank();

    assert_eq!(Gate::new().log(&record).0.body(), None);
}
