//! Clauses that change nothing, and clauses that say the same as others.

use super::rewrite;
use super::trial::same;
use super::{Checked, Relation, Trial};
use crate::random::pattern::Shape;
use crate::random::scope::Type;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "WITH * in between changes nothing", hold: with_star },
    Relation { name: "one row for each row changes nothing", hold: one_row },
    Relation { name: "an OPTIONAL MATCH that finds nothing changes nothing", hold: dead_optional },
    Relation { name: "FILTER true and FILTER false", hold: constant_filter },
    Relation { name: "LET is WITH *", hold: let_is_with },
    Relation { name: "FOR is UNWIND", hold: for_is_unwind },
    Relation { name: "FOR with a position counts the list", hold: for_with_position },
    Relation { name: "FILTER is WITH * WHERE", hold: filter_is_where },
    Relation { name: "two conditions one after the other are one", hold: conditions },
    Relation { name: "ORDER BY and LIMIT alone are those of WITH", hold: page },
    Relation { name: "a MATCH in CALL is a MATCH", hold: match_in_call },
    Relation { name: "OPTIONAL CALL of a MATCH is OPTIONAL MATCH", hold: optional_call },
    Relation { name: "UNWIND of a collected list is the rows", hold: collected },
];

/// `WITH *` after any clause.
fn with_star(trial: &mut Trial<'_>) -> Checked {
    between(trial, &["WITH *"], "")
}

/// `UNWIND [1] AS _` and the like after any clause.
fn one_row(trial: &mut Trial<'_>) -> Checked {
    let kinds = [
        "UNWIND [1] AS @",
        "FOR @ IN [null]",
        "LET @ = 1",
        "CALL () { RETURN 1 AS @ }",
        "UNWIND [0, 1] AS @ WITH * WHERE @ = 1",
        "CALL (*) { UNWIND [2, 1] AS y0 RETURN min(y0) AS @ }",
    ];
    between(trial, &kinds, "")
}

/// `OPTIONAL MATCH` of what is not there, after any clause.
fn dead_optional(trial: &mut Trial<'_>) -> Checked {
    let kinds = [
        "OPTIONAL MATCH (@:Nowhere)",
        "OPTIONAL MATCH (@) WHERE false",
        "OPTIONAL MATCH ()-[@:NOWHERE]->()",
        "OPTIONAL MATCH (@)-[*1..2]->() WHERE null",
        "OPTIONAL MATCH (@ WHERE @.k < 0)",
        "OPTIONAL CALL (*) { MATCH (@) WHERE @.k = -1 RETURN @ }",
    ];
    between(trial, &kinds, "")
}

/// `FILTER true` after any clause; `FILTER false` leaves nothing.
fn constant_filter(trial: &mut Trial<'_>) -> Checked {
    between(trial, &["FILTER true", "WITH * WHERE true", "FILTER 1 = 1", "FILTER NOT false"], "")?;
    trial.write.scope.clear();
    let before = trial.some_rows();
    let tail = trial.row_tail();
    let none = trial.write.choices.pick(&["false", "null", "1 > 2", "NOT true"]).to_owned();
    let answer = trial.run(&format!("{before}FILTER {none}\n{tail}"))?;
    same(&[&answer], &[])
}

/// The query with one of these clauses put in after some of its clauses; `@` stands for a
/// new name.
fn between(trial: &mut Trial<'_>, kinds: &[&str], start: &str) -> Checked {
    let body = trial.before() + &trial.write.matching("MATCH");
    let more =
        if trial.write.choices.chance(30) { trial.write.with() + "\n" } else { String::new() };
    let tail = trial.tail();
    // Something is always in scope, so that WITH * may stand anywhere.
    let text = format!("UNWIND [0] AS z0\n{start}{body}\n{more}{tail}");
    let one = trial.run(&text)?;
    let mut number = 0;
    let choices = &mut *trial.write.choices;
    let other = rewrite::clauses(&text, |clauses| {
        let mut place = 1;
        while place < clauses.len() {
            if choices.chance(50) {
                number += 1;
                let text = choices.pick(kinds).replace('@', &format!("z{number}"));
                let new = rewrite::clauses_of(&text);
                let count = new.len();
                clauses.splice(place..place, new);
                place += count;
            }
            place += 1;
        }
    });
    let other = trial.run(&other)?;
    same(&[&one], &[&other])
}

/// `LET x = e` is `WITH *, e AS x`.
fn let_is_with(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (one, two) = (trial.write.any(2), trial.write.integer(2));
    let [a, b] = [Type::Any, Type::Integer].map(|of| trial.write.declare("v", of));
    let tail = trial.tail();
    trial.equivalent(
        &format!("{before}LET {a} = {one}, {b} = {two}\n{tail}"),
        &format!("{before}WITH *, {one} AS {a}, {two} AS {b}\n{tail}"),
    )
}

/// `FOR x IN l` is `UNWIND l AS x`.
fn for_is_unwind(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let list = trial.write.integers(2);
    let name = trial.write.declare("u", Type::Any);
    let tail = trial.tail();
    trial.equivalent(
        &format!("{before}FOR {name} IN {list}\n{tail}"),
        &format!("{before}UNWIND {list} AS {name}\n{tail}"),
    )
}

/// `FOR x IN l WITH OFFSET o` gives each element with its place.
fn for_with_position(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let list = trial.write.integers(2);
    let names = trial.names().join(", ");
    let (word, first) = [("OFFSET", 0), ("ORDINALITY", 1)][trial.write.choices.below(2)];
    trial.equivalent(
        &format!("{before}FOR x0 IN {list} WITH {word} o0\nRETURN {names}, x0, o0"),
        &format!(
            "{before}UNWIND range(0, size({list}) - 1) AS i0\nRETURN {names}, ({list})[i0] AS x0, i0 + {first} AS o0"
        ),
    )
}

/// `FILTER p` is `WITH * WHERE p`, and a WHERE of the MATCH before it.
fn filter_is_where(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let name = trial.write.declare("n", Type::Node);
    let pattern = format!("({name}), {}", trial.write.pattern(Shape::FULL));
    let condition = trial.condition();
    let tail = trial.tail();
    let filtered = format!("{before}MATCH {pattern}\nFILTER {condition}\n{tail}");
    let with = format!("{before}MATCH {pattern}\nWITH * WHERE {condition}\n{tail}");
    let plain = format!("{before}MATCH {pattern} WHERE {condition}\n{tail}");
    trial.equivalent(&filtered, &with)?;
    trial.equivalent(&filtered, &plain)
}

/// `WHERE p` and then `WHERE q` is `WHERE p AND q`, in either order.
fn conditions(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (p, q) = (trial.condition(), trial.condition());
    let tail = trial.tail();
    let one = format!("{before}WITH * WHERE {p}\nWITH * WHERE {q}\n{tail}");
    trial.equivalent(&one, &format!("{before}WITH * WHERE ({p}) AND ({q})\n{tail}"))?;
    trial.equivalent(&one, &format!("{before}FILTER ({q}) AND ({p})\n{tail}"))
}

/// `ORDER BY … LIMIT n` as a clause is `WITH * ORDER BY … LIMIT n`.
fn page(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (with, total) = trial.write.columns(false);
    if !total {
        return super::material::skip("no order");
    }
    let order = trial.names().join(", ");
    let (skip, limit) = (trial.write.choices.below(3), trial.write.choices.below(5));
    let word = trial.write.choices.pick(&["SKIP", "OFFSET"]).to_owned();
    let page = format!("ORDER BY {order} {word} {skip} LIMIT {limit}");
    let tail = trial.tail();
    trial.equivalent(
        &format!("{before}WITH {with} {page}\n{tail}"),
        &format!("{before}WITH {with}\n{page}\n{tail}"),
    )
}

/// `CALL (*) { MATCH … RETURN … }` is that MATCH.
fn match_in_call(trial: &mut Trial<'_>) -> Checked {
    called(trial, "MATCH", "CALL")
}

/// `OPTIONAL CALL (*) { MATCH … RETURN … }` is OPTIONAL MATCH.
fn optional_call(trial: &mut Trial<'_>) -> Checked {
    called(trial, "OPTIONAL MATCH", "OPTIONAL CALL")
}

fn called(trial: &mut Trial<'_>, outside: &str, call: &str) -> Checked {
    let before = trial.before();
    let known = trial.write.scope.len();
    let pattern = trial.write.pattern(Shape::FULL);
    let condition = trial.condition();
    let mut new = trial.new_names(known);
    if new.is_empty() {
        new.push("1 AS z0".into());
    }
    let columns = new.join(", ");
    let tail = trial.tail();
    trial.equivalent(
        &format!("{before}{outside} {pattern} WHERE {condition}\n{tail}"),
        &format!(
            "{before}{call} (*) {{ MATCH {pattern} WHERE {condition} RETURN {columns} }}\n{tail}"
        ),
    )
}

/// Rows collected as maps and unwound again.
fn collected(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let names = trial.names();
    let map: Vec<String> = names.iter().map(|name| format!("{name}: {name}")).collect();
    let back: Vec<String> = names.iter().map(|name| format!("m0.{name} AS {name}")).collect();
    trial.equivalent(
        &format!("{before}RETURN {}", names.join(", ")),
        &format!(
            "{before}WITH collect({{{}}}) AS l0\nUNWIND l0 AS m0\nRETURN {}",
            map.join(", "),
            back.join(", ")
        ),
    )
}
