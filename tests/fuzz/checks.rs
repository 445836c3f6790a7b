//! What must hold of any input: of text for the lexer, the parser, the splitter of
//! scripts and a whole database under limits, and of bytes for an opening database.
//!
//! Each check panics where it does not hold. The fuzz targets in `fuzz/` run them on
//! what libFuzzer invents, `tests/fuzz.rs` on mutations and on all that once failed.

use dossier::durable::{MemoryStorage, Storage};
use dossier::syntax::{self, TokenKind};
use dossier::value::{ErrorCode, Value};
use dossier::{Database, Error, OpenOptions};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// What a query is allowed.
const TIMEOUT: Duration = Duration::from_millis(100);
const MEMORY: usize = 8 << 20;
const ROWS: u64 = 100_000;

/// What it may take of the processor all in all: parsing, planning, stopping, under
/// instrumentation.
const PATIENCE: Duration = Duration::from_secs(5);

/// The time that has passed, or that this process has spent on processors where the system
/// tells that and it is less: beside other work a statement waits for its turn.
struct Watch {
    started: Instant,
    spent: Option<Duration>,
}

impl Watch {
    fn start() -> Self {
        Watch { started: Instant::now(), spent: spent() }
    }

    fn took(&self) -> Duration {
        let passed = self.started.elapsed();
        let spent = self.spent.zip(spent()).map(|(before, now)| now.saturating_sub(before));
        spent.map_or(passed, |spent| spent.min(passed))
    }
}

/// The ticks of user and system time in `/proc/self/stat`, a hundred in a second.
fn spent() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    Some(Duration::from_millis(10 * ticks.sum::<Result<u64, _>>().ok()?))
}

/// Tokens lie in order, apart, inside the text, on the borders of characters.
pub fn lexer(text: &str) {
    let mut end = 0;
    for token in syntax::tokenize(text) {
        let (start, stop) = (token.span.start as usize, token.span.end as usize);
        assert!(start >= end && stop > start, "{token:?} after {end}");
        assert!(text.is_char_boundary(start) && text.is_char_boundary(stop), "{token:?}");
        assert_ne!(token.kind, TokenKind::End);
        assert!(text[end..start].chars().all(|c| c.is_whitespace() || c == '\u{feff}'));
        end = stop;
    }
}

/// A text parses to a tree that prints to a text that parses to the same, or fails at a
/// place inside it.
pub fn parser(text: &str) {
    match syntax::parse(text) {
        Ok(statement) => {
            let printed = syntax::print(&statement);
            let again = syntax::parse(&printed).unwrap_or_else(|diagnostic| {
                panic!("{text:?} prints to {printed:?}: {}", diagnostic.render(&printed, false))
            });
            assert_eq!(syntax::print(&again), printed, "of {text:?}");
        }
        Err(diagnostic) => {
            let span = diagnostic.span.expect("a syntax error has a place");
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
            assert!(!diagnostic.render(text, false).is_empty());
        }
    }
}

/// Statements are slices of their script, in order; a statement splits no further.
pub fn script(text: &str) {
    let mut end = 0;
    for (span, statement) in syntax::split_statements(text) {
        assert!(span.start >= end);
        assert_eq!(text.get(span.start as usize..span.end as usize), Some(statement));
        let again = syntax::split_statements(statement);
        assert_eq!(again.len(), 1, "{statement:?}");
        assert_eq!(again[0].1, statement);
        end = span.end;
    }
    syntax::is_complete(text);
}

/// A graph of a few nodes with all that a graph can have: several labels, parallel
/// relationships, a loop, a cycle, claims about relationships and about claims.
fn graph() -> &'static Database {
    static GRAPH: OnceLock<Database> = OnceLock::new();
    GRAPH.get_or_init(|| {
        let database = Database::in_memory();
        let text = "CREATE (a:A:Person {name: 'Ann', n: 1, x: 1.5, list: [1, 2, 3]}),
                (b:B:Person {name: 'Bob', n: 2, d: date('2025-05-12')}), (c:A {n: 3}), (:Lonely),
                (a)-[r:KNOWS {since: 2020, n: 1}]->(b), (a)-[:KNOWS {n: 2}]->(b), (b)-[s:KNOWS]->(c),
                (c)-[:KNOWS]->(a), (c)-[:LOOP]->(c), (b)-[:LIKES]->(a),
                (a)-[k:ASSERTS {n: 1}]->[r], (b)-[:DENIES]->[r], (c)-[:ASSERTS]->[k], [k]-[:CITED_IN]->(b)";
        database.query(text).run().expect("the graph");
        database
    })
}

/// Statements give rows or a typed error, within their limits, and one that fails leaves
/// the graph as it was.
pub fn query(text: &str) {
    let database = graph();
    let mut transaction = database.begin().expect("nobody else writes");
    for (_, statement) in syntax::split_statements(text).into_iter().take(4) {
        if words(statement, "CHECKPOINT") {
            continue;
        }
        let before = transaction.snapshot();
        let counts = (before.node_count(), before.relationship_count());
        let watch = Watch::start();
        let result = transaction
            .query(statement)
            .param("p", 1_i64)
            .param("name", "Ann")
            .param("list", Value::List(Arc::new(vec![1_i64.into(), 2_i64.into(), Value::Null])))
            .timeout(TIMEOUT)
            .memory_limit(MEMORY)
            .row_limit(ROWS)
            .run();
        let took = watch.took();
        assert!(took < PATIENCE, "{statement:?} took {took:?}");
        match result {
            Ok(result) => {
                assert!(result.rows.iter().all(|row| row.len() == result.columns.len()));
            }
            Err(Error::Query(diagnostic)) => {
                assert_ne!(
                    diagnostic.code,
                    ErrorCode::InternalError,
                    "{statement:?}: {diagnostic:?}"
                );
                assert!(!diagnostic.render(statement, false).is_empty());
                let after = transaction.snapshot();
                assert_eq!((after.node_count(), after.relationship_count()), counts);
            }
            Err(other) => panic!("{statement:?}: {other}"),
        }
    }
    transaction.rollback();
}

fn words(statement: &str, word: &str) -> bool {
    statement.to_ascii_uppercase().contains(word)
}

/// Bytes in place of a database and its log open, or are refused and left as they are.
/// The first two bytes say how long the database is; the rest is the log.
pub fn file(bytes: &[u8]) {
    let name = Path::new("fuzz.dossier");
    let log = Path::new("fuzz.dossier.wal");
    let Some((&[low, high], contents)) = bytes.split_first_chunk::<2>() else { return };
    let split = usize::from(u16::from_le_bytes([low, high])).min(contents.len());
    let (database, tail) = contents.split_at(split);
    let disk = MemoryStorage::new();
    disk.put(name, database.to_vec());
    if !tail.is_empty() {
        disk.put(log, tail.to_vec());
    }
    for read_only in [true, false] {
        let options = OpenOptions { read_only, create: false, ..OpenOptions::default() };
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        match Database::open_in(storage, name, options) {
            Ok(opened) => {
                let counted = opened.query("MATCH (n) RETURN count(n)").run().expect("a count");
                assert_eq!(counted.rows.len(), 1);
            }
            Err(_) => assert_eq!(disk.contents(name).as_deref(), Some(database)),
        }
    }
}
