//! Owns [`Measures`]: it makes the requests of metrics. The SDK's exporter has no place for a gate, as
//! it gets metrics that nobody can change and gives bytes.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics,
};

use super::gate::Gate;
use super::parcel::{Parcel, Tray};

/// What leaves metrics in a tray, as a request.
#[derive(Debug)]
pub(super) struct Measures {
    pub(super) gate: Gate,
    pub(super) temporality: Temporality,
    pub(super) tray: Tray,
}

impl Measures {
    pub(super) fn encode(&self, metrics: &ResourceMetrics) {
        let mut request = ExportMetricsServiceRequest::from(metrics);
        self.gate.metrics(&mut request);
        self.tray.put(Parcel::of(&request));
    }
}

/// Returns the number of data points.
pub(super) fn points(metrics: &ResourceMetrics) -> u64 {
    fn of<T>(data: &MetricData<T>) -> usize {
        match data {
            MetricData::Gauge(gauge) => gauge.data_points().count(),
            MetricData::Sum(sum) => sum.data_points().count(),
            MetricData::Histogram(histogram) => histogram.data_points().count(),
            MetricData::ExponentialHistogram(histogram) => histogram.data_points().count(),
        }
    }
    let metrics = metrics.scope_metrics().flat_map(ScopeMetrics::metrics);
    let points = metrics.map(|metric| match metric.data() {
        AggregatedMetrics::F64(data) => of(data),
        AggregatedMetrics::I64(data) => of(data),
        AggregatedMetrics::U64(data) => of(data),
    });
    points.sum::<usize>() as u64
}
