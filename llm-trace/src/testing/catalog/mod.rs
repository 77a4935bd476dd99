//! Owns the span catalog: every annotated function of a binary, put in a list by the linker.

mod lock;
#[cfg_attr(
    not(any(
        target_os = "android",
        target_os = "freebsd",
        target_os = "illumos",
        target_os = "ios",
        target_os = "linux",
        target_os = "macos",
        target_os = "openbsd",
        windows,
    )),
    path = "no_slice.rs"
)]
pub mod slice;

use std::path::Path;
use std::{env, fs};

use crate::span::Site;

/// What tells [`assert_span_catalog!`](crate::assert_span_catalog) to write the file.
const BLESS: &str = "LLM_TRACE_BLESS";

/// An annotated function.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct CatalogEntry {
    /// The span name; `*` stands for a model that is known at run time only.
    pub name: String,
    /// The value of `gen_ai.operation.name`.
    pub operation: &'static str,
    /// The arguments that become attributes, and the keys of `fields`, in alphabetical order.
    pub keys: Vec<&'static str>,
    /// The module of the function.
    pub module: &'static str,
    /// The file of the function.
    pub file: &'static str,
    /// The line of the attribute.
    pub line: u32,
}

/// There is no catalog on this target.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the linker of this target keeps no list of spans; run this test on linux, macos or windows"
)]
#[non_exhaustive]
pub struct CatalogUnsupported;

/// What an expansion puts in the list.
#[derive(Debug)]
pub struct Entry {
    /// The constants of the function.
    pub site: &'static Site,
    /// The keys of its attributes.
    pub keys: &'static [&'static str],
}

/// Returns every function of this binary that is annotated with `#[llm_span]`, dependencies
/// included, sorted by name.
///
/// The linker makes the list: nothing runs before `main`, and no call pays for it.
///
/// # Errors
///
/// On targets whose linker cannot, which are those other than Linux, Android, macOS, iOS, Windows,
/// FreeBSD, OpenBSD and illumos.
///
/// # Examples
///
/// ```
/// use llm_trace::{llm_span, testing::span_catalog};
///
/// #[llm_span(tool = "add", fields("app.tenant" = "acme"))]
/// fn add() {}
///
/// let entries = span_catalog()?;
/// let add = entries.iter().find(|entry| entry.keys == ["app.tenant"]).unwrap();
/// assert_eq!(add.name, "execute_tool add");
/// # Ok::<(), llm_trace::testing::CatalogUnsupported>(())
/// ```
pub fn span_catalog() -> Result<Vec<CatalogEntry>, CatalogUnsupported> {
    let mut entries: Vec<_> = slice::entries()?.iter().map(CatalogEntry::new).collect();
    entries.sort();
    Ok(entries)
}

/// Compares the spans below a module with a file, or writes it.
#[doc(hidden)]
#[track_caller]
pub fn assert_span_catalog(file: &str, module: Option<&str>) {
    let entries = span_catalog().unwrap_or_else(|error| panic!("{error}"));
    let is_below = |entry: &CatalogEntry| {
        let rest = module.map_or(Some(""), |module| entry.module.strip_prefix(module));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let entries: Vec<_> = entries.into_iter().filter(is_below).collect();
    let path = Path::new(file);
    if env::var_os(BLESS).is_some() {
        fs::write(path, lock::render(&entries))
            .unwrap_or_else(|error| panic!("{file} cannot be written: {error}"));
        return;
    }
    let committed = fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{file}: {error}; run the test with {BLESS}=1 to write it"));
    if let Some(difference) = lock::difference(&committed, &entries) {
        panic!(
            "the spans are not those of {file}\n{difference}if they are right, run the test with {BLESS}=1"
        );
    }
}

impl CatalogEntry {
    fn new(entry: &Entry) -> Self {
        let Entry { site, keys } = entry;
        let operation = site.operation.as_str();
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        Self {
            name: site.name.map_or_else(|| format!("{operation} *"), str::to_owned),
            operation,
            keys,
            module: site.metadata.module_path().unwrap_or_default(),
            file: site.metadata.file().unwrap_or_default(),
            line: site.metadata.line().unwrap_or_default(),
        }
    }
}

/// Compares every annotated function of this binary with a committed file: a name, a module or a key
/// that changed by mistake fails the test, and says which.
///
/// The path is relative to the manifest of the crate that holds the test. `LLM_TRACE_BLESS=1` writes
/// the file. With a second argument, only the spans of that module and those below it count.
///
/// ```no_run
/// # mod trip {
/// #[llm_trace::llm_span(agent = "planner")]
/// fn plan() {}
/// # }
/// # /*
/// #[test]
/// # */
/// fn span_names_are_stable() {
///     llm_trace::assert_span_catalog!("spans.lock", "trip");
/// }
/// # span_names_are_stable()
/// ```
#[macro_export]
macro_rules! assert_span_catalog {
    ($file:expr $(,)?) => {
        $crate::assert_span_catalog!(@ $file, ::core::option::Option::None)
    };
    ($file:expr, $module:expr $(,)?) => {
        $crate::assert_span_catalog!(@ $file, ::core::option::Option::Some($module))
    };
    (@ $file:expr, $module:expr) => {
        $crate::testing::assert_span_catalog(
            ::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/", $file),
            $module,
        )
    };
}
