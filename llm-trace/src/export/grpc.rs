//! Owns the gRPC channel of the OTLP exporter, and the headers of its requests.

use tonic::metadata::{Ascii, MetadataKey, MetadataValue};
use tonic::service::Interceptor;
#[cfg(feature = "otlp-tls")]
use tonic::transport::ClientTlsConfig;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use super::Target;

/// Makes a channel that connects when it is first used, on the runtime that is entered now.
pub(super) fn channel(target: &Target) -> Result<Channel, String> {
    let endpoint = Endpoint::from_shared(target.url.clone()).map_err(|error| error.to_string())?;
    #[cfg(feature = "otlp-tls")]
    let endpoint = if target.url.starts_with("https:") {
        let tls = ClientTlsConfig::new().with_enabled_roots();
        endpoint.tls_config(tls).map_err(|error| error.to_string())?
    } else {
        endpoint
    };
    Ok(endpoint.timeout(target.timeout).connect_lazy())
}

/// Adds headers to every request.
#[derive(Clone)]
pub(super) struct Headers(Vec<(MetadataKey<Ascii>, MetadataValue<Ascii>)>);

impl Headers {
    pub(super) fn new(said: &[(String, String)]) -> Result<Self, String> {
        let mut headers = Vec::with_capacity(said.len());
        for (name, value) in said {
            let name = name.to_ascii_lowercase();
            let name = name.parse().map_err(|_| format!("`{name}` is no name of gRPC metadata"))?;
            let value =
                value.parse().map_err(|_| format!("`{name}` has a value with odd bytes"))?;
            headers.push((name, value));
        }
        Ok(Self(headers))
    }
}

impl Interceptor for Headers {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        for (name, value) in &self.0 {
            request.metadata_mut().insert(name.clone(), value.clone());
        }
        Ok(request)
    }
}
