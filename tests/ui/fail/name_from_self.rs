use llm_trace::llm_span;

struct Planner;

impl Planner {
    const NAME: &'static str = "planner";

    #[llm_span(agent = Self::NAME)]
    fn plan(&self) {}
}

fn main() {}
