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
//! Where a subquery stands under something that may not evaluate it, such as CASE, or
//! reads an element of the list that a comprehension goes through, the whole of that
//! becomes the column. What reads an element that the same clause creates cannot be
//! computed before, and is left where it is.

use super::Binder;
use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{BoundClause, BoundKind, CreateItem, NameSource, RemoveItem, SetItem};
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
        let mut columns = Vec::new();
        expressions.for_each(|expression| self.take_out(expression, made, &mut columns));
        if !columns.is_empty() {
            out.push(BoundClause { kind: BoundKind::Extend(columns), span });
        }
    }

    /// Puts variables in the place of what looks at the graph. An expression nests only as
    /// deep as the text does.
    fn take_out(
        &mut self,
        expression: &mut Expression,
        made: &[VariableId],
        columns: &mut Vec<(VariableId, Expression)>,
    ) {
        let (mut late, mut subqueries) = (false, Vec::new());
        expression.visit_variables(&mut |id| late |= made.contains(&id), &mut |id| {
            subqueries.push(id);
        });
        if subqueries.is_empty() {
            return;
        }
        if !is_whole(&expression.kind) {
            for child in expression.children_mut() {
                self.take_out(child, made, columns);
            }
            return;
        }
        late |= subqueries
            .iter()
            .filter_map(|id| self.subqueries.get(id.0 as usize))
            .any(|subquery| subquery.outer.iter().any(|id| made.contains(id)));
        if !late {
            let column = self.invent(" before");
            let variable = Expression::new(ExpressionKind::Variable(column), expression.span);
            columns.push((column, std::mem::replace(expression, variable)));
        }
    }
}

/// What names are computed from.
fn computed(names: &mut [NameSource]) -> impl Iterator<Item = &mut Expression> {
    names.iter_mut().filter_map(|name| match name {
        NameSource::Written(_) => None,
        NameSource::Dynamic(expression) => Some(expression),
    })
}

/// Whether parts of it cannot be computed apart: they may not be evaluated at all, or read
/// variables that exist only within it.
fn is_whole(kind: &ExpressionKind) -> bool {
    match kind {
        ExpressionKind::Subquery(_)
        | ExpressionKind::Case { .. }
        | ExpressionKind::Logical(..)
        | ExpressionKind::Comparisons(..)
        | ExpressionKind::Binding { .. }
        | ExpressionKind::ListComprehension { .. }
        | ExpressionKind::Quantifier { .. }
        | ExpressionKind::Reduce { .. } => true,
        ExpressionKind::Function(name, _) => *name == "coalesce",
        _ => false,
    }
}
