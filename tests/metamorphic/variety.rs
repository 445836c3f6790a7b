//! What a pattern leaves open, case by case: labels, types, directions, lengths.

use super::trial::same;
use super::{Checked, Relation, Trial};
use crate::random::graph::{LABELS, TYPES};
use crate::random::pattern::Shape;
use crate::random::scope::Type;

pub(super) const RELATIONS: &[Relation] = &[
    Relation { name: "a node has labels or has not", hold: with_and_without },
    Relation { name: "labels A|B are A, and B without A", hold: either_label },
    Relation { name: "types S|T are S, and T", hold: either_type },
    Relation { name: "any type is each of the types", hold: any_type },
    Relation { name: "either direction is both, with loops once", hold: either_direction },
    Relation { name: "a length is a union of fixed lengths", hold: lengths },
    Relation { name: "a fixed length is a chain", hold: chain },
    Relation { name: "either direction of a length is both of a single hop", hold: single_hops },
    Relation { name: "no length at all is the same end", hold: no_length },
];

/// A random label expression.
pub(super) fn labels(trial: &mut Trial<'_>) -> String {
    let choices = &mut *trial.write.choices;
    let one = choices.pick(&LABELS).to_owned();
    let two = choices.pick(&LABELS).to_owned();
    match choices.below(7) {
        0 => one,
        1 => format!("{one}|{two}"),
        2 => format!("{one}&{two}"),
        3 => format!("!{one}"),
        4 => "%".into(),
        5 => format!("{one}&!{two}"),
        _ => format!("!({one}|{two})"),
    }
}

/// `(n)` is `(n:X)` and `(n:!(X))`.
fn with_and_without(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.holed_node();
    let labels = labels(trial);
    let condition = trial.condition();
    let tail = trial.row_tail();
    let query = |labels: &str| {
        format!("{before}MATCH {} WHERE {condition}\n{tail}", pattern.with(labels, ""))
    };
    let parts = [query(&format!(":{labels}")), query(&format!(":!({labels})"))];
    trial.adds_up(&query(""), &parts)
}

/// `(n:A|B)` is `(n:A)` and `(n:B&!A)`.
fn either_label(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.holed_node();
    let (one, other) = (trial.write.choices.pick(&LABELS), trial.write.choices.pick(&LABELS));
    let condition = trial.condition();
    let tail = trial.row_tail();
    let query = |labels: String| {
        format!("{before}MATCH {} WHERE {condition}\n{tail}", pattern.with(&labels, ""))
    };
    let parts = [query(format!(":{one}")), query(format!(":{other}&!{one}"))];
    trial.adds_up(&query(format!(":{one}|{other}")), &parts)
}

/// `-[r:S|T]-` is `-[r:S]-` and `-[r:T]-`.
fn either_type(trial: &mut Trial<'_>) -> Checked {
    let (one, other) = [("S", "T"), ("T", "U"), ("U", "S")][trial.write.choices.below(3)];
    typed(trial, &format!(":{one}|{other}"), &[one, other])
}

/// `-[r]-` is a relationship of each type there is.
fn any_type(trial: &mut Trial<'_>) -> Checked {
    let whole = trial.write.choices.pick(&["", ":%", ":!Nowhere"]).to_owned();
    typed(trial, &whole, &[&TYPES[..], &["ASSERTS", "DENIES"]].concat())
}

fn typed(trial: &mut Trial<'_>, whole: &str, types: &[&str]) -> Checked {
    let before = trial.before();
    let arrows = trial.arrows();
    let pattern = trial.holed_relationship(arrows);
    let condition = trial.condition();
    let tail = trial.row_tail();
    let query = |types: &str| {
        format!("{before}MATCH {} WHERE {condition}\n{tail}", pattern.with(types, ""))
    };
    let parts: Vec<String> = types.iter().map(|one| query(&format!(":{one}"))).collect();
    trial.adds_up(&query(whole), &parts)
}

/// `-[r]-` and once more its loops are `-[r]->` and `<-[r]-`.
fn either_direction(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let pattern = trial.holed_relationship(["\u{1}", "\u{2}"]);
    let types = trial.write.types();
    let condition = trial.condition();
    let tail = trial.row_tail();
    let query = |left: &str, right: &str, more: &str| {
        let pattern = pattern.with(&types, "").replace('\u{1}', left).replace('\u{2}', right);
        format!("{before}MATCH {pattern} WHERE ({condition}){more}\n{tail}")
    };
    let loops = format!(" AND startNode({0}) = endNode({0})", pattern.name);
    let either = [query("-", "-", ""), query("-", "->", &loops)];
    let both = [query("-", "->", ""), query("<-", "-", "")];
    let mut answers = Vec::new();
    for text in either.iter().chain(&both) {
        answers.push(trial.run(text)?);
    }
    same(&[&answers[0], &answers[1]], &[&answers[2], &answers[3]])
}

/// The parts of `(a)-[t:T*…]->(b)`.
struct Long {
    before: String,
    left: String,
    right: String,
    arrows: [&'static str; 2],
    types: String,
    properties: String,
    name: String,
    rest: String,
}

impl Long {
    fn new(trial: &mut Trial<'_>) -> Self {
        let before = trial.before();
        trial.write.used.clear();
        let left = trial.write.node(Shape::FULL);
        let (types, properties) = (trial.write.written_types(), trial.write.properties());
        let arrows = trial.arrows();
        // The list is named last: in a chain it is there only behind the pattern.
        let right = trial.write.end(Shape::FULL);
        let name = trial.write.declare("t", Type::Trail);
        let condition = trial.condition();
        let tail = trial.row_tail();
        let rest = format!("WITH * WHERE {condition}\n{tail}");
        Long { before, left, right, arrows, types, properties, name, rest }
    }

    /// The query with this length.
    fn query(&self, length: &str) -> String {
        let Long { before, left, right, arrows, types, properties, name, rest } = self;
        let [from, to] = arrows;
        format!("{before}MATCH {left}{from}[{name}{types}{length}{properties}]{to}{right}\n{rest}")
    }

    /// The query with a chain of so many single hops.
    fn chain(&self, hops: usize) -> String {
        let Long { before, left, right, arrows, types, properties, name, rest } = self;
        let [from, to] = arrows;
        let names: Vec<String> = (0..hops).map(|hop| format!("q{hop}")).collect();
        let steps: Vec<String> =
            names.iter().map(|hop| format!("{from}[{hop}{types}{properties}]{to}")).collect();
        let rest = rest.replacen("WITH *", &format!("WITH *, [{}] AS {name}", names.join(", ")), 1);
        format!("{before}MATCH {left}{}{right}\n{rest}", steps.join("()"))
    }
}

/// `*1..3` is `*1`, `*2` and `*3`.
fn lengths(trial: &mut Trial<'_>) -> Checked {
    let long = Long::new(trial);
    let (least, most) = [(1, 3), (0, 2), (2, 3), (1, 2), (0, 1)][trial.write.choices.below(5)];
    let whole = match (least, trial.write.choices.below(2)) {
        (1, 1) => format!("*..{most}"),
        _ => format!("*{least}..{most}"),
    };
    let parts: Vec<String> =
        (least..=most).map(|length| long.query(&format!("*{length}"))).collect();
    trial.adds_up(&long.query(&whole), &parts)
}

/// `-[t:T*2]->` is `-[q:T]->()-[r:T]->`.
fn chain(trial: &mut Trial<'_>) -> Checked {
    let long = Long::new(trial);
    let hops = 1 + trial.write.choices.below(3);
    trial.equivalent(&long.query(&format!("*{hops}")), &long.chain(hops))
}

/// `-[t*1..1]-` with a loop once more is `-[t*1..1]->` and `<-[t*1..1]-`.
fn single_hops(trial: &mut Trial<'_>) -> Checked {
    let mut long = Long::new(trial);
    let query = |long: &Long, more: &str| {
        let text = long.query("*1..1");
        text.replacen("WITH * WHERE", &format!("WITH * WHERE {more}"), 1)
    };
    long.arrows = ["-", "->"];
    let loops = format!("startNode({0}[0]) = endNode({0}[0]) AND ", long.name);
    // AND binds stronger than what the condition may hold.
    long.rest = {
        let (condition, tail) = long.rest["WITH * WHERE ".len()..]
            .rsplit_once("\nRETURN")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap_or_default();
        format!("WITH * WHERE ({condition})\nRETURN{tail}")
    };
    let looped = query(&long, &loops);
    let out = query(&long, "");
    long.arrows = ["<-", "-"];
    let incoming = query(&long, "");
    long.arrows = ["-", "-"];
    let either = query(&long, "");
    let mut answers = Vec::new();
    for text in [&either, &looped, &out, &incoming] {
        answers.push(trial.run(text)?);
    }
    same(&[&answers[0], &answers[1]], &[&answers[2], &answers[3]])
}

/// `(a)-[*0]-(b)` says that `b` is `a`.
fn no_length(trial: &mut Trial<'_>) -> Checked {
    let before = trial.before();
    let (a, b) = (trial.write.declare("n", Type::Node), trial.write.declare("n", Type::Node));
    let (types, arrows, labels) = (trial.write.types(), trial.arrows(), labels(trial));
    let condition = trial.condition();
    let tail = trial.tail();
    let [from, to] = arrows;
    let one =
        format!("{before}MATCH ({a}){from}[{types}*0]{to}({b}:{labels}) WHERE {condition}\n{tail}");
    let other = format!(
        "{before}MATCH ({a}:{labels})\nWITH *, {a} AS {b}\nWITH * WHERE {condition}\n{tail}"
    );
    trial.equivalent(&one, &other)
}
