//! Warnings: what runs, but may not do what was meant.
//!
//! Names that nothing in the graph has find nothing, and most often are a slip of the
//! keyboard; a comparison with null is never true; parts of a pattern that share nothing
//! multiply their rows.

use super::expression::{Expression, ExpressionKind, VariableId};
use super::scope::StaticType;
use super::term::describe;
use super::{Binder, Bound, NameKind, closest};
use crate::function::TypeSet;
use crate::syntax;
use crate::syntax::ast::{self, ComparisonOperator};
use crate::syntax::diagnostic::{Diagnostic, Span};
use crate::value::ErrorCode;
use indexmap::IndexSet;
use std::collections::HashMap;

impl Binder<'_> {
    /// Notes that the statement itself brings these names.
    pub(super) fn brings<'n>(
        &mut self,
        kind: NameKind,
        names: impl IntoIterator<Item = &'n ast::Name>,
    ) {
        self.brought.extend(names.into_iter().map(|name| (kind, name.text.clone())));
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
            _ => self.brings_unknown.push(NameKind::PropertyKey),
        }
    }

    /// Warns of the labels or types of a condition that nothing has, and of colons behind bars.
    pub(super) fn searches_labels(
        &mut self,
        kind: NameKind,
        labels: Option<&ast::LabelExpression>,
    ) {
        let names = labels.iter().flat_map(|labels| labels.names());
        for label in names {
            let Some(name) = label.written() else { continue };
            self.searches(kind, std::slice::from_ref(name));
            if matches!(label, ast::LabelName::BehindColon(_)) {
                self.warn(
                    Diagnostic::warning(
                        ErrorCode::DeprecatedSyntax,
                        "a colon behind the bar is an old form",
                        name.span,
                    )
                    .with_label("the colon before it is not needed")
                    .with_help(format!("write `|{}`", syntax::print_name(&name.text))),
                );
            }
        }
    }

    /// Warns of names that a search uses and neither the graph nor the statement has.
    pub(super) fn searches(&mut self, kind: NameKind, names: &[ast::Name]) {
        for name in names {
            let brought = self.brought.contains(&(kind, name.text.clone()));
            if brought
                || self.brings_unknown.contains(&kind)
                || self.environment.knows(kind, &name.text)
            {
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
            let others: &[_] = match kind {
                NameKind::Label => &[(NameKind::RelationshipType, "relationship type")],
                NameKind::RelationshipType => &[(NameKind::Label, "label")],
                NameKind::PropertyKey => {
                    &[(NameKind::Label, "label"), (NameKind::RelationshipType, "relationship type")]
                }
            };
            let elsewhere =
                others.iter().find(|(kind, _)| self.environment.names(*kind).contains(&name.text));
            if let Some((_, what)) = elsewhere {
                let test = match kind {
                    NameKind::PropertyKey => format!(": write `:{}` to test for it", name.text),
                    _ => String::new(),
                };
                warning = warning.with_help(format!("`{}` is a {what}{test}", name.text));
            } else if let Some(near) = closest(&name.text, names.iter().map(|name| &**name)) {
                warning = warning.with_help(format!("did you mean `{near}`?"));
            }
            self.warn(warning);
        }
    }

    /// Warns of names as [`Self::searches`] does, where a string or a list of them is written that
    /// holds them.
    pub(super) fn searches_written(&mut self, kind: NameKind, names: &ast::Expression) {
        let name = |name: &ast::Expression| match &name.kind {
            ast::ExpressionKind::String(text) => {
                Some(ast::Name { text: text.clone(), span: name.span })
            }
            _ => None,
        };
        let names: Vec<ast::Name> = match &names.kind {
            ast::ExpressionKind::List(list) => list.iter().filter_map(name).collect(),
            _ => name(names).into_iter().collect(),
        };
        self.searches(kind, &names);
    }

    /// Keeps a warning, once.
    pub(super) fn warn(&mut self, warning: Diagnostic) {
        if self.warned.insert((warning.code, warning.span, warning.message.clone())) {
            self.warnings.push(warning);
        }
    }

    /// Warns of `left operator right` where one of them is `null` as written.
    pub(super) fn warn_of_null(
        &mut self,
        operator: ComparisonOperator,
        left: &ast::Expression,
        right: &ast::Expression,
    ) {
        let null = |side: &ast::Expression| matches!(side.kind, ast::ExpressionKind::Null);
        if !null(left) && !null(right) {
            return;
        }
        let instead = match operator {
            ComparisonOperator::Equal => "write `IS NULL`",
            ComparisonOperator::NotEqual => "write `IS NOT NULL`",
            _ => "test with `IS NULL` or `IS NOT NULL`",
        };
        let span = left.span.to(right.span);
        self.warn(
            Diagnostic::warning(
                ErrorCode::ComparisonWithNull,
                "a comparison with null is never true and never false",
                span,
            )
            .with_label("always null")
            .with_help(instead),
        );
    }

    /// Warns of a comparison of types of which no value equals or precedes one of the other.
    pub(super) fn warn_of_types(
        &mut self,
        operator: ComparisonOperator,
        [left, right]: [StaticType; 2],
        span: Span,
    ) {
        let wide = |of: StaticType| {
            let number = !of.types.is_empty() && of.may_be(TypeSet::NUMBER);
            if number { of.types.union(TypeSet::NUMBER) } else { of.types }
        };
        let (wide_left, wide_right) = (wide(left), wide(right));
        if left.types.is_empty() || right.types.is_empty() || wide_left.intersects(wide_right) {
            return;
        }
        let result = match operator {
            ComparisonOperator::NotEqual => "never false",
            _ => "never true",
        };
        let message =
            format!("{} cannot be compared with {}", describe(left.types), describe(right.types));
        self.warn(
            Diagnostic::warning(ErrorCode::IncomparableTypes, message, span).with_label(result),
        );
    }

    /// Warns of a comprehension's variable that hides another one.
    pub(super) fn warn_of_shadow(&mut self, name: &ast::Name) {
        let Some(hidden) = self.scopes.find(&name.text) else { return };
        let message = format!("`{}` hides the variable of the same name here", name.text);
        let warning = Diagnostic::warning(ErrorCode::ShadowedVariable, message, name.span)
            .with_help("use another name");
        let warning = self.declared_at(warning, hidden.id, "this one is hidden");
        self.warn(warning);
    }

    /// Warns of a relationship of any type and any number of hops in a large graph.
    pub(super) fn warn_of_length(&mut self, relationship: &ast::RelationshipPattern) {
        let unbounded = relationship.hops().is_some_and(|(_, max)| max.is_none());
        if unbounded && relationship.types.is_none() && self.environment.is_large() {
            self.warn(
                Diagnostic::warning(
                    ErrorCode::UnboundedLength,
                    "this follows relationships of every type over any number of hops",
                    relationship.span,
                )
                .with_help("give the types, or an upper limit such as `*..5`"),
            );
        }
    }

    /// Looks up what hints for a planner name, and warns that they make no difference.
    pub(super) fn hints(&mut self, hints: &[ast::Hint]) -> Bound<()> {
        for hint in hints {
            for name in hint.kind.variables() {
                self.resolve(&name.text, name.span)?;
            }
        }
        if let [first, ..] = hints {
            let message = "a hint makes no difference: a plan is chosen by counts";
            self.warn(
                Diagnostic::warning(ErrorCode::PlannerHintIgnored, message, first.span)
                    .with_help("leave it out; EXPLAIN shows the plan"),
            );
        }
        Ok(())
    }

    /// Warns where parts of a pattern share no variable, so that each row of one is
    /// paired with each row of the other. A part that is pinned to a value is taken to
    /// have few rows, and a part that begins at a variable of an earlier clause belongs
    /// to its row.
    pub(super) fn warn_of_product(
        &mut self,
        parts: &[ast::PatternPart],
        introduced: &IndexSet<VariableId>,
        predicates: &[Expression],
    ) {
        if parts.len() < 2 {
            return;
        }
        let mut islands = Islands::new(parts.len());
        let mut owner: HashMap<VariableId, usize> = HashMap::new();
        for (index, part) in parts.iter().enumerate() {
            for name in super::pattern::names(part) {
                let Some(entry) = self.scopes.resolve(&name.text) else { continue };
                if !introduced.contains(&entry.id) {
                    islands.pin(index);
                }
                let first = *owner.entry(entry.id).or_insert(index);
                islands.join(first, index);
            }
        }
        for predicate in predicates {
            let mut read = Vec::new();
            predicate.visit_variables(&mut |id| read.extend(owner.get(&id).copied()), &mut |_| {});
            for pair in read.windows(2) {
                islands.join(pair[0], pair[1]);
            }
            if let (Some(part), true) = (read.first(), is_pin(predicate)) {
                islands.pin(*part);
            }
        }
        if let [first, second, ..] = islands.free().as_slice() {
            let place = |index: &usize| parts.get(*index).map_or(Span::default(), |part| part.span);
            self.warn(
                Diagnostic::warning(
                    ErrorCode::CartesianProduct,
                    "parts of this pattern are not connected: every row of one is paired with every row of the other",
                    place(second),
                )
                .with_label("shares no variable")
                .with_related(place(first), "with this part")
                .with_help("connect them with a relationship or a condition in WHERE"),
            );
        }
    }
}

/// Whether a predicate says that a property equals a value that no row changes.
fn is_pin(predicate: &Expression) -> bool {
    let ExpressionKind::Comparison(ComparisonOperator::Equal, left, right) = &predicate.kind else {
        return false;
    };
    let property = |side: &Expression| {
        matches!(&side.kind, ExpressionKind::Property(base, _)
            if matches!(base.kind, ExpressionKind::Variable(_)))
    };
    let fixed = |side: &Expression| {
        let (mut variables, mut subqueries) = (0, 0);
        side.visit_variables(&mut |_| variables += 1, &mut |_| subqueries += 1);
        variables + subqueries == 0
    };
    (property(left) && fixed(right)) || (property(right) && fixed(left))
}

/// Parts of a pattern, joined where they share something.
struct Islands {
    /// The part that each part was joined to; itself where it leads.
    leader: Vec<usize>,
    pinned: Vec<bool>,
}

impl Islands {
    fn new(parts: usize) -> Self {
        Islands { leader: (0..parts).collect(), pinned: vec![false; parts] }
    }

    fn find(&mut self, mut part: usize) -> usize {
        while self.leader[part] != part {
            self.leader[part] = self.leader[self.leader[part]];
            part = self.leader[part];
        }
        part
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        let (low, high) = (one.min(other), one.max(other));
        self.leader[high] = low;
        self.pinned[low] |= self.pinned[high];
    }

    fn pin(&mut self, part: usize) {
        let leader = self.find(part);
        self.pinned[leader] = true;
    }

    /// The first part of each island that is not pinned.
    fn free(&self) -> Vec<usize> {
        let leads = |part: &usize| self.leader[*part] == *part && !self.pinned[*part];
        (0..self.leader.len()).filter(leads).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Islands;

    #[test]
    fn joined_parts_are_one_island() {
        let mut islands = Islands::new(5);
        islands.join(3, 1);
        islands.join(4, 3);
        assert_eq!(islands.free(), [0, 1, 2]);
        islands.pin(4);
        assert_eq!(islands.free(), [0, 2]);
        islands.join(0, 2);
        islands.join(0, 1);
        assert!(islands.free().is_empty());
    }
}
