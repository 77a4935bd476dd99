//! The list of annotated functions, and its file.

use llm_trace::assert_span_catalog;
use llm_trace::testing::span_catalog;

/// None of these is ever called.
mod listed {
    use llm_trace::llm_span;

    const MODEL: &str = "gpt-4o";

    #[llm_span(model = MODEL, provider = "openai", temperature = 0.2, fields("app.tenant" = "t"))]
    pub(super) async fn chat(prompt: &str) -> usize {
        prompt.len()
    }

    #[llm_span(model = model, provider = "openai")]
    pub(super) fn any_model(model: &str) {}

    #[llm_span(tool = "search")]
    pub(super) fn generic<T>(_hits: Vec<T>) {}

    pub(super) mod below {
        #[llm_trace::llm_span(agent = "planner", name = "agent.planner")]
        pub(crate) fn plan() {}
    }
}

#[test]
fn the_functions_of_a_module_are_those_of_the_file() {
    assert_span_catalog!("kit/spans.lock", "kit::catalog::listed");
}

#[test]
fn every_function_of_the_binary_is_in_the_list_with_its_place() {
    let spans = span_catalog().unwrap();
    let here = spans.iter().find(|span| span.name == "agent.planner").unwrap();

    assert_eq!((here.operation, here.module), ("invoke_agent", "kit::catalog::listed::below"));
    assert!(here.file.ends_with("catalog.rs") && here.line > 20, "{here:?}");
    assert!(spans.iter().any(|span| span.module == "kit::conformance"), "{spans:#?}");
}

/// So that the compiler does not call them dead.
#[test]
fn the_functions_can_be_called() {
    drop(listed::chat("hi"));
    listed::any_model("m");
    listed::generic(vec![0]);
    listed::below::plan();
}
