//! The parts of the feature runner.

pub(crate) mod cell;
pub(crate) mod csv_files;
pub(crate) mod gherkin;
pub(crate) mod reasons;
pub(crate) mod rows;
pub(crate) mod scenario;
pub(crate) mod section;
pub(crate) mod show;
