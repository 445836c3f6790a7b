//! Queries made of queries: UNION and its kin, NEXT, CALL around a whole query, WHEN.

use super::trial::same;
use super::{Checked, Relation, Trial};
use crate::random::scope::Variable;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "UNION ALL is a sum", hold: union_all },
    Relation { name: "UNION is UNION ALL made distinct", hold: union },
    Relation { name: "EXCEPT ALL and INTERSECT ALL are the whole", hold: all_in_two },
    Relation { name: "EXCEPT and INTERSECT are the distinct whole", hold: distinct_in_two },
    Relation { name: "INTERSECT is the same from both sides", hold: intersect },
    Relation { name: "OTHERWISE is the first with rows", hold: otherwise },
    Relation { name: "NEXT goes on with the columns", hold: next },
    Relation { name: "CALL around a query changes nothing", hold: call_around },
    Relation { name: "braces around a query change nothing", hold: braces },
    Relation { name: "WHEN takes the branch that is true", hold: when },
    Relation { name: "UNION in CALL is UNION for each row", hold: union_in_call },
];

/// Two queries with the columns `a` and `b`.
fn arms(trial: &mut Trial<'_>) -> [String; 2] {
    [(); 2].map(|()| arm(trial))
}

fn arm(trial: &mut Trial<'_>) -> String {
    let known: Vec<Variable> = std::mem::take(&mut trial.write.scope);
    let clauses = trial.before() + &trial.write.matching("MATCH");
    // Few values, so that arms have rows in common.
    let b = trial.write.integer(0);
    let a = match trial.write.choices.below(4) {
        0 => trial.write.any(0),
        1 => trial.write.integer(1),
        2 => trial.write.boolean(1, false),
        _ => trial.write.string(0),
    };
    let distinct = if trial.write.choices.chance(20) { "DISTINCT " } else { "" };
    trial.write.scope = known;
    format!("{clauses}\nRETURN {distinct}{a} AS a, {b} AS b")
}

/// `x UNION ALL y` has the rows of both.
fn union_all(trial: &mut Trial<'_>) -> Checked {
    let arms = arms(trial);
    trial.adds_up(&arms.join("\nUNION ALL\n"), &arms)
}

/// `x UNION y` has each row of `x UNION ALL y` once.
fn union(trial: &mut Trial<'_>) -> Checked {
    let arms = arms(trial);
    let all = arms.join("\nUNION ALL\n");
    trial.equivalent(
        &arms.join("\nUNION\n"),
        &format!("CALL () {{\n{all}\n}}\nRETURN DISTINCT a, b"),
    )
}

/// `x EXCEPT ALL y` and `x INTERSECT ALL y` have the rows of `x`.
fn all_in_two(trial: &mut Trial<'_>) -> Checked {
    let arms = arms(trial);
    let parts = [arms.join("\nEXCEPT ALL\n"), arms.join("\nINTERSECT ALL\n")];
    trial.adds_up(&arms[0], &parts)
}

/// `x EXCEPT y` and `x INTERSECT y` have each row of `x` once.
fn distinct_in_two(trial: &mut Trial<'_>) -> Checked {
    let arms = arms(trial);
    let whole = format!("CALL () {{\n{}\n}}\nRETURN DISTINCT a, b", arms[0]);
    let parts = [arms.join("\nEXCEPT\n"), arms.join("\nINTERSECT DISTINCT\n")];
    trial.adds_up(&whole, &parts)
}

/// `x INTERSECT y` is `y INTERSECT x`.
fn intersect(trial: &mut Trial<'_>) -> Checked {
    let mut arms = arms(trial);
    let word = trial.write.choices.pick(&["\nINTERSECT\n", "\nINTERSECT ALL\n"]).to_owned();
    let one = arms.join(&word);
    arms.reverse();
    trial.equivalent(&one, &arms.join(&word))
}

/// `x OTHERWISE y` is `x`, or `y` where that has no rows.
fn otherwise(trial: &mut Trial<'_>) -> Checked {
    let arms = arms(trial);
    let answers = [trial.run(&arms[0])?, trial.run(&arms[1])?];
    let both = trial.run(&arms.join("\nOTHERWISE\n"))?;
    let taken = usize::from(answers[0].result.rows.is_empty());
    same(&[&both], &[&answers[taken]])
}

/// `… RETURN x NEXT …` is the query in one piece.
fn next(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let names = trial.names().join(", ");
    let after = trial.write.matching("MATCH");
    let tail = trial.tail();
    trial.equivalent(
        &format!("{before}{after}\n{tail}"),
        &format!("{before}RETURN {names}\nNEXT\n{after}\n{tail}"),
    )
}

/// `CALL () { query } RETURN *` is the query.
fn call_around(trial: &mut Trial<'_>) -> Checked {
    let text = whole(trial);
    trial.equivalent(&text, &format!("CALL () {{\n{text}\n}}\nRETURN *"))
}

/// `{ query }` is the query.
fn braces(trial: &mut Trial<'_>) -> Checked {
    let text = whole(trial);
    trial.equivalent(&text, &format!("{{\n{text}\n}}"))
}

fn whole(trial: &mut Trial<'_>) -> String {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    format!("{before}{matching}\n{}", trial.tail())
}

/// `WHEN false THEN x WHEN true THEN y ELSE z` is `y`.
fn when(trial: &mut Trial<'_>) -> Checked {
    let [x, y] = arms(trial);
    let query = match trial.write.choices.below(3) {
        0 => format!("WHEN false THEN {{\n{x}\n}} WHEN true THEN {{\n{y}\n}}"),
        1 => format!("WHEN null THEN {{\n{x}\n}} ELSE {{\n{y}\n}}"),
        _ => format!("WHEN EXISTS {{ (:Nowhere) }} THEN {{\n{x}\n}} ELSE {{\n{y}\n}}"),
    };
    trial.equivalent(&y, &query)
}

/// `CALL (*) { x UNION ALL y }` has the rows of `CALL (*) { x }` and of `CALL (*) { y }`.
fn union_in_call(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let names = trial.names().join(", ");
    let arms = [(); 2].map(|()| {
        let known = trial.write.scope.len();
        let matching = trial.write.matching("MATCH");
        let (a, b) = (trial.write.any(1), trial.write.integer(1));
        trial.write.scope.truncate(known);
        format!("{matching} RETURN {a} AS a, {b} AS b")
    });
    let call = |body: &str| format!("{before}CALL (*) {{\n{body}\n}}\nRETURN {names}, a, b");
    trial.adds_up(&call(&arms.join("\nUNION ALL\n")), &[call(&arms[0]), call(&arms[1])])
}
