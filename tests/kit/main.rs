//! The testing kit, on calls of its own.

mod capture;
mod catalog;
mod conformance;
mod shape;
