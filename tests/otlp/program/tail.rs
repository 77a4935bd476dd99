//! Many traces, of which a few fail and a few are slow, under a tail rule.

use std::error::Error;
use std::time::Duration;

use llm_trace::{Builder, TailSampling, Usage, llm_span};
use tokio::task::JoinSet;

const TRACES: usize = 100_000;
/// How many run at a time, beside the slow ones.
const AT_ONCE: usize = 200;

#[derive(Clone, Copy)]
enum Kind {
    Plain,
    Failing,
    Slow,
}

impl Kind {
    fn of(trace: usize) -> Self {
        match trace % 100 {
            0 => Self::Failing,
            1 => Self::Slow,
            _ => Self::Plain,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Failing => "failing",
            Self::Slow => "slow",
        }
    }
}

/// Runs all traces, and prints by how many KiB the process grew.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let rule = TailSampling::ratio(0.01).with_slow(Duration::from_secs(3)).with_max_bytes(16 << 20);
    let _guard = Builder::new()
        .with_tail_sampling(rule)
        .with_flush_timeout(Duration::from_secs(60))
        .install()?;
    let before = peak();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let (mut slow, mut others) = (JoinSet::new(), JoinSet::new());
        for trace in 0..TRACES {
            match Kind::of(trace) {
                Kind::Slow => _ = slow.spawn(agent(Kind::Slow)),
                kind => _ = others.spawn(agent(kind)),
            }
            if others.len() == AT_ONCE {
                while others.join_next().await.is_some() {}
            }
        }
        while others.join_next().await.is_some() {}
        while slow.join_next().await.is_some() {}
    });
    #[expect(clippy::print_stdout, reason = "the test reads it")]
    {
        println!("{}", peak() - before);
    }
    Ok(())
}

#[llm_span(agent = "tested", fields("test.kind" = kind.name()))]
async fn agent(kind: Kind) {
    let _ = chat(Kind::Plain).await;
    tokio::task::yield_now().await;
    let _ = chat(kind).await;
}

#[llm_span(model = "gpt-4o", provider = "openai", error_type = |()| "429")]
async fn chat(kind: Kind) -> Result<(), ()> {
    llm_trace::current().record_usage(Usage::cache_inclusive(12, 34));
    match kind {
        Kind::Plain => Ok(()),
        Kind::Failing => Err(()),
        Kind::Slow => {
            tokio::time::sleep(Duration::from_secs(4)).await;
            Ok(())
        }
    }
}

/// The most memory that the process has had, in KiB; nothing where there is no such file.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}
