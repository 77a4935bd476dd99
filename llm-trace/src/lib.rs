//! One attribute on the function that talks to a model; one correct OpenTelemetry GenAI span comes
//! out.
//!
//! ```
//! use llm_trace::llm_span;
//!
//! #[llm_span(model = "gpt-4o", provider = "openai")]
//! async fn chat(prompt: &str) -> Result<String, std::io::Error> {
//!     // Call the model with the client of your choice.
//!     Ok(prompt.to_uppercase())
//! }
//!
//! fn main() -> Result<(), llm_trace::InitError> {
//!     // Reads the standard `OTEL_*` variables; without an endpoint, traces are drawn on stderr.
//!     let _guard = llm_trace::init()?;
//!     // The program runs; the guard sends what is left.
//!     Ok(())
//! }
//! ```
//!
//! - [`llm_span`] is the attribute: what it goes on, every argument, and what is refused.
//! - [`init`] and [`Builder`] set up spans, metrics, logs and a text log; [`Guard`] ends them.
//! - [`doctor`] says what is in effect, and why nothing would arrive.
//! - [`variables`] lists every environment variable.
//! - [`LlmResponse`] reads an answer of a type of your own. Anything that implements
//!   `serde::Serialize` and looks like an answer of a known provider is read without it.
//! - [`current`] lets the body of an annotated function say more of its call.
//! - [`layer()`] counts for annotated functions what Rig, genai and other libraries trace inside
//!   them; `init` brings it. [`Repaired`] puts the spans of those libraries right where nothing is
//!   annotated. [`InnerSpans`] says whether they are exported.
//! - [`redact`] hides secrets and personal data in text.
//! - [`ErrorType`] names your errors. [`HashKey`] is behind the hashes that stand in for text.
//!
//! # What leaves the process
//!
//! Names, models, token counts, durations, outcomes, ids, and lengths and keyed hashes of texts. No
//! text of a prompt, an answer or an error, unless you open it: [`privacy`] says how, and what is
//! closed in the spans and events of other libraries.
//!
//! # Features
//!
//! | feature | adds | default |
//! |---|---|---|
//! | `console` | finished traces as trees on stderr | yes |
//! | `http` | [`propagation`] by the headers of the crate `http` | yes |
//! | `pricing` | the prices of published models | yes |
//! | `otlp-http` | OTLP over HTTP with protobuf | yes |
//! | `otlp-grpc` | OTLP over gRPC | |
//! | `otlp-json` | OTLP over HTTP with JSON | |
//! | `otlp-tls` | TLS for the transports that are on | |
//! | `otlp-zstd` | the compression zstd for OTLP; gzip comes with the transports | |
//! | `prometheus` | the metrics as a Prometheus endpoint | |
//! | `spool` | what cannot be delivered waits in files | |
//! | `testing` | [`testing`]: what your code exports, in your tests | |
//! | `catalog` | to that, every annotated function of a binary, held to a file | |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;

mod chunks;
mod config;
mod content;
mod cost;
mod digest;
mod doctor;
mod error_type;
mod evaluation;
mod export;
mod foreign;
#[cfg(any(feature = "console", feature = "testing"))]
mod forest;
mod guard;
mod init;
mod layer;
mod logs;
mod metrics;
mod operation;
mod outcome;
mod pricing;
#[doc = include_str!("privacy.md")]
pub mod privacy {}
pub mod propagation;
mod provider;
mod reach;
mod record;
pub mod redact;
mod request;
mod response;
mod semconv;
mod span;
#[cfg(feature = "testing")]
pub mod testing;
mod totals;
mod trace_context;
mod trace_stream;
mod usage;
mod value;
mod wire;

pub use opentelemetry;

pub use crate::config::{
    Batching, Exporter, HistogramAggregation, InitError, Limits, Propagator, Receiver, Sampler,
    Temporality,
};

pub use crate::content::{Capture, ContentOn, set_capture};
pub use crate::cost::{Cost, CostSource, CostStatus};
pub use crate::digest::{HashKey, HashKeyError};
pub use crate::doctor::{Diagnosis, Fault, FaultKind, doctor};
pub use crate::error_type::ErrorType;
pub use crate::evaluation::Evaluation;
pub use crate::export::gate::{Gate, Gated};
#[cfg(feature = "prometheus")]
pub use crate::export::prometheus::Prometheus;
pub use crate::export::stats::{ExportStats, SignalStats, StatsHandle};
pub use crate::export::tail::TailSampling;
pub use crate::export::{Compression, Protocol, Repaired};
pub use crate::guard::{Guard, ShutdownError, shutdown};
pub use crate::init::{Builder, Parts, init};
pub use crate::layer::{InnerSpans, layer};
pub use crate::logs::set_logger_provider;
pub use crate::operation::Operation;
pub use crate::outcome::Outcome;
pub use crate::pricing::{Price, PriceFileError, cost_of, load_prices, register_price};
pub use crate::provider::Provider;
#[doc(no_inline)]
pub use crate::redact::{Redactor, Rules};
pub use crate::response::{LlmResponse, Response};
pub use crate::span::{
    CallHandle, WithTraceContext, current, keep_totals, with_trace_context, with_trace_context_sync,
};
pub use crate::totals::Totals;
pub use crate::trace_context::{TraceContext, TraceContextError};
pub use crate::usage::{Detail, Usage};

#[doc = include_str!("llm_span.md")]
pub use llm_trace_macros::llm_span;

#[doc = include_str!("llm_response.md")]
pub use llm_trace_macros::LlmResponse;

#[doc = include_str!("variables.md")]
pub mod variables {}

#[cfg(all(doctest, feature = "testing"))]
#[doc = include_str!("../../README.md")]
mod readme {}
