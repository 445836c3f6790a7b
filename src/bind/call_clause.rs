//! CALL: procedures, and subqueries that run for each row.

use super::compose::{Columns, Role};
use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{ApplyKind, BoundClause, BoundKind, BoundQuery, BoundSingle};
use super::scope::{Entry, StaticType};
use super::term::{describe, number_of_arguments};
use super::{Binder, Bound, ProcedureSignature, closest, foreign, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, CallScope, Clause, ClauseKind, Query, SingleQuery, Yield};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ErrorClass, ErrorCode, Value};
use indexmap::IndexSet;
use std::collections::HashSet;
use std::sync::Arc;

impl Binder<'_> {
    /// `[OPTIONAL] CALL [(variables)] { query }`.
    pub(super) fn call_subquery(
        &mut self,
        optional: bool,
        scope: &CallScope,
        query: &Query,
        span: Span,
    ) -> Bound<BoundKind> {
        let role = match scope {
            CallScope::Importing => Role::Importing,
            CallScope::All | CallScope::Variables(_) => Role::Call,
        };
        match scope {
            CallScope::Importing => self.scopes.push_call(Vec::new()),
            CallScope::All => self.scopes.push_open_call(),
            CallScope::Variables(names) => {
                let mut entries = self.imports(names)?;
                entries.extend(self.hidden_entries());
                self.scopes.push_call(entries);
            }
        }
        self.scopes.push_query();
        let bound = self.query_body(query, role);
        let types = bound.as_ref().map(|bound| self.column_types(&bound.columns));
        self.scopes.pop();
        let imports = self.scopes.pop();
        let (query_types, bound) = (types.unwrap_or_default(), bound?);
        for ((name, id), of) in bound.columns.iter().zip(query_types) {
            if self.scopes.resolve(name).is_some() {
                let message = format!("`{name}` is already a variable outside of the subquery");
                let place = returned_at(query, name).unwrap_or(span);
                return Err(Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, place)
                    .with_help("return it under another name with AS"));
            }
            self.scopes.declare(name.clone(), Entry { id: *id, of });
        }
        let kind = match (bound.columns.is_empty(), optional) {
            (true, _) => ApplyKind::Unit,
            (false, true) => ApplyKind::Optional,
            (false, false) => ApplyKind::Each,
        };
        Ok(BoundKind::Apply {
            introduced: bound.columns.iter().map(|(_, id)| *id).collect(),
            imports,
            query: bound,
            kind,
        })
    }

    /// The variables that a scope clause names.
    fn imports(&mut self, names: &[ast::Name]) -> Bound<Vec<(Arc<str>, Entry)>> {
        let mut entries: Vec<(Arc<str>, Entry)> = Vec::with_capacity(names.len());
        let mut seen = HashSet::with_capacity(names.len());
        for name in names {
            if !seen.insert(&name.text) {
                let message = format!("`{}` is named twice", name.text);
                return syntax_error(ErrorCode::VariableAlreadyBound, message, name.span);
            }
            entries.push((name.text.clone(), self.resolve(&name.text, name.span)?));
        }
        Ok(entries)
    }

    /// Imports what a WITH at the beginning names, where it names variables and nothing else.
    pub(super) fn import(&mut self, query: &SingleQuery) -> Bound<()> {
        let Some(Clause { kind: ClauseKind::With { projection, .. }, .. }) = query.clauses.first()
        else {
            return Ok(());
        };
        if projection.star && projection.items.is_empty() {
            self.scopes.import_all();
            return Ok(());
        }
        let plain = |item: &ast::ProjectionItem| match (&item.alias, &item.expression.kind) {
            (None, ast::ExpressionKind::Variable(name)) => Some(name.clone()),
            _ => None,
        };
        let names: Option<Vec<Arc<str>>> = projection.items.iter().map(plain).collect();
        if names.is_some() {
            self.import_hidden();
        }
        for (name, item) in names.iter().flatten().zip(&projection.items) {
            if !self.scopes.import(name) {
                // It is not there: this says so.
                self.resolve(name, item.expression.span)?;
            }
        }
        Ok(())
    }

    /// `[OPTIONAL] CALL name(arguments) …`; gives the result's columns where it stands alone.
    pub(super) fn call(
        &mut self,
        clause: &Clause,
        alone: bool,
        out: &mut Vec<BoundClause>,
    ) -> Bound<Columns> {
        let ClauseKind::Call { optional, name, arguments, yields, predicate } = &clause.kind else {
            return Ok(Columns::new());
        };
        let span = clause.span;
        let signature = self.procedure(name, span)?;
        let writes = signature.writes;
        if writes && self.reading_only {
            return syntax_error(
                ErrorCode::InvalidClauseComposition,
                "nothing can be changed inside a subquery expression",
                span,
            );
        }
        let arguments = match arguments {
            Some(given) => self.procedure_arguments(&signature, given, span)?,
            None if alone || signature.inputs.is_empty() => {
                let parameter = |(name, _): &(Arc<str>, TypeSet)| {
                    Expression::new(ExpressionKind::Parameter(name.clone()), span)
                };
                let required = signature.inputs.len() - signature.optional;
                let nulls = std::iter::repeat_with(|| {
                    Expression::new(ExpressionKind::Literal(Value::Null), span)
                });
                let given = signature.inputs.iter().take(required).map(parameter);
                given.chain(nulls.take(signature.optional)).collect()
            }
            None => {
                let message = "inside a query the arguments have to be written";
                return syntax_error(ErrorCode::InvalidArgumentPassingMode, message, span);
            }
        };
        let (yields, columns) = self.yields(&signature, yields, alone, span)?;
        let void = signature.outputs.is_empty();
        let mut clauses = Vec::new();
        clauses.push(BoundClause {
            kind: BoundKind::Call { name: signature.name, arguments, yields, void, writes },
            span,
        });
        if let Some(predicate) = predicate {
            let predicates = self.predicate(predicate)?;
            clauses.push(BoundClause { kind: BoundKind::Filter(predicates), span });
        }
        if *optional && !void {
            let imports = self.outer_variables(&clauses);
            let kind = BoundKind::Apply {
                introduced: columns.iter().map(|(_, id)| *id).collect(),
                query: BoundQuery::of(BoundSingle { clauses, columns: columns.clone() }),
                imports,
                kind: ApplyKind::Optional,
            };
            clauses = vec![BoundClause { kind, span }];
        }
        out.append(&mut clauses);
        Ok(if alone { columns } else { Columns::new() })
    }

    /// The variables that the arguments of a procedure and its WHERE read.
    fn outer_variables(&self, clauses: &[BoundClause]) -> Vec<VariableId> {
        let mut read = IndexSet::new();
        for clause in clauses {
            let expressions: Vec<&Expression> = match &clause.kind {
                BoundKind::Call { arguments: all, .. } | BoundKind::Filter(all) => {
                    all.iter().collect()
                }
                BoundKind::Extend(columns) => columns.iter().map(|(_, value)| value).collect(),
                _ => continue,
            };
            let mut subqueries = Vec::new();
            for expression in expressions {
                expression
                    .visit_variables(&mut |id| _ = read.insert(id), &mut |id| subqueries.push(id));
            }
            let subqueries = subqueries.iter().filter_map(|id| self.subqueries.get(id.0 as usize));
            read.extend(subqueries.flat_map(|subquery| subquery.outer.iter().copied()));
        }
        read.into_iter().collect()
    }

    fn procedure(&self, name: &[ast::Name], span: Span) -> Bound<ProcedureSignature> {
        let dotted = name.iter().map(|part| &*part.text).collect::<Vec<_>>().join(".");
        self.environment.procedure(&dotted).ok_or_else(|| {
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
            if let Some(instead) = foreign::instead_of_procedure(&dotted) {
                return error.with_help(instead);
            }
            let names = self.environment.procedures();
            match closest(&dotted, names.iter().map(|name| &**name)) {
                Some(near) => error.with_help(format!("did you mean `{near}`?")),
                None => error,
            }
        })
    }

    /// The signature's columns with new variables, and these as columns.
    fn yields(
        &mut self,
        signature: &ProcedureSignature,
        yields: &Yield,
        alone: bool,
        span: Span,
    ) -> Bound<(Vec<(usize, VariableId)>, Columns)> {
        let procedure = &signature.name;
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
            // Of what is changed nobody need be told.
            Yield::Absent if !alone && signature.writes => Vec::new(),
            Yield::Absent if !alone && !signature.outputs.is_empty() => {
                let message = format!(
                    "`{procedure}` has result columns: name those that are wanted with YIELD"
                );
                return syntax_error(ErrorCode::UndefinedVariable, message, span);
            }
            Yield::Absent | Yield::All => {
                signature.outputs.iter().map(|(column, _)| (column.clone(), None, span)).collect()
            }
        };
        let mut bound = Vec::with_capacity(wanted.len());
        let mut columns = Vec::with_capacity(wanted.len());
        for (column, alias, at) in wanted {
            let mut outputs = signature.outputs.iter().enumerate();
            let Some((index, (_, types))) = outputs.find(|(_, (output, _))| *output == column)
            else {
                return Err(unknown_column(signature, &column, at));
            };
            let name = ast::Name {
                text: alias.map_or(column, |alias| alias.text.clone()),
                span: alias.map_or(at, |alias| alias.span),
            };
            let id = self.new_variable(&name, StaticType::of(*types))?;
            bound.push((index, id));
            columns.push((name.text, id));
        }
        Ok((bound, columns))
    }

    fn procedure_arguments(
        &mut self,
        signature: &ProcedureSignature,
        given: &[ast::Expression],
        span: Span,
    ) -> Bound<Vec<Expression>> {
        let most = signature.inputs.len();
        let least = most - signature.optional;
        if !(least..=most).contains(&given.len()) {
            let message = format!(
                "`{}` takes {}, not {}",
                signature.name,
                number_of_arguments(least, Some(most)),
                given.len()
            );
            return syntax_error(ErrorCode::InvalidNumberOfArguments, message, span);
        }
        let mut bound = Vec::with_capacity(given.len());
        for (place, kind) in &signature.searches {
            if let Some(argument) = given.get(*place) {
                self.searches_written(*kind, argument);
            }
        }
        for (argument, (name, wanted)) in given.iter().zip(&signature.inputs) {
            let (expression, of) = self.term(argument)?;
            if !of.may_be(*wanted) {
                let message =
                    format!("`{name}` takes {}, this is {}", describe(*wanted), describe(of.types));
                return syntax_error(ErrorCode::InvalidArgumentType, message, argument.span);
            }
            bound.push(expression);
        }
        bound.resize_with(most, || Expression::new(ExpressionKind::Literal(Value::Null), span));
        Ok(bound)
    }
}

/// The failure of a YIELD that names what the procedure does not give.
fn unknown_column(signature: &ProcedureSignature, column: &str, at: Span) -> Diagnostic {
    let message = format!("`{}` has no column `{column}`", signature.name);
    let names: Vec<&str> = signature.outputs.iter().map(|(name, _)| &**name).collect();
    let help = match closest(column, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its columns are {}", names.join(", ")),
    };
    Diagnostic::syntax(ErrorCode::UndefinedVariable, message, at).with_help(help)
}

/// Where a query returns a column of that name.
fn returned_at(query: &Query, name: &str) -> Option<Span> {
    let last = query.parts.last()?;
    let mut arms = std::iter::once(&last.first).chain(last.rest.iter().map(|part| &part.query));
    arms.find_map(|arm| match &arm.clauses.last()?.kind {
        ClauseKind::Nested(inner) => returned_at(inner, name),
        ClauseKind::Return(projection) => {
            let item =
                projection.items.iter().find(|item| match (&item.alias, &item.expression.kind) {
                    (Some(alias), _) => *alias.text == *name,
                    (None, ast::ExpressionKind::Variable(own)) => **own == *name,
                    _ => false,
                });
            Some(item.map_or(projection.span, |item| {
                item.alias.as_ref().map_or(item.expression.span, |alias| alias.span)
            }))
        }
        _ => None,
    })
}
