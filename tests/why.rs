//! What WHY tells, on random graphs and queries: it changes no row, its statements suffice
//! to derive a row, and of a row that is derived in one way none of them can be missed.
//!
//! The lanes are set and reported as `random/lane.rs` says.

#![expect(clippy::print_stderr, reason = "the count of pairs")]

mod perception;
#[expect(dead_code, reason = "other lanes need the rest")]
mod random;

use dossier::value::{ElementReader, Endpoint, Value};
use dossier::{Database, Error, QueryResult};
use random::canonical::{self, Loose};
use random::lane::{Lane, Verdict};
use random::pattern::Shape;
use random::query::Generated;
use random::scope::{Generator, Type};
use random::{Choices, graph, parameters};
use std::collections::BTreeSet;
use std::time::Duration;

/// No query on a graph of twelve nodes takes so long.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Queries that are tried on a graph until one has rows that rest on something.
const QUERIES: usize = 30;

/// Between the parts of the statement that creates a graph.
const BETWEEN: &str = ",\n       ";

/// What a query has given, or what kind of failure.
type Outcome = Result<QueryResult, String>;

fn run(database: &Database, text: &str) -> Outcome {
    let query = database.query(text).params(parameters()).warnings(false).timeout(TIME_LIMIT);
    query.run().map_err(|error| match error {
        Error::Query(error) => format!("{:?} {}", error.class, error.code),
        other => other.to_string(),
    })
}

fn database(graph: &str) -> Database {
    let database = Database::in_memory();
    if !graph.is_empty() {
        database.query(graph).run().unwrap();
    }
    database
}

/// The rows as texts, in their order.
fn rows(result: &QueryResult) -> Vec<String> {
    canonical::rows(&result.columns, &result.rows, &*result.graph, Loose::default())
}

/// The rows as texts, in their order where the query gives them one.
fn answer(result: &QueryResult, ordered: bool) -> Vec<String> {
    let mut rows = rows(result);
    if !ordered {
        rows.sort();
    }
    rows
}

/// The numbers, in the statement that creates the graph, of the relationships that a row
/// rests on.
fn supporting(result: &QueryResult, row: usize) -> BTreeSet<usize> {
    let support = result.support(row).unwrap().expect("it was asked why");
    assert!(!support.is_truncated(), "no such graph has so many statements");
    let number = |element: Endpoint| match ElementReader::property(&*result.graph, element, "k") {
        Value::Integer(key) if matches!(element, Endpoint::Relationship(_)) => key as usize - 100,
        other => panic!("{element:?} has the key {other}"),
    };
    support.statements.iter().map(|statement| number(statement.element)).collect()
}

/// The graph with only those of its relationships for which `keep` holds. One that others
/// point at stays as long as one of them does; one that points at what goes goes.
fn reduced(graph: &str, keep: &BTreeSet<usize>) -> String {
    let parts: Vec<&str> = graph.trim_start_matches("CREATE ").split(BETWEEN).collect();
    let nodes = parts.iter().take_while(|part| part.starts_with("(n") && !part.contains("]->"));
    let count = nodes.count();
    let kept = |(place, part): (usize, &&str)| {
        let kept = place < count || keep.contains(&(place - count));
        kept.then(|| (*part).to_owned())
    };
    let left: Vec<String> = parts.iter().enumerate().filter_map(kept).collect();
    format!("CREATE {}", left.join(BETWEEN))
}

/// For each relationship of the graph the ones that it starts or ends at.
fn ends(graph: &str) -> Vec<Vec<usize>> {
    let relationships = graph.split(BETWEEN).filter(|part| part.contains("]->"));
    let of = |part: &str| {
        let inside = part.split("[r").skip(1);
        let numbers = inside.filter_map(|rest| rest.split_once(']'));
        // The relationship's own name is followed by its type.
        numbers.filter_map(|(number, _)| number.parse().ok()).collect()
    };
    relationships.map(of).collect()
}

/// These relationships and all that they start or end at.
fn with_ends(ends: &[Vec<usize>], some: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = some.clone();
    // What a relationship points at was there before it.
    for number in (0..ends.len()).rev() {
        if all.contains(&number) {
            all.extend(&ends[number]);
        }
    }
    all
}

/// All relationships but one, and those that start or end at what goes.
fn without(ends: &[Vec<usize>], gone: usize) -> BTreeSet<usize> {
    let mut left = BTreeSet::new();
    for (number, ends) in ends.iter().enumerate() {
        if number != gone && ends.iter().all(|end| left.contains(end)) {
            left.insert(number);
        }
    }
    left
}

/// A query asked why gives the same rows, in the order that it asks for, or fails in the
/// same way.
fn changes_nothing(graph: &str, choices: &mut Choices) -> Verdict {
    let Generated { text: query, ordered, .. } = Generator::new(choices).query();
    if ["CREATE", "MERGE", "SET ", "REMOVE", "DELETE"].iter().any(|word| query.contains(word)) {
        return Verdict::Empty;
    }
    let database = database(graph);
    let (plain, asked) = (run(&database, &query), run(&database, &format!("WHY {query}")));
    match (plain, asked) {
        (Err(plain), Err(asked)) if plain == asked => Verdict::BothFail(plain),
        (Ok(plain), Ok(asked)) if answer(&plain, ordered) == answer(&asked, ordered) => {
            for row in 0..asked.rows.len() {
                supporting(&asked, row);
            }
            if plain.rows.is_empty() { Verdict::Empty } else { Verdict::Agree }
        }
        (plain, asked) => Verdict::Differ(format!(
            "WHY changes the answer\n{graph}\n{query}\nplain: {:?}\nasked: {:?}",
            plain.map(|result| rows(&result)),
            asked.map(|result| rows(&result))
        )),
    }
}

/// Clauses that only ever find less in a smaller graph, or the same.
fn monotone(write: &mut Generator<'_>) -> String {
    let mut text = String::new();
    // Subqueries and patterns in conditions are put in below, where they are monotone.
    write.depth = 2;
    for _ in 0..[1, 1, 2, 2, 3][write.choices.below(5)] {
        let clause = match write.choices.below(9) {
            0..4 => format!("MATCH {}", write.pattern(Shape::FULL)),
            4 => format!("OPTIONAL MATCH {}", write.pattern(Shape::FULL)),
            5 => format!("UNWIND {} AS {}", write.integers(0), write.declare("u", Type::Any)),
            6 => format!("MATCH {}", write.quantified()),
            7 => match write.shortest_part(true) {
                Some(part) => format!("MATCH {part}"),
                None => format!("MATCH {}", write.pattern(Shape::FULL)),
            },
            _ if write.scope.is_empty() => "WITH 1 AS one".to_owned(),
            _ => {
                let names: Vec<String> = write.scope.iter().map(|one| one.name.clone()).collect();
                let bags = write.scope.iter().any(|one| one.of == Type::Bag);
                let distinct = if bags || write.choices.chance(50) { "" } else { "DISTINCT " };
                format!("WITH {distinct}{}", names.join(", "))
            }
        };
        let matches = clause.contains("MATCH");
        text += &clause;
        if matches && write.choices.chance(50) {
            text += &format!(" WHERE {}", condition(write));
        }
        text += "\n";
    }
    text
}

/// A condition that holds in a smaller graph if it held, as long as what it rests on is there.
fn condition(write: &mut Generator<'_>) -> String {
    let looked_up = |write: &mut Generator<'_>| {
        let shape = Shape { new_variables: true, long: true, steps: 2 };
        let known = write.scope.len();
        let pattern = write.pattern(shape);
        write.scope.truncate(known);
        pattern
    };
    match write.choices.below(9) {
        0 => format!("EXISTS {{ {} }}", looked_up(write)),
        1 => format!("NOT EXISTS {{ {} }}", looked_up(write)),
        2 => format!("COUNT {{ {} }} <> 1", looked_up(write)),
        3 => format!("EXISTS {{ {} }} OR {}", looked_up(write), write.boolean(1, false)),
        4 => format!("NOT (EXISTS {{ {} }} AND {})", looked_up(write), write.boolean(1, false)),
        5 => format!("EXISTS {{ {} }} = {}", looked_up(write), write.boolean(0, false)),
        6 => {
            let (pattern, item) = (looked_up(write), write.fresh("x"));
            let kind = write.choices.pick(&["any", "all", "none", "single"]);
            format!("{kind}({item} IN [1, 2] WHERE {item} = 1 AND EXISTS {{ {pattern} }})")
        }
        _ => write.boolean(1, false),
    }
}

/// What is returned: all that is in scope, or a part of it, each row perhaps once.
fn projection(write: &mut Generator<'_>) -> String {
    if write.scope.is_empty() {
        return "RETURN 1 AS one".to_owned();
    }
    let bags = write.scope.iter().any(|one| one.of == Type::Bag);
    let distinct = if bags || write.choices.chance(60) { "" } else { "DISTINCT " };
    let count = 1 + write.choices.below(write.scope.len());
    let names: Vec<String> = write.scope.iter().take(count).map(|one| one.name.clone()).collect();
    format!("RETURN {distinct}{}", names.join(", "))
}

/// A query without aggregates and limits, and without conditions that hold in a smaller
/// graph where they did not.
fn positive_query(write: &mut Generator<'_>) -> String {
    let clauses = monotone(write);
    let returned = projection(write);
    let one = format!("{clauses}{returned}");
    match write.choices.below(6) {
        0 => {
            let word = write.choices.pick(&["UNION", "UNION ALL"]);
            format!("{one}\n{word}\n{one}")
        }
        1 => format!("CALL {{ {one} }}\nRETURN *"),
        _ => one,
    }
}

/// What the first of a few queries has shown that has rows.
fn first_fruitful(choices: &mut Choices, judge: impl Fn(&str, &mut Choices) -> Verdict) -> Verdict {
    let mut graph = graph::random(choices);
    for _ in 0..QUERIES {
        if graph.matches("]->").count() < 4 {
            graph = graph::random(choices);
            continue;
        }
        match judge(&graph, choices) {
            Verdict::Empty | Verdict::BothFail(_) => {}
            verdict => return verdict,
        }
    }
    Verdict::Empty
}

/// With what a row rests on, and nothing else, the row is still derived.
fn suffices(graph: &str, choices: &mut Choices) -> Verdict {
    let query = positive_query(&mut Generator::new(choices));
    let asked = match run(&database(graph), &format!("WHY {query}")) {
        Ok(asked) => asked,
        Err(error) => return Verdict::BothFail(error),
    };
    let (texts, ends) = (rows(&asked), ends(graph));
    if (0..texts.len()).all(|row| supporting(&asked, row).is_empty()) {
        return Verdict::Empty;
    }
    let mut tried = BTreeSet::new();
    for (row, text) in texts.iter().enumerate() {
        let support = supporting(&asked, row);
        if !tried.insert((text, support.clone())) || tried.len() > 12 {
            continue;
        }
        let small = reduced(graph, &with_ends(&ends, &support));
        let left = run(&database(&small), &query).map(|result| rows(&result));
        if !left.as_ref().is_ok_and(|left| left.contains(text)) {
            return Verdict::Differ(format!(
                "the support does not suffice\n{graph}\n{query}\nrow: {text}\nrests on: {support:?}\nleft: {left:?}"
            ));
        }
    }
    Verdict::Agree
}

/// Of a row that names all that it was derived from, nothing that it rests on can be missed,
/// and it rests on nothing else.
fn cannot_be_missed(graph: &str, choices: &mut Choices) -> Verdict {
    let mut write = Generator::new(choices);
    let mut paths = Vec::new();
    for part in write.parts(Shape { steps: 2, ..Shape::FULL }) {
        let named = part.strip_prefix('p').and_then(|part| part.split_once(" = "));
        let part = named.map_or(part.as_str(), |(_, part)| part).to_owned();
        paths.push(format!("q{} = {part}", paths.len()));
    }
    write.scope.retain(|one| one.of != Type::Path);
    write.depth = 2;
    let filter = if write.choices.chance(40) {
        format!(" WHERE {}", write.boolean(1, false))
    } else {
        String::new()
    };
    let query = format!("MATCH {}{filter}\nRETURN *", paths.join(", "));
    let database = self::database(graph);
    let asked = match run(&database, &format!("WHY {query}")) {
        Ok(asked) => asked,
        Err(error) => return Verdict::BothFail(error),
    };
    let (texts, ends) = (rows(&asked), ends(graph));
    if (0..texts.len()).all(|row| supporting(&asked, row).is_empty()) {
        return Verdict::Empty;
    }
    for (row, text) in texts.iter().enumerate().take(8) {
        for gone in supporting(&asked, row) {
            let small = reduced(graph, &without(&ends, gone));
            let left = run(&self::database(&small), &query).map(|result| rows(&result));
            if left.as_ref().is_ok_and(|left| left.contains(text)) {
                return Verdict::Differ(format!(
                    "a row does not need what it rests on\n{graph}\n{query}\nrow: {text}\nwithout {gone}: {left:?}"
                ));
            }
        }
    }
    Verdict::Agree
}

/// Fewer pairs in a debug build, which takes many times as long for each.
fn scaled(debug: u64, release: u64) -> u64 {
    if cfg!(debug_assertions) { debug } else { release }
}

#[test]
fn why_changes_no_row() {
    Lane {
        name: "why changes nothing",
        pairs: scaled(60, 500),
        judge: &|_, choices| first_fruitful(choices, changes_nothing),
    }
    .hold();
}

#[test]
fn the_statements_of_a_row_suffice() {
    Lane {
        name: "why suffices",
        pairs: scaled(100, 300),
        judge: &|_, choices| first_fruitful(choices, suffices),
    }
    .hold();
}

#[test]
fn no_statement_of_a_row_can_be_missed() {
    Lane {
        name: "why is needed",
        pairs: scaled(8, 250),
        judge: &|_, choices| first_fruitful(choices, cannot_be_missed),
    }
    .hold();
}
