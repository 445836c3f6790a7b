//! Whom a text names: by a naming property, by an alias, by a name that was merged.
//!
//! This is an answer to a name that somebody says, and not to a condition of a query: `{name:
//! 'Xi'}` finds the nodes whose `name` is that text and no others.

use super::Graph;
use crate::value::naming::{ALIASES, NAMING_KEYS, merged_into, naming_text};
use crate::value::{ElementReader, Endpoint, NodeId, Value};
use std::collections::BTreeSet;

impl Graph {
    /// The nodes whose best naming property is this text, or that have it among their
    /// `aliases`, in the order of ids. A node that was merged into another one stands for
    /// that one.
    ///
    /// # Complexity
    /// O(n) for n nodes that have a naming property or aliases.
    pub fn named(&self, name: &str) -> Vec<NodeId> {
        let key = |name: &str| self.catalog().key_id(name);
        let keys: Vec<_> = NAMING_KEYS.iter().filter_map(|name| key(name)).collect();
        let aliases = key(ALIASES);
        let is_name = |value: &Value| matches!(value, Value::String(text) if &**text == name);
        let mut found = BTreeSet::new();
        for chunk in self.node_chunks(None) {
            let columns: Vec<_> = keys.iter().filter_map(|key| chunk.segment(*key)).collect();
            let aliases = aliases.and_then(|key| chunk.segment(key));
            for row in chunk.rows.iter() {
                let node = NodeId(chunk.first + row);
                let called = |key: &str| ElementReader::property(self, Endpoint::Node(node), key);
                let by_name = columns.iter().any(|column| is_name(&column.get(row as usize)))
                    && naming_text(called).as_deref() == Some(name);
                let by_alias = || match aliases.map(|column| column.get(row as usize)) {
                    Some(Value::List(aliases)) => aliases.iter().any(is_name),
                    Some(alias) => is_name(&alias),
                    None => false,
                };
                if by_name || by_alias() {
                    found.insert(self.merged_into(node));
                }
            }
        }
        found.into_iter().collect()
    }

    /// The node that a node was merged into; itself where it was merged into none.
    pub fn merged_into(&self, node: NodeId) -> NodeId {
        merged_into(self, node)
    }
}
