//! Optimiser rules that are wrong on purpose: each lane has to find them, and what is wrong
//! with views besides.
//!
//! Rules go the way of every rule, through [`dossier::Query::rules`], and views are replaced
//! by those of [`super::lens`]; so planting one changes nothing in the engine.

use crate::perception::{FLAWS, Flaw};
use dossier::bind::expression::{Expression, ExpressionKind, Labels};
use dossier::bind::query::{AggregateCall, BoundClause, BoundKind, Distinctness};
use dossier::plan::count::PathCount;
use dossier::plan::intersect::Intersect;
use dossier::plan::operator::{ApplyKind, CreateItem, Operator, OperatorKind, Plan};
use dossier::plan::optimise::{RULES, Rule};
use dossier::plan::seek::{Sought, SoughtRange};
use dossier::plan::statistics::Statistics;
use dossier::plan::zone::{Wanted, ZoneCondition};
use dossier::syntax::ast::{
    ArithmeticOperator, ComparisonOperator, Direction, EndKind, LabelExpression, LogicalOperator,
    SetOperator,
};
use dossier::syntax::diagnostic::Span;
use dossier::value::Value;

/// A wrong rule: a name, and what it does to each operator.
struct Planted {
    name: &'static str,
    spoil: fn(&mut Plan),
}

impl Rule for Planted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn apply(&self, plan: &mut Plan, _: &dyn Statistics) {
        (self.spoil)(plan);
    }
}

/// A wrong way of joining patterns: relationships of two MATCH clauses must differ.
struct JoinedAsOne;

impl Rule for JoinedAsOne {
    fn name(&self) -> &'static str {
        "relationships of two MATCH clauses must differ"
    }

    fn join(&self, clauses: &[BoundClause]) -> Option<Vec<BoundClause>> {
        let mut joined = clauses.to_vec();
        for clause in &mut joined {
            let BoundKind::Match { graph, .. } = &mut clause.kind else { continue };
            let parts = graph.relationships.iter_mut().filter(|it| it.unique.within);
            parts.for_each(|it| it.unique = Distinctness::DIFFERENT);
        }
        Some(joined)
    }
}

/// What a lane works with.
#[derive(Clone)]
pub(crate) struct Planting {
    /// The optimiser's rules.
    pub(crate) rules: Vec<&'static dyn Rule>,
    /// What is wrong with views.
    pub(crate) flaw: Option<Flaw>,
}

impl Planting {
    /// With these rules, and nothing wrong with views.
    pub(crate) fn sound(rules: &[&'static dyn Rule]) -> Self {
        Planting { rules: rules.to_vec(), flaw: None }
    }
}

/// Something wrong with its name.
pub(crate) struct Bug {
    pub(crate) name: &'static str,
    pub(crate) planting: Planting,
}

/// All that is planted, each for itself: behind the rules of the engine a wrong one, or a flaw
/// of views.
pub(crate) fn bugs() -> Vec<Bug> {
    let rules = PLANTED.iter().map(|wrong| {
        let rules = RULES.iter().copied().chain([wrong as &dyn Rule]).collect();
        Bug { name: wrong.name, planting: Planting { rules, flaw: None } }
    });
    let flaws = FLAWS.iter().map(|(flaw, name)| {
        let planting = Planting { flaw: Some(*flaw), ..Planting::sound(RULES) };
        Bug { name, planting }
    });
    let all = RULES.iter().copied().chain([&JoinedAsOne as &dyn Rule]).collect();
    let joined = Bug { name: JoinedAsOne.name(), planting: Planting { rules: all, flaw: None } };
    rules.chain([joined]).chain(flaws).collect()
}

/// All of them.
const PLANTED: &[Planted] = &[
    Planted { name: "the first filter is lost", spoil: lose_a_filter },
    Planted { name: "the last predicate of a filter is lost", spoil: lose_a_predicate },
    Planted { name: "null passes a filter", spoil: let_null_pass },
    Planted { name: "an expansion goes the wrong way", spoil: turn_around },
    Planted { name: "relationships may repeat", spoil: forget_uniqueness },
    Planted { name: "a scan forgets a label", spoil: forget_labels },
    Planted { name: "OPTIONAL drops rows without a match", spoil: make_inner },
    Planted { name: "one hop too few", spoil: stop_early },
    Planted { name: "LIMIT comes before SKIP", spoil: limit_first },
    Planted { name: "a grouping key is lost", spoil: lose_a_key },
    Planted { name: "ORDER BY is turned around", spoil: turn_order },
    Planted { name: "DISTINCT does nothing", spoil: keep_duplicates },
    Planted { name: "UNION keeps duplicates", spoil: keep_all },
    Planted { name: "an aggregate forgets DISTINCT", spoil: count_duplicates },
    Planted { name: "a variable-length relationship may be of any type", spoil: cross_anything },
    Planted { name: "a relationship may be of any type", spoil: forget_types },
    Planted { name: "a loop is not met where no direction is asked for", spoil: lose_loops },
    Planted { name: "NOT of null is true", spoil: deny_null },
    Planted { name: "DISTINCT ignores the last column", spoil: ignore_a_column },
    Planted { name: "LIMIT gives a row too many", spoil: one_more },
    Planted { name: "SKIP is lost", spoil: lose_skip },
    Planted { name: "UNWIND leaves nulls out", spoil: unwind_no_nulls },
    Planted { name: "nulls come first", spoil: nulls_first },
    Planted { name: "INTERSECT and EXCEPT are mistaken for each other", spoil: mistake_except },
    Planted { name: "either label becomes both", spoil: both_labels },
    Planted { name: "a list of relationships is turned around", spoil: turn_list },
    Planted { name: "MERGE never finds anything", spoil: merge_blindly },
    Planted { name: "a new relationship is turned around", spoil: turn_created },
    Planted { name: "the last item of SET is lost", spoil: lose_an_item },
    Planted { name: "an index search looks for null", spoil: look_for_null },
    Planted { name: "a zone leaves out the value that bounds it", spoil: narrow_zones },
    Planted { name: "a counted pattern meets relationships again", spoil: count_again },
    Planted { name: "a counted hop goes the wrong way", spoil: count_backwards },
    Planted { name: "a count forgets what is asked of an end", spoil: count_any_end },
    Planted { name: "a count by type forgets which types are asked for", spoil: count_all_types },
    Planted { name: "a count of values counts nulls", spoil: count_nulls },
    Planted { name: "a count of values counts nodes", spoil: count_nodes },
    Planted { name: "an intersection meets relationships again", spoil: meet_again },
    Planted { name: "a leg of an intersection leads anywhere", spoil: lose_a_leg },
];

fn count_nodes(plan: &mut Plan) {
    each(plan, |kind| {
        let OperatorKind::Aggregate { aggregates, .. } = kind else { return };
        for (_, call) in aggregates.iter_mut().filter(|(_, call)| call.function == "count") {
            for argument in &mut call.arguments {
                if let ExpressionKind::Property(of, _) = &argument.kind {
                    *argument = (**of).clone();
                }
            }
        }
    });
}

fn each(plan: &mut Plan, spoil: impl FnMut(&mut OperatorKind)) {
    plan.operators.iter_mut().map(|operator| &mut operator.kind).for_each(spoil);
}

fn look_for_null(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::IndexSeek { searches, .. } = kind {
            for search in searches {
                let null = Expression::new(ExpressionKind::Literal(Value::Null), Span::default());
                search.equal = vec![Sought::Value(null)];
                search.then = None;
            }
        }
    });
}

fn narrow_zones(plan: &mut Plan) {
    each(plan, |kind| {
        let (OperatorKind::NodeScan { zones, .. } | OperatorKind::RelationshipScan { zones, .. }) =
            kind
        else {
            return;
        };
        zones.iter_mut().for_each(narrow);
    });
}

fn narrow(zone: &mut ZoneCondition) {
    match zone {
        ZoneCondition::Property { wanted, .. } => match wanted {
            Wanted::Within(SoughtRange::Between { low, high }) => {
                low.iter_mut().chain(high).for_each(|(_, included)| *included = false);
            }
            Wanted::Equal(Sought::Value(value)) => {
                let low = Some((value.clone(), false));
                *wanted = Wanted::Within(SoughtRange::Between { low, high: None });
            }
            _ => {}
        },
        ZoneCondition::AnyOf(ways) => ways.iter_mut().flatten().for_each(narrow),
    }
}

fn counts(plan: &mut Plan, mut spoil: impl FnMut(&mut PathCount)) {
    each(plan, |kind| {
        if let OperatorKind::PathCount(count) = kind {
            spoil(count);
        }
    });
}

fn intersections(plan: &mut Plan, mut spoil: impl FnMut(&mut Intersect)) {
    each(plan, |kind| {
        if let OperatorKind::Intersect(intersect) = kind {
            spoil(intersect);
        }
    });
}

fn meet_again(plan: &mut Plan) {
    intersections(plan, |intersect| {
        intersect.legs.iter_mut().for_each(|leg| leg.distinct_from.clear());
    });
}

fn lose_a_leg(plan: &mut Plan) {
    intersections(plan, |intersect| {
        if let Some(leg) = intersect.legs.last_mut() {
            (leg.types, leg.direction) = (None, Direction::Either);
        }
    });
}

fn count_again(plan: &mut Plan) {
    counts(plan, |count| {
        let hops = count.hops.len();
        count.terms.retain(|term| term.groups.len() == hops);
    });
}

fn count_backwards(plan: &mut Plan) {
    counts(plan, |count| {
        if let Some(hop) = count.hops.last_mut() {
            hop.direction = match hop.direction {
                Direction::Outgoing => Direction::Incoming,
                Direction::Incoming => Direction::Outgoing,
                Direction::Either => Direction::Either,
            };
        }
    });
}

fn count_any_end(plan: &mut Plan) {
    counts(plan, |count| {
        for end in &mut count.ends {
            end.labels = None;
            end.filters.clear();
        }
    });
}

fn count_all_types(plan: &mut Plan) {
    counts(plan, |count| {
        if let Some((_, hop)) = count.by_type {
            count.hops[hop].types = None;
        }
    });
}

fn count_nulls(plan: &mut Plan) {
    counts(plan, |count| count.counts.iter_mut().for_each(|(_, value)| *value = None));
}

fn lose_a_filter(plan: &mut Plan) {
    let filter = |kind: &OperatorKind| matches!(kind, OperatorKind::Filter(_));
    if let Some(at) = plan.operators.iter().position(|operator| filter(&operator.kind)) {
        plan.operators.remove(at);
    }
}

fn lose_a_predicate(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Filter(predicates) = kind
            && predicates.len() > 1
        {
            predicates.pop();
        }
    });
}

fn let_null_pass(plan: &mut Plan) {
    each(plan, |kind| {
        let OperatorKind::Filter(predicates) = kind else { return };
        for predicate in predicates {
            let span = predicate.span;
            let unknown = ExpressionKind::IsNull(Box::new(predicate.clone()), false);
            let unknown = Expression::new(unknown, span);
            let either =
                ExpressionKind::Logical(LogicalOperator::Or, vec![predicate.clone(), unknown]);
            *predicate = Expression::new(either, span);
        }
    });
}

fn turn_around(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Expand { direction, .. } = kind {
            *direction = match *direction {
                Direction::Outgoing => Direction::Incoming,
                Direction::Incoming => Direction::Outgoing,
                Direction::Either => Direction::Either,
            };
        }
    });
}

fn forget_uniqueness(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Expand { distinct_from, .. }
        | OperatorKind::ExpandVariable { distinct_from, .. } = kind
        {
            distinct_from.clear();
        }
    });
}

fn forget_labels(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::NodeScan { labels, .. } = kind {
            *labels = None;
        }
    });
}

fn make_inner(plan: &mut Plan) {
    let operators = std::mem::take(&mut plan.operators);
    for operator in operators {
        match operator.kind {
            OperatorKind::Apply { plan: inner, kind: ApplyKind::Optional, .. } => {
                plan.operators.extend(inner.operators);
            }
            _ => plan.operators.push(operator),
        }
    }
}

fn stop_early(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::ExpandVariable { max: Some(max), min, .. } = kind
            && *max > *min
        {
            *max -= 1;
        }
    });
}

fn limit_first(plan: &mut Plan) {
    for at in 1..plan.operators.len() {
        let limit = matches!(plan.operators[at].kind, OperatorKind::Limit(_));
        if limit && matches!(plan.operators[at - 1].kind, OperatorKind::Skip(_)) {
            plan.operators.swap(at - 1, at);
        }
    }
}

fn lose_a_key(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Aggregate { keys, .. } = kind
            && let Some((_, key)) = keys.last_mut()
        {
            *key = Expression::new(ExpressionKind::Literal(Value::Null), key.span);
        }
    });
}

fn turn_order(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Sort { keys, .. } = kind {
            keys.iter_mut().for_each(|(_, descending)| *descending = !*descending);
        }
    });
}

fn keep_duplicates(plan: &mut Plan) {
    plan.operators.retain(|operator| !matches!(operator.kind, OperatorKind::Distinct));
}

fn keep_all(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Union { all, .. } = kind {
            *all = true;
        }
    });
}

fn count_duplicates(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Aggregate { aggregates, .. } = kind {
            aggregates.iter_mut().for_each(|(_, call)| call.distinct = false);
        }
    });
}

fn cross_anything(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::ExpandVariable { properties, types, .. } = kind {
            properties.clear();
            *types = None;
        }
    });
}

fn forget_types(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Expand { types, .. } = kind {
            *types = None;
        }
    });
}

/// Puts an operator behind each for which there is one.
fn behind(plan: &mut Plan, wrong: impl Fn(&OperatorKind) -> Option<OperatorKind>) {
    for operator in std::mem::take(&mut plan.operators) {
        let added = wrong(&operator.kind);
        let (estimate, span) = (operator.estimate, operator.span);
        plan.operators.push(operator);
        plan.operators.extend(added.map(|kind| Operator { kind, estimate, span }));
    }
}

fn plain(kind: ExpressionKind) -> Expression {
    Expression::new(kind, Span::default())
}

fn lose_loops(plan: &mut Plan) {
    behind(plan, |kind| match kind {
        OperatorKind::Expand { from, to, direction: Direction::Either, .. }
            if from.kind == EndKind::Node && to.kind == EndKind::Node =>
        {
            let [from, to] =
                [from, to].map(|end| Box::new(plain(ExpressionKind::Variable(end.variable))));
            let kind = ExpressionKind::Comparison(ComparisonOperator::NotEqual, from, to);
            Some(OperatorKind::Filter(vec![plain(kind)]))
        }
        _ => None,
    });
}

fn deny_null(plan: &mut Plan) {
    fn deny(expression: &mut Expression) {
        expression.children_mut().into_iter().for_each(deny);
        if let ExpressionKind::Not(inner) = &mut expression.kind {
            let known = plain(ExpressionKind::IsNull(inner.clone(), true));
            let both = vec![(**inner).clone(), known];
            **inner = plain(ExpressionKind::Logical(LogicalOperator::And, both));
        }
    }
    each(plan, |kind| match kind {
        OperatorKind::Filter(predicates) => predicates.iter_mut().for_each(deny),
        OperatorKind::Extend(columns) | OperatorKind::Project(columns) => {
            columns.iter_mut().for_each(|(_, value)| deny(value));
        }
        _ => {}
    });
}

fn ignore_a_column(plan: &mut Plan) {
    for at in 1..plan.operators.len() {
        let (before, rest) = plan.operators.split_at_mut(at);
        let (OperatorKind::Project(columns), OperatorKind::Distinct) =
            (&before[at - 1].kind, &rest[0].kind)
        else {
            continue;
        };
        let Some(((last, _), keys)) = columns.split_last() else { continue };
        let variable = |id| plain(ExpressionKind::Variable(id));
        let any = AggregateCall {
            function: "min",
            distinct: false,
            arguments: vec![variable(*last)],
            span: Span::default(),
        };
        rest[0].kind = OperatorKind::Aggregate {
            keys: keys.iter().map(|(id, _)| (*id, variable(*id))).collect(),
            aggregates: vec![(*last, any)],
            support: None,
        };
    }
}

fn one_more(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Limit(count) | OperatorKind::Sort { limit: Some(count), .. } = kind {
            let one = plain(ExpressionKind::Literal(1.into()));
            let sum = vec![(ArithmeticOperator::Add, one)];
            *count = plain(ExpressionKind::Arithmetic(Box::new(count.clone()), sum));
        }
    });
}

fn lose_skip(plan: &mut Plan) {
    plan.operators.retain(|operator| !matches!(operator.kind, OperatorKind::Skip(_)));
}

fn unwind_no_nulls(plan: &mut Plan) {
    behind(plan, |kind| match kind {
        OperatorKind::Unwind { variable, .. } => {
            let item = Box::new(plain(ExpressionKind::Variable(*variable)));
            Some(OperatorKind::Filter(vec![plain(ExpressionKind::IsNull(item, true))]))
        }
        _ => None,
    });
}

fn nulls_first(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Sort { keys, .. } = kind {
            let nulls = keys.iter().map(|(key, _)| {
                (plain(ExpressionKind::IsNull(Box::new(key.clone()), false)), true)
            });
            let nulls: Vec<_> = nulls.collect();
            keys.splice(0..0, nulls);
        }
    });
}

fn mistake_except(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Union { operator, .. } = kind {
            *operator = match *operator {
                SetOperator::Except => SetOperator::Intersect,
                SetOperator::Intersect => SetOperator::Except,
                other => other,
            };
        }
    });
}

fn both_labels(plan: &mut Plan) {
    fn both(labels: &mut Labels) {
        if let LabelExpression::Or(any) = labels {
            *labels = LabelExpression::And(std::mem::take(any));
        }
    }
    fn everywhere(expression: &mut Expression) {
        expression.children_mut().into_iter().for_each(everywhere);
        if let ExpressionKind::HasLabels(_, labels) = &mut expression.kind {
            both(labels);
        }
    }
    each(plan, |kind| match kind {
        OperatorKind::NodeScan { labels: Some(labels), .. } => both(labels),
        OperatorKind::Filter(predicates) => predicates.iter_mut().for_each(everywhere),
        _ => {}
    });
}

fn turn_list(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::ExpandVariable { reversed, .. } = kind {
            *reversed = !*reversed;
        }
    });
}

fn merge_blindly(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Merge { plan, .. } = kind {
            let nothing = OperatorKind::Filter(vec![plain(ExpressionKind::Literal(false.into()))]);
            plan.operators.push(Operator { kind: nothing, estimate: 0.0, span: None });
        }
    });
}

fn turn_created(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Create(items) = kind {
            for item in items {
                if let CreateItem::Relationship { start, end, .. } = item {
                    std::mem::swap(start, end);
                }
            }
        }
    });
}

fn lose_an_item(plan: &mut Plan) {
    each(plan, |kind| {
        if let OperatorKind::Set(items) = kind
            && items.len() > 1
        {
            items.pop();
        }
    });
}
