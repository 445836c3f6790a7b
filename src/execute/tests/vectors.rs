//! The vectorised evaluator gives what the row evaluator gives: the same values, and
//! a failure where a row fails.

use super::{Bench, planned};
use crate::bind::expression::{Expression, ExpressionKind as Kind, VariableId};
use crate::execute::Source;
use crate::execute::compile::Compiler;
use crate::execute::evaluate::{Row, evaluate_row};
use crate::execute::layout::Layout;
use crate::execute::session::Session;
use crate::execute::vectorised::{Rows, evaluate};
use crate::syntax::ast::{
    ArithmeticOperator, ComparisonOperator, IsTest, LogicalOperator, NormalForm, PredicateOperator,
    Quantifier, TypeName, ValueType,
};
use crate::syntax::diagnostic::Span;
use crate::value::{NodeId, Value};
use crate::vector::{DataChunk, Vector};
use proptest::prelude::*;

fn expression(kind: Kind) -> Expression {
    Expression::new(kind, Span::default())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(Value::Null),
        4 => (-3i64..4).prop_map(Value::Integer),
        1 => Just(Value::Integer(i64::MAX)),
        3 => prop_oneof![Just(0.0), Just(1.5), Just(-2.0), Just(f64::NAN)].prop_map(Value::Float),
        4 => any::<bool>().prop_map(Value::Boolean),
        3 => prop_oneof![Just("a"), Just("ab"), Just("a string too long for a view")].prop_map(|s| Value::String(s.into())),
        2 => (0u32..3).prop_map(|id| Value::Node(NodeId(id))),
        1 => Just(Value::List(std::sync::Arc::new(vec![Value::Integer(1), Value::Null]))),
    ]
}

/// A column of one type, or of mixed types.
fn column(rows: usize) -> impl Strategy<Value = Vec<Value>> {
    prop_oneof![
        prop::collection::vec(value(), rows),
        prop::collection::vec(
            prop_oneof![1 => Just(Value::Null), 4 => (-3i64..4).prop_map(Value::Integer)],
            rows
        ),
        prop::collection::vec(any::<bool>().prop_map(Value::Boolean), rows),
        prop::collection::vec((0u32..3).prop_map(|id| Value::Node(NodeId(id))), rows),
        value().prop_map(move |value| vec![value; rows]),
    ]
}

fn tree() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        1 => value().prop_map(|value| expression(Kind::Literal(value))),
        3 => (0u32..3).prop_map(|id| expression(Kind::Variable(VariableId(id)))),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new).boxed();
        let terms = prop::collection::vec(inner.clone(), 2..4);
        let logical = prop_oneof![
            Just(LogicalOperator::And),
            Just(LogicalOperator::Or),
            Just(LogicalOperator::Xor)
        ];
        let comparison = prop_oneof![
            Just(ComparisonOperator::Equal),
            Just(ComparisonOperator::NotEqual),
            Just(ComparisonOperator::Less),
            Just(ComparisonOperator::GreaterOrEqual)
        ];
        let arithmetic = prop_oneof![
            Just(ArithmeticOperator::Add),
            Just(ArithmeticOperator::Concatenate),
            Just(ArithmeticOperator::Divide),
            Just(ArithmeticOperator::Modulo),
            Just(ArithmeticOperator::Multiply)
        ];
        let predicate =
            prop_oneof![Just(PredicateOperator::StartsWith), Just(PredicateOperator::In)];
        prop_oneof![
            (logical, terms.clone())
                .prop_map(|(operator, terms)| expression(Kind::Logical(operator, terms))),
            (comparison, boxed.clone(), boxed.clone())
                .prop_map(|(o, a, b)| expression(Kind::Comparison(o, a, b))),
            (arithmetic, boxed.clone(), inner.clone())
                .prop_map(|(o, a, b)| expression(Kind::Arithmetic(a, vec![(o, b)]))),
            (predicate, boxed.clone(), boxed.clone())
                .prop_map(|(o, a, b)| expression(Kind::Predicate(o, a, b))),
            (boxed.clone(), any::<bool>()).prop_map(|(a, not)| expression(Kind::IsNull(a, not))),
            (is_test(), boxed.clone(), any::<bool>())
                .prop_map(|(test, a, not)| expression(Kind::Is(a, test, not))),
            boxed
                .clone()
                .prop_map(|a| { expression(Kind::Cast(a, ValueType::of(TypeName::Integer))) }),
            (inner.clone(), boxed.clone(), boxed.clone()).prop_map(|(value, a, b)| {
                let local = Box::new(expression(Kind::Variable(VariableId(8))));
                let body = expression(Kind::Comparison(ComparisonOperator::Less, local, b));
                let body = expression(Kind::Logical(LogicalOperator::Or, vec![body, *a]));
                let values = vec![(VariableId(8), value)];
                expression(Kind::Binding { values, body: Box::new(body) })
            }),
            boxed.clone().prop_map(|a| expression(Kind::Not(a))),
            boxed.clone().prop_map(|a| expression(Kind::Property(a, "x".into()))),
            boxed.clone().prop_map(|a| expression(Kind::HasLabels(
                a,
                crate::syntax::ast::LabelExpression::Name("A".into())
            ))),
            terms.clone().prop_map(|terms| expression(Kind::Function("coalesce", terms))),
            terms.prop_map(|terms| expression(Kind::List(terms))),
            (prop_oneof![Just("labels"), Just("keys"), Just("type")], inner.clone())
                .prop_map(|(name, of)| expression(Kind::Function(name, vec![of]))),
            (inner.clone(), inner.clone())
                .prop_map(|(text, by)| expression(Kind::Function("split", vec![text, by]))),
            (
                proptest::option::of(boxed.clone()),
                prop::collection::vec((inner.clone(), inner.clone()), 1..4),
                proptest::option::of(boxed.clone())
            )
                .prop_map(|(operand, branches, otherwise)| {
                    expression(Kind::Case { operand, branches, otherwise })
                }),
            through_lists(inner, boxed),
        ]
    })
}

/// Expressions that go through lists made of these, and say something of the elements.
fn through_lists(
    inner: impl Strategy<Value = Expression> + Clone + 'static,
    boxed: BoxedStrategy<Box<Expression>>,
) -> impl Strategy<Value = Expression> {
    let comparison = prop_oneof![
        Just(ComparisonOperator::Equal),
        Just(ComparisonOperator::NotEqual),
        Just(ComparisonOperator::Less)
    ];
    let quantifier = prop_oneof![
        Just(Quantifier::All),
        Just(Quantifier::Any),
        Just(Quantifier::None),
        Just(Quantifier::Single)
    ];
    // What is said of an element, in most cases by itself and by something else.
    let element = || Box::new(expression(Kind::Variable(VariableId(9))));
    let small = || (-3i64..4).prop_map(|number| expression(Kind::Literal(number.into())));
    let body = prop_oneof![
        1 => inner.clone(),
        4 => (comparison.clone(), small())
            .prop_map(move |(o, b)| expression(Kind::Comparison(o, element(), Box::new(b)))),
        3 => (comparison.clone(), boxed.clone())
            .prop_map(move |(o, b)| expression(Kind::Comparison(o, element(), b))),
        1 => inner.clone().prop_map(move |b| {
            expression(Kind::Arithmetic(element(), vec![(ArithmeticOperator::Add, b)]))
        }),
        1 => Just(expression(Kind::Property(element(), "x".into()))),
        1 => Just(*element()),
    ]
    .boxed();
    let several = prop::collection::vec(inner.clone(), 0..6);
    let list = prop_oneof![
        1 => boxed.clone(),
        3 => several.prop_map(|terms| Box::new(expression(Kind::List(terms)))),
        3 => (prop::collection::vec(small(), 0..5), 0u32..3).prop_map(|(mut terms, id)| {
            terms.push(expression(Kind::Variable(VariableId(id))));
            Box::new(expression(Kind::List(terms)))
        }),
    ]
    .boxed();
    prop_oneof![
        (list.clone(), proptest::option::of(body.clone()), proptest::option::of(body.clone()))
            .prop_map(|(list, predicate, projection)| {
                let variable = VariableId(9);
                let (predicate, projection) = (predicate.map(Box::new), projection.map(Box::new));
                expression(Kind::ListComprehension { variable, list, predicate, projection })
            }),
        (quantifier, list.clone(), body.clone()).prop_map(|(kind, list, predicate)| {
            let (variable, predicate) = (VariableId(9), Box::new(predicate));
            expression(Kind::Quantifier { kind, variable, list, predicate })
        }),
        (boxed, list, body, any::<bool>()).prop_map(|(initial, list, body, grows)| {
            let sum = Box::new(expression(Kind::Variable(VariableId(10))));
            let step = if grows {
                Kind::List(vec![*sum, body])
            } else {
                Kind::Arithmetic(sum, vec![(ArithmeticOperator::Add, body)])
            };
            expression(Kind::Reduce {
                accumulator: VariableId(10),
                initial,
                variable: VariableId(9),
                list,
                step: Box::new(expression(step)),
                condition: None,
            })
        }),
    ]
}

fn is_test() -> impl Strategy<Value = IsTest> {
    prop_oneof![
        proptest::option::of(any::<bool>()).prop_map(IsTest::Truth),
        Just(IsTest::Typed(ValueType::of(TypeName::Integer))),
        Just(IsTest::Typed(ValueType::of(TypeName::List(Box::new(ValueType::of(TypeName::Any)))))),
        Just(IsTest::Normalized(NormalForm::Nfd)),
    ]
}

/// A condition on properties of the nodes of the first column, most of which fail nowhere.
fn condition() -> impl Strategy<Value = Expression> {
    let property = prop_oneof![Just("x"), Just("s"), Just("mixed"), Just("none")].prop_map(|key| {
        let node = Box::new(expression(Kind::Variable(VariableId(0))));
        expression(Kind::Property(node, key.into()))
    });
    let literal = value().prop_map(|value| expression(Kind::Literal(value))).boxed();
    let comparison = prop_oneof![Just(ComparisonOperator::Equal), Just(ComparisonOperator::Less)];
    let predicate = prop_oneof![
        Just(PredicateOperator::StartsWith),
        Just(PredicateOperator::Contains),
        Just(PredicateOperator::In)
    ];
    let leaf = prop_oneof![
        6 => (comparison.clone(), property.clone(), literal.clone()).prop_map(|(o, a, b)| {
            expression(Kind::Comparison(o, Box::new(a), Box::new(b)))
        }),
        2 => (property.clone(), any::<bool>())
            .prop_map(|(a, not)| expression(Kind::IsNull(Box::new(a), not))),
        2 => (predicate, property.clone(), literal.clone()).prop_map(|(o, a, b)| {
            expression(Kind::Predicate(o, Box::new(a), Box::new(b)))
        }),
        1 => (comparison, property, literal.clone()).prop_map(|(o, a, b)| {
            let one = Box::new(expression(Kind::Literal(Value::Integer(1))));
            let divided = Kind::Arithmetic(one, vec![(ArithmeticOperator::Divide, a)]);
            expression(Kind::Comparison(o, Box::new(expression(divided)), Box::new(b)))
        }),
        1 => literal,
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let logical = prop_oneof![
            3 => Just(LogicalOperator::And),
            3 => Just(LogicalOperator::Or),
            1 => Just(LogicalOperator::Xor)
        ];
        prop_oneof![
            4 => (logical, prop::collection::vec(inner.clone(), 2..5))
                .prop_map(|(operator, terms)| expression(Kind::Logical(operator, terms))),
            1 => inner.prop_map(|of| expression(Kind::Not(Box::new(of)))),
        ]
    })
}

/// Holds the evaluator of chunks against that of rows.
fn agree(
    bench: &Bench,
    columns: Vec<Vector>,
    tree: &Expression,
    selection: Option<Vec<u32>>,
) -> Result<(), TestCaseError> {
    let plan = planned("RETURN 1 AS x").unwrap();
    let options = bench.options();
    let session = Session::new(&plan, None, Source::Read(bench.graph.clone()), &options);
    let context = session.context();
    let layout = Layout::new((0..columns.len() as u32).map(VariableId).collect());
    let physical = Compiler::new(&context, &layout).compile(tree).unwrap();
    let rows = columns[0].len();
    let mut chunk = DataChunk::new(columns, rows);
    if let Some(rows) = selection {
        chunk.select(rows);
    }
    let by_rows: Result<Vec<Value>, _> = chunk
        .live_rows()
        .map(|index| {
            let row = Row { columns: &chunk.columns, index };
            evaluate_row(&context, &physical, row, &mut Vec::new())
        })
        .collect();
    let by_vector = evaluate(&context, &physical, &Rows::of(&chunk));
    match (by_rows, by_vector) {
        (Ok(rows), Ok(vector)) => {
            let vector: Vec<Value> = vector.iter().collect();
            prop_assert_eq!(format!("{rows:?}"), format!("{vector:?}"));
        }
        (Err(_), Err(_)) => {}
        (rows, vector) => prop_assert!(false, "rows {:?}, vector {:?}", rows, vector),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn vectors_agree_with_rows(
        columns in prop::collection::vec(column(6), 3),
        tree in tree(),
        selection in proptest::option::of(prop::collection::vec(0u32..6, 0..6)),
    ) {
        let bench = Bench::new(&["CREATE (:A {x: 1}), (:B {x: 'a'}), (:A)"]);
        let columns: Vec<Vector> = columns.into_iter().map(Vector::from_values).collect();
        agree(&bench, columns, &tree, selection)?;
    }

    /// Where nodes follow each other, conditions are asked of all of them at once.
    #[test]
    fn conditions_on_a_scan_agree_with_rows(
        tree in condition(),
        (first, count) in (0u32..4, 1u32..9),
        selection in proptest::option::of(prop::collection::vec(0u32..1, 0..2)),
    ) {
        let bench = Bench::new(&["UNWIND range(0, 11) AS i CREATE ({x: CASE WHEN i % 4 < 3 THEN \
            i % 4 - 1 END, s: ['a', 'ab', 'a string too long for a view', null][i % 4], \
            mixed: [i, 'ab', 1.5, null, true][i % 5]})"]);
        agree(&bench, vec![Vector::nodes((first..first + count).collect())], &tree, selection)?;
    }
}

/// More different sets of keys than are remembered.
#[test]
fn however_different_elements_are_each_has_its_own_keys() {
    let bits: Vec<String> = (0..13)
        .map(|bit| format!("k{bit}: CASE WHEN i / {} % 2 = 0 THEN 1 END", 1 << bit))
        .collect();
    let all = format!("UNWIND range(0, 8999) AS i CREATE (:N {{i: i, {}}})", bits.join(", "));
    let mut bench = Bench::new(&[&*all]);
    let told = bench.rows("MATCH (n) RETURN keys(n) AS t");
    assert_eq!(told, bench.rows("MATCH (n) RETURN [x IN [n] | keys(x)][0] AS t"));
    let groups = bench.rows("MATCH (n) WITH keys(n) AS k, count(*) AS n RETURN n, count(*)");
    assert_eq!(groups, ["2 808", "1 7384"]);
    let listed = bench.rows("MATCH (n) UNWIND keys(n) AS k RETURN k, count(*) ORDER BY k");
    let each = "MATCH (n) UNWIND [x IN [n] | keys(x)][0] AS k RETURN k, count(*) ORDER BY k";
    assert_eq!(listed, bench.rows(each));
    assert_eq!(listed.len(), 14);
}

/// Labels, keys and types of a column of elements are those of each element alone.
#[test]
fn what_is_told_of_many_elements_is_told_of_each() {
    let mut bench = Bench::new(&[
        "UNWIND range(0, 4999) AS i CREATE (n:N {i: i})-[:R {i: i}]->(:M)",
        "MATCH (n:N) WHERE n.i % 3 = 0 SET n:Three, n.three = 'x'",
        "MATCH (n:N) WHERE n.i % 5 = 0 SET n:Five SET n.mixed = [n.i, 'a', 0.5][n.i % 3]",
        "MATCH (n:N) WHERE n.i % 7 = 0 REMOVE n:N REMOVE n.i",
        "MATCH (n)-[r:R]->() WHERE r.i % 11 = 0 CREATE (n)-[:S {at: r.i, with: true}]->(n) DELETE r",
    ]);
    for (found, of) in [
        ("(n)", "labels(n)"),
        ("(n)", "keys(n)"),
        ("()-[n]->()", "keys(n)"),
        ("()-[n]->()", "type(n)"),
        // Many of these are null.
        ("(a:N) OPTIONAL MATCH (a)-[n:S]->()", "keys(n)"),
        ("(a:N) OPTIONAL MATCH (a)-[n:S]->()", "type(n)"),
        ("(a:N) OPTIONAL MATCH (a)-[:S]->(n)", "labels(n)"),
        ("(a:N) OPTIONAL MATCH (a)-[n:S {at: -1}]->()", "type(n)"),
    ] {
        let all = bench.rows(&format!("MATCH {found} RETURN {of} AS t"));
        // An expression that binds a variable is evaluated row by row.
        let alone =
            format!("MATCH {found} RETURN [x IN [n] | {}][0] AS t", of.replace("(n)", "(x)"));
        assert_eq!(all, bench.rows(&alone), "{of} of {found}");
        assert!(all.len() > 1000, "{found}");
    }
    let deleted = "MATCH (n:Five) DETACH DELETE n RETURN labels(n)";
    assert_eq!(bench.fails(deleted), crate::value::ErrorCode::DeletedEntityAccess);
}

#[test]
fn many_strings_are_split_as_each_is() {
    let mut bench = Bench::new(&[]);
    for by in ["','", "''", "', '", "'é'", "'no'", "[',', ' ']", "null"] {
        let rows = "UNWIND range(0, 299) AS i WITH CASE WHEN i % 9 > 0 THEN \
                    toString(i) + ',, é ' + toString(i * i) + ',' END AS s ";
        let all = bench.rows(&format!("{rows} RETURN split(s, {by}) AS t"));
        let alone = bench.rows(&format!("{rows} RETURN [x IN [s] | split(x, {by})][0] AS t"));
        assert_eq!(all, alone, "{by}");
    }
}

#[test]
fn functions_of_few_strings_yield_what_they_yield_row_by_row() {
    let mut bench = Bench::new(&[]);
    let rows = "UNWIND range(0, 399) AS i \
                WITH i, ['Ab', 'ÀB', null, 'LONGER THAN A VIEW', ''][i % 5] AS s ";
    let values = ["'Ab'", "'ÀB'", "null", "'LONGER THAN A VIEW'", "''"];
    for function in ["toLower(S)", "substring(S, 0, 1)", "size(S)", "split(S, 'N')", "S + 'x'"] {
        let all = bench.rows(&format!("{rows} RETURN {} AS f", function.replace('S', "s")));
        let one_by_one = values.map(|value| {
            bench.rows(&format!("RETURN {} AS f", function.replace('S', value))).remove(0)
        });
        assert_eq!(all.len(), 400);
        for (row, found) in all.iter().enumerate() {
            assert_eq!(*found, one_by_one[row % 5], "{function} in row {row}");
        }
    }
    let dates = "UNWIND range(0, 99) AS i WITH ['2025-06-10', '2025-06-11', 'soon'][CASE \
                 WHEN i < LAST THEN i % 2 ELSE 2 END] AS s RETURN date(s) AS d";
    assert_eq!(bench.rows(&dates.replace("LAST", "100")).len(), 100);
    bench.fails(&dates.replace("LAST", "90"));
}
