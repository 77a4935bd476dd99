//! Owns how durations, costs, times and what is measured read.

use std::time::{Duration, SystemTime};

/// Costs below this are shown as less than it.
const LEAST_COST: f64 = 1e-9;

/// Returns a duration in the unit that gives it three digits, as in `1.24 s`.
pub(super) fn duration(duration: Duration, micro: &str) -> String {
    let seconds = duration.as_secs_f64();
    // The bounds leave room for rounding: 999.6 ms is `1.00 s`.
    if seconds < 999.5e-6 {
        format!("{:.0} {micro}", seconds * 1e6)
    } else if seconds < 999.5e-3 {
        format!("{} ms", three_digits(seconds * 1e3))
    } else {
        format!("{} s", three_digits(seconds))
    }
}

fn three_digits(value: f64) -> String {
    let decimals = match value {
        _ if value < 9.995 => 2,
        _ if value < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

/// Returns a cost in US dollars to the cent, or to two digits if it is less, as in `$0.00041`.
///
/// What is no amount of money gives `None`.
pub(super) fn cost(dollars: f64) -> Option<String> {
    if !dollars.is_finite() || dollars < 0.0 {
        return None;
    }
    if dollars == 0.0 {
        return Some("$0".to_owned());
    }
    if dollars < LEAST_COST {
        return Some(format!("<${LEAST_COST:.9}"));
    }
    let mut decimals = 2;
    let mut unit = 0.1;
    while dollars < unit && decimals < 11 {
        decimals += 1;
        unit /= 10.0;
    }
    let mut text = format!("${dollars:.decimals$}");
    while decimals > 2 && text.ends_with('0') {
        text.pop();
        decimals -= 1;
    }
    Some(text)
}

/// Returns the time of day, in UTC.
pub(super) fn time_of_day(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs() % 86_400;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}Z", seconds % 60, since.subsec_millis())
}

/// A number that was measured.
pub(super) trait Measured: Copy {
    fn text(self) -> String;
}

impl Measured for i64 {
    fn text(self) -> String {
        self.to_string()
    }
}

impl Measured for u64 {
    fn text(self) -> String {
        self.to_string()
    }
}

impl Measured for f64 {
    /// To six digits, without zeros at the end.
    fn text(self) -> String {
        let (mut decimals, mut unit) = (5_usize, 10.0);
        while self.abs() >= unit && decimals > 0 {
            (decimals, unit) = (decimals - 1, unit * 10.0);
        }
        unit = 1.0;
        while self != 0.0 && self.abs() < unit && decimals < 12 {
            (decimals, unit) = (decimals + 1, unit / 10.0);
        }
        let text = format!("{self:.decimals$}");
        if !text.contains('.') {
            return text;
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_measured_has_six_digits() {
        for (value, expected) in [
            (0.0, "0"),
            (3.0, "3"),
            (0.1 + 0.2, "0.3"),
            (1.234_567_8, "1.23457"),
            (12_345.678, "12345.7"),
            (1_234_567.8, "1234568"),
            (0.000_123_456_78, "0.000123457"),
            (-2.5, "-2.5"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(value.text(), expected, "{value}");
        }
    }

    #[test]
    fn a_time_of_day_is_in_utc() {
        let time = |millis| time_of_day(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(time(0), "00:00:00.000Z");
        assert_eq!(time(86_400_000 * 3 + 45_296_007), "12:34:56.007Z");
    }

    #[test]
    fn durations_have_three_digits() {
        for (nanos, expected) in [
            (0, "0 µs"),
            (1_200, "1 µs"),
            (48_000, "48 µs"),
            (999_600, "1.00 ms"),
            (1_200_000, "1.20 ms"),
            (12_340_000, "12.3 ms"),
            (520_400_000, "520 ms"),
            (999_600_000, "1.00 s"),
            (1_240_000_000, "1.24 s"),
            (61_250_000_000, "61.2 s"),
            (3_600_000_000_000, "3600 s"),
        ] {
            assert_eq!(duration(Duration::from_nanos(nanos), "µs"), expected, "{nanos}");
        }
    }

    #[test]
    fn costs_have_two_digits_at_least() {
        for (dollars, expected) in [
            (0.0, Some("$0")),
            (0.000_406, Some("$0.00041")),
            (0.000_4, Some("$0.0004")),
            (0.000_000_3, Some("$0.0000003")),
            (1e-12, Some("<$0.000000001")),
            (0.012_3, Some("$0.012")),
            (0.05, Some("$0.05")),
            (0.099_9, Some("$0.10")),
            (0.5, Some("$0.50")),
            (12.345_6, Some("$12.35")),
            (-0.1, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(cost(dollars).as_deref(), expected, "{dollars}");
        }
    }
}
