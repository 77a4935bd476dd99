//! A redactor of the program's own that takes its time.

use std::borrow::Cow;
use std::error::Error;
use std::io::Write;
use std::time::Duration;

use llm_trace::{Builder, Redactor, llm_span};

/// Knows one name, and takes a fiftieth of a second to find it.
struct Slow;

impl Redactor for Slow {
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        tracing::info_span!("asking").in_scope(|| tracing::warn!("a name is looked for"));
        std::thread::sleep(Duration::from_millis(20));
        text.replace("Bluebird", "[REDACTED:project]").into()
    }
}

/// Makes as many calls as take far longer to redact than the flush timeout allows.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let guard = Builder::new().with_redactor(Slow).install()?;
    let stats = guard.stats_handle();
    for _ in 0..2000 {
        chat("What about Bluebird?");
    }
    let ended = guard.shutdown();
    let stats = stats.read();
    writeln!(std::io::stdout(), "{} {}", stats.traces.exported, stats.withheld)?;
    Ok(ended?)
}

#[llm_span(model = "gpt-4o", provider = "openai")]
fn chat(prompt: &str) -> String {
    format!("{prompt} It flies.")
}
