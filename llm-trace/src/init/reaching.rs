//! How far the ids of a call reach.

use super::Builder;

impl Builder {
    /// Sets the keys of the attributes that a call takes over from the annotated function around
    /// it, unless it sets them itself. They may be your own, as in `fields("app.tenant" = …)`.
    ///
    /// Defaults to `LLM_TRACE_PROPAGATED`, a list with commas or `none`, then to
    /// `gen_ai.conversation.id`, `user.id`, `gen_ai.prompt.name` and `gen_ai.prompt.version`; the
    /// last two reach model calls and agents only.
    pub fn with_propagated(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.reach.below = Some(keys.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the keys of the attributes that go on metrics too, such as `gen_ai.prompt.version`. Each
    /// value makes series of its own, so an id of a conversation or a user costs more than it says.
    ///
    /// Defaults to `LLM_TRACE_METRIC_ATTRIBUTES`, a list with commas, then to none.
    pub fn with_metric_attributes(
        mut self,
        keys: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.settings.reach.metrics = Some(keys.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the keys of the attributes that other services are told, and that this one takes from
    /// them, by [`propagation`](crate::propagation) and the W3C `baggage`.
    ///
    /// Defaults to `LLM_TRACE_BAGGAGE`, a list with commas, then to none.
    pub fn with_baggage(mut self, keys: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.settings.reach.services = Some(keys.into_iter().map(Into::into).collect());
        self
    }
}
