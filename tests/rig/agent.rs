// The annotated agent: this one source for every release of Rig and every provider. It is included
// where `Agent`, `Item` and the errors are types of that release.

use futures_util::{Stream, StreamExt};
use llm_trace::llm_span;

/// Returns nothing but text, as the agents of most programs do.
#[llm_span(agent = "calculator")]
async fn ask(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
    text(agent, prompt).await
}

/// Returns what Rig knows of the run, usage included, which must not be counted again.
#[llm_span(agent = "calculator")]
async fn ask_in_full(agent: &Agent, prompt: &str) -> Result<PromptResponse, PromptError> {
    full(agent, prompt).await
}

/// Is a model call itself, as in programs whose agent has no tools; what it is a call of goes for
/// Rig's span below, which may not know.
#[llm_span(model = MODEL, provider = NAMES.0)]
async fn chat(agent: &Agent, prompt: &str) -> Result<String, PromptError> {
    text(agent, prompt).await
}

/// Returns Rig's own stream.
#[llm_span(agent = "calculator")]
async fn tell(
    agent: &Agent,
    prompt: &str,
) -> Result<impl Stream<Item = Result<Item, StreamError>> + Unpin + use<>, StreamError> {
    Ok(stream(agent, prompt).await)
}

pub(crate) async fn run(url: &str, how: crate::case::How) -> Result<(), ()> {
    use crate::case::{How, PROMPT};

    let agent = agent(url);
    match how {
        How::Text => ask(&agent, PROMPT).await.map(drop).map_err(drop),
        How::InFull => ask_in_full(&agent, PROMPT).await.map(drop).map_err(drop),
        How::Model => chat(&agent, PROMPT).await.map(drop).map_err(drop),
        How::Stream => {
            let mut stream = tell(&agent, PROMPT).await.map_err(drop)?;
            while let Some(item) = stream.next().await {
                item.map_err(drop)?;
            }
            Ok(())
        }
        How::DroppedStream => {
            let mut stream = tell(&agent, PROMPT).await.map_err(drop)?;
            stream.next().await.ok_or(())?.map(drop).map_err(drop)
        }
    }
}
