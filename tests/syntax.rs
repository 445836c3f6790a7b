//! Properties of the parser: what is printed parses to the same tree, nothing panics.
//! `tests/depth.rs` and `tests/chains.rs` hold it to what nests and to what is long.

mod constructs;
mod syntax_trees;

use constructs::variants::{Found, missing};

use dossier::syntax::{self, TokenKind};
use proptest::prelude::*;
use regex::Regex;
use std::sync::LazyLock;

static SPANS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"Span \{ start: \d+, end: \d+ \}").expect("a valid expression"));

/// A tree without its places.
fn shape(tree: &impl std::fmt::Debug) -> String {
    SPANS.replace_all(&format!("{tree:?}"), "_").into_owned()
}

fn parsed(text: &str) -> syntax::ast::Statement {
    syntax::parse(text).unwrap_or_else(|diagnostic| panic!("{}", diagnostic.render(text, false)))
}

#[test]
fn the_generator_makes_every_variant() {
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(|| {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let statements = syntax_trees::statement();
        let mut found = Found::default();
        for _ in 0..1600 {
            let tree = statements.new_tree(&mut runner).expect("a statement");
            found.statement(&proptest::strategy::ValueTree::current(&tree));
        }
        let absent = missing(&found.seen, None);
        assert!(absent.is_empty(), "generate these in tests/syntax_trees: {absent:?}");
    });
    thread.expect("a thread").join().expect("every variant");
}

#[test]
fn what_is_printed_parses_to_the_same_tree() {
    // Proptest itself recurses deeply while it makes trees.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(|| {
        let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |(statement in syntax_trees::statement().no_shrink())| {
            let text = syntax::print(&statement);
            let again =
                syntax::parse(&text).map_err(|diagnostic| TestCaseError::fail(diagnostic.render(&text, false)))?;
            prop_assert_eq!(shape(&statement), shape(&again), "{}", text);
        });
    });
    thread.expect("a thread").join().expect("the same trees");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_tree_or_a_place(text in "\\PC{0,60}") {
        check(&text)?;
    }

    #[test]
    fn any_words_give_a_tree_or_a_place(words in prop::collection::vec(word(), 0..30)) {
        check(&words.join(" "))?;
        check(&words.concat())?;
    }
}

/// Pieces of queries, most of them out of place.
fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "MATCH",
        "OPTIONAL",
        "RETURN",
        "WITH",
        "WHERE",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "a",
        "n",
        ":",
        "|",
        "-",
        "<",
        ">",
        "-->",
        "<-[",
        "]->",
        "*",
        "1",
        "2.5",
        "..",
        ".",
        ",",
        "'x'",
        "\"",
        "'",
        "`",
        "$p",
        "AS",
        "ORDER",
        "BY",
        "NOT",
        "IN",
        "IS",
        "NULL",
        "CASE",
        "WHEN",
        "THEN",
        "END",
        "EXISTS",
        "COUNT",
        "all",
        "reduce",
        "=",
        "+=",
        "^",
        "STARTS",
        "UNION",
        "UNWIND",
        "CREATE",
        "MERGE",
        "ON",
        "SET",
        "DELETE",
        "CALL",
        "YIELD",
        "/*",
        "//",
        ";",
        "0x",
        "1e",
        "é",
        "—",
        "shortestPath",
        "\\u12",
        "#",
        "!=",
        "==",
        "\n",
        "DISTINCT",
        "CHECKPOINT",
        "EXPLAIN",
        "INDEX",
        "CONSTRAINT",
        "EDGE TYPE",
        "DROP",
        "FOR",
        "REQUIRE",
        "IF NOT EXISTS",
        "SHOW",
        "INDEXES",
    ])
}

fn check(text: &str) -> Result<(), TestCaseError> {
    match syntax::parse(text) {
        Ok(statement) => {
            let printed = syntax::print(&statement);
            prop_assert_eq!(
                syntax::parse(&printed).map(|again| syntax::print(&again)),
                Ok(printed)
            );
        }
        Err(diagnostic) => {
            let span = diagnostic.span.expect("syntax errors have a place");
            prop_assert!(span.start <= span.end && span.end as usize <= text.len());
            prop_assert!(!diagnostic.render(text, false).is_empty());
        }
    }
    let mut end = 0;
    for token in syntax::tokenize(text) {
        prop_assert!(token.span.start >= end && token.span.end > token.span.start);
        prop_assert!(
            text.is_char_boundary(token.span.start as usize)
                && text.is_char_boundary(token.span.end as usize)
        );
        prop_assert!(token.kind != TokenKind::End);
        end = token.span.end;
    }
    for (span, statement) in syntax::split_statements(text) {
        prop_assert_eq!(&text[span.start as usize..span.end as usize], statement);
    }
    syntax::is_complete(text);
    Ok(())
}

/// The text of the only item of a RETURN, printed from its tree.
fn normal(expression: &str) -> String {
    let text = format!("MATCH (n) WHERE {expression} RETURN 1");
    let printed = syntax::print(&parsed(&text));
    printed["MATCH (n) WHERE ".len()..printed.len() - " RETURN 1".len()].to_owned()
}

#[test]
fn operators_bind_as_in_opencypher() {
    for (written, grouped) in [
        ("a OR (b AND c)", "a OR b AND c"),
        ("(a OR b) AND c", "(a OR b) AND c"),
        ("NOT (a = b)", "NOT a = b"),
        ("(NOT a) = b", "(NOT a) = b"),
        ("a + (b * c)", "a + b * c"),
        ("(a + b) * c", "(a + b) * c"),
        ("-(2 ^ 2)", "-(2 ^ 2)"),
        ("(-a) ^ 2", "-a ^ 2"),
        ("-(5)", "-(5)"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a + b) IN (c + d)", "a + b IN c + d"),
        ("(a IN b) = (c IS NULL)", "a IN b = c IS NULL"),
        ("(a < b) < c", "(a < b) < c"),
        ("a STARTS WITH 'x' + 'y'", "a STARTS WITH 'x' + 'y'"),
        ("((a)).b[(1)]", "a.b[1]"),
        ("(n:A:B) AND n.x", "n:A&B AND n.x"),
        ("((n)-->())", "(n)-->()"),
        ("(n)-[r]-(m) OR (n)<-1 AND (n)--(m)", "(n)-[r]-(m) OR n < -1 AND (n)--(m)"),
        ("[(x IN y)]", "[(x IN y)]"),
        ("[x IN y, 1]", "[x IN y, 1]"),
        ("[(false IN y)]", "[false IN y]"),
        ("[null IN y]", "[null IN y]"),
    ] {
        assert_eq!(normal(written), grouped);
        assert_eq!(normal(grouped), grouped);
    }
}

#[test]
fn words_are_keywords_only_where_they_must_be() {
    for text in [
        "MATCH (order:Order {limit: 3})-[match:MATCH]->(end:End) RETURN order.set, end AS with, match",
        "MATCH (n) WHERE n.case = n.when RETURN n.return AS return ORDER BY n.order SKIP 1",
        "UNWIND [1] AS count RETURN count, count(count), count {.x}, exists, all",
        "MATCH (n:`A b`:`C``d`) SET n.`e f` = $`g h`, n += $1",
        "match (who)-[c:ASSERTS]->[r:VIOLATED|BROKE {x: 1}], [c]-[cite:CITED_IN]->(doc) return who",
        "MATCH p = shortestPath((a)-[*..15]-(b)), (a)<-[:A|:B*2]-(b) RETURN p",
        "MERGE (a)-[:T]->[r] ON MATCH SET a.x = 1 ON CREATE SET a:L, a = {} ON MATCH SET a += {}",
        "CALL db.labels() YIELD label AS l WHERE l <> 'x' RETURN l",
        "EXPLAIN MATCH (n) DETACH DELETE n",
        "CHECKPOINT;",
        "CREATE INDEX index FOR (drop:Constraint) ON (drop.if, drop.type)",
        "CREATE CONSTRAINT if IF NOT EXISTS FOR ()-[for:EDGE]-() REQUIRE for.key IS KEY",
        "SHOW EDGE TYPES YIELD start AS show, end ORDER BY show SKIP 1 WHERE end <> 'x' RETURN end",
        "MATCH (index:Index)-[edge:TYPE]->(drop) WHERE index.unique RETURN drop.constraint AS if",
    ] {
        let statement = parsed(text);
        let printed = syntax::print(&statement);
        assert_eq!(syntax::print(&parsed(&printed)), printed);
    }
}

#[test]
fn a_column_is_named_as_it_was_written() {
    let statement = parsed("RETURN  n . name ,(1+2) , count( * ) AS c");
    let syntax::ast::StatementBody::Query(query) = &statement.body else { panic!("a query") };
    let syntax::ast::ClauseKind::Return(projection) = &query.parts[0].first.clauses[0].kind else {
        panic!("RETURN")
    };
    let texts: Vec<&str> = projection.items.iter().map(|item| &*item.text).collect();
    assert_eq!(texts, ["n . name", "(1+2)", "count( * )"]);
}
