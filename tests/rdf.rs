//! RDF: what is exported comes back as an equal graph, and what others have written comes in.

use dossier::export::rdf::{self, RdfFormat};
use dossier::import::{FileAccess, FileError, OpenedFile};
use dossier::rdf::Vocabulary;
use dossier::store::Graph;
use dossier::{Database, Error};
use proptest::prelude::*;
use std::path::Path;
use std::sync::Arc;
use whole_graphs::{census, graphs};

mod whole_graphs;

/// One file, whatever it is called.
#[derive(Debug)]
struct Only(String);

impl FileAccess for Only {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let reader = Box::new(std::io::Cursor::new(self.0.clone().into_bytes()));
        Ok(OpenedFile { name: location.into(), length: None, reader })
    }
}

fn written(graph: &Graph, vocabulary: &Vocabulary, format: RdfFormat) -> String {
    let mut bytes = Vec::new();
    rdf::write(graph, vocabulary, format, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn import(database: &Database, text: &str) -> Result<(u64, u64), String> {
    let files = Arc::new(Only(text.to_owned()));
    match database.import_rdf().files(files).file("in.ttl").run() {
        Ok(report) => Ok((report.nodes, report.relationships)),
        Err(Error::Import(what)) => Err(what),
        Err(error) => panic!("{error}"),
    }
}

fn loaded(text: &str) -> Database {
    let database = Database::in_memory();
    import(&database, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    database
}

fn comes_back(graph: &Graph) {
    let bases =
        ["http://example.org/truce/", "http://example.org/truce#", dossier::rdf::DEFAULT_BASE];
    for (base, format) in
        bases.into_iter().zip([RdfFormat::Turtle, RdfFormat::Turtle, RdfFormat::NTriples])
    {
        let vocabulary = Vocabulary::new(base, []).unwrap();
        let text = written(graph, &vocabulary, format);
        let copy = loaded(&text).snapshot();
        assert_eq!(census(&copy), census(graph), "{text}");
        assert_eq!(written(&copy, &vocabulary, format), text);
    }
}

fn made(statements: &[&str]) -> Database {
    let database = Database::in_memory();
    for statement in statements {
        database.query(statement).run().unwrap();
    }
    database
}

/// The first column of a query, each row as a literal.
fn values(database: &Database, query: &str) -> Vec<String> {
    let result = database.query(query).run().unwrap();
    result.rows.iter().map(|row| row[0].to_cypher_literal()).collect()
}

#[test]
fn the_truce_comes_back_claims_included() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(root.join("graph/truce.cypher")).unwrap();
    let database = Database::in_memory();
    for (_, statement) in dossier::syntax::split_statements(&script) {
        database.query(statement).run().unwrap();
    }
    comes_back(&database.snapshot());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_graph_comes_back(graph in graphs()) {
        comes_back(&graph.0);
    }
}

#[test]
fn names_are_numbered_in_the_same_order_again() {
    let database =
        made(&["CREATE (n), (n)-[:R]->(n), (n)-[b:R]->(n), (n)-[:R]->(n), [b]-[:R]->(n)"]);
    comes_back(&database.snapshot());
}

const SHOP: &str = "
    @prefix : <http://example.org/> .
    @prefix ex: <http://example.org/ns#> .
    @prefix foaf: <http://xmlns.com/foaf/0.1/> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    :li a foaf:Person, ex:Official ;
        foaf:name 'Li', 'Li Chenggang' ;
        rdfs:label 'minister'@en, 'ministre'@fr ;
        ex:born '1967'^^xsd:gYear ;
        ex:scores ( 1 2.5 true ) ; ex:none () ;
        ex:knows :he, [ foaf:name 'somebody' ] ;
        <http://elsewhere.net/likes/tea> :tea .
    :he ex:since '2013-03-01'^^xsd:date .
";

#[test]
fn what_others_have_written_becomes_a_graph() {
    let database = loaded(SHOP);
    let one = |query: &str| values(&database, query).join(" ");
    let li = "MATCH (li {iri: 'http://example.org/li'}) RETURN ";
    assert_eq!(one(&format!("{li} labels(li)")), "['foaf:Person', 'ex:Official']");
    assert_eq!(one(&format!("{li} li.`foaf:name`")), "['Li', 'Li Chenggang']");
    assert_eq!(one(&format!("{li} li.`rdfs:label@fr`")), "'ministre'");
    assert_eq!(one(&format!("{li} li.`ex:born^^xsd:gYear`")), "'1967'");
    assert_eq!(one(&format!("{li} li.`ex:scores`")), "[1, 2.5, true]");
    assert_eq!(one(&format!("{li} li.`ex:none`")), "[]");
    let known = "MATCH (:`foaf:Person`)-[:`ex:knows`]->(who) RETURN coalesce(who.iri, who.`foaf:name`) AS w ORDER BY w";
    assert_eq!(values(&database, known), ["'http://example.org/he'", "'somebody'"]);
    assert_eq!(
        one("MATCH ()-[r]->({iri: 'http://example.org/tea'}) RETURN type(r)"),
        "'http://elsewhere.net/likes/tea'"
    );
    assert_eq!(
        one("MATCH (he) WHERE he.`ex:since` IS NOT NULL RETURN he.`ex:since`"),
        "'2013-03-01'"
    );
    // With the prefix the same triples come out again.
    let vocabulary = Vocabulary::new("http://g.net/", [("ex", "http://example.org/ns#")]).unwrap();
    let text = written(&database.snapshot(), &vocabulary, RdfFormat::Turtle);
    for part in
        ["ex:born \"1967\"^^xsd:gYear", "\"ministre\"@fr", "ex:since \"2013-03-01\"^^xsd:date"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn reifiers_become_relationships_that_others_point_at() {
    let database = loaded(
        "@prefix : <http://example.org/> .
         @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
         :china :broke :deal ~ :c1 {| :since 2025 ; :said_by :us |} .
         << :us :broke :deal ~ :c2 >> :said_by :china .
         << << :us :broke :deal ~ :c3 >> :said_by :paper >> :page 3 .
         :us :bombs :deal {| :times 2 |}, :paper ~ ~ .",
    );
    let pairs = |query: &str| values(&database, query);
    let broke = "MATCH (who)-[b:broke]->() OPTIONAL MATCH [b]-[:said_by]->(by) RETURN [who.iri, b.iri, b.since, b.asserted, by.iri] AS x ORDER BY b.iri";
    assert_eq!(
        pairs(broke),
        [
            "['http://example.org/china', 'http://example.org/c1', 2025, null, 'http://example.org/us']",
            "['http://example.org/us', 'http://example.org/c2', null, false, 'http://example.org/china']",
            "['http://example.org/us', 'http://example.org/c3', null, false, 'http://example.org/paper']",
        ]
    );
    assert_eq!(
        pairs("MATCH [b]-[s:said_by {page: 3}]->(by) RETURN by.iri"),
        ["'http://example.org/paper'"]
    );
    assert_eq!(pairs("MATCH ()-[b:bombs]->(x) RETURN [x.iri, b.times] AS x ORDER BY x").len(), 3);
    // What is not asserted does not become so.
    let text = written(&database.snapshot(), &Vocabulary::default(), RdfFormat::NTriples);
    let triple =
        "<http://example.org/us> <urn:dossier:graph:vocabulary/broke> <http://example.org/deal> .";
    assert!(!text.lines().any(|line| line == triple), "{text}");
    comes_back(&database.snapshot());
}

#[test]
fn what_is_claimed_is_not_asserted_and_told_in_the_words_of_prov() {
    let database = made(&[
        "CREATE (:Country {name: 'China'})-[v:VIOLATED {since: date('2025-05-12')}]->(:Agreement {name: 'truce'}),
                (:Government {name: 'US'})-[c:ASSERTS]->[v], (:Government {name: 'PRC'})-[:DENIES]->[v],
                (:Media {name: 'NYT'})-[:ASSERTS]->[c], [c]-[:CITED_IN]->(:Source {title: 'an article'})",
        "MATCH (c:Country), (a:Agreement) CREATE (c)-[:SIGNED]->(a), (c)-[:SIGNED {copy: 2}]->(a)",
    ]);
    let text = written(&database.snapshot(), &Vocabulary::default(), RdfFormat::Turtle);
    let lines: Vec<&str> =
        text.lines().map(|line| line.trim_matches([' ', '\t', ';', '.'])).collect();
    for line in [
        "g:China_VIOLATED_truce rdf:reifies <<( g:China v:VIOLATED g:truce )>>",
        "v:since \"2025-05-12\"^^xsd:date",
        "prov:wasAttributedTo g:US",
        "prov:hadPrimarySource g:an_article",
        "prov:wasQuotedFrom g:US_ASSERTS_China_VIOLATED_truce",
        "v:SIGNED g:truce",
    ] {
        assert!(lines.contains(&line), "{line} is not in\n{text}");
    }
    for absent in ["v:VIOLATED g:truce .", "v:VIOLATED g:truce ;", "wasAttributedTo g:PRC"] {
        assert!(!text.contains(absent), "{absent} is in\n{text}");
    }
    comes_back(&database.snapshot());
}

#[test]
fn a_literal_that_is_talked_about_becomes_a_node() {
    let database = loaded("@prefix : <http://example.org/> . :li :age 58 {| :source :paper |} .");
    assert_eq!(
        values(
            &database,
            "MATCH (li)-[a:age]->(x:Literal), [a]-[:source]->() RETURN [li.age, x.value]"
        ),
        ["[58, 58]"]
    );
}

#[test]
fn loading_twice_is_loading_once() {
    let database = loaded(SHOP);
    let before = census(&database.snapshot());
    let text = SHOP.replace("[ foaf:name 'somebody' ]", ":he");
    assert_eq!(import(&database, &text), Ok((0, 0)));
    assert_eq!(census(&database.snapshot()), before);
    // What is new is added to what is there.
    let more = "@prefix : <http://example.org/> . :he :age 70 . :li :age 58, 59 . :he :knows :li .";
    assert_eq!(import(&database, more), Ok((0, 1)));
    assert_eq!(
        import(
            &database,
            ":li :age 60 ."
                .replace(':', "x:")
                .replace("x:li", "<http://example.org/li>")
                .replace("x:age", "<http://example.org/age>")
                .as_str()
        ),
        Ok((0, 0))
    );
    let ages = "MATCH (p {iri: 'http://example.org/li'}) RETURN p.age";
    assert_eq!(values(&database, ages), ["[58, 59]"]);
}

#[test]
fn blank_nodes_of_two_files_are_different_ones() {
    let database = Database::in_memory();
    let files = Arc::new(Only("_:x <n:p> _:y . _:y <n:q> 1 . <n:z> <n:p> _:x .".to_owned()));
    let report = database.import_rdf().files(files).file("a.ttl").file("b.ttl").run().unwrap();
    assert_eq!((report.nodes, report.relationships), (5, 4));
}

#[test]
fn what_is_wrong_is_told_with_file_and_line_and_nothing_comes_in() {
    let head = "@prefix : <http://example.org/> .\n@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n";
    for (text, told) in [
        (":a :b :c .\n:a :b", "in.ttl:4: not Turtle"),
        (":a :b ex:c .", "in.ttl:3: not Turtle: the prefix ex:"),
        (":a :says <<( :b :c :d )>> .", "in.ttl:3: a triple term can only"),
        (":r rdf:reifies :x .", "in.ttl:3: behind rdf:reifies"),
        (
            ":r rdf:reifies <<( :a :b :c )>> .\n:r rdf:reifies <<( :a :b :d )>> .",
            "in.ttl:4: <http://example.org/r> reifies another",
        ),
        (":r rdf:reifies <<( :a :b <<( :c :d :e )>> )>> .", "in.ttl:3: a triple term inside"),
        (":r rdf:reifies <<( :s :b :c )>> .\n:s rdf:reifies <<( :r :b :c )>> .", "is about itself"),
        (":r rdf:reifies <<( :r :b :c )>> .", "is about itself"),
        (":a :b (1 2), 3 .", "in.ttl:3: `b` of <http://example.org/a> is a list"),
    ] {
        let database = Database::in_memory();
        let error = import(&database, &format!("{head}{text}")).unwrap_err();
        assert!(error.contains(told), "{error}\nis not\n{told}");
        assert_eq!(database.snapshot().node_bound(), 0, "{text}");
    }
}

#[test]
fn what_the_schema_forbids_does_not_come_in() {
    let database = made(&["CREATE CONSTRAINT FOR (p:Person) REQUIRE p.name IS NOT NULL"]);
    let error = import(&database, "<x:a> a <http://example.org/Person> .");
    assert_eq!(error, Ok((1, 0)), "another label");
    let error = import(&database, "@prefix : <http://example.org/> . :a a :Person .").unwrap_err();
    assert!(error.contains("Person"), "{error}");
    assert_eq!(database.snapshot().node_count(), 1);
}
