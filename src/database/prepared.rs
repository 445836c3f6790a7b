//! Queries that are prepared once and run many times.
//!
//! What is kept is the parsed statement and its last plan. A plan names labels, types and
//! keys, so that it stays right while the graph changes; it is made anew where another one
//! may be better or the names mean something else by now: when a name, an index or a
//! procedure comes or goes, when the graph has doubled, and when the values of an index told its
//! elements apart and do no longer, or the other way round.

use super::procedure::Procedures;
use super::query::{Query, QuerySettings, Target};
use super::statement::{Prepared, prepare};
use super::{Database, Error, Transaction};
use crate::store::{Graph, Index, KeyId, SchemaTarget};
use crate::syntax;
use crate::syntax::TokenKind;
use crate::syntax::ast::Statement;
use crate::syntax::diagnostic::Diagnostics;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// A query that has been parsed and planned. It may be run any number of times, with other
/// parameters each time, by several threads at once, and in any database.
///
/// ```
/// let db = dossier::Database::in_memory();
/// let create = db.prepare("CREATE (:City {name: $name})")?;
/// for name in ["Lund", "Malmö"] {
///     db.prepared(&create).param("name", name).run()?;
/// }
/// let find = db.prepare("MATCH (c:City {name: $name}) RETURN c.name")?;
/// assert_eq!(db.prepared(&find).param("name", "Lund").run()?.rows.len(), 1);
/// assert_eq!(db.prepared(&find).param("name", "Oslo").run()?.rows.len(), 0);
/// # Ok::<(), dossier::Error>(())
/// ```
pub struct PreparedQuery {
    text: String,
    pub(super) statement: Statement,
    /// [`Statement::height`].
    pub(super) height: u32,
    pub(super) plans: Arc<PlanSlot>,
    parameters: OnceLock<Box<[Arc<str>]>>,
}

impl PreparedQuery {
    fn parse(text: &str) -> Result<Self, Diagnostics> {
        let statement = syntax::parse_all(text)?;
        let height = statement.height();
        let (plans, parameters) = (Arc::default(), OnceLock::new());
        Ok(PreparedQuery { text: text.to_owned(), statement, height, plans, parameters })
    }

    /// The names of the parameters in its text, each once, but for those in backticks. Who gives
    /// them their values, again and again, need not make the names anew.
    pub(super) fn parameters(&self) -> &[Arc<str>] {
        self.parameters.get_or_init(|| {
            let tokens = syntax::tokenize(&self.text).into_iter();
            let parameters = tokens.filter(|token| token.kind == TokenKind::Parameter);
            let mut names: Vec<&str> = parameters
                .filter_map(|token| token.text(&self.text).strip_prefix('$'))
                .filter(|name| !name.starts_with('`'))
                .collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().map(Arc::from).collect()
        })
    }

    /// The text that it was prepared from.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn query<'a>(&'a self, target: Target<'a>) -> Query<'a> {
        let plans = Some(self.plans.clone());
        let settings = Box::new(QuerySettings { plans, ..QuerySettings::default() });
        Query { target, text: &self.text, prepared: Some(self), settings }
    }
}

impl Database {
    /// Parses and plans a query, to be run by [`Database::prepared`] and
    /// [`Transaction::prepared`].
    ///
    /// # Errors
    /// [`Error::Query`] for what is wrong with the text itself. What parameters and data
    /// bring shows when it runs.
    pub fn prepare(&self, text: &str) -> Result<PreparedQuery, Error> {
        let prepared = PreparedQuery::parse(text)?;
        let snapshot = self.inner.latest()?;
        let procedures = self.inner.procedures();
        super::stack::with_stack(prepared.height, || {
            let settings = QuerySettings { rules: self.inner.rules(), ..QuerySettings::default() };
            Ok(prepared.plans.plan(&prepared.statement, &snapshot, &procedures, &settings)?)
        })?;
        Ok(prepared)
    }

    /// A query that was prepared; add parameters and limits, then [`run`](Query::run) it.
    pub fn prepared<'a>(&'a self, query: &'a PreparedQuery) -> Query<'a> {
        query.query(Target::Database(self))
    }
}

impl Transaction {
    /// A query that was prepared, inside the transaction.
    pub fn prepared<'a>(&'a mut self, query: &'a PreparedQuery) -> Query<'a> {
        query.query(Target::Transaction(self))
    }
}

/// Statements that were run lately, by their text: whoever runs the same one again without
/// having prepared it need not wait for the parser and the planner again.
#[derive(Default)]
pub(super) struct Recent(Mutex<Texts>);

#[derive(Default)]
struct Texts {
    /// Each with when it was run last.
    statements: HashMap<Arc<str>, (u64, Arc<PreparedQuery>)>,
    runs: u64,
}

/// Statements that are kept, at most, and bytes of the text of one.
const MOST_TEXTS: usize = 128;
const MOST_BYTES: usize = 2048;

impl Recent {
    /// The statement of a text, parsed and perhaps planned.
    pub(super) fn statement(&self, text: &str) -> Result<Arc<PreparedQuery>, Diagnostics> {
        if text.len() <= MOST_BYTES
            && let Some(known) = self.texts().known(text)
        {
            return Ok(known);
        }
        let prepared = Arc::new(PreparedQuery::parse(text)?);
        if text.len() <= MOST_BYTES {
            self.texts().keep(text, prepared.clone());
        }
        Ok(prepared)
    }

    fn texts(&self) -> MutexGuard<'_, Texts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Texts {
    fn known(&mut self, text: &str) -> Option<Arc<PreparedQuery>> {
        self.runs += 1;
        let (last, known) = self.statements.get_mut(text)?;
        *last = self.runs;
        Some(known.clone())
    }

    /// Keeps a statement, instead of the one that was not run for longest where there are many.
    fn keep(&mut self, text: &str, statement: Arc<PreparedQuery>) {
        if self.statements.len() >= MOST_TEXTS {
            let oldest = self.statements.iter().min_by_key(|(_, (last, _))| *last);
            let oldest = oldest.map(|(text, _)| text.clone());
            oldest.and_then(|oldest| self.statements.remove(&oldest));
        }
        self.statements.insert(text.into(), (self.runs, statement));
    }
}

/// Binds, plans and optimises a statement, unless it was prepared and its plan still serves.
pub(super) fn planned(
    statement: &Statement,
    graph: &Graph,
    procedures: &Procedures,
    settings: &QuerySettings,
) -> Result<Arc<Prepared>, Diagnostics> {
    match &settings.plans {
        Some(plans) => plans.plan(statement, graph, procedures, settings),
        None => prepare(statement, graph, procedures, settings).map(Arc::new),
    }
}

/// The last plan of a statement.
#[derive(Default)]
pub(super) struct PlanSlot(Mutex<Option<(Basis, Arc<Prepared>)>>);

impl PlanSlot {
    /// The plan for this graph: the last one, where it rests on the same.
    pub(super) fn plan(
        &self,
        statement: &Statement,
        graph: &Graph,
        procedures: &Procedures,
        settings: &QuerySettings,
    ) -> Result<Arc<Prepared>, Diagnostics> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, plan)) = &*known
            && of.holds(graph, procedures, settings)
            && plan.serves(graph)
        {
            return Ok(plan.clone());
        }
        drop(known);
        let basis = Basis::of(graph, procedures, settings);
        let (why, rules) = (settings.why, settings.rules.clone());
        let settings = QuerySettings { why, rules, ..QuerySettings::default() };
        let plan = Arc::new(prepare(statement, graph, procedures, &settings)?);
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Some((basis, plan.clone()));
        Ok(plan)
    }
}

/// What a plan rests on, besides the text.
struct Basis {
    numbers: Numbers,
    indexes: Vec<(Arc<str>, SchemaTarget, Vec<KeyId>)>,
}

#[derive(PartialEq)]
struct Numbers {
    /// Labels, types and keys that there are.
    names: [usize; 3],
    /// Binary orders of magnitude of the nodes and relationships.
    sizes: [u32; 2],
    procedures: usize,
    /// Whether its rows are asked what they rest on.
    why: bool,
    /// Rules of the optimiser that are switched off.
    off: u64,
}

impl Numbers {
    fn of(graph: &Graph, procedures: &Procedures, settings: &QuerySettings) -> Self {
        let catalog = graph.catalog();
        Numbers {
            names: [catalog.label_count(), catalog.type_count(), catalog.key_count()],
            sizes: [graph.node_count().leading_zeros(), graph.relationship_count().leading_zeros()],
            procedures: procedures.len(),
            why: settings.why,
            off: settings.rules.off(),
        }
    }
}

impl Basis {
    fn of(graph: &Graph, procedures: &Procedures, settings: &QuerySettings) -> Self {
        let indexes = graph.indexes().iter();
        Basis {
            numbers: Numbers::of(graph, procedures, settings),
            indexes: indexes
                .map(|index| (index.name().clone(), index.target(), index.keys().to_vec()))
                .collect(),
        }
    }

    /// Whether it is the same for these.
    fn holds(&self, graph: &Graph, procedures: &Procedures, settings: &QuerySettings) -> bool {
        let (known, there) = (&self.indexes, graph.indexes());
        let same = |((name, target, keys), index): (&(_, _, Vec<_>), &Index)| {
            name == index.name() && *target == index.target() && keys == index.keys()
        };
        self.numbers == Numbers::of(graph, procedures, settings)
            && known.len() == there.len()
            && known.iter().zip(there).all(same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn plan(db: &Database, text: &str) -> String {
        let run = db.query(text).param("x", Value::Integer(1)).run();
        run.ok().and_then(|result| result.plan).unwrap_or_default()
    }

    #[test]
    fn a_text_that_is_known_follows_the_schema() -> Result<(), Error> {
        let db = Database::in_memory();
        db.query("UNWIND range(1, 100) AS i CREATE (:N {x: i})").run()?;
        let text = "EXPLAIN MATCH (n:N {x: $x}) RETURN n.x";
        let scanned = plan(&db, text);
        assert!(scanned.contains("NodeScan"), "{scanned}");
        db.query("CREATE INDEX by_x FOR (n:N) ON (n.x)").run()?;
        assert!(plan(&db, text).contains("by_x"));
        db.query("DROP INDEX by_x").run()?;
        assert_eq!(plan(&db, text), scanned);
        Ok(())
    }

    #[test]
    fn a_text_that_is_known_follows_the_values_of_an_index() -> Result<(), Error> {
        let db = Database::in_memory();
        db.query("CREATE CONSTRAINT FOR (n:N) REQUIRE n.x IS UNIQUE").run()?;
        db.query("UNWIND range(1, 9) AS x CREATE (:N {x: x})-[:R]->(:M)").run()?;
        let text = "MATCH (n:N)-[:R]->() RETURN n.x AS x, count(n.x) AS k, count(*) AS all \
                    ORDER BY all DESC, x LIMIT 1";
        let explained = format!("EXPLAIN {text}");
        let first =
            |db: &Database| db.query(text).run().map(|result| format!("{:?}", result.rows[0]));
        // The index is gathered when it is first asked.
        db.query("MATCH (n:N {x: 1}) RETURN n").run()?;
        assert!(!plan(&db, &explained).contains("Aggregate"), "{}", plan(&db, &explained));
        assert_eq!(first(&db)?, "[Integer(1), Integer(1), Integer(1)]");
        db.query("UNWIND [1, 2] AS i CREATE (:N)-[:R]->(:M)").run()?;
        assert!(plan(&db, &explained).contains("Aggregate"));
        assert_eq!(first(&db)?, "[Null, Integer(0), Integer(2)]");
        db.query("MATCH (n:N) WHERE n.x IS NULL DETACH DELETE n").run()?;
        assert!(!plan(&db, &explained).contains("Aggregate"));
        assert_eq!(first(&db)?, "[Integer(1), Integer(1), Integer(1)]");
        Ok(())
    }

    #[test]
    fn a_text_that_is_known_follows_the_switches_of_rules() -> Result<(), Error> {
        let db = Database::in_memory();
        db.query("CREATE (:N {x: 1})-[:R]->(:N {x: 2})").run()?;
        let text = "EXPLAIN MATCH (a:N)-[:R]->(b)-[:R]->(c) RETURN count(*)";
        let counted = plan(&db, text);
        assert!(counted.contains("PathCount"), "{counted}");
        db.query("SET optimiser.path_count = off").run()?;
        let walked = plan(&db, text);
        assert!(!walked.contains("PathCount"), "{walked}");
        let mut transaction = db.begin()?;
        assert_eq!(transaction.query(text).run()?.plan.as_ref(), Some(&walked));
        assert!(transaction.query("SET optimiser.path_count = on").run().is_err());
        transaction.rollback();
        db.query("EXPLAIN SET optimiser.path_count = on").run()?;
        assert_eq!(plan(&db, text), walked);
        db.query("SET optimiser.path_count = on").run()?;
        assert_eq!(plan(&db, text), counted);
        let unknown = db.query("SET optimiser.count = off").run();
        assert!(unknown.is_err_and(|error| error.to_string().contains("no rule")));
        Ok(())
    }

    #[test]
    fn a_text_that_is_known_has_the_values_of_each_run() -> Result<(), Error> {
        let db = Database::in_memory();
        for x in 0..3 {
            let row = db.query("CREATE (n:N {x: $x}) RETURN n.x, $x").param("x", x).run()?;
            assert_eq!(row.rows[0][0].as_integer(), Some(x));
            let all =
                db.query("MATCH (n:N) WHERE n.x <= $x RETURN count(*)").param("x", x).run()?;
            assert_eq!(all.rows[0][0].as_integer(), Some(x + 1));
        }
        assert!(db.query("MATCH (n:N) WHERE n.x <= $x RETURN count(*)").run().is_err());
        Ok(())
    }

    #[test]
    fn a_key_finds_what_equals_it_and_nothing_else() -> Result<(), Error> {
        let db = Database::in_memory();
        db.query("CREATE INDEX FOR (n:N) ON (n.x)").run()?;
        db.query("CREATE INDEX FOR (n:Pair) ON (n.x, n.y)").run()?;
        let values =
            "[0.0 / 0.0, 1, 1.0, 2, 'a', 'b', true, [1], [null], [1, null], date('2025-01-01')]";
        let fill = format!(
            "UNWIND {values} AS x UNWIND [1, 2] AS y CREATE (:N:Pair {{x: x, y: y}}), (:M {{x: x, y: y}})"
        );
        db.query(&fill).run()?;
        let values = db.query(&format!("UNWIND {values} + [null, 3] AS x RETURN x")).run()?.rows;
        for condition in ["n.x = $x", "$x = n.x", "n.x = $x AND n.y = 2", "n.y < 2 AND n.x = $x"] {
            let text = |label: &str| {
                db.prepare(&format!("MATCH (n:{label}) WHERE {condition} RETURN count(*) AS c"))
            };
            let (scanned, sought, pair) = (text("M")?, text("N")?, text("Pair")?);
            let measured =
                db.prepare(&format!("PROFILE MATCH (n:N) WHERE {condition} RETURN count(*) AS c"))?;
            for value in values.iter().flatten() {
                let count = |query| {
                    let result = db.prepared(query).param("x", value.clone()).run()?;
                    Ok::<_, Error>(result.single().and_then(Value::as_integer))
                };
                let expected = count(&scanned)?;
                for query in [&sought, &pair, &measured] {
                    assert_eq!(count(query)?, expected, "{value:?}: {}", query.text());
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_search_that_is_sure_leaves_other_conditions_to_the_filter() -> Result<(), Error> {
        let db = Database::in_memory();
        db.query("CREATE CONSTRAINT FOR (n:N) REQUIRE n.x IS UNIQUE").run()?;
        db.query("UNWIND range(1, 9) AS x CREATE (:N {x: x, y: x % 3})").run()?;
        let text = "MATCH (a:N {x: $a}), (b:N {x: $b}) WHERE a.y = b.y RETURN a.x + b.x AS sum";
        let query = db.prepare(text)?;
        for (a, b, expected) in [(1, 4, Some(5)), (1, 5, None), (1, 99, None), (3, 9, Some(12))] {
            let result = db.prepared(&query).param("a", a).param("b", b).run()?;
            assert_eq!(result.single().and_then(Value::as_integer), expected);
        }
        Ok(())
    }

    #[test]
    fn parameters_are_known_by_their_names() -> Result<(), Error> {
        let db = Database::in_memory();
        let query = db.prepare("RETURN $b AS b, $`a b` AS c, $b + $a1 AS d // $nothing")?;
        let names: Vec<&str> = query.parameters().iter().map(|name| &**name).collect();
        assert_eq!(names, ["a1", "b"]);
        let run = db.prepared(&query).param("b", 1).param("a b", 2).param("a1", 3).param("b", 4);
        let row = run.param("more", 5).run()?.rows.remove(0);
        assert_eq!(row.iter().filter_map(Value::as_integer).collect::<Vec<_>>(), [4, 2, 7]);
        let missing = db.prepared(&query).param("b", 1).param("a b", 2).run();
        assert!(missing.is_err_and(|error| error.to_string().contains("a1")));
        Ok(())
    }

    #[test]
    fn only_so_many_texts_are_kept() -> Result<(), Diagnostics> {
        let recent = Recent::default();
        let first = recent.statement("RETURN 0")?;
        for number in 1..2 * MOST_TEXTS {
            recent.statement(&format!("RETURN {number}"))?;
            assert!(Arc::ptr_eq(&first, &recent.statement("RETURN 0")?));
        }
        assert_eq!(recent.texts().statements.len(), MOST_TEXTS);
        recent.statement(&format!("RETURN '{}'", "x".repeat(MOST_BYTES)))?;
        assert!(recent.texts().statements.keys().all(|text| text.len() <= MOST_BYTES));
        assert!(recent.statement("RETURN").is_err());
        Ok(())
    }
}
