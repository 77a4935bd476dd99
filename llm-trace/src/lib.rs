//! One attribute on the function that talks to a model; one correct OpenTelemetry span comes out.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;

mod config;
mod cost;
mod digest;
mod error_type;
mod export;
mod guard;
mod init;
mod metrics;
mod operation;
mod outcome;
mod pricing;
mod provider;
mod record;
mod request;
mod response;
mod semconv;
mod span;
mod usage;
mod value;
mod wire;

pub use opentelemetry;

pub use crate::config::{InitError, Sampler};
pub use crate::cost::{Cost, CostSource, CostStatus};
pub use crate::digest::{HashKey, HashKeyError};
pub use crate::error_type::ErrorType;
pub use crate::export::Protocol;
pub use crate::guard::{Guard, ShutdownError};
pub use crate::init::{Builder, Parts, init};
pub use crate::operation::Operation;
pub use crate::outcome::Outcome;
pub use crate::pricing::{Price, PriceFileError, cost_of, load_prices, register_price};
pub use crate::provider::Provider;
pub use crate::response::{LlmResponse, Response};
pub use crate::span::{CallHandle, current};
pub use crate::usage::{Detail, Usage};

#[doc = include_str!("llm_span.md")]
pub use llm_trace_macros::llm_span;

/// Reads usage, model, id and text out of the fields of a type of your own.
pub use llm_trace_macros::LlmResponse;
