//! Bound expressions: names have become variable ids and registered functions.
//!
//! Labels, types and property keys stay names until a pipeline opens: a query may
//! create a label and match on it in the next clause.

use crate::syntax::ast::{
    ArithmeticOperator, ComparisonOperator, LogicalOperator, PredicateOperator, Quantifier,
};
use crate::syntax::diagnostic::Span;
use crate::value::Value;
use std::sync::Arc;

/// Identifies a variable within one statement. No two variables share an id, so
/// that shadowing ends here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u32);

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
    /// Whether a node has all these labels, or a relationship has this type.
    HasLabels(Box<Expression>, Vec<Arc<str>>),
    /// Three-valued negation.
    Not(Box<Expression>),
    /// Arithmetic negation.
    Negate(Box<Expression>),
    /// Two or more terms.
    Logical(LogicalOperator, Vec<Expression>),
    /// One comparison; chains have become conjunctions.
    Comparison(ComparisonOperator, Box<Expression>, Box<Expression>),
    /// Left-associative arithmetic.
    Arithmetic(Box<Expression>, Vec<(ArithmeticOperator, Expression)>),
    /// String and list predicates.
    Predicate(PredicateOperator, Box<Expression>, Box<Expression>),
    /// `IS NULL`, or `IS NOT NULL` where the flag is set.
    IsNull(Box<Expression>, bool),
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
    /// `reduce(accumulator = initial, variable IN list | step)`.
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
    },
    /// `EXISTS {}`, `COUNT {}`, `COLLECT {}`, pattern predicates and pattern comprehensions.
    Subquery(SubqueryId),
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

impl Expression {
    /// Makes an expression.
    pub fn new(kind: ExpressionKind, span: Span) -> Self {
        Expression { kind, span }
    }
}
