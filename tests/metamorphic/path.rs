//! Quantified paths, selectors and modes, by what else says the same.

use super::trial::{among, same};
use super::{Checked, Relation, Trial};
use crate::random::pattern::Shape;
use crate::random::scope::{Type, Variable};

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "a quantified relationship is one of variable length", hold: relationship },
    Relation { name: "a repeated group is a union of fixed repetitions", hold: repetitions },
    Relation { name: "a group of a fixed number is a chain", hold: group_is_chain },
    Relation { name: "brackets without a quantifier only group", hold: brackets },
    Relation { name: "a condition in a group holds for all of its rounds", hold: condition },
    Relation { name: "a mode is a condition on the path", hold: mode },
    Relation { name: "all shortest paths are those of the least length", hold: all_shortest },
    Relation { name: "some shortest paths are among all shortest", hold: some_shortest },
    Relation { name: "groups of shortest paths begin with the shortest", hold: groups },
    Relation {
        name: "elements may be repeated as in MATCH clauses of their own",
        hold: repeatable,
    },
    Relation { name: "different relationships are what is asked for anyway", hold: different },
];

/// What the queries of a trial have in common: a path with a repetition between two ends.
struct Path {
    before: String,
    left: String,
    right: String,
    types: String,
    arrows: [&'static str; 2],
    tail: String,
}

impl Path {
    /// A path whose repetition binds what `declare` says.
    fn new(trial: &mut Trial<'_>, names: &[(&str, Type)]) -> Self {
        let before = trial.before();
        trial.write.used.clear();
        let shape = Shape { new_variables: true, long: false, steps: 1 };
        let (left, right) = (trial.write.node(shape), trial.write.node(shape));
        let (types, arrows) = (trial.write.written_types(), trial.arrows());
        for (name, of) in names {
            trial.write.scope.push(Variable { name: (*name).to_owned(), of: *of });
        }
        let condition = trial.condition();
        let tail = format!("WITH * WHERE {condition}\n{}", trial.row_tail());
        Path { before, left, right, types, arrows, tail }
    }

    /// `(x0)-[r0:T]->(y0)`.
    fn hop(&self) -> String {
        let [from, to] = self.arrows;
        format!("(x0){from}[r0{}]{to}(y0)", self.types)
    }

    /// The query with this before the path, between its ends, and behind its MATCH.
    fn query(&self, start: &str, middle: &str, rest: &str) -> String {
        let Path { before, left, right, tail, .. } = self;
        format!("{before}MATCH {start}{left}{middle}{right}\n{rest}{tail}")
    }
}

/// `-[r]->{1,2}` is `-[r*1..2]->`.
fn relationship(trial: &mut Trial<'_>) -> Checked {
    let path = Path::new(trial, &[("r0", Type::Trail)]);
    let (quantifier, length) =
        [("{1,2}", "*1..2"), ("{2}", "*2"), ("{0,2}", "*0..2"), ("+", "*"), ("*", "*0..")]
            [trial.write.choices.below(5)];
    let ([from, to], types) = (path.arrows, &path.types);
    trial.equivalent(
        &path.query("", &format!("{from}[r0{types}]{to}{quantifier}"), ""),
        &path.query("", &format!("{from}[r0{types}{length}]{to}"), ""),
    )
}

const GROUP: [(&str, Type); 3] = [("x0", Type::Trail), ("r0", Type::Trail), ("y0", Type::Trail)];

/// `(…){1,3}` is `(…){1}`, `(…){2}` and `(…){3}`.
fn repetitions(trial: &mut Trial<'_>) -> Checked {
    let path = Path::new(trial, &GROUP);
    let (least, most) = [(1, 2), (0, 2), (1, 3), (2, 3)][trial.write.choices.below(4)];
    let query = |quantifier: String| path.query("", &format!("({}){quantifier}", path.hop()), "");
    // Nothing but zero times is refused.
    let first = if least == 0 { "{0,1}".to_owned() } else { format!("{{{least}}}") };
    let next = if least == 0 { 2 } else { least + 1 };
    let more = (next..=most).map(|count| format!("{{{count}}}"));
    let parts: Vec<String> = std::iter::once(first).chain(more).map(&query).collect();
    trial.adds_up(&query(format!("{{{least},{most}}}")), &parts)
}

/// `((x)-[r]->(y)){2}` is `(x1)-[r1]->(x2)-[r2]->(x3)` with its lists.
fn group_is_chain(trial: &mut Trial<'_>) -> Checked {
    let path = Path::new(trial, &GROUP);
    let count = 1 + trial.write.choices.below(3);
    let ([from, to], types) = (path.arrows, &path.types);
    // The ends of the chain are ends of the pattern, which may have no names.
    let mut chain = String::new();
    for step in 0..count {
        let end = if step + 1 == count { String::new() } else { format!("(m{step})") };
        chain += &format!("{from}[q{step}{types}]{to}{end}");
    }
    let steps: Vec<String> = (0..count).map(|step| format!("q{step}")).collect();
    let lists = format!(
        "WITH *, [{0}] AS r0, nodes(p0)[..{count}] AS x0, nodes(p0)[1..] AS y0\n",
        steps.join(", ")
    );
    trial.equivalent(
        &path.query("", &format!("({}){{{count}}}", path.hop()), ""),
        &path.query("p0 = ", &chain, &lists),
    )
}

/// `((x)-[r]->(y))` is `(x)-[r]->(y)`.
fn brackets(trial: &mut Trial<'_>) -> Checked {
    let path =
        Path::new(trial, &[("x0", Type::Node), ("r0", Type::Relationship), ("y0", Type::Node)]);
    let before = &path.before;
    let (hop, tail) = (path.hop(), &path.tail);
    trial.equivalent(
        &format!("{before}MATCH ({hop})\n{tail}"),
        &format!("{before}MATCH {hop}\n{tail}"),
    )
}

/// `((x)-[r]->(y) WHERE p){1,2}` is `((x)-[r]->(y)){1,2}` where all rounds are so.
fn condition(trial: &mut Trial<'_>) -> Checked {
    let path = Path::new(trial, &GROUP);
    let hop = path.hop();
    let (inside, outside) = [
        ("r0.k > 103", "all(q0 IN r0 WHERE q0.k > 103)"),
        ("x0.k < y0.k", "all(i0 IN range(0, size(r0) - 1) WHERE x0[i0].k < y0[i0].k)"),
        ("NOT x0:A", "none(q0 IN x0 WHERE q0:A)"),
        ("y0.i IS NULL", "all(q0 IN y0 WHERE q0.i IS NULL)"),
        ("x0 <> y0", "none(i0 IN range(0, size(r0) - 1) WHERE x0[i0] = y0[i0])"),
    ][trial.write.choices.below(5)];
    let quantifier = trial.write.choices.pick(&["{1,2}", "{0,2}", "{1,3}", "{2}"]).to_owned();
    trial.equivalent(
        &path.query("", &format!("({hop} WHERE {inside}){quantifier}"), ""),
        &path.query("", &format!("({hop}){quantifier}"), &format!("WITH * WHERE {outside}\n")),
    )
}

/// The condition that no element of a list is there twice.
fn distinct(list: &str) -> String {
    format!("all(i0 IN range(0, size({list}) - 1) WHERE NOT ({list})[i0] IN ({list})[..i0])")
}

/// `ACYCLIC` and `SIMPLE` keep trails whose nodes differ; `TRAIL` keeps all trails, as
/// `WALK` does among walks.
fn mode(trial: &mut Trial<'_>) -> Checked {
    let path = Path::new(trial, &[("r0", Type::Trail)]);
    let quantifier = trial.write.choices.pick(&["{1,2}", "{0,3}", "{1,3}", "{2}"]).to_owned();
    let ([from, to], types) = (path.arrows, &path.types);
    let middle = format!("{from}[r0{types}]{to}{quantifier}");
    let nodes = distinct("nodes(p0)");
    let (mode, plain, kept) = match trial.write.choices.below(4) {
        0 => ("TRAIL ", "", "true".to_owned()),
        1 => ("ACYCLIC ", "", nodes),
        2 => {
            let inner = distinct("tail(nodes(p0))");
            let closed = "head(nodes(p0)) = last(nodes(p0))";
            ("SIMPLE ", "", format!("({nodes}) OR (({closed}) AND ({inner}))"))
        }
        _ => ("TRAIL ", "WALK ", distinct("r0")),
    };
    trial.equivalent(
        &path.query(&format!("p0 = {mode}"), &middle, ""),
        &path.query(&format!("p0 = {plain}"), &middle, &format!("WITH * WHERE {kept}\n")),
    )
}

/// Two named ends with a repetition between them.
fn between_ends(trial: &mut Trial<'_>) -> (String, String) {
    let before = trial.before();
    let (types, [from, to]) = (trial.write.written_types(), trial.arrows());
    let (one, other) = (super::variety::labels(trial), super::variety::labels(trial));
    let quantifier = trial.write.choices.pick(&["{1,2}", "{0,3}", "+", "*", "{2,3}"]).to_owned();
    (before, format!("(a0:{one}){from}[r0{types}]{to}{quantifier}(b0:{other})"))
}

/// `ALL SHORTEST` keeps, of all paths between two ends, those of the least length.
fn all_shortest(trial: &mut Trial<'_>) -> Checked {
    let (_, pattern) = between_ends(trial);
    let columns = "RETURN a0, b0, r0";
    trial.equivalent(
        &format!("MATCH ALL SHORTEST {pattern}\n{columns}"),
        &format!(
            "MATCH {pattern}\nWITH a0, b0, min(size(r0)) AS least, collect(r0) AS paths\nUNWIND paths AS r0\nWITH * WHERE size(r0) = least\n{columns}"
        ),
    )
}

/// `ANY SHORTEST` gives one of the shortest paths between two ends, `SHORTEST k` no others
/// than are there.
fn some_shortest(trial: &mut Trial<'_>) -> Checked {
    let (before, pattern) = between_ends(trial);
    let names: String = trial.names().iter().map(|name| format!("{name}, ")).collect();
    let columns = format!("RETURN {names}a0, b0, r0");
    let all = trial.run(&format!("{before}MATCH ALL SHORTEST {pattern}\n{columns}"))?;
    let one = trial.run(&format!("{before}MATCH ANY SHORTEST {pattern}\n{columns}"))?;
    among(&one, &all, one.result.rows.len())?;
    let ends = format!("{before}MATCH {pattern}\nWITH DISTINCT {names}a0, b0");
    let count = trial
        .run(&format!("{before}MATCH ANY SHORTEST {pattern}\nRETURN DISTINCT {names}a0, b0"))?;
    let pairs = trial.run(&format!("{ends}\nRETURN {names}a0, b0"))?;
    same(&[&count], &[&pairs])
}

/// `SHORTEST 1 GROUP` is `ALL SHORTEST`, and among `SHORTEST 2 GROUPS`.
fn groups(trial: &mut Trial<'_>) -> Checked {
    let (before, pattern) = between_ends(trial);
    let names: String = trial.names().iter().map(|name| format!("{name}, ")).collect();
    let columns = format!("RETURN {names}a0, b0, r0");
    let all = trial.run(&format!("{before}MATCH ALL SHORTEST {pattern}\n{columns}"))?;
    let one = trial.run(&format!("{before}MATCH SHORTEST 1 GROUP {pattern}\n{columns}"))?;
    same(&[&all], &[&one])?;
    let two = trial.run(&format!("{before}MATCH SHORTEST 2 GROUPS {pattern}\n{columns}"))?;
    among(&one, &two, one.result.rows.len())
}

/// `MATCH REPEATABLE ELEMENTS a, b` is `MATCH a MATCH b`.
fn repeatable(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let shape = Shape { new_variables: true, long: false, steps: 1 };
    let parts = [(); 2].map(|()| {
        trial.write.used.clear();
        trial.write.node(shape) + &trial.write.relationship(shape) + &trial.write.end(shape)
    });
    let condition = trial.condition();
    let tail = trial.tail();
    let [a, b] = &parts;
    trial.equivalent(
        &format!("{before}MATCH REPEATABLE ELEMENTS {a}, {b} WHERE {condition}\n{tail}"),
        &format!("{before}MATCH {a}\nMATCH {b} WHERE {condition}\n{tail}"),
    )
}

/// `MATCH DIFFERENT RELATIONSHIPS` is MATCH.
fn different(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let matching = trial.write.matching("MATCH");
    let tail = trial.tail();
    trial.equivalent(
        &format!("{before}{matching}\n{tail}"),
        &format!("{before}MATCH DIFFERENT RELATIONSHIPS {}\n{tail}", &matching["MATCH ".len()..]),
    )
}
