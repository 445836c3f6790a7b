//! Scalar functions: those of graphs, lists and numbers.

use super::arithmetic::double;
use super::compare::{equals, equivalent};
use super::expression::element;
use super::text;
use super::world::{World, element_value};
use super::{Evaluated, Machine, error, unsupported, wrong_type};
use dossier::value::{Date, Endpoint, ErrorClass, Value};
use std::sync::Arc;

fn list(items: Vec<Value>) -> Evaluated {
    Ok(Value::List(Arc::new(items)))
}

/// Calls a function by its name in lower case.
pub(crate) fn call(world: &World, name: &str, arguments: &[Value]) -> Evaluated {
    match (name, arguments) {
        ("coalesce", values) => {
            return Ok(values.iter().find(|value| !value.is_null()).cloned().unwrap_or_default());
        }
        ("exists", [value]) => return Ok(Value::Boolean(!value.is_null())),
        ("nullif", [a, b]) => {
            let same = equals(a, b) == Some(true) || (a.is_null() && equivalent(a, b));
            return Ok(if same { Value::Null } else { a.clone() });
        }
        ("e", []) => return Ok(Value::Float(std::f64::consts::E)),
        ("pi", []) => return Ok(Value::Float(std::f64::consts::PI)),
        (_, [first, ..]) if first.is_null() && !name.ends_with("ornull") => return known(name),
        (_, values) if values.iter().any(Value::is_null) => return known(name),
        _ => {}
    }
    match arguments {
        [Value::List(items)] if name != "isempty" => of_list(name, items),
        [value] if element(value).is_some() || matches!(value, Value::Path(_)) => {
            of_graph(world, name, value)
        }
        [Value::Map(map)] if name == "keys" => {
            list(map.keys().map(|key| Value::String(key.clone())).collect())
        }
        [Value::Map(_)] if name == "properties" => Ok(arguments[0].clone()),
        [Value::String(text)] if name == "date" => date(text),
        [Value::Date(_)] if name == "date" => Ok(arguments[0].clone()),
        _ if name == "range" => range(arguments),
        [_, _] if matches!(name, "ltrim" | "rtrim" | "btrim") => unsupported("these characters"),
        [_, Value::List(_)] if name == "split" => unsupported("several delimiters"),
        _ => match text::call(name, arguments)? {
            Some(value) => Ok(value),
            None => number(name, arguments),
        },
    }
}

/// A function of null is null, where there is one of that name.
fn known(name: &str) -> Evaluated {
    const NAMES: &[&str] = &[
        "size",
        "length",
        "head",
        "last",
        "tail",
        "reverse",
        "range",
        "abs",
        "sign",
        "floor",
        "ceil",
        "sqrt",
        "tointeger",
        "tofloat",
        "tostring",
        "toboolean",
        "toupper",
        "tolower",
        "trim",
        "ltrim",
        "rtrim",
        "replace",
        "split",
        "substring",
        "left",
        "right",
        "labels",
        "type",
        "id",
        "keys",
        "properties",
        "nodes",
        "relationships",
        "startnode",
        "endnode",
        "isempty",
        "isnan",
        "date",
        "asserted_by",
        "denied_by",
        "disputed",
        "claims",
    ];
    if NAMES.contains(&name) { Ok(Value::Null) } else { unsupported(format!("{name}()")) }
}

fn of_list(name: &str, items: &[Value]) -> Evaluated {
    match name {
        "size" => Ok(Value::Integer(items.len() as i64)),
        "head" => Ok(items.first().cloned().unwrap_or_default()),
        "last" => Ok(items.last().cloned().unwrap_or_default()),
        "tail" => list(items.iter().skip(1).cloned().collect()),
        "reverse" => list(items.iter().rev().cloned().collect()),
        _ => not_of(name, "a list"),
    }
}

/// Claims, found by a look at every relationship.
mod claims {
    use super::{Value, World, element, element_value};
    use dossier::value::RelationshipId;

    pub(super) fn about(world: &World, statement: &Value, kind: &str) -> Vec<RelationshipId> {
        let at = element(statement);
        let all = world.relationships.iter();
        let found = all.filter(|(_, one)| &*one.kind == kind && Some(one.end) == at);
        found.map(|(id, _)| *id).collect()
    }

    /// Who makes them, each once, in the order of the claims.
    pub(super) fn by(world: &World, statement: &Value, kind: &str) -> Vec<Value> {
        let mut known = Vec::new();
        for id in about(world, statement, kind) {
            let who = world.relationships[&id].start;
            if !known.contains(&who) {
                known.push(who);
            }
        }
        known.into_iter().map(element_value).collect()
    }
}

fn of_graph(world: &World, name: &str, value: &Value) -> Evaluated {
    let of_claims = matches!(name, "asserted_by" | "denied_by" | "disputed" | "claims");
    if of_claims && !element(value).is_some_and(|at| world.contains(at)) {
        return error(ErrorClass::EntityNotFound, "the statement has been deleted");
    }
    match (name, value) {
        ("labels", Value::Node(id)) => match world.nodes.get(id) {
            Some(node) => list(node.labels.iter().cloned().map(Value::String).collect()),
            None => error(ErrorClass::EntityNotFound, "the node has been deleted"),
        },
        ("asserted_by", _) => list(claims::by(world, value, "ASSERTS")),
        ("denied_by", _) => list(claims::by(world, value, "DENIES")),
        ("disputed", _) => Ok(Value::Boolean(
            ["ASSERTS", "DENIES"].iter().all(|kind| !claims::about(world, value, kind).is_empty()),
        )),
        ("claims", _) => {
            let mut all = claims::about(world, value, "ASSERTS");
            all.extend(claims::about(world, value, "DENIES"));
            all.sort_unstable();
            list(all.into_iter().map(Value::Relationship).collect())
        }
        ("id", Value::Node(id)) => Ok(Value::Integer(i64::from(id.0))),
        ("id", Value::Relationship(id)) => Ok(Value::Integer(i64::from(id.0))),
        ("type", Value::Relationship(id)) => {
            Ok(world.known(*id).map_or(Value::Null, |one| Value::String(one.kind.clone())))
        }
        ("startnode" | "endnode", Value::Relationship(id)) => match world.known(*id) {
            Some(one) => Ok(element_value(if name == "startnode" { one.start } else { one.end })),
            None => error(ErrorClass::EntityNotFound, "no such relationship"),
        },
        ("keys" | "properties", Value::Node(_) | Value::Relationship(_)) => {
            let at = element(value).unwrap_or(Endpoint::Node(dossier::value::NodeId(u32::MAX)));
            let map = world.properties(at)?;
            if name == "properties" {
                return Ok(Value::Map(Arc::new(map.clone())));
            }
            list(map.keys().map(|key| Value::String(key.clone())).collect())
        }
        ("length", Value::Path(path)) => Ok(Value::Integer(path.relationships.len() as i64)),
        ("nodes", Value::Path(path)) => list(Machine::path_elements(path)),
        ("relationships", Value::Path(path)) => {
            list(path.relationships.iter().copied().map(Value::Relationship).collect())
        }
        _ => not_of(name, "an element"),
    }
}

/// A function that is known, but not for this type, fails; another is not known.
fn not_of(name: &str, what: &str) -> Evaluated {
    known(name)?;
    if name == "date" {
        return unsupported("this form of date");
    }
    wrong_type(format!("{name}() of {what}"))
}

fn range(arguments: &[Value]) -> Evaluated {
    let (from, to, step) = match arguments {
        [Value::Integer(from), Value::Integer(to)] => (*from, *to, 1),
        [Value::Integer(from), Value::Integer(to), Value::Integer(step)] => (*from, *to, *step),
        _ => return wrong_type("range() takes integers"),
    };
    if step == 0 {
        return error(ErrorClass::ArgumentError, "range() with step 0");
    }
    let mut items = Vec::new();
    let mut next = i128::from(from);
    while (step > 0 && next <= i128::from(to)) || (step < 0 && next >= i128::from(to)) {
        items.push(Value::Integer(next as i64));
        next += i128::from(step);
        if items.len() > 20_000 {
            return Err(super::Failure::TooMuch);
        }
    }
    list(items)
}

/// `YYYY-MM-DD`; other forms are not known here.
fn date(text: &str) -> Evaluated {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return unsupported("this form of date") };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return unsupported("this form of date");
    }
    let parse = |part: &str| part.parse::<i64>().ok();
    match (parse(year), parse(month), parse(day)) {
        (Some(year), Some(month), Some(day)) => Date::from_year_month_day(year, month, day)
            .map_or_else(
                || error(ErrorClass::ArgumentError, "no such day"),
                |date| Ok(Value::Date(date)),
            ),
        _ => unsupported("this form of date"),
    }
}

fn number(name: &str, arguments: &[Value]) -> Evaluated {
    let [value] = arguments else { return not_of(name, "these arguments") };
    let Some(float) = double(value) else { return not_of(name, "this type") };
    Ok(match (name, value) {
        ("abs", Value::Integer(number)) => match number.checked_abs() {
            Some(number) => Value::Integer(number),
            None => return error(ErrorClass::ArithmeticError, "integer overflow"),
        },
        ("abs", _) => Value::Float(float.abs()),
        ("sign", Value::Integer(number)) => Value::Integer(number.signum()),
        ("sign", _) => Value::Integer(i64::from(float > 0.0) - i64::from(float < 0.0)),
        ("floor", _) => Value::Float(float.floor()),
        ("ceil", _) => Value::Float(float.ceil()),
        ("sqrt", _) => Value::Float(float.sqrt()),
        ("isnan", _) => Value::Boolean(float.is_nan()),
        _ => return not_of(name, "a number"),
    })
}
