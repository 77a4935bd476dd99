//! What the attribute expands to: the whole output, one per shape.

use proc_macro2::TokenStream;
use quote::quote;

/// The expansion as rustfmt would print it.
fn expand(arguments: TokenStream, function: &TokenStream) -> String {
    let expansion = crate::span(arguments, function);
    prettyplease::unparse(&syn::parse2(expansion).unwrap())
}

#[test]
fn an_async_function() {
    let arguments = quote!(model = "gpt-4o", provider = "openai", temperature = 0.2);
    let function = quote! {
        /// Answers.
        pub async fn chat(&self, prompt: &str) -> Result<impl Display, Error> {
            let answer = self.send(prompt).await?;
            Ok(answer)
        }
    };
    let expected = r#"
/// Answers.
pub async fn chat(&self, prompt: &str) -> Result<impl Display, Error> {
    let __llm_trace_call = ::llm_trace::__private::begin(
        ::llm_trace::__private::site! {
            operation : Chat, client : true, name :
            ::core::option::Option::Some("chat gpt-4o"), provider :
            ::core::option::Option::Some(::llm_trace::__private::Provider::OPENAI), model
            : ::core::option::Option::Some("gpt-4o"), target :
            ::core::option::Option::None, server : ::core::option::Option::None, level :
            INFO, keys : ["temperature"],
        },
        |__llm_trace_request| {},
        |__llm_trace_request| {
            ::llm_trace::__private::Request::temperature(__llm_trace_request, &(0.2));
            ::llm_trace::__private::Parameter::new(&prompt)
                .read_prompt(__llm_trace_request);
        },
    );
    ::llm_trace::__private::future::<
        Result<_, Error>,
        _,
        _,
    >(
            __llm_trace_call,
            async move {
                if let ::core::option::Option::Some(__llm_trace_returned) = ::core::option::Option::None::<
                    Result<_, Error>,
                > {
                    return __llm_trace_returned;
                }
                let answer = self.send(prompt).await?;
                Ok(answer)
            },
            |__llm_trace_answer, __llm_trace_returned| {
                ::llm_trace::__private::read!(
                    __llm_trace_answer, __llm_trace_returned, response : auto, error_type
                    : auto
                )
            },
        )
        .await
}
"#;
    assert_eq!(expand(arguments, &function), expected.trim_start());
}

#[test]
fn a_plain_function() {
    let arguments = quote!(tool = "add", level = "debug");
    let function = quote! {
        fn add(left: u8, right: u8) -> u8 {
            left + right
        }
    };
    let expected = r#"
fn add(left: u8, right: u8) -> u8 {
    let __llm_trace_call = ::llm_trace::__private::begin(
        ::llm_trace::__private::site! {
            operation : ExecuteTool, client : false, name :
            ::core::option::Option::Some("execute_tool add"), provider :
            ::core::option::Option::None, model : ::core::option::Option::None, target :
            ::core::option::Option::Some("add"), server : ::core::option::Option::None,
            level : DEBUG, keys : [],
        },
        |__llm_trace_request| {},
        |__llm_trace_request| {},
    );
    ::llm_trace::__private::call::<
        u8,
    >(
        __llm_trace_call,
        move || -> u8 { left + right },
        |__llm_trace_answer, __llm_trace_returned| {
            ::llm_trace::__private::read!(
                __llm_trace_answer, __llm_trace_returned, response : auto, error_type :
                auto
            )
        },
    )
}
"#;
    assert_eq!(expand(arguments, &function), expected.trim_start());
}

#[test]
fn a_function_that_returns_an_opaque_future() {
    let arguments = quote!(agent = NAME, response = none);
    let function = quote! {
        fn plan(self: Arc<Self>) -> impl Future<Output = String> + Send {
            async move { self.run().await }
        }
    };
    let expected = r#"
fn plan(self: Arc<Self>) -> impl Future<Output = String> + Send {
    let __llm_trace_call = ::llm_trace::__private::begin(
        ::llm_trace::__private::site! {
            operation : InvokeAgent, client : false, name :
            ::core::option::Option::Some(::llm_trace::__private::span_name!("invoke_agent",
            NAME)), provider : ::core::option::Option::None, model :
            ::core::option::Option::None, target :
            ::core::option::Option::Some(::llm_trace::__private::stable_name(NAME)),
            server : ::core::option::Option::None, level : INFO, keys : [],
        },
        |__llm_trace_request| {},
        |__llm_trace_request| {},
    );
    ::llm_trace::__private::deferred::<
        String,
        _,
        _,
    >(
        __llm_trace_call,
        move || { async move { self.run().await } },
        |__llm_trace_answer, __llm_trace_returned| {
            ::llm_trace::__private::read!(
                __llm_trace_answer, __llm_trace_returned, response : none, error_type :
                auto
            )
        },
    )
}
"#;
    assert_eq!(expand(arguments, &function), expected.trim_start());
}

#[test]
fn a_function_that_returns_a_boxed_future() {
    let arguments =
        quote!(model = self.model, provider = custom("acme"), server = "localhost:11434");
    let function = quote! {
        fn chat(&self) -> Pin<Box<dyn Future<Output = String> + Send + '_>> {
            Box::pin(async move { self.send().await })
        }
    };
    let expected = r#"
fn chat(&self) -> Pin<Box<dyn Future<Output = String> + Send + '_>> {
    let __llm_trace_call = ::llm_trace::__private::begin(
        ::llm_trace::__private::site! {
            operation : Chat, client : true, name : ::core::option::Option::None,
            provider :
            ::core::option::Option::Some(::llm_trace::__private::Provider::custom("acme")),
            model : ::core::option::Option::None, target : ::core::option::Option::None,
            server : ::core::option::Option::Some(("localhost",
            ::core::option::Option::Some(11434u16))), level : INFO, keys : ["server"],
        },
        |__llm_trace_request| {
            ::llm_trace::__private::Request::model(__llm_trace_request, &(self.model));
        },
        |__llm_trace_request| {},
    );
    ::llm_trace::__private::boxed::<
        String,
        _,
        _,
    >(
        __llm_trace_call,
        move || -> Pin<Box<dyn Future<Output = String> + Send + '_>> {
            Box::pin(async move { self.send().await })
        },
        |__llm_trace_answer, __llm_trace_returned| {
            ::llm_trace::__private::read!(
                __llm_trace_answer, __llm_trace_returned, response : auto, error_type :
                auto
            )
        },
    )
}
"#;
    assert_eq!(expand(arguments, &function), expected.trim_start());
}

#[test]
fn an_async_function_that_gives_a_stream() {
    let arguments = quote!(agent = "planner");
    let function = quote! {
        async fn plan() -> Result<impl Stream<Item = u8>, Error> {
            Ok(steps())
        }
    };
    let expected = r#"
#[allow(clippy::result_large_err, reason = "as it is written")]
async fn plan() -> Result<impl Stream<Item = u8>, Error> {
    let __llm_trace_call = ::llm_trace::__private::begin(
        ::llm_trace::__private::site! {
            operation : InvokeAgent, client : false, name :
            ::core::option::Option::Some("invoke_agent planner"), provider :
            ::core::option::Option::None, model : ::core::option::Option::None, target :
            ::core::option::Option::Some("planner"), server :
            ::core::option::Option::None, level : INFO, keys : [],
        },
        |__llm_trace_request| {},
        |__llm_trace_request| {
            ::llm_trace::__private::Request::stream(__llm_trace_request);
        },
    );
    ::llm_trace::__private::future_then::<
        Result<_, Error>,
        _,
        _,
        _,
    >(
            __llm_trace_call,
            async move {
                if let ::core::option::Option::Some(__llm_trace_returned) = ::core::option::Option::None::<
                    Result<_, Error>,
                > {
                    return __llm_trace_returned;
                }
                Ok(steps())
            },
            |mut __llm_trace_call, __llm_trace_returned| {
                match __llm_trace_returned {
                    ::core::result::Result::Ok(__llm_trace_returned) => {
                        ::core::result::Result::Ok(
                            ::llm_trace::__private::stream::<
                                u8,
                                _,
                                _,
                            >(
                                __llm_trace_call,
                                __llm_trace_returned,
                                |__llm_trace_chunks, __llm_trace_item| {
                                    ::llm_trace::__private::read_chunk!(
                                        __llm_trace_chunks, __llm_trace_item, response : auto,
                                        error_type : auto
                                    )
                                },
                            ),
                        )
                    }
                    ::core::result::Result::Err(__llm_trace_error) => {
                        ::llm_trace::__private::fail!(
                            __llm_trace_call, __llm_trace_error, error_type : auto
                        );
                        ::core::result::Result::Err(__llm_trace_error)
                    }
                }
            },
        )
        .await
}
"#;
    assert_eq!(expand(arguments, &function), expected.trim_start());
}

#[test]
fn a_function_that_never_returns_has_no_type_argument() {
    let function = quote!(
        async fn serve() -> ! {
            run().await
        }
    );
    let expansion = crate::span(quote!(tool = "serve"), &function).to_string();

    assert!(expansion.contains("future :: < _ , _ , _ >"), "{expansion}");
    assert!(!expansion.contains("None :: <"), "{expansion}");
}

#[test]
fn a_half_typed_body_still_expands() {
    let function = quote!(async fn chat(prompt: &str) -> String { client.chat(prompt). });
    let expansion = crate::span(quote!(tool = "chat"), &function).to_string();

    assert!(expansion.contains("client . chat (prompt) ."), "{expansion}");
    assert!(!expansion.contains("compile_error"), "{expansion}");
}

#[test]
fn a_mistake_leaves_the_function_as_it_was() {
    let function = quote!(
        fn chat(prompt: &str) -> String {
            prompt.to_owned()
        }
    );
    let expansion = crate::span(quote!(modle = "gpt-4o"), &function).to_string();

    assert!(expansion.starts_with(&function.to_string()), "{expansion}");
    assert_eq!(expansion.matches("compile_error").count(), 2, "{expansion}");
}

#[test]
fn conditions_of_a_parameter_hold_for_its_reading() {
    let function = quote!(
        fn chat(
            #[cfg(unix)]
            #[allow(unused)]
            prompt: &str,
        ) {
        }
    );
    let expansion = expand(quote!(tool = "chat"), &function);

    let reading = "#[cfg(unix)]\n            ::llm_trace::__private::Parameter::new(&prompt)";
    assert!(expansion.contains(reading), "{expansion}");
}

#[test]
fn a_request_that_names_the_model() {
    let function = quote! {
        fn chat(body: Body, prompt: &str) {}
    };
    let without_model =
        expand(quote!(provider = "openai", request = body, temperature = 0.2), &function);
    let with_model =
        expand(quote!(model = "gpt-4o", provider = "openai", request = body), &function);

    let expected = r"
        |__llm_trace_begin| match &(body) {
            __llm_trace_value => {
                __llm_trace_begin
                    .begin(
                        |__llm_trace_request| {
                            ::llm_trace::__private::Request::request_model(
                                __llm_trace_request,
                                __llm_trace_value,
                            );
                        },
                        |__llm_trace_request| {
                            ::llm_trace::__private::Request::temperature(
                                __llm_trace_request,
                                &(0.2),
                            );
                            ::llm_trace::__private::Request::request(
                                __llm_trace_request,
                                __llm_trace_value,
                            );
                            ::llm_trace::__private::Parameter::new(&prompt)
                                .read_prompt(__llm_trace_request);
                        },
                    )
            }
        },
";
    assert!(without_model.contains(expected.trim_start_matches('\n')), "{without_model}");
    let expected = "::llm_trace::__private::Request::request(__llm_trace_request, &(body));";
    assert!(with_model.contains(expected), "{with_model}");
}
