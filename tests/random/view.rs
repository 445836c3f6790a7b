//! Prefixes that show a query a part of a graph with claims.

use super::graph::{CONFIDENCES, LABELS, MOMENTS, name};
use super::scope::Generator;

impl Generator<'_> {
    /// One to four prefixes in any order, for a graph with claims.
    pub(crate) fn views(&mut self) -> Vec<String> {
        let mut views = Vec::new();
        if self.choices.chance(55) {
            views.push(self.according_to());
        }
        if self.choices.chance(35) {
            views.push(self.as_of());
        }
        if self.choices.chance(30) {
            views.push("BEST".into());
        }
        if views.is_empty() || self.choices.chance(25) {
            views.push("UNDISPUTED".into());
        }
        for place in 1..views.len() {
            let other = self.choices.below(place + 1);
            views.swap(place, other);
        }
        views
    }

    /// `[STRICTLY] ACCORDING TO … [WITH CONFIDENCE >= …]`.
    pub(crate) fn according_to(&mut self) -> String {
        let strictly = if self.choices.chance(25) { "STRICTLY " } else { "" };
        let claimants = self.claimants();
        let confidence = if self.choices.chance(25) {
            format!(" WITH CONFIDENCE >= {}", self.choices.pick(&CONFIDENCES))
        } else {
            String::new()
        };
        format!("{strictly}ACCORDING TO {claimants}{confidence}")
    }

    /// Whose word counts; nearly always there is somebody.
    pub(crate) fn claimants(&mut self) -> String {
        let few = 1 + self.choices.below(4);
        match self.choices.below(8) {
            0..3 => format!("(c WHERE c.k < {few})"),
            3 => format!("'{}'", name(0)),
            4 => format!("COLLECT {{ MATCH (c) RETURN c ORDER BY c.k LIMIT {few} }}"),
            5 => format!("['{}', null]", name(0)),
            6 => "(c)-[:ASSERTS]->[]".into(),
            _ => format!("(:{})", self.choices.pick(&LABELS)),
        }
    }

    /// `AS OF …`.
    pub(crate) fn as_of(&mut self) -> String {
        let moment = match self.choices.below(5) {
            0..3 => self.choices.pick(&MOMENTS),
            3 => self.choices.pick(&["'2025-02-01'", "'2025-03-01T12:00'", "'2025-02-01T00:00Z'"]),
            _ => self.choices.pick(&["date('1900-01-01')", "datetime('2999-12-31T00:00Z')"]),
        };
        format!("AS OF {moment}")
    }
}
