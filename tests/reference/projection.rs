//! WITH and RETURN: columns, groups, DISTINCT, ORDER BY, SKIP, LIMIT, WHERE.

use super::aggregate::calls;
use super::compare::{equivalent, order};
use super::expression::{Aggregated, truth};
use super::{Evaluated, Machine, Row, Table, error};
use dossier::syntax::ast::{
    Expression, ExpressionKind, Name, NullOrder, Projection, ProjectionItem,
};
use dossier::syntax::print_expression;
use dossier::value::{ErrorClass, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// A projected row with what ORDER BY and WHERE may look at beside it.
struct Projected {
    row: Row,
    around: Row,
    aggregated: Aggregated,
}

/// Rows that differ, by the values of these columns.
pub(crate) fn distinct(rows: Vec<Row>, names: &[Arc<str>]) -> Vec<Row> {
    let mut kept: Vec<Row> = Vec::new();
    for row in rows {
        let same = |other: &Row| names.iter().all(|name| equivalent(&row[name], &other[name]));
        if !kept.iter().any(same) {
            kept.push(row);
        }
    }
    kept
}

/// The name of a column.
pub(crate) fn name(item: &ProjectionItem) -> Arc<str> {
    match (&item.alias, &item.expression.kind) {
        (Some(alias), _) => alias.text.clone(),
        (None, ExpressionKind::Variable(name)) => name.clone(),
        (None, _) => item.text.clone(),
    }
}

/// What rows are grouped by.
enum Key<'p> {
    Column(&'p ProjectionItem),
    /// A variable that is there before.
    Variable(&'p Arc<str>),
}

/// What GROUP BY names, columns before variables; without it the columns that aggregate
/// nothing.
fn keys(projection: &Projection) -> Vec<Key<'_>> {
    let items = projection.items.iter();
    let Some(group) = &projection.group else {
        let plain = items.filter(|item| calls(&item.expression).is_empty());
        return plain.map(Key::Column).collect();
    };
    let key =
        |of: &Name| projection.items.iter().find(|item| name(item) == of.text).map(Key::Column);
    group.iter().map(|of| key(of).unwrap_or(Key::Variable(&of.text))).collect()
}

/// Refuses to group by what is not there or is aggregated, and columns that read what is
/// not grouped by.
fn check(
    projection: &Projection,
    group: &[Name],
    keys: &[Key<'_>],
    table: &Table,
) -> Evaluated<()> {
    let mut texts = Vec::new();
    for key in keys {
        match key {
            Key::Column(item) if !calls(&item.expression).is_empty() => {
                return error(ErrorClass::SyntaxError, "an aggregate is not grouped by");
            }
            Key::Column(item) => texts.push(print_expression(&item.expression)),
            Key::Variable(name) if !table.names.contains(name) => {
                return error(ErrorClass::SyntaxError, format!("no variable {name}"));
            }
            Key::Variable(_) => {}
        }
    }
    let grouped = |name: &Arc<str>| group.iter().any(|one| one.text == *name);
    let is_column = |item: &ProjectionItem| {
        keys.iter().any(|key| matches!(key, Key::Column(one) if std::ptr::eq(*one, item)))
    };
    let free: Vec<&Arc<str>> = table.names.iter().filter(|name| !grouped(name)).collect();
    for item in projection.items.iter().filter(|item| !is_column(item)) {
        if reads(&item.expression, &free, &texts) {
            return error(ErrorClass::SyntaxError, format!("{} is not grouped by", name(item)));
        }
    }
    Ok(())
}

/// Whether an expression reads one of these variables outside of aggregates and of what is
/// grouped by.
fn reads(expression: &Expression, names: &[&Arc<str>], grouped: &[String]) -> bool {
    let text = print_expression(expression);
    if grouped.contains(&text)
        || calls(expression).iter().any(|call| std::ptr::eq(*call, expression))
    {
        return false;
    }
    let word = |name: &&&Arc<str>| {
        text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .any(|word| word == &****name)
    };
    match &expression.kind {
        ExpressionKind::Variable(name) => names.contains(&name),
        ExpressionKind::Subquery(..)
        | ExpressionKind::PatternPredicate(_)
        | ExpressionKind::PatternComprehension { .. } => names.iter().any(|name| word(&name)),
        _ => {
            let mut found = false;
            expression.for_each_child(&mut |child| found |= reads(child, names, grouped));
            found
        }
    }
}

impl Machine {
    /// The table after WITH (with its WHERE) or RETURN. In a subquery the variables
    /// around it stay visible after WITH.
    pub(crate) fn project(
        &self,
        projection: &Projection,
        predicate: Option<&Expression>,
        table: Table,
        outer: Option<&Row>,
    ) -> Evaluated<Table> {
        let mut names: Vec<Arc<str>> =
            if projection.star { table.names.clone() } else { Vec::new() };
        names.extend(projection.items.iter().map(name));
        if names.iter().enumerate().any(|(at, name)| names[..at].contains(name)) {
            return error(ErrorClass::SyntaxError, "two columns of one name");
        }
        let aggregates = projection.group.is_some()
            || projection.items.iter().any(|item| !calls(&item.expression).is_empty());
        let mut rows = if aggregates {
            self.grouped(projection, &table, predicate)?
        } else {
            self.plain(projection, &table)?
        };
        if projection.distinct {
            let mut kept: Vec<Projected> = Vec::new();
            for one in rows {
                let same = |other: &Projected| {
                    names.iter().all(|name| equivalent(&one.row[name], &other.row[name]))
                };
                if !kept.iter().any(same) {
                    kept.push(one);
                }
            }
            rows = kept;
        }
        self.sort(projection, &mut rows)?;
        let skip = self.count(projection.skip.as_ref())?.unwrap_or(0);
        let limit = self.count(projection.limit.as_ref())?.unwrap_or(usize::MAX);
        let mut out = Table { names, rows: Vec::new() };
        for one in rows.into_iter().skip(skip).take(limit) {
            if let Some(predicate) = predicate {
                let value = self.evaluate(predicate, &one.seen(), &one.aggregated)?;
                if truth(&value)? != Some(true) {
                    continue;
                }
            }
            out.rows.push(one.row);
        }
        for (name, value) in outer.into_iter().flatten() {
            out.add_name(name);
            for row in &mut out.rows {
                row.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(out)
    }

    fn plain(&self, projection: &Projection, table: &Table) -> Evaluated<Vec<Projected>> {
        let mut rows = Vec::new();
        for before in &table.rows {
            let mut row = if projection.star { star(table, before) } else { Row::new() };
            for item in &projection.items {
                row.insert(name(item), self.value(&item.expression, before)?);
            }
            rows.push(Projected { row, around: before.clone(), aggregated: Aggregated::new() });
        }
        Ok(rows)
    }

    fn grouped(
        &self,
        projection: &Projection,
        table: &Table,
        predicate: Option<&Expression>,
    ) -> Evaluated<Vec<Projected>> {
        let keys = keys(projection);
        let by_all = projection.star && projection.group.is_none();
        if let Some(group) = &projection.group {
            check(projection, group, &keys, table)?;
        }
        let mut groups: Vec<(Vec<Value>, Vec<&Row>)> = Vec::new();
        for row in &table.rows {
            let value = |key: &Key<'_>| match key {
                Key::Column(item) => self.value(&item.expression, row),
                Key::Variable(name) => Ok(row.get(*name).cloned().unwrap_or_default()),
            };
            let mut key = keys.iter().map(value).collect::<Evaluated<Vec<_>>>()?;
            if by_all {
                key.extend(table.names.iter().map(|name| row[name].clone()));
            }
            let same = |group: &&mut (Vec<Value>, Vec<&Row>)| {
                group.0.iter().zip(&key).all(|(x, y)| equivalent(x, y))
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.1.push(row),
                None => groups.push((key, vec![row])),
            }
        }
        if groups.is_empty() && keys.is_empty() && !by_all {
            groups.push((Vec::new(), Vec::new()));
        }
        let everywhere = projection
            .items
            .iter()
            .map(|item| &item.expression)
            .chain(projection.order.iter().map(|item| &item.expression))
            .chain(predicate);
        let wanted: Vec<&Expression> = everywhere.flat_map(calls).collect();
        let mut rows = Vec::new();
        for (_, group) in &groups {
            let mut aggregated = Aggregated::new();
            for call in &wanted {
                aggregated.insert(std::ptr::from_ref(*call), self.aggregate(call, group)?);
            }
            let around = group.first().map(|row| (*row).clone()).unwrap_or_default();
            let mut row = if projection.star { star(table, &around) } else { Row::new() };
            for item in &projection.items {
                row.insert(name(item), self.evaluate(&item.expression, &around, &aggregated)?);
            }
            rows.push(Projected { row, around, aggregated });
        }
        Ok(rows)
    }

    fn sort(&self, projection: &Projection, rows: &mut Vec<Projected>) -> Evaluated<()> {
        if projection.order.is_empty() {
            return Ok(());
        }
        let mut keyed = Vec::new();
        for one in std::mem::take(rows) {
            let seen = one.seen();
            let mut keys = Vec::new();
            for item in &projection.order {
                // A projected expression is that column, whatever the names in it mean now.
                let text = print_expression(&item.expression);
                let column = projection
                    .items
                    .iter()
                    .find(|other| print_expression(&other.expression) == text);
                keys.push(match column {
                    Some(column) => one.row[&name(column)].clone(),
                    None => self.evaluate(&item.expression, &seen, &one.aggregated)?,
                });
            }
            keyed.push((keys, one));
        }
        keyed.sort_by(|(a, _), (b, _)| {
            let pairs = a.iter().zip(b).zip(&projection.order);
            pairs
                .map(|((x, y), item)| {
                    let order = order(x, y);
                    let nulls = x.is_null().cmp(&y.is_null());
                    match item.nulls {
                        Some(NullOrder::First) if nulls.is_ne() => nulls.reverse(),
                        Some(NullOrder::Last) if nulls.is_ne() => nulls,
                        _ if item.descending => order.reverse(),
                        _ => order,
                    }
                })
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        rows.extend(keyed.into_iter().map(|(_, one)| one));
        Ok(())
    }

    /// The number of rows that SKIP or LIMIT names.
    fn count(&self, expression: Option<&Expression>) -> Evaluated<Option<usize>> {
        let Some(expression) = expression else { return Ok(None) };
        match self.value(expression, &Row::new())? {
            Value::Integer(count) if count >= 0 => Ok(Some(count as usize)),
            _ => error(ErrorClass::ArgumentError, "SKIP and LIMIT take a number of rows"),
        }
    }
}

/// What `*` stands for in a row.
fn star(table: &Table, row: &Row) -> Row {
    let named = |(name, _): &(&Arc<str>, &Value)| table.names.contains(name);
    row.iter().filter(named).map(|(name, value)| (name.clone(), value.clone())).collect()
}

impl Projected {
    /// The columns over the variables of before.
    fn seen(&self) -> Row {
        let mut seen = self.around.clone();
        seen.extend(self.row.clone());
        seen
    }
}
