//! Expressions that mean the same, as columns and as conditions.

use super::{Checked, Relation, Trial};
use crate::random::parameters;
use crate::random::scope::{Type, Variable};
use dossier::value::Value;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "conditions that mean the same", hold: conditions },
    Relation { name: "comparisons that mean the same", hold: comparisons },
    Relation { name: "numbers and strings that mean the same", hold: values },
    Relation { name: "lists that mean the same", hold: lists },
    Relation { name: "CASE in other words", hold: case },
    Relation { name: "tests that mean the same", hold: tests },
    Relation { name: "properties that mean the same", hold: properties },
    Relation { name: "a parameter is its value", hold: parameter },
    Relation { name: "a column is its expression", hold: column },
];

/// Both expressions as a column, or as a condition where they are Booleans.
fn mean_the_same(trial: &mut Trial<'_>, before: &str, pair: [String; 2], boolean: bool) -> Checked {
    let [one, other] = pair;
    if boolean && trial.write.choices.chance(50) {
        let tail = trial.tail();
        return trial.equivalent(
            &format!("{before}WITH * WHERE {one}\n{tail}"),
            &format!("{before}WITH * WHERE {other}\n{tail}"),
        );
    }
    let names = trial.names().join(", ");
    trial.equivalent(
        &format!("{before}RETURN {names}, {one} AS same"),
        &format!("{before}RETURN {names}, {other} AS same"),
    )
}

/// The laws of three-valued logic.
fn conditions(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let [p, q, r] = [(); 3].map(|()| trial.write.boolean(1, false));
    let pair = match trial.write.choices.below(10) {
        0 => [format!("NOT NOT ({p})"), p],
        1 => [format!("NOT ({p} AND {q})"), format!("(NOT ({p}) OR NOT ({q}))")],
        2 => [format!("NOT ({p} OR {q})"), format!("(NOT ({p}) AND NOT ({q}))")],
        3 => [format!("({p} AND ({q} OR {r}))"), format!("(({p} AND {q}) OR ({p} AND {r}))")],
        4 => [format!("({p} OR ({q} AND {r}))"), format!("(({p} OR {q}) AND ({p} OR {r}))")],
        5 => [format!("({p} XOR {q})"), format!("(({p} OR {q}) AND NOT ({p} AND {q}))")],
        6 => [format!("({p} AND {q} AND {r})"), format!("({r} AND ({q} AND {p}))")],
        7 => [format!("({p} XOR {q} XOR {r})"), format!("({r} XOR ({q} XOR {p}))")],
        8 => [format!("({p} = {q})"), format!("NOT ({p} XOR {q})")],
        _ => [format!("(({p}) AND true OR false)"), format!("({p} XOR false)")],
    };
    mean_the_same(trial, &before, pair, true)
}

/// Comparisons, IN and IS NULL.
fn comparisons(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let [x, y, z] = [(); 3].map(|()| trial.write.any(1));
    let [i, j, k] = [(); 3].map(|()| trial.write.integer(1));
    let pair = match trial.write.choices.below(9) {
        0 => [format!("({x} < {y})"), format!("({y} > {x})")],
        1 => [format!("({x} <= {y})"), format!("({y} >= {x})")],
        2 => [format!("({x} = {y})"), format!("NOT ({x} <> {y})")],
        3 => [format!("({i} <= {j})"), format!("NOT ({i} > {j})")],
        4 => [format!("({i} < {j} <= {k})"), format!("({i} < {j} AND {j} <= {k})")],
        5 => [format!("({x} IN [{y}, {z}])"), format!("({x} = {y} OR {x} = {z})")],
        6 => [format!("(({x}) IS NULL)"), format!("NOT (({x}) IS NOT NULL)")],
        7 => [format!("({x} = {y})"), format!("({y} = {x})")],
        _ => [format!("({i} <= {j})"), format!("(({i} < {j}) OR ({i} = {j}))")],
    };
    mean_the_same(trial, &before, pair, true)
}

/// Arithmetic and strings.
fn values(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let [i, j, k] = [(); 3].map(|()| trial.write.integer(1));
    let [s, t] = [(); 2].map(|()| trial.write.string(1));
    let pair = match trial.write.choices.below(12) {
        0 => [format!("({i} + {j})"), format!("({j} + {i})")],
        1 => [format!("({i} - {j})"), format!("-({j} - {i})")],
        2 => [format!("({i} * 3)"), format!("({i} + {i} + {i})")],
        3 => [format!("(({i} + {j}) + {k})"), format!("({i} + ({j} + {k}))")],
        4 => [format!("({i} / 3 * 3 + {i} % 3)"), format!("({i} + 0)")],
        5 => [format!("({s} STARTS WITH {t})"), format!("(left({s}, size({t})) = {t})")],
        6 => [format!("({s} ENDS WITH {t})"), format!("(right({s}, size({t})) = {t})")],
        7 => [format!("size({s} + {t})"), format!("(size({s}) + size({t}))")],
        8 => [format!("reverse({s} + {t})"), format!("(reverse({t}) + reverse({s}))")],
        9 => [format!("({s} || {t})"), format!("({s} + {t})")],
        10 => [format!("abs({i} - {j})"), format!("abs({j} - {i})")],
        _ => [format!("toInteger(toString({i}))"), format!("({i} + 0)")],
    };
    mean_the_same(trial, &before, pair, false)
}

/// Lists, comprehensions, quantifiers, reduce.
fn lists(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let [l, m] = [(); 2].map(|()| trial.write.integers(1));
    let item = trial.write.fresh("x");
    let condition = trial.write.inside(|inner| {
        inner.scope.push(Variable { name: item.clone(), of: Type::Integer });
        inner.boolean(1, false)
    });
    let pair = match trial.write.choices.below(12) {
        0 => [format!("size({l})"), format!("reduce(n0 = 0, {item} IN {l} | n0 + 1)")],
        1 => [format!("[{item} IN {l} | {item}]"), l],
        2 => [format!("head({l})"), format!("({l})[0]")],
        3 => [format!("last({l})"), format!("({l})[-1]")],
        4 => [format!("tail({l})"), format!("({l})[1..]")],
        5 => [
            format!("all({item} IN {l} WHERE {condition})"),
            format!("NOT any({item} IN {l} WHERE NOT ({condition}))"),
        ],
        6 => [
            format!("none({item} IN {l} WHERE {condition})"),
            format!("NOT any({item} IN {l} WHERE {condition})"),
        ],
        7 => [
            format!("({l} + {m})[0..size({l})]"),
            format!("CASE WHEN ({m}) IS NOT NULL THEN {l} END"),
        ],
        8 => [format!("size({l} + {m})"), format!("(size({l}) + size({m}))")],
        9 => [format!("reverse(reverse({l}))"), l],
        10 => [
            format!("[{item} IN {l} WHERE {condition} | {item}]"),
            format!(
                "reduce(n0 = [], {item} IN {l} | n0 + CASE WHEN {condition} THEN [{item}] ELSE [] END)"
            ),
        ],
        _ => [
            format!("coll.sort({l})"),
            format!(
                "CASE WHEN ({l}) IS NOT NULL THEN COLLECT {{ UNWIND {l} AS {item} RETURN {item} ORDER BY {item} }} END"
            ),
        ],
    };
    mean_the_same(trial, &before, pair, false)
}

/// CASE in its forms, coalesce, nullIf.
fn case(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let [x, y, z, e] = [(); 4].map(|()| trial.write.any(1));
    let [i, j] = [(); 2].map(|()| trial.write.integer(1));
    let p = trial.write.boolean(1, false);
    let pair = match trial.write.choices.below(7) {
        0 => [
            format!("CASE {x} WHEN {y} THEN {z} ELSE {e} END"),
            format!("CASE WHEN {x} = {y} THEN {z} ELSE {e} END"),
        ],
        1 => [
            format!("coalesce({x}, {y})"),
            format!("CASE WHEN ({x}) IS NULL THEN {y} ELSE {x} END"),
        ],
        2 => [
            format!("CASE WHEN {p} THEN {x} ELSE {y} END"),
            format!("CASE WHEN NOT ({p}) OR ({p}) IS NULL THEN {y} ELSE {x} END"),
        ],
        3 => [
            format!("CASE {i} WHEN 1, {j} THEN {x} ELSE {y} END"),
            format!("CASE WHEN {i} = 1 OR {i} = {j} THEN {x} ELSE {y} END"),
        ],
        4 => [
            format!("CASE {i} WHEN < {j} THEN {x} WHEN IS NULL THEN {y} ELSE {z} END"),
            format!("CASE WHEN {i} < {j} THEN {x} WHEN {i} IS NULL THEN {y} ELSE {z} END"),
        ],
        5 => [format!("nullIf({x}, {y})"), format!("CASE WHEN {x} = {y} THEN null ELSE {x} END")],
        _ => [
            format!("CASE {p} WHEN true THEN {x} WHEN false THEN {y} ELSE {z} END"),
            format!("CASE WHEN {p} THEN {x} WHEN NOT ({p}) THEN {y} ELSE {z} END"),
        ],
    };
    mean_the_same(trial, &before, pair, false)
}

/// IS TRUE, IS UNKNOWN, IS ::, label tests.
fn tests(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let p = trial.write.boolean(1, false);
    let (i, s) = (trial.write.integer(1), trial.write.string(1));
    let node = trial.write.variable(Type::Node);
    let pair = match (trial.write.choices.below(9), node) {
        (0, _) => [format!("(({p}) IS TRUE)"), format!("coalesce({p}, false)")],
        (1, _) => [format!("(({p}) IS NOT FALSE)"), format!("coalesce({p}, true)")],
        (2, _) => [format!("(({p}) IS UNKNOWN)"), format!("(({p}) IS NULL)")],
        (3, _) => [format!("({i} IS :: INTEGER!)"), format!("({i} IS NOT NULL)")],
        (4, _) => [format!("({s} IS :: INTEGER)"), format!("({s} IS NULL)")],
        (5, Some(n)) => [format!("{n}:A|B"), format!("({n}:A OR {n}:B)")],
        (6, Some(n)) => [format!("{n}:A&!B"), format!("({n}:A AND NOT {n}:B)")],
        (7, Some(n)) => [format!("{n}:!A"), format!("NOT {n}:A")],
        (8, Some(n)) => [format!("({n} IS NOT LABELED A)"), format!("NOT {n}:A")],
        _ => [format!("({s} IS NOT TYPED STRING NOT NULL)"), format!("({s} IS NULL)")],
    };
    mean_the_same(trial, &before, pair, true)
}

/// A property by its name, by a string, of a map, and in a projection.
fn properties(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let of = [Type::Node, Type::Relationship][trial.write.choices.below(2)];
    let Some(x) = trial.write.variable(of) else {
        return super::material::skip("no element");
    };
    let key = trial.write.choices.pick(&["k", "i", "m", "nowhere"]).to_owned();
    let pair = match trial.write.choices.below(5) {
        0 => [format!("{x}.{key}"), format!("{x}['{key}']")],
        1 => [format!("{x}.{key}"), format!("properties({x}).{key}")],
        2 => [format!("{x}.{key}"), format!("{x} {{.{key}}}.{key}")],
        3 => [
            format!("{x} {{.{key}, z: 1}}"),
            format!("CASE WHEN {x} IS NOT NULL THEN {{{key}: {x}.{key}, z: 1}} END"),
        ],
        _ => [
            format!("('{key}' IN keys({x}))"),
            format!("CASE WHEN {x} IS NOT NULL THEN {x}.{key} IS NOT NULL END"),
        ],
    };
    mean_the_same(trial, &before, pair, false)
}

/// `$name` is the value that it has.
fn parameter(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let known =
        trial.write.choices.pick(&["$one", "$text", "$list", "$map.a", "$nothing"]).to_owned();
    let (with, tail) = (trial.write.any(1), trial.tail());
    let text = format!(
        "{before}{matching}\nWITH *, {known} AS z0 WHERE z0 = z0 OR {with} = {known} OR $nothing IS NULL\n{tail}"
    );
    let mut other = text.clone();
    for (name, value) in parameters() {
        other = other.replace(&format!("${name}"), &literal(&value));
    }
    trial.equivalent(&text, &other)
}

/// A parameter's value as a query writes it.
fn literal(value: &Value) -> String {
    match value {
        Value::Float(number) if number.is_nan() => "(0.0 / 0.0)".into(),
        other => other.to_cypher_literal(),
    }
}

/// An expression that WITH has computed before.
fn column(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let p = trial.write.boolean(2, false);
    let x = trial.write.any(2);
    let names = trial.names().join(", ");
    trial.equivalent(
        &format!("{before}WITH * WHERE {p}\nRETURN {names}, {x} AS x"),
        &format!("{before}WITH *, {x} AS x0, {p} AS p0 WHERE p0\nRETURN {names}, x0 AS x"),
    )
}
