//! Clauses that change elements which are there: SET, REMOVE, DELETE; and FOREACH.

use super::compose::is_update;
use super::expression::{Expression, VariableId};
use super::item::{NameSource, RemoveItem, SetItem};
use super::query::{ApplyKind, BoundClause, BoundKind, BoundQuery, BoundSingle};
use super::scope::StaticType;
use super::term::describe;
use super::{Binder, Bound, NameKind, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, Clause};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;

impl Binder<'_> {
    pub(super) fn set_items(&mut self, items: &[ast::SetItem]) -> Bound<Vec<SetItem>> {
        items.iter().map(|item| self.set_item(item)).collect()
    }

    fn set_item(&mut self, item: &ast::SetItem) -> Bound<SetItem> {
        Ok(match item {
            ast::SetItem::Property { base, key, value } => {
                self.brings(NameKind::PropertyKey, std::slice::from_ref(key));
                let key = NameSource::Written(key.text.clone());
                SetItem::Property(self.element(base)?, key, self.expression(value)?)
            }
            ast::SetItem::DynamicProperty { base, key, value } => {
                let base = self.element(base)?;
                SetItem::Property(base, self.key_source(key)?, self.expression(value)?)
            }
            ast::SetItem::Replace { variable, value } => {
                self.brings_map(value);
                SetItem::Replace(
                    self.variable(variable, TypeSet::ELEMENT)?,
                    self.expression(value)?,
                )
            }
            ast::SetItem::Merge { variable, value } => {
                self.brings_map(value);
                SetItem::Merge(self.variable(variable, TypeSet::ELEMENT)?, self.expression(value)?)
            }
            ast::SetItem::Labels { variable, labels } => {
                let names = self.label_sources(labels)?;
                SetItem::Labels(self.variable(variable, TypeSet::NODE)?, names)
            }
        })
    }

    pub(super) fn remove_items(&mut self, items: &[ast::RemoveItem]) -> Bound<Vec<RemoveItem>> {
        items
            .iter()
            .map(|item| {
                Ok(match item {
                    ast::RemoveItem::Property { base, key } => {
                        let key = NameSource::Written(key.text.clone());
                        RemoveItem::Property(self.element(base)?, key)
                    }
                    ast::RemoveItem::DynamicProperty { base, key } => {
                        let base = self.element(base)?;
                        RemoveItem::Property(base, self.key_source(key)?)
                    }
                    ast::RemoveItem::Labels { variable, labels } => {
                        let labels = self.label_sources(labels)?;
                        RemoveItem::Labels(self.variable(variable, TypeSet::NODE)?, labels)
                    }
                })
            })
            .collect()
    }

    /// An expression whose property is to be changed.
    fn element(&mut self, source: &ast::Expression) -> Bound<Expression> {
        let (bound, of) = self.term(source)?;
        if !of.may_be(TypeSet::ELEMENT) {
            let message = format!(
                "only nodes and relationships have properties that can be set, this is {}",
                describe(of.types)
            );
            return syntax_error(ErrorCode::InvalidArgumentType, message, source.span);
        }
        Ok(bound)
    }

    fn variable(&mut self, name: &ast::Name, wanted: TypeSet) -> Bound<VariableId> {
        let entry = self.resolve(&name.text, name.span)?;
        if !entry.of.may_be(wanted) {
            let message = format!(
                "`{}` is {}, not {}",
                name.text,
                describe(entry.of.types),
                describe(wanted)
            );
            return syntax_error(ErrorCode::InvalidArgumentType, message, name.span);
        }
        Ok(entry.id)
    }

    pub(super) fn delete_target(&mut self, target: &ast::Expression) -> Bound<Expression> {
        if let ast::ExpressionKind::HasLabels(..) = target.kind {
            return Err(Diagnostic::syntax(
                ErrorCode::InvalidDelete,
                "a label cannot be deleted, only nodes and relationships",
                target.span,
            )
            .with_help("write `REMOVE n:Label` to take a label away"));
        }
        let (bound, of) = self.term(target)?;
        if !of.may_be(TypeSet::ELEMENT.union(TypeSet::PATH)) {
            let message = format!(
                "nodes, relationships and paths can be deleted, this is {}",
                describe(of.types)
            );
            return syntax_error(ErrorCode::InvalidArgumentType, message, target.span);
        }
        Ok(bound)
    }

    /// `FOREACH (variable IN list | clauses)`: for each row, all clauses for each element.
    pub(super) fn foreach(
        &mut self,
        (variable, list): (&ast::Name, &ast::Expression),
        clauses: &[Clause],
        span: Span,
        out: &mut Vec<BoundClause>,
    ) -> Bound<BoundKind> {
        if let Some(clause) = clauses.iter().find(|clause| !is_update(&clause.kind)) {
            let message = "only clauses that change the graph can stand in FOREACH";
            return Err(Diagnostic::syntax(
                ErrorCode::InvalidClauseComposition,
                message,
                clause.span,
            )
            .with_help("use `CALL (…) { UNWIND … }`, in which any clause may stand"));
        }
        self.scopes.push_subquery();
        self.scopes.push_query();
        let bound = self.foreach_body(variable, list, clauses);
        self.scopes.pop();
        let mut imports = self.scopes.pop();
        let (mut list, element, body) = bound?;
        imports.extend(self.whole_early(&mut list, span, out));
        let mut inner = imports.clone();
        inner.push(element);
        let body =
            [BoundKind::Unwind { list, variable: element, position: None }, unit(body, inner)];
        let body = body.map(|kind| BoundClause { kind, span });
        Ok(unit(body.into(), imports))
    }

    fn foreach_body(
        &mut self,
        variable: &ast::Name,
        list: &ast::Expression,
        clauses: &[Clause],
    ) -> Bound<(Expression, VariableId, Vec<BoundClause>)> {
        let (list, _) = self.list_operand(list, "FOREACH")?;
        let element = self.new_variable(variable, StaticType::ANY)?;
        let mut body = Vec::with_capacity(clauses.len());
        for clause in clauses {
            self.clause(clause, false, &mut body)?;
        }
        Ok((list, element, body))
    }
}

/// Clauses that run for each row and leave it as it is.
fn unit(clauses: Vec<BoundClause>, imports: Vec<VariableId>) -> BoundKind {
    BoundKind::Apply {
        query: BoundQuery::of(BoundSingle { clauses, columns: Vec::new() }),
        imports,
        introduced: Vec::new(),
        kind: ApplyKind::Unit,
    }
}
