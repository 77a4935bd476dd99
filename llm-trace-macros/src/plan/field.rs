//! Which keys may stand in `fields(…)`: those of the user, none that has an argument or a reading.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::args::Field;
use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::plan::Setter;
use crate::plan::registry::ATTRIBUTES;
use crate::plan::value::peel;

/// What the registry says of an attribute.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    pub(super) standing: Standing,
}

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Any,
    Bool,
    Double,
    Int,
    String,
    Strings,
    /// Of the attributes whose keys start with this one and a dot.
    Template,
}

/// Whether an attribute may be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Standing {
    /// It carries what people or models wrote.
    Content,
    Current,
    /// Not any more; its successor, where it has one.
    Deprecated(Option<&'static str>),
}

/// Attributes that this library sets, and what says their value instead.
const OURS: &[(&str, &str)] = &[
    ("error.type", "write `error_type = |error| …`"),
    ("gen_ai.agent.name", "write `agent = …` or `agent_name = …`"),
    ("gen_ai.conversation.id", "write `conversation = …`"),
    ("gen_ai.data_source.id", "write `retrieval = …`"),
    ("gen_ai.embeddings.dimension.count", "write `dimensions = …`"),
    ("gen_ai.operation.name", "write `operation = …`"),
    ("gen_ai.output.type", "write `output_type = …`"),
    ("gen_ai.prompt.name", "write `prompt_name = …`"),
    ("gen_ai.prompt.version", "write `prompt_version = …`"),
    ("gen_ai.provider.name", "write `provider = …`"),
    ("gen_ai.request.choice.count", "write `choice_count = …`"),
    ("gen_ai.request.encoding_formats", "write `encoding_formats = …`"),
    ("gen_ai.request.frequency_penalty", "write `frequency_penalty = …`"),
    ("gen_ai.request.max_tokens", "write `max_tokens = …`"),
    ("gen_ai.request.model", "write `model = …`"),
    ("gen_ai.request.presence_penalty", "write `presence_penalty = …`"),
    ("gen_ai.request.reasoning.level", "write `reasoning_level = …`"),
    ("gen_ai.request.seed", "write `seed = …`"),
    ("gen_ai.request.stop_sequences", "write `stop_sequences = …`"),
    ("gen_ai.request.stream", "it is set for a function that returns a stream"),
    ("gen_ai.request.temperature", "write `temperature = …`"),
    ("gen_ai.request.top_k", "write `top_k = …`"),
    ("gen_ai.request.top_p", "write `top_p = …`"),
    ("gen_ai.retrieval.top_k", "write `top_k = …`"),
    ("gen_ai.tool.call.id", "write `tool_call_id = …`"),
    ("gen_ai.tool.name", "write `tool = …`"),
    ("gen_ai.tool.type", "write `tool_type = …`"),
    ("gen_ai.workflow.name", "write `workflow = …`"),
    ("llm_trace.attempt", "write `attempt = …`"),
    ("server.address", "write `server = \"host:port\"`"),
    ("server.port", "write `server = \"host:port\"`"),
    ("user.id", "write `user = …`"),
];

/// Prefixes of which every attribute is set by this library.
const OUR_PREFIXES: &[(&str, &str)] = &[
    ("gen_ai.response.", "write `response = |answer| …`"),
    ("gen_ai.usage.", "write `response = |answer| …`"),
    ("llm_trace.", "use a key of your own"),
    ("otel.", "name, kind and status follow from the call"),
];

/// Plans the fields; a key that is ours or given twice is reported.
pub(super) fn setters(fields: &[Field], diagnostics: &mut Diagnostics) -> Vec<Setter> {
    for (index, Field { key, value }) in fields.iter().enumerate() {
        let name = key.value();
        if fields[..index].iter().any(|before| before.key.value() == name) {
            diagnostics.report(key, format!("`{name}` is given twice"));
        } else if let Some(fault) = fault(&name, value) {
            diagnostics.report(key, fault);
        }
    }
    fields
        .iter()
        .map(|Field { key, value }| Setter::Field { key: key.clone(), value: value.clone() })
        .collect()
}

fn fault(key: &str, value: &Expr) -> Option<String> {
    if key.trim().is_empty() {
        return Some("a key is empty; write one, as in `\"app.tenant\"`".to_owned());
    }
    let known = Known::find(key);
    match known.map(|known| known.standing) {
        Some(Standing::Content) => {
            return Some(format!("`{key}` is content, which is kept out of attributes"));
        }
        Some(Standing::Deprecated(successor)) => return Some(deprecated(key, successor)),
        Some(Standing::Current) | None => {}
    }
    if let Some(instead) = instead(key) {
        return Some(format!("`{key}` is not a field; {instead}"));
    }
    match known {
        Some(known) => known.type_fault(value),
        None if key.starts_with("gen_ai.") => {
            let current = ATTRIBUTES.iter().filter(|known| known.standing == Standing::Current);
            let otherwise = "; an attribute of your own has another prefix, as in `app.`";
            let hint = did_you_mean(key, current.map(|known| known.key), otherwise);
            Some(format!("`{key}` is not in the conventions{hint}"))
        }
        None => None,
    }
}

fn deprecated(key: &str, successor: Option<&str>) -> String {
    let Some(successor) = successor else {
        return format!("`{key}` is deprecated, and nothing came after it");
    };
    match instead(successor) {
        Some(instead) => format!("`{key}` is deprecated; for `{successor}`, {instead}"),
        None => format!("`{key}` is deprecated; its successor is `{successor}`"),
    }
}

/// What says the value of an attribute that this library sets.
fn instead(key: &str) -> Option<&'static str> {
    let ours = OURS.iter().find(|(ours, _)| *ours == key);
    let prefixed = || OUR_PREFIXES.iter().find(|(prefix, _)| key.starts_with(prefix));
    ours.or_else(prefixed).map(|(_, instead)| *instead)
}

impl Known {
    fn find(key: &str) -> Option<&'static Self> {
        ATTRIBUTES.iter().find(|known| match known.kind {
            Kind::Template => key.strip_prefix(known.key).is_some_and(|rest| rest.starts_with('.')),
            _ => known.key == key,
        })
    }

    /// What is wrong with a literal; what else a value is, is known at run time only.
    fn type_fault(&self, value: &Expr) -> Option<String> {
        let value = match peel(value) {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => expr,
            other => other,
        };
        let is = match value {
            Expr::Array(_) => Kind::Strings,
            Expr::Lit(ExprLit { lit, .. }) => match lit {
                Lit::Bool(_) => Kind::Bool,
                Lit::Float(_) => Kind::Double,
                Lit::Int(number) if number.suffix().starts_with('f') => Kind::Double,
                Lit::Int(_) => Kind::Int,
                Lit::Str(_) => Kind::String,
                _ => return None,
            },
            _ => return None,
        };
        let (what, example) = match self.kind {
            Kind::Bool => ("a boolean", "true"),
            Kind::Double => ("a double", "0.5"),
            Kind::Int => ("an int", "1"),
            Kind::String | Kind::Template => ("a string", "\"…\""),
            Kind::Strings => ("a list of strings", "[\"…\"]"),
            Kind::Any => return None,
        };
        let key = self.key;
        (is != self.kind).then(|| format!("`{key}` takes {what}, as in `\"{key}\" = {example}`"))
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn keys_of_ours_are_refused_and_others_pass() {
        for (key, expected) in [
            ("", "a key is empty"),
            ("error.type", "`error.type` is not a field; write `error_type = |error| …`"),
            ("gen_ai.prompt", "`gen_ai.prompt` is content"),
            ("gen_ai.prompt.variable.city", "`gen_ai.prompt.variable.city` is content"),
            ("gen_ai.request.model", "`gen_ai.request.model` is not a field; write `model = …`"),
            (
                "gen_ai.system",
                "`gen_ai.system` is deprecated; for `gen_ai.provider.name`, write `provider = …`",
            ),
            (
                "gen_ai.usage.prompt_tokens",
                "`gen_ai.usage.prompt_tokens` is deprecated; for `gen_ai.usage.input_tokens`, write",
            ),
            ("gen_ai.agent.idd", "`gen_ai.agent.idd` is not in the conventions; did you mean"),
            (
                "gen_ai.tenant",
                "`gen_ai.tenant` is not in the conventions; an attribute of your own",
            ),
            ("gen_ai.usage.x", "`gen_ai.usage.x` is not a field"),
            ("otel.kind", "`otel.kind` is not a field"),
        ] {
            let fault = fault(key, &parse_quote!(value)).unwrap_or_default();
            assert!(fault.starts_with(expected), "{key}: {fault}");
            assert!(fault.chars().count() <= 125, "{fault}");
        }
        for key in ["app.tenant", "gen_ai.agent.id", "http.route", "tenant"] {
            assert_eq!(fault(key, &parse_quote!(value)), None, "{key}");
        }
    }

    #[test]
    fn a_literal_of_another_type_is_refused() {
        let (is, double) = ("gen_ai.agent.id", "gen_ai.evaluation.score.value");
        let (int, boolean) = ("gen_ai.memory.record.count", "gen_ai.conversation.compacted");
        let cases: [(&str, Expr, Option<&str>); 10] = [
            (is, parse_quote!("a"), None),
            (is, parse_quote!(self.id), None),
            (is, parse_quote!(7), Some("takes a string")),
            (double, parse_quote!(-0.5), None),
            (double, parse_quote!(1f64), None),
            (double, parse_quote!(1), Some("takes a double")),
            (int, parse_quote!(3), None),
            (
                int,
                parse_quote!("3"),
                Some("takes an int, as in `\"gen_ai.memory.record.count\" = 1`"),
            ),
            (boolean, parse_quote!("true"), Some("takes a boolean")),
            (boolean, parse_quote!(true), None),
        ];
        for (key, value, expected) in cases {
            let fault = fault(key, &value);
            let said = fault.as_deref().zip(expected).is_some_and(|(fault, it)| fault.contains(it));
            assert!(said || fault.is_none() && expected.is_none(), "{key}: {fault:?}");
        }
    }
}
