//! A provider on the loopback that answers as OpenAI (chat and responses), Anthropic and Gemini do,
//! whole or as a stream, and keeps what it said was used. For examples and tests, of Rig above all.
//!
//! ```
//! use llm_trace_emulator::{Emulator, Turn};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let emulator = Emulator::start([Turn::Fails(429), Turn::Says("Paris.")]).await.unwrap();
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! assert!(emulator.used().is_empty(), "nothing was asked yet");
//! # });
//! ```

mod anthropic;
mod api;
mod failure;
mod gemini;
mod http;
mod openai_chat;
mod openai_responses;
mod used;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;

pub use api::Api;
pub use failure::ORGANIZATION;
pub use used::Used;

/// What the provider does with one request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Turn {
    /// Answers with a text.
    Says(&'static str),
    /// Asks for a tool.
    Calls {
        /// The name of the tool.
        tool: &'static str,
        /// Its arguments.
        arguments: Value,
    },
    /// Fails with an HTTP status, in the provider's words.
    Fails(u16),
    /// Closes the connection in the middle of the answer.
    Breaks(&'static str),
}

/// A provider that takes its turns in order, and repeats the last one.
#[derive(Clone, Debug)]
pub struct Emulator {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    turns: Vec<Turn>,
    taken: usize,
    /// The bodies whose usage was sent.
    used: Vec<(Api, Value)>,
    /// Before an answer, and between the chunks of a stream.
    pace: Duration,
    has_cache: bool,
}

impl Emulator {
    /// Starts a provider on a port of its own.
    ///
    /// # Errors
    ///
    /// Those of binding the port.
    ///
    /// # Panics
    ///
    /// If there is no turn.
    pub async fn start(turns: impl IntoIterator<Item = Turn>) -> io::Result<Self> {
        let turns: Vec<_> = turns.into_iter().collect();
        assert!(!turns.is_empty(), "a provider without a turn says nothing");
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let pace = Duration::from_millis(5);
        let state = State { turns, taken: 0, used: Vec::new(), pace, has_cache: true };
        let emulator = Self { address, state: Arc::new(Mutex::new(state)) };
        let served = emulator.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let emulator = served.clone();
                tokio::spawn(async move {
                    // The client may hang up at any time.
                    let _ = http::answer(stream, &emulator).await;
                });
            }
        });
        Ok(emulator)
    }

    /// Sets how long the provider takes before an answer and between the chunks of a stream.
    ///
    /// Defaults to five milliseconds.
    #[must_use]
    pub fn with_pace(self, pace: Duration) -> Self {
        self.with(|state| state.pace = pace);
        self
    }

    /// Answers as if no part of any prompt was in a cache.
    #[must_use]
    pub fn without_cache(self) -> Self {
        self.with(|state| state.has_cache = false);
        self
    }

    /// The address, as in `http://127.0.0.1:18080`. The paths are those of the providers:
    /// `/v1/chat/completions`, `/v1/responses`, `/v1/messages`, `/v1beta/models/…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.address
    }

    /// What the answers said was used, read from the bodies that were sent, in their order.
    #[must_use]
    pub fn used(&self) -> Vec<Used> {
        self.with(|state| state.used.iter().map(|(api, usage)| Used::read(*api, usage)).collect())
    }

    /// The turn of the next request, and its number from 0.
    fn next_turn(&self) -> (Turn, usize) {
        self.with(|state| {
            let index = state.taken;
            state.taken += 1;
            (state.turns[index.min(state.turns.len() - 1)].clone(), index)
        })
    }

    fn sent(&self, api: Api, usage: Value) {
        self.with(|state| state.used.push((api, usage)));
    }

    fn pace(&self) -> Duration {
        self.with(|state| state.pace)
    }

    fn has_cache(&self) -> bool {
        self.with(|state| state.has_cache)
    }

    fn with<T>(&self, code: impl FnOnce(&mut State) -> T) -> T {
        code(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
