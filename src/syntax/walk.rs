//! Walking the tree without recursion.

use super::ast::{
    Access, Clause, ClauseKind, Connection, ContradictionRule, CopyKind, EndPattern, Expression,
    ExpressionKind, LabelExpression, LabelName, MapProjectionItem, Name, PatternPart, Projection,
    Query, RemoveItem, SchemaStatement, Selector, SetItem, SingleQuery, Statement, StatementBody,
    Subquery,
};
use super::diagnostic::Span;
use super::input::MAX_NESTING;

/// How many expressions a branch of the tree may have above each other: four for
/// each level of nesting. What walks the tree recursively needs stack for that many.
pub const MAX_HEIGHT: u32 = MAX_NESTING as u32 * 4;

/// The place of an expression that has more than [`MAX_HEIGHT`] expressions around it.
pub(super) fn too_high(statement: &Statement) -> Option<Span> {
    highest(statement).filter(|(_, height)| *height > MAX_HEIGHT).map(|(span, _)| span)
}

/// The place of an expression with the most expressions around it, and their number
/// with itself; the search ends where that is more than [`MAX_HEIGHT`].
fn highest(statement: &Statement) -> Option<(Span, u32)> {
    let mut stack: Vec<(&Expression, u32)> = Vec::new();
    let mut visit = |expression| stack.push((expression, 1));
    statement.views.iter().for_each(|view| view.for_each_expression(&mut visit));
    match &statement.body {
        StatementBody::Query(query) => query.for_each_expression(&mut visit),
        StatementBody::Vacuum { before } => before.iter().for_each(visit),
        StatementBody::Schema(schema) => {
            if let SchemaStatement::CreateContradiction { rule, .. } = &**schema {
                rule.for_each_expression(&mut visit);
            }
        }
        StatementBody::Copy(copy) => {
            if let CopyKind::To(query) = &copy.kind {
                query.for_each_expression(&mut visit);
            }
        }
        StatementBody::Checkpoint | StatementBody::SetRule { .. } => {}
    }
    let mut highest: Option<(Span, u32)> = None;
    while let Some((expression, height)) = stack.pop() {
        if highest.is_none_or(|(_, known)| height > known) {
            highest = Some((expression.span, height));
        }
        if height > MAX_HEIGHT {
            break;
        }
        expression.for_each_child(&mut |child| stack.push((child, height + 1)));
    }
    highest
}

impl Statement {
    /// How many expressions stand above each other at most.
    pub fn height(&self) -> u32 {
        highest(self).map_or(0, |(_, height)| height)
    }
}

impl Query {
    /// Visits the outermost expressions of all clauses, in the order of the text.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        for part in &self.parts {
            part.first.for_each_expression(visit);
            part.rest.iter().for_each(|part| part.query.for_each_expression(visit));
        }
    }
}

impl SingleQuery {
    /// Visits the outermost expressions of all clauses, in the order of the text.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.clauses.iter().for_each(|clause| clause.for_each_expression(visit));
    }
}

impl Clause {
    /// Visits the outermost expressions of the clause, in the order of the text.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match &self.kind {
            ClauseKind::Match { pattern, predicate, .. } => {
                pattern.iter().for_each(|part| part.for_each_expression(visit));
                predicate.iter().for_each(visit);
            }
            ClauseKind::Filter(predicate) => visit(predicate),
            ClauseKind::Let(items) => items.iter().for_each(|(_, value)| visit(value)),
            ClauseKind::For { list: input, .. }
            | ClauseKind::Unwind { list: input, .. }
            | ClauseKind::LoadCsv { location: input, .. } => visit(input),
            ClauseKind::With { projection, predicate } => {
                projection.for_each_expression(visit);
                predicate.iter().for_each(visit);
            }
            ClauseKind::Return(projection) => projection.for_each_expression(visit),
            ClauseKind::Finish => {}
            ClauseKind::Page { order, skip, limit } => {
                let order = order.iter().map(|item| &item.expression);
                order.chain(skip).chain(limit).for_each(visit);
            }
            ClauseKind::Create(pattern) => {
                pattern.iter().for_each(|part| part.for_each_expression(visit));
            }
            ClauseKind::Merge { part, on_create, on_match } => {
                part.for_each_expression(visit);
                on_create.iter().chain(on_match).for_each(|item| item.for_each_expression(visit));
            }
            ClauseKind::Set(items) => items.iter().for_each(|item| item.for_each_expression(visit)),
            ClauseKind::Remove(items) => items.iter().for_each(|item| match item {
                RemoveItem::Property { base, .. } => visit(base),
                RemoveItem::DynamicProperty { base, key } => {
                    [base, key].into_iter().for_each(&mut *visit);
                }
                RemoveItem::Labels { labels, .. } => {
                    labels.iter().filter_map(LabelName::dynamic).for_each(&mut *visit);
                }
            }),
            ClauseKind::Delete { targets, .. } => targets.iter().for_each(visit),
            ClauseKind::Foreach { list, clauses, .. } => {
                visit(list);
                clauses.iter().for_each(|clause| clause.for_each_expression(visit));
            }
            ClauseKind::Subquery { query, .. } | ClauseKind::Nested(query) => {
                query.for_each_expression(visit);
            }
            ClauseKind::Conditional { branches, otherwise } => {
                for (condition, query) in branches {
                    visit(condition);
                    query.for_each_expression(visit);
                }
                otherwise.iter().for_each(|query| query.for_each_expression(visit));
            }
            ClauseKind::Call { arguments, predicate, .. } => {
                arguments.iter().flatten().chain(predicate).for_each(visit);
            }
        }
    }
}

impl Projection {
    /// Visits its expressions: items, sort keys, SKIP, LIMIT.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        let items = self.items.iter().map(|item| &item.expression);
        let order = self.order.iter().map(|item| &item.expression);
        items.chain(order).chain(&self.skip).chain(&self.limit).for_each(visit);
    }
}

impl SetItem {
    /// Visits its expressions.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match self {
            SetItem::Property { base, value, .. } => [base, value].into_iter().for_each(visit),
            SetItem::DynamicProperty { base, key, value } => {
                [base, key, value].into_iter().for_each(visit);
            }
            SetItem::Replace { value, .. } | SetItem::Merge { value, .. } => visit(value),
            SetItem::Labels { labels, .. } => {
                labels.iter().filter_map(LabelName::dynamic).for_each(visit);
            }
        }
    }
}

impl ContradictionRule {
    /// Visits the outermost expressions of the pattern and of the predicate.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.pattern.iter().for_each(|part| part.for_each_expression(visit));
        self.predicate.iter().for_each(visit);
    }

    /// The first parameter that it reads.
    pub fn parameter(&self) -> Option<(&Name, Span)> {
        let mut stack: Vec<&Expression> = Vec::new();
        self.for_each_expression(&mut |expression| stack.push(expression));
        let mut found: Option<(&Name, Span)> = None;
        while let Some(expression) = stack.pop() {
            if let ExpressionKind::Parameter(name) = &expression.kind
                && found.is_none_or(|(_, known)| expression.span.start < known.start)
            {
                found = Some((name, expression.span));
            }
            expression.for_each_child(&mut |child| stack.push(child));
        }
        found
    }
}

impl PatternPart {
    /// Visits the expressions of a path pattern: the number of its selector, and the property
    /// maps and predicates of its parts, in the order of the text.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.selector.iter().filter_map(Selector::count).for_each(&mut *visit);
        visit_chain(&self.start, &self.steps, visit);
    }
}

/// Visits the expressions along a chain. The nesting of groups is bounded by the parser.
fn visit_chain<'a>(
    start: &'a EndPattern,
    steps: &'a [(Connection, EndPattern)],
    visit: &mut dyn FnMut(&'a Expression),
) {
    start.for_each_expression(visit);
    for (connection, end) in steps {
        match connection {
            Connection::Relationship(relationship) => {
                relationship.types.iter().for_each(|types| types.for_each_expression(visit));
                let parts = relationship.properties.iter().chain(&relationship.predicate);
                parts.for_each(|part| visit(part));
            }
            Connection::Group(group) => {
                visit_chain(&group.start, &group.steps, visit);
                group.predicate.iter().for_each(|predicate| visit(predicate));
            }
        }
        end.for_each_expression(visit);
    }
}

impl EndPattern {
    /// Visits its labels, its property map and its predicate.
    fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.labels.iter().for_each(|labels| labels.for_each_expression(visit));
        self.properties.iter().chain(&self.predicate).for_each(|part| visit(part));
    }
}

impl Expression {
    /// Visits the expressions directly below this one, those in the patterns and
    /// clauses that it contains included, in the order of the text.
    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        use ExpressionKind as E;
        match &self.kind {
            E::Null | E::Boolean(_) | E::Integer(_) | E::Float(_) | E::String(_) => {}
            E::Temporal(..) | E::CaseOperand => {}
            E::Parameter(_) | E::Variable(_) | E::CountStar => {}
            E::List(items) | E::Logical(_, items) => items.iter().for_each(visit),
            E::Map(entries) => entries.iter().for_each(|(_, value)| visit(value)),
            E::Access(base, steps) => {
                visit(base);
                steps.iter().for_each(|step| step.for_each_expression(visit));
            }
            E::HasLabels(base, labels) => {
                visit(base);
                labels.for_each_expression(visit);
            }
            E::Not(_, base)
            | E::Sign(_, base)
            | E::IsNull(base, _)
            | E::Is(base, ..)
            | E::Cast(base, _) => visit(base),
            E::Comparison(first, terms) => {
                visit(first);
                terms.iter().for_each(|(_, term)| visit(term));
            }
            E::Arithmetic(first, terms) => {
                visit(first);
                terms.iter().for_each(|(_, term)| visit(term));
            }
            E::Predicate(_, left, right) | E::IsEnd(left, _, right, _) => {
                [&**left, &**right].into_iter().for_each(visit);
            }
            E::Function { arguments, .. } => arguments.iter().for_each(visit),
            E::Case { operand, branches, otherwise } => {
                operand.iter().for_each(|operand| visit(operand));
                for branch in branches {
                    branch.tests.iter().chain([&branch.result]).for_each(&mut *visit);
                }
                otherwise.iter().for_each(|otherwise| visit(otherwise));
            }
            E::ListComprehension { list, predicate, projection, .. } => {
                visit(list);
                predicate.iter().chain(projection).for_each(|part| visit(part));
            }
            E::PatternComprehension { part, predicate, projection } => {
                part.for_each_expression(visit);
                predicate.iter().for_each(|predicate| visit(predicate));
                visit(projection);
            }
            E::Quantifier { list, predicate, .. } => {
                [&**list, &**predicate].into_iter().for_each(visit);
            }
            E::Reduce { initial, list, step, .. } => {
                [&**initial, &**list, &**step].into_iter().for_each(visit);
            }
            E::PatternPredicate(part) => part.for_each_expression(visit),
            E::Subquery(_, body) => match &**body {
                Subquery::Pattern(_, parts, predicate) => {
                    parts.iter().for_each(|part| part.for_each_expression(visit));
                    predicate.iter().for_each(visit);
                }
                Subquery::Query(query) => query.for_each_expression(visit),
            },
            E::MapProjection { items, .. } => items.iter().for_each(|item| match item {
                MapProjectionItem::Entry(_, value) => visit(value),
                MapProjectionItem::Property(_)
                | MapProjectionItem::All
                | MapProjectionItem::Variable(_) => {}
            }),
        }
    }
}

impl LabelExpression {
    /// Visits what its names are computed from.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        self.names().into_iter().filter_map(LabelName::dynamic).for_each(visit);
    }
}

impl Access {
    /// Visits the index, or the two ends of the slice.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match self {
            Access::Property(_) => {}
            Access::Index(index) => visit(index),
            Access::Slice(from, to) => from.iter().chain(to).for_each(visit),
        }
    }
}
