//! In place of the span catalog, without its feature.

/// Says that the feature `catalog` is off.
#[macro_export]
macro_rules! assert_span_catalog {
    ($($arguments:tt)*) => {
        ::core::compile_error!("the span catalog needs the feature `catalog` of llm-trace")
    };
}
