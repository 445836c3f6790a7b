//! Every variant of the syntax tree, and a walk that tells which of them a tree has and
//! which stand inside themselves.
//!
//! A new variant or field of the tree does not compile here until it is listed. Then the
//! tests that use the list fail until the generator (`tests/syntax_trees`) makes it, and,
//! where it can hold another of its kind, the table of `nests.rs` nests it.

use dossier::syntax::ast::*;
use std::collections::BTreeSet;

/// Whether a variant can hold another of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// It has no room for one.
    Flat,
    /// It has.
    Nests,
}
use Nesting::{Flat, Nests};

trait Variant {
    fn variant(&self) -> &'static str;
}

macro_rules! variants {
    ($($kind:ident { $($variant:ident $nesting:ident,)* })*) => {
        /// All variants, each with whether it can hold another of its kind.
        pub(crate) const VARIANTS: &[(&str, Nesting)] =
            &[$($((concat!(stringify!($kind), "::", stringify!($variant)), $nesting),)*)*];

        $(impl Variant for $kind {
            fn variant(&self) -> &'static str {
                match self {
                    $($kind::$variant { .. } => {
                        concat!(stringify!($kind), "::", stringify!($variant))
                    })*
                }
            }
        })*
    };
}

variants! {
    Mode { Run Flat, Explain Flat, Profile Flat, }
    View { AsKnownAt Flat, AsOf Flat, AccordingTo Flat, Undisputed Flat, Best Flat, }
    Claimants { Expression Flat, Pattern Flat, }
    StatementBody { Query Flat, Schema Flat, Copy Flat, Checkpoint Flat, Vacuum Flat, SetRule Flat, }
    CopyKind { From Flat, To Flat, }
    CopyTarget { Named Flat, Nodes Flat, Relationships Flat, }
    CopyValueKind { Boolean Flat, Integer Flat, String Flat, Parameter Flat, List Flat, }
    SchemaStatement {
        CreateIndex Flat, DropIndex Flat, CreateConstraint Flat, DropConstraint Flat,
        CreateEdgeType Flat, DropEdgeType Flat, CreateContradiction Flat, DropContradiction Flat,
    }
    SchemaName { Written Flat, Parameter Flat, }
    IndexKind { Range Flat, Text Flat, }
    Demand { Unique Flat, Key Flat, Exists Flat, Type Flat, }
    ClauseKind {
        Match Nests, Filter Nests, Let Nests, For Nests, Unwind Nests,
        LoadCsv Nests, With Nests, Return Nests,
        Finish Flat, Page Nests, Create Flat, Merge Flat, Set Flat, Remove Flat, Delete Flat,
        Foreach Flat, Subquery Nests, Nested Nests, Conditional Nests, Call Nests,
    }
    SetOperator { Union Flat, Except Flat, Intersect Flat, Otherwise Flat, }
    Counting { Ordinality Flat, Offset Flat, }
    NullOrder { First Flat, Last Flat, }
    CallScope { Importing Flat, All Flat, Variables Flat, }
    Yield { Absent Flat, All Flat, Items Flat, }
    SetItem { Property Flat, DynamicProperty Flat, Replace Flat, Merge Flat, Labels Flat, }
    RemoveItem { Property Flat, DynamicProperty Flat, Labels Flat, }
    Shortest { One Flat, All Flat, }
    Selector {
        All Flat, Any Flat, AnyShortest Flat, AllShortest Flat, Shortest Flat, ShortestGroups Flat,
    }
    PathMode { Walk Flat, Trail Flat, Acyclic Flat, Simple Flat, }
    MatchMode { DifferentRelationships Flat, RepeatableElements Flat, }
    HintKind { Index Flat, Scan Flat, Join Flat, }
    Connection { Relationship Nests, Group Nests, }
    LabelExpression { Name Nests, Any Flat, Not Nests, And Nests, Or Nests, }
    LabelName { Written Flat, BehindColon Flat, Dynamic Nests, }
    EndKind { Node Flat, Relationship Flat, }
    Direction { Outgoing Flat, Incoming Flat, Either Flat, }
    ExpressionKind {
        Null Flat, Boolean Flat, Integer Flat, Float Flat, String Flat, Temporal Flat, Parameter Flat,
        Variable Flat, List Nests, Map Nests, Access Nests, HasLabels Nests, Not Nests, Sign Nests,
        Logical Nests, Comparison Nests, Arithmetic Nests, Predicate Nests, IsNull Nests,
        Is Nests, IsEnd Nests, Cast Nests, Function Nests, CountStar Flat, Case Nests, CaseOperand Flat,
        ListComprehension Nests,
        PatternComprehension Nests, Quantifier Nests, Reduce Nests, PatternPredicate Nests,
        Subquery Nests, MapProjection Nests,
    }
    Access { Property Flat, Index Nests, Slice Nests, }
    MapProjectionItem { Property Flat, All Flat, Entry Nests, Variable Flat, }
    SubqueryKind { Exists Flat, Count Flat, Collect Flat, }
    Subquery { Pattern Nests, Query Nests, }
    LogicalOperator { Or Flat, Xor Flat, And Flat, }
    ComparisonOperator {
        Equal Flat, NotEqual Flat, Less Flat, LessOrEqual Flat, Greater Flat, GreaterOrEqual Flat,
    }
    RelationshipEnd { Source Flat, Destination Flat, }
    IsTest { Truth Flat, Typed Flat, Normalized Flat, }
    NormalForm { Nfc Flat, Nfd Flat, Nfkc Flat, Nfkd Flat, }
    TemporalLiteral { Date Flat, Time Flat, Timestamp Flat, Duration Flat, }
    TypeName {
        Nothing Flat, Null Flat, Boolean Flat, String Flat, Integer Flat, Float Flat, Date Flat,
        LocalTime Flat, ZonedTime Flat, LocalDateTime Flat, ZonedDateTime Flat, Duration Flat,
        Map Flat, Node Flat, Relationship Flat, Path Flat, List Nests, PropertyValue Flat, Any Flat,
    }
    ArithmeticOperator { Add Flat, Concatenate Flat, Subtract Flat, Multiply Flat, Divide Flat, Modulo Flat, Power Flat, }
    PredicateOperator { StartsWith Flat, EndsWith Flat, Contains Flat, Matches Flat, In Flat, }
    Quantifier { All Flat, Any Flat, None Flat, Single Flat, }
}

/// Which variants trees have.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Those that occur.
    pub(crate) seen: BTreeSet<&'static str>,
    /// Those that occur inside one of their kind.
    pub(crate) nested: BTreeSet<&'static str>,
    /// What stands around the present place.
    around: Vec<&'static str>,
}

impl Found {
    /// Notes a variant and what is in it.
    fn enter(&mut self, value: &dyn Variant, inside: impl FnOnce(&mut Self)) {
        let variant = value.variant();
        self.seen.insert(variant);
        if self.around.contains(&variant) {
            self.nested.insert(variant);
        }
        self.around.push(variant);
        inside(self);
        self.around.pop();
    }

    fn leaf(&mut self, value: &dyn Variant) {
        self.enter(value, |_| {});
    }

    fn value_type(&mut self, of: &ValueType) {
        let ValueType { alternatives } = of;
        for TypeAlternative { name, nullable: _ } in alternatives {
            self.enter(name, |found| {
                if let TypeName::List(elements) = name {
                    found.value_type(elements);
                }
            });
        }
    }

    /// Notes all of a statement.
    pub(crate) fn statement(&mut self, statement: &Statement) {
        let Statement { mode, views, why: _, body } = statement;
        self.leaf(mode);
        for view in views {
            self.enter(view, |found| match view {
                View::AsKnownAt { moment, span: _ } | View::AsOf { moment, span: _ } => {
                    found.expression(moment);
                }
                View::AccordingTo { strictly: _, claimants, confidence, span: _ } => {
                    found.enter(claimants, |found| match claimants {
                        Claimants::Expression(claimants) => found.expression(claimants),
                        Claimants::Pattern(pattern) => found.part(pattern),
                    });
                    confidence.iter().for_each(|least| found.expression(least));
                }
                View::Undisputed { span: _ } | View::Best { span: _ } => {}
            });
        }
        self.enter(body, |found| match body {
            StatementBody::Query(query) => found.query(query),
            StatementBody::Schema(schema) => found.schema(schema),
            StatementBody::Copy(copy) => found.copy(copy),
            StatementBody::Checkpoint | StatementBody::SetRule { rule: _, on: _ } => {}
            StatementBody::Vacuum { before } => {
                before.iter().for_each(|before| found.expression(before));
            }
        });
    }

    fn copy(&mut self, statement: &CopyStatement) {
        let CopyStatement { kind, file, options } = statement;
        self.enter(kind, |found| match kind {
            CopyKind::From(target) => found.leaf(target),
            CopyKind::To(query) => found.query(query),
        });
        self.copy_value(file);
        for CopyOption { name: _, value } in options {
            value.iter().for_each(|value| self.copy_value(value));
        }
    }

    fn copy_value(&mut self, value: &CopyValue) {
        let CopyValue { kind, span: _ } = value;
        self.enter(kind, |found| {
            if let CopyValueKind::List(items) = kind {
                items.iter().for_each(|item| found.copy_value(item));
            }
        });
    }

    fn schema(&mut self, statement: &SchemaStatement) {
        self.enter(statement, |found| match statement {
            SchemaStatement::CreateIndex {
                kind,
                name,
                if_not_exists: _,
                target,
                properties: _,
            } => {
                name.iter().for_each(|name| found.leaf(name));
                found.leaf(kind);
                found.leaf(&target.kind);
            }
            SchemaStatement::CreateConstraint {
                name,
                if_not_exists: _,
                target,
                properties: _,
                demand,
            } => {
                name.iter().for_each(|name| found.leaf(name));
                found.leaf(&target.kind);
                found.enter(demand, |found| {
                    if let Demand::Type(of, _) = demand {
                        found.value_type(of);
                    }
                });
            }
            SchemaStatement::CreateEdgeType { replace: _, if_not_exists: _, alternatives } => {
                for EdgePattern { start, label: _, end, span: _ } in alternatives {
                    found.leaf(&start.kind);
                    found.leaf(&end.kind);
                }
            }
            SchemaStatement::DropIndex { name, if_exists: _ }
            | SchemaStatement::DropConstraint { name, if_exists: _ }
            | SchemaStatement::DropContradiction { name, if_exists: _ } => found.leaf(name),
            SchemaStatement::DropEdgeType { name: _, if_exists: _ } => {}
            SchemaStatement::CreateContradiction { name, if_not_exists: _, rule } => {
                name.iter().for_each(|name| found.leaf(name));
                let ContradictionRule { pattern, predicate, span: _ } = rule;
                found.parts(pattern);
                predicate.iter().for_each(|predicate| found.expression(predicate));
            }
        });
    }

    fn query(&mut self, query: &Query) {
        let Query { parts, span: _ } = query;
        for CompositeQuery { first, rest, span: _ } in parts {
            self.single(first);
            for CompositePart { operator, all: _, span: _, query } in rest {
                self.leaf(operator);
                self.single(query);
            }
        }
    }

    fn single(&mut self, query: &SingleQuery) {
        let SingleQuery { clauses, span: _ } = query;
        self.clauses(clauses);
    }

    fn clauses(&mut self, clauses: &[Clause]) {
        for Clause { kind, span: _ } in clauses {
            self.enter(kind, |found| found.clause(kind));
        }
    }

    fn clause(&mut self, kind: &ClauseKind) {
        match kind {
            ClauseKind::Match { optional: _, mode, pattern, hints, predicate } => {
                hints.iter().for_each(|hint| self.leaf(&hint.kind));
                mode.iter().for_each(|mode| self.leaf(mode));
                self.parts(pattern);
                self.maybe(predicate.as_ref());
            }
            ClauseKind::Filter(predicate) => self.expression(predicate),
            ClauseKind::Let(items) => items.iter().for_each(|(_, value)| self.expression(value)),
            ClauseKind::For { variable: _, list, position } => {
                self.expression(list);
                position.iter().for_each(|(counting, _)| self.leaf(counting));
            }
            ClauseKind::Unwind { list, variable: _ } => self.expression(list),
            ClauseKind::LoadCsv { headers: _, location, variable: _, terminator: _ } => {
                self.expression(location);
            }
            ClauseKind::With { projection, predicate } => {
                self.projection(projection);
                self.maybe(predicate.as_ref());
            }
            ClauseKind::Return(projection) => self.projection(projection),
            ClauseKind::Finish => {}
            ClauseKind::Page { order, skip, limit } => {
                self.page(order, skip.as_ref(), limit.as_ref());
            }
            ClauseKind::Foreach { variable: _, list, clauses } => {
                self.expression(list);
                self.clauses(clauses);
            }
            ClauseKind::Subquery { optional: _, scope, query } => {
                self.leaf(scope);
                self.query(query);
            }
            ClauseKind::Nested(query) => self.query(query),
            ClauseKind::Conditional { branches, otherwise } => {
                for (condition, query) in branches {
                    self.expression(condition);
                    self.single(query);
                }
                otherwise.iter().for_each(|query| self.single(query));
            }
            ClauseKind::Create(pattern) => self.parts(pattern),
            ClauseKind::Merge { part, on_create, on_match } => {
                self.part(part);
                self.set_items(on_create);
                self.set_items(on_match);
            }
            ClauseKind::Set(items) => self.set_items(items),
            ClauseKind::Remove(items) => {
                for item in items {
                    self.enter(item, |found| match item {
                        RemoveItem::Property { base, key: _ } => found.expression(base),
                        RemoveItem::DynamicProperty { base, key } => {
                            found.expression(base);
                            found.expression(key);
                        }
                        RemoveItem::Labels { variable: _, labels } => found.label_names(labels),
                    });
                }
            }
            ClauseKind::Delete { detach: _, targets } => self.all(targets),
            ClauseKind::Call { optional: _, name: _, arguments, yields, predicate } => {
                arguments.iter().for_each(|arguments| self.all(arguments));
                self.leaf(yields);
                self.maybe(predicate.as_ref());
            }
        }
    }

    fn projection(&mut self, projection: &Projection) {
        let Projection { distinct: _, star: _, items, group: _, order, skip, limit, span: _ } =
            projection;
        for ProjectionItem { expression, alias: _, text: _ } in items {
            self.expression(expression);
        }
        self.page(order, skip.as_ref(), limit.as_ref());
    }

    fn page(&mut self, order: &[SortItem], skip: Option<&Expression>, limit: Option<&Expression>) {
        for SortItem { expression, descending: _, nulls } in order {
            self.expression(expression);
            nulls.iter().for_each(|nulls| self.leaf(nulls));
        }
        self.maybe(skip);
        self.maybe(limit);
    }

    fn set_items(&mut self, items: &[SetItem]) {
        for item in items {
            self.enter(item, |found| match item {
                SetItem::Property { base, key: _, value } => {
                    found.expression(base);
                    found.expression(value);
                }
                SetItem::Replace { variable: _, value } | SetItem::Merge { variable: _, value } => {
                    found.expression(value);
                }
                SetItem::DynamicProperty { base, key, value } => {
                    for part in [base, key, value] {
                        found.expression(part);
                    }
                }
                SetItem::Labels { variable: _, labels } => found.label_names(labels),
            });
        }
    }

    fn parts(&mut self, parts: &[PatternPart]) {
        parts.iter().for_each(|part| self.part(part));
    }

    fn part(&mut self, part: &PatternPart) {
        let PatternPart { variable: _, shortest, selector, mode, start, steps, span: _ } = part;
        shortest.iter().for_each(|shortest| self.leaf(shortest));
        if let Some(selector) = selector {
            self.enter(selector, |found| match selector {
                Selector::All | Selector::AnyShortest | Selector::AllShortest => {}
                Selector::Any(count) | Selector::ShortestGroups(count) => {
                    found.maybe(count.as_deref());
                }
                Selector::Shortest(count) => found.expression(count),
            });
        }
        mode.iter().for_each(|mode| self.leaf(mode));
        self.chain(start, steps);
    }

    fn chain(&mut self, start: &EndPattern, steps: &[(Connection, EndPattern)]) {
        self.end(start);
        for (connection, end) in steps {
            self.enter(connection, |found| match connection {
                Connection::Relationship(relationship) => found.relationship(relationship),
                Connection::Group(group) => {
                    let GroupPattern { variable: _, start, steps, predicate, quantifier, span: _ } =
                        &**group;
                    found.chain(start, steps);
                    found.maybe(predicate.as_deref());
                    if let Some(PathQuantifier { min: _, max: _, optional: _, span: _ }) =
                        quantifier
                    {}
                }
            });
            self.end(end);
        }
    }

    fn relationship(&mut self, relationship: &RelationshipPattern) {
        let RelationshipPattern {
            variable: _,
            types,
            length,
            properties,
            predicate,
            direction,
            quantifier,
            span: _,
        } = relationship;
        self.maybe(predicate.as_deref());
        types.iter().for_each(|types| self.labels(types));
        if let Some(VariableLength { min: _, max: _, span: _ }) = length {
            self.leaf(direction);
        }
        if let Some(PathQuantifier { min: _, max: _, optional: _, span: _ }) = quantifier {
            self.leaf(direction);
        }
        self.leaf(direction);
        self.maybe(properties.as_deref());
    }

    fn end(&mut self, end: &EndPattern) {
        let EndPattern { kind, variable: _, labels, properties, predicate, span: _ } = end;
        labels.iter().for_each(|labels| self.labels(labels));
        self.maybe(predicate.as_deref());
        self.leaf(kind);
        self.maybe(properties.as_deref());
    }

    fn label_names(&mut self, names: &[LabelName]) {
        for name in names {
            self.enter(name, |found| match name {
                LabelName::Written(_) | LabelName::BehindColon(_) => {}
                LabelName::Dynamic { any: _, value, span: _ } => found.expression(value),
            });
        }
    }

    fn labels(&mut self, labels: &LabelExpression) {
        self.enter(labels, |found| match labels {
            LabelExpression::Name(name) => found.label_names(std::slice::from_ref(name)),
            LabelExpression::Any => {}
            LabelExpression::Not(_, inner) => found.labels(inner),
            LabelExpression::And(terms) | LabelExpression::Or(terms) => {
                terms.iter().for_each(|term| found.labels(term));
            }
        });
    }

    fn all(&mut self, expressions: &[Expression]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }

    fn maybe(&mut self, expression: Option<&Expression>) {
        if let Some(expression) = expression {
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expression) {
        let Expression { kind, span: _ } = expression;
        self.enter(kind, |found| found.kind(kind));
    }

    fn iteration(&mut self, kind: &ExpressionKind) {
        use ExpressionKind as E;
        match kind {
            E::ListComprehension { variable: _, list, predicate, projection } => {
                self.expression(list);
                self.maybe(predicate.as_deref());
                self.maybe(projection.as_deref());
            }
            E::PatternComprehension { part, predicate, projection } => {
                self.part(part);
                self.maybe(predicate.as_deref());
                self.expression(projection);
            }
            E::Quantifier { kind, variable: _, list, predicate } => {
                self.leaf(kind);
                self.expression(list);
                self.expression(predicate);
            }
            E::Reduce { accumulator: _, initial, variable: _, list, step, condition } => {
                self.expression(initial);
                self.expression(list);
                self.expression(step);
                self.maybe(condition.as_deref());
            }
            _ => {}
        }
    }

    fn pair(&mut self, between: &dyn Variant, left: &Expression, right: &Expression) {
        self.leaf(between);
        self.expression(left);
        self.expression(right);
    }

    fn kind(&mut self, kind: &ExpressionKind) {
        use ExpressionKind as E;
        match kind {
            E::Null | E::Boolean(_) | E::Integer(_) | E::Float(_) | E::String(_) => {}
            E::Temporal(kind, _) => self.leaf(kind),
            E::Parameter(_) | E::Variable(_) | E::CountStar | E::CaseOperand => {}
            E::List(items) => self.all(items),
            E::Map(entries) => entries.iter().for_each(|(_, value)| self.expression(value)),
            E::Access(base, steps) => {
                self.expression(base);
                for step in steps {
                    self.enter(step, |found| match step {
                        Access::Property(_) => {}
                        Access::Index(index) => found.expression(index),
                        Access::Slice(from, to) => {
                            found.maybe(from.as_ref());
                            found.maybe(to.as_ref());
                        }
                    });
                }
            }
            E::HasLabels(base, labels) => {
                self.expression(base);
                self.labels(labels);
            }
            E::Not(_, base) | E::Sign(_, base) | E::IsNull(base, _) => {
                self.expression(base);
            }
            E::Logical(operator, terms) => {
                self.leaf(operator);
                self.all(terms);
            }
            E::Comparison(first, terms) => {
                self.expression(first);
                for (operator, term) in terms {
                    self.leaf(operator);
                    self.expression(term);
                }
            }
            E::Arithmetic(first, terms) => {
                self.expression(first);
                for (operator, term) in terms {
                    self.leaf(operator);
                    self.expression(term);
                }
            }
            E::Predicate(operator, left, right) => self.pair(operator, left, right),
            E::IsEnd(element, end, relationship, _) => self.pair(end, element, relationship),
            E::Is(operand, test, _) => {
                self.expression(operand);
                self.enter(test, |found| match test {
                    IsTest::Truth(_) => {}
                    IsTest::Typed(of) => found.value_type(of),
                    IsTest::Normalized(form) => found.leaf(form),
                });
            }
            E::Cast(value, to) => {
                self.expression(value);
                self.value_type(to);
            }
            E::Function { name: _, distinct: _, arguments } => self.all(arguments),
            E::Case { operand, branches, otherwise } => {
                self.maybe(operand.as_deref());
                for CaseBranch { tests, result } in branches {
                    self.all(tests);
                    self.expression(result);
                }
                self.maybe(otherwise.as_deref());
            }
            E::ListComprehension { .. }
            | E::PatternComprehension { .. }
            | E::Quantifier { .. }
            | E::Reduce { .. } => self.iteration(kind),
            E::PatternPredicate(part) => self.part(part),
            E::Subquery(kind, body) => {
                self.leaf(kind);
                self.enter(&**body, |found| match &**body {
                    Subquery::Pattern(mode, parts, predicate) => {
                        mode.iter().for_each(|mode| found.leaf(mode));
                        found.parts(parts);
                        found.maybe(predicate.as_ref());
                    }
                    Subquery::Query(query) => found.query(query),
                });
            }
            E::MapProjection { base: _, items } => {
                for item in items {
                    self.enter(item, |found| match item {
                        MapProjectionItem::Entry(_, value) => found.expression(value),
                        MapProjectionItem::Property(_)
                        | MapProjectionItem::All
                        | MapProjectionItem::Variable(_) => {}
                    });
                }
            }
        }
    }
}

/// Those of the variants that are missing in a set; with [`Nests`] only those that can nest.
pub(crate) fn missing(
    found: &BTreeSet<&'static str>,
    nesting: Option<Nesting>,
) -> Vec<&'static str> {
    let wanted = VARIANTS.iter().filter(|(_, own)| nesting.is_none_or(|nesting| *own == nesting));
    wanted.map(|(variant, _)| *variant).filter(|variant| !found.contains(variant)).collect()
}
