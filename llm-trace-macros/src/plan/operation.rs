//! Which operation the arguments say, and what that operation needs.

use proc_macro2::Span;
use syn::Error;

use crate::diagnostics::did_you_mean;
use crate::plan::Planner;
use crate::plan::value::literal;
use crate::words::{Key, Operation};

/// The arguments that say which operation it is, and name what runs.
pub(super) const TARGETS: &[(Key, Operation)] = &[
    (Key::Agent, Operation::InvokeAgent),
    (Key::Retrieval, Operation::Retrieval),
    (Key::Tool, Operation::ExecuteTool),
    (Key::Workflow, Operation::InvokeWorkflow),
];

const KNOWN_OPERATIONS: &str = "`chat`, `embeddings`, `generate_content`, `text_completion`";

impl Planner<'_> {
    /// The operation, unless it is misspelt or there are two.
    pub(super) fn operation(&mut self) -> Option<Operation> {
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
            if self.args.has(Key::Operation) {
                return None;
            }
            let meant = TARGETS.iter().find(|(key, _)| self.args.has(*key));
            return Some(meant.map_or(Operation::Chat, |(_, operation)| *operation));
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
    pub(super) fn required(&mut self, operation: Operation) {
        let key = operation.named_by();
        let needs_provider = key == Key::Model && !self.args.has(Key::Provider);
        let named_by_request = key == Key::Model && self.args.has(Key::Request);
        let needs_name = !self.args.has(key) && !named_by_request;
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

    pub(super) fn meaningless(&mut self, operation: Operation) {
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

    pub(super) fn missing(&mut self, message: &str) {
        self.diagnostics.add(Error::new(Span::call_site(), message));
    }
}
