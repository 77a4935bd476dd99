//! The spool: what could not be delivered arrives later, once and in order, whatever happened to the
//! program meanwhile.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use llm_trace::Builder;
use llm_trace::opentelemetry::trace::{Tracer, TracerProvider};
use llm_trace_faults::{Fault, Protocol, Receiver, Report, Run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_caller");

/// A directory that is gone when the test ends.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let name = format!("llm-trace-spool-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    /// The requests in it, oldest first, and how many spans each holds.
    fn traces(&self) -> Vec<(PathBuf, u64)> {
        let mut files: Vec<_> = fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "otlp"))
            .collect();
        files.sort();
        let items = |path: &Path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let mut parts = name.split('.').skip(1);
            (parts.next() == Some("traces")).then(|| parts.next().unwrap().parse().unwrap())
        };
        files.into_iter().filter_map(|path| items(&path).map(|items| (path, items))).collect()
    }

    fn items(&self) -> u64 {
        self.traces().iter().map(|(_, items)| items).sum()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A run with all times a hundredth of what they are by default, so that six seconds are ten minutes.
fn run(directory: &Directory, fault: Fault, protocol: Protocol) -> Run {
    Run {
        fault,
        faulty: Duration::from_secs(6),
        healthy: Duration::from_secs(6),
        rate: 200,
        protocol,
        variables: vec![
            ("LLM_TRACE_SPOOL_DIR", directory.0.to_str().unwrap().to_owned()),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "500".to_owned()),
            ("OTEL_BSP_SCHEDULE_DELAY", "50".to_owned()),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "64".to_owned()),
        ],
    }
}

/// Starts the program in an outage, and kills it after a while.
fn killed(directory: &Directory, receiver: &Receiver, protocol: Protocol) {
    let run = run(directory, Fault::Refuse, protocol);
    let (mut child, _stdout) = run.start(PROGRAM, receiver);
    sleep(Duration::from_secs(2));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Runs the program for a second at a receiver that is well.
fn restarted(directory: &Directory, receiver: &Receiver, protocol: Protocol) -> Report {
    let mut run = run(directory, Fault::None, protocol);
    (run.faulty, run.healthy, run.rate) = (Duration::ZERO, Duration::from_secs(1), 50);
    let (mut child, mut stdout) = run.start(PROGRAM, receiver);
    Run::end(receiver, 0, &mut child, &mut stdout)
}

#[test]
fn an_outage_of_ten_minutes_loses_nothing() {
    let faults = [Fault::Refuse, Fault::Unavailable, Fault::Hang, Fault::BlackHole];
    let cases = faults.map(|fault| (fault, Protocol::Http)).into_iter();
    let cases = cases.chain(faults.map(|fault| (fault, Protocol::Grpc)));
    let runs: Vec<_> = cases
        .map(|(fault, protocol)| {
            std::thread::spawn(move || {
                let directory = Directory::new(&format!("{fault}-{protocol:?}").replace(' ', "-"));
                let report = run(&directory, fault, protocol).run(PROGRAM);
                (format!("{fault} {protocol:?}: {report:#?}"), report, directory.items())
            })
        })
        .collect();

    for run in runs {
        let (context, report, left) = run.join().unwrap();
        let calls = report.number("calls");
        assert_eq!(report.before, 0, "{context}");
        assert_eq!((report.received, report.repeated), (calls, 0), "{context}");
        assert_eq!(report.number("traces.exported"), calls, "{context}");
        assert_eq!((report.number("traces.lost"), left), (0, 0), "{context}");
        assert!(report.is_in_order, "{context}");
        assert!(report.slowed_us() < 20_000.0, "{context}");
    }
}

#[test]
fn kill_9_loses_nothing_that_was_spooled_and_nothing_comes_twice() {
    for protocol in [Protocol::Http, Protocol::Grpc] {
        let directory = Directory::new(&format!("kill-{protocol:?}"));
        let receiver = Receiver::start(protocol, Fault::Refuse);

        killed(&directory, &receiver, protocol);
        let spooled = directory.items();
        // A file that was being written when the program was killed.
        fs::write(directory.0.join("00000000000000099999.traces.7.otlp.unfinished"), "half")
            .unwrap();
        receiver.set(Fault::None);
        let report = restarted(&directory, &receiver, protocol);

        assert!(spooled >= 200, "{spooled} spans were spooled in two seconds");
        let calls = report.number("calls");
        assert_eq!(report.number("traces.exported"), spooled + calls, "{report:#?}");
        assert_eq!((report.received, report.repeated), (spooled + calls, 0), "{report:#?}");
        assert!(report.is_in_order, "{report:#?}");
        assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1, "only the lock is left");

        let before = receiver.spans();
        let again = restarted(&directory, &receiver, protocol);
        assert_eq!(receiver.spans() - before, again.number("calls"));
        assert_eq!(receiver.repeated(), 0);
    }
}

#[test]
fn what_does_not_fit_pushes_out_what_is_oldest_and_is_counted() {
    let directory = Directory::new("small");
    let mut run = run(&directory, Fault::Refuse, Protocol::Http);
    run.variables.push(("LLM_TRACE_SPOOL_MAX_BYTES", "100000".to_owned()));
    let receiver = Receiver::start(Protocol::Http, Fault::Refuse);

    let (mut child, mut stdout) = run.start(PROGRAM, &receiver);
    for _ in 0..20 {
        sleep(Duration::from_millis(200));
        let lengths =
            directory.traces().into_iter().filter_map(|(path, _)| fs::metadata(path).ok());
        let bytes: u64 = lengths.map(|file| file.len()).sum();
        // One is written before another makes room.
        assert!(bytes < 100_000 + 64 * 1024, "{bytes} bytes");
    }
    receiver.set(Fault::None);
    let report = Run::end(&receiver, 0, &mut child, &mut stdout);

    let lost = report.number("traces.spool_lost");
    assert!(lost > 0, "{report:#?}");
    assert_eq!(report.number("traces.lost"), lost, "{report:#?}");
    assert_eq!(report.received + lost, report.number("calls"), "{report:#?}");
    assert_eq!(report.stderr.matches("the spool is full").count(), 1, "{report:#?}");
}

#[test]
fn damaged_files_are_dropped_counted_and_said_once() {
    let directory = Directory::new("damaged");
    let receiver = Receiver::start(Protocol::Http, Fault::Refuse);
    killed(&directory, &receiver, Protocol::Http);
    let files = directory.traces();
    let [(flipped, first), (cut, second), (moved, third), rest @ ..] = &files[..] else {
        panic!("{files:?}")
    };
    let mut bytes = fs::read(flipped).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(flipped, bytes).unwrap();
    let length = fs::metadata(cut).unwrap().len();
    OpenOptions::new().write(true).open(cut).unwrap().set_len(length - 1).unwrap();
    // It is whole, and says that it is another.
    let name = moved.to_str().unwrap().replace(&format!(".{third}.otlp"), ".5.otlp");
    let taken = if *third == 5 { moved.clone() } else { PathBuf::from(name) };
    if *third == 5 {
        OpenOptions::new().append(true).open(moved).unwrap().write_all(b"x").unwrap();
    } else {
        fs::rename(moved, taken).unwrap();
    }

    receiver.set(Fault::None);
    let report = restarted(&directory, &receiver, Protocol::Http);

    let whole: u64 = rest.iter().map(|(_, items)| items).sum();
    assert_eq!(report.number("traces.spool_lost"), first + second + 5, "{report:#?}");
    assert_eq!(report.received, whole + report.number("calls"), "{report:#?}");
    assert_eq!(report.stderr.matches("is damaged and was dropped").count(), 1, "{report:#?}");
}

#[test]
fn a_directory_serves_one_process() {
    let directory = Directory::new("shared");
    let receiver = Receiver::start(Protocol::Http, Fault::None);
    let run = run(&directory, Fault::None, Protocol::Http);
    let (mut first, _stdout) = run.start(PROGRAM, &receiver);

    let second = std::process::Command::new(PROGRAM)
        .args(["caller", "1", "1"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url())
        .env("LLM_TRACE_SPOOL_DIR", &directory.0)
        .output()
        .unwrap();

    first.kill().unwrap();
    first.wait().unwrap();
    let stderr = String::from_utf8_lossy(&second.stderr);
    assert!(!second.status.success(), "{stderr}");
    let path = directory.0.display();
    let message = format!(
        "LLM_TRACE_SPOOL_DIR is {path}, which cannot be used: another process, or another guard, uses it"
    );
    assert!(stderr.contains(&message), "{stderr}");
}

/// What spools in this process.
fn builder(receiver: &Receiver, directory: &Directory) -> Builder {
    Builder::new()
        .with_endpoint(receiver.url())
        .with_protocol(llm_trace::Protocol::HttpProtobuf)
        .with_spool(&directory.0, 1024 * 1024)
}

#[test]
fn a_directory_is_free_again_after_the_shutdown() {
    let directory = Directory::new("again");
    let receiver = Receiver::start(Protocol::Http, Fault::None);
    let builder = || builder(&receiver, &directory);
    let first = builder().build().unwrap();
    let kept = first.tracer_provider();

    let meanwhile = format!("{:?}", builder().build().unwrap_err());
    first.guard.shutdown().unwrap();
    let second = builder().build().unwrap();

    assert!(meanwhile.ends_with("another process, or another guard, uses it"), "{meanwhile}");
    // What the clone makes now is for nobody.
    drop(kept.unwrap().tracer("late").start("late"));
    drop(second);
    assert!(builder().build().is_ok());
}

#[test]
fn a_directory_is_free_again_after_a_set_up_that_failed() {
    let directory = Directory::new("failed");
    let receiver = Receiver::start(Protocol::Http, Fault::None);
    let builder = || builder(&receiver, &directory);
    let wrong = llm_trace::Receiver::new().with_header("not a name", "value");

    let failed = builder().with_logs_receiver(wrong).build().unwrap_err().to_string();

    assert!(failed.contains("header"), "{failed}");
    assert!(builder().build().is_ok());
}
