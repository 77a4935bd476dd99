//! What waited in the spool arrives, whatever is spoken by then.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use crate::program::run;
use crate::receiver::Receiver;

/// A directory that is gone when the test ends.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let name = format!("llm-trace-otlp-spool-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name.replace(['/', ' '], "-"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// How many requests are in it.
    fn requests(&self) -> usize {
        let names = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().path());
        names.filter(|path| path.extension().is_some_and(|it| it == "otlp")).count()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs a program with a spool at a receiver.
fn run_at(url: &str, (protocol, compression): (&str, &str), directory: &Directory, scenario: &str) {
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", compression),
        ("LLM_TRACE_SPOOL_DIR", directory.0.to_str().unwrap()),
    ];
    let ended = run(scenario, &variables);
    assert!(ended.is_success, "{ended:?}");
}

/// Asserts that what waits arrives in this form, after what a program makes of its own.
fn assert_replayed(directory: &Directory, form: (&str, &str), context: &str) {
    let waiting = directory.requests();
    assert_eq!(waiting, 3, "{context}: a request of each signal waits");
    let receiver = if form.0 == "grpc" { Receiver::grpc() } else { Receiver::http() };

    run_at(&receiver.url(), form, directory, "plain");

    assert_eq!(directory.requests(), 0, "{context}");
    let everything = receiver.everything();
    assert_eq!(everything.violations, [""; 0], "{context}");
    let mut names: Vec<_> = everything.spans().iter().map(|span| span.name.clone()).collect();
    names.sort_unstable();
    let expected = ["chat gpt-4o", "chat gpt-4o", "chat gpt-4o", "invoke_agent planner"];
    assert_eq!(names, expected, "{context}");
    let tokens =
        everything.metrics().iter().filter(|it| it.name == "gen_ai.client.token.usage").count();
    assert_eq!((tokens, everything.logs().len()), (2, 1), "{context}");
    let content_type = match form.0 {
        "grpc" => "application/grpc",
        "http/json" => "application/json",
        _ => "application/x-protobuf",
    };
    let encoding = if form.1 == "none" { "" } else { form.1 };
    for (content, encoded) in &everything.forms {
        assert_eq!((&**content, &**encoded), (content_type, encoding), "{context}");
    }
}

#[test]
fn what_was_spooled_is_sent_as_the_receiver_of_the_day_is_spoken_to() {
    let forms =
        [("http/json", "gzip"), ("http/protobuf", "none"), ("grpc", "zstd"), ("http/json", "none")];
    for spooled_as in forms {
        for form in forms {
            let context = format!("{spooled_as:?} to {form:?}");
            let directory = Directory::new(&format!("{context:?}"));
            // Nobody listens on a port that was just given back.
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

            run_at(&format!("http://{address}"), spooled_as, &directory, "everything");

            assert_replayed(&directory, form, &context);
        }
    }
}

/// The files are of a build before requests were stored as protobuf alone.
#[test]
fn a_file_of_json_that_an_older_version_left_is_still_delivered() {
    let left = Path::new(env!("CARGO_MANIFEST_DIR")).join("spooled");
    for form in [("http/json", "none"), ("http/protobuf", "gzip"), ("grpc", "none")] {
        let context = format!("{form:?}");
        let directory = Directory::new(&format!("old {}", form.0));
        for entry in fs::read_dir(&left).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, directory.0.join(path.file_name().unwrap())).unwrap();
        }

        assert_replayed(&directory, form, &context);
    }
}
