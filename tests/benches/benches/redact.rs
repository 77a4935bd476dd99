//! One table: what redaction costs on clean and on dirty text, what it finds, and what the rules cost
//! to build. `cargo bench -p llm-trace-benches --bench redact`
//!
//! With `LLM_TRACE_PII_CORPUS`, a directory of `positive.jsonl` and `negative.jsonl` with the byte
//! spans of what is planted, also the scores on that corpus.

#[path = "../../redact/corpus.rs"]
mod corpus;
mod score;

use std::hint::black_box;
use std::time::{Duration, Instant};

use corpus::{OPT_IN, PERSONAL, SECRETS, negatives, positives};
use llm_trace::redact::{Redactor, Rules, redact_json};

/// Sentences without anything to find, of a hundred bytes on average.
const CLEAN: &[&str] = &[
    "The committee considers its next proposal while nobody in the harbour objects to the noise.",
    "You are a helpful assistant. Answer concisely, cite your sources, and ask before you act.",
    "Explain the difference between a mutex and a semaphore in two sentences, with one example.",
    "Summarise the following article for a ten-year-old; keep the names and leave out the numbers.",
    "Warum wird die Anfrage abgelehnt? Bitte erkläre es in einfachen Worten, und ohne Tabelle.",
    "fn parse(text: &str) -> Result<Vec<Token>, Error> { Lexer::new(text).collect() }",
    "In 2024 the library handled 41,000 requests per day, 3 of which were answered by hand.",
];

fn main() {
    let lines: Vec<String> = (0..2000).map(|index| CLEAN[index % CLEAN.len()].to_owned()).collect();
    let document = lines.join(" ");
    let document = document[..64 * 1024].to_owned();
    let messages = serde_json::json!([
        {"role": "user", "content": document},
        {"role": "assistant", "tool_calls": [{"function": {"arguments": "{\"city\": \"Oslo\", \"days\": [1, 2]}"}}]},
    ])
    .to_string();
    let planted = [SECRETS, PERSONAL, OPT_IN].concat();
    let mut mix: Vec<String> =
        positives(1, &planted, 2000).into_iter().map(|line| line.text).collect();
    mix.extend(negatives(1, 2000));

    println!("| text | default rules, MB/s | all rules, MB/s |");
    println!("|---|---:|---:|");
    let texts = [
        ("clean lines", &lines),
        ("a clean document of 64 KB", &vec![document]),
        ("the same as JSON messages", &vec![messages]),
        ("lines of which half hold a secret", &mix),
    ];
    for (name, texts) in texts {
        println!(
            "| {name} | {:.0} | {:.0} |",
            speed(&Rules::new(), texts),
            speed(&Rules::all(), texts)
        );
    }

    let mut built = None;
    let memory = allocation_counter::measure(|| built = Some(black_box(Rules::new())));
    let start = Instant::now();
    for _ in 0..1000 {
        black_box(Rules::new());
    }
    println!();
    println!(
        "Building the rules takes {} ns and {} allocations, {} bytes; {} bytes are kept.",
        start.elapsed().as_nanos() / 1000,
        memory.count_total,
        memory.bytes_total,
        size_of_val(&built),
    );
    if let Ok(directory) = std::env::var("LLM_TRACE_PII_CORPUS") {
        println!();
        score::print(&directory);
    }
}

/// Megabytes per second, in the best of some rounds.
fn speed(rules: &Rules, texts: &[String]) -> f64 {
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut best = Duration::MAX;
    for _ in 0..30 {
        let start = Instant::now();
        for text in texts {
            if text.starts_with('[') {
                black_box(redact_json(rules, text));
            } else {
                black_box(rules.redact(text));
            }
        }
        best = best.min(start.elapsed());
    }
    #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand")]
    let bytes = bytes as f64;
    bytes / best.as_secs_f64() / 1e6
}
