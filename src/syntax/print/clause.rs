//! Queries and clauses to text.

use super::Printer;
use super::expression::Level;
use crate::syntax::ast::{
    CallScope, Clause, ClauseKind, Counting, Expression, HintKind, LabelName, Name, NullOrder,
    PatternPart, Projection, ProjectionItem, Query, RemoveItem, SetItem, SetOperator, SingleQuery,
    SortItem, Yield,
};
use crate::syntax::literal::escape;

impl Printer {
    pub(super) fn query(&mut self, query: &Query) {
        self.separated(&query.parts, " NEXT ", |printer, part| {
            printer.single_query(&part.first);
            for part in &part.rest {
                printer.push(match part.operator {
                    SetOperator::Union => " UNION ",
                    SetOperator::Except => " EXCEPT ",
                    SetOperator::Intersect => " INTERSECT ",
                    SetOperator::Otherwise => " OTHERWISE ",
                });
                if part.all && part.operator != SetOperator::Otherwise {
                    printer.push("ALL ");
                }
                printer.single_query(&part.query);
            }
        });
    }

    fn braced(&mut self, query: &Query) {
        self.push("{ ");
        self.query(query);
        self.push(" }");
    }

    fn single_query(&mut self, query: &SingleQuery) {
        self.separated(&query.clauses, " ", Self::clause);
    }

    fn hint(&mut self, hint: &HintKind) {
        match hint {
            HintKind::Index { variable, label, keys } => {
                self.push(" USING INDEX ");
                self.of_label(variable, label);
                self.push("(");
                self.separated(keys, ", ", Self::name);
                self.push(")");
            }
            HintKind::Scan { variable, label } => {
                self.push(" USING SCAN ");
                self.of_label(variable, label);
            }
            HintKind::Join(variables) => {
                self.push(" USING JOIN ON ");
                self.separated(variables, ", ", Self::name);
            }
        }
    }

    fn of_label(&mut self, variable: &Name, label: &Name) {
        self.name(variable);
        self.push(":");
        self.name(label);
    }

    fn clause(&mut self, clause: &Clause) {
        match &clause.kind {
            ClauseKind::Match { optional, mode, pattern, hints, predicate } => {
                self.push(if *optional { "OPTIONAL MATCH " } else { "MATCH " });
                self.match_mode(*mode);
                self.pattern(pattern);
                hints.iter().for_each(|hint| self.hint(&hint.kind));
                self.filter(predicate.as_ref());
            }
            ClauseKind::Filter(predicate) => {
                self.push("FILTER ");
                self.expression(predicate, Level::Or);
            }
            ClauseKind::Let(items) => {
                self.push("LET ");
                self.separated(items, ", ", |printer, (variable, value)| {
                    printer.name(variable);
                    printer.push(" = ");
                    printer.expression(value, Level::Or);
                });
            }
            ClauseKind::For { variable, list, position } => {
                self.for_clause(variable, list, position.as_ref());
            }
            ClauseKind::Unwind { list, variable } => {
                self.push("UNWIND ");
                self.expression(list, Level::Or);
                self.push(" AS ");
                self.name(variable);
            }
            ClauseKind::LoadCsv { headers, location, variable, terminator } => {
                self.load_csv(*headers, location, variable, *terminator);
            }
            ClauseKind::With { projection, predicate } => {
                self.push("WITH ");
                self.projection(projection);
                self.filter(predicate.as_ref());
            }
            ClauseKind::Return(projection) => {
                self.push("RETURN ");
                self.projection(projection);
            }
            ClauseKind::Finish => self.push("FINISH"),
            ClauseKind::Page { order, skip, limit } => {
                // Each part brings the space before it.
                let start = self.text.len();
                self.page(order, skip.as_ref(), limit.as_ref());
                self.text.remove(start);
            }
            ClauseKind::Create(pattern) => {
                self.push("CREATE ");
                self.pattern(pattern);
            }
            ClauseKind::Merge { part, on_create, on_match } => {
                self.merge(part, on_create, on_match);
            }
            ClauseKind::Set(items) => {
                self.push("SET ");
                self.separated(items, ", ", Self::set_item);
            }
            ClauseKind::Remove(items) => {
                self.push("REMOVE ");
                self.separated(items, ", ", Self::remove_item);
            }
            ClauseKind::Delete { detach, targets } => {
                self.push(if *detach { "DETACH DELETE " } else { "DELETE " });
                self.expressions(targets);
            }
            ClauseKind::Foreach { variable, list, clauses } => {
                self.push("FOREACH (");
                self.name(variable);
                self.push(" IN ");
                self.expression(list, Level::Or);
                self.push(" | ");
                self.separated(clauses, " ", Self::clause);
                self.push(")");
            }
            ClauseKind::Subquery { optional, scope, query } => {
                self.push(if *optional { "OPTIONAL CALL " } else { "CALL " });
                match scope {
                    CallScope::Importing => {}
                    CallScope::All => self.push("(*) "),
                    CallScope::Variables(names) => {
                        self.push("(");
                        self.separated(names, ", ", Self::name);
                        self.push(") ");
                    }
                }
                self.braced(query);
            }
            ClauseKind::Nested(query) => self.braced(query),
            ClauseKind::Conditional { branches, otherwise } => {
                self.conditional(branches, otherwise.as_ref());
            }
            ClauseKind::Call { optional, name, arguments, yields, predicate } => {
                self.push(if *optional { "OPTIONAL " } else { "" });
                self.call(name, arguments.as_deref(), yields);
                self.filter(predicate.as_ref());
            }
        }
    }

    pub(super) fn filter(&mut self, predicate: Option<&Expression>) {
        if let Some(predicate) = predicate {
            self.push(" WHERE ");
            self.expression(predicate, Level::Or);
        }
    }

    fn merge(&mut self, part: &PatternPart, on_create: &[SetItem], on_match: &[SetItem]) {
        self.push("MERGE ");
        self.pattern_part(part);
        for (event, items) in [(" ON CREATE SET ", on_create), (" ON MATCH SET ", on_match)] {
            if !items.is_empty() {
                self.push(event);
                self.separated(items, ", ", Self::set_item);
            }
        }
    }

    fn call(&mut self, name: &[Name], arguments: Option<&[Expression]>, yields: &Yield) {
        self.push("CALL ");
        self.separated(name, ".", Self::name);
        if let Some(arguments) = arguments {
            self.push("(");
            self.expressions(arguments);
            self.push(")");
        }
        match yields {
            Yield::Absent => {}
            Yield::All => self.push(" YIELD *"),
            Yield::Items(items) => {
                self.push(" YIELD ");
                self.separated(items, ", ", |printer, (column, alias)| {
                    printer.name(column);
                    printer.alias(alias.as_ref());
                });
            }
        }
    }

    fn alias(&mut self, alias: Option<&Name>) {
        if let Some(alias) = alias {
            self.push(" AS ");
            self.name(alias);
        }
    }

    fn projection(&mut self, projection: &Projection) {
        if projection.distinct {
            self.push("DISTINCT ");
        }
        if projection.star {
            self.push(if projection.items.is_empty() { "*" } else { "*, " });
        }
        self.separated(&projection.items, ", ", Self::projection_item);
        match projection.group.as_deref() {
            None => {}
            Some([]) => self.push(" GROUP BY ()"),
            Some(names) => {
                self.push(" GROUP BY ");
                self.separated(names, ", ", Self::name);
            }
        }
        self.page(&projection.order, projection.skip.as_ref(), projection.limit.as_ref());
    }

    /// What sorts and cuts rows, with a space before each part.
    fn page(&mut self, order: &[SortItem], skip: Option<&Expression>, limit: Option<&Expression>) {
        if !order.is_empty() {
            self.push(" ORDER BY ");
            self.separated(order, ", ", |printer, item| {
                printer.expression(&item.expression, Level::Or);
                printer.push(if item.descending { " DESC" } else { "" });
                printer.push(match item.nulls {
                    None => "",
                    Some(NullOrder::First) => " NULLS FIRST",
                    Some(NullOrder::Last) => " NULLS LAST",
                });
            });
        }
        for (keyword, count) in [(" SKIP ", skip), (" LIMIT ", limit)] {
            if let Some(count) = count {
                self.push(keyword);
                self.expression(count, Level::Or);
            }
        }
    }

    fn for_clause(
        &mut self,
        variable: &Name,
        list: &Expression,
        position: Option<&(Counting, Name)>,
    ) {
        self.push("FOR ");
        self.name(variable);
        self.push(" IN ");
        self.expression(list, Level::Or);
        if let Some((counting, position)) = position {
            self.push(match counting {
                Counting::Ordinality => " WITH ORDINALITY ",
                Counting::Offset => " WITH OFFSET ",
            });
            self.name(position);
        }
    }

    fn load_csv(
        &mut self,
        headers: bool,
        location: &Expression,
        variable: &Name,
        terminator: Option<char>,
    ) {
        self.push(if headers { "LOAD CSV WITH HEADERS FROM " } else { "LOAD CSV FROM " });
        self.expression(location, Level::Or);
        self.push(" AS ");
        self.name(variable);
        if let Some(terminator) = terminator {
            let text =
                format!(" FIELDTERMINATOR '{}'", escape(terminator.encode_utf8(&mut [0; 4])));
            self.push(&text);
        }
    }

    fn conditional(
        &mut self,
        branches: &[(Expression, SingleQuery)],
        otherwise: Option<&SingleQuery>,
    ) {
        self.separated(branches, " ", |printer, (condition, query)| {
            printer.push("WHEN ");
            printer.expression(condition, Level::Or);
            printer.push(" THEN ");
            printer.single_query(query);
        });
        if let Some(query) = otherwise {
            self.push(" ELSE ");
            self.single_query(query);
        }
    }

    fn projection_item(&mut self, item: &ProjectionItem) {
        if item.alias.is_none() && !item.text.is_empty() {
            self.push(&item.text);
        } else {
            self.expression(&item.expression, Level::Or);
            self.alias(item.alias.as_ref());
        }
    }

    fn set_item(&mut self, item: &SetItem) {
        match item {
            SetItem::Property { base, key, value } => {
                self.property(base, key);
                self.push(" = ");
                self.expression(value, Level::Or);
            }
            SetItem::DynamicProperty { base, key, value } => {
                self.dynamic_property(base, key);
                self.push(" = ");
                self.expression(value, Level::Or);
            }
            SetItem::Replace { variable, value } => {
                self.name(variable);
                self.push(" = ");
                self.expression(value, Level::Or);
            }
            SetItem::Merge { variable, value } => {
                self.name(variable);
                self.push(" += ");
                self.expression(value, Level::Or);
            }
            SetItem::Labels { variable, labels } => self.labelled(variable, labels),
        }
    }

    fn remove_item(&mut self, item: &RemoveItem) {
        match item {
            RemoveItem::Property { base, key } => self.property(base, key),
            RemoveItem::DynamicProperty { base, key } => self.dynamic_property(base, key),
            RemoveItem::Labels { variable, labels } => self.labelled(variable, labels),
        }
    }

    fn property(&mut self, base: &Expression, key: &Name) {
        self.expression(base, Level::Access);
        self.push(".");
        self.name(key);
    }

    fn dynamic_property(&mut self, base: &Expression, key: &Expression) {
        self.expression(base, Level::Access);
        self.push("[");
        self.expression(key, Level::Or);
        self.push("]");
    }

    fn labelled(&mut self, variable: &Name, labels: &[LabelName]) {
        self.name(variable);
        self.labels(labels);
    }
}
