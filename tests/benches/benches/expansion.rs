//! Build time of three hundred functions, annotated and by hand, with the same fourteen attributes:
//! `cargo bench -p llm-trace-benches --bench expansion`.
//!
//! Writes a crate per variant to a temporary directory, builds its dependencies, and then measures
//! the rebuild of that crate alone, in release and without incremental compilation.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const FUNCTIONS: usize = 300;
const ROUNDS: usize = 3;

const PLAIN: &str = "pub async fn call_NUMBER(prompt: &str, conversation: &str, user: &str) -> \
    Answer { let _ = (conversation, user); answer(prompt) }";

const BY_HAND: &str = r#"
#[tracing::instrument(name = "chat gpt-4o", skip_all, fields(otel.kind = "client",
    gen_ai.operation.name = "chat", gen_ai.provider.name = "openai",
    gen_ai.request.model = "gpt-4o", gen_ai.request.temperature = 0.2,
    gen_ai.request.max_tokens = 256, gen_ai.request.top_p = 0.9,
    gen_ai.conversation.id = conversation, user.id = user, gen_ai.response.id,
    gen_ai.response.model, gen_ai.response.finish_reasons, gen_ai.usage.input_tokens,
    gen_ai.usage.output_tokens, outcome))]
pub async fn call_NUMBER(prompt: &str, conversation: &str, user: &str) -> Answer {
    let answer = answer(prompt);
    let span = tracing::Span::current();
    span.record("gen_ai.response.id", &*answer.id);
    span.record("gen_ai.response.model", &*answer.model);
    span.record("gen_ai.response.finish_reasons", "stop");
    span.record("gen_ai.usage.input_tokens", answer.tokens.0 as i64);
    span.record("gen_ai.usage.output_tokens", answer.tokens.1 as i64);
    span.record("outcome", "ok");
    answer
}"#;

const ANNOTATED: &str = r#"
#[llm_trace::llm_span(model = "gpt-4o", provider = "openai", temperature = 0.2, max_tokens = 256,
    top_p = 0.9, conversation = conversation, user = user)]
pub async fn call_NUMBER(prompt: &str, conversation: &str, user: &str) -> Answer {
    answer(prompt)
}"#;

const COMMON: &str = r#"
pub struct Answer { pub id: String, pub model: String, pub tokens: (u64, u64) }
impl llm_trace::LlmResponse for Answer {
    fn read(&self, response: &mut llm_trace::Response) {
        response.set_id(&*self.id);
        response.set_model(&*self.model);
        response.add_finish_reason("stop");
        response.set_usage(llm_trace::Usage::cache_inclusive(self.tokens.0, self.tokens.1));
    }
}
fn answer(prompt: &str) -> Answer {
    Answer { id: "chatcmpl-123".into(), model: "gpt-4o".into(), tokens: (prompt.len() as u64, 34) }
}
// Calls every function, so that every one is compiled.
pub fn all() -> Vec<std::pin::Pin<Box<dyn Future<Output = Answer> + Send>>> { vec![ALL] }
"#;

struct Built {
    took: Duration,
    /// Lines of LLVM's language before it optimises, as `cargo llvm-lines` counts them.
    llvm_lines: usize,
}

fn main() {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("expansion");
    println!("| {FUNCTIONS} functions | seconds | of by hand | LLVM lines | of by hand |");
    println!("|---|---:|---:|---:|---:|");
    let [plain, by_hand, annotated] =
        [("plain", PLAIN), ("by hand", BY_HAND), ("annotated", ANNOTATED)]
            .map(|(name, function)| (name, build(&directory, function)));
    for (name, built) in [&plain, &by_hand, &annotated] {
        let seconds = built.took.as_secs_f64();
        let share = seconds / by_hand.1.took.as_secs_f64();
        let lines = built.llvm_lines;
        let size = f64_of(lines) / f64_of(by_hand.1.llvm_lines);
        println!("| {name} | {seconds:.1} | {share:.2} | {lines} | {size:.2} |");
    }
}

fn f64_of(lines: usize) -> f64 {
    u32::try_from(lines).map_or(f64::MAX, f64::from)
}

/// Returns the shortest of several rebuilds, and the size.
fn build(directory: &Path, function: &str) -> Built {
    write_crate(directory, function);
    let rebuild = || {
        let source = directory.join("src/lib.rs");
        let text = std::fs::read_to_string(&source).expect("the crate was written");
        std::fs::write(&source, text).expect("the crate can be written");
        let started = Instant::now();
        cargo(directory, &["build"], &[]);
        started.elapsed()
    };
    rebuild();
    let took = (0..ROUNDS).map(|_| rebuild()).min().unwrap_or_default();
    Built { took, llvm_lines: llvm_lines(directory) }
}

fn llvm_lines(directory: &Path) -> usize {
    let output = directory.join("expansion.ll");
    let emit = format!("--emit=llvm-ir={}", output.display());
    cargo(
        directory,
        &["rustc", "--lib"],
        &["--", &emit, "-Ccodegen-units=1", "-Cno-prepopulate-passes"],
    );
    std::fs::read_to_string(output).expect("it was written").lines().count()
}

fn cargo(directory: &Path, command: &[&str], last: &[&str]) {
    let status = Command::new(env!("CARGO"))
        .args(command)
        .args(["--release", "--quiet", "--offline", "--manifest-path"])
        .arg(directory.join("Cargo.toml"))
        .args(last)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", directory.join("target"))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the generated crate does not build");
}

fn write_crate(directory: &Path, function: &str) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = format!(
        "[package]\nname = \"expansion\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\nllm-trace = {{ path = '{}', default-features = false }}\n\
         tracing = {{ version = \"0.1.44\", features = [\"attributes\"] }}\n",
        workspace.join("llm-trace").display(),
    );
    let mut all = String::new();
    let mut source = String::from("#![allow(warnings)]\n");
    for number in 0..FUNCTIONS {
        source.push_str(&function.replace("NUMBER", &number.to_string()));
        let _ = write!(all, "Box::pin(call_{number}(\"a\", \"b\", \"c\")), ");
    }
    source.push_str(&COMMON.replace("ALL", &all));
    std::fs::create_dir_all(directory.join("src")).expect("the directory can be made");
    std::fs::write(directory.join("Cargo.toml"), manifest).expect("the crate can be written");
    std::fs::write(directory.join("src/lib.rs"), source).expect("the crate can be written");
    std::fs::copy(workspace.join("Cargo.lock"), directory.join("Cargo.lock"))
        .expect("the lock file is there");
}
