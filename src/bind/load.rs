//! `LOAD CSV`, and the two functions that tell where a row of it comes from.
//!
//! `file()` and `linenumber()` stand for columns that the clause adds beside its variable.
//! They have names that no query can write, travel with the rows through a WITH that
//! neither groups nor drops duplicates, and are computed only where they are read.

use super::expression::{Expression, ExpressionKind, VariableId};
use super::query::{BoundKind, LoadCsv};
use super::scope::{Entry, StaticType};
use super::term::{Typed, describe};
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast;
use crate::syntax::diagnostic::Span;
use crate::value::{ErrorCode, Value};
use std::sync::Arc;

/// The hidden columns: the function that reads each, and the column's name.
const HIDDEN: [(&str, &str, TypeSet); 2] =
    [("file", "\0file", TypeSet::STRING), ("linenumber", "\0linenumber", TypeSet::INTEGER)];

impl Binder<'_> {
    pub(super) fn load_csv(
        &mut self,
        headers: bool,
        location: &ast::Expression,
        variable: &ast::Name,
        terminator: Option<char>,
    ) -> Bound<BoundKind> {
        let (place, of) = self.term(location)?;
        if !of.may_be(TypeSet::STRING) {
            let message = format!(
                "LOAD CSV reads the file that a string names, this is {}",
                describe(of.types)
            );
            return syntax_error(ErrorCode::InvalidArgumentType, message, location.span);
        }
        let row =
            if headers { StaticType::of(TypeSet::MAP) } else { StaticType::list(TypeSet::STRING) };
        let variable = self.new_variable(variable, row)?;
        let [file, line] = HIDDEN.map(|(_, name, types)| self.hide(name, types));
        let terminator = terminator.and_then(|c| u8::try_from(c).ok());
        Ok(BoundKind::LoadCsv(LoadCsv {
            location: place,
            headers,
            terminator,
            variable,
            file,
            line,
        }))
    }

    /// The hidden columns that are visible: a subquery of CALL that names what it sees has
    /// no name for them, and sees them anyway.
    pub(super) fn hidden_entries(&mut self) -> Vec<(Arc<str>, Entry)> {
        let entry = |(_, name, _): (_, &str, _)| Some((name.into(), self.scopes.resolve(name)?));
        HIDDEN.into_iter().filter_map(entry).collect()
    }

    /// Imports the hidden columns into a subquery whose WITH imports what it names.
    pub(super) fn import_hidden(&mut self) {
        for (_, name, _) in HIDDEN {
            self.scopes.import(name);
        }
    }

    fn hide(&mut self, name: &str, types: TypeSet) -> VariableId {
        let entry = self.declare_unnamed(" hidden", StaticType::of(types));
        self.scopes.declare(name.into(), entry);
        entry.id
    }

    /// `file()` or `linenumber()`: the column of the LOAD CSV before; null where there is none.
    pub(super) fn load_function(&mut self, name: &str, span: Span) -> Option<Typed> {
        let known = HIDDEN.iter().find(|(function, ..)| name.eq_ignore_ascii_case(function));
        let (_, hidden, types) = known?;
        let kind = match self.scopes.resolve(hidden) {
            Some(Entry { id, .. }) => ExpressionKind::Variable(id),
            None => ExpressionKind::Literal(Value::Null),
        };
        Some((Expression::new(kind, span), StaticType::of(*types)))
    }
}
