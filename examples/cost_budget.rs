//! An agent that stops when its budget is spent, and says which model took what.
//!
//! ```text
//! cargo run --example cost_budget
//! ```

mod provider;

use std::error::Error;

use llm_trace::llm_span;
use serde_json::{Value, json};

const BUDGET: f64 = 0.0005;

struct Client {
    http: reqwest::Client,
    base_url: String,
    key: String,
}

impl Client {
    #[llm_span(model = "gpt-4o-mini", provider = "openai")]
    async fn draft(&self, prompt: &str) -> reqwest::Result<Value> {
        self.ask("gpt-4o-mini", prompt).await
    }

    #[llm_span(model = "gpt-4o", provider = "openai")]
    async fn review(&self, prompt: &str) -> reqwest::Result<Value> {
        self.ask("gpt-4o", prompt).await
    }

    async fn ask(&self, model: &str, prompt: &str) -> reqwest::Result<Value> {
        let body = json!({ "model": model, "messages": [{ "role": "user", "content": prompt }] });
        let url = format!("{}/chat/completions", self.base_url);
        let request = self.http.post(url).bearer_auth(&self.key).json(&body);
        request.send().await?.error_for_status()?.json().await
    }
}

#[llm_span(agent = "writer")]
async fn write(client: &Client, topic: &str) -> reqwest::Result<()> {
    let call = llm_trace::current();
    // A call whose price is not known may have cost anything: that ends the work too.
    while call.totals().cost() < BUDGET && call.totals().unpriced_calls() == 0 {
        let draft = client.draft(topic).await?;
        client.review(&draft["choices"][0]["message"]["content"].to_string()).await?;
    }
    for (model, totals) in call.totals_by_model() {
        println!("{model}: {} calls, ${:.6}", totals.calls(), totals.cost());
    }
    println!("spent ${:.6} of ${BUDGET}", call.totals().cost());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    // The budget is kept even if telemetry is switched off; the prices are there from the start.
    llm_trace::keep_totals();
    llm_trace::load_prices();
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    write(&Client { http: reqwest::Client::new(), base_url, key }, "lifetimes in Rust").await?;
    Ok(())
}
