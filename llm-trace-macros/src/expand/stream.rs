//! Prints what is done with a call whose answer comes in chunks.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::{local, private, reading};
use crate::plan::SpanPlan;
use crate::shape::Shape;
use crate::streamed::{Around, Kind, Streamed};

// Output: |mut call, returned| -> Result<BoxStream<'_, T>, E> {
//             match returned { Ok(inside) => Ok(pinned_stream(call, inside, ..)), Err(..) => .. }
//         }
pub(super) fn then(streamed: &Streamed, answer: &Type, plan: &SpanPlan) -> TokenStream {
    let (call, returned) = (local("call"), local("returned"));
    let given = give(&streamed.around, streamed, plan);
    // Another type comes out than went in, unless there is a box to hide it in.
    let output = match streamed.kind {
        Kind::Iterator | Kind::Stream => TokenStream::new(),
        _ => quote!(-> #answer),
    };
    // Where nothing can fail, nothing ends the call here.
    let mutable = (!streamed.around.is_empty()).then(|| quote!(mut));
    quote!(|#mutable #call, #returned| #output { #given })
}

/// Allows what clippy says of the closure above, and would not say of the function as written: a
/// future hides how large its error is.
pub(super) fn allowed(shape: &Shape, streamed: Option<&Streamed>) -> Option<TokenStream> {
    let hides = !matches!(shape, Shape::Sync(_));
    let fails = streamed?.around.iter().any(|outer| matches!(outer, Around::Result));
    (hides && fails)
        .then(|| quote!(#[allow(clippy::result_large_err, reason = "as it is written")]))
}

/// Turns `returned` inside out, and goes on with the stream in it.
fn give(around: &[Around], streamed: &Streamed, plan: &SpanPlan) -> TokenStream {
    let private = private(plan);
    let (call, returned, error) = (local("call"), local("returned"), local("error"));
    let Some((outer, inside)) = around.split_first() else { return leaf(streamed, plan) };
    let inside = give(inside, streamed, plan);
    match outer {
        Around::Option => quote! {
            match #returned {
                ::core::option::Option::Some(#returned) => ::core::option::Option::Some(#inside),
                ::core::option::Option::None => {
                    #private::Call::returned(&mut #call, &(), |_, _| {});
                    ::core::option::Option::None
                }
            }
        },
        Around::Result => {
            let error_type = reading(&plan.error_type);
            quote! {
                match #returned {
                    ::core::result::Result::Ok(#returned) => ::core::result::Result::Ok(#inside),
                    ::core::result::Result::Err(#error) => {
                        #private::fail!(#call, #error, error_type: #error_type);
                        ::core::result::Result::Err(#error)
                    }
                }
            }
        }
    }
}

// Output: stream(call, returned, |chunks, item| read_chunk!(chunks, item, ..))
fn leaf(streamed: &Streamed, plan: &SpanPlan) -> TokenStream {
    let private = private(plan);
    let (call, returned) = (local("call"), local("returned"));
    let (chunks, item) = (local("chunks"), local("item"));
    // What the function promised is no longer there to infer the items from.
    let items = streamed.item.as_ref().map(|item| quote!(::<#item, _, _>));
    let trace = match streamed.kind {
        Kind::BoxedIterator => quote!(boxed_iterator),
        Kind::BoxedStream => quote!(boxed_stream),
        Kind::Iterator => quote!(iterator #items),
        Kind::Named => quote!(named_stream),
        Kind::PinnedStream => quote!(pinned_stream),
        Kind::Stream => quote!(stream #items),
    };
    let (response, error_type) = (reading(&plan.response), reading(&plan.error_type));
    quote! {
        #private::#trace(#call, #returned, |#chunks, #item| #private::read_chunk!(
            #chunks, #item, response: #response, error_type: #error_type
        ))
    }
}
