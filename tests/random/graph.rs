//! Random graphs of 0 to 12 nodes, as the statement that creates them.

use super::Choices;

/// Labels; the last is seldom given.
pub(crate) const LABELS: [&str; 3] = ["A", "B", "C"];
/// Relationship types.
pub(crate) const TYPES: [&str; 3] = ["S", "T", "U"];

/// What a property may hold, by its key: each key but `m` has values of one kind, so
/// that an expression over it cannot fail.
const VALUES: &[(&str, &[&str])] = &[
    ("i", &["0", "1", "2", "3", "-2"]),
    ("f", &["0.5", "1.5", "-0.5", "0.0/0.0", "1.0/0.0", "2.0"]),
    ("s", &["'a'", "''", "'ab'", "'b'", "'ä'"]),
    ("b", &["true", "false"]),
    (
        "g",
        &[
            "9007199254740993",
            "9223372036854775807",
            "-9223372036854775808",
            "9007199254740992.0",
            "9007199254740992",
        ],
    ),
    ("l", &["[]", "[1]", "[1, 2]", "[2, 1]", "[0, 3, 1]"]),
    ("d", &["date('2025-01-31')", "date('2024-02-29')", "date('1969-12-31')"]),
    (
        "m",
        &[
            "1",
            "'a'",
            "true",
            "0.0/0.0",
            "[1]",
            "1.0",
            "date('2024-02-29')",
            "9223372036854775807",
            "duration('P1M')",
            "localdatetime('2024-02-29T12:00')",
            "['a', 'b']",
            "0.5",
            "-1",
        ],
    ),
];

/// Moments at which statements begin or cease to hold, and at which a view may look.
pub(crate) const MOMENTS: [&str; 6] = [
    "date('2025-02-01')",
    "date('2025-01-01')",
    "datetime('2025-02-01T00:00:00Z')",
    "localdatetime('2025-03-01T12:00')",
    "datetime('2025-03-01T13:00:00+01:00')",
    "date('2025-04-01')",
];
const RANKS: [&str; 3] = ["'preferred'", "'deprecated'", "'normal'"];
/// What a claim may be confident of, and what a view may ask for.
pub(crate) const CONFIDENCES: [&str; 5] = ["0.7", "0.5", "1", "0", "0.9"];

/// A graph under way: what CREATE makes of it.
struct Sketch<'c> {
    choices: &'c mut Choices,
    /// Whether statements are claimed, ranked and valid for a time.
    claims: bool,
    parts: Vec<String>,
    nodes: usize,
    relationships: usize,
}

impl Sketch<'_> {
    /// `{k: …, …}`: every element has a `k` of its own, the rest is there or not.
    fn properties(&mut self, key: usize, more: &[String]) -> String {
        let mut entries = vec![format!("k: {key}")];
        entries.extend_from_slice(more);
        let seldom = if self.claims { 15 } else { 35 };
        for (name, values) in VALUES {
            if self.choices.chance(seldom) {
                entries.push(format!("{name}: {}", self.choices.pick(values)));
            }
        }
        if self.claims {
            for key in ["valid_from", "valid_to"] {
                if self.choices.chance(20) {
                    entries.push(format!("{key}: {}", self.choices.pick(&MOMENTS)));
                }
            }
            if self.choices.chance(12) {
                entries.push(format!("rank: {}", self.choices.pick(&RANKS)));
            }
        }
        format!("{{{}}}", entries.join(", "))
    }

    fn node(&mut self) {
        let node = self.nodes;
        let labels: String = LABELS
            .iter()
            .zip([50, 40, 15])
            .filter(|(_, often)| self.choices.chance(*often))
            .map(|(label, _)| format!(":{label}"))
            .collect();
        // Claimants are named by their names.
        let name: Vec<String> =
            if self.claims { vec![format!("name: '{}'", name(node))] } else { Vec::new() };
        let properties = self.properties(node, &name);
        self.parts.push(format!("(n{node}{labels} {properties})"));
        self.nodes += 1;
    }

    fn end(&mut self, relationships: usize) -> String {
        // Most ends are nodes; few nodes make loops and parallels common.
        if self.relationships > 0 && self.choices.chance(relationships) {
            return format!("[r{}]", self.choices.below(self.relationships));
        }
        let near = if self.choices.chance(50) { self.nodes } else { self.nodes.min(3) };
        format!("(n{})", self.choices.below(near))
    }

    fn relationship(&mut self) {
        let (start, stop) = (self.end(15), self.end(15));
        let kind = TYPES[self.choices.below(TYPES.len())];
        self.relate(&start, kind, &stop, &[]);
    }

    /// Somebody, seldom a claim itself, asserts or denies a statement.
    fn claim(&mut self) {
        let (start, stop) = (self.end(8), self.end(65));
        let kind = if self.choices.chance(40) { "DENIES" } else { "ASSERTS" };
        let confidence = if self.choices.chance(40) {
            vec![format!("confidence: {}", self.choices.pick(&CONFIDENCES))]
        } else {
            Vec::new()
        };
        self.relate(&start, kind, &stop, &confidence);
    }

    fn relate(&mut self, start: &str, kind: &str, stop: &str, more: &[String]) {
        let number = self.relationships;
        let properties = self.properties(100 + number, more);
        self.parts.push(format!("{start}-[r{number}:{kind} {properties}]->{stop}"));
        self.relationships += 1;
    }

    fn text(self) -> String {
        if self.parts.is_empty() {
            return String::new();
        }
        format!("CREATE {}", self.parts.join(",\n       "))
    }
}

/// The name of a node in a graph with claims.
pub(crate) fn name(node: usize) -> String {
    format!("N{node}")
}

fn sketch(choices: &mut Choices, claims: bool, fewest: usize) -> Sketch<'_> {
    let mut sketch = Sketch { choices, claims, parts: Vec::new(), nodes: 0, relationships: 0 };
    let nodes = fewest + sketch.choices.below(13 - fewest);
    (0..nodes).for_each(|_| sketch.node());
    let relationships = if nodes == 0 { 0 } else { sketch.choices.below(2 * nodes.min(7) + 2) };
    (0..relationships).for_each(|_| sketch.relationship());
    sketch
}

/// The statement that creates a random graph; empty for the empty graph.
pub(crate) fn random(choices: &mut Choices) -> String {
    sketch(choices, false, 0).text()
}

/// The statement that creates a graph of statements that are claimed, denied, ranked and
/// valid for a time; it has a node at least.
pub(crate) fn claimed(choices: &mut Choices) -> String {
    let mut sketch = sketch(choices, true, 1);
    let claims = sketch.choices.below(11);
    (0..claims).for_each(|_| sketch.claim());
    sketch.text()
}
