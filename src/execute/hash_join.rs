//! `HashJoin`: for each row, the elements whose properties equal what the row has.
//!
//! ```text
//! table by p.name      rows        out
//!  'Ann'  7            'Ann' 1     'Ann' 1 7
//!  'Bob'  8, 9         null  2     'Bob' 3 8
//!                      'Bob' 3     'Bob' 3 9
//! ```
//!
//! The elements are scanned once and put into a table by the hashes of their keys, instead of once
//! for each row. What is found are candidates as those of an index are: a filter behind decides,
//! and where the values sought, or the keys, cannot be computed every element is one. They come in
//! the order of a scan.
//!
//! A few rows are not worth a table of all elements: then one is made of those that these rows
//! seek, in chunks that may hold any.

use super::adjacent::elements;
use super::compile::Compiler;
use super::context::Context;
use super::evaluate::Row;
use super::expression::Physical;
use super::found::Found;
use super::hashes::{NONE, hashes};
use super::layout::Layout;
use super::limit::Guard;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::scan::{Find, FindNodes, FindRelationships};
use super::vectorised::{Rows, computed, evaluate, places_where};
use super::zones::{Asked, Zones};
use crate::bind::expression::{Expression, VariableId};
use crate::plan::join::HashJoin as Logical;
use crate::store::{Bitmap, Graph};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::ErrorClass;
use crate::vector::{CHUNK_ROWS, DataChunk};
use hashbrown::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Rows up to which no table of all elements is made.
const FEW_ROWS: usize = 64;

/// Bytes that an element takes in a table, with what it takes while that is made.
const ELEMENT_BYTES: usize = 32;

/// Bytes that an element takes that is added.
const ADDED_BYTES: usize = 80;

/// Elements by the hashes of their keys.
///
/// ```text
/// hashes   0x03 0x11 │ 0x52 │ │ 0xc0 0xf1     in buckets by their first bits, each in the order
/// ids       40   2   │  7   │ │  3    9       of the elements
/// ```
#[derive(Debug)]
struct Table {
    /// Where the elements of each bucket end.
    ends: Vec<u32>,
    /// How many bits of a hash do not tell its bucket.
    rest: u32,
    hashes: Vec<u64>,
    ids: Vec<u32>,
}

impl Table {
    /// A table of elements in the order of a scan.
    fn of(elements: &[(u64, u32)]) -> Self {
        let buckets = elements.len().next_power_of_two().max(2);
        let rest = u64::BITS - buckets.ilog2();
        let mut ends = vec![0u32; buckets + 1];
        elements.iter().for_each(|(hash, _)| ends[(hash >> rest) as usize + 1] += 1);
        for bucket in 1..=buckets {
            ends[bucket] += ends[bucket - 1];
        }
        // Each counts up from where its bucket begins to where it ends.
        let (mut sorted, mut ids) = (vec![0; elements.len()], vec![0; elements.len()]);
        for &(hash, id) in elements {
            let place = &mut ends[(hash >> rest) as usize];
            (sorted[*place as usize], ids[*place as usize]) = (hash, id);
            *place += 1;
        }
        ends.pop();
        Table { ends, rest, hashes: sorted, ids }
    }

    /// The elements with a hash, in their order.
    fn get(&self, hash: u64) -> impl Iterator<Item = u32> {
        let bucket = (hash >> self.rest) as usize;
        let from = bucket.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        let range = from..self.ends[bucket] as usize;
        let found = self.hashes[range.clone()].iter().zip(&self.ids[range]);
        found.filter(move |(known, _)| **known == hash).map(|(_, id)| *id)
    }
}

/// The tables of a statement, one for each of its joins, which its threads share.
#[derive(Debug, Default)]
pub(super) struct Tables {
    all: Mutex<Vec<(VariableId, Arc<Mutex<Known>>)>>,
    /// The join of a MERGE under way, which tells of what it creates.
    kept: Option<VariableId>,
}

/// What is known for one join.
#[derive(Debug, Default)]
struct Known {
    /// Rows that came before there was a table.
    rows: usize,
    made: Option<Made>,
    /// Elements that have come since, by their hashes.
    added: HashMap<u64, Vec<u32>, foldhash::fast::FixedState>,
    /// What was sought last.
    last: u64,
    /// What that takes of the memory account.
    bytes: usize,
}

/// What was made of the elements of a join.
#[derive(Clone, Debug)]
enum Made {
    Table(Arc<Table>),
    /// The keys of some cannot be computed.
    Nothing,
}

impl Tables {
    /// Forgets them, but for that of the MERGE under way: the graph changes.
    pub(super) fn clear(&mut self, guard: &Guard) {
        let kept = self.kept;
        self.all.get_mut().unwrap_or_else(PoisonError::into_inner).retain(|(join, known)| {
            if Some(*join) != kept {
                guard.release(known.lock().unwrap_or_else(PoisonError::into_inner).bytes);
            }
            Some(*join) == kept
        });
    }

    /// Keeps the table of a join from now on although the graph changes: whoever changes it adds what
    /// comes, and changes nothing else that the table is about. Returns the one that was kept.
    pub(super) fn keep(&mut self, join: Option<VariableId>) -> Option<VariableId> {
        std::mem::replace(&mut self.kept, join)
    }

    /// Adds an element to the table that is kept, which has what was sought last.
    pub(super) fn add(&self, guard: &Guard, id: u32) -> Result<(), Diagnostic> {
        let Some(kept) = self.kept else { return Ok(()) };
        let known = self.of(kept);
        let known = &mut *known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Made::Table(_)) = known.made {
            known.added.entry(known.last).or_default().push(id);
            known.bytes += ADDED_BYTES;
            guard.keep(ADDED_BYTES)?;
        }
        Ok(())
    }

    fn of(&self, join: VariableId) -> Arc<Mutex<Known>> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = all.iter().find(|(variable, _)| *variable == join) {
            return known.clone();
        }
        let known = Arc::<Mutex<Known>>::default();
        all.push((join, known.clone()));
        known
    }
}

/// Finds elements by what rows have.
pub(super) struct HashJoin {
    elements: Elements,
    /// What each row has.
    sought: Vec<Physical>,
    zones: Zones,
    candidates: Found,
}

/// The elements among which is sought.
struct Elements {
    variable: VariableId,
    kind: EndKind,
    /// What finds them; `None` where there is none.
    find: Option<Box<dyn Find>>,
    /// What is asked of each, and the keys of those for which it is true.
    filters: Vec<Physical>,
    keys: Vec<Physical>,
}

/// Which elements are wanted.
#[derive(Clone, Copy)]
enum Wanted<'w> {
    All,
    /// Those with these ascending hashes, in chunks of which any of these is true.
    These(&'w [u64], &'w [Asked]),
}

impl HashJoin {
    /// Maps the logical operator.
    pub(super) fn map(mapper: &mut Mapper<'_, '_>, join: &Logical) -> Result<Self, Diagnostic> {
        let mut compiler = mapper.compiler();
        let sought = join.keys.iter().map(|(_, sought)| compiler.compile(sought));
        let sought = sought.collect::<Result<_, _>>()?;
        let zones = compiler.zones(&join.zones)?;
        let own = Layout::new(vec![join.variable]);
        let mut compile = |one: &Expression| Compiler::new(mapper.context, &own).compile(one);
        let keys = join.keys.iter().map(|(own, _)| compile(own)).collect::<Result<_, _>>()?;
        let filters = join.filters.iter().map(&mut compile).collect::<Result<_, _>>()?;
        let graph = &mapper.context.graph;
        let find: Option<Box<dyn Find>> = match join.kind {
            EndKind::Node => {
                let labels = join.labels.clone();
                let labels = labels.map(|it| it.map(&|label| graph.catalog().label_id(label)));
                FindNodes::of(graph, labels).map(|find| Box::new(find) as _)
            }
            EndKind::Relationship => {
                Some(Box::new(FindRelationships::of(mapper.types(join.labels.as_ref()))))
            }
        };
        let elements = Elements { variable: join.variable, kind: join.kind, find, filters, keys };
        let candidates = Found::map(mapper, join.kind, join.variable);
        Ok(HashJoin { elements, sought, zones, candidates })
    }

    /// The hashes of what the rows seek; `None` where that cannot be computed.
    fn sought(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
    ) -> Result<Option<Vec<u64>>, Diagnostic> {
        // What was deleted must not be asked for a property, which would fail.
        if context.deleted.any {
            return Ok(None);
        }
        let values = computed(context, &self.sought, &Rows::of(chunk))?;
        Ok(values.map(|values| hashes(&values, chunk.rows())))
    }

    /// A table that has at least the elements with these hashes, and what was added to it for
    /// the only row.
    fn table(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
        sought: &[u64],
    ) -> Result<(Made, Vec<u32>), Diagnostic> {
        let known = context.tables.of(self.elements.variable);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut added = Vec::new();
        if let [hash] = sought {
            known.last = *hash;
            added = known.added.get(hash).cloned().unwrap_or_default();
        }
        if let Some(made) = &known.made {
            return Ok((made.clone(), added));
        }
        known.rows += sought.len();
        let before = context.guard.kept();
        let taken = || context.guard.kept().saturating_sub(before);
        if known.rows > FEW_ROWS {
            let made = self.elements.made(context, Wanted::All)?;
            known.made = Some(made.clone());
            known.bytes = taken();
            return Ok((made, added));
        }
        let mut wanted: Vec<u64> = sought.iter().copied().filter(|hash| *hash != NONE).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let asked = chunk
            .live_rows()
            .map(|index| self.zones.asked(context, Row { columns: &chunk.columns, index }));
        let asked = asked.collect::<Result<Vec<_>, _>>()?;
        let made = self.elements.made(context, Wanted::These(&wanted, &asked))?;
        context.guard.release(taken());
        Ok((made, added))
    }
}

impl Elements {
    /// Puts those that are wanted into a table, if their keys can be computed.
    fn made(&self, context: &Context<'_>, wanted: Wanted<'_>) -> Result<Made, Diagnostic> {
        match self.table(context, wanted) {
            Ok(table) => Ok(Made::Table(Arc::new(table))),
            Err(error) if error.class == ErrorClass::ResourceExhausted => Err(error),
            Err(_) => Ok(Made::Nothing),
        }
    }

    /// Puts those that are wanted into a table.
    fn table(&self, context: &Context<'_>, wanted: Wanted<'_>) -> Result<Table, Diagnostic> {
        let mut renewed;
        let mut context = context;
        let mut elements: Vec<(u64, u32)> = Vec::new();
        let Some(find) = &self.find else { return Ok(Table::of(&elements)) };
        for number in 0..find.chunks(&context.graph) {
            if let Some(fresh) = context.renewed()? {
                renewed = fresh;
                context = &renewed;
            }
            let before = elements.len();
            let in_chunk = |asked| find.in_chunk(&context.graph, number, asked);
            let found = match wanted {
                Wanted::All => in_chunk(&Asked::default()),
                Wanted::These(_, asked) => asked.iter().find_map(in_chunk),
            };
            let Some((first, rows)) = found else { continue };
            self.append(context, (first, &rows), wanted, &mut elements)?;
            context.guard.keep((elements.len() - before) * ELEMENT_BYTES)?;
        }
        Ok(Table::of(&elements))
    }

    /// Appends those of rows in a chunk of the graph.
    fn append(
        &self,
        context: &Context<'_>,
        (first, rows): (u32, &Bitmap),
        wanted: Wanted<'_>,
        to: &mut Vec<(u64, u32)>,
    ) -> Result<(), Diagnostic> {
        let mut ids = Vec::with_capacity(rows.count());
        rows.append_to(first, &mut ids);
        context.guard.steps_taken(ids.len().max(1))?;
        for filter in &self.filters {
            let chunk = self.chunk(&ids);
            let places = places_where(context, filter, &Rows::of(&chunk))?;
            if places.len() < ids.len() {
                ids = places.iter().map(|place| ids[*place as usize]).collect();
            }
            if ids.is_empty() {
                return Ok(());
            }
        }
        let chunk = self.chunk(&ids);
        let keys = self.keys.iter().map(|key| evaluate(context, key, &Rows::of(&chunk)));
        let hashes = hashes(&keys.collect::<Result<Vec<_>, _>>()?, ids.len());
        let elements = hashes.into_iter().zip(ids).filter(|(hash, _)| match wanted {
            Wanted::All => *hash != NONE,
            Wanted::These(wanted, _) => wanted.binary_search(hash).is_ok(),
        });
        to.extend(elements);
        Ok(())
    }

    fn chunk(&self, ids: &[u32]) -> DataChunk {
        DataChunk::new(vec![elements(self.kind, ids.to_vec())], ids.len())
    }
}

impl HashJoin {
    /// Hands on each row with every element.
    fn push_all(
        &mut self,
        context: &Context<'_>,
        chunk: &Arc<DataChunk>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let (find, all) = (self.elements.find.as_deref(), Asked::default());
        let in_chunk = |graph: &Graph, number| {
            let mut ids = Vec::new();
            if let Some((first, rows)) = find.and_then(|it| it.in_chunk(graph, number, &all)) {
                rows.append_to(first, &mut ids);
            }
            ids
        };
        for row in chunk.live_rows() {
            let flow = self.candidates.every(context, (chunk, row), next, &in_chunk)?;
            if flow == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.candidates.flush(context, chunk, next, 1)
    }
}

impl PushOperator for HashJoin {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let sought = self.sought(context, &chunk)?;
        let (made, added) = match &sought {
            Some(sought) => self.table(context, &chunk, sought)?,
            None => (Made::Nothing, Vec::new()),
        };
        let chunk = Arc::new(chunk);
        let (Made::Table(table), Some(sought)) = (made, sought) else {
            return self.push_all(context, &chunk, next);
        };
        for (row, hash) in chunk.live_rows().zip(sought) {
            if hash == NONE {
                continue;
            }
            if added.is_empty() {
                self.candidates.add_ascending(row, table.get(hash));
            } else {
                self.candidates.add(row, table.get(hash).chain(added.iter().copied()).collect());
            }
            if self.candidates.flush(context, &chunk, next, CHUNK_ROWS)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        self.candidates.flush(context, &chunk, next, 1)
    }

    fn reset(&mut self) {
        self.candidates.reset();
    }
}
