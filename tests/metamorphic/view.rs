//! Views: what they show by their definition, in any order, and how much of it.

use super::material::skip;
use super::trial::{Answer, Stop, among, same};
use super::{Checked, Relation, Trial};
use dossier::store::{Graph, Perspective, View};
use dossier::value::Value;

pub(super) const RELATIONS: &[Relation] = &[
    Relation {
        name: "where nothing is claimed every view shows everything",
        hold: nothing_claimed,
    },
    Relation {
        name: "no prefix is ACCORDING TO nobody with everything as background",
        hold: nobody,
    },
    Relation { name: "prefixes may stand in any order", hold: any_order },
    Relation {
        name: "a view shows the graph from which the rest was deleted",
        hold: the_rest_deleted,
    },
    Relation { name: "ACCORDING TO by its definition", hold: according_to },
    Relation { name: "STRICTLY ACCORDING TO by its definition", hold: strictly },
    Relation { name: "UNDISPUTED by its definition", hold: undisputed },
    Relation { name: "AS OF by its definition", hold: as_of },
    Relation { name: "BEST by its definition", hold: best },
    Relation { name: "UNDISPUTED shows a part of the whole", hold: undisputed_is_less },
    Relation { name: "STRICTLY shows a part of ACCORDING TO", hold: strictly_is_less },
    Relation { name: "more confidence shows a part of less", hold: confident_is_less },
    Relation { name: "two prefixes show what both of them show", hold: both },
    Relation { name: "of several claimants any one suffices", hold: any_claimant },
    Relation { name: "outside of every interval is what has none", hold: outside },
    Relation { name: "what a claimant denies is not there for them", hold: denied },
    Relation { name: "CREATE according to somebody is CREATE and ASSERTS", hold: create },
];

/// A query that reads, whose rows may be compared in any order.
fn question(trial: &mut Trial<'_>) -> String {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let tail = trial.tail();
    format!("{before}{matching}\n{tail}")
}

/// Without claims, ranks and validity there is nothing to hide, whoever is asked.
fn nothing_claimed(trial: &mut Trial<'_>) -> Checked {
    trial.see_all();
    if trial.graph_before().is_empty() || trial.has_claims() {
        return skip("claims, or no claimants");
    }
    let text = question(trial);
    // STRICTLY asks for assertions.
    let mut views = trial.write.views();
    views.iter_mut().for_each(|view| *view = view.replace("STRICTLY ", ""));
    views.retain(|view| !view.contains("ASSERTS") && !view.contains("'N0'"));
    let one = trial.run(&text)?;
    let labelled = ["(:A)", "(:B)", "(:C)"].iter().any(|none| views.join("").contains(none));
    if labelled {
        return skip("perhaps nobody");
    }
    let other = trial.run_seen(&views, &text)?;
    same(&[&one], &[&other])
}

/// Once nobody makes claims, everything is background: for somebody who says nothing, and for
/// nobody at all.
fn nobody(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let copy = trial.copy();
    for pattern in ["()-[c]->()", "()-[c]->[]", "[]-[c]->()", "[]-[c]->[]"] {
        let delete = format!("MATCH {pattern} WHERE c:ASSERTS|DENIES DETACH DELETE c");
        trial.run_on(&copy, &delete)?;
    }
    trial.run_on(&copy, "CREATE (:Silent {k: 901})")?;
    let text = question(trial);
    let one = trial.run_seen_on(&copy, &[], &text)?;
    let other = trial.run_seen_on(&copy, &["ACCORDING TO (who:Silent)".to_owned()], &text)?;
    same(&[&one], &[&other])?;
    let view = View { according_to: Some(Perspective::default()), ..View::default() };
    let graph = copy.snapshot();
    let seen = graph.seen(&view).map_err(|error| Stop::Differ(error.to_string()))?;
    let counts = |graph: &Graph| [graph.node_count(), graph.relationship_count()].map(|n| n as i64);
    alike("nodes and relationships for nobody", &counts(&seen), &counts(&graph))
}

/// `UNDISPUTED AS OF …` is `AS OF … UNDISPUTED`.
fn any_order(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let views = trial.write.views();
    let mut turned = views.clone();
    turned.rotate_left(1);
    if trial.write.choices.chance(50) {
        turned.reverse();
    }
    let text = question(trial);
    let one = trial.run_seen(&views, &text)?;
    let other = trial.run_seen(&turned, &text)?;
    same(&[&one], &[&other])
}

/// The statement that gives the `k` of every element, in a column.
const EVERYTHING: &str = "MATCH (n) RETURN n.k AS k
UNION ALL MATCH ()-[r]->() RETURN r.k AS k
UNION ALL MATCH ()-[r]->[] RETURN r.k AS k
UNION ALL MATCH []-[r]->() RETURN r.k AS k
UNION ALL MATCH []-[r]->[] RETURN r.k AS k";

/// The integers of an answer, in order.
fn numbers(answer: &Answer) -> Vec<i64> {
    let mut numbers: Vec<i64> =
        answer.result.rows.iter().flatten().filter_map(Value::as_integer).collect();
    numbers.sort_unstable();
    numbers
}

/// Two lists of numbers that have to be equal.
fn alike(what: &str, ours: &[i64], theirs: &[i64]) -> Checked {
    if ours == theirs {
        return Ok(());
    }
    Err(Stop::Differ(format!("{what}: {ours:?} and {theirs:?}")))
}

/// A query under a view is the query on a graph that holds only what the view shows.
fn the_rest_deleted(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let views = trial.write.views();
    let shown = numbers(&trial.run_seen(&views, EVERYTHING)?);
    let text = question(trial);
    let one = trial.run_seen(&views, &text)?;
    let copy = trial.copy();
    for pattern in ["()-[x]->()", "()-[x]->[]", "[]-[x]->()", "[]-[x]->[]", "(x)"] {
        let delete = format!("MATCH {pattern} WHERE NOT x.k IN {shown:?} DETACH DELETE x");
        trial.run_on(&copy, &delete)?;
    }
    let other = trial.run_on(&copy, &text)?;
    same(&[&one], &[&other])
}

/// What a view shows of nodes and of the relationships between them is what Cypher finds by
/// the condition that defines it; `@` stands for the statement, in its brackets.
fn defined(trial: &mut Trial<'_>, view: &str, condition: impl Fn(&str, &str) -> String) -> Checked {
    let nodes = "MATCH (n) RETURN n AS x";
    let seen = trial.run_seen(&[view.to_owned()], nodes)?;
    let whole = format!("MATCH (n) WHERE {} RETURN n AS x", condition("n", "(n)"));
    let found = trial.run(&whole)?;
    same(&[&seen], &[&found])?;
    let relationships = "MATCH (a)-[r]->(b) RETURN a, r, b";
    let seen = trial.run_seen(&[view.to_owned()], relationships)?;
    let conditions = [condition("a", "(a)"), condition("b", "(b)"), condition("r", "[r]")];
    let whole = format!("MATCH (a)-[r]->(b) WHERE {} RETURN a, r, b", conditions.join("\n AND "));
    let found = trial.run(&whole)?;
    same(&[&seen], &[&found])?;
    let claims = "MATCH (a)-[c]->[r]<-[s]-(b) RETURN a, c, r, s, b";
    let seen = trial.run_seen(&[view.to_owned()], claims)?;
    let of = ["a", "b"].map(|name| condition(name, &format!("({name})")));
    let on = ["c", "r", "s"].map(|name| condition(name, &format!("[{name}]")));
    // The ends of what is claimed may be claims, which nothing is said of here.
    let ends = ["startNode(r)", "endNode(r)"].map(|end| {
        format!(
            "COLLECT {{ MATCH (e) WHERE e = {end} AND {} RETURN e }} = [{end}]",
            condition("e", "(e)")
        )
    });
    let all = of.into_iter().chain(on).chain(ends).collect::<Vec<_>>().join("\n AND ");
    let plain = "MATCH (a)-[c]->[r]<-[s]-(b), ()-[r]->()";
    let found = trial.run(&format!("{plain} WHERE {all} RETURN a, c, r, s, b"))?;
    let seen_plain =
        trial.run_seen(&[view.to_owned()], &format!("{plain} RETURN a, c, r, s, b"))?;
    among(&seen_plain, &seen, seen_plain.result.rows.len())?;
    same(&[&seen_plain], &[&found])
}

/// Somebody says so of a statement: a subquery.
fn said(who: &str, claim: &str, least: &str, statement: &str) -> String {
    let confident = if least.is_empty() {
        String::new()
    } else {
        format!(" WHERE coalesce(claim.confidence, 1.0) >= {least}")
    };
    format!("EXISTS {{ {who}-[claim:{claim}]->{statement}{confident} }}")
}

/// The number of a node that is there, one of the first.
fn somebody(trial: &mut Trial<'_>) -> usize {
    let nodes = trial.database().snapshot().node_count() as usize;
    trial.write.choices.below(nodes.min(4))
}

/// A claimant by number, with a confidence or none: the prefix, and who and how much it is.
fn claimant(trial: &mut Trial<'_>, strictly: bool) -> [String; 3] {
    let number = somebody(trial);
    let least = trial.write.choices.pick(&["", "", "", "0.7", "0.9", "0.5"]).to_owned();
    let word = if strictly { "STRICTLY " } else { "" };
    let confidence =
        if least.is_empty() { String::new() } else { format!(" WITH CONFIDENCE >= {least}") };
    let prefix = format!("{word}ACCORDING TO (c {{k: {number}}}){confidence}");
    [prefix, format!("({{k: {number}}})"), least]
}

fn vouched([_, who, least]: &[String; 3], statement: &str) -> String {
    let (asserts, denies) =
        (said(who, "ASSERTS", least, statement), said(who, "DENIES", least, statement));
    format!("({asserts} AND NOT {denies})")
}

fn background(statement: &str) -> String {
    let [node, claim] = ["()", "[]"].map(|who| said(who, "ASSERTS|DENIES", "", statement));
    format!("(NOT {node} AND NOT {claim})")
}

/// They assert it and do not deny it, or nobody asserts or denies it.
fn according_to(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let claimant = claimant(trial, false);
    defined(trial, &claimant[0], |_, statement| {
        format!("({} OR {})", vouched(&claimant, statement), background(statement))
    })
}

/// Of relationships only those that they assert.
fn strictly(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let claimant = claimant(trial, true);
    defined(trial, &claimant[0], |_, statement| {
        let vouched = vouched(&claimant, statement);
        if statement.starts_with('(') {
            return format!("({vouched} OR {})", background(statement));
        }
        vouched
    })
}

/// Nobody denies it.
fn undisputed(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    defined(trial, "UNDISPUTED", |name, statement| {
        let [node, claim] = ["()", "[]"].map(|who| said(who, "DENIES", "", statement));
        format!("(NOT {node} AND NOT {claim} AND denied_by({name}) = [])")
    })
}

/// `valid_from` is not after the moment, and `valid_to` is.
fn as_of(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let moment = trial.write.choices.pick(&crate::random::graph::MOMENTS).to_owned();
    defined(trial, &format!("AS OF {moment}"), |name, _| {
        // Two datetimes of one instant are in the order of their zones: instants are compared.
        let instant = |value: &str| {
            format!(
                "CASE WHEN {value} IS :: DATE NOT NULL | LOCAL DATETIME NOT NULL THEN datetime({{date: date({value}), hour: coalesce({value}.hour, 0), timezone: 'Z'}}).epochMillis ELSE {value}.epochMillis END"
            )
        };
        let (from, to, now) = (
            instant(&format!("{name}.valid_from")),
            instant(&format!("{name}.valid_to")),
            instant(&moment),
        );
        format!(
            "(({name}.valid_from IS NULL OR {from} <= {now}) AND ({name}.valid_to IS NULL OR {now} < {to}))"
        )
    })
}

/// It is not deprecated, and no preferred one of its type starts at the same element.
fn best(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    defined(trial, "BEST", |name, statement| {
        let rank = |name: &str, statement: &str| {
            let given = format!(
                "[w IN COLLECT {{ MATCH ()-[claim:ASSERTS]->{statement} RETURN claim }} + COLLECT {{ MATCH []-[claim:ASSERTS]->{statement} RETURN claim }} | CASE coalesce(w.rank, 'normal') WHEN 'preferred' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END]"
            );
            let own = if statement.starts_with('(') {
                format!("{name}.rank")
            } else {
                format!("CASE WHEN {name}:ASSERTS|DENIES THEN null ELSE {name}.rank END")
            };
            format!(
                "CASE {own} WHEN 'preferred' THEN 2 WHEN 'normal' THEN 1 WHEN 'deprecated' THEN 0 ELSE reduce(best = head({given} + [1]), each IN {given} | CASE WHEN each > best THEN each ELSE best END) END"
            )
        };
        let own = rank(name, statement);
        if statement.starts_with('(') {
            return format!("({own}) > 0");
        }
        let beside: String = ["()", "[]"]
            .iter()
            .map(|end| {
                let start = format!("startNode({name})");
                let better = rank("other", "[other]");
                let same = format!("startNode(other) = {start} AND type(other) = type({name})");
                ["()", "[]"]
                    .iter()
                    .map(|from| {
                        format!(" AND NOT EXISTS {{ MATCH {from}-[other]->{end} WHERE {same} AND ({better}) = 2 }}")
                    })
                    .collect::<String>()
            })
            .collect();
        format!("(({own}) = 2 OR (({own}) = 1{beside}))")
    })
}

/// A pattern of which a smaller graph has no more matches, with its names returned.
fn monotone(trial: &mut Trial<'_>) -> String {
    let choices = &mut *trial.write.choices;
    let step = |choices: &mut crate::random::Choices, name: &str| {
        let kind = choices.pick(&["", ":S", ":T|U", ":ASSERTS", "*1..2", "*0..2", "*"]).to_owned();
        match choices.below(3) {
            0 => format!("-[{name}{kind}]->"),
            1 => format!("<-[{name}{kind}]-"),
            _ => format!("-[{name}{kind}]-"),
        }
    };
    let (one, other) = (step(choices, "r"), step(choices, "s"));
    let label = choices.pick(&["", ":A", ":B|C"]);
    let pattern = match choices.below(5) {
        0 => format!("(a{label})"),
        1 => format!("(a{label}){one}(b)"),
        2 => format!("(a){one}(b{label}){other}(c)"),
        3 => "(a)-[r]->[s]".to_owned(),
        _ => format!("(a{label}){one}(b), (c){other}(b)"),
    };
    format!("MATCH {pattern} RETURN *")
}

/// The rows of the first view are among those of the second.
fn less(trial: &mut Trial<'_>, fewer: &[String], more: &[String]) -> Checked {
    let text = monotone(trial);
    let some = trial.run_seen(fewer, &text)?;
    let all = trial.run_seen(more, &text)?;
    among(&some, &all, some.result.rows.len())
}

/// What nobody denies is a part of what there is.
fn undisputed_is_less(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let views = trial.write.views();
    less(trial, &views, &[])
}

/// What somebody asserts is a part of what is there for them.
fn strictly_is_less(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let claimants = trial.write.claimants();
    let prefix = |word: &str| vec![format!("{word}ACCORDING TO {claimants}")];
    less(trial, &prefix("STRICTLY "), &prefix(""))
}

/// Who has to be more confident says less, where nobody denies.
fn confident_is_less(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let number = somebody(trial);
    let who = format!("(c {{k: {number}}})");
    let denials = format!(
        "MATCH {who}-[:DENIES]->() RETURN 1 AS d UNION ALL MATCH {who}-[:DENIES]->[] RETURN 1 AS d"
    );
    if !trial.run(&denials)?.result.rows.is_empty() {
        return skip("a denial may not count either");
    }
    let prefix = |least: &str| vec![format!("ACCORDING TO {who} WITH CONFIDENCE >= {least}")];
    less(trial, &prefix("0.8"), &prefix("0.5"))?;
    less(trial, &prefix("0.5"), &[format!("ACCORDING TO {who}")])
}

/// What is there under two prefixes is there under each of them.
fn both(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let mut views = vec![trial.write.according_to(), trial.write.as_of()];
    if trial.write.choices.chance(50) {
        views[trial.write.choices.below(2)] = "UNDISPUTED".into();
    } else {
        views[trial.write.choices.below(2)] = "BEST".into();
    }
    let together = trial.run_seen(&views, EVERYTHING)?;
    let [one, other] = [&views[..1], &views[1..]];
    let (one, other) = (trial.run_seen(one, EVERYTHING)?, trial.run_seen(other, EVERYTHING)?);
    let mut common = numbers(&one);
    common.retain(|number| numbers(&other).contains(number));
    alike("what is there under both prefixes", &numbers(&together), &common)
}

/// A node is there for two claimants if it is for one of them; of relationships no fewer.
fn any_claimant(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let word = trial.write.choices.pick(&["", "STRICTLY "]).to_owned();
    let (a, b) = (somebody(trial), somebody(trial));
    let prefix =
        |of: &str| vec![format!("{word}ACCORDING TO COLLECT {{ MATCH (c) WHERE {of} RETURN c }}")];
    let views = [format!("c.k = {a}"), format!("c.k = {b}"), format!("c.k IN [{a}, {b}]")];
    let [one, other, together] = views.map(|of| prefix(&of));
    let nodes = "MATCH (n) RETURN n.k AS k";
    let answers = [&one, &other, &together].map(|view| trial.run_seen(view, nodes));
    let [first, second, all] = answers;
    let (first, second, all) = (first?, second?, all?);
    let mut either = [numbers(&first), numbers(&second)].concat();
    either.sort_unstable();
    either.dedup();
    alike("nodes for both claimants", &numbers(&all), &either)?;
    less(trial, &one, &together)
}

/// Long before and long after, only what has no beginning or no end is there.
fn outside(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let (moment, key) =
        [("1900-01-01", "valid_from"), ("2999-12-31", "valid_to")][trial.write.choices.below(2)];
    defined(trial, &format!("AS OF '{moment}'"), |name, _| format!("{name}.{key} IS NULL"))
}

/// Nothing that a claimant denies, whatever else is claimed.
fn denied(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let number = somebody(trial);
    let view = [format!("ACCORDING TO (c {{k: {number}}})")];
    let seen = trial.run_seen(&view, EVERYTHING)?;
    let mut gone = Vec::new();
    for pattern in ["(x)", "[x]"] {
        let text = format!("MATCH ({{k: {number}}})-[:DENIES]->{pattern} RETURN DISTINCT x.k AS k");
        gone.extend(numbers(&trial.run(&text)?));
    }
    match numbers(&seen).into_iter().find(|number| gone.contains(number)) {
        Some(number) => Err(Stop::Differ(format!("denied, and there: {number}"))),
        None => Ok(()),
    }
}

/// What is created according to somebody they assert.
fn create(trial: &mut Trial<'_>) -> Checked {
    trial.on_claims();
    let number = somebody(trial);
    let kind = trial.write.choices.pick(&["S", "T", "SAID"]).to_owned();
    let value = trial.write.integer(0);
    let unclaimed = format!("MATCH (x) WHERE {} RETURN x.k AS k", background("(x)"));
    let unclaimed = numbers(&trial.run(&unclaimed)?);
    let background = format!("(x) WHERE x.k IN {unclaimed:?}");
    let created = format!("CREATE (x)-[r:{kind} {{i: {value}}}]->(y:C {{k: 900}})-[s:T]->(x)");
    let one = format!("ACCORDING TO (c {{k: {number}}}) MATCH {background} {created}");
    let other = format!(
        "MATCH (c {{k: {number}}}) MATCH {background} {created}, (c)-[:ASSERTS]->[r], (c)-[:ASSERTS]->(y), (c)-[:ASSERTS]->[s]"
    );
    trial.same_graph(&[&one], &[&other])
}
