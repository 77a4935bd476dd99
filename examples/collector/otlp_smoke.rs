//! Sends one span with a marker, and looks whether it arrives.
//!
//! ```text
//! cargo run --example otlp_smoke
//! OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4317 cargo run --example otlp_smoke
//! ```
//!
//! Without an endpoint, a receiver in this process takes the span, over gRPC. With one, the span goes
//! there; whether it was accepted is all that can be seen from here, so look for the marker there.
//!
//! | variable | for | default |
//! |---|---|---|
//! | `OTEL_SMOKE_MARKER` | the attribute `marker` of the span | one of its own for each run |
//! | `OTEL_SMOKE_GRPC_PORT` | the port of the receiver in this process | any that is free |
//! | `OTEL_SMOKE_SERVICE` | the name of the service | `otel-smoke` |

use std::error::Error;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use llm_trace::{Builder, Guard, Protocol};
use receiver::Receiver;

const SPAN: &str = "otel_smoke_probe";

/// What to send, and where.
struct Smoke {
    marker: String,
    port: u16,
    service: String,
    endpoint: Option<String>,
}

/// What was seen of it.
#[derive(Debug, Eq, PartialEq)]
struct Seen {
    is_received: bool,
    is_found: bool,
    /// The value of the marker, if a span was found.
    marker: Option<String>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let smoke = Smoke::read()?;
    let is_well = if let Some(endpoint) = &smoke.endpoint {
        smoke.send_to(endpoint)?
    } else {
        let seen = smoke.send()?;
        let marker_match = seen.marker.as_deref() == Some(&*smoke.marker);
        println!("collector_receives: {}", seen.is_received);
        println!("{SPAN}: {}found in collector output", if seen.is_found { "" } else { "not " });
        println!("marker_match: {marker_match}");
        seen.is_received && seen.is_found && marker_match
    };
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Smoke {
    fn read() -> Result<Self, Box<dyn Error>> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
        let port = variable("OTEL_SMOKE_GRPC_PORT").map_or(Ok(0), |port| port.parse());
        Ok(Self {
            marker: variable("OTEL_SMOKE_MARKER").unwrap_or_else(|| format!("smoke-{nanos}")),
            port: port.map_err(|_| "OTEL_SMOKE_GRPC_PORT is no port; write one, such as 4317")?,
            service: variable("OTEL_SMOKE_SERVICE").unwrap_or_else(|| "otel-smoke".to_owned()),
            endpoint: variable("OTEL_EXPORTER_OTLP_ENDPOINT"),
        })
    }

    /// Sends the span to a receiver in this process.
    fn send(&self) -> Result<Seen, Box<dyn Error>> {
        let receiver = Receiver::start(self.port)?;
        let builder = self.builder().with_endpoint(receiver.url());
        let guard = builder.with_protocol(Protocol::Grpc).install()?;
        self.emit();
        guard.shutdown()?;
        let spans = receiver.spans();
        let probe = spans.iter().find(|span| span.name == SPAN && span.service == self.service);
        let marker = probe.and_then(|span| span.attribute("marker")).map(str::to_owned);
        Ok(Seen { is_received: !spans.is_empty(), is_found: probe.is_some(), marker })
    }

    /// Sends the span where the environment says; returns whether it was accepted.
    fn send_to(&self, endpoint: &str) -> Result<bool, Box<dyn Error>> {
        let guard = self.builder().install()?;
        self.emit();
        let is_accepted = is_accepted(guard);
        println!("collector_receives: {is_accepted}");
        if is_accepted {
            println!("{SPAN}: accepted by {endpoint}, whose output cannot be seen from here");
            println!("marker_match: look there for marker = {:?}", self.marker);
        } else {
            println!("{SPAN}: not found in collector output");
            println!("marker_match: false");
        }
        Ok(is_accepted)
    }

    /// The set-up of a service that sends spans only.
    fn builder(&self) -> Builder {
        let builder = Builder::new().with_service_name(&self.service);
        builder.with_metrics_exporters([]).with_logs_exporters([])
    }

    fn emit(&self) {
        tracing::info_span!("otel_smoke_probe", marker = &*self.marker).in_scope(|| {});
    }
}

/// Sends what was recorded, and returns whether a receiver took the span.
fn is_accepted(guard: Guard) -> bool {
    let stats = guard.stats_handle();
    // It says what goes wrong.
    drop(guard);
    stats.read().traces.exported == 1
}

#[test]
fn the_span_arrives_with_its_marker() {
    let marker = "smoke-test".to_owned();
    let service = "otel-smoke-test".to_owned();
    let smoke = Smoke { marker: marker.clone(), port: 0, service, endpoint: None };

    let seen = smoke.send().expect("the receiver is in this process");

    assert_eq!(seen, Seen { is_received: true, is_found: true, marker: Some(marker) });
}
