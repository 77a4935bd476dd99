//! What the attribute accepts and refuses, and in which words.

#[test]
fn accepts_what_it_should_and_says_what_is_wrong_with_the_rest() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    // Only cases whose whole output is our own, so that any toolchain passes.
    cases.compile_fail("ui/fail/*.rs");
}
