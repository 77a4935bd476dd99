//! Owns [`Guarded`]: a redactor that cannot fail. One that panics, takes too long or is given too
//! much leaves nothing of the value but a marker.

use std::borrow::Cow;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::worker::{Allowance, Fault, Worker};
use crate::content;
use crate::export::notice;
use crate::export::stats::Counter;
use crate::redact::{Redactor, Rules, redact_json};

/// The longest value that is redacted; of a longer one nothing leaves.
pub(crate) const LONGEST: usize = 256 * 1024;
/// How long a redactor of the user's may hold up the export.
pub(super) const TIME: Duration = Duration::from_secs(2);
/// How the replacements of the built-in redactor start, by which they are counted.
const REPLACED: &str = "[REDACTED:";

const FAILED: &str = "[WITHHELD: the redactor failed]";
const SLOW: &str = "[WITHHELD: the redactor took too long]";

/// A redactor, and what it takes to survive it.
pub(super) struct Guarded {
    how: How,
    /// The values that did not leave because it failed or was too slow.
    pub(super) withheld: Arc<Counter>,
}

enum How {
    /// The built-in rules run where they are called: they take a time that grows with the text, and
    /// no more.
    Here(Rules),
    /// Code of the user's runs on a thread of its own, so that one that hangs holds up neither the
    /// export nor the program.
    There { redactor: Arc<dyn Redactor>, limit: Duration, state: Mutex<State> },
}

struct State {
    worker: Option<Worker>,
    allowance: Allowance,
}

impl Guarded {
    /// Guards the built-in rules.
    pub(super) fn rules(rules: Rules, limit: Duration) -> Self {
        if rules.has_code() {
            return Self::own(Arc::new(rules), limit);
        }
        Self { how: How::Here(rules), withheld: Arc::default() }
    }

    /// Guards code of the user's, which may take `limit` for all values together.
    pub(super) fn own(redactor: Arc<dyn Redactor>, limit: Duration) -> Self {
        let state = Mutex::new(State { worker: None, allowance: Allowance::new(limit) });
        Self { how: How::There { redactor, limit, state }, withheld: Arc::default() }
    }

    /// Returns the same redactor with another limit.
    pub(super) fn with_limit(&self, limit: Duration) -> Self {
        match &self.how {
            How::Here(rules) => Self::rules(rules.clone(), limit),
            How::There { redactor, .. } => Self::own(redactor.clone(), limit),
        }
    }

    /// Returns what may leave of a text, and how much of it was hidden.
    pub(super) fn redact<'a>(&self, text: &'a str) -> (Cow<'a, str>, i64) {
        if text.len() < 6 {
            return (Cow::Borrowed(text), 0);
        }
        if text.len() > LONGEST {
            return (Cow::Owned(withheld_json(text)), 1);
        }
        let redacted = match &self.how {
            How::Here(rules) => catch_unwind(AssertUnwindSafe(|| redact_json(rules, text)))
                .map_err(|_| Fault::Failed),
            How::There { redactor, limit, state } => {
                ask(redactor, *limit, state, text).map(Cow::Owned)
            }
        };
        let redacted = redacted.unwrap_or_else(|fault| self.withheld(text, fault));
        let hidden = match &redacted {
            Cow::Borrowed(same) if *same == text => 0,
            Cow::Owned(new) if new == text => 0,
            new => {
                let count = |text: &str| text.matches(REPLACED).count();
                let more = count(new).saturating_sub(count(text));
                i64::try_from(more.max(1)).unwrap_or(i64::MAX)
            }
        };
        (redacted, hidden)
    }

    /// Returns what may leave of a name that the program made up, such as that of a scope, if it is not the
    /// same. The built-in rules look at it, whatever the redactor: names come again with every span,
    /// and one that is withheld for want of time would be another name.
    pub(super) fn redact_name(&self, name: &str) -> Option<String> {
        let default = Rules::new();
        let rules = match &self.how {
            How::Here(rules) => rules,
            How::There { .. } => &default,
        };
        match rules.redact(name) {
            Cow::Owned(new) if new != name => Some(new),
            _ => None,
        }
    }

    /// Returns what stands for a text that could not be redacted, counts it, and says so once.
    fn withheld<'a>(&self, text: &str, fault: Fault) -> Cow<'a, str> {
        if self.withheld.add(1) == 0 {
            let why = if fault == Fault::Slow { "took too long" } else { "failed" };
            notice::warn(format_args!(
                "a value was withheld because the redactor {why}; `Guard::stats` counts them, see \
                 `Builder::with_redaction_time`"
            ));
        }
        let marker = if fault == Fault::Slow { SLOW } else { FAILED };
        marked(text, marker)
    }
}

fn ask(
    redactor: &Arc<dyn Redactor>,
    limit: Duration,
    state: &Mutex<State>,
    text: &str,
) -> Result<String, Fault> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let State { worker, allowance } = &mut *state;
    let mut running =
        worker.take().or_else(|| Worker::start(redactor.clone())).ok_or(Fault::Failed)?;
    let answer = running.redact(text, allowance, limit);
    // A worker whose thread is gone is replaced by the next value.
    if answer != Err(Fault::Gone) {
        *worker = Some(running);
    }
    answer
}

/// What stands for a text that is too long, as JSON where the text may have been JSON.
fn withheld_json(text: &str) -> String {
    let marker = content::withheld(text.len());
    if text.starts_with(['{', '[', '"']) { format!("\"{marker}\"") } else { marker }
}

/// The marker, as JSON where the text was JSON.
fn marked<'a>(text: &str, marker: &'static str) -> Cow<'a, str> {
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
    use std::thread;
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
        let guarded = Guarded::own(Arc::new(Broken), TIME);
        let started = Instant::now();

        assert_eq!(guarded.redact("all is well").0, "all is well");
        assert_eq!(guarded.redact("please panic"), (FAILED.into(), 1));
        assert_eq!(guarded.redact("still alive").0, "still alive");
        assert_eq!(guarded.redact("please hang").0, SLOW);
        assert_eq!(guarded.redact(r#"{"a": "is not waited for"}"#).0, format!("\"{SLOW}\""));
        assert!(started.elapsed() < Duration::from_millis(1500));
        assert_eq!(guarded.withheld.read(), 3);
        while guarded.redact("it came back").0 != "it came back" {
            assert!(started.elapsed() < Duration::from_secs(30));
            thread::yield_now();
        }
    }

    /// Takes as long as the text says, in milliseconds.
    struct Slow;

    impl Redactor for Slow {
        fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
            let length = text.rsplit(' ').next().and_then(|it| it.parse().ok());
            thread::sleep(Duration::from_millis(length.expect("a number")));
            Cow::Borrowed(text)
        }
    }

    #[test]
    fn values_that_are_not_too_slow_by_themselves_are_too_slow_together() {
        let guarded = Guarded::own(Arc::new(Slow), TIME);
        let started = Instant::now();

        let values: Vec<_> = (0..5000).map(|_| guarded.redact("value 100").0).collect();

        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        let whole = values.iter().filter(|it| *it == "value 100").count();
        assert!((5..=40).contains(&whole), "{whole}");
        assert!(values.iter().all(|it| *it == "value 100" || *it == SLOW));
        assert_eq!(guarded.withheld.read(), 5000 - whole as u64);
    }

    #[test]
    fn a_redactor_that_hangs_again_and_again_is_asked_less_and_less() {
        let guarded = Guarded::own(Arc::new(Slow), TIME);
        let (started, mut hung) = (Instant::now(), 0);

        // Each is a little slower than it may be, so that it soon is there for the next.
        while started.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            assert_eq!(guarded.redact("value 260").0, SLOW);
            hung += u32::from(asked.elapsed() > Duration::from_millis(200));
        }

        assert!((1..=5).contains(&hung), "{hung}");
    }

    #[test]
    fn code_in_a_rule_of_the_users_is_guarded_too() {
        let rules = Rules::new().with_rule("slow", |text| {
            if text.contains("hang") {
                thread::sleep(Duration::from_secs(2));
            }
            Vec::new()
        });
        let guarded = Guarded::rules(rules, TIME);

        assert_eq!(guarded.redact("please hang").0, SLOW);
        let literal = Guarded::rules(Rules::new().with_literal("name", "Bluebird"), TIME);
        assert_eq!(literal.redact("a Bluebird").0, "a [REDACTED:name]");
        assert!(matches!(literal.how, How::Here(_)));
    }

    #[test]
    fn what_is_too_long_is_withheld_and_what_was_hidden_is_counted() {
        let guarded = Guarded::rules(Rules::new(), TIME);
        let long = "x".repeat(LONGEST + 1);

        assert_eq!(guarded.redact(&long).0, "[WITHHELD: 262145 bytes are too many]");
        let (text, hidden) = guarded.redact("to ann@example.com and bob@example.com");
        assert_eq!((&*text, hidden), ("to [REDACTED:email] and [REDACTED:email]", 2));
        assert_eq!(guarded.redact("nothing here").1, 0);
    }
}
