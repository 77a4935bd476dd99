use llm_trace::llm_span;

#[llm_span(tool = "add", fields("app.tenant": tenant, "app.user" => user))]
fn add(tenant: u8, user: u8) -> u8 {
    tenant + user
}

fn main() {}
