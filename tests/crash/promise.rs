//! What a workload was promised, and the check that a disk keeps it.

use crate::driver::NAME;
use dossier::durable::{
    CommitRecord, DatabaseFile, DurableError, MemoryStorage, OpenMode, RecoveryReport, Storage,
    Survival, Synchronous, load_graph, rewind_graph,
};
use dossier::store::{Change, Direction, Graph, LabelId, SchemaTarget, Undo};
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
    index.flat_map(|index| graph.entries_of(index).map(|(value, id)| (value.clone(), id))).collect()
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
    /// The oldest version that can be had of each accepted commit, but for what was forgotten
    /// on purpose; and that of the one on its way.
    oldest: Vec<u64>,
    maybe_oldest: u64,
    /// Up to where the past was forgotten on purpose.
    pub(crate) forgotten: u64,
    /// The same of a forgetting that is on its way, or whose fate was left open.
    pub(crate) maybe_forgotten: Option<u64>,
}

impl Default for Promise {
    fn default() -> Self {
        Promise {
            versions: vec![fingerprint(&Graph::new())],
            durable: 0,
            maybe: None,
            oldest: vec![0],
            maybe_oldest: 0,
            forgotten: 0,
            maybe_forgotten: None,
        }
    }
}

impl Promise {
    /// The number of the last accepted commit.
    pub(crate) fn accepted(&self) -> usize {
        self.versions.len() - 1
    }

    /// A commit that leads to this version is on its way; whether it can be undone.
    pub(crate) fn attempt(&mut self, graph: &Graph, history: bool) {
        self.maybe = Some(fingerprint(graph));
        let before = self.oldest.last().copied().unwrap_or(0);
        self.maybe_oldest = if history { before } else { self.versions.len() as u64 };
    }

    /// It was accepted.
    pub(crate) fn accept(&mut self) {
        if let Some(version) = self.maybe.take() {
            self.versions.push(version);
            self.oldest.push(self.maybe_oldest);
        }
    }

    /// It was refused: it must never be there.
    pub(crate) fn refuse(&mut self) {
        self.maybe = None;
    }

    /// All that was accepted is durable.
    pub(crate) fn settle(&mut self) {
        self.durable = self.accepted();
    }

    /// The past up to a commit is being forgotten.
    pub(crate) fn attempt_to_forget(&mut self, number: u64) {
        self.maybe_forgotten = Some(number);
    }

    /// Whether that was done; `false` where it was refused.
    pub(crate) fn forget(&mut self, done: bool) {
        if let (Some(number), true) = (self.maybe_forgotten.take(), done) {
            self.forgotten = self.forgotten.max(number);
        }
    }

    /// Opening has shown the commits up to one, and a past from one on: they are there to
    /// stay, and no others.
    pub(crate) fn resolve(&mut self, sequence: u64, oldest: u64) {
        self.accept();
        self.versions.truncate(sequence as usize + 1);
        self.oldest.truncate(sequence as usize + 1);
        self.forget(self.maybe_forgotten.is_some_and(|number| oldest >= number));
        self.settle();
    }

    /// From which version on the past may begin, at a commit.
    fn may_begin(&self, sequence: u64) -> [u64; 2] {
        let kept = self.oldest.get(sequence as usize).copied().unwrap_or(self.maybe_oldest);
        let forgotten = kept.max(self.forgotten);
        [forgotten, forgotten.max(self.maybe_forgotten.unwrap_or(0))]
    }

    /// Whether the past of a database is what it was promised to be: no more was forgotten
    /// than was to be, and every version is what it was when it was the present one.
    pub(crate) fn past_kept_by(&self, file: &DatabaseFile, graph: &Graph) -> Result<u64, Lost> {
        let oldest = file.history().oldest().0;
        let expected = self.may_begin(file.last_sequence());
        if !expected.contains(&oldest) {
            let what = format!("the past begins with version {oldest}, not {expected:?}");
            return Err(Lost::Wrong(what));
        }
        let numbers = (oldest..file.last_sequence()).rev();
        past(file, graph, numbers, |number| self.versions.get(number as usize).copied())
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

/// Why a version of the past is not there.
#[derive(Debug)]
pub(crate) enum Lost {
    /// The files cannot be read.
    Unreadable(DurableError),
    Wrong(String),
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Lost::Unreadable(error) => write!(f, "{error}"),
            Lost::Wrong(what) => f.write_str(what),
        }
    }
}

/// Derives these versions of the past, the newest first, each from the one before, and
/// compares each with the fingerprint that it had; how many.
pub(crate) fn past(
    file: &DatabaseFile,
    graph: &Graph,
    numbers: impl Iterator<Item = u64>,
    version: impl Fn(u64) -> Option<u64>,
) -> Result<u64, Lost> {
    let history = file.history();
    let mut later = graph.watched();
    let mut count = 0;
    for number in numbers {
        let derived = rewind_graph(&history, &later, number, &mut |_| {}, &|_| false);
        let derived = derived.map_err(Lost::Unreadable)?;
        later = derived.ok_or(Lost::Wrong("it stopped".to_owned()))?.graph;
        let found = fingerprint(&later);
        if later.damage().is_some() || Some(found) != version(number) {
            return Err(Lost::Wrong(format!("version {number} is another than it was")));
        }
        count += 1;
    }
    if count > 0 {
        invariants(&later, entries).map_err(Lost::Wrong)?;
    }
    Ok(count)
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
/// over the disk for the first opening. How many versions of the past were compared.
pub(crate) fn check_disk(
    disk: &MemoryStorage,
    promise: &Promise,
    layer: &Layer,
    watch: Option<Layer>,
    entries: Entries,
) -> Result<u64, String> {
    let bottom: Arc<dyn Storage> = Arc::new(disk.clone());
    let bottom = watch.map_or(bottom.clone(), |watch| watch(bottom));
    let (graph, file, _) = open(&layer(bottom)).map_err(|error| error.to_string())?;
    let sequence = file.last_sequence();
    promise.kept_by(sequence, &graph)?;
    invariants(&graph, entries)?;
    let versions = promise.past_kept_by(&file, &graph).map_err(|lost| lost.to_string())?;
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
    goes_on(&again, &graph, &mut file).map(|()| versions)
}

/// A recovered database takes the next commit, and has it when it is opened again.
fn goes_on(
    storage: &Arc<dyn Storage>,
    graph: &Arc<Graph>,
    file: &mut DatabaseFile,
) -> Result<(), String> {
    let changes = [Change::SkipNodes(1)];
    let undo = Undo::new(graph, &changes);
    let (author, message) = ("", "");
    let record = CommitRecord { time: 1, author, message, changes: &changes, undo: Some(&undo) };
    let number = file.append(&record, Synchronous::Full).map_err(|error| error.to_string())?;
    let reader = load_graph(storage.clone(), Path::new(NAME), OpenMode::ReadOnly);
    let (next, reader, _) = reader.map_err(|error| format!("after a commit: {error}"))?;
    let bounds = (reader.last_sequence(), next.node_bound());
    if bounds != (number, graph.node_bound() + 1) {
        return Err(format!("a commit on the recovered database came back as {bounds:?}"));
    }
    let before = fingerprint(graph);
    past(&reader, &next, std::iter::once(number - 1), |_| Some(before))
        .map_err(|lost| format!("after a commit: {lost}"))?;
    Ok(())
}
