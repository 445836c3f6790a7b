//! The text of what indexes, ids and zones are asked.

use super::{Writer, condition};
use crate::bind::expression::{Expression, VariableId};
use crate::plan::condition::property_of;
use crate::plan::id_seek::IdSearch;
use crate::plan::join::HashJoin;
use crate::plan::seek::{IndexSearch, Sought, SoughtRange};
use crate::plan::zone::{Wanted, ZoneCondition, ZoneFirst};
use crate::syntax::ast::{EndKind, NullOrder};

impl Writer<'_> {
    /// `NodeIndexSeek (p:Person) person_name: name = $name, born > 1960 OR person_id: id = 7`
    pub(super) fn seek(
        &self,
        variable: VariableId,
        kind: EndKind,
        searches: &[IndexSearch],
    ) -> String {
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

    /// `NodeHashJoin (b:Person) ON name = a.name WHERE b.age = 31`
    pub(super) fn join(&self, join: &HashJoin) -> String {
        let (name, labels) = (self.name(join.variable), condition(join.labels.as_ref()));
        let mut text = match join.kind {
            EndKind::Node => format!("NodeHashJoin ({name}{labels}) ON "),
            EndKind::Relationship => format!("RelationshipHashJoin [{name}{labels}] ON "),
        };
        let keys = join.keys.iter();
        let keys = keys.map(|(own, sought)| {
            let own = match property_of(own, join.variable) {
                Some(key) => key.to_string(),
                None => self.quote(own),
            };
            format!("{own} = {}", self.quote(sought))
        });
        text.push_str(&keys.collect::<Vec<_>>().join(" AND "));
        if !join.filters.is_empty() {
            text.push_str(" WHERE ");
            text.push_str(&self.predicates(&join.filters));
        }
        text
    }

    /// `NodeIdSeek (n) id(n) = $id OR elementId(n) IN $ids`
    pub(super) fn id_seek(
        &self,
        variable: VariableId,
        kind: EndKind,
        searches: &[IdSearch],
    ) -> String {
        let name = self.name(variable);
        let sought = searches.iter().map(|IdSearch { form, sought }| {
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
            conditions.push(self.equal(key, sought));
        }
        if let (Some(range), Some(key)) = (&search.then, keys.next()) {
            self.range(key, range, &mut conditions);
        }
        format!("{}: {}", search.index, conditions.join(", "))
    }

    /// ` zones: born > 1960, name = $name, first by born DESC`; nothing where there are none.
    pub(super) fn zones(&self, zones: &[ZoneCondition], first: Option<&ZoneFirst>) -> String {
        let mut asked = self.conditions(zones);
        if let Some(ZoneFirst { key, descending, nulls, .. }) = first {
            let order = if *descending { " DESC" } else { "" };
            let nulls = match (*descending, nulls) {
                (true, NullOrder::Last) => " NULLS LAST",
                (false, NullOrder::First) => " NULLS FIRST",
                _ => "",
            };
            asked.push(format!("first by {key}{order}{nulls}"));
        }
        if asked.is_empty() {
            return String::new();
        }
        format!(" zones: {}", asked.join(", "))
    }

    /// `born > 1960`, `(name = $name OR born < 1900 AND name IS NULL)`
    fn conditions(&self, zones: &[ZoneCondition]) -> Vec<String> {
        let mut conditions: Vec<String> = Vec::new();
        for zone in zones {
            match zone {
                ZoneCondition::Property { key, wanted } => match wanted {
                    Wanted::Equal(sought) => conditions.push(self.equal(key, sought)),
                    Wanted::Within(range) => self.range(key, range, &mut conditions),
                    Wanted::Absent => conditions.push(format!("{key} IS NULL")),
                },
                // What the user nests is bounded by the parser.
                ZoneCondition::AnyOf(ways) => {
                    let ways = ways.iter().map(|way| self.conditions(way).join(" AND "));
                    conditions.push(format!("({})", ways.collect::<Vec<_>>().join(" OR ")));
                }
            }
        }
        conditions
    }

    fn equal(&self, key: &str, sought: &Sought) -> String {
        match sought {
            Sought::Value(value) => format!("{key} = {}", self.quote(value)),
            Sought::AnyOf(list) => format!("{key} IN {}", self.quote(list)),
        }
    }

    fn range(&self, key: &str, range: &SoughtRange, conditions: &mut Vec<String>) {
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
}
