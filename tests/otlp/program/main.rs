//! The program that the tests observe. Globals are per process, so each test runs its own.
//!
//! `program SCENARIO` makes one call, as its scenario says, and is set up by the environment. With
//! `PROGRAM_SUBSCRIBER`, it sets a subscriber of its own first.

mod around;
mod beside;
mod canaries;
mod client;
mod evaluation;
mod joined;
mod measured;
mod odd;
mod propagator;
mod reach;
mod redactor;
mod subscriber;
mod tail;

use std::error::Error;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use llm_trace::{Builder, InitError, Sampler, Usage, llm_span};
use tracing_subscriber::layer::SubscriberExt;

fn main() -> Result<(), Box<dyn Error>> {
    let scenario = std::env::args().nth(1).unwrap_or_default();
    if let Ok(name) = std::env::var("PROGRAM_SUBSCRIBER") {
        subscriber::set(&name)?;
    }
    match &*scenario {
        "canaries" => canaries::run(10_000, true)?,
        "canaries-unfiltered" => canaries::run(10_000, false)?,
        "plain" => {
            let _guard = llm_trace::init()?;
            chat("canary-prompt");
        }
        "current-thread" => {
            let runtime = tokio::runtime::Builder::new_current_thread().build()?;
            runtime.block_on(async { in_main() })?;
        }
        "multi-thread" => tokio::runtime::Runtime::new()?.block_on(async { in_main() })?,
        "panic" => {
            let _guard = llm_trace::init()?;
            chat("canary-prompt");
            panic!("canary-panic");
        }
        "shutdown" => {
            let guard = llm_trace::init()?;
            chat("canary-prompt");
            guard.shutdown()?;
        }
        "flush" => {
            let guard = llm_trace::init()?;
            chat("canary-prompt");
            guard.flush()?;
            // What is sent now was flushed, for nothing is dropped.
            std::process::exit(0);
        }
        "again" => {
            let guard = llm_trace::init()?;
            for _ in 0..3 {
                chat("canary-prompt");
                // The second failure is no news.
                let _ = guard.flush();
            }
        }
        "burst" => {
            let _guard = llm_trace::init()?;
            for _ in 0..1000 {
                chat("canary-prompt");
            }
        }
        "logs" => {
            let _guard = llm_trace::init()?;
            tracing::info!("outside");
            let _shown = tracing::info_span!("shown").entered();
            tracing::debug!("hidden");
            tracing::warn!(answer = 42, "inside");
        }
        "flushes" => {
            let guard = llm_trace::init()?;
            tracing::info!("once");
            for _ in 0..5 {
                chat("canary-prompt");
                guard.flush()?;
            }
        }
        "everything" => {
            let _guard = llm_trace::init()?;
            chat("canary-prompt");
            assert!(plan().is_err());
        }
        "around" => around::run()?,
        "fails-twice" => around::fail()?,
        "measured" => measured::run()?,
        "measured-scraped" => measured::scrape()?,
        "prometheus" => scrape()?,
        "fails" => {
            let _guard = llm_trace::init()?;
            // The agent fails with its call.
            assert!(plan().is_err());
        }
        "counts" => counts()?,
        "exit" => {
            let _guard = llm_trace::init()?;
            chat("canary-prompt");
            llm_trace::shutdown()?;
            // The second time there is nothing to do.
            llm_trace::shutdown()?;
            std::process::exit(0);
        }
        #[cfg(unix)]
        "terminated" => tokio::runtime::Runtime::new()?.block_on(terminated())?,
        "levels" => {
            let _guard = llm_trace::init()?;
            tracing::info!("canary-event");
            let _shown = tracing::info_span!("shown").entered();
            tracing::error!("canary-event");
            let _hidden = tracing::debug_span!("hidden").entered();
            add();
        }
        other => set_up(other)?,
    }
    Ok(())
}

/// What is set up in other ways, or is a matter of its own.
fn set_up(scenario: &str) -> Result<(), Box<dyn Error>> {
    match scenario {
        "canaries-some" => canaries::run(2_000, false)?,
        "canaries-few" => canaries::run(24, false)?,
        "beside" => beside::run()?,
        "builder" => {
            let _guard = Builder::new()
                .with_service_name("from-code")
                .with_service_version("1.2.3")
                .with_resource_attribute("replicas", 3)
                .with_header("x-key", "from-code")
                .with_sampler(Sampler::AlwaysOn)
                .install()?;
            chat("canary-prompt");
        }
        "doctor" => return diagnose(),
        "doctor-installed" => {
            let _guard = llm_trace::init()?;
            return diagnose();
        }
        "doctor-twice" => {
            let _guard = llm_trace::init()?;
            assert!(llm_trace::init().is_err());
            return diagnose();
        }
        "doctor-filtered" => {
            let filter = tracing_subscriber::filter::LevelFilter::WARN;
            let parts = Builder::new().build()?;
            let subscriber = tracing_subscriber::registry().with(filter).with(parts.layer());
            tracing::subscriber::set_global_default(subscriber)?;
            return diagnose();
        }
        "doctor-inside" => {
            let runtime = tokio::runtime::Builder::new_current_thread().build()?;
            return runtime.block_on(async { diagnose() });
        }
        "odd-numbers" => odd::numbers()?,
        "odd-text" => odd::text()?,
        "joined" | "replaced" => joined::run(scenario == "replaced")?,
        "joined-content" => joined::content()?,
        "joined-flaky" => joined::flaky()?,
        "joined-texts" | "measured-alone" => joined::texts(scenario == "joined-texts")?,
        "twice" => {
            let _guard = llm_trace::init()?;
            let _second = llm_trace::init()?;
        }
        "client" => {
            let _guard = llm_trace::init()?;
            tokio::runtime::Runtime::new()?.block_on(client::call())?;
        }
        "evaluation" => evaluation::run()?,
        "propagator" | "propagator-replaced" => propagator::run(scenario != "propagator")?,
        "reach" | "reach-unsampled" => reach::run(scenario == "reach")?,
        "slow-redactor" => redactor::run()?,
        "tail" => tail::run()?,
        "parts" => {
            let parts = Builder::new().build()?;
            let subscriber = tracing_subscriber::registry().with(parts.layer());
            tracing::subscriber::set_global_default(subscriber)?;
            let _guard = parts.set_globals();
            chat("canary-prompt");
        }
        // To that, no layer with a filter can be added.
        "parts-on-fmt" => {
            let parts = Builder::new().build()?;
            let text = tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr);
            tracing::subscriber::set_global_default(text.finish().with(parts.layer()))?;
            let _guard = parts.set_globals();
            tracing::info_span!("request").in_scope(|| chat("canary-prompt"));
        }
        _ => return Err("no such scenario".into()),
    }
    Ok(())
}

/// Makes a call, and waits for SIGTERM, which it has sent to itself.
#[cfg(unix)]
async fn terminated() -> Result<(), Box<dyn Error>> {
    let _guard = llm_trace::init()?;
    let kind = tokio::signal::unix::SignalKind::terminate();
    let mut signal = tokio::signal::unix::signal(kind)?;
    chat("canary-prompt");
    let id = std::process::id().to_string();
    std::process::Command::new("kill").args(["-TERM", &id]).status()?;
    signal.recv().await;
    Ok(())
}

fn counts() -> Result<(), Box<dyn Error>> {
    let guard = llm_trace::init()?;
    for _ in 0..1000 {
        chat("canary-prompt");
    }
    guard.flush()?;
    // The metrics of this one are read when the spans of the one before are sent.
    guard.flush()?;
    let stats = guard.stats().traces;
    writeln!(std::io::stdout(), "{} {}", stats.exported, stats.queue_full)?;
    std::process::exit(0);
}

/// Prints what is wrong, and what is in effect.
fn diagnose() -> Result<(), Box<dyn Error>> {
    let diagnosis = llm_trace::doctor();
    let mut stderr = std::io::stderr();
    for fault in diagnosis.faults() {
        writeln!(stderr, "fault {:?}: {fault}", fault.kind)?;
    }
    writeln!(stderr, "{diagnosis}")?;
    Ok(())
}

/// Reads its own metrics as Prometheus does.
fn scrape() -> Result<(), Box<dyn Error>> {
    let guard = llm_trace::init()?;
    chat("canary-prompt");
    assert!(plan().is_err());
    let prometheus = guard.prometheus().ok_or("no endpoint")?;
    let address = prometheus.address().ok_or("no address")?;
    for path in ["/metrics", "/other"] {
        get(address, path)?;
    }
    // A client that says nothing does not hold the end.
    let _silent = TcpStream::connect(address)?;
    drop(guard);
    let refused = TcpStream::connect(address).is_err();
    writeln!(std::io::stderr(), "closed: {refused}")?;
    Ok(())
}

/// Prints what is answered at a path.
fn get(address: SocketAddr, path: &str) -> std::io::Result<()> {
    let mut client = TcpStream::connect(address)?;
    write!(client, "GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n")?;
    std::io::copy(&mut client, &mut std::io::stderr())?;
    Ok(())
}

fn in_main() -> Result<(), InitError> {
    let _guard = llm_trace::init()?;
    chat("canary-prompt");
    Ok(())
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat(prompt: &str) -> String {
    let call = llm_trace::current();
    call.record_usage(Usage::cache_inclusive(12, 34));
    call.record_finish_reason("stop");
    prompt.replace("prompt", "answer")
}

#[llm_span(agent = "planner")]
fn plan() -> Result<(), String> {
    ask()
}

#[llm_span(model = "gpt-4o", provider = "openai", error_type = |_: &String| "refused")]
fn ask() -> Result<(), String> {
    Err("canary-error".to_owned())
}

#[llm_span(tool = "add", level = "trace")]
fn add() {}
