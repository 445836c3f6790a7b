//! Clauses: what each binds to.

use super::compose::Columns;
use super::expression::Expression;
use super::item::{CreateItem, RemoveItem, SetItem};
use super::projection::Kind;
use super::query::{BoundClause, BoundKind};
use super::scope::StaticType;
use super::term::describe;
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, Clause, ClauseKind, Counting};
use crate::value::ErrorCode;
use std::collections::HashSet;

impl Binder<'_> {
    /// Binds one clause; gives the result's columns where it is a standalone CALL.
    pub(super) fn clause(
        &mut self,
        clause: &Clause,
        alone: bool,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Columns> {
        let span = clause.span;
        let kind = match &clause.kind {
            ClauseKind::Match { optional, mode, pattern, hints, predicate } => {
                out.push(self.match_clause(pattern, *mode, predicate.as_ref(), *optional, span)?);
                self.hints(hints)?;
                return Ok(Columns::new());
            }
            ClauseKind::Filter(predicate) => BoundKind::Filter(self.predicate(predicate)?),
            ClauseKind::Let(items) => self.let_clause(items)?,
            ClauseKind::For { variable, list, position } => {
                self.for_clause(variable, list, position.as_ref())?
            }
            ClauseKind::Unwind { list, variable } => self.unwind(list, variable)?,
            ClauseKind::LoadCsv { headers, location, variable, terminator } => {
                self.load_csv(*headers, location, variable, *terminator)?
            }
            ClauseKind::With { projection, predicate } => {
                self.projection(projection, predicate.as_ref(), Kind::With, out)?;
                return Ok(Columns::new());
            }
            ClauseKind::Page { order, skip, limit } => {
                self.page(order, skip.as_ref(), limit.as_ref(), span, out)?;
                return Ok(Columns::new());
            }
            // Whoever binds the single query does the one, has the other refused by the
            // grammar elsewhere, and lets the rows go after the third.
            ClauseKind::Return(_)
            | ClauseKind::Nested(_)
            | ClauseKind::Conditional { .. }
            | ClauseKind::Finish => return Ok(Columns::new()),
            ClauseKind::Create(parts) => {
                let (mut items, paths) = self.create_pattern(parts, false)?;
                let made = items.iter().map(CreateItem::variable).collect();
                let computed = items.iter_mut().flat_map(CreateItem::expressions_mut);
                self.early(computed, made, span, out);
                BoundKind::Create { items, paths }
            }
            ClauseKind::Merge { part, on_create, on_match } => {
                let merge = self.merge_pattern(part)?;
                let [mut on_create, mut on_match] =
                    [self.set_items(on_create)?, self.set_items(on_match)?];
                let set = on_create.iter_mut().chain(&mut on_match);
                Self::looking_before(set.flat_map(SetItem::expressions_mut));
                BoundKind::Merge {
                    graph: merge.graph,
                    predicates: merge.predicates,
                    create: merge.create,
                    on_create,
                    on_match,
                    paths: merge.paths,
                    introduced: merge.introduced,
                }
            }
            ClauseKind::Set(items) => {
                let mut items = self.set_items(items)?;
                let computed = items.iter_mut().flat_map(SetItem::expressions_mut);
                self.early(computed, HashSet::new(), span, out);
                BoundKind::Set(items)
            }
            ClauseKind::Remove(items) => {
                let mut items = self.remove_items(items)?;
                let computed = items.iter_mut().flat_map(RemoveItem::expressions_mut);
                self.early(computed, HashSet::new(), span, out);
                BoundKind::Remove(items)
            }
            ClauseKind::Delete { detach, targets } => {
                let targets = targets
                    .iter()
                    .map(|target| self.delete_target(target))
                    .collect::<Bound<_>>()?;
                BoundKind::Delete { detach: *detach, targets }
            }
            ClauseKind::Foreach { variable, list, clauses } => {
                self.foreach((variable, list), clauses, span, out)?
            }
            ClauseKind::Subquery { optional, scope, query } => {
                self.call_subquery(*optional, scope, query, span)?
            }
            ClauseKind::Call { .. } => return self.call(clause, alone, out),
        };
        out.push(BoundClause { kind, span });
        Ok(Columns::new())
    }

    fn let_clause(&mut self, items: &[(ast::Name, ast::Expression)]) -> Bound<BoundKind> {
        // No item sees another one of the same LET.
        self.set_pending(items.iter().map(|(name, _)| name.text.clone()).collect());
        let values = items.iter().map(|(_, value)| self.term(value)).collect::<Bound<Vec<_>>>();
        self.set_pending(Vec::new());
        let values = values?;
        let columns = items
            .iter()
            .zip(values)
            .map(|((name, _), (value, of))| Ok((self.new_variable(name, of)?, value)));
        Ok(BoundKind::Extend(columns.collect::<Bound<_>>()?))
    }

    fn unwind(&mut self, list: &ast::Expression, variable: &ast::Name) -> Bound<BoundKind> {
        let (list, of) = self.term(list)?;
        let variable = self.new_variable(variable, element_type(of))?;
        Ok(BoundKind::Unwind { list, variable, position: None })
    }

    fn for_clause(
        &mut self,
        variable: &ast::Name,
        list: &ast::Expression,
        position: Option<&(Counting, ast::Name)>,
    ) -> Bound<BoundKind> {
        let (list, of) = self.list_operand(list, "FOR")?;
        let variable = self.new_variable(variable, element_type(of))?;
        let position = match position {
            None => None,
            Some((counting, name)) => {
                Some((self.new_variable(name, StaticType::of(TypeSet::INTEGER))?, *counting))
            }
        };
        Ok(BoundKind::Unwind { list, variable, position })
    }

    /// What a clause goes over, element by element.
    pub(super) fn list_operand(
        &mut self,
        list: &ast::Expression,
        clause: &str,
    ) -> Bound<(Expression, StaticType)> {
        let (bound, of) = self.term(list)?;
        if !of.may_be(TypeSet::LIST) {
            let message = format!("{clause} goes over a list, this is {}", describe(of.types));
            return syntax_error(ErrorCode::InvalidArgumentType, message, list.span);
        }
        Ok((bound, of))
    }
}

/// What an element of such a list may be.
fn element_type(of: StaticType) -> StaticType {
    let known = TypeSet::LIST.includes(of.types) && !of.elements.is_empty() && !of.types.is_empty();
    if known { StaticType::of(of.elements) } else { StaticType::ANY }
}
