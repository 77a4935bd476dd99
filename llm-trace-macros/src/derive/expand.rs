//! Prints the implementation of `LlmResponse`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::DeriveInput;

use crate::derive::fields::{Fact, Options, Reader};

// Output: impl LlmResponse for T { fn read(&self, response: &mut Response) { match self { .. } } }
pub(super) fn expand(
    input: &DeriveInput,
    options: &Options,
    readers: &[(TokenStream, Vec<Reader>)],
) -> TokenStream {
    let krate = options.krate.as_ref().map_or_else(|| quote!(::llm_trace), |path| quote!(#path));
    let name = &input.ident;
    let (generics, arguments, conditions) = input.generics.split_for_impl();
    let response = syn::Ident::new("__llm_trace_response", Span::mixed_site());
    let arms = readers.iter().map(|(path, readers)| {
        let patterns = readers.iter().enumerate().filter_map(|(index, reader)| {
            let Reader { member, binding, .. } = reader;
            let bound = readers[..index].iter().any(|before| before.member == *member);
            (!bound).then(|| quote!(#member: #binding,))
        });
        let said = readers.iter().map(|reader| set(reader, &response, &krate));
        let usage = usage(readers, options, &response, &krate);
        quote!(#path { #(#patterns)* .. } => { #(#said)* #usage })
    });
    let body = if readers.is_empty() {
        quote!(let _ = #response;)
    } else {
        quote!(match self { #(#arms)* })
    };
    quote! {
        #[automatically_derived]
        impl #generics #krate::LlmResponse for #name #arguments #conditions {
            fn read(&self, #response: &mut #krate::Response) {
                #body
            }
        }
    }
}

// Output: derived::id(response, field);
fn set(reader: &Reader, response: &syn::Ident, krate: &TokenStream) -> TokenStream {
    let Reader { fact, binding, at, .. } = reader;
    let at = Span::mixed_site().located_at(*at);
    let setter = match fact {
        Fact::Cost => "cost",
        Fact::FinishReason => "finish_reason",
        Fact::Id => "id",
        Fact::Model => "model",
        Fact::Nested => "nested",
        Fact::Text => "text",
        Fact::Usage => "usage",
        Fact::CacheReadTokens
        | Fact::CacheWriteTokens
        | Fact::InputTokens
        | Fact::OutputTokens
        | Fact::ReasoningTokens => return TokenStream::new(),
    };
    let setter = syn::Ident::new(setter, at);
    quote_spanned!(at=> #krate::__private::derived::#setter(#response, #binding);)
}

// Output: Response::set_usage(response, Usage::cache_inclusive(tokens(input), tokens(output)));
fn usage(
    readers: &[Reader],
    options: &Options,
    response: &syn::Ident,
    krate: &TokenStream,
) -> TokenStream {
    let count = |fact| {
        let Reader { binding, at, .. } = readers.iter().find(|reader| reader.fact == fact)?;
        let at = Span::mixed_site().located_at(*at);
        Some(quote_spanned!(at=> #krate::__private::derived::tokens(#binding)))
    };
    let none = || quote!(::core::option::Option::None);
    let (input, output) = (count(Fact::InputTokens), count(Fact::OutputTokens));
    let more = [
        (quote!(with_cache_read), count(Fact::CacheReadTokens)),
        (quote!(with_cache_write), count(Fact::CacheWriteTokens)),
        (quote!(with_reasoning), count(Fact::ReasoningTokens)),
    ];
    if input.is_none() && output.is_none() && more.iter().all(|(_, count)| count.is_none()) {
        return TokenStream::new();
    }
    let (input, output) = (input.unwrap_or_else(none), output.unwrap_or_else(none));
    let exclusive = options.exclusive.unwrap_or_default();
    let constructor = if exclusive { quote!(cache_exclusive) } else { quote!(cache_inclusive) };
    let more = more.iter().filter_map(|(with, count)| {
        let count = count.as_ref()?;
        Some(quote!(.#with(#count)))
    });
    quote! {
        #krate::Response::set_usage(
            #response,
            #krate::Usage::#constructor(#input, #output) #(#more)*,
        );
    }
}
