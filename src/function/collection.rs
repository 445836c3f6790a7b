//! Functions on lists beyond openCypher's, and GQL's names for sizes: `coll.sort`, `cardinality`.

use super::context::FunctionContext;
use super::error::{out_of_range, overflow, wrong_argument};
use super::registry::{Evaluate, Scalar};
use super::types::TypeSet;
use crate::value::{EvaluationError, GroupKey, Value, order};
use hashbrown::HashSet;
use std::cmp::Ordering;

const LIST: TypeSet = TypeSet::LIST;
const INTEGER: TypeSet = TypeSet::INTEGER;

/// A function from a list to a list.
const fn on_list(
    name: &'static str,
    signature: &'static str,
    description: &'static str,
    run: Evaluate,
) -> Scalar {
    Scalar::new(name, &[LIST], LIST, signature, description, run)
}

/// The table of this file.
pub(super) static FUNCTIONS: &[Scalar] = &[
    on_list(
        "coll.distinct",
        "coll.distinct(list :: LIST<ANY>) :: LIST<ANY>",
        "A list without what is in it before; null is equal to null here.",
        distinct,
    ),
    on_list(
        "coll.sort",
        "coll.sort(list :: LIST<ANY>) :: LIST<ANY>",
        "A list in the order of ORDER BY.",
        sort,
    ),
    Scalar::new(
        "coll.flatten",
        &[LIST, INTEGER],
        LIST,
        "coll.flatten(list :: LIST<ANY> [, depth :: INTEGER]) :: LIST<ANY>",
        "A list with the elements of the lists in it in their place, so many levels deep, 1 if not told.",
        flatten,
    )
    .optional(1),
    Scalar::new(
        "coll.indexOf",
        &[LIST, TypeSet::ANY],
        INTEGER,
        "coll.indexOf(list :: LIST<ANY>, value :: ANY) :: INTEGER",
        "Where a value first occurs in a list, counted from 0; -1 where it does not.",
        index_of,
    ),
    Scalar::new(
        "coll.insert",
        &[LIST, INTEGER, TypeSet::ANY],
        LIST,
        "coll.insert(list :: LIST<ANY>, index :: INTEGER, value :: ANY) :: LIST<ANY>",
        "A list with a value put in at a position, counted from 0.",
        insert,
    )
    .takes_null(),
    Scalar::new(
        "coll.remove",
        &[LIST, INTEGER],
        LIST,
        "coll.remove(list :: LIST<ANY>, index :: INTEGER) :: LIST<ANY>",
        "A list without the element at a position, counted from 0.",
        remove,
    ),
    Scalar::new(
        "coll.max",
        &[LIST],
        TypeSet::ANY,
        "coll.max(list :: LIST<ANY>) :: ANY",
        "The value that ORDER BY would put last, null aside; null of none.",
        |_, a| extreme("coll.max", a, Ordering::Greater),
    ),
    Scalar::new(
        "coll.min",
        &[LIST],
        TypeSet::ANY,
        "coll.min(list :: LIST<ANY>) :: ANY",
        "The value that ORDER BY would put first, null aside; null of none.",
        |_, a| extreme("coll.min", a, Ordering::Less),
    ),
    Scalar::new(
        "cardinality",
        &[LIST.union(TypeSet::MAP).union(TypeSet::PATH)],
        INTEGER,
        "cardinality(value :: LIST<ANY> | MAP | PATH) :: INTEGER",
        "The number of elements of a list, of entries of a map, of nodes and relationships of a path.",
        cardinality,
    ),
];

/// The list at the start of the arguments.
fn list<'a>(function: &str, arguments: &'a [Value]) -> Result<&'a [Value], EvaluationError> {
    match arguments.first() {
        Some(Value::List(list)) => Ok(list),
        other => Err(wrong_argument(function, "a List", other.unwrap_or(&Value::Null))),
    }
}

/// The position behind the list, which may be as large as `most`.
fn position(function: &str, arguments: &[Value], most: usize) -> Result<usize, EvaluationError> {
    match arguments.get(1) {
        Some(Value::Integer(at)) => {
            usize::try_from(*at).ok().filter(|at| *at <= most).ok_or_else(|| {
                out_of_range(format!("{function}() has no position {at}; the last is {most}"))
            })
        }
        other => Err(wrong_argument(function, "an Integer", other.unwrap_or(&Value::Null))),
    }
}

fn distinct(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let mut seen = HashSet::new();
    let list = list("coll.distinct", arguments)?.iter();
    Value::list(list.filter(|value| seen.insert(GroupKey((*value).clone()))).cloned().collect())
}

fn sort(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let mut sorted = list("coll.sort", arguments)?.to_vec();
    sorted.sort_by(order::total_order);
    Value::list(sorted)
}

fn flatten(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let depth = match arguments.get(1) {
        None => 1,
        Some(Value::Integer(depth)) => u64::try_from(*depth).map_err(|_| {
            out_of_range(format!("coll.flatten() does not take a negative depth, but got {depth}"))
        })?,
        Some(other) => return Err(wrong_argument("coll.flatten", "an Integer", other)),
    };
    let mut flat = list("coll.flatten", arguments)?.to_vec();
    for _ in 0..depth {
        if !flat.iter().any(|value| matches!(value, Value::List(_))) {
            break;
        }
        let mut next = Vec::with_capacity(flat.len());
        for value in flat {
            match value {
                Value::List(inner) => {
                    context.limits.check_list(next.len().saturating_add(inner.len()))?;
                    next.extend(inner.iter().cloned());
                }
                other => next.push(other),
            }
        }
        flat = next;
    }
    Value::list(flat)
}

fn index_of(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let wanted = arguments.get(1).unwrap_or(&Value::Null);
    let mut list = list("coll.indexOf", arguments)?.iter();
    let found = list.position(|value| order::equals(value, wanted) == Some(true));
    match found.map(i64::try_from) {
        None => Ok(Value::Integer(-1)),
        Some(Ok(at)) => Ok(Value::Integer(at)),
        Some(Err(_)) => Err(overflow("the position")),
    }
}

fn insert(context: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let [first, second, value] = arguments else { return Ok(Value::Null) };
    if first.is_null() || second.is_null() {
        return Ok(Value::Null);
    }
    let list = list("coll.insert", arguments)?;
    let at = position("coll.insert", arguments, list.len())?;
    context.limits.check_list(list.len() + 1)?;
    let mut longer = list.to_vec();
    longer.insert(at, value.clone());
    Value::list(longer)
}

fn remove(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let list = list("coll.remove", arguments)?;
    if list.is_empty() {
        return Err(out_of_range("coll.remove() finds nothing to remove in an empty list"));
    }
    let at = position("coll.remove", arguments, list.len() - 1)?;
    let mut shorter = list.to_vec();
    shorter.remove(at);
    Value::list(shorter)
}

fn extreme(
    function: &str,
    arguments: &[Value],
    wanted: Ordering,
) -> Result<Value, EvaluationError> {
    let values = list(function, arguments)?.iter().filter(|value| !value.is_null());
    let best = values.reduce(
        |best, value| {
            if order::total_order(value, best) == wanted { value } else { best }
        },
    );
    Ok(best.cloned().unwrap_or_default())
}

fn cardinality(_: &FunctionContext<'_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let count = match arguments.first().unwrap_or(&Value::Null) {
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Path(path) => path.elements.len() + path.relationships.len(),
        other => return Err(wrong_argument("cardinality", "a List, Map or Path", other)),
    };
    i64::try_from(count).map(Value::Integer).map_err(|_| overflow("the cardinality"))
}
