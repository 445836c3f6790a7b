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
            let mut found = vec![0; numbers.len()];
            let node = self.ids.finder(space);
            let mut rows = found.iter_mut().zip(numbers);
            let missing = rows.position(|(found, &number)| {
                let node = if number & FOUND == 0 { node(number) } else { Some(number as u32) };
                *found = node.unwrap_or_default();
                node.is_none()
            });
            found.truncate(missing.unwrap_or(numbers.len()));
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
        let from = self.at;
        let (number, digits) = leading_number(self.lines.get(from..)?);
        // A number is written in one way only.
        let plain = digits == 1 || digits > 1 && self.lines.get(from) != Some(&b'0');
        if plain && self.ends_at(from + digits, is_last) {
            return Some(number);
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

/// The number that bytes begin with, and how many digits it has; of a longer one the beginning.
#[inline]
fn leading_number(bytes: &[u8]) -> (u64, usize) {
    if let Some((first, _)) = bytes.split_first_chunk::<8>() {
        let (number, digits) = number_of_eight(*first);
        if digits < 8 {
            return (number, digits);
        }
    }
    let (mut number, mut digits) = (0, 0);
    for byte in bytes.iter().take(DIGITS) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number * 10 + u64::from(digit);
        digits += 1;
    }
    (number, digits)
}

/// The number that eight bytes begin with, and how many digits it has, without looking at the bytes
/// one by one: how many there are is hardly ever known before, and a wrong guess costs more.
#[inline]
fn number_of_eight(bytes: [u8; 8]) -> (u64, usize) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Digits are 0 to 9 then, all others more.
    let word = u64::from_le_bytes(bytes) ^ (EACH * 0x30);
    // The highest bit of a byte tells that it is no digit, up to the first that is none.
    let others = (word.wrapping_add(EACH * 0x76) | word) & (EACH * 0x80);
    let digits = others.trailing_zeros() / 8;
    // Zeros come before the digits, which are then eight.
    let digit = word.checked_shl(64 - 8 * digits).unwrap_or(0);
    // The first of two is worth ten of the second: pairs, then fours, then all of them.
    let pairs = (digit * 10 + (digit >> 8)) & (EACH / 0x101 * 0xff);
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let number = (fours * 10_000 + (fours >> 32)) & 0xffff_ffff;
    (number, digits as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_up_to_what_is_no_digit() {
        for text in ["", "0", "7", "12", "1234567", "12345678", "123456789", "999999999999999999"] {
            for behind in [",", "\n", "a,5", "/3", ":4", "\u{ff}", "\u{80}9", "\0", "          "] {
                let all = format!("{text}{behind}");
                let expected = (text.parse().unwrap_or(0), text.len());
                assert_eq!(leading_number(all.as_bytes()), expected, "{all:?}");
            }
            assert_eq!(leading_number(text.as_bytes()).1, text.len());
        }
        let long = "1234567890123456789";
        assert_eq!(leading_number(long.as_bytes()), (123_456_789_012_345_678, DIGITS));
        for number in (0..20_000_000_u64).step_by(7919) {
            let text = format!("{number},00000000");
            let digits = text.len() - 9;
            assert_eq!(leading_number(text.as_bytes()), (number, digits), "{text}");
        }
    }
}
