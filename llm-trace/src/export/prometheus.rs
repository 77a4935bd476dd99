//! Owns [`Prometheus`]: the metrics as Prometheus reads them, and the endpoint where it does.
//!
//! The endpoint is a thread that waits, and one for each request: a scraper or two call every few
//! seconds, so that is no reason for an HTTP server and its dependencies.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_prometheus::PrometheusExporter;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{InstrumentKind, MeterProviderBuilder, Pipeline, Temporality};
use prometheus::{Registry, TextEncoder};

use super::gate::{Gate, Origins};

/// How long a client may take to ask, and to take its answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a request may be.
const LONGEST_REQUEST: u64 = 16 * 1024;
/// How many clients are answered at a time.
const MOST_CLIENTS: usize = 16;
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics as Prometheus reads them. A clone reads the same ones.
///
/// ```
/// let parts = llm_trace::Builder::new().with_prometheus("127.0.0.1", 0).build()?;
/// let prometheus = parts.guard.prometheus().expect("it is on");
/// assert!(prometheus.address().is_some(), "this is where it is scraped");
/// // Or in a router of your own, as the answer to `GET /metrics`:
/// assert!(prometheus.text().contains("target_info"));
/// # Ok::<(), llm_trace::InitError>(())
/// ```
#[derive(Clone)]
pub struct Prometheus {
    registry: Registry,
    reader: Reader,
    gate: Gate,
    /// What labels were called before the exporter made them, as far as it was needed.
    origins: Arc<Mutex<Origins>>,
    endpoint: Option<Arc<Endpoint>>,
    /// As many as there are clients that are being answered, and a few more.
    clients: Arc<()>,
}

impl Prometheus {
    /// Adds the metrics to those that a meter provider gathers.
    pub(crate) fn add_to(
        provider: MeterProviderBuilder,
        gate: &Gate,
    ) -> Result<(Self, MeterProviderBuilder), String> {
        let registry = Registry::new();
        let exporter = opentelemetry_prometheus::exporter().with_registry(registry.clone());
        let reader = Reader(Arc::new(exporter.build().map_err(|error| error.to_string())?));
        let provider = provider.with_reader(reader.clone());
        let (gate, origins) = (gate.clone(), Arc::default());
        let clients = Arc::default();
        Ok((Self { registry, reader, gate, origins, endpoint: None, clients }, provider))
    }

    /// Answers `GET /metrics` at an address, from now on.
    pub(crate) fn serve(&mut self, (host, port): (&str, u16)) -> io::Result<()> {
        let listener = TcpListener::bind((host, port))?;
        let address = listener.local_addr()?;
        let is_over = Arc::<AtomicBool>::default();
        let (over, metrics) =
            (is_over.clone(), Self { endpoint: None, clients: Arc::default(), ..self.clone() });
        let waiting = thread().spawn(move || {
            for client in listener.incoming() {
                if over.load(Ordering::Acquire) {
                    return;
                }
                if let Ok(client) = client {
                    metrics.clone().attend(client);
                }
            }
        })?;
        let waiting = Mutex::new(Some(waiting));
        self.endpoint = Some(Arc::new(Endpoint { address, is_over, waiting }));
        Ok(())
    }

    /// Returns everything measured so far, in the text format, as [`Gate`] lets it through.
    #[must_use]
    pub fn text(&self) -> String {
        let mut families = self.registry.gather();
        let origins = || self.origins.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = origins().know(&families);
        if !is_known {
            // What is new since the last time is read a second time, with its keys as they were.
            let mut measured = ResourceMetrics::default();
            if self.reader.collect(&mut measured).is_ok() {
                origins().learn(&measured, &families);
            }
        }
        self.gate.scraped(&mut families, &origins());
        // What the encoder refuses is a metric without a name or a value, and there is none.
        TextEncoder::new().encode_to_string(&families).unwrap_or_default()
    }

    /// Returns where `/metrics` is served, if it is.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.endpoint.as_ref().map(|endpoint| endpoint.address)
    }

    /// Ends the endpoint.
    pub(crate) fn close(&self) {
        if let Some(endpoint) = &self.endpoint {
            endpoint.is_over.store(true, Ordering::Release);
            let mut address = endpoint.address;
            if address.ip().is_unspecified() {
                let is_v4 = address.is_ipv4();
                address.set_ip(if is_v4 {
                    Ipv4Addr::LOCALHOST.into()
                } else {
                    Ipv6Addr::LOCALHOST.into()
                });
            }
            // The thread waits for a client, and this is one.
            let is_woken = TcpStream::connect_timeout(&address, PATIENCE).is_ok();
            let waiting = endpoint.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let (true, Some(waiting)) = (is_woken, waiting) {
                let _ = waiting.join();
            }
        }
    }

    /// Answers a client on a thread of its own, if there are not many already: one that says
    /// nothing must not keep the others from their answer.
    fn attend(self, client: TcpStream) {
        // This clone, that of the waiting thread and those of other clients share the count.
        if Arc::strong_count(&self.clients) > MOST_CLIENTS {
            return;
        }
        // Without a thread, or if it hangs up, the client is not answered.
        let _ = thread().spawn(move || {
            let _quiet = Context::enter_telemetry_suppressed_scope();
            self.answer(&client)
        });
    }

    fn answer(&self, client: &TcpStream) -> io::Result<()> {
        client.set_read_timeout(Some(PATIENCE))?;
        client.set_write_timeout(Some(PATIENCE))?;
        let mut lines = BufReader::new(client.take(LONGEST_REQUEST)).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let mut words = first.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (status, body) = match (method, path.split('?').next().unwrap_or_default()) {
            ("GET" | "HEAD", "/metrics") => ("200 OK", self.text()),
            ("GET" | "HEAD", _) => ("404 Not Found", "see /metrics\n".to_owned()),
            _ => ("405 Method Not Allowed", "see GET /metrics\n".to_owned()),
        };
        let mut client = client;
        write!(
            client,
            "HTTP/1.1 {status}\r\ncontent-type: {CONTENT_TYPE}\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n",
            body.len()
        )?;
        if method != "HEAD" {
            client.write_all(body.as_bytes())?;
        }
        client.flush()
    }
}

/// The exporter as what a meter provider takes, and keeps for itself.
#[derive(Clone, Debug)]
struct Reader(Arc<PrometheusExporter>);

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, measured: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(measured)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}

impl fmt::Debug for Prometheus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prometheus").field("address", &self.address()).finish_non_exhaustive()
    }
}

struct Endpoint {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    /// The thread that waits for clients, until it is joined.
    waiting: Mutex<Option<JoinHandle<()>>>,
}

fn thread() -> thread::Builder {
    thread::Builder::new().name("llm-trace-prometheus".to_owned())
}
