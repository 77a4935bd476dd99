//! The cases: which function is called, and who listens.

use std::fmt;
use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Duration;

use futures_util::FutureExt;
use llm_trace::{Builder, TailSampling};
use opentelemetry::global;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, Sampler, SdkTracerProvider, SpanData, SpanExporter,
};
use tracing::Dispatch;
use tracing::dispatcher::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use crate::calls;
use crate::gate;
use crate::gate::Passing;
use crate::rig;
use crate::streams;
use crate::streams::{Item, Style};

/// Which function is called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Function {
    /// Without any instrumentation.
    Bare,
    /// With `#[tracing::instrument]` and `record`.
    ByHand,
    /// With `#[llm_span]`.
    Annotated,
    /// With `#[llm_span]`, a prompt of 1 KB that is hashed, and a cost.
    AnnotatedPrompt,
    /// With `#[llm_span]`, and 100 KB of messages that are hashed.
    AnnotatedMessages,
    /// A span of Rig's own, as Rig makes and fills it.
    RigChat,
    /// An annotated agent around two of them.
    AnnotatedRig,
    /// The repair of such a span, with a copy of it; without anything else.
    Repair,
    /// The copy alone.
    RepairNothing,
    /// A span on its way through the gate, with a copy of it; without anything else.
    Gate(Passing),
    /// The copy alone.
    GateNothing(Passing),
    /// One poll of a stream.
    Poll(Style, Item),
}

/// Who listens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Listener {
    /// No subscriber and no meter provider.
    Nobody,
    /// A subscriber whose filter switches the span off.
    FilteredOut,
    /// `tracing-opentelemetry` as its documentation sets it up; batches; an exporter that drops.
    Default,
    /// The same without the layer's own eight attributes: as `llm_trace::init` sets it up.
    Lean,
    /// The default layer with a sampler that drops everything.
    SampledOut,
    /// The lean layer beside the one that knows other libraries' calls.
    LeanAndHarvest,
    /// The lean layer and a meter provider.
    LeanAndMetrics,
    /// What `llm_trace::init` sets up, with a receiver that is not there.
    Init,
    /// The same with a tail rule that holds every span back, and drops it.
    InitAndTail,
}

/// A function and a listener.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Which function is called.
    pub function: Function,
    /// Who listens.
    pub listener: Listener,
}

impl Function {
    const ALL: [Self; 9] = [
        Self::Bare,
        Self::ByHand,
        Self::Annotated,
        Self::AnnotatedPrompt,
        Self::AnnotatedMessages,
        Self::RigChat,
        Self::AnnotatedRig,
        Self::Repair,
        Self::RepairNothing,
    ];
}

impl Listener {
    const ALL: [Self; 9] = [
        Self::Nobody,
        Self::FilteredOut,
        Self::Default,
        Self::Lean,
        Self::SampledOut,
        Self::LeanAndHarvest,
        Self::LeanAndMetrics,
        Self::Init,
        Self::InitAndTail,
    ];

    /// Makes this listener the one of this thread. Metrics stay on for the rest of the process.
    ///
    /// # Panics
    ///
    /// If the environment has variables that are malformed.
    #[must_use]
    pub fn install(self) -> Option<DefaultGuard> {
        let sampler = match self {
            Self::Nobody => return None,
            Self::Init => return Some(init(Builder::new())),
            Self::InitAndTail => {
                return Some(init(Builder::new().with_tail_sampling(TailSampling::ratio(0.0))));
            }
            Self::SampledOut => Sampler::AlwaysOff,
            _ => Sampler::AlwaysOn,
        };
        let provider = SdkTracerProvider::builder()
            .with_sampler(sampler)
            .with_span_processor(BatchSpanProcessor::builder(Drop).build())
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("benches"));
        let layer = match self {
            Self::Lean | Self::LeanAndHarvest | Self::LeanAndMetrics => layer
                .with_location(false)
                .with_threads(false)
                .with_target(false)
                .with_tracked_inactivity(false),
            _ => layer,
        };
        if self == Self::LeanAndMetrics {
            let reader = PeriodicReader::builder(Drop).with_interval(Duration::MAX).build();
            global::set_meter_provider(SdkMeterProvider::builder().with_reader(reader).build());
        }
        let registry = tracing_subscriber::registry();
        if self == Self::LeanAndHarvest {
            let dispatch = Dispatch::new(registry.with(layer).with(llm_trace::layer()));
            return Some(tracing::dispatcher::set_default(&dispatch));
        }
        let registry = registry.with(layer);
        let dispatch = if self == Self::FilteredOut {
            Dispatch::new(registry.with(LevelFilter::OFF))
        } else {
            Dispatch::new(registry)
        };
        Some(tracing::dispatcher::set_default(&dispatch))
    }
}

fn init(builder: Builder) -> DefaultGuard {
    let parts = builder.with_endpoint("http://127.0.0.1:9").build().expect("nothing is wrong");
    let dispatch = Dispatch::new(tracing_subscriber::registry().with(parts.layer()));
    // Without the providers made global nothing would be measured. The process ends without a last
    // export.
    std::mem::forget(parts.set_globals());
    tracing::dispatcher::set_default(&dispatch)
}

impl Case {
    /// Every combination that says something.
    pub fn all() -> impl Iterator<Item = Self> {
        Listener::ALL.into_iter().flat_map(|listener| {
            let functions = Function::ALL.into_iter();
            // What the others say of these, they say of the lean layer.
            let is_said = move |function: &Function| match function {
                Function::Annotated => true,
                Function::RigChat | Function::AnnotatedRig => matches!(
                    listener,
                    Listener::Nobody | Listener::Lean | Listener::LeanAndHarvest | Listener::Init
                ),
                Function::Repair | Function::RepairNothing => listener == Listener::Nobody,
                _ => !matches!(
                    listener,
                    Listener::LeanAndHarvest | Listener::Init | Listener::InitAndTail
                ),
            };
            functions.filter(is_said).map(move |function| Self { function, listener })
        })
    }

    /// Spans on their way through the gate, each after the copy that it has in common with it.
    pub fn gate() -> impl Iterator<Item = Self> {
        let both = |passing| [Function::GateNothing(passing), Function::Gate(passing)];
        let functions = Passing::ALL.into_iter().flat_map(both);
        functions.map(|function| Self { function, listener: Listener::Nobody })
    }

    /// The polls of streams.
    pub fn polls() -> impl Iterator<Item = Self> {
        let listeners = [Listener::Nobody, Listener::Default, Listener::Lean];
        let cases = Item::ALL
            .into_iter()
            .flat_map(move |item| listeners.into_iter().map(move |listener| (listener, item)));
        cases.flat_map(|(listener, item)| {
            let functions = Style::ALL.into_iter().map(move |style| Function::Poll(style, item));
            functions.map(move |function| Self { function, listener })
        })
    }

    /// Finds a case by its printed name.
    ///
    /// # Panics
    ///
    /// If there is no such case.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let found = Self::all()
            .chain(Self::gate())
            .chain(Self::polls())
            .find(|case| case.to_string() == name);
        found.unwrap_or_else(|| panic!("no case is called {name}"))
    }

    /// Calls the function so many times, or polls one stream as often.
    pub fn repeat(self, times: u32) {
        if let Function::Poll(style, item) = self.function {
            return streams::poll(style, item, times);
        }
        // Or a call that costs something would be measured without.
        llm_trace::load_prices();
        (0..times).for_each(|_| self.run());
    }

    /// Calls the function once.
    pub fn run(self) {
        let prompt = black_box("what is the answer?");
        let (conversation, user) = black_box(("conversation-42", "user-7"));
        let answer = match self.function {
            Function::Bare => calls::bare(prompt, conversation, user).now_or_never(),
            Function::ByHand => calls::by_hand(prompt, conversation, user).now_or_never(),
            Function::Annotated => calls::annotated(prompt, conversation, user).now_or_never(),
            Function::AnnotatedPrompt => {
                calls::annotated_prompt(black_box(PROMPT), conversation, user).now_or_never()
            }
            Function::RigChat => return rig::chat(),
            Function::AnnotatedRig => return rig::agent(),
            Function::Repair => return rig::repair(true),
            Function::RepairNothing => return rig::repair(false),
            Function::Gate(passing) => return gate::pass(passing, true),
            Function::GateNothing(passing) => return gate::pass(passing, false),
            Function::Poll(style, item) => return streams::poll(style, item, 1),
            Function::AnnotatedMessages => {
                calls::annotated_messages(black_box(&MESSAGES), conversation, user).now_or_never()
            }
        };
        black_box(answer);
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{:?}", self.listener, self.function)
    }
}

static MESSAGES: LazyLock<Vec<calls::Message>> = LazyLock::new(calls::messages);

/// 1 KB.
const PROMPT: &str = match str::from_utf8(&[b'p'; 1024]) {
    Ok(prompt) => prompt,
    Err(_) => "",
};

/// An exporter that drops what it gets.
#[derive(Debug)]
struct Drop;

impl SpanExporter for Drop {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        black_box(batch);
        Ok(())
    }
}

impl PushMetricExporter for Drop {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        black_box(metrics);
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}
