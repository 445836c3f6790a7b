//! The text of EXPLAIN and PROFILE: one line an operator, rows flowing downwards,
//! nested plans indented.

#[path = "explain_patterns.rs"]
mod patterns;
#[path = "explain_searches.rs"]
mod searches;
#[path = "explain_table.rs"]
mod table;

use super::operator::{ApplyKind, LoadCsv, Operator, OperatorKind, Plan, StatementPlan};
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::syntax::ast::{ComparisonOperator, Direction, EndKind, SetOperator};
use crate::syntax::diagnostic::Span;
use crate::syntax::{TokenKind, tokenize};
use crate::value::display::push_visible;
use std::fmt::Write;
use std::sync::Arc;
use table::{Line, laid_out};

/// What was measured of one operator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Rows that it handed on.
    pub rows: u64,
    /// Time spent in it, without those that follow.
    pub time: std::time::Duration,
    /// The most bytes that it has kept at a time, roughly; rows on their way are not kept.
    pub memory: usize,
    /// Chunks of whose zones a scan has asked, as often as it has, and how many of them it has
    /// passed over.
    pub zones: (u64, u64),
}

impl Measured {
    /// What this operator and one of its kind, which shares the work, have come to together.
    pub fn with(&self, other: &Measured) -> Measured {
        Measured {
            rows: self.rows + other.rows,
            time: self.time + other.time,
            memory: self.memory + other.memory,
            zones: (self.zones.0 + other.zones.0, self.zones.1 + other.zones.1),
        }
    }
}

/// Writes a plan as text. `text` is the statement's text, from which expressions are
/// quoted, `names` the variables' names, `measured` the figures of the root plan's
/// operators where it ran. The table has at most so many `columns` of characters, if they are told.
pub fn explain(
    plan: &StatementPlan,
    text: &str,
    names: &[Arc<str>],
    measured: Option<&[Measured]>,
    columns: Option<usize>,
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
    laid_out(&writer.lines, measured.is_some(), columns)
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
        if let ExpressionKind::MayHold(condition) = &predicate.kind {
            return format!("{} (or fails)", self.predicate(condition));
        }
        self.quote(predicate)
    }

    fn predicates(&self, predicates: &[Expression]) -> String {
        let texts: Vec<_> = predicates.iter().map(|one| self.predicate(one)).collect();
        texts.join(" AND ")
    }

    /// What an expression is written as, in one line.
    fn quote(&self, expression: &Expression) -> String {
        let range = expression.span.start as usize..expression.span.end as usize;
        self.text.get(range).map_or_else(|| "…".to_owned(), in_one_line)
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
            K::NodeScan { variable, labels, zones, first } => {
                let (name, labels) = (self.name(*variable), condition(labels.as_ref()));
                format!("NodeScan ({name}{labels}){}", self.zones(zones, first.as_ref()))
            }
            K::RelationshipScan { variable, types, zones, first } => {
                let (name, types) = (self.name(*variable), condition(types.as_ref()));
                format!("RelationshipScan [{name}{types}]{}", self.zones(zones, first.as_ref()))
            }
            K::HashJoin(join) => self.join(join),
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
            K::ExpandVariable { .. } => self.expand_variable(&operator.kind),
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
                    // What a rule has added stands nowhere in the text.
                    let text = match expression.kind {
                        ExpressionKind::Variable(id) if expression.span == Span::default() => {
                            self.name(id)
                        }
                        _ => self.quote(expression),
                    };
                    format!("{text}{}", if *descending { " DESC" } else { "" })
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
            K::CopyFrom(copy) => format!("CopyFrom {}", copy.text),
            K::CopyTo(copy) => format!("CopyTo {}", copy.text.trim_start_matches("TO ")),
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
        if let Some(terminator) = load.terminator {
            let _ = write!(text, " FIELDTERMINATOR {:?}", char::from(terminator));
        }
        text
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

/// A text of the query in one line: strings and names as they are, with escapes for what would
/// begin another line; a space where there is any between two words; comments left out.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut end = 0;
    for token in tokenize(text).iter().filter(|token| token.kind != TokenKind::Comment) {
        if token.span.start > end && !line.is_empty() {
            line.push(' ');
        }
        token.text(text).chars().for_each(|character| push_visible(&mut line, character));
        end = token.span.end;
    }
    line
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

#[cfg(test)]
mod tests {
    use super::in_one_line;

    #[test]
    fn strings_and_names_are_shown_as_they_are() {
        let shown = [
            ("n.name  =\n 'a   b'", "n.name = 'a   b'"),
            ("'two\nlines\tand \\' \"quotes\"  '", "'two\\nlines\\tand \\' \"quotes\"  '"),
            ("n.`two  words`=$`a  b`", "n.`two  words`=$`a  b`"),
            ("'a\u{3000}\u{a0}b'", "'a\u{3000}\u{a0}b'"),
            ("1 // it's  one\n+/* and */2", "1 + 2"),
        ];
        for (written, line) in shown {
            assert_eq!(in_one_line(written), line);
        }
    }
}
