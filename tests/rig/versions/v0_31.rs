//! Rig 0.31, the release of the tutorials: agents are generic over the model, `prompt` returns
//! text, and the content of a conversation is on the spans.

use rig_0_31 as rig;

use rig::agent::{AgentBuilder, MultiTurnStreamItem};
use rig::client::CompletionClient;
use rig::completion::{CompletionModel, Prompt, ToolDefinition};
use rig::providers::{self, openai};
use rig::streaming::StreamingPrompt;
use rig::tool::Tool;

use crate::case::{KEY, RESULT, SYSTEM, TOOL};
use crate::versions::{Numbers, Tells, parameters};

struct Add;

impl Tool for Add {
    const NAME: &'static str = TOOL;
    type Error = std::convert::Infallible;
    type Args = Numbers;
    type Output = String;

    async fn definition(&self, _prompt: String) -> ToolDefinition {
        let description = "Adds numbers.".to_owned();
        ToolDefinition { name: TOOL.to_owned(), description, parameters: parameters() }
    }

    async fn call(&self, numbers: Numbers) -> Result<String, Self::Error> {
        Ok(format!("{RESULT} {}", numbers.numbers.len()))
    }
}

fn build<M: CompletionModel>(model: M) -> rig::agent::Agent<M> {
    AgentBuilder::new(model)
        .name("calculator")
        .preamble(SYSTEM)
        .max_tokens(512)
        .default_max_turns(2)
        .tool(Add)
        .build()
}

macro_rules! provider {
    ($name:ident, $tells:expr, $names:expr, $model:ty, $client:expr) => {
        pub(crate) mod $name {
            use super::*;

            pub(crate) const TELLS: Tells = $tells;
            const NAMES: (&str, &str) = $names;
            const MODEL: &str = NAMES.1;

            type Agent = rig::agent::Agent<$model>;
            type PromptError = rig::completion::PromptError;
            type PromptResponse = rig::agent::PromptResponse;
            type StreamError = rig::agent::StreamingError;
            type Item = MultiTurnStreamItem<<$model as CompletionModel>::StreamingResponse>;

            fn agent(url: &str) -> Agent {
                let client: fn(&str) -> $model = $client;
                build(client(url))
            }

            async fn text(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
                agent.prompt(prompt).await
            }

            async fn full(agent: &Agent, prompt: &str) -> Result<PromptResponse, PromptError> {
                agent.prompt(prompt).extended_details().await
            }

            async fn stream(
                agent: &Agent,
                prompt: &str,
            ) -> impl Stream<Item = Result<Item, StreamError>> + Unpin + use<> {
                agent.stream_prompt(prompt).await
            }

            include!("../agent.rs");
        }
    };
}

provider!(openai_chat, Tells::LITTLE, ("openai", "gpt-4o"), openai::CompletionModel, |url| {
    let url = format!("{url}/v1");
    let client = openai::CompletionsClient::builder().api_key(KEY).base_url(url).build().unwrap();
    client.completion_model("gpt-4o")
});
provider!(
    openai_responses,
    Tells::NO_STATUS,
    ("openai", "gpt-4o"),
    openai::responses_api::ResponsesCompletionModel,
    |url| {
        let url = format!("{url}/v1");
        let client = openai::Client::builder().api_key(KEY).base_url(url).build().unwrap();
        client.completion_model("gpt-4o")
    }
);
provider!(
    anthropic,
    Tells::LITTLE_AND_NOT_CACHED,
    ("anthropic", "claude-sonnet-4-5"),
    providers::anthropic::completion::CompletionModel,
    |url| {
        let client =
            providers::anthropic::Client::builder().api_key(KEY).base_url(url).build().unwrap();
        client.completion_model("claude-sonnet-4-5")
    }
);
provider!(
    gemini,
    Tells::LITTLE_AND_NOT_CACHED,
    ("gcp.gemini", "gemini-2.5-flash"),
    providers::gemini::completion::CompletionModel,
    |url| {
        let client =
            providers::gemini::Client::builder().api_key(KEY).base_url(url).build().unwrap();
        client.completion_model("gemini-2.5-flash")
    }
);
