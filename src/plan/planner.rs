//! The planner: bound query to logical plan. Patterns are ordered, everything else
//! keeps the order of the clauses.

use super::operator::{
    CopyFrom, CopyTo, Operator, OperatorKind, Plan, StatementPlan, SubqueryPlan,
};
use super::optimise::Rule;
use super::order::order;
use super::predicates::free_variables;
use super::statistics::Statistics;
use crate::bind::expression::{Expression, SubqueryId, VariableId};
use crate::bind::query::{
    AggregateCall, ApplyKind, BoundClause, BoundKind, BoundQuery, BoundSingle, BoundStatement,
    BoundSubquery, QueryGraph,
};
use crate::bind::schema::Definition;
use crate::syntax::diagnostic::Span;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::sync::Arc;

/// Rows that a file is guessed to have.
const FILE_ROWS: f64 = 1000.0;

/// Plans a statement for a graph of these statistics.
/// Of the rules those have a say that join clauses.
pub fn plan(
    statement: &BoundStatement,
    rules: &[&dyn Rule],
    statistics: &dyn Statistics,
) -> StatementPlan {
    let first = u32::try_from(statement.names.len()).unwrap_or(u32::MAX);
    let next = Cell::new(first);
    let planner = Planner { subqueries: &statement.subqueries, rules, statistics, next };
    let (mut root, _) = planner.query(&statement.query, &HashSet::new(), 1.0);
    let columns = statement.query.columns.clone();
    if columns.is_empty() {
        root.operators.push(Operator { kind: OperatorKind::Discard, estimate: 0.0, span: None });
    }
    let subqueries = statement
        .subqueries
        .iter()
        .map(|subquery| {
            let argument: HashSet<VariableId> = subquery.outer.iter().copied().collect();
            let (plan, _) = planner.query(&subquery.query, &argument, 1.0);
            SubqueryPlan {
                kind: subquery.kind,
                plan,
                outer: subquery.outer.clone(),
                result: subquery.result,
                first: false,
            }
        })
        .collect();
    let writes = root.writes();
    let variables = planner.next.get();
    let asked = Vec::new();
    StatementPlan { root, subqueries, columns, writes, support: None, variables, asked }
}

/// The plan of a statement about the schema.
pub fn plan_definition(definition: Definition) -> StatementPlan {
    let span = Some(definition.span);
    let kind = OperatorKind::Define(Box::new(definition));
    let root = Plan { operators: vec![Operator { kind, estimate: 0.0, span }] };
    StatementPlan {
        root,
        subqueries: Vec::new(),
        columns: Vec::new(),
        writes: true,
        support: None,
        variables: 0,
        asked: Vec::new(),
    }
}

/// The plan of a statement that makes elements of files.
pub fn plan_copy_from(copy: CopyFrom) -> StatementPlan {
    let span = Some(copy.file.span);
    let names = ["file", "line", "reason"].map(Arc::from);
    let columns = copy.bad.iter().flat_map(|bad| names.iter().cloned().zip(*bad)).collect();
    let variables = if copy.bad.is_some() { 3 } else { 0 };
    let kind = OperatorKind::CopyFrom(Box::new(copy));
    let root = Plan { operators: vec![Operator { kind, estimate: 0.0, span }] };
    StatementPlan {
        root,
        subqueries: Vec::new(),
        columns,
        writes: true,
        support: None,
        variables,
        asked: Vec::new(),
    }
}

/// Writes what a query returns into a file. Its plan is optimised already: to whoever looks
/// at it, the rows come out of it as ever.
pub fn plan_copy_to(plan: &mut StatementPlan, copy: CopyTo) {
    plan.columns = vec![("rows".into(), copy.rows)];
    plan.variables = plan.variables.max(copy.rows.0.saturating_add(1));
    let span = Some(copy.file.span);
    let kind = OperatorKind::CopyTo(Box::new(copy));
    plan.root.operators.push(Operator { kind, estimate: 1.0, span });
}

struct Planner<'a> {
    subqueries: &'a [BoundSubquery],
    rules: &'a [&'a dyn Rule],
    statistics: &'a dyn Statistics,
    /// The number of the next variable that the text does not know.
    next: Cell<u32>,
}

/// A plan being built: its operators, the variables of its rows, and how many rows.
struct Building {
    operators: Vec<Operator>,
    bound: HashSet<VariableId>,
    rows: f64,
    span: Span,
}

impl Building {
    fn push(&mut self, kind: OperatorKind) {
        self.operators.push(Operator { kind, estimate: self.rows, span: Some(self.span) });
    }

    fn extend(&mut self, columns: &[(VariableId, Expression)]) {
        if !columns.is_empty() {
            self.bound.extend(columns.iter().map(|(id, _)| *id));
            self.push(OperatorKind::Extend(columns.to_vec()));
        }
    }
}

impl Planner<'_> {
    fn query(&self, query: &BoundQuery, argument: &HashSet<VariableId>, rows: f64) -> (Plan, f64) {
        if let [only] = query.arms.as_slice() {
            return self.single(only, argument, rows);
        }
        let (kind, total) = self.union(query, argument, rows, &[]);
        (Plan { operators: vec![Operator { kind, estimate: total, span: None }] }, total)
    }

    /// The arms of a query; their rows keep the variables `kept` besides.
    fn union(
        &self,
        query: &BoundQuery,
        argument: &HashSet<VariableId>,
        rows: f64,
        kept: &[VariableId],
    ) -> (OperatorKind, f64) {
        let with_kept = |columns: &[(Arc<str>, VariableId)]| {
            columns.iter().map(|(_, id)| *id).chain(kept.iter().copied()).collect()
        };
        let mut total = 0.0;
        let mut arms = Vec::with_capacity(query.arms.len());
        for arm in &query.arms {
            let (plan, rows) = self.single(arm, argument, rows);
            total += rows;
            arms.push((plan, with_kept(&arm.columns)));
        }
        let columns = with_kept(&query.columns);
        let (operator, all) = (query.operator, query.all);
        (OperatorKind::Union { arms, columns, operator, all, supported: false }, total)
    }

    fn single(
        &self,
        query: &BoundSingle,
        argument: &HashSet<VariableId>,
        rows: f64,
    ) -> (Plan, f64) {
        let mut building = Building {
            operators: Vec::new(),
            bound: argument.clone(),
            rows,
            span: Span::default(),
        };
        let mut clauses = Cow::Borrowed(query.clauses.as_slice());
        for rule in self.rules {
            if let Some(joined) = rule.join(&clauses) {
                clauses = Cow::Owned(joined);
            }
        }
        for clause in clauses.as_ref() {
            building.span = clause.span;
            self.clause(clause, argument, &mut building);
        }
        (Plan { operators: building.operators }, building.rows)
    }

    /// A variable that no other has.
    fn invent(&self) -> VariableId {
        let id = self.next.get();
        self.next.set(id.saturating_add(1));
        VariableId(id)
    }

    fn outer(&self) -> impl Fn(SubqueryId) -> Vec<VariableId> + '_ {
        |id| {
            self.subqueries
                .get(id.0 as usize)
                .map(|subquery| subquery.outer.clone())
                .unwrap_or_default()
        }
    }

    fn clause(
        &self,
        clause: &BoundClause,
        argument: &HashSet<VariableId>,
        building: &mut Building,
    ) {
        match &clause.kind {
            BoundKind::Match { .. } => self.pattern(clause, building),
            BoundKind::Unwind { list, variable, position } => {
                building.rows *= 10.0;
                building.bound.insert(*variable);
                building.bound.extend(position.iter().map(|(id, _)| *id));
                building.push(OperatorKind::Unwind {
                    list: list.clone(),
                    variable: *variable,
                    position: *position,
                });
            }
            BoundKind::LoadCsv(load) => {
                building.rows *= FILE_ROWS;
                building.bound.extend([load.variable, load.file, load.line]);
                building.push(OperatorKind::LoadCsv(load.clone()));
            }
            BoundKind::Apply { query, imports, introduced, kind } => {
                let argument = imports.iter().copied().filter(|id| building.bound.contains(id));
                let (mut plan, rows) = self.query(query, &argument.collect(), building.rows);
                match kind {
                    ApplyKind::Each => building.rows = rows,
                    ApplyKind::Optional => building.rows = rows.max(building.rows),
                    ApplyKind::Unit => plan.operators.push(Operator {
                        kind: OperatorKind::Discard,
                        estimate: 0.0,
                        span: None,
                    }),
                }
                building.bound.extend(introduced);
                building.push(OperatorKind::Apply {
                    plan,
                    introduced: introduced.clone(),
                    kind: *kind,
                });
            }
            BoundKind::Composite(query) => {
                // The variables of a subquery's outer row stay visible.
                let mut kept: Vec<VariableId> =
                    argument.iter().copied().filter(|id| building.bound.contains(id)).collect();
                kept.sort_unstable();
                let (kind, rows) = self.union(query, &building.bound, building.rows, &kept);
                building.rows = rows;
                building.bound = query.columns.iter().map(|(_, id)| *id).chain(kept).collect();
                building.push(kind);
            }
            BoundKind::Extend(columns) => building.extend(columns),
            BoundKind::Project(columns) => {
                // A subquery keeps the variables of its outer row visible.
                let kept: Vec<VariableId> =
                    argument.iter().copied().filter(|id| building.bound.contains(id)).collect();
                building.bound = columns.iter().map(|(id, _)| *id).collect();
                let mut all = columns.clone();
                for id in kept {
                    if building.bound.insert(id) {
                        all.push((id, variable(id, clause.span)));
                    }
                }
                building.push(OperatorKind::Project(all));
            }
            BoundKind::Aggregate { keys, aggregates } => {
                aggregate(keys, aggregates, argument, building);
            }
            BoundKind::Distinct => building.push(OperatorKind::Distinct),
            BoundKind::Sort(keys) => {
                building.push(OperatorKind::Sort { keys: keys.clone(), limit: None });
            }
            BoundKind::Skip(count) => building.push(OperatorKind::Skip(count.clone())),
            BoundKind::Limit(count) => {
                if let crate::bind::expression::ExpressionKind::Literal(
                    crate::value::Value::Integer(n),
                ) = &count.kind
                {
                    building.rows = building.rows.min(*n as f64);
                }
                building.push(OperatorKind::Limit(count.clone()));
            }
            BoundKind::Filter(predicates) => {
                building.rows *= 0.4;
                building.push(OperatorKind::Filter(predicates.clone()));
            }
            BoundKind::Call { name, arguments, yields, void, writes } => {
                building.bound.extend(yields.iter().map(|(_, id)| *id));
                building.push(OperatorKind::ProcedureCall {
                    name: name.clone(),
                    arguments: arguments.clone(),
                    yields: yields.clone(),
                    void: *void,
                    writes: *writes,
                });
            }
            BoundKind::Create { .. }
            | BoundKind::Merge { .. }
            | BoundKind::Set(_)
            | BoundKind::Remove(_)
            | BoundKind::Delete { .. } => {
                self.update(clause, building);
            }
        }
    }

    fn pattern(&self, clause: &BoundClause, building: &mut Building) {
        let BoundKind::Match { optional, graph, predicates, paths, introduced } = &clause.kind
        else {
            return;
        };
        let outer = self.outer();
        // A path exists once all its parts do: what reads it comes after.
        let made: HashSet<VariableId> = paths.iter().map(|(path, _)| *path).collect();
        let reads_path =
            |predicate: &&Expression| !free_variables(predicate, &outer).is_disjoint(&made);
        let (late, early): (Vec<_>, Vec<_>) = predicates.iter().partition(reads_path);
        let early: Vec<Expression> = early.into_iter().cloned().collect();
        let (mut operators, mut rows) = self.ordered(graph, &early, &building.bound, building.rows);
        building.bound.extend(introduced);
        let span = Some(clause.span);
        if !paths.is_empty() {
            operators.push(Operator {
                kind: OperatorKind::Extend(paths.clone()),
                estimate: rows,
                span,
            });
        }
        if !late.is_empty() {
            rows *= 0.4;
            let kind = OperatorKind::Filter(late.into_iter().cloned().collect());
            operators.push(Operator { kind, estimate: rows, span });
        }
        if *optional {
            building.rows = rows.max(building.rows);
            building.push(OperatorKind::Apply {
                plan: Plan { operators },
                introduced: introduced.clone(),
                kind: ApplyKind::Optional,
            });
        } else {
            building.rows = rows;
            building.operators.append(&mut operators);
        }
    }

    /// The operators that find a pattern, and how many rows they give.
    fn ordered(
        &self,
        graph: &QueryGraph,
        predicates: &[Expression],
        bound: &HashSet<VariableId>,
        rows: f64,
    ) -> (Vec<Operator>, f64) {
        let (outer, invent) = (self.outer(), || self.invent());
        order(graph, predicates, bound, rows, self.statistics, &outer, &invent)
    }

    fn update(&self, clause: &BoundClause, building: &mut Building) {
        match &clause.kind {
            BoundKind::Create { items, paths } => {
                building.bound.extend(items.iter().map(crate::bind::item::CreateItem::variable));
                building.push(OperatorKind::Create(items.clone()));
                building.extend(paths);
            }
            BoundKind::Merge {
                graph,
                predicates,
                create,
                on_create,
                on_match,
                paths,
                introduced,
            } => {
                let (operators, _) = self.ordered(graph, predicates, &building.bound, 1.0);
                building.bound.extend(introduced);
                building.push(OperatorKind::Merge {
                    plan: Plan { operators },
                    create: create.clone(),
                    on_create: on_create.clone(),
                    on_match: on_match.clone(),
                    introduced: introduced.clone(),
                });
                building.extend(paths);
            }
            BoundKind::Set(items) => building.push(OperatorKind::Set(items.clone())),
            BoundKind::Remove(items) => building.push(OperatorKind::Remove(items.clone())),
            BoundKind::Delete { detach, targets } => {
                building.push(OperatorKind::Delete { detach: *detach, targets: targets.clone() });
            }
            _ => {}
        }
    }
}

/// Groups, and keeps the variables of a subquery's outer row visible: as further keys,
/// or, since without keys there is one row whatever comes in, by applying all that
/// comes before to the outer row.
fn aggregate(
    keys: &[(VariableId, Expression)],
    aggregates: &[(VariableId, AggregateCall)],
    argument: &HashSet<VariableId>,
    building: &mut Building,
) {
    building.rows = if keys.is_empty() { 1.0 } else { building.rows.sqrt() };
    building.bound = keys.iter().map(|(id, _)| *id).collect();
    building.bound.extend(aggregates.iter().map(|(id, _)| *id));
    let mut keys = keys.to_vec();
    let alone = keys.is_empty();
    for &id in argument {
        if building.bound.insert(id) && !alone {
            keys.push((id, variable(id, building.span)));
        }
    }
    building.push(OperatorKind::Aggregate { keys, aggregates: aggregates.to_vec(), support: None });
    if alone && !argument.is_empty() {
        let plan = Plan { operators: std::mem::take(&mut building.operators) };
        let introduced = aggregates.iter().map(|(id, _)| *id).collect();
        building.push(OperatorKind::Apply { plan, introduced, kind: ApplyKind::Each });
    }
}

fn variable(id: VariableId, span: Span) -> Expression {
    Expression::new(crate::bind::expression::ExpressionKind::Variable(id), span)
}
