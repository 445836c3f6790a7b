//! The whole graph as a script that people can read, that git can compare and merge,
//! and that loads back to an equal graph.
//!
//! ```text
//! CREATE
//!   (`China`:Country {name: 'China'}),
//!   (`Geneva consensus`:Agreement {name: 'Geneva consensus'}),
//!   (`US administration`:Government {name: 'US administration'}),
//!   (`China`)-[`China VIOLATED Geneva consensus`:VIOLATED]->(`Geneva consensus`),
//!   (`US administration`)-[:ASSERTS]->[`China VIOLATED Geneva consensus`];
//! ```
//!
//! The elements are one statement, so that names reach from one line to another; what the
//! schema declares stands before it. Names come from
//! what the elements hold and not from their ids, and lines are sorted by what they say:
//! a line changes when its element does and not when another one comes or goes. What
//! points at relationships comes after them, claims about claims last.

use super::literal::literal;
use super::names::{
    Names, all_read, is_pointed_at, name_nodes, name_relationships, relationship_levels,
};
use crate::store::Graph;
use crate::value::display::identifier;
use crate::value::naming::NAMING_KEYS;
use crate::value::{Endpoint, Map};
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

/// Writes the graph as a script.
///
/// ```
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Person {name: 'He Lifeng'})-[:LEADS]->(:Delegation {name: 'Chinese delegation'})").run()?;
/// let mut script = Vec::new();
/// dossier::export::dump::write(&db.snapshot(), &mut script).expect("memory takes it");
///
/// let copy = dossier::Database::in_memory();
/// copy.query(std::str::from_utf8(&script).expect("UTF-8")).run()?;
/// assert_eq!(copy.snapshot().relationship_count(), 1);
/// # Ok::<(), dossier::Error>(())
/// ```
///
/// # Errors
/// What the writer says.
///
/// # Complexity
/// O(n log n) time for n elements; the lines are held in memory until they are sorted.
pub fn write(graph: &Graph, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "// A Dossier graph; `dossier NEW.dossier -f FILE` loads it.")?;
    for statement in declarations(graph) {
        writeln!(out, "{statement};")?;
    }
    let mut names = Names::spelled_as(str::to_owned);
    let nodes = name_nodes(graph, &mut names);
    let levels = relationship_levels(graph);
    all_read(graph)?;
    if nodes.is_empty() {
        return Ok(());
    }
    write!(out, "CREATE")?;
    let pointed_at = |element| is_pointed_at(graph, element);
    let mut first = true;
    let mut line = |out: &mut dyn io::Write, text: &str| {
        let comma = if std::mem::take(&mut first) { "" } else { "," };
        write!(out, "{comma}\n  {text}")
    };
    for (text, node) in &nodes {
        line(out, &format!("({}{text})", variable(names.of(Endpoint::Node(*node)))))?;
    }
    for level in levels {
        for (relationship, text) in name_relationships(graph, &level, &pointed_at, &mut names) {
            let end = |end: Endpoint| match end {
                Endpoint::Node(_) => format!("({})", variable(names.of(end))),
                Endpoint::Relationship(_) => format!("[{}]", variable(names.of(end))),
            };
            let Some(record) = graph.relationship(relationship) else { continue };
            let own = names.get(Endpoint::Relationship(relationship));
            let own = own.map(variable).unwrap_or_default();
            line(out, &format!("{}-[{own}{text}]->{}", end(record.start), end(record.end)))?;
        }
    }
    all_read(graph)?;
    writeln!(out, ";")
}

/// The statements that declare the schema; sorted, whenever each was made.
fn declarations(graph: &Graph) -> Vec<String> {
    let mut statements = graph.schema_statements();
    statements.sort();
    statements
}

/// A name as a variable: always in backticks, so that a keyword may be one.
pub(super) fn variable(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// `:Label:Label {name: 'x', …}`: the naming property first, the others by their keys.
pub(super) fn described(labels: &[Arc<str>], mut properties: Map) -> String {
    let mut text = String::new();
    for label in labels {
        let _ = write!(text, ":{}", identifier(label));
    }
    if properties.is_empty() {
        return text;
    }
    let rank = |key: &str| NAMING_KEYS.iter().position(|naming| *naming == key);
    properties.sort_by(|a, _, b, _| {
        let (left, right) = (rank(a).unwrap_or(usize::MAX), rank(b).unwrap_or(usize::MAX));
        left.cmp(&right).then_with(|| a.cmp(b))
    });
    text.push_str(if text.is_empty() { "{" } else { " {" });
    for (position, (key, value)) in properties.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        let _ = write!(text, "{comma}{}: ", identifier(key));
        literal(&mut text, value);
    }
    text.push('}');
    text
}
