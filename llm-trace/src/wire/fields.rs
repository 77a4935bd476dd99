//! The fields of answers: which place a key leads to. To read another provider, start here.

use crate::wire::place::{Place, Whole};
use crate::wire::slot::Slot;
use crate::wire::tag::Sort;

/// Returns the place that `key` leads to inside an answer.
pub(super) fn field(at: Place, key: &str) -> Option<Place> {
    match at {
        // What a tool is called with may look like anything, even like an answer.
        Place::Wrapped(_) if matches!(key, "input" | "arguments" | "args") => None,
        Place::Wrapped(wrappers) => wrappers.checked_sub(1).map(Place::Wrapped),
        Place::Answer => in_answer(key),
        Place::Aside => in_aside(key),
        Place::Origin => in_origin(key),
        Place::Usage => in_usage(key),
        Place::Billed => Slot::of_bill(key).map(Place::Count),
        Place::InputDetails => in_input_details(key),
        Place::OutputDetails => Slot::of_output(key).map(Place::Count),
        Place::CacheDetails => Slot::of_cache(key).map(Place::Count),
        // Gemini in both spellings; Bedrock.
        Place::Counted(slot) => matches!(key, "tokenCount" | "token_count" | "inputTokens")
            .then_some(Place::Count(slot)),
        Place::ServerTools if key == "web_search" => Some(at),
        Place::ServerTools => Slot::of_tools(key).map(Place::Count),
        // Bedrock.
        Place::Tier => (key == "type").then_some(at),
        // What serde_json's `arbitrary_precision` makes of a number.
        Place::Count(_) | Place::Dollars | Place::Ticks if key.starts_with("$serde_json") => {
            Some(at)
        }
        // Perplexity; Rig.
        Place::Dollars => matches!(key, "total_cost" | "total").then_some(at),
        // genai.
        Place::Model => matches!(key, "model_name" | "Shared" | "Static").then_some(at),
        Place::Incomplete => (key == "reason").then_some(Place::IncompleteReason),
        Place::Choice(index) => in_choice(key, index),
        Place::Chunk(index) if key == "delta" => in_choice(key, index),
        Place::Chunk(index) => finish(key, index),
        Place::Delta => finish(key, 0).or_else(|| in_content(key)),
        // A reason of its own type, such as genai's, has the provider's word inside.
        Place::Finish(_) => Some(at),
        Place::Content => in_content(key),
        Place::Part => in_part(key),
        _ => None,
    }
}

/// Returns the place of the members of a list inside an answer.
pub(super) fn item(at: Place) -> Option<Place> {
    match at {
        Place::Choices => Some(Place::Choice(0)),
        Place::Content | Place::Delta => Some(Place::Part),
        // Where OpenAI has objects, Gemini has lists by modality.
        Place::InputDetails => Some(Place::Share(Whole::Input)),
        Place::OutputDetails => Some(Place::Share(Whole::Output)),
        Place::CacheDetails => Some(Place::Share(Whole::CacheRead)),
        Place::CacheWrites => Some(Place::Share(Whole::CacheWrite)),
        Place::Iterations => Some(Place::Iteration),
        _ => None,
    }
}

/// Returns the count that a member of a list is, by what the list divides and the member's sort.
pub(super) fn share(whole: Whole, sort: Option<Sort>) -> Option<Slot> {
    match (whole, sort?) {
        (Whole::Input, Sort::Audio) => Some(Slot::AudioInputTokens),
        (Whole::Input, Sort::Image) => Some(Slot::ImageInputTokens),
        (Whole::Output, Sort::Audio) => Some(Slot::AudioOutputTokens),
        (Whole::Output, Sort::Image) => Some(Slot::ImageOutputTokens),
        (Whole::CacheRead, Sort::Audio) => Some(Slot::CachedAudioTokens),
        (Whole::CacheRead, Sort::Image) => Some(Slot::CachedImageTokens),
        (Whole::CacheWrite, Sort::OneHour) => Some(Slot::OneHourCacheWriteTokens),
        _ => None,
    }
}

/// Returns whether a field makes an object an answer, whatever else it has.
pub(super) fn is_evidence(key: &str) -> bool {
    matches!(
        in_answer(key),
        Some(Place::Billed | Place::Choices | Place::Count(_) | Place::Finish(_) | Place::Usage)
    )
}

/// The fields of an answer, of all families at once: no two of them disagree on a name.
fn in_answer(key: &str) -> Option<Place> {
    Some(match key {
        "id" | "responseId" | "response_id" | "captured_response_id" => Place::Id,
        "model" | "modelVersion" | "model_version" | "provider_model_iden" => Place::Model,
        "origin" => Place::Origin,
        "usage" | "usageMetadata" | "usage_metadata" | "total_usage" | "aggregatedUsage"
        | "captured_usage" => Place::Usage,
        "billed_units" => Place::Billed,
        "meta" | "x_groq" => Place::Aside,
        "choices" | "candidates" => Place::Choices,
        "content" | "message" | "output" | "response" | "text" | "choice" => Place::Content,
        "delta" => Place::Delta,
        "status" => Place::Status,
        "incomplete_details" => Place::Incomplete,
        "service_tier" | "serviceTier" => Place::Tier,
        "tool_usage" => Place::ServerTools,
        _ => return finish(key, 0).or_else(|| Slot::named(key).map(Place::Count)),
    })
}

fn in_aside(key: &str) -> Option<Place> {
    match key {
        "usage" | "tokens" => Some(Place::Usage),
        "billed_units" => Some(Place::Billed),
        _ => None,
    }
}

fn in_origin(key: &str) -> Option<Place> {
    match key {
        "response_id" => Some(Place::Id),
        "response_model" => Some(Place::Model),
        _ => None,
    }
}

fn in_usage(key: &str) -> Option<Place> {
    Some(match key {
        // OpenAI; Mistral; OpenAI's responses; Anthropic; Gemini.
        "prompt_tokens_details"
        | "prompt_token_details"
        | "input_tokens_details"
        | "cache_creation"
        | "promptTokensDetails" => Place::InputDetails,
        "completion_tokens_details"
        | "output_tokens_details"
        | "candidatesTokensDetails"
        | "candidates_tokens_details" => Place::OutputDetails,
        // Gemini; Bedrock.
        "cacheTokensDetails" | "cache_tokens_details" => Place::CacheDetails,
        "cacheDetails" => Place::CacheWrites,
        "server_tool_use" => Place::ServerTools,
        "iterations" => Place::Iterations,
        // Anthropic; Gemini.
        "service_tier" | "serviceTier" => Place::Tier,
        "speed" => Place::Speed,
        // Perplexity.
        "search_context_size" => Place::SearchContext,
        "billed_units" => Place::Billed,
        // Cohere counts here what it does not bill.
        "tokens" => Place::Usage,
        "cost" => Place::Dollars,
        "cost_in_usd_ticks" => Place::Ticks,
        _ => return Slot::named(key).map(Place::Count),
    })
}

fn in_input_details(key: &str) -> Option<Place> {
    match key {
        "cached_tokens_details" => Some(Place::CacheDetails),
        // genai.
        "cache_creation_details" => Some(Place::InputDetails),
        _ => Slot::of_input(key).map(Place::Count),
    }
}

fn in_choice(key: &str, index: u8) -> Option<Place> {
    match key {
        "message" | "delta" | "content" | "text" => Some(Place::Content),
        _ => finish(key, index),
    }
}

fn in_content(key: &str) -> Option<Place> {
    match key {
        // The last one is an event of Bedrock.
        "message" | "delta" | "output" | "response" | "content" | "parts" | "contentBlockDelta" => {
            Some(Place::Content)
        }
        _ => in_part(key),
    }
}

fn in_part(key: &str) -> Option<Place> {
    // The variants are genai's.
    matches!(key, "text" | "Text" | "Chunk" | "refusal").then_some(Place::Content)
}

fn finish(key: &str, index: u8) -> Option<Place> {
    match key {
        "finish_reason"
        | "finishReason"
        | "stop_reason"
        | "stopReason"
        | "done_reason"
        | "captured_stop_reason" => Some(Place::Finish(index)),
        _ => None,
    }
}
