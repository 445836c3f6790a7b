use super::*;
use crate::store::{IndexQuery, KeyRange, StoreError, Writer};
use crate::value::order::{class_order, equals, greater_or_equal, less_than};
use crate::value::{Date, Duration, ScalarType, Value};
use proptest::prelude::*;
use std::ops::Bound;

fn writer() -> Writer {
    Writer::new(Arc::new(Graph::new()))
}

fn label(writer: &mut Writer, name: &str) -> SchemaTarget {
    SchemaTarget::Label(writer.label(name).unwrap())
}

fn person(writer: &mut Writer, key: &str, value: impl Into<Value>) -> NodeId {
    writer.create_node(["Person"], [(key, value.into())]).unwrap()
}

fn violation(result: Result<(), StoreError>) -> String {
    match result {
        Err(StoreError::Violation(text)) => text,
        other => panic!("no violation: {other:?}"),
    }
}

/// The same graph from its changes.
fn rebuilt(graph: &Graph) -> Arc<Graph> {
    let mut writer = writer();
    graph.export_changes().for_each(|change| writer.apply(&change).unwrap());
    writer.finish().0
}

#[test]
fn a_statement_may_pass_through_what_a_constraint_forbids() {
    let mut w = writer();
    let people = label(&mut w, "Person");
    let (a, b) = (person(&mut w, "name", "a"), person(&mut w, "name", "b"));
    let key = w.key("name").unwrap();
    w.create_constraint(Some("names"), people, vec![key], ConstraintKind::Unique).unwrap();
    w.check().unwrap();
    let before = w.savepoint();
    w.set_property(Endpoint::Node(a), "name", "b".into()).unwrap();
    w.set_property(Endpoint::Node(b), "name", "a".into()).unwrap();
    w.check().unwrap();
    w.rollback_to(&before);
    w.set_property(Endpoint::Node(a), "name", "b".into()).unwrap();
    assert_eq!(
        violation(w.check()),
        "the constraint names demands FOR (n:Person) REQUIRE n.name IS UNIQUE, \
         but node 0 has name = 'b', as node 1 has already"
    );
    w.rollback_to(&before);
    w.check().unwrap();
    assert_eq!(w.view().property(Endpoint::Node(a), key).as_str(), Some("a"));
    // What leaves the constraint's reach leaves its index.
    w.remove_label(b, "Person").unwrap();
    w.set_property(Endpoint::Node(a), "name", "b".into()).unwrap();
    w.check().unwrap();
    w.add_label(b, "Person").unwrap();
    violation(w.check());
}

#[test]
fn what_is_stopped_leaves_nothing_behind() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let mut w = writer();
    let people = label(&mut w, "Person");
    let knows = w.relationship_type("KNOWS").unwrap();
    let first = Endpoint::Node(person(&mut w, "age", 0));
    for age in 1..9000 {
        let other = Endpoint::Node(person(&mut w, "age", age));
        let none: [(&str, Value); 0] = [];
        w.create_relationship("KNOWS", first, other, none).unwrap();
    }
    let age = w.key("age").unwrap();
    let changes = w.changes().len();
    // However late it is told to stop, there is nothing; and told nothing, it is all there.
    let mut asked = [0; 4];
    for (which, asked) in asked.iter_mut().enumerate() {
        for patience in 0.. {
            let left = Arc::new(AtomicUsize::new(patience));
            w.stop_when(move || {
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                    .is_err()
            });
            let before = w.savepoint();
            let done = match which {
                0 => w.create_index(None, people, vec![age]).map(drop),
                1 => w.create_constraint(None, people, vec![age], ConstraintKind::Unique).map(drop),
                2 => w.create_constraint(None, people, vec![age], ConstraintKind::Exists).map(drop),
                _ => w.create_edge_type(
                    knows,
                    vec![(EndRule::Node(vec![]), EndRule::Node(vec![]))],
                    false,
                ),
            };
            if done.is_ok() {
                w.rollback_to(&before);
                break;
            }
            assert_eq!(done, Err(StoreError::Stopped));
            assert_eq!((w.changes().len(), w.view().schema_statements().len()), (changes, 0));
            *asked += 1;
        }
    }
    assert!(asked.iter().all(|asked| *asked >= 4), "{asked:?}");
    w.never_stop();
    w.create_index(None, people, vec![age]).unwrap();
}

#[test]
fn constraints_are_held_against_what_is_there() {
    let mut w = writer();
    let people = label(&mut w, "Person");
    person(&mut w, "age", 1);
    person(&mut w, "age", 1.0);
    let (age, name) = (w.key("age").unwrap(), w.key("name").unwrap());
    for (keys, kind) in [
        (vec![age], ConstraintKind::Unique),
        (vec![age, name], ConstraintKind::Key),
        (vec![name], ConstraintKind::Exists),
        (vec![age], ConstraintKind::Type(vec![PropertyType::Scalar(ScalarType::Integer)])),
    ] {
        let changes = w.changes().len();
        violation(w.create_constraint(None, people, keys, kind).map(|_| ()));
        assert_eq!((w.changes().len(), w.view().constraints().len()), (changes, 0));
        assert!(w.view().indexes().is_empty());
    }
    // A missing property keeps an element out of a unique constraint, not out of a key.
    w.create_constraint(None, people, vec![age, name], ConstraintKind::Unique).unwrap();
    let number = [ScalarType::Integer, ScalarType::Float].map(PropertyType::Scalar).to_vec();
    w.create_constraint(None, people, vec![age], ConstraintKind::Type(number)).unwrap();
    w.create_constraint(None, people, vec![age], ConstraintKind::Exists).unwrap();
    w.check().unwrap();
    person(&mut w, "age", "old");
    violation(w.check());
}

#[test]
fn the_schema_is_rebuilt_from_its_changes() {
    let mut w = writer();
    let people = label(&mut w, "Person");
    let office = label(&mut w, "Office");
    let SchemaTarget::Label(office) = office else { unreachable!() };
    let SchemaTarget::Label(person_label) = people else { unreachable!() };
    let (a, b) = (person(&mut w, "age", 1), w.create_node(["Office"], [] as [(&str, Value); 0]));
    let b = b.unwrap();
    let holds = w.relationship_type("HOLDS").unwrap();
    let ends = (Endpoint::Node(a), Endpoint::Node(b));
    w.create_relationship("HOLDS", ends.0, ends.1, [("since", 2018.into())]).unwrap();
    let (age, name, since) =
        (w.key("age").unwrap(), w.key("name").unwrap(), w.key("since").unwrap());
    let invented = w.create_index(None, people, vec![age, name]).unwrap();
    w.create_index(Some("terms"), SchemaTarget::Type(holds), vec![since]).unwrap();
    w.create_constraint(Some("keyed"), people, vec![age], ConstraintKind::Key).unwrap();
    let listed = PropertyType::List { elements: vec![ScalarType::String], nulls: false };
    let kind = ConstraintKind::Type(vec![listed, PropertyType::Scalar(ScalarType::ZonedDateTime)]);
    w.create_constraint(Some("titles"), people, vec![name], kind).unwrap();
    let rule = (EndRule::Node(vec![person_label]), EndRule::Node(vec![office]));
    let claim = (EndRule::Node(vec![]), EndRule::Relationship(vec![holds]));
    w.create_edge_type(holds, vec![rule, claim], false).unwrap();
    let expected = [
        format!("CREATE RANGE INDEX {invented} FOR (n:Person) ON (n.age, n.name)"),
        "CREATE RANGE INDEX terms FOR ()-[r:HOLDS]-() ON (r.since)".to_owned(),
        "CREATE CONSTRAINT keyed FOR (n:Person) REQUIRE n.age IS NODE KEY".to_owned(),
        "CREATE CONSTRAINT titles FOR (n:Person) REQUIRE n.name IS :: \
         LIST<STRING NOT NULL> | ZONED DATETIME"
            .to_owned(),
        "CREATE EDGE TYPE (:Person)-[:HOLDS]->(:Office), ()-[:HOLDS]->[:HOLDS]".to_owned(),
    ];
    assert_eq!(w.view().schema_statements(), expected);
    let graph = rebuilt(w.view());
    assert_eq!(graph.schema_statements(), expected);
    let entries = |graph: &Graph| {
        let count =
            |index: &crate::store::Index| (index.name().clone(), graph.index_totals(index).0);
        graph.indexes().iter().map(count).collect::<Vec<_>>()
    };
    assert_eq!(entries(&graph), entries(w.view()));
    assert_eq!(entries(&graph).iter().map(|(_, len)| *len).collect::<Vec<_>>(), [1, 1, 1]);
    // Dropping takes along what is owned, and only that.
    assert_eq!(w.drop_index("keyed"), Err(StoreError::IndexOwned("keyed".into())));
    w.drop_constraint("keyed").unwrap();
    w.drop_index(&invented).unwrap();
    w.drop_edge_type("HOLDS").unwrap();
    assert_eq!(
        rebuilt(w.view()).schema_statements(),
        expected[1..2].iter().chain(&expected[3..4]).cloned().collect::<Vec<_>>()
    );
}

#[test]
fn edge_types_are_held_against_ends_and_labels() {
    let mut w = writer();
    let person_label = w.label("Person").unwrap();
    let (a, b) = (person(&mut w, "name", "a"), person(&mut w, "name", "b"));
    let knows = w.relationship_type("KNOWS").unwrap();
    let rule = |label| (EndRule::Node(vec![label]), EndRule::Node(vec![label]));
    w.create_edge_type(knows, vec![rule(person_label)], false).unwrap();
    let ends = (Endpoint::Node(a), Endpoint::Node(b));
    let known = w.create_relationship("KNOWS", ends.0, ends.1, [] as [(&str, Value); 0]).unwrap();
    w.check().unwrap();
    let before = w.savepoint();
    w.remove_label(b, "Person").unwrap();
    assert_eq!(
        violation(w.check()),
        "the edge type allows (:Person)-[:KNOWS]->(:Person), \
         but relationship 0 connects node 0 (:Person) to node 1 ()"
    );
    w.rollback_to(&before);
    let claim = Endpoint::Relationship(known);
    w.create_relationship("KNOWS", ends.0, claim, [] as [(&str, Value); 0]).unwrap();
    violation(w.check());
    w.rollback_to(&before);
    assert_eq!(
        w.create_edge_type(knows, vec![rule(person_label)], false),
        Err(StoreError::EdgeTypeExists("KNOWS".into()))
    );
    let robot = w.label("Robot").unwrap();
    violation(w.create_edge_type(knows, vec![rule(robot)], true));
    assert_eq!(w.view().edge_types()[0].alternatives, [rule(person_label)]);
    w.create_edge_type(knows, vec![rule(robot), rule(person_label)], true).unwrap();
}

#[test]
fn names_are_invented_alike_and_never_twice() {
    let invented = |first: Option<&str>| {
        let mut w = writer();
        let people = label(&mut w, "Person");
        let key = w.key("name").unwrap();
        if let Some(first) = first {
            let other = w.key("other").unwrap();
            w.create_index(Some(first), people, vec![other]).unwrap();
        }
        let name = w.create_index(None, people, vec![key]).unwrap();
        let again = w.create_index(None, people, vec![key]);
        assert_eq!(again, Err(StoreError::IndexExists(name.to_string())));
        name
    };
    let name = invented(None);
    assert_eq!(name, invented(None));
    assert_ne!(name, invented(Some(&name)));
}

fn any_value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        (-3_i64..3).prop_map(Value::from),
        prop_oneof![Just(-0.0), Just(1.0), Just(1.5), Just(f64::NAN), Just(f64::INFINITY)]
            .prop_map(Value::from),
        Just(Value::from(i64::MAX)),
        prop::sample::select(vec!["", "a", "ab", "abc", "b", "1"]).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        (0_i64..3).prop_map(|days| Value::Date(Date { days })),
        (0_i64..2).prop_map(|days| Value::Duration(Arc::new(Duration {
            months: 0,
            days,
            seconds: 0,
            nanos: 0,
        }))),
    ];
    let item = prop_oneof![Just(Value::Null), scalar.clone()];
    prop_oneof![scalar, prop::collection::vec(item, 0..3).prop_map(Value::from)]
}

proptest! {
    /// Whatever a predicate keeps, a seek finds; and what it finds is of the right kind.
    #[test]
    fn a_seek_finds_what_a_filter_keeps(
        values in prop::collection::vec((any_value(), prop::option::of(any_value())), 0..12),
        wanted in any_value(),
        second in any_value(),
        composite in any::<bool>(),
    ) {
        let mut w = writer();
        let people = label(&mut w, "Person");
        let (a, b) = (w.key("a").unwrap(), w.key("b").unwrap());
        let keys = if composite { vec![a, b] } else { vec![a] };
        w.create_index(Some("index"), people, keys).unwrap();
        for (first, other) in &values {
            let other = other.clone().unwrap_or_default();
            w.create_node(["Person"], [("a", first.clone()), ("b", other)]).unwrap();
        }
        let graph = w.view();
        let index = graph.index("index").unwrap();
        let seek = |query: &IndexQuery| {
            let mut found: Vec<Endpoint> = graph.seek(index, query).collect();
            found.sort();
            found
        };
        let keep = |test: &dyn Fn(&Value, &Value) -> bool| -> Vec<Endpoint> {
            let element = |id: usize| Endpoint::Node(NodeId(id as u32));
            let kept = values.iter().enumerate().filter(|(_, (first, other))| {
                test(first, other.as_ref().unwrap_or(&Value::Null))
            });
            kept.map(|(id, _)| element(id)).collect()
        };
        let holds = |query: IndexQuery, kept: Vec<Endpoint>| {
            let found = seek(&query);
            kept.iter().all(|element| found.contains(element))
        };
        let equal = IndexQuery { equal: vec![wanted.clone()], then: None };
        prop_assert!(holds(equal, keep(&|v, _| equals(v, &wanted) == Some(true))));
        let between = |low, high| IndexQuery {
            equal: Vec::new(),
            then: Some(KeyRange::Between(low, high)),
        };
        let below = between(Bound::Unbounded, Bound::Excluded(wanted.clone()));
        let of_kind = |found: &Endpoint| {
            class_order(&graph.property(*found, a), &wanted).is_eq()
        };
        prop_assert!(seek(&below).iter().all(of_kind));
        prop_assert!(holds(below, keep(&|v, _| less_than(v, &wanted) == Some(true))));
        let from = between(Bound::Included(wanted.clone()), Bound::Unbounded);
        prop_assert!(seek(&from).iter().all(of_kind));
        prop_assert!(holds(from, keep(&|v, _| greater_or_equal(v, &wanted) == Some(true))));
        let within = between(Bound::Included(second.clone()), Bound::Excluded(wanted.clone()));
        let kept = keep(&|v, _| {
            greater_or_equal(v, &second) == Some(true) && less_than(v, &wanted) == Some(true)
        });
        prop_assert!(holds(within, kept));
        let present = IndexQuery { equal: Vec::new(), then: Some(KeyRange::Present) };
        prop_assert_eq!(seek(&present), keep(&|_, _| true));
        let prefix = IndexQuery { equal: Vec::new(), then: Some(KeyRange::Prefix("a".into())) };
        let begins = |v: &Value| v.as_str().is_some_and(|text| text.starts_with('a'));
        prop_assert_eq!(seek(&prefix), keep(&|v, _| begins(v)));
        if composite {
            let both = IndexQuery { equal: vec![wanted.clone(), second.clone()], then: None };
            let kept = keep(&|v, other| {
                equals(v, &wanted) == Some(true) && equals(other, &second) == Some(true)
            });
            prop_assert!(holds(both, kept));
            let then = IndexQuery { equal: vec![wanted.clone()], then: Some(KeyRange::Present) };
            let found = seek(&then);
            prop_assert!(found.iter().all(|found| !graph.property(*found, b).is_null()));
            let kept = keep(&|v, other| {
                equals(v, &wanted) == Some(true) && !other.is_null()
            });
            prop_assert!(holds(then, kept));
        }
    }
}
