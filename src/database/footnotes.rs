//! What the rows of a result rest on, as numbered notes below them.
//!
//! ```text
//! who    why
//! -----  ---
//! China  [1]
//!
//! [1] (China)-[:VIOLATED]->(Geneva consensus), disputed
//!     asserted by Trump administration, ¶11, as reported by The New York Times
//!     denied by Chinese government, ¶13, as reported by The New York Times
//!     source: U.S. and China Agree to Walk Back Tensions, ¶11, ¶13
//! ```

use super::Error;
use super::result::QueryResult;
use super::why::{Claim, Support, SupportingStatement};
use crate::value::Endpoint;
use std::collections::HashMap;
use std::fmt::{self, Write};

/// Notes that a row names; how many more statements it rests on is said.
const MARKS: usize = 8;

/// Every statement that rows rest on once, and for each row the numbers of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Footnotes {
    /// For each row `[1] [4]`; of many statements the first few, and how many there are.
    pub marks: Vec<String>,
    /// The statements, the first of which has the number 1, in the order in which rows name
    /// them.
    pub notes: Vec<SupportingStatement>,
}

impl QueryResult {
    /// What the rows rest on as notes to be shown below them; `None` where it was not asked.
    ///
    /// # Errors
    /// As [`support`](QueryResult::support).
    ///
    /// ```
    /// let db = dossier::Database::in_memory();
    /// db.query("CREATE (:Person {name: 'Li'})-[:ATTENDED]->(:Event {name: 'talks'})").run()?;
    /// let result = db.query("WHY MATCH (p)-[:ATTENDED]->(e) RETURN p.name").run()?;
    /// let footnotes = result.footnotes()?.expect("it was asked why");
    /// assert_eq!(footnotes.marks, ["[1]"]);
    /// assert_eq!(footnotes.to_string(), "[1] (Li)-[:ATTENDED]->(talks)\n");
    /// # Ok::<(), dossier::Error>(())
    /// ```
    pub fn footnotes(&self) -> Result<Option<Footnotes>, Error> {
        if self.support_graph().is_none() {
            return Ok(None);
        }
        let mut footnotes = Footnotes::default();
        let mut numbers = HashMap::new();
        for row in 0..self.rows.len() {
            let support = self.support(row)?.unwrap_or_default();
            footnotes.add(support, &mut numbers);
        }
        Ok(Some(footnotes))
    }
}

impl Footnotes {
    fn add(&mut self, support: Support, numbers: &mut HashMap<Endpoint, usize>) {
        let count = support.count;
        let mut text = String::new();
        for statement in support.statements.into_iter().take(MARKS) {
            let new = self.notes.len() + 1;
            let number = *numbers.entry(statement.element).or_insert(new);
            if number == new {
                self.notes.push(statement);
            }
            let gap = if text.is_empty() { "" } else { " " };
            // Writing to a text cannot fail.
            let _ = write!(text, "{gap}[{number}]");
        }
        if count > MARKS as u64 {
            let _ = write!(text, " … {count} in all");
        }
        self.marks.push(text);
    }
}

impl fmt::Display for Footnotes {
    /// The notes with their numbers, each on lines of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, note) in self.notes.iter().enumerate() {
            let mark = format!("[{}] ", place + 1);
            writeln!(f, "{mark}{}", note.heading())?;
            for line in note.lines() {
                writeln!(f, "{:width$}{line}", "", width = mark.len())?;
            }
        }
        Ok(())
    }
}

impl SupportingStatement {
    /// The statement in words, and whether it is disputed.
    pub fn heading(&self) -> String {
        format!("{}{}", self.text, if self.disputed { ", disputed" } else { "" })
    }

    /// Who asserts and who denies it, and where it is written: a line for each claim and for
    /// each source.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.claims.iter().map(claim_line).collect();
        let of_claims = self.claims.iter().flat_map(|claim| {
            claim.citations.iter().chain(claim.reports.iter().flat_map(|report| &report.citations))
        });
        let mut sources: Vec<(&str, Vec<&str>)> = Vec::new();
        for citation in self.citations.iter().chain(of_claims) {
            let name = citation.source.name.as_str();
            let known = sources.iter().position(|(source, _)| *source == name);
            let known = known.unwrap_or_else(|| {
                sources.push((name, Vec::new()));
                sources.len() - 1
            });
            let places = &mut sources[known].1;
            places.extend(citation.locator.as_deref().filter(|place| !places.contains(place)));
        }
        lines.extend(sources.into_iter().map(|(name, places)| {
            let places: String = places.into_iter().map(|place| format!(", {place}")).collect();
            format!("source: {name}{places}")
        }));
        lines
    }
}

/// `asserted by Li, ¶8, with confidence 0.6, as reported by the state media, as reported by …`
fn claim_line(claim: &Claim) -> String {
    let verb = if claim.denies { "denied" } else { "asserted" };
    let mut text = format!("{verb} by {}", claim.by.name);
    if let Some(locator) = &claim.locator {
        let _ = write!(text, ", {locator}");
    }
    if let Some(confidence) = claim.confidence {
        let _ = write!(text, ", with confidence {confidence}");
    }
    for (place, chain) in claim.chains().into_iter().enumerate() {
        for (step, report) in chain.into_iter().enumerate() {
            let sign = if place > 0 && step == 0 { ';' } else { ',' };
            let how = if report.denies { "which is denied by" } else { "as reported by" };
            let _ = write!(text, "{sign} {how} {}", report.by.name);
        }
    }
    text
}
