//! Strategies that make values, for the property tests of this room and of others.

use proptest::prelude::*;

use super::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, NodeId, RelationshipId, Time, Value,
};

/// Any value: few distinct scalars, so that equal ones meet, nested two deep.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    any_scalar().prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[ab]", inner), 0..3).prop_map(|entries| {
                entries.into_iter().map(|(k, v)| (k.into(), v)).collect::<super::Map>().into()
            }),
        ]
    })
}

/// Any value without parts.
pub(crate) fn any_scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-2i64..3).prop_map(Value::from),
        prop::sample::select(vec![i64::MIN, i64::MAX, (1 << 53) + 1, 1 << 53])
            .prop_map(Value::from),
        prop::sample::select(vec![
            -1.5,
            -0.0,
            0.0,
            1.0,
            f64::NAN,
            f64::INFINITY,
            9_007_199_254_740_992.0,
            1e300
        ])
        .prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        (0u32..3).prop_map(|id| Value::Node(NodeId(id))),
        (0u32..3).prop_map(|id| Value::Relationship(RelationshipId(id))),
        (-2i64..3).prop_map(|days| Date { days }.into()),
        (0i64..3).prop_map(|nanos| LocalTime { nanos }.into()),
        (0i64..3, -1i32..2).prop_map(|(nanos, offset)| Time { nanos, offset }.into()),
        (-2i64..3, 0u32..2).prop_map(|(seconds, nanos)| LocalDateTime { seconds, nanos }.into()),
        (-2i64..3, -1i32..2).prop_map(|(seconds, offset)| {
            DateTime { local: LocalDateTime { seconds, nanos: 0 }, offset, zone: None }.into()
        }),
        (-1i64..2, -30i64..31, -1i64..2).prop_map(|(months, days, seconds)| Duration {
            months,
            days,
            seconds,
            nanos: 0
        }
        .into()),
    ]
}
