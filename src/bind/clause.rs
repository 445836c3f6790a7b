//! Clauses: which may follow which, and what each binds to.

use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{BoundClause, BoundKind, BoundQuery, BoundSingle, RemoveItem, SetItem};
use super::scope::StaticType;
use super::term::describe;
use super::{Binder, Bound, NameKind, closest, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, Clause, ClauseKind, Query, SingleQuery, Yield};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode};
use std::sync::Arc;

impl Binder<'_> {
    /// Binds a whole query.
    pub(super) fn query(&mut self, query: &Query) -> Bound<BoundQuery> {
        self.scopes.push_query();
        let bound = self.query_body(query, false);
        self.scopes.pop();
        bound
    }

    /// Binds the arms of a query in the present frame; a subquery need not return anything.
    pub(super) fn query_body(&mut self, query: &Query, subquery: bool) -> Bound<BoundQuery> {
        let all = query.rest.first().is_none_or(|part| part.all);
        if let Some(part) = query.rest.iter().find(|part| part.all != all) {
            self.report(Diagnostic::syntax(
                ErrorCode::InvalidClauseComposition,
                "UNION and UNION ALL cannot be mixed in one query",
                part.span,
            ))?;
        }
        let outside = self.scopes.columns();
        let before = self.recovery.errors.len();
        let mut arms = vec![self.single_query(&query.first, subquery)?];
        for part in &query.rest {
            self.scopes.replace_columns(outside.clone());
            let mut arm = self.single_query(&part.query, subquery)?;
            let first = &arms[0].columns;
            let named = |name: &Arc<str>| arm.columns.iter().find(|(own, _)| own == name).cloned();
            let ordered: Option<Vec<_>> = first.iter().map(|(name, _)| named(name)).collect();
            match ordered {
                Some(ordered) if ordered.len() == arm.columns.len() => arm.columns = ordered,
                // An arm that failed may have lost its columns with it.
                _ if self.recovery.errors.len() > before => {}
                _ => {
                    let message = "all queries of a UNION must return columns of the same names";
                    let list = |columns: &[(Arc<str>, VariableId)]| {
                        let names: Vec<_> =
                            columns.iter().map(|(name, _)| format!("`{name}`")).collect();
                        format!("returns {}", names.join(", "))
                    };
                    self.report(
                        Diagnostic::syntax(
                            ErrorCode::DifferentColumnsInUnion,
                            message,
                            part.query.span,
                        )
                        .with_label(list(&arm.columns))
                        .with_related(query.first.span, list(first)),
                    )?;
                }
            }
            arms.push(arm);
        }
        let columns = if arms.len() == 1 {
            arms[0].columns.clone()
        } else {
            let names: Vec<Arc<str>> =
                arms[0].columns.iter().map(|(name, _)| name.clone()).collect();
            names.into_iter().map(|name| (name.clone(), self.invent(&name))).collect()
        };
        Ok(BoundQuery { arms, all, columns })
    }

    fn single_query(&mut self, query: &SingleQuery, subquery: bool) -> Bound<BoundSingle> {
        let mut clauses = Vec::with_capacity(query.clauses.len());
        let mut columns = Vec::new();
        let outer_lost = self.set_lost(false);
        if let Err(error) = check_composition(query, subquery) {
            self.report(error)?;
        }
        let depth = self.scopes.depth();
        for clause in &query.clauses {
            match self.query_clause(clause, query.clauses.len() == 1, &mut clauses) {
                Ok(bound) => columns = bound,
                Err(error) => {
                    self.scopes.truncate(depth);
                    self.aggregates = None;
                    self.clause_failed(error)?;
                }
            }
        }
        self.set_lost(outer_lost);
        Ok(BoundSingle { clauses, columns })
    }

    fn query_clause(
        &mut self,
        clause: &Clause,
        alone: bool,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Vec<(Arc<str>, VariableId)>> {
        if self.reading_only && is_update(&clause.kind) {
            return syntax_error(
                ErrorCode::InvalidClauseComposition,
                "nothing can be changed inside a subquery expression",
                clause.span,
            );
        }
        match &clause.kind {
            ClauseKind::Return(projection) => self.projection(projection, None, true, out),
            _ => self.clause(clause, alone, out),
        }
    }

    /// Binds one clause; gives the result's columns where it is a standalone CALL.
    fn clause(
        &mut self,
        clause: &Clause,
        alone: bool,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Vec<(Arc<str>, VariableId)>> {
        let span = clause.span;
        let kind = match &clause.kind {
            ClauseKind::Match { optional, pattern, predicate } => {
                out.push(self.match_clause(pattern, predicate.as_ref(), *optional, span)?);
                return Ok(Vec::new());
            }
            ClauseKind::Unwind { list, variable } => self.unwind(list, variable)?,
            ClauseKind::With { projection, predicate } => {
                self.projection(projection, predicate.as_ref(), false, out)?;
                return Ok(Vec::new());
            }
            ClauseKind::Return(_) => return Ok(Vec::new()),
            ClauseKind::Create(parts) => {
                let (items, paths) = self.create_pattern(parts, false)?;
                BoundKind::Create { items, paths }
            }
            ClauseKind::Merge { part, on_create, on_match } => {
                let merge = self.merge_pattern(part)?;
                BoundKind::Merge {
                    graph: merge.graph,
                    predicates: merge.predicates,
                    create: merge.create,
                    on_create: self.set_items(on_create)?,
                    on_match: self.set_items(on_match)?,
                    paths: merge.paths,
                    introduced: merge.introduced,
                }
            }
            ClauseKind::Set(items) => BoundKind::Set(self.set_items(items)?),
            ClauseKind::Remove(items) => BoundKind::Remove(self.remove_items(items)?),
            ClauseKind::Delete { detach, targets } => {
                let targets = targets
                    .iter()
                    .map(|target| self.delete_target(target))
                    .collect::<Bound<_>>()?;
                BoundKind::Delete { detach: *detach, targets }
            }
            ClauseKind::Call { name, arguments, yields, predicate } => {
                return self.call(
                    name,
                    arguments.as_deref(),
                    yields,
                    predicate.as_ref(),
                    alone,
                    span,
                    out,
                );
            }
        };
        out.push(BoundClause { kind, span });
        Ok(Vec::new())
    }

    fn unwind(&mut self, list: &ast::Expression, variable: &ast::Name) -> Bound<BoundKind> {
        let (list, of) = self.term(list)?;
        if let Some(known) = self.scopes.resolve(&variable.text) {
            let error = self.already(variable, known);
            self.report(error)?;
        }
        let known =
            TypeSet::LIST.includes(of.types) && !of.elements.is_empty() && !of.types.is_empty();
        let element = if known { StaticType::of(of.elements) } else { StaticType::ANY };
        Ok(BoundKind::Unwind { list, variable: self.declare(variable, element) })
    }

    fn set_items(&mut self, items: &[ast::SetItem]) -> Bound<Vec<SetItem>> {
        items.iter().map(|item| self.set_item(item)).collect()
    }

    fn set_item(&mut self, item: &ast::SetItem) -> Bound<SetItem> {
        Ok(match item {
            ast::SetItem::Property { base, key, value } => {
                self.brings(NameKind::PropertyKey, std::slice::from_ref(key));
                SetItem::Property(self.element(base)?, key.text.clone(), self.expression(value)?)
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
                self.brings(NameKind::Label, labels);
                let names = labels.iter().map(|label| label.text.clone()).collect();
                SetItem::Labels(self.variable(variable, TypeSet::NODE)?, names)
            }
        })
    }

    fn remove_items(&mut self, items: &[ast::RemoveItem]) -> Bound<Vec<RemoveItem>> {
        items
            .iter()
            .map(|item| {
                Ok(match item {
                    ast::RemoveItem::Property { base, key } => {
                        RemoveItem::Property(self.element(base)?, key.text.clone())
                    }
                    ast::RemoveItem::Labels { variable, labels } => {
                        let labels = labels.iter().map(|label| label.text.clone()).collect();
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

    fn delete_target(&mut self, target: &ast::Expression) -> Bound<Expression> {
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

    #[expect(clippy::too_many_arguments, reason = "the parts of one clause")]
    fn call(
        &mut self,
        name: &[ast::Name],
        arguments: Option<&[ast::Expression]>,
        yields: &Yield,
        predicate: Option<&ast::Expression>,
        alone: bool,
        span: Span,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Vec<(Arc<str>, VariableId)>> {
        let dotted = name.iter().map(|part| &*part.text).collect::<Vec<_>>().join(".");
        let Some(signature) = self.environment.procedure(&dotted) else {
            let at = match name {
                [first, .., last] => first.span.to(last.span),
                [only] => only.span,
                [] => span,
            };
            let message = format!("there is no procedure `{dotted}`");
            let error = Diagnostic::compile(
                ErrorClass::ProcedureError,
                ErrorCode::ProcedureNotFound,
                message,
                at,
            )
            .with_label("unknown procedure");
            let names = self.environment.procedures();
            return Err(match closest(&dotted, names.iter().map(|name| &**name)) {
                Some(near) => error.with_help(format!("did you mean `{near}`?")),
                None => error,
            });
        };
        let arguments = match arguments {
            Some(given) => self.procedure_arguments(&signature, given, span)?,
            None if alone => {
                let parameter = |(name, _): &(Arc<str>, TypeSet)| {
                    Expression::new(ExpressionKind::Parameter(name.clone()), span)
                };
                signature.inputs.iter().map(parameter).collect()
            }
            None => {
                let message = "inside a query the arguments have to be written";
                return syntax_error(ErrorCode::InvalidArgumentPassingMode, message, span);
            }
        };
        let wanted: Vec<(Arc<str>, Option<&ast::Name>, Span)> = match yields {
            Yield::Items(items) => items
                .iter()
                .map(|(column, alias)| (column.text.clone(), alias.as_ref(), column.span))
                .collect(),
            Yield::All if !alone => {
                return syntax_error(
                    ErrorCode::UnexpectedSyntax,
                    "YIELD * can stand only in a CALL of its own",
                    span,
                );
            }
            Yield::Absent if !alone && !signature.outputs.is_empty() => {
                let message =
                    format!("`{dotted}` has result columns: name those that are wanted with YIELD");
                return syntax_error(ErrorCode::UndefinedVariable, message, span);
            }
            Yield::Absent | Yield::All => {
                signature.outputs.iter().map(|column| (column.clone(), None, span)).collect()
            }
        };
        let mut bound = Vec::with_capacity(wanted.len());
        let mut columns = Vec::with_capacity(wanted.len());
        for (column, alias, at) in wanted {
            let Some(index) = signature.outputs.iter().position(|output| *output == column) else {
                return syntax_error(
                    ErrorCode::UndefinedVariable,
                    format!("`{dotted}` has no column `{column}`"),
                    at,
                );
            };
            let name = ast::Name {
                text: alias.map_or(column, |alias| alias.text.clone()),
                span: alias.map_or(at, |alias| alias.span),
            };
            if let Some(known) = self.scopes.resolve(&name.text) {
                let error = self.already(&name, known);
                self.report(error)?;
            }
            let id = self.declare(&name, StaticType::ANY);
            bound.push((index, id));
            columns.push((name.text, id));
        }
        let void = signature.outputs.is_empty();
        out.push(BoundClause {
            kind: BoundKind::Call { name: signature.name, arguments, yields: bound, void },
            span,
        });
        if let Some(predicate) = predicate {
            let predicates = self.predicate(predicate)?;
            out.push(BoundClause { kind: BoundKind::Filter(predicates), span });
        }
        Ok(if alone { columns } else { Vec::new() })
    }

    fn procedure_arguments(
        &mut self,
        signature: &super::ProcedureSignature,
        given: &[ast::Expression],
        span: Span,
    ) -> Bound<Vec<Expression>> {
        if given.len() != signature.inputs.len() {
            let message = format!(
                "`{}` takes {}, not {}",
                signature.name,
                super::term::number_of_arguments(
                    signature.inputs.len(),
                    Some(signature.inputs.len())
                ),
                given.len()
            );
            return syntax_error(ErrorCode::InvalidNumberOfArguments, message, span);
        }
        let mut bound = Vec::with_capacity(given.len());
        for (argument, (name, wanted)) in given.iter().zip(&signature.inputs) {
            let (expression, of) = self.term(argument)?;
            if !of.may_be(*wanted) {
                let message =
                    format!("`{name}` takes {}, this is {}", describe(*wanted), describe(of.types));
                return syntax_error(ErrorCode::InvalidArgumentType, message, argument.span);
            }
            bound.push(expression);
        }
        Ok(bound)
    }
}

fn is_update(kind: &ClauseKind) -> bool {
    use ClauseKind as K;
    matches!(kind, K::Create(_) | K::Merge { .. } | K::Set(_) | K::Remove(_) | K::Delete { .. })
}

/// RETURN ends a query; a query ends with RETURN, an update or a CALL.
fn check_composition(query: &SingleQuery, subquery: bool) -> Bound<()> {
    let Some((last, before)) = query.clauses.split_last() else {
        return syntax_error(
            ErrorCode::UnexpectedSyntax,
            "a query needs at least one clause",
            query.span,
        );
    };
    if let Some(early) = before.iter().find(|clause| matches!(clause.kind, ClauseKind::Return(_))) {
        return syntax_error(
            ErrorCode::InvalidClauseComposition,
            "RETURN must be the last clause of a query",
            early.span,
        );
    }
    let ends = matches!(last.kind, ClauseKind::Return(_) | ClauseKind::Call { .. })
        || is_update(&last.kind);
    if !ends && !subquery {
        return Err(Diagnostic::syntax(
            ErrorCode::InvalidClauseComposition,
            "the query ends without a result",
            last.span,
        )
        .with_help("add RETURN, or a clause that changes the graph"));
    }
    Ok(())
}
