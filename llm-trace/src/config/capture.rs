//! Reads which content leaves: the standard variable says where, and one of ours how much.

use super::Settings;
use super::env::{Env, wrong};
use super::error::InitError;
use crate::content::{Capture, ContentOn};

const STANDARD: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const OURS: &str = "LLM_TRACE_CAPTURE";
const ERROR_TEXT: &str = "LLM_TRACE_ERROR_TEXT";
const OPEN_TARGETS: &str = "LLM_TRACE_OPEN_TARGETS";

/// What of the content leaves, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Content {
    pub(crate) capture: Capture,
    pub(crate) on: ContentOn,
    pub(crate) error_text: bool,
}

impl Content {
    /// What the builder says wins; then our variable, which knows `full`; then the standard one,
    /// which knows only yes and no: yes is redacted.
    pub(super) fn read(settings: &Settings, env: &Env<'_>) -> Result<Self, InitError> {
        let standard = standard(env)?;
        let ours = match env.get(OURS) {
            Some(value) => Some(
                Capture::named(&value.to_ascii_lowercase())
                    .ok_or_else(|| wrong(OURS, value, "`off`, `redacted` or `full`"))?,
            ),
            None => None,
        };
        let (by_standard, place) = standard.unwrap_or_default();
        let capture = settings.capture.or(ours).unwrap_or(by_standard);
        let on = settings.content_on.unwrap_or(place);
        let error_text = match settings.error_text {
            Some(error_text) => error_text,
            None => env.is_true(ERROR_TEXT)?,
        };
        Ok(Self { capture, on, error_text })
    }
}

/// Returns the targets whose events the environment opens.
pub(super) fn open_targets(env: &Env<'_>) -> Vec<String> {
    let list = env.get(OPEN_TARGETS).unwrap_or_default();
    list.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Returns what the standard variable wants, and where.
fn standard(env: &Env<'_>) -> Result<Option<(Capture, ContentOn)>, InitError> {
    let Some(value) = env.get(STANDARD) else { return Ok(None) };
    Ok(Some(match value.to_ascii_uppercase().as_str() {
        // The last of each line is what instrumentations of older conventions take.
        "NO_CONTENT" | "FALSE" => (Capture::Off, ContentOn::Spans),
        "SPAN_ONLY" | "TRUE" => (Capture::Redacted, ContentOn::Spans),
        "EVENT_ONLY" => (Capture::Redacted, ContentOn::Events),
        "SPAN_AND_EVENT" => (Capture::Redacted, ContentOn::SpansAndEvents),
        _ => {
            let accepted = "`NO_CONTENT`, `SPAN_ONLY`, `EVENT_ONLY` or `SPAN_AND_EVENT`";
            return Err(wrong(STANDARD, value, accepted));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &Settings, variables: &[(&str, &str)]) -> Result<Content, InitError> {
        let look_up = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Content::read(settings, &Env(&look_up))
    }

    #[test]
    fn each_variable_means_what_it_says_and_the_builder_wins() {
        let full = Settings { capture: Some(Capture::Full), ..Settings::default() };
        for (settings, variables, capture, on) in [
            (&Settings::default(), &[][..], Capture::Off, ContentOn::Spans),
            (&Settings::default(), &[(STANDARD, "no_content")], Capture::Off, ContentOn::Spans),
            (&Settings::default(), &[(STANDARD, "SPAN_ONLY")], Capture::Redacted, ContentOn::Spans),
            (&Settings::default(), &[(STANDARD, "true")], Capture::Redacted, ContentOn::Spans),
            (
                &Settings::default(),
                &[(STANDARD, "EVENT_ONLY")],
                Capture::Redacted,
                ContentOn::Events,
            ),
            (
                &Settings::default(),
                &[(STANDARD, "span_and_event"), (OURS, "FULL")],
                Capture::Full,
                ContentOn::SpansAndEvents,
            ),
            (&full, &[(STANDARD, "NO_CONTENT"), (OURS, "off")], Capture::Full, ContentOn::Spans),
        ] {
            let content = read(settings, variables).unwrap();
            assert_eq!((content.capture, content.on), (capture, on), "{variables:?}");
        }
        assert!(read(&Settings::default(), &[(ERROR_TEXT, "true")]).unwrap().error_text);
        let error = read(&Settings::default(), &[(STANDARD, "maybe")]).unwrap_err().to_string();
        assert!(error.contains(STANDARD) && error.contains("SPAN_ONLY"), "{error}");
        assert!(read(&Settings::default(), &[(OURS, "some")]).is_err());
    }
}
