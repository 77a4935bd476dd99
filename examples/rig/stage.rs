//! What the Rig examples share and no reader of them needs: which provider answers, and whether
//! the trace is as predicted. Nothing here is about tracing an agent.

use std::error::Error;
use std::pin::Pin;
use std::process::ExitCode;

use llm_trace::testing::{Capture, capture};
use llm_trace::{Builder, assert_conformant, assert_trace};
use llm_trace_emulator::Emulator;
use rig::prelude::DynModel;
use rig::providers::gemini::completion::GEMINI_2_5_FLASH;
use rig::providers::gemini::{Gemini, GeminiConfig};
use rig::providers::openai::{OpenAI, OpenAIConfig};

pub use llm_trace_emulator::Turn;

/// What an example returns.
pub type Outcome = Result<(), Box<dyn Error>>;
/// A model of Rig, whoever serves it.
pub type Model = DynModel<rig::operation::Completion>;

type Running<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// A program, and the trace that it should leave.
pub struct Example {
    pub name: &'static str,
    pub predicted: &'static str,
    pub run: fn(&Provider) -> Running<'_>,
}

/// Who answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Provider {
    Gemini,
    OpenAi,
    /// A provider in this process, for want of a key.
    Emulator,
    /// The same, which speaks as Gemini does. For tests.
    GeminiEmulator,
}

enum Verdict {
    Pass,
    Fail(String),
    Skip(String),
}

impl Provider {
    fn from_env() -> Self {
        let is_set = |name| std::env::var(name).is_ok_and(|key| !key.is_empty());
        if is_set("GEMINI_API_KEY") {
            Self::Gemini
        } else if is_set("OPENAI_API_KEY") {
            Self::OpenAi
        } else {
            Self::Emulator
        }
    }

    /// The emulator that speaks as this provider does, for what no provider does when asked to.
    #[must_use]
    pub fn emulated(self) -> Self {
        match self {
            Self::Gemini | Self::GeminiEmulator => Self::GeminiEmulator,
            Self::OpenAi | Self::Emulator => Self::Emulator,
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Gemini => "Gemini, for GEMINI_API_KEY is set",
            Self::OpenAi => "OpenAI, for OPENAI_API_KEY is set",
            Self::Emulator | Self::GeminiEmulator => {
                "a provider emulator in this process: neither GEMINI_API_KEY nor OPENAI_API_KEY is set"
            }
        }
    }

    /// Returns the drawing of an example in the provider's own word for what its model does.
    fn predicted(self, example: &Example) -> String {
        match self {
            Self::Gemini | Self::GeminiEmulator => {
                example.predicted.replace("chat *", "generate_content *")
            }
            _ => example.predicted.to_owned(),
        }
    }

    /// Returns a small model. The turns are those of the emulator; a real model takes its own.
    ///
    /// # Errors
    ///
    /// If a key is unreadable, or no port is to be had.
    pub async fn model(
        self,
        turns: impl IntoIterator<Item = Turn>,
    ) -> Result<Model, Box<dyn Error>> {
        Ok(match self {
            Self::Gemini => Gemini::from_env()?.completion(GEMINI_2_5_FLASH).into(),
            Self::OpenAi => OpenAI::from_env()?.chat("gpt-4o-mini").into(),
            Self::Emulator => {
                let url = Emulator::start(turns).await?.url().to_owned();
                let config = OpenAIConfig::new("none").with_base_url(format!("{url}/v1"));
                config.client().chat("gpt-4o-mini").into()
            }
            Self::GeminiEmulator => {
                let url = Emulator::start(turns).await?.url().to_owned();
                let config = GeminiConfig::new("none").with_base_url(url);
                config.client().completion(GEMINI_2_5_FLASH).into()
            }
        })
    }
}

/// Runs one example.
#[must_use]
pub fn main(example: &Example) -> ExitCode {
    perform(&[example])
}

/// Runs examples one after the other, and counts.
#[must_use]
pub fn perform(examples: &[&Example]) -> ExitCode {
    match try_perform(examples) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn try_perform(examples: &[&Example]) -> Result<usize, Box<dyn Error>> {
    // What leaves is drawn on stderr, or goes to the receiver that `OTEL_EXPORTER_OTLP_ENDPOINT`
    // names, as in any program; the capture sees the same spans.
    let capture = capture();
    let guard = Builder::new().with_span_processor(capture.span_processor()).install()?;
    llm_trace::load_prices();
    let provider = Provider::from_env();
    println!("Answers come from {}.", provider.said());
    let runtime = tokio::runtime::Runtime::new()?;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for example in examples {
        println!("\n=== {}", example.name);
        capture.clear();
        let outcome = runtime.block_on((example.run)(&provider));
        let verdict = judge(example, provider, outcome, &capture);
        println!("\nPredicted:\n{}", unindented(&provider.predicted(example)));
        println!("Real:\n{}", capture.tree().with(FACTS));
        match verdict {
            Verdict::Pass => {
                passed += 1;
                println!("PASS {}: the trace is as predicted", example.name);
            }
            Verdict::Fail(reason) => {
                failed += 1;
                println!("FAIL {}: {reason}", example.name);
            }
            Verdict::Skip(reason) => {
                skipped += 1;
                println!("SKIP {}: {reason}", example.name);
            }
        }
    }
    if examples.len() > 1 {
        println!("\n{passed} PASS, {failed} FAIL, {skipped} SKIP");
    }
    guard.shutdown()?;
    Ok(failed)
}

/// What is printed of each span besides its name.
const FACTS: [&str; 7] = [
    "tokens.in",
    "tokens.out",
    "cost",
    "total.calls",
    "total.tokens.in",
    "total.tokens.out",
    "error",
];

fn judge(example: &Example, provider: Provider, outcome: Outcome, capture: &Capture) -> Verdict {
    match outcome {
        // Quota, network, a model that is gone: that says nothing about the trace. Nor is it said
        // here, for errors of clients quote the URL, and Gemini's has the key in it.
        Err(_) if matches!(provider, Provider::Gemini | Provider::OpenAi) => {
            Verdict::Skip("the provider did not answer".to_owned())
        }
        Err(error) => Verdict::Fail(format!("it did not run: {error}")),
        Ok(()) => match capture.tree().compare(&provider.predicted(example)) {
            Ok(()) => Verdict::Pass,
            Err(mismatch) => Verdict::Fail(format!("the trace is another\n{mismatch}")),
        },
    }
}

fn unindented(drawing: &str) -> String {
    let lines = drawing.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.strip_prefix("    ").unwrap_or(line)).fold(
        String::new(),
        |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        },
    )
}

/// Runs an example against the emulator, and holds what it exports to its drawing and to the
/// conventions, whichever provider is emulated.
///
/// # Panics
///
/// If it does not run, or leaves another trace.
pub fn assert_as_predicted(example: &Example) {
    for provider in [Provider::Emulator, Provider::GeminiEmulator] {
        let capture = capture();
        let outcome = capture.run(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on((example.run)(&provider))
        });
        if let Err(error) = outcome {
            panic!("the example failed: {error}");
        }
        assert_trace!(capture, &provider.predicted(example));
        assert_conformant!(capture);
    }
}
