//! What the gate does to metrics as Prometheus reads them: names, help, and both sides of a label.
//!
//! As in a request of OTLP, what is closed is one marker, and what only that told apart becomes one.

use std::collections::{HashMap, HashSet};

use prometheus::proto::{Bucket, Counter, Histogram, LabelPair, Metric, MetricFamily, MetricType};

use super::labels::CLOSED;
use super::origins::{Origins, as_label, as_name};
use super::policy::{Fate, Place};
use super::span::{Done, Text, is_digits};
use super::{Gate, Inner};
use crate::semconv;

impl Gate {
    /// Holds metrics to the policy, by the names that their labels had.
    pub(crate) fn scraped(&self, families: &mut [MetricFamily], origins: &Origins) {
        self.0.rename_families(families, origins);
        for family in families {
            if let Some(help) = self.0.described(family.help()) {
                family.set_help(help);
            }
            let mut is_changed = false;
            for metric in family.mut_metric() {
                let mut labels = metric.take_label();
                is_changed |= self.0.pairs(&mut labels, origins);
                metric.set_label(labels);
            }
            if is_changed {
                merge(family);
            }
        }
    }
}

impl Inner {
    /// Takes out of names what is to be hidden. Each name stays one: the format has each but once.
    fn rename_families(&self, families: &mut [MetricFamily], origins: &Origins) {
        let renamed = origins
            .names()
            .filter_map(|(start, name)| Some((start, as_name(&self.metric_name(name)?))));
        let renamed: Vec<_> = renamed.collect();
        if renamed.is_empty() {
            return;
        }
        let mut taken: HashSet<_> = families.iter().map(|it| it.name().to_owned()).collect();
        for family in families {
            let found = renamed.iter().filter_map(|(start, new)| {
                Some((start.len(), new, family.name().strip_prefix(start)?))
            });
            let Some((_, new, rest)) = found.max_by_key(|(length, ..)| *length) else { continue };
            let first = format!("{new}{rest}");
            let more = (2..).map(|number| format!("{new}_{number}{rest}"));
            let name = std::iter::once(first).chain(more).find(|name| !taken.contains(name));
            if let Some(name) = name {
                taken.insert(name.clone());
                family.set_name(name);
            }
        }
    }

    /// Holds labels to the policy, and returns whether that changed any.
    fn pairs(&self, labels: &mut Vec<LabelPair>, origins: &Origins) -> bool {
        let (mut done, mut is_changed) = (Done::default(), false);
        labels.retain_mut(|label| {
            let keys = origins.keys(label.name());
            if !keys.iter().all(|key| self.is_key(key, &mut done)) {
                is_changed = true;
                return false;
            }
            if let Some(new) = self.pair(label.value(), keys, &mut done) {
                label.set_value(new);
                is_changed = true;
            }
            true
        });
        is_changed
    }

    /// Returns what leaves of the value of a label that these keys became, if it is not the same.
    fn pair(&self, value: &str, keys: &[String], done: &mut Done) -> Option<String> {
        let fates = keys.iter().map(|key| self.policy.fate(key, Place::Span, self.policy.capture));
        let fates: Vec<_> = fates.collect();
        // Whose key is not known any more, nobody can say what it is.
        if fates.is_empty() || fates.iter().any(|fate| matches!(fate, Fate::Close(_))) {
            return (!is_digits(value) && value != CLOSED).then(|| CLOSED.to_owned());
        }
        let mut new = None;
        for fate in fates {
            match self.text(new.as_deref().unwrap_or(value), fate, done) {
                Text::Same => {}
                Text::New(text) => new = Some(text),
                Text::Closed => return Some(CLOSED.to_owned()),
            }
        }
        new
    }
}

/// Makes one of the metrics that have the same labels now, or numbers those that cannot be added.
fn merge(family: &mut MetricFamily) {
    let kind = family.get_field_type();
    let mut kept: Vec<Metric> = Vec::with_capacity(family.get_metric().len());
    // Where the first of each set of labels is, and how many there were.
    let mut seen: HashMap<Vec<(String, String)>, (usize, usize)> = HashMap::new();
    for mut metric in family.take_metric() {
        let labels = metric.get_label().iter();
        let labels = labels.map(|it| (it.name().to_owned(), it.value().to_owned())).collect();
        let Some((first, count)) = seen.get_mut(&labels) else {
            seen.insert(labels, (kept.len(), 1));
            kept.push(metric);
            continue;
        };
        if add(kind, &mut kept[*first], &metric) {
            continue;
        }
        *count += 1;
        let mut labels = metric.take_label();
        let mut number = LabelPair::default();
        number.set_name(as_label(semconv::CLOSED_POINT));
        number.set_value(count.to_string());
        labels.push(number);
        metric.set_label(labels);
        kept.push(metric);
    }
    family.set_metric(kept);
}

/// Adds what was counted, and returns whether that means anything.
fn add(kind: MetricType, to: &mut Metric, more: &Metric) -> bool {
    match kind {
        MetricType::COUNTER => {
            let mut counter = Counter::default();
            counter.set_value(to.get_counter().get_value() + more.get_counter().get_value());
            to.set_counter(counter);
            true
        }
        MetricType::HISTOGRAM => {
            let (a, b) = (to.get_histogram(), more.get_histogram());
            let bounds = |it: &Histogram| -> Vec<_> {
                it.get_bucket().iter().map(|it| it.upper_bound().to_bits()).collect()
            };
            if bounds(a) != bounds(b) {
                return false;
            }
            let buckets = a.get_bucket().iter().zip(b.get_bucket()).map(|(a, b)| {
                let mut bucket = Bucket::default();
                bucket.set_upper_bound(a.upper_bound());
                bucket.set_cumulative_count(a.cumulative_count() + b.cumulative_count());
                bucket
            });
            let mut histogram = Histogram::default();
            histogram.set_bucket(buckets.collect());
            histogram.set_sample_count(a.get_sample_count() + b.get_sample_count());
            histogram.set_sample_sum(a.get_sample_sum() + b.get_sample_sum());
            to.set_histogram(histogram);
            true
        }
        // Of two states, neither is both.
        _ => false,
    }
}
