//! Rows in their order, parts of them, and groups.

use super::trial::{among, opposite, same_order};
use super::{Checked, Relation, Trial};

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "LIMIT gives some of the rows", hold: limit },
    Relation { name: "SKIP leaves some of the rows out", hold: skip },
    Relation { name: "pages make the whole", hold: pages },
    Relation { name: "ORDER BY changes only the order", hold: order },
    Relation { name: "DESC is the opposite order", hold: descending },
    Relation { name: "NULLS FIRST and NULLS LAST move the nulls", hold: nulls },
    Relation { name: "the first of an order is the least", hold: least },
    Relation { name: "DISTINCT is grouping", hold: distinct_is_grouping },
    Relation { name: "DISTINCT twice is once", hold: distinct_twice },
    Relation { name: "count(DISTINCT) counts distinct rows", hold: count_distinct },
    Relation { name: "sum is a sum over groups", hold: sum_of_groups },
    Relation { name: "count(*) is the number of rows", hold: count },
    Relation { name: "matches are counted as rows are", hold: counted_matches },
    Relation { name: "collect is COLLECT of the query", hold: collect },
];

/// Clauses and a RETURN of named columns that can be ordered by.
fn columns(trial: &mut Trial<'_>) -> (String, Vec<String>) {
    let before = trial.some_rows();
    let (items, total) = trial.write.columns(false);
    let mut names = trial.names();
    if !total {
        names.clear();
    }
    (format!("{before}RETURN {items}"), names)
}

/// `LIMIT n` gives `n` of the rows, or all.
fn limit(trial: &mut Trial<'_>) -> Checked {
    let (query, _) = columns(trial);
    let count = trial.write.choices.below(6);
    let whole = trial.run(&query)?;
    let some = trial.run(&format!("{query} LIMIT {count}"))?;
    among(&some, &whole, count.min(whole.result.rows.len()))
}

/// `SKIP n` leaves `n` of the rows out.
fn skip(trial: &mut Trial<'_>) -> Checked {
    let (query, _) = columns(trial);
    let count = trial.write.choices.below(6);
    let word = trial.write.choices.pick(&["SKIP", "OFFSET"]).to_owned();
    let whole = trial.run(&query)?;
    let some = trial.run(&format!("{query} {word} {count}"))?;
    among(&some, &whole, whole.result.rows.len().saturating_sub(count))
}

/// `ORDER BY …` with each name in some direction.
fn ordered(trial: &mut Trial<'_>, names: &[String]) -> String {
    let directions = ["", " DESC", " NULLS FIRST", " DESC NULLS LAST"];
    let keys: Vec<String> = names
        .iter()
        .map(|name| format!("{name}{}", directions[trial.write.choices.below(4)]))
        .collect();
    format!(" ORDER BY {}", keys.join(", "))
}

/// `LIMIT a`, `SKIP a LIMIT b` and `SKIP a + b` one after the other are all rows.
fn pages(trial: &mut Trial<'_>) -> Checked {
    let (query, names) = columns(trial);
    if names.is_empty() {
        return super::material::skip("no order");
    }
    let query = query + &ordered(trial, &names);
    let (a, b) = (trial.write.choices.below(5), trial.write.choices.below(4));
    let whole = trial.run(&query)?;
    let pages = [
        trial.run(&format!("{query} LIMIT {a}"))?,
        trial.run(&format!("{query} SKIP {a} LIMIT {b}"))?,
        trial.run(&format!("{query} SKIP {}", a + b))?,
    ];
    same_order(&[&whole], &pages.iter().collect::<Vec<_>>())
}

/// The rows with ORDER BY are those without.
fn order(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let keys = [(); 2].map(|()| trial.write.any(2));
    let tail = trial.row_tail();
    let direction = trial.write.choices.pick(&["", " DESC", " NULLS FIRST"]).to_owned();
    let other = format!("{before}WITH * ORDER BY {}{direction}, {}\n{tail}", keys[0], keys[1]);
    trial.equivalent(&format!("{before}{tail}"), &other)
}

/// `ORDER BY x DESC` is `ORDER BY x` from the end.
fn descending(trial: &mut Trial<'_>) -> Checked {
    let (query, names) = columns(trial);
    if names.is_empty() {
        return super::material::skip("no order");
    }
    let up = trial.run(&format!("{query} ORDER BY {}", names.join(", ")))?;
    let down = trial.run(&format!("{query} ORDER BY {} DESC", names.join(" DESC, ")))?;
    opposite(&up, &down)
}

/// The nulls stand where they are asked to, and the rest in its order.
fn nulls(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let value = trial.write.any(1);
    let direction = trial.write.choices.pick(&["", " DESC"]).to_owned();
    let query = |rest: &str| format!("{before}WITH {value} AS x{rest}");
    let first = trial.run(&format!("{}\nRETURN x ORDER BY x{direction} NULLS FIRST", query("")))?;
    let last = trial.run(&format!("{}\nRETURN x ORDER BY x{direction} NULLS LAST", query("")))?;
    let rest = query(" WHERE x IS NOT NULL");
    let rest = trial.run(&format!("{rest}\nRETURN x ORDER BY x{direction}"))?;
    let null = trial.run(&format!("{}\nRETURN x", query(" WHERE x IS NULL")))?;
    same_order(&[&first], &[&null, &rest])?;
    same_order(&[&last], &[&rest, &null])
}

/// `min(x)` is the first of `ORDER BY x`, `max(x)` the first of `ORDER BY x DESC`.
fn least(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let value = trial.write.any(2);
    let (function, direction) = [("min", ""), ("max", " DESC")][trial.write.choices.below(2)];
    trial.equivalent(
        &format!("{before}RETURN {function}({value}) AS x"),
        &format!(
            "CALL () {{\n{before}WITH {value} AS x WHERE x IS NOT NULL RETURN x ORDER BY x{direction} LIMIT 1\n}}\nRETURN head(collect(x)) AS x"
        ),
    )
}

/// `RETURN DISTINCT a, b` is `WITH a, b, count(*) AS c RETURN a, b`.
fn distinct_is_grouping(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (items, _) = trial.write.columns(false);
    let names = trial.names().join(", ");
    trial.equivalent(
        &format!("{before}RETURN DISTINCT {items}"),
        &format!("{before}WITH {items}, count(*) AS c0\nRETURN {names}"),
    )
}

/// `DISTINCT` of distinct rows, or of rows that stand twice, changes nothing.
fn distinct_twice(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (items, _) = trial.write.columns(false);
    let names = trial.names().join(", ");
    let twice = trial.write.choices.pick(&["", "UNWIND [1, 1] AS twice\n"]).to_owned();
    trial.equivalent(
        &format!("{before}RETURN DISTINCT {items}"),
        &format!("{before}WITH DISTINCT {items}\n{twice}RETURN DISTINCT {names}"),
    )
}

/// `count(DISTINCT x)` is `count(x)` over distinct rows, and the size of a distinct list.
fn count_distinct(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let value = trial.write.any(2);
    let query = format!("{before}RETURN count(DISTINCT {value}) AS c");
    trial
        .equivalent(&query, &format!("{before}WITH DISTINCT {value} AS x\nRETURN count(x) AS c"))?;
    trial.equivalent(&query, &format!("{before}RETURN size(collect(DISTINCT {value})) AS c"))
}

/// `sum(x)` over all rows is the sum of the sums of groups.
fn sum_of_groups(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (key, value) = (trial.write.any(1), trial.write.integer(2));
    trial.equivalent(
        &format!("{before}RETURN sum({value}) AS s, count({value}) AS c, count(*) AS n"),
        &format!(
            "{before}WITH {key} AS g, sum({value}) AS s, count({value}) AS c, count(*) AS n\nRETURN sum(s) AS s, sum(c) AS c, sum(n) AS n"
        ),
    )
}

/// `count(*)` counts the rows that there are.
fn count(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let rows = trial.run(&format!("{before}RETURN {}", trial.names().join(", ")))?;
    let count = trial.run(&format!("{before}RETURN count(*) AS c"))?;
    let counted = count.result.single().and_then(dossier::value::Value::as_integer);
    if counted == Some(rows.result.rows.len() as i64) {
        return Ok(());
    }
    Err(super::Stop::Differ(format!("count(*) is {counted:?}")))
}

/// What is counted of a pattern's matches is what is counted of the rows that they make.
fn counted_matches(trial: &mut Trial<'_>) -> Checked {
    let text = trial.write.counting().text;
    trial.rewritten(&text, |text| text.replace("\nRETURN ", "\nUNWIND [1] AS once\nRETURN "))
}

/// `collect(x)` is `COLLECT { … RETURN x }`, nulls aside.
fn collect(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let value = trial.write.any(2);
    trial.equivalent(
        &format!("{before}RETURN collect({value}) AS l"),
        &format!(
            "RETURN [x0 IN COLLECT {{ {before}RETURN {value} AS x }} WHERE x0 IS NOT NULL] AS l"
        ),
    )
}
