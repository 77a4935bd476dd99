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

    let tokens = |kind| receiver.measured("gen_ai.client.token.usage", kind);
    assert_eq!(tokens(Some("input")).sum, used.input);
    assert_eq!(tokens(Some("output")).sum, used.output);
    let calls = receiver.measured("gen_ai.client.operation.duration", None);
    assert_eq!(calls.count, u64::try_from(requests).unwrap());
}

/// Returns what each answer used, and how often the provider failed.
async fn ask(run: Run, tells: Tells, case: &Case) -> (Vec<Used>, usize) {
    let emulator = Emulator::start(case.turns.clone()).await.unwrap();
    let emulator = if tells.cached { emulator } else { emulator.without_cache() };
    let _ = run(emulator.url().to_owned(), case.how).await;
    let failures = case.turns.iter().filter(|turn| matches!(turn, Turn::Fails(_)));
    (emulator.used(), failures.count())
}
