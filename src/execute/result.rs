//! Where the rows of a plan end up: as values for the caller, or kept as chunks.

use super::context::Context;
use super::layout::Layout;
use super::limit::{GROWING, row_bytes, value_bytes};
use super::pipeline::{Flow, Sink};
use super::sinks::Collector;
use crate::bind::expression::VariableId;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::Value;
use crate::vector::DataChunk;

/// A sink at the end of a plan, which learns the layout before the first chunk.
pub(super) trait FinalSink: Sink {
    /// Tells which variable is in which column, and that rows come from the first one on: those
    /// that have come so far are forgotten.
    fn open(&mut self, layout: &Layout);
}

/// Turns chunks into rows of values.
#[derive(Debug)]
pub(super) struct RowSink {
    columns: Vec<VariableId>,
    slots: Vec<Option<usize>>,
    /// The rows, each with the columns in order.
    pub(super) rows: Vec<Vec<Value>>,
    /// The column of what rows rest on, if that is asked for.
    support: (Option<VariableId>, Option<usize>),
    /// What each row rests on, if that is asked for.
    pub(super) supports: Vec<Value>,
}

impl RowSink {
    /// A sink for rows of these variables, and for what they rest on.
    pub(super) fn new(columns: Vec<VariableId>, support: Option<VariableId>) -> Self {
        let support = (support, None);
        RowSink { columns, slots: Vec::new(), rows: Vec::new(), support, supports: Vec::new() }
    }
}

impl FinalSink for RowSink {
    fn open(&mut self, layout: &Layout) {
        self.rows.clear();
        self.supports.clear();
        self.slots = self.columns.iter().map(|&column| layout.slot(column)).collect();
        self.support.1 = self.support.0.and_then(|column| layout.slot(column));
    }
}

impl Sink for RowSink {
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        context.guard.result_rows(self.rows.len() + chunk.rows())?;
        let mut bytes = 0;
        for row in chunk.live_rows() {
            let value = |slot: &Option<usize>| {
                slot.and_then(|slot| chunk.columns.get(slot))
                    .map_or(Value::Null, |column| column.get(row))
            };
            let values: Vec<Value> = self.slots.iter().map(value).collect();
            bytes += row_bytes(&values);
            self.rows.push(values);
            if let (Some(_), slot) = self.support {
                let support = value(&slot);
                bytes += value_bytes(&support) * GROWING;
                self.supports.push(support);
            }
        }
        context.guard.keep(bytes)?;
        Ok(Flow::Continue)
    }
}

/// Keeps the chunks with their layout.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The layout of the chunks.
    pub(super) layout: Layout,
    /// The chunks.
    pub(super) collector: Collector,
}

impl FinalSink for Kept {
    fn open(&mut self, layout: &Layout) {
        self.layout = layout.clone();
        self.collector = Collector::default();
    }
}

impl Sink for Kept {
    fn push(&mut self, context: &Context<'_>, chunk: DataChunk) -> Result<Flow, Diagnostic> {
        self.collector.push(context, chunk)
    }
}
