//! Knows providers and models by the names that the price data has for them.

/// Names of `gen_ai.provider.name` that the data does not know, or knows as something else. It
/// finds the others itself.
const NAMES: &[(&str, &str)] = &[
    ("aws.bedrock", "aws"),
    ("azure.ai.inference", "azure"),
    // The data's own `azure` has what only Azure serves; OpenAI's models cost there what they cost.
    ("azure.ai.openai", "openai"),
    ("fireworks_ai", "fireworks"),
    ("gcp.gemini", "google"),
    ("gcp.gen_ai", "google"),
    ("gcp.vertex_ai", "google"),
    ("mistral_ai", "mistral"),
    ("moonshot_ai", "moonshotai"),
    ("together_ai", "together"),
    ("x_ai", "x-ai"),
    ("xai", "x-ai"),
];

/// The name of a provider that is not known.
const OTHER: &str = "_OTHER";

/// What stands before the model in the name of a resource.
const RESOURCES: &[&str] = &["models/", ":foundation-model/", ":inference-profile/"];

/// Returns the data's name of a provider. `None` is a provider that is not known: the model may
/// still tell.
pub(super) fn in_data(provider: Option<&str>) -> Option<&str> {
    let provider = provider.filter(|provider| *provider != OTHER && !provider.is_empty())?;
    Some(known(provider).unwrap_or(provider))
}

/// Returns the names under which the data may have a model, best first.
pub(super) fn candidates<'a>(
    provider: Option<&'a str>,
    model: &'a str,
) -> impl Iterator<Item = (Option<&'a str>, &'a str)> {
    let resource = RESOURCES.iter().find_map(|resource| {
        let at = model.rfind(resource)? + resource.len();
        Some((provider, &model[at..]))
    });
    let prefixed = model.split_once('/').and_then(|(prefix, model)| {
        let prefix = known(prefix).unwrap_or(prefix);
        let is_provider = provider.is_none_or(|provider| provider == prefix);
        is_provider.then_some((Some(prefix), model))
    });
    [Some((provider, model)), resource, prefixed].into_iter().flatten()
}

fn known(provider: &str) -> Option<&'static str> {
    NAMES.iter().find(|(name, _)| *name == provider).map(|(_, in_data)| *in_data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Provider;

    #[test]
    fn every_well_known_provider_has_its_name_in_the_data() {
        let names: Vec<_> = Provider::ALL
            .iter()
            .map(|provider| (provider.as_str(), in_data(Some(provider.as_str())).unwrap()))
            .collect();

        assert_eq!(
            names,
            [
                ("anthropic", "anthropic"),
                ("aws.bedrock", "aws"),
                ("azure.ai.inference", "azure"),
                ("azure.ai.openai", "openai"),
                ("cohere", "cohere"),
                ("deepseek", "deepseek"),
                ("gcp.gemini", "google"),
                ("gcp.gen_ai", "google"),
                ("gcp.vertex_ai", "google"),
                ("groq", "groq"),
                ("ibm.watsonx.ai", "ibm.watsonx.ai"),
                ("mistral_ai", "mistral"),
                ("moonshot_ai", "moonshotai"),
                ("openai", "openai"),
                ("perplexity", "perplexity"),
                ("x_ai", "x-ai"),
            ]
        );
        assert_eq!(in_data(Some("_OTHER")), None);
    }

    #[test]
    fn a_prefix_is_taken_off_only_where_it_says_nothing_new() {
        for (provider, model, expected) in [
            (Some("google"), "models/gemini-2.5-flash", Some((Some("google"), "gemini-2.5-flash"))),
            (
                Some("google"),
                "projects/p/locations/l/publishers/google/models/gemini-2.5-pro",
                Some((Some("google"), "gemini-2.5-pro")),
            ),
            (
                Some("aws"),
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
                Some((Some("aws"), "amazon.nova-pro-v1:0")),
            ),
            (Some("aws"), "arn:aws:bedrock:eu-west-1:1:application-inference-profile/x", None),
            (Some("openai"), "openai/gpt-4o", Some((Some("openai"), "gpt-4o"))),
            (None, "x_ai/grok-4", Some((Some("x-ai"), "grok-4"))),
            (Some("groq"), "openai/gpt-oss-120b", None),
            (Some("openai"), "gpt-4o", None),
        ] {
            let mut candidates = candidates(provider, model);

            assert_eq!(candidates.next(), Some((provider, model)));
            assert_eq!(candidates.next(), expected, "{model}");
        }
    }
}
