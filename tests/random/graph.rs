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

/// `{k: …, …}`: every element has a `k` of its own, the rest is there or not.
fn properties(choices: &mut Choices, key: usize) -> String {
    let mut entries = vec![format!("k: {key}")];
    for (name, values) in VALUES {
        if choices.chance(35) {
            entries.push(format!("{name}: {}", choices.pick(values)));
        }
    }
    format!("{{{}}}", entries.join(", "))
}

/// The statement that creates a random graph; empty for the empty graph.
pub(crate) fn random(choices: &mut Choices) -> String {
    let nodes = choices.below(13);
    let mut parts = Vec::new();
    for node in 0..nodes {
        let labels: String = LABELS
            .iter()
            .zip([50, 40, 15])
            .filter(|(_, often)| choices.chance(*often))
            .map(|(label, _)| format!(":{label}"))
            .collect();
        parts.push(format!("(n{node}{labels} {})", properties(choices, node)));
    }
    let relationships = if nodes == 0 { 0 } else { choices.below(2 * nodes.min(7) + 2) };
    for relationship in 0..relationships {
        let end = |choices: &mut Choices| {
            // Most ends are nodes; few nodes make loops and parallels common.
            if relationship > 0 && choices.chance(15) {
                return format!("[r{}]", choices.below(relationship));
            }
            let near = if choices.chance(50) { nodes } else { nodes.min(3) };
            format!("(n{})", choices.below(near))
        };
        let (start, stop) = (end(choices), end(choices));
        let kind = TYPES[choices.below(TYPES.len())];
        let properties = properties(choices, 100 + relationship);
        parts.push(format!("{start}-[r{relationship}:{kind} {properties}]->{stop}"));
    }
    if parts.is_empty() { String::new() } else { format!("CREATE {}", parts.join(",\n       ")) }
}
