//! trybuild.
