//! All that is wrong with one statement: independent errors are told together.

use super::Diagnostic;
use std::ops::Deref;

/// Errors that are told of one statement; the rest is counted.
const MAX_TOLD: usize = 20;

/// Why a statement failed: one error that leads, and others that do not follow from it.
///
/// Whoever needs one error takes the leading one, to which this dereferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    // Boxed to keep results small.
    leading: Box<Diagnostic>,
    others: Vec<Diagnostic>,
    omitted: usize,
    warnings: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Every error that is told: the leading one, then the others by their place.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        std::iter::once(&*self.leading).chain(&self.others)
    }

    /// The number of errors that were found beyond those that are told.
    pub fn omitted(&self) -> usize {
        self.omitted
    }

    /// What was warned of while the statement ran, before it failed.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The same with these warnings.
    #[must_use]
    pub(crate) fn with_warnings(mut self, warnings: Vec<Diagnostic>) -> Self {
        self.warnings = warnings;
        self
    }

    /// The same with another leading error made of the present one.
    #[must_use]
    pub(crate) fn map_leading(mut self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        self.leading = Box::new(change(*self.leading));
        self
    }

    /// Renders the warnings and every error as [`Diagnostic::render`] does, with an empty line
    /// between two.
    pub fn render(&self, text: &str, colour: bool) -> String {
        let all = self.warnings.iter().chain(self.iter());
        let mut parts: Vec<String> = all.map(|one| one.render(text, colour)).collect();
        parts.extend(self.omission());
        parts.join("\n\n")
    }

    /// `and 3 more errors`, where some were only counted.
    pub fn omission(&self) -> Option<String> {
        match self.omitted {
            0 => None,
            1 => Some("and 1 more error".to_owned()),
            more => Some(format!("and {more} more errors")),
        }
    }
}

impl Deref for Diagnostics {
    type Target = Diagnostic;

    fn deref(&self) -> &Diagnostic {
        &self.leading
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(leading: Diagnostic) -> Self {
        Diagnostics {
            leading: Box::new(leading),
            others: Vec::new(),
            omitted: 0,
            warnings: Vec::new(),
        }
    }
}

/// Gathers the errors of a statement while it is read on.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    told: Vec<Diagnostic>,
    omitted: usize,
}

impl Gathered {
    /// Adds an error, unless the same one was found already.
    pub(crate) fn push(&mut self, error: Diagnostic) {
        if self.told.contains(&error) {
            return;
        }
        if self.told.len() < MAX_TOLD {
            self.told.push(error);
        } else {
            self.omitted += 1;
        }
    }

    /// How many errors there are so far.
    pub(crate) fn len(&self) -> usize {
        self.told.len() + self.omitted
    }

    /// All of them, the first one found in front; `None` where there is none.
    pub(crate) fn finish(self) -> Option<Diagnostics> {
        let mut told = self.told.into_iter();
        let leading = told.next()?;
        let mut others: Vec<Diagnostic> = told.collect();
        others.sort_by_key(|error| error.span.map_or(0, |span| span.start));
        let omitted = self.omitted;
        Some(Diagnostics { leading: Box::new(leading), others, omitted, warnings: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Span;
    use super::*;
    use crate::value::ErrorCode;

    fn error(at: usize) -> Diagnostic {
        Diagnostic::syntax(ErrorCode::UndefinedVariable, "missing", Span::new(at, at + 1))
    }

    #[test]
    fn the_first_error_leads_and_the_others_stand_in_order() {
        let mut gathered = Gathered::default();
        for at in [5, 9, 2, 9] {
            gathered.push(error(at));
        }
        let all = gathered.finish().expect("there are errors");
        let places: Vec<_> = all.iter().filter_map(|one| one.span).map(|span| span.start).collect();
        assert_eq!(places, [5, 2, 9]);
        assert_eq!((all.omitted(), all.omission()), (0, None));
    }

    #[test]
    fn many_errors_are_counted() {
        let mut gathered = Gathered::default();
        (0..25).for_each(|at| gathered.push(error(at)));
        let all = gathered.finish().expect("there are errors");
        assert_eq!((all.iter().count(), all.omitted()), (20, 5));
        assert_eq!(all.omission().as_deref(), Some("and 5 more errors"));
        assert!(Gathered::default().finish().is_none());
    }
}
