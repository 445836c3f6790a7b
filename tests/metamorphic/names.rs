//! Names that are computed, grouping by names, and rows that come from elsewhere.

use super::trial::same;
use super::{Checked, Relation, Trial};
use crate::random::files::FILES;
use crate::random::scope::Type;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "a computed label is a written one", hold: labels },
    Relation { name: "a computed type is a written one", hold: types },
    Relation { name: "a label of each row is CASE over labels", hold: label_of_each_row },
    Relation { name: "a computed key is a written one", hold: keys },
    Relation { name: "writes of computed names are those of written ones", hold: writes },
    Relation { name: "GROUP BY the columns is implicit grouping", hold: group_by_columns },
    Relation { name: "GROUP BY a variable is grouping by a column", hold: group_by_variable },
    Relation { name: "GROUP BY () is one group", hold: group_by_nothing },
    Relation { name: "the procedures of names give the names", hold: catalog },
    Relation { name: "LOAD CSV is UNWIND of its rows", hold: load_csv },
];

/// `:$('A')` is `:A`, alone, of several, and under a negation.
fn labels(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.holed_node();
    let (written, computed) = [
        (":A", ":$('A')"),
        (":A:B", ":$(['A', 'B'])"),
        (":A&B", ":$all(['B', 'A'])"),
        (":A|B", ":$any(['A', 'B'])"),
        (":!A", ":!$('A')"),
        (":A&!(B|C)", ":A&!$any(['C', 'B'])"),
        (":A|B", ":A|$('B')"),
        (":Nowhere", ":$any([])"),
        ("", ":$([])"),
    ][trial.write.choices.below(9)];
    let condition = trial.condition();
    let tail = trial.tail();
    let [one, other] = [written, computed].map(|labels| {
        format!("{before}MATCH {} WHERE {condition}\n{tail}", pattern.with(labels, ""))
    });
    trial.equivalent(&one, &other)
}

/// `[:$('T')]` is `[:T]`.
fn types(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let arrows = trial.arrows();
    let pattern = trial.holed_relationship(arrows);
    let (written, computed) = [
        (":T", ":$('T')"),
        (":S|T", ":$any(['S', 'T'])"),
        (":S|T", ":S|$('T')"),
        (":!S", ":!$('S')"),
        (":S", ":$(['S', 'S'])"),
        (":Nowhere", ":$(['S', 'T'])"),
    ][trial.write.choices.below(6)];
    let condition = trial.condition();
    let tail = trial.tail();
    let word = trial.write.choices.pick(&["MATCH", "OPTIONAL MATCH"]).to_owned();
    let [one, other] = [written, computed].map(|types| {
        format!("{before}{word} {} WHERE {condition}\n{tail}", pattern.with(types, ""))
    });
    trial.equivalent(&one, &other)
}

/// A label that each row computes for itself.
fn label_of_each_row(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let condition = trial.write.boolean(1, false);
    let name = trial.write.declare("n", Type::Node);
    let more = trial.condition();
    let tail = trial.tail();
    let let_it = format!("{before}LET z0 = CASE WHEN {condition} THEN 'A' ELSE 'B' END\n");
    trial.equivalent(
        &format!("{let_it}MATCH ({name}:$(z0)) WHERE {more}\n{tail}"),
        &format!(
            "{let_it}MATCH ({name}) WHERE (CASE z0 WHEN 'A' THEN {name}:A ELSE {name}:B END) AND ({more})\n{tail}"
        ),
    )
}

/// `n['i']` is `n.i`.
fn keys(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let name = match trial.write.variable(Type::Node) {
        Some(name) => name,
        None => trial.write.declare("n", Type::Node),
    };
    let key = trial.write.choices.pick(&["i", "k", "m", "s", "g", "none"]).to_owned();
    let value = trial.write.any(1);
    let operator = trial.write.choices.pick(&["=", "<>", "<", "IN"]).to_owned();
    let value = if operator == "IN" { format!("[{value}, 1]") } else { value };
    let tail = trial.tail();
    let query = |access: &str| {
        format!(
            "{before}MATCH ({name}) WHERE {name}{access} {operator} {value}\nLET z1 = {name}{access}\n{tail}"
        )
    };
    let one = trial.run(&query(&format!(".{key}")))?;
    for access in [format!("['{key}']"), format!("[head(['{key}'])]")] {
        let other = trial.run(&query(&access))?;
        same(&[&one], &[&other])?;
    }
    Ok(())
}

/// CREATE, MERGE, SET and REMOVE.
fn writes(trial: &mut Trial<'_>) -> Checked {
    let reading = trial.some_rows();
    let name = match trial.write.variable(Type::Node) {
        Some(name) => name,
        None => "z0".into(),
    };
    let start = if name == "z0" { format!("{reading}MATCH (z0)\n") } else { reading };
    let start = format!("{start}WITH DISTINCT {name} WHERE {name} IS NOT NULL\n");
    let (written, computed) = [
        ("SET @:A:B, @.i = 1", "SET @:$(['A', 'B']), @['i'] = 1"),
        ("REMOVE @:A, @.i", "REMOVE @:$('A'), @['i']"),
        ("CREATE (@)-[:T]->(:A:B {i: 1})", "CREATE (@)-[:$('T')]->(:$(['A']):$('B') {i: 1})"),
        ("MERGE (@)-[:S]->(@)", "MERGE (@)-[:$('S')]->(@)"),
        ("MERGE (z1:A {i: 1}) SET z1.s = 'x'", "MERGE (z1:$('A') {i: 1}) SET z1['s'] = 'x'"),
    ][trial.write.choices.below(5)];
    let [one, other] = [written, computed].map(|text| start.clone() + &text.replace('@', &name));
    trial.sound(&[&one])?;
    trial.same_graph(&[&one], &[&other])
}

/// `RETURN a, count(*) GROUP BY a` is `RETURN a, count(*)`.
fn group_by_columns(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let keys: Vec<(String, String)> = (0..=trial.write.choices.below(2))
        .map(|number| (trial.write.any(1), format!("g{number}")))
        .collect();
    let (aggregate, _) = trial.write.aggregate();
    let columns: Vec<String> =
        keys.iter().map(|(value, name)| format!("{value} AS {name}")).collect();
    let names: Vec<&str> = keys.iter().map(|(_, name)| name.as_str()).collect();
    let implicit = format!("{} , {aggregate} AS a0", columns.join(", "));
    let word = trial.write.choices.pick(&["", "DISTINCT "]).to_owned();
    let one = format!("{before}RETURN {word}{implicit}");
    trial.equivalent(&one, &format!("{one} GROUP BY {}", names.join(", ")))
}

/// `RETURN count(*) GROUP BY n` is `WITH n, count(*) AS c RETURN c`.
fn group_by_variable(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let name = trial.write.declare("n", Type::Node);
    let condition = trial.condition();
    let (aggregate, _) = trial.write.aggregate();
    let matching = format!("{before}MATCH ({name}) WHERE {condition}\n");
    let read = trial.write.choices.pick(&["@.k", "labels(@)", "coalesce(@.i, -1)"]);
    let read = read.replace('@', &name);
    trial.equivalent(
        &format!("{matching}RETURN {read} AS r0, {aggregate} AS a0 GROUP BY {name}"),
        &format!("{matching}WITH {name}, {aggregate} AS a0\nRETURN {read} AS r0, a0"),
    )
}

/// `RETURN count(*) GROUP BY ()` is `RETURN count(*)`; without an aggregate it is a row.
fn group_by_nothing(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let (aggregate, _) = trial.write.aggregate();
    let (other, _) = trial.write.aggregate();
    let columns = format!("{aggregate} AS a0, {other} AS a1");
    let one = format!("{before}RETURN {columns}");
    trial.equivalent(&one, &format!("{one} GROUP BY ()"))?;
    trial.equivalent(&format!("{before}RETURN 'all' AS a0 GROUP BY ()"), "RETURN 'all' AS a0")
}

/// `db.labels()` and its kin give what the elements have.
fn catalog(trial: &mut Trial<'_>) -> Checked {
    let ends = ["()-[x]->()", "()-[x]->[]", "[]-[x]->()", "[]-[x]->[]"];
    let of_each = |value: &str| {
        let each = ends.map(|pattern| format!("MATCH {pattern} RETURN {value}"));
        each.join("\nUNION ")
    };
    let types = of_each("type(x) AS name");
    let (call, query) = match trial.write.choices.below(3) {
        0 => (
            "CALL db.labels() YIELD label AS name RETURN name".to_owned(),
            "MATCH (n) UNWIND labels(n) AS name RETURN DISTINCT name".to_owned(),
        ),
        1 => (
            "CALL db.relationshipTypes() YIELD relationshipType AS name RETURN name".to_owned(),
            types,
        ),
        _ => (
            "CALL db.schema.nodeTypeProperties() YIELD nodeLabels, propertyName, mandatory\nUNWIND CASE nodeLabels WHEN [] THEN [null] ELSE nodeLabels END AS label RETURN DISTINCT label, propertyName AS key"
                .to_owned(),
            "MATCH (n) UNWIND CASE labels(n) WHEN [] THEN [null] ELSE labels(n) END AS label UNWIND keys(n) AS key RETURN DISTINCT label, key"
                .to_owned(),
        ),
    };
    trial.equivalent(&query, &call)
}

/// The rows of a file that are written down.
fn load_csv(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let rows = [
        "[{i: '1', s: 'a', b: 'true'}, {i: null, s: '', b: 'false'}, {i: '2', s: 'a \"b\", c', b: null}, {i: '3', s: null, b: null}, {i: '-1', s: 'b', b: 'true'}]",
        "[{i: '7', s: 'x\\ny'}]",
        "[]",
        "[]",
    ];
    let place = trial.write.choices.below(FILES.len());
    let name = FILES[place].0;
    let row = trial.write.declare("u", Type::Any);
    let condition = trial.condition();
    let tail = trial.tail();
    let rest = format!("FILTER {condition}\n{tail}");
    trial.equivalent(
        &format!("{before}LOAD CSV WITH HEADERS FROM '{name}' AS {row}\n{rest}"),
        &format!("{before}UNWIND {} AS {row}\n{rest}", rows[place]),
    )
}
