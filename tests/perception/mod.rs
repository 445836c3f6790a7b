//! What a view hides, by its definition: each statement asked for itself, by a search of
//! all claims.
//!
//! It shares with the engine the values that say what a view is, and nothing else. A flaw
//! may be put in ([`Flaw`]): each lane has to notice it.

use dossier::store::{Elements, Moment, Perspective, View};
use dossier::value::{ElementReader, Endpoint, NodeId, RelationshipId, Value};

/// A mistake in what a view hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    DenialIsIgnored,
    BackgroundIsLost,
    OthersCount,
    AllMustAgree,
    StrictlyIsForNodesToo,
    StrictlyIsForgotten,
    ConfidenceMustBeMore,
    ConfidenceIsForgotten,
    DisputedNeedsBoth,
    TheEndIsIncluded,
    TheBeginningIsLeftOut,
    ADateIsItsLastMoment,
    NormalIsPreferred,
    DeprecatedStays,
    TheFirstRankCounts,
    AnyTypeIsBeside,
    HiddenEndsAreShown,
}

/// All of them, each with what it does.
pub(crate) const FLAWS: &[(Flaw, &str)] = &[
    (Flaw::DenialIsIgnored, "what a claimant denies is there if they assert it too"),
    (Flaw::BackgroundIsLost, "what nobody claims is not there"),
    (Flaw::OthersCount, "what anybody asserts is there"),
    (Flaw::AllMustAgree, "all claimants have to assert a statement"),
    (Flaw::StrictlyIsForNodesToo, "STRICTLY drops nodes that nobody asserts"),
    (Flaw::StrictlyIsForgotten, "STRICTLY drops nothing"),
    (Flaw::ConfidenceMustBeMore, "a confidence has to be more than the least"),
    (Flaw::ConfidenceIsForgotten, "any confidence is enough"),
    (Flaw::DisputedNeedsBoth, "UNDISPUTED leaves what is denied and not asserted"),
    (Flaw::TheEndIsIncluded, "valid_to is closed"),
    (Flaw::TheBeginningIsLeftOut, "valid_from is open"),
    (Flaw::ADateIsItsLastMoment, "a date is the day after it"),
    (Flaw::NormalIsPreferred, "BEST leaves the normal beside the preferred"),
    (Flaw::DeprecatedStays, "BEST leaves the deprecated"),
    (Flaw::TheFirstRankCounts, "the first claim decides the rank"),
    (Flaw::AnyTypeIsBeside, "BEST hides relationships of other types"),
    (Flaw::HiddenEndsAreShown, "a relationship is there without its ends"),
];

/// A graph that is looked at.
pub(crate) struct Perception<'g> {
    reader: &'g dyn ElementReader,
    nodes: Vec<NodeId>,
    relationships: Vec<RelationshipId>,
    flaw: Option<Flaw>,
}

impl<'g> Perception<'g> {
    /// All nodes and relationships have ids below these bounds.
    pub(crate) fn of(
        reader: &'g dyn ElementReader,
        (nodes, relationships): (u32, u32),
        flaw: Option<Flaw>,
    ) -> Self {
        let nodes = (0..nodes).map(NodeId).filter(|id| reader.contains(Endpoint::Node(*id)));
        let relationships = (0..relationships).map(RelationshipId);
        let relationships =
            relationships.filter(|id| reader.contains(Endpoint::Relationship(*id))).collect();
        Perception { reader, nodes: nodes.collect(), relationships, flaw }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    /// What is not there.
    pub(crate) fn hidden(&self, view: &View) -> Elements {
        let mut hidden = Elements::default();
        let nodes = self.nodes.iter().copied().map(Endpoint::Node);
        let relationships = self.relationships.iter().copied().map(Endpoint::Relationship);
        for element in nodes.chain(relationships) {
            if !self.shows(view, element) {
                hidden.insert(element);
            }
        }
        // What points at something hidden is hidden, and what points at that.
        loop {
            let mut more = false;
            for &id in &self.relationships {
                let (start, end) = self.ends(id);
                if hidden.contains(start) || hidden.contains(end) {
                    more |= hidden.insert(Endpoint::Relationship(id));
                }
            }
            if !more {
                break;
            }
        }
        if self.has(Flaw::HiddenEndsAreShown) {
            return self.with_ends_shown(view, &hidden);
        }
        hidden
    }

    fn with_ends_shown(&self, view: &View, hidden: &Elements) -> Elements {
        let mut needed = Elements::default();
        for &id in self.relationships.iter().rev() {
            let itself = Endpoint::Relationship(id);
            if needed.contains(itself) || self.shows(view, itself) {
                let (start, end) = self.ends(id);
                [itself, start, end].into_iter().for_each(|one| _ = needed.insert(one));
            }
        }
        let mut left = Elements::default();
        let nodes = self.nodes.iter().copied().map(Endpoint::Node);
        let relationships = self.relationships.iter().copied().map(Endpoint::Relationship);
        for element in nodes.chain(relationships) {
            if hidden.contains(element) && !needed.contains(element) {
                left.insert(element);
            }
        }
        left
    }

    fn ends(&self, id: RelationshipId) -> (Endpoint, Endpoint) {
        let ends = self.reader.relationship_endpoints(id);
        ends.expect("a relationship that is there has ends")
    }

    fn kind(&self, id: RelationshipId) -> String {
        self.reader.relationship_type(id).map(|kind| kind.to_string()).unwrap_or_default()
    }

    /// Whether a view has nothing against a statement itself.
    fn shows(&self, view: &View, statement: Endpoint) -> bool {
        view.according_to.as_ref().is_none_or(|who| self.holds(who, statement))
            && !(view.undisputed && self.denied(statement))
            && view.as_of.is_none_or(|moment| self.valid(statement, moment))
            && !(view.best && self.outranked(statement))
    }

    /// The claims of a type about a statement, each with who makes it.
    fn claims(&self, kind: &str, statement: Endpoint) -> Vec<(Endpoint, RelationshipId)> {
        let all = self.relationships.iter().copied();
        let about = all.filter(|id| self.kind(*id) == kind && self.ends(*id).1 == statement);
        about.map(|id| (self.ends(id).0, id)).collect()
    }

    fn holds(&self, perspective: &Perspective, statement: Endpoint) -> bool {
        let asserted = self.claims("ASSERTS", statement);
        let denied = self.claims("DENIES", statement);
        let says = |who: NodeId, claims: &[(Endpoint, RelationshipId)]| {
            let own = claims.iter().filter(|(by, _)| *by == Endpoint::Node(who));
            own.clone().any(|(_, claim)| self.confident(perspective.confidence, *claim))
        };
        let vouches = |who: &NodeId| {
            says(*who, &asserted) && (self.has(Flaw::DenialIsIgnored) || !says(*who, &denied))
        };
        let vouched = if self.has(Flaw::AllMustAgree) {
            perspective.claimants.iter().all(vouches)
        } else if self.has(Flaw::OthersCount) {
            !asserted.is_empty()
        } else {
            perspective.claimants.iter().any(vouches)
        };
        let strictly = perspective.strictly
            && !self.has(Flaw::StrictlyIsForgotten)
            && (self.has(Flaw::StrictlyIsForNodesToo)
                || matches!(statement, Endpoint::Relationship(_)));
        let background = asserted.is_empty() && denied.is_empty();
        vouched || (background && !strictly && !self.has(Flaw::BackgroundIsLost))
    }

    fn confident(&self, least: Option<f64>, claim: RelationshipId) -> bool {
        let own = match self.reader.property(Endpoint::Relationship(claim), "confidence") {
            Value::Integer(number) => number as f64,
            Value::Float(number) => number,
            _ => 1.0,
        };
        match least {
            Some(least) if self.has(Flaw::ConfidenceMustBeMore) => own > least,
            Some(least) => own >= least || self.has(Flaw::ConfidenceIsForgotten),
            None => true,
        }
    }

    fn denied(&self, statement: Endpoint) -> bool {
        let asserted = !self.claims("ASSERTS", statement).is_empty();
        !self.claims("DENIES", statement).is_empty()
            && (asserted || !self.has(Flaw::DisputedNeedsBoth))
    }

    fn valid(&self, statement: Endpoint, moment: Moment) -> bool {
        let bound = |key: &str| {
            let value = self.reader.property(statement, key);
            let late = self.has(Flaw::ADateIsItsLastMoment) && matches!(value, Value::Date(_));
            let day = if late { 86_400_000_000_000 } else { 0 };
            Moment::of(&value).map(|bound| Moment(bound.0 + day))
        };
        let open = self.has(Flaw::TheBeginningIsLeftOut);
        let closed = self.has(Flaw::TheEndIsIncluded);
        bound("valid_from").is_none_or(|from| from < moment || (from == moment && !open))
            && bound("valid_to").is_none_or(|to| moment < to || (moment == to && closed))
    }

    /// Whether a statement is deprecated, or one of its type at its start is ranked better.
    fn outranked(&self, statement: Endpoint) -> bool {
        let own = self.rank(statement);
        if own == 0 && !self.has(Flaw::DeprecatedStays) {
            return true;
        }
        let Endpoint::Relationship(id) = statement else { return false };
        let (start, kind) = (self.ends(id).0, self.kind(id));
        self.relationships.iter().any(|&other| {
            let alike = self.kind(other) == kind || self.has(Flaw::AnyTypeIsBeside);
            alike
                && self.ends(other).0 == start
                && self.rank(Endpoint::Relationship(other)) == 2
                && own < if self.has(Flaw::NormalIsPreferred) { 1 } else { 2 }
        })
    }

    /// 2 is preferred, 1 normal, 0 deprecated.
    fn rank(&self, statement: Endpoint) -> u8 {
        let rank_of = |element: Endpoint| match self.reader.property(element, "rank") {
            Value::String(text) if &*text == "preferred" => Some(2),
            Value::String(text) if &*text == "deprecated" => Some(0),
            Value::String(_) => Some(1),
            _ => None,
        };
        let is_claim = match statement {
            Endpoint::Relationship(id) => matches!(&*self.kind(id), "ASSERTS" | "DENIES"),
            Endpoint::Node(_) => false,
        };
        if let (false, Some(own)) = (is_claim, rank_of(statement)) {
            return own;
        }
        let claims = self.claims("ASSERTS", statement);
        let mut ranks =
            claims.iter().map(|(_, claim)| rank_of(Endpoint::Relationship(*claim)).unwrap_or(1));
        let given = if self.has(Flaw::TheFirstRankCounts) { ranks.next() } else { ranks.max() };
        given.unwrap_or(1)
    }
}
