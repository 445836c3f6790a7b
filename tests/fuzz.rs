//! The fuzzer's checks without a fuzzer: on every input that was once found to fail
//! (`tests/fuzz/findings`), and on mutations of the queries in the feature files. What
//! `fuzz/run` finds is put into that folder, named for what was wrong.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "what ran last, and the seed")]

#[expect(unreachable_pub, reason = "the fuzz targets use it as a library")]
#[path = "fuzz/checks.rs"]
mod checks;
#[path = "fuzz/mutations.rs"]
mod mutations;

use std::path::Path;

/// Mutations in one run.
const MUTATIONS: u64 = 6_000;

fn all_checks(bytes: &[u8]) {
    checks::file(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    checks::lexer(text);
    checks::script(text);
    checks::parser(text);
    checks::query(text);
}

#[test]
fn what_once_failed_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/findings");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the findings") {
        let path = entry.expect("a finding").path();
        eprintln!("{}", path.display());
        all_checks(&std::fs::read(path).expect("a file"));
        count += 1;
    }
    assert!(count > 0, "the folder holds what was found");
}

#[test]
fn mutated_queries_hold() {
    let seed = std::env::var("DOSSIER_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let seeds = mutations::seeds();
    assert!(seeds.len() > 50, "the feature files have queries");
    let mut mutator = mutations::Mutator::new(seed, &seeds);
    println!("{MUTATIONS} mutations of {} queries, DOSSIER_SEED={seed}", seeds.len());
    for _ in 0..MUTATIONS {
        let text = mutator.next();
        let held = std::panic::catch_unwind(|| all_checks(text.as_bytes()));
        assert!(held.is_ok(), "found with DOSSIER_SEED={seed}: {text:?}");
    }
}
