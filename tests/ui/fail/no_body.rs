use llm_trace::llm_span;

trait Chat {
    #[llm_span(model = "gpt-4o", provider = "openai")]
    fn chat(&self, prompt: &str) -> String;
}

fn main() {}
