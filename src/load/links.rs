//! Relationships of which a file says nothing but where they start and end: their rows are split,
//! and both ends found, by the thread that reads the file, many at a time.
//!
//! ```text
//! 17,4\n4,99\n…  ─ split ─►  numbers 17 4 …  ─ find ─►  starts ─┐
//!                            numbers  4 99 … ─ find ─►  ends   ─┴─► a block
//! ```
//!
//! Most files of relationships are no more than that, and most rows of all tables are in them. What
//! is taken here is what needs no care: lines without a quote, whose ends are there. Splitting stops
//! at the first row that is anything else, and the row goes the way of rows that have more to say,
//! which tells what is wrong with it, if anything is.

use super::ids::{Id, Ids, SpaceId, present};
use super::lines::PlainLines;
use crate::value::{Endpoint, NodeId};
use crate::vector::Vector;
use std::sync::Arc;

/// Rows of a block at most.
const BLOCK_ROWS: usize = 1 << 14;
/// In the place of a number: the node of an id that is a text.
const FOUND: u64 = 1 << 63;

/// What a column of such a file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Start(SpaceId),
    End(SpaceId),
    Nothing,
}

/// The columns of a file of relationships that connect nodes, and what the nodes' ids are.
pub(super) struct Links {
    columns: Vec<Link>,
    ids: Arc<Ids>,
    start: SpaceId,
    end: SpaceId,
}

/// The nodes at the ends of some relationships, in the order of the rows.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) starts: Vec<u32>,
    pub(super) ends: Vec<u32>,
}

/// Memory in which lines are split, to be used again.
#[derive(Default)]
pub(super) struct Room {
    starts: Vec<u64>,
    ends: Vec<u64>,
    /// Bytes up to the end of each line.
    after: Vec<usize>,
    /// Blocks that were taken.
    used: Vec<Block>,
}

impl Room {
    fn clear(&mut self) {
        self.starts.clear();
        self.ends.clear();
        self.after.clear();
    }

    /// Takes back a block that is no longer needed.
    pub(super) fn take_back(&mut self, block: Block) {
        self.used.push(block);
    }
}

impl Links {
    /// The links that columns are; `None` where they are more or less than that.
    pub(super) fn of(columns: Vec<Link>, ids: &Arc<Ids>) -> Option<Self> {
        let mut starts = columns.iter().filter_map(|column| match column {
            Link::Start(space) => Some(*space),
            Link::End(_) | Link::Nothing => None,
        });
        let mut ends = columns.iter().filter_map(|column| match column {
            Link::End(space) => Some(*space),
            Link::Start(_) | Link::Nothing => None,
        });
        let (Some(start), None) = (starts.next(), starts.next()) else { return None };
        let (Some(end), None) = (ends.next(), ends.next()) else { return None };
        let ids = ids.clone();
        (ids.are_nodes(start) && ids.are_nodes(end)).then_some(Links { columns, ids, start, end })
    }

    /// The relationships of the first lines, and how many bytes those have.
    pub(super) fn split(&self, lines: &[u8], delimiter: u8, room: &mut Room) -> (Block, usize) {
        // The numbers come first, and are looked up one after the other then: the look-ups do not
        // wait for each other.
        room.clear();
        let mut lines = PlainLines::new(lines, delimiter);
        while room.after.len() < BLOCK_ROWS
            && let Some((start, end)) = self.row(&mut lines)
        {
            room.starts.push(start);
            room.ends.push(end);
            room.after.push(lines.taken());
        }
        let block = self.find(&room.starts, &room.ends, room.used.pop().unwrap_or_default());
        let bytes = block.starts.len().checked_sub(1).and_then(|last| room.after.get(last));
        (block, bytes.copied().unwrap_or(0))
    }

    /// The relationships of columns, up to the first row that is not as it should be; in the memory
    /// of a block that is no longer needed.
    pub(super) fn of_columns(&self, columns: &[Vector], mut block: Block) -> Block {
        block.starts.clear();
        block.ends.clear();
        if columns.len() == self.columns.len() {
            for (column, values) in self.columns.iter().zip(columns) {
                match *column {
                    Link::Start(space) => self.find_all(space, values, &mut block.starts),
                    Link::End(space) => self.find_all(space, values, &mut block.ends),
                    Link::Nothing => {}
                }
            }
        }
        let rows = block.starts.len().min(block.ends.len());
        block.starts.truncate(rows);
        block.ends.truncate(rows);
        block
    }

    /// The nodes of ids, up to the first that is none or not there.
    fn find_all(&self, space: SpaceId, ids: &Vector, found: &mut Vec<u32>) {
        let present = present(ids);
        found.resize(present, 0);
        let node = self.ids.finder(space);
        let numbered = |integer: i64| match u64::try_from(integer) {
            Ok(number) => node(number),
            Err(_) => self.node(space, &Id::of_integer(integer)),
        };
        let mut rows = found.iter_mut().enumerate();
        let enter = |(found, id): (&mut u32, Option<u32>)| {
            *found = id.unwrap_or_default();
            id.is_none()
        };
        let missing = match ids {
            Vector::Integer { values, .. } => {
                rows.position(|(row, found)| enter((found, numbered(values[row]))))
            }
            Vector::String(strings) => rows.position(|(row, found)| {
                enter((found, self.node(space, &Id::of(strings.str(row)))))
            }),
            _ => Some(0),
        };
        found.truncate(missing.unwrap_or(present));
    }

    /// The node with an id.
    fn node(&self, space: SpaceId, id: &Id<'_>) -> Option<u32> {
        match self.ids.find(space, id)? {
            Endpoint::Node(NodeId(node)) => Some(node),
            Endpoint::Relationship(_) => None,
        }
    }

    /// The nodes at both ends, up to the first row that has none at one of them; in the memory of
    /// a block that is no longer needed.
    fn find(&self, starts: &[u64], ends: &[u64], mut block: Block) -> Block {
        let all = |space, numbers: &[u64], found: &mut Vec<u32>| {
            let node = self.ids.finder(space);
            found.resize(numbers.len(), 0);
            let mut rows = found.iter_mut().zip(numbers);
            let missing = rows.position(|(found, &number)| {
                let node = if number & FOUND == 0 { node(number) } else { Some(number as u32) };
                *found = node.unwrap_or_default();
                node.is_none()
            });
            missing.unwrap_or(numbers.len())
        };
        let rows = all(self.start, starts, &mut block.starts);
        let rows = rows.min(all(self.end, ends, &mut block.ends));
        block.starts.truncate(rows);
        block.ends.truncate(rows);
        block
    }

    /// The ends of the row that comes next, if all of it is plain.
    fn row(&self, lines: &mut PlainLines<'_>) -> Option<(u64, u64)> {
        let (mut start, mut end) = (0, 0);
        let last = self.columns.len() - 1;
        for (number, column) in self.columns.iter().enumerate() {
            let is_last = number == last;
            match *column {
                Link::Start(space) => start = self.id(lines, space, is_last)?,
                Link::End(space) => end = self.id(lines, space, is_last)?,
                Link::Nothing => _ = lines.text(is_last)?,
            }
        }
        Some((start, end))
    }

    /// The id that the next field is: its number, or the node that it was found to be.
    #[inline]
    fn id(&self, lines: &mut PlainLines<'_>, space: SpaceId, is_last: bool) -> Option<u64> {
        if let Some(number) = lines.number(is_last) {
            return Some(number);
        }
        let text = lines.text(is_last).filter(|text| !text.is_empty())?;
        self.node(space, &Id::of(text)).map(|node| FOUND | u64::from(node))
    }
}
