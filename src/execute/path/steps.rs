//! The hops of a path's segments, found once for each element and kept in tables.
//!
//! ```text
//! table of segment ((x)-[r]->(y)-[s]->(z))
//!   of:             element → first and last of its hops
//!   relationships:  r s │ r s │ r s …     two for each hop
//!   ends:           y z │ y z │ y z …     the end of each relationship
//! ```

use super::super::adjacent::{Excluded, element_id, endpoint};
use super::super::context::{Context, internal};
use super::super::correlated::{Correlated, argument_of};
use super::super::expression::Physical;
use super::super::filter::pick_columns;
use super::super::hops::{Hop, Hops};
use super::super::mapper::Mapper;
use super::super::pipeline::Flow;
use super::super::vectorised::{Rows, evaluate};
use super::walk::kind;
use crate::bind::expression::VariableId;
use crate::plan::path::{HopPlan, HopSource, PathSegment};
use crate::store::TypeId;
use crate::syntax::ast::{Direction, EndKind};
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{Endpoint, Value};
use crate::vector::{DataChunk, Vector};
use hashbrown::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Tables that take more are given up between two rows.
const MOST_BYTES: usize = 16 << 20;

/// Where the hops of a segment come from.
enum Source {
    /// The element itself, once.
    Here,
    /// The relationships at it.
    Adjacent {
        direction: Direction,
        types: Option<Vec<TypeId>>,
        properties: Vec<(Arc<str>, Physical)>,
    },
    /// The rows of plans.
    Plans(Vec<Planned>),
}

/// The plan of a hop between elements of some kind.
struct Planned {
    /// What the hop begins at.
    from: EndKind,
    plan: Correlated,
    /// The columns of the outer row that it reads.
    argument: Vec<usize>,
    /// The columns of the result that hold relationships and ends.
    relationships: Vec<usize>,
    ends: Vec<(usize, EndKind)>,
}

/// A segment, ready to be walked.
pub(super) struct Segment {
    source: Source,
    /// Relationships of a hop.
    pub(super) width: usize,
    /// What a hop begins at.
    pub(super) first: EndKind,
    /// What a hop ends at; between repetitions there are only nodes.
    pub(super) last: EndKind,
    /// Least hops.
    pub(super) min: u64,
    /// Most hops, as far as any path may come to them.
    pub(super) max: Option<u64>,
    /// Most hops as they were asked for.
    most: Option<u64>,
}

impl Segment {
    /// How its hops cross relationships, where they are single ones of which the adjacency knows
    /// everything.
    pub(super) fn direction(&self) -> Option<Direction> {
        match &self.source {
            Source::Adjacent { direction, .. } => Some(*direction),
            Source::Here | Source::Plans(_) => None,
        }
    }

    /// Ends that are kept for a hop.
    fn stops(&self) -> usize {
        self.width.max(1)
    }
}

/// The hops of a segment that are known.
#[derive(Default)]
struct Table {
    of: HashMap<Endpoint, Range<u32>, foldhash::fast::FixedState>,
    relationships: Vec<u32>,
    ends: Vec<Endpoint>,
}

/// What the properties of a segment's relationships must equal, in all rows of a chunk.
pub(super) type Wanted = Vec<(Arc<str>, Vector)>;

/// The row that a search starts from.
pub(super) struct Origin<'r> {
    /// A flat chunk.
    pub(super) chunk: &'r DataChunk,
    /// The row in it.
    pub(super) row: usize,
    /// Relationships that must not be met.
    pub(super) excluded: &'r Excluded,
    /// For each segment what the properties of its relationships must equal, in all rows.
    pub(super) properties: &'r [Wanted],
}

impl Origin<'_> {
    /// What the properties of a segment's relationships must equal in this row.
    fn wanted(&self, segment: usize) -> Vec<(Arc<str>, Value)> {
        let all = self.properties.get(segment).into_iter().flatten();
        all.map(|(key, values)| (key.clone(), values.get(self.row))).collect()
    }
}

/// The segments of a path with their tables.
pub(super) struct Steps {
    pub(super) segments: Vec<Segment>,
    tables: Vec<Table>,
    /// Whether hops depend on more of the row than where they begin.
    varies: bool,
    /// What the tables take of the memory account.
    bytes: usize,
    /// The hops of one element, while they are found.
    found: Vec<Hop>,
}

impl Steps {
    /// Compiles the segments of a search.
    pub(super) fn map(
        mapper: &mut Mapper<'_, '_>,
        segments: &[PathSegment],
        excludes: bool,
    ) -> Result<Self, Diagnostic> {
        let mapped: Vec<Segment> = segments
            .iter()
            .map(|segment| map_segment(mapper, segment))
            .collect::<Result<_, _>>()?;
        let varies = excludes
            || mapped.iter().any(|segment| match &segment.source {
                Source::Here => false,
                Source::Adjacent { properties, .. } => !properties.is_empty(),
                Source::Plans(plans) => plans.iter().any(|planned| !planned.argument.is_empty()),
            });
        let tables = mapped.iter().map(|_| Table::default()).collect();
        Ok(Steps { segments: mapped, tables, varies, bytes: 0, found: Vec::new() })
    }

    /// What the properties of each segment's relationships must equal, for all rows.
    pub(super) fn properties(
        &self,
        context: &Context<'_>,
        chunk: &DataChunk,
    ) -> Result<Vec<Wanted>, Diagnostic> {
        let rows = Rows::of(chunk);
        let of_segment = |segment: &Segment| match &segment.source {
            Source::Adjacent { properties, .. } => properties
                .iter()
                .map(|(key, value)| Ok((key.clone(), evaluate(context, value, &rows)?)))
                .collect(),
            Source::Here | Source::Plans(_) => Ok(Vec::new()),
        };
        self.segments.iter().map(of_segment).collect()
    }

    /// Takes limits away that no path can reach which meets each of so many relationships at most
    /// once.
    pub(super) fn limit(&mut self, relationships: u64) {
        for segment in &mut self.segments {
            segment.max = segment.most.filter(|most| *most < relationships.max(2));
        }
    }

    /// Forgets what does not hold for the next row, or takes too much.
    pub(super) fn begin_row(&mut self, context: &Context<'_>) {
        if self.varies || self.bytes > MOST_BYTES {
            self.tables.iter_mut().for_each(|table| *table = Table::default());
            context.guard.release(std::mem::take(&mut self.bytes));
        }
    }

    /// Forgets everything, at the end of the input.
    pub(super) fn release(&mut self, context: &Context<'_>) {
        let bytes = self.bytes;
        self.forget();
        context.guard.release(bytes);
    }

    /// Forgets everything of a run whose account is closed.
    pub(super) fn forget(&mut self) {
        self.tables.iter_mut().for_each(|table| *table = Table::default());
        self.bytes = 0;
    }

    /// The relationships of a hop.
    pub(super) fn relationships(&self, segment: usize, hop: u32) -> &[u32] {
        let width = self.segments[segment].width;
        let start = hop as usize * width;
        &self.tables[segment].relationships[start..start + width]
    }

    /// The ends that a hop leads to, one for each relationship.
    pub(super) fn ends(&self, segment: usize, hop: u32) -> &[Endpoint] {
        let stops = self.segments[segment].stops();
        let start = hop as usize * stops;
        &self.tables[segment].ends[start..start + self.segments[segment].width]
    }

    /// The element that a hop comes to.
    pub(super) fn end(&self, segment: usize, hop: u32) -> Endpoint {
        let stops = self.segments[segment].stops();
        self.tables[segment].ends[(hop as usize + 1) * stops - 1]
    }

    /// The steps of a segment of single relationships, as the adjacency has them.
    pub(super) fn adjacent<'h>(
        &'h self,
        context: &Context<'_>,
        segment: usize,
        origin: &'h Origin<'_>,
    ) -> Option<Hops<'h>> {
        let Source::Adjacent { direction, types, .. } = &self.segments[segment].source else {
            return None;
        };
        let wanted = origin.wanted(segment);
        let last = self.segments[segment].last;
        Some(Hops::new(types.as_deref(), *direction, last, wanted, origin.excluded, context))
    }

    /// Adds a hop over one relationship that was found otherwise.
    pub(super) fn add(&mut self, segment: usize, relationship: u32, end: Endpoint) -> u32 {
        let table = &mut self.tables[segment];
        table.relationships.push(relationship);
        table.ends.push(end);
        table.relationships.len() as u32 - 1
    }

    /// The numbers of all hops of a segment from an element.
    pub(super) fn from(
        &mut self,
        context: &Context<'_>,
        segment: usize,
        from: Endpoint,
        origin: &Origin<'_>,
    ) -> Result<Range<u32>, Diagnostic> {
        if let Some(known) = self.tables[segment].of.get(&from) {
            return Ok(known.clone());
        }
        context.guard.step()?;
        let before = self.taken(segment);
        let first = self.count(segment);
        match self.segments[segment].source {
            Source::Here => self.tables[segment].ends.push(from),
            Source::Adjacent { .. } => self.find_adjacent(context, segment, from, origin)?,
            Source::Plans(_) => self.find_planned(context, segment, from, origin)?,
        }
        let range = first..self.count(segment);
        self.tables[segment].of.insert(from, range.clone());
        let bytes = self.taken(segment) - before + 32;
        self.bytes += bytes;
        context.guard.keep(bytes)?;
        Ok(range)
    }

    fn count(&self, segment: usize) -> u32 {
        (self.tables[segment].ends.len() / self.segments[segment].stops()) as u32
    }

    fn taken(&self, segment: usize) -> usize {
        let table = &self.tables[segment];
        table.relationships.len() * 4 + table.ends.len() * std::mem::size_of::<Endpoint>()
    }

    fn find_adjacent(
        &mut self,
        context: &Context<'_>,
        segment: usize,
        from: Endpoint,
        origin: &Origin<'_>,
    ) -> Result<(), Diagnostic> {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        if let Some(hops) = self.adjacent(context, segment, origin) {
            hops.collect(context, from, &mut found)?;
        }
        let table = &mut self.tables[segment];
        table.relationships.extend(found.iter().map(|hop| hop.relationship));
        table.ends.extend(found.iter().map(|hop| endpoint(hop.kind, hop.id)));
        self.found = found;
        Ok(())
    }

    fn find_planned(
        &mut self,
        context: &Context<'_>,
        segment: usize,
        from: Endpoint,
        origin: &Origin<'_>,
    ) -> Result<(), Diagnostic> {
        let width = self.segments[segment].width;
        let table = &mut self.tables[segment];
        let Source::Plans(plans) = &mut self.segments[segment].source else { return Ok(()) };
        for planned in plans.iter_mut().filter(|planned| planned.from == kind(from)) {
            planned.find(context, from, (width, table), origin)?;
        }
        Ok(())
    }
}

impl Planned {
    /// Adds the hops of so many relationships from an element to the table.
    fn find(
        &mut self,
        context: &Context<'_>,
        from: Endpoint,
        (width, table): (usize, &mut Table),
        origin: &Origin<'_>,
    ) -> Result<(), Diagnostic> {
        let Planned { plan, argument, relationships, ends, .. } = self;
        let mut row = pick_columns(&origin.chunk.slice(origin.row, 1), argument);
        row.len = 1;
        row.columns.push(match from {
            Endpoint::Node(node) => Vector::nodes(vec![node.0]),
            Endpoint::Relationship(relationship) => Vector::relationships(vec![relationship.0]),
        });
        plan.run(context, row, &mut |context, _, mut rows| {
            rows.flatten();
            context.guard.steps_taken(rows.len)?;
            for row in 0..rows.len {
                if width == 0 {
                    table.ends.push(from);
                    continue;
                }
                let (known, reached) = (table.relationships.len(), table.ends.len());
                let of = |slot: &usize, kind| element_id(rows.columns.get(*slot)?, kind, row);
                let met = relationships.iter().map(|slot| of(slot, EndKind::Relationship));
                table.relationships.extend(met.flatten());
                let stops = ends.iter().map(|(slot, kind)| Some(endpoint(*kind, of(slot, *kind)?)));
                table.ends.extend(stops.flatten());
                let hop = &table.relationships[known..];
                if hop.len() != width || table.ends.len() - reached != width {
                    return Err(internal("a hop has no relationships", None));
                }
                if hop.iter().any(|relationship| origin.excluded.contains(*relationship)) {
                    table.relationships.truncate(known);
                    table.ends.truncate(reached);
                }
            }
            Ok(Flow::Continue)
        })?;
        Ok(())
    }
}

fn map_segment(mapper: &mut Mapper<'_, '_>, segment: &PathSegment) -> Result<Segment, Diagnostic> {
    let (Some(first), Some(last)) = (segment.ends.first(), segment.ends.last()) else {
        return Err(internal("a segment has no ends", None));
    };
    let source = match &segment.hops {
        HopSource::Here => Source::Here,
        HopSource::Adjacent { direction, types, properties } => {
            let mut compiler = mapper.compiler();
            let properties = properties
                .iter()
                .map(|(key, value)| Ok((key.clone(), compiler.compile(value)?)))
                .collect::<Result<_, Diagnostic>>()?;
            Source::Adjacent {
                direction: *direction,
                types: mapper.types(types.as_ref()),
                properties,
            }
        }
        HopSource::Plans(plans) => {
            let plans = plans.iter().map(|plan| map_plan(mapper, segment, plan));
            Source::Plans(plans.collect::<Result<_, _>>()?)
        }
    };
    let width = segment.relationships.len();
    let (min, max) = (segment.min, segment.max);
    Ok(Segment { source, width, first: first.1, last: last.1, min, max, most: max })
}

fn map_plan(
    mapper: &mut Mapper<'_, '_>,
    segment: &PathSegment,
    hop: &HopPlan,
) -> Result<Planned, Diagnostic> {
    let (argument, mut layout) = argument_of(mapper.context, &hop.plan, mapper.layout());
    let Some((first, ends)) = segment.ends.split_first() else {
        return Err(internal("a segment has no ends", None));
    };
    layout.add(first.0);
    let mut ends = ends.to_vec();
    if let Some(last) = ends.last_mut() {
        last.1 = hop.to;
    }
    let stops = ends.iter().map(|(variable, _)| *variable);
    let read: Vec<VariableId> = stops.chain(segment.relationships.iter().copied()).collect();
    let plan = Correlated::compile(mapper.context, &hop.plan, &layout, &read)?;
    let slot = |variable: VariableId| {
        plan.output.slot(variable).ok_or_else(|| internal("a hop lacks an element", None))
    };
    let relationships =
        segment.relationships.iter().map(|id| slot(*id)).collect::<Result<_, _>>()?;
    let ends =
        ends.iter().map(|(id, kind)| Ok((slot(*id)?, *kind))).collect::<Result<_, Diagnostic>>()?;
    Ok(Planned { from: hop.from, plan, argument, relationships, ends })
}
