//! Other libraries' spans: what annotated functions learn from them, and what they leave as.

mod counted;
mod failed;
mod layers;
mod overlapping;
mod repaired;
mod replay;
