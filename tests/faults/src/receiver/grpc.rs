//! OTLP over gRPC.

use std::future::pending;
use std::sync::Arc;

use futures_util::stream::poll_fn;
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
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status};

use super::State;
use crate::Fault;

/// `google.rpc.Status` with a `RetryInfo` of one second.
const RETRY_INFO: &[u8] =
    b"\x1a\x30\x0a\x28type.googleapis.com/google.rpc.RetryInfo\x12\x04\x0a\x02\x08\x01";

/// Starts a server; returns what gives it a connection.
pub(crate) fn serve(state: Arc<State>) -> impl Fn(TcpStream) {
    let (sender, mut streams) = mpsc::unbounded_channel::<TcpStream>();
    let incoming = poll_fn(move |context| {
        streams.poll_recv(context).map(|stream| stream.map(Ok::<_, std::io::Error>))
    });
    let server = Server::builder()
        .add_service(TraceServiceServer::new(Service(state.clone())))
        .add_service(LogsServiceServer::new(Service(state.clone())))
        .add_service(MetricsServiceServer::new(Service(state)));
    tokio::spawn(server.serve_with_incoming(incoming));
    move |stream| {
        let _ = sender.send(stream);
    }
}

struct Service(Arc<State>);

impl Service {
    /// Does what the fault does; returns how many spans are to be rejected.
    async fn endure(&self) -> Result<usize, Status> {
        self.0.asked();
        match self.0.fault() {
            Fault::None => Ok(0),
            Fault::Partial => Ok(1),
            Fault::Hang | Fault::BlackHole => pending().await,
            Fault::Throttle => Err(Status::with_details(
                Code::ResourceExhausted,
                "too much to do",
                RETRY_INFO.into(),
            )),
            Fault::Garbage | Fault::Refuse | Fault::Reset | Fault::Unavailable => {
                Err(Status::unavailable("down for maintenance"))
            }
        }
    }
}

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let rejected = self.endure().await?;
        let rejected_spans = self.0.take(request.get_ref(), rejected);
        let partial_success = (rejected_spans > 0).then(|| ExportTracePartialSuccess {
            rejected_spans,
            error_message: "one was too old".to_owned(),
        });
        Ok(Response::new(ExportTraceServiceResponse { partial_success }))
    }
}

#[tonic::async_trait]
impl MetricsService for Service {
    async fn export(
        &self,
        _request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.endure().await?;
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Service {
    async fn export(
        &self,
        _request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.endure().await?;
        Ok(Response::new(ExportLogsServiceResponse::default()))
    }
}
