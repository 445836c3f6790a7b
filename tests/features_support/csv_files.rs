//! The CSV files that exist for a scenario: in memory, by their URLs.

use dossier::import::{CreatedFile, FileAccess, FileError, OpenedFile};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};

type Contents = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// Files of a scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct CsvFiles(Contents);

impl CsvFiles {
    /// Adds a file and gives its URL.
    pub(crate) fn add(&mut self, name: &str, content: String) -> String {
        let url = format!("file:///{name}.csv");
        put(&self.0, &url, content.into_bytes());
        url
    }
}

fn put(contents: &Contents, url: &str, content: Vec<u8>) {
    contents.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), content);
}

impl FileAccess for CsvFiles {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let contents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(content) = contents.get(location) else {
            return Err(FileError::Unreadable(format!("there is no file `{location}`")));
        };
        let reader = Box::new(Cursor::new(content.clone()));
        Ok(OpenedFile { name: location.into(), length: None, reader })
    }

    fn create(&self, location: &str) -> Result<Box<dyn CreatedFile>, FileError> {
        if !location.starts_with("file:///") {
            return Err(FileError::Denied(format!("`{location}` is no URL of a file")));
        }
        let (contents, url) = (self.0.clone(), location.to_owned());
        Ok(Box::new(Made { contents, url, bytes: Vec::new() }))
    }
}

/// A file that is being written.
struct Made {
    contents: Contents,
    url: String,
    bytes: Vec<u8>,
}

impl Write for Made {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl CreatedFile for Made {
    fn finish(self: Box<Self>) -> io::Result<()> {
        put(&self.contents, &self.url, self.bytes);
        Ok(())
    }
}
