//! What the attribute accepts and refuses, and in which words.

use std::process::Command;

use trybuild::TestCases;

#[test]
fn accepts_what_it_should_and_says_what_is_wrong_with_the_rest() {
    let cases = TestCases::new();
    cases.pass("ui/pass/*.rs");
    // Only cases whose whole output is our own, so that any toolchain passes.
    cases.compile_fail("ui/fail/*.rs");
    // What rustc says of our code changes with rustc.
    if rustc_version() == include_str!("ui/rustc/version") {
        cases.compile_fail("ui/rustc/*.rs");
    }
}

fn rustc_version() -> String {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(rustc).arg("--version").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
