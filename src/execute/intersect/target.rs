//! What is asked of the elements that are only counted: each of them is looked at once.

use super::super::context::Context;
use super::super::count::{filter, kept, leads_only_to};
use super::super::mapper::Mapper;
use super::super::pipeline::Pipeline;
use crate::bind::expression::{Expression, ExpressionKind};
use crate::plan::intersect::{CountedMatches, Intersect};
use crate::syntax::ast::EndKind;
use crate::syntax::diagnostic::Diagnostic;

/// Tells which elements can stand at the end that is found.
pub(super) struct Target {
    /// Hands on those that can; absent where all can.
    check: Option<Pipeline>,
    /// Elements that were looked at, a bit each, and those of them that can.
    known: Vec<u64>,
    passed: Vec<u64>,
    /// All that were looked at.
    elements: Vec<u32>,
}

impl Target {
    /// Maps the conditions.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        intersect: &Intersect,
        counted: &CountedMatches,
    ) -> Result<Self, Diagnostic> {
        let to = intersect.to;
        // A label that all ends of the relationships have need not be asked for.
        let implied = to.kind == EndKind::Node
            && counted.labels.as_ref().is_none_or(|labels| {
                let mut legs = intersect.legs.iter();
                legs.any(|leg| {
                    let types = mapper.types(leg.types.as_ref());
                    leads_only_to(mapper.context, labels, leg.direction, types.as_deref())
                })
            });
        let labels = counted.labels.clone().filter(|_| !implied).map(|labels| {
            let span = counted.filters.first().map(|filter| filter.span).unwrap_or_default();
            let variable = Box::new(Expression::new(ExpressionKind::Variable(to.variable), span));
            Expression::new(ExpressionKind::HasLabels(variable, labels), span)
        });
        let all: Vec<Expression> =
            labels.into_iter().chain(counted.filters.iter().cloned()).collect();
        let chain = filter(mapper.context, to.variable, &all)?;
        let check = (!chain.is_empty()).then(|| Pipeline::new(chain));
        Ok(Target { check, known: Vec::new(), passed: Vec::new(), elements: Vec::new() })
    }

    /// Whether nothing is asked.
    pub(super) fn is_any(&self) -> bool {
        self.check.is_none()
    }

    /// Looks at elements that it may not have looked at yet; there are ids up to `bound`.
    pub(super) fn look_at(
        &mut self,
        context: &Context<'_>,
        kind: EndKind,
        ids: impl Iterator<Item = u32>,
        bound: usize,
    ) -> Result<(), Diagnostic> {
        let words = bound.div_ceil(64);
        if self.known.len() < words {
            context.guard.keep((words - self.known.len()) * 16)?;
            self.known.resize(words, 0);
            self.passed.resize(words, 0);
        }
        let mut new = Vec::new();
        for id in ids {
            if let Some(word) = self.known.get_mut(id as usize / 64)
                && *word >> (id % 64) & 1 == 0
            {
                *word |= 1 << (id % 64);
                new.push(id);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        self.elements.extend_from_slice(&new);
        new.sort_unstable();
        for id in kept(context, self.check.as_mut(), kind, &new)? {
            if let Some(word) = self.passed.get_mut(id as usize / 64) {
                *word |= 1 << (id % 64);
            }
        }
        Ok(())
    }

    /// Whether an element that was looked at can stand there.
    pub(super) fn passes(&self, id: u32) -> bool {
        let word = self.passed.get(id as usize / 64);
        self.check.is_none() || word.is_some_and(|word| word >> (id % 64) & 1 == 1)
    }

    /// Forgets what it knows: the graph may be another one.
    pub(super) fn reset(&mut self) {
        for id in self.elements.drain(..) {
            let word = id as usize / 64;
            (self.known[word], self.passed[word]) = (0, 0);
        }
    }
}
