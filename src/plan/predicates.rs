//! The predicates of a pattern while it is ordered: each is applied as soon as all its
//! variables are there.

use crate::bind::expression::{Expression, ExpressionKind, SubqueryId, VariableId};
use crate::syntax::ast::ComparisonOperator;
use std::collections::{HashMap, HashSet};

/// The share of rows that a predicate is guessed to keep.
const EQUALITY: f64 = 0.05;
const OTHER: f64 = 0.4;

/// The predicates that are still to be applied.
pub(super) struct Predicates<'a> {
    pub(super) all: Vec<Option<&'a Expression>>,
    /// The variables of each.
    variables: Vec<HashSet<VariableId>>,
    /// How many of them are not bound.
    pub(super) missing: Vec<usize>,
    /// The predicates of each variable.
    of: HashMap<VariableId, Vec<usize>>,
}

impl<'a> Predicates<'a> {
    /// Predicates for rows that bring these variables along.
    pub(super) fn new(
        predicates: &'a [Expression],
        incoming: &HashSet<VariableId>,
        outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
    ) -> Self {
        let variables: Vec<_> =
            predicates.iter().map(|predicate| free_variables(predicate, outer)).collect();
        let missing = variables
            .iter()
            .map(|variables| variables.iter().filter(|v| !incoming.contains(v)).count())
            .collect();
        let mut of: HashMap<VariableId, Vec<usize>> = HashMap::new();
        for (index, variables) in variables.iter().enumerate() {
            variables.iter().for_each(|v| of.entry(*v).or_default().push(index));
        }
        Predicates { all: predicates.iter().map(Some).collect(), variables, missing, of }
    }

    /// Those that read a variable.
    pub(super) fn touching(&self, variable: VariableId) -> &[usize] {
        self.of.get(&variable).map_or(&[], Vec::as_slice)
    }

    /// Those of the predicates that can be applied now, in the order of the text.
    pub(super) fn take_ready(&mut self, mut among: Vec<usize>) -> Vec<Expression> {
        among.sort_unstable();
        among.dedup();
        among.retain(|&index| self.missing[index] == 0);
        among.into_iter().filter_map(|index| self.all[index].take().cloned()).collect()
    }

    /// Those that wait for this variable alone.
    pub(super) fn waiting_for(&self, variable: VariableId) -> Vec<&'a Expression> {
        let waiting = self.touching(variable).iter().filter(|&&index| {
            self.missing[index] == 1 && self.variables[index].contains(&variable)
        });
        waiting.filter_map(|&index| self.all[index]).collect()
    }

    /// The share of elements that those keep which wait for this variable alone.
    pub(super) fn share(&self, variable: VariableId) -> f64 {
        self.waiting_for(variable).into_iter().map(selectivity).product()
    }
}

/// The share of rows that a predicate is guessed to keep.
pub(super) fn selectivity(predicate: &Expression) -> f64 {
    match &predicate.kind {
        ExpressionKind::Comparison(ComparisonOperator::Equal, ..) => EQUALITY,
        ExpressionKind::MayHold(condition) => selectivity(condition),
        _ => OTHER,
    }
}

/// The variables that an expression reads and does not define itself.
pub(super) fn free_variables(
    expression: &Expression,
    outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
) -> HashSet<VariableId> {
    let mut free = HashSet::new();
    collect(expression, outer, &mut free);
    free
}

fn collect(
    expression: &Expression,
    outer: &dyn Fn(SubqueryId) -> Vec<VariableId>,
    free: &mut HashSet<VariableId>,
) {
    match &expression.kind {
        ExpressionKind::Variable(id) => {
            free.insert(*id);
        }
        ExpressionKind::Subquery(id) => free.extend(outer(*id)),
        ExpressionKind::Path { start, relationships } => {
            free.insert(*start);
            free.extend(relationships);
        }
        _ => {
            for child in expression.children() {
                collect(child, outer, free);
            }
            for local in expression.locals() {
                free.remove(&local);
            }
        }
    }
}
