//! Subquery expressions: EXISTS, COUNT and COLLECT, pattern predicates and
//! pattern comprehensions, which are all one thing.

use super::compose::Role;
use super::expression::{Expression, ExpressionKind, SubqueryId};
use super::pattern::names;
use super::query::{BoundClause, BoundKind, BoundQuery, BoundSingle, BoundSubquery};
use super::scope::StaticType;
use super::{Binder, Bound, syntax_error};
use crate::function::TypeSet;
use crate::syntax::ast::{self, PatternPart, Shortest, SubqueryKind};
use crate::syntax::diagnostic::Span;
use crate::value::{ErrorCode, Value};

impl Binder<'_> {
    /// Runs `bind` behind the border of a subquery, and registers what it gives.
    fn behind_border(
        &mut self,
        kind: SubqueryKind,
        bind: impl FnOnce(&mut Self) -> Bound<BoundQuery>,
    ) -> Bound<ExpressionKind> {
        let aggregates = self.forbid_aggregates();
        let reading_only = std::mem::replace(&mut self.reading_only, true);
        self.scopes.push_subquery();
        self.scopes.push_query();
        let query = bind(self);
        self.scopes.pop();
        let outer = self.scopes.pop();
        self.reading_only = reading_only;
        self.aggregates = aggregates;
        let query = query?;
        let result = (kind == SubqueryKind::Collect)
            .then(|| query.columns.first().map(|(_, id)| *id))
            .flatten();
        let id = SubqueryId(u32::try_from(self.subqueries.len()).unwrap_or(u32::MAX));
        self.subqueries.push(BoundSubquery { kind, query, outer, result });
        Ok(ExpressionKind::Subquery(id))
    }

    /// A pattern where a condition is expected: does it match anything? It brings no variables.
    pub(super) fn pattern_predicate(
        &mut self,
        part: &PatternPart,
        span: Span,
    ) -> Bound<Expression> {
        for name in names(part) {
            self.resolve(&name.text, name.span)?;
        }
        let kind = self.behind_border(SubqueryKind::Exists, |binder| {
            let clauses =
                vec![binder.match_clause(std::slice::from_ref(part), None, None, false, span)?];
            Ok(single(clauses))
        })?;
        Ok(Expression::new(kind, span))
    }

    /// `shortestPath(…)` as a value: the path, or null; of `allShortestPaths(…)` the list of
    /// all. It brings no variables.
    pub(super) fn shortest_path_value(
        &mut self,
        part: &PatternPart,
        span: Span,
    ) -> Bound<(ExpressionKind, StaticType)> {
        for name in names(part) {
            self.resolve(&name.text, name.span)?;
        }
        let variable = ast::Name { text: " path".into(), span };
        let path = ast::ExpressionKind::Variable(variable.text.clone());
        let path = ast::Expression { kind: path, span };
        let named = PatternPart { variable: Some(variable), ..part.clone() };
        let (paths, _) = self.pattern_comprehension(&named, None, &path, span)?;
        if part.shortest == Some(Shortest::All) {
            return Ok((paths, StaticType::list(TypeSet::PATH)));
        }
        let paths = Box::new(Expression::new(paths, span));
        let first = ExpressionKind::Literal(Value::Integer(0));
        let first = Box::new(Expression::new(first, span));
        Ok((ExpressionKind::Index(paths, first), StaticType::of(TypeSet::PATH)))
    }

    pub(super) fn pattern_comprehension(
        &mut self,
        part: &PatternPart,
        predicate: Option<&ast::Expression>,
        projection: &ast::Expression,
        span: Span,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let kind = self.behind_border(SubqueryKind::Collect, |binder| {
            let matched =
                binder.match_clause(std::slice::from_ref(part), None, predicate, false, span)?;
            let value = binder.expression(projection)?;
            let column = binder.invent(" collected");
            let project = BoundClause { kind: BoundKind::Project(vec![(column, value)]), span };
            let mut query = single(vec![matched, project]);
            query.columns = vec![(" collected".into(), column)];
            query.arms[0].columns.clone_from(&query.columns);
            Ok(query)
        })?;
        Ok((kind, StaticType::of(TypeSet::LIST)))
    }

    pub(super) fn subquery(
        &mut self,
        kind: SubqueryKind,
        body: &ast::Subquery,
        span: Span,
    ) -> Bound<(ExpressionKind, StaticType)> {
        let before = self.recovery.errors.len();
        let bound = self.behind_border(kind, |binder| match body {
            ast::Subquery::Pattern(mode, parts, predicate) => {
                Ok(single(vec![binder.match_clause(
                    parts,
                    *mode,
                    predicate.as_ref(),
                    false,
                    span,
                )?]))
            }
            ast::Subquery::Query(query) => binder.query_body(query, Role::Expression),
        })?;
        if kind == SubqueryKind::Collect
            && self.recovery.errors.len() == before
            && self.subqueries.last().is_none_or(|last| last.query.columns.len() != 1)
        {
            return syntax_error(
                ErrorCode::InvalidClauseComposition,
                "COLLECT needs a query that returns exactly one column",
                span,
            );
        }
        let types = match kind {
            SubqueryKind::Exists => TypeSet::BOOLEAN,
            SubqueryKind::Count => TypeSet::INTEGER,
            SubqueryKind::Collect => TypeSet::LIST,
        };
        Ok((bound, StaticType::of(types)))
    }
}

fn single(clauses: Vec<BoundClause>) -> BoundQuery {
    BoundQuery::of(BoundSingle { clauses, columns: Vec::new() })
}
