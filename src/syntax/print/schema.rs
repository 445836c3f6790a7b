//! Statements about the schema as text.

use super::Printer;
use crate::syntax::ast::{
    ContradictionRule, Demand, EdgeEnd, EdgePattern, EndKind, IndexKind, Name, SchemaName,
    SchemaProperty, SchemaStatement, SchemaTarget,
};

impl Printer {
    pub(super) fn schema(&mut self, statement: &SchemaStatement) {
        match statement {
            SchemaStatement::CreateIndex { kind, name, if_not_exists, target, properties } => {
                self.push(match kind {
                    IndexKind::Range => "CREATE RANGE INDEX",
                    IndexKind::Text => "CREATE TEXT INDEX",
                });
                self.declared(name.as_ref(), *if_not_exists, target);
                self.push(" ON ");
                self.schema_properties(properties, true);
            }
            SchemaStatement::DropIndex { name, if_exists } => {
                self.dropped("DROP INDEX ", name, *if_exists);
            }
            SchemaStatement::CreateConstraint {
                name,
                if_not_exists,
                target,
                properties,
                demand,
            } => {
                self.push("CREATE CONSTRAINT");
                self.declared(name.as_ref(), *if_not_exists, target);
                self.push(" REQUIRE ");
                self.schema_properties(properties, properties.len() != 1);
                self.demand(demand, target.kind);
            }
            SchemaStatement::DropConstraint { name, if_exists } => {
                self.dropped("DROP CONSTRAINT ", name, *if_exists);
            }
            SchemaStatement::CreateEdgeType { replace, if_not_exists, alternatives } => {
                self.push(if *replace {
                    "CREATE OR REPLACE EDGE TYPE "
                } else {
                    "CREATE EDGE TYPE "
                });
                self.push(if *if_not_exists { "IF NOT EXISTS " } else { "" });
                self.separated(alternatives, ", ", Self::edge_pattern);
            }
            SchemaStatement::DropEdgeType { name, if_exists } => {
                self.push("DROP EDGE TYPE ");
                self.word_or_if(name);
                self.push(if *if_exists { " IF EXISTS" } else { "" });
            }
            SchemaStatement::CreateContradiction { name, if_not_exists, rule } => {
                self.push("CREATE CONTRADICTION");
                self.named(name.as_ref(), *if_not_exists);
                self.contradiction_rule(rule);
            }
            SchemaStatement::DropContradiction { name, if_exists } => {
                self.dropped("DROP CONTRADICTION ", name, *if_exists);
            }
        }
    }

    /// ` name IF NOT EXISTS FOR (n:Label)`.
    fn declared(&mut self, name: Option<&SchemaName>, if_not_exists: bool, target: &SchemaTarget) {
        self.named(name, if_not_exists);
        let (open, close) = match target.kind {
            EndKind::Node => ("(", ")"),
            EndKind::Relationship => ("()-[", "]-()"),
        };
        self.push(open);
        self.name(&target.variable);
        self.push(":");
        self.name(&target.label);
        self.push(close);
    }

    /// ` name IF NOT EXISTS FOR `.
    fn named(&mut self, name: Option<&SchemaName>, if_not_exists: bool) {
        if let Some(name) = name {
            self.push(" ");
            self.schema_name(name);
        }
        self.push(if if_not_exists { " IF NOT EXISTS FOR " } else { " FOR " });
    }

    pub(super) fn contradiction_rule(&mut self, rule: &ContradictionRule) {
        self.pattern(&rule.pattern);
        self.filter(rule.predicate.as_ref());
    }

    fn dropped(&mut self, what: &str, name: &SchemaName, if_exists: bool) {
        self.push(what);
        self.schema_name(name);
        self.push(if if_exists { " IF EXISTS" } else { "" });
    }

    /// The name of an index, a constraint or a contradiction.
    fn schema_name(&mut self, name: &SchemaName) {
        match name {
            SchemaName::Written(name) => self.word_or_if(name),
            SchemaName::Parameter(name) => self.parameter(name),
        }
    }

    /// A name; IF is no keyword and yet means something here.
    fn word_or_if(&mut self, name: &Name) {
        if name.text.eq_ignore_ascii_case("if") {
            self.push("`");
            self.push(&name.text);
            self.push("`");
        } else {
            self.name(name);
        }
    }

    fn schema_properties(&mut self, properties: &[SchemaProperty], brackets: bool) {
        self.push(if brackets { "(" } else { "" });
        self.separated(properties, ", ", |printer, property| {
            printer.name(&property.variable);
            printer.push(".");
            printer.name(&property.key);
        });
        self.push(if brackets { ")" } else { "" });
    }

    fn demand(&mut self, demand: &Demand, target: EndKind) {
        let text = match (demand, target) {
            (Demand::Unique, _) => " IS UNIQUE".to_owned(),
            (Demand::Key, EndKind::Node) => " IS NODE KEY".to_owned(),
            (Demand::Key, EndKind::Relationship) => " IS RELATIONSHIP KEY".to_owned(),
            (Demand::Exists, _) => " IS NOT NULL".to_owned(),
            (Demand::Type(of, _), _) => format!(" IS :: {of}"),
        };
        self.push(&text);
    }

    fn edge_pattern(&mut self, edge: &EdgePattern) {
        self.edge_end(&edge.start);
        self.push("-[:");
        self.name(&edge.label);
        self.push("]->");
        self.edge_end(&edge.end);
    }

    pub(super) fn edge_end(&mut self, end: &EdgeEnd) {
        let (open, separator, close) = match end.kind {
            EndKind::Node => ("(", "&", ")"),
            EndKind::Relationship => ("[", "|", "]"),
        };
        self.push(open);
        self.push(if end.names.is_empty() { "" } else { ":" });
        self.separated(&end.names, separator, Self::name);
        self.push(close);
    }
}
