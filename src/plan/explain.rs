//! The text of EXPLAIN and PROFILE: one line an operator, rows flowing downwards,
//! nested plans indented.

use super::count::{CountStart, PathCount};
use super::intersect::Intersect;
use super::operator::{ApplyKind, LoadCsv, Operator, OperatorKind, Plan, StatementPlan};
use super::path::{HopSource, PathSearch, PathSegment};
use super::seek::{IndexSearch, Sought, SoughtRange};
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::syntax::ast::{ComparisonOperator, Direction, EndKind, SetOperator};
use std::fmt::Write;
use std::sync::Arc;

/// What was measured of one operator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Rows that it handed on.
    pub rows: u64,
    /// Time spent in it, without those that follow.
    pub time: std::time::Duration,
}

/// Writes a plan as text. `text` is the statement's text, from which expressions are
/// quoted, `names` the variables' names, `measured` the figures of the root plan's
/// operators where it ran.
pub fn explain(
    plan: &StatementPlan,
    text: &str,
    names: &[Arc<str>],
    measured: Option<&[Measured]>,
) -> String {
    let mut writer = Writer { text, names, lines: Vec::new() };
    writer.plan(&plan.root, 0, measured);
    for (index, subquery) in plan.subqueries.iter().enumerate() {
        writer.lines.push(Line {
            text: format!("Subquery {index} ({:?})", subquery.kind),
            estimate: None,
            measured: None,
        });
        writer.plan(&subquery.plan, 1, None);
    }
    let width =
        writer.lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0).clamp(8, 100);
    let mut out = format!("{:<width$}  {:>12}", "operator", "estimate");
    if measured.is_some() {
        let _ = write!(out, "  {:>12}  {:>10}", "rows", "time");
    }
    out.push('\n');
    for line in writer.lines {
        let estimate = line.estimate.map_or(String::new(), |rows| format!("{rows:.0}"));
        let _ = write!(out, "{:<width$}  {estimate:>12}", line.text);
        if let Some(measured) = line.measured {
            let time = format!("{:.3} ms", measured.time.as_secs_f64() * 1e3);
            let _ = write!(out, "  {:>12}  {time:>10}", measured.rows);
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

struct Line {
    text: String,
    estimate: Option<f64>,
    measured: Option<Measured>,
}

struct Writer<'a> {
    text: &'a str,
    names: &'a [Arc<str>],
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn plan(&mut self, plan: &Plan, depth: usize, measured: Option<&[Measured]>) {
        for (index, operator) in plan.operators.iter().enumerate() {
            let figures = measured.and_then(|all| all.get(index)).copied();
            let text = format!("{}{}", "  ".repeat(depth), self.operator(operator));
            self.lines.push(Line { text, estimate: Some(operator.estimate), measured: figures });
            match &operator.kind {
                OperatorKind::Apply { plan, .. } | OperatorKind::Merge { plan, .. } => {
                    self.plan(plan, depth + 1, None);
                }
                OperatorKind::PathSearch(search) => {
                    for plan in search.plans() {
                        self.heading(depth + 1, "Hop");
                        self.plan(plan, depth + 2, None);
                    }
                }
                OperatorKind::Union { arms, .. } => {
                    for (arm, _) in arms {
                        self.heading(depth + 1, "Arm");
                        self.plan(arm, depth + 2, None);
                    }
                }
                _ => {}
            }
        }
    }

    /// A line above a nested plan.
    fn heading(&mut self, depth: usize, text: &str) {
        let text = format!("{}{text}", "  ".repeat(depth));
        self.lines.push(Line { text, estimate: None, measured: None });
    }

    fn name(&self, id: VariableId) -> String {
        match self.names.get(id.0 as usize) {
            Some(name) if !name.starts_with(' ') => name.to_string(),
            _ => format!("#{}", id.0),
        }
    }

    /// A predicate as it is written; of an entry of a property map also what it is an entry of.
    fn predicate(&self, predicate: &Expression) -> String {
        if let ExpressionKind::Comparison(ComparisonOperator::Equal, left, right) = &predicate.kind
            && let ExpressionKind::Property(base, key) = &left.kind
            && let ExpressionKind::Variable(element) = base.kind
            && predicate.span == right.span
        {
            return format!("{}.{key} = {}", self.name(element), self.quote(right));
        }
        self.quote(predicate)
    }

    fn predicates(&self, predicates: &[Expression]) -> String {
        let texts: Vec<_> = predicates.iter().map(|one| self.predicate(one)).collect();
        texts.join(" AND ")
    }

    fn quote(&self, expression: &Expression) -> String {
        let range = expression.span.start as usize..expression.span.end as usize;
        let quoted = self.text.get(range).unwrap_or("…");
        quoted.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn columns(&self, columns: &[(VariableId, Expression)]) -> String {
        let column = |(id, expression): &(VariableId, Expression)| {
            // What passes through as it is has the place of the clause, or of nothing.
            if matches!(expression.kind, ExpressionKind::Variable(own) if own == *id) {
                return self.name(*id);
            }
            let (name, value) = (self.name(*id), self.quote(expression));
            if name == value { name } else { format!("{name} = {value}") }
        };
        columns.iter().map(column).collect::<Vec<_>>().join(", ")
    }

    fn end(&self, id: VariableId, kind: EndKind) -> String {
        match kind {
            EndKind::Node => format!("({})", self.name(id)),
            EndKind::Relationship => format!("[{}]", self.name(id)),
        }
    }

    fn hop(
        &self,
        variable: VariableId,
        types: Option<&Labels>,
        direction: Direction,
        length: &str,
    ) -> String {
        let body = format!("[{}{}{length}]", self.name(variable), condition(types));
        match direction {
            Direction::Outgoing => format!("-{body}->"),
            Direction::Incoming => format!("<-{body}-"),
            Direction::Either => format!("-{body}-"),
        }
    }

    fn list(&self, expressions: &[Expression], separator: &str) -> String {
        expressions
            .iter()
            .map(|expression| self.quote(expression))
            .collect::<Vec<_>>()
            .join(separator)
    }

    fn operator(&self, operator: &Operator) -> String {
        use OperatorKind as K;
        match &operator.kind {
            K::NodeScan { variable, labels } => {
                format!("NodeScan ({}{})", self.name(*variable), condition(labels.as_ref()))
            }
            K::RelationshipScan { variable, types } => {
                format!("RelationshipScan [{}{}]", self.name(*variable), condition(types.as_ref()))
            }
            K::IndexSeek { variable, kind, searches } => self.seek(*variable, *kind, searches),
            K::IdSeek { variable, kind, searches } => self.id_seek(*variable, *kind, searches),
            K::ProjectEndpoints { relationship, types, left, right, direction, .. } => format!(
                "ProjectEndpoints {}{}{}",
                self.end(left.variable, left.kind),
                self.hop(*relationship, types.as_ref(), *direction, ""),
                self.end(right.variable, right.kind)
            ),
            K::Expand { from, relationship, to, into, direction, types, .. } => format!(
                "Expand{} {}{}{}",
                if *into { "Into" } else { "" },
                self.end(from.variable, from.kind),
                self.hop(*relationship, types.as_ref(), *direction, ""),
                self.end(to.variable, to.kind)
            ),
            K::ExpandVariable {
                from, relationships, to, into, direction, types, min, max, ..
            } => format!(
                "ExpandVariable{} {}{}{}",
                if *into { "Into" } else { "" },
                self.end(from.variable, from.kind),
                self.hop(
                    *relationships,
                    types.as_ref(),
                    *direction,
                    &format!("*{min}..{}", max.map_or(String::new(), |max| max.to_string()))
                ),
                self.end(to.variable, to.kind)
            ),
            K::Trail { relationship, .. } => format!("Trail [{}]", self.name(*relationship)),
            K::Intersect(intersect) => self.intersect(intersect),
            K::PathSearch(search) => self.path_search(search),
            K::PathCount(count) => self.path_count(count),
            K::Filter(predicates) => format!("Filter {}", self.predicates(predicates)),
            K::Extend(columns) => format!("Extend {}", self.columns(columns)),
            K::Project(columns) => format!("Project {}", self.columns(columns)),
            K::Unwind { list, variable, position } => {
                let position = position.map_or(String::new(), |(id, counting)| {
                    format!(" {counting:?} {}", self.name(id))
                });
                format!("Unwind {} AS {}{position}", self.quote(list), self.name(*variable))
            }
            K::LoadCsv(load) => self.load_csv(load),
            K::Aggregate { keys, aggregates, support } => {
                self.aggregate(keys, aggregates, support.map(|(known, _)| known))
            }
            K::Support { elements, supports, .. } => {
                let met = elements.iter().map(|id| self.name(*id));
                let sets = supports.iter().map(|set| self.support(set));
                format!("Support {}", met.chain(sets).collect::<Vec<_>>().join(", "))
            }
            K::Distinct => "Distinct".to_owned(),
            K::Sort { keys, limit } => {
                let key = |(expression, descending): &(Expression, bool)| {
                    format!("{}{}", self.quote(expression), if *descending { " DESC" } else { "" })
                };
                let keys = keys.iter().map(key).collect::<Vec<_>>().join(", ");
                format!("{} {keys}", if limit.is_some() { "TopK" } else { "Sort" })
            }
            K::Skip(count) => format!("Skip {}", self.quote(count)),
            K::Limit(count) => format!("Limit {}", self.quote(count)),
            K::Apply { kind, .. } => match kind {
                ApplyKind::Each => "Apply".to_owned(),
                ApplyKind::Optional => "Optional".to_owned(),
                ApplyKind::Unit => "ApplyUnit".to_owned(),
            },
            K::Union { operator, all, .. } => {
                let all = *all && *operator != SetOperator::Otherwise;
                format!("{operator:?}{}", if all { "All" } else { "" })
            }
            K::Create(items) => format!("Create {} elements", items.len()),
            K::Merge { .. } => "Merge".to_owned(),
            K::Set(items) => format!("Set {} items", items.len()),
            K::Remove(items) => format!("Remove {} items", items.len()),
            K::Delete { detach, targets } => {
                format!(
                    "{} {}",
                    if *detach { "DetachDelete" } else { "Delete" },
                    self.list(targets, ", ")
                )
            }
            K::ProcedureCall { name, arguments, .. } => {
                format!("ProcedureCall {name}({})", self.list(arguments, ", "))
            }
            K::Define(definition) => definition.kind.to_string(),
            K::Discard => "Discard".to_owned(),
        }
    }

    /// A set of what a row rests on: that of a variable, or what a subquery met.
    fn support(&self, set: &Expression) -> String {
        match &set.kind {
            ExpressionKind::Variable(id) => self.name(*id),
            ExpressionKind::Subquery(id) => format!("of subquery {}", id.0),
            _ => "of subqueries".to_owned(),
        }
    }

    fn load_csv(&self, load: &LoadCsv) -> String {
        let headers = if load.headers { " WITH HEADERS" } else { "" };
        let location = self.quote(&load.location);
        let mut text = format!("LoadCsv{headers} FROM {location} AS {}", self.name(load.variable));
        if load.terminator != b',' {
            let _ = write!(text, " FIELDTERMINATOR {:?}", char::from(load.terminator));
        }
        text
    }

    /// `PathSearch SHORTEST 1 TRAIL (a) ((x)-[r]->(y)){1,3} (b)`.
    fn path_search(&self, search: &PathSearch) -> String {
        let mut text = "PathSearch".to_owned();
        text.push_str(if search.into { "Into " } else { " " });
        if let Some(selector) = &search.selector {
            let count = match &selector.count.kind {
                ExpressionKind::Parameter(name) => format!("${name}"),
                ExpressionKind::Literal(count) => count.to_string(),
                _ => self.quote(&selector.count),
            };
            let groups = if selector.groups { "GROUPS " } else { "" };
            let _ = write!(text, "SHORTEST {count} {groups}");
        }
        let _ = write!(text, "{} ", search.mode.text());
        text.push_str(&self.end(search.from.variable, search.from.kind));
        for segment in &search.segments {
            if segment.relationships.is_empty() {
                continue;
            }
            let bounds = match (segment.min, segment.max) {
                (1, Some(1)) => String::new(),
                (min, max) => {
                    format!("{{{min},{}}}", max.map_or(String::new(), |max| max.to_string()))
                }
            };
            let _ = write!(text, " {}{bounds} ", self.hop_text(segment));
        }
        text.push_str(&self.end(search.to.variable, search.to.kind));
        if !search.filter.is_empty() {
            let _ = write!(text, " WHERE {}", self.predicates(&search.filter));
        }
        text
    }

    /// `PathCount (a:Person)-[:FOLLOWS]->(b) WHERE a.age > 20 BY b`; an end that the rows
    /// bring along stands in it without its labels.
    fn path_count(&self, count: &PathCount) -> String {
        let mut text = "PathCount".to_owned();
        let end = |place: usize, text: &mut String| {
            if let Some(end) = count.ends.get(place) {
                let labels = condition(end.labels.as_ref());
                let _ = write!(text, "({}{labels})", self.name(end.variable));
            }
        };
        let rows = if count.start == CountStart::Rows { "Rows " } else { " " };
        text.push_str(rows);
        let mut last = None;
        for (place, hop) in count.hops.iter().enumerate() {
            if last != Some(hop.from) {
                text.push_str(if last.is_some() { ", " } else { "" });
                end(hop.from, &mut text);
            }
            text.push_str(&self.hop(hop.relationship, hop.types.as_ref(), hop.direction, ""));
            end(place + 1, &mut text);
            last = Some(place + 1);
        }
        let filters: Vec<_> = count.ends.iter().flat_map(|end| end.filters.clone()).collect();
        if !filters.is_empty() {
            let _ = write!(text, " WHERE {}", self.list(&filters, " AND "));
        }
        if let Some(root) = count.root.and_then(|root| count.ends.get(root)) {
            let _ = write!(text, " BY {}", self.name(root.variable));
        }
        text
    }

    /// `Intersect (a)-[:KNOWS]->(c), (b)-[:KNOWS]->(c)`; `Count` stands before what is only counted.
    fn intersect(&self, intersect: &Intersect) -> String {
        let legs = intersect.legs.iter().map(|leg| {
            let hop = self.hop(leg.relationship, leg.types.as_ref(), leg.direction, "");
            let from = self.end(leg.from.variable, leg.from.kind);
            format!("{from}{hop}{}", self.end(intersect.to.variable, intersect.to.kind))
        });
        let legs = legs.collect::<Vec<_>>().join(", ");
        let Some(counted) = &intersect.counted else { return format!("Intersect {legs}") };
        let mut text = format!("IntersectCount {legs}");
        let labels = counted.labels.as_ref();
        let labels = labels.map(|_| self.name(intersect.to.variable) + &condition(labels));
        let filters = counted.filters.iter().map(|filter| self.quote(filter));
        let all: Vec<String> = labels.into_iter().chain(filters).collect();
        if !all.is_empty() {
            let _ = write!(text, " WHERE {}", all.join(" AND "));
        }
        text
    }

    fn hop_text(&self, segment: &PathSegment) -> String {
        match (&segment.hops, segment.relationships.as_slice()) {
            (HopSource::Adjacent { direction, types, .. }, [relationship]) => {
                self.hop(*relationship, types.as_ref(), *direction, "")
            }
            (_, relationships) => {
                let mut ends = segment.ends.iter().map(|(id, kind)| self.end(*id, *kind));
                let mut text = ends.next().unwrap_or_default();
                for (relationship, end) in relationships.iter().zip(ends) {
                    let _ = write!(text, "-[{}]-{end}", self.name(*relationship));
                }
                format!("({text})")
            }
        }
    }

    /// `NodeIndexSeek (p:Person) person_name: name = $name, born > 1960 OR person_id: id = 7`
    fn seek(&self, variable: VariableId, kind: EndKind, searches: &[IndexSearch]) -> String {
        let mut labels: Vec<&str> = Vec::new();
        for search in searches {
            if !labels.contains(&&*search.label) {
                labels.push(&search.label);
            }
        }
        let (name, labels) = (self.name(variable), labels.join("|"));
        let place = match kind {
            EndKind::Node => format!("NodeIndexSeek ({name}:{labels})"),
            EndKind::Relationship => format!("RelationshipIndexSeek [{name}:{labels}]"),
        };
        let sought: Vec<String> = searches.iter().map(|search| self.sought(search)).collect();
        format!("{place} {}", sought.join(" OR "))
    }

    /// `NodeIdSeek (n) id(n) = $id OR elementId(n) IN $ids`
    fn id_seek(
        &self,
        variable: VariableId,
        kind: EndKind,
        searches: &[super::id_seek::IdSearch],
    ) -> String {
        let name = self.name(variable);
        let sought = searches.iter().map(|super::id_seek::IdSearch { form, sought }| {
            let function = form.function();
            match sought {
                Sought::Value(value) => format!("{function}({name}) = {}", self.quote(value)),
                Sought::AnyOf(list) => format!("{function}({name}) IN {}", self.quote(list)),
            }
        });
        let sought = sought.collect::<Vec<_>>().join(" OR ");
        match kind {
            EndKind::Node => format!("NodeIdSeek ({name}) {sought}"),
            EndKind::Relationship => format!("RelationshipIdSeek [{name}] {sought}"),
        }
    }

    /// `person_name: name = $name, born > 1960`
    fn sought(&self, search: &IndexSearch) -> String {
        let mut keys = search.keys.iter();
        let mut conditions: Vec<String> = Vec::new();
        for (sought, key) in search.equal.iter().zip(&mut keys) {
            conditions.push(match sought {
                Sought::Value(value) => format!("{key} = {}", self.quote(value)),
                Sought::AnyOf(list) => format!("{key} IN {}", self.quote(list)),
            });
        }
        if let (Some(range), Some(key)) = (&search.then, keys.next()) {
            match range {
                SoughtRange::Present => conditions.push(format!("{key} IS NOT NULL")),
                SoughtRange::Prefix(prefix) => {
                    conditions.push(format!("{key} STARTS WITH {}", self.quote(prefix)));
                }
                SoughtRange::Between { low, high } => {
                    let mut bound = |side: &Option<(Expression, bool)>, sign: &str| {
                        if let Some((bound, included)) = side {
                            let equal = if *included { "=" } else { "" };
                            conditions.push(format!("{key} {sign}{equal} {}", self.quote(bound)));
                        }
                    };
                    bound(low, ">");
                    bound(high, "<");
                }
            }
        }
        format!("{}: {}", search.index, conditions.join(", "))
    }

    fn aggregate(
        &self,
        keys: &[(VariableId, Expression)],
        aggregates: &[(VariableId, super::operator::AggregateCall)],
        support: Option<VariableId>,
    ) -> String {
        let call = |(_, call): &(VariableId, super::operator::AggregateCall)| {
            let distinct = if call.distinct { "DISTINCT " } else { "" };
            let arguments = if call.arguments.is_empty() {
                "*".to_owned()
            } else {
                self.list(&call.arguments, ", ")
            };
            format!("{}({distinct}{arguments})", call.function)
        };
        let support = support.map(|known| format!("support({})", self.name(known)));
        let calls = aggregates.iter().map(call).chain(support).collect::<Vec<_>>().join(", ");
        if keys.is_empty() {
            format!("Aggregate {calls}")
        } else {
            format!("Aggregate {calls} BY {}", self.columns(keys))
        }
    }
}

/// `:A|B&!C`, nothing where nothing is demanded.
fn condition(labels: Option<&Labels>) -> String {
    let mut text = String::new();
    if let Some(labels) = labels {
        text.push(':');
        labels.write(&mut text, &|name, text| text.push_str(name));
    }
    text
}
