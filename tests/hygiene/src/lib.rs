//! Hygiene.
