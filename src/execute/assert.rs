//! Creating according to somebody: what a statement creates, its claimants assert.
//!
//! Such a statement reads what its view leaves of the graph, its own creations among it.

use super::limit::Guard;
use super::session::Session;
use super::{ExecuteOptions, Source};
use crate::store::{Change, Graph, View};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::{ASSERTS, DENIES, Endpoint, NodeId};
use std::cell::RefCell;
use std::sync::Arc;

impl ExecuteOptions<'_> {
    /// The claimants of a statement that asserts what it creates.
    fn claimants(&self) -> &[NodeId] {
        let perspective = self.view.and_then(|view| view.according_to.as_ref());
        perspective.map_or(&[], |perspective| &perspective.claimants)
    }
}

impl Session<'_> {
    /// Looks at the graph as it is now, by the view of a statement that asserts. Others
    /// read the graph itself.
    pub(super) fn look(&mut self) -> Result<(), Diagnostic> {
        let (Some(view), Source::Write(writer)) = (self.options.view, &self.source) else {
            return Ok(());
        };
        let changes = writer.changes().len();
        if self.seen.as_ref().is_none_or(|(then, _)| *then != changes) {
            let seen = Arc::new(seen(writer.view(), view, &self.guard)?);
            self.guard.count_part(seen.part_bytes(), 0);
            self.guard.has_room(0)?;
            self.seen = Some((changes, seen));
        }
        Ok(())
    }

    /// The number of changes so far.
    pub(super) fn change_count(&self) -> usize {
        match &self.source {
            Source::Write(writer) => writer.changes().len(),
            Source::Read(_) => 0,
        }
    }

    /// Asserts what was created since there were so many changes.
    pub(super) fn assert_created(
        &mut self,
        since: usize,
        span: Option<Span>,
    ) -> Result<(), Diagnostic> {
        let claimants = self.options.claimants().to_vec();
        if claimants.is_empty() {
            return Ok(());
        }
        let writer = self.writer(span)?;
        let mut created: Vec<Endpoint> = Vec::new();
        for change in writer.changes().get(since..).unwrap_or_default() {
            match change {
                Change::CreateNode { node, .. } => created.push(Endpoint::Node(*node)),
                Change::CreateRelationship { relationship, kind, start, .. } => {
                    let kind = writer.view().catalog().type_name(*kind);
                    let own = matches!(start, Endpoint::Node(who) if claimants.contains(who));
                    // What claimants assert in so many words needs no second assertion.
                    if !(own && matches!(&**kind, ASSERTS | DENIES)) {
                        created.push(Endpoint::Relationship(*relationship));
                    }
                }
                _ => {}
            }
        }
        let mut asserted = 0;
        for statement in created {
            for claimant in &claimants {
                let who = Endpoint::Node(*claimant);
                let none: [(&str, crate::value::Value); 0] = [];
                self.writer(span)?
                    .create_relationship(ASSERTS, who, statement, none)
                    .map_err(|error| Diagnostic::runtime(error.into(), span))?;
                asserted += 1;
            }
        }
        self.counters.relationships_created += asserted;
        self.look()
    }
}

fn seen(graph: &Graph, view: &View, guard: &Guard) -> Result<Graph, Diagnostic> {
    let why = RefCell::new(None);
    let stops = |bytes| {
        let stopped = guard.check().and_then(|()| guard.has_room(bytes)).err();
        let stops = stopped.is_some();
        *why.borrow_mut() = stopped;
        stops
    };
    let seen = graph.seen_unless(view, &stops);
    seen.map_err(|error| why.take().unwrap_or_else(|| Diagnostic::runtime(error.into(), None)))
}
