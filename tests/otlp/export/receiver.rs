//! An OTLP receiver over HTTP or gRPC that keeps what it gets.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tonic::{Request, Response, Status};

/// A receiver on a port of its own, until the test process ends.
pub(crate) struct Receiver {
    address: SocketAddr,
    received: Received,
}

#[derive(Clone, Default)]
struct Received(Arc<Mutex<Everything>>);

/// All that was received.
#[derive(Default)]
pub(crate) struct Everything {
    traces: Vec<ExportTraceServiceRequest>,
    metrics: Vec<ExportMetricsServiceRequest>,
    /// The bodies as they came.
    pub(crate) bytes: Vec<u8>,
    /// The `x-key` of each request.
    pub(crate) keys: Vec<String>,
}

impl Receiver {
    /// Takes traces and metrics over HTTP.
    pub(crate) fn http() -> Self {
        Self::serve(|listener, received| async move {
            let router = Router::new()
                .route("/v1/traces", post(traces_over_http))
                .route("/v1/metrics", post(metrics_over_http));
            axum::serve(listener, router.with_state(received)).await.unwrap();
        })
    }

    /// Takes traces over HTTP, and answers 404 to metrics.
    pub(crate) fn http_without_metrics() -> Self {
        Self::serve(|listener, received| async move {
            let router = Router::new().route("/v1/traces", post(traces_over_http));
            axum::serve(listener, router.with_state(received)).await.unwrap();
        })
    }

    /// Takes traces and metrics over gRPC.
    pub(crate) fn grpc() -> Self {
        Self::serve(|listener, received| async move {
            tonic::transport::Server::builder()
                .add_service(TraceServiceServer::new(received.clone()))
                .add_service(MetricsServiceServer::new(received))
                .serve_with_incoming(tonic::transport::server::TcpIncoming::from(listener))
                .await
                .unwrap();
        })
    }

    fn serve<F>(run: impl FnOnce(tokio::net::TcpListener, Received) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let received = Received::default();
        let kept = received.clone();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                run(tokio::net::TcpListener::from_std(listener).unwrap(), kept).await;
            });
        });
        Self { address, received }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn everything(&self) -> MutexGuard<'_, Everything> {
        self.received.0.lock().unwrap()
    }
}

impl Everything {
    pub(crate) fn spans(&self) -> Vec<&Span> {
        let resources = self.traces.iter().flat_map(|request| &request.resource_spans);
        resources
            .flat_map(|resource| &resource.scope_spans)
            .flat_map(|scope| &scope.spans)
            .collect()
    }

    pub(crate) fn metrics(&self) -> Vec<&Metric> {
        let resources = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        resources
            .flat_map(|resource| &resource.scope_metrics)
            .flat_map(|scope| &scope.metrics)
            .collect()
    }

    /// The resource of every signal.
    pub(crate) fn resources(&self) -> Vec<&Resource> {
        let traces = self.traces.iter().flat_map(|request| &request.resource_spans);
        let metrics = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        traces
            .filter_map(|signal| signal.resource.as_ref())
            .chain(metrics.filter_map(|signal| signal.resource.as_ref()))
            .collect()
    }

    /// The scope of every signal.
    pub(crate) fn scopes(&self) -> Vec<&InstrumentationScope> {
        let traces = self.traces.iter().flat_map(|request| &request.resource_spans);
        let traces = traces.flat_map(|resource| &resource.scope_spans);
        let metrics = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        let metrics = metrics.flat_map(|resource| &resource.scope_metrics);
        traces
            .filter_map(|signal| signal.scope.as_ref())
            .chain(metrics.filter_map(|signal| signal.scope.as_ref()))
            .collect()
    }

    /// Whether `text` is anywhere in what was received.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    fn add_key(&mut self, key: Option<&str>) {
        self.keys.extend(key.map(str::to_owned));
    }
}

/// The value of an attribute; fails if the key is there twice.
pub(crate) fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let mut found = attributes.iter().filter(|attribute| attribute.key == key);
    let value = found.next().and_then(|attribute| attribute.value.as_ref()?.value.as_ref());
    assert!(found.next().is_none(), "`{key}` came twice");
    value
}

async fn traces_over_http(
    State(received): State<Received>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Vec<u8>) {
    let mut everything = received.0.lock().unwrap();
    everything.add_key(headers.get("x-key").and_then(|key| key.to_str().ok()));
    everything.traces.push(ExportTraceServiceRequest::decode(body.clone()).unwrap());
    everything.bytes.extend(body);
    (StatusCode::OK, ExportTraceServiceResponse::default().encode_to_vec())
}

async fn metrics_over_http(
    State(received): State<Received>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Vec<u8>) {
    let mut everything = received.0.lock().unwrap();
    everything.add_key(headers.get("x-key").and_then(|key| key.to_str().ok()));
    everything.metrics.push(ExportMetricsServiceRequest::decode(body.clone()).unwrap());
    everything.bytes.extend(body);
    (StatusCode::OK, ExportMetricsServiceResponse::default().encode_to_vec())
}

#[tonic::async_trait]
impl TraceService for Received {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut everything = self.0.lock().unwrap();
        everything.add_key(request.metadata().get("x-key").and_then(|key| key.to_str().ok()));
        everything.bytes.extend(request.get_ref().encode_to_vec());
        everything.traces.push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Received {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let mut everything = self.0.lock().unwrap();
        everything.add_key(request.metadata().get("x-key").and_then(|key| key.to_str().ok()));
        everything.bytes.extend(request.get_ref().encode_to_vec());
        everything.metrics.push(request.into_inner());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}
