//! What single arguments mean: which values are known at compile time, and which are allowed.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, ExprLit, ExprPath, Ident, Lit, LitStr};

use crate::args::Arg;
use crate::diagnostics::did_you_mean;
use crate::plan::server::{self, Server};
use crate::plan::{Planner, Provider, Reading, Setter, Text, name};
use crate::words::{CAPTURES, Key, LEVELS, OTHER_PROVIDER_NAMES, PROVIDERS};

impl Planner<'_> {
    /// A name that has to be known at compile time.
    pub(super) fn text(&mut self, key: Key) -> Option<Text> {
        let arg = self.args.get(key)?;
        if let Some(literal) = literal(&arg.value) {
            return self.stable(key, literal);
        }
        if let Some(path) = constant(&arg.value) {
            if !self.is_generic(path) {
                return Some(Text::Constant(path.clone()));
            }
            let message = format!(
                "`{}` cannot depend on `Self` or a type parameter; name the type, as in `Planner::NAME`",
                arg.ident
            );
            self.diagnostics.report(path, message);
            return None;
        }
        let instead = match key {
            Key::Agent => "`agent_name = …`",
            _ => "`fields(…)`",
        };
        let (word, example) = (&arg.ident, name::example(key));
        let message = format!(
            "`{word}` is a literal or a constant, as in `{word} = \"{example}\"`; what changes goes in {instead}"
        );
        self.diagnostics.report(&arg.value, message);
        None
    }

    pub(super) fn model(&mut self) -> Option<Text> {
        let arg = self.args.get(Key::Model)?;
        if let Some(literal) = literal(&arg.value) {
            return self.stable(Key::Model, literal);
        }
        self.quotes(arg);
        let path = constant(&arg.value).filter(|path| !self.is_generic(path))?;
        Some(Text::Constant(path.clone()))
    }

    /// Reports a name that is written without quotes, which then is a difference of two.
    fn quotes(&mut self, arg: &Arg) {
        if matches!(peel(&arg.value), Expr::Binary(_)) {
            let (word, example) = (&arg.ident, name::example(arg.key));
            let message = format!("`{word}` is a string, as in `{word} = \"{example}\"`");
            self.diagnostics.report(&arg.value, message);
        }
    }

    /// Whether a static inside the function cannot name the constant.
    fn is_generic(&self, path: &ExprPath) -> bool {
        let first = path.path.segments.first();
        path.qself.is_some() || first.is_some_and(|first| self.function.is_generic(&first.ident))
    }

    fn stable(&mut self, key: Key, literal: &LitStr) -> Option<Text> {
        match name::fault(key, &literal.value()) {
            Some(fault) => self.diagnostics.report(literal, fault),
            None => return Some(Text::Literal(literal.clone())),
        }
        None
    }

    pub(super) fn provider(&mut self) -> Option<Provider> {
        let arg = self.args.get(Key::Provider)?;
        if let Some(literal) = literal(&arg.value) {
            return self.well_known(literal);
        }
        self.quotes(arg);
        let Expr::Call(call) = peel(&arg.value) else { return None };
        if !matches!(&*call.func, Expr::Path(path) if path.path.is_ident("custom")) {
            return None;
        }
        let name = call.args.first().filter(|_| call.args.len() == 1).and_then(literal);
        if let Some(name) = name.filter(|name| !name.value().trim().is_empty()) {
            return Some(Provider::Custom(name.clone()));
        }
        let message =
            "`custom` takes a literal, as in `custom(\"acme\")`; else write the expression alone";
        self.diagnostics.report(call, message);
        None
    }

    fn well_known(&mut self, literal: &LitStr) -> Option<Provider> {
        let name = literal.value();
        if let Some((_, constant)) = PROVIDERS.iter().find(|(known, _)| *known == name) {
            return Some(Provider::WellKnown(Ident::new(constant, literal.span())));
        }
        let other = OTHER_PROVIDER_NAMES.iter().find(|(other, _)| *other == name);
        let hint = match other {
            _ if name.trim().is_empty() => "; write one, as in `\"openai\"`".to_owned(),
            Some((_, known)) => format!("; did you mean `{known}`?"),
            None => {
                let custom = format!("; if it is right, write `custom(\"{name}\")`");
                did_you_mean(
                    &name.to_lowercase(),
                    PROVIDERS.iter().map(|(known, _)| *known),
                    &custom,
                )
            }
        };
        self.diagnostics.report(literal, format!("unknown provider `{name}`{hint}"));
        None
    }

    pub(super) fn server(&mut self) -> Option<Server> {
        let literal = literal(&self.args.get(Key::Server)?.value)?;
        match server::parse(&literal.value()) {
            Ok(server) => return Some(server),
            Err(message) => self.diagnostics.report(literal, message),
        }
        None
    }

    /// Says that a trace context is a value of its own.
    pub(super) fn contexts(&mut self) {
        for arg in self.args.written.iter().filter(|arg| arg.key.is_context()) {
            if matches!(peel(&arg.value), Expr::Lit(_)) {
                let word = &arg.ident;
                let message = format!(
                    "`{word}` takes a `TraceContext`, as in `{word} = stored.parse::<TraceContext>().ok()`"
                );
                self.diagnostics.report(&arg.value, message);
            }
        }
    }

    pub(super) fn level(&mut self) -> Ident {
        let level = |word: &str| Ident::new(word, Span::call_site());
        let Some(arg) = self.args.get(Key::Level) else { return level("INFO") };
        let word = match peel(&arg.value) {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => literal.value(),
            Expr::Path(path) => {
                path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
            }
            _ => String::new(),
        };
        let word = word.to_ascii_uppercase();
        if LEVELS.contains(&word.as_str()) {
            return level(&word);
        }
        let known = "`level` is one of \"trace\", \"debug\", \"info\", \"warn\", \"error\"";
        self.diagnostics.report(&arg.value, known);
        level("INFO")
    }

    /// How much of the content may leave, which the request is told before it is given any.
    pub(super) fn capture(&mut self) -> Option<Setter> {
        let arg = self.args.get(Key::Capture)?;
        let word = literal(&arg.value).map(LitStr::value).unwrap_or_default();
        if CAPTURES.contains(&word.as_str()) {
            return Some(Setter::argument(arg));
        }
        let known = "`capture` is one of \"off\", \"redacted\", \"full\"";
        self.diagnostics.report(&arg.value, known);
        None
    }

    pub(super) fn krate(&mut self) -> TokenStream {
        match self.args.get(Key::Crate).map(|arg| peel(&arg.value)) {
            None => quote!(::llm_trace),
            Some(Expr::Path(path)) => path.to_token_stream(),
            Some(other) => {
                self.diagnostics.report(other, "`crate` is a path, as in `crate = ::my_llm_trace`");
                TokenStream::new()
            }
        }
    }

    pub(super) fn reading(&mut self, key: Key) -> Reading {
        if let Some(arg) = self.args.get(key).filter(|arg| matches!(peel(&arg.value), Expr::Lit(_)))
        {
            let (word, example) = match key {
                Key::ErrorType => (&arg.ident, "|error| \"timeout\""),
                _ => (&arg.ident, "|answer| &answer.body"),
            };
            let message = format!("`{word}` is a closure, as in `{word} = {example}`");
            self.diagnostics.report(&arg.value, message);
        }
        match self.args.get(key).map(|arg| peel(&arg.value)) {
            None => Reading::Auto,
            Some(Expr::Path(path)) if key == Key::Response && path.path.is_ident("none") => {
                Reading::None
            }
            Some(closure) => Reading::Closure(closure.clone()),
        }
    }
}

/// The expression itself, where a macro of the user passed it on as a group.
pub(super) fn peel(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => peel(&group.expr),
        other => other,
    }
}

pub(super) fn literal(value: &Expr) -> Option<&LitStr> {
    match peel(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => Some(literal),
        _ => None,
    }
}

/// A path whose last word is in capitals, as constants are.
fn constant(value: &Expr) -> Option<&ExprPath> {
    let Expr::Path(path) = peel(value) else { return None };
    let last = path.path.segments.last()?.ident.to_string();
    let capitals = last.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    (capitals && last.contains(|c: char| c.is_ascii_uppercase())).then_some(path)
}
