//! Owns the lists of keys that reach further than their call.

use crate::reach::Reach;

use super::env::Env;

/// What a builder was told of them.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) below: Option<Vec<String>>,
    pub(crate) metrics: Option<Vec<String>>,
    pub(crate) services: Option<Vec<String>>,
}

impl Said {
    pub(super) fn read(self, env: &Env<'_>) -> Reach {
        let list = |said: Option<Vec<String>>, name| said.or_else(|| env.keys(name));
        Reach {
            below: list(self.below, "LLM_TRACE_PROPAGATED")
                .unwrap_or_else(|| Reach::default().below),
            metrics: list(self.metrics, "LLM_TRACE_METRIC_ATTRIBUTES").unwrap_or_default(),
            services: list(self.services, "LLM_TRACE_BAGGAGE").unwrap_or_default(),
        }
    }
}
