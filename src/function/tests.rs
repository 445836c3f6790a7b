//! Each function called by name with a few arguments, null and errors included.

use super::*;
use crate::syntax::ast::{ArithmeticOperator, LabelExpression};
use crate::value::{
    ElementReader, Endpoint, ErrorClass, ErrorCode, EvaluationError, Map, NodeId, Path,
    RelationshipId, Value,
};
use std::sync::Arc;

/// Node 0 (:A:B {name: 'n'}), relationship 0 -[:T {w: 1}]-> from node 0 to relationship 1;
/// nothing else is there.
struct Graph;

impl ElementReader for Graph {
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        if node.0 == 0 { vec!["A".into(), "B".into()] } else { Vec::new() }
    }
    fn relationship_type(&self, relationship: RelationshipId) -> Option<Arc<str>> {
        (relationship.0 == 0).then(|| "T".into())
    }
    fn relationship_endpoints(&self, relationship: RelationshipId) -> Option<(Endpoint, Endpoint)> {
        (relationship.0 == 0)
            .then_some((Endpoint::Node(NodeId(0)), Endpoint::Relationship(RelationshipId(1))))
    }
    fn properties(&self, element: Endpoint) -> Map {
        let (key, value) = match element {
            Endpoint::Node(_) => ("name", text("n")),
            Endpoint::Relationship(_) => ("w", int(1)),
        };
        if self.contains(element) { Map::from_iter([(key.into(), value)]) } else { Map::default() }
    }
    fn property(&self, element: Endpoint, key: &str) -> Value {
        self.properties(element).get(key).cloned().unwrap_or_default()
    }
    fn contains(&self, element: Endpoint) -> bool {
        matches!(element, Endpoint::Node(NodeId(0)) | Endpoint::Relationship(RelationshipId(0)))
    }
    fn related(&self, _: Endpoint, _: &str, _: bool) -> Vec<(Endpoint, RelationshipId)> {
        Vec::new()
    }
}

const NODE: Value = Value::Node(NodeId(0));
const GONE: Value = Value::Node(NodeId(9));
const RELATIONSHIP: Value = Value::Relationship(RelationshipId(0));

pub(super) fn int(number: i64) -> Value {
    Value::Integer(number)
}

pub(super) fn text(text: &str) -> Value {
    Value::String(text.into())
}

pub(super) fn list(values: impl IntoIterator<Item = Value>) -> Value {
    Value::List(Arc::new(values.into_iter().collect()))
}

fn map(entries: &[(&str, Value)]) -> Value {
    Value::Map(Arc::new(
        entries.iter().map(|(key, value)| (Arc::from(*key), value.clone())).collect(),
    ))
}

/// Runs something with a context whose limits are 100 bytes and 50 elements.
pub(super) fn with_context<T>(run: impl FnOnce(&FunctionContext<'_>) -> T) -> T {
    let patterns = PatternCache::new();
    run(&FunctionContext {
        reader: &Graph,
        statement_time: (12, 345_678_901),
        limits: Limits { string_bytes: 100, list_elements: 50 },
        patterns: &patterns,
    })
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let function = scalar(name).unwrap_or_else(|| panic!("no function {name}"));
    with_context(|context| function.call(context, arguments))
}

/// The value as text; elements of lists are separated by `, `.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Boolean(v) => v.to_string(),
        Value::Integer(v) => v.to_string(),
        Value::Float(v) => format!("{v:?}"),
        Value::String(v) => format!("'{v}'"),
        Value::List(v) => format!("[{}]", v.iter().map(show).collect::<Vec<_>>().join(", ")),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn yields(name: &str, arguments: &[Value], expected: &str) {
    let result = call(name, arguments).map(|value| show(&value));
    assert_eq!(result.as_deref(), Ok(expected), "{name}({arguments:?})");
}

#[track_caller]
fn fails(name: &str, arguments: &[Value], class: ErrorClass, code: ErrorCode) {
    let error = call(name, arguments).expect_err(name);
    assert_eq!((error.class, error.code), (class, code), "{name}({arguments:?}): {error}");
}

use ErrorClass::{
    ArgumentError, ArithmeticError, EntityNotFound, ResourceExhausted, SyntaxError, TypeError,
};

#[test]
fn the_registry_finds_counts_and_suggests() {
    assert_eq!(scalar("TOUPPER").map(|function| function.name), Some("toUpper"));
    assert!(scalar("nope").is_none());
    assert_eq!(suggest("toUper"), Some("toUpper"));
    assert_eq!(suggest("lables"), Some("labels"));
    assert_eq!(suggest("completelyDifferent"), None);
    fails("head", &[], SyntaxError, ErrorCode::InvalidNumberOfArguments);
    for function in scalars() {
        assert!(function.signature.starts_with(function.name), "{}", function.signature);
        assert!(function.description.ends_with('.'), "{}", function.description);
        if function.null_in_null_out && function.min_arguments > 0 {
            yields(function.name, &vec![Value::Null; function.min_arguments], "null");
        }
        // No function may panic, whatever it is given.
        for odd in [
            Value::Null,
            int(i64::MIN),
            Value::Float(f64::NAN),
            text("ß"),
            list([]),
            map(&[]),
            GONE,
        ] {
            for count in 0..4 {
                let _ =
                    with_context(|context| (function.evaluate)(context, &vec![odd.clone(); count]));
            }
        }
    }
}

#[test]
fn graph_functions() {
    yields("id", std::slice::from_ref(&NODE), "0");
    yields("elementId", &[RELATIONSHIP], "'r0'");
    yields("labels", &[NODE], "['A', 'B']");
    yields("type", &[RELATIONSHIP], "'T'");
    yields("keys", &[NODE], "['name']");
    yields("keys", &[map(&[("k", Value::Null)])], "['k']");
    yields("startNode", &[RELATIONSHIP], "Node(NodeId(0))");
    yields("endNode", &[RELATIONSHIP], "Relationship(RelationshipId(1))");
    fails("labels", &[GONE], EntityNotFound, ErrorCode::DeletedEntityAccess);
    fails("properties", &[GONE], EntityNotFound, ErrorCode::DeletedEntityAccess);
    fails(
        "type",
        &[Value::Relationship(RelationshipId(9))],
        EntityNotFound,
        ErrorCode::DeletedEntityAccess,
    );
    fails("labels", &[int(1)], TypeError, ErrorCode::InvalidArgumentValue);
    fails("type", &[int(1)], TypeError, ErrorCode::InvalidArgumentValue);
    fails("id", &[int(1)], TypeError, ErrorCode::InvalidArgumentType);
    let path = Value::Path(Arc::new(Path {
        elements: vec![Endpoint::Node(NodeId(0)), Endpoint::Relationship(RelationshipId(1))],
        relationships: vec![RelationshipId(0)],
    }));
    yields("length", std::slice::from_ref(&path), "1");
    yields(
        "nodes",
        std::slice::from_ref(&path),
        "[Node(NodeId(0)), Relationship(RelationshipId(1))]",
    );
    yields("relationships", &[path], "[Relationship(RelationshipId(0))]");
    fails("length", &[text("abc")], TypeError, ErrorCode::InvalidArgumentType);
}

#[test]
fn list_functions() {
    let abc = list([int(1), Value::Null, int(3)]);
    yields("size", std::slice::from_ref(&abc), "3");
    yields("size", &[text("åß€")], "3");
    yields("head", std::slice::from_ref(&abc), "1");
    yields("last", std::slice::from_ref(&abc), "3");
    yields("tail", std::slice::from_ref(&abc), "[null, 3]");
    yields("head", &[list([])], "null");
    yields("tail", &[list([])], "[]");
    yields("reverse", &[abc], "[3, null, 1]");
    yields("reverse", &[text("añb")], "'bña'");
    yields("range", &[int(0), int(3)], "[0, 1, 2, 3]");
    yields("range", &[int(3), int(0), int(-2)], "[3, 1]");
    yields("range", &[int(1), int(0)], "[]");
    yields(
        "range",
        &[int(i64::MAX - 1), int(i64::MAX)],
        "[9223372036854775806, 9223372036854775807]",
    );
    yields(
        "range",
        &[int(i64::MIN), int(i64::MAX), int(i64::MAX)],
        "[-9223372036854775808, -1, 9223372036854775806]",
    );
    fails("range", &[int(0), int(1), int(0)], ArgumentError, ErrorCode::NumberOutOfRange);
    fails("range", &[int(0), Value::Float(1.0)], ArgumentError, ErrorCode::InvalidArgumentType);
    fails("range", &[int(i64::MIN), int(i64::MAX)], ResourceExhausted, ErrorCode::SizeLimit);
    fails("head", &[int(1)], TypeError, ErrorCode::InvalidArgumentType);
}

#[test]
fn string_functions() {
    yields("toLower", &[text("ÀB")], "'àb'");
    yields("upper", &[text("aß")], "'ASS'");
    yields("trim", &[text(" a b ")], "'a b'");
    yields("btrim", &[text("xyaxy"), text("yx")], "'a'");
    yields("ltrim", &[text(" a ")], "'a '");
    yields("rtrim", &[text(" a ")], "' a'");
    yields("replace", &[text("banana"), text("an"), text("-")], "'b--a'");
    yields("replace", &[text("banana"), text("an"), text("-"), int(1)], "'b-ana'");
    yields("replace", &[text("banana"), text(""), text("-")], "'banana'");
    fails(
        "replace",
        &[text("aaaa"), text("a"), text(&"b".repeat(30))],
        ResourceExhausted,
        ErrorCode::SizeLimit,
    );
    yields("split", &[text("one1two"), text("1")], "['one', 'two']");
    yields("split", &[text("a,b;c"), list([text(","), text(";")])], "['a', 'b', 'c']");
    yields("split", &[text("äb"), text("")], "['ä', 'b']");
    yields("split", &[text(""), text(",")], "['']");
    yields("split", &[text(""), text("")], "['']");
    fails("split", &[text("a,b"), list([int(1)])], TypeError, ErrorCode::InvalidArgumentType);
    fails("split", &[text(&"a".repeat(60)), text("")], ResourceExhausted, ErrorCode::SizeLimit);
    yields("substring", &[text("0123456789"), int(1)], "'123456789'");
    yields("substring", &[text("hällo"), int(1), int(3)], "'äll'");
    yields("substring", &[text("hello"), int(9), int(3)], "''");
    yields("substring", &[text("hello"), int(1), int(0)], "''");
    fails("substring", &[text("hello"), int(-1)], ArgumentError, ErrorCode::NumberOutOfRange);
    fails(
        "substring",
        &[text("hello"), int(1), int(-1)],
        ArgumentError,
        ErrorCode::NumberOutOfRange,
    );
    yields("left", &[text("hello"), int(3)], "'hel'");
    yields("left", &[text("hello"), int(i64::MAX)], "'hello'");
    yields("right", &[text("hellö"), int(2)], "'lö'");
    yields("right", &[text("hello"), int(0)], "''");
    yields("right", &[text("hello"), int(99)], "'hello'");
    fails("left", &[text("hello"), int(-1)], ArgumentError, ErrorCode::NumberOutOfRange);
    yields("char_length", &[text("åß")], "2");
    fails("toUpper", &[int(1)], TypeError, ErrorCode::InvalidArgumentType);
}

#[test]
fn mathematical_functions() {
    yields("abs", &[int(-1)], "1");
    yields("abs", &[Value::Float(-1.5)], "1.5");
    fails("abs", &[int(i64::MIN)], ArithmeticError, ErrorCode::IntegerOverflow);
    yields("sign", &[Value::Float(-0.1)], "-1");
    yields("ceil", &[Value::Float(0.1)], "1.0");
    yields("floor", &[int(3)], "3.0");
    yields("round", &[Value::Float(-1.5)], "-1.0");
    yields("round", &[Value::Float(0.49999999999999994)], "0.0");
    yields("round", &[Value::Float(1.249), int(1)], "1.2");
    yields("round", &[Value::Float(1.25), int(1), text("half_even")], "1.2");
    yields("round", &[int(3)], "3.0");
    fails("round", &[Value::Float(1.0), int(-1)], ArgumentError, ErrorCode::NumberOutOfRange);
    fails(
        "round",
        &[Value::Float(1.0), int(1), text("sideways")],
        ArgumentError,
        ErrorCode::InvalidArgumentValue,
    );
    yields("sqrt", &[Value::Float(12.96)], "3.6");
    yields("sqrt", &[int(-1)], "NaN");
    yields("log10", &[int(1000)], "3.0");
    yields("log", &[int(0)], "-inf");
    yields("atan2", &[int(0), int(1)], "0.0");
    yields("haversin", &[int(0)], "0.0");
    yields("pi", &[], "3.141592653589793");
    fails("sin", &[text("x")], TypeError, ErrorCode::InvalidArgumentType);
}

#[test]
fn conversions() {
    yields("toBoolean", &[text(" TRUE ")], "true");
    yields("toBoolean", &[text("f alse")], "null");
    yields("toBoolean", &[int(0)], "false");
    fails("toBoolean", &[Value::Float(1.0)], TypeError, ErrorCode::InvalidArgumentValue);
    yields("toInteger", &[Value::Float(82.9)], "82");
    yields("toInteger", &[text("2.9")], "2");
    yields("toInteger", &[text("9223372036854775807.9")], "9223372036854775807");
    yields("toInteger", &[text("-1e3")], "-1000");
    yields("toInteger", &[text("foo")], "null");
    yields("toInteger", &[text("")], "null");
    fails("toInteger", &[list([])], TypeError, ErrorCode::InvalidArgumentValue);
    fails("toInteger", &[Value::Float(1e19)], ArithmeticError, ErrorCode::IntegerOverflow);
    yields("toIntegerOrNull", &[Value::Float(1e19)], "null");
    yields("toIntegerList", &[list([text("1"), Value::Null, list([])])], "[1, null, null]");
    yields("toFloat", &[int(3)], "3.0");
    yields("toFloat", &[text("inf")], "null");
    fails("toFloat", &[Value::Boolean(true)], TypeError, ErrorCode::InvalidArgumentValue);
    yields("toFloatOrNull", &[Value::Boolean(true)], "null");
    yields("toString", &[Value::Float(1.0)], "'1.0'");
    yields("toString", &[Value::Boolean(false)], "'false'");
    yields("toString", &[Value::Float(f64::NEG_INFINITY)], "'-Infinity'");
    fails("toString", &[map(&[])], TypeError, ErrorCode::InvalidArgumentValue);
    yields("toStringOrNull", &[map(&[])], "null");
    yields("toStringList", &[list([int(1), map(&[])])], "['1', null]");
    fails("toStringList", &[int(1)], TypeError, ErrorCode::InvalidArgumentType);
}

#[test]
fn predicates_and_choices() {
    yields("coalesce", &[Value::Null, int(2), int(3)], "2");
    yields("coalesce", &[Value::Null], "null");
    yields("exists", &[Value::Null], "false");
    yields("exists", &[int(0)], "true");
    yields("nullIf", &[int(1), Value::Float(1.0)], "null");
    yields("nullIf", &[int(1), Value::Null], "1");
    yields("isEmpty", &[text("")], "true");
    yields("isEmpty", &[list([Value::Null])], "false");
    yields("isNaN", &[Value::Float(f64::NAN)], "true");
    yields(
        "valueType",
        &[list([int(1), Value::Null, text("a")])],
        "'LIST<STRING | INTEGER> NOT NULL'",
    );
    yields(
        "valueType",
        &[list([list([int(1)])])],
        "'LIST<LIST<INTEGER NOT NULL> NOT NULL> NOT NULL'",
    );
    yields("valueType", &[Value::Null], "'NULL'");
    yields("timestamp", &[], "12345");
    assert!(matches!(call("rand", &[]), Ok(Value::Float(x)) if (0.0..1.0).contains(&x)));
    assert!(matches!(call("randomUUID", &[]), Ok(Value::String(x)) if x.len() == 36));
}

#[test]
fn access_into_values() {
    let of = |base: &Value, at: &Value| with_context(|context| access::index(context, base, at));
    let shown = |base: &Value, at: &Value| {
        of(base, at).map(|value| show(&value)).map_err(|error| error.code)
    };
    let numbers = list([int(1), int(2), int(3)]);
    assert_eq!(shown(&numbers, &int(-1)), Ok("3".into()));
    assert_eq!(shown(&numbers, &int(3)), Ok("null".into()));
    assert_eq!(shown(&numbers, &int(i64::MIN)), Ok("null".into()));
    assert_eq!(shown(&numbers, &Value::Null), Ok("null".into()));
    assert_eq!(shown(&numbers, &Value::Float(1.0)), Err(ErrorCode::ListElementAccessByNonInteger));
    assert_eq!(shown(&map(&[("a", int(1))]), &text("a")), Ok("1".into()));
    assert_eq!(shown(&map(&[("a", int(1))]), &int(0)), Err(ErrorCode::MapElementAccessByNonString));
    assert_eq!(shown(&NODE, &text("name")), Ok("'n'".into()));
    assert_eq!(shown(&NODE, &text("missing")), Ok("null".into()));
    assert_eq!(shown(&GONE, &text("name")), Err(ErrorCode::DeletedEntityAccess));
    assert_eq!(shown(&int(1), &int(0)), Err(ErrorCode::InvalidArgumentType));
    let sliced = |from: Option<i64>, to: Option<i64>| {
        let (from, to) = (from.map(int), to.map(int));
        access::slice(&numbers, from.as_ref(), to.as_ref()).map(|value| show(&value))
    };
    assert_eq!(sliced(Some(1), None), Ok("[2, 3]".into()));
    assert_eq!(sliced(Some(-3), Some(-1)), Ok("[1, 2]".into()));
    assert_eq!(sliced(Some(-5), Some(5)), Ok("[1, 2, 3]".into()));
    assert_eq!(sliced(Some(3), Some(1)), Ok("[]".into()));
    assert_eq!(
        access::slice(&numbers, Some(&Value::Null), None).map(|value| show(&value)),
        Ok("null".into())
    );
    with_context(|context| {
        let has = |value: &Value, label: &str| {
            access::has_labels(context, value, &LabelExpression::Name(label.into()))
                .map(|v| show(&v))
        };
        assert_eq!(has(&NODE, "B"), Ok("true".into()));
        assert_eq!(has(&RELATIONSHIP, "B"), Ok("false".into()));
        assert_eq!(has(&Value::Null, "B"), Ok("null".into()));
        assert!(has(&GONE, "B").is_err() && has(&int(1), "B").is_err());
    });
}

#[test]
fn arithmetic_on_values() {
    use ArithmeticOperator::{Add, Divide, Modulo, Multiply, Power, Subtract};
    let of = |left: Value, operator, right: Value| {
        with_context(|context| arithmetic::arithmetic(context, operator, &left, &right))
            .map(|value| show(&value))
            .map_err(|error| error.code)
    };
    assert_eq!(of(int(1), Add, Value::Float(0.5)), Ok("1.5".into()));
    assert_eq!(of(int(7), Divide, int(-2)), Ok("-3".into()));
    assert_eq!(of(int(-7), Modulo, int(4)), Ok("-3".into()));
    assert_eq!(of(int(i64::MIN), Modulo, int(-1)), Ok("0".into()));
    assert_eq!(of(int(i64::MIN), Divide, int(-1)), Err(ErrorCode::IntegerOverflow));
    assert_eq!(of(int(i64::MAX), Multiply, int(2)), Err(ErrorCode::IntegerOverflow));
    assert_eq!(of(int(1), Divide, int(0)), Err(ErrorCode::DivisionByZero));
    assert_eq!(of(int(1), Divide, Value::Float(0.0)), Ok("inf".into()));
    assert_eq!(of(int(2), Power, int(3)), Ok("8.0".into()));
    assert_eq!(of(text("a"), Add, int(1)), Ok("'a1'".into()));
    assert_eq!(of(Value::Float(1.0), Add, text("a")), Ok("'1.0a'".into()));
    assert_eq!(of(list([int(1)]), Add, list([int(2)])), Ok("[1, 2]".into()));
    assert_eq!(of(int(1), Add, list([int(2)])), Ok("[1, 2]".into()));
    assert_eq!(of(list([int(1)]), Add, Value::Null), Ok("null".into()));
    assert_eq!(of(text(&"a".repeat(60)), Add, text(&"b".repeat(60))), Err(ErrorCode::SizeLimit));
    assert_eq!(of(Value::Boolean(true), Add, int(1)), Err(ErrorCode::InvalidArgumentType));
    assert_eq!(of(text("a"), Subtract, text("b")), Err(ErrorCode::InvalidArgumentType));
    assert_eq!(
        arithmetic::negate(&int(i64::MIN)).map_err(|error| error.code).err(),
        Some(ErrorCode::IntegerOverflow)
    );
    assert_eq!(arithmetic::negate(&Value::Float(1.5)).map(|value| show(&value)), Ok("-1.5".into()));
}

#[test]
fn comparisons_and_predicates() {
    use crate::syntax::ast::{ComparisonOperator, PredicateOperator};
    use PredicateOperator::{Contains, EndsWith, In, Matches, StartsWith};
    let of = |left: Value, operator, right: Value| {
        with_context(|context| comparison::predicate(context, operator, &left, &right))
            .map(|value| show(&value))
            .map_err(|error| error.code)
    };
    assert_eq!(of(text("abc"), StartsWith, text("ab")), Ok("true".into()));
    assert_eq!(of(text("abc"), EndsWith, text("ab")), Ok("false".into()));
    assert_eq!(of(text("abc"), Contains, text("")), Ok("true".into()));
    assert_eq!(of(int(1), Contains, text("")), Ok("null".into()));
    assert_eq!(of(text("abc"), Matches, text("a|abc")), Ok("true".into()));
    assert_eq!(of(text("abcd"), Matches, text("abc")), Ok("false".into()));
    assert_eq!(of(text("ABC"), Matches, text("(?i)ab.")), Ok("true".into()));
    assert_eq!(of(text("a"), Matches, text("(?x) a # it")), Ok("true".into()));
    assert_eq!(of(text("a"), Matches, text("a)|(b")), Err(ErrorCode::InvalidArgumentValue));
    assert_eq!(
        of(text("a"), Matches, text("(a{1000}){1000}{1000}")),
        Err(ErrorCode::InvalidArgumentValue)
    );
    assert_eq!(of(int(3), In, list([int(1), Value::Null, Value::Float(3.0)])), Ok("true".into()));
    assert_eq!(of(int(5), In, list([int(1), Value::Null])), Ok("null".into()));
    assert_eq!(of(Value::Null, In, list([])), Ok("false".into()));
    assert_eq!(of(Value::Null, In, Value::Null), Ok("null".into()));
    assert_eq!(
        of(list([int(1), int(2)]), In, list([list([Value::Null, int(2)])])),
        Ok("null".into())
    );
    assert_eq!(of(int(1), In, text("a")), Err(ErrorCode::InvalidArgumentType));
    assert_eq!(show(&comparison::compare(ComparisonOperator::Less, &int(1), &text("a"))), "null");
    assert_eq!(
        show(&comparison::compare(ComparisonOperator::NotEqual, &int(1), &text("a"))),
        "true"
    );
    assert_eq!(comparison::not(&Value::Null).map(|value| show(&value)), Ok("null".into()));
    assert!(comparison::not(&int(1)).is_err());
}

#[test]
fn temporal_values_reach_every_operator() {
    use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
    let date = call("date", &[text("2015-07-21")]).expect("a date");
    let week = call("duration", &[text("P1M7D")]).expect("a duration");
    yields("toString", std::slice::from_ref(&date), "'2015-07-21'");
    let component =
        |value: &Value, key: &str| with_context(|context| access::property(context, value, key));
    assert_eq!(component(&date, "month").map(|value| show(&value)), Ok("7".into()));
    assert_eq!(component(&date, "nonsense").map(|value| show(&value)), Ok("null".into()));
    assert_eq!(component(&week, "days").map(|value| show(&value)), Ok("7".into()));
    let of = |left: &Value, operator, right: &Value| {
        with_context(|context| arithmetic::arithmetic(context, operator, left, right))
            .and_then(|value| call("toString", &[value]))
            .map(|value| show(&value))
            .map_err(|error| error.code)
    };
    assert_eq!(of(&date, Add, &week), Ok("'2015-08-28'".into()));
    assert_eq!(of(&date, Subtract, &week), Ok("'2015-06-14'".into()));
    assert_eq!(of(&week, Multiply, &int(2)), Ok("'P2M14D'".into()));
    assert!(of(&week, Divide, &int(0)).is_err());
    assert_eq!(of(&date, Add, &int(1)), Err(ErrorCode::InvalidArgumentType));
    assert_eq!(
        of(&arithmetic::negate(&week).expect("a duration"), Add, &week),
        Ok("'PT0S'".into())
    );
    for name in ["date", "localtime", "time", "localdatetime", "datetime"] {
        assert!(
            call(name, &[]).is_ok_and(|value| TypeSet::INSTANT.contains(Type::of(&value))),
            "{name}()"
        );
        fails(name, &[int(1)], TypeError, ErrorCode::InvalidArgumentType);
    }
    assert!(scalar("date").is_some_and(|date| date.folds(1) && !date.folds(0)));
    yields("duration.between", &[date.clone(), Value::Null], "null");
}

#[test]
fn arithmetic_of_types() {
    use ArithmeticOperator::{Add, Divide, Modulo, Power, Subtract};
    let of = arithmetic::result_types;
    assert_eq!(of(Add, TypeSet::INTEGER, TypeSet::NUMBER), TypeSet::NUMBER);
    assert_eq!(of(Power, TypeSet::INTEGER, TypeSet::INTEGER), TypeSet::FLOAT);
    assert_eq!(of(Modulo, TypeSet::STRING, TypeSet::INTEGER), TypeSet::EMPTY);
    assert_eq!(of(Modulo, TypeSet::STRING.union(TypeSet::NULL), TypeSet::INTEGER), TypeSet::EMPTY);
    assert_eq!(of(Modulo, TypeSet::NULL, TypeSet::STRING), TypeSet::NULL);
    assert_eq!(of(Subtract, TypeSet::DATE, TypeSet::DURATION), TypeSet::DATE);
    assert_eq!(of(Divide, TypeSet::DURATION, TypeSet::INTEGER), TypeSet::DURATION);
    assert!(of(Add, TypeSet::ANY, TypeSet::ANY).includes(TypeSet::NUMBER.union(TypeSet::LIST)));
}
