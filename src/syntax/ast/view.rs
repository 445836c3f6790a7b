//! Prefixes that show a query another graph than the whole of the present one.

use super::{Expression, PatternPart};
use crate::syntax::diagnostic::Span;

/// A prefix that shows a query another graph, or less of it.
#[derive(Clone, Debug, PartialEq)]
pub enum View {
    /// `AS KNOWN AT moment`: the graph as a commit left it, or as it stood at a time.
    AsKnownAt {
        /// Which commit, or which time.
        moment: Expression,
        /// The whole prefix.
        span: Span,
    },
    /// `AS OF moment`: what held at a time.
    AsOf {
        /// Which time.
        moment: Expression,
        /// The whole prefix.
        span: Span,
    },
    /// `[STRICTLY] ACCORDING TO claimants [WITH CONFIDENCE >= least]`: what they hold.
    AccordingTo {
        /// Whether relationships must be asserted by them to be there.
        strictly: bool,
        /// Whose word counts.
        claimants: Claimants,
        /// How confident of its claims a claimant must be.
        confidence: Option<Expression>,
        /// The whole prefix.
        span: Span,
    },
    /// `UNDISPUTED`: what nobody denies.
    Undisputed {
        /// The prefix.
        span: Span,
    },
    /// `BEST`: what is ranked best.
    Best {
        /// The prefix.
        span: Span,
    },
}

/// Those whose word counts.
#[derive(Clone, Debug, PartialEq)]
pub enum Claimants {
    /// A node, a list of nodes, or the name of one.
    Expression(Expression),
    /// Every node that begins a match of the pattern.
    Pattern(PatternPart),
}

impl View {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            View::AsKnownAt { span, .. }
            | View::AsOf { span, .. }
            | View::AccordingTo { span, .. }
            | View::Undisputed { span }
            | View::Best { span } => *span,
        }
    }

    /// Visits the outermost expressions of the prefix.
    pub fn for_each_expression<'a>(&'a self, visit: &mut dyn FnMut(&'a Expression)) {
        match self {
            View::AsKnownAt { moment, .. } | View::AsOf { moment, .. } => visit(moment),
            View::AccordingTo { claimants, confidence, .. } => {
                match claimants {
                    Claimants::Expression(claimants) => visit(claimants),
                    Claimants::Pattern(part) => part.for_each_expression(visit),
                }
                confidence.iter().for_each(visit);
            }
            View::Undisputed { .. } | View::Best { .. } => {}
        }
    }
}
