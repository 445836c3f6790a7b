//! Fuzzes `checks::file` with any bytes.
#![no_main]

use dossierdb_fuzz::checks;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| checks::file(bytes));
