//! What was written: attribute tokens become [`Args`]. Purely syntactic, and never fails: after a
//! bad argument it goes on at the next comma.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, Ident, LitStr, Result, Token, parenthesized, token};

use crate::diagnostics::{Diagnostics, nearest};
use crate::list::{each, skip_to_comma};
use crate::words::{Key, NO_WORDS, OTHER_WORDS};

/// The arguments, in the order in which they were written, each key once.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) written: Vec<Arg>,
    pub(crate) fields: Vec<Field>,
    /// Keys that were meant, but whose argument is wrong: nobody should call them missing.
    meant: Vec<Key>,
}

/// `key = value`
pub(crate) struct Arg {
    pub(crate) key: Key,
    pub(crate) ident: Ident,
    pub(crate) value: Expr,
}

/// `"key" = value` in `fields(…)`
pub(crate) struct Field {
    pub(crate) key: LitStr,
    pub(crate) value: Expr,
}

impl Args {
    pub(crate) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut args = Self::default();
        let parser = |input: ParseStream<'_>| {
            each(input, diagnostics, |input, diagnostics| args.argument(input, diagnostics));
            Ok(())
        };
        if let Err(error) = parser.parse2(tokens) {
            diagnostics.add(error);
        }
        args
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Arg> {
        self.written.iter().find(|arg| arg.key == key)
    }

    /// Whether the key was written or meant.
    pub(crate) fn has(&self, key: Key) -> bool {
        self.get(key).is_some() || self.meant.contains(&key)
    }

    /// Whether nothing was written, not even something wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.written.is_empty() && self.fields.is_empty() && self.meant.is_empty()
    }

    fn argument(&mut self, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<()> {
        let ident = input.call(Ident::parse_any).map_err(|error| {
            Error::new(error.span(), "expected an argument, as in `model = \"gpt-4o\"`")
        })?;
        let Some(key) = self.key(&ident, diagnostics) else {
            skip_to_comma(input);
            return Ok(());
        };
        if self.has(key) {
            diagnostics.report(&ident, format!("`{ident}` is given twice"));
            skip_to_comma(input);
            return Ok(());
        }
        self.meant.push(key);
        match key {
            Key::Fields => return self.fields(&ident, input, diagnostics),
            Key::Stream if input.is_empty() || input.peek(Token![,]) => return Ok(()),
            Key::Stream => {
                return Err(Error::new(ident.span(), "write `stream` alone, or leave it out"));
            }
            _ => {}
        }
        if !input.peek(Token![=]) || input.peek(Token![==]) {
            return Err(Error::new(ident.span(), format!("write `{ident} = …`")));
        }
        input.parse::<Token![=]>()?;
        let value = value(&ident, input)?;
        self.written.push(Arg { key, ident, value });
        Ok(())
    }

    fn key(&mut self, ident: &Ident, diagnostics: &mut Diagnostics) -> Option<Key> {
        let name = ident.unraw().to_string();
        if let Some(key) = Key::from_name(&name) {
            return Some(key);
        }
        if let Some((_, instead)) = NO_WORDS.iter().find(|(word, _)| *word == name) {
            diagnostics.report(ident, format!("unknown argument `{name}`; {instead}"));
            return None;
        }
        let other = OTHER_WORDS.iter().find(|(word, _)| *word == name).map(|(_, key)| *key);
        let near = other.or_else(|| nearest(&name, Key::names()).and_then(Key::from_name));
        self.meant.extend(near);
        let hint = match near {
            Some(near) => format!("; did you mean `{}`?", near.name()),
            None => format!("; an attribute of your own goes in `fields(\"{name}\" = …)`"),
        };
        diagnostics.report(ident, format!("unknown argument `{name}`{hint}"));
        None
    }

    fn fields(
        &mut self,
        ident: &Ident,
        input: ParseStream<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Result<()> {
        if !input.peek(token::Paren) {
            return Err(Error::new(ident.span(), "write `fields(\"key\" = …)`"));
        }
        let content;
        parenthesized!(content in input);
        each(&content, diagnostics, |input, _| {
            let key = input.parse::<LitStr>().map_err(|error| {
                Error::new(error.span(), "a key is a string, as in `fields(\"app.tenant\" = …)`")
            })?;
            if !input.peek(Token![=]) {
                return Err(Error::new(key.span(), format!("write `\"{}\" = …`", key.value())));
            }
            input.parse::<Token![=]>()?;
            let value = value(&key, input)?;
            self.fields.push(Field { key, value });
            Ok(())
        });
        Ok(())
    }
}

fn value(key: &impl ToTokens, input: ParseStream<'_>) -> Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) {
        return Err(Error::new_spanned(key, "a value is missing after `=`"));
    }
    input.parse()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    #[test]
    fn an_attribute_that_is_being_typed_never_loses_the_function() {
        let typed = quote! {
            model = self.config.model, provider = custom("acme"), operation = "embeddings", temperature = 0.2,
            stop_sequences = ["a", "b"], response = |answer| answer.body, fields("app.tenant" = tenant, "app.n" = 3)
        };
        let function = quote!(
            async fn chat(&self, prompt: &str) -> String {
                self.client.chat(prompt).await.
            }
        );
        let tokens: Vec<_> = typed.into_iter().collect();
        for typed in 0..=tokens.len() {
            let arguments = tokens[..typed].iter().cloned().collect();
            let expansion = crate::span(arguments, &function).to_string();

            let body = "self . client . chat (prompt) . await .";
            assert!(expansion.contains(body), "after {typed} tokens: {expansion}");
            let is_whole = expansion.contains("__private :: future");
            let errors = expansion.matches("compile_error").count();
            assert!(is_whole == (errors == 0) && errors <= 2, "after {typed} tokens: {expansion}");
        }
    }
}
