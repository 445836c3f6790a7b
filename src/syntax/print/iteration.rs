//! Printing what goes through something of its own: comprehensions, quantifiers, `reduce`,
//! subqueries, map projections.

use super::Printer;
use super::expression::Level;
use crate::syntax::ast::{
    Expression, ExpressionKind, IsTest, MapProjectionItem, Name, Quantifier, Subquery, SubqueryKind,
};

impl Printer {
    pub(super) fn comprehension(&mut self, expression: &Expression) {
        self.push("[");
        let (predicate, projection) = match &expression.kind {
            ExpressionKind::ListComprehension { variable, list, predicate, projection } => {
                self.element(variable, list);
                (predicate, projection.as_deref())
            }
            ExpressionKind::PatternComprehension { part, predicate, projection } => {
                self.pattern_part(part);
                (predicate, Some(&**projection))
            }
            _ => return,
        };
        self.where_and_bar(predicate.as_deref(), projection);
        self.push("]");
    }

    fn where_and_bar(&mut self, predicate: Option<&Expression>, projection: Option<&Expression>) {
        match (predicate, projection) {
            (Some(predicate), Some(_)) if ends_in_type(predicate) => {
                self.push(" WHERE (");
                self.expression(predicate, Level::Or);
                self.push(")");
            }
            _ => self.filter(predicate),
        }
        if let Some(projection) = projection {
            self.push(" | ");
            self.expression(projection, Level::Or);
        }
    }

    fn element(&mut self, variable: &Name, list: &Expression) {
        self.name(variable);
        self.push(" IN ");
        if ends_in_type(list) {
            self.push("(");
            self.expression(list, Level::Or);
            self.push(")");
        } else {
            self.expression(list, Level::Or);
        }
    }

    pub(super) fn fold(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Quantifier { kind, variable, list, predicate } => {
                self.push(match kind {
                    Quantifier::All => "all(",
                    Quantifier::Any => "any(",
                    Quantifier::None => "none(",
                    Quantifier::Single => "single(",
                });
                self.element(variable, list);
                self.where_and_bar(Some(predicate), None);
            }
            ExpressionKind::Reduce { accumulator, initial, variable, list, step, condition } => {
                self.push(if condition.is_some() { "allReduce(" } else { "reduce(" });
                self.name(accumulator);
                self.push(" = ");
                self.expression(initial, Level::Or);
                self.push(", ");
                self.element(variable, list);
                self.where_and_bar(None, Some(step));
                if let Some(condition) = condition {
                    self.push(", ");
                    self.expression(condition, Level::Or);
                }
            }
            _ => return,
        }
        self.push(")");
    }

    pub(super) fn subquery(&mut self, kind: SubqueryKind, body: &Subquery) {
        self.push(match kind {
            SubqueryKind::Exists => "EXISTS { ",
            SubqueryKind::Count => "COUNT { ",
            SubqueryKind::Collect => "COLLECT { ",
        });
        match body {
            Subquery::Pattern(mode, parts, predicate) => {
                self.match_mode(*mode);
                self.pattern(parts);
                self.filter(predicate.as_ref());
            }
            Subquery::Query(query) => self.query(query),
        }
        self.push(" }");
    }

    pub(super) fn map_projection(&mut self, base: &Name, items: &[MapProjectionItem]) {
        if ["count", "collect"].iter().any(|word| word.eq_ignore_ascii_case(&base.text)) {
            // A bare one would begin a subquery.
            self.push(&format!("`{}`", base.text));
        } else {
            self.name(base);
        }
        self.push(" {");
        self.separated(items, ", ", |printer, item| match item {
            MapProjectionItem::Property(key) => {
                printer.push(".");
                printer.name(key);
            }
            MapProjectionItem::All => printer.push(".*"),
            MapProjectionItem::Entry(key, value) => {
                printer.name(key);
                printer.push(": ");
                printer.expression(value, Level::Or);
            }
            MapProjectionItem::Variable(name) => printer.name(name),
        });
        self.push("}");
    }
}

/// Whether the text of an expression ends in a type, to which a bar behind it could be added.
fn ends_in_type(expression: &Expression) -> bool {
    let mut last = expression;
    loop {
        last = match &last.kind {
            ExpressionKind::Is(_, IsTest::Typed(_), _) => return true,
            ExpressionKind::Logical(_, terms) => match terms.last() {
                Some(term) => term,
                None => return false,
            },
            ExpressionKind::Comparison(first, terms) => {
                terms.last().map_or(first, |(_, term)| term)
            }
            ExpressionKind::Not(_, operand) => operand,
            _ => return false,
        };
    }
}
