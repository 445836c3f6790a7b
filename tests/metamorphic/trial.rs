//! A trial: one relation on one random graph, with all that was asked and answered.

use super::random::canonical::{self, Loose};
use super::random::files::Files;
use super::random::planted::Planting;
use super::random::scope::Generator;
use super::random::{graph, index, lens, parameters, writes};
use crate::perception::Flaw;
use dossier::plan::optimise::Rule;
use dossier::store::Graph;
use dossier::value::{ErrorCode, Map};
use dossier::{Database, Error, QueryResult, Transaction};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// What takes longer is counted as skipped: all trails of a dense graph, say.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// More rows say nothing that these do not, and take minutes to compare.
const MOST_ROWS: u64 = 50_000;
/// Rows that are shown of an answer.
const SHOWN: usize = 30;

/// Why a trial ends early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The first query fails: there is nothing to compare with.
    Fails(String),
    /// The relation does not apply to what was generated.
    Skip(&'static str),
    /// The relation does not hold.
    Differ(String),
}

pub(crate) type Checked<T = ()> = Result<T, Stop>;

/// What a query has answered, with its text.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    text: String,
    pub(crate) result: QueryResult,
}

impl Answer {
    fn rows(&self, loose: Loose) -> Vec<String> {
        canonical::rows(&self.result.columns, &self.result.rows, &*self.result.graph, loose)
    }
}

/// A relation at work.
pub(crate) struct Trial<'c> {
    /// Writes what the queries are made of.
    pub(crate) write: Generator<'c>,
    graph: String,
    indexes: Vec<String>,
    /// The prefixes that every query is asked with that only reads.
    sight: Vec<String>,
    /// The rules that every query is optimised with.
    pub(crate) rules: Vec<&'static dyn Rule>,
    /// What is wrong with views.
    flaw: Option<Flaw>,
    database: Database,
    told: String,
    answered: bool,
    /// Whether any answer had rows, or any graph was compared.
    fruitful: bool,
    /// Whether anything was changed.
    changed: bool,
}

impl<'c> Trial<'c> {
    /// A trial on a random graph, which may have claims and indexes and be seen through a
    /// view.
    pub(crate) fn new(write: Generator<'c>, planted: Planting) -> Self {
        let claims = write.choices.chance(25);
        let graph =
            if claims { graph::claimed(write.choices) } else { graph::random(write.choices) };
        let indexes =
            if write.choices.chance(20) { index::random(write.choices, "x") } else { Vec::new() };
        let database = database(&graph, &indexes);
        let mut trial = Trial {
            write,
            graph,
            indexes,
            sight: Vec::new(),
            rules: planted.rules,
            flaw: planted.flaw,
            database,
            told: String::new(),
            answered: false,
            fruitful: false,
            changed: false,
        };
        if claims && trial.write.choices.chance(60) {
            trial.sight = trial.write.views();
        }
        trial
    }

    /// Goes to a graph with claims, of which all is seen.
    pub(crate) fn on_claims(&mut self) {
        self.graph = graph::claimed(self.write.choices);
        self.sight.clear();
        self.database = database(&self.graph, &self.indexes);
    }

    /// Sees the whole graph from now on.
    pub(crate) fn see_all(&mut self) {
        self.sight.clear();
    }

    /// Another database with the same graph.
    pub(crate) fn copy(&self) -> Database {
        database(&self.graph, &self.indexes)
    }

    /// Puts the graph of the trial into an empty database.
    pub(crate) fn lay_out(&self, database: &Database) -> Result<(), Error> {
        lay_out(database, &self.graph, &self.indexes)
    }

    /// Lays out the same graph once more, without the indexes.
    pub(crate) fn lay_out_graph(&self, database: &Database) -> Result<(), Error> {
        lay_out(database, &self.graph, &[])
    }

    /// Whether something in the graph may be hidden by a view.
    pub(crate) fn has_claims(&self) -> bool {
        ["ASSERTS", "DENIES", "valid_", "rank"].iter().any(|word| self.graph.contains(word))
    }

    /// The database that [`Trial::run`] asks.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Whether there was anything to compare.
    pub(crate) fn is_fruitful(&self) -> bool {
        self.fruitful
    }

    /// All that was said, for a report.
    pub(crate) fn story(&self) -> String {
        let graph = if self.graph.is_empty() { "// no nodes" } else { &self.graph };
        format!("  graph:\n{graph}\n  indexes: {:?}\n{}", self.indexes, self.told)
    }

    /// Notes something for the report.
    pub(crate) fn tell(&mut self, what: &str) {
        let _ = writeln!(self.told, "  {what}");
    }

    /// Asks the database of the trial.
    pub(crate) fn run(&mut self, text: &str) -> Checked<Answer> {
        let database = self.database.clone();
        self.run_on(&database, text)
    }

    /// Asks with these rules instead.
    pub(crate) fn run_with(&mut self, text: &str, rules: &[&'static dyn Rule]) -> Checked<Answer> {
        let names: Vec<&str> = rules.iter().map(|rule| rule.name()).collect();
        self.tell(&format!("rules: {}", names.join(", ")));
        let own = std::mem::replace(&mut self.rules, rules.to_vec());
        let answer = self.run(text);
        self.rules = own;
        answer
    }

    /// Asks another database.
    pub(crate) fn run_on(&mut self, database: &Database, text: &str) -> Checked<Answer> {
        self.run_given(database, text, parameters())
    }

    /// Asks through these prefixes instead of the own ones of the trial.
    pub(crate) fn run_seen(&mut self, prefixes: &[String], text: &str) -> Checked<Answer> {
        let database = self.database.clone();
        self.run_seen_on(&database, prefixes, text)
    }

    /// Asks another database through these prefixes.
    pub(crate) fn run_seen_on(
        &mut self,
        database: &Database,
        prefixes: &[String],
        text: &str,
    ) -> Checked<Answer> {
        let own = std::mem::replace(&mut self.sight, prefixes.to_vec());
        let answer = self.run_on(database, text);
        self.sight = own;
        answer
    }

    /// Asks with parameters of one's own.
    pub(crate) fn run_given(
        &mut self,
        database: &Database,
        text: &str,
        parameters: Map,
    ) -> Checked<Answer> {
        let (text, seen) = self.seen(text, database, &|| database.snapshot())?;
        let database = seen.as_ref().unwrap_or(database);
        let mut query = database.query(&text).params(parameters).files(Arc::new(Files));
        // Half of the queries are done by several threads, a few elements each time.
        let length = text.len() as u32;
        if length.is_multiple_of(2) {
            query = query.threads(3).morsel(1 + length / 2 % 4);
        }
        let query = query.warnings(false).timeout(TIME_LIMIT).row_limit(MOST_ROWS);
        let result = query.rules(&self.rules).run();
        self.heard(&text, result)
    }

    /// Asks within a transaction.
    pub(crate) fn run_in(&mut self, transaction: &mut Transaction, text: &str) -> Checked<Answer> {
        let database = self.database.clone();
        let (text, seen) = self.seen(text, &database, &|| transaction.snapshot())?;
        let query = match &seen {
            Some(seen) => seen.query(&text),
            None => transaction.query(&text),
        };
        let query = query.params(parameters()).files(Arc::new(Files)).warnings(false);
        let query = query.timeout(TIME_LIMIT).row_limit(MOST_ROWS);
        let result = query.rules(&self.rules).run();
        self.heard(&text, result)
    }

    /// A text with the prefixes of the trial, if it only reads; where views have a flaw, the
    /// text as it is, and a database of what they show.
    fn seen(
        &mut self,
        text: &str,
        database: &Database,
        version: &dyn Fn() -> Arc<Graph>,
    ) -> Checked<(String, Option<Database>)> {
        if self.sight.is_empty() || writes(text) {
            return Ok((text.to_owned(), None));
        }
        let past = self.sight.iter().any(|prefix| prefix.contains("KNOWN"));
        if let (Some(flaw), false) = (self.flaw, past) {
            let prefixes = self.sight.join(" ");
            self.tell(&format!("seen: {prefixes}"));
            return match lens::perceived(database, &version(), &self.sight, flaw) {
                Ok(seen) => Ok((text.to_owned(), Some(seen))),
                Err(error) => Err(self.failed(text, &error)),
            };
        }
        let (mode, rest) = match text.split_once(' ') {
            Some((mode @ ("EXPLAIN" | "PROFILE"), rest)) => (mode, rest),
            _ => ("", text),
        };
        Ok((format!("{mode} {}\n{rest}", self.sight.join(" ")).trim_start().to_owned(), None))
    }

    /// A first query may fail; after one that has not, none may.
    fn heard(&mut self, text: &str, result: Result<QueryResult, Error>) -> Checked<Answer> {
        match result {
            Ok(result) => {
                self.answered = true;
                self.changed |= writes(text);
                self.fruitful |= !result.rows.is_empty();
                let answer = Answer { text: text.to_owned(), result };
                let rows = answer.rows(Loose::default());
                self.tell(&format!("query:\n{text}\n  {} rows:", rows.len()));
                rows.iter().take(SHOWN).for_each(|row| self.tell(&format!("  {row}")));
                Ok(answer)
            }
            Err(error) => Err(self.failed(text, &error)),
        }
    }

    fn failed(&mut self, text: &str, error: &Error) -> Stop {
        match error {
            // The claimants may have been deleted since.
            Error::Query(error) if self.changed && error.code == ErrorCode::NoSuchClaimant => {
                Stop::Skip("nobody to ask any more")
            }
            Error::Query(error) if error.code == ErrorCode::RowLimit => {
                Stop::Skip("too many rows to compare")
            }
            Error::Query(error) if error.code == ErrorCode::Timeout => Stop::Skip("too much work"),
            Error::Query(error) if !self.answered => {
                Stop::Fails(format!("{}\n{text}", error.message))
            }
            error => {
                self.tell(&format!("query:\n{text}\n  fails: {error}"));
                Stop::Differ("only one of the queries fails".into())
            }
        }
    }

    /// The graph that statements leave, run one after the other on a copy of the graph.
    pub(crate) fn graph_after(&mut self, statements: &[&str]) -> Checked<Vec<String>> {
        let copy = self.copy();
        self.fruitful |= !self.graph.is_empty();
        for statement in statements {
            self.run_on(&copy, statement)?;
        }
        Ok(canonical::version(&copy.snapshot()))
    }

    /// Ends the trial if statements fail one after the other on a copy of the graph: a write
    /// may, and then there is nothing to compare.
    pub(crate) fn sound(&self, statements: &[&str]) -> Checked {
        let copy = self.copy();
        for statement in statements {
            let done = copy.query(statement).params(parameters()).run();
            done.map_err(|error| Stop::Fails(format!("{error}\n{statement}")))?;
        }
        Ok(())
    }

    /// The graph of the trial, as [`Trial::graph_after`] gives it.
    pub(crate) fn graph_before(&self) -> Vec<String> {
        canonical::version(&self.database.snapshot())
    }

    /// Two queries whose rows are the same in any order.
    pub(crate) fn equivalent(&mut self, one: &str, other: &str) -> Checked {
        let (one, other) = (self.run(one)?, self.run(other)?);
        same(&[&one], &[&other])
    }

    /// A query and what it is changed into; only a query that is sound is changed.
    pub(crate) fn rewritten(&mut self, text: &str, change: impl FnOnce(&str) -> String) -> Checked {
        let one = self.run(text)?;
        let other = self.run(&change(text))?;
        same(&[&one], &[&other])
    }

    /// Two sequences of statements that leave the same graph.
    pub(crate) fn same_graph(&mut self, one: &[&str], other: &[&str]) -> Checked {
        let (one, other) = (self.graph_after(one)?, self.graph_after(other)?);
        equal("the graphs", &one, &other)
    }
}

/// All rows of the left answers together are those of the right ones, in any order.
pub(crate) fn same(left: &[&Answer], right: &[&Answer]) -> Checked {
    let [mut ours, mut theirs] = together(left, right);
    ours.sort();
    theirs.sort();
    equal("the rows", &ours, &theirs)
}

/// The rows of the left answers one after the other are those of the right ones.
pub(crate) fn same_order(left: &[&Answer], right: &[&Answer]) -> Checked {
    let [ours, theirs] = together(left, right);
    equal("the rows in their order", &ours, &theirs)
}

/// The rows in the opposite order.
pub(crate) fn opposite(left: &Answer, right: &Answer) -> Checked {
    let [ours, mut theirs] = together(&[left], &[right]);
    theirs.reverse();
    equal("the rows in opposite orders", &ours, &theirs)
}

/// The left rows are among the right ones, so many of them.
pub(crate) fn among(left: &Answer, right: &Answer, count: usize) -> Checked {
    let [ours, mut rest] = together(&[left], &[right]);
    if ours.len() != count {
        return Err(Stop::Differ(format!("{count} rows are expected, not {}", ours.len())));
    }
    for row in &ours {
        match rest.iter().position(|other| other == row) {
            Some(place) => rest.swap_remove(place),
            None => return Err(Stop::Differ(format!("a row of its own: {row}"))),
        };
    }
    Ok(())
}

fn database(graph: &str, indexes: &[String]) -> Database {
    let database = Database::in_memory();
    lay_out(&database, graph, indexes).expect("a generated graph can be created");
    database
}

fn lay_out(database: &Database, graph: &str, indexes: &[String]) -> Result<(), Error> {
    if !graph.is_empty() {
        database.query(graph).run()?;
    }
    for index in indexes {
        database.query(index).run()?;
    }
    Ok(())
}

/// The rows of both sides, as exact as the texts of the queries let them be.
fn together(left: &[&Answer], right: &[&Answer]) -> [Vec<String>; 2] {
    let texts: Vec<&str> = left.iter().chain(right).map(|answer| answer.text.as_str()).collect();
    let loose = Loose::of(&texts.join("\n"));
    [left, right].map(|side| side.iter().flat_map(|answer| answer.rows(loose)).collect())
}

/// Two lists of texts that have to be equal.
pub(crate) fn equal(what: &str, ours: &[String], theirs: &[String]) -> Checked {
    if ours == theirs {
        return Ok(());
    }
    let only = |list: &[String], other: &[String]| {
        let mut rest = other.to_vec();
        let mut only = Vec::new();
        for line in list {
            match rest.iter().position(|one| one == line) {
                Some(place) => drop(rest.swap_remove(place)),
                None => only.push(line.clone()),
            }
        }
        only.join("\n    ")
    };
    Err(Stop::Differ(format!(
        "{what} differ\n  only left:\n    {}\n  only right:\n    {}",
        only(ours, theirs),
        only(theirs, ours)
    )))
}
