//! What can stand inside itself: one line for each place in which a construct can hold
//! another of its kind. `tests/depth.rs` nests each as deep as it goes, and further.
//!
//! Whoever adds a construct adds it here: a test compares the table with the syntax tree.

/// A construct that nests: `before`, then `open` any number of times, `core`, as many
/// times `close`, then `after`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nest {
    pub(crate) before: &'static str,
    pub(crate) open: &'static str,
    pub(crate) core: &'static str,
    pub(crate) close: &'static str,
    pub(crate) after: &'static str,
}

impl Nest {
    /// A query in which it nests so deep.
    pub(crate) fn text(&self, depth: usize) -> String {
        let Nest { before, open, core, close, after } = self;
        format!("{before}{}{core}{}{after}", open.repeat(depth), close.repeat(depth))
    }

    /// A query that only opens.
    pub(crate) fn unbalanced(&self, depth: usize) -> String {
        format!("{}{}", self.before, self.open.repeat(depth))
    }
}

/// The graph that the queries run on: `nodes` with the label `L`, `n` from 1 on, and a
/// loop of type `T` at each.
pub(crate) fn graph(nodes: usize) -> dossier::Database {
    let database = dossier::Database::in_memory();
    let text = "UNWIND range(1, $nodes) AS i CREATE (a:L {x: 1, n: i}) CREATE (a)-[:T {x: 1}]->(a)";
    database.query(text).param("nodes", nodes as i64).run().expect("a graph");
    let echo = dossier::TableProcedure {
        name: "test.echo".into(),
        inputs: vec![("in".into(), dossier::function::TypeSet::ANY)],
        outputs: vec!["out".into()],
        rows: Vec::new(),
    };
    database.register_procedure(echo);
    database
}

/// Expressions as (open, core, close), in the surroundings of [`EXPRESSION`].
const EXPRESSIONS: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{x: ", "1", "}"),
    ("coalesce(", "1", ")"),
    ("coalesce(null, ", "1", ", 1)"),
    ("l[", "0", "]"),
    ("l[0..size(", "l", ")]"),
    ("l[size(", "l", ")..]"),
    ("[", "1", "][0]"),
    ("{x: ", "1", "}.x"),
    ("(", "m", ").b"),
    ("m {k: ", "1", "}"),
    ("m {.x, .*, k: ", "1", "}"),
    ("CASE WHEN true THEN ", "1", " END"),
    ("CASE WHEN ", "true", " THEN true END"),
    ("CASE ", "1", " WHEN 1 THEN 1 END"),
    ("CASE 1 WHEN ", "1", " THEN 1 END"),
    ("CASE WHEN false THEN 1 ELSE ", "1", " END"),
    ("CASE 1 WHEN > ", "1", " THEN 1 END"),
    ("CASE 1 WHEN 2, IN [", "1", "] THEN 1 END"),
    ("CASE ", "1", " WHEN IS NULL, 1 THEN 1 END"),
    ("[x IN [1] | ", "1", "]"),
    ("[x IN ", "l", " WHERE true]"),
    ("[x IN [1] WHERE ", "true", "] = [1]"),
    ("all(x IN [1] WHERE ", "true", ")"),
    ("any(x IN [1] WHERE ", "true", ")"),
    ("none(x IN [1] WHERE ", "true", ")"),
    ("single(x IN [1] WHERE ", "true", ")"),
    ("all(x IN [", "true", "] WHERE true)"),
    ("reduce(s = 1, x IN [1] | ", "1", ")"),
    ("reduce(s = ", "1", ", x IN [1] | s)"),
    ("reduce(s = 1, x IN [", "1", "] | s)"),
    ("allReduce(s = ", "1", ", x IN [1] | s, true)"),
    ("allReduce(s = 1, x IN [1] | s, ", "true", ")"),
    ("CAST(", "1", " AS ANY)"),
    ("trim(BOTH ' ' FROM toString(", "1", "))"),
    ("(['x'] || [toString(", "1", ")])[0]"),
    ("[(a)-->(b {x: ", "1", "}) | 1]"),
    ("[(a)-[:T {x: ", "1", "}]->() | 1]"),
    ("[(a)-->() WHERE ", "true", " | true] = [true]"),
    ("[(a)-->() WHERE true | ", "1", "]"),
    ("exists((a)-->({x: ", "1", "}))"),
    ("EXISTS { (b {x: ", "1", "}) }"),
    ("EXISTS { MATCH (b {x: ", "1", "}) RETURN 1 }"),
    ("EXISTS { MATCH (b) WHERE ", "true", " RETURN 1 }"),
    ("EXISTS { OPTIONAL MATCH (b) WHERE ", "true", " RETURN 1 }"),
    ("EXISTS { WITH 1 AS one WHERE ", "true", " RETURN one }"),
    ("EXISTS { MATCH (b) WITH b ORDER BY ", "1", " LIMIT 1 RETURN b }"),
    ("EXISTS { CALL test.echo(", "1", ") YIELD out RETURN out }"),
    ("EXISTS { FILTER ", "true", " RETURN 1 }"),
    ("EXISTS { LET one = ", "1", " RETURN one }"),
    ("COLLECT { FOR x IN ", "[1]", " RETURN x }"),
    ("EXISTS { MATCH (b) ORDER BY ", "1", " RETURN b }"),
    ("COLLECT { WHEN true THEN RETURN ", "1", " AS x }"),
    ("EXISTS { (b WHERE ", "true", ") }"),
    ("([(a)-[r WHERE ", "true", "]->() | true] = [true])"),
    ("COUNT { (a)-->() WHERE ", "true", " } = 1"),
    ("COLLECT { MATCH (:$(", "['L']", ")) RETURN 'L' }"),
    ("COLLECT { MATCH ()-[:$any(", "['T']", ")]->() RETURN 'T' }"),
    ("CASE WHEN a:$(", "'L'", ") THEN 'L' END"),
    ("CASE WHEN ", "a", " IS SOURCE OF null THEN a END"),
    ("COLLECT { UNWIND ", "[1]", " AS x RETURN x }"),
    ("COLLECT { FILTER false LOAD CSV FROM coalesce(null, ", "1", ") AS x RETURN x }"),
    ("COLLECT { RETURN ", "1", " AS x }"),
    ("COLLECT { RETURN 1 AS x UNION RETURN ", "1", " AS x }"),
    ("NOT (", "true", ")"),
    ("-(", "1", ")"),
    ("+(", "1", ")"),
    ("(CASE WHEN ", "a:L", " THEN a END):L"),
    ("(true AND ", "true", ")"),
    ("(true OR ", "true", ")"),
    ("(true XOR ", "true", ")"),
    ("(1 = ", "1", ")"),
    ("(1 < ", "1", " < 1)"),
    ("(1 + ", "1", ")"),
    ("(1 * ", "1", ")"),
    ("(1.0 ^ ", "1", ")"),
    ("(1 IN [", "true", "])"),
    ("('x' CONTAINS toString(", "true", "))"),
    ("", "true", " IS NULL"),
    ("", "true", " IS NOT FALSE"),
    ("", "true", " IS :: BOOLEAN"),
    ("", "true", " :: BOOLEAN"),
    ("", "true", " IS NFC NORMALIZED IS NULL"),
    ("", "1", " IN l"),
    ("(", "true", " IS NOT NULL)"),
    ("true OR true XOR true AND 1 = 1 + 1 * 1 ^ -coalesce(1, ", "1", ")"),
    ("[NOT 1 IN [", "1", "] AND {x: [1]}.x[0] > 0 OR false]"),
];

/// Before and behind an expression.
const EXPRESSION: (&str, &str) =
    ("MATCH (a) WITH a, {x: 1, b: null} AS m, [1] AS l RETURN ", " AS result");

/// Everything else, whole.
const OTHERS: &[Nest] = &[
    // Each FOREACH in another needs a variable of its own: it nests through a subquery.
    Nest {
        before: "",
        open: "FOREACH (x IN COLLECT { RETURN 1 AS one } | CREATE (:N)) CALL { ",
        core: "FOREACH (x IN [1] | CREATE (:N))",
        close: " }",
        after: "",
    },
    Nest {
        before: "MATCH ",
        open: "(",
        core: "(a)-[:T]->(b)",
        close: " WHERE true)",
        after: " RETURN a",
    },
    Nest {
        before: "MATCH ",
        open: "((a)-->(b WHERE EXISTS { ",
        core: "(c)",
        close: " }))",
        after: " RETURN 1 AS x",
    },
    Nest { before: "", open: "CALL { ", core: "CREATE (:N)", close: " }", after: "" },
    Nest { before: "", open: "{ ", core: "RETURN 1 AS x", close: " }", after: "" },
    Nest { before: "MATCH (a:", open: "!(", core: "L", close: ")", after: ") RETURN a" },
    Nest { before: "MATCH (a:", open: "(L&", core: "L", close: ")", after: ") RETURN a" },
    Nest { before: "MATCH (a:", open: "(L|", core: "L", close: ")", after: ") RETURN a" },
    Nest { before: "MATCH ()-[a:", open: "!(", core: "T", close: ")", after: "]->() RETURN a" },
    Nest { before: "MATCH (a) RETURN a IS ", open: "!(", core: "L", close: ")", after: " AS x" },
    Nest { before: "MATCH ", open: "(", core: "(a)-->(b)", close: ")", after: " RETURN a" },
    Nest {
        before: "MATCH (a) SET a.y = ",
        open: "[",
        core: "1",
        close: "][0]",
        after: " RETURN a",
    },
    Nest { before: "RETURN [] IS :: ", open: "LIST<", core: "ANY", close: ">", after: " AS x" },
    Nest { before: "RETURN [] IS :: ", open: "", core: "ANY", close: " LIST", after: " AS x" },
    Nest { before: "RETURN [] IS :: ", open: "ANY<", core: "ANY", close: ">", after: " AS x" },
    Nest { before: "MATCH (a) SET ", open: "(", core: "a", close: ")", after: ".y = 1" },
    Nest { before: "MATCH (a) DELETE ", open: "[", core: "null", close: "][0]", after: "" },
    Nest { before: "CREATE (a {x: ", open: "coalesce(", core: "1", close: ")", after: "})" },
    Nest { before: "MERGE (a {x: ", open: "coalesce(", core: "1", close: ")", after: "})" },
    Nest { before: "RETURN 1 AS x LIMIT ", open: "abs(", core: "1", close: ")", after: "" },
];

/// All that nests.
pub(crate) fn nests() -> Vec<Nest> {
    let (before, after) = EXPRESSION;
    let expressions =
        EXPRESSIONS.iter().map(|&(open, core, close)| Nest { before, open, core, close, after });
    expressions.chain(OTHERS.iter().copied()).collect()
}
