//! A filter moves before the columns that it does not read.
//!
//! `MATCH (a) WITH a, a.x AS x MATCH (a)-->(b) WHERE a.y = 1` filters before it
//! projects: `Extend` and `Project` are passed where the filter reads only columns
//! that pass through them under the same id. It never passes an operator that
//! counts, orders, cuts or writes rows, nor another filter, nor an expression that could
//! fail.
//!
//! The plan is walked once, from its end: what moves is carried along, known by the
//! variables that it reads, so that the time grows with the plan and not with its square.

use super::Rule;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

pub(super) struct FilterPushdown;

impl Rule for FilterPushdown {
    fn name(&self) -> &'static str {
        "filter_pushdown"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut done = Vec::with_capacity(plan.operators.len());
        let mut moving = Moving::default();
        for operator in std::mem::take(&mut plan.operators).into_iter().rev() {
            match &operator.kind {
                OperatorKind::Filter(predicates) => match columns_read(predicates) {
                    Some(read) => {
                        moving.take(operator, read);
                        continue;
                    }
                    None => moving.settle_all(&mut done),
                },
                OperatorKind::Extend(columns) if all_succeed(columns) => {
                    moving.settle_readers(columns.iter().map(|(id, _)| *id), &mut done);
                }
                OperatorKind::Project(columns) if all_succeed(columns) => {
                    let passed: HashSet<VariableId> = columns
                        .iter()
                        .filter(|column| is_passed(column))
                        .map(|(id, _)| *id)
                        .collect();
                    let gone: Vec<VariableId> =
                        moving.readers.keys().filter(|id| !passed.contains(id)).copied().collect();
                    moving.settle_readers(gone.into_iter(), &mut done);
                }
                _ => moving.settle_all(&mut done),
            }
            done.push(operator);
        }
        moving.settle_all(&mut done);
        done.reverse();
        plan.operators = done;
    }
}

/// Filters on their way to the beginning, in the order of the plan.
#[derive(Default)]
struct Moving {
    /// Each with its number and what it reads; the numbers fall from the front on.
    filters: VecDeque<(usize, Operator, Vec<VariableId>)>,
    /// The numbers of the filters that read a variable.
    readers: HashMap<VariableId, BTreeSet<usize>>,
    next: usize,
}

impl Moving {
    /// Takes a filter along, before those that follow it.
    fn take(&mut self, filter: Operator, read: Vec<VariableId>) {
        self.next += 1;
        for id in &read {
            self.readers.entry(*id).or_default().insert(self.next);
        }
        self.filters.push_front((self.next, filter, read));
    }

    /// Leaves the filters that read one of the variables where they are, and those behind
    /// them, which do not pass them. `done` is what follows, from the end.
    fn settle_readers(
        &mut self,
        variables: impl Iterator<Item = VariableId>,
        done: &mut Vec<Operator>,
    ) {
        let last = variables.filter_map(|id| self.readers.get(&id)?.last().copied()).max();
        while let Some((number, ..)) = self.filters.back()
            && last.is_some_and(|last| *number <= last)
        {
            self.settle_last(done);
        }
    }

    fn settle_all(&mut self, done: &mut Vec<Operator>) {
        while !self.filters.is_empty() {
            self.settle_last(done);
        }
    }

    fn settle_last(&mut self, done: &mut Vec<Operator>) {
        let Some((number, filter, read)) = self.filters.pop_back() else { return };
        for id in read {
            if let Some(readers) = self.readers.get_mut(&id) {
                readers.remove(&number);
                if readers.is_empty() {
                    self.readers.remove(&id);
                }
            }
        }
        done.push(filter);
    }
}

/// What a filter reads of its rows; `None` where it holds subqueries, whose variables are
/// not known here.
fn columns_read(predicates: &[Expression]) -> Option<Vec<VariableId>> {
    let (mut read, mut subqueries) = (Vec::new(), false);
    for predicate in predicates {
        predicate.visit_variables(&mut |id| read.push(id), &mut |_| subqueries = true);
    }
    read.sort_unstable();
    read.dedup();
    (!subqueries).then_some(read)
}

fn is_passed((column, value): &(VariableId, Expression)) -> bool {
    matches!(value.kind, ExpressionKind::Variable(source) if source == *column)
}

/// Moving a filter before an expression can only spare work; an expression that may
/// raise an error would raise it for fewer rows, which a user could notice.
fn all_succeed(columns: &[(VariableId, Expression)]) -> bool {
    columns.iter().all(|(_, value)| cannot_fail(value))
}

fn cannot_fail(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Literal(_) | ExpressionKind::Variable(_) | ExpressionKind::Path { .. } => {
            true
        }
        ExpressionKind::Property(base, _) => matches!(base.kind, ExpressionKind::Variable(_)),
        _ => false,
    }
}
