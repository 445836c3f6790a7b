//! What triples are to a graph, and making it: nodes, labels, properties, relationships.
//!
//! | triple | becomes |
//! | --- | --- |
//! | its object is a literal, or a list of literals | a property of what its subject is |
//! | its predicate is `rdf:type` | a label |
//! | it is reified | a relationship for each reifier, with the reifier's properties |
//! | any other | a relationship |
//!
//! What a relationship ends at is made before it.

mod sort;

use super::triples::{Fact, Lists, Place, TermId, Triples, Wrong};
use crate::database::InterruptHandle;
use crate::rdf::Vocabulary;
use crate::rdf::iri::{self, ASSERTED_KEY, IRI_KEY};
use crate::store::{Direction, EndpointKind, Graph, StoreError, Writer};
use crate::value::group::equivalent;
use crate::value::{ASSERTS, DENIES, Endpoint, NodeId, RelationshipId, Value};
use indexmap::{IndexMap, IndexSet};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The label of a node that stands for a literal that relationships point at.
const LITERAL: &str = "Literal";

/// What a property holds so far.
enum Held {
    /// As many values as there are triples.
    Values(Vec<Value>),
    /// A list that was written as one.
    List(Vec<Value>),
}

type Properties = IndexMap<String, (Held, Place)>;

/// A relationship to be made.
struct Planned {
    reifier: Option<TermId>,
    fact: Fact,
    place: Place,
}

/// Makes the elements; gives how many nodes and relationships are new.
pub(super) fn assemble(
    triples: &Triples,
    writer: &mut Writer,
    interrupt: &InterruptHandle,
) -> Result<(u64, u64), Wrong> {
    let bases = triples.facts.keys().filter(|fact| is_base(triples, **fact));
    let bases = bases.filter_map(|[base, ..]| triples.iri(*base)).map(str::to_owned).collect();
    let vocabulary = Vocabulary::of_file(bases, triples.prefixes.clone());
    let mut assembly = Assembly {
        known: known(triples, &writer.graph(), &vocabulary)?,
        lists: Lists::of(triples),
        stated: triples.reified.values().map(|(fact, _)| *fact).collect(),
        names: HashMap::new(),
        labels: HashMap::new(),
        properties: HashMap::new(),
        nodes: IndexMap::new(),
        ends: Vec::new(),
        planned: Vec::new(),
        unasserted: HashSet::new(),
        elements: HashMap::new(),
        made: (0, 0),
        triples,
        vocabulary,
        writer,
        interrupt,
    };
    assembly.sort_facts()?;
    assembly.make_nodes()?;
    assembly.make_relationships()?;
    Ok(assembly.made)
}

/// Whether a triple tells of a base.
fn is_base(triples: &Triples, [_, predicate, object]: Fact) -> bool {
    triples.iri(object) == Some(iri::GRAPH) && triples.iri(predicate) == Some(iri::TYPE)
}

/// The elements of the database that have an IRI of the files as their `iri`.
fn known(
    triples: &Triples,
    graph: &Graph,
    vocabulary: &Vocabulary,
) -> Result<HashMap<TermId, Endpoint>, Wrong> {
    let mut known = HashMap::new();
    let Some(key) = graph.catalog().key_id(IRI_KEY) else { return Ok(known) };
    let nodes = graph.node_chunks(None).flat_map(|chunk| chunk.ids().collect::<Vec<_>>());
    let relationships = graph.relationship_chunks(None).flat_map(|it| it.ids().collect::<Vec<_>>());
    let elements = nodes
        .map(|id| Endpoint::Node(NodeId(id)))
        .chain(relationships.map(|id| Endpoint::Relationship(RelationshipId(id))));
    for element in elements {
        let Value::String(text) = graph.property(element, key) else { continue };
        let term = triples.find(&text).filter(|_| !vocabulary.is_made(&text));
        if let Some(term) = term
            && known.insert(term, element).is_some()
        {
            let reason = format!(
                "several elements of the database have the iri <{text}>, so that it is not clear which one is meant"
            );
            return Err(Wrong { place: Place { file: "".into(), line: 0 }, reason });
        }
    }
    Ok(known)
}

struct Assembly<'a> {
    triples: &'a Triples,
    vocabulary: Vocabulary,
    writer: &'a mut Writer,
    interrupt: &'a InterruptHandle,
    lists: Lists,
    known: HashMap<TermId, Endpoint>,
    /// The triples that are reified.
    stated: HashSet<Fact>,
    /// The names of predicates and classes.
    names: HashMap<TermId, Arc<str>>,
    labels: HashMap<TermId, Vec<Arc<str>>>,
    properties: HashMap<TermId, Properties>,
    /// What becomes a node, with where it occurs first.
    nodes: IndexMap<TermId, Place>,
    /// What relationships end at: it becomes a node after what is told of itself, so that nodes
    /// come in the order of a file that was exported.
    ends: Vec<(TermId, Place)>,
    planned: Vec<Planned>,
    /// Reifiers that do not vouch for their triple.
    unasserted: HashSet<TermId>,
    elements: HashMap<TermId, Endpoint>,
    made: (u64, u64),
}

impl Assembly<'_> {
    fn name(&mut self, term: TermId) -> Arc<str> {
        let (triples, vocabulary) = (self.triples, &self.vocabulary);
        let made =
            || triples.iri(term).map(|iri| vocabulary.name_of(iri)).unwrap_or_default().into();
        self.names.entry(term).or_insert_with(made).clone()
    }

    /// Whether a term is a relationship: of the files, or of the database.
    fn is_relationship(&self, term: TermId) -> bool {
        self.triples.reified.contains_key(&term)
            || matches!(self.known.get(&term), Some(Endpoint::Relationship(_)))
    }

    fn stop_where_asked(&self, step: usize) -> Result<(), Wrong> {
        if step.is_multiple_of(8192) && self.interrupt.is_interrupted() {
            let place = Place { file: "".into(), line: 0 };
            return Err(Wrong { place, reason: "interrupted: nothing was imported".to_owned() });
        }
        Ok(())
    }

    fn make_nodes(&mut self) -> Result<(), Wrong> {
        let nodes = std::mem::take(&mut self.nodes);
        for (step, (term, place)) in nodes.into_iter().enumerate() {
            self.stop_where_asked(step)?;
            let refused = |error: StoreError| refused(error, &place);
            let mut labels = self.labels.remove(&term).unwrap_or_default();
            labels.dedup();
            let element = if let Some(Endpoint::Node(node)) = self.known.get(&term).copied() {
                for label in labels {
                    self.writer.add_label(node, &label).map_err(refused)?;
                }
                self.complete(Endpoint::Node(node), term)?;
                Endpoint::Node(node)
            } else {
                let properties = self.take_properties(term);
                let node = self.writer.create_node(labels.iter(), properties).map_err(refused)?;
                self.made.0 += 1;
                Endpoint::Node(node)
            };
            self.elements.insert(term, element);
        }
        // Those that the files do not reify again.
        let others = self.known.iter().filter(|(term, element)| {
            matches!(element, Endpoint::Relationship(_))
                && !self.triples.reified.contains_key(*term)
        });
        let others: Vec<_> = others.map(|(term, element)| (*term, *element)).collect();
        others.into_iter().try_for_each(|(term, element)| self.complete(element, term))
    }

    /// The properties of a new element, its IRI among them where it has one.
    fn take_properties(&mut self, term: TermId) -> Vec<(String, Value)> {
        let held = self.properties.remove(&term).unwrap_or_default();
        let own = self.triples.iri(term).filter(|iri| !self.vocabulary.is_made(iri));
        let own = own.map(|iri| (IRI_KEY.to_owned(), Value::from(iri)));
        let given = held.into_iter().map(|(key, (held, _))| (key, value_of(held)));
        own.into_iter().chain(given).collect()
    }

    /// Gives an element of the database what it lacks of its properties.
    fn complete(&mut self, element: Endpoint, term: TermId) -> Result<(), Wrong> {
        for (key, (held, place)) in self.properties.remove(&term).unwrap_or_default() {
            let graph = self.writer.graph();
            let id = graph.catalog().key_id(&key);
            let present = id.map_or(Value::Null, |id| graph.property(element, id));
            drop(graph);
            let value = match (present, held) {
                (Value::Null, held) => value_of(held),
                (present, Held::List(items)) => {
                    if equivalent(&present, &Value::List(Arc::new(items))) {
                        continue;
                    }
                    let what = self.triples.text(term);
                    let reason = format!(
                        "`{key}` of {what} is another value in the database than this list"
                    );
                    return Err(Wrong { place, reason });
                }
                (present, Held::Values(values)) => {
                    let mut all = match &present {
                        Value::List(items) => items.to_vec(),
                        single => vec![single.clone()],
                    };
                    let before = all.len();
                    for value in values {
                        if !all.iter().any(|known| equivalent(known, &value)) {
                            all.push(value);
                        }
                    }
                    if all.len() == before {
                        continue;
                    }
                    Value::List(Arc::new(all))
                }
            };
            let set = self.writer.set_property(element, &key, value);
            set.map_err(|error| refused(error, &place))?;
        }
        Ok(())
    }

    /// Makes the relationships, each after those at its ends.
    fn make_relationships(&mut self) -> Result<(), Wrong> {
        let planned = std::mem::take(&mut self.planned);
        let mut place_of = HashMap::new();
        let mut claimed = HashSet::new();
        for (place, relationship) in planned.iter().enumerate() {
            place_of.extend(relationship.reifier.map(|reifier| (reifier, place)));
            let name = self.name(relationship.fact[1]);
            if *name == *ASSERTS || *name == *DENIES {
                claimed.insert(relationship.fact[2]);
            }
        }
        let mut done = vec![false; planned.len()];
        let mut waiting: IndexSet<usize> = IndexSet::new();
        // What has a name comes first, in the order of the file: names that an export makes up are
        // numbered in the order of the relationships, which stays so, whatever is said of them.
        let named = |place: &usize| planned[*place].reifier.is_some();
        let order = (0..planned.len()).filter(named);
        let order = order.chain((0..planned.len()).filter(|place| !named(place)));
        for (step, first) in order.enumerate() {
            self.stop_where_asked(step)?;
            waiting.insert(first);
            while let Some(&next) = waiting.last() {
                let Planned { fact: [start, _, end], place, .. } = &planned[next];
                let before = [start, end].into_iter().filter_map(|term| place_of.get(term));
                match before.copied().find(|place| !done[*place]) {
                    Some(before) if !waiting.insert(before) => {
                        let name = planned[before].reifier.map(|term| self.triples.text(term));
                        let reason = format!(
                            "what {} reifies is about itself, at last",
                            name.unwrap_or_default()
                        );
                        return Err(Wrong { place: place.clone(), reason });
                    }
                    Some(_) => {}
                    None => {
                        if !std::mem::replace(&mut done[next], true) {
                            self.make_relationship(&planned[next], &claimed)?;
                        }
                        waiting.pop();
                    }
                }
            }
        }
        Ok(())
    }

    fn make_relationship(
        &mut self,
        planned: &Planned,
        claimed: &HashSet<TermId>,
    ) -> Result<(), Wrong> {
        let Planned { reifier, fact: [subject, predicate, object], place } = planned;
        let refused = |error: StoreError| refused(error, place);
        let start = self.endpoint(*subject, place)?;
        let end = self.endpoint(*object, place)?;
        let kind = self.name(*predicate);
        let Some(reifier) = *reifier else {
            // The files say nothing twice, so it can only be between what was there before.
            let old = [subject, object].iter().all(|term| self.known.contains_key(*term));
            if !old || !self.is_there(start, &kind, end) {
                let nothing: [(&str, Value); 0] = [];
                self.writer.create_relationship(&kind, start, end, nothing).map_err(refused)?;
                self.made.1 += 1;
            }
            return Ok(());
        };
        if let Some(element) = self.known.get(&reifier).copied() {
            let graph = self.writer.graph();
            let same = match element {
                Endpoint::Node(_) => false,
                Endpoint::Relationship(id) => graph.relationship(id).is_some_and(|record| {
                    (record.start, record.end) == (start, end)
                        && **graph.catalog().type_name(record.kind) == *kind
                }),
            };
            drop(graph);
            if !same {
                let what = self.triples.text(reifier);
                let reason = format!("{what} is another element in the database");
                return Err(Wrong { place: place.clone(), reason });
            }
            self.complete(element, reifier)?;
            self.elements.insert(reifier, element);
            return Ok(());
        }
        let asserted =
            self.triples.facts.contains_key(&planned.fact) && !self.unasserted.contains(&reifier);
        let mut properties = self.take_properties(reifier);
        if asserted == claimed.contains(&reifier)
            && !properties.iter().any(|(key, _)| key == ASSERTED_KEY)
        {
            properties.push((ASSERTED_KEY.to_owned(), Value::Boolean(asserted)));
        }
        let made = self.writer.create_relationship(&kind, start, end, properties);
        self.made.1 += 1;
        self.elements.insert(reifier, Endpoint::Relationship(made.map_err(refused)?));
        Ok(())
    }

    /// What a term is; a literal becomes a node of its own.
    fn endpoint(&mut self, term: TermId, place: &Place) -> Result<Endpoint, Wrong> {
        if let Some(element) = self.elements.get(&term).or_else(|| self.known.get(&term)) {
            return Ok(*element);
        }
        let property = self.triples.property("value", term, &self.vocabulary);
        let made = self.writer.create_node([LITERAL], property);
        let element = Endpoint::Node(made.map_err(|error| refused(error, place))?);
        self.made.0 += 1;
        Ok(element)
    }

    /// Whether the database has a relationship already that a bare triple says: asked where
    /// fewer relationships are.
    fn is_there(&self, start: Endpoint, kind: &str, end: Endpoint) -> bool {
        let graph = self.writer.view();
        let Some(kind) = graph.catalog().type_id(kind) else { return false };
        let ((from, start_id), (to, end_id)) = (parts(start), parts(end));
        let mut outgoing = graph.neighbours(start, kind, Direction::Outgoing, to);
        let mut incoming = graph.neighbours(end, kind, Direction::Incoming, from);
        if outgoing.degree() <= incoming.degree() {
            outgoing.any(|(neighbour, _)| neighbour == end_id)
        } else {
            incoming.any(|(neighbour, _)| neighbour == start_id)
        }
    }
}

fn parts(element: Endpoint) -> (EndpointKind, u32) {
    match element {
        Endpoint::Node(node) => (EndpointKind::Node, node.0),
        Endpoint::Relationship(relationship) => (EndpointKind::Relationship, relationship.0),
    }
}

fn value_of(held: Held) -> Value {
    match held {
        Held::List(items) => Value::List(Arc::new(items)),
        Held::Values(mut values) if values.len() == 1 => values.pop().unwrap_or_default(),
        Held::Values(values) => Value::List(Arc::new(values)),
    }
}

fn refused(error: StoreError, place: &Place) -> Wrong {
    Wrong { place: place.clone(), reason: error.to_string() }
}
