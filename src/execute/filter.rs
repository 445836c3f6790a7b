//! Filter: keeps the rows for which every predicate is true.
//!
//! A predicate that reads one node and nothing else is asked once for each node and not for
//! each row, as long as rows share their nodes: what came of it is kept, a bit for each node.

use super::alone::holds_alone;
use super::context::Context;
use super::expression::Physical;
use super::mapper::Mapper;
use super::pipeline::{Flow, Next, PushOperator};
use super::together::together;
use super::vectorised::{Rows, places_where};
use crate::bind::expression::{Expression, ExpressionKind};
use crate::function::kernel;
use crate::store::follow_each_other;
use crate::syntax::ast::LogicalOperator;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::{CHUNK_ROWS, DataChunk, Vector};

/// Rows that come together from which on it is worth while to look for the same nodes.
const MANY_ROWS: usize = 128;

/// Narrows the selection, predicate by predicate; no column is copied.
pub(super) struct Filter {
    /// In order: a row that one rules out is not asked the next.
    predicates: Vec<(Physical, Option<Known>)>,
}

/// What is known of the nodes that a predicate was asked about.
struct Known {
    /// The column of the node.
    slot: usize,
    /// For each chunk of nodes the number of its page, from 1 on; 0 where there is none.
    page_of: Vec<u32>,
    pages: Vec<Page>,
    /// The nodes that were asked about, each once, and the rows that had one of them.
    nodes: Vec<u32>,
    rows: usize,
    /// Most rows have a node of their own.
    useless: bool,
}

/// What is known of the nodes of a chunk.
#[derive(Default)]
struct Page {
    /// For each node whether it was asked about, and whether the predicate was true.
    asked: [u64; WORDS],
    passed: [u64; WORDS],
}

/// Words of a page.
const WORDS: usize = CHUNK_ROWS / 64;

/// The word of a node in its page, and its bit there.
fn place(id: u32) -> (usize, u64) {
    (id as usize % CHUNK_ROWS / 64, 1 << (id % 64))
}

impl Filter {
    /// A filter whose predicates are asked for each row.
    pub(super) fn new(predicates: Vec<Physical>) -> Self {
        Filter { predicates: predicates.into_iter().map(|predicate| (predicate, None)).collect() }
    }

    /// Maps the logical operator.
    pub(super) fn map(
        mapper: &Mapper<'_, '_>,
        predicates: &[Expression],
    ) -> Result<Self, Diagnostic> {
        let mapped = predicates.iter().map(|predicate| {
            let known = node_read(predicate, mapper).map(Known::of);
            Ok((mapper.compiler().compile(predicate)?, known))
        });
        Ok(Filter { predicates: mapped.collect::<Result<_, Diagnostic>>()? })
    }
}

/// The column of the only variable that a predicate reads, if it has the same value whenever it
/// is asked and costs more than to remember it.
fn node_read(predicate: &Expression, mapper: &Mapper<'_, '_>) -> Option<usize> {
    if let ExpressionKind::IsNull(value, _) = &predicate.kind
        && let ExpressionKind::Variable(_) = value.kind
    {
        return None;
    }
    let (mut read, mut subqueries) = (Vec::new(), false);
    predicate.visit_variables(&mut |id| read.push(id), &mut |_| subqueries = true);
    read.dedup();
    match read.as_slice() {
        [only] if !subqueries && !predicate.is_random() => mapper.layout().slot(*only),
        _ => None,
    }
}

impl Known {
    fn of(slot: usize) -> Self {
        let (page_of, pages, nodes) = (Vec::new(), Vec::new(), Vec::new());
        Known { slot, page_of, pages, nodes, rows: 0, useless: false }
    }

    /// The places of the rows for which the predicate is true; `None` where it has to be asked
    /// for each row.
    fn places(
        &mut self,
        context: &Context<'_>,
        predicate: &Physical,
        chunk: &DataChunk,
    ) -> Result<Option<Vec<u32>>, Diagnostic> {
        let Some(Vector::Node { values, validity: None }) = chunk.columns.get(self.slot) else {
            return Ok(None);
        };
        if self.useless || chunk.rows() < MANY_ROWS || follow_each_other(values) {
            return Ok(None);
        }
        let chunks = (context.graph.node_bound() as usize).div_ceil(CHUNK_ROWS);
        if self.page_of.len() < chunks {
            context.guard.keep((chunks - self.page_of.len()) * size_of::<u32>())?;
            self.page_of.resize(chunks, 0);
        }
        let known = self.nodes.len();
        for row in chunk.live_rows() {
            let id = values.get(row).copied().unwrap_or(u32::MAX);
            let Some(number) = self.page_of.get_mut(id as usize / CHUNK_ROWS) else {
                self.useless = true;
                return Ok(None);
            };
            if *number == 0 {
                context.guard.keep(size_of::<Page>())?;
                self.pages.push(Page::default());
                *number = self.pages.len() as u32;
            }
            let (word, bit) = place(id);
            let asked = &mut self.pages[*number as usize - 1].asked[word];
            if *asked & bit == 0 {
                *asked |= bit;
                self.nodes.push(id);
            }
        }
        self.ask(context, predicate, known)?;
        self.rows += chunk.rows();
        self.useless = self.rows >= CHUNK_ROWS && self.nodes.len() * 2 > self.rows;
        let passed = |id: u32| {
            let (word, bit) = place(id);
            self.pages[self.page_number(id)].passed[word] & bit > 0
        };
        let rows = chunk.live_rows().enumerate();
        let places = rows.filter(|(_, row)| passed(values[*row])).map(|(place, _)| place as u32);
        Ok(Some(places.collect()))
    }

    /// Where the page of a node lies that was asked about.
    fn page_number(&self, id: u32) -> usize {
        self.page_of[id as usize / CHUNK_ROWS] as usize - 1
    }

    /// Asks about the nodes from a number on.
    fn ask(
        &mut self,
        context: &Context<'_>,
        predicate: &Physical,
        from: usize,
    ) -> Result<(), Diagnostic> {
        let nodes = &self.nodes[from..];
        if nodes.is_empty() {
            return Ok(());
        }
        let mut columns = vec![Vector::nulls(nodes.len()); self.slot];
        columns.push(Vector::nodes(nodes.to_vec()));
        let chunk = DataChunk::new(columns, nodes.len());
        for passed in places_where(context, predicate, &Rows::of(&chunk))? {
            let id = nodes[passed as usize];
            let ((word, bit), page) = (place(id), self.page_number(id));
            self.pages[page].passed[word] |= bit;
        }
        Ok(())
    }

    /// Forgets all nodes: the graph may be another one.
    fn forget(&mut self) {
        while let Some(id) = self.nodes.pop() {
            let ((word, _), page) = (place(id), self.page_number(id));
            let page = &mut self.pages[page];
            (page.asked[word], page.passed[word]) = (0, 0);
        }
        self.rows = 0;
    }
}

/// How many predicates, from the first on, are asked of all rows of a chunk at once, and the
/// places for which all of them are true.
fn asked_together(
    context: &Context<'_>,
    predicates: &[(Physical, Option<Known>)],
    chunk: &DataChunk,
) -> Result<(usize, Vec<u32>), Diagnostic> {
    let predicates = predicates.iter().map(|(predicate, _)| predicate);
    let (asked, all) = together(context, LogicalOperator::And, predicates, &Rows::of(chunk))?;
    let places = all.and_then(|all| kernel::true_rows(&all, None));
    Ok((asked, places.unwrap_or_default()))
}

impl Filter {
    /// Hands on the rows for which every predicate is true; of one of them, by its number, that
    /// may be known already.
    fn narrow(
        &mut self,
        context: &Context<'_>,
        mut chunk: DataChunk,
        known_place: Option<usize>,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let alone = chunk.rows() == 1;
        let mut place = 0;
        while let Some((predicate, known)) = self.predicates.get_mut(place) {
            if known_place == Some(place) {
                place += 1;
                continue;
            }
            if alone && let Some(holds) = holds_alone(context, predicate, &chunk) {
                if holds {
                    place += 1;
                    continue;
                }
                return Ok(Flow::Continue);
            }
            let mut asked = 1;
            let places = match known {
                Some(known) => known.places(context, predicate, &chunk)?,
                None => None,
            };
            let places = if let Some(places) = places {
                places
            } else {
                let end = known_place.filter(|known| *known > place);
                let rest = &self.predicates[place..end.unwrap_or(self.predicates.len())];
                let (together, places) = asked_together(context, rest, &chunk)?;
                if together > 0 {
                    asked = together;
                    places
                } else {
                    places_where(context, &rest[0].0, &Rows::of(&chunk))?
                }
            };
            if places.is_empty() {
                return Ok(Flow::Continue);
            }
            if places.len() < chunk.rows() {
                let rows = match &chunk.selection {
                    None => places,
                    Some(rows) => places.iter().map(|&place| rows[place as usize]).collect(),
                };
                chunk.select(rows);
            }
            place += asked;
        }
        next.push(context, chunk)
    }
}

impl PushOperator for Filter {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.narrow(context, chunk, None, next)
    }

    fn push_known(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        known: usize,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        self.narrow(context, chunk, Some(known), next)
    }

    fn reset(&mut self) {
        self.predicates.iter_mut().filter_map(|(_, known)| known.as_mut()).for_each(Known::forget);
    }
}

/// A flat chunk of these columns of a flat chunk, in this order.
pub(super) fn pick_columns(chunk: &DataChunk, slots: &[usize]) -> DataChunk {
    let columns = slots.iter().filter_map(|&slot| chunk.columns.get(slot).cloned()).collect();
    DataChunk::new(columns, chunk.len)
}
