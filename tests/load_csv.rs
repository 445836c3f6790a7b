//! LOAD CSV reads what is wanted and holds no file as a whole; limits stop it; and who may
//! read what is decided outside of the query.

use dossier::import::{FileAccess, FileError, OpenedFile};
use dossier::value::ErrorCode;
use dossier::{Database, Error, InterruptHandle, LocalFiles, OpenOptions};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A file of so many bytes, made while it is read: rows of `x,y`, or one quote that is
/// never closed.
#[derive(Debug)]
struct Large {
    bytes: u64,
    open_quote: bool,
    read: Arc<AtomicU64>,
}

impl Large {
    fn new(bytes: u64, open_quote: bool) -> (Arc<Large>, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        (Arc::new(Large { bytes, open_quote, read: read.clone() }), read)
    }
}

impl FileAccess for Large {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let rows = Rows { left: self.bytes, open_quote: self.open_quote, read: self.read.clone() };
        Ok(OpenedFile { name: location.into(), length: None, reader: Box::new(rows) })
    }
}

struct Rows {
    left: u64,
    open_quote: bool,
    read: Arc<AtomicU64>,
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        const ROW: &[u8; 8] = b"123,abc\n";
        let rows =
            (buffer.len() / ROW.len()).min(usize::try_from(self.left / 8).unwrap_or(usize::MAX));
        for row in buffer.chunks_exact_mut(ROW.len()).take(rows) {
            row.copy_from_slice(ROW);
        }
        if let (true, Some(first)) = (std::mem::take(&mut self.open_quote), buffer.first_mut()) {
            *first = b'"';
        }
        let bytes = (rows * ROW.len()) as u64;
        self.left -= bytes;
        self.read.fetch_add(bytes, Ordering::Relaxed);
        Ok(rows * ROW.len())
    }
}

const TEN_GIGABYTES: u64 = 10_000_000_000;

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    match result {
        Err(Error::Query(error)) => error.code,
        other => panic!("an error is expected, not {other:?}"),
    }
}

/// A file of which this is the text.
#[derive(Debug)]
struct Text(&'static str);

impl FileAccess for Text {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let reader = Box::new(self.0.as_bytes());
        Ok(OpenedFile { name: location.into(), length: None, reader })
    }
}

#[test]
fn a_warning_stays_where_the_statement_then_fails() {
    let db = Database::in_memory();
    let text = "LOAD CSV FROM 'people.csv' AS row RETURN 1 / (size(row) - 1)";
    let ask = || db.query(text).files(Arc::new(Text("name;born\nAnn;1950\n")));
    let Err(Error::Query(errors)) = ask().run() else { panic!("it divides by zero") };
    assert_eq!((errors.code, errors.help.as_deref()), (ErrorCode::DivisionByZero, None));
    let warned: Vec<_> = errors.warnings().iter().map(|warning| warning.code).collect();
    assert_eq!(warned, [ErrorCode::SingleColumn]);
    let shown = errors.render(text, false);
    assert!(shown.starts_with("warning: SingleColumn: `people.csv`"), "{shown}");
    let Err(Error::Query(errors)) = ask().warnings(false).run() else { panic!("it does still") };
    assert!(errors.warnings().is_empty());
}

#[test]
fn a_limit_stops_the_reading() {
    let (files, read) = Large::new(TEN_GIGABYTES, false);
    let db = Database::in_memory();
    let text = "UNWIND [1, 2] AS x LOAD CSV FROM 'large' AS row \
                RETURN x, row, linenumber() AS line LIMIT 3";
    let result = db.query(text).files(files).run().expect("it runs");
    assert_eq!(result.rows.len(), 3);
    assert_eq!(result.rows[2][2].as_integer(), Some(3));
    assert!(read.load(Ordering::Relaxed) <= 1 << 17);
    let (files, read) = Large::new(TEN_GIGABYTES, false);
    let text = "RETURN EXISTS { LOAD CSV FROM 'large' AS row RETURN row } AS found";
    let found = db.query(text).files(files).run().expect("it runs");
    assert_eq!(found.single().and_then(dossier::value::Value::as_bool), Some(true));
    assert!(read.load(Ordering::Relaxed) <= 1 << 17);
}

#[test]
fn a_file_is_not_held_as_a_whole() {
    let (files, read) = Large::new(8 << 20, false);
    let text =
        "LOAD CSV FROM 'large' AS row WITH row WHERE row[0] = '123' RETURN count(row[1]) AS n";
    let db = Database::in_memory();
    let result = db.query(text).files(files).memory_limit(4 << 20).run().expect("it runs");
    assert_eq!(result.single().and_then(dossier::value::Value::as_integer), Some(1 << 20));
    assert_eq!(read.load(Ordering::Relaxed), 8 << 20);
}

#[test]
fn what_needs_all_rows_keeps_to_the_memory_limit() {
    let (files, read) = Large::new(TEN_GIGABYTES, false);
    let db = Database::in_memory();
    for text in [
        "LOAD CSV FROM 'large' AS row RETURN collect(row) AS rows",
        "LOAD CSV FROM 'large' AS row CREATE (:A {x: row[0]})",
    ] {
        let result = db.query(text).files(files.clone()).memory_limit(4 << 20).run();
        assert_eq!(code(result), ErrorCode::MemoryLimit, "{text}");
    }
    assert!(read.load(Ordering::Relaxed) < 64 << 20);
    assert_eq!(db.snapshot().node_count(), 0);
}

#[test]
fn a_quote_that_is_not_closed_does_not_take_the_whole_file() {
    let (files, read) = Large::new(TEN_GIGABYTES, true);
    let text = "LOAD CSV FROM 'large' AS row RETURN count(*) AS n";
    let result = Database::in_memory().query(text).files(files).memory_limit(8 << 20).run();
    assert_eq!(code(result), ErrorCode::SizeLimit);
    assert!(read.load(Ordering::Relaxed) < 16 << 20);
}

#[test]
fn time_and_interrupt_end_it_within_a_row() {
    let db = Database::in_memory();
    for open_quote in [false, true] {
        let (files, _) = Large::new(TEN_GIGABYTES, open_quote);
        let text = "LOAD CSV FROM 'large' AS row RETURN count(*) AS n";
        let started = Instant::now();
        let timeout = Duration::from_millis(50);
        let result = db.query(text).files(files.clone()).timeout(timeout).run();
        assert_eq!(code(result), ErrorCode::Timeout);
        assert!(started.elapsed() < Duration::from_secs(5));
        let handle = InterruptHandle::new();
        handle.interrupt();
        let result = db.query(text).files(files).interrupt(&handle).run();
        assert_eq!(code(result), ErrorCode::Interrupted);
    }
}

#[test]
fn files_are_forbidden_unless_they_are_allowed() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), "1\n2\n").expect("a file");
    let text = "LOAD CSV FROM 'a.csv' AS row RETURN count(*) AS n";
    let allowed = Arc::new(LocalFiles::within(folder.path()));
    let db = Database::in_memory();
    assert_eq!(code(db.query(text).run()), ErrorCode::FileAccessDenied);
    let counted = |result: Result<dossier::QueryResult, Error>| {
        result.expect("it runs").single().and_then(dossier::value::Value::as_integer)
    };
    assert_eq!(counted(db.query(text).files(allowed.clone()).run()), Some(2));
    let mut transaction = db.begin().expect("a transaction");
    assert_eq!(code(transaction.query(text).run()), ErrorCode::FileAccessDenied);
    drop(transaction);
    let options = OpenOptions { files: allowed, ..OpenOptions::default() };
    let open = Database::open_with(folder.path().join("a.dossier"), options).expect("a database");
    assert_eq!(counted(open.query(text).run()), Some(2));
    let outside = "LOAD CSV FROM '../a.csv' AS row RETURN row";
    assert_eq!(code(open.query(outside).run()), ErrorCode::FileAccessDenied);
    let mut transaction = open.begin().expect("a transaction");
    assert_eq!(counted(transaction.query(text).run()), Some(2));
}

#[test]
fn the_plan_tells_how_a_file_is_read() {
    let text =
        "EXPLAIN LOAD CSV WITH HEADERS FROM 'a' + '.csv' AS row FIELDTERMINATOR ';' RETURN row.x";
    let plan = Database::in_memory().query(text).run().expect("it is planned").plan;
    let line = "LoadCsv WITH HEADERS FROM 'a' + '.csv' AS row FIELDTERMINATOR ';'";
    assert!(plan.as_deref().unwrap_or_default().contains(line), "{plan:?}");
}
