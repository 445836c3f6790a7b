//! Unwind: one row for each element of a list.

use super::context::Context;
use super::evaluate::{Row, evaluate_row};
use super::expression::{Physical, PhysicalKind};
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::vectorised::{Rows, evaluate};
use crate::bind::expression::{Expression, VariableId};
use crate::function::{IntegerRange, integer_range};
use crate::syntax::ast::Counting;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::{CHUNK_ROWS, DataChunk, Parents, Vector, VectorBuilder};
use hashbrown::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Makes rows of lists. Null makes none, and what is no list makes one.
pub(super) struct Unwind {
    list: Physical,
    /// Whether the element is read.
    produce: bool,
    /// From where the element's place is counted, if that is read.
    position: Option<Counting>,
    /// The chunk under way.
    under: Option<Under>,
}

/// Rows and how far they have been unwound.
struct Under {
    chunk: Arc<DataChunk>,
    lists: Lists,
    /// Living rows that are done.
    rows: usize,
    /// Elements of the next row that are done.
    elements: usize,
}

/// The lists of the living rows.
enum Lists {
    /// Those of `range(…)`, of which none is ever made.
    Ranges,
    Values(Vector),
    /// Lists of which most rows share a few.
    Shared(Pool),
}

/// The elements of shared lists, each list once.
struct Pool {
    elements: Vector,
    /// Where among them those of each row are.
    places: Vec<Range<u32>>,
}

/// How many rows a list has at least, in the middle, for a pool to be worth it.
const SHARED: usize = 4;

/// How many may differ before that is asked.
const FIRST: usize = 16;

/// Most elements of a pool: a longer list is no label set, and may be wanted in part.
const POOL: usize = 2 * CHUNK_ROWS;

impl Pool {
    /// The pool of these lists, if they are shared: as labels(…) and keys(…) of nodes are.
    fn of(lists: &Vector) -> Option<Self> {
        let mut rows = match lists {
            Vector::Dictionary { places, .. } => places.len(),
            _ => 0,
        };
        let mut known: HashMap<*const Vec<Value>, Range<u32>> = HashMap::new();
        let mut elements = VectorBuilder::default();
        let mut place = |value: &Value| match value {
            Value::Null => Some(0..0),
            Value::List(list) => {
                rows += 1;
                if let Some(place) = known.get(&Arc::as_ptr(list)) {
                    return Some(place.clone());
                }
                if known.len() > FIRST + rows / SHARED || elements.len() + list.len() > POOL {
                    return None;
                }
                let start = elements.len() as u32;
                list.iter().for_each(|value| elements.push(value.clone()));
                let place = start..elements.len() as u32;
                known.insert(Arc::as_ptr(list), place.clone());
                Some(place)
            }
            _ => None,
        };
        let places = match lists {
            Vector::Dynamic(values) => values.iter().map(place).collect::<Option<Vec<_>>>()?,
            Vector::Dictionary { values, places } => {
                let mut pooled: Vec<Option<Range<u32>>> = vec![None; values.len()];
                let mut of = |at: usize| match pooled.get_mut(at) {
                    None => Some(0..0),
                    Some(Some(known)) => Some(known.clone()),
                    Some(unknown) => unknown.insert(place(&values[at])?).clone().into(),
                };
                places.iter().map(|at| of(*at as usize)).collect::<Option<Vec<_>>>()?
            }
            Vector::Constant(value, rows) if *rows >= SHARED => vec![place(value)?; *rows],
            _ => return None,
        };
        Some(Pool { elements: elements.finish(), places })
    }
}

/// The elements of one row.
enum Elements {
    None,
    List(Arc<Vec<Value>>),
    Range(IntegerRange),
    /// Those of the pool.
    Pooled(Range<u32>),
}

impl Elements {
    fn len(&self) -> usize {
        match self {
            Elements::None => 0,
            Elements::List(list) => list.len(),
            Elements::Range(range) => usize::try_from(range.count).unwrap_or(usize::MAX),
            Elements::Pooled(places) => places.len(),
        }
    }

    /// Adds so many elements from one on.
    fn add(&self, from: usize, count: usize, batch: &mut Batch) {
        let builder = &mut batch.elements;
        match self {
            Elements::None => {}
            Elements::List(list) => {
                list.iter().skip(from).take(count).for_each(|value| builder.push(value.clone()));
            }
            Elements::Range(range) => {
                builder.push_integers(range.after(from as u64).iter().take(count));
            }
            Elements::Pooled(places) => {
                batch.pooled.extend(places.clone().skip(from).take(count));
            }
        }
    }
}

/// What goes on in one chunk.
#[derive(Default)]
struct Batch {
    parents: Vec<u32>,
    elements: VectorBuilder,
    /// Where the elements are in the pool, if there is one.
    pooled: Vec<u32>,
    places: Vec<i64>,
}

impl Unwind {
    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        list: &Expression,
        variable: VariableId,
        position: Option<(VariableId, Counting)>,
    ) -> Result<Self, Diagnostic> {
        let list = mapper.compiler().compile(list)?;
        mapper.go_on();
        let produce = mapper.add_if_read(variable);
        let position = position.filter(|(variable, _)| mapper.add_if_read(*variable));
        let position = position.map(|(_, counting)| counting);
        Ok(Unwind { list, produce, position, under: None })
    }

    /// What `range(…)` makes of the next row.
    fn range(&self, context: &Context<'_>, under: &Under) -> Result<Elements, Diagnostic> {
        let PhysicalKind::Function(_, arguments) = &self.list.kind else {
            return Ok(Elements::None);
        };
        let row = Row { columns: &under.chunk.columns, index: under.chunk.row(under.rows) };
        let values = arguments
            .iter()
            .map(|argument| evaluate_row(context, argument, row, &mut Vec::new()))
            .collect::<Result<Vec<_>, _>>()?;
        let range = integer_range(&values).map_err(|error| self.list.failure(error))?;
        Ok(range.map_or(Elements::None, Elements::Range))
    }

    fn elements(&self, context: &Context<'_>, under: &Under) -> Result<Elements, Diagnostic> {
        let lists = match &under.lists {
            Lists::Ranges => return self.range(context, under),
            Lists::Shared(pool) => {
                return Ok(Elements::Pooled(pool.places[under.rows].clone()));
            }
            Lists::Values(lists) => lists,
        };
        Ok(match lists.get(under.rows) {
            Value::Null => Elements::None,
            Value::List(list) => Elements::List(list),
            other => Elements::List(Arc::new(vec![other])),
        })
    }

    fn hand_on(
        &self,
        context: &Context<'_>,
        under: &Under,
        batch: &mut Batch,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        context.guard.check()?;
        let batch = std::mem::take(batch);
        let len = batch.parents.len();
        let mut out = under.chunk.onward(Parents::Rows(batch.parents.into()), len);
        if self.produce {
            out.columns.push(match &under.lists {
                Lists::Shared(pool) => pool.elements.gather(&batch.pooled),
                _ => batch.elements.finish(),
            });
        }
        if self.position.is_some() {
            out.columns.push(Vector::integers(batch.places));
        }
        next.push(context, out)
    }

    fn go_on(
        &self,
        context: &Context<'_>,
        under: &mut Under,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let first = usize::from(self.position == Some(Counting::Ordinality));
        let mut batch = Batch::default();
        while under.rows < under.chunk.rows() {
            context.guard.step()?;
            let elements = self.elements(context, under)?;
            let row = under.chunk.row(under.rows) as u32;
            while under.elements < elements.len() {
                let left = elements.len() - under.elements;
                let count = left.min(CHUNK_ROWS - batch.parents.len());
                batch.parents.extend(std::iter::repeat_n(row, count));
                if self.produce {
                    elements.add(under.elements, count, &mut batch);
                }
                if self.position.is_some() {
                    let places = under.elements..under.elements + count;
                    batch.places.extend(places.map(|place| (place + first) as i64));
                }
                under.elements += count;
                if batch.parents.len() >= CHUNK_ROWS {
                    let flow = self.hand_on(context, under, &mut batch, next)?;
                    if flow != Flow::Continue {
                        return Ok(flow);
                    }
                }
            }
            (under.rows, under.elements) = (under.rows + 1, 0);
        }
        self.hand_on(context, under, &mut batch, next)
    }
}

impl PushOperator for Unwind {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let is_range = matches!(
            &self.list.kind, PhysicalKind::Function(function, _) if function.name == "range"
        );
        let lists = if is_range {
            Lists::Ranges
        } else {
            let lists = evaluate(context, &self.list, &Rows::of(&chunk))?;
            Pool::of(&lists).map_or(Lists::Values(lists), Lists::Shared)
        };
        self.under = Some(Under { chunk: Arc::new(chunk), lists, rows: 0, elements: 0 });
        self.resume(context, next)
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        let Some(mut under) = self.under.take() else { return Ok(Flow::Continue) };
        let flow = self.go_on(context, &mut under, next)?;
        self.under = (flow == Flow::Pause).then_some(under);
        Ok(flow)
    }

    fn reset(&mut self) {
        self.under = None;
    }
}
