//! What a scan asks of the zones of chunks before it looks at their elements.
//!
//! ```text
//! zones: born > $year     row 1: > 1960     row 2: > null, which nothing is
//! chunk  1900…1931        passed over       passed over
//! chunk  1955…1988        looked at         passed over
//! ```
//!
//! The values are those of the row. Where one cannot be computed every element is looked at, and
//! the filter behind the scan raises the failure if there is any element to raise it for.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::Physical;
use super::index_seek::{Range, key_range};
use super::profile::Reading;
use crate::plan::seek::Sought;
use crate::plan::zone::{Wanted, ZoneCondition};
use crate::store::{KeyId, ZoneTest};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, Value};
use std::sync::Arc;

/// The conditions of a scan.
#[derive(Default)]
pub(super) struct Zones {
    conditions: Vec<Condition>,
    /// Where it is told how many chunks were passed over.
    pub(super) reading: Option<Arc<Reading>>,
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
    /// By property key; one that has no id is the key of nothing.
    tests: Vec<(Option<KeyId>, Vec<ZoneTest>)>,
    reading: Option<Arc<Reading>>,
}

impl Zones {
    /// Compiles the conditions.
    pub(super) fn map(
        zones: &[ZoneCondition],
        mut compile: impl FnMut(&ZoneCondition) -> Result<Vec<Physical>, Diagnostic>,
    ) -> Result<Self, Diagnostic> {
        let condition = |zone: &ZoneCondition| {
            let form = match &zone.wanted {
                Wanted::Equal(Sought::Value(_)) => Form::Equal,
                Wanted::Equal(Sought::AnyOf(_)) => Form::Listed,
                Wanted::Within(range) => Form::Within(Range::of(range)),
                Wanted::Absent => Form::Absent,
            };
            Ok(Condition { key: zone.key.clone(), form, values: compile(zone)? })
        };
        let conditions = zones.iter().map(condition).collect::<Result<_, Diagnostic>>()?;
        Ok(Zones { conditions, reading: None })
    }

    /// What is to be asked for a row; nothing where its values cannot be computed.
    pub(super) fn asked(&self, context: &Context<'_>, row: Row<'_>) -> Result<Asked, Diagnostic> {
        let mut asked = Asked { tests: Vec::new(), reading: self.reading.clone() };
        // What was deleted must not be asked for a property, which would fail.
        if context.deleted.any {
            return Ok(asked);
        }
        let catalog = context.graph.catalog();
        for condition in &self.conditions {
            let Some(test) = condition.test(context, row)? else { return Ok(Asked::default()) };
            let key = catalog.key_id(&condition.key);
            match asked.tests.iter_mut().find(|(known, _)| *known == key) {
                Some((_, tests)) => tests.push(test),
                None => asked.tests.push((key, vec![test])),
            }
        }
        Ok(asked)
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
        self.tests.is_empty()
    }

    /// Whether a chunk may hold elements for which all holds; `may_hold` tells it of one property.
    pub(super) fn may_hold(&self, may_hold: impl Fn(KeyId, &[ZoneTest]) -> bool) -> bool {
        let all = self.tests.iter().all(|(key, tests)| match key {
            Some(key) => may_hold(*key, tests),
            None => ZoneTest::take_absent(tests),
        });
        if let (false, Some(reading)) = (self.is_empty(), &self.reading) {
            reading.asked_zones(!all);
        }
        all
    }
}
