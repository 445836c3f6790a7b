//! One source of an import: files of nodes, or of relationships, and what their rows become.

use super::ids::SpaceName;
use super::specification::{EndKind, Ends, Labels};
use super::table::{columns, each_row};
use super::{BadLine, Error, Format, Run, refused};
use crate::import::{Column, CsvRow, FieldType, shortened};
use crate::store::{KeyId, LabelId, TypeId};
use crate::value::{Endpoint, Value};
use std::sync::Arc;

/// Files, and what their rows are.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) locations: Vec<String>,
    rows: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Nodes(Labels),
    Relationships(Ends),
}

/// Why a row was not taken.
enum Refusal {
    /// The row is wrong.
    Bad(String),
    /// Nothing more can be imported.
    Fatal(Error),
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Refusal::Bad(reason)
    }
}

impl From<crate::store::StoreError> for Refusal {
    fn from(error: crate::store::StoreError) -> Self {
        Refusal::Fatal(refused(error))
    }
}

impl Source {
    pub(super) fn nodes(labels: Labels, locations: Vec<String>) -> Self {
        Source { locations, rows: Kind::Nodes(labels) }
    }

    pub(super) fn relationships(ends: Ends, locations: Vec<String>) -> Self {
        Source { locations, rows: Kind::Relationships(ends) }
    }

    pub(super) fn is_of_nodes(&self) -> bool {
        matches!(self.rows, Kind::Nodes(_))
    }

    /// Adds what the files hold.
    pub(super) fn read(&self, run: &mut Run<'_>) -> Result<(), Error> {
        let columns = columns(run, self)?;
        let mut layout = Layout::new(run, self, columns)?;
        each_row(
            run,
            self,
            &mut |run, row| {
                match layout.take(run, row) {
                    Ok(()) => {}
                    Err(Refusal::Fatal(error)) => return Err(error),
                    Err(Refusal::Bad(reason)) => {
                        let file = run.file.clone();
                        run.bad_line(BadLine { file, line: row.line(), reason })?;
                    }
                }
                run.row_read()
            },
            &mut |run, line| run.bad_line(line),
        )
    }
}

/// What the columns of a source become.
struct Layout {
    columns: Vec<Part>,
    format: Format,
    labels: Vec<LabelId>,
    kind: Option<TypeId>,
    /// Where the rows' own ids go.
    space: Option<SpaceName>,
    is_of_nodes: bool,
    properties: Vec<(KeyId, Value)>,
}

/// What a column becomes.
enum Part {
    /// An id, which is a property as well where it has a key.
    Id(Option<(KeyId, FieldType)>),
    Start(SpaceName),
    End(SpaceName),
    Label,
    Type,
    Property(KeyId, FieldType),
    List(KeyId, FieldType),
    Ignored,
}

impl Layout {
    fn new(run: &mut Run<'_>, source: &Source, columns: Vec<Column>) -> Result<Self, Error> {
        let mut layout = Layout {
            columns: Vec::new(),
            format: run.import.format,
            labels: Vec::new(),
            kind: None,
            space: None,
            is_of_nodes: source.is_of_nodes(),
            properties: Vec::new(),
        };
        let first = source.locations.first().map_or("", String::as_str);
        let (own, ends) = match &source.rows {
            Kind::Nodes(Labels(labels)) => {
                for label in labels {
                    let label = run.load.label(label).map_err(refused)?;
                    if !layout.labels.contains(&label) {
                        layout.labels.push(label);
                    }
                }
                (labels.first().cloned().unwrap_or_default(), None)
            }
            Kind::Relationships(ends) => {
                if let Some(kind) = &ends.kind {
                    layout.kind = Some(run.load.relationship_type(kind).map_err(refused)?);
                } else if !columns.contains(&Column::Type) {
                    return Err(Error::Import(format!(
                        "{first}: says of no relationship which type it has: write TYPE={first}, or add a column :TYPE"
                    )));
                }
                (ends.kind.clone().unwrap_or_default(), Some(ends))
            }
        };
        for column in columns {
            let part = layout.part(run, column, &own, ends).map_err(|error| match error {
                Refusal::Bad(reason) => Error::Import(format!("{first}: {reason}")),
                Refusal::Fatal(error) => error,
            })?;
            layout.columns.push(part);
        }
        Ok(layout)
    }

    fn part(
        &mut self,
        run: &mut Run<'_>,
        column: Column,
        own: &str,
        ends: Option<&Ends>,
    ) -> Result<Part, Refusal> {
        let end = |ends: Option<&Ends>, pick: fn(&Ends) -> &EndKind| {
            ends.map(pick).cloned().unwrap_or_default()
        };
        Ok(match column {
            Column::Id { key, kind, space } => {
                let name = space.unwrap_or_else(|| own.into());
                let space = if self.is_of_nodes {
                    SpaceName::Nodes(name)
                } else {
                    SpaceName::Relationships(name)
                };
                run.ids.add_space(space.clone());
                self.space = Some(space);
                let kind = kind.unwrap_or(FieldType::String);
                Part::Id(key.map(|key| run.load.key(&key)).transpose()?.map(|key| (key, kind)))
            }
            Column::Start(space) => {
                Part::Start(space_of(run, space, &end(ends, |ends| &ends.start), "start at")?)
            }
            Column::End(space) => {
                Part::End(space_of(run, space, &end(ends, |ends| &ends.end), "end at")?)
            }
            Column::Label => Part::Label,
            Column::Type => Part::Type,
            Column::Property { key, kind, list } => {
                let (key, kind) = (run.load.key(&key)?, kind.unwrap_or(FieldType::String));
                if list { Part::List(key, kind) } else { Part::Property(key, kind) }
            }
            Column::Ignored => Part::Ignored,
        })
    }

    /// Adds the element of a row.
    fn take(&mut self, run: &mut Run<'_>, row: &CsvRow) -> Result<(), Refusal> {
        if row.len() != self.columns.len() {
            let (has, wanted) = (row.len(), self.columns.len());
            let fields = |count| if count == 1 { "field" } else { "fields" };
            let text = format!("{has} {} where the header has {wanted}", fields(has));
            return Err(Refusal::Bad(text));
        }
        self.properties.clear();
        let (mut id, mut start, mut end, mut kind) = (None, None, None, self.kind);
        let mut labels = None;
        for (field, part) in row.fields().zip(&self.columns) {
            let Some(field) = field else { continue };
            match part {
                Part::Ignored => {}
                Part::Property(key, kind) => self.properties.push((*key, kind.value(field)?)),
                Part::List(key, kind) => {
                    let list = kind.list(field, self.format.list_delimiter)?;
                    self.properties.push((*key, list));
                }
                Part::Id(property) => {
                    id = Some(field);
                    if let Some((key, kind)) = property {
                        self.properties.push((*key, kind.value(field)?));
                    }
                }
                Part::Start(space) => start = Some(find(run, space, field)?),
                Part::End(space) => end = Some(find(run, space, field)?),
                Part::Label => labels = Some(self.all_labels(run, field)?),
                Part::Type => kind = Some(run.load.relationship_type(field)?),
            }
        }
        let id = match (&self.space, id) {
            (Some(_), None) => return Err(Refusal::Bad("the row has no id".to_owned())),
            (Some(space), Some(id)) if run.ids.find(space, id).is_some() => {
                let id = shortened(id);
                return Err(Refusal::Bad(format!(
                    "the id `{id}` is there before, in {}",
                    space.text()
                )));
            }
            (space, id) => space.as_ref().zip(id),
        };
        let properties = self.properties.drain(..);
        let element = if self.is_of_nodes {
            let labels = labels.as_deref().unwrap_or(&self.labels);
            run.load.add_node(labels, properties)?.0
        } else {
            let missing = |what: &str| Refusal::Bad(format!("the row has no {what}"));
            let start = start.ok_or_else(|| missing("start"))?;
            let end = end.ok_or_else(|| missing("end"))?;
            let kind = kind.ok_or_else(|| missing("type"))?;
            run.load.add_relationship(kind, start, end, properties)?.0
        };
        if let Some((space, id)) = id {
            run.ids.insert(space, id, element);
        }
        Ok(())
    }

    /// The labels of the source and those of a field.
    fn all_labels(&self, run: &mut Run<'_>, field: &str) -> Result<Vec<LabelId>, Refusal> {
        let mut labels = self.labels.clone();
        for name in field.split(self.format.list_delimiter).map(str::trim) {
            if !name.is_empty() {
                labels.push(run.load.label(name)?);
            }
        }
        labels.sort_unstable();
        labels.dedup();
        Ok(labels)
    }
}

fn find(run: &Run<'_>, space: &SpaceName, id: &str) -> Result<Endpoint, Refusal> {
    run.ids.find(space, id).ok_or_else(|| {
        Refusal::Bad(format!("nothing has the id `{}` in {}", shortened(id), space.text()))
    })
}

/// The space in which an end is looked up.
fn space_of(
    run: &mut Run<'_>,
    named: Option<Arc<str>>,
    end: &EndKind,
    verb: &str,
) -> Result<SpaceName, Refusal> {
    let shared = SpaceName::Nodes("".into());
    let named = named.filter(|name| !name.is_empty() || run.ids.has(&shared));
    let space = match (named, end) {
        (Some(space), EndKind::Relationship(_)) => SpaceName::Relationships(space),
        (Some(space), _) => {
            let relationships = SpaceName::Relationships(space.clone());
            let nodes = SpaceName::Nodes(space);
            if run.ids.has(&relationships) && !run.ids.has(&nodes) { relationships } else { nodes }
        }
        (None, EndKind::Relationship(kind)) => SpaceName::Relationships(kind.as_str().into()),
        (None, EndKind::Node(label)) => {
            let own = SpaceName::Nodes(label.as_str().into());
            if run.ids.has(&shared) && !run.ids.has(&own) { shared } else { own }
        }
        (None, EndKind::Unknown) => {
            let mut spaces: Vec<&SpaceName> =
                run.ids.names().filter(|name| matches!(name, SpaceName::Nodes(_))).collect();
            match spaces.as_slice() {
                [space] => (*space).clone(),
                [] => {
                    return Err(Refusal::Bad(format!(
                        "does not say what its relationships {verb}: write (:Person)-[:LIVES_IN]->(:City)=FILE"
                    )));
                }
                _ => {
                    spaces.sort_by_key(|space| space.text());
                    let names: Vec<String> = spaces.iter().map(|space| space.text()).collect();
                    return Err(Refusal::Bad(format!(
                        "does not say whether its relationships {verb} {}: write (:Person)-[:LIVES_IN]->(:City)=FILE",
                        names.join(" or ")
                    )));
                }
            }
        }
    };
    if !run.ids.has(&space) {
        run.ids.add_known(&space, run.load.graph());
        if run.ids.is_empty(&space) {
            return Err(Refusal::Bad(format!(
                "its relationships {verb} {}, but neither the files nor the database have any with an id",
                space.text()
            )));
        }
    }
    Ok(space)
}
