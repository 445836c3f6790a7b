//! Values, rows and graphs as texts that are equal exactly when they mean the same.

use dossier::store::Graph;
use dossier::value::{ElementReader, Endpoint, Map, NodeId, RelationshipId, Value};

/// What does not count.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Loose {
    /// The order of the elements of lists: where lists were collected from rows.
    pub(crate) lists: bool,
    /// Which of 1 and 1.0 stands for both, and the last digits of a sum of floats:
    /// where rows were grouped.
    pub(crate) numbers: bool,
}

impl Loose {
    /// What the text of a query makes uncertain.
    pub(crate) fn of(query: &str) -> Self {
        let any = |words: &[&str]| words.iter().any(|word| query.contains(word));
        Loose {
            lists: any(&["collect(", "COLLECT", "labels(", "keys(", "[(", "[p = (", "_by("]),
            numbers: any(&[
                "DISTINCT",
                "UNION",
                "EXCEPT",
                "INTERSECT",
                "ORDER BY",
                "count(",
                "sum(",
                "avg(",
                "min(",
                "max(",
                "collect(",
                "LIMIT",
                "SKIP",
                "stDev",
                "percentile",
                "GROUP BY",
            ]),
        }
    }
}

/// A value as text.
pub(crate) fn value(value: &Value, reader: &dyn ElementReader, loose: Loose) -> String {
    match value {
        Value::Float(number) if number.is_nan() => "NaN".into(),
        Value::Float(number) if *number == 0.0 => {
            if loose.numbers {
                "0".into()
            } else {
                "0.0".into()
            }
        }
        Value::Float(number) if loose.numbers && number.is_finite() => {
            if number.fract() == 0.0 && number.abs() < 1e18 {
                format!("{}", *number as i64)
            } else {
                format!("{number:.11e}")
            }
        }
        Value::Float(number) => format!("{number:?}"),
        Value::List(items) => {
            let mut items: Vec<String> =
                items.iter().map(|item| self::value(item, reader, loose)).collect();
            if loose.lists {
                items.sort();
            }
            format!("[{}]", items.join(", "))
        }
        Value::Map(map) => entries(map, reader, loose),
        Value::Node(id) => element(Endpoint::Node(*id), reader),
        Value::Relationship(id) => element(Endpoint::Relationship(*id), reader),
        Value::Path(path) => {
            let mut text = element(path.elements[0], reader);
            for (relationship, next) in path.relationships.iter().zip(&path.elements[1..]) {
                text += &element(Endpoint::Relationship(*relationship), reader);
                text += &element(*next, reader);
            }
            format!("<{text}>")
        }
        Value::Null => "null".into(),
        other => other.to_cypher_literal(),
    }
}

/// Rows as texts, in their order; the order of the columns does not count.
pub(crate) fn rows(
    columns: &[String],
    rows: &[Vec<Value>],
    reader: &dyn ElementReader,
    loose: Loose,
) -> Vec<String> {
    let mut places: Vec<usize> = (0..columns.len()).collect();
    places.sort_by_key(|place| &columns[*place]);
    let row = |row: &Vec<Value>| {
        let cells = places
            .iter()
            .map(|&place| format!("{}: {}", columns[place], value(&row[place], reader, loose)));
        cells.collect::<Vec<_>>().join(" | ")
    };
    rows.iter().map(row).collect()
}

fn entries(map: &Map, reader: &dyn ElementReader, loose: Loose) -> String {
    let mut entries: Vec<String> =
        map.iter().map(|(key, item)| format!("{key}: {}", value(item, reader, loose))).collect();
    entries.sort();
    format!("{{{}}}", entries.join(", "))
}

/// An element by what it holds; ids may differ between two ways to create it.
pub(crate) fn element(at: Endpoint, reader: &dyn ElementReader) -> String {
    let properties = entries(&reader.properties(at), reader, Loose::default());
    match at {
        Endpoint::Node(id) => {
            let mut labels: Vec<_> = reader.node_labels(id);
            labels.sort();
            format!("(:{} {properties})", labels.join(":"))
        }
        Endpoint::Relationship(id) => {
            let kind = reader.relationship_type(id).unwrap_or_default();
            format!("[:{kind} {properties}]")
        }
    }
}

/// A graph version as sorted texts of its elements.
pub(crate) fn version(graph: &Graph) -> Vec<String> {
    let nodes = (0..graph.node_bound()).map(|id| Endpoint::Node(NodeId(id)));
    let relationships = (0..graph.relationship_bound()).map(RelationshipId);
    self::graph(graph, nodes, relationships.map(Endpoint::Relationship))
}

/// A graph as sorted texts of its elements, relationships with their ends.
pub(crate) fn graph(
    reader: &dyn ElementReader,
    nodes: impl Iterator<Item = Endpoint>,
    relationships: impl Iterator<Item = Endpoint>,
) -> Vec<String> {
    let there = |at: &Endpoint| reader.contains(*at);
    let mut lines: Vec<String> = nodes.filter(there).map(|at| element(at, reader)).collect();
    for at in relationships.filter(there) {
        let Endpoint::Relationship(id) = at else { continue };
        let Some((start, end)) = reader.relationship_endpoints(id) else { continue };
        let (start, end) = (element(start, reader), element(end, reader));
        lines.push(format!("{start}-{}->{end}", element(at, reader)));
    }
    lines.sort();
    lines
}
