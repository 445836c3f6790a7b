//! What statements change, counted.

use crate::value::display::grouped;
use std::fmt;
use std::ops::AddAssign;

/// What a statement changed. It reads as `2 nodes created, 1 property set`, and as nothing
/// where nothing changed.
///
/// ```
/// let database = dossier::Database::in_memory();
/// let result = database.query("CREATE (:A {k: 1}), (:A)").run()?;
/// assert_eq!(result.counters.to_string(), "2 nodes created, 1 property set, 2 labels added");
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Nodes created.
    pub nodes_created: u64,
    /// Nodes deleted.
    pub nodes_deleted: u64,
    /// Relationships created.
    pub relationships_created: u64,
    /// Relationships deleted.
    pub relationships_deleted: u64,
    /// Relationships that got other ends.
    pub relationships_moved: u64,
    /// Properties set or removed.
    pub properties_set: u64,
    /// Labels given to nodes.
    pub labels_added: u64,
    /// Labels taken from nodes.
    pub labels_removed: u64,
    /// Indexes created, without those that constraints own.
    pub indexes_added: u64,
    /// Indexes dropped, without those that constraints own.
    pub indexes_removed: u64,
    /// Constraints created.
    pub constraints_added: u64,
    /// Constraints dropped.
    pub constraints_removed: u64,
    /// Edge types declared.
    pub edge_types_added: u64,
    /// Edge types dropped or replaced.
    pub edge_types_removed: u64,
    /// Contradictions declared.
    pub contradictions_added: u64,
    /// Contradictions dropped.
    pub contradictions_removed: u64,
}

/// What is counted, in the order of [`Counters::numbers`]: one thing, many of them, and what
/// happened to them.
const NAMES: [(&str, &str, &str); 16] = [
    ("node", "nodes", "created"),
    ("relationship", "relationships", "created"),
    ("property", "properties", "set"),
    ("label", "labels", "added"),
    ("node", "nodes", "deleted"),
    ("relationship", "relationships", "deleted"),
    ("label", "labels", "removed"),
    ("index", "indexes", "created"),
    ("index", "indexes", "dropped"),
    ("constraint", "constraints", "created"),
    ("constraint", "constraints", "dropped"),
    ("edge type", "edge types", "created"),
    ("edge type", "edge types", "dropped"),
    ("relationship", "relationships", "moved"),
    ("contradiction", "contradictions", "created"),
    ("contradiction", "contradictions", "dropped"),
];

impl Counters {
    fn numbers(&mut self) -> [&mut u64; 16] {
        [
            &mut self.nodes_created,
            &mut self.relationships_created,
            &mut self.properties_set,
            &mut self.labels_added,
            &mut self.nodes_deleted,
            &mut self.relationships_deleted,
            &mut self.labels_removed,
            &mut self.indexes_added,
            &mut self.indexes_removed,
            &mut self.constraints_added,
            &mut self.constraints_removed,
            &mut self.edge_types_added,
            &mut self.edge_types_removed,
            &mut self.relationships_moved,
            &mut self.contradictions_added,
            &mut self.contradictions_removed,
        ]
    }

    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        *self == Counters::default()
    }
}

impl AddAssign for Counters {
    fn add_assign(&mut self, mut other: Counters) {
        for (total, more) in self.numbers().into_iter().zip(other.numbers()) {
            *total += *more;
        }
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut counters = *self;
        let mut between = "";
        for (number, (one, many, what)) in counters.numbers().into_iter().zip(NAMES) {
            if *number > 0 {
                let thing = if *number == 1 { one } else { many };
                write!(f, "{between}{} {thing} {what}", grouped(*number))?;
                between = ", ";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_add_up_and_read_as_a_line() {
        let mut counters = Counters { nodes_created: 1, indexes_removed: 2, ..Counters::default() };
        counters += Counters { nodes_created: 1203, properties_set: 1, ..Counters::default() };
        assert_eq!(counters.to_string(), "1,204 nodes created, 1 property set, 2 indexes dropped");
        assert!(Counters::default().is_empty());
        assert_eq!(Counters::default().to_string(), "");
    }
}
