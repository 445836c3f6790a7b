//! What a scan asks of the zones of chunks before it looks at their elements.
//!
//! ```text
//! zones: born > $year     row 1: > 1960     row 2: > null, which nothing is
//! chunk  1900…1931        passed over       passed over
//! chunk  1955…1988        looked at         passed over
//! ```
//!
//! Of alternatives one has to be possible. The values are those of the row. Where one cannot be
//! computed every element is looked at, and the filter behind the scan raises the failure if there
//! is any element to raise it for.

use super::bound::Bound;
use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::Physical;
use super::index_seek::{Range, key_range};
use super::profile::Reading;
use crate::bind::expression::Expression;
use crate::plan::seek::Sought;
use crate::plan::zone::{Wanted, ZoneCondition, ZoneFirst};
use crate::store::{KeyId, NodeSelection, RelationshipSelection, ZoneOrder, ZoneTest};
use crate::syntax::ast::NullOrder;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, Value};
use std::sync::Arc;

/// The conditions of a scan.
#[derive(Default)]
pub(super) struct Zones {
    conditions: Conditions,
    /// What the sort behind the scan orders by.
    first: Option<First>,
    /// Whether the scan begins with the last chunk.
    pub(super) backward: bool,
    /// Where it is told how many chunks were passed over.
    pub(super) reading: Option<Arc<Reading>>,
}

/// What the first rows are wanted of, by a property.
#[derive(Clone)]
struct First {
    key: Arc<str>,
    order: ZoneOrder,
    bound: Bound,
}

/// Conditions that have to hold together.
#[derive(Default)]
struct Conditions {
    properties: Vec<Condition>,
    /// Alternatives, of each of which one has to hold.
    any_of: Vec<Vec<Conditions>>,
}

struct Condition {
    key: Arc<str>,
    form: Form,
    values: Vec<Physical>,
}

enum Form {
    Equal,
    /// Equal to an element of a list.
    Listed,
    Within(Range),
    Absent,
}

/// What is asked for one row.
#[derive(Default)]
pub(super) struct Asked {
    tests: Tests,
    first: Option<(Option<KeyId>, First)>,
    reading: Option<Arc<Reading>>,
    /// The chunk that is asked next has been told of, or somebody else tells of it.
    pub(super) told: bool,
}

/// Tests that have to hold together.
#[derive(Default)]
struct Tests {
    /// By property key; one that has no id is the key of nothing.
    by_key: Vec<(Option<KeyId>, Vec<ZoneTest>)>,
    /// Alternatives, of each of which one has to hold.
    any_of: Vec<Vec<Tests>>,
}

impl Zones {
    /// Compiles the conditions.
    pub(super) fn map(
        zones: &[ZoneCondition],
        compile: &mut dyn FnMut(&Expression) -> Result<Physical, Diagnostic>,
    ) -> Result<Self, Diagnostic> {
        Ok(Zones { conditions: Conditions::map(zones, compile)?, ..Zones::default() })
    }

    /// Has it look at what the first rows by a property may be, of which the sort tells the bound.
    pub(super) fn look_for(&mut self, first: &ZoneFirst, bound: Bound) {
        let nulls_first = first.nulls == NullOrder::First;
        let order = ZoneOrder { descending: first.descending, nulls_first, nulls: first.absent };
        self.first = Some(First { key: first.key.clone(), order, bound });
        self.backward = first.backward;
    }

    /// What is to be asked for a row; nothing where its values cannot be computed.
    pub(super) fn asked(&self, context: &Context<'_>, row: Row<'_>) -> Result<Asked, Diagnostic> {
        // What was deleted must not be asked for a property, which would fail.
        if context.deleted.any {
            return Ok(Asked::default());
        }
        let Some(tests) = self.conditions.tests(context, row)? else { return Ok(Asked::default()) };
        let first = self.first.clone();
        let first = first.map(|first| (context.graph.catalog().key_id(&first.key), first));
        Ok(Asked { tests, first, reading: self.reading.clone(), told: false })
    }
}

impl Conditions {
    fn map(
        zones: &[ZoneCondition],
        compile: &mut dyn FnMut(&Expression) -> Result<Physical, Diagnostic>,
    ) -> Result<Self, Diagnostic> {
        let mut all = Conditions::default();
        for zone in zones {
            match zone {
                ZoneCondition::Property { key, wanted } => {
                    let form = match wanted {
                        Wanted::Equal(Sought::Value(_)) => Form::Equal,
                        Wanted::Equal(Sought::AnyOf(_)) => Form::Listed,
                        Wanted::Within(range) => Form::Within(Range::of(range)),
                        Wanted::Absent => Form::Absent,
                    };
                    let values = wanted.expressions().into_iter().map(&mut *compile);
                    let values = values.collect::<Result<_, _>>()?;
                    all.properties.push(Condition { key: key.clone(), form, values });
                }
                // What the user nests is bounded by the parser.
                ZoneCondition::AnyOf(ways) => {
                    let ways = ways.iter().map(|way| Conditions::map(way, compile));
                    all.any_of.push(ways.collect::<Result<_, _>>()?);
                }
            }
        }
        Ok(all)
    }

    /// What they ask for a row; `None` where that cannot be told of all of them.
    fn tests(&self, context: &Context<'_>, row: Row<'_>) -> Result<Option<Tests>, Diagnostic> {
        let mut all = Tests::default();
        for condition in &self.properties {
            let Some(test) = condition.test(context, row)? else { return Ok(None) };
            let key = context.graph.catalog().key_id(&condition.key);
            match all.by_key.iter_mut().find(|(known, _)| *known == key) {
                Some((_, tests)) => tests.push(test),
                None => all.by_key.push((key, vec![test])),
            }
        }
        for ways in &self.any_of {
            let ways = ways.iter().map(|way| way.tests(context, row));
            match ways.collect::<Result<Option<Vec<_>>, _>>()? {
                Some(ways) => all.any_of.push(ways),
                None => return Ok(None),
            }
        }
        Ok(Some(all))
    }
}

impl Condition {
    /// What it asks for a row; `None` where that cannot be told.
    fn test(&self, context: &Context<'_>, row: Row<'_>) -> Result<Option<ZoneTest>, Diagnostic> {
        let mut values = Vec::with_capacity(self.values.len());
        for value in &self.values {
            match evaluate_row(context, value, row, &mut Vec::new()) {
                Ok(value) => values.push(value),
                // A limit is no failure of the values.
                Err(error) if error.class == ErrorClass::ResourceExhausted => return Err(error),
                Err(_) => return Ok(None),
            }
        }
        Ok(match (&self.form, values.as_slice()) {
            (Form::Equal, [value]) => Some(ZoneTest::any_of([value])),
            (Form::Listed, [Value::List(items)]) => Some(ZoneTest::any_of(&**items)),
            (Form::Listed, [Value::Null]) => Some(ZoneTest::Never),
            (Form::Within(range), values) => {
                let range = key_range(*range, &mut values.iter());
                Some(range.map_or(ZoneTest::Never, ZoneTest::Within))
            }
            (Form::Absent, _) => Some(ZoneTest::Absent),
            // IN something that is no list fails.
            (Form::Equal | Form::Listed, _) => None,
        })
    }
}

impl Asked {
    /// Whether anything is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.tests.by_key.is_empty() && self.tests.any_of.is_empty() && self.first.is_none()
    }

    /// Whether a chunk may hold elements for which all holds.
    pub(super) fn may_hold(&self, chunk: &dyn Zoned) -> bool {
        let all = self.tests.may_hold(chunk) && self.may_reach(chunk);
        if let (false, Some(reading)) = (self.is_empty() || self.told, &self.reading) {
            reading.asked_zones(!all);
        }
        all
    }

    /// Whether a chunk may hold some of the first rows that are wanted.
    fn may_reach(&self, chunk: &dyn Zoned) -> bool {
        let Some((key, First { order, bound, .. })) = &self.first else { return true };
        bound.get().is_none_or(|last| match key {
            Some(key) => chunk.may_reach(*key, *order, &last),
            None => order.takes_absent(&last),
        })
    }
}

/// What was found in a chunk.
pub(super) trait Zoned {
    /// Whether tests of a property may all hold of some element.
    fn may_hold(&self, key: KeyId, tests: &[ZoneTest]) -> bool;
    /// Whether some element may be wanted, ordered by a property, where the last one so far has
    /// this value.
    fn may_reach(&self, key: KeyId, order: ZoneOrder, last: &Value) -> bool;
}

impl Zoned for NodeSelection<'_> {
    fn may_hold(&self, key: KeyId, tests: &[ZoneTest]) -> bool {
        NodeSelection::may_hold(self, key, tests)
    }

    fn may_reach(&self, key: KeyId, order: ZoneOrder, last: &Value) -> bool {
        NodeSelection::may_reach(self, key, order, last)
    }
}

impl Zoned for RelationshipSelection<'_> {
    fn may_hold(&self, key: KeyId, tests: &[ZoneTest]) -> bool {
        RelationshipSelection::may_hold(self, key, tests)
    }

    fn may_reach(&self, key: KeyId, order: ZoneOrder, last: &Value) -> bool {
        RelationshipSelection::may_reach(self, key, order, last)
    }
}

impl Tests {
    fn may_hold(&self, chunk: &dyn Zoned) -> bool {
        let holds = |(key, tests): &(Option<KeyId>, Vec<ZoneTest>)| match key {
            Some(key) => chunk.may_hold(*key, tests),
            None => ZoneTest::take_absent(tests),
        };
        self.by_key.iter().all(holds)
            && self.any_of.iter().all(|ways| ways.iter().any(|way| way.may_hold(chunk)))
    }
}
