//! Queries made of queries: NEXT, UNION and its kin, braces, WHEN, CALL, FOREACH.

use super::compare::equivalent;
use super::expression::truth;
use super::projection::{self, distinct};
use super::{Evaluated, Machine, Row, Table, error, unsupported, wrong_type};
use dossier::syntax::ast::{
    CallScope, Clause, ClauseKind, CompositeQuery, Expression, ExpressionKind, Query, SetOperator,
    SingleQuery,
};
use dossier::value::{ErrorClass, Value};
use std::rc::Rc;
use std::sync::Arc;

impl Machine {
    /// The rows of a query that works on the rows of a table; the variables of `outer`
    /// stay visible in all of it.
    pub(crate) fn query(
        &mut self,
        query: &Query,
        input: Table,
        outer: Option<&Row>,
    ) -> Evaluated<Table> {
        let mut table = input;
        for part in &query.parts {
            table = self.composite(part, &table, outer)?;
            if outer.is_some() && query.parts.len() > 1 {
                keep(&mut table, outer);
            }
        }
        Ok(table)
    }

    fn composite(
        &mut self,
        query: &CompositeQuery,
        input: &Table,
        outer: Option<&Row>,
    ) -> Evaluated<Table> {
        let mut result = self.single(&query.first, input.clone(), outer)?;
        for part in &query.rest {
            if part.operator == SetOperator::Otherwise && !result.rows.is_empty() {
                continue;
            }
            let next = self.single(&part.query, input.clone(), outer)?;
            let same = next.names.len() == result.names.len()
                && next.names.iter().all(|name| result.names.contains(name));
            if !same {
                let message = "the arms of a query have different columns";
                return error(ErrorClass::SyntaxError, message);
            }
            let rows = std::mem::take(&mut result.rows);
            result.rows = combined(rows, next.rows, part.operator, part.all, &result.names);
        }
        Ok(result)
    }

    fn single(
        &mut self,
        query: &SingleQuery,
        input: Table,
        outer: Option<&Row>,
    ) -> Evaluated<Table> {
        match query.clauses.as_slice() {
            [Clause { kind: ClauseKind::Nested(inner), .. }] => {
                return self.query(inner, input, outer);
            }
            [Clause { kind: ClauseKind::Conditional { branches, otherwise }, .. }] => {
                return self.conditional(branches, otherwise.as_ref(), &input, outer);
            }
            _ => {}
        }
        let mut table = input;
        for clause in &query.clauses {
            table = self.clause(clause, table, outer)?;
        }
        let returns =
            matches!(query.clauses.last(), Some(Clause { kind: ClauseKind::Return(_), .. }));
        // Without RETURN a statement has no rows; a subquery has those of its last clause.
        Ok(if returns || outer.is_some() { table } else { Table::default() })
    }

    /// Each row goes through the query of the first condition that is true.
    fn conditional(
        &mut self,
        branches: &[(Expression, SingleQuery)],
        otherwise: Option<&SingleQuery>,
        input: &Table,
        outer: Option<&Row>,
    ) -> Evaluated<Table> {
        let mut out: Option<Table> = None;
        for row in &input.rows {
            let mut taken = otherwise;
            for (condition, query) in branches {
                if truth(&self.value(condition, row)?)? == Some(true) {
                    taken = Some(query);
                    break;
                }
            }
            let Some(query) = taken else { continue };
            let alone = Table { names: input.names.clone(), rows: vec![row.clone()] };
            let found = self.single(query, alone, outer)?;
            match &mut out {
                Some(out) => out.rows.extend(found.rows),
                None => out = Some(found),
            }
        }
        match (out, branches.first()) {
            (Some(out), _) => Ok(out),
            (None, Some((_, query))) => Ok(Table { names: columns(query)?, rows: Vec::new() }),
            (None, None) => Ok(Table::default()),
        }
    }

    /// `CALL (…) { query }`: the query runs for each row.
    pub(crate) fn call_query(
        &mut self,
        optional: bool,
        scope: &CallScope,
        query: &Query,
        table: Table,
    ) -> Evaluated<Table> {
        let inner = query_columns(query)?;
        let mut out = Table { names: table.names.clone(), rows: Vec::new() };
        inner.iter().for_each(|name| out.add_name(name));
        for row in table.rows {
            let seen: Row = match scope {
                CallScope::All => row.clone(),
                CallScope::Importing if imports(query)? => row.clone(),
                CallScope::Importing => Row::new(),
                CallScope::Variables(names) => names
                    .iter()
                    .map(|name| {
                        (name.text.clone(), row.get(&name.text).cloned().unwrap_or_default())
                    })
                    .collect(),
            };
            let kept = (*scope != CallScope::Importing).then_some(&seen);
            let input = Table { names: seen.keys().cloned().collect(), rows: vec![seen.clone()] };
            let found = self.query(query, input, kept)?;
            if inner.is_empty() {
                out.rows.push(row);
                continue;
            }
            if found.rows.is_empty() && optional {
                let nulls = inner.iter().map(|name| (name.clone(), Value::Null));
                out.rows.push(row.clone().into_iter().chain(nulls).collect());
            }
            for found in found.rows {
                let new = inner.iter().map(|name| (name.clone(), found[name].clone()));
                out.rows.push(row.clone().into_iter().chain(new).collect());
            }
        }
        Ok(out)
    }

    /// `FOREACH (variable IN list | clauses)`.
    pub(crate) fn foreach(
        &mut self,
        variable: &Arc<str>,
        list: &Expression,
        clauses: &[Clause],
        table: &Table,
    ) -> Evaluated<()> {
        let first = Rc::new(Machine { before: None, ..self.clone() });
        for row in &table.rows {
            // The list looks at the graph as it was before the clause.
            self.before = Some((first.clone(), Vec::new()));
            let items = self.value(list, row);
            self.before = None;
            let items = match items? {
                Value::Null => continue,
                Value::List(items) => items,
                _ => return wrong_type("FOREACH goes over a list"),
            };
            for item in items.iter() {
                let mut row = row.clone();
                row.insert(variable.clone(), item.clone());
                let names = row.keys().cloned().collect();
                let mut rows = Table { names, rows: vec![row] };
                for clause in clauses {
                    rows = self.clause(clause, rows, None)?;
                }
            }
        }
        Ok(())
    }
}

/// Lets the variables of an outer row be seen in every row.
fn keep(table: &mut Table, outer: Option<&Row>) {
    for (name, value) in outer.into_iter().flatten() {
        table.add_name(name);
        for row in &mut table.rows {
            row.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// The rows of two queries as one operator puts them together.
fn combined(
    mut rows: Vec<Row>,
    mut others: Vec<Row>,
    operator: SetOperator,
    all: bool,
    names: &[Arc<str>],
) -> Vec<Row> {
    let same = |a: &Row, b: &Row| names.iter().all(|name| equivalent(&a[name], &b[name]));
    match operator {
        SetOperator::Otherwise => others,
        SetOperator::Union => {
            rows.append(&mut others);
            if all { rows } else { distinct(rows, names) }
        }
        SetOperator::Except | SetOperator::Intersect => {
            let wanted = operator == SetOperator::Intersect;
            if !all {
                rows = distinct(rows, names);
                rows.retain(|row| others.iter().any(|other| same(row, other)) == wanted);
                return rows;
            }
            // Each row of the other query stands for one of these.
            rows.retain(|row| {
                let place = others.iter().position(|other| same(row, other));
                if let Some(place) = place {
                    others.swap_remove(place);
                }
                place.is_some() == wanted
            });
            rows
        }
    }
}

/// The columns that a query returns, without running it.
fn query_columns(query: &Query) -> Evaluated<Vec<Arc<str>>> {
    match query.parts.last() {
        Some(part) => columns(&part.first),
        None => Ok(Vec::new()),
    }
}

fn columns(query: &SingleQuery) -> Evaluated<Vec<Arc<str>>> {
    match query.clauses.last().map(|clause| &clause.kind) {
        Some(ClauseKind::Return(projection)) if projection.star => unsupported("RETURN * in CALL"),
        Some(ClauseKind::Return(projection)) => {
            Ok(projection.items.iter().map(projection::name).collect())
        }
        Some(ClauseKind::Nested(inner)) => query_columns(inner),
        Some(ClauseKind::Conditional { branches, .. }) => match branches.first() {
            Some((_, query)) => columns(query),
            None => Ok(Vec::new()),
        },
        Some(ClauseKind::Call { .. }) => unsupported("CALL of a procedure"),
        _ => Ok(Vec::new()),
    }
}

/// Whether the arms of a query begin with a WITH that names outer variables.
fn imports(query: &Query) -> Evaluated<bool> {
    let Some(first) = query.parts.first() else { return Ok(false) };
    let singles = std::iter::once(&first.first).chain(first.rest.iter().map(|part| &part.query));
    let mut importing = Vec::new();
    for single in singles {
        importing.push(match single.clauses.first().map(|clause| &clause.kind) {
            Some(ClauseKind::With { projection, .. }) => {
                let plain = projection.items.iter().all(|item| {
                    item.alias.is_none()
                        && matches!(item.expression.kind, ExpressionKind::Variable(_))
                });
                if !plain {
                    return unsupported("a WITH that computes at the beginning of CALL");
                }
                true
            }
            Some(ClauseKind::Nested(_) | ClauseKind::Conditional { .. }) => {
                return unsupported("an importing WITH within braces");
            }
            _ => false,
        });
    }
    if importing.iter().any(|one| *one != importing[0]) {
        return unsupported("a WITH that imports in some arms");
    }
    Ok(importing[0])
}
