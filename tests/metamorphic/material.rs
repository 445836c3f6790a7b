//! What relations are made of: clauses before, the end of a query, patterns with a place
//! for what is varied, conditions in three parts.

use super::trial::{Checked, Stop, Trial, same};
use crate::random::pattern::Shape;
use crate::random::scope::Type;

/// A node or relationship pattern split where its labels and its WHERE stand:
/// `before` + labels + `middle` + WHERE + `after` is the whole.
#[derive(Clone, Debug)]
pub(crate) struct Holed {
    before: String,
    middle: String,
    after: String,
    /// The variable of the varied element.
    pub(crate) name: String,
}

impl Holed {
    /// The pattern with these labels (`:A`) and this condition (` WHERE …`).
    pub(crate) fn with(&self, labels: &str, condition: &str) -> String {
        format!("{}{labels}{}{condition}{}", self.before, self.middle, self.after)
    }
}

/// Three conditions of which exactly one is true.
pub(crate) fn thirds(condition: &str) -> [String; 3] {
    // A pattern may stand under AND, but not under IS NULL.
    let unknown = format!("(({condition}) AND true) IS NULL");
    [format!("({condition})"), format!("NOT ({condition})"), unknown]
}

/// ` WHERE condition`, or nothing.
pub(crate) fn clause(condition: Option<&str>) -> String {
    condition.map(|condition| format!(" WHERE {condition}")).unwrap_or_default()
}

impl Trial<'_> {
    /// None to two reading clauses, each with its line break.
    pub(crate) fn before(&mut self) -> String {
        let count = [1, 0, 1, 2][self.write.choices.below(4)];
        (0..count).map(|_| self.write.reading_clause() + "\n").collect()
    }

    /// Reading clauses after which at least one variable is in scope.
    pub(crate) fn some_rows(&mut self) -> String {
        let text = self.before();
        if !self.write.scope.is_empty() {
            return text;
        }
        let name = self.write.declare("n", Type::Node);
        format!("{text}MATCH ({name})\n")
    }

    /// The names in scope.
    pub(crate) fn names(&self) -> Vec<String> {
        self.write.scope.iter().map(|variable| variable.name.clone()).collect()
    }

    /// The names in scope that were not there when there were so many.
    pub(crate) fn new_names(&self, known: usize) -> Vec<String> {
        self.names().split_off(known)
    }

    /// A RETURN that gives a row for each row.
    pub(crate) fn row_tail(&mut self) -> String {
        if self.write.choices.chance(60) && !self.write.scope.is_empty() {
            return format!("RETURN {}", self.names().join(", "));
        }
        format!("RETURN {}", self.write.columns(true).0)
    }

    /// A RETURN in any form that says all of its rows, in any order.
    pub(crate) fn tail(&mut self) -> String {
        match self.write.choices.below(5) {
            0 => format!("RETURN {}", self.write.aggregation()),
            1 => format!("RETURN DISTINCT {}", self.write.columns(false).0),
            _ => self.row_tail(),
        }
    }

    /// A condition over what is in scope.
    pub(crate) fn condition(&mut self) -> String {
        self.write.boolean(2, true)
    }

    /// A pattern of MATCH in which the labels and the condition of a node may be varied.
    pub(crate) fn holed_node(&mut self) -> Holed {
        self.write.used.clear();
        let left = if self.write.choices.chance(40) {
            self.write.node(Shape::FULL)
        } else {
            String::new()
        };
        let before_it = if left.is_empty() {
            String::new()
        } else {
            left + &self.write.relationship(Shape::FULL)
        };
        let name = self.write.declare("n", Type::Node);
        let properties = self.write.properties();
        let mut after = String::from(")");
        if self.write.choices.chance(60) {
            after += &self.write.relationship(Shape::FULL);
            after += &self.write.end(Shape::FULL);
        }
        after += &self.other_parts();
        Holed { before: format!("{before_it}({name}"), middle: properties, after, name }
    }

    /// A pattern of MATCH in which the type and the condition of a relationship may be
    /// varied; `arrows` are the text before and behind its brackets.
    pub(crate) fn holed_relationship(&mut self, arrows: [&str; 2]) -> Holed {
        self.write.used.clear();
        let left = self.write.end(Shape::FULL);
        let name = self.write.declare("r", Type::Relationship);
        self.write.used.push(name.clone());
        let properties = self.write.properties();
        let right = self.write.end(Shape::FULL);
        let after = format!("]{}{right}{}", arrows[1], self.other_parts());
        let before = format!("{left}{}[{name}", arrows[0]);
        Holed { before, middle: properties, after, name }
    }

    /// `, part` or nothing.
    fn other_parts(&mut self) -> String {
        if self.write.choices.chance(35) {
            format!(", {}", self.write.part(Shape::FULL))
        } else {
            String::new()
        }
    }

    /// The arrows of a random direction.
    pub(crate) fn arrows(&mut self) -> [&'static str; 2] {
        [["-", "->"], ["<-", "-"], ["-", "-"]][self.write.choices.below(3)]
    }

    /// The rows without a condition are those with each third of it.
    pub(crate) fn parted(
        &mut self,
        condition: &str,
        query: impl Fn(Option<&str>) -> String,
    ) -> Checked {
        let whole = self.run(&query(None))?;
        let mut parts = Vec::new();
        for third in thirds(condition) {
            parts.push(self.run(&query(Some(&third)))?);
        }
        same(&[&whole], &parts.iter().collect::<Vec<_>>())
    }

    /// The rows of the first query are those of the others together.
    pub(crate) fn adds_up(&mut self, whole: &str, parts: &[String]) -> Checked {
        let whole = self.run(whole)?;
        let mut answers = Vec::new();
        for part in parts {
            answers.push(self.run(part)?);
        }
        same(&[&whole], &answers.iter().collect::<Vec<_>>())
    }
}

/// The relation does not apply.
pub(crate) fn skip<T>(why: &'static str) -> Checked<T> {
    Err(Stop::Skip(why))
}
