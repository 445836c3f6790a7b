//! What a workload was promised, and the check that a disk keeps it.

use crate::driver::NAME;
use dossier::durable::{
    CommitRecord, DatabaseFile, DurableError, MemoryStorage, OpenMode, RecoveryReport, Storage,
    Survival, Synchronous, load_graph,
};
use dossier::store::{Change, Direction, Graph, LabelId, SchemaTarget};
use dossier::value::{Endpoint, NodeId, RelationshipId, Value};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;
use std::sync::Arc;

/// Opening for writing, created where it is missing.
const WRITE: OpenMode = OpenMode::ReadWrite { create: true };

/// How a storage under test is laid over the disk that will lose its power.
pub(crate) type Layer = Arc<dyn Fn(Arc<dyn Storage>) -> Arc<dyn Storage> + Send + Sync>;

/// No layer.
pub(crate) fn plain() -> Layer {
    Arc::new(|below| below)
}

/// What a database shows of an index: a lane that looks through broken glasses proves that
/// it sees what is missing.
pub(crate) type Entries = fn(&Graph, &str) -> Vec<(Value, Endpoint)>;

/// The entries of an index.
pub(crate) fn entries(graph: &Graph, name: &str) -> Vec<(Value, Endpoint)> {
    let index = graph.index(name).into_iter();
    index.flat_map(|index| index.iter().map(|(value, id)| (value.clone(), id))).collect()
}

struct Sum(DefaultHasher);

impl Write for Sum {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}

/// A checksum over all that a version holds: names, elements, schema.
pub(crate) fn fingerprint(graph: &Graph) -> u64 {
    let mut sum = Sum(DefaultHasher::new());
    for change in graph.export_changes() {
        let _ = write!(sum, "{change:?}");
    }
    sum.0.finish()
}

/// What a workload was promised.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    /// The fingerprint after each accepted commit; first that of the empty graph.
    versions: Vec<u64>,
    /// How many commits are acknowledged as durable.
    pub(crate) durable: usize,
    /// The fingerprint after a commit that is on its way, or whose fate was left open.
    maybe: Option<u64>,
}

impl Default for Promise {
    fn default() -> Self {
        Promise { versions: vec![fingerprint(&Graph::new())], durable: 0, maybe: None }
    }
}

impl Promise {
    /// The number of the last accepted commit.
    pub(crate) fn accepted(&self) -> usize {
        self.versions.len() - 1
    }

    /// A commit that leads to this version is on its way.
    pub(crate) fn attempt(&mut self, graph: &Graph) {
        self.maybe = Some(fingerprint(graph));
    }

    /// It was accepted.
    pub(crate) fn accept(&mut self) {
        self.versions.extend(self.maybe.take());
    }

    /// It was refused: it must never be there.
    pub(crate) fn refuse(&mut self) {
        self.maybe = None;
    }

    /// All that was accepted is durable.
    pub(crate) fn settle(&mut self) {
        self.durable = self.accepted();
    }

    /// Opening has shown the commits up to one: they are there to stay, and no others.
    pub(crate) fn resolve(&mut self, sequence: u64) {
        self.versions.extend(self.maybe.take());
        self.versions.truncate(sequence as usize + 1);
        self.settle();
    }

    /// Whether a database at this commit, with this content, keeps the promise.
    pub(crate) fn kept_by(&self, sequence: u64, graph: &Graph) -> Result<(), String> {
        let sequence = sequence as usize;
        if sequence < self.durable {
            return Err(format!("{} commits acknowledged, {sequence} there", self.durable));
        }
        let expected = match self.versions.get(sequence) {
            Some(version) => Some(*version),
            None if sequence == self.versions.len() => self.maybe,
            None => None,
        };
        match expected {
            None => Err(format!("commit {sequence} of {} was never made", self.accepted())),
            Some(version) if version == fingerprint(graph) => Ok(()),
            Some(_) => Err(format!("the graph is another than that of commit {sequence}")),
        }
    }
}

/// Whether a version says the same wherever it says something twice: counts and scans,
/// both directions, indexes and scans.
pub(crate) fn invariants(graph: &Graph, entries: Entries) -> Result<(), String> {
    let nodes: Vec<NodeId> = scan_nodes(graph, None);
    let relationships: Vec<RelationshipId> = (0..graph.relationship_chunk_count())
        .filter_map(|number| graph.relationship_chunk(number, None))
        .flat_map(|selection| selection.ids().map(RelationshipId).collect::<Vec<_>>())
        .collect();
    let counted = (nodes.len() as u64, relationships.len() as u64);
    let stated = (graph.node_count(), graph.relationship_count());
    if counted != stated {
        return Err(format!("{counted:?} elements are there, {stated:?} are counted"));
    }
    for (label, name) in graph.catalog().labels() {
        let (stated, scanned) =
            (graph.statistics().nodes_with_label(label), scan_nodes(graph, Some(label)).len());
        if stated != scanned as u64 {
            return Err(format!("{scanned} nodes have label {name}, {stated} are counted"));
        }
    }
    let ends = nodes.iter().copied().map(Endpoint::Node);
    let ends: Vec<_> =
        ends.chain(relationships.iter().copied().map(Endpoint::Relationship)).collect();
    for direction in [Direction::Outgoing, Direction::Incoming] {
        let mut met = BTreeMap::new();
        for &end in &ends {
            for (other, relationship) in graph.relationships_at(end, direction) {
                let record = graph.relationship(relationship);
                let fits = record.is_some_and(|record| {
                    (record.target(direction.reverse()), record.target(direction)) == (end, other)
                });
                if !fits || met.insert(relationship, end).is_some() {
                    return Err(format!("{relationship:?} is met {direction:?} at {end:?}"));
                }
            }
        }
        if !met.keys().copied().eq(relationships.iter().copied()) {
            return Err(format!("{} of {} are met {direction:?}", met.len(), relationships.len()));
        }
    }
    graph.indexes().iter().try_for_each(|index| {
        let (name, keys) = (index.name(), index.keys());
        let elements: Vec<Endpoint> = match index.target() {
            SchemaTarget::Label(label) => {
                scan_nodes(graph, Some(label)).into_iter().map(Endpoint::Node).collect()
            }
            SchemaTarget::Type(kind) => {
                let of_type = |id: &&RelationshipId| {
                    graph.relationship(**id).is_some_and(|record| record.kind == kind)
                };
                let found = relationships.iter().filter(of_type).copied();
                found.map(Endpoint::Relationship).collect()
            }
        };
        let mut scanned: Vec<String> = elements
            .into_iter()
            .filter_map(|element| {
                let values: Vec<Value> =
                    keys.iter().map(|key| graph.property(element, *key)).collect();
                let first = values.first().filter(|value| !value.is_null())?;
                let value =
                    if keys.len() == 1 { first.clone() } else { Value::List(Arc::new(values)) };
                Some(format!("{:?}", (value, element)))
            })
            .collect();
        let held = entries(graph, name);
        let mut held: Vec<String> = held.iter().map(|entry| format!("{entry:?}")).collect();
        scanned.sort_unstable();
        held.sort_unstable();
        if scanned == held {
            Ok(())
        } else {
            Err(format!("index {name} holds {held:?}, the scan finds {scanned:?}"))
        }
    })
}

fn scan_nodes(graph: &Graph, label: Option<LabelId>) -> Vec<NodeId> {
    let chunks = graph.node_chunks(label);
    chunks.flat_map(|selection| selection.ids().map(NodeId).collect::<Vec<_>>()).collect()
}

/// What opening gives.
type Opened = Result<(Arc<Graph>, DatabaseFile, RecoveryReport), DurableError>;

/// Opens a database for writing, as a workload and a check do.
pub(crate) fn open(storage: &Arc<dyn Storage>) -> Opened {
    load_graph(storage.clone(), Path::new(NAME), WRITE)
}

/// A disk as a power cut has left it must open, keep the promise, be free of torn tails
/// from then on, and keep what was read even if nothing else was synced. `watch` is laid
/// over the disk for the first opening.
pub(crate) fn check_disk(
    disk: &MemoryStorage,
    promise: &Promise,
    layer: &Layer,
    watch: Option<Layer>,
    entries: Entries,
) -> Result<(), String> {
    let bottom: Arc<dyn Storage> = Arc::new(disk.clone());
    let bottom = watch.map_or(bottom.clone(), |watch| watch(bottom));
    let (graph, file, _) = open(&layer(bottom)).map_err(|error| error.to_string())?;
    let sequence = file.last_sequence();
    promise.kept_by(sequence, &graph)?;
    invariants(&graph, entries)?;
    drop((graph, file));
    let again = layer(Arc::new(disk.power_loss(Survival::Nothing)));
    let (graph, mut file, report) = open(&again).map_err(|error| format!("later: {error}"))?;
    if file.last_sequence() != sequence {
        return Err(format!("recovered {sequence}, then {}", file.last_sequence()));
    }
    promise.kept_by(sequence, &graph).map_err(|error| format!("later: {error}"))?;
    if report.torn_tail_cut.is_some() {
        return Err("the torn tail was not cut".to_owned());
    }
    goes_on(&again, &graph, &mut file)
}

/// A recovered database takes the next commit, and has it when it is opened again.
fn goes_on(
    storage: &Arc<dyn Storage>,
    graph: &Arc<Graph>,
    file: &mut DatabaseFile,
) -> Result<(), String> {
    let changes = [Change::SkipNodes(1)];
    let record = CommitRecord { time: 1, author: "", message: "", changes: &changes, undo: None };
    let number = file.append(&record, Synchronous::Full).map_err(|error| error.to_string())?;
    let reader = load_graph(storage.clone(), Path::new(NAME), OpenMode::ReadOnly);
    let (next, reader, _) = reader.map_err(|error| format!("after a commit: {error}"))?;
    let bounds = (reader.last_sequence(), next.node_bound());
    if bounds == (number, graph.node_bound() + 1) {
        Ok(())
    } else {
        Err(format!("a commit on the recovered database came back as {bounds:?}"))
    }
}
