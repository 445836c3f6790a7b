//! What a clause that writes looks up before it writes.
//!
//! CREATE, SET and REMOVE never see their own changes through a subquery, a pattern predicate
//! or a pattern comprehension: `CREATE (:N {before: COUNT { (n) }})` counts the same nodes for
//! every row. So each of these becomes a column of the rows that go into the clause, and all
//! rows are there before the first of them writes.
//!
//! ```text
//! CREATE (:N {c: COUNT { … }})   ─→   Extend x = COUNT { … } │ Create (:N {c: x})
//! ```
//!
//! Only the subquery is computed before: `CASE WHEN EXISTS { … } THEN n.x END` reads the
//! property that the items before have left. Where it is not certain that the clause needs
//! its value, as in a branch of CASE, the column holds what came of it, so that a failure
//! counts only where the value is read.
//!
//! The list of a FOREACH is computed before for all rows, too, if it looks at the graph.
//!
//! What reads the element that a comprehension has come to, as in `[x IN n.list | COUNT { (m)
//! WHERE m.k = x }]`, has no value before the list is there. It stays where it is, and looks at
//! the version of the graph that the clause began with. What reads an element that the same
//! clause has created looks at the graph as it then is, whatever the element is called.

use super::Binder;
use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{BoundClause, BoundKind};
use crate::syntax::ast::LogicalOperator;
use crate::syntax::diagnostic::Span;
use std::collections::HashSet;

impl Binder<'_> {
    /// Moves what looks at the graph out of the expressions of a clause that makes these
    /// elements.
    pub(super) fn early<'e>(
        &mut self,
        expressions: impl Iterator<Item = &'e mut Expression>,
        made: HashSet<VariableId>,
        span: Span,
        out: &mut Vec<BoundClause>,
    ) {
        let mut taken = Taken { made, locals: HashSet::new(), columns: Vec::new() };
        expressions.for_each(|expression| self.take_out(expression, false, &mut taken));
        if !taken.columns.is_empty() {
            out.push(BoundClause { kind: BoundKind::Extend(taken.columns), span });
        }
    }

    /// Moves an expression that is evaluated for every row out of a clause, if any of it looks at
    /// the graph; gives the column that stands for it.
    pub(super) fn whole_early(
        &mut self,
        expression: &mut Expression,
        span: Span,
        out: &mut Vec<BoundClause>,
    ) -> Option<VariableId> {
        if !looks_at_graph(expression) {
            return None;
        }
        let column = self.invent(" before");
        let variable = Expression::new(ExpressionKind::Variable(column), expression.span);
        let computed = std::mem::replace(expression, variable);
        out.push(BoundClause { kind: BoundKind::Extend(vec![(column, computed)]), span });
        Some(column)
    }

    /// Has what looks at the graph in these expressions look at it as it is before the first of
    /// them is evaluated: what MERGE sets is known only once it has matched or created.
    pub(super) fn looking_before<'e>(expressions: impl Iterator<Item = &'e mut Expression>) {
        for expression in expressions {
            if matches!(expression.kind, ExpressionKind::Subquery(_)) {
                let span = expression.span;
                replace(expression, |subquery| {
                    Expression::new(ExpressionKind::Before(Box::new(subquery)), span)
                });
            } else {
                Self::looking_before(expression.children_mut().into_iter());
            }
        }
    }

    /// Puts variables in the place of what looks at the graph; `perhaps` where it may be that
    /// the clause does not evaluate it. An expression nests only as deep as the text does.
    fn take_out(&mut self, expression: &mut Expression, perhaps: bool, taken: &mut Taken) {
        if matches!(expression.kind, ExpressionKind::Subquery(_)) {
            return self.take_subquery(expression, perhaps, taken);
        }
        let certain = certain_children(&expression.kind);
        taken.locals.extend(expression.locals());
        for (place, child) in expression.children_mut().into_iter().enumerate() {
            self.take_out(child, perhaps || place >= certain, taken);
        }
    }

    fn take_subquery(&mut self, expression: &mut Expression, perhaps: bool, taken: &mut Taken) {
        let reads = self.variables_read(expression);
        if reads.iter().any(|id| taken.made.contains(id)) {
            return;
        }
        let span = expression.span;
        let boxed = |kind: fn(Box<Expression>) -> ExpressionKind, inner: Expression| {
            Expression::new(kind(Box::new(inner)), span)
        };
        if reads.iter().any(|id| taken.locals.contains(id)) {
            return replace(expression, |subquery| boxed(ExpressionKind::Before, subquery));
        }
        let column = self.invent(" before");
        let variable = Expression::new(ExpressionKind::Variable(column), span);
        replace(expression, |subquery| {
            let (computed, read) = if perhaps {
                let computed = boxed(ExpressionKind::Attempt, subquery);
                (computed, boxed(ExpressionKind::Outcome, variable))
            } else {
                (subquery, variable)
            };
            taken.columns.push((column, computed));
            read
        });
    }
}

/// What is taken out of the expressions of a clause.
struct Taken {
    /// The elements that the clause makes.
    made: HashSet<VariableId>,
    /// The variables that have values only inside of an expression.
    locals: HashSet<VariableId>,
    /// The columns that stand for what was taken out.
    columns: Vec<(VariableId, Expression)>,
}

/// Whether a subquery is in an expression.
fn looks_at_graph(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Subquery(_))
        || expression.children().into_iter().any(looks_at_graph)
}

/// Puts what is made of an expression in its place.
fn replace(expression: &mut Expression, by: impl FnOnce(Expression) -> Expression) {
    let nothing = Expression::new(ExpressionKind::List(Vec::new()), expression.span);
    *expression = by(std::mem::replace(expression, nothing));
}

/// How many of its direct parts, from the first on, are evaluated whenever it is.
fn certain_children(kind: &ExpressionKind) -> usize {
    match kind {
        ExpressionKind::Case { operand, .. } => 1 + usize::from(operand.is_some()),
        ExpressionKind::Logical(LogicalOperator::And | LogicalOperator::Or, _)
        | ExpressionKind::Function("coalesce", _)
        | ExpressionKind::ListComprehension { .. }
        | ExpressionKind::Quantifier { .. } => 1,
        ExpressionKind::Reduce { .. } => 2,
        _ => usize::MAX,
    }
}
