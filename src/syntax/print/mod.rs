//! AST to text: one line, brackets only where the meaning needs them.
//!
//! Parsing what is printed gives the same tree again (spans aside). An item of
//! RETURN without a name is printed as it was written, because its text is the name
//! of its column. Recursion is bounded by the parser's limits on nesting.

mod clause;
mod copy;
mod expression;
mod iteration;
mod pattern;
mod schema;
mod view;

use super::ast::{
    ClauseKind, ContradictionRule, CopyStatement, Expression, LabelExpression, LabelName, Mode,
    Name, Statement, StatementBody,
};
use super::keyword::Keyword;
use super::lexer::{begins_name, continues_name};
use expression::Level;
use std::borrow::Cow;

/// Writes a statement as text, without a semicolon.
pub fn print(statement: &Statement) -> String {
    let mut printer = Printer::default();
    printer.text.push_str(match statement.mode {
        Mode::Run => "",
        Mode::Explain => "EXPLAIN ",
        Mode::Profile => "PROFILE ",
    });
    if statement.why.is_some() {
        printer.push("WHY ");
    }
    // A brace behind a variable would begin a map.
    let brackets = begins_with_brace(&statement.body);
    for view in &statement.views {
        printer.view(view, brackets);
        printer.push(" ");
    }
    match &statement.body {
        StatementBody::Query(query) => printer.query(query),
        StatementBody::Schema(statement) => printer.schema(statement),
        StatementBody::Copy(statement) => printer.copy(statement),
        StatementBody::Checkpoint => printer.text.push_str("CHECKPOINT"),
        StatementBody::Vacuum { before } => {
            printer.push("VACUUM");
            if let Some(moment) = before {
                printer.push(" BEFORE ");
                printer.expression(moment, Level::Or);
            }
        }
        StatementBody::SetRule { rule, on } => {
            printer.push("SET optimiser.");
            printer.name(rule);
            printer.push(if *on { " = on" } else { " = off" });
        }
    }
    printer.text
}

fn begins_with_brace(body: &StatementBody) -> bool {
    let StatementBody::Query(query) = body else { return false };
    let clause = query.parts.first().and_then(|part| part.first.clauses.first());
    clause.is_some_and(|clause| matches!(clause.kind, ClauseKind::Nested(_)))
}

/// Writes a COPY as text, without its first word and without the query that it copies.
pub fn print_copy(statement: &CopyStatement) -> String {
    let mut printer = Printer::default();
    printer.copied(statement);
    printer.text
}

/// Writes what a contradiction is about as text, as it stands behind FOR.
pub fn print_contradiction(rule: &ContradictionRule) -> String {
    let mut printer = Printer::default();
    printer.contradiction_rule(rule);
    printer.text
}

/// Writes an expression as text.
pub fn print_expression(expression: &Expression) -> String {
    let mut printer = Printer::default();
    printer.expression(expression, Level::Or);
    printer.text
}

/// A name as it must be written in a query: in backticks if it is a keyword or holds
/// characters that a plain name cannot.
pub fn print_name(name: &str) -> Cow<'_, str> {
    let plain = name.starts_with(begins_name)
        && name.chars().all(continues_name)
        && Keyword::of(name).is_none();
    if plain { Cow::Borrowed(name) } else { Cow::Owned(format!("`{}`", name.replace('`', "``"))) }
}

/// The text written so far.
#[derive(Default)]
struct Printer {
    text: String,
}

/// `A`, `$(value)`, `$any(value)`, and `:A` behind a bar.
fn write_label(label: &LabelName, text: &mut String) {
    match label {
        LabelName::Written(name) => text.push_str(&print_name(&name.text)),
        LabelName::BehindColon(name) => {
            text.push(':');
            text.push_str(&print_name(&name.text));
        }
        LabelName::Dynamic { any, value, .. } => {
            text.push_str(if *any { "$any(" } else { "$(" });
            text.push_str(&print_expression(value));
            text.push(')');
        }
    }
}

impl Printer {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn name(&mut self, name: &Name) {
        let printed = print_name(&name.text);
        self.push(&printed);
    }

    /// Writes items with `separator` between them.
    fn separated<T>(&mut self, items: &[T], separator: &str, mut write: impl FnMut(&mut Self, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            write(self, item);
        }
    }

    /// `:A:B`, nothing for no labels.
    fn labels(&mut self, labels: &[LabelName]) {
        for label in labels {
            self.push(":");
            write_label(label, &mut self.text);
        }
    }

    /// `:A|B&!C`, nothing where there is none.
    fn label_expression(&mut self, expression: Option<&LabelExpression>) {
        if let Some(expression) = expression {
            self.push(":");
            expression.write(&mut self.text, &write_label);
        }
    }

    /// Labels behind an operand. In brackets a bar is no end of the expression around it.
    fn label_predicate(&mut self, labels: &LabelExpression) {
        let bars = matches!(labels, LabelExpression::Or(_));
        self.push(if bars { ":(" } else { ":" });
        labels.write(&mut self.text, &write_label);
        self.push(if bars { ")" } else { "" });
    }

    /// A test for labels of what is not written. A name that may be that of another test
    /// is put in brackets.
    fn label_test(&mut self, labels: &LabelExpression) {
        let other_tests = ["UNKNOWN", "TYPED", "NORMALIZED", "NFC", "NFD", "NFKC", "NFKD"];
        let other =
            |name: &Name| other_tests.iter().any(|test| name.text.eq_ignore_ascii_case(test));
        let plain =
            matches!(labels, LabelExpression::Name(name) if !name.written().is_some_and(other));
        self.push(if plain { " IS " } else { " IS (" });
        labels.write(&mut self.text, &write_label);
        self.push(if plain { "" } else { ")" });
    }
}
