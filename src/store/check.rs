//! Holding a graph to its schema.
//!
//! A statement may pass through states that the schema forbids (two nodes swap their
//! keys, a node is created and its property set after it); so what it touched is
//! checked once it is done, against the graph as it then is. What it did not touch
//! kept to the schema before and still does.

use super::schema::{Constraint, ConstraintKind, EdgeType, SchemaTarget};
use super::stop::Stop;
use super::{Change, Direction, Graph, KeyId, StoreError, Writer};
use crate::value::{Endpoint, NodeId, RelationshipId, Value};
use std::ops::Range;

/// Elements that a schema may have to look at again, ascending, each once.
#[derive(Default)]
struct Touched {
    /// Whose properties or labels are new.
    elements: Vec<Endpoint>,
    /// Relationships whose ends are new or have lost a label.
    connections: Vec<Endpoint>,
}

impl Writer {
    /// Holds what was changed since the last check to the schema. Whoever runs
    /// statements calls it at the end of each, and returns to a savepoint where it fails.
    ///
    /// # Errors
    /// [`StoreError::Violation`] names the rule, the element and its values;
    /// [`StoreError::Stopped`].
    ///
    /// # Complexity
    /// O(k log n) for k elements touched, and where a node with an edge type loses a
    /// label, its relationships.
    pub fn check(&mut self) -> Result<(), StoreError> {
        let from = std::mem::replace(&mut self.checked, self.changes.len());
        if self.graph.schema.is_empty() {
            return Ok(());
        }
        let touched = self.touched(from);
        for (place, &element) in touched.elements.iter().enumerate() {
            self.stop.check_at(place)?;
            for constraint in self.graph.constraints() {
                if self.graph.is_target(element, constraint.target) {
                    check_element(&self.graph, constraint, element)?;
                }
            }
        }
        for (place, &relationship) in touched.connections.iter().enumerate() {
            self.stop.check_at(place)?;
            check_connection(&self.graph, relationship)?;
        }
        Ok(())
    }

    /// What the changes from a place on have touched and not deleted since.
    fn touched(&self, from: usize) -> Touched {
        let mut touched = Touched::default();
        for change in self.changes.get(from..).unwrap_or_default() {
            touched.elements.extend(concerned(self.graph.constraints(), change));
            match change {
                Change::CreateRelationship { relationship, kind, .. }
                    if self.graph.edge_types().iter().any(|rule| rule.kind == *kind) =>
                {
                    touched.connections.push(Endpoint::Relationship(*relationship));
                }
                Change::MoveRelationship { relationship, .. } => {
                    touched.connections.push(Endpoint::Relationship(*relationship));
                }
                Change::RemoveLabel(node, _) if !self.graph.edge_types().is_empty() => {
                    let at =
                        |direction| self.graph.relationships_at(Endpoint::Node(*node), direction);
                    let attached = at(Direction::Outgoing).chain(at(Direction::Incoming));
                    touched.connections.extend(attached.map(|(_, id)| Endpoint::Relationship(id)));
                }
                _ => {}
            }
        }
        for elements in [&mut touched.elements, &mut touched.connections] {
            elements.sort_unstable();
            elements.dedup();
        }
        touched.elements.retain(|&element| self.graph.contains(element));
        touched.connections.retain(|&element| self.graph.contains(element));
        touched
    }
}

/// The element that some of these constraints have to look at again after a change, if any:
/// most changes are of what no rule is about.
fn concerned(constraints: &[Constraint], change: &Change) -> Option<Endpoint> {
    let about = |target| constraints.iter().any(|rule| rule.target == target);
    let (element, is_concerned) = match change {
        Change::CreateNode { node, labels, .. } => {
            let mut labels = labels.iter().map(|label| SchemaTarget::Label(*label));
            (Endpoint::Node(*node), labels.any(about))
        }
        Change::AddLabel(node, label) => {
            (Endpoint::Node(*node), about(SchemaTarget::Label(*label)))
        }
        Change::CreateRelationship { relationship, kind, .. } => {
            (Endpoint::Relationship(*relationship), about(SchemaTarget::Type(*kind)))
        }
        Change::SetProperty(element, key, _) => {
            let of_node = matches!(element, Endpoint::Node(_));
            let is_about = |rule: &Constraint| {
                matches!(rule.target, SchemaTarget::Label(_)) == of_node && rule.keys.contains(key)
            };
            (*element, constraints.iter().any(is_about))
        }
        _ => return None,
    };
    is_concerned.then_some(element)
}

impl Graph {
    /// Holds the elements with these ids, which are new, to the schema.
    ///
    /// # Errors
    /// [`StoreError::Violation`] names the rule, the element and its values.
    pub(super) fn check_added(
        &self,
        nodes: Range<u32>,
        relationships: Range<u32>,
    ) -> Result<(), StoreError> {
        if self.schema.is_empty() {
            return Ok(());
        }
        let (node_count, relationship_count) = (nodes.len(), relationships.len());
        let nodes = nodes.map(|id| Endpoint::Node(NodeId(id)));
        let relationships = relationships.map(|id| Endpoint::Relationship(RelationshipId(id)));
        // Those that have to be asked about each element of a kind, of which there are any.
        let rules = |of_nodes: bool, count: usize| -> Vec<&Constraint> {
            let is_about = |rule: &&Constraint| {
                count > 0 && matches!(rule.target, SchemaTarget::Label(_)) == of_nodes
            };
            let about = self.constraints().iter().filter(is_about);
            about.filter(|rule| !self.is_kept_by_all(rule)).collect()
        };
        let of_nodes = rules(true, node_count);
        let others = rules(false, relationship_count);
        let check = |element, constraints: &[&Constraint]| {
            constraints
                .iter()
                .filter(|constraint| self.is_target(element, constraint.target))
                .try_for_each(|constraint| check_element(self, constraint, element))
        };
        // Most graphs have rules for one kind of element, and there are many of the other.
        if !of_nodes.is_empty() {
            nodes.into_iter().try_for_each(|node| check(node, &of_nodes))?;
        }
        if !others.is_empty() {
            relationships.clone().try_for_each(|relationship| check(relationship, &others))?;
        }
        if self.edge_types().is_empty() {
            return Ok(());
        }
        relationships.into_iter().try_for_each(|relationship| check_connection(self, relationship))
    }
}

impl Graph {
    /// Whether the index of a constraint tells at once that nothing breaks it.
    fn is_kept_by_all(&self, constraint: &Constraint) -> bool {
        let index =
            self.index(&constraint.name).filter(|_| constraint.kind == ConstraintKind::Unique);
        let set = index.and_then(|index| self.index_set(index));
        set.is_some_and(|set| set.len() == set.distinct())
    }
}

/// Elements that are named at most where many break a new rule.
const NAMED: usize = 5;

/// Holds every element to a new constraint.
pub(super) fn check_constraint(
    graph: &Graph,
    constraint: &Constraint,
    stop: &Stop,
) -> Result<(), StoreError> {
    let check = |element| check_element(graph, constraint, element);
    check_all(graph.targets(constraint.target), check, stop)
}

/// Holds every relationship of its type to a new edge type.
pub(super) fn check_edge_type(
    graph: &Graph,
    edge: &EdgeType,
    stop: &Stop,
) -> Result<(), StoreError> {
    let check = |relationship| check_connection(graph, relationship);
    check_all(graph.targets(SchemaTarget::Type(edge.kind)), check, stop)
}

/// Tells of the first element that breaks a rule why, and of the others which they are.
fn check_all(
    elements: impl Iterator<Item = Endpoint>,
    check: impl Fn(Endpoint) -> Result<(), StoreError>,
    stop: &Stop,
) -> Result<(), StoreError> {
    let mut broken: Option<String> = None;
    let mut names = Vec::new();
    let mut unnamed = 0_u64;
    for (place, element) in elements.enumerate() {
        stop.check_at(place)?;
        match check(element) {
            Ok(()) => continue,
            Err(StoreError::Violation(text)) => _ = broken.get_or_insert(text),
            Err(error) => return Err(error),
        }
        if names.len() < NAMED {
            names.push(element_text(element));
        } else {
            unnamed += 1;
        }
    }
    let Some(mut text) = broken else { return Ok(()) };
    if names.len() > 1 {
        let more = if unnamed > 0 { format!(" and {unnamed} more") } else { String::new() };
        text.push_str(&format!("; the rule is broken by {}{more}", names.join(", ")));
    }
    Err(StoreError::Violation(text))
}

/// Holds an element that a constraint is about to it.
fn check_element(
    graph: &Graph,
    constraint: &Constraint,
    element: Endpoint,
) -> Result<(), StoreError> {
    if matches!(constraint.kind, ConstraintKind::Exists | ConstraintKind::Key) {
        for &key in &constraint.keys {
            if graph.property(element, key).is_null() {
                let what = format!("has no property {}", graph.quoted_key(key));
                return Err(violation(graph, constraint, element, &what));
            }
        }
    }
    if let ConstraintKind::Type(types) = &constraint.kind {
        for &key in &constraint.keys {
            let value = graph.property(element, key);
            if !value.is_null() && !types.iter().any(|kind| kind.accepts(&value)) {
                let names: Vec<String> = types.iter().map(ToString::to_string).collect();
                let what = format!(
                    "has {}, which is not {}",
                    values(graph, element, &constraint.keys),
                    names.join(" | ")
                );
                return Err(violation(graph, constraint, element, &what));
            }
        }
    }
    if constraint.kind.is_unique() {
        return check_unique(graph, constraint, element);
    }
    Ok(())
}

fn check_unique(
    graph: &Graph,
    constraint: &Constraint,
    element: Endpoint,
) -> Result<(), StoreError> {
    let Some(index) = graph.index(&constraint.name) else { return Ok(()) };
    let Some(value) = graph.index_entry(element, &constraint.keys) else { return Ok(()) };
    let several = constraint.keys.len() > 1;
    if let Value::List(parts) = &value
        && several
        && parts.iter().any(Value::is_null)
    {
        return Ok(());
    }
    match graph.alike(index, &value).find(|&other| other != element) {
        None => Ok(()),
        Some(other) => {
            let what = format!(
                "has {}, as {} has already",
                values(graph, element, &constraint.keys),
                element_text(other)
            );
            Err(violation(graph, constraint, element, &what))
        }
    }
}

/// Holds a relationship to the edge type of its type, if there is one.
fn check_connection(graph: &Graph, relationship: Endpoint) -> Result<(), StoreError> {
    let Endpoint::Relationship(id) = relationship else { return Ok(()) };
    let Some(record) = graph.relationship(id) else { return Ok(()) };
    let Some(edge) = graph.edge_types().iter().find(|edge| edge.kind == record.kind) else {
        return Ok(());
    };
    let fits = edge
        .alternatives
        .iter()
        .any(|(start, end)| start.accepts(graph, record.start) && end.accepts(graph, record.end));
    if fits {
        return Ok(());
    }
    Err(StoreError::Violation(format!(
        "the edge type allows {}, but {} connects {} to {}",
        graph.edge_type_text(edge),
        element_text(relationship),
        end_text(graph, record.start),
        end_text(graph, record.end),
    )))
}

fn violation(graph: &Graph, constraint: &Constraint, element: Endpoint, what: &str) -> StoreError {
    let name = crate::value::display::identifier(&constraint.name);
    StoreError::Violation(format!(
        "the constraint {name} demands {}, but {} {what}",
        graph.constraint_text(constraint),
        element_text(element)
    ))
}

fn element_text(element: Endpoint) -> String {
    match element {
        Endpoint::Node(node) => format!("node {}", node.0),
        Endpoint::Relationship(relationship) => format!("relationship {}", relationship.0),
    }
}

/// An end with what an edge type sees of it.
fn end_text(graph: &Graph, element: Endpoint) -> String {
    let names: Vec<String> = match element {
        Endpoint::Node(node) => graph
            .labels(node)
            .into_iter()
            .map(|label| format!(":{}", graph.quoted_label(label)))
            .collect(),
        Endpoint::Relationship(relationship) => graph
            .relationship(relationship)
            .map(|record| format!(":{}", graph.quoted_type(record.kind)))
            .into_iter()
            .collect(),
    };
    let names = names.concat();
    match element {
        Endpoint::Node(_) => format!("{} ({names})", element_text(element)),
        Endpoint::Relationship(_) => format!("{} [{names}]", element_text(element)),
    }
}

/// `name = 'He Lifeng', born = 1955`
fn values(graph: &Graph, element: Endpoint, keys: &[KeyId]) -> String {
    let value = |&key: &KeyId| {
        let literal = graph.property(element, key).to_cypher_literal();
        let shown: String = match literal.chars().count() {
            0..=60 => literal,
            _ => literal.chars().take(57).chain("...".chars()).collect(),
        };
        format!("{} = {shown}", graph.quoted_key(key))
    };
    keys.iter().map(value).collect::<Vec<_>>().join(", ")
}
