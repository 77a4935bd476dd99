//! Owns OTLP over gRPC: messages are taken as the bytes that they are, for what a decoder does not
//! know it leaves out.

use std::future::{Ready, ready};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response};
use axum::routing::post;
use prost::bytes::Buf;
use tonic::Status;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::{Grpc, UnaryService};

use crate::Received;
use crate::everything::Signal;

pub(crate) fn router(received: &Received) -> Router {
    let methods = [
        ("/opentelemetry.proto.collector.trace.v1.TraceService/Export", Signal::Traces),
        ("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", Signal::Metrics),
        ("/opentelemetry.proto.collector.logs.v1.LogsService/Export", Signal::Logs),
    ];
    methods.into_iter().fold(Router::new(), |router, (path, signal)| {
        let method = Method { received: received.clone(), signal };
        router.route(path, post(move |request| serve(method, request)))
    })
}

async fn serve(method: Method, request: Request<Body>) -> Response<Body> {
    let grpc = Grpc::new(Raw)
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd);
    let mut grpc = grpc.max_decoding_message_size(usize::MAX);
    grpc.unary(method, request).await.map(Body::new)
}

/// The export of one signal.
#[derive(Clone)]
struct Method {
    received: Received,
    signal: Signal,
}

impl UnaryService<Bytes> for Method {
    type Response = ();
    type Future = Ready<Result<tonic::Response<()>, Status>>;

    fn call(&mut self, request: tonic::Request<Bytes>) -> Self::Future {
        let mut everything = self.received.everything.lock().unwrap();
        let headers = request.metadata().clone().into_headers();
        everything.arrived(&headers, request.get_ref());
        let taken = everything.take(self.signal, false, request.get_ref());
        ready(taken.map(tonic::Response::new).map_err(Status::invalid_argument))
    }
}

/// Reads any message, and writes the empty one.
struct Raw;

impl Codec for Raw {
    type Encode = ();
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = ();
    type Error = Status;

    fn encode(&mut self, (): (), _: &mut EncodeBuf<'_>) -> Result<(), Status> {
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, message: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        let length = message.remaining();
        Ok(Some(message.copy_to_bytes(length)))
    }
}
