//! Random syntax trees of the form that the parser builds.

mod schema;

use dossier::syntax::Span;
use dossier::syntax::ast::*;
use dossier::syntax::print_expression;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::Arc;

const NOWHERE: Span = Span { start: 0, end: 0 };

fn name() -> impl Strategy<Value = Name> {
    let words = select(vec![
        "a", "n", "Person", "order", "MATCH", "count", "all", "exists", "none", "end", "größe",
    ]);
    let text = prop_oneof![4 => words.prop_map(str::to_owned), 1 => "\\PC{1,4}"];
    text.prop_map(|text| Name { text: text.into(), span: NOWHERE })
}

fn names(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Name>> {
    vec(name(), range)
}

fn made(kind: ExpressionKind) -> Expression {
    Expression { kind, span: NOWHERE }
}

fn leaf() -> impl Strategy<Value = Expression> {
    prop_oneof![
        Just(ExpressionKind::Null),
        any::<bool>().prop_map(ExpressionKind::Boolean),
        any::<i64>().prop_map(ExpressionKind::Integer),
        (0_i64..5).prop_map(ExpressionKind::Integer),
        Just(ExpressionKind::Integer(i64::MIN)),
        (0.0..1e300_f64).prop_map(ExpressionKind::Float),
        (0.0..1.0_f64).prop_map(ExpressionKind::Float),
        ".{0,6}".prop_map(|text| ExpressionKind::String(text.into())),
        (temporal_literal(), ".{0,6}")
            .prop_map(|(kind, text)| ExpressionKind::Temporal(kind, text.into())),
        name().prop_map(ExpressionKind::Parameter),
        name().prop_map(|name| ExpressionKind::Variable(name.text)),
        Just(ExpressionKind::CountStar),
    ]
    .prop_map(made)
}

fn temporal_literal() -> impl Strategy<Value = TemporalLiteral> {
    select(vec![
        TemporalLiteral::Date,
        TemporalLiteral::Time,
        TemporalLiteral::Timestamp,
        TemporalLiteral::Duration,
    ])
}

fn value_type() -> impl Strategy<Value = ValueType> {
    let leaf = select(vec![
        TypeName::Any,
        TypeName::Nothing,
        TypeName::Null,
        TypeName::Boolean,
        TypeName::String,
        TypeName::Integer,
        TypeName::Float,
        TypeName::Date,
        TypeName::LocalTime,
        TypeName::ZonedTime,
        TypeName::LocalDateTime,
        TypeName::ZonedDateTime,
        TypeName::Duration,
        TypeName::Map,
        TypeName::Node,
        TypeName::Relationship,
        TypeName::Path,
        TypeName::PropertyValue,
    ]);
    let alternatives = |name: BoxedStrategy<TypeName>| {
        let one =
            (name, any::<bool>()).prop_map(|(name, nullable)| TypeAlternative { name, nullable });
        vec(one, 1..3).prop_map(|alternatives| ValueType { alternatives })
    };
    let name = leaf.prop_recursive(2, 6, 2, move |inner| {
        alternatives(inner).prop_map(|of| TypeName::List(Box::new(of)))
    });
    alternatives(name.boxed())
}

fn is_test() -> impl Strategy<Value = IsTest> {
    prop_oneof![
        option::of(any::<bool>()).prop_map(IsTest::Truth),
        value_type().prop_map(IsTest::Typed),
        select(NormalForm::ALL.to_vec()).prop_map(IsTest::Normalized),
    ]
}

/// A test of a CASE's operand: a value, or an operator without its left side.
fn case_test(inner: Inner) -> impl Strategy<Value = Expression> {
    let operand = || Box::new(made(ExpressionKind::CaseOperand));
    prop_oneof![
        2 => inner.clone(),
        1 => inner.clone().prop_map(move |right| {
            ExpressionKind::Comparison(operand(), vec![(ComparisonOperator::Less, right)])
        }).prop_map(made),
        1 => inner.clone().prop_map(move |right| {
            ExpressionKind::Predicate(PredicateOperator::StartsWith, operand(), Box::new(right))
        }).prop_map(made),
        1 => any::<bool>().prop_map(move |not| ExpressionKind::IsNull(operand(), not)).prop_map(made),
        1 => label_expression(inner).prop_map(move |labels| ExpressionKind::HasLabels(operand(), labels)).prop_map(made),
        1 => (is_test(), any::<bool>())
            .prop_map(move |(test, not)| ExpressionKind::Is(operand(), test, not)).prop_map(made),
    ]
}

/// A CASE in either form.
fn case(inner: Inner) -> impl Strategy<Value = ExpressionKind> {
    let searched = inner.clone().prop_map(|test| vec![test]);
    let branches = |tests: BoxedStrategy<Vec<Expression>>, inner: &Inner| {
        let branch =
            (tests, inner.clone()).prop_map(|(tests, result)| CaseBranch { tests, result });
        vec(branch, 1..3)
    };
    let simple = (
        boxed(&inner).prop_map(Some),
        branches(vec(case_test(inner.clone()), 1..3).boxed(), &inner),
    );
    let searched = (Just(None), branches(searched.boxed(), &inner));
    (prop_oneof![simple, searched], option::of(boxed(&inner))).prop_map(
        |((operand, branches), otherwise)| ExpressionKind::Case { operand, branches, otherwise },
    )
}

fn expression() -> impl Strategy<Value = Expression> {
    leaf().prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            operations(inner.clone()).prop_map(made),
            collections(inner.clone()).prop_map(made),
            calls(inner).prop_map(made),
        ]
    })
}

type Inner = BoxedStrategy<Expression>;

fn boxed(inner: &Inner) -> impl Strategy<Value = Box<Expression>> + use<> {
    inner.clone().prop_map(Box::new)
}

fn operations(inner: Inner) -> impl Strategy<Value = ExpressionKind> {
    use ArithmeticOperator as A;
    use ComparisonOperator as C;
    let logical = select(vec![LogicalOperator::Or, LogicalOperator::Xor, LogicalOperator::And]);
    let compare =
        select(vec![C::Equal, C::NotEqual, C::Less, C::LessOrEqual, C::Greater, C::GreaterOrEqual]);
    let level = select(vec![
        vec![A::Add, A::Concatenate, A::Subtract],
        vec![A::Multiply, A::Divide, A::Modulo],
        vec![A::Power],
    ]);
    let predicate = select(vec![
        PredicateOperator::StartsWith,
        PredicateOperator::EndsWith,
        PredicateOperator::Contains,
        PredicateOperator::Matches,
        PredicateOperator::In,
    ]);
    let terms = {
        let inner = inner.clone();
        level.prop_flat_map(move |operators| vec((select(operators), inner.clone()), 1..3))
    };
    prop_oneof![
        (1..4_u32, boxed(&inner)).prop_map(|(count, operand)| ExpressionKind::Not(count, operand)),
        (vec(any::<bool>(), 1..3), boxed(&inner))
            .prop_map(|(signs, operand)| ExpressionKind::Sign(signs, operand)),
        (logical, vec(inner.clone(), 2..4))
            .prop_map(|(operator, terms)| ExpressionKind::Logical(operator, terms)),
        (boxed(&inner), vec((compare, inner.clone()), 1..3))
            .prop_map(|(first, terms)| ExpressionKind::Comparison(first, terms)),
        (boxed(&inner), terms).prop_map(|(first, terms)| ExpressionKind::Arithmetic(first, terms)),
        (predicate, boxed(&inner), boxed(&inner)).prop_map(|(operator, left, right)| {
            ExpressionKind::Predicate(operator, left, right)
        }),
        (boxed(&inner), any::<bool>())
            .prop_map(|(operand, negated)| ExpressionKind::IsNull(operand, negated)),
        (boxed(&inner), is_test(), any::<bool>())
            .prop_map(|(operand, test, negated)| ExpressionKind::Is(operand, test, negated)),
        (
            boxed(&inner),
            select(vec![RelationshipEnd::Source, RelationshipEnd::Destination]),
            boxed(&inner),
            any::<bool>()
        )
            .prop_map(|(element, end, relationship, negated)| {
                ExpressionKind::IsEnd(element, end, relationship, negated)
            }),
        (boxed(&inner), label_expression(inner.clone()))
            .prop_map(|(base, labels)| ExpressionKind::HasLabels(base, labels)),
    ]
}

fn collections(inner: Inner) -> impl Strategy<Value = ExpressionKind> {
    let steps = prop_oneof![
        name().prop_map(Access::Property),
        inner.clone().prop_map(Access::Index),
        (option::of(inner.clone()), option::of(inner.clone()))
            .prop_map(|(from, to)| Access::Slice(from, to)),
    ];
    let item = prop_oneof![
        name().prop_map(MapProjectionItem::Property),
        Just(MapProjectionItem::All),
        (name(), inner.clone()).prop_map(|(key, value)| MapProjectionItem::Entry(key, value)),
        name().prop_map(MapProjectionItem::Variable),
    ];
    prop_oneof![
        vec(inner.clone(), 0..3).prop_map(ExpressionKind::List),
        vec((name(), inner.clone()), 0..3).prop_map(ExpressionKind::Map),
        (boxed(&inner), vec(steps, 1..3)).prop_filter_map("accesses are flat", |(base, steps)| {
            let flat = !matches!(base.kind, ExpressionKind::Access(..));
            flat.then_some(ExpressionKind::Access(base, steps))
        }),
        (name(), vec(item, 0..3))
            .prop_map(|(base, items)| ExpressionKind::MapProjection { base, items }),
        (name(), boxed(&inner), option::of(boxed(&inner)), option::of(boxed(&inner))).prop_map(
            |(variable, list, predicate, projection)| ExpressionKind::ListComprehension {
                variable,
                list,
                predicate,
                projection,
            }
        ),
        (part(inner.clone(), true), option::of(boxed(&inner)), boxed(&inner)).prop_map(
            |(part, predicate, projection)| ExpressionKind::PatternComprehension {
                part: Box::new(part),
                predicate,
                projection,
            }
        ),
    ]
}

fn calls(inner: Inner) -> impl Strategy<Value = ExpressionKind> {
    let kinds =
        select(vec![Quantifier::All, Quantifier::Any, Quantifier::None, Quantifier::Single]);
    let subqueries = select(vec![SubqueryKind::Exists, SubqueryKind::Count, SubqueryKind::Collect]);
    // A pattern is a predicate inside WHERE only.
    let condition = prop_oneof![
        inner.clone(),
        (part(inner.clone(), true), inner.clone()).prop_map(|(part, other)| {
            let pattern =
                ExpressionKind::PatternPredicate(Box::new(PatternPart { variable: None, ..part }));
            let denied = made(ExpressionKind::Not(1, Box::new(made(pattern.clone()))));
            made(ExpressionKind::Logical(LogicalOperator::And, vec![made(pattern), other, denied]))
        }),
    ];
    let body = prop_oneof![
        (option::of(match_mode()), vec(part(inner.clone(), false), 1..3), option::of(condition))
            .prop_map(|(mode, parts, predicate)| Subquery::Pattern(mode, parts, predicate)),
        single_query(clause(inner.clone()).boxed()).prop_map(|first| Subquery::Query(only(first))),
    ];
    prop_oneof![
        (names(1..3), any::<bool>(), vec(inner.clone(), 1..3)).prop_map(
            |(name, distinct, arguments)| {
                ExpressionKind::Function { name, distinct, arguments }
            }
        ),
        case(inner.clone()),
        (boxed(&inner), value_type()).prop_map(|(value, to)| ExpressionKind::Cast(value, to)),
        (kinds, name(), boxed(&inner), boxed(&inner)).prop_map(
            |(kind, variable, list, predicate)| {
                ExpressionKind::Quantifier { kind, variable, list, predicate }
            }
        ),
        ((name(), boxed(&inner), name(), boxed(&inner), boxed(&inner)), option::of(boxed(&inner)))
            .prop_map(|((accumulator, initial, variable, list, step), condition)| {
                ExpressionKind::Reduce { accumulator, initial, variable, list, step, condition }
            }),
        (subqueries, body).prop_map(|(kind, body)| ExpressionKind::Subquery(kind, Box::new(body))),
    ]
}

fn properties(inner: Inner) -> impl Strategy<Value = Option<Box<Expression>>> {
    option::of(prop_oneof![
        vec((name(), inner), 0..2).prop_map(|entries| Box::new(made(ExpressionKind::Map(entries)))),
        name().prop_map(|name| Box::new(made(ExpressionKind::Parameter(name)))),
    ])
}

fn label_name(inner: Inner) -> impl Strategy<Value = LabelName> {
    let dynamic = (any::<bool>(), boxed(&inner)).prop_map(|(any, value)| LabelName::Dynamic {
        any,
        value,
        span: NOWHERE,
    });
    prop_oneof![4 => name().prop_map(LabelName::Written), 1 => dynamic]
}

fn label_expression(inner: Inner) -> impl Strategy<Value = LabelExpression> {
    let leaf = prop_oneof![
        4 => label_name(inner).prop_map(LabelExpression::Name),
        1 => Just(LabelExpression::Any),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let negated = inner.clone().prop_filter_map("negations are counted", |inner| {
            let flat = !matches!(inner, LabelExpression::Not(..));
            flat.then(|| Box::new(inner))
        });
        prop_oneof![
            (1..3_u32, negated).prop_map(|(count, inner)| LabelExpression::Not(count, inner)),
            vec(inner.clone(), 2..4).prop_map(LabelExpression::And),
            vec(inner, 2..4).prop_map(LabelExpression::Or),
        ]
    })
}

/// `A|:B`, which relationships alone may have.
fn old_alternatives() -> impl Strategy<Value = LabelExpression> {
    (name(), name(), vec(name(), 0..2)).prop_map(|(first, second, more)| {
        let mut names = vec![LabelName::Written(first), LabelName::BehindColon(second)];
        names.extend(more.into_iter().map(LabelName::Written));
        LabelExpression::Or(names.into_iter().map(LabelExpression::Name).collect())
    })
}

fn end(inner: Inner, kinds: Vec<EndKind>) -> impl Strategy<Value = EndPattern> {
    let labels = option::of(label_expression(inner.clone()));
    let predicate = option::weighted(0.2, boxed(&inner));
    (select(kinds), option::of(name()), labels, properties(inner), predicate).prop_map(
        |(kind, variable, labels, properties, predicate)| EndPattern {
            kind,
            variable,
            labels,
            properties,
            predicate,
            span: NOWHERE,
        },
    )
}

fn relationship(inner: Inner) -> impl Strategy<Value = RelationshipPattern> {
    let length = (option::of(0..9_u64), option::of(0..9_u64))
        .prop_map(|(min, max)| VariableLength { min, max, span: NOWHERE });
    let direction = select(vec![Direction::Outgoing, Direction::Incoming, Direction::Either]);
    let types = prop_oneof![5 => label_expression(inner.clone()), 1 => old_alternatives()];
    let types = option::of(types);
    let predicate = option::weighted(0.3, boxed(&inner));
    // A length is said in one way, if at all.
    let repeated = prop_oneof![
        2 => Just((None, None)),
        1 => length.prop_map(|length| (Some(length), None)),
        1 => path_quantifier().prop_map(|quantifier| (None, Some(quantifier))),
    ];
    (option::of(name()), types, repeated, properties(inner), predicate, direction).prop_map(
        |(variable, types, (length, quantifier), properties, predicate, direction)| {
            // What has a variable length takes no predicate.
            let predicate = predicate.filter(|_| length.is_none());
            RelationshipPattern {
                variable,
                types,
                length,
                properties,
                predicate,
                direction,
                quantifier,
                span: NOWHERE,
            }
        },
    )
}

fn hint() -> impl Strategy<Value = Hint> {
    let kind =
        prop_oneof![
            (name(), name(), vec(name(), 1..3))
                .prop_map(|(variable, label, keys)| HintKind::Index { variable, label, keys }),
            (name(), name()).prop_map(|(variable, label)| HintKind::Scan { variable, label }),
            vec(name(), 1..3).prop_map(HintKind::Join),
        ];
    kind.prop_map(|kind| Hint { kind, span: NOWHERE })
}

fn match_mode() -> impl Strategy<Value = MatchMode> {
    select(vec![MatchMode::DifferentRelationships, MatchMode::RepeatableElements])
}

fn path_quantifier() -> impl Strategy<Value = PathQuantifier> {
    (0..4_u64, option::of(1..4_u64), any::<bool>()).prop_map(|(min, more, once)| PathQuantifier {
        min,
        max: more.map(|more| min + more),
        optional: once && (min, more) == (0, Some(1)),
        span: NOWHERE,
    })
}

fn selector() -> impl Strategy<Value = Selector> {
    let count = prop_oneof![
        (1..100_i64).prop_map(ExpressionKind::Integer),
        name().prop_map(ExpressionKind::Parameter),
    ];
    let count = count.prop_map(|kind| Box::new(Expression { kind, span: NOWHERE })).boxed();
    prop_oneof![
        Just(Selector::All),
        Just(Selector::AnyShortest),
        Just(Selector::AllShortest),
        option::of(count.clone()).prop_map(Selector::Any),
        option::of(count.clone()).prop_map(Selector::ShortestGroups),
        count.prop_map(Selector::Shortest),
    ]
}

/// A node of which nothing is said.
fn bare_node() -> EndPattern {
    EndPattern {
        kind: EndKind::Node,
        variable: None,
        labels: None,
        properties: None,
        predicate: None,
        span: NOWHERE,
    }
}

/// A path pattern in brackets, perhaps with another one in it.
fn group(inner: Inner) -> impl Strategy<Value = GroupPattern> {
    let node = vec![EndKind::Node];
    let step = (relationship(inner.clone()), end(inner.clone(), node.clone()))
        .prop_map(|(relationship, end)| (Connection::Relationship(relationship), end));
    let predicate = option::weighted(0.5, boxed(&inner)).boxed();
    let variable = option::weighted(0.3, name());
    let chain = (variable, end(inner, node), vec(step, 1..3), predicate.clone(), path_quantifier());
    let simple = chain.prop_map(|(variable, start, steps, predicate, quantifier)| GroupPattern {
        variable,
        start,
        steps,
        predicate,
        quantifier: Some(quantifier),
        span: NOWHERE,
    });
    (simple, predicate, option::weighted(0.2, option::of(path_quantifier()))).prop_map(
        |(group, predicate, around)| match around {
            None => group,
            Some(quantifier) => GroupPattern {
                variable: None,
                start: bare_node(),
                steps: vec![(Connection::Group(Box::new(group)), bare_node())],
                predicate,
                quantifier,
                span: NOWHERE,
            },
        },
    )
}

fn step(inner: Inner) -> impl Strategy<Value = (Connection, EndPattern)> {
    let both = vec![EndKind::Node, EndKind::Relationship];
    prop_oneof![
        5 => (relationship(inner.clone()), end(inner.clone(), both))
            .prop_map(|(relationship, end)| (Connection::Relationship(relationship), end)),
        1 => (group(inner.clone()), end(inner, vec![EndKind::Node]))
            .prop_map(|(group, end)| (Connection::Group(Box::new(group)), end)),
    ]
}

/// A pattern part; in expressions it begins with a node and has a relationship.
fn part(inner: Inner, in_expression: bool) -> impl Strategy<Value = PatternPart> {
    let both = vec![EndKind::Node, EndKind::Relationship];
    let first = if in_expression { vec![EndKind::Node] } else { both };
    let steps = vec(step(inner.clone()), usize::from(in_expression)..3);
    let selected =
        (option::weighted(0.3, selector()), option::weighted(0.3, select(&PathMode::ALL)))
            .prop_map(|(selector, mode)| (None, selector, mode));
    let before = if in_expression {
        Just((None, None, None)).boxed()
    } else {
        prop_oneof![
            4 => selected,
            1 => Just((Some(Shortest::One), None, None)),
            1 => Just((Some(Shortest::All), None, None)),
        ]
        .boxed()
    };
    (option::of(name()), before, end(inner, first), steps).prop_map(
        |(variable, (shortest, selector, mode), start, steps)| PatternPart {
            variable,
            shortest,
            selector,
            mode,
            start,
            steps,
            span: NOWHERE,
        },
    )
}

fn projection(inner: Inner) -> impl Strategy<Value = Projection> {
    let item = (inner.clone(), option::of(name())).prop_map(|(expression, alias)| {
        let text: Arc<str> = print_expression(&expression).into();
        ProjectionItem { expression, alias, text }
    });
    let item = item.boxed();
    let sort = sort_item(inner.clone());
    let columns = prop_oneof![
        vec(item.clone(), 1..3).prop_map(|items| (false, items)),
        vec(item, 0..2).prop_map(|items| (true, items)),
    ];
    let group = option::of(names(0..3));
    (any::<bool>(), columns, group, vec(sort, 0..2), option::of(inner.clone()), option::of(inner))
        .prop_map(|(distinct, (star, items), group, order, skip, limit)| Projection {
            distinct,
            star,
            items,
            group,
            order,
            skip,
            limit,
            span: NOWHERE,
        })
}

fn sort_item(inner: Inner) -> impl Strategy<Value = SortItem> {
    let nulls = option::of(select(vec![NullOrder::First, NullOrder::Last]));
    (inner, any::<bool>(), nulls).prop_map(|(expression, descending, nulls)| SortItem {
        expression,
        descending,
        nulls,
    })
}

fn set_items(inner: Inner, range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<SetItem>> {
    let item = prop_oneof![
        (inner.clone(), name(), inner.clone()).prop_map(|(base, key, value)| SetItem::Property {
            base,
            key,
            value
        }),
        (name(), inner.clone()).prop_map(|(variable, value)| SetItem::Replace { variable, value }),
        (name(), inner.clone()).prop_map(|(variable, value)| SetItem::Merge { variable, value }),
        (inner.clone(), inner.clone(), inner.clone())
            .prop_map(|(base, key, value)| SetItem::DynamicProperty { base, key, value }),
        (name(), vec(label_name(inner), 1..3))
            .prop_map(|(variable, labels)| SetItem::Labels { variable, labels }),
    ];
    vec(item, range)
}

fn clause(inner: Inner) -> impl Strategy<Value = Clause> {
    let parts = vec(part(inner.clone(), false), 1..3).boxed();
    let removals = prop_oneof![
        (inner.clone(), name()).prop_map(|(base, key)| RemoveItem::Property { base, key }),
        (inner.clone(), inner.clone())
            .prop_map(|(base, key)| RemoveItem::DynamicProperty { base, key }),
        (name(), vec(label_name(inner.clone()), 1..3))
            .prop_map(|(variable, labels)| RemoveItem::Labels { variable, labels }),
    ];
    let yields = prop_oneof![
        Just((Yield::Absent, None)),
        option::of(inner.clone()).prop_map(|predicate| (Yield::All, predicate)),
        (vec((name(), option::of(name())), 1..3), option::of(inner.clone()))
            .prop_map(|(items, predicate)| (Yield::Items(items), predicate)),
    ];
    prop_oneof![
        (
            any::<bool>(),
            option::of(match_mode()),
            parts.clone(),
            vec(hint(), 0..2),
            option::of(inner.clone())
        )
            .prop_map(|(optional, mode, pattern, hints, predicate)| ClauseKind::Match {
                optional,
                mode,
                pattern,
                hints,
                predicate,
            }),
        (inner.clone(), name()).prop_map(|(list, variable)| ClauseKind::Unwind { list, variable }),
        (projection(inner.clone()), option::of(inner.clone()))
            .prop_map(|(projection, predicate)| ClauseKind::With { projection, predicate }),
        projection(inner.clone()).prop_map(ClauseKind::Return),
        parts.prop_map(ClauseKind::Create),
        (
            part(inner.clone(), false),
            set_items(inner.clone(), 0..2),
            set_items(inner.clone(), 0..2)
        )
            .prop_map(|(part, on_create, on_match)| ClauseKind::Merge {
                part,
                on_create,
                on_match
            }),
        set_items(inner.clone(), 1..3).prop_map(ClauseKind::Set),
        vec(removals, 1..3).prop_map(ClauseKind::Remove),
        (any::<bool>(), vec(inner.clone(), 1..3))
            .prop_map(|(detach, targets)| ClauseKind::Delete { detach, targets }),
        (any::<bool>(), names(1..3), option::of(vec(inner.clone(), 0..3)), yields).prop_map(
            |(optional, name, arguments, (yields, predicate))| {
                ClauseKind::Call { optional, name, arguments, yields, predicate }
            }
        ),
        simple_clause(inner),
    ]
    .prop_map(|kind| Clause { kind, span: NOWHERE })
}

/// Clauses of expressions and names.
fn simple_clause(inner: Inner) -> impl Strategy<Value = ClauseKind> {
    let counting = select(vec![Counting::Ordinality, Counting::Offset]);
    let inner_location = inner.clone();
    // At least one of its parts is there.
    let page = prop_oneof![
        (vec(sort_item(inner.clone()), 1..3), option::of(inner.clone()), option::of(inner.clone())),
        (Just(Vec::new()), inner.clone().prop_map(Some), option::of(inner.clone())),
        (Just(Vec::new()), Just(None), inner.clone().prop_map(Some)),
    ];
    prop_oneof![
        inner.clone().prop_map(ClauseKind::Filter),
        vec((name(), inner.clone()), 1..3).prop_map(ClauseKind::Let),
        (name(), inner, option::of((counting, name())))
            .prop_map(|(variable, list, position)| ClauseKind::For { variable, list, position }),
        Just(ClauseKind::Finish),
        (
            any::<bool>(),
            inner_location,
            name(),
            option::of(select(vec![',', ';', '\t', '|', '\'']))
        )
            .prop_map(|(headers, location, variable, terminator)| ClauseKind::LoadCsv {
                headers,
                location,
                variable,
                terminator
            }),
        page.prop_map(|(order, skip, limit)| ClauseKind::Page { order, skip, limit }),
    ]
}

/// Clauses that hold clauses.
fn nested_clause(clause: BoxedStrategy<Clause>, inner: Inner) -> impl Strategy<Value = Clause> {
    let scope = prop_oneof![
        Just(CallScope::Importing),
        Just(CallScope::All),
        names(0..3).prop_map(CallScope::Variables),
    ];
    prop_oneof![
        (any::<bool>(), scope, query(clause.clone(), inner.clone()))
            .prop_map(|(optional, scope, query)| ClauseKind::Subquery { optional, scope, query }),
        (name(), inner, clauses(clause)).prop_map(|(variable, list, clauses)| {
            ClauseKind::Foreach { variable, list, clauses }
        }),
    ]
    .prop_map(|kind| Clause { kind, span: NOWHERE })
}

/// Clauses of which none would be read as the end of the one before it.
fn clauses(clause: BoxedStrategy<Clause>) -> impl Strategy<Value = Vec<Clause>> {
    vec(clause, 1..3).prop_map(|mut clauses| {
        let mut open = false;
        clauses.retain(|clause| {
            let page = matches!(clause.kind, ClauseKind::Page { .. });
            let kept = !(open && page);
            let projects = match &clause.kind {
                ClauseKind::Return(_) => true,
                ClauseKind::With { predicate, .. } => predicate.is_none(),
                _ => page,
            };
            open = if kept { projects } else { open };
            kept
        });
        // `EXISTS {FINISH}` would be a map projection.
        if let [Clause { kind: ClauseKind::Finish, .. }] = clauses.as_slice() {
            clauses.push(Clause { kind: ClauseKind::Finish, span: NOWHERE });
        }
        clauses
    })
}

fn single_query(clause: BoxedStrategy<Clause>) -> impl Strategy<Value = SingleQuery> {
    clauses(clause).prop_map(|clauses| SingleQuery { clauses, span: NOWHERE })
}

fn alone(kind: ClauseKind) -> SingleQuery {
    SingleQuery { clauses: vec![Clause { kind, span: NOWHERE }], span: NOWHERE }
}

fn only(first: SingleQuery) -> Query {
    let part = CompositeQuery { first, rest: Vec::new(), span: NOWHERE };
    Query { parts: vec![part], span: NOWHERE }
}

/// A query of parts with NEXT between them, each of arms or conditional.
fn query(clause: BoxedStrategy<Clause>, inner: Inner) -> impl Strategy<Value = Query> {
    let plain = single_query(clause).boxed();
    let braced = plain.clone().prop_map(|query| alone(ClauseKind::Nested(only(query))));
    let arm = prop_oneof![4 => plain, 1 => braced].boxed();
    let operator = select(vec![
        SetOperator::Union,
        SetOperator::Except,
        SetOperator::Intersect,
        SetOperator::Otherwise,
    ]);
    let other = (operator, any::<bool>(), arm.clone()).prop_map(|(operator, all, query)| {
        let all = all || operator == SetOperator::Otherwise;
        CompositePart { operator, all, span: NOWHERE, query }
    });
    let conditional = (vec((inner, arm.clone()), 1..3), option::of(arm.clone()))
        .prop_map(|(branches, otherwise)| alone(ClauseKind::Conditional { branches, otherwise }));
    let part = prop_oneof![
        4 => (arm, vec(other, 0..2)),
        1 => conditional.prop_map(|query| (query, Vec::new())),
    ];
    let part = part.prop_map(|(first, rest)| CompositeQuery { first, rest, span: NOWHERE });
    vec(part, 1..3).prop_map(|parts| Query { parts, span: NOWHERE })
}

/// A prefix of a query.
fn view(inner: BoxedStrategy<Expression>) -> impl Strategy<Value = View> {
    let span = NOWHERE;
    // A name alone is taken for one without quotes.
    let named = |of: &Expression| !matches!(of.kind, ExpressionKind::Variable(_));
    let claimants = prop_oneof![
        2 => inner.clone().prop_filter("no name", named).prop_map(Claimants::Expression),
        1 => part(inner.clone(), false).prop_map(|part| {
            // Without a name, `($x)` is an expression.
            let named = Name { text: "who".into(), span: NOWHERE };
            let variable = part.start.variable.or(Some(named));
            let start = EndPattern { kind: EndKind::Node, variable, ..part.start };
            let (shortest, selector, mode) = (None, None, None);
            Claimants::Pattern(PatternPart {
                variable: None,
                shortest,
                selector,
                mode,
                start,
                ..part
            })
        }),
    ];
    let according_to = (any::<bool>(), claimants, option::of(inner.clone())).prop_map(
        move |(strictly, claimants, confidence)| View::AccordingTo {
            strictly,
            claimants,
            confidence,
            span,
        },
    );
    prop_oneof![
        2 => inner.clone().prop_map(move |moment| View::AsKnownAt { moment, span }),
        2 => inner.prop_map(move |moment| View::AsOf { moment, span }),
        3 => according_to,
        1 => Just(View::Undisputed { span }),
        1 => Just(View::Best { span }),
    ]
}

pub(crate) fn statement() -> impl Strategy<Value = Statement> {
    let inner = expression().boxed();
    let flat = clause(inner.clone()).boxed();
    let clause = prop_oneof![
        6 => flat.clone(),
        1 => nested_clause(flat, inner.clone()),
    ];
    let mode = select(vec![Mode::Run, Mode::Explain, Mode::Profile]);
    let view = view(inner.clone());
    let views = prop_oneof![8 => Just(Vec::new()), 1 => vec(view, 1..3)];
    let query = query(clause.boxed(), inner.clone()).boxed();
    let copied = schema::copy_to(query.clone()).prop_map(|one| StatementBody::Copy(Box::new(one)));
    let copy = schema::copy_from().prop_map(|one| StatementBody::Copy(Box::new(one)));
    let query = prop_oneof![
        20 => query.prop_map(StatementBody::Query),
        1 => copied,
    ];
    let why = prop_oneof![8 => Just(None), 1 => Just(Some(NOWHERE))];
    let seen = ((views, why), query);
    let schema = schema::statement().prop_map(|one| StatementBody::Schema(Box::new(one)));
    let plain = |body| (Just((Vec::new(), None)), body);
    let vacuum = option::of(inner).prop_map(|before| StatementBody::Vacuum { before });
    let rule = (name(), any::<bool>()).prop_map(|(rule, on)| StatementBody::SetRule { rule, on });
    let body = prop_oneof![
        60 => seen,
        16 => plain(schema.boxed()),
        3 => plain(copy.boxed()),
        1 => plain(Just(StatementBody::Checkpoint).boxed()),
        1 => plain(vacuum.boxed()),
        1 => plain(rule.boxed()),
    ];
    (mode, body).prop_map(|(mode, ((views, why), body))| Statement { mode, views, why, body })
}
