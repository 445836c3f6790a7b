//! Liveness: after which operator of a plan a variable is no longer read.
//!
//! A plan is a straight line and a variable id is never reused for another
//! meaning, so that one number for each variable tells it all: the last operator
//! that reads it. A column whose last reader is behind it need not be carried on.

use super::layout::Layout;
use crate::bind::expression::{AccessStep, Expression, ExpressionKind, VariableId};
use crate::plan::count::CountStart;
use crate::plan::operator::{
    CreateItem, Operator, OperatorKind, Plan, RemoveItem, SetItem, StatementPlan,
};
use crate::plan::path::PathSearch;
use crate::plan::seek::IndexSearch;
use crate::plan::zone::ZoneCondition;
use hashbrown::{HashMap, HashSet};

/// For each variable the number of the last operator that reads it, and for each operator
/// what it reads.
#[derive(Debug, Default)]
pub(super) struct Liveness {
    last_use: HashMap<VariableId, usize>,
    reads: Vec<Vec<VariableId>>,
    outputs: Vec<VariableId>,
}

impl Liveness {
    /// Of a plan whose argument has the columns `arguments` and after which `outputs` are read.
    pub(super) fn of(
        statement: &StatementPlan,
        plan: &Plan,
        arguments: &Layout,
        outputs: &[VariableId],
    ) -> Self {
        let mut liveness = Liveness::default();
        let mut columns: Vec<VariableId> = arguments.variables();
        let mut seen = Vec::with_capacity(plan.operators.len());
        for operator in &plan.operators {
            let all = matches!(operator.kind, OperatorKind::Distinct).then(|| columns.clone());
            seen.push(all.unwrap_or_default());
            operator.kind.change_columns(&mut columns);
        }
        outputs.iter().for_each(|&output| liveness.read(output, usize::MAX));
        liveness.outputs = outputs.to_vec();
        // What reads a value stands behind what makes it.
        for (index, operator) in plan.operators.iter().enumerate().rev() {
            let mut reads = seen.pop().unwrap_or_default();
            let mut visitor = Visitor { statement, visit: &mut |variable| reads.push(variable) };
            match &operator.kind {
                OperatorKind::Extend(items) if gives_only_paths(items) => {
                    let read = |id: VariableId| liveness.is_read_after(id, index);
                    let made = items.iter().filter(|(variable, _)| read(*variable));
                    made.for_each(|(_, path)| visitor.expression(path));
                }
                _ => visitor.operator(operator),
            }
            reads.sort_unstable();
            reads.dedup();
            reads.iter().for_each(|&variable| liveness.read(variable, index));
            liveness.reads.push(reads);
        }
        liveness.reads.reverse();
        liveness
    }

    fn read(&mut self, variable: VariableId, index: usize) {
        let last = self.last_use.entry(variable).or_insert(index);
        *last = (*last).max(index);
    }

    /// Whether the operator of that number is the last one to read some variable.
    pub(super) fn ends_at(&self, index: usize) -> bool {
        self.reads(index).iter().any(|&variable| !self.is_read_after(variable, index))
    }

    /// What the operator of that number reads, plans in it included.
    pub(super) fn reads(&self, index: usize) -> &[VariableId] {
        self.reads.get(index).map_or(&[], Vec::as_slice)
    }

    /// What is read of the plan's result.
    pub(super) fn outputs(&self) -> &[VariableId] {
        &self.outputs
    }

    /// Whether the operator of that number or one behind it reads the variable.
    pub(super) fn is_read_from(&self, variable: VariableId, index: usize) -> bool {
        self.last_use.get(&variable).is_some_and(|&last| last >= index)
    }

    /// Whether an operator behind number `index` reads the variable, or the plan's result holds it.
    pub(super) fn is_read_after(&self, variable: VariableId, index: usize) -> bool {
        self.last_use.get(&variable).is_some_and(|&last| last > index)
    }
}

/// Whether nothing but paths is made. A path cannot fail, so one that nobody reads is not made, and
/// neither is what it would be made of.
pub(super) fn gives_only_paths(items: &[(VariableId, Expression)]) -> bool {
    let own = |id: VariableId| items.iter().any(|(variable, _)| *variable == id);
    items.iter().all(|(_, value)| match value.kind {
        ExpressionKind::Path { .. } => true,
        // A path that is there already, and is not made by this very operator.
        ExpressionKind::Variable(path) => !own(path),
        _ => false,
    })
}

/// Every variable that any operator of a plan reads, outer ones among them.
pub(super) fn variables_read(statement: &StatementPlan, plan: &Plan) -> Vec<VariableId> {
    let mut found = Vec::new();
    let mut seen = hashbrown::HashSet::new();
    let mut visitor = Visitor {
        statement,
        visit: &mut |variable| {
            if seen.insert(variable) {
                found.push(variable);
            }
        },
    };
    visitor.plan(plan);
    found
}

/// Calls `visit` for each variable that is read.
struct Visitor<'a> {
    statement: &'a StatementPlan,
    visit: &'a mut dyn FnMut(VariableId),
}

impl Visitor<'_> {
    fn plan(&mut self, plan: &Plan) {
        plan.operators.iter().for_each(|operator| self.operator(operator));
    }

    fn project_endpoints(&mut self, kind: &OperatorKind) {
        let OperatorKind::ProjectEndpoints {
            relationship,
            left,
            left_bound,
            right,
            right_bound,
            distinct_from,
            ..
        } = kind
        else {
            return;
        };
        self.variable(*relationship);
        if *left_bound {
            self.variable(left.variable);
        }
        if *right_bound {
            self.variable(right.variable);
        }
        self.variables(distinct_from);
    }

    fn operator(&mut self, operator: &Operator) {
        match &operator.kind {
            OperatorKind::NodeScan { zones, .. } | OperatorKind::RelationshipScan { zones, .. } => {
                let read = zones.iter().flat_map(ZoneCondition::expressions);
                read.for_each(|expression| self.expression(expression));
            }
            OperatorKind::Distinct
            | OperatorKind::CopyFrom(_)
            | OperatorKind::Define(_)
            | OperatorKind::Discard => {}
            OperatorKind::ProjectEndpoints { .. } => self.project_endpoints(&operator.kind),
            OperatorKind::Expand { from, to, into, distinct_from, .. } => {
                self.variable(from.variable);
                if *into {
                    self.variable(to.variable);
                }
                self.variables(distinct_from);
            }
            OperatorKind::Intersect(intersect) => {
                intersect.reads().for_each(|variable| self.variable(variable));
            }
            OperatorKind::ExpandVariable { from, to, into, properties, distinct_from, .. } => {
                self.variable(from.variable);
                if *into {
                    self.variable(to.variable);
                }
                properties.iter().for_each(|(_, expression)| self.expression(expression));
                self.variables(distinct_from);
            }
            OperatorKind::Trail { relationship, before, .. } => {
                self.variable(*relationship);
                before.iter().for_each(|&set| self.variable(set));
            }
            OperatorKind::Support { elements, supports, .. } => {
                self.variables(elements);
                self.expressions(supports);
            }
            OperatorKind::PathSearch(search) => self.path_search(search),
            // What holds of the ends reads nothing else.
            OperatorKind::PathCount(count) => {
                if count.start == CountStart::Rows {
                    count.ends.first().into_iter().for_each(|end| self.variable(end.variable));
                }
            }
            // What is asked of the elements themselves is asked before there are rows of them.
            OperatorKind::HashJoin(join) => {
                join.keys.iter().for_each(|(_, sought)| self.expression(sought));
            }
            OperatorKind::IndexSeek { searches, .. } => self.searches(searches),
            OperatorKind::IdSeek { searches, .. } => {
                searches.iter().for_each(|search| self.expression(search.expression()));
            }
            OperatorKind::Filter(predicates) => self.expressions(predicates),
            OperatorKind::Extend(items) | OperatorKind::Project(items) => {
                items.iter().for_each(|(_, expression)| self.expression(expression));
            }
            OperatorKind::Unwind { list: expression, .. }
            | OperatorKind::Skip(expression)
            | OperatorKind::Limit(expression) => self.expression(expression),
            OperatorKind::CopyTo(copy) => {
                copy.columns.iter().for_each(|(_, column)| self.variable(*column));
            }
            OperatorKind::LoadCsv(load) => self.expression(&load.location),
            OperatorKind::Aggregate { keys, aggregates, support } => {
                support.iter().for_each(|(known, _)| self.variable(*known));
                keys.iter().for_each(|(_, expression)| self.expression(expression));
                aggregates.iter().for_each(|(_, call)| self.expressions(&call.arguments));
            }
            OperatorKind::Sort { keys, limit } => {
                keys.iter().for_each(|(expression, _)| self.expression(expression));
                limit.iter().for_each(|expression| self.expression(expression));
            }
            OperatorKind::Apply { plan, .. } => self.plan(plan),
            OperatorKind::Union { arms, .. } => {
                for (plan, columns) in arms {
                    self.plan(plan);
                    self.variables(columns);
                }
            }
            OperatorKind::Create(items) => self.create_items(items),
            OperatorKind::Merge { plan, create, on_create, on_match, .. } => {
                self.plan(plan);
                self.create_items(create);
                self.set_items(on_create);
                self.set_items(on_match);
            }
            OperatorKind::Set(items) => self.set_items(items),
            OperatorKind::Remove(items) => {
                for item in items {
                    if let RemoveItem::Labels(variable, _) = item {
                        self.variable(*variable);
                    }
                    item.expressions().into_iter().for_each(|one| self.expression(one));
                }
            }
            OperatorKind::Delete { targets, .. } => self.expressions(targets),
            OperatorKind::ProcedureCall { arguments, .. } => self.expressions(arguments),
        }
    }

    fn path_search(&mut self, search: &PathSearch) {
        self.variable(search.from.variable);
        if search.into {
            self.variable(search.to.variable);
        }
        search.expressions().for_each(|expression| self.expression(expression));
        search.plans().for_each(|plan| self.plan(plan));
        self.variables(&search.distinct_from);
    }

    fn create_items(&mut self, items: &[CreateItem]) {
        for item in items {
            if let CreateItem::Relationship { start, end, .. } = item {
                self.variables(&[*start, *end]);
            }
            item.expressions().into_iter().for_each(|one| self.expression(one));
        }
    }

    fn set_items(&mut self, items: &[SetItem]) {
        for item in items {
            if let SetItem::Replace(variable, _)
            | SetItem::Merge(variable, _)
            | SetItem::Labels(variable, _) = item
            {
                self.variable(*variable);
            }
            item.expressions().into_iter().for_each(|one| self.expression(one));
        }
    }

    fn searches(&mut self, searches: &[IndexSearch]) {
        let read = searches.iter().flat_map(IndexSearch::expressions);
        read.for_each(|expression| self.expression(expression));
    }

    fn variable(&mut self, variable: VariableId) {
        (self.visit)(variable);
    }

    fn variables(&mut self, variables: &[VariableId]) {
        variables.iter().for_each(|&variable| self.variable(variable));
    }

    fn expressions(&mut self, expressions: &[Expression]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }

    /// The nesting of an expression is bounded by the parser.
    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Literal(_) | ExpressionKind::Parameter(_) => {}
            ExpressionKind::Variable(variable) => self.variable(*variable),
            ExpressionKind::List(items)
            | ExpressionKind::Logical(_, items)
            | ExpressionKind::Function(_, items) => {
                self.expressions(items);
            }
            ExpressionKind::Map(entries) => {
                entries.iter().for_each(|(_, entry)| self.expression(entry));
            }
            ExpressionKind::Property(base, _)
            | ExpressionKind::HasLabels(base, _)
            | ExpressionKind::Not(base)
            | ExpressionKind::Negate(base)
            | ExpressionKind::Attempt(base)
            | ExpressionKind::MayHold(base)
            | ExpressionKind::Before(base)
            | ExpressionKind::Outcome(base)
            | ExpressionKind::Is(base, ..)
            | ExpressionKind::Cast(base, _)
            | ExpressionKind::IsNull(base, _) => self.expression(base),
            ExpressionKind::Index(left, right)
            | ExpressionKind::HasDynamicLabels(left, right, _)
            | ExpressionKind::Comparison(_, left, right)
            | ExpressionKind::Predicate(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExpressionKind::Slice(base, from, to) => {
                self.expression(base);
                from.iter().chain(to).for_each(|end| self.expression(end));
            }
            ExpressionKind::Comparisons(first, rest) => {
                self.expression(first);
                rest.iter().for_each(|(_, operand)| self.expression(operand));
            }
            ExpressionKind::Accesses(base, steps) => {
                self.expression(base);
                steps
                    .iter()
                    .flat_map(AccessStep::expressions)
                    .for_each(|part| self.expression(part));
            }
            ExpressionKind::Arithmetic(first, rest) => {
                self.expression(first);
                rest.iter().for_each(|(_, term)| self.expression(term));
            }
            ExpressionKind::Case { operand, branches, otherwise } => {
                operand.iter().chain(otherwise).for_each(|part| self.expression(part));
                for (when, then) in branches {
                    self.expression(when);
                    self.expression(then);
                }
            }
            ExpressionKind::ListComprehension { list, predicate, projection, .. } => {
                self.expression(list);
                predicate.iter().chain(projection).for_each(|part| self.expression(part));
            }
            ExpressionKind::Quantifier { list, predicate, .. } => {
                self.expression(list);
                self.expression(predicate);
            }
            ExpressionKind::Reduce { initial, list, step, condition, .. } => {
                for part in [initial, list, step].into_iter().chain(condition) {
                    self.expression(part);
                }
            }
            ExpressionKind::Binding { values, body } => {
                values.iter().for_each(|(_, value)| self.expression(value));
                self.expression(body);
            }
            ExpressionKind::Subquery(subquery) => {
                if let Some(subquery) = self.statement.subqueries.get(subquery.0 as usize) {
                    self.variables(&subquery.outer);
                }
            }
            ExpressionKind::Path { start, relationships } => {
                self.variable(*start);
                self.variables(relationships);
            }
            ExpressionKind::MapProjection { base, entries, .. } => {
                self.expression(base);
                entries.iter().for_each(|(_, entry)| self.expression(entry));
            }
        }
    }
}

/// Every variable that these expressions read, each once.
pub(super) fn read_by<'e>(
    statement: &StatementPlan,
    expressions: impl Iterator<Item = &'e Expression>,
) -> Vec<VariableId> {
    let mut found = Vec::new();
    let mut visitor = Visitor { statement, visit: &mut |variable| found.push(variable) };
    expressions.for_each(|expression| visitor.expression(expression));
    found.sort_unstable();
    found.dedup();
    found
}

/// Every variable that items of SET read or change.
pub(super) fn variables_set(statement: &StatementPlan, items: &[SetItem]) -> HashSet<VariableId> {
    let mut found = HashSet::new();
    let mut visitor = Visitor { statement, visit: &mut |variable| _ = found.insert(variable) };
    visitor.set_items(items);
    found
}

/// Whether an expression reads one of these variables.
pub(super) fn reads_any(
    statement: &StatementPlan,
    expression: &Expression,
    variables: &HashSet<VariableId>,
) -> bool {
    let mut reads = false;
    let mut visitor =
        Visitor { statement, visit: &mut |variable| reads |= variables.contains(&variable) };
    visitor.expression(expression);
    reads
}
