//! What a row rests on, as it is told: statements, who stands behind them, where it is written.
//!
//! The rows of a query that was asked WHY bring sets of elements along. A set becomes a
//! [`Support`] when somebody wants to see it, and not before: a result has many rows, and
//! few of them are questioned. Claims are looked for in the whole graph, also where the
//! query saw a part of it: that somebody else denies what one claimant asserts is worth
//! knowing.

use super::Error;
use super::result::QueryResult;
use super::sound::check;
use crate::execute::supporting;
use crate::store::Graph;
use crate::value::naming::naming_text;
use crate::value::{
    ASSERTS, CITED_IN, DENIES, ElementReader, Endpoint, Map, RelationshipId, Value,
};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// What the rows of a result rest on, not yet looked up.
#[derive(Clone, Debug)]
pub(super) struct Why {
    /// A set for each row.
    sets: Vec<Value>,
    /// Where claims are looked for: without a view.
    whole: Arc<Graph>,
}

impl Why {
    pub(super) fn new(sets: Vec<Value>, whole: Arc<Graph>) -> Self {
        Why { sets, whole }
    }
}

/// What a row rests on: statements that suffice to derive it.
///
/// ```
/// let db = dossier::Database::in_memory();
/// db.query("CREATE (:Country {name: 'China'})-[v:VIOLATED]->(:Agreement {name: 'truce'}),
///                  (us:Government {name: 'US'})-[c:ASSERTS {locator: '¶13', confidence: 0.9}]->[v],
///                  (:Government {name: 'Beijing'})-[:DENIES]->[v],
///                  [c]-[:CITED_IN]->(:Source {title: 'an article'})").run()?;
/// let result = db.query("WHY MATCH (who)-[:VIOLATED]->(deal) RETURN who.name").run()?;
/// let support = result.support(0)?.expect("it was asked why");
/// let [broke] = support.statements.as_slice() else { panic!("one statement") };
/// assert_eq!(broke.text, "(China)-[:VIOLATED]->(truce)");
/// assert!(broke.disputed);
/// let claim = &broke.claims[0];
/// assert_eq!((claim.by.name.as_str(), claim.denies), ("US", false));
/// assert_eq!((claim.locator.as_deref(), claim.confidence), (Some("¶13"), Some(0.9)));
/// assert_eq!(claim.citations[0].source.name, "an article");
/// assert_eq!((support.count, support.is_truncated()), (1, false));
/// # Ok::<(), dossier::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Support {
    /// The statements: relationships in the order of their ids, then nodes that somebody has
    /// made a claim about. At most [`Support::MOST`].
    pub statements: Vec<SupportingStatement>,
    /// How many statements there are, those among them that are left out.
    pub count: u64,
}

/// A statement that a row rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct SupportingStatement {
    /// The relationship, or the node.
    pub element: Endpoint,
    /// It in words: `(China)-[:VIOLATED]->(Geneva consensus)`.
    pub text: String,
    /// The claims about it, in the order of their ids.
    pub claims: Vec<Claim>,
    /// Where it is written itself, whoever claims it.
    pub citations: Vec<Citation>,
    /// Whether somebody asserts it and somebody denies it.
    pub disputed: bool,
}

/// A claim about a statement, or about a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The relationship ASSERTS or DENIES.
    pub relationship: RelationshipId,
    /// What it is about.
    pub about: Endpoint,
    /// Who makes it.
    pub by: Party,
    /// Whether it denies what it is about; else it asserts it.
    pub denies: bool,
    /// Its `confidence`, if that is a number.
    pub confidence: Option<f64>,
    /// Its `locator`: where it stands in its source.
    pub locator: Option<String>,
    /// Where it is written.
    pub citations: Vec<Citation>,
    /// Who reports it, who reports that, and so on: the claims about this claim and about
    /// those, the nearest first. Their own lists are empty; `about` tells the way.
    pub reports: Vec<Claim>,
}

/// Where something is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// The relationship `CITED_IN`.
    pub relationship: RelationshipId,
    /// What it leads to.
    pub source: Party,
    /// Its `locator`: a page, a paragraph.
    pub locator: Option<String>,
}

/// Somebody who claims, or something that is cited.
#[derive(Clone, Debug, PartialEq)]
pub struct Party {
    /// The element.
    pub element: Endpoint,
    /// What it is called; its labels and its id where it has no name.
    pub name: String,
}

impl QueryResult {
    /// What the row of that number (from 0) rests on; `None` where there is no such row, or
    /// where it was not asked: WHY in the text asks, and so does [`Query::why`].
    ///
    /// # Errors
    /// [`Error::Storage`] where a part of the file cannot be read.
    ///
    /// # Complexity
    /// Linear in the statements, the claims about them and the reports of those.
    ///
    /// [`Query::why`]: super::Query::why
    pub fn support(&self, row: usize) -> Result<Option<Support>, Error> {
        let Some(why) = &self.why else { return Ok(None) };
        if row >= self.rows.len() {
            return Ok(None);
        }
        // Where no pattern was matched, there are no sets.
        let elements = why.sets.get(row).map(supporting).unwrap_or_default();
        let looker = Looker { graph: &why.whole };
        let shown = elements.iter().take(Support::MOST);
        let statements = shown.map(|element| looker.statement(*element)).collect();
        check(&why.whole)?;
        Ok(Some(Support { statements, count: elements.len() as u64 }))
    }

    /// The version in which the statements of [`support`](Self::support) and the claims about
    /// them are looked up: the whole one, also where the query saw a part of it. `None` where
    /// it was not asked.
    pub fn support_graph(&self) -> Option<&Arc<Graph>> {
        self.why.as_ref().map(|why| &why.whole)
    }
}

impl Support {
    /// Statements that are looked up at most.
    pub const MOST: usize = 1000;

    /// Whether statements are left out: there are more than [`Support::MOST`].
    pub fn is_truncated(&self) -> bool {
        self.count > self.statements.len() as u64
    }

    /// The statements, the claims about them, the reports of those, and the citations, for
    /// [`Subgraph::from_rows`](crate::export::Subgraph::from_rows) to draw.
    pub fn elements(&self) -> Vec<Value> {
        let cited = |citations: &[Citation]| {
            let drawn = citations.iter().map(|citation| Value::Relationship(citation.relationship));
            drawn.collect::<Vec<_>>()
        };
        let mut found = Vec::new();
        for statement in &self.statements {
            found.push(statement.element.into());
            found.extend(cited(&statement.citations));
            for claim in statement.claims.iter().flat_map(Claim::with_reports) {
                found.push(Value::Relationship(claim.relationship));
                found.extend(cited(&claim.citations));
            }
        }
        found
    }

    /// The support as a value of the query language, for JSON: a map of `statements`, `count`
    /// and `truncated`.
    pub fn to_value(&self) -> Value {
        let statements = self.statements.iter().map(SupportingStatement::to_value).collect();
        map([
            ("statements", list(statements)),
            ("count", integer(self.count)),
            ("truncated", Value::Boolean(self.is_truncated())),
        ])
    }
}

impl SupportingStatement {
    fn to_value(&self) -> Value {
        map([
            ("statement", text(&self.text)),
            ("element", self.element.into()),
            ("disputed", Value::Boolean(self.disputed)),
            ("claims", list(self.claims.iter().map(Claim::to_value).collect())),
            ("sources", sources(&self.citations)),
        ])
    }
}

impl Claim {
    /// The claim and the reports of it.
    fn with_reports(&self) -> impl Iterator<Item = &Claim> {
        std::iter::once(self).chain(&self.reports)
    }

    /// The ways by which the claim has become known: of each those who report it, the nearest
    /// first. None where nobody reports it.
    pub fn chains(&self) -> Vec<Vec<&Claim>> {
        let reports = self.reports.iter();
        let of: HashMap<Endpoint, &Claim> =
            reports.map(|report| (Endpoint::Relationship(report.relationship), report)).collect();
        let reported: HashSet<Endpoint> = self.reports.iter().map(|report| report.about).collect();
        let last =
            |report: &&Claim| !reported.contains(&Endpoint::Relationship(report.relationship));
        let chain = |last| {
            // A claim is about what was there before it: the way ends at this one.
            let back =
                std::iter::successors(Some(last), |report: &&Claim| of.get(&report.about).copied());
            let mut chain: Vec<&Claim> = back.collect();
            chain.reverse();
            chain
        };
        self.reports.iter().filter(last).map(chain).collect()
    }

    fn to_value(&self) -> Value {
        let chains = self.chains();
        let names =
            |chain: &Vec<&Claim>| list(chain.iter().map(|report| text(&report.by.name)).collect());
        map([
            ("by", text(&self.by.name)),
            ("denies", Value::Boolean(self.denies)),
            ("confidence", self.confidence.map_or(Value::Null, Value::Float)),
            ("locator", self.locator.as_deref().map_or(Value::Null, text)),
            ("reported_by", list(chains.iter().map(names).collect())),
            ("sources", sources(&self.citations)),
        ])
    }
}

fn sources(citations: &[Citation]) -> Value {
    let source = |citation: &Citation| {
        map([
            ("source", text(&citation.source.name)),
            ("locator", citation.locator.as_deref().map_or(Value::Null, text)),
        ])
    };
    list(citations.iter().map(source).collect())
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
    Value::Map(Arc::new(entries.collect::<Map>()))
}

fn list(values: Vec<Value>) -> Value {
    Value::List(Arc::new(values))
}

fn text(text: &str) -> Value {
    Value::String(text.into())
}

fn integer(count: u64) -> Value {
    Value::Integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// How deep a statement is told whose ends are statements.
const DEEPEST: usize = 4;

/// Looks up what a graph says of statements.
struct Looker<'a> {
    graph: &'a Graph,
}

impl Looker<'_> {
    fn statement(&self, element: Endpoint) -> SupportingStatement {
        let claims: Vec<Claim> = self.claims(element).map(|claim| self.reported(claim)).collect();
        let disputed =
            claims.iter().any(|claim| claim.denies) && claims.iter().any(|claim| !claim.denies);
        SupportingStatement {
            element,
            text: self.words(element, DEEPEST),
            claims,
            citations: self.citations(element),
            disputed,
        }
    }

    /// The claims about an element, without the reports of them.
    fn claims(&self, about: Endpoint) -> impl Iterator<Item = Claim> {
        let mut found = Vec::new();
        for (kind, denies) in [(ASSERTS, false), (DENIES, true)] {
            let claims = self.graph.related(about, kind, true).into_iter();
            found.extend(claims.map(|(who, claim)| (claim, who, denies)));
        }
        found.sort_unstable_by_key(|(claim, ..)| *claim);
        found.into_iter().map(move |(relationship, who, denies)| {
            let claim = Endpoint::Relationship(relationship);
            let confidence = match ElementReader::property(self.graph, claim, "confidence") {
                Value::Float(confidence) => Some(confidence),
                Value::Integer(confidence) => Some(confidence as f64),
                _ => None,
            };
            Claim {
                relationship,
                about,
                by: self.party(who),
                denies,
                confidence,
                locator: self.locator(claim),
                citations: self.citations(claim),
                reports: Vec::new(),
            }
        })
    }

    /// A claim with the reports of it, breadth first.
    fn reported(&self, mut claim: Claim) -> Claim {
        let mut waiting = VecDeque::from([claim.relationship]);
        while let Some(about) = waiting.pop_front() {
            for report in self.claims(Endpoint::Relationship(about)) {
                waiting.push_back(report.relationship);
                claim.reports.push(report);
            }
        }
        claim
    }

    fn citations(&self, of: Endpoint) -> Vec<Citation> {
        let mut found = self.graph.related(of, CITED_IN, false);
        found.sort_unstable_by_key(|(_, citation)| *citation);
        let citation = |(source, relationship)| Citation {
            relationship,
            source: self.party(source),
            locator: self.locator(Endpoint::Relationship(relationship)),
        };
        found.into_iter().map(citation).collect()
    }

    fn locator(&self, of: Endpoint) -> Option<String> {
        match ElementReader::property(self.graph, of, "locator") {
            Value::Null => None,
            Value::String(text) => Some(text.to_string()),
            other => Some(other.to_cypher_literal()),
        }
    }

    fn party(&self, element: Endpoint) -> Party {
        let name = match element {
            Endpoint::Node(_) => self.name(element),
            Endpoint::Relationship(_) => self.words(element, DEEPEST),
        };
        Party { element, name }
    }

    /// The name of a node; its labels and its id where it has none.
    fn name(&self, element: Endpoint) -> String {
        let named = naming_text(|key| ElementReader::property(self.graph, element, key));
        named.unwrap_or_else(|| match element {
            Endpoint::Node(node) => {
                let labels = self.graph.node_labels(node);
                let labels: String = labels.iter().map(|label| format!(":{label} ")).collect();
                format!("{labels}#{}", node.0)
            }
            Endpoint::Relationship(relationship) => format!("#{}", relationship.0),
        })
    }

    /// `(China)-[:VIOLATED]->(Geneva consensus)`, `(Geneva consensus)`; an end that is a
    /// relationship stands in square brackets.
    fn words(&self, element: Endpoint, deeper: usize) -> String {
        let Endpoint::Relationship(relationship) = element else {
            return format!("({})", self.name(element));
        };
        let end = |end: Endpoint| match (end, deeper.checked_sub(1)) {
            (Endpoint::Node(_), _) => format!("({})", self.name(end)),
            (Endpoint::Relationship(_), Some(deeper)) => format!("[{}]", self.words(end, deeper)),
            (Endpoint::Relationship(_), None) => "[…]".to_owned(),
        };
        let kind = self.graph.relationship_type(relationship);
        let kind = kind.as_deref().unwrap_or_default();
        match self.graph.relationship_endpoints(relationship) {
            Some((from, to)) => format!("{}-[:{kind}]->{}", end(from), end(to)),
            None => format!("[:{kind}]"),
        }
    }
}
