//! Owns what the conventions ask of a metric.

use super::known::{Attribute, Metric, is_governed, type_of};
use crate::testing::metric::{CapturedMetric, Instrument, Point};

pub(super) fn check(metric: &CapturedMetric) -> Vec<String> {
    let Some(known) = Metric::find(&metric.name) else {
        let unknown = is_governed(&metric.name)
            .then(|| "the metric is in no registry; use a prefix of your own".to_owned());
        return unknown.into_iter().collect();
    };
    let mut found = Vec::new();
    let instrument = metric.instrument.as_str();
    if instrument != known.instrument {
        found.push(format!(
            "the instrument is a {instrument}, and should be a {}",
            known.instrument
        ));
    }
    if metric.unit != known.unit {
        found.push(format!("the unit is `{}`, and should be `{}`", metric.unit, known.unit));
    }
    if metric.is_integer != known.is_integer {
        let name = |is_integer| if is_integer { "int" } else { "double" };
        let (is, should) = (name(metric.is_integer), name(known.is_integer));
        found.push(format!("the values are of type {is}, and should be {should}"));
    }
    for point in &metric.points {
        if metric.instrument == Instrument::Histogram && point.bounds != known.buckets {
            found.push("the buckets are not those that the conventions advise".to_owned());
        }
        attributes(point, known, &mut found);
    }
    found
}

fn attributes(point: &Point, known: &Metric, found: &mut Vec<String>) {
    for attribute in &point.attributes {
        let key = attribute.key.as_str();
        if !known.attributes.iter().any(|(known, _)| *known == key) {
            found.push(format!("`{key}` is no attribute of this metric"));
        } else if let Some(of) = Attribute::find(key)
            && !of.kind.holds(&attribute.value)
        {
            let (should, is) = (of.kind.name(), type_of(&attribute.value));
            found.push(format!("`{key}` is {is}, and should be {should}"));
        }
    }
    for (key, is_required) in known.attributes {
        let is_there = point.attributes.iter().any(|attribute| attribute.key.as_str() == *key);
        if *is_required && !is_there {
            found.push(format!("`{key}` is missing"));
        }
    }
}
