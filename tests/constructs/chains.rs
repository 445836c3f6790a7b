//! What chains: constructs that a query can have any number of, side by side.
//! `tests/chains.rs` takes each through the whole house, 100,000 long.

/// A construct that chains.
#[derive(Clone, Copy)]
pub(crate) struct Chain {
    pub(crate) name: &'static str,
    /// A query with so many of it.
    pub(crate) text: fn(usize) -> String,
    /// Whether the text is printed as it is written.
    pub(crate) canonical: bool,
    /// Whether it changes the graph.
    pub(crate) writes: bool,
}

const fn reads(name: &'static str, text: fn(usize) -> String) -> Chain {
    Chain { name, text, canonical: true, writes: false }
}

const fn writes(name: &'static str, text: fn(usize) -> String) -> Chain {
    Chain { name, text, canonical: true, writes: true }
}

fn joined(item: &str, separator: &str, n: usize) -> String {
    vec![item; n].join(separator)
}

/// The items numbered from 0 on.
fn numbered(n: usize, separator: &str, item: impl Fn(usize) -> String) -> String {
    (0..n).map(item).collect::<Vec<_>>().join(separator)
}

/// All that chains.
pub(crate) const CHAINS: &[Chain] = &[
    reads("OR", |n| format!("MATCH (a) RETURN {} AS x", joined("a.x = 2", " OR ", n))),
    reads("AND", |n| format!("MATCH (a) WHERE {} RETURN a", joined("a.x = 1", " AND ", n))),
    reads("XOR", |n| format!("RETURN {} AS x", joined("true", " XOR ", n))),
    reads("+", |n| format!("RETURN {} AS x", joined("1", " + ", n))),
    reads("-", |n| format!("RETURN {} AS x", joined("1", " - ", n))),
    reads("*", |n| format!("RETURN {} AS x", joined("1", " * ", n))),
    reads("^", |n| format!("RETURN {} AS x", joined("1", " ^ ", n))),
    reads("string +", |n| format!("RETURN {} AS x", joined("'x'", " + ", n))),
    reads("list +", |n| format!("RETURN {} AS x", joined("[1]", " + ", n))),
    reads("<", |n| format!("RETURN {} AS x", joined("1", " < ", n))),
    reads("||", |n| format!("RETURN {} AS x", joined("[1]", " || ", n))),
    reads("string ||", |n| format!("RETURN {} AS x", joined("'x'", " || ", n))),
    reads("list comparison", |n| format!("RETURN {} AS x", joined("[1]", " = ", n))),
    reads("test of a WHEN", |n| {
        format!("RETURN CASE 1 WHEN {} THEN 1 END AS x", joined("2", ", ", n))
    }),
    reads("NOT", |n| format!("RETURN {}true AS x", joined("NOT ", "", n))),
    reads("sign", |n| format!("WITH 1 AS y RETURN {}y AS x", joined("-", "", n))),
    reads("property", |n| format!("WITH {{b: null}} AS a RETURN a{} AS x", joined(".b", "", n))),
    reads("index", |n| format!("WITH [null] AS a RETURN a{} AS x", joined("[0]", "", n))),
    reads("slice", |n| format!("WITH [1] AS a RETURN a{} AS x", joined("[0..]", "", n))),
    reads("label test", |n| format!("MATCH (a) RETURN a:{} AS x", joined("L", "&", n))),
    reads("WHEN", |n| format!("RETURN CASE {} END AS x", joined("WHEN false THEN 1", " ", n))),
    reads("simple WHEN", |n| format!("RETURN CASE 1 {} END AS x", joined("WHEN 2 THEN 1", " ", n))),
    reads("IN list", |n| format!("RETURN 1 IN [{}] AS x", joined("2", ", ", n))),
    reads("list", |n| format!("RETURN [{}] AS x", joined("1", ", ", n))),
    reads("map", |n| format!("RETURN {{{}}} AS x", numbered(n, ", ", |i| format!("k{i}: 1")))),
    reads("map projection", |n| {
        format!(
            "WITH {{x: 1}} AS m RETURN m {{{}}} AS x",
            numbered(n, ", ", |i| format!("k{i}: 1"))
        )
    }),
    reads("argument", |n| format!("RETURN coalesce({}) AS x", joined("null", ", ", n))),
    reads("function", |n| format!("RETURN {} AS x", joined("abs(-1)", " + ", n))),
    reads("parameter", |n| format!("RETURN {} AS x", joined("$p", " + ", n))),
    reads("column", |n| format!("RETURN {}", numbered(n, ", ", |i| format!("1 AS c{i}")))),
    reads("aggregate", |n| {
        format!("MATCH (a) RETURN {}", numbered(n, ", ", |i| format!("sum(a.x + {i}) AS c{i}")))
    }),
    reads("grouping key", |n| {
        format!("MATCH (a) RETURN {}, count(*) AS n", numbered(n, ", ", |i| format!("a.x AS c{i}")))
    }),
    reads("sort key", |n| {
        format!("MATCH (a) RETURN a ORDER BY {}", numbered(n, ", ", |i| format!("a.x + {i}")))
    }),
    reads("DISTINCT column", |n| {
        format!("MATCH (a) RETURN DISTINCT {}", numbered(n, ", ", |i| format!("a.x AS c{i}")))
    }),
    reads("column of WITH *", |n| {
        format!("WITH {} WITH * RETURN *", numbered(n, ", ", |i| format!("1 AS c{i}")))
    }),
    reads("part without a name", |n| format!("MATCH {} RETURN 1 AS x", joined("(:L)", ", ", n))),
    reads("part with a name", |n| {
        format!("MATCH {} RETURN 1 AS x", numbered(n, ", ", |i| format!("(a{i}:L)")))
    }),
    reads("part that is read", |n| {
        let parts = numbered(n, ", ", |i| format!("(a{i}:L)"));
        format!("MATCH {parts} RETURN {} AS x", numbered(n, " + ", |i| format!("a{i}.x")))
    }),
    reads("part with a predicate", |n| {
        let parts = numbered(n, ", ", |i| format!("(a{i})"));
        format!(
            "MATCH {parts} WHERE {} RETURN 1 AS x",
            numbered(n, " AND ", |i| format!("a{i}.x = 1"))
        )
    }),
    reads("part with properties", |n| {
        format!("MATCH {} RETURN 1 AS x", numbered(n, ", ", |i| format!("(a{i} {{x: 1}})")))
    }),
    reads("part of one variable", |n| format!("MATCH {} RETURN a", joined("(a)", ", ", n))),
    reads("star of paths", |n| {
        let parts = numbered(n, ", ", |i| format!("(a)-[r{i}:T{i}]->(b{i})"));
        format!("MATCH {parts} RETURN a")
    }),
    reads("long path", |n| format!("MATCH (a){} RETURN a", joined("-[:T]->()", "", n))),
    reads("long path of names", |n| {
        format!("MATCH (a){} RETURN a", numbered(n, "", |i| format!("-[r{i}:T]->(n{i})")))
    }),
    reads("long path variable", |n| {
        format!("MATCH p = (a){} RETURN p", joined("-[:T]->()", "", n))
    }),
    reads("variable length path", |n| {
        format!("MATCH (a){} RETURN a", joined("-[:U*0..1]->()", "", n))
    }),
    reads("quantified path", |n| format!("MATCH (a){} RETURN a", joined("-[:U]->{0,1}()", "", n))),
    reads("repeated parts", |n| {
        format!(
            "MATCH (a){} RETURN a",
            numbered(n, "", |i| format!(" ((x{i})-[:U]->(y{i})){{0,1}} ()"))
        )
    }),
    reads("repeated parts with conditions", |n| {
        let part = |i| format!(" ((x{i})-[r{i}:U]->(y{i}:L) WHERE x{i}.x < y{i}.x){{0,1}} ()");
        format!("MATCH (a){} RETURN a", numbered(n, "", part))
    }),
    reads("parts that may be missing", |n| {
        format!("MATCH (a){} RETURN a", numbered(n, "", |i| format!("-[r{i}:U]->?()")))
    }),
    reads("chosen path of many parts", |n| {
        let parts = numbered(n, "", |i| format!("-[r{i}:T {{x: 1}}]->(n{i} {{x: 2}})"));
        format!("MATCH ANY SHORTEST (a){parts} RETURN a")
    }),
    reads("repeated long path", |n| {
        format!("MATCH (a) ((){}){{0,1}} () RETURN a", joined("-[:T]->()", "", n))
    }),
    reads("label", |n| format!("MATCH (a:{}) RETURN a", joined("L", "&", n))),
    reads("type", |n| format!("MATCH (a)-[:{}]->() RETURN a", joined("T", "|", n))),
    reads("MATCH", |n| format!("{} RETURN 1 AS x", joined("MATCH (:L)", " ", n))),
    reads("MATCH with a name", |n| {
        format!("{} RETURN 1 AS x", numbered(n, " ", |i| format!("MATCH (a{i}:L)")))
    }),
    reads("MATCH that goes on", |n| {
        format!(
            "MATCH (a0) {} RETURN 1 AS x",
            numbered(n, " ", |i| format!("MATCH (a{i})-->(a{})", i + 1))
        )
    }),
    reads("OPTIONAL MATCH", |n| {
        format!("{} RETURN 1 AS x", numbered(n, " ", |i| format!("OPTIONAL MATCH (a{i}:M)")))
    }),
    reads("hint", |n| format!("MATCH (a:L){} RETURN a", joined(" USING SCAN a:L", "", n))),
    reads("WITH", |n| format!("MATCH (a) {} RETURN a", joined("WITH a", " ", n))),
    reads("WITH WHERE", |n| {
        format!("MATCH (a) {} RETURN a", joined("WITH a WHERE a.x = 1", " ", n))
    }),
    reads("WITH alias", |n| {
        format!(
            "WITH 1 AS a0 {} RETURN 1 AS x",
            numbered(n, " ", |i| format!("WITH a{i} AS a{}", i + 1))
        )
    }),
    reads("WITH DISTINCT", |n| format!("MATCH (a) {} RETURN a", joined("WITH DISTINCT a", " ", n))),
    reads("WITH count", |n| {
        format!("MATCH (a) {} RETURN a", joined("WITH a, count(*) AS c", " ", n))
    }),
    reads("WITH ORDER", |n| {
        format!("MATCH (a) {} RETURN a", joined("WITH a ORDER BY a.x LIMIT 1", " ", n))
    }),
    reads("WITH *", |n| {
        format!("{} RETURN 1 AS x", numbered(n, " ", |i| format!("WITH *, 1 AS a{i}")))
    }),
    reads("UNWIND", |n| {
        format!("{} RETURN 1 AS x", numbered(n, " ", |i| format!("UNWIND [1] AS a{i}")))
    }),
    reads("CALL", |n| {
        format!(
            "{} RETURN 1 AS x",
            numbered(n, " ", |i| format!("CALL test.echo(1) YIELD out AS o{i}"))
        )
    }),
    reads("UNION", |n| joined("RETURN 1 AS x", " UNION ", n)),
    reads("UNION ALL", |n| joined("MATCH (a) RETURN a", " UNION ALL ", n)),
    reads("UNION in a subquery", |n| {
        format!("RETURN COUNT {{ {} }} AS x", joined("RETURN 1 AS x", " UNION ", n))
    }),
    reads("MATCH in a subquery", |n| {
        format!("RETURN EXISTS {{ {} }} AS x", numbered(n, " ", |i| format!("MATCH (a{i}:L)")))
    }),
    reads("part in a subquery", |n| {
        format!("RETURN COUNT {{ {} }} AS x", numbered(n, ", ", |i| format!("(a{i}:L)")))
    }),
    reads("subquery", |n| {
        format!("MATCH (a) RETURN {} AS x", joined("COUNT { (a)-->() }", " + ", n))
    }),
    reads("pattern predicate", |n| {
        format!("MATCH (a) WHERE {} RETURN a", joined("(a)-->()", " AND ", n))
    }),
    reads("pattern comprehension", |n| {
        format!("MATCH (a) RETURN {} AS x", joined("size([(a)-->(b) | b])", " + ", n))
    }),
    reads("list comprehension", |n| {
        format!("RETURN {} AS x", joined("size([x IN [1] WHERE x > 0 | x])", " + ", n))
    }),
    reads("quantifier", |n| {
        format!("RETURN {} AS x", joined("all(x IN [1] WHERE x > 0)", " AND ", n))
    }),
    reads("reduce", |n| {
        format!("RETURN {} AS x", joined("reduce(s = 0, x IN [1] | s + x)", " + ", n))
    }),
    reads("label of OR", |n| format!("MATCH (a:{}) RETURN a", joined("L", "|", n))),
    reads("FOR", |n| format!("{} RETURN 1 AS x", numbered(n, " ", |i| format!("FOR a{i} IN [1]")))),
    reads("LET", |n| format!("{} RETURN 1 AS x", numbered(n, " ", |i| format!("LET a{i} = 1")))),
    reads("LET item", |n| {
        format!("LET {} RETURN 1 AS x", numbered(n, ", ", |i| format!("a{i} = 1")))
    }),
    reads("LET that goes on", |n| {
        let items = numbered(n, " ", |i| format!("LET a{} = a{i} + 1", i + 1));
        format!("LET a0 = 1 {items} RETURN a{n} AS x")
    }),
    reads("LET that is returned", |n| {
        let columns = numbered(n, ", ", |i| format!("a{i}"));
        format!("{} RETURN {columns}", numbered(n, " ", |i| format!("LET a{i} = 1")))
    }),
    reads("FILTER", |n| format!("MATCH (a) {} RETURN a", joined("FILTER a.x = 1", " ", n))),
    reads("page", |n| format!("MATCH (a) {} RETURN a", joined("ORDER BY a.x LIMIT 1", " ", n))),
    reads("NEXT", |n| format!("{} RETURN x", joined("RETURN 1 AS x NEXT", " ", n))),
    reads("NEXT that goes on", |n| {
        format!("RETURN 1 AS x{}", joined(" NEXT RETURN x + 1 AS x", "", n))
    }),
    reads("NEXT with UNION", |n| {
        format!("RETURN 1 AS x{}", joined(" NEXT RETURN x UNION RETURN x", "", n))
    }),
    reads("branch of WHEN", |n| {
        joined("WHEN false THEN RETURN 1 AS x", " ", n) + " ELSE RETURN 2 AS x"
    }),
    reads("EXCEPT", |n| joined("RETURN 1 AS x", " EXCEPT ", n)),
    reads("EXCEPT ALL", |n| joined("RETURN 1 AS x", " EXCEPT ALL ", n)),
    reads("INTERSECT", |n| joined("RETURN 1 AS x", " INTERSECT ", n)),
    reads("INTERSECT ALL", |n| joined("RETURN 1 AS x", " INTERSECT ALL ", n)),
    reads("OTHERWISE", |n| joined("MATCH (a:Absent) RETURN a", " OTHERWISE ", n)),
    reads("column of UNION", |n| {
        let columns = numbered(n, ", ", |i| format!("1 AS c{i}"));
        format!("RETURN {columns} UNION RETURN {columns}")
    }),
    reads("column of NEXT", |n| {
        let columns = numbered(n, ", ", |i| format!("1 AS c{i}"));
        format!("RETURN {columns} NEXT RETURN *")
    }),
    reads("column of CALL", |n| {
        let columns = numbered(n, ", ", |i| format!("1 AS c{i}"));
        format!("CALL () {{ RETURN {columns} }} RETURN *")
    }),
    reads("import of CALL", |n| {
        let columns = numbered(n, ", ", |i| format!("1 AS c{i}"));
        let names = numbered(n, ", ", |i| format!("c{i}"));
        format!(
            "WITH {columns} CALL ({names}) {{ RETURN {} AS x }} RETURN x",
            names.replace(',', " +")
        )
    }),
    reads("outer variable", |n| {
        let columns = numbered(n, ", ", |i| format!("1 AS c{i}"));
        let sum = numbered(n, " + ", |i| format!("c{i}"));
        format!("WITH {columns} RETURN COUNT {{ UNWIND [1, 2] AS y RETURN {sum} + y AS s }} AS x")
    }),
    reads("column of DISTINCT, sorted", |n| {
        let columns = numbered(n, ", ", |i| format!("a.x + {i} AS c{i}"));
        let keys = numbered(n, ", ", |i| format!("c{i}"));
        format!("MATCH (a) RETURN DISTINCT {columns} ORDER BY {keys}")
    }),
    reads("column, sorted", |n| {
        let columns = numbered(n, ", ", |i| format!("1 AS c{i}"));
        let keys = numbered(n, ", ", |i| format!("c{i}"));
        format!("RETURN {columns} ORDER BY {keys}")
    }),
    reads("aggregate with keys", |n| {
        let keys = numbered(n, ", ", |i| format!("a.x + {i} AS k{i}"));
        let sums = numbered(n, ", ", |i| format!("sum(a.x + {i}) AS c{i}"));
        format!("MATCH (a) RETURN {keys}, {sums}")
    }),
    reads("aggregate beside keys", |n| {
        let keys = numbered(n, ", ", |i| format!("a.k{i} AS k{i}"));
        let sum = numbered(n, " + ", |i| format!("a.k{i}"));
        format!("MATCH (a) RETURN {keys}, {sum} + count(*) AS s")
    }),
    reads("aggregate, sorted", |n| {
        let sums = numbered(n, ", ", |i| format!("sum(a.x + {i}) AS c{i}"));
        let keys = numbered(n, ", ", |i| format!("sum(a.x + {i})"));
        format!("MATCH (a) RETURN {sums} ORDER BY {keys}")
    }),
    reads("WITH WHERE of columns", |n| {
        let columns = numbered(n, ", ", |i| format!("a.x + {i} AS c{i}"));
        let terms = numbered(n, " AND ", |i| format!("c{i} > 0"));
        format!("MATCH (a) WITH DISTINCT {columns} WHERE {terms} RETURN *")
    }),
    reads("MATCH that is returned", |n| {
        let columns = numbered(n, ", ", |i| format!("a{i}"));
        format!("{} RETURN {columns}", numbered(n, " ", |i| format!("MATCH (a{i}:L)")))
    }),
    reads("OPTIONAL MATCH that is returned", |n| {
        let columns = numbered(n, ", ", |i| format!("a{i}"));
        format!("{} RETURN {columns}", numbered(n, " ", |i| format!("OPTIONAL MATCH (a{i}:M)")))
    }),
    reads("subquery that is returned", |n| {
        let columns = numbered(n, ", ", |i| format!("a{i}"));
        let calls = numbered(n, " ", |i| format!("CALL () {{ RETURN 1 AS a{i} }}"));
        format!("{calls} RETURN {columns}")
    }),
    reads("filter of each row below", |n| {
        let rows = numbered(n, " ", |i| format!("UNWIND [1] AS a{i}"));
        format!("{rows} {} RETURN 1 AS x", numbered(n, " ", |i| format!("FILTER a{i} = 1")))
    }),
    reads("MATCH of one variable", |n| {
        format!("MATCH (a) {} RETURN a", joined("MATCH (a)-->(:L)", " ", n))
    }),
    reads("relationships of one clause", |n| {
        format!("MATCH {} RETURN 1 AS x", joined("(:L)-[:U]->()", ", ", n))
    }),
    reads("path that turns", |n| format!("MATCH (a){} RETURN a", joined("--()", "", n))),
    reads("path of claims", |n| {
        format!("MATCH (a){} RETURN a", numbered(n, "", |i| format!("-[:T|U{i}]->()")))
    }),
    reads("unknown label", |n| {
        format!("MATCH {} RETURN 1 AS x", numbered(n, ", ", |i| format!("(:U{i})")))
    }),
    reads("subquery of CALL", |n| {
        let calls = numbered(n, " ", |i| format!("CALL () {{ RETURN 1 AS a{i} }}"));
        format!("{calls} RETURN 1 AS x")
    }),
    reads("open subquery of CALL", |n| {
        let calls = numbered(n, " ", |i| format!("CALL (*) {{ RETURN 1 AS a{i} }}"));
        format!("{calls} RETURN 1 AS x")
    }),
    reads("YIELD column", |n| {
        let items = numbered(n, ", ", |i| format!("out AS o{i}"));
        format!("CALL test.echo(1) YIELD {items} RETURN 1 AS x")
    }),
    reads("variable of a comprehension", |n| {
        let terms = numbered(n, " + ", |i| format!("size([v{i} IN [1] | v{i}])"));
        format!("RETURN {terms} AS x")
    }),
    reads("path variable", |n| {
        let parts = numbered(n, ", ", |i| format!("p{i} = (:L)"));
        format!("MATCH {parts} RETURN 1 AS x")
    }),
    reads("path variable that is read", |n| {
        let parts = numbered(n, ", ", |i| format!("p{i} = (:L)"));
        let terms = numbered(n, " AND ", |i| format!("length(p{i}) = 0"));
        format!("MATCH {parts} WHERE {terms} RETURN 1 AS x")
    }),
    writes("CREATE item", |n| format!("CREATE {}", joined("(:N)", ", ", n))),
    writes("CREATE item with a name", |n| {
        format!("CREATE {} RETURN 1 AS x", numbered(n, ", ", |i| format!("(a{i}:N)-[:R]->(b{i})")))
    }),
    writes("CREATE a long path", |n| format!("CREATE (:N){}", joined("-[:R]->(:N)", "", n))),
    writes("CREATE", |n| joined("CREATE (:N)", " ", n)),
    writes("CREATE with a name", |n| numbered(n, " ", |i| format!("CREATE (a{i}:N)"))),
    writes("MERGE", |n| joined("MERGE (:N {x: 1})", " ", n)),
    writes("SET item", |n| format!("MATCH (a) SET {}", joined("a.y = 1", ", ", n))),
    writes("SET labels", |n| format!("MATCH (a) SET a{}", joined(":M", "", n))),
    writes("SET", |n| format!("MATCH (a) {}", joined("SET a.y = 1", " ", n))),
    writes("ON CREATE item", |n| {
        format!("MERGE (a:New) ON CREATE SET {}", joined("a.y = 1", ", ", n))
    }),
    writes("REMOVE", |n| format!("MATCH (a) {}", joined("REMOVE a.y", " ", n))),
    writes("DELETE", |n| format!("MATCH (a) {}", joined("DETACH DELETE a", " ", n))),
    writes("FOREACH", |n| joined("FOREACH (x IN [1] | CREATE (:N))", " ", n)),
    writes("FOREACH with a clause", |n| {
        format!("FOREACH (x IN [1] | {})", joined("CREATE (:N)", " ", n))
    }),
    writes("CREATE that is returned", |n| {
        let columns = numbered(n, ", ", |i| format!("a{i}"));
        format!("{} RETURN {columns}", numbered(n, " ", |i| format!("CREATE (a{i}:N)")))
    }),
    writes("CREATE from one node", |n| {
        format!("MATCH (a) CREATE {}", joined("(a)-[:R]->(:N)", ", ", n))
    }),
    // An index finds what is merged: without one each looks through all that those before it
    // have created, as it is written.
    writes("MERGE with a name", |n| numbered(n, " ", |i| format!("MERGE (a{i}:N {{x: {i}}})"))),
    writes("MERGE of a long path", |n| format!("MERGE (:N){}", joined("-[:R]->(:N)", "", n))),
    writes("SET after MATCH", |n| {
        format!("MATCH (a) {}", joined("SET a.y = 1 WITH a", " ", n)) + " RETURN a"
    }),
    writes("DELETE of what is created", |n| {
        let names = numbered(n, ", ", |i| format!("a{i}"));
        format!("CREATE {} DELETE {names}", numbered(n, ", ", |i| format!("(a{i}:N)")))
    }),
    writes("REMOVE item", |n| format!("MATCH (a) REMOVE {}", joined("a.y", ", ", n))),
    writes("DELETE item", |n| format!("MATCH (a) DETACH DELETE {}", joined("a", ", ", n))),
    writes("property of CREATE", |n| {
        format!("CREATE (a {{{}}})", numbered(n, ", ", |i| format!("k{i}: 1")))
    }),
];
