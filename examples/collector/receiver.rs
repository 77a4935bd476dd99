//! An OTLP receiver in this process, over gRPC, that keeps the spans it gets. Nothing here is about
//! making them.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tonic::codec::CompressionEncoding;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// A receiver that listens until it is dropped, and then is gone at once.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    spans: Spans,
    runtime: Option<Runtime>,
}

/// A span that was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The service that sent it.
    pub service: String,
    /// Its name.
    pub name: String,
    attributes: Vec<KeyValue>,
}

#[derive(Clone, Debug, Default)]
struct Spans(Arc<Mutex<Vec<Received>>>);

impl Received {
    /// Returns an attribute that is a string.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&str> {
        text(&self.attributes, key)
    }
}

impl Receiver {
    /// Starts to listen on a port of this machine; 0 is any that is free.
    ///
    /// # Errors
    ///
    /// If the port is taken.
    pub fn start(port: u16) -> io::Result<Self> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let spans = Spans::default();
        let listener = {
            let _entered = runtime.enter();
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
            socket.listen(64)?
        };
        let address = listener.local_addr()?;
        // `OTEL_EXPORTER_OTLP_COMPRESSION` goes for this receiver as for any.
        let service =
            TraceServiceServer::new(spans.clone()).accept_compressed(CompressionEncoding::Gzip);
        let server = Server::builder().add_service(service);
        runtime.spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        Ok(Self { address, spans, runtime: Some(runtime) })
    }

    /// Returns the port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns what it received so far.
    #[must_use]
    pub fn spans(&self) -> Vec<Received> {
        self.spans.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[tonic::async_trait]
impl TraceService for Spans {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let mut received = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for resource_spans in request.into_inner().resource_spans {
            let resource = resource_spans.resource.unwrap_or_default();
            let service = text(&resource.attributes, "service.name").unwrap_or_default().to_owned();
            for span in resource_spans.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                let (name, attributes) = (span.name, span.attributes);
                received.push(Received { service: service.clone(), name, attributes });
            }
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}
