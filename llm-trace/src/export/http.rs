//! Owns the HTTP client of the OTLP exporter.

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::health::Health;

/// Has the last word on headers, over the SDK, which reads them from the environment too; and takes
/// note of why there was no answer, which the exporter does not tell.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    headers: HeaderMap,
    health: Arc<Health>,
}

impl Client {
    pub(super) fn new(said: &[(String, String)], health: Arc<Health>) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in said {
            let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
            let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let http = reqwest::Client::builder().build().map_err(|error| error.to_string())?;
        Ok(Self { http, headers, health })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        request.headers_mut().extend(self.headers.clone());
        let answer = self.http.send_bytes(request).await;
        if let Err(error) = &answer {
            self.health.unanswered(&**error);
        }
        answer
    }
}
