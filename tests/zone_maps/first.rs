//! Where only the first rows by a property are wanted, chunks that stand behind are passed over,
//! and the same rows come in the same order.

use super::*;
use dossier::bind::expression::ExpressionKind;
use dossier::plan::operator::{OperatorKind, Plan};
use dossier::plan::statistics::Statistics;
use dossier::plan::zone::{ZoneCondition, ZoneFirst};
use dossier::syntax::ast::NullOrder;

const KEYS: &[&str] = &[
    "x.id",
    "x.any",
    "x.sparse",
    "x.share",
    "x.odd",
    "x.late",
    "x.early",
    "x.mixed",
    "x.whole",
    "x.flag",
    "x.day",
    "x.at",
    "x.nothing",
];

const DIRECTIONS: &[&str] = &["", " DESC", " NULLS FIRST", " DESC NULLS LAST"];

/// Queries that order by KEY, in which direction stands behind it.
const QUERIES: &[&str] = &[
    "MATCH (x:N) RETURN x.id AS id ORDER BY KEY LIMIT 10",
    "MATCH (x) RETURN x.id AS id, x.any AS a ORDER BY KEY, x.any DESC SKIP 3 LIMIT 7",
    "MATCH (x:N) WHERE x.any > 500 RETURN x ORDER BY KEY LIMIT 600",
    "MATCH (x:N) WHERE x.any > 500 AND x.id > $value - 5000 RETURN x.id ORDER BY KEY, x.flag LIMIT 60",
    "MATCH (x:N)-[:T]->(z) WHERE z.id < 5000 RETURN x.id AS id, z.id AS to ORDER BY KEY LIMIT 5",
    "MATCH (x:N)-[:T]-(z) RETURN x.id AS id, z.id AS to ORDER BY KEY SKIP 1 LIMIT 9",
    "MATCH (x:N) WITH x.any AS any, x.id AS id, x AS y RETURN any, id ORDER BY KEY LIMIT 9",
    "MATCH (x:N) WITH x.flag AS f, x.any AS a ORDER BY KEY LIMIT 40 RETURN DISTINCT f, a",
    "MATCH (x:N) WITH x AS y WITH y AS x RETURN x.id AS id ORDER BY KEY LIMIT 4",
    "MATCH (x:N) WHERE x.late IS NULL RETURN x.id AS id ORDER BY KEY LIMIT 4",
    "MATCH (x:N) WHERE x.late >= 0 OR x.id = 3 RETURN x.id AS id ORDER BY KEY LIMIT 4",
    "UNWIND [1, 2] AS y MATCH (x:N) WHERE x.any > y RETURN x.id AS id, y ORDER BY KEY LIMIT 5",
    "UNWIND [3, 500] AS y CALL (y) { MATCH (x:N) WHERE x.any > y RETURN x.id AS id ORDER BY KEY LIMIT 3 } RETURN y, id",
    "RETURN COLLECT { MATCH (x:N) RETURN x.id ORDER BY KEY LIMIT 3 } AS ids",
    "MATCH (x:N) RETURN x.id AS id ORDER BY KEY LIMIT 3 UNION ALL MATCH (x:M) RETURN x.id AS id ORDER BY KEY LIMIT 3",
    "MATCH (m:M {id: 9000}) MATCH (x:N) RETURN x.id AS id ORDER BY KEY LIMIT 3",
    "OPTIONAL MATCH (x:N) WHERE x.any = 7 RETURN x.id AS id ORDER BY KEY LIMIT 8",
    "MATCH (x:N) RETURN x.id AS id ORDER BY KEY LIMIT 0",
    "MATCH (x:N) RETURN x.id AS id ORDER BY KEY SKIP 9990 LIMIT 20000",
    "MATCH [x:T]<-[c]-() RETURN x.w AS w ORDER BY KEY LIMIT 3",
    "MATCH ()-[x:T]->(z) RETURN x.w AS w, z.id AS id ORDER BY KEY LIMIT 6",
    "MATCH (x:N) WHERE 12 / (x.id - 9) < 9 RETURN x.id AS id ORDER BY KEY LIMIT 3",
    "MATCH (x:N) RETURN 1 / (x.id - 5077) AS q ORDER BY KEY LIMIT 3",
    "MATCH (x:N) RETURN x.id AS id ORDER BY KEY, 1 / (x.id - 77) LIMIT 3",
    "MATCH (x:N) WHERE x.any = 3 OR x.id > 1 / 0 RETURN x.id AS id ORDER BY KEY LIMIT 3",
    "MATCH (x:N) WHERE x.any = 3 AND x.id > 1 / 0 RETURN x.id AS id ORDER BY KEY LIMIT 3",
    "MATCH (x:N) WHERE x.any >= 0 RETURN x.id AS id ORDER BY KEY LIMIT 1 / 0",
];

/// Asks every so many of all queries by all keys with the rule and without it.
fn agree(database: &Database, every: usize, before: &str) {
    let without = without();
    let texts = QUERIES.iter().flat_map(|query| {
        let orders = KEYS.iter().flat_map(|key| DIRECTIONS.iter().map(move |how| (key, how)));
        orders.map(|(key, how)| format!("{before}{}", query.replace("KEY", &format!("{key}{how}"))))
    });
    for text in texts.skip(every / 2).step_by(every) {
        let (with, plain) = (ask(database, &text, RULES, 1), ask(database, &text, &without, 1));
        assert_eq!(with, plain, "{text}");
        assert_eq!(ask(database, &text, RULES, 3), plain, "{text}, in threads");
    }
}

#[test]
fn the_first_rows_are_the_same_in_memory_and_in_a_file() {
    let storage: Arc<dyn Storage> = Arc::new(MemoryStorage::new());
    let database = open(&storage);
    filled(&database);
    agree(&database, 5, "");
    database.close().unwrap();
    for (key, how) in KEYS.iter().zip(DIRECTIONS.iter().cycle()) {
        // Each on columns that nobody has read before.
        let database = open(&storage);
        let text = format!("MATCH (x:N) RETURN x.id AS id ORDER BY {key}{how} LIMIT 10");
        let with = ask(&database, &text, RULES, 1);
        assert_eq!(with, ask(&database, &text, &without(), 1), "{text}");
    }
    let database = open(&storage);
    for statement in CHANGES {
        database.query(statement).run().unwrap();
    }
    agree(&database, 17, "");
    agree(&database, 41, "AS KNOWN AT 5 ");
    agree(&database, 41, "ACCORDING TO (m:M {number: 500}) ");
}

#[test]
fn statements_that_write_order_what_they_have_written() {
    for statement in [
        "CREATE (:N {id: 77777}) WITH 1 AS one MATCH (n:N) RETURN n.id AS id ORDER BY n.id DESC LIMIT 2",
        "MATCH (n:N) WITH n ORDER BY n.id DESC LIMIT 3 SET n.id = -n.id WITH count(*) AS c MATCH (n:N) RETURN n.id AS id ORDER BY n.id LIMIT 4",
        "MATCH (n:N) WHERE n.id = 9999 DETACH DELETE n WITH 1 AS one MATCH (m:N) RETURN m.id AS id ORDER BY m.id DESC LIMIT 4",
        "MATCH (n:N) WITH n ORDER BY n.flag DESC LIMIT 3 SET n.seen = n.id RETURN n.seen",
    ] {
        let [with, without] = [RULES.to_vec(), without()].map(|rules| {
            let database = Database::in_memory();
            filled(&database);
            ask(&database, statement, &rules, 1)
        });
        assert_eq!(with, without, "{statement}");
    }
}

/// Rules behind the others that make what a scan is told wrong.
struct Wrong(&'static str, fn(&mut OperatorKind));

impl Rule for Wrong {
    fn name(&self) -> &'static str {
        self.0
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        plan.operators.iter_mut().for_each(|operator| (self.1)(&mut operator.kind));
    }
}

fn spoil(kind: &mut OperatorKind, spoil: fn(&mut ZoneFirst)) {
    if let OperatorKind::NodeScan { first: Some(first), .. } = kind {
        spoil(first);
    }
}

static WRONG: &[Wrong] = &[
    Wrong("the wrong end", |kind| spoil(kind, |first| first.descending = !first.descending)),
    Wrong("nulls elsewhere", |kind| {
        spoil(kind, |first| {
            first.nulls = match first.nulls {
                NullOrder::First => NullOrder::Last,
                NullOrder::Last => NullOrder::First,
            };
        });
    }),
    Wrong("no nulls", |kind| spoil(kind, |first| first.absent = false)),
    Wrong("another property", |kind| spoil(kind, |first| first.key = "any".into())),
    Wrong("equals in the order of the scan", |kind| {
        if let OperatorKind::Sort { keys, .. } = kind
            && keys.last().is_some_and(|(key, _)| matches!(key.kind, ExpressionKind::Variable(_)))
        {
            keys.pop();
        }
    }),
];

#[test]
fn an_alternative_that_is_forgotten_shows() {
    static FORGETS: Wrong = Wrong("an alternative is forgotten", |kind| {
        let OperatorKind::NodeScan { zones, .. } = kind else { return };
        for zone in zones {
            if let ZoneCondition::AnyOf(ways) = zone {
                ways.pop();
            }
        }
    });
    let database = Database::in_memory();
    filled(&database);
    let rules: Vec<&'static dyn Rule> = RULES.iter().copied().chain([&FORGETS as _]).collect();
    let text = "MATCH (x:N) WHERE x.id = 4 OR x.any < 0 OR x.id > 9997 RETURN x.id AS id";
    let [found, fewer] = [ask(&database, text, RULES, 1), ask(&database, text, &rules, 1)];
    assert!(found.contains("9999") && !fewer.contains("9999"), "{found}\n{fewer}");
}

#[test]
fn what_is_wrong_with_the_first_rows_shows() {
    let database = Database::in_memory();
    filled(&database);
    for wrong in WRONG {
        let rules: Vec<&'static dyn Rule> = RULES.iter().copied().chain([wrong as _]).collect();
        let mut orders = KEYS.iter().flat_map(|key| DIRECTIONS.iter().map(move |how| (key, how)));
        let differs = orders.any(|(key, how)| {
            let text = format!("MATCH (x:N) RETURN x.id AS id ORDER BY {key}{how} LIMIT 10");
            ask(&database, &text, &rules, 1) != ask(&database, &text, RULES, 1)
        });
        assert!(differs, "{}", wrong.0);
    }
}

#[test]
fn a_statement_that_is_run_again_begins_anew() {
    let database = Database::in_memory();
    filled(&database);
    let text = "MATCH (x:N) WHERE x.id > $least RETURN x.id AS id ORDER BY x.id LIMIT 2";
    let prepared = database.prepare(text).unwrap();
    for least in [5i64, 9000, 17, 9997, -1] {
        let result = database.prepared(&prepared).param("least", least).run().unwrap();
        let expected = format!("[[Integer({})], [Integer({})]]", least + 1, least + 2);
        assert_eq!(format!("{:?}", result.rows), expected);
    }
}

#[test]
fn profile_tells_how_many_chunks_stand_behind() {
    let database = Database::in_memory();
    filled(&database);
    for (text, told) in [
        ("MATCH (x:N) RETURN x.any ORDER BY x.id LIMIT 10", "4 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.id DESC LIMIT 10", "4 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.id DESC SKIP 2500 LIMIT 10", "3 of 5"),
        ("MATCH (x:N) WHERE x.any > 500 RETURN x.any ORDER BY x.day DESC LIMIT 10", "4 of 5"),
        ("MATCH (x:N) WHERE x.id < 4000 RETURN x.any ORDER BY x.day DESC LIMIT 10", "4 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.any DESC LIMIT 10", "0 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.flag LIMIT 10", "1 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.whole, x.any LIMIT 10", "4 of 5"),
        // Nulls are the largest.
        ("MATCH (x:N) RETURN x.any ORDER BY x.late DESC LIMIT 10", "1 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.late DESC NULLS LAST LIMIT 10", "4 of 5"),
        ("MATCH (x:N) WHERE x.late > 0 RETURN x.any ORDER BY x.late DESC LIMIT 10", "4 of 5"),
        ("MATCH (x:N) RETURN x.any ORDER BY x.mixed DESC LIMIT 10", "1 of 5"),
        (
            "MATCH (x:N)-[:T]->(z) WITH z, x.at AS at RETURN z.id ORDER BY at DESC LIMIT 10",
            "4 of 5",
        ),
        ("MATCH [x:T]<-[c]-() RETURN x.w ORDER BY x.id LIMIT 2", "4 of 5"),
        ("MATCH ()-[x:T]->() WHERE x.w >= 0 RETURN x.w ORDER BY x.id DESC LIMIT 2", "4 of 5"),
    ] {
        assert_eq!(skipped(&database, text, None), told, "{text}");
    }
    // What may fail is asked of all.
    for text in [
        "MATCH (x:N) WHERE 1 / (x.id + 1) >= 0 RETURN x.any ORDER BY x.id LIMIT 10",
        "MATCH (x:N) RETURN 1 / (x.id + 1) AS q ORDER BY x.id LIMIT 10",
        "MATCH (x:N) RETURN x.any ORDER BY x.id, 1 / (x.id + 1) LIMIT 10",
        "MATCH (x:N) RETURN DISTINCT x.any ORDER BY x.any LIMIT 10",
        "MATCH (x:N) RETURN x.any ORDER BY x.id",
    ] {
        assert!(!skipped(&database, text, None).contains(" of "), "{text}");
    }
}

#[test]
fn what_stands_behind_is_not_kept_of_a_file() {
    keeps_one_column("MATCH (x:N) RETURN x.id ORDER BY x.id DESC LIMIT 5", 5);
}
