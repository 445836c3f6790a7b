//! Raise: columns come up to the chunk that an operator takes.
//!
//! Rows go on from rows below without a copy of them, so what an operator reads may lie
//! below the chunk that comes to it. Where each column is, the layout has found out.

use super::context::Context;
use super::layout::Raising;
use super::pipeline::{Flow, Next, PushOperator, Taken};
use super::profile::Reading;
use crate::syntax::diagnostic::Diagnostic;
use crate::vector::DataChunk;
use std::ops::Range;
use std::sync::Arc;

/// An operator that takes chunks after their columns were raised.
pub(super) struct Raise {
    raising: Raising,
    /// Nothing is read any more but the chunk itself.
    detach: bool,
    /// The operator; the last one of a chain has none behind it.
    operator: Option<Box<dyn PushOperator>>,
}

impl Raise {
    /// The operator, with columns raised before it where that is needed.
    pub(super) fn before(
        raising: Raising,
        operator: Box<dyn PushOperator>,
    ) -> Box<dyn PushOperator> {
        if raising.is_empty() {
            return operator;
        }
        Box::new(Raise { raising, detach: false, operator: Some(operator) })
    }

    /// What stands at the end of a chain.
    pub(super) fn last(raising: Raising) -> Self {
        Raise { raising, detach: true, operator: None }
    }

    fn raised(&self, mut chunk: DataChunk) -> DataChunk {
        for (levels, columns) in &self.raising.folds {
            chunk.fold(*levels, columns);
        }
        if self.raising.afresh && self.detach {
            return chunk.apart(&self.raising.columns);
        }
        if self.raising.afresh {
            chunk = chunk.living();
        }
        chunk.bring(&self.raising.columns);
        if self.detach {
            chunk.detach();
        }
        chunk
    }
}

impl PushOperator for Raise {
    fn push(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = self.raised(chunk);
        match &mut self.operator {
            Some(operator) => operator.push(context, chunk, next),
            None => next.push(context, chunk),
        }
    }

    fn push_known(
        &mut self,
        context: &Context<'_>,
        chunk: DataChunk,
        known: usize,
        next: &mut Next<'_>,
    ) -> Result<Flow, Diagnostic> {
        let chunk = self.raised(chunk);
        match &mut self.operator {
            Some(operator) => operator.push_known(context, chunk, known, next),
            None => next.push(context, chunk),
        }
    }

    fn resume(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        match &mut self.operator {
            Some(operator) => operator.resume(context, next),
            None => Ok(Flow::Continue),
        }
    }

    fn finish(&mut self, context: &Context<'_>, next: &mut Next<'_>) -> Result<Flow, Diagnostic> {
        match &mut self.operator {
            Some(operator) => operator.finish(context, next),
            None => Ok(Flow::Continue),
        }
    }

    fn reset(&mut self) {
        if let Some(operator) = &mut self.operator {
            operator.reset();
        }
    }

    fn only(&mut self, ids: Range<u32>) {
        if let Some(operator) = &mut self.operator {
            operator.only(ids);
        }
    }

    fn tell(&mut self, reading: &Arc<Reading>) {
        if let Some(operator) = &mut self.operator {
            operator.tell(reading);
        }
    }

    fn part(&mut self, apart: bool) {
        if let Some(operator) = &mut self.operator {
            operator.part(apart);
        }
    }

    fn give(&mut self, context: &Context<'_>) -> Result<Option<Taken>, Diagnostic> {
        self.operator.as_mut().map_or(Ok(None), |operator| operator.give(context))
    }

    fn give_before_failure(&mut self) -> Option<Taken> {
        self.operator.as_mut().and_then(|operator| operator.give_before_failure())
    }

    fn take(&mut self, context: &Context<'_>, taken: Taken) -> Result<(), Diagnostic> {
        self.operator.as_mut().map_or(Ok(()), |operator| operator.take(context, taken))
    }
}
