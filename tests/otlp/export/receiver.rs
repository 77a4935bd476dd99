//! An OTLP receiver over HTTP or gRPC that keeps what it gets, and what is wrong with it.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{
    LogsService, LogsServiceServer,
};
use opentelemetry_proto::tonic::collector::logs::v1::{
    ExportLogsServiceRequest, ExportLogsServiceResponse,
};
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
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde::de::DeserializeOwned;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::protocol;

/// A receiver on a port of its own, until the test process ends.
pub(crate) struct Receiver {
    address: SocketAddr,
    scheme: &'static str,
    received: Received,
}

const ALL: &[&str] = &["/v1/traces", "/v1/metrics", "/v1/logs"];

/// What the handlers share: which paths they know, and what came.
#[derive(Clone, Default)]
pub(crate) struct Received {
    paths: &'static [&'static str],
    everything: Arc<Mutex<Everything>>,
}

/// All that was received.
#[derive(Default)]
pub(crate) struct Everything {
    traces: Vec<ExportTraceServiceRequest>,
    metrics: Vec<ExportMetricsServiceRequest>,
    logs: Vec<ExportLogsServiceRequest>,
    /// The bodies as they came, without compression.
    pub(crate) bytes: Vec<u8>,
    /// The `x-key` of each request.
    pub(crate) keys: Vec<String>,
    /// Content type and content encoding of each request.
    pub(crate) forms: Vec<(String, String)>,
    /// The path of each request that was refused.
    pub(crate) refused: Vec<String>,
    /// What is wrong with what came.
    pub(crate) violations: Vec<String>,
}

impl Receiver {
    /// Takes every signal over HTTP.
    pub(crate) fn http() -> Self {
        Self::http_of(ALL)
    }

    /// Takes these signals over HTTP, and answers 404 to others.
    pub(crate) fn http_of(paths: &'static [&'static str]) -> Self {
        Self::serve(paths, |listener, received| async move {
            let router = Router::new().fallback(over_http).with_state(received);
            axum::serve(listener, router).await.unwrap();
        })
    }

    /// Takes every signal over gRPC.
    pub(crate) fn grpc() -> Self {
        Self::serve(&[], |listener, received| async move {
            let incoming = tonic::transport::server::TcpIncoming::from(listener);
            let server = tonic::transport::Server::builder().add_routes(received.routes());
            server.serve_with_incoming(incoming).await.unwrap();
        })
    }

    pub(crate) fn serve<F>(
        paths: &'static [&'static str],
        run: impl FnOnce(tokio::net::TcpListener, Received) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()>,
    {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let received = Received { paths, everything: Arc::default() };
        let kept = received.clone();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                run(tokio::net::TcpListener::from_std(listener).unwrap(), kept).await;
            });
        });
        Self { address, scheme: "http", received }
    }

    /// Takes every signal over HTTP and gRPC, inside TLS.
    pub(crate) fn tls(identity: ServerConfig) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(identity));
        let receiver = Self::serve(ALL, |listener, received| async move {
            let router = received.clone().routes().into_axum_router();
            let http = Router::new().fallback(over_http).with_state(received);
            let router = router.fallback_service(http);
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(router.clone());
                // A handshake that fails is what some tests are about.
                if let Ok(stream) = acceptor.accept(stream).await {
                    tokio::spawn(async move {
                        let connection = auto::Builder::new(TokioExecutor::new());
                        let _ = connection.serve_connection(TokioIo::new(stream), service).await;
                    });
                }
            }
        });
        Self { scheme: "https", ..receiver }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    pub(crate) fn everything(&self) -> MutexGuard<'_, Everything> {
        self.received.everything.lock().unwrap()
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

    pub(crate) fn logs(&self) -> Vec<&LogRecord> {
        let resources = self.logs.iter().flat_map(|request| &request.resource_logs);
        resources
            .flat_map(|resource| &resource.scope_logs)
            .flat_map(|scope| &scope.log_records)
            .collect()
    }

    /// The resource of every signal.
    pub(crate) fn resources(&self) -> Vec<&Resource> {
        let traces = self.traces.iter().flat_map(|request| &request.resource_spans);
        let metrics = self.metrics.iter().flat_map(|request| &request.resource_metrics);
        let logs = self.logs.iter().flat_map(|request| &request.resource_logs);
        traces
            .filter_map(|signal| signal.resource.as_ref())
            .chain(metrics.filter_map(|signal| signal.resource.as_ref()))
            .chain(logs.filter_map(|signal| signal.resource.as_ref()))
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

    /// What a file of requests holds, one per line.
    pub(crate) fn of_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut everything = Self::default();
        for line in lines {
            protocol::json(line.as_bytes(), &mut everything.violations);
            everything.bytes.extend_from_slice(line.as_bytes());
            if line.starts_with("{\"resourceSpans\"") {
                everything.take_traces(decode(true, line.as_bytes()));
            } else if line.starts_with("{\"resourceMetrics\"") {
                everything.take_metrics(decode(true, line.as_bytes()));
            } else {
                everything.take_logs(decode(true, line.as_bytes()));
            }
        }
        everything
    }

    fn arrived(&mut self, headers: &HeaderMap, bytes: &[u8]) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        self.keys.extend(text("x-key").map(str::to_owned));
        let form = |name| text(name).unwrap_or_default().to_owned();
        let is_grpc = text("content-type") == Some("application/grpc");
        let encoding = if is_grpc { "grpc-encoding" } else { "content-encoding" };
        self.forms.push((form("content-type"), form(encoding)));
        self.bytes.extend_from_slice(bytes);
    }

    fn take_traces(&mut self, request: ExportTraceServiceRequest) {
        request.resource_spans.iter().for_each(|it| protocol::spans(it, &mut self.violations));
        self.traces.push(request);
    }

    fn take_metrics(&mut self, request: ExportMetricsServiceRequest) {
        request.resource_metrics.iter().for_each(|it| protocol::metrics(it, &mut self.violations));
        self.metrics.push(request);
    }

    fn take_logs(&mut self, request: ExportLogsServiceRequest) {
        request.resource_logs.iter().for_each(|it| protocol::logs(it, &mut self.violations));
        self.logs.push(request);
    }
}

/// The value of an attribute; fails if the key is there twice.
pub(crate) fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let mut found = attributes.iter().filter(|attribute| attribute.key == key);
    let value = found.next().and_then(|attribute| attribute.value.as_ref()?.value.as_ref());
    assert!(found.next().is_none(), "`{key}` came twice");
    value
}

impl Received {
    /// The services of gRPC.
    fn routes(self) -> Routes {
        const GZIP: CompressionEncoding = CompressionEncoding::Gzip;
        const ZSTD: CompressionEncoding = CompressionEncoding::Zstd;
        let traces = TraceServiceServer::new(self.clone());
        let metrics = MetricsServiceServer::new(self.clone());
        let logs = LogsServiceServer::new(self);
        Routes::new(traces.accept_compressed(GZIP).accept_compressed(ZSTD))
            .add_service(metrics.accept_compressed(GZIP).accept_compressed(ZSTD))
            .add_service(logs.accept_compressed(GZIP).accept_compressed(ZSTD))
    }

    fn keep<T: Message>(&self, request: Request<T>, take: impl FnOnce(&mut Everything, T)) {
        let mut everything = self.everything.lock().unwrap();
        let headers = request.metadata().clone().into_headers();
        everything.arrived(&headers, &request.get_ref().encode_to_vec());
        take(&mut everything, request.into_inner());
    }
}

pub(crate) async fn over_http(
    State(received): State<Received>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Vec<u8>) {
    let mut everything = received.everything.lock().unwrap();
    if !received.paths.contains(&uri.path()) {
        everything.refused.push(uri.path().to_owned());
        return (StatusCode::NOT_FOUND, Vec::new());
    }
    let body = plain(&headers, &body);
    everything.arrived(&headers, &body);
    let is_json = headers.get("content-type").is_some_and(|kind| kind == "application/json");
    if is_json {
        protocol::json(&body, &mut everything.violations);
    }
    match uri.path() {
        "/v1/traces" => everything.take_traces(decode(is_json, &body)),
        "/v1/metrics" => everything.take_metrics(decode(is_json, &body)),
        _ => everything.take_logs(decode(is_json, &body)),
    }
    // An empty message is an empty body.
    (StatusCode::OK, if is_json { b"{}".to_vec() } else { Vec::new() })
}

fn plain(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match headers.get("content-encoding").map(|encoding| encoding.to_str().unwrap()) {
        Some("gzip") => {
            flate2::read::GzDecoder::new(body).read_to_end(&mut plain).unwrap();
        }
        Some("zstd") => plain = zstd::decode_all(body).unwrap(),
        None => plain.extend_from_slice(body),
        Some(other) => panic!("encoded as {other}"),
    }
    plain
}

fn decode<T: Message + Default + DeserializeOwned>(is_json: bool, body: &[u8]) -> T {
    if is_json { serde_json::from_slice(body).unwrap() } else { T::decode(body).unwrap() }
}

#[tonic::async_trait]
impl TraceService for Received {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.keep(request, Everything::take_traces);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Received {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.keep(request, Everything::take_metrics);
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Received {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.keep(request, Everything::take_logs);
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}
