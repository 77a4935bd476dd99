use llm_trace::llm_span;

struct Agent {
    name: String,
}

impl Agent {
    #[llm_span(agent = self.name.as_str())]
    fn method(&self) {}

    #[llm_span(workflow = self.name)]
    fn field(&self) {}
}

fn main() {}
