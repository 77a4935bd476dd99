//! What the attribute is on. The body stays raw tokens: a half-typed one still expands, and its
//! errors are rustc's.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{
    AttrStyle, Attribute, Error, FnArg, GenericArgument, Ident, Pat, PathArguments, Result,
    ReturnType, Signature, Type, TypeParamBound, Visibility, parse_quote,
};

use crate::diagnostics::Diagnostics;
use crate::neighbours;

/// A function with a body.
pub(crate) struct Function {
    /// Everything before the body, as written.
    pub(crate) header: TokenStream,
    pub(crate) signature: Signature,
    /// Attributes at the start of the body, `#![…]`, as attributes of the function.
    pub(crate) inner_attributes: Vec<Attribute>,
    /// The body without its inner attributes.
    pub(crate) body: Group,
    pub(crate) shape: Shape,
}

/// How the function gives its answer, and of which type that is; `impl Trait` in it became `_`.
pub(crate) enum Shape {
    /// `async fn`
    Async(Type),
    /// `fn … -> Pin<Box<dyn Future>>`
    BoxedFuture(Type),
    /// `fn … -> impl Future`
    ImplFuture(Type),
    /// `fn`
    Sync(Type),
}

impl Function {
    /// Reads an item; reports it and returns `None` if it cannot be traced.
    pub(crate) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut header: Vec<TokenTree> = item.into_iter().collect();
        let last = header.pop();
        let header_tokens: TokenStream = header.into_iter().collect();
        let parser = |input: ParseStream<'_>| signature(input);
        let tokens = header_tokens.clone();
        let (attributes, signature) = match parser.parse2(tokens) {
            Ok(parsed) => parsed,
            Err(error) => {
                diagnostics.add(error);
                return None;
            }
        };
        let body = match last {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
            _ => {
                let message = "a function without a body has no calls; annotate its implementation";
                diagnostics.report(&signature.ident, message);
                return None;
            }
        };
        neighbours::refuse(&attributes, &signature.ident, &body, diagnostics);
        if let Some(constness) = &signature.constness {
            diagnostics.report(constness, "a `const fn` cannot be traced; remove `const`");
        }
        let shape = Shape::of(&signature, diagnostics)?;
        let (inner_attributes, body) = split_inner_attributes(body);
        Some(Self { header: header_tokens, signature, inner_attributes, body, shape })
    }

    /// The parameter of that name and its `#[cfg]`s.
    pub(crate) fn parameter(&self, name: &str) -> Option<(&Ident, Vec<&Attribute>)> {
        self.signature.inputs.iter().find_map(|input| {
            let FnArg::Typed(parameter) = input else { return None };
            let Pat::Ident(pattern) = &*parameter.pat else { return None };
            let conditions = parameter.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect();
            (pattern.ident == name).then_some((&pattern.ident, conditions))
        })
    }

    /// Whether a static inside the function cannot name what this identifier names.
    pub(crate) fn is_generic(&self, ident: &Ident) -> bool {
        ident == "Self" || self.signature.generics.type_params().any(|param| param.ident == *ident)
    }
}

impl Shape {
    fn of(signature: &Signature, diagnostics: &mut Diagnostics) -> Option<Self> {
        let returned: Type = match &signature.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, returned) => (**returned).clone(),
        };
        let found = match (&signature.asyncness, &returned) {
            (None, Type::ImplTrait(future)) => {
                output_of(&future.bounds).map(|output| (false, output))
            }
            (None, Type::Path(path)) => boxed_output(path).map(|output| (true, output)),
            _ => None,
        };
        let answer = found.as_ref().map_or(&returned, |(_, output)| output);
        if let Some((word, message)) = unsupported(answer) {
            diagnostics.report(word, message);
            return None;
        }
        let erased = |mut answer: Type| {
            EraseImplTrait.visit_type_mut(&mut answer);
            answer
        };
        Some(match found {
            Some((true, output)) => Self::BoxedFuture(erased(output)),
            Some((false, output)) => Self::ImplFuture(erased(output)),
            None if signature.asyncness.is_some() => Self::Async(erased(returned)),
            None => Self::Sync(erased(returned)),
        })
    }
}

fn signature(input: ParseStream<'_>) -> Result<(Vec<Attribute>, Signature)> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Visibility>()?;
    let start = input.fork();
    input.parse().map(|signature| (attributes, signature)).map_err(|error| {
        let Ok(word) = start.call(Ident::parse_any) else { return error };
        match word.to_string().as_str() {
            "impl" | "mod" | "trait" => Error::new(
                word.span(),
                format!("`#[llm_span]` traces one function; write it on those in the `{word}`"),
            ),
            "enum" | "extern" | "macro_rules" | "static" | "struct" | "type" | "union" | "use" => {
                Error::new(word.span(), "`#[llm_span]` goes on a function")
            }
            _ => error,
        }
    })
}

// Input:  { #![allow(..)] statements }
// Output: #[allow(..)] and { statements }
fn split_inner_attributes(body: Group) -> (Vec<Attribute>, Group) {
    let parser = |input: ParseStream<'_>| {
        let mut attributes = input.call(Attribute::parse_inner)?;
        for attribute in &mut attributes {
            attribute.style = AttrStyle::Outer;
        }
        Ok((attributes, input.parse::<TokenStream>()?))
    };
    match parser.parse2(body.stream()) {
        Ok((attributes, statements)) if !attributes.is_empty() => {
            let mut rest = Group::new(Delimiter::Brace, statements);
            rest.set_span(body.span());
            (attributes, rest)
        }
        _ => (Vec::new(), body),
    }
}

/// The `Output` of the `Future` among some bounds.
fn output_of<'a>(bounds: impl IntoIterator<Item = &'a TypeParamBound>) -> Option<Type> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let last = bound.path.segments.last().filter(|last| last.ident == "Future")?;
        let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(output) if output.ident == "Output" => {
                Some(output.ty.clone())
            }
            _ => None,
        })
    })
}

/// The `Output` of `Pin<Box<dyn Future>>`, `BoxFuture` and `LocalBoxFuture`.
fn boxed_output(path: &syn::TypePath) -> Option<Type> {
    let last = path.path.segments.last()?;
    match last.ident.to_string().as_str() {
        "BoxFuture" | "LocalBoxFuture" => first_type(&last.arguments).cloned(),
        "Pin" => {
            let Type::Path(boxed) = first_type(&last.arguments)? else { return None };
            let boxed = boxed.path.segments.last().filter(|last| last.ident == "Box")?;
            let Type::TraitObject(future) = first_type(&boxed.arguments)? else { return None };
            output_of(&future.bounds)
        }
        _ => None,
    }
}

fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(first) => Some(first),
        _ => None,
    })
}

/// The first word of a type that says that the answer comes later than the function returns.
fn unsupported(answer: &Type) -> Option<(Ident, &'static str)> {
    words(quote::quote!(#answer)).into_iter().find_map(|word| {
        let name = word.unraw().to_string();
        // These are connections.
        if name.ends_with("Stream") && !["TcpStream", "TlsStream", "UnixStream"].contains(&&*name) {
            let message =
                "streams are not supported yet; annotate a function that returns the whole answer";
            return Some((word, message));
        }
        if name.ends_with("Future") {
            let message =
                "this future cannot be traced; use `async fn`, `impl Future` or `BoxFuture`";
            return Some((word, message));
        }
        None
    })
}

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

// Input:  Result<impl Display, E>
// Output: Result<_, E>
struct EraseImplTrait;

impl VisitMut for EraseImplTrait {
    fn visit_type_mut(&mut self, found: &mut Type) {
        if let Type::ImplTrait(_) = found {
            *found = parse_quote!(_);
        } else {
            visit_type_mut(self, found);
        }
    }
}
