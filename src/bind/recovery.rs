//! Going on after an error, so that independent errors are told together.
//!
//! An expression that fails is reported and becomes a placeholder of any type, so that
//! what contains it raises nothing more on its account. Where a clause fails as a whole,
//! nobody knows which variables it would have left; from there to the end of its query
//! no variable is reported as missing.

use super::expression::{Expression, ExpressionKind, VariableId};
use super::scope::{Entry, StaticType};
use super::term::Typed;
use super::{Binder, Bound, NameKind, closest};
use crate::syntax::ast;
use crate::syntax::diagnostic::{Diagnostic, Gathered, Span};
use crate::value::{ErrorCode, Value};
use std::collections::HashSet;
use std::sync::Arc;

/// What the binder remembers of failures.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    /// The errors so far.
    pub(super) errors: Gathered,
    /// Names that have been reported as missing.
    missing: HashSet<Arc<str>>,
    /// A clause failed: which variables there are is not known any more.
    lost: bool,
    /// The first error decides: it is passed on instead of being reported.
    strict: bool,
    /// Where each variable was declared, by its id; invented ones nowhere.
    places: Vec<Option<Span>>,
    /// Variables that the LET under way is going to define.
    pending: Vec<Arc<str>>,
    /// Variables that a WITH did not pass on, and that WITH.
    dropped: Vec<(Arc<str>, Span)>,
}

impl Binder<'_> {
    /// Keeps an error and goes on.
    ///
    /// # Errors
    /// The error itself where the first one decides.
    pub(super) fn report(&mut self, error: Diagnostic) -> Bound<()> {
        if self.recovery.strict {
            return Err(error);
        }
        self.recovery.errors.push(error);
        Ok(())
    }

    /// Binds an expression; one that fails is reported and becomes a placeholder.
    pub(super) fn term(&mut self, source: &ast::Expression) -> Bound<Typed> {
        let depth = self.scopes.depth();
        self.typed(source).or_else(|error| {
            self.scopes.truncate(depth);
            self.report(error)?;
            Ok(placeholder(source.span))
        })
    }

    /// Binds an operand that has to be boolean; one that fails becomes a placeholder.
    pub(super) fn boolean(&mut self, source: &ast::Expression) -> Bound<Expression> {
        let depth = self.scopes.depth();
        self.condition(source).or_else(|error| {
            self.scopes.truncate(depth);
            self.report(error)?;
            Ok(placeholder(source.span).0)
        })
    }

    /// Runs `bind` so that its first error decides.
    pub(super) fn strictly<T>(&mut self, bind: impl FnOnce(&mut Self) -> Bound<T>) -> Bound<T> {
        let outer = std::mem::replace(&mut self.recovery.strict, true);
        let depth = self.scopes.depth();
        let result = bind(self);
        self.scopes.truncate(depth);
        self.recovery.strict = outer;
        result
    }

    /// Reports that a clause failed: the variables in scope are not known from here on.
    pub(super) fn clause_failed(&mut self, error: Diagnostic) -> Bound<()> {
        self.report(error)?;
        self.recovery.lost = true;
        self.scopes.replace_columns(Vec::new());
        Ok(())
    }

    /// Whether a clause of this query failed.
    pub(super) fn is_lost(&self) -> bool {
        self.recovery.lost
    }

    /// Begins or ends a query, which is lost or not on its own; gives what was before.
    pub(super) fn set_lost(&mut self, lost: bool) -> bool {
        std::mem::replace(&mut self.recovery.lost, lost)
    }

    /// Finds a variable. One that is missing is reported once and becomes a placeholder.
    pub(super) fn resolve(&mut self, name: &str, span: Span) -> Bound<Entry> {
        if let Some(entry) = self.scopes.resolve(name) {
            return Ok(entry);
        }
        if self.recovery.strict || !(self.recovery.lost || self.recovery.missing.contains(name)) {
            let error = self.missing(name, span);
            self.report(error)?;
            self.recovery.missing.insert(name.into());
        }
        Ok(Entry { id: self.invent(name), of: StaticType::ANY })
    }

    /// Notes which variables the LET under way defines; none of its items sees them.
    pub(super) fn set_pending(&mut self, names: Vec<Arc<str>>) {
        self.recovery.pending = names;
    }

    fn missing(&self, name: &str, span: Span) -> Diagnostic {
        let message = format!("there is no variable `{name}` here");
        let error = Diagnostic::syntax(ErrorCode::UndefinedVariable, message, span)
            .with_label("not defined");
        if self.scopes.is_outside(name) {
            return error.with_help(format!(
                "it is there outside of the subquery: `CALL ({name}) {{ … }}` brings it in"
            ));
        }
        if self.recovery.pending.iter().any(|other| **other == *name) {
            return error.with_help(format!(
                "the items of one LET do not see each other: define `{name}` in a LET before"
            ));
        }
        let dropped = self.recovery.dropped.iter().rev().find(|(other, _)| **other == *name);
        if let Some((_, with)) = dropped {
            return error
                .with_related(*with, format!("`{name}` is not passed on here"))
                .with_help(format!("add `{name}` to the items of WITH"));
        }
        if self.environment.names(NameKind::Label).iter().any(|label| **label == *name) {
            return error.with_help(format!(
                "`{name}` is a label: write `(n:{name})` in a pattern and use `n`"
            ));
        }
        // An item of WITH without an alias has a name that begins with a space.
        let names = self.scopes.names().map(|name| &**name).filter(|name| !name.starts_with(' '));
        match closest(name, names) {
            Some(near) => error.with_help(format!("did you mean `{near}`?")),
            None => error,
        }
    }

    /// Notes where a variable is declared.
    pub(super) fn place(&mut self, id: VariableId, span: Span) {
        let index = id.0 as usize;
        if self.recovery.places.len() <= index {
            self.recovery.places.resize(index + 1, None);
        }
        self.recovery.places[index] = Some(span);
    }

    /// Adds where the variable was declared, with `text` below the place.
    pub(super) fn declared_at(
        &self,
        error: Diagnostic,
        id: VariableId,
        text: impl Into<String>,
    ) -> Diagnostic {
        match self.recovery.places.get(id.0 as usize) {
            Some(Some(span)) if Some(*span) != error.span => error.with_related(*span, text),
            _ => error,
        }
    }

    /// Notes which variables a WITH does not pass on.
    pub(super) fn drops(&mut self, before: &[(Arc<str>, Entry)], span: Span) {
        let kept: HashSet<_> = self.scopes.columns().into_iter().map(|(name, _)| name).collect();
        for (name, _) in before {
            if !kept.contains(name) {
                self.recovery.dropped.push((name.clone(), span));
            }
        }
    }

    /// `VariableAlreadyBound`, where a name is to be declared that is there.
    pub(super) fn already(&self, name: &ast::Name, known: Entry) -> Diagnostic {
        let message = format!("`{}` is already a variable", name.text);
        let error = Diagnostic::syntax(ErrorCode::VariableAlreadyBound, message, name.span)
            .with_label("declared again");
        self.declared_at(error, known.id, "first declared here").with_help("use another name")
    }
}

/// Stands for an expression that failed: whatever takes a value takes it.
fn placeholder(span: Span) -> Typed {
    (Expression::new(ExpressionKind::Literal(Value::Null), span), StaticType::ANY)
}
