//! What changed between two versions, a line for each element, in words like those of a
//! dump.
//!
//! ```text
//! + (:Country {name: 'Switzerland'})
//! - (`US administration`)-[:ASSERTS]->[`China VIOLATED Geneva consensus`]
//! ~ (`Geneva consensus`) +:Broken, status: 'in force' → 'broken'
//! ```
//!
//! An element is named by its naming property, one without by its label or type and its id,
//! as it is in the later of the versions that have it. Lines come in the order of ids, nodes
//! before relationships, the schema last.

use super::dump::{described, variable};
use super::literal::literal;
use super::names::shortened;
use crate::store::{Difference, Graph};
use crate::value::display::identifier;
use crate::value::naming::naming_text;
use crate::value::{ElementReader, Endpoint, Value};

/// What happened to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// It is there in both versions, and not the same.
    Changed,
}

impl Sign {
    /// `+`, `-` or `~`.
    pub fn text(self) -> &'static str {
        match self {
            Sign::Added => "+",
            Sign::Removed => "-",
            Sign::Changed => "~",
        }
    }
}

/// A line: what happened, and to what.
pub type Line = (Sign, String);

/// The lines of a difference.
///
/// ```
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Country {name: 'China', seat: 'Beijing'})").run()?;
/// db.query("MATCH (c:Country) SET c.seat = 'Peking'").run()?;
/// let difference = db.difference(1, 2, &dossier::InterruptHandle::new())?;
/// let lines: Vec<_> = dossier::export::diff::lines(&difference).collect();
/// assert_eq!(lines[0].1, "(`China`) seat: 'Beijing' → 'Peking'");
/// # Ok::<(), dossier::Error>(())
/// ```
pub fn lines(difference: &Difference) -> impl Iterator<Item = Line> + '_ {
    let elements = difference.elements.iter();
    let lines = elements.filter_map(|element| line(&difference.from, &difference.to, *element));
    lines.chain(schema_lines(difference))
}

fn line(from: &Graph, to: &Graph, element: Endpoint) -> Option<Line> {
    match (from.contains(element), to.contains(element)) {
        (false, true) => Some((Sign::Added, whole(to, element))),
        (true, false) => Some((Sign::Removed, whole(from, element))),
        (true, true) => {
            let changes = changes(from, to, element);
            (!changes.is_empty())
                .then(|| (Sign::Changed, format!("{} {}", short(to, element), changes.join(", "))))
        }
        (false, false) => None,
    }
}

/// An element with all that it holds.
fn whole(graph: &Graph, element: Endpoint) -> String {
    let properties = ElementReader::properties(graph, element);
    match element {
        Endpoint::Node(node) => {
            let mut labels = graph.node_labels(node);
            labels.sort_unstable();
            format!("({})", described(&labels, properties))
        }
        Endpoint::Relationship(relationship) => {
            let Some(record) = graph.relationship(relationship) else { return String::new() };
            let kind = graph.relationship_type(relationship).unwrap_or_default();
            let text = described(&[kind], properties);
            format!("{}-[{text}]->{}", short(graph, record.start), short(graph, record.end))
        }
    }
}

/// An element by its name, in the brackets of its kind.
fn short(graph: &Graph, element: Endpoint) -> String {
    match element {
        Endpoint::Node(_) => format!("({})", variable(&name(graph, element))),
        Endpoint::Relationship(_) => format!("[{}]", variable(&name(graph, element))),
    }
}

fn own_name(graph: &Graph, element: Endpoint) -> Option<String> {
    naming_text(|key| ElementReader::property(graph, element, key)).map(|name| shortened(&name))
}

/// The name of an element; that of a relationship is what it says.
fn name(graph: &Graph, element: Endpoint) -> String {
    let end = |end: Endpoint| match end {
        Endpoint::Node(node) => own_name(graph, end).unwrap_or_else(|| {
            let mut labels = graph.node_labels(node);
            labels.sort_unstable();
            format!("{} #{}", labels.first().map_or("node", |label| label), node.0)
        }),
        // What it says in turn would have no end that one could read.
        Endpoint::Relationship(id) => {
            let kind = graph.relationship_type(id).unwrap_or_default();
            format!("{kind} #{}", id.0)
        }
    };
    let Endpoint::Relationship(relationship) = element else { return end(element) };
    let Some(record) = graph.relationship(relationship) else { return String::new() };
    let kind = graph.relationship_type(relationship).unwrap_or_default();
    format!("{} {kind} {}", end(record.start), end(record.end))
}

/// What is not the same of an element that both versions have: labels, then properties by
/// their keys.
fn changes(from: &Graph, to: &Graph, element: Endpoint) -> Vec<String> {
    let mut changes = Vec::new();
    if let Endpoint::Node(node) = element {
        let (mut before, mut after) = (from.node_labels(node), to.node_labels(node));
        before.sort_unstable();
        after.sort_unstable();
        let added = after.iter().filter(|label| !before.contains(label));
        changes.extend(added.map(|label| format!("+:{}", identifier(label))));
        let removed = before.iter().filter(|label| !after.contains(label));
        changes.extend(removed.map(|label| format!("-:{}", identifier(label))));
    }
    let before = ElementReader::properties(from, element);
    let after = ElementReader::properties(to, element);
    let mut keys: Vec<_> = before.keys().chain(after.keys()).cloned().collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let (old, new) = (told(before.get(&key)), told(after.get(&key)));
        if old != new {
            changes.push(format!("{}: {old} → {new}", identifier(&key)));
        }
    }
    changes
}

/// A value as it is written; what is not there is `null`.
fn told(value: Option<&Value>) -> String {
    let mut text = String::new();
    literal(&mut text, value.unwrap_or(&Value::Null));
    text
}

fn schema_lines(difference: &Difference) -> Vec<Line> {
    let (before, after) = (declared(&difference.from), declared(&difference.to));
    let removed = before.iter().filter(|text| !after.contains(text));
    let added = after.iter().filter(|text| !before.contains(text));
    let removed = removed.map(|text| (Sign::Removed, text.clone()));
    removed.chain(added.map(|text| (Sign::Added, text.clone()))).collect()
}

/// The declarations of a version: the statements that make them without their first word.
fn declared(graph: &Graph) -> Vec<String> {
    let statements = graph.schema_statements().into_iter();
    statements.map(|text| text.trim_start_matches("CREATE ").to_owned()).collect()
}
