//! What an expansion declares of its function: the name of its span, and its statics.

/// Joins an operation and a constant to a span name, at compile time.
#[doc(hidden)]
#[macro_export]
macro_rules! __span_name {
    ($operation:expr, $target:expr) => {{
        const __LLM_TRACE_NAME: &[u8] = &$crate::__private::join::<
            { $crate::__private::joined_len($operation, $target) },
        >($operation, $target);
        const __LLM_TRACE_TEXT: &::core::primitive::str =
            match ::core::str::from_utf8(__LLM_TRACE_NAME) {
                ::core::result::Result::Ok(name) => name,
                ::core::result::Result::Err(_) => $operation,
            };
        __LLM_TRACE_TEXT
    }};
}

/// Puts nothing in a list: the span catalog is off.
#[cfg(not(feature = "catalog"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __catalog {
    ($($entry:tt)*) => {};
}

/// Declares the statics of one annotated function and returns a reference to its site.
#[doc(hidden)]
#[macro_export]
macro_rules! __site {
    (
        operation: $operation:ident,
        client: $client:expr,
        name: $name:expr,
        provider: $provider:expr,
        model: $model:expr,
        target: $target:expr,
        server: $server:expr,
        level: $level:ident,
        keys: $keys:tt $(,)?
    ) => {{
        const __LLM_TRACE_NAME: ::core::option::Option<&'static ::core::primitive::str> = $name;
        static __LLM_TRACE_CALLSITE: $crate::__private::DefaultCallsite =
            $crate::__private::DefaultCallsite::new(&__LLM_TRACE_METADATA);
        static __LLM_TRACE_METADATA: $crate::__private::Metadata<'static> =
            $crate::__private::Metadata::new(
                match __LLM_TRACE_NAME {
                    ::core::option::Option::Some(name) => name,
                    ::core::option::Option::None => {
                        $crate::__private::Operation::$operation.as_str()
                    }
                },
                ::core::module_path!(),
                $crate::__private::Level::$level,
                ::core::option::Option::Some(::core::file!()),
                ::core::option::Option::Some(::core::line!()),
                ::core::option::Option::Some(::core::module_path!()),
                $crate::__private::FieldSet::new(
                    $crate::__private::FIELDS,
                    $crate::__private::Identifier(&__LLM_TRACE_CALLSITE),
                ),
                $crate::__private::Kind::SPAN,
            );
        static __LLM_TRACE_SITE: $crate::__private::Site = $crate::__private::Site {
            operation: $crate::__private::Operation::$operation,
            client: $client,
            name: __LLM_TRACE_NAME,
            provider: $provider,
            model: $model,
            target: $target,
            server: $server,
            callsite: &__LLM_TRACE_CALLSITE,
            metadata: &__LLM_TRACE_METADATA,
        };
        $crate::__catalog!(&__LLM_TRACE_SITE, $keys);
        &__LLM_TRACE_SITE
    }};
}
