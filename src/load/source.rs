//! One source of an import: files of nodes, or of relationships, and what their rows become.

use super::ids::{Id, SpaceId, SpaceName};
use super::links::{Link, Links};
use super::nodes::{NodeBlock, Nodes};
use super::rows::{Plain, PlainRows, TableRow, Taker, each_row};
use super::specification::{EndKind, Ends, Labels};
use super::table::{HeaderRow, inferred};
use super::{BadLine, LoadError, Run};
use crate::import::{Column, FieldType, FileFormat, Format, Rows, shortened};
use crate::store::{KeyId, LabelId, StoreError, TypeId};
use crate::value::{Endpoint, Value};
use crate::vector::Vector;
use std::sync::Arc;

/// Files, and what their rows are.
#[derive(Clone, Debug)]
pub struct Source {
    pub(super) locations: Vec<String>,
    rows: Kind,
    /// What stands in the place of a header.
    pub(super) columns: Option<Vec<String>>,
    /// Whether the first row of the first file is a header.
    has_header: bool,
    /// How the files are written; by default the name of each tells.
    format: Option<FileFormat>,
}

#[derive(Clone, Debug)]
enum Kind {
    Nodes(Labels),
    Relationships(Ends),
    /// Nodes with this label, or relationships of this type where the header names ends.
    Either(String),
}

/// Why a row was not taken.
enum Refusal {
    /// The row is wrong.
    Bad(String),
    /// Nothing more can be loaded.
    Fatal(LoadError),
}

impl From<String> for Refusal {
    fn from(reason: String) -> Self {
        Refusal::Bad(reason)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Fatal(error.into())
    }
}

impl Source {
    fn new(rows: Kind, locations: Vec<String>) -> Self {
        Source { locations, rows, columns: None, has_header: true, format: None }
    }

    /// Files of nodes.
    pub fn nodes(labels: Labels, locations: Vec<String>) -> Self {
        Source::new(Kind::Nodes(labels), locations)
    }

    /// Files of relationships.
    pub fn relationships(ends: Ends, locations: Vec<String>) -> Self {
        Source::new(Kind::Relationships(ends), locations)
    }

    /// Files of relationships of the type `name` where their header names ends, else of nodes
    /// with that label.
    pub fn named(name: &str, locations: Vec<String>) -> Self {
        Source::new(Kind::Either(name.to_owned()), locations)
    }

    /// What the columns are, said as in a header. Whether the files have one as well, which
    /// is passed over then, is told apart.
    #[must_use]
    pub fn with_columns(mut self, columns: Option<Vec<String>>, has_header: bool) -> Self {
        self.columns = columns;
        self.has_header = has_header;
        self
    }

    /// How the files are written, whatever their names say.
    #[must_use]
    pub fn with_format(mut self, format: Option<FileFormat>) -> Self {
        self.format = format;
        self
    }

    /// How a file is written.
    pub(super) fn format_of(&self, location: &str) -> FileFormat {
        self.format.or(FileFormat::of_packed(location)).unwrap_or(FileFormat::Csv)
    }

    /// What the rows are; the header is asked where that is open.
    pub(super) fn rows_where(&self, header_names_ends: impl FnOnce() -> bool) -> Rows {
        match &self.rows {
            Kind::Relationships(_) => Rows::Relationships,
            Kind::Either(_) if header_names_ends() => Rows::Relationships,
            Kind::Nodes(_) | Kind::Either(_) => Rows::Nodes,
        }
    }
}

/// A source whose header is known.
pub(super) struct Headed {
    pub(super) source: Source,
    rows: Rows,
    /// The fields of the header.
    names: Vec<String>,
    pub(super) columns: Vec<Column>,
}

impl Headed {
    pub(super) fn new(
        source: Source,
        rows: Rows,
        names: Vec<String>,
        columns: Vec<Column>,
    ) -> Self {
        Headed { source, rows, names, columns }
    }

    pub(super) fn is_of_nodes(&self) -> bool {
        self.rows == Rows::Nodes
    }

    /// What the first row of the file with this number may be.
    pub(super) fn header_of(&self, number: usize) -> HeaderRow<'_> {
        match (self.source.has_header, number) {
            (false, _) => HeaderRow::None,
            (true, 0) => HeaderRow::Always,
            (true, _) => HeaderRow::Repeated(&self.names),
        }
    }

    /// Holds the columns of a file of values, the one with this number, to those of the source.
    pub(super) fn check_names<'a>(
        &self,
        file: &str,
        names: impl Iterator<Item = &'a str>,
        number: usize,
    ) -> Result<(), LoadError> {
        let same = self.source.columns.is_some() || names.eq(self.names.iter().map(String::as_str));
        if number == 0 || same {
            return Ok(());
        }
        let first = self.source.locations.first().map_or("", String::as_str);
        Err(LoadError::unfit(format!("{file}: its columns are not those of {first}")))
    }

    /// The labels that the rows are given, or the type and the ends.
    fn elements(&self) -> (Labels, Ends) {
        match (&self.source.rows, self.rows) {
            (Kind::Nodes(labels), _) => (labels.clone(), Ends::default()),
            (Kind::Relationships(ends), _) => (Labels::default(), ends.clone()),
            (Kind::Either(name), Rows::Nodes) => (Labels(vec![name.clone()]), Ends::default()),
            (Kind::Either(name), Rows::Relationships) => {
                (Labels::default(), Ends { kind: Some(name.clone()), ..Ends::default() })
            }
        }
    }

    /// Adds what the files hold.
    pub(super) fn read(&self, run: &mut Run<'_>) -> Result<(), LoadError> {
        let columns = inferred(run, self)?;
        let mut layout = Layout::new(run, self, columns)?;
        let plain = match (layout.as_links(run), layout.as_nodes()) {
            (Some(links), _) => Plain::Links(links),
            (None, Some(nodes)) => Plain::Nodes(nodes),
            (None, None) => Plain::No,
        };
        each_row(run, self, &plain, &mut layout)
    }
}

/// What the columns of a source become.
struct Layout {
    columns: Vec<Part>,
    format: Format,
    labels: Vec<LabelId>,
    kind: Option<TypeId>,
    /// Where the rows' own ids go.
    space: Option<SpaceId>,
    is_of_nodes: bool,
    properties: Vec<(KeyId, Value)>,
}

/// What a column becomes.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// An id, which is a property as well where it has a key.
    Id(Option<(KeyId, FieldType)>),
    Start(SpaceId),
    End(SpaceId),
    Label,
    Type,
    Property(KeyId, FieldType),
    List(KeyId, FieldType),
    Ignored,
}

impl Layout {
    fn new(run: &mut Run<'_>, source: &Headed, columns: Vec<Column>) -> Result<Self, LoadError> {
        let mut layout = Layout {
            columns: Vec::new(),
            format: run.plan.format,
            labels: Vec::new(),
            kind: None,
            space: None,
            is_of_nodes: source.is_of_nodes(),
            properties: Vec::new(),
        };
        let first = source.source.locations.first().map_or("", String::as_str);
        let (Labels(labels), ends) = source.elements();
        for label in &labels {
            let label = run.load.label(label)?;
            if !layout.labels.contains(&label) {
                layout.labels.push(label);
            }
        }
        if let Some(kind) = &ends.kind {
            layout.kind = Some(run.load.relationship_type(kind)?);
        } else if !layout.is_of_nodes && !columns.contains(&Column::Type) {
            return Err(LoadError::unfit(format!(
                "{first}: says of no relationship which type it has: name the type, or add a column :TYPE"
            )));
        }
        let own = labels.first().or(ends.kind.as_ref()).cloned().unwrap_or_default();
        for column in columns {
            let part = layout.part(run, column, &own, &ends).map_err(|error| match error {
                Refusal::Bad(reason) => LoadError::unfit(format!("{first}: {reason}")),
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
        ends: &Ends,
    ) -> Result<Part, Refusal> {
        Ok(match column {
            Column::Id { key, kind, space } => {
                let name = space.unwrap_or_else(|| own.into());
                let space = if self.is_of_nodes {
                    SpaceName::Nodes(name)
                } else {
                    SpaceName::Relationships(name)
                };
                self.space = Some(run.ids_mut().add_space(space));
                let kind = kind.unwrap_or(FieldType::String);
                Part::Id(key.map(|key| run.load.key(&key)).transpose()?.map(|key| (key, kind)))
            }
            Column::Start(space) => Part::Start(space_of(run, space, &ends.start, "start at")?),
            Column::End(space) => Part::End(space_of(run, space, &ends.end, "end at")?),
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
    fn take(&mut self, run: &mut Run<'_>, row: TableRow<'_>) -> Result<(), Refusal> {
        if row.len() != self.columns.len() {
            let (has, wanted) = (row.len(), self.columns.len());
            let fields = |count| if count == 1 { "field" } else { "fields" };
            let text = format!("{has} {} where the header has {wanted}", fields(has));
            return Err(Refusal::Bad(text));
        }
        self.properties.clear();
        let (mut id, mut start, mut end, mut kind) = (None, None, None, self.kind);
        let mut labels = None;
        for (place, part) in self.columns.iter().enumerate() {
            let Some(field) = row.field(place) else { continue };
            match part {
                Part::Ignored => {}
                Part::Property(key, kind) => self.properties.push((*key, field.value(*kind)?)),
                Part::List(key, kind) => {
                    let list = field.list(*kind, self.format.list_delimiter)?;
                    self.properties.push((*key, list));
                }
                Part::Id(property) => {
                    id = Some(field.id()?);
                    if let Some((key, kind)) = property {
                        self.properties.push((*key, field.value(*kind)?));
                    }
                }
                Part::Start(space) => start = Some(find(run, *space, &field.id()?)?),
                Part::End(space) => end = Some(find(run, *space, &field.id()?)?),
                Part::Label => labels = Some(self.all_labels(run, field.text()?)?),
                Part::Type => kind = Some(run.load.relationship_type(field.text()?)?),
            }
        }
        let id = match (self.space, id) {
            (Some(_), None) => return Err(Refusal::Bad("the row has no id".to_owned())),
            (Some(space), Some(id)) if run.ids.find(space, &id).is_some() => {
                let (id, space) = (shortened(&id.to_string()), run.ids.text(space));
                return Err(Refusal::Bad(format!("the id `{id}` is there before, in {space}")));
            }
            (space, id) => space.zip(id),
        };
        run.properties += self.properties.len() as u64;
        let properties = self.properties.drain(..);
        let element = if self.is_of_nodes {
            let labels = labels.as_deref().unwrap_or(&self.labels);
            run.labels += labels.len() as u64;
            run.load.add_node(labels, properties)?.0
        } else {
            let missing = |what: &str| Refusal::Bad(format!("the row has no {what}"));
            let start = start.ok_or_else(|| missing("start"))?;
            let end = end.ok_or_else(|| missing("end"))?;
            let kind = kind.ok_or_else(|| missing("type"))?;
            run.load.add_relationship(kind, start, end, properties)?.0
        };
        if let Some((space, id)) = id {
            run.ids_mut().insert(space, &id, element);
        }
        Ok(())
    }

    /// The links that the rows are, where they say nothing more.
    fn as_links(&self, run: &Run<'_>) -> Option<Links> {
        let plain = !self.is_of_nodes && self.kind.is_some() && self.space.is_none();
        let link = |part: &Part| match part {
            Part::Start(space) => Some(Link::Start(*space)),
            Part::End(space) => Some(Link::End(*space)),
            Part::Ignored => Some(Link::Nothing),
            Part::Id(_) | Part::Label | Part::Type | Part::Property(..) | Part::List(..) => None,
        };
        let columns: Option<Vec<Link>> = self.columns.iter().map(link).collect();
        Links::of(columns.filter(|_| plain)?, &run.ids)
    }

    /// The nodes that the rows are, where they say nothing more than their ids and properties.
    fn as_nodes(&self) -> Option<Nodes> {
        Nodes::of(&self.columns, self.format.list_delimiter).filter(|_| self.is_of_nodes)
    }

    /// Adds nodes up to the first that is there before; tells how many.
    fn take_nodes(&self, run: &mut Run<'_>, block: &NodeBlock) -> Result<usize, LoadError> {
        let first = run.load.graph().node_bound();
        let rows = match (self.space, &block.ids) {
            (None, _) => block.rows,
            (Some(_), None) => 0,
            (Some(space), Some(ids)) => {
                run.ids_mut().insert_all(space, &ids.slice(0, block.rows), first)
            }
        };
        let cut = |(key, values): &(KeyId, Vector)| (*key, values.slice(0, rows));
        let properties: Vec<(KeyId, Vector)> = block.properties.iter().map(cut).collect();
        run.load.add_nodes(rows, &self.labels, &properties)?;
        run.labels += (self.labels.len() * rows) as u64;
        let present = properties.iter().map(|(_, values)| values.count_present() as u64);
        run.properties += present.sum::<u64>();
        Ok(rows)
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

impl<'a> Taker<'a> for Layout {
    fn row(&mut self, run: &mut Run<'a>, row: TableRow<'_>) -> Result<(), LoadError> {
        match self.take(run, row) {
            Ok(()) => {}
            Err(Refusal::Fatal(error)) => return Err(error),
            Err(Refusal::Bad(reason)) => {
                let file = run.file.clone();
                run.bad_line(BadLine { file, line: row.line(), reason })?;
            }
        }
        run.rows_read(1)
    }

    fn bad(&mut self, run: &mut Run<'a>, line: BadLine) -> Result<(), LoadError> {
        run.bad_line(line)
    }

    fn plain(&mut self, run: &mut Run<'a>, rows: &PlainRows) -> Result<usize, LoadError> {
        let taken = match (rows, self.kind) {
            (PlainRows::Nodes(block), _) => self.take_nodes(run, block)?,
            (PlainRows::Links(block), Some(kind)) => {
                run.load.add_links(kind, &block.starts, &block.ends)?;
                block.starts.len()
            }
            (PlainRows::Links(_) | PlainRows::Types(..), _) => 0,
        };
        run.rows_read(taken as u64)?;
        Ok(taken)
    }
}

fn find(run: &Run<'_>, space: SpaceId, id: &Id<'_>) -> Result<Endpoint, Refusal> {
    run.ids.find(space, id).ok_or_else(|| {
        let shared = run.ids.is_shared(space, id);
        let space = run.ids.text(space);
        let id = shortened(&id.to_string());
        Refusal::Bad(if shared {
            format!("several have the id `{id}` in {space}: nobody can tell which is meant")
        } else {
            format!("nothing has the id `{id}` in {space}")
        })
    })
}

/// The space in which an end is looked up.
fn space_of(
    run: &mut Run<'_>,
    named: Option<Arc<str>>,
    end: &EndKind,
    verb: &str,
) -> Result<SpaceId, Refusal> {
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
                        "does not say what its relationships {verb}: name both ends, as in (:Person)-[:LIVES_IN]->(:City)"
                    )));
                }
                _ => {
                    spaces.sort_by_key(|space| space.text());
                    let names: Vec<String> = spaces.iter().map(|space| space.text()).collect();
                    return Err(Refusal::Bad(format!(
                        "does not say whether its relationships {verb} {}: name both ends, as in (:Person)-[:LIVES_IN]->(:City)",
                        names.join(" or ")
                    )));
                }
            }
        }
    };
    if run.ids.has(&space) {
        return Ok(run.ids_mut().add_space(space));
    }
    let text = space.text();
    let space = Arc::make_mut(&mut run.ids).add_known(space, run.load.graph());
    if run.ids.is_empty(space) {
        return Err(Refusal::Bad(format!(
            "its relationships {verb} {text}, but neither the files nor the database have any with an id"
        )));
    }
    Ok(space)
}
