//! The nodes at which paths may end, where a filter behind the search asks for a value: they are
//! found when a search from one end has grown, and if they are few the others are from both ends.

use super::super::context::Context;
use super::super::count::{filter, node_scan, scanned};
use super::super::mapper::Mapper;
use super::super::pipeline::{Chain, Pipeline};
use crate::plan::path::PathSearch;
use crate::store::Visited;
use crate::syntax::diagnostic::Diagnostic;

/// Nodes to each of which a path is rather searched from both ends than to all that there are.
const FEW: usize = 64;

/// Finds them.
pub(super) struct Targets {
    scan: Pipeline,
    /// All of them, once they were asked for.
    found: Option<Vec<u32>>,
    /// The same as a set.
    set: Visited,
}

impl Targets {
    /// Maps what is asked of the other end.
    pub(super) fn map(
        mapper: &Mapper<'_, '_>,
        search: &PathSearch,
    ) -> Result<Option<Self>, Diagnostic> {
        let Some(targets) = &search.targets else { return Ok(None) };
        let zones = mapper.compiler().zones(&targets.zones)?;
        let scan = node_scan(mapper.context, targets.labels.as_ref(), zones);
        let mut chain: Chain = vec![Box::new(scan)];
        chain.extend(filter(mapper.context, search.to.variable, &targets.filters)?);
        Ok(Some(Targets { scan: Pipeline::new(chain), found: None, set: Visited::default() }))
    }

    /// Whether somebody has asked for them, and there are few.
    pub(super) fn are_few(&self) -> bool {
        self.found.as_ref().is_some_and(|found| found.len() <= FEW)
    }

    /// Finds them; tells whether there are few.
    pub(super) fn find(&mut self, context: &Context<'_>) -> Result<bool, Diagnostic> {
        if self.found.is_none() {
            let found = scanned(context, &mut self.scan)?;
            self.set = Visited::default();
            found.iter().for_each(|&node| _ = self.set.insert(node));
            context.guard.keep(found.len() * 4 + self.set.bytes())?;
            self.found = Some(found);
        }
        Ok(self.are_few())
    }

    /// Whether somebody has asked for them.
    pub(super) fn are_known(&self) -> bool {
        self.found.is_some()
    }

    /// Whether a node is among those that were found.
    pub(super) fn have(&self, node: u32) -> bool {
        self.set.contains(node)
    }

    /// Those that were found.
    pub(super) fn found(&self) -> &[u32] {
        self.found.as_deref().unwrap_or_default()
    }

    /// Forgets them: the graph may be another one.
    pub(super) fn reset(&mut self) {
        self.found = None;
        self.set = Visited::default();
    }
}
