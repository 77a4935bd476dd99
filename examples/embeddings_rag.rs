//! Retrieval, embeddings and a chat in one workflow, which has what all of them used.
//!
//! ```text
//! cargo run --example embeddings_rag
//! ```

mod provider;

use std::error::Error;

use llm_trace::llm_span;
use serde_json::{Value, json};

/// What the handbook says, and where it lies among the embeddings.
const HANDBOOK: &[(&str, [f64; 3])] = &[
    ("A trait names what a type can do.", [0.6, 0.8, 0.0]),
    ("A lifetime says how long a borrow lasts.", [0.0, 0.6, 0.8]),
];

struct Client {
    base_url: String,
    key: String,
}

impl Client {
    async fn post(&self, path: &str, body: &Value) -> reqwest::Result<Value> {
        let url = format!("{}/{path}", self.base_url);
        let request = reqwest::Client::new().post(url).bearer_auth(&self.key).json(body);
        request.send().await?.error_for_status()?.json().await
    }

    #[llm_span(operation = "embeddings", provider = "openai", request = body)]
    async fn embed(&self, body: &Value) -> reqwest::Result<Value> {
        self.post("embeddings", body).await
    }

    #[llm_span(provider = "openai", request = body)]
    async fn chat(&self, body: &Value) -> reqwest::Result<Value> {
        self.post("chat/completions", body).await
    }

    #[llm_span(retrieval = "handbook", top_k = 1)]
    async fn retrieve(&self, question: &str) -> reqwest::Result<&'static str> {
        let body = json!({ "model": "text-embedding-3-small", "input": question, "dimensions": 3 });
        let found = self.embed(&body).await?;
        let asked = [0, 1, 2].map(|at| found["data"][0]["embedding"][at].as_f64().unwrap_or(0.0));
        let near = |(_, place): &(&str, [f64; 3])| -> f64 {
            asked.iter().zip(place).map(|(asked, place)| asked * place).sum()
        };
        let nearest = HANDBOOK.iter().max_by(|one, two| near(one).total_cmp(&near(two)));
        Ok(nearest.map_or("", |(text, _)| text))
    }

    #[llm_span(workflow = "ask_handbook")]
    async fn ask(&self, question: &str) -> reqwest::Result<Value> {
        let prompt = format!("{}\n\n{question}", self.retrieve(question).await?);
        let messages = json!([{ "role": "user", "content": prompt }]);
        self.chat(&json!({ "model": "gpt-4o-mini", "messages": messages })).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    llm_trace::load_prices();
    let (base_url, key) = provider::endpoint("https://api.openai.com/v1", "OPENAI_API_KEY").await?;
    let answer = Client { base_url, key }.ask("What is a trait?").await?;
    println!("{}", answer["choices"][0]["message"]["content"]);
    Ok(())
}
