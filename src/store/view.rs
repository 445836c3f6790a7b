//! Views: the graph as somebody sees it, as nobody disputes it, as it was on a day.
//!
//! A view is a predicate on statements (nodes and relationships) and becomes a version in
//! which the statements that it excludes are hidden ([`Graph::seen`]). The predicates of
//! a view are asked of the whole graph, each for itself, and what any excludes is
//! hidden; so their order does not matter. A relationship with something hidden at an
//! end is hidden too.
//!
//! | part | a statement is there if |
//! | --- | --- |
//! | according to somebody | they assert it and do not deny it, or nobody asserts or denies it |
//! | strictly | as before, but of relationships only what they assert |
//! | undisputed | nobody denies it |
//! | as of a moment | `valid_from` is not after it and `valid_to` is after it; absent ends are open |
//! | best | no better-ranked statement of the type starts at the same element, and it is not deprecated |

use super::mask::Elements;
use super::visited::Visited;
use super::{Direction, EndpointKind, Graph, KeyId, TypeId};
use crate::value::{
    ASSERTS, DENIES, Date, DateTime, ElementReader, Endpoint, ErrorClass, ErrorCode,
    EvaluationError, LocalDateTime, NodeId, RelationshipId, Value,
};
use std::fmt;

/// What of a graph is to be seen. The default leaves everything in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// What these claimants hold.
    pub according_to: Option<Perspective>,
    /// What nobody denies.
    pub undisputed: bool,
    /// What holds at this moment.
    pub as_of: Option<Moment>,
    /// What is ranked best.
    pub best: bool,
}

/// Those whose word counts; of several, any one suffices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Perspective {
    /// Who they are.
    pub claimants: Vec<NodeId>,
    /// Whether relationships must be asserted by them to be there.
    pub strictly: bool,
    /// Claims with a lower `confidence` do not count; without one a claim is certain.
    pub confidence: Option<f64>,
}

/// A point in time, in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i128);

impl Moment {
    /// The moment of a date (its first, in UTC), a local datetime (taken as UTC) or a
    /// datetime; `None` of any other value.
    ///
    /// ```
    /// use dossier::store::Moment;
    /// use dossier::value::{Date, Value};
    ///
    /// let day = Value::Date(Date { days: 1 });
    /// assert_eq!(Moment::of(&day), Some(Moment(86_400_000_000_000)));
    /// assert_eq!(Moment::of(&Value::Integer(1)), None);
    /// ```
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Date(date) => Some(Moment::of_date(*date)),
            Value::LocalDateTime(local) => Some(Moment(local.total_nanos())),
            Value::DateTime(moment) => Some(Moment(moment.instant_nanos())),
            _ => None,
        }
    }

    /// The first moment of a date, in UTC.
    fn of_date(date: Date) -> Self {
        Moment(i128::from(date.days) * 86_400_000_000_000)
    }

    /// The moment that a value names: as [`Moment::of`], or by the text of one of these.
    pub fn named_by(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => text.parse().ok(),
            other => Moment::of(other),
        }
    }
}

impl std::str::FromStr for Moment {
    type Err = EvaluationError;

    /// Reads a date, or a datetime as `datetime()` does; without an offset it is in UTC.
    fn from_str(text: &str) -> Result<Self, EvaluationError> {
        if let Ok(date) = text.parse::<Date>() {
            return Ok(Moment::of_date(date));
        }
        match text.parse::<LocalDateTime>() {
            Ok(local) => Ok(Moment(local.total_nanos())),
            Err(_) => Ok(Moment(text.parse::<DateTime>()?.instant_nanos())),
        }
    }
}

/// A statement that a view cannot judge.
#[derive(Clone, Debug)]
pub enum ViewError {
    /// Its validity is no date and no datetime.
    NoMoment {
        /// The statement.
        element: Endpoint,
        /// `valid_from` or `valid_to`.
        key: &'static str,
        /// What stands there.
        value: Value,
    },
    /// The rank of a claim is none.
    NoRank {
        /// The claim, or the statement.
        element: Endpoint,
        /// What stands there.
        value: Value,
    },
    /// The confidence of a claim is no number.
    NoConfidence {
        /// The claim.
        element: Endpoint,
        /// What stands there.
        value: Value,
    },
    /// It was stopped before it was done.
    Stopped,
}

impl fmt::Display for ViewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (element, key, value, wanted) = match self {
            ViewError::NoMoment { element, key, value } => {
                (element, *key, value, "a date or a datetime")
            }
            ViewError::NoRank { element, value } => {
                (element, "rank", value, "'preferred', 'normal' or 'deprecated'")
            }
            ViewError::NoConfidence { element, value } => {
                (element, "confidence", value, "a number")
            }
            ViewError::Stopped => return write!(f, "the view was stopped before it was done"),
        };
        let what = match element {
            Endpoint::Node(node) => format!("node {}", node.0),
            Endpoint::Relationship(relationship) => format!("relationship {}", relationship.0),
        };
        write!(f, "`{key}` of {what} is {}, not {wanted}", value.to_cypher_literal())
    }
}

impl std::error::Error for ViewError {}

impl From<ViewError> for EvaluationError {
    fn from(error: ViewError) -> Self {
        let (class, code) = (ErrorClass::TypeError, ErrorCode::UnusableStatement);
        EvaluationError::new(class, code, error.to_string())
    }
}

/// How good a statement is held to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Deprecated,
    Normal,
    Preferred,
}

impl Graph {
    /// The version that shows what a view leaves in; the version itself where that is all.
    ///
    /// # Errors
    ///
    /// [`ViewError`] where what decides is not of the kind that can decide: a `valid_from`
    /// that is no date, say.
    pub fn seen(&self, view: &View) -> Result<Graph, ViewError> {
        self.seen_unless(view, &|_| false)
    }

    /// As [`Graph::seen`], unless `stops` says so, which is asked again and again, with the bytes
    /// that are taken by then.
    ///
    /// # Errors
    ///
    /// As [`Graph::seen`], and [`ViewError::Stopped`].
    pub fn seen_unless(
        &self,
        view: &View,
        stops: &dyn Fn(usize) -> bool,
    ) -> Result<Graph, ViewError> {
        let mut hiding = Hiding { graph: self, hidden: Elements::default(), stops };
        if let Some(perspective) = &view.according_to {
            hiding.all_but(perspective)?;
        }
        if view.undisputed {
            let mut denied = std::mem::take(&mut hiding.hidden);
            hiding.about(DENIES, &mut denied)?;
            hiding.hidden = denied;
        }
        if let Some(moment) = view.as_of {
            hiding.invalid_at(moment)?;
        }
        if view.best {
            hiding.worse()?;
        }
        self.without_unless(hiding.hidden, stops).ok_or(ViewError::Stopped)
    }

    /// The nodes that somebody asserts or denies.
    ///
    /// # Complexity
    /// One step for each of them, and one for each chunk of nodes.
    pub fn claimed_nodes(&self) -> Visited {
        let mut found = Visited::default();
        for kind in [ASSERTS, DENIES] {
            let Some(kind) = self.catalog().type_id(kind) else { continue };
            for (statement, _, _) in self.by_target_among(kind, &[EndpointKind::Node]) {
                if let Endpoint::Node(node) = statement {
                    found.insert(node.0);
                }
            }
        }
        found
    }
}

/// A graph and what of it is hidden so far.
struct Hiding<'a> {
    graph: &'a Graph,
    hidden: Elements,
    stops: &'a dyn Fn(usize) -> bool,
}

/// Elements between two questions whether to go on.
const ELEMENTS: usize = 1024;

impl Hiding<'_> {
    /// Looks whether to go on, beside sets of so many bytes.
    fn pause(&self, besides: usize) -> Result<(), ViewError> {
        if (self.stops)(self.hidden.bytes() + besides) { Err(ViewError::Stopped) } else { Ok(()) }
    }

    /// The same before every so many elements.
    fn pause_at(&self, element: usize, besides: &Elements) -> Result<(), ViewError> {
        if element.is_multiple_of(ELEMENTS) { self.pause(besides.bytes()) } else { Ok(()) }
    }

    /// Adds the statements that somebody asserts, or denies.
    fn about(&self, kind: &str, found: &mut Elements) -> Result<(), ViewError> {
        let Some(kind) = self.graph.catalog().type_id(kind) else { return Ok(()) };
        for (place, (statement, _, _)) in self.graph.by_target(kind).enumerate() {
            self.pause_at(place, found)?;
            found.insert(statement);
        }
        Ok(())
    }

    /// Hides what those in a perspective do not hold.
    fn all_but(&mut self, perspective: &Perspective) -> Result<(), ViewError> {
        let mut shown = Elements::default();
        for &claimant in &perspective.claimants {
            let claimant = Endpoint::Node(claimant);
            let mut denied = Elements::default();
            let denials = self.graph.related(claimant, DENIES, false);
            for (place, (statement, claim)) in denials.into_iter().enumerate() {
                self.pause_at(place, &shown)?;
                if self.counts(claim, perspective.confidence)? {
                    denied.insert(statement);
                }
            }
            let assertions = self.graph.related(claimant, ASSERTS, false);
            for (place, (statement, claim)) in assertions.into_iter().enumerate() {
                self.pause_at(place, &shown)?;
                if !denied.contains(statement) && self.counts(claim, perspective.confidence)? {
                    shown.insert(statement);
                }
            }
        }
        let mut claimed = Elements::default();
        self.about(ASSERTS, &mut claimed)?;
        self.about(DENIES, &mut claimed)?;
        for id in claimed.nodes.iter().filter(|id| !shown.nodes.contains(*id)) {
            self.hidden.nodes.insert(id);
        }
        if perspective.strictly {
            for found in self.graph.relationship_chunks(None) {
                self.pause(shown.bytes() + claimed.bytes())?;
                for id in found.ids().filter(|id| !shown.relationships.contains(*id)) {
                    self.hidden.relationships.insert(id);
                }
            }
        } else {
            for id in claimed.relationships.iter().filter(|id| !shown.relationships.contains(*id)) {
                self.hidden.relationships.insert(id);
            }
        }
        Ok(())
    }

    /// Whether a claim is made with enough confidence.
    fn counts(&self, claim: RelationshipId, least: Option<f64>) -> Result<bool, ViewError> {
        let (Some(least), Some(key)) = (least, self.graph.catalog().key_id("confidence")) else {
            return Ok(true);
        };
        let element = Endpoint::Relationship(claim);
        match self.graph.property(element, key) {
            Value::Null => Ok(true),
            Value::Float(confidence) => Ok(confidence >= least),
            Value::Integer(confidence) => Ok(confidence as f64 >= least),
            value => Err(ViewError::NoConfidence { element, value }),
        }
    }

    /// Hides what does not hold at a moment.
    fn invalid_at(&mut self, moment: Moment) -> Result<(), ViewError> {
        let from = |bound: Moment| bound <= moment;
        let to = |bound: Moment| moment < bound;
        self.hide_unless("valid_from", &from)?;
        self.hide_unless("valid_to", &to)
    }

    /// Hides the elements whose property is a moment that a condition does not hold for.
    fn hide_unless(
        &mut self,
        name: &'static str,
        holds: &dyn Fn(Moment) -> bool,
    ) -> Result<(), ViewError> {
        let Some(key) = self.graph.catalog().key_id(name) else { return Ok(()) };
        let judge = |element: Endpoint, value: Value| match Moment::of(&value) {
            Some(bound) => Ok(!holds(bound)),
            None if value.is_null() => Ok(false),
            None => Err(ViewError::NoMoment { element, key: name, value }),
        };
        let mut hidden = std::mem::take(&mut self.hidden);
        self.each_value(key, &mut hidden, &mut |element, value| judge(element, value))?;
        self.hidden = hidden;
        Ok(())
    }

    /// Hides what is deprecated, and what is ranked lower than another relationship of its
    /// type from the same start.
    fn worse(&mut self) -> Result<(), ViewError> {
        let Some(key) = self.graph.catalog().key_id("rank") else { return Ok(()) };
        let mut judged = Elements::default();
        self.about(ASSERTS, &mut judged)?;
        self.each_value(key, &mut judged, &mut |_, value| Ok(!value.is_null()))?;
        for (place, id) in judged.nodes.iter().enumerate() {
            self.pause_at(place, &judged)?;
            if self.rank(Endpoint::Node(NodeId(id)), key)? == Rank::Deprecated {
                self.hidden.nodes.insert(id);
            }
        }
        for (place, id) in judged.relationships.iter().enumerate() {
            self.pause_at(place, &judged)?;
            let relationship = RelationshipId(id);
            match self.rank(Endpoint::Relationship(relationship), key)? {
                Rank::Normal => {}
                Rank::Deprecated => {
                    self.hidden.relationships.insert(id);
                }
                Rank::Preferred => {
                    let Some(record) = self.graph.relationship(relationship) else { continue };
                    self.hide_worse_beside(record.start, record.kind, key)?;
                }
            }
        }
        Ok(())
    }

    /// Hides the relationships of a type from a start that are not preferred.
    fn hide_worse_beside(
        &mut self,
        start: Endpoint,
        kind: TypeId,
        key: KeyId,
    ) -> Result<(), ViewError> {
        for end in [EndpointKind::Node, EndpointKind::Relationship] {
            let beside = self.graph.neighbours(start, kind, Direction::Outgoing, end);
            for (place, (_, relationship)) in beside.enumerate() {
                self.pause_at(place, &Elements::default())?;
                if self.rank(Endpoint::Relationship(relationship), key)? < Rank::Preferred {
                    self.hidden.relationships.insert(relationship.0);
                }
            }
        }
        Ok(())
    }

    /// The best rank that a claim gives a statement, or the one it has itself.
    fn rank(&self, statement: Endpoint, key: KeyId) -> Result<Rank, ViewError> {
        let rank_of = |element: Endpoint| match self.graph.property(element, key) {
            Value::Null => Ok(None),
            Value::String(text) => match &*text {
                "preferred" => Ok(Some(Rank::Preferred)),
                "normal" => Ok(Some(Rank::Normal)),
                "deprecated" => Ok(Some(Rank::Deprecated)),
                _ => Err(ViewError::NoRank { element, value: Value::String(text) }),
            },
            value => Err(ViewError::NoRank { element, value }),
        };
        let is_claim = |element: Endpoint| match element {
            Endpoint::Node(_) => false,
            Endpoint::Relationship(relationship) => {
                self.graph.relationship(relationship).is_some_and(|record| {
                    let name = self.graph.catalog().type_name(record.kind);
                    matches!(&**name, ASSERTS | DENIES)
                })
            }
        };
        let mut best = None;
        for (_, claim) in self.graph.related(statement, ASSERTS, true) {
            let rank = rank_of(Endpoint::Relationship(claim))?.unwrap_or(Rank::Normal);
            best = best.max(Some(rank));
        }
        // The rank of a claim is about what it claims, not about the claim.
        let own = if is_claim(statement) { None } else { rank_of(statement)? };
        Ok(own.or(best).unwrap_or(Rank::Normal))
    }
}

impl Hiding<'_> {
    /// Adds the elements that are chosen by what they have under a key, if there are any values
    /// in their chunk.
    fn each_value(
        &self,
        key: KeyId,
        found: &mut Elements,
        chosen: &mut dyn FnMut(Endpoint, Value) -> Result<bool, ViewError>,
    ) -> Result<(), ViewError> {
        for selection in self.graph.node_chunks(None) {
            self.pause(found.bytes())?;
            let Some(segment) = selection.segment(key) else { continue };
            for row in selection.rows.iter() {
                let element = Endpoint::Node(NodeId(selection.first + row));
                if chosen(element, segment.get(row as usize))? {
                    found.insert(element);
                }
            }
        }
        for selection in self.graph.relationship_chunks(None) {
            self.pause(found.bytes())?;
            let Some(segment) = selection.segment(key) else { continue };
            for row in selection.rows.iter() {
                let element = Endpoint::Relationship(RelationshipId(selection.first + row));
                if chosen(element, segment.get(row as usize))? {
                    found.insert(element);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
