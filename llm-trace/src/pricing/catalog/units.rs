//! Knows the items by the names that the price data has for them, and for what they are a part of.

use crate::pricing::rates::Item;

/// The data's name of an item, after the names of all it is a part of.
pub(super) enum Units {
    Input(&'static [&'static str]),
    Output(&'static [&'static str]),
    /// It is no token, and not a part of any.
    Each(&'static str),
}

const INPUT: &str = "input_tokens";
const READ: &str = "cache_read_tokens";
const WRITE: &str = "cache_write_tokens";
const AUDIO: &str = "input_audio_tokens";
const IMAGE: &str = "input_image_tokens";
const OUTPUT: &str = "output_tokens";

pub(super) fn of(item: Item) -> Units {
    match item {
        Item::Input => Units::Input(&[INPUT]),
        Item::CacheRead => Units::Input(&[INPUT, READ]),
        Item::CacheReadAudio => Units::Input(&[INPUT, READ, AUDIO, "cache_audio_read_tokens"]),
        Item::CacheReadImage => Units::Input(&[INPUT, READ, IMAGE, "cache_image_read_tokens"]),
        Item::CacheWrite => Units::Input(&[INPUT, WRITE]),
        Item::CacheWriteOneHour => Units::Input(&[INPUT, WRITE, "cache_write_1h_tokens"]),
        Item::InputAudio => Units::Input(&[INPUT, AUDIO]),
        Item::InputImage => Units::Input(&[INPUT, IMAGE]),
        Item::Output => Units::Output(&[OUTPUT]),
        Item::OutputAudio => Units::Output(&[OUTPUT, "output_audio_tokens"]),
        Item::OutputImage => Units::Output(&[OUTPUT, "output_image_tokens"]),
        Item::Reasoning => Units::Output(&[OUTPUT, "output_reasoning_tokens"]),
        Item::WebSearch => Units::Each("web_searches"),
        Item::Request => Units::Each("requests"),
    }
}
