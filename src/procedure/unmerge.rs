//! `dossier.unmerge(merged)`: a node that was merged into another one is itself again.
//!
//! What the merger has changed is changed back, as far as it is still as the merger left it:
//! what was added or changed since belongs to the node that was kept. What several mergers
//! brought to a node stays as long as one of them is left.

use super::entity::node;
use super::merge::{
    ADDED_ALIASES, ADDED_LABELS, ADDED_PROPERTIES, ALIASES_BEFORE, ENDS, LABELS, aliases_after,
    move_ends, told, unacceptable,
};
use super::{Procedure, Rows, Run, WritingCall, count, integer, list};
use crate::store::{Graph, Writer};
use crate::value::naming::ALIASES;
use crate::value::{
    ElementReader, Endpoint, EvaluationError, MERGED, MERGED_INTO, MOVED, NodeId, RelationshipId,
    Value,
};

pub(super) const UNMERGE: Procedure = Procedure {
    name: "dossier.unmerge",
    inputs: &[node("merged")],
    outputs: &[node("node"), integer("moved")],
    description: "Undoes dossier.merge: gives a merged node back its labels, names and relationships.",
    run: Run::Writes(unmerge),
};

/// A merger and what it says.
#[derive(Clone, Copy)]
struct Merger {
    id: RelationshipId,
    kept: NodeId,
    merged: NodeId,
}

fn unmerge(call: &mut WritingCall<'_>) -> Rows {
    let Some(Value::Node(merged)) = call.arguments.first() else {
        return Err(EvaluationError::wrong_type("a node can be unmerged"));
    };
    let merger = Merger::of(call.writer.view(), *merged)?;
    let (kept, merged) = (Endpoint::Node(merger.kept), Endpoint::Node(merger.merged));
    let element = Endpoint::Relationship(merger.id);
    let mut moved = 0;
    for (relationship, by) in call.writer.view().related(element, MOVED, false) {
        if (call.stopped)() {
            return Ok(Vec::new());
        }
        let ends = ElementReader::property(call.writer.view(), Endpoint::Relationship(by), ENDS);
        let ends = ends.as_str().unwrap_or_default();
        let wanted = |end: &str| ends == "both" || ends == end;
        if let Endpoint::Relationship(id) = relationship
            && move_ends(call.writer, id, (kept, merged), wanted)?.is_some()
        {
            moved += 1;
        }
    }
    let others = Merger::others(call.writer.view(), merger);
    merger.return_labels(call.writer, &others)?;
    merger.return_properties(call.writer, &others)?;
    merger.return_aliases(call.writer)?;
    // Claims about the merger were about nothing else.
    call.writer.detach_delete_relationship(merger.id)?;
    Ok(vec![vec![Value::Node(merger.merged), count(moved)]])
}

impl Merger {
    /// The merger of a node into another one.
    fn of(graph: &Graph, merged: NodeId) -> Result<Self, EvaluationError> {
        if !graph.contains_node(merged) {
            return Err(crate::store::StoreError::NotFound(Endpoint::Node(merged)).into());
        }
        let mergers = graph.related(Endpoint::Node(merged), MERGED_INTO, false);
        let found = mergers.into_iter().find_map(|(kept, id)| match kept {
            Endpoint::Node(kept) => Some(Merger { id, kept, merged }),
            Endpoint::Relationship(_) => None,
        });
        match found {
            Some(merger) if merger.is_record(graph) => Ok(merger),
            Some(merger) => Err(unacceptable(format!(
                "relationship {} does not say what was merged: dossier.merge did not make it",
                merger.id.0
            ))),
            None => Err(unacceptable(not_merged(graph, merged))),
        }
    }

    /// The other mergers into the same node, the oldest first.
    fn others(graph: &Graph, merger: Merger) -> Vec<Merger> {
        let mut found: Vec<Merger> = graph
            .related(Endpoint::Node(merger.kept), MERGED_INTO, true)
            .into_iter()
            .filter_map(|(merged, id)| match merged {
                Endpoint::Node(merged) => Some(Merger { id, kept: merger.kept, merged }),
                Endpoint::Relationship(_) => None,
            })
            .filter(|other| other.id != merger.id && other.is_record(graph))
            .collect();
        found.sort_unstable_by_key(|other| other.id);
        found
    }

    fn property(self, graph: &Graph, key: &str) -> Value {
        ElementReader::property(graph, Endpoint::Relationship(self.id), key)
    }

    fn is_record(self, graph: &Graph) -> bool {
        matches!(self.property(graph, LABELS), Value::List(_))
    }

    fn texts(self, graph: &Graph, key: &str) -> Vec<String> {
        let Value::List(items) = self.property(graph, key) else { return Vec::new() };
        items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Notes that it brought a label, or a property, as well.
    fn add(self, writer: &mut Writer, key: &str, text: &str) -> Result<(), EvaluationError> {
        let mut texts = self.texts(writer.view(), key);
        if !texts.iter().any(|known| known == text) {
            texts.push(text.to_owned());
            writer.set_property(Endpoint::Relationship(self.id), key, list(texts))?;
        }
        Ok(())
    }

    fn return_labels(self, writer: &mut Writer, others: &[Merger]) -> Result<(), EvaluationError> {
        let labels = self.texts(writer.view(), LABELS);
        if !labels.iter().any(|label| label == MERGED) {
            writer.remove_label(self.merged, MERGED)?;
        }
        for label in labels {
            writer.add_label(self.merged, &label)?;
        }
        for label in self.texts(writer.view(), ADDED_LABELS) {
            let graph = writer.view();
            let too = |other: &&Merger| other.texts(graph, LABELS).contains(&label);
            match others.iter().find(too).copied() {
                Some(other) => other.add(writer, ADDED_LABELS, &label)?,
                None => drop(writer.remove_label(self.kept, &label)?),
            }
        }
        Ok(())
    }

    fn return_properties(
        self,
        writer: &mut Writer,
        others: &[Merger],
    ) -> Result<(), EvaluationError> {
        for key in self.texts(writer.view(), ADDED_PROPERTIES) {
            let graph = writer.view();
            let value = |node| ElementReader::property(graph, Endpoint::Node(node), &key);
            if !same(&value(self.kept), &value(self.merged)) {
                continue;
            }
            let too = others.iter().find(|other| !value(other.merged).is_null()).copied();
            let next = too.map_or(Value::Null, |other| value(other.merged));
            writer.set_property(Endpoint::Node(self.kept), &key, next)?;
            if let Some(other) = too {
                other.add(writer, ADDED_PROPERTIES, &key)?;
            }
        }
        Ok(())
    }

    fn return_aliases(self, writer: &mut Writer) -> Result<(), EvaluationError> {
        let graph = writer.view();
        let Value::List(added) = self.property(graph, ADDED_ALIASES) else { return Ok(()) };
        if added.is_empty() {
            return Ok(());
        }
        let before = self.property(graph, ALIASES_BEFORE);
        let now = ElementReader::property(graph, Endpoint::Node(self.kept), ALIASES);
        let back = if same(&now, &aliases_after(&before, &added)) {
            before
        } else {
            let Value::List(now) = now else { return Ok(()) };
            let ours = |alias: &Value| added.iter().any(|one| same(one, alias));
            let left: Vec<Value> = now.iter().filter(|alias| !ours(alias)).cloned().collect();
            if left.is_empty() { Value::Null } else { Value::from(left) }
        };
        writer.set_property(Endpoint::Node(self.kept), ALIASES, back)?;
        Ok(())
    }
}

/// Whether two properties are written in the same way.
fn same(one: &Value, other: &Value) -> bool {
    one.to_cypher_literal() == other.to_cypher_literal()
}

/// Why a node cannot be unmerged, and which ones could.
fn not_merged(graph: &Graph, node: NodeId) -> String {
    let into = graph.related(Endpoint::Node(node), MERGED_INTO, true);
    let names: Vec<String> = into
        .into_iter()
        .filter_map(|(merged, _)| match merged {
            Endpoint::Node(merged) => Some(told(graph, merged)),
            Endpoint::Relationship(_) => None,
        })
        .collect();
    let node = told(graph, node);
    match names.as_slice() {
        [] => format!("{node} has not been merged into another node"),
        names => format!(
            "{node} has not been merged into another node, but others into it: {}",
            names.join(", ")
        ),
    }
}
