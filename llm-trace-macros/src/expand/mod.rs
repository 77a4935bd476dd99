//! Prints a [`SpanPlan`]. Cannot fail, and names nothing but `__private` and what the user wrote.
//!
//! The body goes in as statements and its tokens keep their spans, so that rustc's errors and lints
//! are those of the function as written.

mod stream;

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned;

use crate::plan::{Name, Provider, Reading, Setter, SpanPlan, Text};
use crate::shape::{Function, Shape};

pub(crate) fn expand(function: &Function, plan: &SpanPlan) -> TokenStream {
    let Function { header, inner_attributes, body, shape, streamed, .. } = function;
    let begin = begin(plan);
    let private = private(plan);
    let (call, block) = (local("call"), body.stream());
    let read = match (shape, streamed) {
        // Nothing ever comes of it, and nothing can be inferred from it.
        (Shape::Async(Type::Never(_)), _) => quote!(|_, _| {}),
        (shape, Some(streamed)) => stream::then(streamed, shape.answer(), plan),
        _ => read(plan),
    };
    // With a stream, `read` hands the call on: future_then(..), and so on.
    let then = |name: &str, types: usize| {
        let name = if streamed.is_some() { format!("{name}_then") } else { name.to_owned() };
        let inferred = vec![quote!(_); types + usize::from(streamed.is_some())];
        let (name, answer) = (Ident::new(&name, Span::mixed_site()), type_argument(shape.answer()));
        quote!(#private::#name::<#answer #(, #inferred)*>)
    };
    let traced = match shape {
        // Input:  async fn f(..) -> T { body }
        // Output: future(call, async move { body }, read).await
        Shape::Async(answer) => {
            let hint = hint(answer);
            let (block, future) = (braced(body, quote!(#hint #block)), then("future", 2));
            quote!(#future(#call, async move #block, #read).await)
        }
        // Input:  fn f(..) -> Pin<Box<dyn Future<Output = T>>> { body }
        // Output: boxed(call, move || -> Pin<Box<dyn Future<Output = T>>> { body }, read)
        Shape::BoxedFuture(_) => {
            let (block, returned) = (braced(body, block), &function.signature.output);
            let boxed = then("boxed", 2);
            quote!(#boxed(#call, move || #returned #block, #read))
        }
        // Input:  fn f(..) -> impl Future<Output = T> { body }
        // Output: deferred(call, move || { body }, read)
        Shape::ImplFuture(_) => {
            let (block, deferred) = (braced(body, block), then("deferred", 2));
            quote!(#deferred(#call, move || #block, #read))
        }
        // Input:  fn f(..) -> T { body }
        // Output: call(call, move || -> T { body }, read)
        Shape::Sync(answer) => {
            let (block, run) = (braced(body, block), then("call", 0));
            quote!(#run(#call, move || -> #answer #block, #read))
        }
    };
    let block = braced(body, quote!(#begin #traced));
    let allowed = stream::allowed(shape, streamed.as_ref());
    quote!(#(#inner_attributes)* #allowed #header #block)
}

// Output: let call = begin(site!{..}, |request| {..}, |request| {..});
//         or, where the model is in the request,
//         let call = begin_with(site!{..}, |begin| match &(value) {
//             value => begin.begin(|request| {..}, |request| {..}),
//         });
fn begin(plan: &SpanPlan) -> TokenStream {
    let private = private(plan);
    let (call, request) = (local("call"), local("request"));
    let site = site(plan);
    let identify = plan.identify.iter().map(|setter| self::setter(setter, plan));
    let describe = plan.describe.iter().map(|setter| self::setter(setter, plan));
    let setters = quote!(|#request| { #(#identify)* }, |#request| { #(#describe)* },);
    match &plan.request {
        None => quote! {
            let #call = #private::begin(#private::site! { #site }, #setters);
        },
        // The request is evaluated once for both, if somebody listens, and lives as long as a match.
        Some(shared) => {
            let (begin, value) = (local("begin"), local("value"));
            quote! {
                let #call = #private::begin_with(#private::site! { #site }, |#begin| match &(#shared) {
                    #value => #begin.begin(#setters),
                });
            }
        }
    }
}

fn site(plan: &SpanPlan) -> TokenStream {
    let SpanPlan { client, level, keys, .. } = plan;
    let private = private(plan);
    let operation = Ident::new(plan.operation.variant(), Span::call_site());
    let name = option(name(plan));
    let provider = option(plan.provider.as_ref().map(|provider| match provider {
        Provider::WellKnown(constant) => quote!(#private::Provider::#constant),
        Provider::Custom(name) => quote!(#private::Provider::custom(#name)),
    }));
    let model = option(plan.model.as_ref().map(|model| stable(model, "stable_model", plan)));
    let target = option(plan.target.as_ref().map(|target| stable(target, "stable_name", plan)));
    let server = option(plan.server.as_ref().map(|(host, port)| {
        let port = option(port.map(|port| quote!(#port)));
        quote!((#host, #port))
    }));
    quote! {
        operation: #operation,
        client: #client,
        name: #name,
        provider: #provider,
        model: #model,
        target: #target,
        server: #server,
        level: #level,
        keys: [#(#keys),*],
    }
}

// Output: "chat gpt-4o", or span_name!("chat", MODEL) where the second word is a constant
fn name(plan: &SpanPlan) -> Option<TokenStream> {
    let private = private(plan);
    let operation = plan.operation.name();
    match &plan.name {
        Name::Given(given) => Some(stable(given, "stable_name", plan)),
        Name::Joined(Text::Literal(target)) => {
            let name = format!("{operation} {}", target.value());
            Some(name.to_token_stream())
        }
        Name::Joined(constant) => Some(quote!(#private::span_name!(#operation, #constant))),
        Name::RunTime => None,
    }
}

// Output: a literal, which `plan` has checked, or stable_name(CONSTANT), which rustc checks
fn stable(text: &Text, check: &str, plan: &SpanPlan) -> TokenStream {
    let private = private(plan);
    match text {
        Text::Literal(literal) => literal.to_token_stream(),
        Text::Constant(path) => {
            let at = located(path);
            let check = Ident::new(check, at);
            quote_spanned!(at=> #private::#check(#path))
        }
    }
}

// Output: Request::temperature(request, &(value));
fn setter(setter: &Setter, plan: &SpanPlan) -> TokenStream {
    let private = private(plan);
    let request = local("request");
    match setter {
        Setter::Provider(value) => {
            let at = located(value);
            let value = quote_spanned!(at=> #private::provider(&(#value)));
            quote_spanned!(at=> #private::Request::provider(#request, #value);)
        }
        Setter::Argument { method, value } => {
            let at = located(value);
            quote_spanned!(at=> #private::Request::#method(#request, &(#value));)
        }
        Setter::Field { key, value } => {
            let at = located(value);
            quote_spanned!(at=> #private::Request::field(#request, #key, &(#value));)
        }
        Setter::Request(method) => {
            let at = plan.request.as_ref().map_or_else(Span::mixed_site, located);
            let mut value = local("value");
            value.set_span(at);
            let method = Ident::new(method, at);
            quote_spanned!(at=> #private::Request::#method(#request, #value);)
        }
        Setter::Parameter { conditions, parameter } => quote! {
            #conditions
            #private::Parameter::new(&#parameter).read_prompt(#request);
        },
        Setter::Stream => quote!(#private::Request::stream(#request);),
    }
}

// Output: |answer, returned| read!(answer, returned, response: auto, error_type: auto)
fn read(plan: &SpanPlan) -> TokenStream {
    let private = private(plan);
    let (answer, returned) = (local("answer"), local("returned"));
    let (response, error_type) = (reading(&plan.response), reading(&plan.error_type));
    quote! {
        |#answer, #returned| #private::read!(
            #answer, #returned, response: #response, error_type: #error_type
        )
    }
}

// Output: auto, none, or closure |value| ..
fn reading(reading: &Reading) -> TokenStream {
    match reading {
        Reading::Auto => quote!(auto),
        Reading::None => quote!(none),
        Reading::Closure(closure) => quote!(closure #closure),
    }
}

/// Tells an async block the type of its answer, which the signature no longer does.
// Output: if let Some(returned) = None::<T> { return returned; }
fn hint(answer: &Type) -> TokenStream {
    if matches!(answer, Type::Never(_)) {
        return TokenStream::new();
    }
    let at = located(answer);
    let returned = local("returned");
    quote_spanned! {at=>
        if let ::core::option::Option::Some(#returned) = ::core::option::Option::None::<#answer> {
            return #returned;
        }
    }
}

/// A type argument; `!` cannot be one yet, and is inferred.
fn type_argument(answer: &Type) -> TokenStream {
    if matches!(answer, Type::Never(_)) { quote!(_) } else { answer.to_token_stream() }
}

fn private(plan: &SpanPlan) -> TokenStream {
    let krate = &plan.krate;
    quote!(#krate::__private)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}

/// A name that no name in the user's code can be.
fn local(name: &str) -> Ident {
    Ident::new(&format!("__llm_trace_{name}"), Span::mixed_site())
}

/// Ours, but reported where the user's tokens are.
fn located(tokens: &impl Spanned) -> Span {
    Span::mixed_site().located_at(tokens.span())
}

/// `tokens` in the braces of the user's body.
fn braced(body: &Group, tokens: TokenStream) -> Group {
    let mut block = Group::new(body.delimiter(), tokens);
    block.set_span(body.span());
    block
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Literal(literal) => literal.to_tokens(tokens),
            Self::Constant(path) => path.to_tokens(tokens),
        }
    }
}
