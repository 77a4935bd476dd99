//! What the benchmarks measure: the functions, and the pipelines that listen to them.

pub mod calls;
pub mod cases;
pub mod gate;
pub mod rig;
pub mod streams;
