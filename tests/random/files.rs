//! The files that generated queries may read.

use dossier::import::{FileAccess, FileError, OpenedFile};

/// Names and contents. Fields are empty, quoted, missing and too many; lines end in any way.
pub(crate) const FILES: [(&str, &str); 4] = [
    ("rows.csv", "i,s,b\n1,a,true\n,\"\",false\n2,\"a \"\"b\"\", c\"\r\n3,\n-1,b,true,more\n"),
    ("one.csv", "i,s\n7,\"x\ny\"\n"),
    ("header.csv", "i,s,b\n"),
    ("empty.csv", ""),
];

/// Opens these files and no others.
#[derive(Debug)]
pub(crate) struct Files;

impl FileAccess for Files {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let (name, contents) = FILES
            .iter()
            .find(|(name, _)| *name == location)
            .ok_or_else(|| FileError::Unreadable(format!("no file {location}")))?;
        let length = Some(contents.len() as u64);
        Ok(OpenedFile { name: (*name).into(), length, reader: Box::new(contents.as_bytes()) })
    }
}
