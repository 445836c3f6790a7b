//! Names that are computed, and what files and procedures give.

use super::files::FILES;
use super::scope::{Generator, Type};

impl Generator<'_> {
    /// A label or type, seldom computed.
    pub(crate) fn named(&mut self, name: &str) -> String {
        if !self.choices.chance(12) {
            return name.to_owned();
        }
        match self.choices.below(6) {
            0 => format!("$('{name}')"),
            1 => format!("$(['{name}'])"),
            2 => format!("$any(['Z', '{name}'])"),
            3 => format!("$all(['{name}', '{name}'])"),
            4 => format!("$('{name}' + trim(' '))"),
            _ => format!("$(CASE $map.a WHEN 1 THEN '{name}' ELSE '' END)"),
        }
    }

    /// A label or type of what is created or set, seldom computed.
    pub(crate) fn named_new(&mut self, name: &str) -> String {
        if !self.choices.chance(15) {
            return name.to_owned();
        }
        match self.choices.below(3) {
            0 => format!("$('{name}')"),
            1 => format!("$(['{name}', '{name}'][0..1])"),
            _ => format!("$(coalesce(null, '{name}'))"),
        }
    }

    /// `.key`, seldom computed.
    pub(crate) fn keyed(&mut self, key: &str) -> String {
        if !self.choices.chance(8) {
            return format!(".{key}");
        }
        match self.choices.below(3) {
            0 => format!("['{key}']"),
            1 => format!("['{key}' + '']"),
            _ => format!("[CASE WHEN $map.a = 1 THEN '{key}' END]"),
        }
    }

    /// Rows of a file, or what a procedure finds in the graph.
    pub(crate) fn called_or_loaded(&mut self) -> String {
        match self.choices.below(5) {
            0 => self.catalog("db.labels", "label"),
            1 => self.catalog("db.relationshipTypes", "relationshipType"),
            2 => {
                let name = self.fresh("x");
                let [i, s] = [Type::Integer, Type::String].map(|of| self.declare("v", of));
                let file = self.file();
                format!("LOAD CSV FROM {file} AS {name}\nLET {i} = size({name}), {s} = {name}[1]")
            }
            _ => {
                let name = self.fresh("x");
                let [i, s, b] =
                    [Type::Integer, Type::String, Type::Boolean].map(|of| self.declare("v", of));
                let file = self.file();
                format!(
                    "LOAD CSV WITH HEADERS FROM {file} AS {name}\nLET {i} = toInteger({name}.i), {s} = {name}.s, {b} = toBoolean({name}.b)"
                )
            }
        }
    }

    fn file(&mut self) -> String {
        let (name, _) = FILES[self.choices.below(FILES.len())];
        match self.choices.below(3) {
            2 => format!("CASE WHEN $map.b IS NULL THEN '{name}' END"),
            _ => format!("'{name}'"),
        }
    }

    fn catalog(&mut self, procedure: &str, column: &str) -> String {
        let optional = if self.choices.chance(20) { "OPTIONAL " } else { "" };
        let name = self.declare("u", Type::String);
        let condition = match self.choices.below(4) {
            0 => format!(" WHERE {name} > 'A'"),
            1 => format!(" WHERE {name} IN ['B', 'T', $text]"),
            _ => String::new(),
        };
        format!("{optional}CALL {procedure}() YIELD {column} AS {name}{condition}")
    }
}
