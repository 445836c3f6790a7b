//! The prefixes of a query as text.

use super::Printer;
use super::expression::Level;
use crate::syntax::ast::{Claimants, Expression, View};

impl Printer {
    /// A prefix, without a space behind it; its last expression in brackets if asked for.
    pub(super) fn view(&mut self, view: &View, brackets: bool) {
        match view {
            View::AsKnownAt { moment, .. } => {
                self.push("AS KNOWN AT ");
                self.operand(moment, brackets);
            }
            View::AsOf { moment, .. } => {
                self.push("AS OF ");
                self.operand(moment, brackets);
            }
            View::AccordingTo { strictly, claimants, confidence, .. } => {
                self.push(if *strictly { "STRICTLY ACCORDING TO " } else { "ACCORDING TO " });
                match claimants {
                    // In one pair of brackets it might be read as a pattern.
                    Claimants::Expression(claimants) if brackets && confidence.is_none() => {
                        self.push("((");
                        self.expression(claimants, Level::Or);
                        self.push("))");
                    }
                    Claimants::Expression(claimants) => self.expression(claimants, Level::Or),
                    Claimants::Pattern(part) => self.pattern_part(part),
                }
                if let Some(least) = confidence {
                    self.push(" WITH CONFIDENCE >= ");
                    self.operand(least, brackets);
                }
            }
            View::Undisputed { .. } => self.push("UNDISPUTED"),
            View::Best { .. } => self.push("BEST"),
        }
    }

    fn operand(&mut self, expression: &Expression, brackets: bool) {
        self.push(if brackets { "(" } else { "" });
        self.expression(expression, Level::Or);
        self.push(if brackets { ")" } else { "" });
    }
}
