//! When two bound expressions compute the same: GROUP BY asks it of what is projected, and
//! ORDER BY of what is sorted by.

use super::expression::{AccessStep, Expression, ExpressionKind, VariableId};
use std::hash::{DefaultHasher, Hash, Hasher};

impl AccessStep {
    /// Everything about it except its expressions.
    fn own(&self) -> String {
        match self {
            AccessStep::Property(key) => format!(".{key}"),
            AccessStep::Index(_) => "[]".to_owned(),
            AccessStep::Slice(from, to) => format!("[{} {}]", from.is_some(), to.is_some()),
        }
    }
}

impl Expression {
    /// A number that is equal for expressions that are the [`same`](Expression::same).
    pub fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.feed(&mut hasher, &mut Vec::new());
        hasher.finish()
    }

    /// A local variable counts by its place among those around it, not by its id.
    fn feed(&self, hasher: &mut DefaultHasher, locals: &mut Vec<VariableId>) {
        if let ExpressionKind::Variable(id) = &self.kind
            && let Some(place) = locals.iter().rposition(|local| local == id)
        {
            return place.hash(hasher);
        }
        self.own().hash(hasher);
        let known = locals.len();
        locals.extend(self.locals());
        self.children().into_iter().for_each(|child| child.feed(hasher, locals));
        locals.truncate(known);
    }

    /// Whether both compute the same value in every row: the same operations on the
    /// same variables. Places in the text, and which variables stand for the elements of
    /// the same list, do not matter.
    pub fn same(&self, other: &Expression) -> bool {
        self.same_but_for(other, &mut Vec::new())
    }

    /// [`Expression::same`] where each pair of local variables means the same.
    fn same_but_for(&self, other: &Expression, locals: &mut Vec<(VariableId, VariableId)>) -> bool {
        if let (ExpressionKind::Variable(mine), ExpressionKind::Variable(theirs)) =
            (&self.kind, &other.kind)
        {
            return mine == theirs || locals.contains(&(*mine, *theirs));
        }
        let (own, others) = (self.locals(), other.locals());
        let (mine, theirs) = (self.children(), other.children());
        if own.len() != others.len() || mine.len() != theirs.len() || self.own() != other.own() {
            return false;
        }
        let known = locals.len();
        locals.extend(own.into_iter().zip(others));
        let same = mine.into_iter().zip(theirs).all(|(a, b)| a.same_but_for(b, locals));
        locals.truncate(known);
        same
    }

    /// Everything about this node of the tree except its children and local variables.
    fn own(&self) -> String {
        use ExpressionKind as K;
        match &self.kind {
            K::Literal(value) => format!("literal {value:?}"),
            K::Parameter(name) => format!("parameter {name}"),
            K::Variable(id) => format!("variable {}", id.0),
            K::Subquery(id) => format!("subquery {}", id.0),
            K::Path { start, relationships } => format!("path {start:?} {relationships:?}"),
            K::List(_) => "list".to_owned(),
            K::Logical(operator, _) => format!("{operator:?}"),
            K::Function(name, _) => format!("function {name}"),
            K::Map(entries) => {
                format!("map {:?}", entries.iter().map(|(key, _)| key).collect::<Vec<_>>())
            }
            K::Property(_, key) => format!("property {key}"),
            K::HasLabels(_, labels) => format!("labels {labels:?}"),
            K::HasDynamicLabels(_, _, any) => format!("dynamic labels {any}"),
            K::Not(_) => "not".to_owned(),
            K::Negate(_) => "negate".to_owned(),
            K::Attempt(_) => "attempt".to_owned(),
            K::MayHold(_) => "may hold".to_owned(),
            K::Outcome(_) => "outcome".to_owned(),
            K::Before(_) => "before".to_owned(),
            K::IsNull(_, negated) => format!("is null {negated}"),
            K::Is(_, test, negated) => format!("is {test:?} {negated}"),
            K::Cast(_, to) => format!("cast {to:?}"),
            K::Binding { .. } => "binding".to_owned(),
            K::Index(..) => "index".to_owned(),
            K::Comparison(operator, ..) => format!("{operator:?}"),
            K::Predicate(operator, ..) => format!("{operator:?}"),
            K::Slice(_, from, to) => format!("slice {} {}", from.is_some(), to.is_some()),
            K::Comparisons(_, rest) => {
                let operators: Vec<_> = rest.iter().map(|(operator, _)| operator).collect();
                format!("comparisons {operators:?}")
            }
            K::Accesses(_, steps) => {
                format!("accesses {}", steps.iter().map(AccessStep::own).collect::<String>())
            }
            K::Arithmetic(_, rest) => {
                format!(
                    "arithmetic {:?}",
                    rest.iter().map(|(operator, _)| operator).collect::<Vec<_>>()
                )
            }
            K::Case { operand, otherwise, .. } => {
                format!("case {} {}", operand.is_some(), otherwise.is_some())
            }
            K::ListComprehension { predicate, projection, .. } => {
                format!("comprehension {} {}", predicate.is_some(), projection.is_some())
            }
            K::Quantifier { kind, .. } => format!("{kind:?}"),
            K::Reduce { condition, .. } => format!("reduce {}", condition.is_some()),
            K::MapProjection { all, entries, .. } => {
                format!(
                    "projection {all} {:?}",
                    entries.iter().map(|(key, _)| key).collect::<Vec<_>>()
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ast::ArithmeticOperator;
    use crate::syntax::diagnostic::Span;
    use crate::value::Value;

    /// `[local IN [1] | local + outer]`.
    fn comprehension(local: u32, outer: u32) -> Expression {
        let made = |kind| Expression::new(kind, Span::default());
        let variable = |id| made(ExpressionKind::Variable(VariableId(id)));
        let sum = vec![(ArithmeticOperator::Add, variable(outer))];
        made(ExpressionKind::ListComprehension {
            variable: VariableId(local),
            list: Box::new(made(ExpressionKind::List(vec![made(ExpressionKind::Literal(
                Value::Integer(1),
            ))]))),
            predicate: None,
            projection: Some(Box::new(made(ExpressionKind::Arithmetic(
                Box::new(variable(local)),
                sum,
            )))),
        })
    }

    #[test]
    fn local_variables_are_known_by_their_place() {
        let (one, renamed, other) = (comprehension(7, 1), comprehension(8, 1), comprehension(7, 2));
        assert!(one.same(&renamed));
        assert_eq!(one.fingerprint(), renamed.fingerprint());
        assert!(!one.same(&other) && !one.same(&comprehension(7, 7)));
        assert_ne!(one.fingerprint(), other.fingerprint());
    }
}
