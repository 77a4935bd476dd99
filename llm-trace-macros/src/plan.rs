//! What will happen: the arguments and the function become a [`SpanPlan`]. All rules and all
//! defaults are here.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Error, Expr, ExprLit, ExprPath, Ident, Lit, LitStr};

use crate::args::{Arg, Args};
use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::field;
use crate::name;
use crate::server;
use crate::shape::Function;
use crate::words::{Key, LEVELS, OTHER_PROVIDER_NAMES, Operation, PROVIDERS};

/// Everything that an expansion prints.
pub(crate) struct SpanPlan {
    pub(crate) krate: TokenStream,
    pub(crate) operation: Operation,
    /// Whether the span's kind is CLIENT.
    pub(crate) client: bool,
    pub(crate) name: Name,
    /// What is known at compile time; the rest is set by `identify`.
    pub(crate) provider: Option<Provider>,
    pub(crate) model: Option<Text>,
    pub(crate) target: Option<Text>,
    pub(crate) server: Option<server::Server>,
    pub(crate) level: Ident,
    /// What the span is created with.
    pub(crate) identify: Vec<Setter>,
    /// What the span gets if it is recorded.
    pub(crate) describe: Vec<Setter>,
    pub(crate) response: Reading,
    pub(crate) error_type: Reading,
}

/// The span name.
pub(crate) enum Name {
    /// As it was given.
    Given(Text),
    /// The operation, followed by this.
    Joined(Text),
    /// The operation, followed by a model that is known at run time only.
    RunTime,
}

/// A text that is known at compile time.
#[derive(Clone)]
pub(crate) enum Text {
    Literal(LitStr),
    Constant(ExprPath),
}

pub(crate) enum Provider {
    /// A constant of `llm_trace::Provider`.
    WellKnown(Ident),
    Custom(LitStr),
}

/// One call of a method of `llm_trace`'s request.
pub(crate) enum Setter {
    /// The method of the argument's name.
    Argument {
        method: Ident,
        value: Expr,
    },
    Field {
        key: LitStr,
        value: Expr,
    },
    /// The prompt, from a parameter that may be of any type.
    Parameter {
        conditions: TokenStream,
        parameter: Ident,
    },
}

/// How a part of the return value is read.
pub(crate) enum Reading {
    Auto,
    None,
    Closure(Expr),
}

impl SpanPlan {
    /// Plans a span; whatever is wrong is reported, and then there may be no plan.
    pub(crate) fn new(
        args: &Args,
        function: &Function,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let mut planner = Planner { args, function, diagnostics };
        if args.is_empty() {
            planner.missing(
                "arguments are missing, as in `model = \"gpt-4o\", provider = \"openai\"`",
            );
            return None;
        }
        let operation = planner.operation();
        if let Some(operation) = operation {
            planner.required(operation);
            planner.meaningless(operation);
        }
        let given = planner.text(Key::Name);
        let model = planner.model();
        let target = TARGETS.iter().find_map(|(key, _)| planner.text(*key));
        let krate = planner.krate();
        let provider = planner.provider();
        let server = planner.server();
        let level = planner.level();
        let response = planner.reading(Key::Response);
        let error_type = planner.reading(Key::ErrorType);
        let (identify, mut describe) = planner.setters(&[
            (Key::Model, model.is_some()),
            (Key::Provider, provider.is_some()),
            (Key::Server, server.is_some()),
        ]);
        describe.extend(field::setters(&args.fields, planner.diagnostics));
        let operation = operation?;
        let name = match (given, target.as_ref().or(model.as_ref())) {
            (Some(given), _) => Name::Given(given),
            (None, Some(target)) => Name::Joined(target.clone()),
            (None, None) => Name::RunTime,
        };
        let client = match operation {
            Operation::InvokeAgent => args.has(Key::Provider),
            Operation::ExecuteTool | Operation::InvokeWorkflow => false,
            _ => true,
        };
        Some(Self {
            krate,
            operation,
            client,
            name,
            provider,
            model,
            target,
            server,
            level,
            identify,
            describe,
            response,
            error_type,
        })
    }
}

/// The arguments that say which operation it is, and name what runs.
const TARGETS: &[(Key, Operation)] = &[
    (Key::Agent, Operation::InvokeAgent),
    (Key::Retrieval, Operation::Retrieval),
    (Key::Tool, Operation::ExecuteTool),
    (Key::Workflow, Operation::InvokeWorkflow),
];

struct Planner<'a> {
    args: &'a Args,
    function: &'a Function,
    diagnostics: &'a mut Diagnostics,
}

impl Planner<'_> {
    /// The operation, unless it is misspelt or there are two.
    fn operation(&mut self) -> Option<Operation> {
        let mut targets = self.args.written.iter().filter_map(|arg| {
            TARGETS.iter().find(|(key, _)| *key == arg.key).map(|(_, operation)| (arg, *operation))
        });
        let target = targets.next();
        if let (Some((first, _)), Some((second, _))) = (&target, targets.next()) {
            let message = format!(
                "`{}` and `{}` are two operations; a function is one of them",
                first.ident, second.ident
            );
            self.diagnostics.report(&second.ident, message);
            return None;
        }
        let Some(written) = self.args.get(Key::Operation) else {
            let meant = TARGETS.iter().find(|(key, _)| self.args.has(*key));
            let otherwise = meant.map_or(Operation::Chat, |(_, operation)| *operation);
            return Some(target.map_or(otherwise, |(_, operation)| operation));
        };
        let Some(literal) = literal(&written.value) else {
            self.diagnostics
                .report(&written.value, "`operation` is a literal, as in `\"embeddings\"`");
            return None;
        };
        let word = literal.value();
        let Some(operation) = Operation::from_name(&word) else {
            let hint =
                did_you_mean(&word, Operation::names(), &format!("; known are {KNOWN_OPERATIONS}"));
            self.diagnostics.report(literal, format!("unknown operation `{word}`{hint}"));
            return None;
        };
        if let Some((target, _)) = target.filter(|(target, _)| target.key != operation.named_by()) {
            let message =
                format!("`{}` is another operation than `{word}`; give one of them", target.ident);
            self.diagnostics.report(&target.ident, message);
            return None;
        }
        Some(operation)
    }

    /// Says what an operation cannot do without.
    fn required(&mut self, operation: Operation) {
        let key = operation.named_by();
        let needs_provider = key == Key::Model && !self.args.has(Key::Provider);
        let needs_name = !self.args.has(key);
        if needs_name && needs_provider && !self.args.has(Key::Operation) {
            self.missing("`model` and `provider` are missing, or one of `agent`, `tool`, `workflow`, `retrieval`");
            return;
        }
        if needs_name {
            let (key, example) = (key.name(), operation.example());
            self.missing(&format!("missing argument `{key}`, as in `{key} = \"{example}\"`"));
        }
        if needs_provider {
            self.missing("missing argument `provider`, as in `provider = \"openai\"`");
        }
    }

    fn meaningless(&mut self, operation: Operation) {
        for arg in &self.args.written {
            let Some(only) = arg.key.only_for().filter(|only| *only != operation) else { continue };
            let message = format!(
                "`{}` means something for `{}` only, and this is `{}`",
                arg.ident,
                only.name(),
                operation.name()
            );
            self.diagnostics.report(&arg.ident, message);
        }
    }

    fn missing(&mut self, message: &str) {
        self.diagnostics.add(Error::new(Span::call_site(), message));
    }

    /// A name that has to be known at compile time.
    fn text(&mut self, key: Key) -> Option<Text> {
        let arg = self.args.get(key)?;
        if let Some(literal) = literal(&arg.value) {
            return self.stable(key, literal);
        }
        if let Some(path) = constant(&arg.value) {
            let first = &path.path.segments.first()?.ident;
            if path.qself.is_some() || self.function.is_generic(first) {
                let message = format!(
                    "`{key}` cannot depend on `{first}`; name the type, as in `Planner::NAME`",
                    key = arg.ident
                );
                self.diagnostics.report(path, message);
                return None;
            }
            return Some(Text::Constant(path.clone()));
        }
        let instead = match key {
            Key::Agent => "`agent_name = …`",
            _ => "`fields(…)`",
        };
        let message = format!(
            "`{}` has to be a literal or a constant; what changes goes in {instead}",
            arg.ident
        );
        self.diagnostics.report(&arg.value, message);
        None
    }

    fn model(&mut self) -> Option<Text> {
        let arg = self.args.get(Key::Model)?;
        if let Some(literal) = literal(&arg.value) {
            return self.stable(Key::Model, literal);
        }
        let path = constant(&arg.value)?;
        let first = &path.path.segments.first()?.ident;
        let run_time = path.qself.is_some() || self.function.is_generic(first);
        (!run_time).then(|| Text::Constant(path.clone()))
    }

    fn stable(&mut self, key: Key, literal: &LitStr) -> Option<Text> {
        match name::fault(key, &literal.value()) {
            Some(fault) => self.diagnostics.report(literal, fault),
            None => return Some(Text::Literal(literal.clone())),
        }
        None
    }

    fn provider(&mut self) -> Option<Provider> {
        let arg = self.args.get(Key::Provider)?;
        if let Some(literal) = literal(&arg.value) {
            return self.well_known(literal);
        }
        let Expr::Call(call) = peel(&arg.value) else { return None };
        if !matches!(&*call.func, Expr::Path(path) if path.path.is_ident("custom")) {
            return None;
        }
        match call.args.first().and_then(literal) {
            Some(name) if call.args.len() == 1 && !name.value().trim().is_empty() => {
                return Some(Provider::Custom(name.clone()));
            }
            _ => {
                let message = "`custom` takes a literal, as in `custom(\"acme\")`; else write the expression alone";
                self.diagnostics.report(call, message);
            }
        }
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
                did_you_mean(&name, PROVIDERS.iter().map(|(known, _)| *known), &custom)
            }
        };
        self.diagnostics.report(literal, format!("unknown provider `{name}`{hint}"));
        None
    }

    fn server(&mut self) -> Option<server::Server> {
        let literal = literal(&self.args.get(Key::Server)?.value)?;
        match server::parse(&literal.value()) {
            Ok(server) => return Some(server),
            Err(message) => self.diagnostics.report(literal, message),
        }
        None
    }

    fn level(&mut self) -> Ident {
        let default = || Ident::new("INFO", Span::call_site());
        let Some(arg) = self.args.get(Key::Level) else { return default() };
        let (word, span) = match peel(&arg.value) {
            Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => (literal.value(), literal.span()),
            Expr::Path(path) => match path.path.segments.last() {
                Some(last) => (last.ident.to_string(), last.ident.span()),
                None => return default(),
            },
            _ => (String::new(), Span::call_site()),
        };
        if LEVELS.contains(&word.to_ascii_lowercase().as_str()) {
            return Ident::new(&word.to_ascii_uppercase(), span);
        }
        let known = "`level` is one of \"trace\", \"debug\", \"info\", \"warn\", \"error\"";
        self.diagnostics.report(&arg.value, known);
        default()
    }

    fn krate(&mut self) -> TokenStream {
        match self.args.get(Key::Crate).map(|arg| peel(&arg.value)) {
            None => quote!(::llm_trace),
            Some(Expr::Path(path)) => path.to_token_stream(),
            Some(other) => {
                self.diagnostics.report(other, "`crate` is a path, as in `crate = ::my_llm_trace`");
                TokenStream::new()
            }
        }
    }

    fn reading(&mut self, key: Key) -> Reading {
        match self.args.get(key).map(|arg| peel(&arg.value)) {
            None => Reading::Auto,
            Some(Expr::Path(path)) if key == Key::Response && path.path.is_ident("none") => {
                Reading::None
            }
            Some(closure) => Reading::Closure(closure.clone()),
        }
    }

    /// What is set at run time, before and after the span is created; `constant` says what is not.
    fn setters(&mut self, constant: &[(Key, bool)]) -> (Vec<Setter>, Vec<Setter>) {
        let (mut identify, mut describe) = (Vec::new(), Vec::new());
        if !self.args.has(Key::Prompt)
            && let Some((parameter, conditions)) = self.function.parameter("prompt")
        {
            let (parameter, conditions) = (parameter.clone(), quote!(#(#conditions)*));
            describe.push(Setter::Parameter { conditions, parameter });
        }
        for Arg { key, ident, value } in &self.args.written {
            let setters = match key {
                _ if constant.contains(&(*key, true)) || key.is_setting() => continue,
                _ if key.identifies() => &mut identify,
                _ => &mut describe,
            };
            let method = format_ident!("{}", key.name(), span = ident.span());
            setters.push(Setter::Argument { method, value: value.clone() });
        }
        (identify, describe)
    }
}

const KNOWN_OPERATIONS: &str = "`chat`, `embeddings`, `generate_content`, `text_completion`";

/// The expression itself, where a macro of the user passed it on as a group.
fn peel(value: &Expr) -> &Expr {
    match value {
        Expr::Group(group) => peel(&group.expr),
        other => other,
    }
}

fn literal(value: &Expr) -> Option<&LitStr> {
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
