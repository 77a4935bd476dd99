//! Owns the metrics. Records every call, whether or not its span is sampled or even exists.
//!
//! The provider is the global one. An instrument made before a provider is set stays silent for
//! ever, so instruments are made per provider and looked up again on every call.

mod instruments;
mod key;
#[cfg(feature = "testing")]
mod scoped;
mod screen;
mod series;

use std::collections::BTreeMap;
use std::hash::RandomState;
use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::global;
use opentelemetry::metrics::MeterProvider;
use tracing::Dispatch;

use crate::record::Record;
use instruments::Instruments;
use series::Series;

#[cfg(feature = "testing")]
pub(crate) use scoped::Scoped;

type Provider = Arc<dyn MeterProvider + Send + Sync>;

/// How many kinds of calls are kept bound; past that, all are bound anew.
const SERIES: usize = 512;

static METRICS: RwLock<Option<Arc<Metrics>>> = RwLock::new(None);

/// What belongs to one meter provider.
struct Metrics {
    provider: Provider,
    instruments: Instruments,
    hasher: RandomState,
    series: RwLock<BTreeMap<u64, Arc<Series>>>,
}

/// Binds instruments anew, because their attributes pass another screen now.
pub(crate) fn forget() {
    *METRICS.write().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Returns whether a meter provider is set.
pub(crate) fn is_enabled() -> bool {
    #[cfg(feature = "testing")]
    if scoped::is_current() {
        return true;
    }
    !is_noop(&global::meter_provider())
}

/// Records one call.
pub(crate) fn record(record: &Record) {
    if record.is_counted_below {
        return;
    }
    #[cfg(feature = "testing")]
    if scoped::record(record) {
        return;
    }
    let provider = global::meter_provider();
    if !is_noop(&provider) {
        Metrics::of(provider).record(record);
    }
}

/// Records one call that was made inside a subscriber, which need not be the current one.
pub(crate) fn record_in(subscriber: &Dispatch, record: &Record) {
    #[cfg(feature = "testing")]
    if !record.is_counted_below && scoped::record_in(subscriber, record) {
        return;
    }
    let _ = subscriber;
    self::record(record);
}

/// The API offers no way to ask; its no-op provider is the one without any state.
fn is_noop(provider: &Provider) -> bool {
    size_of_val(&**provider) == 0
}

impl Metrics {
    fn of(provider: Provider) -> Arc<Self> {
        let metrics = METRICS.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(metrics) = &*metrics
            && Arc::ptr_eq(&metrics.provider, &provider)
        {
            return metrics.clone();
        }
        drop(metrics);
        let metrics = Arc::new(Self::new(provider));
        let mut current = METRICS.write().unwrap_or_else(PoisonError::into_inner);
        current.insert(metrics).clone()
    }

    fn new(provider: Provider) -> Self {
        let instruments = Instruments::new(&*provider);
        Self { provider, instruments, hasher: RandomState::new(), series: RwLock::default() }
    }

    fn record(&self, record: &Record) {
        let key = key::of(record, &self.hasher);
        let bound = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let series = bound.unwrap_or_else(|| {
            let series = Arc::new(Series::bind(&self.instruments, record));
            if !series.is_lasting() {
                return series;
            }
            let mut bound = self.series.write().unwrap_or_else(PoisonError::into_inner);
            if bound.len() >= SERIES {
                bound.clear();
            }
            bound.insert(key, series.clone());
            series
        });
        series.record(&self.instruments, record);
    }
}
