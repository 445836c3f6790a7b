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

use super::ids::{Id, Ids, SpaceId};
use crate::import::Values;
use crate::value::{Endpoint, NodeId};
use std::sync::Arc;

/// Rows of a block at most.
const BLOCK_ROWS: usize = 1 << 14;
/// Digits of a number that fits.
const DIGITS: usize = 18;
/// In the place of a number: the element of an id that is a text.
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
    pub(super) fn split(&self, lines: &[u8], delimiter: u8) -> (Block, usize) {
        let mut splitting = Splitting { lines, at: 0, delimiter };
        // The numbers come first, and are looked up one after the other then: the look-ups do not
        // wait for each other.
        let about = (lines.len() / 12).min(BLOCK_ROWS);
        let mut starts = Vec::with_capacity(about);
        let mut ends = Vec::with_capacity(about);
        let mut after: Vec<usize> = Vec::with_capacity(about);
        while after.len() < BLOCK_ROWS
            && let Some((start, end)) = self.row(&mut splitting)
        {
            starts.push(start);
            ends.push(end);
            after.push(splitting.at);
        }
        let block = self.find(&starts, &ends);
        let bytes = block.starts.len().checked_sub(1).and_then(|last| after.get(last));
        (block, bytes.copied().unwrap_or(0))
    }

    /// The relationships of columns, if all of them are as they should be.
    pub(super) fn of_columns(&self, columns: &[Values]) -> Option<Block> {
        if columns.len() != self.columns.len() {
            return None;
        }
        let numbers = |wanted: Link| {
            let place = self.columns.iter().position(|column| *column == wanted)?;
            let Values::Integers(integers) = columns.get(place)? else { return None };
            let numbers = integers.iter().map(|integer| u64::try_from(*integer).ok());
            numbers.collect::<Option<Vec<u64>>>()
        };
        let starts = numbers(Link::Start(self.start))?;
        let ends = numbers(Link::End(self.end))?;
        let block = self.find(&starts, &ends);
        (block.starts.len() == starts.len()).then_some(block)
    }

    /// The nodes at both ends, up to the first row that has none at one of them.
    fn find(&self, starts: &[u64], ends: &[u64]) -> Block {
        let all = |space, numbers: &[u64]| {
            let mut found = Vec::with_capacity(numbers.len());
            let node = self.ids.finder(space);
            found.extend(numbers.iter().map_while(|&number| {
                if number & FOUND == 0 { node(number) } else { Some(number as u32) }
            }));
            found
        };
        let mut block = Block { starts: all(self.start, starts), ends: all(self.end, ends) };
        let rows = block.starts.len().min(block.ends.len());
        block.starts.truncate(rows);
        block.ends.truncate(rows);
        block
    }

    /// The ends of the row that comes next, if all of it is plain.
    fn row(&self, splitting: &mut Splitting<'_>) -> Option<(u64, u64)> {
        let (mut start, mut end) = (0, 0);
        let last = self.columns.len() - 1;
        for (number, column) in self.columns.iter().enumerate() {
            let is_last = number == last;
            match *column {
                Link::Start(space) => start = splitting.id(&self.ids, space, is_last)?,
                Link::End(space) => end = splitting.id(&self.ids, space, is_last)?,
                Link::Nothing => _ = splitting.text(is_last)?,
            }
        }
        Some((start, end))
    }
}

/// Lines, and how far they are split.
struct Splitting<'a> {
    lines: &'a [u8],
    at: usize,
    delimiter: u8,
}

impl<'a> Splitting<'a> {
    /// The id that the next field is: its number, or the element that it was found to be.
    #[inline]
    fn id(&mut self, ids: &Ids, space: SpaceId, is_last: bool) -> Option<u64> {
        let (from, mut number) = (self.at, 0_u64);
        let rest = self.lines.get(from..)?;
        for (digits, &byte) in rest.iter().enumerate() {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 && digits < DIGITS {
                number = number * 10 + u64::from(digit);
                continue;
            }
            // A number is written in one way only.
            let plain = digits == 1 || digits > 1 && rest.first() != Some(&b'0');
            if plain && self.ends_at(from + digits, is_last) {
                return Some(number);
            }
            break;
        }
        self.at = from;
        let text = self.text(is_last).filter(|text| !text.is_empty())?;
        match ids.find(space, &Id::of(text))? {
            Endpoint::Node(NodeId(node)) => Some(FOUND | u64::from(node)),
            Endpoint::Relationship(_) => None,
        }
    }

    /// The text that the next field is, as it stands there.
    fn text(&mut self, is_last: bool) -> Option<&'a str> {
        let from = self.at;
        let is_end = |byte: &u8| matches!(*byte, b'\r' | b'\n' | b'"') || *byte == self.delimiter;
        let length = self.lines.get(from..)?.iter().position(is_end)?;
        if !self.ends_at(from + length, is_last) {
            return None;
        }
        std::str::from_utf8(self.lines.get(from..from + length)?).ok()
    }

    /// Whether a field ends at a place as it should; then the next one is behind.
    #[inline]
    fn ends_at(&mut self, place: usize, is_last: bool) -> bool {
        let length = match (self.lines.get(place), is_last) {
            (Some(&byte), false) if byte == self.delimiter => 1,
            (Some(b'\n'), true) => 1,
            (Some(b'\r'), true) if self.lines.get(place + 1) == Some(&b'\n') => 2,
            _ => return false,
        };
        self.at = place + length;
        true
    }
}
