//! Imports of more than the memory that they may take: what comes of them is what an import in
//! memory makes, byte by byte, and a disk that fails meanwhile leaves the database as it was.

use dossier::database::ImportStage;
use dossier::durable::{
    Access, EntryKind, Fault, FaultyStorage, LockOutcome, MemoryStorage, Storage, StorageFile,
    Survival,
};
use dossier::export::dump;
use dossier::import::{FileAccess, FileError, OpenedFile};
use dossier::{Database, Error, InterruptHandle, OpenOptions};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Files by name.
#[derive(Debug, Default)]
struct Files(BTreeMap<&'static str, String>);

impl FileAccess for Files {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let text = self.0.get(location).cloned();
        let text = text.ok_or_else(|| FileError::Unreadable(format!("no file `{location}`")))?;
        let length = Some(text.len() as u64);
        let reader = Box::new(io::Cursor::new(text.into_bytes()));
        Ok(OpenedFile { name: location.into(), length, reader })
    }
}

const NODES: [(&str, &str); 3] =
    [("Person", "people.csv"), ("Person:Expert", "experts.csv"), ("City", "cities.csv")];
const RELATIONSHIPS: [(&str, &str); 5] = [
    ("(:Person)-[:KNOWS]->(:Person)", "knows.csv"),
    ("(:Person)-[:FOLLOWS]->(:Person)", "follows.csv"),
    ("(:Person)-[:LIVES_IN]->(:City)", "lives_in.csv"),
    ("(:Person)-[:FOLLOWS]->(:Person)", "more.csv"),
    ("(:Person)-[:DENIES]->[:KNOWS]", "denies.csv"),
];

/// A graph of so many people, most of whose columns have several pieces.
fn files(people: u64) -> Arc<Files> {
    let mut state = 7_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) % bound
    };
    let headers = [
        "id,name,born,note",
        "id,name",
        "id,from,to,since",
        "from,to",
        "from,to",
        "from,to",
        "from,to",
        "id,name,born,note",
    ];
    let mut texts = headers.map(str::to_owned);
    for id in 0..people {
        let table = if id % 5 == 0 { 7 } else { 0 };
        let note = if id % 3 == 0 { "" } else { "what is known of somebody" };
        texts[table] += &format!("\n{id},p{id},{},{note} {id}", 1900 + below(100));
        if id % 100 == 0 {
            texts[1] += &format!("\nc{id},city number {id}");
        }
        let day = 1 + below(28);
        texts[2] += &format!("\n{id},{},{},2025-06-{day:02}", below(people), below(people));
        for _ in 0..4 {
            texts[3] += &format!("\n{},{}", below(people), below(people));
        }
        // One has many.
        texts[4] += &format!("\n{id},c{}", below(people / 100) * 100);
        texts[5] += &format!("\n{},{id}", if id % 2 == 0 { 0 } else { below(people) });
        if id % 10 == 0 {
            texts[6] += &format!("\n{id},{}", below(people));
        }
    }
    let [people, cities, knows, follows, lives_in, more, denies, experts] = texts;
    let files = [
        ("people.csv", people),
        ("experts.csv", experts),
        ("cities.csv", cities),
        ("knows.csv", knows),
        ("follows.csv", follows),
        ("lives_in.csv", lives_in),
        ("more.csv", more),
        ("denies.csv", denies),
    ];
    Arc::new(Files(files.into()))
}

/// A disk that counts the bytes written into the file that imports put things into.
#[derive(Clone, Debug)]
struct Watched {
    disk: MemoryStorage,
    put_out: Arc<AtomicU64>,
}

#[derive(Debug)]
struct WatchedFile {
    file: Box<dyn StorageFile>,
    put_out: Option<Arc<AtomicU64>>,
}

impl StorageFile for WatchedFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.file.read_at(buffer, offset)
    }
    fn write_at(&self, data: &[u8], offset: u64) -> io::Result<()> {
        if let Some(put_out) = &self.put_out {
            put_out.fetch_add(data.len() as u64, Ordering::Relaxed);
        }
        self.file.write_at(data, offset)
    }
    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }
    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }
}

impl Storage for Watched {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn StorageFile>> {
        let put_out = (path == Path::new("db.load")).then(|| self.put_out.clone());
        Ok(Box::new(WatchedFile { file: self.disk.open(path, access)?, put_out }))
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }
    fn sync_dir(&self, folder: &Path) -> io::Result<()> {
        self.disk.sync_dir(folder)
    }
    fn kind(&self, path: &Path) -> io::Result<Option<EntryKind>> {
        self.disk.kind(path)
    }
    fn canonical(&self, path: &Path) -> io::Result<PathBuf> {
        self.disk.canonical(path)
    }
    fn lock(&self, path: &Path) -> io::Result<LockOutcome> {
        self.disk.lock(path)
    }
    fn claim(&self, path: &Path) -> io::Result<LockOutcome> {
        self.disk.claim(path)
    }
    fn match_permissions(&self, model: &Path, path: &Path) -> io::Result<()> {
        self.disk.match_permissions(model, path)
    }
}

fn script(database: &Database) -> String {
    let mut text = Vec::new();
    dump::write(&database.snapshot(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn import(database: &Database, files: &Arc<Files>) -> Result<u64, Error> {
    let mut import = database.import().files(files.clone());
    for (labels, file) in NODES {
        import = import.nodes(labels.parse().unwrap(), [file]);
    }
    for (ends, file) in RELATIONSHIPS {
        import = import.relationships(ends.parse().unwrap(), [file]);
    }
    import.run().map(|report| report.nodes)
}

/// A database in a file with a rule, and some of what the import adds to.
fn open(storage: &Arc<dyn Storage>, memory: u64) -> Result<Database, Error> {
    let options = OpenOptions { cache_bytes: Some(memory), ..OpenOptions::default() };
    let database = Database::open_in(storage.clone(), "db", options)?;
    if database.snapshot().node_bound() == 0 {
        for statement in [
            "CREATE CONSTRAINT FOR (p:Person) REQUIRE p.id IS UNIQUE",
            "CREATE INDEX FOR ()-[k:KNOWS]-() ON (k.since)",
            "UNWIND range(1, 3000) AS i CREATE (a:Person {id: 'old ' + i})-[:KNOWS]->(:City)
             CREATE (a)-[:FOLLOWS]->(a)",
        ] {
            database.query(statement).run()?;
        }
        database.checkpoint()?;
        database.query("MATCH (p:Person {id: 'old 7'}) SET p.seen = true").run()?;
    }
    Ok(database)
}

const ANSWERS: [&str; 4] = [
    "MATCH (p:Expert)-[:FOLLOWS]->(q)-[:LIVES_IN]->(c) RETURN c.name, count(*), min(p.note) ORDER BY c.name",
    "MATCH ()-[k:KNOWS]->() RETURN k.since, count(*) ORDER BY k.since",
    "MATCH (a)-[r]->(b) RETURN labels(a), type(r), labels(b), count(*) ORDER BY 1, 2, 3",
    "MATCH (p)-[:DENIES]->[k:KNOWS]<-[:DENIES]-(q) RETURN count(*), min(p.id + q.id)",
];

fn answers(database: &Database) -> Vec<String> {
    let mut all = Vec::new();
    for query in ANSWERS {
        let rows = database.query(query).run().unwrap();
        all.push(format!("{:?}", rows.rows));
    }
    all
}

#[test]
fn what_does_not_fit_into_memory_makes_the_same_file() {
    let files = files(20_000);
    let load = |memory: u64| {
        let disk = Watched { disk: MemoryStorage::new(), put_out: Arc::default() };
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let database = open(&storage, memory).unwrap();
        assert_eq!(import(&database, &files).unwrap(), 20_200);
        let put_out = disk.put_out.load(Ordering::Relaxed);
        let (text, found) = (script(&database), answers(&database));
        assert!(!disk.disk.names().contains(&PathBuf::from("db.load")), "a file is left");
        let bytes = disk.disk.contents(Path::new("db")).unwrap();
        drop(database);
        let again = open(&storage, 1 << 30).unwrap();
        assert!(script(&again) == text && answers(&again) == found, "with {memory} bytes");
        (put_out, text, found, bytes)
    };
    let whole = load(1 << 30);
    assert_eq!(whole.0, 0, "there was room for all");
    for memory in [0, 4 << 20] {
        let parts = load(memory);
        assert!(parts.0 > 100_000, "{} bytes were put out with {memory}", parts.0);
        assert!(parts.1 == whole.1 && parts.2 == whole.2, "the graph differs with {memory}");
        // Moments take as few bytes as they need.
        let difference = parts.3.len().abs_diff(whole.3.len());
        assert!(difference < 16, "the file has {difference} bytes more or less with {memory}");
    }
}

#[test]
fn a_disk_that_fails_meanwhile_leaves_everything_as_it_was() {
    let files = files(12_000);
    // How far it came, and what the import said.
    let workload = |storage: &Arc<dyn Storage>| -> (u64, Option<Error>) {
        let Ok(database) = open(storage, 0) else { return (0, None) };
        let before = database.snapshot().node_bound();
        let outcome = import(&database, &files);
        let after = database.snapshot().node_bound() - before;
        assert_eq!(after, if outcome.is_ok() { 12_120 } else { 0 });
        (1 + u64::from(outcome.is_ok()), outcome.err())
    };
    let base = MemoryStorage::new();
    drop(open(&(Arc::new(base.clone()) as Arc<dyn Storage>), 0).unwrap());
    let copy = || base.power_loss(Survival::Everything);
    let counting = FaultyStorage::counting(Arc::new(copy()));
    assert_eq!(workload(&(Arc::new(counting.clone()) as Arc<dyn Storage>)).0, 2);
    let operations = counting.operations();
    assert!(operations > 40, "the workload has become too small: {operations}");
    let full = std::env::var("DOSSIER_LANES").is_ok_and(|lanes| lanes == "full");
    let step = if full { 3 } else { operations as usize / 16 };
    let mut told = 0;
    for fault in [Fault::NoSpace, Fault::ShortWrite, Fault::ShortRead] {
        for at in (0..operations).step_by(step) {
            let disk = copy();
            // Once, or for good: then the process dies as well.
            let (until, survival) = match (at / step as u64) % 3 {
                0 => (u64::MAX, Survival::Random(at)),
                1 => (u64::MAX, Survival::Everything),
                _ => (at + 1, Survival::Everything),
            };
            let storage = FaultyStorage::new(Arc::new(disk.clone()), fault, at..until);
            let (steps, error) = workload(&(Arc::new(storage) as Arc<dyn Storage>));
            if let Some(error) = error {
                told += u64::from(error.to_string().contains("db.load"));
            }
            let image: Arc<dyn Storage> = Arc::new(disk.power_loss(survival));
            let database = open(&image, 1 << 30).unwrap();
            let left = image.kind(Path::new("db.load")).unwrap();
            assert_eq!(left, None, "{fault:?} at {at} has left a file");
            let nodes = database.snapshot().node_count();
            let complete = nodes == 6_000 + 12_120;
            assert!(complete || nodes == 6_000, "{nodes} nodes after {fault:?} at {at}");
            assert!(complete || steps < 2, "{fault:?} at {at} lost an import");
        }
    }
    assert!(told > 5, "{told} failures of the file beside the database");
}

#[test]
fn an_interrupt_while_there_is_no_room_leaves_nothing() {
    let files = files(12_000);
    let disk = MemoryStorage::new();
    let storage: Arc<dyn Storage> = Arc::new(disk.clone());
    let database = open(&storage, 0).unwrap();
    let before = script(&database);
    // While rows are read, and while what they connect is.
    for stage in [ImportStage::Reading, ImportStage::Connecting] {
        let handle = InterruptHandle::new();
        let (stop, mut stages) = (handle.clone(), Vec::new());
        let mut import = database.import().files(files.clone()).interrupt(&handle);
        import = import.progress(|progress| {
            stages.push(progress.stage);
            let far = match progress.stage {
                ImportStage::Reading => progress.relationships > 60_000,
                _ => progress.connected > 20_000,
            };
            if progress.stage == stage && far {
                stop.interrupt();
            }
        });
        for (labels, file) in NODES {
            import = import.nodes(labels.parse().unwrap(), [file]);
        }
        for (ends, file) in RELATIONSHIPS {
            import = import.relationships(ends.parse().unwrap(), [file]);
        }
        let error = import.run().unwrap_err();
        assert!(error.to_string().contains("interrupted"), "{error}");
        assert_eq!(stages.last(), Some(&stage), "it went on");
        assert!(script(&database) == before);
        assert!(!disk.names().contains(&PathBuf::from("db.load")), "a file is left");
    }
}

#[test]
fn an_import_tells_what_it_is_at() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage, 0).unwrap();
    let mut told = Vec::new();
    let mut import = database.import().files(files(12_000));
    import = import.progress(|progress| told.push(progress.clone()));
    for (labels, file) in NODES {
        import = import.nodes(labels.parse().unwrap(), [file]);
    }
    for (ends, file) in RELATIONSHIPS {
        import = import.relationships(ends.parse().unwrap(), [file]);
    }
    let report = import.run().unwrap();
    let mut stages: Vec<ImportStage> = told.iter().map(|progress| progress.stage).collect();
    stages.dedup();
    assert_eq!(stages, [ImportStage::Reading, ImportStage::Connecting, ImportStage::Writing]);
    assert!(told.is_sorted_by_key(|progress| progress.connected));
    assert!(told.is_sorted_by_key(|progress| progress.relationships));
    let halfway = told.iter().filter(|progress| progress.stage == ImportStage::Connecting).count();
    assert!(halfway > 5, "connected in {halfway} steps");
    let last = told.last().unwrap();
    assert_eq!((last.connected, last.relationships), (report.relationships, report.relationships));
}

#[test]
fn a_transaction_reads_and_changes_what_copy_has_put_out() {
    let files = files(12_000);
    let load = |memory: u64, limit: Option<usize>| {
        let disk = Watched { disk: MemoryStorage::new(), put_out: Arc::default() };
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let database = open(&storage, memory).unwrap();
        let mut transaction = database.begin().unwrap();
        let mut found = Vec::new();
        let mut run = |query: &str| {
            let statement = transaction.query(query).files(files.clone());
            let statement = match limit.filter(|_| query.starts_with("COPY")) {
                Some(limit) => statement.memory_limit(limit),
                None => statement,
            };
            let rows = statement.run().unwrap().rows;
            found.push(format!("{query}: {rows:?}"));
        };
        let hops = "MATCH (a:Person)-[f:FOLLOWS]->(b)-[:FOLLOWS]->(c)<-[:FOLLOWS]-(d)
                    WHERE a.id IN [3, 777, 11004] RETURN count(*), count(DISTINCT d), max(d.note)";
        run("COPY Person FROM 'people.csv'");
        run("COPY Person FROM 'experts.csv'");
        run("COPY (:Person)-[:FOLLOWS]->(:Person) FROM 'follows.csv'");
        run(hops);
        run("MATCH (a:Person)-[f:FOLLOWS]->(b) WHERE a.born % 7 = 0 AND b.born % 2 = 1 DELETE f");
        run(hops);
        run("COPY (:Person)-[:FOLLOWS]->(:Person) FROM 'more.csv'");
        run("COPY (:Person)-[:KNOWS]->(:Person) FROM 'knows.csv'");
        run(hops);
        run("MATCH (a:Person {id: 777}) SET a.note = 'seen' CREATE (a)-[:FOLLOWS]->(a)");
        let refused = transaction.query("COPY Person FROM 'people.csv'").files(files.clone()).run();
        assert!(refused.is_err(), "ids are unique");
        let rows = transaction.query(hops).run().unwrap().rows;
        found.push(format!("{rows:?}"));
        transaction.commit().unwrap();
        found.extend(answers(&database));
        let text = script(&database);
        let put_out = disk.put_out.load(Ordering::Relaxed);
        assert!(!disk.disk.names().contains(&PathBuf::from("db.load")), "a file is left");
        drop(database);
        assert!(script(&open(&storage, 1 << 30).unwrap()) == text, "with {memory} bytes");
        (put_out, found, text)
    };
    let whole = load(1 << 30, None);
    assert_eq!(whole.0, 0, "there was room for all");
    for (memory, limit) in [(0, None), (2 << 20, None), (1 << 30, Some(2 << 20))] {
        let parts = load(memory, limit);
        assert!(parts.0 > 100_000, "{} bytes were put out with {memory}, {limit:?}", parts.0);
        assert_eq!(parts.1, whole.1, "with {memory}, {limit:?}");
        assert!(parts.2 == whole.2, "the graph differs with {memory}, {limit:?}");
    }
}

#[test]
fn a_small_import_that_has_put_things_out_is_logged_and_goes_on() {
    let (files, note) = (files(20_000), "a long note ".repeat(20));
    let rows: String = (0..8_000).map(|id| format!("\nlate {id},{note}{id}")).collect();
    let late = Arc::new(Files([("late.csv", format!("id,note{rows}"))].into()));
    let run = |memory: u64| {
        let disk = Watched { disk: MemoryStorage::new(), put_out: Arc::default() };
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let database = open(&storage, 1 << 30).unwrap();
        import(&database, &files).unwrap();
        database.cache().unwrap().set_limit(memory);
        let checkpoint = disk.disk.contents(Path::new("db")).unwrap();
        let added = database.import().files(late.clone());
        added.nodes("Person:Late".parse().unwrap(), ["late.csv"]).run().unwrap();
        let same = disk.disk.contents(Path::new("db")).unwrap() == checkpoint;
        assert!(same, "what is small beside the graph goes into the log");
        let change = "MATCH (l:Late)-[k:KNOWS]->() RETURN count(k) AS n";
        database
            .query("MATCH (l:Late {id: 'late 7'}) SET l.note = 'seen' CREATE (l)-[:KNOWS]->(l)")
            .run()
            .unwrap();
        assert_eq!(format!("{:?}", database.query(change).run().unwrap().rows), "[[Integer(1)]]");
        let text = script(&database);
        // From the log, after a power cut, and from a checkpoint.
        let image: Arc<dyn Storage> = Arc::new(disk.disk.power_loss(Survival::Nothing));
        assert!(script(&open(&image, memory).unwrap()) == text, "with {memory} bytes");
        database.checkpoint().unwrap();
        drop(database);
        assert!(script(&open(&storage, memory).unwrap()) == text, "with {memory} bytes");
        (disk.put_out.load(Ordering::Relaxed), text)
    };
    let (whole, parts) = (run(1 << 30), run(0));
    assert_eq!(whole.0, 0, "there was room for all");
    assert!(parts.0 > 10_000, "{} bytes were put out", parts.0);
    assert!(parts.1 == whole.1, "the graphs differ");
}
