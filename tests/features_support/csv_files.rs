//! The CSV files that exist for a scenario: in memory, by their URLs.

use dossier::import::{FileAccess, FileError, OpenedFile};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Files of a scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct CsvFiles(BTreeMap<String, String>);

impl CsvFiles {
    /// Adds a file and gives its URL.
    pub(crate) fn add(&mut self, name: &str, content: String) -> String {
        let url = format!("file:///{name}.csv");
        self.0.insert(url.clone(), content);
        url
    }
}

impl FileAccess for CsvFiles {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let Some(content) = self.0.get(location) else {
            return Err(FileError::Unreadable(format!("there is no file `{location}`")));
        };
        let reader = Box::new(Cursor::new(content.clone().into_bytes()));
        Ok(OpenedFile { name: location.into(), length: None, reader })
    }
}
