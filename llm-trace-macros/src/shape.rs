//! What the attribute is on. The body stays raw tokens: a half-typed one still expands, and its
//! errors are rustc's.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{
    AttrStyle, Attribute, Error, FnArg, Ident, Pat, Result, ReturnType, Signature, Type,
    Visibility, parse_quote,
};

use crate::args::Args;
use crate::diagnostics::Diagnostics;
use crate::neighbours;
use crate::streamed::{Streamed, associated, first_type, words};

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
    pub(crate) streamed: Option<Streamed>,
}

/// How the function gives its answer, and of which type that is; `impl Trait` in it becomes `_`.
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
    pub(crate) fn parse(
        item: TokenStream,
        args: &Args,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
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
        let Some(body) = last.and_then(body) else {
            let message = "a function without a body has no calls; annotate its implementation";
            diagnostics.report(&signature.ident, message);
            return None;
        };
        neighbours::refuse(&attributes, &signature.ident, &body, diagnostics);
        if let Some(constness) = &signature.constness {
            diagnostics.report(constness, "a `const fn` cannot be traced; remove `const`");
        }
        let mut shape = Shape::of(&signature);
        refuse_futures(shape.answer(), diagnostics);
        let mut streamed = Streamed::find(shape.answer(), args, diagnostics);
        EraseImplTrait.visit_type_mut(shape.answer_mut());
        if let Some(item) = streamed.as_mut().and_then(|streamed| streamed.item.as_mut()) {
            EraseImplTrait.visit_type_mut(item);
        }
        let (inner_attributes, body) = split_inner_attributes(body);
        Some(Self { header: header_tokens, signature, inner_attributes, body, shape, streamed })
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
    fn of(signature: &Signature) -> Self {
        let mut returned: Type = match &signature.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, returned) => (**returned).clone(),
        };
        Ungroup.visit_type_mut(&mut returned);
        if signature.asyncness.is_some() {
            return Self::Async(returned);
        }
        match &returned {
            Type::ImplTrait(future) => {
                associated("Future", "Output", &future.bounds).map(Self::ImplFuture)
            }
            Type::Path(path) => boxed_output(path).map(Self::BoxedFuture),
            _ => None,
        }
        .unwrap_or(Self::Sync(returned))
    }

    pub(crate) fn answer(&self) -> &Type {
        match self {
            Self::Async(answer)
            | Self::BoxedFuture(answer)
            | Self::ImplFuture(answer)
            | Self::Sync(answer) => answer,
        }
    }

    fn answer_mut(&mut self) -> &mut Type {
        match self {
            Self::Async(answer)
            | Self::BoxedFuture(answer)
            | Self::ImplFuture(answer)
            | Self::Sync(answer) => answer,
        }
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

/// The body of a function, which a macro of the user may have passed on as a group.
fn body(last: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = last else { return None };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => {
            let mut inside = group.stream().into_iter();
            inside.next().filter(|_| inside.next().is_none()).and_then(body)
        }
        _ => None,
    }
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

/// The `Output` of `Pin<Box<dyn Future>>`, `BoxFuture` and `LocalBoxFuture`.
fn boxed_output(path: &syn::TypePath) -> Option<Type> {
    let last = path.path.segments.last()?;
    match last.ident.to_string().as_str() {
        "BoxFuture" | "LocalBoxFuture" => first_type(&last.arguments).cloned(),
        "Pin" => {
            let Type::Path(boxed) = first_type(&last.arguments)? else { return None };
            let boxed = boxed.path.segments.last().filter(|last| last.ident == "Box")?;
            let Type::TraitObject(future) = first_type(&boxed.arguments)? else { return None };
            associated("Future", "Output", &future.bounds)
        }
        _ => None,
    }
}

/// Reports an answer that comes later than the function returns it.
fn refuse_futures(answer: &Type, diagnostics: &mut Diagnostics) {
    let words = words(quote::quote!(#answer));
    if let Some(word) = words.iter().find(|word| word.unraw().to_string().ends_with("Future")) {
        let message = "this future cannot be traced; use `async fn`, `impl Future` or `BoxFuture`";
        diagnostics.report(word, message);
    }
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

/// Undoes the groups in which a macro of the user passes types on.
struct Ungroup;

impl VisitMut for Ungroup {
    fn visit_type_mut(&mut self, found: &mut Type) {
        while let Type::Group(group) = found {
            *found = (*group.elem).clone();
        }
        visit_type_mut(self, found);
    }
}
