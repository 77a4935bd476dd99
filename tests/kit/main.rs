//! The testing kit, on calls of its own.

mod capture;
mod conformance;
mod shape;
