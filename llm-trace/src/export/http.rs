//! Owns the HTTP transport of OTLP.

use std::error::Error;

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue};
#[cfg(feature = "otlp-tls")]
use reqwest::{Certificate, ClientBuilder, Identity};

use super::Target;
#[cfg(feature = "otlp-tls")]
use super::Tls;
use super::answer::Answer;
use super::parcel::Parcel;

const USER_AGENT: &str = concat!("llm-trace/", env!("CARGO_PKG_VERSION"));
/// How much of an answer is read.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Sends requests to one URL.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    url: String,
    headers: HeaderMap,
}

impl Client {
    pub(super) fn new(target: &Target) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        for (name, value) in &target.headers {
            let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
            let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let http = reqwest::Client::builder().user_agent(USER_AGENT);
        #[cfg(feature = "otlp-tls")]
        let http = secure(http, &target.tls).map_err(|error| in_full(&error))?;
        let http = http.build().map_err(|error| in_full(&error))?;
        Ok(Self { http, url: target.url.clone(), headers })
    }

    pub(super) async fn send(&self, parcel: &Parcel) -> Answer {
        let mut request = self.http.post(&self.url).header(CONTENT_TYPE, parcel.content_type());
        if let Some(encoding) = parcel.encoding.name() {
            request = request.header(CONTENT_ENCODING, encoding);
        }
        let request = request.headers(self.headers.clone()).body(parcel.body.clone());
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Answer::none(&error),
        };
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() < LONGEST_ANSWER => body.extend(chunk),
                Ok(_) => break,
                Err(error) => return Answer::none(&error),
            }
        }
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Answer::over_http(response.status(), retry_after, parcel.is_json, &body)
    }
}

#[cfg(feature = "otlp-tls")]
fn secure(http: ClientBuilder, tls: &Tls) -> reqwest::Result<ClientBuilder> {
    let http = match &tls.certificate {
        Some(pem) => http.tls_certs_only(Certificate::from_pem_bundle(pem)?),
        None => http,
    };
    Ok(match &tls.identity {
        Some((certificate, key)) => {
            http.identity(Identity::from_pem(&[key, &b"\n"[..], certificate].concat())?)
        }
        None => http,
    })
}

/// The cause is what says which file is wrong.
fn in_full(error: &reqwest::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
