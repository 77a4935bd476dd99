//! Holds the table of variables to what they do: each has an effect, and yields to the builder.

use std::collections::BTreeSet;

use super::cases::{CASES, Case, ELSEWHERE, OTHER, OTLP, of, of_receivers};
use super::*;

const TABLE: &str = include_str!("../../variables.md");

#[test]
fn every_variable_has_an_effect_and_yields_to_the_builder() {
    for Case { name, value, with, is_meant, otherwise } in CASES {
        let variables: Vec<_> = with.iter().copied().chain([(*name, *value)]).collect();
        let mut settings = Settings::default();
        otherwise(&mut settings);

        assert!(!is_meant(&env(with)), "`{name}` does nothing");
        assert!(is_meant(&env(&variables)), "`{name}` does not do what it means");
        let both = read(settings, &variables).map_err(|error| error.to_string()).unwrap();
        assert!(!is_meant(&both), "`{name}` wins over the builder");
    }
}

#[test]
fn every_variable_of_a_receiver_exists_for_all_signals_and_for_each() {
    for (name, value, is_meant, otherwise) in of_receivers() {
        for signal in ["", "TRACES_", "METRICS_", "LOGS_"] {
            let variable = &*format!("OTEL_EXPORTER_OTLP_{signal}{name}").leak();
            let mut with = OTLP.to_vec();
            match name {
                "INSECURE" => with.extend([
                    ("OTEL_EXPORTER_OTLP_ENDPOINT", "bare:1"),
                    ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ]),
                "CLIENT_CERTIFICATE" => {
                    with.push((&*format!("OTEL_EXPORTER_OTLP_{signal}CLIENT_KEY").leak(), OTHER));
                }
                "CLIENT_KEY" => {
                    let other = format!("OTEL_EXPORTER_OTLP_{signal}CLIENT_CERTIFICATE");
                    with.push((&*other.leak(), OTHER));
                }
                _ => {}
            }
            let mut variables = with.clone();
            variables.push((variable, &*value.clone().leak()));
            // Half of an identity is an error, and none is there without the variable.
            let without = read(Settings::default(), &with).ok();
            let config = env(&variables);
            let mut settings = Settings::default();
            settings.receiver = otherwise(settings.receiver);
            let both = read(settings, &variables).map_err(|error| error.to_string()).unwrap();

            for (of_signal, pick) in [
                ("TRACES_", (|it| of(it.traces.as_ref())) as fn(&Config) -> &Target),
                ("METRICS_", |it| of(it.metrics.as_ref())),
                ("LOGS_", |it| of(it.logs.as_ref())),
            ] {
                let is_concerned = signal.is_empty() || signal == of_signal;
                assert!(!without.as_ref().is_some_and(|it| is_meant(pick(it))), "{variable}");
                assert_eq!(is_meant(pick(&config)), is_concerned, "{variable} for {of_signal}");
                assert!(!is_meant(pick(&both)), "`{variable}` wins over the builder");
            }
        }
    }
}

#[test]
fn the_table_lists_every_variable_that_has_a_test_and_no_other() {
    let table = TABLE.split("# Not honoured").next().unwrap();
    let listed: BTreeSet<_> = rows(table).map(|(name, _)| name).collect();
    let receivers = of_receivers().map(|(name, ..)| format!("OTEL_EXPORTER_OTLP_{name}"));
    let mut tested: BTreeSet<_> = CASES.iter().map(|case| case.name.to_owned()).collect();
    tested.extend(receivers);
    for (name, file) in ELSEWHERE {
        let tests = file.split("#[test]").skip(1).collect::<String>();
        let ours =
            tests.contains(name) || tests.contains(name.rsplit_once("LLM_TRACE_").unwrap().1);
        assert!(ours, "`{name}` has no test");
        tested.insert((*name).to_owned());
    }

    assert_eq!(listed, tested);
}

#[test]
fn the_table_lists_every_variable_that_is_read() {
    let sources = [
        include_str!("../mod.rs"),
        include_str!("../batching.rs"),
        include_str!("../capture.rs"),
        include_str!("../exporters.rs"),
        include_str!("../limits.rs"),
        include_str!("../metrics.rs"),
        include_str!("../propagators.rs"),
        include_str!("../reach.rs"),
        include_str!("../resource.rs"),
        include_str!("../sampler.rs"),
        include_str!("../spool.rs"),
        include_str!("../tail.rs"),
    ];
    let listed: BTreeSet<_> = rows(TABLE).map(|(name, _)| name).collect();
    for source in sources {
        let code = source.split("#[cfg(test)]").next().unwrap();
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for text in code.flat_map(|line| line.split('"').skip(1).step_by(2)) {
            let is_name = |c: char| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit();
            if ["OTEL_", "LLM_TRACE_"].iter().any(|it| text.starts_with(it))
                && text.chars().all(is_name)
            {
                assert!(listed.contains(text), "`{text}` is not in the table");
            }
        }
    }
}

#[test]
fn every_method_of_the_table_exists() {
    let builder = [
        include_str!("../../init/mod.rs"),
        include_str!("../../init/exporting.rs"),
        include_str!("../../init/privacy.rs"),
        include_str!("../../init/reaching.rs"),
        include_str!("../../init/receiving.rs"),
    ];
    let table = TABLE.split("# Not honoured").next().unwrap();
    for (name, methods) in rows(table) {
        for method in methods.split('`').skip(1).step_by(2) {
            let declared = format!("pub fn {method}(");
            assert!(builder.iter().any(|it| it.contains(&declared)), "`{method}` of `{name}`");
        }
    }
}

/// The variables of a table, and the methods of each.
fn rows(table: &str) -> impl Iterator<Item = (String, &str)> {
    table.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.trim_matches('`');
        (!name.contains('`')).then(|| (name.to_owned(), cells.next().unwrap_or_default()))
    })
}
