//! Owns the configuration of the spool.

use super::InitError;
use super::env::Env;
use crate::export::SpoolSettings;

const DIRECTORY: &str = "LLM_TRACE_SPOOL_DIR";
const MAX_BYTES: &str = "LLM_TRACE_SPOOL_MAX_BYTES";
const DEFAULT_MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Returns where the spool was named, and the spool; without a directory there is none.
pub(super) fn read(
    built: Option<SpoolSettings>,
    env: &Env<'_>,
) -> Result<Option<(&'static str, SpoolSettings)>, InitError> {
    let max_bytes = env.count([MAX_BYTES], "a number of bytes, such as 268435456")?;
    let named = match built {
        Some(settings) => Some(("Builder::with_spool", settings)),
        None => env.first([DIRECTORY]).map(|(name, directory)| {
            let max_bytes = max_bytes.unwrap_or(DEFAULT_MAX_BYTES);
            (name, SpoolSettings { directory: directory.into(), max_bytes })
        }),
    };
    match named {
        Some((name, settings)) if !cfg!(feature = "spool") => {
            let value = settings.directory.display().to_string();
            Err(InitError::Feature { name, value, feature: "spool" })
        }
        named => Ok(named),
    }
}
