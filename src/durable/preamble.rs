//! The first frame of a record: who commits, what for, how much, and where the way back leads.

use super::codec::{self, Text};
use super::error::DurableError;
use super::record::{Chain, CommitRecord};
use crate::store::{Bounds, ChangeCounts, WayBack};
use serde::{Deserialize, Serialize};

/// The first frame.
#[derive(Serialize, Deserialize)]
pub(crate) struct Preamble {
    pub(crate) author: Text,
    pub(crate) message: Text,
    pub(crate) changes: u64,
    /// `None` where the commit cannot be undone.
    pub(crate) back: Option<Back>,
}

/// The first frame up to format version 2.
#[derive(Deserialize)]
struct OldPreamble {
    author: Text,
    message: Text,
    changes: u64,
}

/// Where the way back leads, and how much a commit did.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Back {
    /// Labels, types, keys, the next node and the next relationship before the commit.
    bounds: [u32; 5],
    /// In the order of [`ChangeCounts`].
    counts: [u64; 7],
}

impl Back {
    fn of(undo: &dyn WayBack) -> Self {
        let Bounds { labels, types, keys, nodes, relationships } = undo.bounds();
        let counts = undo.counts();
        Back {
            bounds: [labels, types, keys, nodes, relationships],
            counts: [
                counts.nodes_created,
                counts.nodes_deleted,
                counts.relationships_created,
                counts.relationships_deleted,
                counts.properties_set,
                counts.labels_changed,
                counts.schema_changes,
            ],
        }
    }

    pub(crate) fn bounds(&self) -> Bounds {
        let [labels, types, keys, nodes, relationships] = self.bounds;
        Bounds { labels, types, keys, nodes, relationships }
    }

    pub(crate) fn counts(&self) -> ChangeCounts {
        let [nodes_created, nodes_deleted, ..] = self.counts;
        let [_, _, relationships_created, relationships_deleted, ..] = self.counts;
        let [.., properties_set, labels_changed, schema_changes] = self.counts;
        ChangeCounts {
            nodes_created,
            nodes_deleted,
            relationships_created,
            relationships_deleted,
            properties_set,
            labels_changed,
            schema_changes,
        }
    }
}

/// Appends the first item of a record.
pub(crate) fn encode_preamble(
    commit: &CommitRecord<'_>,
    bytes: &mut Vec<u8>,
) -> Result<(), DurableError> {
    let (author, message) = (Text(commit.author.into()), Text(commit.message.into()));
    let changes = commit.changes.len() as u64;
    codec::encode(&Preamble { author, message, changes, back: commit.undo.map(Back::of) }, bytes)
}

/// Reads the first item of a record.
pub(crate) fn decode_preamble(bytes: &[u8], chain: Chain) -> Result<Preamble, String> {
    if chain.leads_back() {
        return codec::decode(bytes);
    }
    let OldPreamble { author, message, changes } = codec::decode(bytes)?;
    Ok(Preamble { author, message, changes, back: None })
}
