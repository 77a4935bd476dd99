//! Rig 0.46: agents are of one type, `prompt` returns what is known of the run, and content is
//! on the spans by request only, which is made here.

use rig_agent_0_46 as rig_agent;
use rig_core_0_46 as rig_core;

use rig_agent::agent::{AgentBuilder, MultiTurnStreamItem};
use rig_agent::tool::{Tool, ToolContext};
use rig_core::driver::DynModel;
use rig_core::operation::Completion;
use rig_core::providers::anthropic::AnthropicConfig;
use rig_core::providers::gemini::GeminiConfig;
use rig_core::providers::openai::OpenAIConfig;

use crate::case::{KEY, RESULT, SYSTEM, TOOL};
use crate::versions::{Numbers, Tells, parameters};

struct Add;

impl Tool for Add {
    const NAME: &'static str = TOOL;
    type Error = std::convert::Infallible;
    type Args = Numbers;
    type Output = String;

    fn description(&self) -> String {
        "Adds numbers.".to_owned()
    }

    fn parameters(&self) -> serde_json::Value {
        parameters()
    }

    async fn call(&self, _: &mut ToolContext, numbers: Numbers) -> Result<String, Self::Error> {
        Ok(format!("{RESULT} {}", numbers.numbers.len()))
    }
}

fn build(model: DynModel<Completion>) -> rig_agent::Agent {
    AgentBuilder::new(model)
        .name("calculator")
        .preamble(SYSTEM)
        .max_tokens(512)
        .default_max_turns(2)
        // Worse than the default: what must not leave is on the spans.
        .record_content_telemetry(true)
        .tool(Add)
        .build()
}

macro_rules! provider {
    ($name:ident, $names:expr, $model:expr) => {
        pub(crate) mod $name {
            use super::*;

            pub(crate) const TELLS: Tells = Tells::ALL;
            const NAMES: (&str, &str) = $names;
            const MODEL: &str = NAMES.1;

            type Agent = rig_agent::Agent;
            type PromptError = rig_agent::completion::PromptError;
            type PromptResponse = rig_agent::run::PromptResponse;
            type StreamError = PromptError;
            type Item = MultiTurnStreamItem;

            fn agent(url: &str) -> Agent {
                let model: fn(&str) -> DynModel<Completion> = $model;
                build(model(url))
            }

            async fn text(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
                Ok(agent.prompt(prompt).await?.output())
            }

            async fn full(agent: &Agent, prompt: &str) -> Result<PromptResponse, PromptError> {
                agent.prompt(prompt).await
            }

            async fn stream(
                agent: &Agent,
                prompt: &str,
            ) -> impl Stream<Item = Result<Item, StreamError>> + Unpin + use<> {
                agent.prompt(prompt).stream()
            }

            include!("../agent.rs");
        }
    };
}

provider!(openai_chat, ("openai", "gpt-4o"), |url| {
    let config = OpenAIConfig::new(KEY).with_base_url(format!("{url}/v1"));
    config.client().chat("gpt-4o").into()
});
provider!(openai_responses, ("openai", "gpt-4o"), |url| {
    let config = OpenAIConfig::new(KEY).with_base_url(format!("{url}/v1"));
    config.client().responses("gpt-4o").into()
});
provider!(anthropic, ("anthropic", "claude-sonnet-4-5"), |url| {
    let config = AnthropicConfig::new(KEY).with_base_url(url);
    config.client().completion("claude-sonnet-4-5").into()
});
provider!(gemini, ("gcp.gemini", "gemini-2.5-flash"), |url| {
    let config = GeminiConfig::new(KEY).with_base_url(url);
    config.client().completion("gemini-2.5-flash").into()
});
