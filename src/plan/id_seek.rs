//! What an id can do for a scan: the conditions that name the elements by their ids.
//!
//! ```text
//! WHERE id(n) = $x                    id($x)
//! WHERE id(n) IN $xs AND n.born > 2   any of the ids $xs
//! WHERE id(n) = 3 OR elementId(n) = e each alternative has to name ids
//! ```
//!
//! As with an index, what is found are candidates, and the filter that the conditions come from
//! stays behind the search.

use super::condition::is_known_before;
use super::seek::{Sought, UNKNOWN_LIST};
use crate::bind::expression::{Expression, ExpressionKind, VariableId};
use crate::syntax::ast::{ComparisonOperator, LogicalOperator, PredicateOperator};

/// How an id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdForm {
    /// As a number: `id()`.
    Number,
    /// As text: `elementId()`.
    Text,
}

impl IdForm {
    /// The function that gives ids in this form.
    pub fn function(self) -> &'static str {
        match self {
            IdForm::Number => "id",
            IdForm::Text => "elementId",
        }
    }
}

/// Ids that are sought.
#[derive(Clone, Debug)]
pub struct IdSearch {
    /// How they are written.
    pub form: IdForm,
    /// Which they are.
    pub sought: Sought,
}

impl IdSearch {
    /// The expression that it reads.
    pub fn expression(&self) -> &Expression {
        self.sought.expression()
    }

    /// About how many ids it names.
    fn rows(&self) -> f64 {
        match &self.sought {
            Sought::Value(_) => 1.0,
            Sought::AnyOf(Expression { kind: ExpressionKind::List(items), .. }) => {
                items.len() as f64
            }
            Sought::AnyOf(_) => UNKNOWN_LIST,
        }
    }
}

/// Searches that together find every element for which the predicates hold, and about how many
/// elements they find; `None` where the predicates do not name the elements by their ids.
pub(super) fn by_id(
    variable: VariableId,
    predicates: &[&Expression],
) -> Option<(Vec<IdSearch>, f64)> {
    let found = predicates.iter().filter_map(|predicate| searches(predicate, variable));
    let rows = |searches: &Vec<IdSearch>| searches.iter().map(IdSearch::rows).sum::<f64>();
    let found = found.map(|searches| (rows(&searches), searches));
    let best = found.min_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(rows, searches)| (searches, rows))
}

/// The searches for what a predicate names; what the user nests is bounded by the parser.
fn searches(predicate: &Expression, variable: VariableId) -> Option<Vec<IdSearch>> {
    let search = |id: &Expression, other: &Expression, sought: fn(Expression) -> Sought| {
        let form = form_of(id, variable).filter(|_| is_known_before(other, variable))?;
        Some(vec![IdSearch { form, sought: sought(other.clone()) }])
    };
    match &predicate.kind {
        ExpressionKind::Comparison(ComparisonOperator::Equal, left, right) => {
            search(left, right, Sought::Value).or_else(|| search(right, left, Sought::Value))
        }
        ExpressionKind::Predicate(PredicateOperator::In, id, list) => {
            search(id, list, Sought::AnyOf)
        }
        ExpressionKind::Logical(LogicalOperator::And, terms) => {
            by_id(variable, &terms.iter().collect::<Vec<_>>()).map(|(searches, _)| searches)
        }
        ExpressionKind::Logical(LogicalOperator::Or, terms) => {
            let each = terms.iter().map(|term| searches(term, variable));
            each.collect::<Option<Vec<_>>>().map(|found| found.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// How an expression writes the id of the variable, if it does.
fn form_of(expression: &Expression, variable: VariableId) -> Option<IdForm> {
    let ExpressionKind::Function(name, arguments) = &expression.kind else { return None };
    let form = match *name {
        "id" => IdForm::Number,
        "elementId" | "element_id" => IdForm::Text,
        _ => return None,
    };
    let of_variable = matches!(&arguments[..], [Expression { kind: ExpressionKind::Variable(id), .. }] if *id == variable);
    of_variable.then_some(form)
}
