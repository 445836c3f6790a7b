//! Which rules plans are optimised by: all of them, without those that `SET optimiser.rule = off`
//! has switched off in a database, or the ones that a query brings along.

use super::Inner;
use crate::plan::optimise::{RULES, Rule};
use crate::syntax;
use crate::syntax::ast::Name;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::ErrorCode;
use std::sync::atomic::{AtomicU64, Ordering};

/// What `SET name = value` changes of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its dotted name.
    pub name: String,
    /// The values that it takes.
    pub values: &'static [&'static str],
}

/// Every setting, by name.
///
/// ```
/// let settings = dossier::database::settings();
/// let zones = settings.iter().find(|setting| setting.name == "optimiser.zone_maps").unwrap();
/// assert_eq!(zones.values, ["on", "off"]);
/// ```
pub fn settings() -> Vec<Setting> {
    let switch = |rule: &&dyn Rule| Setting {
        name: format!("optimiser.{}", rule.name()),
        values: &["on", "off"],
    };
    let mut settings: Vec<Setting> = RULES.iter().map(switch).collect();
    settings.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    settings
}

/// The rules of [`RULES`] that are switched off in a database, a bit for each.
#[derive(Debug, Default)]
pub(super) struct RuleSwitches(AtomicU64);

/// By which rules a query is optimised.
#[derive(Clone)]
pub(super) enum RuleChoice {
    /// By all but some, a bit for each.
    AllBut(u64),
    /// By these.
    Own(Vec<&'static dyn Rule>),
}

impl Default for RuleChoice {
    fn default() -> Self {
        RuleChoice::AllBut(0)
    }
}

impl RuleChoice {
    /// The rules in their order.
    pub(super) fn given(&self) -> impl Iterator<Item = &'static dyn Rule> + '_ {
        let (rules, off) = match self {
            RuleChoice::AllBut(off) => (RULES, *off),
            RuleChoice::Own(rules) => (rules.as_slice(), 0),
        };
        let on = move |(place, _): &(usize, _)| !is_set(off, *place);
        rules.iter().copied().enumerate().filter(on).map(|(_, rule)| rule)
    }

    /// Those that are switched off.
    pub(super) fn off(&self) -> u64 {
        match self {
            RuleChoice::AllBut(off) => *off,
            RuleChoice::Own(_) => 0,
        }
    }

    /// Whether they are none of the database's business.
    pub(super) fn is_own(&self) -> bool {
        matches!(self, RuleChoice::Own(_))
    }
}

fn is_set(bits: u64, place: usize) -> bool {
    u32::try_from(place)
        .ok()
        .and_then(|place| bits.checked_shr(place))
        .is_some_and(|it| it & 1 == 1)
}

impl Inner {
    /// By which rules the queries of this database are optimised.
    pub(super) fn rules(&self) -> RuleChoice {
        RuleChoice::AllBut(self.switches.0.load(Ordering::Relaxed))
    }

    /// Switches a rule on or off, for all handles of the database.
    pub(super) fn switch_rule(&self, name: &Name, on: bool) -> Result<(), Diagnostic> {
        let place = RULES.iter().position(|rule| rule.name().eq_ignore_ascii_case(&name.text));
        let Some(place) = place else { return Err(no_such_rule(name)) };
        let bit = 1u64.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0);
        if on {
            self.switches.0.fetch_and(!bit, Ordering::Relaxed);
        } else {
            self.switches.0.fetch_or(bit, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn no_such_rule(name: &Name) -> Diagnostic {
    let names = RULES.iter().map(|rule| rule.name());
    let help = match syntax::closest(&name.text, names.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
    };
    let message = format!("the optimiser has no rule `{}`", name.text);
    Diagnostic::syntax(ErrorCode::InvalidArgumentValue, message, name.span).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::settings;
    use crate::Database;

    #[test]
    fn every_setting_takes_its_values() {
        let database = Database::in_memory();
        let settings = settings();
        assert!(!settings.is_empty());
        for setting in settings {
            for value in setting.values {
                let text = format!("SET {} = {value}", setting.name);
                assert!(database.query(&text).run().is_ok(), "{text}");
            }
            let text = format!("SET {} = perhaps", setting.name);
            assert!(database.query(&text).run().is_err(), "{text}");
        }
    }
}
