//! The schema in words: declarations as the statements that make them.

use super::schema::{Constraint, ConstraintKind, Contradiction, EdgeType, EndRule, SchemaTarget};
use super::{Graph, Index, KeyId, LabelId, TypeId};
use crate::value::display::identifier;

impl Graph {
    pub(crate) fn quoted_key(&self, key: KeyId) -> String {
        identifier(self.catalog.key_name(key)).to_string()
    }

    pub(crate) fn quoted_label(&self, label: LabelId) -> String {
        identifier(self.catalog.label_name(label)).to_string()
    }

    pub(crate) fn quoted_type(&self, kind: TypeId) -> String {
        identifier(self.catalog.type_name(kind)).to_string()
    }

    /// `(n:Person)` or `()-[r:HOLDS]-()`, and the variable.
    fn target_text(&self, target: SchemaTarget) -> (String, char) {
        match target {
            SchemaTarget::Label(label) => (format!("(n:{})", self.quoted_label(label)), 'n'),
            SchemaTarget::Type(kind) => (format!("()-[r:{}]-()", self.quoted_type(kind)), 'r'),
        }
    }

    /// `n.name`, or `(n.a, n.b)` for several keys.
    fn keys_text(&self, variable: char, keys: &[KeyId]) -> String {
        let keys: Vec<String> =
            keys.iter().map(|&key| format!("{variable}.{}", self.quoted_key(key))).collect();
        match keys.as_slice() {
            [one] => one.clone(),
            several => format!("({})", several.join(", ")),
        }
    }

    /// What a constraint demands, as it stands behind CREATE CONSTRAINT and a name:
    /// `FOR (n:Person) REQUIRE n.name IS UNIQUE`.
    pub fn constraint_text(&self, constraint: &Constraint) -> String {
        let (target, variable) = self.target_text(constraint.target);
        let keys = self.keys_text(variable, &constraint.keys);
        let demand = match (&constraint.kind, constraint.target) {
            (ConstraintKind::Unique, _) => "IS UNIQUE".to_owned(),
            (ConstraintKind::Key, SchemaTarget::Label(_)) => "IS NODE KEY".to_owned(),
            (ConstraintKind::Key, SchemaTarget::Type(_)) => "IS RELATIONSHIP KEY".to_owned(),
            (ConstraintKind::Exists, _) => "IS NOT NULL".to_owned(),
            (ConstraintKind::Type(types), _) => {
                let names: Vec<String> = types.iter().map(ToString::to_string).collect();
                format!("IS :: {}", names.join(" | "))
            }
        };
        format!("FOR {target} REQUIRE {keys} {demand}")
    }

    /// The statement that makes a constraint.
    pub fn constraint_statement(&self, constraint: &Constraint) -> String {
        let name = identifier(&constraint.name);
        format!("CREATE CONSTRAINT {name} {}", self.constraint_text(constraint))
    }

    /// The statement that makes an index.
    pub fn index_statement(&self, index: &Index) -> String {
        let (target, variable) = self.target_text(index.target());
        let keys: Vec<String> = index
            .keys()
            .iter()
            .map(|&key| format!("{variable}.{}", self.quoted_key(key)))
            .collect();
        let name = identifier(index.name());
        format!("CREATE RANGE INDEX {name} FOR {target} ON ({})", keys.join(", "))
    }

    /// What the relationships of a type may connect:
    /// `(:Person)-[:HOLDS]->(:Office), (:Party)-[:HOLDS]->(:Seat)`.
    pub fn edge_type_text(&self, edge: &EdgeType) -> String {
        let kind = self.quoted_type(edge.kind);
        let alternative = |(start, end): &(EndRule, EndRule)| {
            format!("{}-[:{kind}]->{}", self.end_rule_text(start), self.end_rule_text(end))
        };
        edge.alternatives.iter().map(alternative).collect::<Vec<_>>().join(", ")
    }

    /// The statement that declares an edge type.
    pub fn edge_type_statement(&self, edge: &EdgeType) -> String {
        format!("CREATE EDGE TYPE {}", self.edge_type_text(edge))
    }

    /// The statement that declares a contradiction.
    pub fn contradiction_statement(&self, contradiction: &Contradiction) -> String {
        let name = identifier(&contradiction.name);
        format!("CREATE CONTRADICTION {name} FOR {}", contradiction.pattern)
    }

    /// An end in round or square brackets.
    pub fn end_rule_text(&self, rule: &EndRule) -> String {
        match rule {
            EndRule::Node(labels) => {
                let names: Vec<String> = labels.iter().map(|&id| self.quoted_label(id)).collect();
                let colon = if names.is_empty() { "" } else { ":" };
                format!("({colon}{})", names.join("&"))
            }
            EndRule::Relationship(types) => {
                let names: Vec<String> = types.iter().map(|&id| self.quoted_type(id)).collect();
                let colon = if names.is_empty() { "" } else { ":" };
                format!("[{colon}{}]", names.join("|"))
            }
        }
    }

    /// The statements that declare the schema, without semicolons.
    pub fn schema_statements(&self) -> Vec<String> {
        let owned = |name: &str| self.constraints().iter().any(|other| &*other.name == name);
        let indexes = self.indexes().iter().filter(|index| !owned(index.name()));
        indexes
            .map(|index| self.index_statement(index))
            .chain(self.constraints().iter().map(|one| self.constraint_statement(one)))
            .chain(self.edge_types().iter().map(|edge| self.edge_type_statement(edge)))
            .chain(self.contradictions().iter().map(|one| self.contradiction_statement(one)))
            .collect()
    }
}
