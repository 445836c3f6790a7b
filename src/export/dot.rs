//! A subgraph as a graph for Graphviz, in its DOT language.
//!
//! The text is the same for the same subgraph, line by line in the order of ids,
//! so that it can be kept in git. A relationship that others point at is split by
//! a small point, and they point there:
//!
//! ```text
//! (a) ────•───▶ (b)      n1 -> r1 [dir=none];  r1 -> n2;
//!         ▲
//!       (who)            n3 -> r1;
//! ```

use super::style::{
    INK, LineStyle, MUTED, claim_line, cluster_line, leading_label, node_style, shown_name,
    statement_line,
};
use super::subgraph::{ClaimState, Subgraph, SubgraphNode, SubgraphRelationship};
use crate::store::Graph;
use crate::value::{Endpoint, Map, NodeId, RelationshipId, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Which way the drawing runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RankDirection {
    /// From left to right.
    #[default]
    LeftToRight,
    /// From top to bottom.
    TopToBottom,
    /// From right to left.
    RightToLeft,
    /// From bottom to top.
    BottomToTop,
}

impl RankDirection {
    fn text(self) -> &'static str {
        match self {
            RankDirection::LeftToRight => "LR",
            RankDirection::TopToBottom => "TB",
            RankDirection::RightToLeft => "RL",
            RankDirection::BottomToTop => "BT",
        }
    }
}

/// What to draw besides nodes and relationships.
#[derive(Clone, Debug)]
pub struct DotOptions {
    /// Which way the drawing runs.
    pub direction: RankDirection,
    /// A frame around the nodes of each label.
    pub clusters: bool,
    /// All properties as tooltips (seen in SVG).
    pub tooltips: bool,
    /// A title above the drawing.
    pub title: Option<String>,
    /// An explanation of the lines, below the title or else below the drawing.
    pub legend: bool,
}

impl Default for DotOptions {
    fn default() -> Self {
        DotOptions {
            direction: RankDirection::default(),
            clusters: false,
            tooltips: true,
            title: None,
            legend: false,
        }
    }
}

/// Draws what `rows` hold of `graph` with the default options.
pub fn render(rows: &[Vec<Value>], graph: &Graph) -> String {
    write(&Subgraph::from_rows(rows, graph), &DotOptions::default())
}

/// Writes a subgraph in the DOT language.
///
/// # Complexity
/// Linear in the subgraph and its properties.
pub fn write(subgraph: &Subgraph, options: &DotOptions) -> String {
    let ends = subgraph
        .relationships
        .values()
        .flat_map(|relationship| [relationship.start, relationship.end]);
    let split = ends.filter_map(|end| match end {
        Endpoint::Relationship(relationship) => Some(relationship),
        Endpoint::Node(_) => None,
    });
    let mut writer = DotWriter { text: String::new(), options, split: split.collect() };
    writer.head(subgraph);
    writer.nodes(subgraph);
    for (id, relationship) in &subgraph.relationships {
        writer.relationship(*id, relationship);
    }
    writer.text.push_str("}\n");
    writer.text
}

struct DotWriter<'a> {
    text: String,
    options: &'a DotOptions,
    /// The relationships that others start or end at.
    split: BTreeSet<RelationshipId>,
}

/// Attributes of one node or edge: names with values that are already DOT.
type Attributes = Vec<(&'static str, String)>;

impl DotWriter<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        for _ in 0..depth {
            self.text.push_str("  ");
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn statement(&mut self, depth: usize, subject: &str, attributes: &Attributes) {
        let mut line = format!("{subject} [");
        for (index, (name, value)) in attributes.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let _ = write!(line, "{separator}{name}={value}");
        }
        line.push_str("];");
        self.line(depth, &line);
    }

    fn head(&mut self, subgraph: &Subgraph) {
        const FONT: &str = "\"Helvetica,Arial,sans-serif\"";
        self.line(0, "digraph dossier {");
        let mut graph: Attributes = vec![
            ("rankdir", self.options.direction.text().to_owned()),
            ("fontname", FONT.to_owned()),
            ("bgcolor", quoted("white")),
            ("pad", "0.3".to_owned()),
            ("nodesep", "0.35".to_owned()),
            ("ranksep", "0.55".to_owned()),
            ("splines", "spline".to_owned()),
        ];
        if let Some(label) = self.caption(subgraph) {
            let place = if self.options.title.is_some() { "t" } else { "b" };
            graph.extend([
                ("label", label),
                ("labelloc", place.to_owned()),
                ("fontcolor", quoted(INK)),
            ]);
        }
        self.statement(1, "graph", &graph);
        let node: Attributes = vec![
            ("fontname", FONT.to_owned()),
            ("fontsize", "11".to_owned()),
            ("fontcolor", quoted(INK)),
            ("penwidth", "1.2".to_owned()),
            ("height", "0.4".to_owned()),
        ];
        self.statement(1, "node", &node);
        let edge: Attributes = vec![
            ("fontname", FONT.to_owned()),
            ("fontsize", "8".to_owned()),
            ("arrowsize", "0.7".to_owned()),
        ];
        self.statement(1, "edge", &edge);
    }

    /// Title and legend, one below the other.
    fn caption(&self, subgraph: &Subgraph) -> Option<String> {
        let title = self.options.title.as_deref().map(|title| {
            format!("<TR><TD><FONT POINT-SIZE=\"16\">{}</FONT></TD></TR>", escaped_html(title))
        });
        let legend =
            self.options.legend.then(|| legend(subgraph)).filter(|legend| !legend.is_empty());
        let legend = legend.map(|legend| {
            format!("<TR><TD><FONT POINT-SIZE=\"9\" COLOR=\"{MUTED}\">{legend}</FONT></TD></TR>")
        });
        let rows: String = title.into_iter().chain(legend).collect();
        (!rows.is_empty())
            .then(|| format!("<<TABLE BORDER=\"0\" CELLSPACING=\"4\">{rows}</TABLE>>"))
    }

    fn nodes(&mut self, subgraph: &Subgraph) {
        if !self.options.clusters {
            for (id, node) in &subgraph.nodes {
                self.node(1, *id, node);
            }
            return;
        }
        let mut clusters: BTreeMap<&str, Vec<(NodeId, &SubgraphNode)>> = BTreeMap::new();
        for (id, node) in &subgraph.nodes {
            let label = leading_label(&node.labels).map_or("", |label| label);
            clusters.entry(label).or_default().push((*id, node));
        }
        for (label, nodes) in clusters {
            let depth = if label.is_empty() { 1 } else { 2 };
            if !label.is_empty() {
                self.cluster_head(label);
            }
            for (id, node) in nodes {
                self.node(depth, id, node);
            }
            if !label.is_empty() {
                self.line(1, "}");
            }
        }
    }

    fn cluster_head(&mut self, label: &str) {
        self.line(1, &format!("subgraph {} {{", quoted(&format!("cluster {label}"))));
        let line = quoted(cluster_line(label));
        let attributes: Attributes = vec![
            ("label", quoted(label)),
            ("labeljust", "l".to_owned()),
            ("fontsize", "10".to_owned()),
            ("fontcolor", line.clone()),
            ("color", line),
            ("style", quoted("rounded,dotted")),
            ("margin", "12".to_owned()),
        ];
        self.statement(2, "graph", &attributes);
    }

    fn node(&mut self, depth: usize, id: NodeId, node: &SubgraphNode) {
        let style = node_style(&node.labels);
        let mut outline = (style.style.to_owned(), style.line, None);
        match node.state {
            ClaimState::Plain | ClaimState::Asserted => {}
            ClaimState::Denied | ClaimState::Disputed => {
                let line = statement_line(node.state);
                outline =
                    (format!("{},{}", style.style, line.style), line.colour, Some(line.width));
            }
        }
        let mut attributes: Attributes = vec![
            ("id", quoted(&format!("node-{}", id.0))),
            ("label", node_label(id, node)),
            ("shape", style.shape.to_owned()),
            ("margin", quoted(style.margin)),
            ("style", quoted(&outline.0)),
            ("fillcolor", quoted(style.fill)),
            ("color", quoted(outline.1)),
        ];
        attributes.extend(outline.2.map(|width| ("penwidth", width.to_owned())));
        if self.options.tooltips {
            let labels: String = node.labels.iter().map(|label| format!(":{label}")).collect();
            attributes
                .push(("tooltip", quoted(&tooltip(&format!("({labels})"), &node.properties))));
        }
        self.statement(depth, &format!("n{}", id.0), &attributes);
    }

    fn relationship(&mut self, id: RelationshipId, relationship: &SubgraphRelationship) {
        let is_claim = matches!(&*relationship.kind, "ASSERTS" | "DENIES");
        let denies = &*relationship.kind == "DENIES";
        let line = if is_claim { claim_line(denies) } else { statement_line(relationship.state) };
        let head = match (is_claim, denies) {
            (true, true) => "tee",
            (true, false) => "vee",
            (false, _) => "normal",
        };
        let shown = self.tooltip_of(relationship);
        let (start, end) = (endpoint(relationship.start), endpoint(relationship.end));
        let mut whole = line_attributes(line, shown.as_deref());
        whole.insert(0, ("label", quoted(&format!(" {} ", relationship.kind))));
        whole.extend([("fontcolor", quoted(line.colour)), ("arrowhead", head.to_owned())]);
        if !self.split.contains(&id) {
            whole.insert(0, ("id", quoted(&format!("relationship-{}", id.0))));
            self.statement(1, &format!("{start} -> {end}"), &whole);
            return;
        }
        let middle = endpoint(Endpoint::Relationship(id));
        let mut point: Attributes = vec![
            ("id", quoted(&format!("relationship-{}", id.0))),
            ("shape", "point".to_owned()),
            ("width", "0.08".to_owned()),
            ("height", "0.08".to_owned()),
            ("color", quoted(line.colour)),
            ("fillcolor", quoted(line.colour)),
        ];
        point.extend(shown.iter().map(|text| ("tooltip", text.clone())));
        self.statement(1, &middle, &point);
        let mut first = line_attributes(line, shown.as_deref());
        first.extend([("arrowhead", "none".to_owned()), ("weight", "4".to_owned())]);
        self.statement(1, &format!("{start} -> {middle}"), &first);
        whole.push(("weight", "4".to_owned()));
        self.statement(1, &format!("{middle} -> {end}"), &whole);
    }

    /// The quoted tooltip of a relationship, if there are tooltips.
    fn tooltip_of(&self, relationship: &SubgraphRelationship) -> Option<String> {
        let head = format!("[:{}]", relationship.kind);
        self.options.tooltips.then(|| quoted(&tooltip(&head, &relationship.properties)))
    }
}

/// The lines that occur, each with its meaning.
fn legend(subgraph: &Subgraph) -> String {
    let lines: BTreeMap<(u8, &str), LineStyle> =
        subgraph.relationships.values().map(meaning).collect();
    let entry = |((_, text), line): ((u8, &str), LineStyle)| {
        let sample = match line.style {
            "dashed" => "\u{254d}\u{254d}\u{254d}",
            "dotted" => "\u{2508}\u{2508}\u{2508}",
            _ => "\u{2501}\u{2501}",
        };
        format!("<FONT COLOR=\"{}\">{sample}</FONT> {text}", line.colour)
    };
    lines.into_iter().map(entry).collect::<Vec<_>>().join(" \u{2003} ")
}

/// What the line of a relationship means, with its place in the legend, and the line.
fn meaning(relationship: &SubgraphRelationship) -> ((u8, &'static str), LineStyle) {
    match (&*relationship.kind, relationship.state) {
        ("ASSERTS", _) => ((4, "asserts"), claim_line(false)),
        ("DENIES", _) => ((5, "denies"), claim_line(true)),
        (_, state) => {
            let meaning = match state {
                ClaimState::Plain => (0, "nobody claims it"),
                ClaimState::Asserted => (1, "asserted"),
                ClaimState::Denied => (2, "denied"),
                ClaimState::Disputed => (3, "asserted and denied"),
            };
            (meaning, statement_line(state))
        }
    }
}

fn line_attributes(line: LineStyle, shown: Option<&str>) -> Attributes {
    let mut attributes: Attributes = vec![
        ("style", line.style.to_owned()),
        ("color", quoted(line.colour)),
        ("penwidth", line.width.to_owned()),
    ];
    if let Some(text) = shown {
        attributes.extend([("tooltip", text.to_owned()), ("labeltooltip", text.to_owned())]);
    }
    attributes
}

/// The name of an element in the DOT text.
fn endpoint(element: Endpoint) -> String {
    match element {
        Endpoint::Node(node) => format!("n{}", node.0),
        Endpoint::Relationship(relationship) => format!("r{}", relationship.0),
    }
}

/// Letters in a line of a node before it is broken.
const LINE: usize = 24;
/// Letters of a name before it is cut off.
const LONGEST: usize = 96;

/// The name of a node and, small below it, its labels.
fn node_label(id: NodeId, node: &SubgraphNode) -> String {
    let labels = node.labels.join(" \u{b7} ");
    let named = shown_name(&node.properties).map(|text| wrapped(&text));
    let lines = named.unwrap_or_else(|| vec![format!("#{}", id.0)]);
    let lines: Vec<String> = lines.iter().map(|line| escaped_html(line)).collect();
    let name = lines.join("<BR/>");
    if labels.is_empty() {
        return format!("<{name}>");
    }
    format!(
        "<{name}<BR/><FONT POINT-SIZE=\"8\" COLOR=\"{MUTED}\">{}</FONT>>",
        escaped_html(&labels)
    )
}

/// A text in lines of about [`LINE`] letters, broken at spaces, and cut off after [`LONGEST`].
fn wrapped(text: &str) -> Vec<String> {
    let mut shown: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('\u{2026}');
    }
    let mut lines: Vec<String> = Vec::new();
    for word in shown.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    if lines.is_empty() {
        lines.push(" ".to_owned());
    }
    lines
}

/// The head and a line for each property.
fn tooltip(head: &str, properties: &Map) -> String {
    let mut text = head.to_owned();
    for (key, value) in properties {
        let _ = match value {
            Value::String(value) => write!(text, "\n{key}: {value}"),
            other => write!(text, "\n{key}: {}", without_quotes(other)),
        };
    }
    text
}

/// A value as a query writes it, but dates and times without the quotes, in lists as well: there
/// they say nothing, since nobody reads a tooltip back.
fn without_quotes(value: &Value) -> String {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(without_quotes).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.temporal_text().unwrap_or_else(|| other.to_cypher_literal()),
    }
}

/// A text as a DOT string that Graphviz shows as it is: quotes, backslashes (which
/// it reads as escapes of its own) and ampersands (entities) are escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '&' => quoted.push_str("&amp;"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A text inside an HTML label.
fn escaped_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Date;

    #[test]
    fn tooltips_show_texts_and_dates_as_they_are() {
        let born = Value::Date(Date { days: 20_250 });
        let on = Value::from(vec![born.clone(), "'s".into()]);
        let entries =
            [("born", born), ("name", "Ann".into()), ("of", Value::list_of([1, 2])), ("on", on)];
        let properties: Map = entries.map(|(key, value)| (key.into(), value)).into_iter().collect();
        let shown = tooltip("(:Person)", &properties);
        let mut lines: Vec<&str> = shown.lines().collect();
        lines[1..].sort_unstable();
        let on = r"on: [2025-06-11, '\'s']";
        assert_eq!(lines, ["(:Person)", "born: 2025-06-11", "name: Ann", "of: [1, 2]", on]);
    }
}
