//! `WHEN … THEN … ELSE …`: for each row the query of the first condition that is true.
//!
//! ```text
//! Extend branch = CASE WHEN c THEN 0 WHEN d THEN 1 ELSE 2 END
//! Apply ─ UNION of: Filter branch = 0 → Apply query 0
//!                   Filter branch = 1 → Apply query 1 …
//! ```
//! Each query is applied behind its filter, so that one which groups gives no row
//! where its branch is not taken.

use super::compose::Role;
use super::expression::{Expression, ExpressionKind};
use super::query::{ApplyKind, BoundClause, BoundKind, BoundQuery, BoundSingle};
use super::{Binder, Bound};
use crate::syntax::ast::{self, ComparisonOperator, LogicalOperator, SingleQuery};
use crate::syntax::diagnostic::Span;
use crate::value::Value;

impl Binder<'_> {
    /// Binds a conditional query.
    pub(super) fn conditional(
        &mut self,
        branches: &[(ast::Expression, SingleQuery)],
        otherwise: Option<&SingleQuery>,
        role: Role,
        span: Span,
    ) -> Bound<BoundSingle> {
        // The conditions come before any WITH that could import.
        let role = if role == Role::Importing { Role::Call } else { role };
        let choice = self.invent(" branch");
        let mut cases = Vec::with_capacity(branches.len());
        for (place, (condition, _)) in branches.iter().enumerate() {
            cases.push((self.conjunction(condition)?, number(place, span)));
        }
        let case = ExpressionKind::Case {
            operand: None,
            branches: cases,
            otherwise: Some(Box::new(number(branches.len(), span))),
        };
        let mut imports = self.scopes.visible_ids();
        imports.push(choice);
        let queries: Vec<&SingleQuery> =
            branches.iter().map(|(_, query)| query).chain(otherwise).collect();
        let kind = |columns: usize| match columns {
            0 if role != Role::Expression => ApplyKind::Unit,
            _ => ApplyKind::Each,
        };
        let message = "all branches of WHEN must return columns of the same names";
        let query = self.arms(&queries, role, message, |_, arm, place| {
            let columns = arm.columns.clone();
            // The place of the condition, or of nothing: not that of all branches, which
            // each filter would quote.
            let at = branches.get(place).map_or(Span::default(), |(condition, _)| condition.span);
            let taken = ExpressionKind::Comparison(
                ComparisonOperator::Equal,
                Box::new(Expression::new(ExpressionKind::Variable(choice), at)),
                Box::new(number(place, at)),
            );
            let clauses = [
                BoundKind::Filter(vec![Expression::new(taken, at)]),
                BoundKind::Apply {
                    introduced: columns.iter().map(|(_, id)| *id).collect(),
                    kind: kind(columns.len()),
                    query: BoundQuery::of(arm),
                    imports: imports.clone(),
                },
            ];
            let clauses = clauses.map(|kind| BoundClause { kind, span }).into();
            BoundSingle { clauses, columns }
        })?;
        let columns = query.columns.clone();
        let result = columns
            .iter()
            .map(|(_, id)| (*id, Expression::new(ExpressionKind::Variable(*id), span)))
            .collect();
        let clauses = [
            BoundKind::Extend(vec![(choice, Expression::new(case, span))]),
            BoundKind::Apply {
                introduced: columns.iter().map(|(_, id)| *id).collect(),
                kind: kind(columns.len()),
                query,
                imports,
            },
            BoundKind::Project(result),
        ];
        let clauses = clauses.map(|kind| BoundClause { kind, span }).into();
        Ok(BoundSingle { clauses, columns })
    }

    /// A condition as one expression.
    fn conjunction(&mut self, condition: &ast::Expression) -> Bound<Expression> {
        let mut terms = self.predicate(condition)?;
        Ok(match terms.pop() {
            Some(only) if terms.is_empty() => only,
            last => {
                terms.extend(last);
                Expression::new(
                    ExpressionKind::Logical(LogicalOperator::And, terms),
                    condition.span,
                )
            }
        })
    }
}

fn number(place: usize, span: Span) -> Expression {
    let value = Value::Integer(i64::try_from(place).unwrap_or(i64::MAX));
    Expression::new(ExpressionKind::Literal(value), span)
}
