//! Functions and procedures of other systems, and what takes their place.
//!
//! Names are compared in lower case; an entry is for all names that begin with it and go on
//! behind a point, and the longest entry leads.

/// Functions, each with what to do instead.
const FUNCTIONS: &[(&str, &str)] = &[
    ("apoc", "there is no APOC; `SHOW FUNCTIONS` lists what there is"),
    ("apoc.coll", "see the functions that begin with `coll.`, list comprehensions, and `reduce()`"),
    ("apoc.convert", "see `cast()` and the functions that begin with `to`"),
    ("apoc.create.uuid", "write `randomUUID()`"),
    ("apoc.date", "see the temporal functions, such as `datetime()` and `format()`"),
    ("apoc.map", "write a map projection: `map {.*, key: value}`"),
    ("apoc.meta", "write `valueType()`"),
    ("apoc.text", "see the string functions, and `=~` for regular expressions"),
    ("array_agg", "write `collect()`"),
    ("concat", "write `a || b`"),
    ("db.namefromelementid", "a database is one graph: leave it out"),
    ("distance", "there are no points: keep the coordinates as numbers and compute with them"),
    ("extract", "write `[x IN list | expression]`"),
    ("gds", "algorithms are procedures: `CALL algo.page_rank()`, `CALL algo.wcc()`"),
    ("gen_random_uuid", "write `randomUUID()`"),
    ("graph", "a database is one graph: leave it out"),
    ("group_concat", "write `reduce(s = '', x IN collect(…) | s || x)`"),
    ("has", "write `… IS NOT NULL`"),
    ("if", "write `CASE WHEN … THEN … ELSE … END`"),
    ("ifnull", "write `coalesce()`"),
    ("iif", "write `CASE WHEN … THEN … ELSE … END`"),
    ("instr", "write `CONTAINS`"),
    ("isnull", "write `… IS NULL`"),
    ("lcase", "write `toLower()`"),
    ("len", "write `size()`"),
    ("now", "write `datetime()`"),
    ("nvl", "write `coalesce()`"),
    (
        "point",
        "there are no points: keep the coordinates as two numbers and compute with them; \
         `haversin()` helps on a sphere",
    ),
    (
        "point.withinbbox",
        "compare the numbers: `low.x <= n.x <= high.x AND low.y <= n.y <= high.y`",
    ),
    ("random", "write `rand()`"),
    ("rels", "write `relationships()`"),
    ("str", "write `toString()`"),
    ("string_agg", "write `reduce(s = '', x IN collect(…) | s || x)`"),
    ("substr", "write `substring()`"),
    ("toint", "write `toInteger()`"),
    ("ucase", "write `toUpper()`"),
    ("uuid", "write `randomUUID()`"),
    ("vector", "a vector is a list of numbers"),
    ("vector_distance", "see `vector.similarity.euclidean()` and `vector.similarity.cosine()`"),
];

/// Procedures, each with what to do instead.
const PROCEDURES: &[(&str, &str)] = &[
    ("apoc", "there is no APOC; `SHOW PROCEDURES` lists what there is"),
    ("apoc.case", "write a conditional query: `WHEN … THEN … ELSE …`"),
    ("apoc.create", "names may be computed: `CREATE (:$(labels) {…})`, `-[:$(type)]->`, `n[key]`"),
    ("apoc.cypher", "write `CALL (…) { … }`"),
    ("apoc.do", "write a conditional query: `WHEN … THEN … ELSE …`"),
    ("apoc.export", "see `.dump`, `.dot` and `.mode` at the prompt"),
    ("apoc.load", "write `LOAD CSV FROM … AS row`; tables are loaded by `dossier import`"),
    ("apoc.merge", "names may be computed: `MERGE (:$(labels) {…})`"),
    ("apoc.meta", "see `db.schema.nodeTypeProperties()` and `db.schema.relTypeProperties()`"),
    ("apoc.path", "write a path pattern that repeats: `((a)-[r]->(b))+`, with SHORTEST if wanted"),
    (
        "apoc.periodic",
        "a statement is one transaction, whatever its size: write the statement itself",
    ),
    ("apoc.refactor.mergenodes", "write `CALL dossier.merge(…)`"),
    ("apoc.when", "write a conditional query: `WHEN … THEN … ELSE …`"),
    ("db.clearquerycaches", "plans are made anew by themselves"),
    ("db.createlabel", "a name comes into being with the first that uses it"),
    ("db.createproperty", "a name comes into being with the first that uses it"),
    ("db.createrelationshiptype", "a name comes into being with the first that uses it"),
    ("db.index.fulltext", "write CONTAINS, STARTS WITH or `=~` in WHERE"),
    (
        "db.index.vector",
        "write `ORDER BY vector.similarity.cosine(n.vector, $vector) DESC LIMIT 10`",
    ),
    ("db.info", "write `SHOW DATABASES`"),
    ("db.prepareforreplanning", "plans are made anew by themselves"),
    ("db.resampleindex", "indexes and counts are always up to date"),
    ("db.resampleoutdatedindexes", "indexes and counts are always up to date"),
    ("db.schema", "see `db.schema.visualization()` and `db.schema.nodeTypeProperties()`"),
    ("db.stats", "counts are always up to date; `PROFILE` tells what a query did"),
    ("dbms.cluster", "there is no server"),
    ("dbms.info", "write `SHOW DATABASES`"),
    ("dbms.killquery", "Ctrl-C ends the statement that runs at the prompt"),
    (
        "dbms.listconfig",
        "limits are those of a query: `.timeout`, `.memory` and `.rows` at the prompt",
    ),
    ("dbms.listqueries", "the statements of other processes cannot be seen"),
    ("dbms.listtransactions", "the transactions of other processes cannot be seen"),
    ("dbms.routing", "there is no server"),
    ("dbms.security", "there are no users: whoever may read the file may read the database"),
    ("dbms.showcurrentuser", "there are no users: whoever may read the file may read the database"),
    ("gds", "see `algo.page_rank` and `algo.wcc`; the library has all algorithms of petgraph"),
    ("tx.setmetadata", "a commit has a message: `.commit MESSAGE`"),
];

/// What to do instead of a function of this name.
pub(super) fn instead_of_function(name: &str) -> Option<&'static str> {
    longest(FUNCTIONS, name)
}

/// What to do instead of a procedure of this name.
pub(super) fn instead_of_procedure(name: &str) -> Option<&'static str> {
    longest(PROCEDURES, name)
}

fn longest(entries: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let begins = |entry: &&(&str, &str)| {
        name.strip_prefix(entry.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    entries.iter().filter(begins).max_by_key(|entry| entry.0.len()).map(|entry| entry.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function;

    #[test]
    fn the_longest_entry_leads_and_no_entry_hides_a_function() {
        assert_eq!(
            instead_of_function("POINT.withinBBox"),
            instead_of_function("point.withinbbox")
        );
        assert_ne!(instead_of_function("point.withinBBox"), instead_of_function("point.x"));
        assert_eq!(instead_of_function("pointed"), None);
        for entries in [FUNCTIONS, PROCEDURES] {
            assert!(entries.is_sorted_by_key(|(name, _)| *name));
        }
        let there = |(name, _): &&(&str, &str)| function::scalar(name).is_some();
        assert!(!FUNCTIONS.iter().any(|entry| there(&entry)));
    }
}
