//! Relations between queries: what must be equal whatever the graph.
//!
//! A relation makes queries that hang together, asks them all, and compares the answers
//! with each other. It needs no evaluator beside the engine, so it reaches every part of
//! the language and of the store, in ways that a second evaluator with the same
//! misunderstanding would not notice.

mod chunks;
mod clause;
mod compose;
mod expression;
mod material;
mod names;
mod partition;
mod past;
mod path;
mod pattern;
mod rewrite;
mod rows;
mod storage;
mod subquery;
mod trial;
mod variety;
mod view;
mod write;

pub(crate) use super::random;
pub(crate) use trial::{Checked, Stop, Trial};

/// A relation: a name that says what must be equal, and how it is looked at.
pub(crate) struct Relation {
    /// What it says.
    pub(crate) name: &'static str,
    /// Makes queries, asks them, compares.
    pub(crate) hold: fn(&mut Trial<'_>) -> Checked,
}

/// The relations that tell what views show.
pub(crate) fn relations_of_views() -> Vec<&'static Relation> {
    view::RELATIONS.iter().collect()
}

/// All relations, room by room.
pub(crate) fn relations() -> Vec<&'static Relation> {
    let rooms = [
        partition::RELATIONS,
        pattern::RELATIONS,
        variety::RELATIONS,
        path::RELATIONS,
        clause::RELATIONS,
        compose::RELATIONS,
        subquery::RELATIONS,
        rows::RELATIONS,
        expression::RELATIONS,
        write::RELATIONS,
        storage::RELATIONS,
        view::RELATIONS,
        past::RELATIONS,
        names::RELATIONS,
        chunks::RELATIONS,
    ];
    rooms.into_iter().flatten().collect()
}
