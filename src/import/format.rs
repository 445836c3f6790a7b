//! How files are written: which format, and which signs stand in them.

/// The signs in a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// What stands between two fields.
    pub delimiter: u8,
    /// What stands between the values of a list.
    pub list_delimiter: char,
    /// Whether someone has said what stands between two fields.
    pub said: bool,
}

impl Default for Format {
    fn default() -> Self {
        Format { delimiter: b',', list_delimiter: ';', said: false }
    }
}

/// The formats of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated values, or with another sign between them.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl FileFormat {
    /// What the ending of a file's name tells.
    ///
    /// ```
    /// use dossier::import::FileFormat;
    /// assert_eq!(FileFormat::of("people.PARQUET"), Some(FileFormat::Parquet));
    /// assert_eq!(FileFormat::of("people"), None);
    /// ```
    pub fn of(location: &str) -> Option<FileFormat> {
        let (_, ending) = location.rsplit_once('.')?;
        let is = |known: &&str| ending.eq_ignore_ascii_case(known);
        if ["csv", "tsv", "txt"].iter().any(is) {
            return Some(FileFormat::Csv);
        }
        ["parquet", "pq"].iter().any(is).then_some(FileFormat::Parquet)
    }
    /// What the name of a file tells that is read, and may be packed with gzip.
    ///
    /// ```
    /// use dossier::import::FileFormat;
    /// assert_eq!(FileFormat::of_packed("people.csv.gz"), Some(FileFormat::Csv));
    /// assert_eq!(FileFormat::of_packed("people.csv"), Some(FileFormat::Csv));
    /// assert_eq!(FileFormat::of("people.csv.gz"), None);
    /// ```
    pub fn of_packed(location: &str) -> Option<FileFormat> {
        match location.rsplit_once('.') {
            Some((name, ending)) if ending.eq_ignore_ascii_case("gz") => FileFormat::of(name),
            _ => FileFormat::of(location),
        }
    }
}
