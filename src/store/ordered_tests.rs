//! Ordered sets against a model, in memory and with leaves in a file.

use super::*;
use crate::store::adjacency::AdjacencyChunk;
use crate::store::budget::Budget;
use crate::store::chunk::{NodeChunk, RelationshipChunk};
use crate::store::leaf::StoredIndex;
use crate::store::stored::{ChunkSource, Part, Place, TableName};
use crate::store::table::{ChunkTable, Keep};
use crate::store::zone::{Glimpse, Zone};
use crate::store::{KeyId, SchemaTarget};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

fn none() -> Faults {
    Faults::default()
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Integer(v) => *v,
        Value::Float(v) => *v as i64,
        other => panic!("no number: {other:?}"),
    }
}

/// Integers and floats that are equal to some of them.
fn value(entry: (i64, u32)) -> Entry {
    let number = if entry.1.is_multiple_of(2) {
        Value::Integer(entry.0)
    } else {
        Value::Float(entry.0 as f64)
    };
    (number, entry.1)
}

type Model = BTreeSet<(i64, u32)>;

fn compare(set: &OrderedSet, model: &Model) {
    let faults = none();
    for (low, high) in [(-200, 200), (0, 10), (7, 7), (10, 0), (-150, -149)] {
        let place = |value: &Value| match number(value) {
            value if value < low => Ordering::Less,
            value if value > high => Ordering::Greater,
            _ => Ordering::Equal,
        };
        let sought = (low == high).then_some(low);
        let found = set.range_of(sought, place, &faults).map(|(value, id)| (number(value), *id));
        let expected = model.iter().copied().filter(|e| low <= e.0 && e.0 <= high);
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
    assert_eq!(set.iter(&faults).count(), model.len());
    let different: BTreeSet<i64> = model.iter().map(|entry| entry.0).collect();
    assert_eq!((set.len(), set.distinct()), (model.len(), different.len()));
    let pieces = set.pieces().map(|piece| match piece {
        Piece::Held(entries) => entries,
        Piece::Stored(number, low) => {
            let leaf = set.leaf(number).unwrap();
            assert!(order(low, &leaf[0]).is_eq());
            leaf
        }
    });
    let all = pieces.flatten().map(|(value, id)| (number(value), *id));
    assert_eq!(all.collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
    assert!(faults.first().is_none());
}

/// Changes a set and its model at random, first more in than out, then the other way round.
fn change(set: &mut OrderedSet, model: &mut Model, steps: u64, mut seed: u64) {
    let mut random = |below: u64| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) % below
    };
    let mut versions = Vec::new();
    for step in 0..steps {
        let grows = step < steps / 2;
        let entry = (random(300) as i64 - 150, random(40) as u32);
        if grows == (random(8) > 0) {
            assert_eq!(set.insert(value(entry), &none()), model.insert(entry));
        } else {
            let entry = model.range(entry..).next().copied().unwrap_or(entry);
            let out = (Value::Integer(entry.0), entry.1);
            assert_eq!(set.remove(&out, &none()), model.remove(&entry));
        }
        assert_eq!(set.len(), model.len());
        if step % 1000 == 999 {
            versions.push((set.clone(), model.clone()));
        }
    }
    versions.iter().for_each(|(set, model)| compare(set, model));
}

#[test]
fn agrees_with_a_set_in_every_version() {
    let (mut set, mut model) = (OrderedSet::default(), Model::new());
    change(&mut set, &mut model, 20_000, 3);
}

#[test]
fn empties_and_fills_again() {
    let mut set = OrderedSet::default();
    for round in 0..3 {
        for id in 0..5000 {
            assert!(set.insert((Value::Integer(round), id), &none()));
        }
        for id in (0..5000).rev() {
            assert!(set.remove(&(Value::Integer(round), id), &none()));
        }
        assert_eq!((set.iter(&none()).count(), set.distinct()), (0, 0));
    }
}

#[test]
fn what_is_sorted_becomes_a_set() {
    for count in [0u32, 1, 64, 65, 4000, 300_000] {
        let model: Model = (0..count).map(|id| (i64::from(id / 3) - 150, id)).collect();
        let mut set = OrderedSet::of_sorted(model.iter().copied().map(value).collect());
        let faults = none();
        assert_eq!((set.len(), set.distinct()), (model.len(), count.div_ceil(3) as usize));
        let all = set.iter(&faults).map(|(value, id)| (number(value), *id));
        assert!(all.eq(model.iter().copied()));
        if count > 0 {
            assert!(!set.insert(value((i64::from(count / 2 / 3) - 150, count / 2)), &faults));
        }
        assert!(set.insert(value((i64::MIN / 4, 7)), &faults));
    }
}

/// A file with the leaves of an index alone.
#[derive(Debug)]
struct FileOfLeaves {
    leaves: Vec<Vec<Entry>>,
    reads: AtomicU64,
    fails: AtomicBool,
    budget: Arc<Budget>,
}

fn gone() -> Damage {
    Damage { file: PathBuf::from("leaves"), offset: 9, what: "gone".into(), refused: None }
}

impl ChunkSource for FileOfLeaves {
    fn nodes(self: Arc<Self>, _: u32, _: &Place) -> Result<NodeChunk, Damage> {
        Err(gone())
    }
    fn relationships(self: Arc<Self>, _: u32, _: &Place) -> Result<RelationshipChunk, Damage> {
        Err(gone())
    }
    fn adjacency(&self, _: TableName, _: u32, _: &Place) -> Result<AdjacencyChunk, Damage> {
        Err(gone())
    }
    fn ends(&self, _: bool, _: u32, _: &Place) -> Result<Vec<u32>, Damage> {
        Err(gone())
    }
    fn leaf(&self, _: TableName, number: u32, _: &Place) -> Result<Leaf, Damage> {
        self.reads.fetch_add(1, Relaxed);
        if self.fails.load(Relaxed) {
            return Err(gone());
        }
        Ok(Leaf::new(self.leaves[number as usize].clone(), &self.budget))
    }
    fn directory(&self, _: &StoredIndex, _: (SchemaTarget, &[KeyId])) -> Result<Directory, Damage> {
        Err(gone())
    }
    fn column(&self, _: u64, _: &Part) -> Result<Vec<u8>, Damage> {
        Err(gone())
    }
    fn segment(&self, _: u64, _: &Part, _: &dyn Fn(&Zone) -> bool) -> Result<Glimpse, Damage> {
        Err(gone())
    }
    fn bytes(&self, _: TableName, _: u32, _: &Place) -> Result<Vec<u8>, Damage> {
        Err(gone())
    }
    fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }
}

/// A set whose entries all lie in a file, so many in each leaf.
fn filed(model: &Model, each: usize) -> (OrderedSet, Arc<FileOfLeaves>) {
    let entries: Vec<Entry> = model.iter().copied().map(value).collect();
    let leaves: Vec<Vec<Entry>> = entries.chunks(each).map(<[Entry]>::to_vec).collect();
    let whole = OrderedSet::of_sorted(entries);
    let directory = Directory {
        len: whole.len(),
        distinct: whole.distinct(),
        lows: leaves.iter().map(|leaf| leaf[0].clone()).collect(),
    };
    let place = Place { offset: 0, head: 0, length: 0, sum: 0 };
    let places: Vec<(u32, Place)> = (0..leaves.len() as u32).map(|n| (n, place)).collect();
    let (reads, fails) = (AtomicU64::new(0), AtomicBool::new(false));
    let file = Arc::new(FileOfLeaves { leaves, reads, fails, budget: Budget::new(u64::MAX) });
    let source: Arc<dyn ChunkSource> = file.clone();
    let table = ChunkTable::stored(&source, TableName::Index(0), places);
    (OrderedSet::stored(directory, table), file)
}

#[test]
fn a_set_in_a_file_agrees_with_one_in_memory_and_changes_as_it_does() {
    for (count, each) in [(6000u32, 1), (6000, 7), (6000, 300), (0, 1)] {
        let model: Model =
            (0..count).map(|n| (i64::from(n * 31 % 300) - 150, n * 7 % 40)).collect();
        let (mut set, file) = filed(&model, each);
        compare(&set, &model);
        let before = (set.clone(), model.clone());
        let mut changed = model;
        change(&mut set, &mut changed, 8000, each as u64);
        compare(&set, &changed);
        compare(&before.0, &before.1);
        // Renewed, it holds nothing, and says the same.
        let renewed = set.with_leaves(set.leaves().renewed(&mut Keep::default()));
        drop((set, before.0));
        assert_eq!(file.budget.live(), 0);
        compare(&renewed, &changed);
    }
}

#[test]
fn a_search_reads_one_leaf_and_a_change_no_more() {
    let model: Model = (0..200_000).map(|n| (n, n as u32)).collect();
    let (mut set, file) = filed(&model, 2048);
    assert_eq!((set.len(), file.reads.load(Relaxed)), (200_000, 0));
    let faults = none();
    let seek = |set: &OrderedSet, wanted: i64| {
        let place = |value: &Value| number(value).cmp(&wanted);
        set.range_of(Some(wanted), place, &faults).count()
    };
    assert_eq!((seek(&set, 70_000), file.reads.swap(0, Relaxed)), (1, 1));
    // It is in memory now.
    assert_eq!((seek(&set, 70_001), file.reads.swap(0, Relaxed)), (1, 0));
    assert_eq!((seek(&set, 200_001), file.reads.swap(0, Relaxed)), (0, 1));
    assert!(set.insert((Value::Integer(5000), 1), &faults));
    assert!(set.remove(&(Value::Integer(5001), 5001), &faults));
    assert_eq!((set.len(), set.distinct(), file.reads.swap(0, Relaxed)), (200_000, 199_999, 1));
}

#[test]
fn what_cannot_be_read_is_noted_and_asked_again() {
    let model: Model = (0..5000).map(|n| (n, n as u32)).collect();
    let (set, file) = filed(&model, 100);
    file.fails.store(true, Relaxed);
    let faults = none();
    let place = |value: &Value| number(value).cmp(&70);
    assert_eq!(set.range_by(place, &faults).count(), 0);
    assert_eq!(faults.first(), Some(&gone()));
    assert!(set.leaf(3).is_err());
    let mut changed = set.clone();
    let faults = none();
    changed.insert((Value::Integer(70), 9), &faults);
    assert!(faults.first().is_some());
    file.fails.store(false, Relaxed);
    let faults = none();
    assert_eq!(set.range_by(place, &faults).count(), 1);
    assert!(faults.first().is_none());
}
