//! What a clause that writes looks up before it writes.
//!
//! CREATE, SET, REMOVE and a procedure that writes never see their own changes through a subquery, a pattern
//! predicate or a pattern comprehension: `CREATE (:N {before: COUNT { (n) }})` counts
//! the same nodes for every row. So each of these becomes a column of the rows that go
//! into the clause, and all rows are there before the first of them writes.
//!
//! ```text
//! CREATE (:N {c: COUNT { … }})   ─→   Extend x = COUNT { … } │ Create (:N {c: x})
//! ```
//!
//! Only the subquery is computed before: `CASE WHEN EXISTS { … } THEN n.x END` reads the
//! property that the items before have left. Where it is not certain that the clause needs
//! its value, as in a branch of CASE, the column holds what came of it, so that a failure
//! counts only where the value is read. A comprehension is computed before as a whole where
//! the subquery reads the element that it has come to. What reads an element that the same
//! clause creates cannot be computed before, and is left where it is.

use super::Binder;
use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{BoundClause, BoundKind, CreateItem, NameSource, RemoveItem, SetItem};
use crate::syntax::ast::LogicalOperator;
use crate::syntax::diagnostic::Span;

impl Binder<'_> {
    /// Moves what looks at the graph out of the names and properties of a CREATE.
    pub(super) fn create_early(
        &mut self,
        items: &mut [CreateItem],
        span: Span,
        out: &mut Vec<BoundClause>,
    ) {
        let made: Vec<VariableId> = items.iter().map(CreateItem::variable).collect();
        let expressions = items.iter_mut().flat_map(|item| match item {
            CreateItem::Node { labels, properties, .. } => {
                computed(labels).chain(properties).collect::<Vec<_>>()
            }
            CreateItem::Relationship { kind, properties, .. } => {
                computed(std::slice::from_mut(kind)).chain(properties).collect()
            }
        });
        self.early(expressions, &made, span, out);
    }

    /// Moves what looks at the graph out of the items of a SET.
    pub(super) fn set_early(
        &mut self,
        items: &mut [SetItem],
        span: Span,
        out: &mut Vec<BoundClause>,
    ) {
        let expressions = items.iter_mut().flat_map(|item| match item {
            SetItem::Property(base, key, value) => {
                computed(std::slice::from_mut(key)).chain([base, value]).collect::<Vec<_>>()
            }
            SetItem::Replace(_, value) | SetItem::Merge(_, value) => vec![value],
            SetItem::Labels(_, labels) => computed(labels).collect(),
        });
        self.early(expressions, &[], span, out);
    }

    /// Moves what looks at the graph out of the items of a REMOVE.
    pub(super) fn remove_early(
        &mut self,
        items: &mut [RemoveItem],
        span: Span,
        out: &mut Vec<BoundClause>,
    ) {
        let expressions = items.iter_mut().flat_map(|item| match item {
            RemoveItem::Property(base, key) => {
                computed(std::slice::from_mut(key)).chain([base]).collect::<Vec<_>>()
            }
            RemoveItem::Labels(_, labels) => computed(labels).collect(),
        });
        self.early(expressions, &[], span, out);
    }

    /// Moves what looks at the graph out of the arguments of a procedure that writes.
    pub(super) fn call_early(
        &mut self,
        arguments: &mut [Expression],
        span: Span,
        out: &mut Vec<BoundClause>,
    ) {
        self.early(arguments.iter_mut(), &[], span, out);
    }

    fn early<'e>(
        &mut self,
        expressions: impl Iterator<Item = &'e mut Expression>,
        made: &[VariableId],
        span: Span,
        out: &mut Vec<BoundClause>,
    ) {
        let mut taken = Taken { made, columns: Vec::new() };
        expressions.for_each(|expression| self.take_out(expression, false, &mut taken));
        if !taken.columns.is_empty() {
            out.push(BoundClause { kind: BoundKind::Extend(taken.columns), span });
        }
    }

    /// Puts variables in the place of what looks at the graph; `perhaps` where it may be that
    /// the clause does not evaluate it. An expression nests only as deep as the text does.
    fn take_out(&mut self, expression: &mut Expression, perhaps: bool, taken: &mut Taken<'_>) {
        let Some((whole, reads)) = self.survey(expression) else { return };
        if !whole {
            let certain = certain_children(&expression.kind);
            for (place, child) in expression.children_mut().into_iter().enumerate() {
                self.take_out(child, perhaps || place >= certain, taken);
            }
            return;
        }
        if reads.iter().any(|id| taken.made.contains(id)) {
            return;
        }
        let (column, span) = (self.invent(" before"), expression.span);
        let variable = Expression::new(ExpressionKind::Variable(column), span);
        if perhaps {
            let outcome = Expression::new(ExpressionKind::Outcome(Box::new(variable)), span);
            let whole = Box::new(std::mem::replace(expression, outcome));
            taken.columns.push((column, Expression::new(ExpressionKind::Attempt(whole), span)));
        } else {
            taken.columns.push((column, std::mem::replace(expression, variable)));
        }
    }

    /// Whether an expression is taken out as a whole (it is a subquery, or binds a variable
    /// that a part which is taken out reads) and the variables that are read by what is taken
    /// out; `None` where nothing is.
    fn survey(&self, expression: &Expression) -> Option<(bool, Vec<VariableId>)> {
        let is_subquery = matches!(expression.kind, ExpressionKind::Subquery(_));
        let (mut found, mut reads) = (is_subquery, Vec::new());
        for part in expression.children() {
            if let Some((_, more)) = self.survey(part) {
                found = true;
                reads.extend(more);
            }
        }
        let own = expression.locals();
        let whole = is_subquery || reads.iter().any(|id| own.contains(id));
        if whole {
            let mut subqueries = Vec::new();
            expression.visit_variables(&mut |id| reads.push(id), &mut |id| subqueries.push(id));
            let bound = subqueries.iter().filter_map(|id| self.subqueries.get(id.0 as usize));
            reads.extend(bound.flat_map(|subquery| subquery.outer.iter().copied()));
            reads.retain(|id| !own.contains(id));
        }
        found.then_some((whole, reads))
    }
}

/// What is taken out of the expressions of a clause.
struct Taken<'a> {
    /// The elements that the clause makes.
    made: &'a [VariableId],
    /// The columns that stand for what was taken out.
    columns: Vec<(VariableId, Expression)>,
}

/// What names are computed from.
fn computed(names: &mut [NameSource]) -> impl Iterator<Item = &mut Expression> {
    names.iter_mut().filter_map(|name| match name {
        NameSource::Written(_) => None,
        NameSource::Dynamic(expression) => Some(expression),
    })
}

/// How many of its direct parts, from the first on, are evaluated whenever it is.
fn certain_children(kind: &ExpressionKind) -> usize {
    match kind {
        ExpressionKind::Case { operand, .. } => 1 + usize::from(operand.is_some()),
        ExpressionKind::Logical(LogicalOperator::And | LogicalOperator::Or, _)
        | ExpressionKind::Function("coalesce", _)
        | ExpressionKind::ListComprehension { .. }
        | ExpressionKind::Quantifier { .. } => 1,
        ExpressionKind::Reduce { .. } => 2,
        _ => usize::MAX,
    }
}
