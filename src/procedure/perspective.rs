//! `dossier.perspectives()`: who claims how much, and who contradicts whom.

use super::dispute::{self, ELEMENT_BYTES, elements, values};
use super::{Call, Field, Procedure, Rows, Run, count, integer};
use crate::function::{TypeSet, element_value};
use crate::value::{ASSERTS, DENIES, Endpoint, EvaluationError, Value};
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(super) const PERSPECTIVES: Procedure = Procedure {
    name: "dossier.perspectives",
    inputs: &[],
    outputs: &[
        Field {
            name: "claimant",
            types: TypeSet::ELEMENT,
            type_name: "NODE | RELATIONSHIP",
            optional: false,
        },
        integer("asserted"),
        integer("denied"),
        integer("disputed"),
        elements("contradicts"),
    ],
    description: "Who makes claims: how many statements they assert and deny, how many of these are disputed, and whom they contradict.",
    run: Run::Reads(perspectives),
};

/// What somebody claims.
#[derive(Default)]
struct Tally {
    asserted: u64,
    denied: u64,
    disputed: u64,
    contradicts: BTreeSet<Endpoint>,
}

/// The claimants, those who claim most first.
///
/// # Complexity
/// O(c log c) for c claims, what the disputes cost, and the pairs of those who contradict
/// each other.
fn perspectives(call: &Call<'_>) -> Rows {
    let mut tallies: BTreeMap<Endpoint, Tally> = BTreeMap::new();
    let mut disputed = HashSet::new();
    for dispute in dispute::all(call)? {
        disputed.insert(dispute.statement);
        disputed.extend(&dispute.against);
        for &one in &dispute.asserted_by {
            for &other in &dispute.denied_by {
                if (call.stopped)() {
                    return Ok(Vec::new());
                }
                for (who, whom) in [(one, other), (other, one)] {
                    if tallies.entry(who).or_default().contradicts.insert(whom) {
                        (call.keep)(ELEMENT_BYTES)?;
                    }
                }
            }
        }
    }
    // Who asserts and denies a statement takes part in one dispute.
    let mut counted = HashSet::new();
    for kind in [ASSERTS, DENIES] {
        claims(call, kind, &mut |who, statement| {
            let new = !tallies.contains_key(&who);
            let tally = tallies.entry(who).or_default();
            *if kind == ASSERTS { &mut tally.asserted } else { &mut tally.denied } += 1;
            if disputed.contains(&statement) && counted.insert((who, statement)) {
                tally.disputed += 1;
                (call.keep)(ELEMENT_BYTES)?;
            }
            if new { (call.keep)(2 * ELEMENT_BYTES) } else { Ok(()) }
        })?;
    }
    let mut all: Vec<(Endpoint, Tally)> = tallies.into_iter().collect();
    // The sort is stable: those who claim as much stay in the order of their ids.
    all.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.asserted + tally.denied));
    let row = |(who, tally): (Endpoint, Tally)| {
        vec![
            element_value(who),
            count(tally.asserted),
            count(tally.denied),
            count(tally.disputed),
            values(tally.contradicts),
        ]
    };
    Ok(all.into_iter().map(row).collect::<Vec<Vec<Value>>>())
}

/// Visits the claims of a type: who claims, and what, each pair once.
fn claims(
    call: &Call<'_>,
    kind: &str,
    visit: &mut dyn FnMut(Endpoint, Endpoint) -> Result<(), EvaluationError>,
) -> Result<(), EvaluationError> {
    let Some(kind) = call.graph.catalog().type_id(kind) else { return Ok(()) };
    let mut seen = 0_usize;
    let mut claimants: Vec<u32> = Vec::new();
    for (statement, start_kind, claims) in call.graph.by_target(kind) {
        claimants.clear();
        claimants.extend(claims.map(|(who, _)| who));
        claimants.sort_unstable();
        claimants.dedup();
        for who in &claimants {
            seen += 1;
            if seen.is_multiple_of(super::STRIDE as usize) && (call.stopped)() {
                return Ok(());
            }
            visit(start_kind.endpoint(*who), statement)?;
        }
    }
    Ok(())
}
