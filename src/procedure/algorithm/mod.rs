//! Graph algorithms: `algo.*`.
//!
//! They share one form. The first argument names the labels of the nodes that take part, the
//! second the types of the relationships, each as a string, a list, or null for all of them;
//! the third is a map of options. What is given is a row for each node, column by column. All run on
//! the version that the statement sees, so that a view leaves out what it hides, and look at
//! nodes and the relationships between them; claims are no part of it.
//!
//! An algorithm works on a [`Projection`], in which the nodes are numbered from 0.

mod page_rank;
mod projection;
#[cfg(test)]
mod samples;
mod tiles;
mod weakly_connected;

pub(super) use page_rank::PAGE_RANK;
pub(super) use weakly_connected::WCC;

use super::{Call, Columns, Field};
use crate::function::TypeSet;
use crate::value::{ErrorClass, ErrorCode, EvaluationError, Map, NameKind, Value};
use crate::vector::Vector;
use projection::Projection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const NAMES: TypeSet = TypeSet::STRING.union(TypeSet::LIST).union(TypeSet::NULL);

/// What the names of all algorithms begin with.
pub(super) const PREFIX: &str = "algo.";

/// The arguments by which every algorithm searches for names.
pub(super) const SEARCHES: &[(usize, NameKind)] =
    &[(0, NameKind::Label), (1, NameKind::RelationshipType)];

/// The arguments of every algorithm.
const INPUTS: &[Field] = &[
    Field { name: "labels", types: NAMES, type_name: "STRING | LIST<STRING>", optional: true },
    Field { name: "types", types: NAMES, type_name: "STRING | LIST<STRING>", optional: true },
    Field {
        name: "options",
        types: TypeSet::MAP.union(TypeSet::NULL),
        type_name: "MAP",
        optional: true,
    },
];

/// The column of nodes.
const NODE: Field =
    Field { name: "node", types: TypeSet::NODE, type_name: "NODE", optional: false };

/// The labels and the types that a call names; `None`: all of them.
struct Names {
    labels: Option<Vec<Arc<str>>>,
    types: Option<Vec<Arc<str>>>,
}

impl Names {
    fn of(call: &Call<'_>) -> Result<Self, EvaluationError> {
        let at = |index: usize| call.arguments.get(index).unwrap_or(&Value::Null);
        Ok(Names { labels: names(at(0), "labels")?, types: names(at(1), "types")? })
    }
}

fn names(value: &Value, what: &str) -> Result<Option<Vec<Arc<str>>>, EvaluationError> {
    let wrong = |value: &Value| {
        let text = format!("`{what}` takes names, this is {}", value.to_cypher_literal());
        EvaluationError::new(ErrorClass::TypeError, ErrorCode::InvalidArgumentType, text)
    };
    match value {
        Value::Null => Ok(None),
        Value::String(name) => Ok(Some(vec![name.clone()])),
        Value::List(list) => {
            let name = |value: &Value| match value {
                Value::String(name) => Ok(name.clone()),
                other => Err(wrong(other)),
            };
            list.iter().map(name).collect::<Result<_, _>>().map(Some)
        }
        other => Err(wrong(other)),
    }
}

/// The options of a call.
struct Options<'a> {
    given: Option<&'a Map>,
}

impl<'a> Options<'a> {
    /// The options, all of which have to be among `known`.
    fn of(call: &'a Call<'_>, known: &[&str]) -> Result<Self, EvaluationError> {
        let Some(Value::Map(given)) = call.arguments.get(2) else {
            return Ok(Options { given: None });
        };
        match given.keys().find(|key| !known.contains(&&***key)) {
            None => Ok(Options { given: Some(given) }),
            Some(unknown) => Err(refused(if known.is_empty() {
                format!("`{unknown}` is no option: there are none")
            } else {
                format!("`{unknown}` is no option: there are {}", known.join(", "))
            })),
        }
    }

    /// A number between two others.
    fn number(
        &self,
        key: &str,
        otherwise: f64,
        from: f64,
        to: f64,
    ) -> Result<f64, EvaluationError> {
        let number = match self.given.and_then(|given| given.get(key)) {
            None | Some(Value::Null) => otherwise,
            Some(Value::Integer(number)) => *number as f64,
            Some(Value::Float(number)) => *number,
            Some(other) => {
                let text = other.to_cypher_literal();
                return Err(refused(format!("`{key}` is a number, not {text}")));
            }
        };
        if (from..=to).contains(&number) {
            Ok(number)
        } else {
            Err(refused(format!("`{key}` lies between {from} and {to}, {number} does not")))
        }
    }
}

fn refused(message: String) -> EvaluationError {
    EvaluationError::new(ErrorClass::ArgumentError, ErrorCode::InvalidArgumentValue, message)
}

/// The columns of a row for each node of a projection: the node, and a value.
fn columns(projection: Projection, values: Vector) -> Columns {
    Ok(vec![Vector::nodes(projection.into_ids()), values])
}

/// Lets so many threads do each piece, in no order, until the statement has to stop.
fn share<T>(
    call: &Call<'_>,
    threads: usize,
    pieces: impl Iterator<Item = T> + Send,
    work: impl Fn(T) + Sync,
) {
    let (pieces, over) = (Mutex::new(pieces), AtomicBool::new(false));
    let next = || {
        let go_on = !over.load(Ordering::Relaxed);
        go_on.then(|| pieces.lock().unwrap_or_else(PoisonError::into_inner).next()).flatten()
    };
    let others = || {
        while let Some(piece) = next() {
            work(piece);
        }
    };
    call.threads.together(threads - 1, others, |_| {
        while let Some(piece) = next() {
            work(piece);
            if (call.stopped)() {
                over.store(true, Ordering::Relaxed);
            }
        }
    });
}
