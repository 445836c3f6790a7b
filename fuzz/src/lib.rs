//! What the fuzz targets share. The checks are those of the package's own tests, which
//! run them on every input that was once found to fail.

#[path = "../../tests/fuzz/checks.rs"]
pub mod checks;
