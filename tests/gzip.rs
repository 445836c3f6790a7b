//! Tables and RDF that are packed with gzip: they are what they were before, whatever reads them;
//! and what is damaged is an error, never the end of the file.

use dossier::database::BadLine;
use dossier::export::dump;
use dossier::import::{FileAccess, FileError, OpenedFile};
use dossier::value::ErrorCode;
use dossier::{Database, Error};
use flate2::Compression;
use flate2::write::GzEncoder;
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::process::Command;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Files by name.
#[derive(Clone, Debug, Default)]
struct Files(BTreeMap<&'static str, Vec<u8>>);

impl Files {
    fn with(mut self, name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.insert(name, bytes.into());
        self
    }

    fn length(&self) -> u64 {
        self.0.values().map(|bytes| bytes.len() as u64).sum()
    }
}

impl FileAccess for Files {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let bytes = self.0.get(location).cloned();
        let bytes = bytes.ok_or_else(|| FileError::Unreadable(format!("no file `{location}`")))?;
        let length = Some(bytes.len() as u64);
        Ok(OpenedFile { name: location.into(), length, reader: Box::new(Cursor::new(bytes)) })
    }
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// The text in members of so many bytes, wherever these cut it.
fn in_members(text: &[u8], bytes: usize) -> Vec<u8> {
    text.chunks(bytes).flat_map(packed).collect()
}

fn script(database: &Database) -> String {
    let mut text = Vec::new();
    dump::write(&database.snapshot(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// People, and whom they know: plain rows and rows with quotes and line breaks.
fn tables() -> (String, String) {
    let mut people = "id,name,born\n".to_owned();
    let mut knows = "from,to\n".to_owned();
    for id in 0..20_000_u32 {
        people += &match id % 1000 {
            7 => format!("{id},\"Müller, \"\"{id}\"\"\",\r\n"),
            8 => format!("{id},\"two\nlines\",{}\n", 1900 + id % 100),
            _ => format!("{id},Person {id},{}\n", 1900 + id % 100),
        };
        knows += &format!("{id},{}\n", id.wrapping_mul(7919) % 20_000);
    }
    (people, knows)
}

fn imported(files: &Files, people: &'static str, knows: &'static str) -> (String, u64) {
    let database = Database::in_memory();
    let length = files.length();
    let mut last = 0;
    let report = database
        .import()
        .files(Arc::new(files.clone()))
        .nodes("Person".parse().unwrap(), [people])
        .relationships("KNOWS".parse().unwrap(), [knows])
        .progress(|progress| {
            assert_eq!(progress.total, Some(length));
            assert!(progress.read >= last && progress.read <= length, "{progress:?}");
            last = progress.read;
        })
        .run()
        .unwrap();
    assert!(last > 0);
    assert_eq!((report.nodes, report.relationships), (20_000, 20_000));
    (script(&database), report.bytes)
}

#[test]
fn an_import_of_packed_tables_is_that_of_the_plain_ones() {
    let (people, knows) = tables();
    let plain = Files::default().with("people.csv", people.clone()).with("knows.csv", &*knows);
    let (expected, bytes) = imported(&plain, "people.csv", "knows.csv");
    assert_eq!(bytes, plain.length());
    // Members of a hundred bytes end within lines, within fields, and between `\r` and `\n`.
    for member in [usize::MAX, 100_003, 100] {
        let files = Files::default()
            .with("people.csv.gz", in_members(people.as_bytes(), member))
            .with("knows.csv.gz", in_members(knows.as_bytes(), member));
        let (script, bytes) = imported(&files, "people.csv.gz", "knows.csv.gz");
        assert!(script == expected, "members of {member} bytes");
        assert_eq!(bytes, files.length());
    }
    // Not the name tells, but what a file begins with.
    let files = Files::default().with("people.csv", packed(people.as_bytes()));
    let files = files.with("knows.csv.gz", knows);
    assert!(imported(&files, "people.csv", "knows.csv.gz").0 == expected);
}

#[test]
fn every_statement_reads_what_is_packed() {
    let text = "id,name\n1,Ana\n2,\"B\no\"\n3,Cy\n";
    let files = Files::default()
        .with("p.csv.gz", in_members(text.as_bytes(), 5))
        .with("more.csv", "id,name\n4,Di\n")
        .with("none.csv.gz", packed(b""))
        .with("mark.csv.gz", packed("\u{feff}a\n1\n".as_bytes()));
    let files = Arc::new(files);
    let database = Database::in_memory();
    let run = |text: &str| database.query(text).files(files.clone()).run();
    let lines = "LOAD CSV WITH HEADERS FROM 'p.csv.gz' AS row \
                 RETURN collect(row.name + linenumber()) AS names";
    let names = run(lines).unwrap();
    assert_eq!(names.single().unwrap().to_string(), "['Ana2', 'B\\no3', 'Cy5']");
    let file = "LOAD CSV FROM 'none.csv.gz' AS row RETURN count(*) AS n";
    assert_eq!(run(file).unwrap().single().unwrap().as_integer(), Some(0));
    let mark = "LOAD CSV WITH HEADERS FROM 'mark.csv.gz' AS row RETURN row.a";
    assert_eq!(run(mark).unwrap().single().unwrap().as_str(), Some("1"));
    run("COPY P FROM ['p.csv.gz', 'more.csv']").unwrap();
    let ids = run("MATCH (p:P) RETURN sum(p.id) AS n").unwrap();
    assert_eq!(ids.single().unwrap().as_integer(), Some(10));
}

/// The rows of a file, or the message of the failure to read it.
fn rows(bytes: Vec<u8>) -> Result<i64, String> {
    let files = Arc::new(Files::default().with("p.csv.gz", bytes));
    let load = "LOAD CSV FROM 'p.csv.gz' AS row RETURN count(*) AS n";
    match Database::in_memory().query(load).files(files).run() {
        Ok(result) => Ok(result.single().unwrap().as_integer().unwrap()),
        Err(Error::Query(error)) => {
            let expected = [ErrorCode::FileNotReadable, ErrorCode::InvalidFileFormat];
            assert!(expected.contains(&error.code), "{error:?}");
            Err(error.message.clone())
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_file_that_ends_too_early_is_no_shorter_file() {
    let text: String = (0..200).map(|id| format!("{id},{}\n", id * 7919)).collect();
    let first = packed(text.as_bytes());
    let whole = [first.clone(), packed(b"x,y\n")].concat();
    assert_eq!(rows(whole.clone()), Ok(201));
    for length in 3..whole.len() {
        let outcome = rows(whole[..length].to_vec());
        if length == first.len() {
            assert_eq!(outcome, Ok(200));
        } else {
            let expected = format!(
                "`p.csv.gz` cannot be read: its gzip data are cut off: the file ends too early, at byte {length}"
            );
            assert_eq!(outcome, Err(expected));
        }
    }
}

#[test]
fn a_damaged_file_is_told_to_be_damaged() {
    let text: String = (0..50).map(|id| format!("{id},{}\n", id * 7919)).collect();
    let whole = packed(text.as_bytes());
    let mut refused = 0;
    for place in 2..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x04;
        match rows(bytes) {
            // Of the header only the time and the system are not looked at.
            Ok(count) => assert!(count == 50 && (4..10).contains(&place), "byte {place}"),
            Err(message) => {
                refused += 1;
                assert!(
                    message.starts_with("`p.csv.gz` cannot be read: its gzip data"),
                    "{message}"
                );
            }
        }
    }
    assert!(refused >= whole.len() - 8);
    // Zeros fill up what tapes hold; all else behind the members is not passed over.
    assert_eq!(rows([&whole[..], &[0; 700]].concat()), Ok(50));
    for behind in [&b"1,2\n"[..], b"\0\0x", &[0, 0x1f, 0x8b], b"PK\x03\x04"] {
        let message = rows([&whole[..], behind].concat()).unwrap_err();
        assert!(message.contains("behind its gzip data stands something else"), "{message}");
    }
    let message = rows([&whole[..], b"\x1f\x8c\x08\0"].concat()).unwrap_err();
    let expected = "`p.csv.gz` cannot be read: its gzip data are";
    assert!(message.starts_with(expected), "{message}");
}

/// Imports files of nodes with any number of bad lines.
fn lenient(files: Files, names: &[&'static str]) -> (Result<(), String>, Vec<BadLine>, u64) {
    let database = Database::in_memory();
    let mut bad = Vec::new();
    let outcome = database
        .import()
        .files(Arc::new(files))
        .nodes("A".parse().unwrap(), names.iter().copied())
        .skip_bad(u64::MAX, |line| bad.push(line.clone()))
        .run();
    let outcome = outcome.map(|_| ()).map_err(|error| error.to_string());
    (outcome, bad, database.snapshot().node_count())
}

#[test]
fn damage_is_no_bad_line() {
    let text: String = (0..100_000).map(|id| format!("{id},{}\n", id % 7)).collect();
    let mut damaged = packed(format!("id,n\n{text}").as_bytes());
    let middle = damaged.len() / 2;
    let cut = damaged[..middle].to_vec();
    damaged[middle..middle + 8].fill(0xff);
    for bytes in [cut, damaged] {
        let files = Files::default().with("a.csv", "id,n\nx,1\n").with("b.csv.gz", bytes);
        let (outcome, bad, nodes) = lenient(files, &["a.csv", "b.csv.gz"]);
        let message = outcome.unwrap_err();
        assert!(message.contains("`b.csv.gz` cannot be read: its gzip data are"), "{message}");
        assert_eq!((bad, nodes), (vec![], 0));
    }
}

#[test]
fn other_packings_are_named() {
    for (bytes, what) in [
        (&b"\x28\xb5\x2f\xfd\x04\0ab"[..], "compressed with zstd: unpack it first, or"),
        (b"\xfd7zXZ\0\0\x04", "compressed with xz: unpack it first, or"),
        (b"BZh91AY&SY\x01\x02", "compressed with bzip2: unpack it first, or"),
        (b"\x04\x22\x4d\x18\x64\x40", "compressed with lz4: unpack it first, or"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "an archive: unpack it first"),
        (&packed(&packed(b"1\n2\n")), "compressed with gzip twice: unpack it once"),
        (&packed(b"\xff\xfe1\0\n\0"), "in UTF-16: save it as UTF-8"),
    ] {
        let message = rows(bytes.to_vec()).unwrap_err();
        assert!(message.starts_with(&format!("`p.csv.gz` is {what}")), "{message}");
        // What is no table at all is not a bad line of one.
        let files = Files::default().with("a.csv", "id\n1\n").with("b.csv", bytes);
        let (outcome, bad, nodes) = lenient(files, &["a.csv", "b.csv"]);
        assert!(outcome.unwrap_err().contains(what));
        assert_eq!((bad, nodes), (vec![], 0));
    }
}

/// Imports a file of RDF into a graph that has a node; gives the bytes that were read.
fn triples(files: &Files, file: &str) -> (Result<u64, String>, String) {
    let database = Database::in_memory();
    database.query("CREATE (:Kept)").run().unwrap();
    let outcome = database.import_rdf().files(Arc::new(files.clone())).file(file).run();
    let outcome = outcome.map(|report| report.bytes).map_err(|error| error.to_string());
    (outcome, script(&database))
}

/// People in Turtle, with names on one line or on three.
fn turtle() -> String {
    let mut text = "@prefix : <http://example.org/> .\n".to_owned();
    for id in 0..2000_u32 {
        let name = if id % 9 == 0 { "\"\"\"three\n\nlines\"\"\"" } else { "'Müller'" };
        text += &format!(":p{id} a :Person ;\n  :name {name} ;\n  :knows :p{} .\n", id * 7 % 2000);
    }
    text
}

#[test]
fn packed_triples_are_the_plain_ones() {
    let text = turtle();
    let plain = Files::default().with("p.ttl", &*text);
    let (bytes, expected) = triples(&plain, "p.ttl");
    assert_eq!(bytes, Ok(text.len() as u64));
    assert_eq!(expected.matches(":Person").count(), 2000);
    for member in [usize::MAX, 10_007, 100] {
        let files = Files::default().with("p.ttl", in_members(text.as_bytes(), member));
        let (bytes, script) = triples(&files, "p.ttl");
        assert_eq!(bytes, Ok(files.length()));
        assert!(script == expected, "members of {member} bytes");
    }
    // A mark before the text is no part of it, packed or not.
    let marked = format!("\u{feff}{text}");
    let files = Files::default().with("a.ttl.gz", packed(marked.as_bytes())).with("b.ttl", marked);
    assert!(triples(&files, "a.ttl.gz").1 == expected);
    assert!(triples(&files, "b.ttl").1 == expected);
    // What is shorter than the bytes that tell what a file is.
    for few in [&b""[..], b"#", b"<a:b> "] {
        let files = Files::default().with("plain", few).with("packed", packed(few));
        let (plain, packed) = (triples(&files, "plain"), triples(&files, "packed"));
        assert_eq!(plain.0.is_ok(), few != b"<a:b> ", "{plain:?}");
        assert_eq!(plain.0.is_ok(), packed.0.is_ok(), "{packed:?}");
    }
}

#[test]
fn damaged_triples_leave_the_graph_as_it_was() {
    let text = turtle();
    let whole = packed(text.as_bytes());
    let kept = triples(&Files::default().with("none", b""), "none").1;
    assert!(kept.contains(":Kept"));
    let refused = |bytes: &[u8]| {
        let (outcome, script) = triples(&Files::default().with("p.ttl.gz", bytes), "p.ttl.gz");
        assert_eq!(script, kept);
        outcome.unwrap_err()
    };
    for length in (3..whole.len()).step_by(97) {
        let message = refused(&whole[..length]);
        let told = format!("gzip data are cut off: the file ends too early, at byte {length}");
        assert!(message.contains("p.ttl.gz") && message.ends_with(&told), "{message}");
    }
    for place in (10..whole.len()).step_by(89) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x04;
        // What comes before the check of the whole may be no Turtle any more.
        let message = refused(&bytes);
        let damaged = message.contains("its gzip data are");
        assert!(damaged || message.contains("not Turtle"), "{message}");
        assert!(message.contains("p.ttl.gz"), "{message}");
    }
    let message = refused(&[&whole[..], b"<a:b> <a:c> <a:d> ."].concat());
    assert!(message.contains("behind its gzip data stands something else"), "{message}");
    // Lines are those of the text inside, and a file that is none is named.
    let lines = text.lines().count();
    let message = refused(&in_members(format!("{text}:p0 :knows ex:p .\n").as_bytes(), 50));
    assert!(message.contains(&format!("p.ttl.gz:{}: not Turtle", lines + 1)), "{message}");
    let message = refused(&packed(&whole));
    assert!(message.ends_with("`p.ttl.gz` is compressed with gzip twice: unpack it once"));
    let message = refused(b"\x28\xb5\x2f\xfd\x04\0ab");
    assert!(message.contains("`p.ttl.gz` is compressed with zstd: unpack it first"), "{message}");
}

#[test]
fn copies_are_not_packed() {
    let database = Database::in_memory();
    let copy = database.query("COPY (RETURN 1 AS x) TO 'x.csv.gz'").run().unwrap_err();
    assert!(copy.to_string().contains("packs nothing"), "{copy}");
}

#[test]
fn what_is_small_when_packed_is_not_held_unpacked() {
    const ROW: &[u8] = b"an entry that is as long as all of the others in this table\n";
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let rows = ROW.repeat(1 << 10);
    for _ in 0..1 << 9 {
        encoder.write_all(&rows).unwrap();
    }
    let table = encoder.finish().unwrap();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    std::io::copy(&mut std::io::repeat(b'x').take(64 << 20), &mut encoder).unwrap();
    let line = encoder.finish().unwrap();
    let files = Arc::new(Files::default().with("table.gz", table).with("line.gz", line));
    let database = Database::in_memory();
    let count = |file: &str| {
        let text = format!("LOAD CSV FROM '{file}' AS row RETURN count(*) AS n");
        database.query(&text).files(files.clone()).memory_limit(4 << 20).run()
    };
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    assert_eq!(count("table.gz").unwrap().single().unwrap().as_integer(), Some(1 << 19));
    match count("line.gz") {
        Err(Error::Query(error)) => assert_eq!(error.code, ErrorCode::SizeLimit),
        other => panic!("{other:?}"),
    }
    // The other tests run meanwhile, and hold a few megabytes.
    let held = ALLOCATOR.peak_usage().saturating_sub(before);
    assert!(held < 30 << 20, "{held} bytes of 32 and 64 million");
}

#[test]
fn rejects_have_the_lines_of_the_table() {
    let folder = tempfile::tempdir().unwrap();
    let text = "id,born\n1,1970\n\n2,\"19\n71\"x\n3\n4,1972\n1,1973\n";
    let path = folder.path().join("people.csv.gz");
    std::fs::write(path, in_members(text.as_bytes(), 9)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_dossier"))
        .args(["import", "x.dossier", "--nodes", "Person=people.csv.gz", "--skip-bad", "3"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("x.dossier: 2 nodes and 0 relationships imported\n3 lines"), "{told}");
    let rejects = std::fs::read_to_string(folder.path().join("x.rejects.csv")).unwrap();
    let lines: Vec<&str> = rejects.lines().filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(lines, ["line", "4", "6", "8"], "{rejects}");
    assert!(rejects.contains("people.csv.gz,6,1 field where the header has 2"), "{rejects}");
}
