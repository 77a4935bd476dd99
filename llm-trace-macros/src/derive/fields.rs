//! What the `#[llm(…)]` attributes of a type and of its fields say, and the rules for them.

use proc_macro2::Span;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Field, Fields, Ident, LitStr, Member, Path, Result, Token, Variant};

use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::list;

macro_rules! facts {
    ($($variant:ident = $name:literal,)*) => {
        /// What a field knows of the answer.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Fact {
            $($variant,)*
        }

        impl Fact {
            const ALL: &[Fact] = &[$(Fact::$variant),*];

            fn name(self) -> &'static str {
                match self {
                    $(Fact::$variant => $name,)*
                }
            }
        }
    };
}

facts! {
    CacheReadTokens = "cache_read_tokens",
    CacheWriteTokens = "cache_write_tokens",
    Cost = "cost",
    FinishReason = "finish_reason",
    Id = "id",
    InputTokens = "input_tokens",
    Model = "model",
    Nested = "nested",
    OutputTokens = "output_tokens",
    ReasoningTokens = "reasoning_tokens",
    Text = "text",
    Usage = "usage",
}

/// What providers call the facts, where no typo explains it.
const OTHER_WORDS: &[(&str, Fact)] = &[
    ("cached_tokens", Fact::CacheReadTokens),
    ("completion", Fact::Text),
    ("completion_tokens", Fact::OutputTokens),
    ("content", Fact::Text),
    ("message", Fact::Text),
    ("prompt_tokens", Fact::InputTokens),
    ("stop_reason", Fact::FinishReason),
];

/// A field that is read.
pub(super) struct Reader {
    pub(super) fact: Fact,
    pub(super) member: Member,
    /// What the field is called in the expansion.
    pub(super) binding: Ident,
    /// Where rustc reports that the field's type does not fit.
    pub(super) at: Span,
}

/// `#[llm(…)]` on the type.
#[derive(Default)]
pub(super) struct Options {
    pub(super) krate: Option<Path>,
    /// Whether the input tokens leave cached ones out; `None` if it was not said.
    pub(super) exclusive: Option<bool>,
}

impl Options {
    pub(super) fn parse(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut options = Self::default();
        each(attributes, diagnostics, |word, input, diagnostics| {
            match word.to_string().as_str() {
                "crate" => {
                    input.parse::<Token![=]>()?;
                    options.krate = Some(input.call(Path::parse_mod_style)?);
                }
                "cache" => {
                    input.parse::<Token![=]>()?;
                    let known = "`cache` is `\"inclusive\"` or `\"exclusive\"`";
                    let literal: LitStr =
                        input.parse().map_err(|error| Error::new(error.span(), known))?;
                    match literal.value().as_str() {
                        "inclusive" => options.exclusive = Some(false),
                        "exclusive" => options.exclusive = Some(true),
                        _ => diagnostics.report(&literal, known),
                    }
                }
                name if Fact::ALL.iter().any(|fact| fact.name() == name) => {
                    diagnostics.report(word, format!("`{name}` goes on a field"));
                }
                name => {
                    let known = "; known are `cache` and `crate`";
                    let hint = did_you_mean(name, ["cache", "crate"], known);
                    diagnostics.report(word, format!("unknown key `{name}`{hint}"));
                    list::skip_to_comma(input);
                }
            }
            Ok(())
        });
        options
    }
}

/// The marked fields of a struct.
pub(super) fn read(
    fields: &Fields,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Vec<Reader> {
    let mut readers: Vec<Reader> = Vec::new();
    for (index, (field, member)) in fields.iter().zip(fields.members()).enumerate() {
        each(&field.attrs, diagnostics, |word, input, diagnostics| {
            let name = word.to_string();
            let Some(fact) = Fact::ALL.iter().copied().find(|fact| fact.name() == name) else {
                let all: Vec<_> = Fact::ALL.iter().map(|fact| fact.name()).collect();
                let other = OTHER_WORDS.iter().find(|(other, _)| *other == name);
                let hint = match (name.as_str(), other) {
                    ("cache" | "crate", _) => "; it goes on the type".to_owned(),
                    (_, Some((_, fact))) => format!("; did you mean `{}`?", fact.name()),
                    _ => did_you_mean(&name, all, "; see `llm_trace::LlmResponse` for the keys"),
                };
                diagnostics.report(word, format!("unknown key `{name}`{hint}"));
                list::skip_to_comma(input);
                return Ok(());
            };
            if input.peek(Token![=]) {
                return Err(Error::new(word.span(), format!("write `{name}` alone")));
            }
            let repeats = matches!(fact, Fact::FinishReason | Fact::Nested | Fact::Text);
            if !repeats && readers.iter().any(|reader| reader.fact == fact) {
                diagnostics.report(word, format!("`{name}` is given twice"));
                return Ok(());
            }
            readers.push(reader(fact, index, member.clone(), field));
            Ok(())
        });
    }
    check_cache(&readers, options, diagnostics);
    readers
}

/// The one field of a variant, which is read by its own implementation.
pub(super) fn delegate(variant: &Variant, diagnostics: &mut Diagnostics) -> Vec<Reader> {
    let marked = variant.fields.iter().map(|field| &field.attrs).chain([&variant.attrs]);
    for attributes in marked {
        each(attributes, diagnostics, |word, input, diagnostics| {
            let message =
                "a variant is read by its one field; mark the fields of that field's type";
            diagnostics.report(word, message);
            list::skip_to_comma(input);
            Ok(())
        });
    }
    let mut members = variant.fields.iter().zip(variant.fields.members());
    let first = members.next();
    if members.next().is_some() {
        let message = format!(
            "`{}` has several fields; give it one that is an `LlmResponse`, or none",
            variant.ident
        );
        diagnostics.report(&variant.ident, message);
    }
    first.map(|(field, member)| reader(Fact::Nested, 0, member, field)).into_iter().collect()
}

fn reader(fact: Fact, index: usize, member: Member, field: &Field) -> Reader {
    let at = field.ty.span();
    let span = Span::mixed_site().located_at(at);
    let binding = format_ident!("__llm_trace_field_{index}", span = span);
    Reader { fact, member, binding, at }
}

/// Providers differ in whether input tokens include cached ones, and no number tells.
fn check_cache(readers: &[Reader], options: &Options, diagnostics: &mut Diagnostics) {
    let has = |fact| readers.iter().find(|reader| reader.fact == fact);
    let cached = has(Fact::CacheReadTokens).or(has(Fact::CacheWriteTokens));
    let (Some(_), Some(cached), None) = (has(Fact::InputTokens), cached, options.exclusive) else {
        return;
    };
    let message = "do the input tokens include these? say `#[llm(cache = \"inclusive\")]` or \
                   `\"exclusive\"` on the type";
    diagnostics.add(Error::new(cached.at, message));
}

/// Reads the keys of every `#[llm(…)]`; what fails is reported.
fn each(
    attributes: &[Attribute],
    diagnostics: &mut Diagnostics,
    mut key: impl FnMut(&Ident, ParseStream<'_>, &mut Diagnostics) -> Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("llm")) {
        let parsed = attribute.parse_args_with(|input: ParseStream<'_>| {
            list::each(input, diagnostics, |input, diagnostics| {
                let word = input.call(Ident::parse_any)?;
                key(&word, input, diagnostics)
            });
            Ok(())
        });
        if let Err(error) = parsed {
            diagnostics.add(error);
        }
    }
}
