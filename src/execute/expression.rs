//! Physical expressions: variables are columns, functions are function pointers.

use super::context::Context;
use super::subquery::SubqueryExpression;
use crate::bind::expression::Labels;
use crate::function::Scalar;
use crate::store::change::KeyId;
use crate::syntax::ast::{
    ArithmeticOperator, ComparisonOperator, IsTest, PredicateOperator, Quantifier, ValueType,
};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{EvaluationError, Value};
use std::sync::Arc;

/// An expression that is ready to be evaluated on rows of one layout.
#[derive(Debug)]
pub(super) struct Physical {
    /// What it is.
    pub(super) kind: PhysicalKind,
    /// Where it stands in the text.
    pub(super) span: Span,
}

/// The physical expressions.
#[derive(Debug)]
pub(super) enum PhysicalKind {
    /// The same value in every row.
    Constant(Value),
    /// The same value in every row of a run: a slot of its bindings.
    Slot(usize),
    /// A column of the chunk.
    Column(usize),
    /// A variable of a comprehension: its place on the stack of local values.
    Local(usize),
    List(Vec<Physical>),
    Map(Vec<(Arc<str>, Physical)>),
    /// The key's id where it was known when the pipeline was opened.
    Property(Box<Physical>, Arc<str>, Option<KeyId>),
    Index(Box<[Physical; 2]>),
    Slice(Box<Physical>, Option<Box<Physical>>, Option<Box<Physical>>),
    /// Further accesses; the expressions of the steps are behind the base.
    Accesses(Vec<Physical>, Vec<Step>),
    HasLabels(Box<Physical>, Labels),
    /// The element and the names; one of them is enough where the flag is set.
    HasDynamicLabels(Box<[Physical; 2]>, bool),
    Not(Box<Physical>),
    Negate(Box<Physical>),
    And(Vec<Physical>),
    Or(Vec<Physical>),
    Xor(Vec<Physical>),
    Comparison(ComparisonOperator, Box<[Physical; 2]>),
    /// Neighbouring operands are compared; there is one more of them.
    Comparisons(Vec<ComparisonOperator>, Vec<Physical>),
    Arithmetic(Box<Physical>, Vec<(ArithmeticOperator, Physical)>),
    Predicate(PredicateOperator, Box<[Physical; 2]>),
    /// `IS NOT NULL` where the flag is set.
    IsNull(Box<Physical>, bool),
    /// `IS NOT` where the flag is set.
    Is(Box<Physical>, IsTest, bool),
    Cast(Box<Physical>, ValueType),
    Function(&'static Scalar, Vec<Physical>),
    /// `coalesce()`: what stands behind the first value is not evaluated.
    Coalesce(Vec<Physical>),
    /// The values lie on the stack of local values, in order, while the body is evaluated.
    Binding {
        values: Vec<Physical>,
        body: Box<Physical>,
    },
    Case {
        operand: Option<Box<Physical>>,
        branches: Vec<(Physical, Physical)>,
        otherwise: Option<Box<Physical>>,
    },
    ListComprehension {
        list: Box<Physical>,
        predicate: Option<Box<Physical>>,
        projection: Option<Box<Physical>>,
    },
    Quantifier {
        kind: Quantifier,
        list: Box<Physical>,
        predicate: Box<Physical>,
    },
    /// The accumulator lies below the element on the stack of local values.
    Reduce {
        initial: Box<Physical>,
        list: Box<Physical>,
        step: Box<Physical>,
        /// Of `allReduce`; sees the accumulator alone.
        condition: Option<Box<Physical>>,
    },
    Subquery(Box<SubqueryExpression>),
    /// What came of computing it: see [`outcome`](super::outcome).
    Attempt(Box<Physical>),
    /// Whether it holds or fails.
    MayHold(Box<Physical>),
    /// The value on the graph before the clause.
    Before(Box<SubqueryExpression>),
    /// The value of an attempt that is read from a column.
    Outcome(Box<Physical>),
    Path {
        start: Box<Physical>,
        relationships: Vec<Physical>,
    },
    MapProjection {
        base: Box<Physical>,
        all: bool,
        entries: Vec<(Arc<str>, Physical)>,
    },
}

/// One access of a chain, which takes its operands off those of the chain.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// `.key`.
    Property(Arc<str>),
    /// `[index]`.
    Index,
    /// `[from..to]`: whether each end is given.
    Slice(bool, bool),
}

impl Physical {
    /// Makes an expression.
    pub(super) fn new(kind: PhysicalKind, span: Span) -> Self {
        Physical { kind, span }
    }

    /// The constant that it is, if it is one.
    pub(super) fn constant(&self) -> Option<&Value> {
        match &self.kind {
            PhysicalKind::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// Does something with the value that it has in every row of this run, if it is known.
    pub(super) fn with_known<T>(
        &self,
        context: &Context<'_>,
        run: impl FnOnce(Option<&Value>) -> T,
    ) -> T {
        match (&self.kind, context.bindings) {
            (PhysicalKind::Constant(value), _) => run(Some(value)),
            (PhysicalKind::Slot(slot), Some(bindings)) => bindings.with(*slot, run),
            _ => run(None),
        }
    }

    /// The diagnostic of a failure at this place.
    pub(super) fn failure(&self, error: EvaluationError) -> Diagnostic {
        Diagnostic::runtime(error, Some(self.span))
    }
}

/// The name of a value's type, for messages.
pub(super) fn type_name(value: &Value) -> &'static str {
    crate::function::Type::of(value).name()
}
