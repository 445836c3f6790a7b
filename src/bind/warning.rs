//! Warnings: names that nothing in the graph has. A query that uses one runs, but
//! most often finds nothing, and most often it is a slip of the keyboard.

use super::{Binder, NameKind, closest};
use crate::syntax::ast;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::ErrorCode;

impl Binder<'_> {
    /// Notes that the statement itself brings these names.
    pub(super) fn brings(&mut self, kind: NameKind, names: &[ast::Name]) {
        self.brought.extend(names.iter().map(|name| (kind, name.text.clone())));
    }

    /// Notes the keys of a map that becomes properties; of one that is not written out,
    /// nobody knows which they are.
    pub(super) fn brings_map(&mut self, map: &ast::Expression) {
        match &map.kind {
            ast::ExpressionKind::Map(entries) => {
                self.brought.extend(
                    entries.iter().map(|(key, _)| (NameKind::PropertyKey, key.text.clone())),
                );
            }
            _ => self.brings_unknown_keys = true,
        }
    }

    /// Warns of names that a search uses and neither the graph nor the statement has.
    pub(super) fn searches(&mut self, kind: NameKind, names: &[ast::Name]) {
        for name in names {
            let brought =
                self.brought.iter().any(|(other, text)| *other == kind && *text == name.text);
            let brought = brought || (kind == NameKind::PropertyKey && self.brings_unknown_keys);
            if brought || self.environment.knows(kind, &name.text) {
                continue;
            }
            let (code, what) = match kind {
                NameKind::Label => (ErrorCode::UnknownLabel, "no node has the label"),
                NameKind::RelationshipType => {
                    (ErrorCode::UnknownRelationshipType, "no relationship has the type")
                }
                NameKind::PropertyKey => (ErrorCode::UnknownPropertyKey, "nothing has a property"),
            };
            let mut warning =
                Diagnostic::warning(code, format!("{what} `{}`", name.text), name.span);
            let names = self.environment.names(kind);
            if let Some(near) = closest(&name.text, names.iter().map(|name| &**name)) {
                warning = warning.with_help(format!("did you mean `{near}`?"));
            }
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}
