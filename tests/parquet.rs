//! Parquet files, in a build that knows them: what others have written is read, what is written
//! comes back, and a damaged file is an error.

use dossier::import::{FileAccess, FileError, OpenedFile, ReadAt};
use dossier::{Database, LocalFiles};
use std::io;
use std::path::Path;
use std::sync::Arc;

fn fixtures() -> Arc<LocalFiles> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parquet");
    Arc::new(LocalFiles::within(folder))
}

fn rows(database: &Database, query: &str) -> Vec<String> {
    let result = database.query(query).run().unwrap();
    result
        .rows
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
        .collect()
}

#[test]
fn what_others_have_written_is_read() {
    let database = Database::in_memory();
    database.query("COPY P FROM 'types.parquet'").files(fixtures()).run().unwrap();
    database
        .query("COPY (:P)-[:KNOWS]->(:P) FROM 'knows.parquet'")
        .files(fixtures())
        .run()
        .unwrap();
    assert_eq!(
        rows(
            &database,
            "MATCH (p:P) RETURN p.id, p.name, p.small, p.big, p.half, p.yes, p.day, p.at, p.seen, p.hour, p.price, p.count, p.tags, p.marks ORDER BY p.id"
        ),
        [
            "1 | 'Li' | -1 | 1 | 0.5 | true | '2025-06-09' | '2025-06-09T14:30:00.123456' | '2025-06-09T14:30Z' | '14:30' | 12.34 | 7 | ['a', 'b'] | [1, null]",
            "2 | 'He' | null | 4294967295 | null | false | null | null | null | null | null | null | [] | null",
            "3 | null | 3 | null | 2.0 | null | '0001-01-01' | '1900-01-01T00:00' | null | null | -0.05 | -8 | null | [3]",
        ]
    );
    assert_eq!(
        rows(&database, "MATCH (a)-[k:KNOWS]->(b) RETURN a.id, b.id, k.since ORDER BY a.id"),
        ["1 | 2 | 2020", "3 | 1 | null"]
    );
}

#[test]
fn an_import_reads_them_and_names_the_row_that_is_wrong() {
    let database = Database::in_memory();
    let import = || database.import().files(fixtures());
    let report = import()
        .nodes("P".parse().unwrap(), ["types.parquet"])
        .relationships("KNOWS".parse().unwrap(), ["knows.parquet"])
        .run()
        .unwrap();
    assert_eq!((report.nodes, report.relationships), (3, 2));
    let twice = import().nodes("Q".parse().unwrap(), ["types.parquet", "types.parquet"]).run();
    assert_eq!(
        twice.unwrap_err().to_string(),
        "types.parquet:1: the id `1` is there before, in `Q`"
    );
    let mixed = import().nodes("Q".parse().unwrap(), ["types.parquet", "knows.parquet"]).run();
    assert!(mixed.unwrap_err().to_string().contains("columns are not those of types.parquet"));
    let nested = import().nodes("Q".parse().unwrap(), ["nested.parquet"]).run();
    assert!(nested.unwrap_err().to_string().contains("column `where` is nested"));
}

#[test]
fn what_is_written_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(LocalFiles::within(folder.path()).writable());
    let database = Database::in_memory();
    database
        .query(
            "UNWIND range(0, 5000) AS i
             CREATE (n:N {id: i, name: CASE WHEN i % 3 > 0 THEN 'name ' + i END, f: i / 4.0, b: i % 2 = 0,
                  d: date({year: 2000, ordinalDay: 1 + i % 300}), t: localtime({hour: i % 24}),
                  l: localdatetime({year: 1 + i % 2000}), z: datetime({year: 2000 + i % 100, timezone: '+02:00'}),
                  some: CASE i % 4 WHEN 0 THEN [] WHEN 1 THEN [i, i + 1] WHEN 2 THEN [i] END})",
        )
        .run()
        .unwrap();
    let out = "COPY (MATCH (n:N) RETURN n.id AS id, n.name AS name, n.f AS f, n.b AS b, n.d AS d, n.t AS t, n.l AS l, n.z AS z, n.some AS some) TO 'n.parquet'";
    let written = database.query(out).files(files.clone()).run().unwrap();
    assert_eq!(written.single().and_then(dossier::value::Value::as_integer), Some(5001));
    database.query("COPY M FROM 'n.parquet'").files(files.clone()).run().unwrap();
    database.query("CREATE INDEX FOR (m:M) ON (m.id)").run().unwrap();
    let same = "MATCH (n:N), (m:M {id: n.id})
                WHERE coalesce(n.name, '') = coalesce(m.name, '') AND n.f = m.f AND n.b = m.b AND n.d = m.d AND n.t = m.t
                  AND n.l = m.l AND n.z.epochSeconds = m.z.epochSeconds AND coalesce(n.some, ['none']) = coalesce(m.some, ['none'])
                RETURN count(*)";
    assert_eq!(rows(&database, same), ["5001"]);
    // More than a row group.
    let many = "COPY (UNWIND range(1, 70000) AS i RETURN i) TO 'many.parquet'";
    database.query(many).files(files.clone()).run().unwrap();
    database.query("COPY L FROM 'many.parquet'").files(files.clone()).run().unwrap();
    assert_eq!(rows(&database, "MATCH (l:L) RETURN count(*), sum(l.i)"), ["70000 | 2450035000"]);
    let empty = "COPY (MATCH (n:Nobody) RETURN n.x AS x) TO 'empty.parquet'";
    database.query(empty).files(files.clone()).run().unwrap();
    database.query("COPY E FROM 'empty.parquet'").files(files.clone()).run().unwrap();
    for refused in [
        "UNWIND [1, 'a'] AS x RETURN x",
        "MATCH (n:N) RETURN n",
        "UNWIND [1, [2]] AS x RETURN x",
        "RETURN [[1]] AS x",
        "RETURN {a: 1} AS x",
        "RETURN localtime('12:00:00.000000001') AS x",
    ] {
        let copy = format!("COPY ({refused}) TO 'refused.parquet'");
        let error = database.query(&copy).files(files.clone()).run().unwrap_err().to_string();
        assert!(error.starts_with("column `"), "{refused}: {error}");
        assert!(!folder.path().join("refused.parquet").exists());
    }
}

#[test]
fn relationships_are_found_where_all_is_there_and_told_of_where_not() {
    let folder = tempfile::tempdir().unwrap();
    let files = Arc::new(LocalFiles::within(folder.path()).writable());
    let database = Database::in_memory();
    let run = |query: &str| database.query(query).files(files.clone()).run().map(|_| ());
    run("UNWIND range(0, 9999) AS i CREATE (:N {id: i})").unwrap();
    for (file, ends) in [
        ("whole", "i AS from, (i * 7) % 10000 AS to"),
        ("nowhere", "i AS from, CASE i WHEN 9000 THEN -1 ELSE i END AS to"),
        ("missing", "i AS from, CASE i WHEN 9000 THEN null ELSE i END AS to"),
    ] {
        let copy = format!("COPY (UNWIND range(0, 9999) AS i RETURN {ends}) TO '{file}.parquet'");
        run(&copy).unwrap();
    }
    run("COPY (:N)-[:TO]->(:N) FROM 'whole.parquet'").unwrap();
    assert_eq!(
        rows(
            &database,
            "MATCH (a:N)-[t:TO]->(b:N) WHERE b.id = (a.id * 7) % 10000 RETURN count(t)"
        ),
        ["10000"]
    );
    for (file, reason) in [
        ("nowhere", "nowhere.parquet:9001: nothing has the id `-1`"),
        ("missing", "missing.parquet:9001: the row has no end"),
    ] {
        let refused = run(&format!("COPY (:N)-[:TO]->(:N) FROM '{file}.parquet'")).unwrap_err();
        assert!(refused.to_string().contains(reason), "{refused}");
    }
}

/// A file with some bytes changed.
#[derive(Clone, Debug)]
struct Damaged(Vec<u8>);

impl FileAccess for Damaged {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let reader = Box::new(io::Cursor::new(self.0.clone()));
        Ok(OpenedFile { name: location.into(), length: None, reader })
    }
}

#[test]
fn a_damaged_file_is_an_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parquet");
    let whole = std::fs::read(folder.join("types.parquet")).unwrap();
    assert_eq!(ReadAt::length(&whole), whole.len() as u64);
    let database = Database::in_memory();
    let mut refused = 0;
    for cut in (0..whole.len()).step_by(97) {
        let files = Arc::new(Damaged(whole[..cut].to_vec()));
        assert!(
            database.query("COPY P FROM 'x.parquet'").files(files).run().is_err(),
            "cut at {cut}"
        );
    }
    for place in (0..whole.len()).step_by(13) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0xff;
        // Not every byte matters, and not all lie under a checksum.
        let files = Arc::new(Damaged(bytes));
        refused += u32::from(database.query("COPY P FROM 'x.parquet'").files(files).run().is_err());
        database.query("MATCH (n) DETACH DELETE n").run().unwrap();
    }
    assert!(refused > 30, "only {refused} were refused");
    let packed = Arc::new(Damaged([b"\x1f\x8b\x08\0", &whole[..]].concat()));
    let copy = database.query("COPY P FROM 'x.parquet.gz'").files(packed).run().unwrap_err();
    assert!(copy.to_string().contains("gzip as a whole: unpack it first"), "{copy}");
}
