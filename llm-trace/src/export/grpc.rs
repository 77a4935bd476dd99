//! Owns the gRPC transport of OTLP.
//!
//! A gRPC message is the body of an HTTP request behind a prefix of five bytes, so it is framed
//! here, and no generated client has to know it.

use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};

use http::header::{CONTENT_TYPE, TE};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use opentelemetry_http::{Bytes, Request, Response};
use tonic::body::Body;
use tonic::client::GrpcService;
#[cfg(feature = "otlp-tls")]
use tonic::transport::{Certificate, ClientTlsConfig, Identity};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use super::Target;
use super::answer::{self, Answer, Reason};
use super::parcel::Parcel;

const USER_AGENT: &str = concat!("llm-trace/", env!("CARGO_PKG_VERSION"));
/// How much of an answer is read.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Whether the message is compressed, and its length.
const PREFIX: usize = 5;

/// Sends requests to one method.
#[derive(Debug)]
pub(super) struct Client {
    endpoint: Endpoint,
    channel: Mutex<Channel>,
    method: Uri,
    headers: HeaderMap,
}

impl Client {
    /// Makes a client that connects when it is first used, on the runtime that is entered now.
    pub(super) fn new(target: &Target, method: &'static str) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in &target.headers {
            let name = name.to_ascii_lowercase();
            let name: HeaderName =
                name.parse().map_err(|_| format!("`{name}` is no name of gRPC metadata"))?;
            let value = HeaderValue::try_from(value);
            let mut value = value.map_err(|_| format!("`{name}` has a value with odd bytes"))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let endpoint = endpoint(target)?;
        let channel = Mutex::new(endpoint.connect_lazy());
        let method = Uri::from(PathAndQuery::from_static(method));
        Ok(Self { endpoint, channel, method, headers })
    }

    /// Gives up the connection: one that is dead but not closed would be used for ever.
    pub(super) fn reconnect(&self) {
        *self.channel.lock().unwrap_or_else(PoisonError::into_inner) = self.endpoint.connect_lazy();
    }

    pub(super) async fn send(&self, parcel: &Parcel) -> Answer {
        let mut channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Err(error) = poll_fn(|context| GrpcService::poll_ready(&mut channel, context)).await
        {
            return Answer::none(&error);
        }
        match GrpcService::call(&mut channel, self.request(parcel)).await {
            Ok(response) => read(response).await,
            Err(error) => Answer::none(&error),
        }
    }

    fn request(&self, parcel: &Parcel) -> Request<Body> {
        let mut message = Vec::with_capacity(PREFIX + parcel.body.len());
        message.push(u8::from(parcel.encoding.name().is_some()));
        // The SDK refuses a body of over 64 MiB.
        message.extend(u32::try_from(parcel.body.len()).unwrap_or(u32::MAX).to_be_bytes());
        message.extend_from_slice(&parcel.body);
        let mut request = Request::new(Body::new(Full::new(Bytes::from(message))));
        *request.method_mut() = http::Method::POST;
        *request.version_mut() = http::Version::HTTP_2;
        request.uri_mut().clone_from(&self.method);
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        if let Some(encoding) = parcel.encoding.name() {
            headers.insert("grpc-encoding", HeaderValue::from_static(encoding));
        }
        request
    }
}

fn endpoint(target: &Target) -> Result<Endpoint, String> {
    let endpoint = Endpoint::from_shared(target.url.clone()).map_err(|error| error.to_string())?;
    let endpoint = endpoint.user_agent(USER_AGENT).map_err(|error| error.to_string())?;
    #[cfg(feature = "otlp-tls")]
    let endpoint = if target.url.starts_with("https:") {
        let tls = match &target.tls.certificate {
            Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
            None => ClientTlsConfig::new().with_enabled_roots(),
        };
        let tls = match &target.tls.identity {
            Some((certificate, key)) => tls.identity(Identity::from_pem(certificate, key)),
            None => tls,
        };
        endpoint.tls_config(tls).map_err(|error| error.to_string())?
    } else {
        endpoint
    };
    Ok(endpoint)
}

async fn read(response: Response<Body>) -> Answer {
    let (head, body) = response.into_parts();
    if head.status != StatusCode::OK {
        // That is not the receiver, but something before it, such as a proxy.
        return Answer::of_status(head.status, None);
    }
    // The status of an answer without a message is in its headers.
    let (status, message) = match Status::from_header_map(&head.headers) {
        Some(status) => (Some(status), Bytes::new()),
        None => match Limited::new(body, LONGEST_ANSWER).collect().await {
            Ok(body) => (body.trailers().and_then(Status::from_header_map), body.to_bytes()),
            Err(error) => return Answer::none(&*error),
        },
    };
    match status {
        Some(status) if status.code() == Code::Ok => {
            Answer::Taken(answer::in_protobuf(message.get(PREFIX..).unwrap_or_default()))
        }
        Some(status) => refusal(&status),
        None => Answer::Refused(Reason::Answered("the answer is not gRPC".to_owned())),
    }
}

fn refusal(status: &Status) -> Answer {
    let text = answer::in_short(status.message());
    let colon = if text.is_empty() { "" } else { ": " };
    let reason = Reason::Answered(format!("status {:?}{colon}{text}", status.code()));
    let after = answer::retry_info(status.details());
    match status.code() {
        Code::Unimplemented => Answer::Unknown(reason),
        // Without a time it says that there is no more room, and not when there will be.
        Code::ResourceExhausted if after.is_none() => Answer::Refused(reason),
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Answer::Later { after, reason },
        _ => Answer::Refused(reason),
    }
}
