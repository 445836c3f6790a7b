//! `.schema`: what a graph turns out to hold, and what is declared of it.
//!
//! For every label and relationship type: how many there are, what they connect,
//! and which properties of which types they have. Counts are exact; the rest is
//! read from the elements themselves, from the first [`READ`] of each kind.

use super::catalogue;
use super::paint::{self, Paint};
use super::render::{Surface, wrap};
use super::tokens;
use dossier::store::{Graph, KeyId, LabelId, TypeId};
use dossier::syntax::{Symbol, TokenKind};
use dossier::value::display::{grouped, identifier};
use dossier::value::{Endpoint, NodeId, RelationshipId, Value};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// So many nodes, and as many relationships, are read at most.
pub(crate) const READ: u32 = 200_000;
/// So many pairs of ends are named of a relationship type.
const PAIRS: usize = 4;

/// What is declared, in the first column.
const INDEX: &str = "index";
const CONSTRAINT: &str = "constraint";
const EDGE_TYPE: &str = "edge type";

/// The types that a property was seen with, by property key.
type Properties = BTreeMap<KeyId, Vec<&'static str>>;
/// How often a pair of ends was seen, by its text.
type Pairs = BTreeMap<String, usize>;

/// The schema as rows: what, name, count, what it connects, properties.
pub(crate) fn rows(graph: &Graph) -> (Vec<String>, Vec<Vec<Value>>) {
    let labelled = label_properties(graph);
    let typed = type_properties(graph);
    let mut rows = Vec::new();
    for (name, count) in catalogue::labels(graph) {
        let properties = graph.catalog().label_id(&name).and_then(|id| labelled.get(&id));
        rows.push(row(graph, "label", &name, count, None, properties));
    }
    for (name, count) in catalogue::types(graph) {
        let found = graph.catalog().type_id(&name).and_then(|id| typed.get(&id));
        rows.push(row(
            graph,
            "relationship type",
            &name,
            count,
            found.map(|(pairs, _)| pairs),
            found.map(|(_, properties)| properties),
        ));
    }
    rows.extend(declared(graph));
    (["what", "name", "count", "connects", "properties"].map(str::to_owned).to_vec(), rows)
}

/// The declarations: each with its kind, its name and the statement that makes it.
fn declared(graph: &Graph) -> Vec<Vec<Value>> {
    let row = |what: &str, name: &str, statement: String| {
        let text = |text: &str| Value::String(text.into());
        vec![text(what), text(name), Value::Null, Value::Null, text(&statement)]
    };
    let owned = |name: &str| graph.constraints().iter().any(|other| &*other.name == name);
    let indexes = graph.indexes().iter().filter(|index| !owned(index.name()));
    let indexes = indexes.map(|one| row(INDEX, one.name(), graph.index_statement(one)));
    let constraints = graph.constraints().iter();
    let constraints =
        constraints.map(|one| row(CONSTRAINT, &one.name, graph.constraint_statement(one)));
    let edge_types = graph.edge_types().iter().map(|one| {
        let name = graph.catalog().type_name(one.kind);
        row(EDGE_TYPE, name, graph.edge_type_statement(one))
    });
    indexes.chain(constraints).chain(edge_types).collect()
}

/// Whether a row of [`rows`] has this name, or is a declaration that names it as a label or a type.
pub(crate) fn is_about(row: &[Value], name: &str) -> bool {
    let text = |at: usize| row.get(at).and_then(Value::as_str).unwrap_or_default();
    if text(1) == name {
        return true;
    }
    let statement = text(4);
    let tokens = tokens::meaningful(statement);
    is_declared(row)
        && tokens.windows(2).any(|pair| {
            pair[0].kind == TokenKind::Symbol(Symbol::Colon)
                && pair[1].text(statement).trim_matches('`') == name
        })
}

/// The rows of [`rows`] as text to be read: a line per name, what it connects and
/// its properties beside it.
pub(crate) fn text(rows: &[Vec<Value>], surface: Surface) -> String {
    let paint = Paint { colour: surface.colour };
    let content = |row: &[Value], at: usize| match row.get(at) {
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Integer(number)) => grouped(u64::try_from(*number).unwrap_or(0)),
        _ => String::new(),
    };
    let widest = |at: usize| {
        let found = rows.iter().filter(|row| !is_declared(row));
        found.map(|row| content(row, at).width()).max().unwrap_or(0)
    };
    let (names, counts) = (widest(1), widest(2));
    let indent = names + counts + 6;
    let room =
        if surface.terminal { surface.width.saturating_sub(indent).max(30) } else { usize::MAX };
    let mut out = String::new();
    let mut section = String::new();
    let (declared, found): (Vec<_>, Vec<_>) = rows.iter().partition(|row| is_declared(row));
    for row in found {
        let (what, name, count) = (content(row, 0), content(row, 1), content(row, 2));
        if what != section {
            let gap = if section.is_empty() { "" } else { "\n" };
            out.push_str(&format!("{gap}{}\n", paint.with(paint::BOLD, &format!("{what}s"))));
            section = what;
        }
        let blanks = " ".repeat(names - name.width());
        out.push_str(&format!("  {}{blanks}  {count:>counts$}", paint.with(paint::CYAN, &name)));
        let connects = wrapped(&content(row, 3), room, "");
        let properties = wrapped(&content(row, 4), room, paint::DIM);
        for (at, (line, code)) in connects.iter().chain(&properties).enumerate() {
            out.push_str(&if at == 0 { "  ".to_owned() } else { " ".repeat(indent) });
            out.push_str(&paint.with(code, line));
            out.push('\n');
        }
        if connects.is_empty() && properties.is_empty() {
            out.push('\n');
        }
    }
    if !declared.is_empty() {
        let gap = if section.is_empty() { "" } else { "\n" };
        out.push_str(&format!("{gap}{}\n", paint.with(paint::BOLD, "declared")));
    }
    for row in declared {
        out.push_str(&format!("  {};\n", content(row, 4)));
    }
    out
}

fn is_declared(row: &[Value]) -> bool {
    let what = row.first().and_then(Value::as_str);
    what.is_some_and(|what| [INDEX, CONSTRAINT, EDGE_TYPE].contains(&what))
}

fn wrapped<'a>(text: &str, room: usize, code: &'a str) -> Vec<(String, &'a str)> {
    if text.is_empty() {
        Vec::new()
    } else {
        wrap(text, room).into_iter().map(|line| (line, code)).collect()
    }
}

fn row(
    graph: &Graph,
    what: &str,
    name: &str,
    count: u64,
    pairs: Option<&Pairs>,
    properties: Option<&Properties>,
) -> Vec<Value> {
    let text = |text: String| {
        if text.is_empty() { Value::Null } else { Value::String(text.into()) }
    };
    vec![
        Value::String(what.into()),
        Value::String(name.into()),
        Value::Integer(i64::try_from(count).unwrap_or(i64::MAX)),
        text(pairs.map(connections).unwrap_or_default()),
        text(properties.map(|properties| described(graph, properties)).unwrap_or_default()),
    ]
}

/// The commonest pairs of ends, one a line.
fn connections(pairs: &Pairs) -> String {
    let mut sorted: Vec<(&String, &usize)> = pairs.iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let mut lines: Vec<&str> = sorted.iter().take(PAIRS).map(|(text, _)| text.as_str()).collect();
    if sorted.len() > PAIRS {
        lines.push("…");
    }
    lines.join(", ")
}

/// `name: string, born: date or integer`
fn described(graph: &Graph, properties: &Properties) -> String {
    let property = |(key, types): (&KeyId, &Vec<&'static str>)| {
        let types: Vec<String> = types.iter().map(|name| name.to_lowercase()).collect();
        format!("{}: {}", identifier(graph.catalog().key_name(*key)), types.join(" or "))
    };
    properties.iter().map(property).collect::<Vec<_>>().join(", ")
}

fn note(graph: &Graph, element: Endpoint, properties: &mut Properties) {
    for (key, value) in graph.properties(element) {
        let types = properties.entry(key).or_default();
        let name = value.type_name();
        if !types.contains(&name) {
            types.push(name);
        }
    }
}

fn label_properties(graph: &Graph) -> BTreeMap<LabelId, Properties> {
    let mut found: BTreeMap<LabelId, Properties> = BTreeMap::new();
    for node in (0..graph.node_bound().min(READ)).map(NodeId) {
        for label in graph.labels(node) {
            note(graph, Endpoint::Node(node), found.entry(label).or_default());
        }
    }
    found
}

fn type_properties(graph: &Graph) -> BTreeMap<TypeId, (Pairs, Properties)> {
    let mut found: BTreeMap<TypeId, (Pairs, Properties)> = BTreeMap::new();
    for id in (0..graph.relationship_bound().min(READ)).map(RelationshipId) {
        let Some(record) = graph.relationship(id) else {
            continue;
        };
        let (pairs, properties) = found.entry(record.kind).or_default();
        note(graph, Endpoint::Relationship(id), properties);
        let pair = format!("{}→{}", end(graph, record.start), end(graph, record.end));
        *pairs.entry(pair).or_default() += 1;
    }
    found
}

/// An end of a relationship: a node by its labels, any relationship as `[]`.
fn end(graph: &Graph, element: Endpoint) -> String {
    match element {
        Endpoint::Relationship(_) => "[]".to_owned(),
        Endpoint::Node(node) => {
            let labels: String = graph
                .labels(node)
                .into_iter()
                .map(|label| format!(":{}", identifier(graph.catalog().label_name(label))))
                .collect();
            format!("({labels})")
        }
    }
}
