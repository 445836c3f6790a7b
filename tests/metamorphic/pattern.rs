//! Patterns written in other ways: from the other end, in other pieces, with what they ask
//! for in WHERE.

use super::material::skip;
use super::rewrite;
use super::{Checked, Relation, Trial};
use crate::random::pattern::Shape;
use crate::random::scope::Type;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "a pattern from its other end", hold: reversed },
    Relation { name: "comma-separated parts in another order", hold: permuted },
    Relation { name: "a chain is its steps as parts", hold: unchained },
    Relation { name: "parts in MATCH clauses of their own, kept apart", hold: split },
    Relation { name: "MATCH clauses over different types in one", hold: merged },
    Relation { name: "labels in WHERE", hold: labels_in_where },
    Relation { name: "types in WHERE", hold: types_in_where },
    Relation { name: "properties in WHERE", hold: properties_in_where },
    Relation { name: "WHERE inside is WHERE outside", hold: inline_where },
    Relation { name: "the ends of a relationship by functions", hold: ends },
    Relation { name: "a cycle is a chain that ends where it began", hold: cycle },
    Relation { name: "a path holds what its pattern names", hold: path },
    Relation { name: "a pattern in OPTIONAL MATCH is found or absent", hold: optional },
    Relation { name: "a claim is matched after what it is about", hold: claim_after },
    Relation { name: "a relationship end has one of four pairs of ends", hold: claim_ends },
    Relation { name: "a relationship end by its function", hold: claim_by_function },
];

/// `(a)-[r]->(b)` is `(b)<-[r]-(a)`.
fn reversed(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let text = format!("{before}{matching}\n{}", trial.tail());
    trial.rewritten(&text, |text| {
        rewrite::patterns(text, |parts| parts.iter_mut().for_each(rewrite::reverse))
    })
}

/// `(a)-->(b)-->(a)` is `(a)-->(b)-->(c)` where `c` is `a`.
fn cycle(trial: &mut Trial<'_>) -> Checked {
    let [closed, open] = trial.write.cycle();
    trial.equivalent(&closed, &open)
}

/// `MATCH a, b` is `MATCH b, a`.
fn permuted(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let mut matching = trial.write.matching("MATCH");
    if !matching.contains(", ") {
        matching = format!("MATCH {}, {}", trial.write.node(Shape::FULL), &matching[6..]);
    }
    let text = format!("{before}{matching}\n{}", trial.tail());
    trial.rewritten(&text, |text| rewrite::patterns(text, |parts| parts.reverse()))
}

/// `(a)-[r]->(b)-[s]->(c)` is `(a)-[r]->(b), (b)-[s]->(c)`.
fn unchained(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let text = format!("{before}{matching}\n{}", trial.tail());
    let mut number = 0;
    trial.rewritten(&text, |text| {
        rewrite::patterns(text, |parts| {
            *parts = parts.iter().flat_map(|part| rewrite::unchained(part, &mut number)).collect();
        })
    })
}

/// `MATCH a, b WHERE p` is `MATCH a MATCH b WHERE p` where no relationship of `a` is one
/// of `b`.
fn split(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.write.pattern(Shape::FULL);
    let second = trial.write.part(Shape::FULL);
    let pattern = format!("{pattern}, {second}");
    let condition = trial.condition();
    let tail = trial.tail();
    let one = format!("{before}MATCH {pattern} WHERE {condition}\n{tail}");
    trial.rewritten(&one, |_| {
        let mut parts = rewrite::parts(&pattern);
        let mut number = 0;
        let names: Vec<_> =
            parts.iter_mut().map(|part| rewrite::named(part, &mut number)).collect();
        let mut conditions = vec![format!("({condition})")];
        for (place, one) in names.iter().enumerate() {
            for other in &names[place + 1..] {
                conditions.extend(rewrite::apart(one, other));
            }
        }
        let clauses: Vec<String> =
            parts.into_iter().map(|part| format!("MATCH {}", rewrite::text(vec![part]))).collect();
        format!("{before}{} WHERE {}\n{tail}", clauses.join("\n"), conditions.join(" AND "))
    })
}

/// `MATCH a WHERE p MATCH b WHERE q` is `MATCH a, b WHERE p AND q` where their
/// relationships are of different types.
fn merged(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let retyped = |trial: &mut Trial<'_>, kind: &str| {
        let pattern = trial.write.part(Shape::FULL);
        // It must be sound before it can be changed.
        let mut parts = rewrite::sound_parts(&pattern)?;
        rewrite::retype(&mut parts, kind);
        Ok(rewrite::text(parts))
    };
    trial.write.used.clear();
    let one = retyped(trial, "S")?;
    let p = trial.condition();
    let other = retyped(trial, "T")?;
    let q = trial.condition();
    let between = if trial.write.choices.chance(30) { "WITH *\n" } else { "" };
    if !between.is_empty() && trial.write.scope.is_empty() {
        return skip("nothing for WITH *");
    }
    let tail = trial.tail();
    let apart = format!("{before}MATCH {one} WHERE {p}\n{between}MATCH {other} WHERE {q}\n{tail}");
    let together = format!("{before}MATCH {one}, {other} WHERE ({p}) AND ({q})\n{tail}");
    trial.equivalent(&apart, &together)
}

/// `(n:A)` is `(n) WHERE n:A`.
fn labels_in_where(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.holed_node();
    let labels = super::variety::labels(trial);
    let condition = trial.condition();
    let tail = trial.tail();
    let inside = pattern.with(&format!(":{labels}"), "");
    let one = format!("{before}MATCH {inside} WHERE {condition}\n{tail}");
    let name = &pattern.name;
    let outside = pattern.with("", "");
    let other =
        format!("{before}MATCH {outside} WHERE ({name}:{labels}) AND ({condition})\n{tail}");
    trial.equivalent(&one, &other)
}

/// `-[r:S|T]-` is `-[r]- WHERE type(r) IN ['S', 'T']`.
fn types_in_where(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let arrows = trial.arrows();
    let pattern = trial.holed_relationship(arrows);
    let types: &[&str] =
        [&["S"][..], &["S", "T"], &["T", "U"], &["U", "Nowhere"]][trial.write.choices.below(4)];
    let condition = trial.condition();
    let tail = trial.tail();
    let name = &pattern.name;
    let asked = if trial.write.choices.chance(50) {
        format!("{name}:{}", types.join("|"))
    } else {
        format!("type({name}) IN ['{}']", types.join("', '"))
    };
    let inside = pattern.with(&format!(":{}", types.join("|")), "");
    let one = format!("{before}MATCH {inside} WHERE {condition}\n{tail}");
    let outside = pattern.with("", "");
    let other = format!("{before}MATCH {outside} WHERE ({asked}) AND ({condition})\n{tail}");
    trial.equivalent(&one, &other)
}

/// `({i: e})` is `(n) WHERE n.i = e`, and so with relationships.
fn properties_in_where(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let value = trial.write.integer(1);
    let pattern = if trial.write.choices.chance(50) {
        trial.holed_node()
    } else {
        let arrows = trial.arrows();
        trial.holed_relationship(arrows)
    };
    let tail = trial.tail();
    let plain = pattern.with("", "");
    if plain.contains(&format!("{} {{", pattern.name)) {
        return skip("a map is there already");
    }
    let one = format!("{before}MATCH {}\n{tail}", pattern.with(&format!(" {{i: {value}}}"), ""));
    let other = format!("{before}MATCH {plain} WHERE {}.i = {value}\n{tail}", pattern.name);
    trial.equivalent(&one, &other)
}

/// `(n WHERE p)` is `(n) WHERE p`.
fn inline_where(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = if trial.write.choices.chance(50) {
        trial.holed_node()
    } else {
        let arrows = trial.arrows();
        trial.holed_relationship(arrows)
    };
    let (inside, outside) = (trial.condition(), trial.condition());
    let word = trial.write.choices.pick(&["MATCH", "OPTIONAL MATCH"]).to_owned();
    let tail = trial.tail();
    let inline = pattern.with("", &format!(" WHERE {inside}"));
    let one = format!("{before}{word} {inline} WHERE {outside}\n{tail}");
    let plain = pattern.with("", "");
    let other = format!("{before}{word} {plain} WHERE ({inside}) AND ({outside})\n{tail}");
    trial.equivalent(&one, &other)
}

/// `(a)-[r]->(b)` gives the ends that `startNode(r)` and `endNode(r)` are.
fn ends(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let types = trial.write.types();
    let (r, a, b) = (
        trial.write.declare("r", Type::Relationship),
        trial.write.declare("n", Type::Node),
        trial.write.declare("n", Type::Node),
    );
    let condition = trial.condition();
    let tail = trial.tail();
    let one = format!("{before}MATCH ({a})-[{r}{types}]->({b}) WHERE {condition}\n{tail}");
    let other = format!(
        "{before}MATCH ()-[{r}{types}]->()\nWITH *, startNode({r}) AS {a}, endNode({r}) AS {b} WHERE {condition}\n{tail}"
    );
    trial.equivalent(&one, &other)
}

/// `p = (a)-[r]->(b)` has the nodes `[a, b]` and the relationships `[r]`.
fn path(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let known = trial.write.scope.len();
    let [a, b, c] = [(); 3].map(|()| trial.write.declare("n", Type::Node));
    let [r, s] = [(); 2].map(|()| trial.write.declare("r", Type::Relationship));
    let (types, other_types) = (trial.write.types(), trial.write.types());
    let (arrows, other_arrows) = (trial.arrows(), trial.arrows());
    let pattern = format!(
        "({a}){}[{r}{types}]{}({b}){}[{s}{other_types}]{}({c})",
        arrows[0], arrows[1], other_arrows[0], other_arrows[1]
    );
    let condition = trial.condition();
    let names = trial.names();
    let kept = names[..known].iter().map(|name| format!("{name}, ")).collect::<String>();
    let one = format!(
        "{before}MATCH {pattern} WHERE {condition}\nRETURN {kept}[{a}, {b}, {c}] AS n, [{r}, {s}] AS r, 2 AS l, {a} AS h"
    );
    let other = format!(
        "{before}MATCH p0 = {pattern} WHERE {condition}\nRETURN {kept}nodes(p0) AS n, relationships(p0) AS r, length(p0) AS l, head(nodes(p0)) AS h"
    );
    trial.equivalent(&one, &other)
}

/// The rows of OPTIONAL MATCH are those of MATCH, and those without a match with nulls.
fn optional(trial: &mut Trial<'_>) -> Checked {
    let before = trial.some_rows();
    let known = trial.names();
    let pattern = trial.write.pattern(Shape::FULL);
    let condition = trial.condition();
    let new = trial.new_names(known.len());
    let columns: Vec<String> = known.iter().chain(&new).cloned().collect();
    let columns = columns.join(", ");
    let nulls: String = new.iter().map(|name| format!(", null AS {name}")).collect();
    let whole = format!("{before}OPTIONAL MATCH {pattern} WHERE {condition}\nRETURN {columns}");
    let found = format!("{before}MATCH {pattern} WHERE {condition}\nRETURN {columns}");
    let absent = format!(
        "{before}WITH * WHERE NOT EXISTS {{ MATCH {pattern} WHERE {condition} }}\nRETURN {}{nulls}",
        known.join(", ")
    );
    trial.adds_up(&whole, &[found, absent])
}

/// `(x)-[r]->(y), (w)-[c]->[r]` is two MATCH clauses: a claim is never what it is about.
fn claim_after(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let arrows = trial.arrows();
    let about = trial.holed_relationship(arrows);
    let types = trial.write.types();
    let about_it = about.with(&types, "");
    let claim = trial.write.declare("r", Type::Relationship);
    let who = trial.write.node(Shape::FULL);
    let (types, arrows) = (trial.write.types(), trial.arrows());
    let statement = format!("{who}{}[{claim}{types}]{}[{}]", arrows[0], arrows[1], about.name);
    if about_it.contains(", ") || about_it.matches('[').count() > 1 {
        return skip("other relationships");
    }
    let condition = trial.condition();
    let tail = trial.tail();
    let one = format!("{before}MATCH {about_it}, {statement} WHERE {condition}\n{tail}");
    let other = format!("{before}MATCH {about_it}\nMATCH {statement} WHERE {condition}\n{tail}");
    trial.equivalent(&one, &other)
}

/// Each end of the relationship that a claim is about is a node or a relationship.
fn claim_ends(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let who = trial.write.node(Shape::FULL);
    let about = trial.write.declare("r", Type::Relationship);
    let claim = trial.write.declare("r", Type::Relationship);
    let (types, arrows) = (trial.write.types(), trial.arrows());
    let statement = format!("{who}{}[{claim}{types}]{}[{about}]", arrows[0], arrows[1]);
    let condition = trial.condition();
    let tail = trial.row_tail();
    let whole = format!("{before}MATCH {statement} WHERE {condition}\n{tail}");
    let ends =
        [["(", ")", "(", ")"], ["(", ")", "[", "]"], ["[", "]", "(", ")"], ["[", "]", "[", "]"]];
    let parts: Vec<String> = ends
        .iter()
        .map(|[a, b, c, d]| {
            format!(
                "{before}MATCH {statement}, {a}s0{b}-[{about}]->{c}e0{d} WHERE {condition}\n{tail}"
            )
        })
        .collect();
    trial.adds_up(&whole, &parts)
}

/// `(w)-[c]->[r]` finds what `endNode(c)` is where that is a relationship.
fn claim_by_function(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let who = trial.write.declare("n", Type::Node);
    let claim = trial.write.declare("r", Type::Relationship);
    let about = trial.write.declare("r", Type::Relationship);
    let (types, condition) = (trial.write.types(), trial.condition());
    let tail = trial.tail();
    let one =
        format!("{before}MATCH ({who})-[{claim}{types}]->[{about}] WHERE {condition}\n{tail}");
    let other = format!(
        "{before}MATCH ({who})-[{claim}{types}]->[]\nWITH *, endNode({claim}) AS {about} WHERE {condition}\n{tail}"
    );
    trial.equivalent(&one, &other)
}
