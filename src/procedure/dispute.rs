//! `dossier.disputes()`: what cannot all be true, each time with who stands on either side.
//!
//! ```text
//!  kind          statement          against     asserted_by   denied_by
//!  denial        China broke it     []          [Trump adm.]  [Chinese gov.]
//!  one_culprit   the US broke it    [China …]   [Chinese gov.] [Trump adm.]
//! ```
//!
//! A *denial* is a statement that somebody asserts and somebody denies. The others are what
//! the contradictions of the database find: a statement, what it is held against, who
//! asserts it, and who asserts what it is held against. So both sides are always in the
//! same two columns.

use super::{Call, Field, Procedure, Rows, Run, text};
use crate::function::{TypeSet, claimants_of, element_value, sources_of};
use crate::store::Graph;
use crate::value::{ASSERTS, DENIES, Endpoint, EvaluationError, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a statement is called that is plainly denied.
pub(super) const DENIAL: &str = "denial";

pub(super) const DISPUTES: Procedure = Procedure {
    name: "dossier.disputes",
    inputs: &[],
    outputs: &[
        text("kind"),
        Field {
            name: "statement",
            types: TypeSet::ELEMENT,
            type_name: "NODE | RELATIONSHIP",
            optional: false,
        },
        elements("against"),
        elements("asserted_by"),
        elements("denied_by"),
        elements("sources"),
    ],
    description: "What cannot all be true: statements that are denied, and what the contradictions find, with who stands on either side.",
    run: Run::Reads(disputes),
};

/// A column of nodes and relationships.
pub(super) const fn elements(name: &'static str) -> Field {
    Field { name, types: TypeSet::LIST, type_name: "LIST<NODE | RELATIONSHIP>", optional: false }
}

/// Statements that cannot all be true.
pub(super) struct Dispute {
    /// [`DENIAL`], or the name of a contradiction.
    pub(super) kind: Arc<str>,
    /// What is disputed.
    pub(super) statement: Endpoint,
    /// What it is held against; nothing where it is simply denied.
    pub(super) against: Vec<Endpoint>,
    /// Who asserts it.
    pub(super) asserted_by: Vec<Endpoint>,
    /// Who denies it, or asserts what it is held against.
    pub(super) denied_by: Vec<Endpoint>,
}

/// Bytes that an element takes in a collection, roughly.
pub(super) const ELEMENT_BYTES: usize = 64;

impl Dispute {
    fn bytes(&self) -> usize {
        let lists = self.against.len() + self.asserted_by.len() + self.denied_by.len();
        std::mem::size_of::<Self>() + lists * std::mem::size_of::<Endpoint>()
    }

    fn row(self, graph: &Graph) -> Vec<Value> {
        let about: Vec<Endpoint> =
            [self.statement].into_iter().chain(self.against.clone()).collect();
        let sources = sources_of(graph, &about);
        vec![
            Value::String(self.kind),
            element_value(self.statement),
            values(self.against),
            values(self.asserted_by),
            values(self.denied_by),
            values(sources),
        ]
    }
}

/// A list of elements.
pub(super) fn values(elements: impl IntoIterator<Item = Endpoint>) -> Value {
    Value::List(Arc::new(elements.into_iter().map(element_value).collect()))
}

fn disputes(call: &Call<'_>) -> Rows {
    let mut rows = Vec::new();
    for dispute in all(call)? {
        if (call.stopped)() {
            break;
        }
        let row = dispute.row(call.graph);
        (call.keep)(row.len() * ELEMENT_BYTES)?;
        rows.push(row);
    }
    Ok(rows)
}

/// Every dispute: denials in the order of the statements, then what each contradiction
/// finds, in the order of their declaration.
///
/// # Complexity
/// O(d log d) for d denials and the assertions of what they deny; and what it costs to ask
/// the contradictions.
pub(super) fn all(call: &Call<'_>) -> Result<Vec<Dispute>, EvaluationError> {
    let mut found = Vec::new();
    for statement in denied(call)? {
        if (call.stopped)() {
            return Ok(found);
        }
        let asserted_by = claimants_of(call.graph, statement, ASSERTS);
        if asserted_by.is_empty() {
            continue;
        }
        let denied_by = claimants_of(call.graph, statement, DENIES);
        let kind = DENIAL.into();
        add(
            call,
            &mut found,
            Dispute { kind, statement, against: Vec::new(), asserted_by, denied_by },
        )?;
    }
    for rule in call.graph.contradictions() {
        for statements in matches(call, rule)?.values() {
            let [statement, against @ ..] = statements.as_slice() else { continue };
            if (call.stopped)() {
                return Ok(found);
            }
            let asserted_by = claimants_of(call.graph, *statement, ASSERTS);
            let mut known = BTreeSet::new();
            let denied_by = against
                .iter()
                .flat_map(|other| claimants_of(call.graph, *other, ASSERTS))
                .filter(|who| known.insert(*who))
                .collect();
            let (kind, statement, against) = (rule.name.clone(), *statement, against.to_vec());
            add(call, &mut found, Dispute { kind, statement, against, asserted_by, denied_by })?;
        }
    }
    Ok(found)
}

fn add(call: &Call<'_>, found: &mut Vec<Dispute>, dispute: Dispute) -> Result<(), EvaluationError> {
    (call.keep)(dispute.bytes())?;
    found.push(dispute);
    Ok(())
}

/// What anybody denies, in order.
fn denied(call: &Call<'_>) -> Result<BTreeSet<Endpoint>, EvaluationError> {
    let mut found = BTreeSet::new();
    let Some(kind) = call.graph.catalog().type_id(DENIES) else { return Ok(found) };
    for (statement, _, _) in call.graph.by_target(kind) {
        if found.insert(statement) {
            (call.keep)(ELEMENT_BYTES)?;
        }
        if found.len().is_multiple_of(super::STRIDE as usize) && (call.stopped)() {
            break;
        }
    }
    Ok(found)
}

/// The statements of each match of a contradiction, by the set of them: a pair that a rule
/// finds from both sides is one.
fn matches(
    call: &Call<'_>,
    rule: &crate::store::Contradiction,
) -> Result<BTreeMap<Vec<Endpoint>, Vec<Endpoint>>, EvaluationError> {
    let mut found: BTreeMap<Vec<Endpoint>, Vec<Endpoint>> = BTreeMap::new();
    for row in (call.contradictory)(rule)? {
        let statements: Vec<Endpoint> = row
            .iter()
            .filter_map(|value| match value {
                Value::Relationship(relationship) => Some(Endpoint::Relationship(*relationship)),
                Value::Node(node) => Some(Endpoint::Node(*node)),
                _ => None,
            })
            .collect();
        let mut set = statements.clone();
        set.sort_unstable();
        set.dedup();
        if set.len() < 2 {
            // One statement under two names contradicts nothing.
            continue;
        }
        match found.get_mut(&set) {
            Some(known) if statements < *known => *known = statements,
            Some(_) => {}
            None => {
                (call.keep)(ELEMENT_BYTES * (1 + statements.len()))?;
                found.insert(set, statements);
            }
        }
    }
    Ok(found)
}
