//! A condition, its negation, and its being unknown: exactly one of them is true for
//! every row, wherever a condition can stand.

use super::material::{clause, thirds};
use super::{Checked, Relation, Trial};
use crate::random::pattern::Shape;
use crate::random::scope::{Type, Variable};

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "WHERE of MATCH in three parts", hold: where_of_match },
    Relation { name: "WHERE inside a node in three parts", hold: where_of_node },
    Relation { name: "WHERE inside a relationship in three parts", hold: where_of_relationship },
    Relation { name: "WHERE of WITH in three parts", hold: where_of_with },
    Relation { name: "FILTER in three parts", hold: filter },
    Relation { name: "WHERE of COUNT in three parts", hold: where_of_count },
    Relation { name: "WHERE of EXISTS in three parts", hold: where_of_exists },
    Relation { name: "WHERE of COLLECT in three parts", hold: where_of_collect },
    Relation {
        name: "WHERE of a pattern comprehension in three parts",
        hold: pattern_comprehension,
    },
    Relation { name: "WHERE of a list comprehension in three parts", hold: list_comprehension },
    Relation { name: "quantifiers are counts of the three parts", hold: quantifiers },
    Relation { name: "CASE takes each of the three parts", hold: case },
    Relation { name: "CALL with WHEN takes each of the three parts", hold: conditional },
    Relation { name: "aggregates of the three parts add up", hold: aggregates },
    Relation { name: "FOREACH in three parts", hold: foreach },
    Relation { name: "a MATCH after each of the three parts", hold: match_after },
];

/// `MATCH … WHERE p`.
fn where_of_match(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.write.pattern(Shape::FULL);
    let condition = trial.condition();
    let tail = trial.row_tail();
    trial.parted(&condition, |part| format!("{before}MATCH {pattern}{}\n{tail}", clause(part)))
}

/// `MATCH (n WHERE p)-…`.
fn where_of_node(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.holed_node();
    let condition = trial.condition();
    let tail = trial.row_tail();
    trial.parted(&condition, |part| {
        format!("{before}MATCH {}\n{tail}", pattern.with("", &clause(part)))
    })
}

/// `MATCH ()-[r WHERE p]-…`.
fn where_of_relationship(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let arrows = trial.arrows();
    let pattern = trial.holed_relationship(arrows);
    let types = trial.write.types();
    let condition = trial.condition();
    let tail = trial.row_tail();
    trial.parted(&condition, |part| {
        format!("{before}MATCH {}\n{tail}", pattern.with(&types, &clause(part)))
    })
}

/// `WITH … WHERE p`, with its columns, all or grouped.
fn where_of_with(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let with = match trial.write.choices.below(3) {
        0 => "WITH *".to_owned(),
        1 => format!("WITH {}", trial.write.columns(true).0),
        _ => format!("WITH {}", trial.write.aggregation()),
    };
    let condition = trial.condition();
    let tail = trial.row_tail();
    trial.parted(&condition, |part| format!("{before}{with}{}\n{tail}", clause(part)))
}

/// `FILTER p`.
fn filter(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let condition = trial.condition();
    let tail = trial.row_tail();
    trial.parted(&condition, |part| {
        let filter = part.map(|part| format!("FILTER {part}\n")).unwrap_or_default();
        format!("{before}{filter}{tail}")
    })
}

/// A pattern of a subquery with a condition over it and a value of it.
fn inner(trial: &mut Trial<'_>) -> (String, String, String) {
    trial.write.inside(|inner| {
        let pattern = inner.pattern(Shape { new_variables: true, long: true, steps: 2 });
        (pattern, inner.boolean(2, true), inner.any(1))
    })
}

/// `COUNT { … WHERE p }`.
fn where_of_count(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (pattern, condition, _) = inner(trial);
    let names = trial.names().join(", ");
    let sum = thirds(&condition).map(|third| format!("COUNT {{ {pattern} WHERE {third} }}"));
    let one = format!("{before}RETURN {names}, COUNT {{ {pattern} }} AS c");
    trial.equivalent(&one, &format!("{before}RETURN {names}, {} AS c", sum.join(" + ")))
}

/// `EXISTS { … WHERE p }`.
fn where_of_exists(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (pattern, condition, _) = inner(trial);
    let any = thirds(&condition).map(|third| format!("EXISTS {{ {pattern} WHERE {third} }}"));
    let tail = trial.row_tail();
    let one = format!("{before}WITH * WHERE EXISTS {{ {pattern} }}\n{tail}");
    trial.equivalent(&one, &format!("{before}WITH * WHERE {}\n{tail}", any.join(" OR ")))
}

/// `COLLECT { … WHERE p RETURN … }`.
fn where_of_collect(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (pattern, condition, value) = inner(trial);
    let names = trial.names().join(", ");
    let list = |third: Option<&str>| {
        format!("COLLECT {{ MATCH {pattern}{} RETURN {value} AS c }}", clause(third))
    };
    let sum = thirds(&condition).map(|third| list(Some(&third)));
    let one = format!("{before}RETURN {names}, {} AS c", list(None));
    trial.equivalent(&one, &format!("{before}RETURN {names}, {} AS c", sum.join(" + ")))
}

/// `[(a)-->(b) WHERE p | x]`.
fn pattern_comprehension(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (pattern, condition, value) = trial.write.inside(|inner| {
        let shape = Shape { new_variables: true, long: true, steps: 2 };
        let pattern = inner.node(shape) + &inner.relationship(shape) + &inner.end(shape);
        (pattern, inner.boolean(2, true), inner.any(1))
    });
    let names = trial.names().join(", ");
    let list = |third: Option<&str>| format!("[{pattern}{} | {value}]", clause(third));
    let sum = thirds(&condition).map(|third| list(Some(&third)));
    let one = format!("{before}RETURN {names}, {} AS c", list(None));
    trial.equivalent(&one, &format!("{before}RETURN {names}, {} AS c", sum.join(" + ")))
}

/// A list, a condition over its elements, and the name of an element.
fn listed(trial: &mut Trial<'_>) -> (String, String, String) {
    let (list, item) = (trial.write.integers(2), trial.write.fresh("x"));
    let condition = trial.write.inside(|inner| {
        inner.scope.push(Variable { name: item.clone(), of: Type::Integer });
        inner.boolean(2, false)
    });
    (list, item, condition)
}

/// `[x IN list WHERE p | x]`.
fn list_comprehension(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (list, item, condition) = listed(trial);
    let names = trial.names().join(", ");
    let sizes =
        thirds(&condition).map(|third| format!("size([{item} IN {list} WHERE {third} | {item}])"));
    let one = format!("{before}RETURN {names}, size({list}) AS c");
    trial.equivalent(&one, &format!("{before}RETURN {names}, {} AS c", sizes.join(" + ")))
}

/// `any`, `all`, `none` and `single` over a list, from the sizes of its three parts.
fn quantifiers(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (list, item, condition) = listed(trial);
    let names = trial.names().join(", ");
    let [yes, no, unknown] =
        thirds(&condition).map(|third| format!("size([{item} IN {list} WHERE {third}])"));
    let (kind, by_counting) = match trial.write.choices.below(4) {
        0 => (
            "any",
            format!("CASE WHEN {yes} > 0 THEN true WHEN {unknown} = 0 THEN false ELSE null END"),
        ),
        1 => (
            "all",
            format!("CASE WHEN {no} > 0 THEN false WHEN {unknown} = 0 THEN true ELSE null END"),
        ),
        2 => (
            "none",
            format!("CASE WHEN {yes} > 0 THEN false WHEN {unknown} = 0 THEN true ELSE null END"),
        ),
        _ => (
            "single",
            format!(
                "CASE WHEN {yes} > 1 THEN false WHEN {unknown} = 0 THEN {yes} = 1 ELSE null END"
            ),
        ),
    };
    let one = format!("{before}RETURN {names}, {kind}({item} IN {list} WHERE {condition}) AS c");
    let other = format!(
        "{before}RETURN {names}, CASE WHEN ({list}) IS NULL THEN null ELSE {by_counting} END AS c"
    );
    trial.equivalent(&one, &other)
}

/// `CASE WHEN p THEN … WHEN NOT p THEN … ELSE … END`.
fn case(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let condition = trial.write.boolean(2, false);
    let [yes, no, unknown] = thirds(&condition);
    let part = trial.write.choices.below(3);
    let tail = trial.row_tail();
    let taken = [&yes, &no, &unknown][part];
    let one = format!(
        "{before}WITH *, CASE WHEN {yes} THEN 0 WHEN {no} THEN 1 ELSE 2 END AS part WHERE part = {part}\n{tail}"
    );
    trial.equivalent(&one, &format!("{before}WITH * WHERE {taken}\n{tail}"))
}

/// `CALL (*) { WHEN p THEN … WHEN NOT p THEN … ELSE … }` and CASE.
fn conditional(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let condition = trial.write.boolean(2, false);
    let [yes, no, _] = thirds(&condition);
    let names = trial.names().join(", ");
    let one = format!(
        "{before}CALL (*) {{ WHEN {yes} THEN RETURN 0 AS part WHEN {no} THEN RETURN 1 AS part ELSE RETURN 2 AS part }}\nRETURN {names}, part"
    );
    let other = format!(
        "{before}RETURN {names}, CASE WHEN {yes} THEN 0 WHEN {no} THEN 1 ELSE 2 END AS part"
    );
    trial.equivalent(&one, &other)
}

/// `count`, `sum`, `min`, `max`, with a key or without.
fn aggregates(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let condition = trial.condition();
    let (of, sum) = (trial.write.any(1), trial.write.integer(1));
    let key = if trial.write.choices.chance(50) { trial.write.integer(1) } else { "0".into() };
    let columns = format!(
        "{key} AS g, count(*) AS c, count({of}) AS n, sum({sum}) AS s, min({of}) AS a, max({of}) AS z"
    );
    let whole = format!("{before}RETURN {columns}");
    let parts =
        thirds(&condition).map(|third| format!("{before}WITH * WHERE {third}\nRETURN {columns}"));
    let summed = format!(
        "CALL () {{\n{}\n}}\nRETURN g, sum(c) AS c, sum(n) AS n, sum(s) AS s, min(a) AS a, max(z) AS z",
        parts.join("\nUNION ALL\n")
    );
    trial.equivalent(&whole, &summed)
}

/// `FOREACH (x IN CASE WHEN p THEN [1] ELSE [] END | CREATE …)`.
fn foreach(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let condition = trial.write.boolean(2, false);
    let value = trial.write.integer(0);
    let create = format!("CREATE (:P {{i: {value}}})-[:T]->(:Q)");
    let whole = format!("{before}FOREACH (x IN [1] | {create})");
    let all = trial.graph_after(&[&whole])?;
    let plain = trial.graph_before();
    let mut parts = Vec::new();
    for third in thirds(&condition) {
        let part =
            format!("{before}FOREACH (x IN CASE WHEN {third} THEN [1] ELSE [] END | {create})");
        parts.extend(trial.graph_after(&[&part])?);
    }
    // Each part has the graph as it was; so has the whole, but once.
    let mut whole = [all, plain.clone(), plain].concat();
    whole.sort();
    parts.sort();
    super::trial::equal("the elements", &whole, &parts)
}

/// A condition before a MATCH that may be moved behind it.
fn match_after(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let condition = trial.condition();
    let pattern = trial.write.pattern(Shape::FULL);
    let tail = trial.row_tail();
    trial.parted(&condition, |part| {
        format!("{before}WITH *{}\nMATCH {pattern}\n{tail}", clause(part))
    })
}
