//! Bound expressions: names have become variable ids and registered functions.
//!
//! Labels, types and property keys stay names until a pipeline opens: a query may
//! create a label and match on it in the next clause.

use crate::syntax::ast::{
    ArithmeticOperator, ComparisonOperator, IsTest, LabelExpression, LogicalOperator,
    PredicateOperator, Quantifier, ValueType,
};
use crate::syntax::diagnostic::Span;
use crate::value::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Identifies a variable within one statement. No two variables share an id, so
/// that shadowing ends here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u32);

/// A condition on labels or types, by name.
pub type Labels = LabelExpression<Arc<str>>;

/// Identifies a subquery expression within one statement: its place in
/// [`BoundStatement::subqueries`](super::query::BoundStatement::subqueries).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubqueryId(pub u32);

/// A bound expression with its place in the text.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// The bound expressions.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A constant.
    Literal(Value),
    /// A parameter's value.
    Parameter(Arc<str>),
    /// A variable's value.
    Variable(VariableId),
    /// A list of values.
    List(Vec<Expression>),
    /// A map of values.
    Map(Vec<(Arc<str>, Expression)>),
    /// A property of an element, an entry of a map, a component of a temporal value.
    Property(Box<Expression>, Arc<str>),
    /// `base[index]`.
    Index(Box<Expression>, Box<Expression>),
    /// `base[from..to]`.
    Slice(Box<Expression>, Option<Box<Expression>>, Option<Box<Expression>>),
    /// Further accesses behind a chain of them, applied from left to right.
    Accesses(Box<Expression>, Vec<AccessStep>),
    /// Whether a node's labels, or a relationship's type, are as the condition says.
    HasLabels(Box<Expression>, Labels),
    /// Whether an element has all labels that an expression names, or one of them where the
    /// flag is set; a relationship's type is its only label.
    HasDynamicLabels(Box<Expression>, Box<Expression>, bool),
    /// Three-valued negation.
    Not(Box<Expression>),
    /// Arithmetic negation.
    Negate(Box<Expression>),
    /// Two or more terms.
    Logical(LogicalOperator, Vec<Expression>),
    /// One comparison; chains have become conjunctions.
    Comparison(ComparisonOperator, Box<Expression>, Box<Expression>),
    /// Two comparisons or more in a row, each operand evaluated once; all must hold.
    Comparisons(Box<Expression>, Vec<(ComparisonOperator, Expression)>),
    /// Left-associative arithmetic.
    Arithmetic(Box<Expression>, Vec<(ArithmeticOperator, Expression)>),
    /// String and list predicates.
    Predicate(PredicateOperator, Box<Expression>, Box<Expression>),
    /// `IS NULL`, or `IS NOT NULL` where the flag is set.
    IsNull(Box<Expression>, bool),
    /// Any other `IS` test, or `IS NOT` where the flag is set.
    Is(Box<Expression>, IsTest, bool),
    /// A value as one of another type.
    Cast(Box<Expression>, ValueType),
    /// An expression in which further variables have values, each computed once.
    Binding {
        /// The variables and their values, none of which reads another.
        values: Vec<(VariableId, Expression)>,
        /// What is computed with them.
        body: Box<Expression>,
    },
    /// A scalar function by its canonical name in the registry.
    Function(&'static str, Vec<Expression>),
    /// CASE; only the branch that is taken is evaluated.
    Case {
        /// The operand of the simple form, compared with `=` to each WHEN.
        operand: Option<Box<Expression>>,
        /// WHEN and THEN.
        branches: Vec<(Expression, Expression)>,
        /// ELSE; absent means null.
        otherwise: Option<Box<Expression>>,
    },
    /// `[variable IN list WHERE predicate | projection]`.
    ListComprehension {
        /// The element's variable.
        variable: VariableId,
        /// The list.
        list: Box<Expression>,
        /// The filter.
        predicate: Option<Box<Expression>>,
        /// What to keep of each element; absent means the element.
        projection: Option<Box<Expression>>,
    },
    /// `all/any/none/single(variable IN list WHERE predicate)`.
    Quantifier {
        /// Which.
        kind: Quantifier,
        /// The element's variable.
        variable: VariableId,
        /// The list.
        list: Box<Expression>,
        /// The predicate.
        predicate: Box<Expression>,
    },
    /// `reduce(accumulator = initial, variable IN list | step)`; with a condition, whether
    /// it holds of the accumulator after each step.
    Reduce {
        /// The accumulator's variable.
        accumulator: VariableId,
        /// Its first value.
        initial: Box<Expression>,
        /// The element's variable.
        variable: VariableId,
        /// The list.
        list: Box<Expression>,
        /// The next accumulator value.
        step: Box<Expression>,
        /// What must hold of each accumulator value.
        condition: Option<Box<Expression>>,
    },
    /// `EXISTS {}`, `COUNT {}`, `COLLECT {}`, pattern predicates and pattern comprehensions.
    Subquery(SubqueryId),
    /// What came of computing an expression, its value or its failure, to be read by
    /// [`Outcome`](ExpressionKind::Outcome) only.
    Attempt(Box<Expression>),
    /// The value that an attempt before came to; it fails as the attempt did.
    Outcome(Box<Expression>),
    /// A path from its parts: the first end, then relationships, each a single one
    /// or a list of them (variable length). Null where any part is null.
    Path {
        /// The variable of the first end.
        start: VariableId,
        /// The variables of the relationships in order.
        relationships: Vec<VariableId>,
    },
    /// `map {.key, .*, …}`.
    MapProjection {
        /// The map or element.
        base: Box<Expression>,
        /// Take all its entries first.
        all: bool,
        /// Then these.
        entries: Vec<(Arc<str>, Expression)>,
    },
}

/// One access of a chain.
#[derive(Clone, Debug)]
pub enum AccessStep {
    /// `.key`.
    Property(Arc<str>),
    /// `[index]`.
    Index(Expression),
    /// `[from..to]`.
    Slice(Option<Expression>, Option<Expression>),
}

impl AccessStep {
    /// The expression that applies it to another one.
    pub(super) fn of(self, base: Box<Expression>) -> ExpressionKind {
        match self {
            AccessStep::Property(key) => ExpressionKind::Property(base, key),
            AccessStep::Index(index) => ExpressionKind::Index(base, Box::new(index)),
            AccessStep::Slice(from, to) => {
                ExpressionKind::Slice(base, from.map(Box::new), to.map(Box::new))
            }
        }
    }

    /// The index, or the two ends of the slice.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let (first, second) = match self {
            AccessStep::Property(_) => (None, None),
            AccessStep::Index(index) => (Some(index), None),
            AccessStep::Slice(from, to) => (from.as_ref(), to.as_ref()),
        };
        first.into_iter().chain(second)
    }

    fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        let (first, second) = match self {
            AccessStep::Property(_) => (None, None),
            AccessStep::Index(index) => (Some(index), None),
            AccessStep::Slice(from, to) => (from.as_mut(), to.as_mut()),
        };
        first.into_iter().chain(second)
    }

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
    /// Makes an expression.
    pub fn new(kind: ExpressionKind, span: Span) -> Self {
        Expression { kind, span }
    }
}

impl Expression {
    /// The direct parts, in order of evaluation.
    pub fn children(&self) -> Vec<&Expression> {
        use ExpressionKind as K;
        match &self.kind {
            K::Literal(_) | K::Parameter(_) | K::Variable(_) | K::Subquery(_) | K::Path { .. } => {
                Vec::new()
            }
            K::List(items) | K::Logical(_, items) | K::Function(_, items) => items.iter().collect(),
            K::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
            K::Property(base, _)
            | K::HasLabels(base, _)
            | K::Not(base)
            | K::Negate(base)
            | K::Attempt(base)
            | K::Outcome(base)
            | K::Is(base, ..)
            | K::Cast(base, _)
            | K::IsNull(base, _) => {
                vec![base]
            }
            K::Index(a, b)
            | K::HasDynamicLabels(a, b, _)
            | K::Comparison(_, a, b)
            | K::Predicate(_, a, b) => vec![a, b],
            K::Slice(base, from, to) => {
                std::iter::once(base).chain(from).chain(to).map(|e| &**e).collect()
            }
            K::Comparisons(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, e)| e)).collect()
            }
            K::Accesses(base, steps) => std::iter::once(&**base)
                .chain(steps.iter().flat_map(AccessStep::expressions))
                .collect(),
            K::Arithmetic(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, e)| e)).collect()
            }
            K::Case { operand, branches, otherwise } => {
                let operand = operand.iter().map(|e| &**e);
                let branches = branches.iter().flat_map(|(when, then)| [when, then]);
                operand.chain(branches).chain(otherwise.iter().map(|e| &**e)).collect()
            }
            K::ListComprehension { list, predicate, projection, .. } => {
                std::iter::once(list).chain(predicate).chain(projection).map(|e| &**e).collect()
            }
            K::Quantifier { list, predicate, .. } => vec![list, predicate],
            K::Reduce { initial, list, step, condition, .. } => {
                [initial, list, step].into_iter().chain(condition).map(|e| &**e).collect()
            }
            K::Binding { values, body } => values.iter().map(|(_, e)| e).chain([&**body]).collect(),
            K::MapProjection { base, entries, .. } => {
                std::iter::once(&**base).chain(entries.iter().map(|(_, e)| e)).collect()
            }
        }
    }

    /// The direct parts, to be changed in place.
    pub fn children_mut(&mut self) -> Vec<&mut Expression> {
        use ExpressionKind as K;
        match &mut self.kind {
            K::Literal(_) | K::Parameter(_) | K::Variable(_) | K::Subquery(_) | K::Path { .. } => {
                Vec::new()
            }
            K::List(items) | K::Logical(_, items) | K::Function(_, items) => {
                items.iter_mut().collect()
            }
            K::Map(entries) => entries.iter_mut().map(|(_, value)| value).collect(),
            K::Property(base, _)
            | K::HasLabels(base, _)
            | K::Not(base)
            | K::Negate(base)
            | K::Attempt(base)
            | K::Outcome(base)
            | K::Is(base, ..)
            | K::Cast(base, _)
            | K::IsNull(base, _) => {
                vec![base]
            }
            K::Index(a, b)
            | K::HasDynamicLabels(a, b, _)
            | K::Comparison(_, a, b)
            | K::Predicate(_, a, b) => vec![a, b],
            K::Slice(base, from, to) => {
                std::iter::once(base).chain(from).chain(to).map(|e| &mut **e).collect()
            }
            K::Comparisons(first, rest) => {
                std::iter::once(&mut **first).chain(rest.iter_mut().map(|(_, e)| e)).collect()
            }
            K::Accesses(base, steps) => std::iter::once(&mut **base)
                .chain(steps.iter_mut().flat_map(AccessStep::expressions_mut))
                .collect(),
            K::Arithmetic(first, rest) => {
                std::iter::once(&mut **first).chain(rest.iter_mut().map(|(_, e)| e)).collect()
            }
            K::Case { operand, branches, otherwise } => {
                let operand = operand.iter_mut().map(|e| &mut **e);
                let branches = branches.iter_mut().flat_map(|(when, then)| [when, then]);
                operand.chain(branches).chain(otherwise.iter_mut().map(|e| &mut **e)).collect()
            }
            K::ListComprehension { list, predicate, projection, .. } => {
                std::iter::once(list).chain(predicate).chain(projection).map(|e| &mut **e).collect()
            }
            K::Quantifier { list, predicate, .. } => vec![list, predicate],
            K::Reduce { initial, list, step, condition, .. } => {
                [initial, list, step].into_iter().chain(condition).map(|e| &mut **e).collect()
            }
            K::Binding { values, body } => {
                values.iter_mut().map(|(_, e)| e).chain([&mut **body]).collect()
            }
            K::MapProjection { base, entries, .. } => {
                std::iter::once(&mut **base).chain(entries.iter_mut().map(|(_, e)| e)).collect()
            }
        }
    }

    /// The variables that have a value only inside this expression.
    pub fn locals(&self) -> Vec<VariableId> {
        match &self.kind {
            ExpressionKind::ListComprehension { variable, .. }
            | ExpressionKind::Quantifier { variable, .. } => vec![*variable],
            ExpressionKind::Reduce { accumulator, variable, .. } => vec![*accumulator, *variable],
            ExpressionKind::Binding { values, .. } => values.iter().map(|(id, _)| *id).collect(),
            _ => Vec::new(),
        }
    }

    /// Calls `visit` with every variable that is read here; those of subqueries are not
    /// followed, their ids are given to `subquery`.
    pub fn visit_variables(
        &self,
        visit: &mut dyn FnMut(VariableId),
        subquery: &mut dyn FnMut(SubqueryId),
    ) {
        match &self.kind {
            ExpressionKind::Variable(id) => visit(*id),
            ExpressionKind::Subquery(id) => subquery(*id),
            ExpressionKind::Path { start, relationships } => {
                visit(*start);
                relationships.iter().for_each(|id| visit(*id));
            }
            _ => {
                self.children()
                    .into_iter()
                    .for_each(|child| child.visit_variables(visit, subquery));
            }
        }
    }

    /// Whether it calls a function whose result is another one each time.
    pub fn is_random(&self) -> bool {
        matches!(self.kind, ExpressionKind::Function("rand" | "randomUUID", _))
            || self.children().into_iter().any(Expression::is_random)
    }

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
            K::Outcome(_) => "outcome".to_owned(),
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
