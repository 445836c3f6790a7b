//! WHY: a plan whose rows tell what they rest on.
//!
//! The plan is rewritten once it is finished, so that without WHY nothing is paid. Rows get a
//! hidden column: the set of the elements that patterns bound on the way to them.
//!
//! ```text
//! MATCH (a)-[r]->(b) WHERE EXISTS { (b)-[s]->() } RETURN DISTINCT a
//!
//! NodeScan a → Expand r → Filter → Support {r, s} → Project a, support
//!                                                 → Aggregate BY a, union of support
//! ```
//! What is met is written down as late as possible: before columns go. A projection passes
//! the set on, grouping and DISTINCT unite those of a group, a subquery expression is run
//! once more for what it met ([`why_expression`](super::why_expression)). Absence leaves no
//! trace: what a row rests on is what was there.

use super::id_seek::IdSearch;
use super::operator::{Operator, OperatorKind, Plan, StatementPlan, SubqueryPlan};
use super::path::{HopSource, PathSearch, PathSegment};
use super::seek::IndexSearch;
use super::why_expression::Wanted;
use crate::bind::expression::{Expression, ExpressionKind, SubqueryId, VariableId};
use crate::bind::query::{ApplyKind, SegmentOutput, SegmentPlace};
use crate::syntax::ast::{EndKind, SubqueryKind};
use crate::syntax::diagnostic::Span;
use crate::value::Value;
use std::collections::{HashMap, HashSet};

/// Lets the rows of a statement that only reads tell what they rest on:
/// [`StatementPlan::support`] is the variable of the hidden column, where there is any.
pub fn ask_why(plan: &mut StatementPlan) {
    let mut asking = Asking {
        subqueries: std::mem::take(&mut plan.subqueries),
        added: Vec::new(),
        of: HashMap::new(),
        next: plan.variables,
    };
    plan.support = asking.plan(&mut plan.root, &[], None);
    plan.variables = asking.next;
    plan.subqueries = asking.subqueries;
    plan.subqueries.append(&mut asking.added);
}

/// The rewriting of one statement.
pub(super) struct Asking {
    /// The subqueries as they are.
    pub(super) subqueries: Vec<SubqueryPlan>,
    /// Those that collect what others met; they stand behind them.
    added: Vec<SubqueryPlan>,
    /// Which one collects what a subquery met; `None` where that meets nothing.
    of: HashMap<SubqueryId, Option<SubqueryId>>,
    next: u32,
}

/// A list of operators under way.
struct Way {
    operators: Vec<Operator>,
    /// The variables of the rows.
    columns: Vec<VariableId>,
    /// What is known of the rows' support.
    support: Option<VariableId>,
    /// What was met since.
    met: Met,
}

/// What is not yet written down.
#[derive(Default)]
struct Met {
    /// Variables of elements, or of lists of them.
    elements: Vec<VariableId>,
    /// What gives sets of elements.
    supports: Vec<Expression>,
    estimate: f64,
    span: Option<Span>,
}

impl Asking {
    /// A variable that no other has.
    pub(super) fn invent(&mut self) -> VariableId {
        let id = VariableId(self.next);
        self.next = self.next.saturating_add(1);
        id
    }

    /// Rewrites a list of operators for rows with these columns, of whose support this is
    /// known; gives the variable of the support of its rows.
    fn plan(
        &mut self,
        plan: &mut Plan,
        columns: &[VariableId],
        known: Option<VariableId>,
    ) -> Option<VariableId> {
        let operators = std::mem::take(&mut plan.operators);
        let mut way = Way {
            operators: Vec::with_capacity(operators.len() + 2),
            columns: columns.to_vec(),
            support: known,
            met: Met::default(),
        };
        for operator in operators {
            self.operator(operator, &mut way);
        }
        self.write_down(&mut way);
        plan.operators = way.operators;
        way.support
    }

    /// Appends what was met to the support of the rows.
    fn write_down(&mut self, way: &mut Way) {
        let Met { elements, mut supports, estimate, span } = std::mem::take(&mut way.met);
        if elements.is_empty() && supports.is_empty() {
            return;
        }
        if let Some(known) = way.support {
            supports.insert(0, variable(known));
        }
        let after = self.invent();
        let kind = OperatorKind::Support { elements, supports, after };
        way.operators.push(Operator { kind, estimate, span });
        way.columns.push(after);
        way.support = Some(after);
    }

    fn operator(&mut self, mut operator: Operator, way: &mut Way) {
        way.met.estimate = operator.estimate;
        way.met.span = operator.span.or(way.met.span);
        match &mut operator.kind {
            OperatorKind::Project(items) => {
                for (_, item) in items.iter() {
                    self.looked_up(item, Wanted::Value, &mut way.met.supports);
                }
                self.write_down(way);
                items.extend(way.support.map(|known| (known, variable(known))));
            }
            OperatorKind::Aggregate { keys, aggregates, support } => {
                let arguments = aggregates.iter().flat_map(|(_, call)| &call.arguments);
                for part in keys.iter().map(|(_, key)| key).chain(arguments) {
                    self.looked_up(part, Wanted::Value, &mut way.met.supports);
                }
                self.write_down(way);
                way.support = way.support.map(|known| self.united(known, support));
            }
            OperatorKind::Distinct => {
                self.write_down(way);
                if let Some(known) = way.support {
                    operator.kind = self.distinct(known, way);
                }
            }
            OperatorKind::Union { arms, columns, supported, .. } => {
                self.write_down(way);
                way.support = self.arms(arms, &way.columns, way.support);
                if way.support.is_some() {
                    *supported = true;
                    columns.extend(way.support);
                }
            }
            OperatorKind::Apply { plan, introduced, kind } if *kind != ApplyKind::Unit => {
                if let Some(inner) = self.plan(plan, &way.columns, None) {
                    introduced.push(inner);
                    way.met.supports.push(variable(inner));
                }
            }
            OperatorKind::PathSearch(search) => {
                way.met.elements.push(search.trail);
                way.met.elements.extend(statement(search.to.variable, search.to.kind));
                self.path_search(search, &mut way.met.supports);
            }
            kind => self.reading(kind, &mut way.met),
        }
        operator.kind.change_columns(&mut way.columns);
        way.operators.push(operator);
    }

    /// What an operator meets that keeps the columns of its rows.
    fn reading(&mut self, kind: &OperatorKind, met: &mut Met) {
        match kind {
            OperatorKind::NodeScan { variable, .. }
            | OperatorKind::RelationshipScan { variable, .. } => met.elements.push(*variable),
            OperatorKind::IndexSeek { variable, searches, .. } => {
                met.elements.push(*variable);
                for part in searches.iter().flat_map(IndexSearch::expressions) {
                    self.looked_up(part, Wanted::Value, &mut met.supports);
                }
            }
            OperatorKind::HashJoin(join) => {
                met.elements.push(join.variable);
                for (_, sought) in &join.keys {
                    self.looked_up(sought, Wanted::Value, &mut met.supports);
                }
            }
            OperatorKind::IdSeek { variable, searches, .. } => {
                met.elements.push(*variable);
                for part in searches.iter().map(IdSearch::expression) {
                    self.looked_up(part, Wanted::Value, &mut met.supports);
                }
            }
            OperatorKind::ProjectEndpoints { relationship, left, right, .. } => {
                met.elements.push(*relationship);
                for end in [left, right] {
                    met.elements.extend(statement(end.variable, end.kind));
                }
            }
            OperatorKind::Expand { relationship, to, .. } => {
                met.elements.push(*relationship);
                met.elements.extend(statement(to.variable, to.kind));
            }
            OperatorKind::Intersect(intersect) => {
                met.elements.extend(intersect.legs.iter().map(|leg| leg.relationship));
                met.elements.extend(statement(intersect.to.variable, intersect.to.kind));
            }
            OperatorKind::ExpandVariable { relationships, to, properties, .. } => {
                met.elements.push(*relationships);
                met.elements.extend(statement(to.variable, to.kind));
                for (_, value) in properties {
                    self.looked_up(value, Wanted::Value, &mut met.supports);
                }
            }
            OperatorKind::Filter(predicates) => {
                for predicate in predicates {
                    self.looked_up(predicate, Wanted::True, &mut met.supports);
                }
            }
            OperatorKind::Extend(items) => {
                for (_, item) in items {
                    self.looked_up(item, Wanted::Value, &mut met.supports);
                }
            }
            OperatorKind::Unwind { list: read, .. } => {
                self.looked_up(read, Wanted::Value, &mut met.supports);
            }
            OperatorKind::LoadCsv(load) => {
                self.looked_up(&load.location, Wanted::Value, &mut met.supports);
            }
            OperatorKind::ProcedureCall { arguments, yields, .. } => {
                for argument in arguments {
                    self.looked_up(argument, Wanted::Value, &mut met.supports);
                }
                met.elements.extend(yields.iter().map(|(_, variable)| *variable));
            }
            // In which order rows come, and how many, is no reason for them to be there.
            OperatorKind::Sort { .. } | OperatorKind::Skip(_) | OperatorKind::Limit(_) => {}
            OperatorKind::Trail { .. } | OperatorKind::Support { .. } | OperatorKind::Discard => {}
            // It meets nothing one by one; nobody who asks why has it.
            OperatorKind::PathCount(_) => {}
            // These are seen to before, or write, which nobody is asked why.
            OperatorKind::Project(_)
            | OperatorKind::Aggregate { .. }
            | OperatorKind::Distinct
            | OperatorKind::Union { .. }
            | OperatorKind::Apply { .. }
            | OperatorKind::PathSearch(_)
            | OperatorKind::Create(_)
            | OperatorKind::Merge { .. }
            | OperatorKind::Set(_)
            | OperatorKind::Remove(_)
            | OperatorKind::Delete { .. }
            | OperatorKind::CopyFrom(_)
            | OperatorKind::CopyTo(_)
            | OperatorKind::Define(_) => {}
        }
    }

    /// Has a grouping unite what its rows rest on.
    fn united(
        &mut self,
        known: VariableId,
        support: &mut Option<(VariableId, VariableId)>,
    ) -> VariableId {
        let united = self.invent();
        *support = Some((known, united));
        united
    }

    /// DISTINCT as a grouping by all columns but the support.
    fn distinct(&mut self, known: VariableId, way: &mut Way) -> OperatorKind {
        let mut seen = HashSet::new();
        let columns = way.columns.iter().filter(|&&column| column != known && seen.insert(column));
        let mut keys: Vec<_> = columns.map(|&column| (column, variable(column))).collect();
        if keys.is_empty() {
            // Without keys there would be a row of no rows.
            let nothing = ExpressionKind::Literal(Value::Null);
            keys.push((self.invent(), Expression::new(nothing, Span::default())));
        }
        let mut support = None;
        way.support = Some(self.united(known, &mut support));
        OperatorKind::Aggregate { keys, aggregates: Vec::new(), support }
    }

    /// Rewrites the arms of a union; gives the variable of the support, if an arm has any.
    fn arms(
        &mut self,
        arms: &mut [(Plan, Vec<VariableId>)],
        columns: &[VariableId],
        known: Option<VariableId>,
    ) -> Option<VariableId> {
        let supports: Vec<_> =
            arms.iter_mut().map(|(arm, _)| self.plan(arm, columns, known)).collect();
        supports.iter().flatten().next()?;
        for ((_, columns), support) in arms.iter_mut().zip(supports) {
            // What an arm does not have is null.
            columns.push(support.unwrap_or_else(|| self.invent()));
        }
        Some(self.invent())
    }

    /// The subquery that collects what a subquery met; only of its first row for EXISTS,
    /// which asks for no more.
    pub(super) fn collecting(&mut self, id: SubqueryId) -> Option<SubqueryId> {
        if let Some(known) = self.of.get(&id) {
            return *known;
        }
        let SubqueryPlan { kind, mut plan, outer, .. } =
            self.subqueries.get(id.0 as usize)?.clone();
        let support = self.plan(&mut plan, &outer, None);
        let collecting = support.map(|support| {
            let first = kind == SubqueryKind::Exists;
            let (kind, result) = (SubqueryKind::Collect, Some(support));
            self.added.push(SubqueryPlan { kind, plan, outer, result, first });
            let place = self.subqueries.len() + self.added.len() - 1;
            SubqueryId(u32::try_from(place).unwrap_or(u32::MAX))
        });
        self.of.insert(id, collecting);
        collecting
    }

    /// What the conditions of a search for paths look up.
    fn path_search(&mut self, search: &mut PathSearch, supports: &mut Vec<Expression>) {
        for segment in &mut search.segments {
            self.segment(segment, supports);
        }
        let mut of_paths = Vec::new();
        for condition in &search.filter {
            self.looked_up(condition, Wanted::True, &mut of_paths);
        }
        match &search.path {
            Some((path, value)) if !of_paths.is_empty() => {
                supports.push(bound_in(vec![(*path, value.clone())], of_paths));
            }
            _ => supports.append(&mut of_paths),
        }
    }

    /// What the conditions of a repeated part look up: for each of its repetitions.
    fn segment(&mut self, segment: &mut PathSegment, supports: &mut Vec<Expression>) {
        match &segment.hops {
            HopSource::Here => {}
            HopSource::Adjacent { properties, .. } => {
                for (_, value) in properties {
                    self.looked_up(value, Wanted::Value, supports);
                }
            }
            HopSource::Plans(plans) => {
                let mut of_hop = Vec::new();
                // The conditions are the same whatever a hop begins and ends at.
                for operator in plans.iter().take(1).flat_map(|hop| &hop.plan.operators) {
                    if let OperatorKind::Filter(predicates) = &operator.kind {
                        for predicate in predicates {
                            self.looked_up(predicate, Wanted::True, &mut of_hop);
                        }
                    }
                }
                if !of_hop.is_empty() {
                    supports.push(self.each_hop(segment, of_hop));
                }
            }
        }
    }

    /// The parts, computed for each repetition of a segment, which gives out what they read.
    fn each_hop(&mut self, segment: &mut PathSegment, parts: Vec<Expression>) -> Expression {
        let ends = segment.ends.iter().enumerate();
        let ends = ends.map(|(index, (id, _))| (*id, SegmentPlace::End(index)));
        let relationships = segment.relationships.iter().enumerate();
        let relationships =
            relationships.map(|(index, id)| (*id, SegmentPlace::Relationship(index)));
        let places: Vec<_> = ends.chain(relationships).collect();
        let hop = self.invent();
        let mut lists = Vec::with_capacity(places.len());
        for (id, place) in places {
            let list = self.invent();
            segment.outputs.push(SegmentOutput { variable: list, place, list: true });
            lists.push((id, list));
        }
        let Some((_, counted)) = lists.first().copied() else {
            return list_of(parts);
        };
        let values = lists.into_iter().map(|(id, list)| {
            let index = ExpressionKind::Index(Box::new(variable(list)), Box::new(variable(hop)));
            (id, spanless(index))
        });
        let integer = |number| spanless(ExpressionKind::Literal(Value::Integer(number)));
        let size = spanless(ExpressionKind::Function("size", vec![variable(counted)]));
        let last = minus_one(size);
        let range = spanless(ExpressionKind::Function("range", vec![integer(0), last]));
        spanless(ExpressionKind::ListComprehension {
            variable: hop,
            list: Box::new(range),
            predicate: None,
            projection: Some(Box::new(bound_in(values.collect(), parts))),
        })
    }
}

/// The variable of an end that is a statement for sure: a relationship.
fn statement(variable: VariableId, kind: EndKind) -> Option<VariableId> {
    (kind == EndKind::Relationship).then_some(variable)
}

pub(super) fn spanless(kind: ExpressionKind) -> Expression {
    Expression::new(kind, Span::default())
}

pub(super) fn variable(id: VariableId) -> Expression {
    spanless(ExpressionKind::Variable(id))
}

pub(super) fn list_of(parts: Vec<Expression>) -> Expression {
    spanless(ExpressionKind::List(parts))
}

/// The list of the parts, in which these variables have these values.
pub(super) fn bound_in(
    values: Vec<(VariableId, Expression)>,
    parts: Vec<Expression>,
) -> Expression {
    spanless(ExpressionKind::Binding { values, body: Box::new(list_of(parts)) })
}

fn minus_one(number: Expression) -> Expression {
    let one = spanless(ExpressionKind::Literal(Value::Integer(1)));
    let less = vec![(crate::syntax::ast::ArithmeticOperator::Subtract, one)];
    spanless(ExpressionKind::Arithmetic(Box::new(number), less))
}
