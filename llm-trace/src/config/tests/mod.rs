//! The configuration is a pure function, so these tests need no process environment.

#[cfg(all(
    feature = "console",
    feature = "otlp-grpc",
    feature = "otlp-json",
    feature = "otlp-tls",
    feature = "otlp-zstd",
    feature = "prometheus"
))]
mod cases;
#[cfg(feature = "otlp-http")]
mod receivers;
#[cfg(all(
    feature = "console",
    feature = "otlp-grpc",
    feature = "otlp-json",
    feature = "otlp-tls",
    feature = "otlp-zstd",
    feature = "prometheus"
))]
mod variables;

use std::collections::HashMap;

use super::*;

type Variables = [(&'static str, &'static str)];

fn read(settings: Settings, variables: &Variables) -> Result<Config, InitError> {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    Config::read(settings, &|name| variables.get(name).map(|value| (*value).to_owned()))
}

fn env(variables: &Variables) -> Config {
    read(Settings::default(), variables).map_err(|error| error.to_string()).unwrap()
}

fn error(variables: &Variables) -> String {
    read(Settings::default(), variables).map(|_| "no error").unwrap_err().to_string()
}

fn service(config: &Config) -> String {
    let named = config.resource.iter().rfind(|attribute| attribute.key.as_str() == "service.name");
    named.unwrap().value.as_str().into_owned()
}

#[test]
fn nothing_configured_draws_traces_in_the_console() {
    for variables in
        [&[][..], &[("OTEL_EXPORTER_OTLP_ENDPOINT", " "), ("OTEL_TRACES_EXPORTER", "")]]
    {
        let config = env(variables);

        assert_eq!(config.console, cfg!(feature = "console"));
        assert!(config.traces.is_none() && config.metrics.is_none() && !config.is_disabled);
        assert_eq!(config.sampler, Sampler::ParentBasedAlwaysOn);
        assert_eq!(config.propagators, Propagators { trace_context: true, baggage: true });
    }
}

#[test]
fn the_service_name_has_an_order_of_authority() {
    let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=b%20c,team=x");
    let name = ("OTEL_SERVICE_NAME", "a");

    assert!(service(&env(&[])).starts_with("unknown_service:llm_trace"));
    assert_eq!(service(&env(&[attributes])), "b c");
    assert_eq!(service(&env(&[attributes, name])), "a");
    let settings = Settings { service_name: Some("code".to_owned()), ..Settings::default() };
    assert_eq!(service(&read(settings, &[attributes, name]).ok().unwrap()), "code");
}

#[test]
fn samplers_are_read_by_their_standard_names() {
    let cases = [
        ("always_on", Sampler::AlwaysOn),
        ("ALWAYS_OFF", Sampler::AlwaysOff),
        ("traceidratio", Sampler::TraceIdRatio(0.5)),
        ("parentbased_always_on", Sampler::ParentBasedAlwaysOn),
        ("parentbased_always_off", Sampler::ParentBasedAlwaysOff),
        ("parentbased_traceidratio", Sampler::ParentBasedTraceIdRatio(0.5)),
    ];

    for (name, sampler) in cases {
        let variables = [("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", "0.5")];
        assert_eq!(env(&variables).sampler, sampler, "{name}");
    }
}

#[test]
fn what_is_said_in_code_wins() {
    let settings = Settings {
        sampler: Some(Sampler::AlwaysOff),
        log_filter: Some("debug".to_owned()),
        metrics: metrics::Said { interval: Some(Duration::from_secs(1)), ..Default::default() },
        console: Some(false),
        ..Settings::default()
    };
    let variables = [
        ("OTEL_TRACES_SAMPLER", "always_on"),
        ("RUST_LOG", "off"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "5"),
    ];

    let config = read(settings, &variables).ok().unwrap();

    assert_eq!(config.sampler, Sampler::AlwaysOff);
    assert_eq!(config.log_filter.unwrap().1, "debug");
    assert_eq!(config.measuring.interval, Duration::from_secs(1));
    assert!(!config.console);
}

#[test]
fn a_malformed_variable_is_named_with_its_value_and_what_is_accepted() {
    let url = "write a URL with a scheme, such as http://localhost:4318";
    let ratio = "write a ratio between 0 and 1, such as 0.25";
    let cases = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", url),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://", url),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://:4318", url),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a:port", url),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://a b", url),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "ftp://a", url),
        ("OTEL_SDK_DISABLED", "yes", "write `true` or `false`"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "write `otlp`, `console` or `none`"),
        ("OTEL_METRICS_EXPORTER", "zipkin", "write `otlp`, `console`, `prometheus` or `none`"),
        ("OTEL_LOGS_EXPORTER", "prometheus", "write `otlp`, `console` or `none`"),
        ("OTEL_PROPAGATORS", "b3", "write `tracecontext`, `baggage` or `none`"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1s", "write milliseconds, such as 5000"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1", "write milliseconds, such as 5000"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "write a number of spans, such as 512"),
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "many", "write a number, such as 128"),
        ("OTEL_LOG_LEVEL", "loud", "write `none`, `error`, `warn`, `info`, `debug` or `trace`"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "99999", "write a port, such as 9464"),
        (
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
            "4096",
            "write no more than OTEL_BSP_MAX_QUEUE_SIZE, which is 2048",
        ),
        (
            "OTEL_TRACES_SAMPLER",
            "xray",
            "write `always_on`, `always_off`, `traceidratio`, or one of these after `parentbased_`",
        ),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "team",
            "write `key=value` pairs with commas between them, percent-encoded",
        ),
    ];

    for (name, value, accepted) in cases {
        assert_eq!(error(&[(name, value)]), format!("{name} is {value:?}; {accepted}"));
    }
    let sampler = ("OTEL_TRACES_SAMPLER", "traceidratio");
    for value in ["half", "1.5", "NaN"] {
        let message = error(&[sampler, ("OTEL_TRACES_SAMPLER_ARG", value)]);
        assert_eq!(message, format!("OTEL_TRACES_SAMPLER_ARG is {value:?}; {ratio}"));
    }
}

#[test]
fn secrets_are_not_repeated_in_errors() {
    let cases = [
        (
            &[("LLM_TRACE_HASH_KEY", "hunter2")][..],
            "LLM_TRACE_HASH_KEY is malformed: a hash key has 32 bytes, which are 64 hexadecimal \
             digits, not 5 bytes; write 64 hexadecimal digits, or 32 bytes in base64",
        ),
        (
            &[("LLM_TRACE_HASH_KEY_PREVIOUS", "c2hvcnQ=")],
            "LLM_TRACE_HASH_KEY_PREVIOUS is malformed: a hash key has 32 bytes, which are 64 \
             hexadecimal digits, not 5 bytes; write 64 hexadecimal digits, or 32 bytes in base64",
        ),
        (
            &[(
                "LLM_TRACE_HASH_KEY_PREVIOUS",
                "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            )],
            "LLM_TRACE_HASH_KEY_PREVIOUS is malformed without LLM_TRACE_HASH_KEY; write the key that \
             follows it there, or nothing",
        ),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:hunter2@a")],
            "OTEL_EXPORTER_OTLP_ENDPOINT is malformed before `@`; \
             write the URL without credentials, and those in OTEL_EXPORTER_OTLP_HEADERS",
        ),
    ];

    for (variables, message) in cases {
        assert_eq!(error(variables), message);
    }
}

#[test]
fn what_needs_a_feature_that_is_off_names_the_feature() {
    let cases = [
        ("http://a:4317", "otlp-grpc", cfg!(feature = "otlp-grpc")),
        ("http://a", "otlp-http", cfg!(feature = "otlp-http")),
        ("https://a", "otlp-tls", cfg!(feature = "otlp-tls") || !cfg!(feature = "otlp-http")),
    ];

    for (url, feature, is_on) in cases {
        let config = read(Settings::default(), &[("OTEL_EXPORTER_OTLP_ENDPOINT", url)]);
        match config {
            Ok(config) => assert!(is_on && config.traces.is_some(), "{url}"),
            Err(_) if is_on && !cfg!(feature = "otlp-http") => {}
            Err(error) => {
                let expected = format!(
                    "OTEL_EXPORTER_OTLP_ENDPOINT is {url:?}, which needs the feature `{feature}` of llm-trace"
                );
                assert_eq!(error.to_string(), expected);
                assert!(!is_on);
            }
        }
    }
}

#[test]
fn the_builder_names_the_price_file_before_the_environment() {
    const VARIABLE: (&str, &str) = ("LLM_TRACE_PRICE_FILE", "env.json");
    let settings = Settings { price_file: Some("built.json".into()), ..Settings::default() };
    let built = read(settings, &[VARIABLE]).map_err(|error| error.to_string()).unwrap();

    assert_eq!(built.price_file, Some(("Builder::with_price_file", "built.json".into())));
    assert_eq!(env(&[VARIABLE]).price_file, Some((VARIABLE.0, VARIABLE.1.into())));
    assert_eq!(env(&[]).price_file, None);
}

#[test]
fn the_tail_rule_is_off_without_a_ratio_and_refuses_what_is_none() {
    let rest = [
        ("LLM_TRACE_TAIL_SLOW", "2500"),
        ("LLM_TRACE_TAIL_COST", "0.25"),
        ("LLM_TRACE_TAIL_MAX_TRACES", "10"),
        ("LLM_TRACE_TAIL_MAX_SPANS", "20"),
        ("LLM_TRACE_TAIL_MAX_BYTES", "30"),
        ("LLM_TRACE_TAIL_MAX_AGE", "40"),
    ];
    assert_eq!(env(&rest).tail, None);
    let mut all = vec![("LLM_TRACE_TAIL_RATIO", "0.1")];
    assert_eq!(env(&all).tail, Some(TailSampling::ratio(0.1)));
    all.extend(rest);
    let expected = TailSampling::ratio(0.1)
        .with_slow(Duration::from_millis(2500))
        .with_expensive(0.25)
        .with_max_traces(10)
        .with_max_spans(20)
        .with_max_bytes(30)
        .with_max_age(Duration::from_millis(40));
    assert_eq!(env(&all).tail, Some(expected));
    let code = Settings { tail: Some(TailSampling::ratio(1.0)), ..Settings::default() };
    assert_eq!(read(code, &all).ok().unwrap().tail, Some(TailSampling::ratio(1.0)));
    for (name, value) in [
        ("LLM_TRACE_TAIL_RATIO", "1.1"),
        ("LLM_TRACE_TAIL_COST", "-1"),
        ("LLM_TRACE_TAIL_MAX_BYTES", "0"),
        ("LLM_TRACE_TAIL_SLOW", "soon"),
    ] {
        let error = error(
            &[("LLM_TRACE_TAIL_RATIO", "0.1"), (name, value)]
                [usize::from(name.ends_with("RATIO"))..],
        );
        assert!(error.contains(name) && error.contains(value), "{error}");
    }
}

#[test]
fn the_spool_has_a_directory_and_a_bound() {
    const DIRECTORY: (&str, &str) = ("LLM_TRACE_SPOOL_DIR", "spool");
    let read_with = |variables: &Variables| read(Settings::default(), variables);
    if !cfg!(feature = "spool") {
        let expected =
            "LLM_TRACE_SPOOL_DIR is \"spool\", which needs the feature `spool` of llm-trace";
        assert_eq!(error(&[DIRECTORY]), expected);
        return;
    }
    let spool = |variables: &Variables| {
        let (name, spool) = read_with(variables).ok().unwrap().spool.unwrap();
        (name, spool.directory, spool.max_bytes)
    };

    assert_eq!(env(&[]).spool, None);
    assert_eq!(spool(&[DIRECTORY]), (DIRECTORY.0, "spool".into(), 256 << 20));
    let bound = ("LLM_TRACE_SPOOL_MAX_BYTES", "1000");
    assert_eq!(spool(&[DIRECTORY, bound]), (DIRECTORY.0, "spool".into(), 1000));
    let message =
        "LLM_TRACE_SPOOL_MAX_BYTES is \"1 GB\"; write a number of bytes, such as 268435456";
    assert_eq!(error(&[DIRECTORY, ("LLM_TRACE_SPOOL_MAX_BYTES", "1 GB")]), message);
}

#[test]
fn targets_whose_text_leaves_are_listed() {
    let listed = |name: &str| (name == "LLM_TRACE_OPEN_TARGETS").then(|| "a::b, c,".to_owned());

    assert_eq!(capture::open_targets(&Env(&listed)), ["a::b", "c"]);
}

#[test]
fn how_far_ids_reach_is_three_lists() {
    assert_eq!(env(&[]).reach, Reach::default());
    let variables = [
        ("LLM_TRACE_PROPAGATED", "none"),
        ("LLM_TRACE_METRIC_ATTRIBUTES", "app.Tenant, user.id"),
        ("LLM_TRACE_BAGGAGE", "user.id,"),
    ];
    let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let read_ones = env(&variables).reach;
    assert_eq!(read_ones.below, keys(&[]));
    assert_eq!(read_ones.metrics, keys(&["app.Tenant", "user.id"]));
    assert_eq!(read_ones.services, keys(&["user.id"]));
    let code = Settings {
        reach: reach::Said { services: Some(keys(&["app.tenant"])), ..reach::Said::default() },
        ..Settings::default()
    };
    assert_eq!(read(code, &variables).ok().unwrap().reach.services, keys(&["app.tenant"]));
}
