//! Wall time of every case: `cargo bench -p llm-trace-benches --bench calls`.

use criterion::{Criterion, criterion_group, criterion_main};
use llm_trace_benches::cases::Case;

fn calls(criterion: &mut Criterion) {
    for case in Case::all() {
        let _listener = case.listener.install();
        criterion.bench_function(&case.to_string(), |bencher| bencher.iter(|| case.run()));
    }
}

criterion_group!(benches, calls);
criterion_main!(benches);
