//! A seeded workload: what an application does to a database, made up at random.
//!
//! Commits of several statements each create nodes, relationships and claims, change and
//! delete them, merge nodes and take mergers back, and declare and drop indexes, constraints,
//! edge types and contradictions; between them checkpoints are taken and the database is closed
//! and opened.

use crate::driver::Random;
use dossier::durable::Synchronous;
use dossier::procedure::{BUILTINS, Run, WritingCall};
use dossier::store::{ConstraintKind, EndRule, Graph, SchemaTarget, StoreError, Writer};
use dossier::value::{
    Date, ElementReader, Endpoint, NodeId, PropertyType, RelationshipId, ScalarType, Value,
};
use std::sync::Arc;

/// One step of a workload.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// So many random statements, from a seed, in one transaction.
    Commit {
        statements: u64,
        seed: u64,
        synchronous: Synchronous,
        /// Whether it can be undone.
        history: bool,
    },
    /// The same as a load: the whole version is written at once, with no record in the log.
    Load {
        statements: u64,
        seed: u64,
    },
    /// The same, rolled back at the end.
    Abort {
        statements: u64,
        seed: u64,
    },
    Checkpoint,
    /// Forgets what was known before a commit that lies so many back.
    Vacuum {
        back: u64,
    },
    Close,
    Drop,
}

/// A seeded workload.
pub(crate) fn script(seed: u64, steps: usize) -> Vec<Step> {
    let mut random = Random(seed);
    // Whoever switches the history off does so for a while.
    let forgetful = seed.is_multiple_of(6);
    let mut some = |_| {
        let (statements, seed) = (1 + random.below(4), random.below(u64::MAX));
        let history = !forgetful || !seed.is_multiple_of(5);
        let commit = |synchronous| Step::Commit { statements, seed, synchronous, history };
        match random.below(28) {
            0..4 => Step::Checkpoint,
            4 | 5 => Step::Close,
            6 | 7 => Step::Drop,
            8 | 9 => Step::Abort { statements, seed },
            10..14 => commit(Synchronous::Off),
            14 | 15 => commit(Synchronous::Normal),
            16 => Step::Vacuum { back: seed % 9 },
            17 => Step::Load { statements, seed },
            _ => commit(Synchronous::Full),
        }
    };
    (0..steps).map(&mut some).collect()
}

/// Runs random statements; one that the schema refuses is undone.
pub(crate) fn statements(base: Arc<Graph>, count: u64, seed: u64) -> Writer {
    let mut random = Random(seed);
    let mut writer = Writer::new(base);
    for _ in 0..count {
        let before = writer.savepoint();
        let done = statement(&mut writer, &mut random).and_then(|()| writer.check());
        if done.is_err() {
            writer.rollback_to(&before);
        }
    }
    writer
}

/// A node that is there, found from a random place on.
fn a_node(writer: &Writer, random: &mut Random) -> Option<Endpoint> {
    let bound = writer.view().node_bound();
    let start = random.below(u64::from(bound.max(1))) as u32;
    let mut ids = (start..bound).chain(0..start).map(NodeId);
    ids.find(|id| writer.view().contains_node(*id)).map(Endpoint::Node)
}

/// A relationship that is there; claims are relationships too.
fn a_relationship(writer: &Writer, random: &mut Random) -> Option<Endpoint> {
    let bound = writer.view().relationship_bound();
    let start = random.below(u64::from(bound.max(1))) as u32;
    let mut ids = (start..bound).chain(0..start).map(RelationshipId);
    ids.find(|id| writer.view().contains_relationship(*id)).map(Endpoint::Relationship)
}

fn text(random: &mut Random) -> Value {
    let length = match random.below(40) {
        0 => random.below(20_000),
        1..4 => random.below(2000),
        _ => random.below(30),
    };
    let letters: String = (0..length).map(|_| char::from(b'a' + random.below(26) as u8)).collect();
    Value::from(letters.as_str())
}

fn properties(random: &mut Random) -> Vec<(&'static str, Value)> {
    let mut some = vec![("id", Value::Integer(random.below(1000) as i64))];
    if random.below(2) == 0 {
        some.push(("name", text(random)));
    }
    match random.below(6) {
        0 => some.push(("share", Value::Float(random.below(100) as f64 / 7.0))),
        1 => some.push(("born", Value::Date(Date { days: random.below(30_000) as i64 }))),
        2 => some.push(("even", Value::Boolean(random.below(2) == 0))),
        3 => {
            let tags = (0..random.below(4)).map(|_| text(random)).collect();
            some.push(("tags", Value::List(Arc::new(tags))));
        }
        _ => {}
    }
    some
}

fn labels(random: &mut Random) -> Vec<&'static str> {
    let of = |bit: u64, set: u64| set & bit != 0;
    let set = random.below(8);
    let all = [(1, "Person"), (2, "Author"), (4, "Place")];
    all.into_iter().filter(|(bit, _)| of(*bit, set)).map(|(_, label)| label).collect()
}

fn statement(writer: &mut Writer, random: &mut Random) -> Result<(), StoreError> {
    let (node, relationship) = (a_node(writer, random), a_relationship(writer, random));
    match (random.below(23), node, relationship) {
        (5..9, Some(start), _) => {
            let end = a_node(writer, random).unwrap_or(start);
            let kind = if random.below(3) == 0 { "HOLDS" } else { "KNOWS" };
            writer.create_relationship(kind, start, end, properties(random)).map(drop)
        }
        (9..12, Some(who), Some(statement)) => {
            let kind = if random.below(3) == 0 { "DENIES" } else { "ASSERTS" };
            writer.create_relationship(kind, who, statement, properties(random)).map(drop)
        }
        (12, Some(source), Some(claim)) => {
            writer.create_relationship("CITED_IN", claim, source, properties(random)).map(drop)
        }
        (13 | 14, Some(node), relationship) => {
            let element = relationship.filter(|_| random.below(2) == 0).unwrap_or(node);
            let (key, value) = properties(random).pop().unwrap_or(("id", Value::Null));
            let value = if random.below(3) == 0 { Value::Null } else { value };
            writer.set_property(element, key, value).map(drop)
        }
        (15, Some(Endpoint::Node(node)), _) => match random.below(2) {
            0 => writer.add_label(node, "Author").map(drop),
            _ => writer.remove_label(node, "Person").map(drop),
        },
        (16, Some(Endpoint::Node(node)), _) => writer.detach_delete_node(node).map(drop),
        (17, _, Some(Endpoint::Relationship(relationship))) => {
            writer.detach_delete_relationship(relationship).map(drop)
        }
        (18 | 19, _, _) => define(writer, random),
        (20 | 21, Some(kept), _) => {
            let merged = a_node(writer, random).unwrap_or(kept);
            call(writer, "dossier.merge", &[kept, merged])
        }
        (22, Some(merged), _) => {
            // One that was merged, if there is one.
            let view = writer.view();
            let mut mergers = (0..view.node_bound()).map(|id| Endpoint::Node(NodeId(id)));
            let found = mergers.find(|node| !view.related(*node, "MERGED_INTO", false).is_empty());
            call(writer, "dossier.unmerge", &[found.unwrap_or(merged)])
        }
        _ => writer.create_node(labels(random), properties(random)).map(drop),
    }
}

/// Calls a built-in procedure with nodes; what it refuses is undone with all that it did.
fn call(writer: &mut Writer, name: &str, nodes: &[Endpoint]) -> Result<(), StoreError> {
    let procedure = BUILTINS.iter().find(|procedure| procedure.name == name);
    let Some(Run::Writes(run)) = procedure.map(|procedure| &procedure.run) else {
        panic!("{name} writes");
    };
    let arguments: Vec<Value> = nodes
        .iter()
        .map(|node| match node {
            Endpoint::Node(node) => Value::Node(*node),
            Endpoint::Relationship(relationship) => Value::Relationship(*relationship),
        })
        .collect();
    let (stopped, keep) = (|| false, |_| Ok(()));
    let arguments = &arguments;
    let done = run(&mut WritingCall { arguments, writer, stopped: &stopped, keep: &keep });
    done.map(drop).map_err(|_| StoreError::NotFound(nodes[0]))
}

/// Declares or drops something of the schema.
fn define(writer: &mut Writer, random: &mut Random) -> Result<(), StoreError> {
    let label = SchemaTarget::Label(writer.label(["Person", "Author"][random.below(2) as usize])?);
    let knows = writer.relationship_type("KNOWS")?;
    let (id, name) = (writer.key("id")?, writer.key("name")?);
    match random.below(12) {
        0 | 1 => writer.create_index(None, label, vec![id]).map(drop),
        2 => writer.create_index(None, label, vec![name, id]).map(drop),
        3 => writer.create_index(Some("known"), SchemaTarget::Type(knows), vec![id]).map(drop),
        4 => writer.drop_index("known"),
        5 => {
            writer.create_constraint(Some("one"), label, vec![id], ConstraintKind::Unique).map(drop)
        }
        6 => {
            let kind = ConstraintKind::Type(vec![PropertyType::Scalar(ScalarType::Integer)]);
            writer.create_constraint(None, label, vec![id], kind).map(drop)
        }
        7 => writer.drop_constraint("one"),
        9 | 10 => {
            let pattern = ["(a)-[r:KNOWS]->(b), (a)-[s:HOLDS]->(b)", "(a)-[r:KNOWS]->(a)"];
            let (name, pattern) =
                [(Some("both"), pattern[0]), (None, pattern[1])][random.below(2) as usize];
            writer.create_contradiction(name, pattern).map(drop)
        }
        11 => writer.drop_contradiction("both"),
        _ => {
            let ends = |ends| EndRule::Node(ends);
            writer.create_edge_type(knows, vec![(ends(vec![]), ends(vec![]))], true)
        }
    }
}
