//! Statements about the schema: what is senseless in them, and what they define.

use super::contradiction::check_contradiction;
use super::{Bound, Environment};
use crate::syntax::ast::{
    Demand, EdgeEnd, EdgePattern, EndKind, IndexKind, SchemaName, SchemaProperty, SchemaStatement,
    SchemaTarget, TypeAlternative, TypeName, ValueType,
};
use crate::syntax::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::syntax::{print_contradiction, print_name};
use crate::value::{ErrorCode, PropertyType, ScalarType};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// A change of the schema, by names.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What is defined or dropped.
    pub kind: DefinitionKind,
    /// That it is there already, or is not there, is no failure.
    pub lenient: bool,
    /// The place of its name, or of what it is about where it has none.
    pub span: Span,
}

/// The changes of the schema.
#[derive(Clone, Debug)]
pub enum DefinitionKind {
    /// A new index.
    CreateIndex {
        /// Its name; without one it gets one.
        name: Option<DefinitionName>,
        /// The elements that it holds.
        on: Elements,
    },
    /// An index goes.
    DropIndex(DefinitionName),
    /// A new constraint.
    CreateConstraint {
        /// Its name; without one it gets one.
        name: Option<DefinitionName>,
        /// The elements that it is about.
        on: Elements,
        /// What it demands.
        demand: BoundDemand,
    },
    /// A constraint goes.
    DropConstraint(DefinitionName),
    /// What the relationships of a type may connect.
    CreateEdgeType {
        /// The relationship type.
        label: Arc<str>,
        /// Start and end, in alternatives.
        alternatives: Vec<(BoundEnd, BoundEnd)>,
        /// Takes the place of the one that is there.
        replace: bool,
    },
    /// The relationships of a type may connect anything again.
    DropEdgeType(Arc<str>),
    /// A new contradiction.
    CreateContradiction {
        /// Its name; without one it gets one.
        name: Option<DefinitionName>,
        /// What it is about, as it stands behind FOR.
        pattern: Arc<str>,
    },
    /// A contradiction goes.
    DropContradiction(DefinitionName),
}

impl DefinitionKind {
    /// The name of the index, the constraint or the contradiction that it is about, where it gives one.
    pub fn name(&self) -> Option<&DefinitionName> {
        match self {
            DefinitionKind::CreateIndex { name, .. }
            | DefinitionKind::CreateConstraint { name, .. }
            | DefinitionKind::CreateContradiction { name, .. } => name.as_ref(),
            DefinitionKind::DropIndex(name)
            | DefinitionKind::DropConstraint(name)
            | DefinitionKind::DropContradiction(name) => Some(name),
            DefinitionKind::CreateEdgeType { .. } | DefinitionKind::DropEdgeType(_) => None,
        }
    }
}

/// The name of an index, a constraint or a contradiction.
#[derive(Clone, Debug)]
pub enum DefinitionName {
    /// As it is written.
    Written(Arc<str>),
    /// What the parameter of this name holds when the statement runs.
    Parameter(Arc<str>),
}

impl DefinitionName {
    fn of(name: &SchemaName) -> Self {
        match name {
            SchemaName::Written(name) => DefinitionName::Written(name.text.clone()),
            SchemaName::Parameter(name) => DefinitionName::Parameter(name.text.clone()),
        }
    }
}

/// The elements, and their properties, that an index or a constraint is about.
#[derive(Clone, Debug)]
pub struct Elements {
    /// Nodes with a label, or relationships of a type.
    pub kind: EndKind,
    /// The label or the type.
    pub label: Arc<str>,
    /// The property keys: at least one, none twice.
    pub keys: Vec<Arc<str>>,
}

/// What a constraint demands.
#[derive(Clone, Debug)]
pub enum BoundDemand {
    /// No two elements have the same values.
    Unique,
    /// All properties are there, and no two elements have the same values.
    Key,
    /// All properties are there.
    Exists,
    /// The properties that are there are of one of these types.
    Type(Vec<PropertyType>),
}

/// An end of an edge type: a node with all labels, or a relationship of one of the types.
#[derive(Clone, Debug)]
pub struct BoundEnd {
    /// Node or relationship.
    pub kind: EndKind,
    /// The labels or types; any where none is named.
    pub names: Vec<Arc<str>>,
}

/// Binds a statement about the schema; gives warnings beside.
///
/// # Errors
/// What it says makes no sense, whatever the graph holds.
pub fn bind_schema(
    statement: &SchemaStatement,
    environment: &dyn Environment,
) -> Result<(Definition, Vec<Diagnostic>), Diagnostics> {
    let mut warnings = Vec::new();
    let named = |name: &Option<SchemaName>, target: &SchemaTarget| {
        name.as_ref().map_or(target.span, SchemaName::span)
    };
    let (kind, lenient, span) = match statement {
        SchemaStatement::CreateIndex { kind, name, if_not_exists, target, properties } => {
            if *kind == IndexKind::Text {
                warnings.push(text_index(target.span));
            }
            let on = elements(target, properties)?;
            let kind =
                DefinitionKind::CreateIndex { name: name.as_ref().map(DefinitionName::of), on };
            (kind, *if_not_exists, named(name, target))
        }
        SchemaStatement::DropIndex { name, if_exists } => {
            (DefinitionKind::DropIndex(DefinitionName::of(name)), *if_exists, name.span())
        }
        SchemaStatement::CreateConstraint { name, if_not_exists, target, properties, demand } => {
            let on = elements(target, properties)?;
            let demand = match demand {
                Demand::Unique => BoundDemand::Unique,
                Demand::Key => BoundDemand::Key,
                Demand::Exists => BoundDemand::Exists,
                Demand::Type(of, span) => BoundDemand::Type(property_types(of, *span)?),
            };
            let own = name.as_ref().map(DefinitionName::of);
            let kind = DefinitionKind::CreateConstraint { name: own, on, demand };
            (kind, *if_not_exists, named(name, target))
        }
        SchemaStatement::DropConstraint { name, if_exists } => {
            (DefinitionKind::DropConstraint(DefinitionName::of(name)), *if_exists, name.span())
        }
        SchemaStatement::CreateEdgeType { replace, if_not_exists, alternatives } => {
            let (kind, span) = edge_type(alternatives, *replace)?;
            (kind, *if_not_exists, span)
        }
        SchemaStatement::DropEdgeType { name, if_exists } => {
            (DefinitionKind::DropEdgeType(name.text.clone()), *if_exists, name.span)
        }
        SchemaStatement::CreateContradiction { name, if_not_exists, rule } => {
            warnings.extend(check_contradiction(rule, environment)?);
            let pattern = print_contradiction(rule).into();
            let span = name.as_ref().map_or(rule.span, SchemaName::span);
            let name = name.as_ref().map(DefinitionName::of);
            (DefinitionKind::CreateContradiction { name, pattern }, *if_not_exists, span)
        }
        SchemaStatement::DropContradiction { name, if_exists } => {
            (DefinitionKind::DropContradiction(DefinitionName::of(name)), *if_exists, name.span())
        }
    };
    Ok((Definition { kind, lenient, span }, warnings))
}

pub(super) fn senseless(message: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::syntax(ErrorCode::InvalidSchemaDefinition, message, span)
}

fn text_index(span: Span) -> Diagnostic {
    let message = "a text index is kept in order, as every index is";
    Diagnostic::warning(ErrorCode::IndexKindIgnored, message, span).with_help(
        "it finds `=`, ranges and STARTS WITH; ENDS WITH and CONTAINS search without an index",
    )
}

fn elements(target: &SchemaTarget, properties: &[SchemaProperty]) -> Bound<Elements> {
    let mut keys: Vec<Arc<str>> = Vec::with_capacity(properties.len());
    let mut known: HashSet<&str> = HashSet::with_capacity(properties.len());
    for SchemaProperty { variable, key } in properties {
        if variable.text != target.variable.text {
            let message = format!("variable `{}` is not defined", variable.text);
            let help =
                format!("write `{}.{}`", print_name(&target.variable.text), print_name(&key.text));
            let error = Diagnostic::syntax(ErrorCode::UndefinedVariable, message, variable.span);
            return Err(error
                .with_help(help)
                .with_related(target.span, "this is what it is about"));
        }
        if !known.insert(&key.text) {
            let message = format!("the property `{}` stands here twice", key.text);
            return Err(senseless(message, key.span).with_help("leave one of them out"));
        }
        keys.push(key.text.clone());
    }
    Ok(Elements { kind: target.kind, label: target.label.text.clone(), keys })
}

fn edge_type(alternatives: &[EdgePattern], replace: bool) -> Bound<(DefinitionKind, Span)> {
    let Some(first) = alternatives.first() else {
        return Err(senseless("an edge type says what relationships connect", Span::default()));
    };
    if let Some(other) = alternatives.iter().find(|edge| edge.label.text != first.label.text) {
        let message = "an edge type is about the relationships of one type";
        return Err(senseless(message, other.label.span)
            .with_related(first.label.span, "the first type")
            .with_help("write a statement for each relationship type"));
    }
    let label = first.label.text.clone();
    let pairs = alternatives.iter().map(|edge| (end(&edge.start), end(&edge.end))).collect();
    Ok((DefinitionKind::CreateEdgeType { label, alternatives: pairs, replace }, first.label.span))
}

/// An end; a name that is written twice counts once.
fn end(written: &EdgeEnd) -> BoundEnd {
    let mut known: HashSet<&str> = HashSet::with_capacity(written.names.len());
    let names = written.names.iter().filter(|name| known.insert(&name.text));
    BoundEnd { kind: written.kind, names: names.map(|name| name.text.clone()).collect() }
}

/// The types of property values that a type stands for.
fn property_types(of: &ValueType, span: Span) -> Bound<Vec<PropertyType>> {
    let mut types: Vec<PropertyType> = Vec::with_capacity(of.alternatives.len());
    for TypeAlternative { name, nullable } in &of.alternatives {
        if !nullable {
            let message = "a type constraint lets a property be absent";
            return Err(senseless(message, span).with_help(
                "leave out NOT NULL here, and add a constraint `REQUIRE … IS NOT NULL`",
            ));
        }
        let one = match name {
            TypeName::List(elements) => list_type(elements, span)?,
            name => PropertyType::Scalar(scalar_type(name, span)?),
        };
        if !types.contains(&one) {
            types.push(one);
        }
    }
    Ok(types)
}

/// `LIST<A | B>`; of any elements where none are named.
fn list_type(elements: &ValueType, span: Span) -> Bound<PropertyType> {
    let any = |name: &TypeName| matches!(name, TypeName::Any | TypeName::PropertyValue);
    let nulls = elements.alternatives.iter().any(|one| one.nullable);
    let mut kinds: Vec<ScalarType> = Vec::new();
    for TypeAlternative { name, .. } in &elements.alternatives {
        let these =
            if any(name) { ScalarType::ALL.to_vec() } else { vec![scalar_type(name, span)?] };
        for one in these {
            if !kinds.contains(&one) {
                kinds.push(one);
            }
        }
    }
    Ok(PropertyType::List { elements: kinds, nulls })
}

fn scalar_type(name: &TypeName, span: Span) -> Bound<ScalarType> {
    Ok(match name {
        TypeName::Boolean => ScalarType::Boolean,
        TypeName::String => ScalarType::String,
        TypeName::Integer => ScalarType::Integer,
        TypeName::Float => ScalarType::Float,
        TypeName::Date => ScalarType::Date,
        TypeName::LocalTime => ScalarType::LocalTime,
        TypeName::ZonedTime => ScalarType::ZonedTime,
        TypeName::LocalDateTime => ScalarType::LocalDateTime,
        TypeName::ZonedDateTime => ScalarType::ZonedDateTime,
        TypeName::Duration => ScalarType::Duration,
        TypeName::Any | TypeName::PropertyValue => {
            let message = format!("`{name}` demands nothing of a property");
            return Err(senseless(message, span).with_help("name the types, as `STRING | INTEGER`"));
        }
        TypeName::List(_) => {
            let message = "a list in a list cannot be a property";
            return Err(senseless(message, span));
        }
        TypeName::Nothing
        | TypeName::Null
        | TypeName::Map
        | TypeName::Node
        | TypeName::Relationship
        | TypeName::Path => {
            let message = format!("no property can be of type `{name}`");
            return Err(senseless(message, span).with_help(
                "properties are booleans, numbers, strings, temporal values, and lists of these",
            ));
        }
    })
}

impl fmt::Display for DefinitionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DefinitionName::Written(name) => f.write_str(&print_name(name)),
            DefinitionName::Parameter(name) => write!(f, "${}", print_name(name)),
        }
    }
}

impl fmt::Display for Elements {
    /// `(:Person) name, born` or `[:HOLDS] since`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = BoundEnd { kind: self.kind, names: vec![self.label.clone()] };
        let keys: Vec<_> = self.keys.iter().map(|key| print_name(key)).collect();
        write!(f, "{end} {}", keys.join(", "))
    }
}

impl fmt::Display for BoundEnd {
    /// `(:A&B)` or `[:R|S]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.names.iter().map(|name| print_name(name)).collect();
        let colon = if names.is_empty() { "" } else { ":" };
        match self.kind {
            EndKind::Node => write!(f, "({colon}{})", names.join("&")),
            EndKind::Relationship => write!(f, "[{colon}{}]", names.join("|")),
        }
    }
}

impl fmt::Display for BoundDemand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BoundDemand::Unique => f.write_str("IS UNIQUE"),
            BoundDemand::Key => f.write_str("IS KEY"),
            BoundDemand::Exists => f.write_str("IS NOT NULL"),
            BoundDemand::Type(types) => {
                let names: Vec<String> = types.iter().map(ToString::to_string).collect();
                write!(f, "IS :: {}", names.join(" | "))
            }
        }
    }
}

impl fmt::Display for DefinitionKind {
    /// As it stands in a plan: `CreateIndex by_name (:Person) name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |name: &Option<DefinitionName>| {
            name.as_ref().map(|name| format!(" {name}")).unwrap_or_default()
        };
        match self {
            DefinitionKind::CreateIndex { name, on } => {
                write!(f, "CreateIndex{} {on}", named(name))
            }
            DefinitionKind::CreateConstraint { name, on, demand } => {
                write!(f, "CreateConstraint{} {on} {demand}", named(name))
            }
            DefinitionKind::CreateEdgeType { label, alternatives, .. } => {
                let label = print_name(label);
                let pairs: Vec<String> = alternatives
                    .iter()
                    .map(|(start, end)| format!("{start}-[:{label}]->{end}"))
                    .collect();
                write!(f, "CreateEdgeType {}", pairs.join(", "))
            }
            DefinitionKind::DropIndex(name) => write!(f, "DropIndex {name}"),
            DefinitionKind::DropConstraint(name) => write!(f, "DropConstraint {name}"),
            DefinitionKind::DropEdgeType(name) => write!(f, "DropEdgeType {}", print_name(name)),
            DefinitionKind::CreateContradiction { name, pattern } => {
                write!(f, "CreateContradiction{} {pattern}", named(name))
            }
            DefinitionKind::DropContradiction(name) => write!(f, "DropContradiction {name}"),
        }
    }
}
