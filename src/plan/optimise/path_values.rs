//! A path that is found as a whole, and its length, are values that the search has: neither is made
//! of the relationships once more, and whoever asks for the length alone needs no path.
//!
//! ```text
//! PathSearch SHORTEST 1 (a)-->{1,}(b)       PathSearch SHORTEST 1 (a)-->{1,}(b): path, length
//! Extend p = path of its relationships  →   Extend p = that path      made only where it is read
//! Aggregate count(*) BY length(p)           Aggregate count(*) BY that length
//! ```

use super::Rule;
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::plan::operator::{Operator, OperatorKind, Plan};
use crate::plan::statistics::Statistics;
use std::collections::HashMap;

pub(super) struct PathValues;

impl Rule for PathValues {
    fn name(&self) -> &'static str {
        "path_values"
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        let mut known = Known::default();
        plan.operators.iter_mut().for_each(|operator| known.operator(operator));
    }
}

/// What searches have found.
#[derive(Default)]
struct Known {
    /// The paths and their lengths, by the list of the relationships.
    of_lists: HashMap<VariableId, Whole>,
    /// The lengths of paths.
    of_paths: HashMap<VariableId, VariableId>,
}

/// The columns of a search that have whole paths and their lengths.
#[derive(Clone, Copy)]
struct Whole {
    /// Where they begin as they are written.
    start: VariableId,
    path: VariableId,
    length: VariableId,
}

impl Known {
    fn operator(&mut self, operator: &mut Operator) {
        match &mut operator.kind {
            OperatorKind::PathSearch(search) => {
                let start = if search.reversed { &search.to } else { &search.from };
                let (path, length) = (search.whole, search.length);
                let whole = Whole { start: start.variable, path, length };
                self.of_lists.insert(search.trail, whole);
            }
            OperatorKind::Filter(predicates) => {
                predicates.iter_mut().for_each(|predicate| self.rewrite(predicate));
            }
            OperatorKind::Extend(items) => {
                for (variable, value) in items {
                    self.rewrite(value);
                    let ExpressionKind::Path { start, relationships } = &value.kind else {
                        continue;
                    };
                    if let [list] = relationships.as_slice()
                        && let Some(whole) = self.of_lists.get(list)
                        && whole.start == *start
                    {
                        value.kind = ExpressionKind::Variable(whole.path);
                        self.of_paths.insert(*variable, whole.length);
                    }
                }
            }
            OperatorKind::Sort { keys, .. } => {
                keys.iter_mut().for_each(|(key, _)| self.rewrite(key));
            }
            OperatorKind::Project(items) => {
                items.iter_mut().for_each(|(_, value)| self.rewrite(value));
                *self = Known::default();
            }
            OperatorKind::Aggregate { keys, aggregates, .. } => {
                keys.iter_mut().for_each(|(_, key)| self.rewrite(key));
                let arguments = aggregates.iter_mut().flat_map(|(_, call)| &mut call.arguments);
                arguments.for_each(|argument| self.rewrite(argument));
                *self = Known::default();
            }
            OperatorKind::NodeScan { .. }
            | OperatorKind::IndexSeek { .. }
            | OperatorKind::IdSeek { .. }
            | OperatorKind::Expand { .. }
            | OperatorKind::ExpandVariable { .. }
            | OperatorKind::Skip(_)
            | OperatorKind::Limit(_) => {}
            // What else there is may leave other columns behind it.
            _ => *self = Known::default(),
        }
    }

    fn rewrite(&self, expression: &mut Expression) {
        if self.of_paths.is_empty() {
            return;
        }
        if let Some(length) = self.length(expression) {
            expression.kind = ExpressionKind::Variable(length);
            return;
        }
        expression.children_mut().into_iter().for_each(|part| self.rewrite(part));
    }

    fn length(&self, expression: &Expression) -> Option<VariableId> {
        let ExpressionKind::Function("length", arguments) = &expression.kind else { return None };
        let [Expression { kind: ExpressionKind::Variable(path), .. }] = arguments.as_slice() else {
            return None;
        };
        self.of_paths.get(path).copied()
    }
}
