//! The list, on targets whose linker keeps one.

use super::CatalogUnsupported;

pub use linkme;

pub use super::Entry;

/// Every entry of the binary.
#[linkme::distributed_slice]
pub static CATALOG: [Entry];

#[expect(clippy::unnecessary_wraps, reason = "on other targets there is no list")]
pub(super) fn entries() -> Result<&'static [Entry], CatalogUnsupported> {
    Ok(&CATALOG)
}

/// Puts an annotated function in the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __catalog {
    ($site:expr, [$($key:literal),* $(,)?]) => {
        #[$crate::__private::slice::linkme::distributed_slice($crate::__private::slice::CATALOG)]
        #[linkme(crate = $crate::__private::slice::linkme)]
        static __LLM_TRACE_ENTRY: $crate::__private::slice::Entry =
            $crate::__private::slice::Entry { site: $site, keys: &[$($key),*] };
    };
}
