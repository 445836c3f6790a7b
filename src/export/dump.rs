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
use crate::store::Graph;
use crate::value::display::identifier;
use crate::value::naming::{NAMING_KEYS, naming_text};
use crate::value::{ElementReader, Endpoint, Map, NodeId, RelationshipId, Value};
use hashbrown::{HashMap, HashSet};
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
    let mut names = Names::default();
    let nodes = name_nodes(graph, &mut names);
    let levels = relationship_levels(graph);
    all_read(graph)?;
    if nodes.is_empty() {
        return Ok(());
    }
    write!(out, "CREATE")?;
    let mut first = true;
    let mut line = |out: &mut dyn io::Write, text: &str| {
        let comma = if std::mem::take(&mut first) { "" } else { "," };
        write!(out, "{comma}\n  {text}")
    };
    for (text, node) in &nodes {
        line(out, &format!("({}{text})", variable(names.of(Endpoint::Node(*node)))))?;
    }
    for level in levels {
        for (relationship, text) in name_relationships(graph, &level, &mut names) {
            let end = |end: Endpoint| match end {
                Endpoint::Node(_) => format!("({})", variable(names.of(end))),
                Endpoint::Relationship(_) => format!("[{}]", variable(names.of(end))),
            };
            let Some(record) = graph.relationship(relationship) else { continue };
            let own = names.by_element.get(&Endpoint::Relationship(relationship));
            let own = own.map(|name| variable(name)).unwrap_or_default();
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

/// A script of a graph with gaps must not pass for one of the whole graph.
fn all_read(graph: &Graph) -> io::Result<()> {
    match graph.damage() {
        None => Ok(()),
        Some(damage) => Err(io::Error::other(format!("the graph cannot be read: {damage}"))),
    }
}

/// A name as a variable: always in backticks, so that a keyword may be one.
pub(super) fn variable(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// The most characters of a name that come from a property.
const NAME_LENGTH: usize = 60;

/// One line of at most [`NAME_LENGTH`] characters.
pub(super) fn shortened(name: &str) -> String {
    let words = name.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(NAME_LENGTH).collect()
}

/// The variables: each given once.
#[derive(Default)]
struct Names {
    by_element: HashMap<Endpoint, Arc<str>>,
    taken: HashSet<Arc<str>>,
    /// The last number given to a name that several elements want.
    last: HashMap<String, usize>,
}

impl Names {
    fn of(&self, element: Endpoint) -> &str {
        self.by_element.get(&element).map_or("", |name| name)
    }

    /// Gives an element the wanted name, or that name with a number.
    fn give(&mut self, element: Endpoint, wanted: String) {
        let mut name: Arc<str> = wanted.as_str().into();
        if self.taken.contains(&name) {
            let last = self.last.entry(wanted.clone()).or_insert(1);
            while self.taken.contains(&name) {
                *last += 1;
                name = format!("{wanted} {last}").into();
            }
        }
        self.taken.insert(name.clone());
        self.by_element.insert(element, name);
    }
}

/// The nodes in the order of their lines, with labels and properties as text.
fn name_nodes(graph: &Graph, names: &mut Names) -> Vec<(String, NodeId)> {
    let ids: Vec<NodeId> = graph
        .node_chunks(None)
        .flat_map(|selection| selection.ids().map(NodeId).collect::<Vec<_>>())
        .collect();
    let mut nodes: Vec<(String, String, NodeId)> = ids
        .into_iter()
        .map(|node| {
            let mut labels = graph.node_labels(node);
            labels.sort_unstable();
            let properties = ElementReader::properties(graph, Endpoint::Node(node));
            let name = naming_text(|key| properties.get(key).cloned().unwrap_or(Value::Null));
            let name = name.or_else(|| labels.first().map(ToString::to_string));
            let name = shortened(name.as_deref().unwrap_or("node"));
            (described(&labels, properties), name, node)
        })
        .collect();
    nodes.sort();
    nodes
        .into_iter()
        .map(|(text, name, node)| {
            names.give(Endpoint::Node(node), name);
            (text, node)
        })
        .collect()
}

/// The relationships by what they point at: nodes only, then those, and so on.
fn relationship_levels(graph: &Graph) -> Vec<Vec<RelationshipId>> {
    let mut level_of: HashMap<RelationshipId, usize> = HashMap::new();
    let mut levels: Vec<Vec<RelationshipId>> = Vec::new();
    for selection in graph.relationship_chunks(None) {
        for relationship in selection.ids().map(RelationshipId) {
            let Some(record) = graph.relationship(relationship) else { continue };
            // What a relationship points at is older than itself.
            let above = |end| match end {
                Endpoint::Node(_) => 0,
                Endpoint::Relationship(id) => level_of.get(&id).map_or(1, |level| level + 1),
            };
            let level = above(record.start).max(above(record.end));
            level_of.insert(relationship, level);
            levels.resize_with(levels.len().max(level + 1), Vec::new);
            levels[level].push(relationship);
        }
    }
    levels
}

/// The relationships of one level in the order of their lines, with type and properties as
/// text; those that others point at get a name.
fn name_relationships(
    graph: &Graph,
    level: &[RelationshipId],
    names: &mut Names,
) -> Vec<(RelationshipId, String)> {
    let mut lines: Vec<([String; 3], RelationshipId)> = Vec::with_capacity(level.len());
    for &relationship in level {
        let Some(record) = graph.relationship(relationship) else { continue };
        let kind = graph.relationship_type(relationship).unwrap_or_default();
        let end = |end| names.of(end).to_owned();
        let properties = ElementReader::properties(graph, Endpoint::Relationship(relationship));
        let text = described(&[kind], properties);
        lines.push(([end(record.start), text, end(record.end)], relationship));
    }
    lines.sort();
    lines
        .into_iter()
        .map(|([start, text, end], relationship)| {
            let element = Endpoint::Relationship(relationship);
            if is_pointed_at(graph, element) {
                let kind = graph.relationship_type(relationship).unwrap_or_default();
                names.give(element, format!("{start} {kind} {end}"));
            }
            (relationship, text)
        })
        .collect()
}

fn is_pointed_at(graph: &Graph, element: Endpoint) -> bool {
    use crate::store::Direction::{Incoming, Outgoing};
    graph.degree(element, Incoming) + graph.degree(element, Outgoing) > 0
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
