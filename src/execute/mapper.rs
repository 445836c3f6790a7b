//! The mapper: logical operators to physical ones.
//!
//! It walks a part of a plan in order and keeps the layout: which variable is in
//! which column. What no later operator reads becomes no column; what an operator reads is
//! raised to the chunk that it takes ([`Raise`]).

use super::aggregate::Aggregate;
use super::apply::Apply;
use super::bound::Bound;
use super::compile::Compiler;
use super::context::{Context, internal};
use super::copy_to::CopyTo;
use super::correlated::ROW_NUMBER;
use super::count::{PathCount, leads_only_to};
use super::distinct::Distinct;
use super::expand::Expand;
use super::expand_variable::ExpandVariable;
use super::expression::Physical;
use super::filter::Filter;
use super::hash_join::HashJoin;
use super::id_seek::IdSeek;
use super::index_seek::IndexSeek;
use super::intersect::Intersect;
use super::layout::{Layout, Raising};
use super::limited::{Limit, Skip, row_count};
use super::liveness::{Liveness, gives_only_paths, read_by};
use super::load_csv::LoadCsv;
use super::path::PathSearch;
use super::pipeline::{Chain, PushOperator};
use super::procedure::ProcedureCall;
use super::project::Extend;
use super::project_endpoints::ProjectEndpoints;
use super::raise::Raise;
use super::reach::Reach;
use super::scan::{NodeScan, RelationshipScan};
use super::set_operation::Combination;
use super::sort::Sort;
use super::support::Support;
use super::trail::Trail;
use super::union::Union;
use super::unwind::Unwind;
use super::zones::Zones;
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::plan::operator::{Operator, OperatorKind};
use crate::plan::zone::{ZoneCondition, ZoneFirst};
use crate::store::{Graph, TypeId};
use crate::syntax::ast::{Direction, EndKind, LabelExpression};
use crate::syntax::diagnostic::Diagnostic;

/// Maps the operators of one plan.
pub(super) struct Mapper<'m, 'a> {
    pub(super) context: &'m Context<'a>,
    liveness: &'m Liveness,
    layout: Layout,
    /// The number of the operator being mapped within its plan.
    place: usize,
    /// What the next sort tells the scan before it, and of which of its keys.
    bound: Option<(Bound, usize)>,
}

type Mapped<T> = Result<T, Diagnostic>;

impl<'m, 'a> Mapper<'m, 'a> {
    /// A mapper for a plan whose rows have this layout so far.
    pub(super) fn new(context: &'m Context<'a>, liveness: &'m Liveness, layout: Layout) -> Self {
        Mapper { context, liveness, layout, place: 0, bound: None }
    }

    /// Maps a part of the plan, of which the first operator has the number `first`.
    pub(super) fn chain(&mut self, operators: &[Operator], first: usize) -> Mapped<Chain> {
        let mut chain = Chain::with_capacity(operators.len() + 1);
        for (index, operator) in operators.iter().enumerate() {
            self.place = first + index;
            let raising = self.raise(&operator.kind);
            let around = (&operators[..index], operators.get(index + 1));
            let mapped = self.operator(operator, around)?;
            chain.push(Raise::before(raising, mapped));
        }
        Ok(chain)
    }

    /// Maps a part of the plan, of which the first operator has the number `first`; gives the
    /// operators, the one that ends them and the layout of its rows: what is still read, or what
    /// is read of the plan where the part is the last.
    pub(super) fn whole(
        mut self,
        operators: &[Operator],
        (first, last): (usize, bool),
    ) -> Mapped<(Chain, Box<dyn PushOperator>, Layout)> {
        let chain = self.chain(operators, first)?;
        let wanted = if last { self.liveness.outputs().to_vec() } else { self.live() };
        let (end, layout) = self.finish(&wanted);
        Ok((chain, end, layout))
    }

    /// Puts what an operator reads on top.
    fn raise(&mut self, kind: &OperatorKind) -> Raising {
        let (place, liveness) = (self.place, self.liveness);
        let live = |variable| variable == ROW_NUMBER || liveness.is_read_from(variable, place);
        let mut reads = liveness.reads(place).to_vec();
        let afresh = match kind {
            OperatorKind::Extend(_) | OperatorKind::Support { .. } => self.layout.is_selected(),
            OperatorKind::Project(items) => {
                // What only gets another name stays where it is.
                let computed = || items.iter().map(|(_, item)| item).filter(|it| !is_variable(it));
                reads = read_by(self.context.statement, computed());
                self.layout.is_selected() && computed().next().is_some()
            }
            OperatorKind::Distinct => {
                reads.extend(self.layout.has(ROW_NUMBER).then_some(ROW_NUMBER));
                self.layout.is_selected()
            }
            OperatorKind::Sort { .. } => {
                reads.extend(self.live());
                true
            }
            OperatorKind::Apply { .. } | OperatorKind::Union { .. } => true,
            OperatorKind::PathSearch(_) => true,
            _ => false,
        };
        self.layout.raise(&reads, afresh, live)
    }

    /// The last operator of a chain, which puts these variables into columns of their own
    /// and lets go of everything else, and the layout of these.
    pub(super) fn finish(mut self, variables: &[VariableId]) -> (Box<dyn PushOperator>, Layout) {
        let (place, liveness) = (self.place, self.liveness);
        let live = |variable| variable == ROW_NUMBER || liveness.is_read_after(variable, place);
        let raising = self.layout.raise(variables, true, live);
        let (_, layout) = self.layout.retain(|_| true);
        (Box::new(Raise::last(raising)), layout)
    }

    /// What is still read after all that was mapped, with the row's number where it is
    /// carried.
    pub(super) fn live(&self) -> Vec<VariableId> {
        let mut live = self.layout.variables();
        live.retain(|&variable| self.is_read(variable));
        live
    }

    /// A scan of nodes, with the labels that the filter behind it computes.
    fn node_scan(
        &mut self,
        variable: VariableId,
        (labels, zones): (Option<&Labels>, Zones),
        next: Option<&Operator>,
    ) -> Mapped<NodeScan> {
        let computed = next.and_then(|next| self.computed_labels(variable, next));
        let labels = labels.cloned().into_iter().chain(computed).reduce(Labels::and);
        self.go_on();
        let catalog = self.context.graph.catalog();
        let labels = labels.map(|labels| labels.map(&|label| catalog.label_id(label)));
        Ok(NodeScan::new(labels, self.add_if_read(variable), zones))
    }

    /// What a scan asks of zones.
    fn zones(&mut self, zones: &[ZoneCondition], first: Option<&ZoneFirst>) -> Mapped<Zones> {
        let mut zones = self.compiler().zones(zones)?;
        if let Some(first) = first {
            let bound = Bound::default();
            zones.look_for(first, bound.clone());
            self.bound = Some((bound, first.place));
        }
        Ok(zones)
    }

    fn operator(
        &mut self,
        operator: &Operator,
        (before, next): (&[Operator], Option<&Operator>),
    ) -> Mapped<Box<dyn PushOperator>> {
        Ok(match &operator.kind {
            OperatorKind::NodeScan { variable, labels, zones, first } => {
                let zones = self.zones(zones, first.as_ref())?;
                Box::new(self.node_scan(*variable, (labels.as_ref(), zones), next)?)
            }
            OperatorKind::RelationshipScan { variable, types, zones, first } => {
                let zones = self.zones(zones, first.as_ref())?;
                self.go_on();
                let types = self.types(types.as_ref());
                Box::new(RelationshipScan::new(types, self.add_if_read(*variable), zones))
            }
            OperatorKind::HashJoin(join) => Box::new(HashJoin::map(self, join)?),
            OperatorKind::IndexSeek { variable, kind, searches } => {
                Box::new(IndexSeek::map(self, (*kind, *variable), searches, next)?)
            }
            OperatorKind::IdSeek { variable, kind, searches } => {
                Box::new(IdSeek::map(self, (*kind, *variable), searches)?)
            }
            OperatorKind::ProjectEndpoints { .. } => {
                Box::new(ProjectEndpoints::map(self, &operator.kind)?)
            }
            OperatorKind::Expand { .. } => Box::new(Expand::map(self, &operator.kind)?),
            OperatorKind::Intersect(intersect) => {
                Box::new(Intersect::map(self, intersect, before)?)
            }
            OperatorKind::ExpandVariable { once: true, .. } => {
                Box::new(Reach::map(self, &operator.kind)?)
            }
            OperatorKind::ExpandVariable { .. } => {
                Box::new(ExpandVariable::map(self, &operator.kind, operator.span)?)
            }
            OperatorKind::Trail { .. } => Box::new(Trail::map(self, &operator.kind)?),
            OperatorKind::Support { .. } => Box::new(Support::map(self, &operator.kind)?),
            OperatorKind::PathSearch(search) => {
                Box::new(PathSearch::map(self, search, operator.span)?)
            }
            OperatorKind::PathCount(count) => Box::new(PathCount::map(self, count)?),
            OperatorKind::Filter(predicates) => Box::new(self.filter(predicates, before)?),
            OperatorKind::Extend(items) => Box::new(self.extend(items)?),
            OperatorKind::Project(items) => Box::new(self.project(items)?),
            OperatorKind::Unwind { list, variable, position } => {
                Box::new(Unwind::map(self, list, *variable, *position)?)
            }
            OperatorKind::LoadCsv(load) => Box::new(LoadCsv::map(self, load)?),
            OperatorKind::Aggregate { keys, aggregates, support } => {
                Box::new(Aggregate::map(self, keys, aggregates, *support)?)
            }
            OperatorKind::Distinct => Box::new(self.distinct()?),
            OperatorKind::Sort { keys, limit } => Box::new(self.sort(keys, limit.as_ref())?),
            OperatorKind::Skip(count) => {
                self.layout.select();
                Box::new(Skip::new(row_count(self.context, count)?))
            }
            OperatorKind::Limit(count) => {
                self.layout.select();
                Box::new(Limit::new(row_count(self.context, count)?))
            }
            OperatorKind::Apply { plan, introduced, kind } => {
                Box::new(Apply::map(self, plan, introduced, *kind)?)
            }
            OperatorKind::Union { arms, columns, operator, all, supported } => {
                let way = Combination { operator: *operator, all: *all, supported: *supported };
                Box::new(Union::map(self, arms, columns, way)?)
            }
            OperatorKind::ProcedureCall { name, arguments, yields, void, writes: false } => {
                let arguments = self.compiler().all(arguments)?;
                self.go_on();
                let yields = yields
                    .iter()
                    .filter_map(|(column, variable)| self.add_if_read(*variable).then_some(*column))
                    .collect();
                Box::new(ProcedureCall {
                    name: name.clone(),
                    arguments,
                    yields,
                    void: *void,
                    span: operator.span,
                })
            }
            OperatorKind::CopyTo(copy) => Box::new(CopyTo::map(self, copy)?),
            OperatorKind::Discard => {
                self.set_layout(Layout::default());
                Box::new(Discard)
            }
            OperatorKind::Create(_)
            | OperatorKind::Merge { .. }
            | OperatorKind::Set(_)
            | OperatorKind::Remove(_)
            | OperatorKind::Delete { .. }
            | OperatorKind::ProcedureCall { .. }
            | OperatorKind::CopyFrom(_)
            | OperatorKind::Define(_) => {
                return Err(internal(
                    "something is written where only reading is possible",
                    operator.span,
                ));
            }
        })
    }

    fn sort(&mut self, keys: &[(Expression, bool)], limit: Option<&Expression>) -> Mapped<Sort> {
        let keys = keys
            .iter()
            .map(|(key, descending)| Ok((self.compiler().compile(key)?, *descending)))
            .collect::<Mapped<Vec<_>>>()?;
        let limit = limit.map(|limit| row_count(self.context, limit)).transpose()?;
        let (slots, layout) = self.layout.retain(|variable| self.is_read(variable));
        self.layout = layout;
        let mut sort = Sort::new(keys, limit, slots);
        if let Some((bound, key)) = self.bound.take() {
            sort.tell_scan(bound, key);
        }
        Ok(sort)
    }

    /// A filter behind other operators of the chain; what follows from these is not asked.
    fn filter(&mut self, predicates: &[Expression], before: &[Operator]) -> Mapped<Filter> {
        let asked = predicates.iter().filter(|predicate| !self.is_implied(predicate, before));
        let asked: Vec<Expression> = asked.cloned().collect();
        let filter = Filter::map(self, &asked)?;
        if !asked.is_empty() {
            self.layout.select();
        }
        Ok(filter)
    }

    /// Whether a predicate asks for a label that all nodes have to which the relationships lead
    /// that were followed to this one.
    fn is_implied(&self, predicate: &Expression, before: &[Operator]) -> bool {
        let ExpressionKind::HasLabels(base, labels) = &predicate.kind else { return false };
        let ExpressionKind::Variable(node) = base.kind else { return false };
        for operator in before.iter().rev() {
            match &operator.kind {
                OperatorKind::Filter(_) => {}
                OperatorKind::Expand { to, into: false, direction, types, .. } => {
                    if to.variable == node {
                        let types = self.types(types.as_ref());
                        let (direction, types) = (*direction, types.as_deref());
                        return to.kind == EndKind::Node
                            && self.leads_only_to(labels, direction, types);
                    }
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether relationships lead to no nodes but those with a label.
    fn leads_only_to(
        &self,
        labels: &Labels,
        direction: Direction,
        types: Option<&[TypeId]>,
    ) -> bool {
        let only = leads_only_to(self.context, labels, direction, types);
        if let Some(bindings) = self.context.bindings {
            bindings.look_where(labels, direction, types, only);
        }
        only
    }

    /// Labels that a filter behind a scan demands and that are the same for all rows, so that
    /// the scan need not look at other nodes. The filter stays: it tells what is wrong with
    /// names that are none.
    fn computed_labels(&self, node: VariableId, next: &Operator) -> Option<Labels> {
        let OperatorKind::Filter(predicates) = &next.kind else { return None };
        let demanded = predicates.iter().filter_map(|predicate| match &predicate.kind {
            ExpressionKind::HasDynamicLabels(base, names, any)
                if matches!(base.kind, ExpressionKind::Variable(own) if own == node) =>
            {
                let mut compiler = self.compiler();
                let names = compiler.compile(names).ok()?;
                compiler.condition(&names, *any)
            }
            _ => None,
        });
        demanded.reduce(Labels::and)
    }

    /// A compiler for rows of the present layout.
    pub(super) fn compiler(&self) -> Compiler<'_, 'a> {
        Compiler::new(self.context, &self.layout)
    }

    /// The present layout.
    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Replaces the layout.
    pub(super) fn set_layout(&mut self, layout: Layout) {
        self.layout = layout;
    }

    /// Whether something behind the present operator reads a variable.
    pub(super) fn is_read(&self, variable: VariableId) -> bool {
        variable == ROW_NUMBER || self.liveness.is_read_after(variable, self.place)
    }

    /// From here on the rows are the base of those that the operator makes.
    pub(super) fn go_on(&mut self) {
        self.layout.go_on();
    }

    /// Adds a new column if it is read; tells whether it is.
    pub(super) fn add_if_read(&mut self, variable: VariableId) -> bool {
        let read = self.is_read(variable);
        if read {
            self.layout.append(variable);
        }
        read
    }

    /// The column of a variable that the operator needs.
    pub(super) fn slot(&self, variable: VariableId) -> Mapped<usize> {
        self.layout.slot(variable).ok_or_else(|| {
            internal(&format!("the plan reads variable {} where it has no value", variable.0), None)
        })
    }

    /// The types for which a condition holds; `None` means any. Of those that are not
    /// known yet there is no relationship.
    pub(super) fn types(&self, wanted: Option<&Labels>) -> Option<Vec<TypeId>> {
        types(&self.context.graph, wanted)
    }

    /// Each item may read those before it, so every column is added before the next is compiled.
    fn extend(&mut self, items: &[(VariableId, Expression)]) -> Mapped<Extend> {
        let mut compiled: Vec<Physical> = Vec::with_capacity(items.len());
        let only_paths = gives_only_paths(items);
        for (variable, expression) in items {
            if only_paths && !self.is_read(*variable) {
                continue;
            }
            compiled.push(self.compiler().compile(expression)?);
            self.layout.append(*variable);
        }
        Ok(Extend { items: compiled })
    }

    /// What is computed becomes new columns; what is not only gets its name.
    fn project(&mut self, items: &[(VariableId, Expression)]) -> Mapped<Extend> {
        let mut names = Vec::with_capacity(items.len());
        names.extend(self.layout.has(ROW_NUMBER).then_some((ROW_NUMBER, ROW_NUMBER)));
        let mut compiled = Vec::new();
        let mut columns = Vec::new();
        for (variable, expression) in items {
            if let ExpressionKind::Variable(old) = expression.kind {
                names.push((*variable, old));
                continue;
            }
            // A column that nobody reads may still fail, which must show.
            let item = self.compiler().compile(expression)?;
            if self.is_read(*variable) || item.constant().is_none() {
                columns.push(*variable);
                names.push((*variable, *variable));
                compiled.push(item);
            }
        }
        columns.into_iter().for_each(|variable| _ = self.layout.append(variable));
        self.layout.rename(&names);
        Ok(Extend { items: compiled })
    }

    fn distinct(&mut self) -> Mapped<Distinct> {
        let columns = self.liveness.reads(self.place).iter().copied().chain([ROW_NUMBER]);
        let columns = columns.filter(|&variable| self.layout.has(variable));
        let slots = columns.map(|variable| self.slot(variable)).collect::<Mapped<_>>()?;
        self.layout.select();
        Ok(Distinct::new(slots))
    }
}

/// The types of a graph for which a condition holds; `None` means any.
pub(super) fn types(graph: &Graph, wanted: Option<&Labels>) -> Option<Vec<TypeId>> {
    let wanted = wanted.filter(|wanted| !matches!(wanted, LabelExpression::Any))?;
    let holds = |name: &str| wanted.holds(true, &|wanted| **wanted == *name);
    Some(graph.catalog().types().filter(|(_, name)| holds(name)).map(|(kind, _)| kind).collect())
}

fn is_variable(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Variable(_))
}

/// Consumes all rows.
struct Discard;

impl PushOperator for Discard {
    fn push(
        &mut self,
        _: &Context<'_>,
        _: crate::vector::DataChunk,
        _: &mut super::pipeline::Next<'_>,
    ) -> Result<super::pipeline::Flow, Diagnostic> {
        Ok(super::pipeline::Flow::Continue)
    }
}
