//! `ORDER BY … [SKIP m] LIMIT n` keeps only the first *m + n* rows while it sorts.

use super::Rule;
use crate::bind::expression::{Expression, ExpressionKind};
use crate::plan::operator::{OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use crate::syntax::ast::ArithmeticOperator;

pub(super) struct TopK;

impl Rule for TopK {
    fn name(&self) -> &'static str {
        "top_k"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        for index in 0..plan.operators.len() {
            let (skip, limit) = match plan.operators.get(index + 1..) {
                Some([skip, limit, ..]) => match (&skip.kind, &limit.kind) {
                    (OperatorKind::Skip(skip), OperatorKind::Limit(limit)) => {
                        (Some(skip.clone()), limit.clone())
                    }
                    (OperatorKind::Limit(limit), _) => (None, limit.clone()),
                    _ => continue,
                },
                Some([limit]) => match &limit.kind {
                    OperatorKind::Limit(limit) => (None, limit.clone()),
                    _ => continue,
                },
                _ => continue,
            };
            if let OperatorKind::Sort { limit: needed, .. } = &mut plan.operators[index].kind {
                *needed = Some(match skip {
                    None => limit,
                    Some(skip) => {
                        let span = skip.span;
                        let sum = ExpressionKind::Arithmetic(
                            Box::new(skip),
                            vec![(ArithmeticOperator::Add, limit)],
                        );
                        Expression::new(sum, span)
                    }
                });
            }
        }
    }
}
