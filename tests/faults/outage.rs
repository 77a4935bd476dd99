//! Each fault for two seconds, and then none: nothing slows the calls, what is lost is counted, and
//! what comes later arrives. `cargo run --release -p llm-trace-faults --bin soak` does it for long.

use std::time::Duration;

use llm_trace_faults::{Fault, Protocol, Run};

/// Sixteen programs at once, without optimisation and beside whatever else the machine does, slow
/// each other by far more than the one millisecond that `soak` allows. One that waited for its
/// receiver would take as long as a request may, which is the 1,500 ms below. Nor may the answer of a
/// receiver that is well take that long, or what it took would count as lost.
const SLOWER: Duration = Duration::from_millis(700);

/// Runs all faults at once over one protocol.
fn endure(protocol: Protocol) {
    let runs = Fault::ALL.map(|fault| {
        std::thread::spawn(move || {
            let run = Run {
                fault,
                faulty: Duration::from_secs(2),
                healthy: Duration::from_secs(3),
                rate: 100,
                protocol,
                variables: vec![
                    ("OTEL_EXPORTER_OTLP_TIMEOUT", "1500".to_owned()),
                    ("OTEL_BSP_SCHEDULE_DELAY", "50".to_owned()),
                    ("OTEL_BSP_MAX_QUEUE_SIZE", "64".to_owned()),
                    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "32".to_owned()),
                ],
            };
            let report = run.run(env!("CARGO_BIN_EXE_caller"));
            (fault, report.broken(fault, SLOWER), report)
        })
    });
    for run in runs {
        let (fault, broken, report) = run.join().unwrap();
        assert!(broken.is_empty(), "{fault}: {broken:#?}\n{report:#?}");
        if !matches!(fault, Fault::Partial) {
            assert!(report.number("traces.queue_full") > 0, "{fault}: the queue was long enough");
        }
    }
}

#[test]
fn no_fault_of_an_http_receiver_is_noticed_by_the_program() {
    endure(Protocol::Http);
}

#[test]
fn no_fault_of_a_grpc_receiver_is_noticed_by_the_program() {
    endure(Protocol::Grpc);
}
