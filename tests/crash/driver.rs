//! A database whose commits can be recognised, and a sink that checks that each is whole.

use dossier::durable::{
    CommitInfo, DatabaseFile, DurableError, OpenMode, Refusal, Replay, Storage,
};
use dossier::store::change::{Change, KeyId, LabelId};
use dossier::store::{Damage, Graph, Writer};
use dossier::value::{NodeId, Value};
use std::path::Path;
use std::sync::Arc;

#[path = "../../src/value/random.rs"]
mod random;
pub(crate) use random::Random;

/// The name of every database under test.
pub(crate) const NAME: &str = "test.dossier";

/// The changes of a commit: recognisable, of a size from nothing to some sectors.
pub(crate) fn changes_of(id: u64) -> Vec<Change> {
    let mut random = Random(id);
    let count = 1 + random.below(3);
    (0..count)
        .map(|part| {
            let size = if random.below(4) == 0 { 2000 } else { 40 };
            let filler = "x".repeat(random.below(size) as usize);
            Change::CreateNode {
                node: NodeId((id * 8 + part) as u32),
                labels: vec![LabelId(part as u32)],
                properties: vec![(
                    KeyId(0),
                    Value::String(format!("{id}/{count}:{filler}").into()),
                )],
            }
        })
        .collect()
}

/// A graph that only remembers what it was told, and checks that it is whole.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) changes: Vec<Change>,
    /// The ids of the commits that the changes make up, in order.
    pub(crate) ids: Vec<u64>,
    pub(crate) commits: Vec<CommitInfo>,
    /// What of the checkpoint could not be read.
    damage: Option<Damage>,
    open: usize,
}

impl Ledger {
    /// Takes the changes since the last whole commit as commits.
    fn gather(&mut self) -> Result<(), Refusal> {
        while self.open < self.changes.len() {
            let Change::CreateNode { node, .. } = &self.changes[self.open] else {
                return Err(Refusal("an unknown change".to_owned()));
            };
            let id = u64::from(node.0 / 8);
            let expected = changes_of(id);
            let found = self.changes.get(self.open..self.open + expected.len());
            if found.is_none_or(|found| !same(found, &expected)) {
                return Err(Refusal(format!("commit {id} is not whole")));
            }
            self.open += expected.len();
            self.ids.push(id);
        }
        Ok(())
    }
}

fn same(left: &[Change], right: &[Change]) -> bool {
    left.len() == right.len()
        && left.iter().zip(right).all(|(left, right)| match (left, right) {
            (
                Change::CreateNode { node: a, labels: b, properties: c },
                Change::CreateNode { node: d, labels: e, properties: f },
            ) => {
                let text = |p: &[(KeyId, Value)]| match p {
                    [(KeyId(0), Value::String(text))] => Some(text.clone()),
                    _ => None,
                };
                a == d && b == e && text(c).is_some() && text(c) == text(f)
            }
            _ => false,
        })
}

/// The graph that these changes build; they name labels 0 to 2 and key 0.
pub(crate) fn graph_of(changes: &[Change]) -> Graph {
    let mut writer = Writer::new(Arc::new(Graph::new()));
    for name in ["a", "b", "c"] {
        writer.label(name).unwrap();
    }
    writer.key("text").unwrap();
    for change in changes {
        if let Change::CreateNode { node, .. } = change {
            let gap = node.0 - writer.view().node_bound();
            if gap > 0 {
                writer.apply(&Change::SkipNodes(gap)).unwrap();
            }
        }
        writer.apply(change).unwrap();
    }
    Arc::unwrap_or_clone(writer.finish().0)
}

impl Replay for Ledger {
    fn base(&mut self, graph: Graph) -> Result<(), Refusal> {
        let found = graph.export_changes();
        self.changes = found.filter(|change| matches!(change, Change::CreateNode { .. })).collect();
        self.damage = graph.damage();
        match &self.damage {
            None => Ok(()),
            Some(damage) => Err(Refusal(format!("damage: {damage}"))),
        }
    }

    fn apply(&mut self, change: Change) -> Result<(), Refusal> {
        self.changes.push(change);
        Ok(())
    }

    fn checkpoint(&mut self, sequence: u64, _time: i64) -> Result<(), Refusal> {
        self.gather()?;
        if self.ids.len() as u64 == sequence {
            Ok(())
        } else {
            Err(Refusal(format!("a checkpoint at {sequence} holds {} commits", self.ids.len())))
        }
    }

    fn commit(&mut self, commit: &CommitInfo) -> Result<(), Refusal> {
        self.gather()?;
        self.commits.push(commit.clone());
        if self.ids.len() as u64 == commit.sequence && commit.message.as_ref() == "why" {
            Ok(())
        } else {
            Err(Refusal(format!("commit {} came as {}", self.ids.len(), commit.sequence)))
        }
    }
}

/// Opens a storage's database.
pub(crate) fn open(
    storage: &Arc<dyn Storage>,
    mode: OpenMode,
) -> Result<(DatabaseFile, Ledger), DurableError> {
    let mut ledger = Ledger::default();
    let opened = DatabaseFile::open(storage.clone(), Path::new(NAME), mode, &mut ledger);
    if let Some(damage) = ledger.damage {
        return Err(damage.into());
    }
    Ok((opened?.0, ledger))
}

/// Opening for writing, created where it is missing.
pub(crate) const WRITE: OpenMode = OpenMode::ReadWrite { create: true };
