//! What is measured of agents in a program that was set up by `install`: every call once, whichever
//! of Rig's spans and ours there are. Globals are per process, so this is one.

#![allow(dead_code, reason = "the modules are those of `main.rs`")]

mod case;
mod receiver;
mod versions;

use std::pin::Pin;

use case::{Case, How, max_turns, refused, refused_later, single_turn, two_turns};
use llm_trace::Builder;
use llm_trace_emulator::{Emulator, Turn, Used};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;
use receiver::Receiver;
use versions::Tells;

type Run = fn(String, How) -> Pin<Box<dyn Future<Output = Result<(), ()>>>>;

macro_rules! runs {
    ($($feature:literal, $version:ident;)*) => {{
        let mut runs = Vec::<(Run, Tells)>::new();
        $(
            #[cfg(feature = $feature)]
            runs.extend(runs!($version, openai_chat openai_responses anthropic gemini));
        )*
        runs
    }};
    ($version:ident, $($provider:ident)*) => {
        [$((
            (|url, how| Box::pin(async move {
                versions::$version::$provider::run(&url, how).await
            })) as Run,
            versions::$version::$provider::TELLS,
        )),*]
    };
}

#[test]
fn every_call_is_measured_once() {
    let runs = runs! { "v0_31", v0_31; "v0_40", v0_40; "v0_44", v0_44; "v0_46", v0_46; };
    let receiver = Receiver::start();
    let guard = Builder::new().with_endpoint(receiver.url()).install().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut used = Used::default();
    let mut requests = 0;
    for (run, tells) in runs {
        for case in [
            single_turn(How::Text),
            single_turn(How::Model),
            two_turns(How::InFull),
            two_turns(How::Stream),
            refused(How::Text, 500),
            refused_later(How::Text),
            max_turns(How::Text),
        ] {
            let (answers, failures) = runtime.block_on(ask(run, tells, &case));
            requests += answers.len() + failures;
            used = [used].into_iter().chain(answers).sum();
        }
    }
    guard.shutdown().unwrap();

    let tokens = |kind| measured(&receiver, "gen_ai.client.token.usage", Some(kind)).1;
    assert_eq!((tokens("input"), tokens("output")), (used.input, used.output));
    let (calls, _) = measured(&receiver, "gen_ai.client.operation.duration", None);
    assert_eq!(calls, u64::try_from(requests).unwrap());
}

/// Returns count and sum of a histogram, of the kind of token that is asked for, if one is.
fn measured(receiver: &Receiver, name: &str, kind: Option<&str>) -> (u64, u64) {
    // Cumulative: the last export has it all.
    let body = receiver.bodies("/v1/metrics").pop().expect("no metrics came");
    let resources = ExportMetricsServiceRequest::decode(&*body).unwrap().resource_metrics;
    let scopes = resources.into_iter().flat_map(|resource| resource.scope_metrics);
    let metrics = scopes.flat_map(|scope| scope.metrics).filter(|metric| metric.name == name);
    let points = metrics.flat_map(|metric| match metric.data {
        Some(Data::Histogram(histogram)) => histogram.data_points,
        data => panic!("{data:?}"),
    });
    let is_asked = |attributes: &[KeyValue]| {
        kind.is_none_or(|kind| {
            attributes.iter().any(|attribute| {
                let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
                attribute.key == "gen_ai.token.type"
                    && matches!(value, Some(Value::StringValue(text)) if text == kind)
            })
        })
    };
    let points: Vec<_> = points.filter(|point| is_asked(&point.attributes)).collect();
    #[expect(clippy::cast_possible_truncation, reason = "tokens are counted in integers")]
    #[expect(clippy::cast_sign_loss, reason = "nothing is measured below zero")]
    let sum = points.iter().map(|point| point.sum().round() as u64).sum();
    (points.iter().map(|point| point.count).sum(), sum)
}

/// Returns what each answer used, and how often the provider failed.
async fn ask(run: Run, tells: Tells, case: &Case) -> (Vec<Used>, usize) {
    let emulator = Emulator::start(case.turns.clone()).await.unwrap();
    let emulator = if tells.cached { emulator } else { emulator.without_cache() };
    let _ = run(emulator.url().to_owned(), case.how).await;
    let failures = case.turns.iter().filter(|turn| matches!(turn, Turn::Fails(_)));
    (emulator.used(), failures.count())
}
