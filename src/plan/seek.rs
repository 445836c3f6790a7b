//! What an index can do for a scan: the conditions on the scanned element that it answers.
//!
//! A search finds every element for which its conditions hold, and may find others: an
//! index takes `NaN` for equal to itself, and a list with a null to its like. So the filter
//! that the conditions come from stays behind the search.
//!
//! ```text
//! index (:Person) surname, born        WHERE p.born > 1960 AND p.surname = $name
//! search: surname = $name, then born > 1960
//! ```
//!
//! Of alternatives, `p.surname = $name OR p.born = 1960` or `(p:Person|Official)`, each has to
//! have a search of its own; what they find together is found once.

use super::condition::{Condition, Test, collect};
use super::statistics::{IndexInfo, Statistics, relationship_rows, scan_rows};
use crate::bind::expression::{Expression, ExpressionKind, Labels, VariableId};
use crate::syntax::ast::{EndKind, LabelExpression, LogicalOperator};
use std::collections::HashMap;
use std::sync::Arc;

/// What is sought in an index: values of its first keys, then perhaps a range of the next.
#[derive(Clone, Debug)]
pub struct IndexSearch {
    /// The index's name.
    pub index: Arc<str>,
    /// The label or type that it is about.
    pub label: Arc<str>,
    /// The keys that are searched by, in the order of the index.
    pub keys: Vec<Arc<str>>,
    /// What the first of them have to be.
    pub equal: Vec<Sought>,
    /// What the next has to be.
    pub then: Option<SoughtRange>,
}

/// What a property has to be equal to.
#[derive(Clone, Debug)]
pub enum Sought {
    /// A value.
    Value(Expression),
    /// An element of a list.
    AnyOf(Expression),
}

/// What a property has to be.
#[derive(Clone, Debug)]
pub enum SoughtRange {
    /// There.
    Present,
    /// A string that begins like this.
    Prefix(Expression),
    /// Between bounds, of which one may be missing; with whether the bound itself counts.
    Between {
        /// The lower bound.
        low: Option<(Expression, bool)>,
        /// The upper bound.
        high: Option<(Expression, bool)>,
    },
}

impl IndexSearch {
    /// The expressions that it reads, in order.
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut all: Vec<&Expression> = self.equal.iter().map(Sought::expression).collect();
        all.extend(self.then.iter().flat_map(SoughtRange::expressions));
        all
    }
}

impl Sought {
    /// The expression that it reads.
    pub fn expression(&self) -> &Expression {
        match self {
            Sought::Value(value) | Sought::AnyOf(value) => value,
        }
    }
}

impl SoughtRange {
    /// The expressions that it reads, in order.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            SoughtRange::Present => Vec::new(),
            SoughtRange::Prefix(prefix) => vec![prefix],
            SoughtRange::Between { low, high } => {
                low.iter().chain(high).map(|(bound, _)| bound).collect()
            }
        }
    }
}

/// The elements of a list whose length is not known.
pub(super) const UNKNOWN_LIST: f64 = 5.0;
/// The share of an index that lies between two bounds, beyond one, or behind a prefix.
const BETWEEN: f64 = 0.1;
const BEYOND: f64 = 0.3;
const PREFIX: f64 = 0.1;
/// A search that is not by all keys has to leave out this share of what a scan finds.
const WORTHWHILE: f64 = 0.75;

/// Terms of alternatives, times conditions that they are combined with, that are looked at.
const MOST_COMBINED: usize = 1 << 18;

/// Searches that together find every element for which the predicates hold.
pub(super) struct Found {
    /// One, or one for each alternative.
    pub(super) searches: Vec<IndexSearch>,
    /// About how many elements they find.
    pub(super) rows: f64,
}

/// The searches that find fewest elements; `None` where no index helps. An alternative of
/// labels or of predicates needs a search for each of its terms.
pub(super) fn best_search(
    statistics: &dyn Statistics,
    (kind, variable): (EndKind, VariableId),
    labels: Option<&Labels>,
    predicates: &[&Expression],
) -> Option<Found> {
    let labels = labels?;
    let choice = Choice { statistics, kind, variable, indexes: known(statistics, kind, labels)? };
    let mut conditions = Vec::new();
    predicates.iter().for_each(|one| collect(one, variable, &mut conditions));
    let required = required(labels);
    let names = label_ways(labels).map(|way| {
        let all = |term| required.iter().copied().chain(self::required(term)).collect();
        way.iter().map(all).collect::<Vec<Vec<_>>>()
    });
    let names: Vec<_> = std::iter::once(vec![required.clone()]).chain(names).collect();
    let terms: Vec<_> = std::iter::once(None).chain(term_ways(predicates).map(Some)).collect();
    let all = match kind {
        EndKind::Node => scan_rows(statistics, Some(labels)),
        EndKind::Relationship => relationship_rows(statistics, Some(labels)),
    };
    let mut best: Option<Found> = None;
    for names in &names {
        for terms in &terms {
            let combined = names.len() * terms.map_or(1, <[_]>::len) * (conditions.len() + 1);
            if combined > MOST_COMBINED {
                continue;
            }
            let Some((found, exact)) = choice.union(names, *terms, &mut conditions) else {
                continue;
            };
            if (exact || found.rows <= all * WORTHWHILE)
                && best.as_ref().is_none_or(|best| found.rows < best.rows)
            {
                best = Some(found);
            }
        }
    }
    best
}

/// The indexes that labels, or types, have; `None` where there are none.
fn known(
    statistics: &dyn Statistics,
    kind: EndKind,
    labels: &Labels,
) -> Option<HashMap<Arc<str>, Vec<IndexInfo>>> {
    let mut known = HashMap::new();
    for name in labels.names() {
        if !known.contains_key(name) {
            let indexes = statistics.indexes(kind, name);
            if !indexes.is_empty() {
                known.insert(name.clone(), indexes);
            }
        }
    }
    (!known.is_empty()).then_some(known)
}

/// What a search is chosen from.
struct Choice<'a> {
    statistics: &'a dyn Statistics,
    kind: EndKind,
    variable: VariableId,
    indexes: HashMap<Arc<str>, Vec<IndexInfo>>,
}

impl Choice<'_> {
    /// A search for each of the alternative names with each of the alternative terms, and
    /// whether all are by all keys of their index.
    fn union<'e>(
        &self,
        names: &[Vec<&Arc<str>>],
        terms: Option<&'e [Expression]>,
        conditions: &mut Vec<Condition<'e>>,
    ) -> Option<(Found, bool)> {
        let mut found = Found { searches: Vec::new(), rows: 0.0 };
        let mut exact = true;
        let known = conditions.len();
        let terms: Vec<Option<&Expression>> =
            terms.map_or(vec![None], |terms| terms.iter().map(Some).collect());
        for names in names {
            for term in &terms {
                term.iter().for_each(|term| collect(term, self.variable, conditions));
                let one = self.single(names, conditions);
                conditions.truncate(known);
                let (search, rows, complete) = one?;
                found.searches.push(search);
                found.rows += rows;
                exact &= complete;
            }
        }
        Some((found, exact))
    }

    /// The search that finds fewest, about how many, and whether it is by all keys.
    fn single(
        &self,
        names: &[&Arc<str>],
        conditions: &[Condition<'_>],
    ) -> Option<(IndexSearch, f64, bool)> {
        let mut best: Option<(IndexSearch, f64, bool)> = None;
        for label in names {
            for index in self.indexes.get(*label).into_iter().flatten() {
                let Some(search) = search(label, index, conditions) else { continue };
                let found = estimate(self.statistics, &search, index);
                let all = match self.kind {
                    EndKind::Node => self.statistics.nodes_with(label),
                    EndKind::Relationship => self.statistics.relationships_of(label),
                };
                let exact = search.equal.len() == index.keys.len();
                if (exact || found <= all * WORTHWHILE)
                    && best.as_ref().is_none_or(|(_, least, _)| found < *least)
                {
                    best = Some((search, found, exact));
                }
            }
        }
        best
    }
}

/// The alternatives in a condition on labels, one of which holds.
fn label_ways(labels: &Labels) -> impl Iterator<Item = &[Labels]> {
    let terms = match labels {
        LabelExpression::And(terms) => terms,
        other => std::slice::from_ref(other),
    };
    terms.iter().filter_map(|term| match term {
        LabelExpression::Or(terms) => Some(&**terms),
        _ => None,
    })
}

/// The alternatives in predicates, one of which holds.
fn term_ways<'e>(predicates: &[&'e Expression]) -> impl Iterator<Item = &'e [Expression]> {
    let terms = predicates.iter().flat_map(|predicate| match &predicate.kind {
        ExpressionKind::Logical(LogicalOperator::And, terms) => terms.as_slice(),
        _ => std::slice::from_ref(*predicate),
    });
    terms.filter_map(|term| match &term.kind {
        ExpressionKind::Logical(LogicalOperator::Or, terms) => Some(&**terms),
        _ => None,
    })
}

/// The labels that an element must have for the condition to hold.
fn required(labels: &Labels) -> Vec<&Arc<str>> {
    match labels {
        LabelExpression::Name(name) => vec![name],
        LabelExpression::And(terms) => {
            let names = terms.iter().filter_map(|term| match term {
                LabelExpression::Name(name) => Some(name),
                _ => None,
            });
            names.collect()
        }
        _ => Vec::new(),
    }
}

/// Searches an index by as many of its keys as the conditions allow.
fn search(
    label: &Arc<str>,
    index: &IndexInfo,
    conditions: &[Condition<'_>],
) -> Option<IndexSearch> {
    let mut equal = Vec::new();
    let mut then = None;
    for key in &index.keys {
        let tests = || conditions.iter().filter(|one| **one.key == **key).map(|one| one.test);
        let sought = tests().find_map(|test| match test {
            Test::Equal(value) => Some(Sought::Value(value.clone())),
            _ => None,
        });
        let sought = sought.or_else(|| {
            tests().find_map(|test| match test {
                Test::AnyOf(list) => Some(Sought::AnyOf(list.clone())),
                _ => None,
            })
        });
        let Some(sought) = sought else {
            then = range(&tests().collect::<Vec<_>>());
            break;
        };
        equal.push(sought);
    }
    let used = equal.len() + usize::from(then.is_some());
    let keys: Vec<Arc<str>> = index.keys.iter().take(used).cloned().collect();
    let (index, label) = (index.name.clone(), label.clone());
    (used > 0).then_some(IndexSearch { index, label, keys, equal, then })
}

/// The narrowest range that tests of one property leave.
fn range(tests: &[Test<'_>]) -> Option<SoughtRange> {
    let prefix = tests.iter().find_map(|test| match test {
        Test::Prefix(prefix) => Some(SoughtRange::Prefix((*prefix).clone())),
        _ => None,
    });
    if prefix.is_some() {
        return prefix;
    }
    let bound = |below: bool| {
        tests.iter().find_map(|test| match test {
            Test::Above(bound, included) if !below => Some(((*bound).clone(), *included)),
            Test::Below(bound, included) if below => Some(((*bound).clone(), *included)),
            _ => None,
        })
    };
    match (bound(false), bound(true)) {
        (None, None) => {
            let present = tests.iter().any(|test| matches!(test, Test::Present));
            present.then_some(SoughtRange::Present)
        }
        (low, high) => Some(SoughtRange::Between { low, high }),
    }
}

/// About how many elements a search finds.
fn estimate(statistics: &dyn Statistics, search: &IndexSearch, index: &IndexInfo) -> f64 {
    let counts = statistics.index_counts(&index.name);
    let (entries, distinct) = (counts.entries, counts.distinct.max(1.0));
    let complete = search.equal.len() == index.keys.len();
    let mut found = if complete && index.unique {
        1.0
    } else {
        // Of several keys, each is taken to tell apart as much as the others.
        let part = search.equal.len() as f64 / index.keys.len().max(1) as f64;
        entries / distinct.powf(part)
    };
    for sought in &search.equal {
        found *= match sought {
            Sought::Value(_) => 1.0,
            Sought::AnyOf(Expression { kind: ExpressionKind::List(items), .. }) => {
                items.len() as f64
            }
            Sought::AnyOf(_) => UNKNOWN_LIST,
        };
    }
    found *= match &search.then {
        None | Some(SoughtRange::Present) => 1.0,
        Some(SoughtRange::Prefix(_)) => PREFIX,
        Some(SoughtRange::Between { low: Some(_), high: Some(_) }) => BETWEEN,
        Some(SoughtRange::Between { .. }) => BEYOND,
    };
    found.min(entries.max(1.0))
}
