//! `dossier.named(name)`: whom a name means, be it an alias or the name of a node that was
//! merged.

use super::{Call, Field, Procedure, Rows, Run, text};
use crate::function::TypeSet;
use crate::value::Value;

pub(super) const NAMED: Procedure = Procedure {
    name: "dossier.named",
    inputs: &[text("name")],
    outputs: &[node("node")],
    description: "The nodes that a text names: by a naming property such as `name`, by one of their `aliases`, or by the name of a node that was merged into them.",
    run: Run::Reads(named),
};

/// An argument or a column of nodes.
pub(super) const fn node(name: &'static str) -> Field {
    Field { name, types: TypeSet::NODE, type_name: "NODE", optional: false }
}

fn named(call: &Call<'_>) -> Rows {
    let Some(name) = call.arguments.first().and_then(Value::as_str) else { return Ok(Vec::new()) };
    let found = call.graph.named(name);
    Ok(found.into_iter().map(|node| vec![Value::Node(node)]).collect())
}
