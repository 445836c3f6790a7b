//! Fuzzes `checks::script` with any text.
#![no_main]

use dossierdb_fuzz::checks;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| checks::script(text));
