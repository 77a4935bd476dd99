use llm_trace::llm_span;

#[tokio::main(flavor = "current_thread")]
#[llm_span(workflow = "everything")]
async fn main() {}
