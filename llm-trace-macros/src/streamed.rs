//! Which part of the answer is a stream, by the words of its type and the argument `stream`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{GenericArgument, PathArguments, Type, TypeParamBound};

use crate::args::Args;
use crate::diagnostics::Diagnostics;
use crate::words::Key;

/// An answer that comes in chunks.
pub(crate) struct Streamed {
    /// What lies around the stream, from the outside.
    pub(crate) around: Vec<Around>,
    pub(crate) kind: Kind,
    /// The type of its items, where an opaque type says it.
    pub(crate) item: Option<Type>,
}

/// A type that may have the stream inside.
#[derive(Clone, Copy)]
pub(crate) enum Around {
    Option,
    Result,
}

/// How a stream is given.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// `Box<dyn Iterator>`
    BoxedIterator,
    /// `Box<dyn Stream>`
    BoxedStream,
    /// `impl Iterator`
    Iterator,
    /// A type with a name of its own.
    Named,
    /// `Pin<Box<dyn Stream>>`
    PinnedStream,
    /// `impl Stream`
    Stream,
}

impl Streamed {
    /// Finds the stream; reports one that cannot be traced where it is.
    pub(crate) fn find(answer: &Type, args: &Args, diagnostics: &mut Diagnostics) -> Option<Self> {
        let is_meant = args.has(Key::Stream);
        let mut around = Vec::new();
        let mut inside = answer;
        while let Some((outer, inner)) = unwrap(inside) {
            around.push(outer);
            inside = inner;
        }
        if let Some(kind) = Kind::of(inside, is_meant) {
            let item = match inside {
                Type::ImplTrait(opaque) => ["Stream", "Iterator"]
                    .into_iter()
                    .find_map(|of| associated(of, "Item", &opaque.bounds)),
                _ => None,
            };
            return Some(Self { around, kind, item });
        }
        if is_meant {
            let message =
                "`stream` is for a function that returns a stream or an iterator of chunks";
            diagnostics.report(answer, message);
        }
        // Whoever says what is to be read knows what the answer is.
        let is_settled = is_meant || args.has(Key::Response);
        if let Some(word) = stream_word(answer.to_token_stream()).filter(|_| !is_settled) {
            let message = format!(
                "`{word}` may be a stream; write `stream` if it is, else `response = none` or a closure"
            );
            diagnostics.report(word, message);
        }
        None
    }
}

impl Kind {
    fn of(answer: &Type, is_meant: bool) -> Option<Self> {
        let found = match answer {
            Type::ImplTrait(opaque) => match item_of(&opaque.bounds) {
                Some(Item::Iterator) => is_meant.then_some(Self::Iterator),
                Some(Item::Stream) => Some(Self::Stream),
                None => is_meant.then_some(Self::Stream),
            },
            Type::Path(path) => path.path.segments.last().and_then(|last| {
                let inside = first_type(&last.arguments);
                match &*last.ident.to_string() {
                    "BoxStream" | "LocalBoxStream" => Some(Self::PinnedStream),
                    "Box" => match dynamic(inside?)? {
                        Item::Iterator => is_meant.then_some(Self::BoxedIterator),
                        Item::Stream => Some(Self::BoxedStream),
                    },
                    "Pin" => match unwrap_box(inside?).and_then(dynamic)? {
                        Item::Iterator => None,
                        Item::Stream => Some(Self::PinnedStream),
                    },
                    _ => None,
                }
            }),
            _ => None,
        };
        let is_named = is_meant && matches!(answer, Type::Path(_));
        found.or(is_named.then_some(Self::Named))
    }
}

enum Item {
    Iterator,
    Stream,
}

/// What the bounds say of an opaque or a dynamic type.
fn item_of<'a>(bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> Option<Item> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last()?;
        match &*last.ident.to_string() {
            "Iterator" => Some(Item::Iterator),
            "FusedStream" | "Stream" | "TryStream" => Some(Item::Stream),
            _ => None,
        }
    })
}

fn dynamic(inside: &Type) -> Option<Item> {
    match inside {
        Type::ImplTrait(opaque) => item_of(&opaque.bounds),
        Type::TraitObject(object) => item_of(&object.bounds),
        _ => None,
    }
}

// Input:  Result<T, E>
// Output: Around::Result and T
fn unwrap(answer: &Type) -> Option<(Around, &Type)> {
    let Type::Path(path) = answer else { return None };
    let last = path.path.segments.last()?;
    let around = match &*last.ident.to_string() {
        "Option" => Around::Option,
        "Result" => Around::Result,
        _ => return None,
    };
    Some((around, first_type(&last.arguments)?))
}

fn unwrap_box(answer: &Type) -> Option<&Type> {
    let Type::Path(path) = answer else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Box")?;
    first_type(&last.arguments)
}

/// The associated type of that name that one of the bounds gives to a trait.
pub(crate) fn associated<'a>(
    of: &str,
    name: &str,
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
) -> Option<Type> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|last| last.ident == of)?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(found) if found.ident == name => Some(found.ty.clone()),
            _ => None,
        })
    })
}

/// The first type among the arguments of a path.
pub(crate) fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(first) => Some(first),
        _ => None,
    })
}

/// The first word that names a stream.
fn stream_word(answer: TokenStream) -> Option<Ident> {
    words(answer).into_iter().find(|word| {
        let name = word.unraw().to_string();
        // These are connections, and code.
        name.contains("Stream")
            && !["TcpStream", "TlsStream", "TokenStream", "UnixStream"].contains(&&*name)
    })
}

/// Every word of a type.
pub(crate) fn words(tokens: TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => found.push(word),
            TokenTree::Group(group) => found.extend(words(group.stream())),
            _ => {}
        }
    }
    found
}
