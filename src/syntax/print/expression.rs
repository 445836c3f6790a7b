//! Printing expressions: what binds more loosely than its place allows gets brackets.

use super::super::ast::{
    Access, ArithmeticOperator, CaseBranch, ComparisonOperator, Expression, ExpressionKind, IsTest,
    LogicalOperator, Name, PredicateOperator, RelationshipEnd,
};
use super::super::lexer::continues_name;
use super::super::literal::escape;
use super::{Printer, print_name};
use crate::syntax::keyword::Keyword;

/// How tightly an expression binds, loosest first; as in the grammar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    Xor,
    And,
    Not,
    Comparison,
    Predicate,
    Additive,
    Multiplicative,
    Power,
    Sign,
    Labels,
    Access,
    Atom,
}

impl Level {
    fn of(expression: &Expression) -> Level {
        use ExpressionKind as E;
        match &expression.kind {
            E::Logical(operator, _) => Level::of_logical(*operator),
            E::Not(..) => Level::Not,
            E::Comparison(..) => Level::Comparison,
            // Behind a pattern, a minus or a less-than sign would be read as the next relationship.
            E::PatternPredicate(part) if part.shortest.is_none() => Level::Comparison,
            E::Predicate(..) | E::IsNull(..) | E::Is(..) | E::IsEnd(..) => Level::Predicate,
            E::Arithmetic(_, terms) => terms
                .first()
                .map_or(Level::Additive, |(operator, _)| Level::of_arithmetic(*operator)),
            E::Sign(..) => Level::Sign,
            E::Integer(value) if *value < 0 => Level::Sign,
            E::Float(value) if value.is_sign_negative() => Level::Sign,
            E::Integer(_) | E::Float(_) => Level::Labels,
            E::HasLabels(..) => Level::Labels,
            E::Access(..) => Level::Access,
            _ => Level::Atom,
        }
    }

    fn of_logical(operator: LogicalOperator) -> Level {
        match operator {
            LogicalOperator::Or => Level::Or,
            LogicalOperator::Xor => Level::Xor,
            LogicalOperator::And => Level::And,
        }
    }

    fn of_arithmetic(operator: ArithmeticOperator) -> Level {
        match operator {
            ArithmeticOperator::Add
            | ArithmeticOperator::Concatenate
            | ArithmeticOperator::Subtract => Level::Additive,
            ArithmeticOperator::Multiply
            | ArithmeticOperator::Divide
            | ArithmeticOperator::Modulo => Level::Multiplicative,
            ArithmeticOperator::Power => Level::Power,
        }
    }
}

impl Printer {
    /// Writes an expression where only what binds at least as tightly as `least` may stand bare.
    pub(super) fn expression(&mut self, expression: &Expression, least: Level) {
        let brackets = Level::of(expression) < least;
        if brackets {
            self.push("(");
        }
        self.bare(expression);
        if brackets {
            self.push(")");
        }
    }

    pub(super) fn expressions(&mut self, expressions: &[Expression]) {
        self.separated(expressions, ", ", |printer, item| printer.expression(item, Level::Or));
    }

    fn bare(&mut self, expression: &Expression) {
        use ExpressionKind as E;
        match &expression.kind {
            E::Null => self.push("null"),
            E::Boolean(value) => self.push(if *value { "true" } else { "false" }),
            E::Integer(value) => self.push(&value.to_string()),
            E::Float(value) => self.push(&format!("{value:?}")),
            E::String(value) => self.string(value),
            E::Temporal(kind, text) => {
                self.push(kind.text());
                self.push(" ");
                self.string(text);
            }
            E::Parameter(name) => self.parameter(name),
            E::Variable(name) => self.push(&print_name(name)),
            E::List(items) => self.list(items),
            E::Map(entries) => self.map(entries),
            E::Access(base, steps) => self.access(base, steps),
            E::HasLabels(base, labels) => {
                self.expression(base, Level::Access);
                match base.kind {
                    E::CaseOperand => self.label_test(labels),
                    _ => self.label_predicate(labels),
                }
            }
            E::Not(count, operand) => {
                (0..*count).for_each(|_| self.push("NOT "));
                self.expression(operand, Level::Comparison);
            }
            E::Sign(signs, operand) => self.sign(signs, operand),
            E::Logical(operator, terms) => self.logical(*operator, terms),
            E::Comparison(first, terms) => self.comparison(first, terms),
            E::Arithmetic(first, terms) => self.arithmetic(first, terms),
            E::Predicate(operator, left, right) => self.predicate(*operator, left, right),
            E::IsNull(operand, negated) => {
                self.expression(operand, Level::Predicate);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            E::Is(operand, test, negated) => {
                self.expression(operand, Level::Predicate);
                self.test(test, *negated);
            }
            E::IsEnd(element, end, relationship, negated) => {
                self.expression(element, Level::Predicate);
                self.push(if *negated { " IS NOT " } else { " IS " });
                self.push(match end {
                    RelationshipEnd::Source => "SOURCE OF ",
                    RelationshipEnd::Destination => "DESTINATION OF ",
                });
                self.expression(relationship, Level::Additive);
            }
            E::Cast(value, to) => {
                self.push("CAST(");
                self.expression(value, Level::Or);
                self.push(&format!(" AS {to})"));
            }
            E::CaseOperand => {}
            E::Function { name, distinct, arguments } => self.function(name, *distinct, arguments),
            E::CountStar => self.push("count(*)"),
            E::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref());
            }
            E::PatternPredicate(part) => self.pattern_part(part),
            E::Subquery(kind, body) => self.subquery(*kind, body),
            E::MapProjection { base, items } => self.map_projection(base, items),
            E::ListComprehension { .. } | E::PatternComprehension { .. } => {
                self.comprehension(expression);
            }
            E::Quantifier { .. } | E::Reduce { .. } => self.fold(expression),
        }
    }

    pub(super) fn string(&mut self, value: &str) {
        self.push("'");
        self.push(&escape(value));
        self.push("'");
    }

    pub(super) fn parameter(&mut self, name: &Name) {
        self.push("$");
        if name.text.chars().all(continues_name) {
            self.push(&name.text);
        } else {
            self.push(&format!("`{}`", name.text.replace('`', "``")));
        }
    }

    fn list(&mut self, items: &[Expression]) {
        self.push("[");
        match items {
            // Without brackets this would be a comprehension.
            [item] if begins_with_element(item) => {
                self.push("(");
                self.bare(item);
                self.push(")");
            }
            _ => self.expressions(items),
        }
        self.push("]");
    }

    fn map(&mut self, entries: &[(Name, Expression)]) {
        self.push("{");
        self.separated(entries, ", ", |printer, (key, value)| {
            printer.name(key);
            printer.push(": ");
            printer.expression(value, Level::Or);
        });
        self.push("}");
    }

    fn access(&mut self, base: &Expression, steps: &[Access]) {
        self.expression(base, Level::Atom);
        for step in steps {
            match step {
                Access::Property(key) => {
                    self.push(".");
                    self.name(key);
                }
                Access::Index(index) => {
                    self.push("[");
                    self.expression(index, Level::Or);
                    self.push("]");
                }
                Access::Slice(from, to) => {
                    self.push("[");
                    from.iter().for_each(|from| self.expression(from, Level::Or));
                    self.push("..");
                    to.iter().for_each(|to| self.expression(to, Level::Or));
                    self.push("]");
                }
            }
        }
    }

    fn sign(&mut self, signs: &[bool], operand: &Expression) {
        for minus in signs {
            self.push(if *minus { "-" } else { "+" });
        }
        // A minus directly before a whole number would become part of the number.
        let folds =
            matches!(operand.kind, ExpressionKind::Integer(_)) && signs.last() == Some(&true);
        self.expression(operand, if folds { Level::Atom } else { Level::Labels });
    }

    fn logical(&mut self, operator: LogicalOperator, terms: &[Expression]) {
        let (sign, least) = match operator {
            LogicalOperator::Or => (" OR ", Level::Xor),
            LogicalOperator::Xor => (" XOR ", Level::And),
            LogicalOperator::And => (" AND ", Level::Not),
        };
        self.separated(terms, sign, |printer, term| printer.expression(term, least));
    }

    fn comparison(&mut self, first: &Expression, terms: &[(ComparisonOperator, Expression)]) {
        self.expression(first, Level::Predicate);
        for (operator, term) in terms {
            self.push(match operator {
                ComparisonOperator::Equal => " = ",
                ComparisonOperator::NotEqual => " <> ",
                ComparisonOperator::Less => " < ",
                ComparisonOperator::LessOrEqual => " <= ",
                ComparisonOperator::Greater => " > ",
                ComparisonOperator::GreaterOrEqual => " >= ",
            });
            self.expression(term, Level::Predicate);
        }
    }

    fn arithmetic(&mut self, first: &Expression, terms: &[(ArithmeticOperator, Expression)]) {
        let least = match terms.first().map(|(operator, _)| Level::of_arithmetic(*operator)) {
            Some(Level::Power) => Level::Sign,
            Some(Level::Multiplicative) => Level::Power,
            _ => Level::Multiplicative,
        };
        self.expression(first, least);
        for (operator, term) in terms {
            self.push(match operator {
                ArithmeticOperator::Add => " + ",
                ArithmeticOperator::Concatenate => " || ",
                ArithmeticOperator::Subtract => " - ",
                ArithmeticOperator::Multiply => " * ",
                ArithmeticOperator::Divide => " / ",
                ArithmeticOperator::Modulo => " % ",
                ArithmeticOperator::Power => " ^ ",
            });
            self.expression(term, least);
        }
    }

    fn predicate(&mut self, operator: PredicateOperator, left: &Expression, right: &Expression) {
        self.expression(left, Level::Predicate);
        self.push(match operator {
            PredicateOperator::StartsWith => " STARTS WITH ",
            PredicateOperator::EndsWith => " ENDS WITH ",
            PredicateOperator::Contains => " CONTAINS ",
            PredicateOperator::Matches => " =~ ",
            PredicateOperator::In => " IN ",
        });
        self.expression(right, Level::Additive);
    }

    fn test(&mut self, test: &IsTest, negated: bool) {
        self.push(if negated { " IS NOT " } else { " IS " });
        match test {
            IsTest::Truth(Some(true)) => self.push("TRUE"),
            IsTest::Truth(Some(false)) => self.push("FALSE"),
            IsTest::Truth(None) => self.push("UNKNOWN"),
            IsTest::Typed(of) => self.push(&format!(":: {of}")),
            IsTest::Normalized(form) => self.push(&format!("{} NORMALIZED", form.text())),
        }
    }

    fn function(&mut self, name: &[Name], distinct: bool, arguments: &[Expression]) {
        match name {
            [name]
                if !has_own_syntax(&name.text)
                    && Keyword::of(&name.text).is_some_and(|word| !word.is_reserved()) =>
            {
                self.push(&name.text);
            }
            [name] if has_own_syntax(&name.text) => self.push(&format!("`{}`", name.text)),
            _ => self.separated(name, ".", Self::name),
        }
        self.push(if distinct { "(DISTINCT " } else { "(" });
        self.expressions(arguments);
        self.push(")");
    }

    fn case(
        &mut self,
        operand: Option<&Expression>,
        branches: &[CaseBranch],
        otherwise: Option<&Expression>,
    ) {
        self.push("CASE");
        if let Some(operand) = operand {
            self.push(" ");
            self.expression(operand, Level::Or);
        }
        for branch in branches {
            self.push(" WHEN");
            self.separated(&branch.tests, ",", |printer, test| {
                // An operator brings its own space.
                let first = match &test.kind {
                    ExpressionKind::HasLabels(base, _) => base,
                    _ => leftmost(test),
                };
                if !matches!(first.kind, ExpressionKind::CaseOperand) {
                    printer.push(" ");
                }
                printer.expression(test, Level::Or);
            });
            self.push(" THEN ");
            self.expression(&branch.result, Level::Or);
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.expression(otherwise, Level::Or);
        }
        self.push(" END");
    }
}

/// Whether a call of this name could be read as something else than a call.
fn has_own_syntax(name: &str) -> bool {
    [
        "all",
        "any",
        "none",
        "single",
        "reduce",
        "allReduce",
        "cast",
        "shortestPath",
        "allShortestPaths",
    ]
    .iter()
    .any(|special| special.eq_ignore_ascii_case(name))
}

/// Whether the text of an expression begins with `variable IN`.
fn begins_with_element(expression: &Expression) -> bool {
    let mut next = Some(expression);
    while let Some(expression) = next {
        if let ExpressionKind::Predicate(PredicateOperator::In, left, _) = &expression.kind
            && matches!(left.kind, ExpressionKind::Variable(_))
        {
            return true;
        }
        next = first_operand(expression);
    }
    false
}

/// The expression that the text of another begins with.
fn leftmost(expression: &Expression) -> &Expression {
    let mut leftmost = expression;
    while let Some(first) = first_operand(leftmost) {
        leftmost = first;
    }
    leftmost
}

/// What stands left of the operators of an expression.
fn first_operand(expression: &Expression) -> Option<&Expression> {
    match &expression.kind {
        ExpressionKind::Logical(_, terms) => terms.first(),
        ExpressionKind::Comparison(first, _) => Some(first),
        ExpressionKind::Predicate(_, left, _) => Some(left),
        ExpressionKind::IsNull(operand, _) | ExpressionKind::Is(operand, ..) => Some(operand),
        _ => None,
    }
}
