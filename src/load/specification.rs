//! What is said of a file by whoever loads it: the labels of its nodes, or the type and
//! the ends of its relationships.

use std::str::FromStr;

/// The labels of a file's nodes: `Person` or `Person:Author`, or nothing, where the file
/// has a column of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels(pub Vec<String>);

impl FromStr for Labels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_start_matches(':');
        if text.is_empty() {
            return Ok(Labels::default());
        }
        let labels = text.split([':', '&']).map(|label| name(label, "a label"));
        Ok(Labels(labels.collect::<Result<_, _>>()?))
    }
}

/// What one end of a file's relationships is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EndKind {
    /// Not told: the header says it, or there is only one thing that it can be.
    #[default]
    Unknown,
    /// A node with a label.
    Node(String),
    /// A relationship of a type: what the file holds are claims.
    Relationship(String),
}

/// The type and the ends of a file's relationships: `FOLLOWS`, or as a pattern
/// `(:Person)-[:LIVES_IN]->(:City)`, `(:Person)-[:ASSERTS]->[:VIOLATED]`.
///
/// ```
/// use dossier::database::Ends;
/// assert_eq!("LIVES_IN".parse::<Ends>()?.kind.as_deref(), Some("LIVES_IN"));
/// assert!("(:Person)-[:LIVES_IN]->(:City)".parse::<Ends>().is_ok());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The type; `None` where the file has a column of types.
    pub kind: Option<String>,
    /// What they start at.
    pub start: EndKind,
    /// What they end at.
    pub end: EndKind,
}

impl FromStr for Ends {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Ends::default());
        }
        if !text.contains("->") {
            let kind = name(text.trim_start_matches(':'), "a type")?;
            return Ok(Ends { kind: Some(kind), ..Ends::default() });
        }
        let wrong = || {
            format!("`{text}` is no pattern of relationships: write (:Person)-[:LIVES_IN]->(:City)")
        };
        let (start, rest) = text.split_once("-[").ok_or_else(wrong)?;
        let (kind, last) = rest.split_once("]->").ok_or_else(wrong)?;
        let kind = kind.trim().trim_start_matches(':');
        let kind = if kind.is_empty() { None } else { Some(name(kind, "a type")?) };
        let end_of = |text: &str| end(text).ok_or_else(wrong)?;
        Ok(Ends { kind, start: end_of(start)?, end: end_of(last)? })
    }
}

/// `(:Person)`, `()` or `[:VIOLATED]`.
fn end(text: &str) -> Option<Result<EndKind, String>> {
    let text = text.trim();
    let inside = |open, close| Some(text.strip_prefix(open)?.strip_suffix(close)?.trim());
    let named = |inside: &str| inside.trim_start_matches(':').trim().to_owned();
    if let Some(label) = inside('(', ')').map(named) {
        return Some(match label.as_str() {
            "" => Ok(EndKind::Unknown),
            label => name(label, "a label").map(EndKind::Node),
        });
    }
    let kind = inside('[', ']').map(named)?;
    Some(name(&kind, "a type").map(EndKind::Relationship))
}

/// A name, in backticks or not.
fn name(text: &str, what: &str) -> Result<String, String> {
    let text = text.trim();
    let bare = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    match bare.unwrap_or(text) {
        "" => Err(format!("{what} is missing")),
        name if bare.is_none() && name.contains(['(', ')', '[', ']', '`', ' ']) => {
            Err(format!("`{name}` is not {what}; a name with signs in it is written in backticks"))
        }
        name => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_patterns_are_read() {
        let labels = |text: &str| text.parse::<Labels>().map(|labels| labels.0);
        assert_eq!(labels("Person:Author"), Ok(vec!["Person".into(), "Author".into()]));
        assert_eq!(labels(""), Ok(vec![]));
        assert_eq!(labels("`Head of state`"), Ok(vec!["Head of state".into()]));
        assert!(labels("Person:").is_err() && labels("(Person)").is_err());
        let ends = "(:Person)-[:ASSERTS]->[:VIOLATED]".parse::<Ends>().unwrap();
        assert_eq!(ends.kind.as_deref(), Some("ASSERTS"));
        assert_eq!(ends.start, EndKind::Node("Person".into()));
        assert_eq!(ends.end, EndKind::Relationship("VIOLATED".into()));
        let open = "()-[]->(:City)".parse::<Ends>().unwrap();
        assert_eq!((open.kind, open.start), (None, EndKind::Unknown));
        for wrong in ["(:A)->(:B)", "(:A)-[:R]->", "(:A)-[:R->(:B)", "A-[:R]->B"] {
            assert!(wrong.parse::<Ends>().is_err(), "{wrong}");
        }
    }
}
