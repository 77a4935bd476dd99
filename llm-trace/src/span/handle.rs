//! Owns [`current`] and [`CallHandle`]: what the body of an annotated function can say of its call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanContext, TraceContextExt};

use super::lineage;
use super::{Shared, lock};
use crate::digest::Tally;
use crate::record::Record;
use crate::response::Response;
use crate::semconv;
use crate::totals::Totals;
use crate::trace_context::TraceContext;
use crate::usage::Usage;
use crate::value::Attribute;

thread_local! {
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

static KEEP_TOTALS: AtomicBool = AtomicBool::new(false);

/// Adds up what calls use even where nobody listens: no subscriber, no meter provider.
///
/// Call it in `main` if the program itself decides by [`CallHandle::totals`], as a budget does.
/// Without it, totals are kept where somebody listens.
///
/// ```
/// use llm_trace::{Usage, llm_span};
///
/// #[llm_span(model = "gpt-4o", provider = "openai")]
/// fn chat() {
///     llm_trace::current().record_usage(Usage::cache_inclusive(100, 20));
/// }
///
/// #[llm_span(agent = "planner")]
/// fn plan() -> u64 {
///     while llm_trace::current().totals().output_tokens() < 50 {
///         chat();
///     }
///     llm_trace::current().totals().calls()
/// }
///
/// llm_trace::keep_totals();
/// assert_eq!(plan(), 3);
/// ```
pub fn keep_totals() {
    KEEP_TOTALS.store(true, Ordering::Relaxed);
}

pub(super) fn totals_are_kept() -> bool {
    KEEP_TOTALS.load(Ordering::Relaxed)
}

/// The call that was current before; current again when this is dropped.
#[derive(Debug)]
pub(super) struct Outer(Option<Arc<Shared>>);

pub(super) fn make_current(shared: Arc<Shared>) -> Outer {
    Outer(CURRENT.with(|current| current.replace(Some(shared))))
}

/// Returns whether a call can be current here: not on a thread that is going away, where neither
/// we nor OpenTelemetry have anything left to remember it by.
pub(super) fn is_possible() -> bool {
    CURRENT.try_with(|_| ()).is_ok()
}

impl Drop for Outer {
    fn drop(&mut self) {
        let outer = self.0.take();
        // A thread that is going away has no current call.
        let _ = CURRENT.try_with(|current| current.replace(outer));
    }
}

/// Returns the handle of the innermost annotated function that is running on this thread.
///
/// Outside an annotated function, and where nobody listens, the handle takes everything and keeps
/// nothing. A handle may be kept and used from another task; after the call has ended it does
/// nothing.
///
/// ```
/// use llm_trace::{Usage, llm_span};
///
/// #[llm_span(model = "llama-3", provider = custom("acme"))]
/// fn chat(prompt: &str) -> String {
///     // Acme's client returns a bare string; the counts come in a header.
///     llm_trace::current().record_usage(Usage::cache_inclusive(12, 3));
///     prompt.to_uppercase()
/// }
/// assert_eq!(chat("hi"), "HI");
/// ```
#[must_use]
pub fn current() -> CallHandle {
    let shared = innermost().or_else(|| {
        let around = lineage::around()?;
        if around.is_foreign { around.ours().cloned() } else { Some(around) }
    });
    CallHandle { shared }
}

/// Returns the call that is running on this thread.
pub(super) fn innermost() -> Option<Arc<Shared>> {
    CURRENT.try_with(|current| current.borrow().clone()).ok().flatten()
}

/// A call, as its own body sees it; [`current`] gives it.
///
/// What is recorded here wins over what is read from the return value; the last of two records
/// of the same thing wins.
///
/// ```
/// use llm_trace::{assert_trace, llm_span, testing::capture};
///
/// #[llm_span(model = "gpt-4o", provider = "openai")]
/// fn chat(prompt: &str) -> String {
///     let call = llm_trace::current();
///     call.record_model("gpt-4o-2024-08-06");
///     call.record_finish_reason("stop");
///     call.record_attribute("app.cache_hit", true);
///     prompt.to_uppercase()
/// }
///
/// let capture = capture();
/// capture.run(|| chat("hi"));
/// assert_trace!(
///     capture,
///     "chat gpt-4o {gen_ai.response.model = gpt-4o-2024-08-06, finish = stop, app.cache_hit = true}"
/// );
/// ```
#[derive(Clone, Debug)]
pub struct CallHandle {
    shared: Option<Arc<Shared>>,
}

impl CallHandle {
    /// Returns whether what is recorded here goes anywhere.
    #[must_use]
    pub fn is_active(&self) -> bool {
        let mut is_active = false;
        self.with(|_| is_active = true);
        is_active
    }

    /// Records the token counts that `usage` knows.
    pub fn record_usage(&self, usage: Usage) {
        self.say(|response| response.set_usage(usage));
    }

    /// Records the model that answered.
    pub fn record_model(&self, model: impl Into<String>) {
        self.say_word(model, Response::set_model);
    }

    /// Records the provider's id of the answer.
    pub fn record_id(&self, id: impl Into<String>) {
        self.say_word(id, Response::set_id);
    }

    /// Records why a choice ended, in the provider's own word; call it once per choice.
    pub fn record_finish_reason(&self, reason: impl Into<String>) {
        self.say_word(reason, Response::add_finish_reason);
    }

    /// Records what the provider says the call cost, in US dollars.
    pub fn record_cost(&self, dollars: f64) {
        self.say(|response| response.set_cost(dollars));
    }

    /// Records the tier that served the call, in the provider's own word, such as `flex`.
    ///
    /// Say `batch` for what came out of a batch: most answers do not.
    pub fn record_service_tier(&self, tier: &str) {
        self.say(|response| response.set_service_tier(tier));
    }

    /// Records a part of the answer's text; of a tool, of what it returned. Several parts follow one
    /// another.
    ///
    /// Its length and keyed hash are exported, and the text itself only where content is captured:
    /// see [`Capture`](crate::content::Capture). It stands for all that would be read from the return value.
    ///
    /// ```
    /// use llm_trace::{llm_span, testing::capture};
    ///
    /// /// Keeps the answer to itself.
    /// #[llm_span(model = "gpt-4o", provider = "openai")]
    /// fn chat(prompt: &str) {
    ///     llm_trace::current().record_text("The answer.");
    /// }
    ///
    /// let capture = capture();
    /// capture.run(|| chat("What ails me?"));
    /// let length = capture.span().attribute("llm_trace.response.length").cloned();
    /// assert_eq!(length, Some(11.into()));
    /// ```
    pub fn record_text(&self, text: &str) {
        self.with(|record| {
            let Record { request, response, .. } = record;
            if response.text.is_empty() {
                response.text = Tally::of_response(request.hashing);
                response.heard = request.asked.as_ref().map(|asked| Box::new(asked.hear(false)));
            }
            response.add_text(text);
        });
    }

    /// Records an attribute of your own. A key that this crate sets itself is ignored: no key is
    /// exported twice.
    ///
    /// The value is exported as it is, so it must not be content.
    pub fn record_attribute(&self, key: &'static str, value: impl Attribute) {
        let Some(value) = value.attribute().filter(|_| !semconv::is_ours(key)) else { return };
        self.with(|record| {
            let attributes = &mut record.request.attributes;
            attributes.retain(|attribute| attribute.key.as_str() != key);
            attributes.push(KeyValue::new(key, value));
        });
    }

    /// Adds an event to the span: something that happened at a moment, such as `cache.miss`.
    ///
    /// Name and attributes are exported as they are, so they must not be content.
    pub fn record_event(&self, name: &'static str, attributes: impl IntoIterator<Item = KeyValue>) {
        if let Some(context) = self.shared.as_ref().and_then(|shared| shared.context.as_ref()) {
            context.span().add_event(name, attributes.into_iter().collect());
        }
    }

    /// Returns what the model calls below this call have used so far: those on the same task, and
    /// those on tasks that were spawned with its span.
    ///
    /// See [`keep_totals`] for programs without a subscriber and a meter provider.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.shared.as_ref().map(|shared| lock(&shared.ledger).all()).unwrap_or_default()
    }

    /// Returns the same by the model that answered.
    #[must_use]
    pub fn totals_by_model(&self) -> BTreeMap<String, Totals> {
        self.shared.as_ref().map(|shared| lock(&shared.ledger).by_model()).unwrap_or_default()
    }

    /// Returns where in a trace the call is, to be stored: it comes back as the parent of a later
    /// call, as a link, or as what an evaluation is of. `None` where nobody listens.
    ///
    /// [`with_trace_context`](super::with_trace_context) gives it to the caller.
    ///
    /// ```
    /// use llm_trace::{TraceContext, llm_span, testing::capture};
    ///
    /// #[llm_span(model = "gpt-4o", provider = "openai")]
    /// fn chat(prompt: &str) -> Option<TraceContext> {
    ///     llm_trace::current().trace_context()
    /// }
    ///
    /// let capture = capture();
    /// let stored = capture.run(|| chat("hi")).unwrap();
    /// assert_eq!(stored.span_id(), capture.span().context().span_id());
    /// assert_eq!(chat("hi"), None);
    /// ```
    #[must_use]
    pub fn trace_context(&self) -> Option<TraceContext> {
        let context = self.shared.as_ref()?.context.as_ref()?;
        TraceContext::new(context.span().span_context())
    }

    /// Returns the trace and span ids of the call, if its span is recorded.
    #[must_use]
    pub fn span_context(&self) -> Option<SpanContext> {
        let context = self.shared.as_ref()?.context.as_ref()?;
        Some(context.span().span_context().clone())
    }

    fn say(&self, record: impl FnOnce(&mut Response)) {
        self.with(|call| record(&mut call.response));
    }

    /// Takes a word before the record is locked: whoever makes it may ask for the call himself.
    fn say_word(&self, word: impl Into<String>, record: impl FnOnce(&mut Response, String)) {
        if self.shared.is_some() {
            let word = word.into();
            self.say(|response| record(response, word));
        }
    }

    fn with(&self, say: impl FnOnce(&mut Record)) {
        if let Some(shared) = &self.shared {
            shared.change(say);
        }
    }
}
