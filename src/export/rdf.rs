//! The whole graph as RDF 1.2, in Turtle or N-Triples.
//!
//! A node is an IRI with its labels as types and its properties as literals. A relationship is a
//! triple, and where it has properties, where others point at it, or where there are several of
//! one triple, a *reifier* of that triple, which all this hangs on:
//!
//! ```text
//! g:China a v:Country ; v:name "China" .
//! g:China_VIOLATED_truce rdf:reifies <<( g:China v:VIOLATED g:truce )>> ; v:valid_from "2025-05-12"^^xsd:date .
//! g:US_ASSERTS_China_VIOLATED_truce rdf:reifies <<( g:US v:ASSERTS g:China_VIOLATED_truce )>> .
//! ```
//!
//! Whoever reads a file takes its triples for true. So what somebody asserts or denies is only
//! reified, and does not stand in the file as a triple; what nobody makes a claim about does.
//! docs/rdf.md tells the mapping from both sides.

use super::names::{
    Names, all_read, is_pointed_at, name_nodes, name_relationships, relationship_levels,
};
use crate::rdf::iri::{self, ASSERTED_KEY, IRI_KEY, NIL};
use crate::rdf::{Vocabulary, is_iri, literal, spelled};
use crate::store::{Graph, RelationshipRecord, TypeId};
use crate::value::{
    ASSERTS, CITED_IN, DENIES, ElementReader, Endpoint, Map, RelationshipId, Value,
};
use hashbrown::HashMap;
use oxrdf::{BlankNode, Literal, NamedNode, NamedOrBlankNode, Term, Triple};
use oxttl::ntriples::WriterNTriplesSerializer;
use oxttl::turtle::WriterTurtleSerializer;
use oxttl::{NTriplesSerializer, TurtleSerializer};
use std::io;
use std::path::Path;

/// How RDF is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RdfFormat {
    /// Turtle 1.2, with prefixes.
    #[default]
    Turtle,
    /// N-Triples 1.2: a triple on each line.
    NTriples,
}

impl RdfFormat {
    /// The format of a file by the ending of its name: `ttl` or `nt`.
    ///
    /// ```
    /// use dossier::export::rdf::RdfFormat;
    ///
    /// assert_eq!(RdfFormat::of_file("truce.ttl".as_ref()), Some(RdfFormat::Turtle));
    /// assert_eq!(RdfFormat::of_file("truce.csv".as_ref()), None);
    /// ```
    pub fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "ttl" => Some(RdfFormat::Turtle),
            "nt" => Some(RdfFormat::NTriples),
            _ => None,
        }
    }
}

/// Writes the graph; what the schema declares is left out.
///
/// ```
/// use dossier::export::rdf::{self, RdfFormat};
/// use dossier::rdf::Vocabulary;
///
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Person {name: 'He Lifeng'})-[:LEADS]->(:Delegation {name: 'Chinese delegation'})").run()?;
/// let mut text = Vec::new();
/// rdf::write(&db.snapshot(), &Vocabulary::default(), RdfFormat::Turtle, &mut text).expect("memory takes it");
/// let text = String::from_utf8(text).expect("UTF-8");
/// assert!(text.contains("g:He_Lifeng a v:Person"));
/// assert!(text.contains("v:LEADS g:Chinese_delegation"));
/// # Ok::<(), dossier::Error>(())
/// ```
///
/// # Errors
/// What the writer says; a graph that cannot be read to its end.
///
/// # Complexity
/// O(n log n) time for n elements, of which what they are called is held in memory.
pub fn write(
    graph: &Graph,
    vocabulary: &Vocabulary,
    format: RdfFormat,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let own = own_iris(graph, vocabulary);
    let statements = statements(graph);
    let mut names = Names::spelled_as(spelled);
    let nodes = name_nodes(graph, &mut names);
    let reified = |element| match element {
        Endpoint::Relationship(relationship) => {
            is_reified(graph, relationship, &statements, &own, vocabulary)
        }
        Endpoint::Node(_) => true,
    };
    let mut relationships = Vec::new();
    for level in relationship_levels(graph) {
        let level = name_relationships(graph, &level, &reified, &mut names);
        relationships.extend(level.into_iter().map(|(relationship, _)| relationship));
    }
    let sink = Sink::new(graph, vocabulary, format, &own, out)?;
    let mut writing = Writing { graph, vocabulary, names, own, statements, sink, lists: 0 };
    writing.all(nodes.into_iter().map(|(_, node)| Endpoint::Node(node)), &relationships)?;
    all_read(graph)?;
    writing.sink.finish()
}

/// What is known of the relationships that are one triple.
#[derive(Default)]
struct Statement {
    /// How many there are.
    count: usize,
    /// Whether the triple stands in the file, for the sake of one of them.
    asserted: bool,
    /// Whether it was written.
    written: bool,
}

type Statements = HashMap<(Endpoint, TypeId, Endpoint), Statement>;

fn place(record: &RelationshipRecord) -> (Endpoint, TypeId, Endpoint) {
    (record.start, record.kind, record.end)
}

/// Every element there is.
fn elements(graph: &Graph) -> impl Iterator<Item = Endpoint> + '_ {
    let nodes = graph.node_chunks(None).flat_map(|chunk| chunk.ids().collect::<Vec<_>>());
    let nodes = nodes.map(|id| Endpoint::Node(crate::value::NodeId(id)));
    nodes.chain(relationships(graph).map(Endpoint::Relationship))
}

fn relationships(graph: &Graph) -> impl Iterator<Item = RelationshipId> + '_ {
    let ids = graph.relationship_chunks(None).flat_map(|chunk| chunk.ids().collect::<Vec<_>>());
    ids.map(RelationshipId)
}

/// The IRIs that elements say of themselves and that nothing else says.
fn own_iris(graph: &Graph, vocabulary: &Vocabulary) -> HashMap<Endpoint, String> {
    let Some(key) = graph.catalog().key_id(IRI_KEY) else { return HashMap::new() };
    let mut said: HashMap<String, Vec<Endpoint>> = HashMap::new();
    for element in elements(graph) {
        if let Value::String(text) = graph.property(element, key)
            && is_iri(&text)
            && !vocabulary.is_made(&text)
            && !text.starts_with(iri::TERMS)
            && *text != *NIL
        {
            said.entry(text.to_string()).or_default().push(element);
        }
    }
    let single = |(text, elements): (String, Vec<Endpoint>)| match elements.as_slice() {
        [element] => Some((*element, text)),
        _ => None,
    };
    said.into_iter().filter_map(single).collect()
}

fn statements(graph: &Graph) -> Statements {
    let mut statements = Statements::new();
    for relationship in relationships(graph) {
        let Some(record) = graph.relationship(relationship) else { continue };
        let statement = statements.entry(place(&record)).or_default();
        statement.count += 1;
        statement.asserted |= is_asserted(graph, relationship);
    }
    statements
}

/// Whether somebody makes a claim about a relationship.
fn is_claimed(graph: &Graph, relationship: RelationshipId) -> bool {
    let element = Endpoint::Relationship(relationship);
    [ASSERTS, DENIES].iter().any(|kind| !graph.related(element, kind, true).is_empty())
}

/// Whether the triple of a relationship is to be taken for true.
fn is_asserted(graph: &Graph, relationship: RelationshipId) -> bool {
    match ElementReader::property(graph, Endpoint::Relationship(relationship), ASSERTED_KEY) {
        Value::Boolean(asserted) => asserted,
        _ => !is_claimed(graph, relationship),
    }
}

/// Whether a relationship needs a reifier: where the triple alone does not say all of it.
fn is_reified(
    graph: &Graph,
    relationship: RelationshipId,
    statements: &Statements,
    own: &HashMap<Endpoint, String>,
    vocabulary: &Vocabulary,
) -> bool {
    let element = Endpoint::Relationship(relationship);
    let Some(record) = graph.relationship(relationship) else { return false };
    let kind = graph.catalog().type_name(record.kind);
    let derived = [iri::ATTRIBUTED_TO, iri::QUOTED_FROM, iri::PRIMARY_SOURCE];
    own.contains_key(&element)
        || **kind == *ASSERTS
        || **kind == *DENIES
        || graph.properties(element).next().is_some()
        || is_pointed_at(graph, element)
        || statements.get(&place(&record)).is_some_and(|statement| statement.count > 1)
        || derived.contains(&vocabulary.iri_of(kind).as_str())
}

/// Where triples go.
enum Sink<'a> {
    Turtle(Box<WriterTurtleSerializer<&'a mut dyn io::Write>>),
    NTriples(WriterNTriplesSerializer<&'a mut dyn io::Write>),
}

impl<'a> Sink<'a> {
    fn new(
        graph: &Graph,
        vocabulary: &Vocabulary,
        format: RdfFormat,
        own: &HashMap<Endpoint, String>,
        out: &'a mut dyn io::Write,
    ) -> io::Result<Self> {
        if format == RdfFormat::NTriples {
            return Ok(Sink::NTriples(NTriplesSerializer::new().for_writer(out)));
        }
        let catalog = graph.catalog();
        let labels = catalog.labels().map(|(_, name)| name);
        let types = catalog.types().map(|(_, name)| name);
        let keys = catalog.keys().map(|(_, name)| name);
        let names = labels.chain(types).chain(keys).map(|name| vocabulary.iri_of(name));
        let used: Vec<String> = names.chain(own.values().cloned()).collect();
        let always = ["dossier", "g", "v", "prov", "rdf", "xsd"];
        let mut serializer = TurtleSerializer::new();
        for (name, space) in vocabulary.declared() {
            let wanted = always.contains(&name.as_str())
                || used.iter().any(|iri| iri.starts_with(space.as_str()));
            if wanted {
                serializer = serializer.with_prefix(name, space).map_err(io::Error::other)?;
            }
        }
        Ok(Sink::Turtle(Box::new(serializer.for_writer(out))))
    }

    fn triple(&mut self, triple: &Triple) -> io::Result<()> {
        match self {
            Sink::Turtle(serializer) => serializer.serialize_triple(triple),
            Sink::NTriples(serializer) => serializer.serialize_triple(triple),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Sink::Turtle(serializer) => serializer.finish().map(|_| ()),
            Sink::NTriples(serializer) => {
                serializer.finish();
                Ok(())
            }
        }
    }
}

struct Writing<'a> {
    graph: &'a Graph,
    vocabulary: &'a Vocabulary,
    names: Names,
    own: HashMap<Endpoint, String>,
    statements: Statements,
    sink: Sink<'a>,
    /// Blank nodes so far.
    lists: u64,
}

impl Writing<'_> {
    fn all(
        &mut self,
        nodes: impl Iterator<Item = Endpoint>,
        relationships: &[RelationshipId],
    ) -> io::Result<()> {
        let base = NamedNode::new_unchecked(self.vocabulary.base());
        self.triple(base, iri::TYPE, NamedNode::new_unchecked(iri::GRAPH))?;
        let mut from: HashMap<Endpoint, Vec<RelationshipId>> = HashMap::new();
        for &relationship in relationships {
            if let Some(record) = self.graph.relationship(relationship) {
                from.entry(record.start).or_default().push(relationship);
            }
        }
        let reified =
            relationships.iter().map(|relationship| Endpoint::Relationship(*relationship));
        let reified: Vec<Endpoint> =
            reified.filter(|element| self.names.get(*element).is_some()).collect();
        for element in nodes.chain(reified) {
            let lists = self.element(element)?;
            for relationship in from.get(&element).into_iter().flatten() {
                self.assert(*relationship)?;
            }
            self.provenance(element)?;
            for (head, items) in lists {
                self.list(head, items)?;
            }
        }
        Ok(())
    }

    fn iri(&self, element: Endpoint) -> NamedNode {
        NamedNode::new_unchecked(match self.own.get(&element) {
            Some(own) => own.clone(),
            None => format!("{}{}", self.vocabulary.base(), spelled(self.names.of(element))),
        })
    }

    fn named(&self, name: &str) -> NamedNode {
        NamedNode::new_unchecked(self.vocabulary.iri_of(name))
    }

    fn triple(
        &mut self,
        subject: impl Into<NamedOrBlankNode>,
        predicate: &str,
        object: impl Into<Term>,
    ) -> io::Result<()> {
        self.sink.triple(&Triple::new(subject, NamedNode::new_unchecked(predicate), object))
    }

    /// What an element is; gives the lists among its properties, which come after it.
    fn element(&mut self, element: Endpoint) -> io::Result<Vec<(BlankNode, Vec<Literal>)>> {
        let subject = self.iri(element);
        let mut properties = ElementReader::properties(self.graph, element);
        properties.sort_keys();
        if self.own.contains_key(&element) {
            properties.shift_remove(IRI_KEY);
        }
        match element {
            Endpoint::Node(node) => {
                let mut labels = self.graph.node_labels(node);
                labels.sort();
                for label in &labels {
                    self.triple(subject.clone(), iri::TYPE, self.named(label))?;
                }
                if labels.is_empty() && properties.is_empty() {
                    let node = NamedNode::new_unchecked(iri::NODE);
                    self.triple(subject.clone(), iri::TYPE, node)?;
                }
            }
            Endpoint::Relationship(relationship) => {
                self.reify(&subject, relationship, &mut properties)?;
            }
        }
        self.properties(&subject, &properties)
    }

    fn properties(
        &mut self,
        subject: &NamedNode,
        properties: &Map,
    ) -> io::Result<Vec<(BlankNode, Vec<Literal>)>> {
        let mut lists = Vec::new();
        for (key, value) in properties {
            let (items, is_list) = match value {
                Value::List(items) => (items.as_slice(), true),
                single => (std::slice::from_ref(single), false),
            };
            let Some((name, literals)) = literal::said(key, items, self.vocabulary) else {
                let what = value.to_cypher_literal();
                return Err(io::Error::other(format!(
                    "`{key}` is {what}, which RDF has no form for"
                )));
            };
            let predicate = self.vocabulary.iri_of(name);
            if !is_list {
                for literal in literals {
                    self.triple(subject.clone(), &predicate, literal)?;
                }
            } else if literals.is_empty() {
                self.triple(subject.clone(), &predicate, NamedNode::new_unchecked(NIL))?;
            } else {
                let head = self.cell();
                self.triple(subject.clone(), &predicate, head.clone())?;
                lists.push((head, literals));
            }
        }
        Ok(lists)
    }

    fn cell(&mut self) -> BlankNode {
        self.lists += 1;
        BlankNode::new_unchecked(format!("l{}", self.lists))
    }

    fn list(&mut self, head: BlankNode, items: Vec<Literal>) -> io::Result<()> {
        let mut cell = head;
        let last = items.len().saturating_sub(1);
        for (place, item) in items.into_iter().enumerate() {
            self.triple(cell.clone(), iri::FIRST, item)?;
            if place == last {
                return self.triple(cell, iri::REST, NamedNode::new_unchecked(NIL));
            }
            let next = self.cell();
            self.triple(cell, iri::REST, next.clone())?;
            cell = next;
        }
        Ok(())
    }

    fn triple_of(&self, record: &RelationshipRecord) -> Triple {
        let kind = self.named(self.graph.catalog().type_name(record.kind));
        Triple::new(self.iri(record.start), kind, self.iri(record.end))
    }

    /// What a relationship reifies, and whether it vouches for it.
    fn reify(
        &mut self,
        subject: &NamedNode,
        relationship: RelationshipId,
        properties: &mut Map,
    ) -> io::Result<()> {
        let Some(record) = self.graph.relationship(relationship) else { return Ok(()) };
        let triple = self.triple_of(&record);
        // What PROV-O says of a claim may be the same triple.
        let told = [iri::ATTRIBUTED_TO, iri::PRIMARY_SOURCE, iri::QUOTED_FROM]
            .contains(&triple.predicate.as_str());
        self.triple(subject.clone(), iri::REIFIES, triple)?;
        let asserted = is_asserted(self.graph, relationship);
        // The file says so by itself, and whoever reads it knows.
        if matches!(properties.get(ASSERTED_KEY), Some(Value::Boolean(_)))
            && asserted == is_claimed(self.graph, relationship)
        {
            properties.shift_remove(ASSERTED_KEY);
        }
        let stands = self.statements.get(&place(&record)).is_some_and(|it| it.asserted);
        if (stands || told) && !asserted {
            self.triple(subject.clone(), iri::ASSERTED, Literal::from(false))?;
        }
        Ok(())
    }

    /// Writes the triple of a relationship, where it is asserted and not there yet.
    fn assert(&mut self, relationship: RelationshipId) -> io::Result<()> {
        let Some(record) = self.graph.relationship(relationship) else { return Ok(()) };
        let wanted = self.statements.get_mut(&place(&record)).is_some_and(|statement| {
            statement.asserted && !std::mem::replace(&mut statement.written, true)
        });
        if wanted {
            let triple = self.triple_of(&record);
            self.sink.triple(&triple)?;
        }
        Ok(())
    }

    /// What PROV-O has words for: who asserts an element, where it is written, which claim it
    /// repeats.
    fn provenance(&mut self, element: Endpoint) -> io::Result<()> {
        let is_claim = |graph: &Graph, element: Endpoint| match element {
            Endpoint::Relationship(relationship) => {
                graph.relationship_type(relationship).is_some_and(|kind| *kind == *ASSERTS)
            }
            Endpoint::Node(_) => false,
        };
        let node = |found: Vec<(Endpoint, RelationshipId)>| {
            found.into_iter().map(|(other, _)| other).filter(|it| matches!(it, Endpoint::Node(_)))
        };
        let mut said: Vec<(&str, NamedNode)> = Vec::new();
        for claimant in node(self.graph.related(element, ASSERTS, true)) {
            said.push((iri::ATTRIBUTED_TO, self.iri(claimant)));
        }
        for source in node(self.graph.related(element, CITED_IN, false)) {
            said.push((iri::PRIMARY_SOURCE, self.iri(source)));
        }
        if let Endpoint::Relationship(relationship) = element
            && is_claim(self.graph, element)
            && let Some(record) = self.graph.relationship(relationship)
            && is_claim(self.graph, record.end)
        {
            said.push((iri::QUOTED_FROM, self.iri(record.end)));
        }
        said.sort_unstable();
        said.dedup();
        let subject = self.iri(element);
        for (predicate, object) in said {
            self.triple(subject.clone(), predicate, object)?;
        }
        Ok(())
    }
}
