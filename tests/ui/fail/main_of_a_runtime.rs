use llm_trace::llm_span;

#[llm_span(workflow = "everything")]
#[tokio::main(flavor = "current_thread")]
async fn main() {}
