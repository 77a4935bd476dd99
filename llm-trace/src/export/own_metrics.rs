//! Owns what the export says of itself in metrics: the counts of [`Tally`], under the names of the
//! conventions for SDKs where there is one. They are read when metrics are, and cost nothing before.

use std::sync::Arc;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue};

use super::Protocol;
use super::stats::{Counters, SignalStats, Tally};
use crate::semconv;

/// What differs between signals.
struct Names {
    /// In the type of a component, as in `otlp_http_span_exporter`.
    word: &'static str,
    unit: &'static str,
    items: &'static str,
    exported: &'static str,
    queue: Option<QueueNames>,
}

struct QueueNames {
    processor: &'static str,
    processed: &'static str,
    capacity: &'static str,
    size: &'static str,
}

const SPANS: Names = Names {
    word: "span",
    unit: "{span}",
    items: "spans",
    exported: semconv::OTEL_SDK_EXPORTER_SPAN_EXPORTED,
    queue: Some(QueueNames {
        processor: "batching_span_processor",
        processed: semconv::OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
        capacity: semconv::OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
        size: semconv::OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
    }),
};
const RECORDS: Names = Names {
    word: "log",
    unit: "{log_record}",
    items: "log records",
    exported: semconv::OTEL_SDK_EXPORTER_LOG_EXPORTED,
    queue: Some(QueueNames {
        processor: "batching_log_processor",
        processed: semconv::OTEL_SDK_PROCESSOR_LOG_PROCESSED,
        capacity: semconv::OTEL_SDK_PROCESSOR_LOG_QUEUE_CAPACITY,
        size: semconv::OTEL_SDK_PROCESSOR_LOG_QUEUE_SIZE,
    }),
};
const POINTS: Names = Names {
    word: "metric",
    unit: "{data_point}",
    items: "data points",
    exported: semconv::OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED,
    queue: None,
};

/// Has the counts of every signal that is exported read with the metrics of a provider.
pub(crate) fn register(provider: &impl MeterProvider, tally: &Tally) {
    let scope = InstrumentationScope::builder(semconv::SCOPE)
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(semconv::SCHEMA_URL)
        .build();
    let meter = provider.meter_with_scope(scope);
    let signals = [(&tally.traces, SPANS), (&tally.logs, RECORDS), (&tally.metrics, POINTS)];
    for (counters, names) in signals {
        if let Some(protocol) = counters.protocol.get() {
            exporter(&meter, counters, &names, *protocol);
            if let Some(queue) = &names.queue {
                processor(&meter, counters, &names, queue);
            }
        }
    }
}

fn exporter(meter: &Meter, counters: &Arc<Counters>, names: &Names, protocol: Protocol) {
    let transport = if protocol == Protocol::Grpc { "grpc" } else { "http" };
    let component = component(format!("otlp_{transport}_{}_exporter", names.word));
    let (read, own) = (counters.clone(), component.clone());
    meter
        .u64_observable_counter(names.exported)
        .with_unit(names.unit)
        .with_description(format!("Number of {} whose export has ended, well or not.", names.items))
        .with_callback(move |observer| {
            let stats = read.read();
            observer.observe(stats.exported, &own);
            for (count, reason) in lost(&stats) {
                if count > 0 {
                    observer.observe(count, &because(&own, reason));
                }
            }
        })
        .build();
    let (read, own) = (counters.clone(), component.clone());
    meter
        .u64_observable_counter(semconv::EXPORT_RETRIES)
        .with_unit("{request}")
        .with_description("Number of requests of OTLP that were repeated.")
        .with_callback(move |observer| observer.observe(read.read().retries, &own))
        .build();
    let read = counters.clone();
    meter
        .i64_observable_up_down_counter(semconv::EXPORT_SPOOLED)
        .with_unit("{item}")
        .with_description("Number of spans, data points or log records that wait in the spool.")
        .with_callback(move |observer| observer.observe(signed(read.read().spooled), &component))
        .build();
}

fn processor(meter: &Meter, counters: &Arc<Counters>, names: &Names, queue: &QueueNames) {
    let component = component(queue.processor.to_owned());
    let (read, own) = (counters.clone(), component.clone());
    meter
        .u64_observable_counter(queue.processed)
        .with_unit(names.unit)
        .with_description(format!(
            "Number of {} that went to an exporter, or were dropped before.",
            names.items
        ))
        .with_callback(move |observer| {
            observer.observe(read.processed.read(), &own);
            let dropped = read.read().queue_full;
            if dropped > 0 {
                observer.observe(dropped, &because(&own, "queue_full"));
            }
        })
        .build();
    let capacity = counters.capacity.get().copied().unwrap_or_default();
    let own = component.clone();
    meter
        .i64_observable_up_down_counter(queue.capacity)
        .with_unit(names.unit)
        .with_description(format!("Number of {} that the queue has room for.", names.items))
        .with_callback(move |observer| observer.observe(signed(capacity), &own))
        .build();
    let read = counters.clone();
    meter
        .i64_observable_up_down_counter(queue.size)
        .with_unit(names.unit)
        .with_description(format!("Number of {} in the queue.", names.items))
        .with_callback(move |observer| observer.observe(signed(read.read().queued), &component))
        .build();
}

/// What an exporter could not export, and why.
fn lost(stats: &SignalStats) -> [(u64, &'static str); 4] {
    [
        (stats.rejected, "rejected"),
        (stats.spool_lost, "spool_lost"),
        (stats.failed, "undelivered"),
        (stats.unsent, "unsent"),
    ]
}

fn component(kind: String) -> [KeyValue; 2] {
    let name = format!("{kind}/0");
    [
        KeyValue::new(semconv::OTEL_COMPONENT_TYPE, kind),
        KeyValue::new(semconv::OTEL_COMPONENT_NAME, name),
    ]
}

fn because([kind, name]: &[KeyValue; 2], reason: &'static str) -> [KeyValue; 3] {
    [kind.clone(), name.clone(), KeyValue::new(semconv::ERROR_TYPE, reason)]
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
