//! Views on small graphs, and the laws that they obey on random ones.

use super::*;
use crate::store::{Direction, Writer};
use crate::value::Date;
use proptest::prelude::*;
use std::sync::Arc;

fn text(value: &str) -> Value {
    Value::String(value.into())
}

fn node(writer: &mut Writer, name: &str) -> NodeId {
    writer.create_node(["Thing"], [("name", text(name))]).unwrap()
}

fn relate(
    writer: &mut Writer,
    kind: &str,
    start: NodeId,
    end: Endpoint,
    properties: &[(&str, Value)],
) -> RelationshipId {
    let properties = properties.iter().cloned();
    writer.create_relationship(kind, Endpoint::Node(start), end, properties).unwrap()
}

fn relationships(graph: &Graph) -> Vec<u32> {
    graph.relationship_chunks(None).flat_map(|found| found.ids().collect::<Vec<_>>()).collect()
}

fn according_to(claimants: &[NodeId]) -> View {
    let claimants = claimants.to_vec();
    View {
        according_to: Some(Perspective { claimants, ..Perspective::default() }),
        ..View::default()
    }
}

/// a says that b broke the deal, b says that a did and denies the other; media report a's.
fn quarrel() -> (Arc<Graph>, [NodeId; 4], [RelationshipId; 8]) {
    let mut writer = Writer::new(Arc::default());
    let [a, b, media, deal] = ["a", "b", "media", "deal"].map(|name| node(&mut writer, name));
    let target = Endpoint::Node(deal);
    let made = relate(&mut writer, "MADE", a, target, &[]);
    let by_b = relate(&mut writer, "BROKE", b, target, &[]);
    let by_a = relate(&mut writer, "BROKE", a, target, &[]);
    let on = Endpoint::Relationship;
    let c1 = relate(&mut writer, ASSERTS, a, on(by_b), &[]);
    let c2 = relate(&mut writer, ASSERTS, b, on(by_a), &[("confidence", Value::Float(0.5))]);
    let c3 = relate(&mut writer, DENIES, b, on(by_b), &[]);
    let report = relate(&mut writer, ASSERTS, media, on(c1), &[]);
    let cited = relate(&mut writer, "CITED_IN", media, on(report), &[]);
    let ids = [made, by_b, by_a, c1, c2, c3, report, cited];
    (writer.finish().0, [a, b, media, deal], ids)
}

#[test]
fn each_side_sees_what_it_says() {
    let (graph, [a, b, media, _], [made, by_b, by_a, c1, c2, c3, report, cited]) = quarrel();
    let ids = |list: &[RelationshipId]| {
        let mut list: Vec<u32> = list.iter().map(|id| id.0).collect();
        list.sort_unstable();
        list
    };
    let seen = |view: &View| relationships(&graph.seen(view).unwrap());
    // The claim of a is itself asserted by the media alone: a's own view has not that report.
    assert_eq!(seen(&according_to(&[a])), ids(&[made, by_b, c3]));
    assert_eq!(seen(&according_to(&[b])), ids(&[made, by_a, c2]));
    assert_eq!(seen(&according_to(&[media])), ids(&[made]));
    assert_eq!(seen(&according_to(&[a, media])), ids(&[made, by_b, c1, c3, report, cited]));
    assert_eq!(seen(&View { undisputed: true, ..View::default() }), ids(&[made, by_a, c2]));
    let mut strictly = according_to(&[b]);
    strictly.according_to.as_mut().unwrap().strictly = true;
    assert_eq!(seen(&strictly), ids(&[by_a]));
    let mut confident = according_to(&[b]);
    confident.according_to.as_mut().unwrap().confidence = Some(0.7);
    assert_eq!(seen(&confident), ids(&[made]));
    let found = graph.seen(&according_to(&[a])).unwrap();
    assert_eq!(found.relationship_count(), 3);
    assert_eq!(found.degree(Endpoint::Relationship(by_b), Direction::Incoming), 1);
    assert_eq!(found.degree(Endpoint::Node(a), Direction::Outgoing), 1);
    assert!(!found.contains_relationship(by_a) && graph.contains_relationship(by_a));
}

#[test]
fn a_part_knows_which_labels_all_ends_have() {
    let (graph, [_, b, ..], _) = quarrel();
    let mut writer = Writer::new(graph);
    let other = writer.create_node(["Other"], [("name", text("other"))]).unwrap();
    let hers = relate(&mut writer, "MADE", other, Endpoint::Node(b), &[]);
    relate(&mut writer, DENIES, other, Endpoint::Relationship(hers), &[]);
    let whole = writer.finish().0;
    let part = whole.seen(&according_to(&[other])).unwrap();
    let (thing, catalog) = (whole.catalog().label_id("Thing").unwrap(), whole.catalog());
    let kinds = ["BROKE", "MADE"].map(|kind| catalog.type_id(kind).unwrap());
    for (graph, shown) in [(&*whole, [2, 2]), (&part, [0, 1])] {
        let statistics = graph.statistics();
        assert_eq!(kinds.map(|kind| statistics.relationships_of_type(kind)), shown);
        // One of those that were made starts elsewhere, hidden or not.
        let all = |kind| statistics.all_at_label(thing, kind, Direction::Outgoing);
        assert_eq!(kinds.map(all), [true, false]);
        let all = |kind| statistics.all_at_label(thing, kind, Direction::Incoming);
        assert_eq!(kinds.map(all), [true, true]);
    }
}

#[test]
fn validity_is_half_open() {
    let mut writer = Writer::new(Arc::default());
    let day = |days: i64| Value::Date(Date { days });
    let from = writer.create_node(["T"], [("valid_from", day(10)), ("valid_to", day(20))]).unwrap();
    let always = node(&mut writer, "always");
    relate(&mut writer, "R", always, Endpoint::Node(from), &[]);
    let (graph, _) = writer.finish();
    let nodes = |days: i64| {
        let as_of = Moment::of(&day(days));
        let seen = graph.seen(&View { as_of, ..View::default() }).unwrap();
        (seen.node_count(), seen.relationship_count())
    };
    assert_eq!([9, 10, 19, 20].map(nodes), [(1, 0), (2, 1), (2, 1), (1, 0)]);
    let mut writer = Writer::new(graph);
    let key = "valid_to";
    let _bad = writer.create_node(["T"], [(key, text("tomorrow"))]).unwrap();
    let (graph, _) = writer.finish();
    let error = graph.seen(&View { as_of: Some(Moment(0)), ..View::default() }).unwrap_err();
    assert_eq!(error.to_string(), "`valid_to` of node 2 is 'tomorrow', not a date or a datetime");
}

#[test]
fn the_best_hides_what_is_worse() {
    let mut writer = Writer::new(Arc::default());
    let [city, x, y, z, who] = ["city", "x", "y", "z", "who"].map(|name| node(&mut writer, name));
    let rank = |rank: &str| [("rank", text(rank))];
    let on = Endpoint::Relationship;
    let mayors = [x, y, z].map(|who| relate(&mut writer, "MAYOR", city, Endpoint::Node(who), &[]));
    relate(&mut writer, ASSERTS, who, on(mayors[0]), &rank("preferred"));
    relate(&mut writer, ASSERTS, who, on(mayors[1]), &[]);
    let other = relate(&mut writer, "NEAR", city, Endpoint::Node(x), &rank("deprecated"));
    let kept = relate(&mut writer, "NEAR", city, Endpoint::Node(y), &[]);
    let (graph, _) = writer.finish();
    let seen = graph.seen(&View { best: true, ..View::default() }).unwrap();
    let here = |id| seen.contains_relationship(id);
    assert_eq!(mayors.map(here), [true, false, false]);
    assert_eq!([other, kept].map(here), [false, true]);
}

/// What a view leaves in, by the definition, element by element.
fn is_there(graph: &Graph, view: &View, element: Endpoint) -> bool {
    let said = |by: Option<NodeId>, kind: &str| {
        graph
            .related(element, kind, true)
            .iter()
            .any(|&(who, _)| by.is_none_or(|by| who == Endpoint::Node(by)))
    };
    let background = !said(None, ASSERTS) && !said(None, DENIES);
    let holds = view.according_to.as_ref().is_none_or(|perspective| {
        let relationship = matches!(element, Endpoint::Relationship(_));
        (background && !(perspective.strictly && relationship))
            || perspective
                .claimants
                .iter()
                .any(|&who| said(Some(who), ASSERTS) && !said(Some(who), DENIES))
    });
    let bound = |name: &str| {
        graph.catalog().key_id(name).and_then(|key| Moment::of(&graph.property(element, key)))
    };
    let valid = view.as_of.is_none_or(|moment| {
        bound("valid_from").is_none_or(|from| from <= moment)
            && bound("valid_to").is_none_or(|to| moment < to)
    });
    let ends = match element {
        Endpoint::Node(_) => true,
        Endpoint::Relationship(id) => graph.relationship(id).is_some_and(|record| {
            [record.start, record.end].into_iter().all(|end| is_there(graph, view, end))
        }),
    };
    holds && valid && ends && !(view.undisputed && said(None, DENIES))
}

prop_compose! {
    /// A graph of some nodes and of relationships between any of what came before.
    fn graphs()(
        nodes in proptest::collection::vec((0u8..6, 0u8..6), 1..6),
        edges in proptest::collection::vec((0u8..4, any::<u8>(), any::<u8>(), 0u8..6, 0u8..6), 0..24),
        gone in proptest::collection::vec(any::<u8>(), 0..3),
    ) -> Arc<Graph> {
        let mut writer = Writer::new(Arc::default());
        let day = |days: u8| if days == 0 { Value::Null } else { Value::Date(Date { days: i64::from(days) }) };
        let validity = |from, to| [("valid_from", day(from)), ("valid_to", day(to))];
        let mut elements: Vec<Endpoint> = nodes
            .iter()
            .map(|&(from, to)| Endpoint::Node(writer.create_node(["N"], validity(from, to)).unwrap()))
            .collect();
        let mut last = Vec::new();
        for (kind, start, end, from, to) in edges {
            let kind = [ASSERTS, DENIES, "KNOWS", "LIKES"][usize::from(kind)];
            let start = elements[usize::from(start) % nodes.len()];
            let end = elements[usize::from(end) % elements.len()];
            let made = writer.create_relationship(kind, start, end, validity(from, to)).unwrap();
            elements.push(Endpoint::Relationship(made));
            last.push(made);
        }
        for place in gone {
            if let Some(&relationship) = last.get(usize::from(place)) {
                let _ = writer.delete_relationship(relationship);
            }
        }
        writer.finish().0
    }
}

prop_compose! {
    fn views()(
        who in proptest::option::of(proptest::collection::vec(0u32..5, 0..3)),
        strictly in any::<bool>(),
        undisputed in any::<bool>(),
        day in proptest::option::of(0i128..7),
    ) -> View {
        View {
            according_to: who.map(|who| Perspective {
                claimants: who.into_iter().map(NodeId).collect(),
                strictly,
                confidence: None,
            }),
            undisputed,
            as_of: day.map(|day| Moment(day * 86_400_000_000_000)),
            best: false,
        }
    }
}

/// Everything of a version that can be counted two ways, both ways.
fn assert_consistent(graph: &Graph) {
    let nodes: Vec<u32> =
        graph.node_chunks(None).flat_map(|found| found.ids().collect::<Vec<_>>()).collect();
    assert_eq!(nodes.len() as u64, graph.node_count());
    let label = graph.catalog().label_id("N").unwrap();
    assert_eq!(graph.statistics().nodes_with_label(label), nodes.len() as u64);
    let all = relationships(graph);
    assert_eq!(all.len() as u64, graph.relationship_count());
    for direction in [Direction::Outgoing, Direction::Incoming] {
        let mut met: Vec<u32> = Vec::new();
        let keys = nodes
            .iter()
            .map(|&id| Endpoint::Node(NodeId(id)))
            .chain(all.iter().map(|&id| Endpoint::Relationship(RelationshipId(id))));
        for key in keys {
            let found: Vec<u32> =
                graph.relationships_at(key, direction).map(|(_, id)| id.0).collect();
            assert_eq!(found.len(), graph.degree(key, direction));
            met.extend(found);
        }
        met.sort_unstable();
        assert_eq!(met, all);
    }
    for kind in 0..4 {
        let kind = TypeId(kind);
        let counted =
            graph.relationship_chunks(Some(kind)).map(|found| found.ids().count()).sum::<usize>();
        assert_eq!(graph.statistics().relationships_of_type(kind), counted as u64);
    }
}

proptest! {
    #[test]
    fn a_view_shows_what_its_definition_says(graph in graphs(), view in views()) {
        let seen = graph.seen(&view).unwrap();
        assert_consistent(&seen);
        assert_consistent(&seen.renewed());
        for found in graph.node_chunks(None) {
            for id in found.ids() {
                let element = Endpoint::Node(NodeId(id));
                prop_assert_eq!(seen.contains(element), is_there(&graph, &view, element));
            }
        }
        for id in relationships(&graph) {
            let element = Endpoint::Relationship(RelationshipId(id));
            prop_assert_eq!(seen.contains(element), is_there(&graph, &view, element));
        }
    }

    #[test]
    fn nobody_sees_the_background(graph in graphs()) {
        // Where nobody claims anything, according to nobody everything is there.
        let seen = graph.seen(&according_to(&[])).unwrap();
        let claims = [ASSERTS, DENIES].iter().any(|kind| {
            graph.catalog().type_id(kind).is_some_and(|id| graph.statistics().relationships_of_type(id) > 0)
        });
        if !claims {
            prop_assert_eq!(relationships(&seen), relationships(&graph));
        }
        prop_assert_eq!(relationships(&graph.seen(&View::default()).unwrap()), relationships(&graph));
    }
}
