//! Bulk imports: what files hold is what queries would have made of it; all or nothing,
//! whatever is wrong with a line, whoever interrupts, and wherever the power is cut.

use dossier::database::{BadLine, ImportReport};
use dossier::durable::{Fault, FaultyStorage, MemoryStorage, Storage, Survival};
use dossier::export::dump;
use dossier::import::{FileAccess, FileError, OpenedFile};
use dossier::{Database, Error, InterruptHandle, KnownAt, OpenOptions};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files by name.
#[derive(Clone, Debug, Default)]
struct Files(BTreeMap<&'static str, String>);

impl Files {
    fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.0.insert(name, text.into());
        self
    }
}

impl FileAccess for Files {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let text = self.0.get(location).cloned();
        let text = text.ok_or_else(|| FileError::Unreadable(format!("no file `{location}`")))?;
        let length = Some(text.len() as u64);
        let reader = Box::new(std::io::Cursor::new(text.into_bytes()));
        Ok(OpenedFile { name: location.into(), length, reader })
    }
}

type Sources<'a> = &'a [(&'a str, &'a str)];

/// Imports `LABELS, file` and `TYPE, file`; bad lines go to `bad`.
fn import(
    database: &Database,
    files: &Files,
    (nodes, relationships): (Sources<'_>, Sources<'_>),
    skip: u64,
    bad: &mut Vec<BadLine>,
) -> Result<ImportReport, Error> {
    let mut import = database
        .import()
        .files(Arc::new(files.clone()))
        .skip_bad(skip, |line| bad.push(line.clone()));
    for (labels, file) in nodes {
        import = import.nodes(labels.parse().unwrap(), file.split(',').map(str::to_owned));
    }
    for (ends, file) in relationships {
        import = import.relationships(ends.parse().unwrap(), [*file]);
    }
    import.run()
}

fn script(database: &Database) -> String {
    let mut text = Vec::new();
    dump::write(&database.snapshot(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn made(statements: &[&str]) -> Database {
    let database = Database::in_memory();
    for statement in statements {
        database.query(statement).run().unwrap();
    }
    database
}

fn refusal(outcome: Result<ImportReport, Error>) -> String {
    match outcome {
        Err(error @ Error::Import(_)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_import_is_what_queries_would_have_made() {
    let files = Files::default()
        .with("people.csv", "id,name,born,tall,since,zip\n1,Ana,1990,1.5,2025-06-11,007\n2,\"B, o\",,2,,12\n")
        .with("more.csv", "4,Di,2001,1,2025-01-01,1\n")
        .with("cities.csv", "cityId:ID(City),name,tags:string[],n:int,:LABEL\n1,Rome,a;b,5,Capital;Old\nx,Oslo,,,\n")
        .with("knows.csv", "from,to,id\n1,2,k1\n2,2,k2\n1,2,k3\n")
        .with("lives.csv", ":START_ID(Person),:END_ID(City),since:date,:TYPE\n4,x,2025-06-11,LIVES_IN\n1,1,,LEFT\n")
        .with("claims.csv", "from,to,confidence\n4,k3,0.5\n");
    let database = Database::in_memory();
    let nodes = [("Person", "people.csv,more.csv"), ("City", "cities.csv")];
    let relationships = [
        ("(:Person)-[:KNOWS]->(:Person)", "knows.csv"),
        ("", "lives.csv"),
        ("(:Person)-[:ASSERTS]->[:KNOWS]", "claims.csv"),
    ];
    let report = import(&database, &files, (&nodes, &relationships), 0, &mut Vec::new()).unwrap();
    assert_eq!((report.nodes, report.relationships, report.skipped), (5, 6, 0));
    let expected = made(&["CREATE (a:Person {id: 1, name: 'Ana', born: 1990, tall: 1.5, since: date('2025-06-11'), zip: '007'}),
          (b:Person {id: 2, name: 'B, o', tall: 2.0, zip: '12'}),
          (d:Person {id: 4, name: 'Di', born: 2001, tall: 1.0, since: date('2025-01-01'), zip: '1'}),
          (r:City:Capital:Old {cityId: '1', name: 'Rome', tags: ['a', 'b'], n: 5}), (o:City {cityId: 'x', name: 'Oslo'}),
          (a)-[:KNOWS {id: 'k1'}]->(b), (b)-[:KNOWS {id: 'k2'}]->(b), (a)-[k:KNOWS {id: 'k3'}]->(b),
          (d)-[:LIVES_IN {since: date('2025-06-11')}]->(o), (a)-[:LEFT]->(r),
          (d)-[:ASSERTS {confidence: 0.5}]->[k]"]);
    assert_eq!(script(&database), script(&expected));
    let [commit] = &database.commits(9).unwrap()[..] else { panic!("one commit") };
    assert_eq!((commit.number, commit.counts.nodes_created), (1, 5));
    assert_eq!(database.version_at(KnownAt::Commit(0)).unwrap().node_count(), 0);
}

#[test]
fn nodes_that_were_there_are_found_and_indexes_and_rules_go_on() {
    let database = made(&[
        "CREATE CONSTRAINT one FOR (p:Person) REQUIRE p.id IS UNIQUE",
        "CREATE INDEX by_name FOR (p:Person) ON (p.name)",
        "CREATE (:Person {id: 1, name: 'Ana'}), (:Place {id: 7}), (:Place {id: 7})",
    ]);
    let files = Files::default()
        .with("people.csv", "id,name\n2,Bo\n3,Ana\n")
        .with("twice.csv", "id,name\n1,Someone\n")
        .with("places.csv", "from,to\n1,7\n")
        .with("knows.csv", "from,to\n1,1\n1,2\n");
    let run = |nodes: Sources<'_>, relationships: Sources<'_>| {
        import(&database, &files, (nodes, relationships), 0, &mut Vec::new())
    };
    run(&[("Person", "people.csv")], &[]).unwrap();
    let before = script(&database);
    let text = refusal(run(&[("Person", "twice.csv")], &[]));
    assert!(text.contains("`id` IS UNIQUE") || text.contains("id IS UNIQUE"), "{text}");
    let text = refusal(run(&[], &[("(:Person)-[:AT]->(:Place)", "places.csv")]));
    assert!(text.contains("`Place`"), "{text}");
    assert_eq!(script(&database), before);
    run(&[], &[("(:Person)-[:KNOWS]->(:Person)", "knows.csv")]).unwrap();
    let count = |query: &str| database.query(query).run().unwrap().single().unwrap().to_string();
    assert_eq!(count("MATCH (:Person {id: 1})-[:KNOWS]->(p) RETURN sum(p.id)"), "3");
    assert_eq!(count("MATCH (p:Person {name: 'Ana'}) RETURN count(*)"), "2");
    assert!(database.query("CREATE (:Person {id: 3})").run().is_err());
    // What comes after an import is undone and redone as ever.
    database.query("MATCH (p:Person {id: 3}) DETACH DELETE p").run().unwrap();
    assert_eq!(count("AS KNOWN AT 3 MATCH (p:Person {id: 1}) RETURN count(*)"), "1");
}

#[test]
fn a_bad_line_stops_everything_or_is_passed_over() {
    let files = Files::default().with("ok.csv", "id\n1\n2\n").with(
        "bad.csv",
        "id,born:int\n".replace(':', "") + "a,1\nb\nc,\"2\"x\nd,4,5\na,1\n,6\ne,7\n",
    );
    let files = files.with("types.csv", "id:ID,born:int\n1,x\n2,99999999999999999999\n3,3\n");
    let database = Database::in_memory();
    let mut bad = Vec::new();
    let outcome = import(&database, &files, (&[("A", "bad.csv")], &[]), 0, &mut bad);
    assert!(refusal(outcome).starts_with("bad.csv:3: 1 field where the header has 2"));
    let outcome = import(&database, &files, (&[("A", "bad.csv")], &[]), 4, &mut bad);
    assert!(refusal(outcome).contains("(after 4 bad lines that were passed over)"));
    assert_eq!((database.snapshot().node_bound(), bad.len()), (0, 4));
    bad.clear();
    let report = import(&database, &files, (&[("A", "bad.csv")], &[]), 5, &mut bad).unwrap();
    assert_eq!((report.nodes, report.skipped), (2, 5));
    assert_eq!(bad.iter().map(|line| line.line).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    bad.clear();
    import(&database, &files, (&[("B", "types.csv")], &[]), 2, &mut bad).unwrap();
    assert!(bad.iter().all(|line| line.reason.contains("is not an integer")), "{bad:?}");
}

#[test]
fn an_interrupt_leaves_everything_as_it_was() {
    let rows: String = (0..100_000).map(|id| format!("{id}\n")).collect();
    let files = Files::default().with("many.csv", format!("id:ID\n{rows}"));
    let database = Database::in_memory();
    let handle = InterruptHandle::new();
    let mut told = 0;
    let outcome = database
        .import()
        .files(Arc::new(files))
        .nodes("A".parse().unwrap(), ["many.csv"])
        .interrupt(&handle)
        .progress(|progress| {
            told += 1;
            assert!(progress.read <= progress.total.unwrap() && progress.nodes > 0);
            handle.interrupt();
        })
        .run();
    assert!(refusal(outcome).contains("interrupted"));
    assert_eq!((told, database.snapshot().node_bound()), (1, 0));
    assert_eq!(database.snapshot().last_commit().0, 0);
}

/// Lines of relationships between the nodes of [`KINDS_OF_IDS`], most of them as plain as can be.
fn links(seed: u64, lines: usize) -> String {
    let mut state = seed;
    let mut below = |bound: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % bound
    };
    let mut text = "from,to\n".to_owned();
    for _ in 0..lines {
        let odd = below(300);
        let mut id = || match below(100) {
            0..90 => below(1000).to_string(),
            _ => KINDS_OF_IDS[below(KINDS_OF_IDS.len())].to_owned(),
        };
        let (start, end) = (id(), id());
        text += &match odd {
            0 => format!("\"{start}\",{end}"),
            1 => format!("{start},\"{end}\""),
            2 => format!("{start},{end},"),
            3 => start,
            4 => format!("{start},"),
            5 => format!(",{end}"),
            6 => format!("{start},1001"),
            7 => format!("0{start},{end}"),
            8 => format!(" {start},{end}"),
            9 => format!("{start},\"{end}"),
            10 => format!("{start}\",{end}"),
            11 => format!("\n\n{start},{end}"),
            12 => format!("{start},\"{end}\"y"),
            _ => format!("{start},{end}"),
        };
        text += match below(10) {
            0 => "\r\n",
            1 if odd > 12 => "\r",
            _ => "\n",
        };
    }
    text
}

/// Ids that are no small numbers.
const KINDS_OF_IDS: [&str; 9] = [
    "007",
    "-1",
    "é",
    "1e3",
    "999999999999999999",
    "1000000000000000000",
    "9223372036854775808",
    "18446744073709551616",
    "n0000001",
];

#[test]
fn rows_that_only_connect_are_taken_as_all_others_are() {
    let numbers = (0..1000).map(|id: u32| id.to_string());
    let ids: Vec<String> = numbers.chain(KINDS_OF_IDS.iter().map(ToString::to_string)).collect();
    let nodes = format!("id:string\n{}\n", ids.join("\n"));
    for seed in 0..5 {
        // Of the small ones each line may be the last one that is split.
        let lines = if seed < 3 { seed as usize + 3 } else { 20_000 };
        let mut text = links(seed, lines);
        if seed % 2 == 0 {
            text.pop();
        }
        // With a letter between fields nothing is plain.
        let careful = text.replace(',', "x");
        let loaded = [(b',', text), (b'x', careful)].map(|(delimiter, text)| {
            let files = Files::default().with("n.csv", nodes.clone()).with("r.csv", text);
            let database = Database::in_memory();
            let mut bad = Vec::new();
            let import = database.import().files(Arc::new(files)).delimiter(delimiter);
            let import = import.skip_bad(100_000, |line| {
                bad.push((line.line, line.reason.replace('x', ",")));
            });
            let import = import.nodes("N".parse().unwrap(), ["n.csv"]);
            let import = import.relationships("(:N)-[:TO]->(:N)".parse().unwrap(), ["r.csv"]);
            let report = import.run().unwrap();
            (script(&database), report.relationships, report.bytes, bad)
        });
        assert!(loaded[0].0 == loaded[1].0, "seed {seed}: the graphs differ");
        assert_eq!(loaded[0].1, loaded[1].1);
        assert_eq!(loaded[0].3, loaded[1].3, "seed {seed}");
        assert!(lines < 10 || loaded[0].1 > 1000 && loaded[0].3.len() > 1);
    }
}

#[test]
fn types_are_what_all_fields_are_wherever_they_stand() {
    let rows = 18_000;
    for (odd_row, odd, bad) in [
        (0, "1.5,true,2025-06-11", 0),
        (17_990, "2.5,false,2025-06-11", 0),
        (16_383, "7,yes,2025-06-31", 0),
        (16_384, "\"7\",\"true\",\"a day\"", 0),
        // What is no row says nothing of types.
        (5, "odd,odd,\"odd\"odd", 1),
        (17_999, "7,true,", 0),
    ] {
        let mut text = "id,number,flag,day\n".to_owned();
        for row in 0..rows {
            let usual = format!("{},{},20{:02}-06-11", row % 7, row % 3 == 0, row % 90);
            text += &format!("{row},{}\n", if row == odd_row { odd } else { &usual });
        }
        let careful = text.replace(',', "x");
        let loaded = [(b',', text), (b'x', careful)].map(|(delimiter, text)| {
            let files = Files::default().with("n.csv", text);
            let database = Database::in_memory();
            let import = database.import().files(Arc::new(files)).delimiter(delimiter);
            let import = import.skip_bad(1, |_| {}).nodes("N".parse().unwrap(), ["n.csv"]);
            assert_eq!(import.run().unwrap().skipped, bad, "{odd}");
            script(&database)
        });
        assert!(loaded[0] == loaded[1], "with {odd} in row {odd_row}");
        let float = loaded[0].contains("number: 3.0");
        assert_eq!(float, odd.contains("1.5") || odd.contains("2.5"), "{odd}");
        let string = loaded[0].contains("flag: 'true'");
        assert_eq!(string, odd.contains("yes"), "{odd}");
    }
}

#[test]
fn a_power_cut_takes_all_of_an_import_or_nothing() {
    let files = Files::default()
        .with("people.csv", "id,name\n1,Ana\n2,Bo\n")
        .with("knows.csv", "from,to\n1,2\n2,1\n");
    // What was acknowledged, by number of commits.
    let workload = |storage: &Arc<dyn Storage>| -> u64 {
        let options = OpenOptions::default();
        let Ok(database) = Database::open_in(storage.clone(), "db", options) else { return 0 };
        let steps: [&dyn Fn() -> bool; 3] = [
            &|| database.query("CREATE (:Old)").run().is_ok(),
            &|| {
                let sources: (Sources<'_>, Sources<'_>) =
                    (&[("Person", "people.csv")], &[("KNOWS", "knows.csv")]);
                import(&database, &files, sources, 0, &mut Vec::new()).is_ok()
            },
            &|| database.query("MATCH (o:Old) SET o.seen = true").run().is_ok(),
        ];
        steps.iter().take_while(|step| step()).count() as u64
    };
    let counting = FaultyStorage::counting(Arc::new(MemoryStorage::new()));
    assert_eq!(workload(&(Arc::new(counting.clone()) as Arc<dyn Storage>)), 3);
    let mut images = 0;
    for at in 0..=counting.operations() {
        let disk = MemoryStorage::new();
        let faulty: Arc<dyn Storage> =
            Arc::new(FaultyStorage::new(Arc::new(disk.clone()), Fault::ShortWrite, at..u64::MAX));
        let acknowledged = workload(&faulty);
        drop(faulty);
        for choice in [Survival::Nothing, Survival::Everything, Survival::Random(at)] {
            let image: Arc<dyn Storage> = Arc::new(disk.power_loss(choice));
            let database = Database::open_in(image, "db", OpenOptions::default()).unwrap();
            let graph = database.snapshot();
            let number = graph.last_commit().0;
            assert!(number >= acknowledged, "cut at {at}, {choice:?}: {number} of {acknowledged}");
            let expected = [(0, 0), (1, 0), (3, 2), (3, 2)][number as usize];
            assert_eq!((graph.node_count(), graph.relationship_count()), expected, "cut at {at}");
            for past in 0..=number {
                let version = database.version_at(KnownAt::Commit(past)).unwrap();
                let expected = [0, 1, 3, 3][past as usize];
                assert_eq!(version.node_count(), expected, "cut at {at}, version {past}");
            }
            images += 1;
        }
    }
    assert!(images > 60, "the workload has become too small: {images}");
}

#[test]
fn a_copy_is_a_part_of_its_transaction() {
    let people: String = (1..500).map(|id| format!("{id},p{id}\n")).collect();
    let files = Arc::new(
        Files::default()
            .with("people.csv", format!("id,name\n{people}"))
            .with("few.csv", "id,name\n1000,Few\n")
            .with("twice.csv", "id\n7\n7\n")
            .with("knows.csv", "from,to\n1,1000\n0,2\n"),
    );
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let open = || Database::open_in(storage.clone(), "db", OpenOptions::default()).unwrap();
    let database = open();
    database.query("CREATE (:P {id: 0, name: 'old'})").run().unwrap();
    // Much, which is not logged, between changes that are; and what fails leaves nothing.
    let mut transaction = database.begin().unwrap();
    let mut run = |query: &str| transaction.query(query).files(files.clone()).run();
    run("MATCH (p:P) SET p.name = 'new'").unwrap();
    let copied = run("COPY P FROM 'people.csv'").unwrap().counters;
    assert_eq!((copied.nodes_created, copied.properties_set), (499, 998));
    run("MATCH (p:P {id: 3}) SET p.name = 'three'").unwrap();
    run("COPY P FROM 'twice.csv'").unwrap_err();
    run("COPY P FROM 'few.csv'").unwrap();
    run("COPY (:P)-[:KNOWS]->(:P) FROM 'knows.csv'").unwrap();
    run("MATCH (p:P {id: 2}) DETACH DELETE p").unwrap();
    assert_eq!(database.snapshot().node_count(), 1);
    transaction.commit().unwrap();
    let expected = script(&database);
    assert!(expected.contains("three") && expected.contains("Few") && !expected.contains("'old'"));
    let [commit, _] = &database.commits(9).unwrap()[..] else { panic!("two commits") };
    assert_eq!((commit.counts.nodes_created, commit.counts.nodes_deleted), (500, 1));
    // What came is forgotten with its transaction.
    let mut transaction = database.begin().unwrap();
    transaction.query("COPY Q FROM 'people.csv'").files(files.clone()).run().unwrap();
    transaction.rollback();
    drop(database);
    let database = open();
    assert_eq!(script(&database), expected);
    let before = database.version_at(KnownAt::Commit(1)).unwrap();
    assert_eq!((before.node_count(), before.relationship_count()), (1, 0));
    // What is small beside the graph goes into the log.
    database.query("COPY P FROM 'few.csv'").files(files.clone()).run().unwrap();
    let known = database.query("AS KNOWN AT 2 MATCH (p:P) RETURN count(*)").run().unwrap();
    assert_eq!(known.single().and_then(dossier::value::Value::as_integer), Some(500));
    drop(database);
    assert_eq!(open().snapshot().node_count(), 501);
}

#[test]
fn a_copy_keeps_to_its_limits_and_reads_no_file_by_default() {
    let rows: String = (0..20_000).map(|id| format!("{id},some text that takes room\n")).collect();
    let files = Arc::new(Files::default().with("rows.csv", format!("id,text\n{rows}")));
    let database = Database::in_memory();
    let code = |outcome: Result<dossier::QueryResult, Error>| match outcome {
        Err(Error::Query(diagnostics)) => diagnostics.code.to_string(),
        other => panic!("{other:?}"),
    };
    let copy = "COPY A FROM 'rows.csv'";
    assert_eq!(code(database.query(copy).run()), "FileAccessDenied");
    assert_eq!(code(database.query("COPY (RETURN 1 AS x) TO 'a.csv'").run()), "FileAccessDenied");
    let query = || database.query(copy).files(files.clone());
    assert_eq!(code(query().memory_limit(100_000).run()), "MemoryLimit");
    let handle = InterruptHandle::new();
    handle.interrupt();
    assert_eq!(code(query().interrupt(&handle).run()), "Interrupted");
    assert_eq!(code(query().timeout(std::time::Duration::ZERO).run()), "Timeout");
    assert_eq!(database.snapshot().node_bound(), 0);
    query().memory_limit(100_000_000).run().unwrap();
    assert_eq!(database.snapshot().node_count(), 20_000);
}
