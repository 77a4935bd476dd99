//! Owns the text log on stderr, which is all that `RUST_LOG` steers.

use std::io::{IsTerminal, stderr};

use tracing::Subscriber;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::InitError;

/// Repeated errors of the SDK are left out unless the filter asks for them: we say each once.
const SDK: &str = "opentelemetry";
const OURS: &str = "llm_trace";

/// Makes the layer that writes events to stderr.
pub(super) fn layer<S>(
    filter: Option<&(&'static str, String)>,
    sdk_level: Option<&str>,
) -> Result<impl Layer<S> + use<S>, InitError>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let (name, text) = filter.map_or(("RUST_LOG", "warn"), |(name, text)| (*name, text));
    let malformed = |_| InitError::Variable {
        name,
        value: text.to_owned(),
        accepted: "a filter, such as `info` or `warn,my_crate=debug`".into(),
    };
    let mut filter = EnvFilter::builder().parse(text).map_err(malformed)?;
    if sdk_level.is_some() || !text.contains(SDK) {
        let level = sdk_level.unwrap_or("off");
        filter = filter.add_directive(format!("{SDK}={level}").parse().map_err(malformed)?);
    }
    if let Some(level) = sdk_level {
        // What this crate says of a call is the program's, and of the same target.
        filter = filter.add_directive(format!("{OURS}={level}").parse().map_err(malformed)?);
    }
    let colour =
        stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    Ok(fmt::layer().with_writer(stderr).with_ansi(colour).with_filter(filter))
}
