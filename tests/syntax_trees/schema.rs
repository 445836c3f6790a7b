//! Random statements about the schema, and random COPYs.

use super::{NOWHERE, expression, name, names, part, value_type};
use dossier::syntax::ast::*;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Names that mean something where indexes and constraints are named.
fn schema_name() -> impl Strategy<Value = Name> {
    let words = select(vec!["if", "IF", "for", "on", "index", "exists", "not", "require"]);
    let words = words.prop_map(|text| Name { text: text.into(), span: NOWHERE });
    prop_oneof![name(), words]
}

/// The name of an index or a constraint.
fn own_name() -> impl Strategy<Value = SchemaName> {
    prop_oneof![
        3 => schema_name().prop_map(SchemaName::Written),
        1 => name().prop_map(SchemaName::Parameter),
    ]
}

fn end_kind() -> impl Strategy<Value = EndKind> {
    select(vec![EndKind::Node, EndKind::Relationship])
}

fn target() -> impl Strategy<Value = SchemaTarget> {
    (end_kind(), schema_name(), schema_name()).prop_map(|(kind, variable, label)| SchemaTarget {
        kind,
        variable,
        label,
        span: NOWHERE,
    })
}

fn properties() -> impl Strategy<Value = Vec<SchemaProperty>> {
    let one = (schema_name(), schema_name());
    vec(one.prop_map(|(variable, key)| SchemaProperty { variable, key }), 1..4)
}

fn edge_end() -> impl Strategy<Value = EdgeEnd> {
    (end_kind(), names(0..3)).prop_map(|(kind, names)| EdgeEnd { kind, names })
}

fn copy_scalar() -> impl Strategy<Value = CopyValueKind> {
    prop_oneof![
        1 => any::<bool>().prop_map(CopyValueKind::Boolean),
        1 => (0..i64::MAX).prop_map(CopyValueKind::Integer),
        3 => "\\PC{0,6}".prop_map(|text| CopyValueKind::String(text.into())),
        1 => name().prop_map(|name| CopyValueKind::Parameter(name.text)),
    ]
}

fn copy_value() -> impl Strategy<Value = CopyValue> {
    let made = |kind| CopyValue { kind, span: NOWHERE };
    prop_oneof![
        4 => copy_scalar().prop_map(made),
        1 => vec(copy_scalar().prop_map(made), 0..3)
            .prop_map(move |items| made(CopyValueKind::List(items))),
    ]
}

/// A file, or a list of files.
fn copy_file(several: bool) -> impl Strategy<Value = CopyValue> {
    copy_value().prop_filter("no file", move |value| match value.kind {
        CopyValueKind::String(_) | CopyValueKind::Parameter(_) => true,
        CopyValueKind::List(_) => several,
        _ => false,
    })
}

fn copy_options() -> impl Strategy<Value = Vec<CopyOption>> {
    let one = (name(), option::of(copy_value()));
    vec(one.prop_map(|(name, value)| CopyOption { name, value }), 0..3)
}

pub(super) fn copy_to(query: impl Strategy<Value = Query>) -> impl Strategy<Value = CopyStatement> {
    (query.prop_map(CopyKind::To), copy_file(false), copy_options())
        .prop_map(|(kind, file, options)| CopyStatement { kind, file, options })
}

pub(super) fn copy_from() -> impl Strategy<Value = CopyStatement> {
    let relationships =
        (edge_end(), option::of(name()), edge_end()).prop_map(|(start, label, end)| {
            CopyTarget::Relationships { start, label, end, span: NOWHERE }
        });
    let target = prop_oneof![
        schema_name().prop_map(CopyTarget::Named),
        names(0..3).prop_map(|names| CopyTarget::Nodes(EdgeEnd { kind: EndKind::Node, names })),
        relationships,
    ];
    (target.prop_map(CopyKind::From), copy_file(true), copy_options())
        .prop_map(|(kind, file, options)| CopyStatement { kind, file, options })
}

pub(super) fn statement() -> impl Strategy<Value = SchemaStatement> {
    let kind = select(vec![IndexKind::Range, IndexKind::Text]);
    let declared = (option::of(own_name()), any::<bool>(), target(), properties()).boxed();
    let index = (kind, declared.clone()).prop_map(|(kind, declared)| {
        let (name, if_not_exists, target, properties) = declared;
        SchemaStatement::CreateIndex { kind, name, if_not_exists, target, properties }
    });
    let demand = prop_oneof![
        Just(Demand::Unique),
        Just(Demand::Key),
        Just(Demand::Exists),
        value_type().prop_map(|of| Demand::Type(of, NOWHERE)),
    ];
    let constraint = (declared, demand).prop_map(|(declared, demand)| {
        let (name, if_not_exists, target, properties) = declared;
        SchemaStatement::CreateConstraint { name, if_not_exists, target, properties, demand }
    });
    let edge = (edge_end(), name(), edge_end());
    let edge =
        edge.prop_map(|(start, label, end)| EdgePattern { start, label, end, span: NOWHERE });
    let edge_type = (0..3, vec(edge, 1..3)).prop_map(|(guard, alternatives)| {
        let (replace, if_not_exists) = (guard == 1, guard == 2);
        SchemaStatement::CreateEdgeType { replace, if_not_exists, alternatives }
    });
    let dropped = prop_oneof![
        (own_name(), any::<bool>())
            .prop_map(|(name, if_exists)| SchemaStatement::DropIndex { name, if_exists }),
        (own_name(), any::<bool>())
            .prop_map(|(name, if_exists)| SchemaStatement::DropConstraint { name, if_exists }),
        (own_name(), any::<bool>())
            .prop_map(|(name, if_exists)| SchemaStatement::DropContradiction { name, if_exists }),
        (schema_name(), any::<bool>())
            .prop_map(|(name, if_exists)| SchemaStatement::DropEdgeType { name, if_exists }),
    ];
    let inner = expression().boxed();
    let rule = (vec(part(inner.clone(), false), 1..3), option::of(inner));
    let rule = rule.prop_map(|(pattern, predicate)| ContradictionRule {
        pattern,
        predicate,
        span: NOWHERE,
    });
    let contradiction =
        (option::of(own_name()), any::<bool>(), rule).prop_map(|(name, if_not_exists, rule)| {
            SchemaStatement::CreateContradiction { name, if_not_exists, rule }
        });
    prop_oneof![index, constraint, edge_type, contradiction, dropped]
}
