//! Where a call is in a trace, and which conversation it belongs to, across services.
//!
//! [`inject`] writes it into the headers of a request, [`extract`] reads it in the service that
//! gets the request; [`inject_into`] and [`extract_from`] do the same for whatever else carries
//! text, such as the headers of a message queue. They use the propagators of `OTEL_PROPAGATORS`.
//!
//! Of the `baggage`, only the keys of `Builder::with_baggage` are
//! sent: those of the call that is running, then those that came in. The default is none, so that
//! no id goes where it is not known to belong. Do not call `inject` for a request to a model
//! provider or another third party: the ids of your traces, conversations and users are yours.
//!
//! ```
//! use http::HeaderMap;
//! use llm_trace::opentelemetry::trace::FutureExt;
//! use llm_trace::{Builder, llm_span, propagation, testing::capture};
//!
//! #[llm_span(agent = "front", conversation = id)]
//! async fn front(id: &str) -> HeaderMap {
//!     let mut headers = HeaderMap::new();
//!     propagation::inject(&mut headers);
//!     headers
//! }
//!
//! #[llm_span(tool = "lookup")]
//! async fn lookup() {}
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), llm_trace::InitError> {
//! let _guard = Builder::new().with_baggage(["gen_ai.conversation.id"]).install()?;
//! let capture = capture();
//! let headers = capture.scope(front("conversation-42")).await;
//! // In the other service: everything in the handler is below the caller.
//! capture.scope(lookup().with_context(propagation::extract(&headers))).await;
//!
//! let spans = capture.spans();
//! assert_eq!(spans[1].parent_id(), Some(spans[0].context().span_id()));
//! assert_eq!(spans[1].attribute("gen_ai.conversation.id"), Some(&"conversation-42".into()));
//! # Ok(())
//! # }
//! ```

use opentelemetry::baggage::{Baggage, BaggageExt};
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::{Context, global};

use crate::reach;
use crate::span;

/// Writes the trace context and the baggage of the call that is running into the headers of a
/// request to another service of yours.
///
/// Outside of any span nothing is written, and where nobody has set propagators.
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
pub fn inject(headers: &mut http::HeaderMap) {
    inject_into(&mut Headers(headers));
}

/// Reads what [`inject`] wrote, as the context of everything that handles the request.
///
/// Run the handler in it, as in `handle(request).with_context(context)` with the trait
/// `opentelemetry::trace::FutureExt`, or `context.attach()` where nothing is awaited.
#[cfg(feature = "http")]
#[cfg_attr(docsrs, doc(cfg(feature = "http")))]
#[must_use = "run the handler in the context"]
pub fn extract(headers: &http::HeaderMap) -> Context {
    extract_from(&Received(headers))
}

/// Writes as [`inject`] does, into any other carrier, such as the headers of a message in a queue.
///
/// ```
/// use std::collections::HashMap;
///
/// use llm_trace::opentelemetry::trace::FutureExt;
/// use llm_trace::{llm_span, propagation, testing::capture};
///
/// #[llm_span(agent = "front")]
/// async fn front() -> HashMap<String, String> {
///     let mut headers = HashMap::new();
///     propagation::inject_into(&mut headers);
///     headers
/// }
///
/// #[llm_span(tool = "lookup")]
/// async fn lookup() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), llm_trace::InitError> {
/// let _guard = llm_trace::init()?;
/// let capture = capture();
/// let headers = capture.scope(front()).await;
/// capture.scope(lookup().with_context(propagation::extract_from(&headers))).await;
///
/// let spans = capture.spans();
/// assert_eq!(spans[1].parent_id(), Some(spans[0].context().span_id()));
/// # Ok(())
/// # }
/// ```
pub fn inject_into(carrier: &mut dyn Injector) {
    let context = Context::current();
    let mut baggage = Baggage::new();
    for key in reach::to_services() {
        if let Some(value) = context.baggage().get(key) {
            baggage.insert(key.clone(), value.clone());
        }
    }
    for told in span::told() {
        baggage.insert(told.key, told.value.as_str().into_owned());
    }
    let context = context.with_baggage(baggage);
    global::get_text_map_propagator(|propagator| propagator.inject_context(&context, carrier));
}

/// Reads as [`extract`] does, from any other carrier.
#[must_use = "run the handler in the context"]
pub fn extract_from(carrier: &dyn Extractor) -> Context {
    global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&Context::new(), carrier)
    })
}

#[cfg(feature = "http")]
struct Headers<'a>(&'a mut http::HeaderMap);

#[cfg(feature = "http")]
impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = http::HeaderName::from_bytes(key.as_bytes());
        if let (Ok(name), Ok(value)) = (name, http::HeaderValue::from_str(&value))
            && !value.is_empty()
        {
            self.0.insert(name, value);
        }
    }
}

#[cfg(feature = "http")]
struct Received<'a>(&'a http::HeaderMap);

#[cfg(feature = "http")]
impl Extractor for Received<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
