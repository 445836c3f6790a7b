//! Finding out what each triple is: a label, a property, a relationship, or what the file says
//! of claims that are there as claims, too.

use super::{Assembly, Held, Planned, is_base};
use crate::database::import::triples::{Fact, Place, TermId, Wrong};
use crate::rdf::iri;
use crate::value::{ASSERTS, CITED_IN, Value};
use std::collections::HashSet;

impl Assembly<'_> {
    /// Finds out what each triple is.
    pub(super) fn sort_facts(&mut self) -> Result<(), Wrong> {
        let told = self.told_by_claims();
        for (step, (fact, place)) in self.triples.facts.iter().enumerate() {
            self.stop_where_asked(step)?;
            if is_base(self.triples, *fact)
                || self.lists.is_cell(fact[0])
                || (told.contains(fact) && !self.stated.contains(fact))
            {
                continue;
            }
            self.sort_fact(*fact, place)?;
        }
        for (reifier, (fact, place)) in &self.triples.reified {
            self.plan(Some(*reifier), *fact, place);
        }
        for (term, place) in std::mem::take(&mut self.ends) {
            self.add_node(term, &place);
        }
        Ok(())
    }

    fn sort_fact(&mut self, fact: Fact, place: &Place) -> Result<(), Wrong> {
        let [subject, predicate, object] = fact;
        let of = self.triples.iri(predicate).unwrap_or_default();
        if of == iri::ASSERTED && self.triples.reified.contains_key(&subject) {
            self.unasserted.insert(subject);
            return Ok(());
        }
        let class = of == iri::TYPE && self.triples.iri(object).is_some();
        if class && !self.is_relationship(subject) {
            self.add_node(subject, place);
            if self.triples.iri(object) != Some(iri::NODE) {
                let label = self.name(object);
                self.labels.entry(subject).or_default().push(label);
            }
            return Ok(());
        }
        if self.triples.is_literal(object) {
            self.add_node(subject, place);
            let name = self.name(predicate);
            let found = self.triples.property(&name, object, &self.vocabulary);
            let Some((key, value)) = found else { return Ok(()) };
            return self.hold(subject, key, vec![value], false, place);
        }
        if let Some(items) = self.lists.value(object).map(<[TermId]>::to_vec) {
            self.add_node(subject, place);
            let mut key = self.name(predicate).to_string();
            let mut values = Vec::with_capacity(items.len());
            let name = key.clone();
            for item in items {
                if let Some((whole, value)) = self.triples.property(&name, item, &self.vocabulary) {
                    key = whole;
                    values.push(value);
                }
            }
            return self.hold(subject, key, values, true, place);
        }
        if !self.stated.contains(&fact) {
            self.plan(None, fact, place);
        }
        Ok(())
    }

    /// What PROV-O says of claims that are there as claims, too.
    fn told_by_claims(&mut self) -> HashSet<Fact> {
        let triples = self.triples;
        let all = || triples.facts.keys().copied().chain(triples.reified.values().map(|it| it.0));
        let find = |iri| triples.find(iri);
        let (by, quoted, source) =
            (find(iri::ATTRIBUTED_TO), find(iri::QUOTED_FROM), find(iri::PRIMARY_SOURCE));
        let mut told = HashSet::new();
        if by.or(quoted).or(source).is_none() {
            return told;
        }
        for [subject, predicate, object] in all() {
            let name = self.name(predicate);
            if *name == *ASSERTS {
                told.extend(by.map(|by| [object, by, subject]));
            } else if *name == *CITED_IN {
                told.extend(source.map(|source| [subject, source, object]));
            }
        }
        for (reifier, ([_, predicate, object], _)) in &triples.reified {
            let repeats = triples.reified.get(object).is_some_and(|([_, of, _], _)| {
                let names = (self.name(*predicate), self.name(*of));
                *names.0 == *ASSERTS && *names.1 == *ASSERTS
            });
            if repeats {
                told.extend(quoted.map(|quoted| [*reifier, quoted, *object]));
            }
        }
        told
    }

    fn add_node(&mut self, term: TermId, place: &Place) {
        if !self.is_relationship(term) && !self.triples.is_literal(term) {
            self.nodes.entry(term).or_insert_with(|| place.clone());
        }
    }

    fn plan(&mut self, reifier: Option<TermId>, fact: Fact, place: &Place) {
        self.add_node(fact[0], place);
        self.ends.push((fact[2], place.clone()));
        self.planned.push(Planned { reifier, fact, place: place.clone() });
    }

    /// Notes values of a property.
    fn hold(
        &mut self,
        subject: TermId,
        key: String,
        values: Vec<Value>,
        is_list: bool,
        place: &Place,
    ) -> Result<(), Wrong> {
        let properties = self.properties.entry(subject).or_default();
        match properties.entry(key) {
            indexmap::map::Entry::Vacant(free) => {
                let held = if is_list { Held::List(values) } else { Held::Values(values) };
                free.insert((held, place.clone()));
            }
            indexmap::map::Entry::Occupied(mut taken) => match &mut taken.get_mut().0 {
                Held::Values(held) if !is_list => held.extend(values),
                _ => {
                    let what = self.triples.text(subject);
                    let reason = format!(
                        "`{}` of {what} is a list and has another value beside it",
                        taken.key()
                    );
                    return Err(Wrong { place: place.clone(), reason });
                }
            },
        }
        Ok(())
    }
}
