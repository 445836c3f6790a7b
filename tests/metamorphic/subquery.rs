//! Subqueries in expressions, which are one thing under several names.

use super::{Checked, Relation, Trial};
use crate::random::pattern::Shape;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "EXISTS is COUNT above zero", hold: exists_is_count },
    Relation { name: "COUNT is the size of COLLECT", hold: count_is_size },
    Relation { name: "a pattern as a condition is EXISTS", hold: pattern_is_exists },
    Relation { name: "a pattern comprehension is COLLECT", hold: comprehension_is_collect },
    Relation { name: "COUNT is a grouped CALL", hold: count_is_call },
    Relation { name: "COLLECT is a collecting CALL", hold: collect_is_call },
    Relation { name: "COUNT is count over OPTIONAL MATCH", hold: count_is_optional },
    Relation { name: "a subquery with WITH * is the subquery", hold: with_star },
    Relation { name: "NOT EXISTS keeps the other rows", hold: exists_or_not },
];

/// Clauses before, the names in scope, and a pattern of a subquery with its condition.
fn material(trial: &mut Trial<'_>) -> (String, String, String, String) {
    let before = trial.some_rows();
    let names = trial.names().join(", ");
    let (pattern, value) = trial.write.inside(|inner| {
        let pattern = inner.pattern(Shape { new_variables: true, long: true, steps: 2 });
        let condition = inner.boolean(2, true);
        (format!("{pattern} WHERE {condition}"), inner.any(1))
    });
    (before, names, pattern, value)
}

/// `EXISTS { x }` is `COUNT { x } > 0`.
fn exists_is_count(trial: &mut Trial<'_>) -> Checked {
    let (before, names, pattern, _) = material(trial);
    trial.equivalent(
        &format!("{before}RETURN {names}, EXISTS {{ {pattern} }} AS c"),
        &format!("{before}RETURN {names}, COUNT {{ {pattern} }} > 0 AS c"),
    )
}

/// `COUNT { x }` is `size(COLLECT { x RETURN … })`.
fn count_is_size(trial: &mut Trial<'_>) -> Checked {
    let (before, names, pattern, value) = material(trial);
    let distinct = if trial.write.choices.chance(30) { "DISTINCT " } else { "" };
    let body = format!("MATCH {pattern} RETURN {distinct}{value} AS c");
    trial.equivalent(
        &format!("{before}RETURN {names}, COUNT {{ {body} }} AS c"),
        &format!("{before}RETURN {names}, size(COLLECT {{ {body} }}) AS c"),
    )
}

/// `WHERE (a)-->(b)` is `WHERE EXISTS { (a)-->(b) }`.
fn pattern_is_exists(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let shape = Shape { new_variables: false, long: true, steps: 2 };
    let pattern = trial.write.inside(|inner| inner.part(shape));
    let tail = trial.tail();
    let not = if trial.write.choices.chance(40) { "NOT " } else { "" };
    trial.equivalent(
        &format!("{before}WITH * WHERE {not}{pattern}\n{tail}"),
        &format!("{before}WITH * WHERE {not}EXISTS {{ {pattern} }}\n{tail}"),
    )
}

/// `[(a)-->(b) WHERE p | x]` is `COLLECT { MATCH (a)-->(b) WHERE p RETURN x }`.
fn comprehension_is_collect(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let names = trial.names().join(", ");
    let (pattern, value) = trial.write.inside(|inner| {
        let shape = Shape { new_variables: true, long: true, steps: 2 };
        let pattern = inner.node(shape) + &inner.relationship(shape) + &inner.end(shape);
        let condition = inner.boolean(1, true);
        (format!("{pattern} WHERE {condition}"), inner.any(1))
    });
    trial.equivalent(
        &format!("{before}RETURN {names}, [{pattern} | {value}] AS c"),
        &format!("{before}RETURN {names}, COLLECT {{ MATCH {pattern} RETURN {value} AS c }} AS c"),
    )
}

/// `COUNT { x }` is `CALL (*) { MATCH x RETURN count(*) AS c }`.
fn count_is_call(trial: &mut Trial<'_>) -> Checked {
    let (before, names, pattern, _) = material(trial);
    trial.equivalent(
        &format!("{before}RETURN {names}, COUNT {{ {pattern} }} AS c"),
        &format!("{before}CALL (*) {{ MATCH {pattern} RETURN count(*) AS c }}\nRETURN {names}, c"),
    )
}

/// `COLLECT { … }` is `CALL (*) { … RETURN collect(…) }`, nulls aside.
fn collect_is_call(trial: &mut Trial<'_>) -> Checked {
    let (before, names, pattern, value) = material(trial);
    let list = format!("COLLECT {{ MATCH {pattern} RETURN {value} AS c }}");
    trial.equivalent(
        &format!("{before}RETURN {names}, [x0 IN {list} WHERE x0 IS NOT NULL] AS c"),
        &format!(
            "{before}CALL (*) {{ MATCH {pattern} RETURN collect({value}) AS c }}\nRETURN {names}, c"
        ),
    )
}

/// `COUNT { x }` counts what OPTIONAL MATCH finds.
fn count_is_optional(trial: &mut Trial<'_>) -> Checked {
    let (before, names, pattern, _) = material(trial);
    // Each row is told from those like it by its place among all.
    let all: Vec<String> = trial.names().iter().map(|name| format!("{name}: {name}")).collect();
    let numbered = format!(
        "{before}WITH collect({{{}}}) AS l0\nUNWIND range(0, size(l0) - 1) AS i0\nWITH i0, {}",
        all.join(", "),
        trial
            .names()
            .iter()
            .map(|name| format!("l0[i0].{name} AS {name}"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    trial.equivalent(
        &format!("{numbered}\nRETURN {names}, COUNT {{ {pattern} }} AS c"),
        &format!(
            "{numbered}\nOPTIONAL CALL (*) {{ MATCH {pattern} RETURN 1 AS found }}\nWITH i0, {names}, count(found) AS c\nRETURN {names}, c"
        ),
    )
}

/// `{ MATCH x }` is `{ MATCH x WITH * RETURN * }`.
fn with_star(trial: &mut Trial<'_>) -> Checked {
    let (before, names, pattern, _) = material(trial);
    let kind = trial.write.choices.pick(&["EXISTS", "COUNT"]).to_owned();
    trial.equivalent(
        &format!("{before}RETURN {names}, {kind} {{ {pattern} }} AS c"),
        &format!(
            "{before}RETURN {names}, {kind} {{ MATCH {pattern} WITH *, 1 AS z0 WHERE z0 = 1 RETURN z0 }} AS c"
        ),
    )
}

/// Every row has matches or has none.
fn exists_or_not(trial: &mut Trial<'_>) -> Checked {
    let (before, _, pattern, _) = material(trial);
    let tail = trial.row_tail();
    let parts = [
        format!("{before}WITH * WHERE EXISTS {{ {pattern} }}\n{tail}"),
        format!("{before}FILTER NOT EXISTS {{ {pattern} }}\n{tail}"),
    ];
    trial.adds_up(&format!("{before}{tail}"), &parts)
}
