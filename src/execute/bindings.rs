//! Bindings: what is the same in all rows of a run, and another in the next one.
//!
//! A chain of operators that is to run again ([`Idle`](super::idle::Idle)) holds nothing that
//! comes from the parameters, the clock or the limits of one run. Where it needs such a value it
//! has the number of a slot:
//!
//! ```text
//! WHERE n.born > date($day) + $span
//!
//! slots   0  $day    1  date(#0)    2  $span    3  #1 + #2
//! filter  n.born > #3
//! ```
//!
//! Before each run the slots are computed in order. One that cannot be computed has no value, and
//! is computed where a row reads it: it must fail only if a row gets there.
//!
//! What the mapper has looked at besides the names of the graph, to choose what it made, are
//! premises: the chain runs again only where they hold again.

use super::compile::is_fixed;
use super::context::Context;
use super::count::leads_only_to;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, PhysicalKind};
use super::vectorised::{self, Rows};
use crate::bind::expression::Labels;
use crate::store::TypeId;
use crate::syntax::ast::Direction;
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::Value;
use crate::vector::Vector;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

/// The slots of a chain, and what it rests on.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    /// Each reads only those before it.
    slots: RefCell<Vec<Slot>>,
    premises: RefCell<Vec<Premise>>,
    /// Something was looked at that may be another at any time.
    once: Cell<bool>,
}

#[derive(Debug)]
struct Slot {
    source: SlotSource,
    value: Option<Value>,
}

#[derive(Debug)]
enum SlotSource {
    Parameter(Arc<str>),
    Computed(Physical),
}

/// What the mapper has found, and must find again.
#[derive(Debug)]
enum Premise {
    /// The value of a slot.
    Value(usize, Option<Value>),
    /// Whether relationships lead to nodes with these labels only.
    Leads { labels: Labels, direction: Direction, types: Option<Vec<TypeId>>, only: bool },
}

impl Bindings {
    /// The slot of a parameter.
    ///
    /// # Errors
    /// `ParameterMissing` where it was not given.
    pub(super) fn parameter(
        &self,
        context: &Context<'_>,
        name: &Arc<str>,
        span: Span,
    ) -> Result<PhysicalKind, Diagnostic> {
        let value = context.options.parameter(name, span)?;
        let mut slots = self.slots.borrow_mut();
        let same =
            |slot: &Slot| matches!(&slot.source, SlotSource::Parameter(known) if known == name);
        let place = slots.iter().position(same).unwrap_or_else(|| {
            slots.push(Slot { source: SlotSource::Parameter(name.clone()), value: Some(value) });
            slots.len() - 1
        });
        Ok(PhysicalKind::Slot(place))
    }

    /// A slot for what is computed of others.
    pub(super) fn computed(&self, context: &Context<'_>, expression: Physical) -> Physical {
        let (value, span) = (folded(context, &expression), expression.span);
        let mut slots = self.slots.borrow_mut();
        slots.push(Slot { source: SlotSource::Computed(expression), value });
        Physical::new(PhysicalKind::Slot(slots.len() - 1), span)
    }

    /// Does something with the value of a slot, if it has one.
    pub(super) fn with<T>(&self, slot: usize, run: impl FnOnce(Option<&Value>) -> T) -> T {
        let slots = self.slots.borrow();
        run(slots.get(slot).and_then(|slot| slot.value.as_ref()))
    }

    /// The value of a slot in a row.
    pub(super) fn value(&self, context: &Context<'_>, slot: usize) -> Result<Value, Diagnostic> {
        let slots = self.slots.borrow();
        match slots.get(slot) {
            Some(Slot { value: Some(value), .. }) => Ok(value.clone()),
            Some(Slot { source: SlotSource::Computed(of), .. }) => {
                evaluate_row(context, of, Row::EMPTY, &mut Vec::new())
            }
            _ => Ok(Value::Null),
        }
    }

    /// The value of a slot in many rows.
    pub(super) fn values(
        &self,
        context: &Context<'_>,
        slot: usize,
        rows: &Rows<'_>,
    ) -> Result<Vector, Diagnostic> {
        let slots = self.slots.borrow();
        match slots.get(slot) {
            Some(Slot { value: Some(value), .. }) => {
                Ok(Vector::Constant(value.clone(), rows.count()))
            }
            Some(Slot { source: SlotSource::Computed(of), .. }) => {
                vectorised::evaluate(context, of, rows)
            }
            _ => Ok(Vector::nulls(rows.count())),
        }
    }

    /// The mapper chooses by the value of a slot: it must be the same in the next run.
    pub(super) fn look(&self, slot: usize) {
        let value = self.slots.borrow().get(slot).and_then(|slot| slot.value.clone());
        self.premises.borrow_mut().push(Premise::Value(slot, value));
    }

    /// The mapper chooses by what may be another in the next run, whatever the slots are.
    pub(super) fn look_once(&self) {
        self.once.set(true);
    }

    /// The mapper chooses by whether relationships lead to nodes with these labels only.
    pub(super) fn look_where(
        &self,
        labels: &Labels,
        direction: Direction,
        types: Option<&[TypeId]>,
        only: bool,
    ) {
        let (labels, types) = (labels.clone(), types.map(<[_]>::to_vec));
        self.premises.borrow_mut().push(Premise::Leads { labels, direction, types, only });
    }

    /// Lets go of the values of a run.
    pub(super) fn release(&self) {
        self.slots.borrow_mut().iter_mut().for_each(|slot| slot.value = None);
    }

    /// Binds the slots for another run; tells whether what was mapped serves it. Where it does
    /// not, mapping anew tells why.
    pub(super) fn bind(&self, context: &Context<'_>) -> bool {
        if self.once.get() {
            return false;
        }
        let count = self.slots.borrow().len();
        for place in 0..count {
            let value = match self.slots.borrow().get(place).map(|slot| &slot.source) {
                Some(SlotSource::Parameter(name)) => match context.options.parameters.get(name) {
                    Some(value) => Some(value.clone()),
                    None => return false,
                },
                Some(SlotSource::Computed(expression)) => folded(context, expression),
                None => None,
            };
            if let Some(slot) = self.slots.borrow_mut().get_mut(place) {
                slot.value = value;
            }
        }
        self.premises.borrow().iter().all(|premise| match premise {
            Premise::Value(slot, known) => self.with(*slot, |value| same(value, known.as_ref())),
            Premise::Leads { labels, direction, types, only } => {
                leads_only_to(context, labels, *direction, types.as_deref()) == *only
            }
        })
    }
}

/// The value of an expression whose parts all have one, if it is the same in every row.
pub(super) fn folded(context: &Context<'_>, expression: &Physical) -> Option<Value> {
    let is_known = |part: &Physical| part.with_known(context, |value| value.is_some());
    let is_element = |value: Option<&Value>| {
        matches!(value, None | Some(Value::Node(_) | Value::Relationship(_)))
    };
    let element = |part: &Physical| part.with_known(context, is_element);
    // What fails is left alone: it must fail only if a row gets there.
    is_fixed(&expression.kind, &is_known, &element)
        .then(|| evaluate_row(context, expression, Row::EMPTY, &mut Vec::new()).ok())
        .flatten()
}

/// Whether two values are one and the same for whoever chooses by them; where that is hard to
/// tell they are not.
fn same(one: Option<&Value>, other: Option<&Value>) -> bool {
    match (one, other) {
        (None, None) | (Some(Value::Null), Some(Value::Null)) => true,
        (Some(Value::Integer(one)), Some(Value::Integer(other))) => one == other,
        (Some(Value::String(one)), Some(Value::String(other))) => one == other,
        (Some(Value::List(one)), Some(Value::List(other))) => {
            one.len() == other.len()
                && one.iter().zip(&**other).all(|(one, other)| match (one, other) {
                    (Value::String(one), Value::String(other)) => one == other,
                    _ => false,
                })
        }
        _ => false,
    }
}
