//! Owns the OTLP exporters; nothing else names `opentelemetry_otlp`.
//!
//! The transport is chosen here, and never by which features of it the program happens to turn on.

mod linked;

use std::fmt::Display;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use opentelemetry_otlp::WithExportConfig;
use opentelemetry_otlp::WithHttpConfig;
use opentelemetry_sdk::logs::LogProcessor;
use opentelemetry_sdk::metrics::{MeterProviderBuilder, PeriodicReader, Temporality};
use opentelemetry_sdk::trace::SpanProcessor;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use super::answer::{Answer, Reason};
use super::courier::{Courier, Transport};
use super::form::Form;
use super::gate::Gate;
#[cfg(feature = "otlp-grpc")]
use super::grpc;
use super::health::{Health, Said};
#[cfg(feature = "otlp-http")]
use super::http;
use super::limits::{LogLimits, SpanLimits};
use super::log_queue::Logs;
use super::measures::Measures;
use super::parcel::{Parcel, Tray};
use super::queue::Spans;
use super::runtime::{Closing, Runtime};
use super::spool::{self, Lane, Spool};
use super::stats::{Counters, Tally};
use super::{Batches, Place, Protocol, Reply, SpoolSettings, Target};
use linked::{Linked, Way};

/// How long an empty request may take.
const LONGEST_QUESTION: Duration = Duration::from_secs(3);

/// What the exporters share, kept by the guard.
#[derive(Debug)]
pub(crate) struct Otlp {
    runtime: Arc<Runtime>,
    closing: watch::Sender<Option<Instant>>,
    said: Said,
    signals: Vec<Arc<Health>>,
    tally: Tally,
    spool: Option<Arc<Spool>>,
    /// The tasks that send what is in the spool.
    senders: Mutex<Vec<JoinHandle<()>>>,
}

impl Otlp {
    pub(crate) fn start(tally: Tally) -> io::Result<Self> {
        Ok(Self {
            runtime: Arc::new(Runtime::start()?),
            closing: watch::Sender::new(None),
            said: Said::default(),
            signals: Vec::new(),
            tally,
            spool: None,
            senders: Mutex::default(),
        })
    }

    /// Lets requests wait in files that cannot be delivered; before anything is exported.
    pub(crate) fn open_spool(&mut self, settings: &SpoolSettings) -> io::Result<()> {
        self.spool = Some(Spool::open(settings, self.tally.clone())?);
        Ok(())
    }

    /// Returns the processor that exports spans.
    pub(crate) fn span_processor(
        &mut self,
        place: &Place<'_>,
        batches: Batches,
        limits: SpanLimits,
        gate: &Gate,
    ) -> Result<impl SpanProcessor + use<>, String> {
        let (exporter, counters) = self.link(place, &TRACES, limits, |tray| {
            let builder = opentelemetry_otlp::SpanExporter::builder().with_http();
            encoder(builder, place, tray).build().map_err(reason)
        })?;
        Spans::new(gate.before(exporter), batches, counters).map_err(reason)
    }

    /// Returns the processor that exports log records.
    pub(crate) fn log_processor(
        &mut self,
        place: &Place<'_>,
        batches: Batches,
        limits: LogLimits,
        gate: &Gate,
    ) -> Result<impl LogProcessor + use<>, String> {
        let (exporter, counters) = self.link(place, &LOGS, limits, |tray| {
            let builder = opentelemetry_otlp::LogExporter::builder().with_http();
            encoder(builder, place, tray).build().map_err(reason)
        })?;
        Logs::new(gate.before(exporter), batches, counters).map_err(reason)
    }

    /// Adds the export of metrics to a meter provider.
    pub(crate) fn add_metrics(
        &mut self,
        provider: MeterProviderBuilder,
        place: &Place<'_>,
        interval: Duration,
        temporality: Temporality,
        gate: &Gate,
    ) -> Result<MeterProviderBuilder, String> {
        let (exporter, _) = self.link(place, &METRICS, (), |tray| {
            Ok(Measures { gate: gate.clone(), temporality, tray: tray.clone() })
        })?;
        let reader = PeriodicReader::builder(exporter).with_interval(interval).build();
        Ok(provider.with_reader(reader))
    }

    /// Makes an exporter that leaves its requests in a tray, and links it with what takes them.
    fn link<E, L>(
        &mut self,
        place: &Place<'_>,
        signal: &Signal,
        limits: L,
        exporter: impl FnOnce(&Tray) -> Result<E, String>,
    ) -> Result<(Linked<E, L>, Arc<Counters>), String> {
        let counters = place.counters(signal.counters(&self.tally));
        let way = match place {
            #[cfg(feature = "otlp-json")]
            Place::File(file) => Way::File((*file).clone()),
            Place::Receiver(target) => {
                Way::Courier(self.courier(target, signal, counters.clone())?)
            }
        };
        let tray = Tray::default();
        let (exporter, form, signal) = (exporter(&tray)?, place.form(), signal.lane);
        Ok((Linked { exporter, limits, tray, form, signal, way }, counters))
    }

    /// Ends every export that is still under way after `limit`.
    pub(crate) fn close_within(&self, limit: Duration) {
        self.closing.send_replace(Some(Instant::now() + limit));
    }

    /// Waits until nothing is sent any more, so that nothing is cut off whose fate is unknown then.
    /// What is left in the spool is for the next run.
    pub(crate) fn drain(&self) -> Option<impl FnOnce() + Send + use<>> {
        let spool = self.spool.clone()?;
        let senders = std::mem::take(&mut *self.senders());
        let runtime = self.runtime.clone();
        Some(move || {
            spool.drain();
            for sender in senders {
                let _ = runtime.handle.block_on(sender);
            }
            // A clone of a provider may outlive this.
            spool.release();
        })
    }

    /// Returns why the last export of a signal failed, if one did.
    pub(crate) fn failure(&self) -> Option<String> {
        self.signals.iter().find_map(|health| health.failure())
    }

    fn senders(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn courier(
        &mut self,
        target: &Target,
        signal: &Signal,
        counters: Arc<Counters>,
    ) -> Result<Arc<Courier>, String> {
        // The second of several receivers of a signal adds to the counts of the first.
        let _ = counters.protocol.set(target.protocol);
        let health = Arc::new(Health::new(&target.url, self.said.clone()));
        self.signals.push(health.clone());
        let transport = self.transport(target, signal.method)?;
        let closing = Closing(self.closing.subscribe());
        let courier =
            Courier::new(self.runtime.clone(), transport, health, counters, target, closing);
        let lane = self.spool.as_ref().map(|spool| Lane::new(spool, signal.lane, target));
        let courier = Arc::new(courier.with_lane(lane));
        if self.spool.is_some() {
            let sender = self.runtime.handle.spawn(courier.clone().send_spooled());
            self.senders().push(sender);
        }
        Ok(courier)
    }

    fn transport(&self, target: &Target, method: &'static str) -> Result<Transport, String> {
        // Clients are made on the runtime that they will run on.
        let _entered = self.runtime.handle.enter();
        match target.protocol {
            #[cfg(feature = "otlp-grpc")]
            Protocol::Grpc => Ok(Transport::Grpc(Box::new(grpc::Client::new(target, method)?))),
            #[cfg(feature = "otlp-http")]
            Protocol::HttpJson | Protocol::HttpProtobuf => {
                Ok(Transport::Http(http::Client::new(target)?))
            }
            // The configuration refuses a protocol whose feature is off before it comes here.
            #[cfg(not(all(feature = "otlp-grpc", feature = "otlp-http")))]
            _ => Err(format!("the protocol of {method} is not built in")),
        }
    }
}

/// When the set-up fails after the spool was opened, the next one is to find it free.
impl Drop for Otlp {
    fn drop(&mut self) {
        if self.senders().is_empty() {
            return;
        }
        self.close_within(Duration::ZERO);
        // It blocks, which a thread of the program's runtime may not.
        if let Some(Ok(draining)) = self.drain().map(|drain| thread::Builder::new().spawn(drain)) {
            let _ = draining.join();
        }
    }
}

/// Sends an empty request, and tells what comes of it. It blocks, so it is for a thread of ours.
pub(crate) fn ask(signal: &str, target: &Target) -> Reply {
    let asking = || {
        let otlp = Otlp::start(Tally::default()).map_err(reason)?;
        let method = match signal {
            "traces" => TRACES.method,
            "metrics" => METRICS.method,
            _ => LOGS.method,
        };
        let transport = otlp.transport(target, method)?;
        let parcel = Parcel::empty(target.protocol).compress(target.compression).map_err(reason)?;
        Ok((otlp, transport, parcel))
    };
    let (otlp, transport, parcel) = match asking() {
        Ok(made) => made,
        Err(reason) => return Reply::Unmade(reason),
    };
    let limit = target.timeout.min(LONGEST_QUESTION);
    let sent =
        otlp.runtime.handle.block_on(async { timeout(limit, transport.send(&parcel)).await });
    match sent {
        Ok(Answer::Taken(_)) => Reply::Taken,
        Ok(Answer::Unknown(reason)) => Reply::Unknown(reason.into_text()),
        Ok(Answer::Refused(Reason::Answered(text))) => Reply::Refused(text),
        Ok(Answer::Later { reason, .. } | Answer::Refused(reason)) => {
            Reply::Unanswered(reason.into_text())
        }
        Err(_) => Reply::Unanswered("no answer in time".to_owned()),
    }
}

/// What differs between signals.
struct Signal {
    /// The gRPC method.
    method: &'static str,
    lane: spool::Signal,
}

const TRACES: Signal = Signal {
    method: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    lane: spool::Signal::Traces,
};
const LOGS: Signal = Signal {
    method: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    lane: spool::Signal::Logs,
};
const METRICS: Signal = Signal {
    method: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    lane: spool::Signal::Metrics,
};

impl Signal {
    fn counters<'a>(&self, tally: &'a Tally) -> &'a Arc<Counters> {
        match self.lane {
            spool::Signal::Logs => &tally.logs,
            spool::Signal::Metrics => &tally.metrics,
            spool::Signal::Traces => &tally.traces,
        }
    }
}

impl Place<'_> {
    /// What is written to a file is not in the counts of what a receiver took.
    fn counters(&self, counters: &Arc<Counters>) -> Arc<Counters> {
        match self {
            #[cfg(feature = "otlp-json")]
            Self::File(_) => Arc::default(),
            Self::Receiver(_) => counters.clone(),
        }
    }

    fn form(&self) -> Form {
        match self {
            #[cfg(feature = "otlp-json")]
            Self::File(_) => Form::LINE,
            Self::Receiver(target) => Form::of(target),
        }
    }
}

/// Makes an exporter leave its requests in the tray, as protobuf, whatever the environment says.
fn encoder<B>(builder: B, place: &Place<'_>, tray: &Tray) -> B
where
    B: WithExportConfig + WithHttpConfig,
{
    let builder = match place {
        #[cfg(feature = "otlp-json")]
        Place::File(_) => builder.with_endpoint("http://localhost"),
        Place::Receiver(target) => builder.with_endpoint(&target.url),
    };
    builder.with_protocol(opentelemetry_otlp::Protocol::HttpBinary).with_http_client(tray.clone())
}

fn reason(error: impl Display) -> String {
    error.to_string()
}
