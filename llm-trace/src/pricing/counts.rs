//! Owns [`Counts`]: a call's usage, divided into what is billed, so that nothing is billed twice.

use crate::cost::CostStatus;
use crate::pricing::rates::Item;
use crate::usage::{Detail, Usage};

/// How much of each item a call used. Only input and output may be unknown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counts([Option<u64>; Item::NUMBER]);

impl Counts {
    /// Divides the usage.
    ///
    /// Where a part is more than the whole, the provider's convention was misread, and any cost
    /// would be wrong: there is none.
    pub(super) fn of(usage: &Usage) -> Result<Self, CostStatus> {
        let usage = &usage.billed();
        if usage.input().is_none() && usage.output().is_none() {
            return Err(CostStatus::NoUsage);
        }
        let detail = |detail| usage.detail(detail).unwrap_or(0);
        let read = usage.cache_read().unwrap_or(0);
        let write = usage.cache_write().unwrap_or(0);
        let one_hour = detail(Detail::CacheWriteOneHour);
        let input_audio = detail(Detail::InputAudio);
        let input_image = detail(Detail::InputImage);
        let read_audio = detail(Detail::CacheReadAudio);
        let read_image = detail(Detail::CacheReadImage);
        let output_audio = detail(Detail::OutputAudio);
        let output_image = detail(Detail::OutputImage);
        let reasoning = usage.reasoning().unwrap_or(0);

        let audio = rest(input_audio, &[read_audio])?;
        let image = rest(input_image, &[read_image])?;
        let input = match usage.input() {
            Some(input) => Some(rest(input, &[read, write, audio, image])?),
            None => None,
        };
        let output = match usage.output() {
            Some(output) => Some(rest(output, &[output_audio, output_image, reasoning])?),
            None => None,
        };
        let mut counts = [Some(0); Item::NUMBER];
        counts[Item::Input as usize] = input;
        counts[Item::Output as usize] = output;
        for (item, count) in [
            (Item::CacheRead, rest(read, &[read_audio, read_image])?),
            (Item::CacheReadAudio, read_audio),
            (Item::CacheReadImage, read_image),
            (Item::CacheWrite, rest(write, &[one_hour])?),
            (Item::CacheWriteOneHour, one_hour),
            (Item::InputAudio, audio),
            (Item::InputImage, image),
            (Item::OutputAudio, output_audio),
            (Item::OutputImage, output_image),
            (Item::Reasoning, reasoning),
            (Item::WebSearch, detail(Detail::WebSearches)),
        ] {
            counts[item as usize] = Some(count);
        }
        Ok(Self(counts))
    }

    /// Returns one bit per item that the call used, or may have used.
    #[cfg(feature = "pricing")]
    pub(super) fn used_bits(&self) -> u32 {
        let counts = self.0.iter().enumerate();
        counts.fold(0, |used, (at, count)| used | u32::from(*count != Some(0)) << at)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Item, Option<u64>)> {
        Item::ALL.iter().map(|item| (*item, self.0[*item as usize]))
    }
}

fn rest(whole: u64, parts: &[u64]) -> Result<u64, CostStatus> {
    parts
        .iter()
        .try_fold(whole, |rest, part| rest.checked_sub(*part))
        .ok_or(CostStatus::InconsistentUsage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_more_than_the_whole_is_inconsistent() {
        let usage = Usage::cache_inclusive(100, 50);
        for usage in [
            usage.with_cache_read(101),
            usage.with_cache_read(60).with_cache_write(41),
            usage.with_reasoning(51),
            usage.with_cache_write(10).with_detail(Detail::CacheWriteOneHour, 11),
            usage.with_detail(Detail::InputAudio, 101),
            usage.with_detail(Detail::CacheReadAudio, 1),
        ] {
            let counted = Counts::of(&usage).map(|counts| counts.0);

            assert_eq!(counted, Err(CostStatus::InconsistentUsage), "{usage:?}");
        }
    }

    #[test]
    fn every_token_is_billed_once() {
        let usage = Usage::cache_exclusive(100, 50)
            .with_cache_read(30)
            .with_cache_write(20)
            .with_reasoning(10)
            .with_detail(Detail::CacheWriteOneHour, 5)
            .with_detail(Detail::InputAudio, 8)
            .with_detail(Detail::CacheReadAudio, 3);
        let counts = Counts::of(&usage).unwrap();
        let billed: u64 = counts.iter().filter_map(|(_, count)| count).sum();

        assert_eq!(usage.input(), Some(150));
        assert_eq!(billed, 150 + 50);
    }

    #[test]
    fn without_any_token_count_there_is_no_usage() {
        for usage in [Usage::default(), Usage::cache_inclusive(None, None).with_cache_read(7)] {
            assert_eq!(Counts::of(&usage).map(|_| ()), Err(CostStatus::NoUsage));
        }
    }
}
