//! What will happen: the arguments and the function become a [`SpanPlan`]. All rules and all
//! defaults are here.

mod field;
mod name;
mod operation;
mod registry;
mod server;
mod stable;
mod value;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, ExprPath, Ident, LitStr};

use crate::args::{Arg, Args};
use crate::diagnostics::Diagnostics;
use crate::plan::operation::TARGETS;
use crate::plan::server::Server;
use crate::shape::Function;
use crate::words::{Key, Operation};

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
    pub(crate) server: Option<Server>,
    pub(crate) level: Ident,
    /// What becomes an attribute, for the catalog.
    pub(crate) keys: Vec<String>,
    /// The request, where the span is created with the model in it.
    pub(crate) request: Option<Expr>,
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
    Provider(Expr),
    /// The method of the argument's name.
    Argument {
        method: Ident,
        value: Expr,
    },
    Field {
        key: LitStr,
        value: Expr,
    },
    /// A part of the plan's request.
    Request(&'static str),
    /// The prompt, from a parameter that may be of any type.
    Parameter {
        conditions: TokenStream,
        parameter: Ident,
    },
    /// That the answer comes in chunks.
    Stream,
}

impl Setter {
    fn argument(Arg { key, ident, value }: &Arg) -> Self {
        let value = value.clone();
        if *key == Key::Provider {
            return Self::Provider(value);
        }
        let method = format_ident!("{}", key.name(), span = ident.span());
        Self::Argument { method, value }
    }
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
            // A lone word that nobody understood was reported already.
            if planner.diagnostics.is_empty() {
                let example = "`model = \"gpt-4o\", provider = \"openai\"`";
                planner.missing(&format!("arguments are missing, as in {example}"));
            }
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
        planner.contexts();
        let response = planner.reading(Key::Response);
        let error_type = planner.reading(Key::ErrorType);
        let (mut identify, mut describe) = planner.setters(|key| match key {
            Key::Model => model.is_none(),
            Key::Provider => provider.is_none(),
            Key::Server => server.is_none(),
            _ => !key.is_setting(),
        });
        if function.streamed.is_some() {
            // First, so that a request that says it too does not say it twice.
            describe.insert(0, Setter::Stream);
        }
        if let Some(capture) = planner.capture() {
            describe.insert(0, capture);
        }
        describe.extend(field::setters(&args.fields, planner.diagnostics));
        let keys = planner.keys();
        let request = args.get(Key::Request).filter(|_| !args.has(Key::Model));
        if let Some(arg) = args.get(Key::Request) {
            // Last, for what has an argument of its own is not taken from the request.
            describe.push(match request {
                Some(_) => Setter::Request("request"),
                None => Setter::argument(arg),
            });
        }
        identify.extend(request.map(|_| Setter::Request("request_model")));
        describe.extend(planner.prompt_parameter());
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
            keys,
            request: request.map(|arg| arg.value.clone()),
            identify,
            describe,
            response,
            error_type,
        })
    }
}

struct Planner<'a> {
    args: &'a Args,
    function: &'a Function,
    diagnostics: &'a mut Diagnostics,
}

impl Planner<'_> {
    /// What becomes an attribute, as it is written; what names the span is there already.
    fn keys(&self) -> Vec<String> {
        let written = self.args.written.iter().map(|arg| arg.key);
        let arguments = written.filter(|key| {
            !key.is_setting() && !key.is_context() && !matches!(key, Key::Model | Key::Provider)
        });
        let arguments = arguments.map(|key| key.name().to_owned());
        arguments.chain(self.args.fields.iter().map(|field| field.key.value())).collect()
    }

    /// What is set at run time: what the span is created with, and what it gets if it is recorded.
    fn setters(&self, at_run_time: impl Fn(Key) -> bool) -> (Vec<Setter>, Vec<Setter>) {
        let (mut identify, mut describe) = (Vec::new(), Vec::new());
        for arg in self.args.written.iter().filter(|arg| at_run_time(arg.key)) {
            let setter = Setter::argument(arg);
            if arg.key.identifies() { identify.push(setter) } else { describe.push(setter) }
        }
        (identify, describe)
    }

    /// The prompt, where it is no argument and the request has none.
    fn prompt_parameter(&self) -> Option<Setter> {
        let (parameter, conditions) =
            self.function.parameter("prompt").filter(|_| !self.args.has(Key::Prompt))?;
        let (parameter, conditions) = (parameter.clone(), quote!(#(#conditions)*));
        Some(Setter::Parameter { conditions, parameter })
    }
}
