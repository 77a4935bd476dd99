//! Owns [`Guarded`]: a redactor that cannot fail. One that panics, takes too long or is given too
//! much leaves nothing of the value but a marker.

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::content;
use crate::redact::{Redactor, Rules, redact_json};

/// The longest value that is redacted; of a longer one nothing leaves.
pub(crate) const LONGEST: usize = 256 * 1024;
/// How long a redactor of the user's may take for one value.
const PATIENCE: Duration = Duration::from_millis(250);
/// How the replacements of the built-in redactor start, by which they are counted.
const REPLACED: &str = "[REDACTED:";

const FAILED: &str = "[WITHHELD: the redactor failed]";
const SLOW: &str = "[WITHHELD: the redactor took too long]";

/// A redactor, and what it takes to survive it.
pub(super) enum Guarded {
    /// The built-in rules run where they are called: they take a time that grows with the text, and
    /// no more.
    BuiltIn(Rules),
    /// A redactor of the user's runs on a thread of its own, so that one that hangs holds up neither
    /// the export nor the program.
    Own(Arc<dyn Redactor>, Mutex<Option<Worker>>),
}

/// A thread that redacts.
pub(super) struct Worker {
    texts: Sender<String>,
    answers: Receiver<Option<String>>,
    /// Whether an answer is still to come that nobody waits for.
    is_late: bool,
}

impl Guarded {
    pub(super) fn new(redactor: Arc<dyn Redactor>) -> Self {
        Self::Own(redactor, Mutex::default())
    }

    /// Returns what may leave of a text, and how much of it was hidden.
    pub(super) fn redact<'a>(&self, text: &'a str) -> (Cow<'a, str>, i64) {
        if text.len() < 6 {
            return (Cow::Borrowed(text), 0);
        }
        if text.len() > LONGEST {
            return (Cow::Owned(withheld_json(text)), 1);
        }
        let redacted = match self {
            Self::BuiltIn(rules) => {
                let redacted = catch_unwind(AssertUnwindSafe(|| redact_json(rules, text)));
                redacted.unwrap_or_else(|_| withheld(text, FAILED))
            }
            Self::Own(redactor, worker) => Self::ask(redactor, worker, text),
        };
        let hidden = match &redacted {
            Cow::Borrowed(_) => 0,
            Cow::Owned(new) if new == text => 0,
            Cow::Owned(new) => {
                let count = |text: &str| text.matches(REPLACED).count();
                let more = count(new).saturating_sub(count(text));
                i64::try_from(more.max(1)).unwrap_or(i64::MAX)
            }
        };
        (redacted, hidden)
    }

    fn ask<'a>(
        redactor: &Arc<dyn Redactor>,
        worker: &Mutex<Option<Worker>>,
        text: &'a str,
    ) -> Cow<'a, str> {
        let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match worker.take() {
            Some(running) => Some(running),
            None => Worker::start(redactor.clone()),
        };
        let Some(mut running) = running else { return withheld(text, FAILED) };
        let answer = running.redact(text);
        // A worker whose thread is gone is replaced by the next value.
        if !matches!(answer, Err(Fault::Gone)) {
            *worker = Some(running);
        }
        match answer {
            Ok(text) => Cow::Owned(text),
            Err(Fault::Slow) => withheld(text, SLOW),
            Err(Fault::Failed | Fault::Gone) => withheld(text, FAILED),
        }
    }
}

enum Fault {
    Failed,
    Gone,
    Slow,
}

impl Worker {
    fn start(redactor: Arc<dyn Redactor>) -> Option<Self> {
        let (texts, requests) = channel::<String>();
        let (replies, answers) = channel();
        let run = move || {
            while let Ok(text) = requests.recv() {
                let redacted =
                    catch_unwind(AssertUnwindSafe(|| redact_json(&*redactor, &text).into_owned()));
                if replies.send(redacted.ok()).is_err() {
                    return;
                }
            }
        };
        let builder = thread::Builder::new().name("llm-trace-redact".to_owned());
        builder.spawn(run).ok().map(|_| Self { texts, answers, is_late: false })
    }

    fn redact(&mut self, text: &str) -> Result<String, Fault> {
        if self.is_late && self.answers.try_recv().is_err() {
            return Err(Fault::Slow);
        }
        self.is_late = false;
        self.texts.send(text.to_owned()).map_err(|_| Fault::Gone)?;
        match self.answers.recv_timeout(PATIENCE) {
            Ok(redacted) => redacted.ok_or(Fault::Failed),
            Err(RecvTimeoutError::Timeout) => {
                self.is_late = true;
                Err(Fault::Slow)
            }
            Err(RecvTimeoutError::Disconnected) => Err(Fault::Gone),
        }
    }
}

/// What stands for a text that is too long, as JSON where the text may have been JSON.
fn withheld_json(text: &str) -> String {
    let marker = content::withheld(text.len());
    if text.starts_with(['{', '[', '"']) { format!("\"{marker}\"") } else { marker }
}

/// The marker, as JSON where the text was JSON.
fn withheld<'a>(text: &str, marker: &'static str) -> Cow<'a, str> {
    if text.starts_with(['{', '[', '"']) && text.ends_with(['}', ']', '"']) {
        Cow::Owned(format!("\"{marker}\""))
    } else {
        Cow::Borrowed(marker)
    }
}

/// Shows no rule: a literal may be the very thing that is to be hidden.
impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    struct Broken;

    impl Redactor for Broken {
        fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
            match text {
                // Without the hook, whose stack trace can take longer than the redactor may.
                _ if text.contains("panic") => std::panic::resume_unwind(Box::new(())),
                _ if text.contains("hang") => {
                    thread::sleep(Duration::from_secs(2));
                    Cow::Borrowed(text)
                }
                _ => Cow::Borrowed(text),
            }
        }
    }

    #[test]
    fn a_redactor_that_panics_or_hangs_leaves_a_marker_and_holds_nobody_up() {
        let guarded = Guarded::new(Arc::new(Broken));
        let started = Instant::now();

        assert_eq!(guarded.redact("all is well").0, "all is well");
        assert_eq!(guarded.redact("please panic").0, FAILED);
        assert_eq!(guarded.redact("still alive").0, "still alive");
        assert_eq!(guarded.redact("please hang").0, SLOW);
        assert_eq!(guarded.redact(r#"{"a": "is not waited for"}"#).0, format!("\"{SLOW}\""));
        assert!(started.elapsed() < Duration::from_millis(1500));
        thread::sleep(Duration::from_secs(2));
        assert_eq!(guarded.redact("it came back").0, "it came back");
    }

    #[test]
    fn what_is_too_long_is_withheld_and_what_was_hidden_is_counted() {
        let guarded = Guarded::BuiltIn(Rules::new());
        let long = "x".repeat(LONGEST + 1);

        assert_eq!(guarded.redact(&long).0, "[WITHHELD: 262145 bytes are too many]");
        let (text, hidden) = guarded.redact("to ann@example.com and bob@example.com");
        assert_eq!((&*text, hidden), ("to [REDACTED:email] and [REDACTED:email]", 2));
        assert_eq!(guarded.redact("nothing here").1, 0);
    }
}
