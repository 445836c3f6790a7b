//! A query with prefixes, answered without the views of the engine: on a version that
//! shows what [`Perception`] leaves, with a flaw in it. So each lane proves that it would
//! notice such a flaw in the engine.

use super::parameters;
use crate::perception::{Flaw, Perception};
use dossier::store::Graph;
use dossier::{Database, Error};
use std::sync::Arc;

/// A database of what the prefixes show of a version, if views had a flaw.
pub(crate) fn perceived(
    database: &Database,
    version: &Arc<Graph>,
    prefixes: &[String],
    flaw: Flaw,
) -> Result<Database, Error> {
    let view = database.view(&prefixes.join(" "), &parameters())?;
    let bounds = (version.node_bound(), version.relationship_bound());
    let hidden = Perception::of(&**version, bounds, Some(flaw)).hidden(&view);
    Ok(Database::from_graph(Arc::new(version.without(hidden))))
}
