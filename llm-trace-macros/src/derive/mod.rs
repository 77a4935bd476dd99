//! `#[derive(LlmResponse)]`: which field of a user's type says what of an answer.

mod expand;
mod fields;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use crate::derive::fields::{Options, Reader};
use crate::diagnostics::Diagnostics;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut diagnostics = Diagnostics::new();
    let options = Options::parse(&input.attrs, &mut diagnostics);
    let readers: Vec<(TokenStream, Vec<Reader>)> = match &input.data {
        Data::Struct(data) => {
            let readers = fields::read(&data.fields, &options, &mut diagnostics);
            if readers.is_empty() && diagnostics.is_empty() {
                let message = "no field is marked, as in `#[llm(text)]` or `#[llm(input_tokens)]`";
                diagnostics.report(&input.ident, message);
            }
            vec![(quote!(Self), readers)]
        }
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                let name = &variant.ident;
                (quote!(Self::#name), fields::delegate(variant, &mut diagnostics))
            })
            .collect(),
        Data::Union(_) => {
            let message = "a union cannot be read; derive on a struct or an enum";
            diagnostics.report(&input.ident, message);
            Vec::new()
        }
    };
    // A mistake in one field does not become a missing implementation elsewhere.
    let readers = if diagnostics.is_empty() { readers } else { Vec::new() };
    let implementation = expand::expand(&input, &options, &readers);
    let errors = diagnostics.finish();
    quote!(#implementation #errors)
}
