//! The text of operators that stand for more than one hop.

use super::{Writer, condition};
use crate::bind::expression::ExpressionKind;
use crate::plan::count::{CountStart, PathCount};
use crate::plan::intersect::Intersect;
use crate::plan::operator::OperatorKind;
use crate::plan::path::{HopSource, PathSearch, PathSegment};
use std::fmt::Write;

impl Writer<'_> {
    /// `PathSearch SHORTEST 1 TRAIL (a) ((x)-[r]->(y)){1,3} (b)`.
    pub(super) fn path_search(&self, search: &PathSearch) -> String {
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
        if let Some(targets) = &search.targets {
            let _ = write!(text, " TO {}", self.predicates(&targets.filters));
        }
        text
    }

    /// `PathCount (a:Person)-[:FOLLOWS]->(b) WHERE a.age > 20 BY b`; an end that the rows
    /// bring along stands in it without its labels.
    pub(super) fn path_count(&self, count: &PathCount) -> String {
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
        let root = count.root.and_then(|root| count.ends.get(root));
        let node = root.map(|root| self.name(root.variable));
        let hop = count.by_type.and_then(|(_, hop)| count.hops.get(hop));
        let kind = hop.map(|hop| format!("type({})", self.name(hop.relationship)));
        let by: Vec<String> = node.into_iter().chain(kind).collect();
        if !by.is_empty() {
            let _ = write!(text, " BY {}", by.join(", "));
        }
        text
    }

    /// `ExpandVariable (a)-[:KNOWS*1..3]->(b)`; `Reach` where each end is found once.
    pub(super) fn expand_variable(&self, kind: &OperatorKind) -> String {
        let OperatorKind::ExpandVariable {
            from,
            relationships,
            to,
            into,
            direction,
            types,
            min,
            max,
            once,
            ..
        } = kind
        else {
            return String::new();
        };
        let name = match (into, once) {
            (true, _) => "ExpandVariableInto",
            (false, true) => "Reach",
            (false, false) => "ExpandVariable",
        };
        let length = format!("*{min}..{}", max.map_or(String::new(), |max| max.to_string()));
        format!(
            "{name} {}{}{}",
            self.end(from.variable, from.kind),
            self.hop(*relationships, types.as_ref(), *direction, &length),
            self.end(to.variable, to.kind)
        )
    }

    /// `Intersect (a)-[:KNOWS]->(c), (b)-[:KNOWS]->(c)`; `Count` stands before what is only counted.
    pub(super) fn intersect(&self, intersect: &Intersect) -> String {
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
}
