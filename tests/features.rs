//! Runs Gherkin scenarios.
fn main() {}
