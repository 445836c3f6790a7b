//! COPY as text.

use super::Printer;
use crate::syntax::ast::{
    CopyKind, CopyOption, CopyStatement, CopyTarget, CopyValue, CopyValueKind, Name,
};

impl Printer {
    pub(super) fn copy(&mut self, statement: &CopyStatement) {
        self.push("COPY ");
        if let CopyKind::To(query) = &statement.kind {
            self.push("(");
            self.query(query);
            self.push(") ");
        }
        self.copied(statement);
    }

    /// What stands behind COPY, but for a query.
    pub(super) fn copied(&mut self, statement: &CopyStatement) {
        match &statement.kind {
            CopyKind::From(target) => {
                self.copy_target(target);
                self.push(" FROM ");
            }
            CopyKind::To(_) => self.push("TO "),
        }
        self.copy_value(&statement.file);
        if !statement.options.is_empty() {
            self.push(" (");
            self.separated(&statement.options, ", ", |printer, option| {
                let CopyOption { name, value } = option;
                printer.name(name);
                if let Some(value) = value {
                    printer.push(" ");
                    printer.copy_value(value);
                }
            });
            self.push(")");
        }
    }

    fn copy_target(&mut self, target: &CopyTarget) {
        match target {
            CopyTarget::Named(name) => self.name(name),
            CopyTarget::Nodes(end) => self.edge_end(end),
            CopyTarget::Relationships { start, label, end, span: _ } => {
                self.edge_end(start);
                self.push("-[");
                if let Some(label) = label {
                    self.push(":");
                    self.name(label);
                }
                self.push("]->");
                self.edge_end(end);
            }
        }
    }

    fn copy_value(&mut self, value: &CopyValue) {
        match &value.kind {
            CopyValueKind::Boolean(value) => self.push(if *value { "true" } else { "false" }),
            CopyValueKind::Integer(value) => self.push(&value.to_string()),
            CopyValueKind::String(text) => self.string(text),
            CopyValueKind::Parameter(name) => {
                self.parameter(&Name { text: name.clone(), span: value.span });
            }
            CopyValueKind::List(items) => {
                self.push("[");
                self.separated(items, ", ", Self::copy_value);
                self.push("]");
            }
        }
    }
}
