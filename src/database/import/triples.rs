//! The triples of RDF files before anything is made of them.
//!
//! What a triple is to a graph depends on the others: whether its subject is a reifier, whether
//! its object is a list. So all are read first, each term kept once.

use crate::rdf::iri::{self, FIRST, NIL, REST};
use crate::rdf::{Vocabulary, literal};
use crate::value::Value;
use indexmap::{IndexMap, IndexSet};
use oxrdf::{BlankNode, Term, Triple};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A term by its place among all.
pub(super) type TermId = u32;

/// Subject, predicate and object.
pub(super) type Fact = [TermId; 3];

/// Where something stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) line: u64,
}

/// What is wrong with a file, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) place: Place,
    pub(super) reason: String,
}

/// All triples, each once.
#[derive(Debug, Default)]
pub(super) struct Triples {
    terms: IndexSet<Term, foldhash::fast::FixedState>,
    /// The triples that stand in the files.
    pub(super) facts: IndexMap<Fact, Place, foldhash::fast::FixedState>,
    /// What each reifier reifies.
    pub(super) reified: IndexMap<TermId, (Fact, Place), foldhash::fast::FixedState>,
    /// The prefixes of all files.
    pub(super) prefixes: Vec<(String, String)>,
    /// Files so far: what a blank node is called counts inside its file.
    files: usize,
}

impl Triples {
    /// What comes from now on stands in another file.
    pub(super) fn begin_file(&mut self) {
        self.files += 1;
    }

    /// Adds a triple.
    pub(super) fn add(&mut self, triple: Triple, place: &Place) -> Result<(), Wrong> {
        let wrong = |reason: String| Err(Wrong { place: place.clone(), reason });
        let subject = self.term(triple.subject.into())?;
        let reifies = triple.predicate.as_str() == iri::REIFIES;
        let object = match triple.object {
            Term::Triple(inner) if reifies => {
                if inner.object.is_triple() {
                    return wrong(
                        "a triple term inside a triple term cannot be imported".to_owned(),
                    );
                }
                let subject_of = self.term(inner.subject.into())?;
                let predicate = self.term(inner.predicate.into())?;
                let fact = [subject_of, predicate, self.term(inner.object)?];
                let known = self.reified.entry(subject).or_insert_with(|| (fact, place.clone()));
                if known.0 == fact {
                    return Ok(());
                }
                let (line, file) = (known.1.line, known.1.file.clone());
                let name = self.text(subject);
                return wrong(format!(
                    "{name} reifies another triple already ({file}:{line}); a relationship is one triple"
                ));
            }
            Term::Triple(_) => {
                return wrong(
                    "a triple term can only be imported behind rdf:reifies: write << … >> for a reifier of it"
                        .to_owned(),
                );
            }
            _ if reifies => {
                return wrong("behind rdf:reifies stands a triple term, <<( … )>>".to_owned());
            }
            object => self.term(object)?,
        };
        let predicate = self.term(triple.predicate.into())?;
        self.facts.entry([subject, predicate, object]).or_insert_with(|| place.clone());
        Ok(())
    }

    fn term(&mut self, term: Term) -> Result<TermId, Wrong> {
        let term = match term {
            // No file can call one so.
            Term::BlankNode(node) if self.files > 1 => {
                BlankNode::new_unchecked(format!("{}/{}", self.files, node.as_str())).into()
            }
            other => other,
        };
        let (place, _) = self.terms.insert_full(term);
        TermId::try_from(place).map_err(|_| Wrong {
            place: Place { file: "".into(), line: 0 },
            reason: "more terms than can be imported at once".to_owned(),
        })
    }

    /// A term by its place.
    pub(super) fn at(&self, term: TermId) -> &Term {
        &self.terms[term as usize]
    }

    /// The place of an IRI, where it occurs.
    pub(super) fn find(&self, iri: &str) -> Option<TermId> {
        let term = Term::NamedNode(oxrdf::NamedNode::new_unchecked(iri));
        self.terms.get_index_of(&term).and_then(|place| TermId::try_from(place).ok())
    }

    /// The IRI of a term, where it is one.
    pub(super) fn iri(&self, term: TermId) -> Option<&str> {
        match self.at(term) {
            Term::NamedNode(node) => Some(node.as_str()),
            _ => None,
        }
    }

    pub(super) fn is_literal(&self, term: TermId) -> bool {
        self.at(term).is_literal()
    }

    /// How a term is told of.
    pub(super) fn text(&self, term: TermId) -> String {
        self.at(term).to_string()
    }

    /// The value of a literal, and the key that it stands under.
    pub(super) fn property(
        &self,
        name: &str,
        term: TermId,
        vocabulary: &Vocabulary,
    ) -> Option<(String, Value)> {
        let Term::Literal(found) = self.at(term) else { return None };
        let (value, lost) = literal::value(found);
        Some((literal::key(name, lost.as_ref(), vocabulary), value))
    }
}

/// The lists of literals: what a property can hold.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The items by the first cell.
    items: HashMap<TermId, Vec<TermId>>,
    /// Cells of such lists.
    cells: HashSet<TermId>,
    nil: Option<TermId>,
}

/// What is known of a blank node that may be the cell of a list.
#[derive(Default)]
struct Cell {
    first: Vec<TermId>,
    rest: Vec<TermId>,
    /// Whether it has anything else.
    other: bool,
    /// How often it is an object.
    used: usize,
}

impl Lists {
    /// Finds them. A list is taken for a value where it is nothing else: blank nodes with one
    /// literal and one rest each, that nothing else points at.
    pub(super) fn of(triples: &Triples) -> Self {
        let (first, rest) = (triples.find(FIRST), triples.find(REST));
        let mut lists = Lists { nil: triples.find(NIL), ..Lists::default() };
        let mut cells: HashMap<TermId, Cell> = HashMap::new();
        for [subject, predicate, object] in triples.facts.keys().copied() {
            if triples.at(subject).is_blank_node() {
                let cell = cells.entry(subject).or_default();
                match Some(predicate) {
                    is_first if is_first == first => cell.first.push(object),
                    is_rest if is_rest == rest => cell.rest.push(object),
                    _ => cell.other = true,
                }
            }
            if triples.at(object).is_blank_node() {
                cells.entry(object).or_default().used += 1;
            }
        }
        for (reifier, ([subject, _, object], _)) in &triples.reified {
            for term in [reifier, subject, object] {
                cells.entry(*term).or_default().other = true;
            }
        }
        for [_, predicate, object] in triples.facts.keys().copied() {
            let starts = Some(predicate) != rest && cells.contains_key(&object);
            if starts && let Some((items, used)) = lists.follow(triples, &cells, object) {
                lists.items.insert(object, items);
                lists.cells.extend(used);
            }
        }
        lists
    }

    /// The items and the cells of the list that begins here, if one does.
    fn follow(
        &self,
        triples: &Triples,
        cells: &HashMap<TermId, Cell>,
        head: TermId,
    ) -> Option<(Vec<TermId>, Vec<TermId>)> {
        let (mut items, mut used) = (Vec::new(), Vec::new());
        let mut at = head;
        loop {
            let cell = cells.get(&at)?;
            let ([item], [next]) = (cell.first.as_slice(), cell.rest.as_slice()) else {
                return None;
            };
            // A ring has a cell that is used twice, since the head is used from outside.
            if cell.other || cell.used != 1 || !triples.is_literal(*item) {
                return None;
            }
            items.push(*item);
            used.push(at);
            if Some(*next) == self.nil {
                return Some((items, used));
            }
            at = *next;
        }
    }

    /// The items of the list that is this object of a predicate.
    pub(super) fn value(&self, object: TermId) -> Option<&[TermId]> {
        if Some(object) == self.nil {
            return Some(&[]);
        }
        self.items.get(&object).map(Vec::as_slice)
    }

    /// Whether a term is a cell of such a list.
    pub(super) fn is_cell(&self, term: TermId) -> bool {
        self.cells.contains(&term)
    }
}
