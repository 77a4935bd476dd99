//! Drawn trees against traces, and what is said where they differ.

use llm_trace::testing::{Capture, capture};
use tracing::{Span, info_span};

/// A trace of the names of a drawing: plain indentation, and `{name = value}` for what is exported.
fn trace(drawn: &str) -> Capture {
    let capture = capture();
    capture.run(|| {
        let mut path: Vec<(usize, Span)> = Vec::new();
        for line in drawn.lines().filter(|line| !line.trim().is_empty()) {
            let column = line.len() - line.trim_start().len();
            while path.pop_if(|(above, _)| *above >= column).is_some() {}
            let (name, tokens) = line.trim().split_once(" = ").unwrap_or((line.trim(), ""));
            let tokens = tokens.parse::<i64>().ok();
            let parent = path.last().and_then(|(_, above)| above.id());
            let span = info_span!(
                parent: parent,
                "span",
                otel.name = name,
                gen_ai.usage.input_tokens = tokens,
            );
            span.in_scope(|| ());
            path.push((column, span));
        }
        // From the innermost out.
        while path.pop().is_some() {}
    });
    capture
}

const TRACE: &str = "
invoke_agent planner
  chat gpt-4o = 5
  execute_tool search
    chat gpt-4o-mini = 9
  execute_tool search
  chat gpt-4o = 6
";

#[test]
fn a_drawing_holds_for_what_it_says_and_for_nothing_else() {
    let capture = trace(TRACE);
    for (expected, drawn) in [
        (true, "invoke_agent planner\n ..."),
        (true, "invoke_agent *\n (* *)+\n  ..."),
        (false, "invoke_agent planner"),
        (false, "invoke_agent planner\n (chat *)*\n (execute_tool *)*"),
        (
            true,
            "invoke_agent planner\n chat *\n execute_tool search\n  chat *\n (execute_tool *)?\n chat *",
        ),
        (true, "invoke_agent planner\n chat *\n (execute_tool search)+\n  (chat *)?\n chat *"),
        (false, "invoke_agent planner\n chat *\n (execute_tool search)+\n  chat *\n chat *"),
        (true, "invoke_agent planner\n (plan)?\n (chat *)*\n ...\n chat gpt-4o {tokens.in = 6}"),
        (false, "invoke_agent planner\n ...\n chat gpt-4o {tokens.in = 5}"),
        (
            true,
            "invoke_agent planner {unordered}\n (chat *)+\n execute_tool *\n execute_tool *\n  chat *",
        ),
        (
            true,
            "invoke_agent planner {unordered}\n execute_tool *\n  (chat *)?\n execute_tool *\n (*)*",
        ),
        (
            true,
            "invoke_agent planner {unordered}\n ...\n execute_tool *\n execute_tool *\n  chat *",
        ),
        (false, "invoke_agent planner {unordered}\n (chat *)+\n execute_tool *\n execute_tool *"),
        (
            false,
            "invoke_agent planner {unordered}\n chat *\n execute_tool *\n execute_tool *\n  chat *",
        ),
        (false, "invoke_agent planner {unordered}"),
        (true, "{unordered}\n(other)*\ninvoke_agent planner\n ..."),
        (true, "..."),
        (false, ""),
    ] {
        let found = capture.tree().compare(drawn);
        assert_eq!(
            found.is_ok(),
            expected,
            "{drawn}\n{}",
            found.err().map_or(String::new(), |it| it.to_string())
        );
    }
}

#[test]
fn predicates_compare_facts_of_their_own_type() {
    let capture = trace("chat gpt-4o = 5");
    for (expected, asked) in [
        (true, "tokens.in = 5, tokens.in >= 5, tokens.in <= 5, tokens.in != 4"),
        (true, "gen_ai.usage.input_tokens > 4.5"),
        (false, "tokens.in > 5"),
        (false, "tokens.in < 5"),
        (true, "tokens.in, !tokens.out, !cost, kind = internal, status = unset"),
        (false, "tokens.out"),
        (false, "!tokens.in"),
        (false, "cost < 1"),
        (true, "< 1min, duration >= 0ns"),
        (false, "< 1ns"),
        (true, "kind = int*, kind != client, kind = \"internal\""),
        (false, "kind = \"int*\""),
    ] {
        let found = capture.tree().compare(&format!("chat gpt-4o {{{asked}}}"));
        assert_eq!(found.is_ok(), expected, "{asked}: {found:?}");
    }
}

#[test]
fn a_difference_is_shown_side_by_side_and_the_first_one_marked() {
    let drawn = "
        invoke_agent planner
        ├── chat gpt-4o {tokens.in > 5}
        ├── (execute_tool search)+
        │   └── (chat *)?
        └── execute_tool answer
    ";
    let expected = "\
the trace is not as drawn: `chat gpt-4o` asks `tokens.in > 5`, and it is 5

  expected                          actual
  invoke_agent planner              invoke_agent planner
> ├── chat gpt-4o {tokens.in > 5}   ├─ chat gpt-4o {tokens.in = 5}
  ├── (execute_tool search)+        ├─ execute_tool search
  │   └── (chat *)?                 │  └─ chat gpt-4o-mini
                                    ├─ execute_tool search
  └── execute_tool answer           └─ chat gpt-4o
";
    let mismatch = trace(TRACE).tree().compare(drawn).unwrap_err();
    assert_eq!(mismatch.to_string(), expected);
}

#[test]
fn what_is_missing_and_what_is_not_drawn_is_named() {
    let capture = trace("a\n  b\n  c");
    for (drawn, expected) in [
        ("a\n  b", "the trace is not as drawn: `c` is not drawn\n"),
        ("a\n  b\n  c\n  d", "the trace is not as drawn: `d` is missing\n"),
        ("a\n  (b", "line 2 `(b`: write `(…)?`, `(…)*` or `(…)+`"),
    ] {
        let mismatch = capture.tree().compare(drawn).unwrap_err().to_string();
        assert!(mismatch.starts_with(expected), "{mismatch}");
    }
}

#[test]
fn a_printed_tree_is_a_drawing_of_itself() {
    let capture = trace(TRACE);
    let tree = capture.tree().with(["tokens.in", "kind"]);
    tree.compare(&tree.to_string()).unwrap();
    assert_eq!(
        tree.to_string(),
        "\
invoke_agent planner {kind = internal}
├─ chat gpt-4o {tokens.in = 5, kind = internal}
├─ execute_tool search {kind = internal}
│  └─ chat gpt-4o-mini {tokens.in = 9, kind = internal}
├─ execute_tool search {kind = internal}
└─ chat gpt-4o {tokens.in = 6, kind = internal}
"
    );
}

#[test]
fn an_error_type_that_looks_like_a_number_is_a_text() {
    let capture = capture();
    capture.run(|| info_span!("chat", error.r#type = "429").in_scope(|| ()));
    for (expected, asked) in [
        (true, "error = 429, error = \"429\", error = 4*, error.type = \"429\""),
        (false, "error = 500"),
        (false, "error != 429"),
        (false, "error.type = 429"),
    ] {
        let found = capture.tree().compare(&format!("chat {{{asked}}}"));
        assert_eq!(found.is_ok(), expected, "{asked}: {found:?}");
    }
}

#[test]
fn a_token_count_that_is_a_string_is_no_number() {
    let capture = capture();
    capture.run(|| info_span!("chat", gen_ai.usage.input_tokens = "5").in_scope(|| ()));
    let mismatch = capture.tree().compare("chat {tokens.in > 0}").unwrap_err().to_string();

    let said = "`chat` asks `tokens.in > 0`, and it is the string \"5\"";
    assert!(mismatch.contains(said), "{mismatch}");
}
