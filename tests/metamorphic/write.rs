//! What is written: twice as once, undone as never done, one way as another.

use super::trial::{Stop, equal, same};
use super::{Checked, Relation, Trial};
use crate::random::canonical;
use crate::random::graph::TYPES;
use crate::random::scope::Type;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "MERGE twice is MERGE once", hold: merge_twice },
    Relation { name: "MERGE creates what is not there", hold: merge_is_create },
    Relation { name: "what is rolled back was not done", hold: rollback },
    Relation { name: "a statement that fails was not done", hold: failure },
    Relation { name: "CREATE and DELETE are nothing", hold: create_and_delete },
    Relation { name: "what was created can be deleted later", hold: deleted_later },
    Relation { name: "CREATE in pieces", hold: create_in_pieces },
    Relation { name: "FOREACH is UNWIND", hold: foreach_is_unwind },
    Relation { name: "SET twice and in pieces is SET once", hold: set_twice },
    Relation { name: "SET of what is there is nothing", hold: set_of_the_same },
    Relation { name: "a write in CALL is a write", hold: write_in_call },
    Relation { name: "statements in a transaction are statements", hold: transaction },
    Relation { name: "counters tell what has changed", hold: counters },
    Relation { name: "DETACH DELETE is DELETE of all that hangs on it", hold: detach },
    Relation { name: "what a write creates it does not see", hold: own_changes },
];

/// Clauses before a write, with a node in scope.
fn rows(trial: &mut Trial<'_>) -> (String, String) {
    let before = trial.some_rows();
    if let Some(node) = trial.write.variable(Type::Node) {
        return (before, node);
    }
    let node = trial.write.declare("n", Type::Node);
    (format!("{before}MATCH ({node}:A)\n"), node)
}

/// A pattern that MERGE takes, with a node that is never null in it.
fn mergeable(trial: &mut Trial<'_>) -> (String, String) {
    let (before, node) = rows(trial);
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let other = trial.write.variable(Type::Node).unwrap_or_else(|| node.clone());
    let value = trial.write.choices.below(3);
    let pattern = match trial.write.choices.below(5) {
        0 => format!("(:A {{i: {value}}})"),
        1 => format!("({node})-[:{kind}]->(:B {{i: {value}}})"),
        2 => format!("({node})-[:{kind} {{i: {value}}}]->({other})"),
        3 => format!("({node})<-[:{kind}]-(:P)-[:U]->({other})"),
        _ => format!("({node})-[:{kind}]-(:B)"),
    };
    (format!("{before}FILTER {node} IS NOT NULL AND {other} IS NOT NULL\n"), pattern)
}

/// `MERGE x MERGE x` leaves what `MERGE x` leaves.
fn merge_twice(trial: &mut Trial<'_>) -> Checked {
    let (before, pattern) = mergeable(trial);
    let once = format!("{before}MERGE {pattern}");
    trial.same_graph(&[&once], &[&format!("{once}\nMERGE {pattern}")])
}

/// `MERGE x` is `CREATE x` where there is no `x`, row by row.
fn merge_is_create(trial: &mut Trial<'_>) -> Checked {
    let (before, pattern) = mergeable(trial);
    if pattern.ends_with("-(:B)") {
        return super::material::skip("no direction");
    }
    let merged = format!("{before}MERGE {pattern}");
    let created =
        format!("{before}CALL (*) {{ FILTER NOT EXISTS {{ {pattern} }} CREATE {pattern} }}");
    trial.same_graph(&[&merged], &[&created])
}

/// Statements of a transaction that is dropped.
fn rollback(trial: &mut Trial<'_>) -> Checked {
    let statements = [(); 2].map(|()| {
        trial.write.scope.clear();
        trial.write.writing_query().text
    });
    trial.write.scope.clear();
    let question = trial.before() + &trial.tail();
    let before = trial.run(&question)?;
    let graph = trial.graph_before();
    let database = trial.database().clone();
    let mut transaction = database.begin().map_err(|error| Stop::Differ(error.to_string()))?;
    for statement in &statements {
        // It may fail, and goes on then.
        let _ = transaction.query(statement).params(crate::random::parameters()).run();
        trial.tell(&format!("in a transaction:\n{statement}"));
    }
    if trial.write.choices.chance(50) {
        transaction.rollback();
    } else {
        drop(transaction);
    }
    equal("the graphs", &graph, &canonical::version(&database.snapshot()))?;
    let after = trial.run(&question)?;
    same(&[&before], &[&after])
}

/// A write after which the statement fails.
fn failure(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let write = trial.write.writing_clause();
    let statement = format!("{before}{write}\nWITH count(*) AS c0\nRETURN 1 / (c0 - c0)");
    trial.tell(&format!("fails:\n{statement}\n  ({node})"));
    let graph = trial.graph_before();
    let database = trial.database().clone();
    let run = database.query(&statement).params(crate::random::parameters()).run();
    if run.is_ok() {
        return Err(Stop::Differ("a division by zero does not fail".into()));
    }
    equal("the graphs", &graph, &canonical::version(&database.snapshot()))
}

/// `CREATE … DELETE …` in one statement.
fn create_and_delete(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let value = trial.write.integer(0);
    let statement = match trial.write.choices.below(4) {
        0 => format!("CREATE (x0:A {{i: {value}}})\nDELETE x0"),
        1 => format!("CREATE (x0:A)-[r0:{kind} {{i: {value}}}]->(y0:B)\nDETACH DELETE x0, y0"),
        2 => {
            format!("FILTER {node} IS NOT NULL\nCREATE ({node})-[r0:{kind}]->(x0:P)\nDELETE r0, x0")
        }
        _ => format!(
            "FILTER {node} IS NOT NULL\nCREATE ({node})-[r0:{kind}]->({node}), (x0:P)-[c0:T]->[r0]\nDETACH DELETE r0, x0"
        ),
    };
    trial.same_graph(&[], &[&format!("{before}{statement}")])
}

/// What is created with a label of its own is deleted by it.
fn deleted_later(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let create = format!(
        "{before}FILTER {node} IS NOT NULL\nCREATE ({node})-[:{kind}]->(:Fresh)-[r0:T]->(:Fresh), (:Fresh)-[:S]->[r0]"
    );
    trial.same_graph(&[], &[&create, "MATCH (x:Fresh) DETACH DELETE x"])
}

/// `CREATE (a)-[r]->(b)` is `CREATE (a) CREATE (b) CREATE (a)-[r]->(b)`.
fn create_in_pieces(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let (i, s) = (trial.write.integer(0), trial.write.string(0));
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let filter = format!("{before}FILTER {node} IS NOT NULL\n");
    let one =
        format!("{filter}CREATE (x0:P {{i: {i}}})-[r0:{kind} {{s: {s}}}]->({node})<-[q0:U]-(y0:Q)");
    let other = format!(
        "{filter}WITH *, {i} AS i0, {s} AS s0\nCREATE (y0:Q)\nCREATE (x0 {{i: i0}})\nSET x0:P\nCREATE (y0)-[q0:U]->({node}), (x0)-[r0:{kind}]->({node})\nSET r0.s = s0"
    );
    trial.same_graph(&[&one], &[&other])
}

/// `FOREACH (x IN l | CREATE …)` is `UNWIND l AS x CREATE …`.
fn foreach_is_unwind(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let list = trial.write.integers(1);
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let filter = format!("{before}FILTER {node} IS NOT NULL\n");
    let write = match trial.write.choices.below(3) {
        0 => "CREATE (:P {i: x0})".to_owned(),
        1 => format!("CREATE ({node})-[:{kind} {{i: x0}}]->(:P)"),
        _ => format!("MERGE ({node})-[:{kind} {{i: coalesce(x0, -7)}}]->(:P)"),
    };
    trial.same_graph(
        &[&format!("{filter}FOREACH (x0 IN {list} | {write})")],
        &[&format!("{filter}UNWIND {list} AS x0\n{write}")],
    )
}

/// A change that does not depend on what it changes.
fn change(trial: &mut Trial<'_>, node: &str) -> String {
    let value = trial.write.integer(0);
    match trial.write.choices.below(5) {
        0 => format!("SET {node}.z = {node}.k"),
        1 => format!("SET {node}:P, {node}.z = {node}.k + 1"),
        2 => format!("SET {node} += {{z: {node}.k, s: null}}"),
        3 => format!("REMOVE {node}.i, {node}:A"),
        _ => format!("SET {node} = {{k: {node}.k, z: {node}.k, y: coalesce({value} * 0, 0)}}"),
    }
}

/// `SET x, y` leaves what `SET x SET y SET x SET y` leaves.
fn set_twice(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let change = change(trial, &node);
    let pieces = if change.starts_with("REMOVE") {
        change.replacen(".i, ", ".i\nREMOVE ", 1)
    } else {
        change.replacen(":P, ", ":P\nSET ", 1)
    };
    let once = format!("{before}{change}");
    trial.same_graph(&[&once], &[&format!("{before}{pieces}\n{pieces}")])
}

/// `SET n = properties(n)`, `SET n += {}` and the like.
fn set_of_the_same(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let change = match trial.write.choices.below(6) {
        0 => format!("SET {node} = properties({node})"),
        1 => format!("SET {node} += {{}}"),
        2 => format!("SET {node}.i = {node}.i, {node}.m = {node}.m"),
        3 => format!("SET {node} = {node}"),
        4 => format!("REMOVE {node}.nowhere, {node}:Nowhere"),
        _ => format!("SET {node} += {node}"),
    };
    trial.same_graph(&[], &[&format!("{before}{change}")])
}

/// `CALL (*) { … }` around a clause that writes.
fn write_in_call(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let filter = format!("{before}FILTER {node} IS NOT NULL\n");
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let value = trial.write.integer(0);
    let write = match trial.write.choices.below(4) {
        0 => change(trial, &node),
        1 => format!("CREATE ({node})-[:{kind} {{i: {node}.k}}]->(:P)"),
        2 => format!("MERGE ({node})-[:{kind}]->(:B {{i: 1}})"),
        _ => format!("CREATE (:P {{i: 0 * coalesce({value}, 1)}})"),
    };
    trial.same_graph(&[&format!("{filter}{write}")], &[&format!("{filter}CALL (*) {{ {write} }}")])
}

/// Statements one after the other, and in one transaction.
fn transaction(trial: &mut Trial<'_>) -> Checked {
    let statements = [(); 2].map(|()| {
        trial.write.scope.clear();
        trial.write.writing_query().text
    });
    trial.sound(&[&statements[0], &statements[1]])?;
    let alone = trial.graph_after(&[&statements[0], &statements[1]])?;
    let copy = trial.copy();
    let mut transaction = copy.begin().map_err(|error| Stop::Differ(error.to_string()))?;
    for statement in &statements {
        trial.run_in(&mut transaction, statement)?;
    }
    transaction.commit().map_err(|error| Stop::Differ(error.to_string()))?;
    equal("the graphs", &alone, &canonical::version(&copy.snapshot()))
}

/// The counters of nodes and relationships are the difference of the graphs.
fn counters(trial: &mut Trial<'_>) -> Checked {
    let statement = trial.write.writing_query().text;
    let copy = trial.copy();
    let before = copy.snapshot();
    let counters = trial.run_on(&copy, &statement)?.result.counters;
    let after = copy.snapshot();
    let told = [
        counters.nodes_created as i64 - counters.nodes_deleted as i64,
        counters.relationships_created as i64 - counters.relationships_deleted as i64,
    ];
    let seen = [
        after.node_count() as i64 - before.node_count() as i64,
        after.relationship_count() as i64 - before.relationship_count() as i64,
    ];
    if told == seen {
        return Ok(());
    }
    Err(Stop::Differ(format!("the counters tell {told:?}, the graphs {seen:?}")))
}

/// `DETACH DELETE n` is the same after what hangs on it was deleted with its claims.
fn detach(trial: &mut Trial<'_>) -> Checked {
    let label = trial.write.choices.pick(&["A", "B", "C"]).to_owned();
    let whole = format!("MATCH (n:{label}) DETACH DELETE n");
    let pieces = [
        format!("MATCH (n:{label})-[r]-() DETACH DELETE r"),
        format!("MATCH (n:{label})-[r]-[] DETACH DELETE r"),
        format!("MATCH (n:{label}) DELETE n"),
    ];
    trial.same_graph(&[&whole], &[&pieces[0], &pieces[1], &pieces[2]])
}

/// The values that a CREATE computes are those of the graph before it.
fn own_changes(trial: &mut Trial<'_>) -> Checked {
    let (before, node) = rows(trial);
    let kind = trial.write.choices.pick(&TYPES).to_owned();
    let value = trial.write.integer(2);
    let filter = format!("{before}FILTER {node} IS NOT NULL\n");
    let create = |value: &str| {
        format!(
            "CREATE ({node})-[:{kind} {{i: {value}}}]->(:P {{i: {value}}}), (:Q {{i: {value}}})"
        )
    };
    trial.same_graph(
        &[&format!("{filter}{}", create(&value))],
        &[&format!("{filter}WITH *, {value} AS i0\n{}", create("i0"))],
    )
}
