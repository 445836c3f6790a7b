//! The header of a file of nodes or of relationships: what each column is for.
//!
//! Two styles are understood. A header that has a colon somewhere is written for
//! `neo4j-admin database import`; any other is that of an ordinary table, in which a column
//! called `id` identifies a node, and `from` and `to` (or one of the other usual pairs, or
//! else the first two columns) are the ends of a relationship.
//!
//! ```text
//! personId:ID(Person),name,born:int,aliases:string[],:LABEL
//! :START_ID(Person),since:date,:END_ID(City),:TYPE
//! id,name,born
//! from,to,since
//! ```

use super::field::FieldType;
use std::sync::Arc;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Nodes.
    Nodes,
    /// Relationships.
    Relationships,
}

/// What a column is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// Identifies the row among those of a space; with a name it is a property too.
    Id {
        /// The property key.
        key: Option<Arc<str>>,
        /// What the property is; `None` where its fields tell.
        kind: Option<FieldType>,
        /// The space: that of the label or type where the header is an ordinary one; without
        /// a name that which all headers with colons share.
        space: Option<Arc<str>>,
    },
    /// Identifies what the relationship starts at, in a space as for an id.
    Start(Option<Arc<str>>),
    /// Identifies what the relationship ends at, in a space as for an id.
    End(Option<Arc<str>>),
    /// Labels of the node.
    Label,
    /// The type of the relationship.
    Type,
    /// A property.
    Property {
        /// Its key.
        key: Arc<str>,
        /// What it is; `None` where the fields tell.
        kind: Option<FieldType>,
        /// Whether it is a list of these.
        list: bool,
    },
    /// Passed over.
    Ignored,
}

/// The names of the columns that tell a relationship's ends where a header has no colon.
const ENDS: [(&str, &str); 7] = [
    ("from", "to"),
    ("start", "end"),
    ("source", "target"),
    ("src", "dst"),
    ("start_id", "end_id"),
    ("from_id", "to_id"),
    ("source_id", "target_id"),
];

/// Reads a header: a field for each column.
///
/// # Errors
/// One sentence: a column is not understood, is there twice, or is missing.
///
/// ```
/// use dossier::import::{Column, Rows, read_header};
/// let columns = read_header(["from", "to", "since"].map(Some), Rows::Relationships).unwrap();
/// assert_eq!(columns[..2], [Column::Start(None), Column::End(None)]);
/// ```
pub fn read_header<'a>(
    fields: impl IntoIterator<Item = Option<&'a str>>,
    rows: Rows,
) -> Result<Vec<Column>, String> {
    let fields: Vec<&str> = fields.into_iter().map(|field| field.unwrap_or("").trim()).collect();
    let columns = if fields.iter().any(|field| field.contains(':')) {
        fields.iter().map(|field| declared(field, rows)).collect::<Result<Vec<_>, _>>()?
    } else {
        plain(&fields, rows)
    };
    check(&columns, rows)?;
    Ok(columns)
}

/// Whether a header names the ends of relationships: with `:START_ID` and `:END_ID`, or by one
/// of the usual pairs of names.
///
/// ```
/// use dossier::import::names_ends;
/// assert!(names_ends(["from", "to", "since"].map(Some)));
/// assert!(!names_ends(["id", "name"].map(Some)));
/// ```
pub fn names_ends<'a>(fields: impl IntoIterator<Item = Option<&'a str>>) -> bool {
    let fields: Vec<&str> = fields.into_iter().map(|field| field.unwrap_or("").trim()).collect();
    let has = |wanted: &str| fields.iter().any(|field| field.eq_ignore_ascii_case(wanted));
    if !fields.iter().any(|field| field.contains(':')) {
        return ENDS.iter().any(|(start, end)| has(start) && has(end));
    }
    let declares = |word: &str| {
        fields.iter().filter_map(|field| field.split_once(':')).any(|(_, rest)| {
            let found = rest.split(['(', '{']).next().unwrap_or("").trim();
            found.eq_ignore_ascii_case(word)
        })
    };
    declares("START_ID") && declares("END_ID")
}

/// A column of a header with colons.
fn declared(field: &str, rows: Rows) -> Result<Column, String> {
    let Some((name, rest)) = field.split_once(':') else {
        return Ok(property(field, Some(FieldType::String), false));
    };
    // `{id-type:int}` and the like.
    let (rest, options) = rest.split_once('{').unwrap_or((rest, ""));
    let (word, space) = match rest.trim().split_once('(') {
        Some((word, space)) => {
            let space = space
                .strip_suffix(')')
                .ok_or_else(|| format!("the column `{field}` has a `(` that is not closed"))?;
            (word.trim(), Some(space.trim()).filter(|space| !space.is_empty()))
        }
        None => (rest.trim(), None),
    };
    let space = Some(Arc::from(space.unwrap_or("")));
    let key = Some(name.trim()).filter(|name| !name.is_empty());
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    match rows {
        _ if is("IGNORE") => Ok(Column::Ignored),
        _ if is("ID") => {
            let kind = match options.trim_end_matches('}').split_once(':') {
                Some((option, kind)) if option.trim() == "id-type" => FieldType::named(kind)?,
                _ => FieldType::String,
            };
            Ok(Column::Id { key: key.map(Arc::from), kind: Some(kind), space })
        }
        Rows::Nodes if is("LABEL") => Ok(Column::Label),
        Rows::Relationships if is("START_ID") => Ok(Column::Start(space)),
        Rows::Relationships if is("END_ID") => Ok(Column::End(space)),
        Rows::Relationships if is("TYPE") => Ok(Column::Type),
        _ if is("LABEL") || is("START_ID") || is("END_ID") || is("TYPE") => {
            let what = if rows == Rows::Nodes { "nodes" } else { "relationships" };
            Err(format!("a column `:{word}` has no meaning in a file of {what}"))
        }
        _ => {
            let key = key.ok_or_else(|| format!("the column `{field}` has no name"))?;
            let (word, list) = match word.strip_suffix("[]") {
                Some(word) => (word, true),
                None => (word, false),
            };
            Ok(property(key, Some(FieldType::named(word)?), list))
        }
    }
}

fn property(name: &str, kind: Option<FieldType>, list: bool) -> Column {
    match name {
        "" => Column::Ignored,
        name => Column::Property { key: name.into(), kind, list },
    }
}

/// The columns of an ordinary table.
fn plain(fields: &[&str], rows: Rows) -> Vec<Column> {
    let at = |name: &str| fields.iter().position(|field| field.eq_ignore_ascii_case(name));
    let mut columns: Vec<Column> =
        fields.iter().map(|field| property(field, None, false)).collect();
    if let Some(id) = at("id") {
        columns[id] = Column::Id { key: Some(fields[id].into()), kind: None, space: None };
    }
    match rows {
        Rows::Nodes => {}
        Rows::Relationships => {
            let named = ENDS.iter().find_map(|(start, end)| Some((at(start)?, at(end)?)));
            let (start, end) = named.unwrap_or((0, 1));
            if let Some(column) = columns.get_mut(start) {
                *column = Column::Start(None);
            }
            if let Some(column) = columns.get_mut(end) {
                *column = Column::End(None);
            }
        }
    }
    columns
}

/// Whether all that is needed is there once.
fn check(columns: &[Column], rows: Rows) -> Result<(), String> {
    let count = |is: fn(&Column) -> bool| columns.iter().filter(|&column| is(column)).count();
    let starts = count(|column| matches!(column, Column::Start(_)));
    let ends = count(|column| matches!(column, Column::End(_)));
    if rows == Rows::Relationships && (starts, ends) != (1, 1) {
        return Err(
            "a file of relationships needs one column for their start and one for their end: `from` and `to`, or `:START_ID` and `:END_ID`"
                .to_owned(),
        );
    }
    if count(|column| matches!(column, Column::Id { .. })) > 1 {
        return Err("the header has two columns that identify a row".to_owned());
    }
    let keys = columns.iter().filter_map(|column| match column {
        Column::Property { key, .. } | Column::Id { key: Some(key), .. } => Some(key),
        _ => None,
    });
    let mut keys: Vec<_> = keys.collect();
    keys.sort_unstable();
    match keys.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("the header has `{}` twice", pair[0])),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(header: &str) -> Result<Vec<Column>, String> {
        read_header(header.split(',').map(Some), Rows::Nodes)
    }

    fn relationships(header: &str) -> Result<Vec<Column>, String> {
        read_header(header.split(',').map(Some), Rows::Relationships)
    }

    #[test]
    fn both_styles_are_read() {
        let id = |key: Option<&str>, kind, space: Option<&str>| Column::Id {
            key: key.map(Arc::from),
            kind,
            space: space.map(Arc::from),
        };
        let property = |key: &str, kind, list| Column::Property { key: key.into(), kind, list };
        assert_eq!(
            nodes("personId:ID(Person),name,born:int,aliases:string[],:LABEL,x:IGNORE").unwrap(),
            [
                id(Some("personId"), Some(FieldType::String), Some("Person")),
                property("name", Some(FieldType::String), false),
                property("born", Some(FieldType::Integer), false),
                property("aliases", Some(FieldType::String), true),
                Column::Label,
                Column::Ignored,
            ]
        );
        assert_eq!(nodes(":ID,name").unwrap()[0], id(None, Some(FieldType::String), Some("")));
        assert_eq!(
            nodes("id:ID(City){id-type:int}").unwrap()[0],
            id(Some("id"), Some(FieldType::Integer), Some("City"))
        );
        assert_eq!(nodes("name,ID,").unwrap()[1..], [id(Some("ID"), None, None), Column::Ignored]);
        assert_eq!(
            relationships(":START_ID(Person),since:date,:END_ID,:TYPE").unwrap(),
            [
                Column::Start(Some("Person".into())),
                property("since", Some(FieldType::Date), false),
                Column::End(Some("".into())),
                Column::Type,
            ]
        );
        let source = relationships("weight,target,source").unwrap();
        assert_eq!(source[1..], [Column::End(None), Column::Start(None)]);
        assert_eq!(relationships("a,b,c").unwrap()[2], property("c", None, false));
    }

    #[test]
    fn what_is_missing_or_unknown_is_told() {
        for (header, expected) in [
            ("id:ID,name,name", "`name` twice"),
            ("a:ID,b:ID", "two columns that identify"),
            (":START_ID,name", "no meaning in a file of nodes"),
            ("name:strin", "`strin` is no type"),
            (":int", "has no name"),
            ("id:ID(Person", "not closed"),
        ] {
            assert!(nodes(header).unwrap_err().contains(expected), "{header}: {:?}", nodes(header));
        }
        for header in ["from", ":START_ID,name", ""] {
            assert!(relationships(header).unwrap_err().contains("one for their end"), "{header}");
        }
    }
}
