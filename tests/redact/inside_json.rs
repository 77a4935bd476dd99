//! Redaction inside JSON text.

use llm_trace::redact::{Redactor, Rules, redact_json};
use serde_json::{Value, json};

#[test]
fn names_and_layout_stay_and_values_are_redacted() {
    let cases = [
        (
            r#"{"api_key": "abc12345xyz", "model": "gpt-4o"}"#,
            r#"{"api_key": "[REDACTED:password]", "model": "gpt-4o"}"#,
        ),
        (
            r#"{ "password":"correct horse battery" ,"n":1.50}"#,
            r#"{ "password":"[REDACTED:password]" ,"n":1.50}"#,
        ),
        (r#"{"to":["ann@example.com","nobody"]}"#, r#"{"to":["[REDACTED:email]","nobody"]}"#),
        (r#"["ann\u0040example.com"]"#, r#"["[REDACTED:email]"]"#),
        (r#"{"card":4111111111111111,"n":4096}"#, r#"{"card":"[REDACTED:card]","n":4096}"#),
        (
            r#"{"ssn":"536904399","zip":"536904399"}"#,
            r#"{"ssn":"[REDACTED:ssn]","zip":"536904399"}"#,
        ),
        (
            r#"{"passwords":["a"],"password":["hunter2","x y"]}"#,
            r#"{"passwords":["a"],"password":["[REDACTED:password]","[REDACTED:password]"]}"#,
        ),
        (
            r#"[{"name":"DB_PASSWORD","value":"letmein"}]"#,
            r#"[{"name":"DB_PASSWORD","value":"[REDACTED:password]"}]"#,
        ),
        (r#"{"ann@example.com": true}"#, r#"{"[REDACTED:email]": true}"#),
        (r#"{"token":" the","logprob":-0.25}"#, r#"{"token":" the","logprob":-0.25}"#),
        (
            r#"{"max_tokens":4096,"seed":123456789012}"#,
            r#"{"max_tokens":4096,"seed":123456789012}"#,
        ),
        (r#""ann@example.com""#, r#""[REDACTED:email]""#),
        ("[cut] password=hunter2", "[cut] password=[REDACTED:password]"),
        (r#"{"to":"ann@example.com","bo"#, r#"{"to":"[REDACTED:email]","bo"#),
    ];
    for (text, expected) in cases {
        assert_eq!(redact_json(&Rules::new(), text), expected);
    }
}

#[test]
fn json_in_strings_of_json_is_redacted_and_stays_json() {
    let mut text = json!({"password": "hunter2", "to": "ann@example.com"}).to_string();
    for _ in 0..4 {
        text = json!({"arguments": text, "n": [1, 2]}).to_string();
    }
    let mut redacted = redact_json(&Rules::new(), &text).into_owned();
    for _ in 0..4 {
        let value: Value = serde_json::from_str(&redacted).unwrap();
        assert_eq!(value["n"], json!([1, 2]));
        redacted = value["arguments"].as_str().unwrap().to_owned();
    }
    let value: Value = serde_json::from_str(&redacted).unwrap();
    assert_eq!(value, json!({"password": "[REDACTED:password]", "to": "[REDACTED:email]"}));
}

#[test]
fn depth_is_no_danger() {
    let deep = "[".repeat(200_000) + "\"ann@example.com\"" + &"]".repeat(200_000);
    let deeper = (0..40).fold("ann@example.com".to_owned(), |text, _| {
        // Escapes double with each level: cut where it grows too large.
        if text.len() > 1 << 20 { text } else { json!([text]).to_string() }
    });
    for text in [deep, deeper] {
        let redacted = redact_json(&Rules::new(), &text);
        assert!(!redacted.contains("ann@example.com"));
    }
}

#[test]
fn a_redactor_of_the_users_sees_names_and_plain_values() {
    struct Upper;
    impl Redactor for Upper {
        fn redact<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
            text.into()
        }
        fn redact_field<'a>(&self, name: &str, value: &'a str) -> std::borrow::Cow<'a, str> {
            if name == "city" { value.to_uppercase().into() } else { value.into() }
        }
    }
    let text = r#"{"city":"M\u00fcnchen","x":{"city":["a","b"],"y":"c"}}"#;
    assert_eq!(redact_json(&Upper, text), r#"{"city":"MÜNCHEN","x":{"city":["A","B"],"y":"c"}}"#);
}
