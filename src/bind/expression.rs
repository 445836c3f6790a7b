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
    /// Whether a condition holds or fails: only what is known not to hold does not.
    MayHold(Box<Expression>),
    /// The value on the graph as it was before the clause, which writes.
    Before(Box<Expression>),
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
            | K::MayHold(base)
            | K::Before(base)
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
            | K::MayHold(base)
            | K::Before(base)
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

    /// Whether some part of it looks at the graph before the clause.
    pub fn looks_before(&self) -> bool {
        matches!(self.kind, ExpressionKind::Before(_))
            || self.children().into_iter().any(Expression::looks_before)
    }

    /// Whether it calls a function whose result is another one each time.
    pub fn is_random(&self) -> bool {
        matches!(self.kind, ExpressionKind::Function("rand" | "randomUUID", _))
            || self.children().into_iter().any(Expression::is_random)
    }
}
