//! Other libraries' spans: what annotated functions learn from them, and what they leave as.

mod counted;
mod layers;
mod repaired;
mod replay;
