//! Elements that are reached from several bound ends at once.
//!
//! ```text
//! (a)-->(c)<--(b)      the c that are a neighbour of a and of b
//! ```
//!
//! Where a pattern closes a cycle, following one side and testing the others makes a row for
//! every neighbour on that side. Adjacency is sorted by neighbour, so the lists are intersected
//! instead, at the cost of the shortest of them.

use super::operator::End;
use crate::bind::expression::{Expression, Labels, VariableId};
use crate::syntax::ast::Direction;

/// The elements that a relationship leads to from each of several bound ends.
#[derive(Clone, Debug)]
pub struct Intersect {
    /// The element that is found.
    pub to: End,
    /// The relationships that lead to it, two or more.
    pub legs: Vec<IntersectLeg>,
    /// Where only the number of matches is asked for: rows go on as they are, with that number.
    pub counted: Option<CountedMatches>,
}

/// One of the relationships.
#[derive(Clone, Debug)]
pub struct IntersectLeg {
    /// The bound end. Null gives no row.
    pub from: End,
    /// The new relationship variable.
    pub relationship: VariableId,
    /// As seen from `from`. `Either` meets a self-loop once.
    pub direction: Direction,
    /// What must hold of its type.
    pub types: Option<Labels>,
    /// Relationships (or lists of them) from which it must differ; legs before it among them.
    pub distinct_from: Vec<VariableId>,
}

/// The number of matches that each row has; rows without any go.
#[derive(Clone, Debug)]
pub struct CountedMatches {
    /// The variable of the number.
    pub number: VariableId,
    /// What must hold of the labels of the element.
    pub labels: Option<Labels>,
    /// What else must hold of it; these expressions read nothing else and cannot fail.
    pub filters: Vec<Expression>,
}

impl Intersect {
    /// The variables that it adds to its rows.
    pub fn introduced(&self) -> Vec<VariableId> {
        if let Some(counted) = &self.counted {
            return vec![counted.number];
        }
        let relationships = self.legs.iter().map(|leg| leg.relationship);
        relationships.chain([self.to.variable]).collect()
    }

    /// Whether it binds a variable, even if it does not add it to its rows.
    pub fn binds(&self, variable: VariableId) -> bool {
        self.to.variable == variable || self.legs.iter().any(|leg| leg.relationship == variable)
    }

    /// The variables that it reads of its rows.
    pub fn reads(&self) -> impl Iterator<Item = VariableId> + '_ {
        let of = |leg: &IntersectLeg| [&leg.distinct_from[..], &[leg.from.variable]].concat();
        let all = self.legs.iter().flat_map(of);
        all.filter(|variable| !self.binds(*variable))
    }
}
