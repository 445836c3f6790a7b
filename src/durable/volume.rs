//! A volume of the history: about a mebibyte of commits, as a section of the file holds it.
//!
//! ```text
//! head of the section (section.rs), then varints: the first commit, the last one, the
//!                     earliest of their times (zigzag); checksum of the columns u32
//! columns             one blob of pieces
//!
//! piece: 0, number, time (8 bytes), bytes     a commit begins; the bytes are the first
//!                                             item of its record in the log
//!        1, number, items, bytes              changes that undo it, as the log has them
//! ```
//!
//! Numbers are varints, bytes have their length before them. A commit with much to undo goes
//! on in the next volume, so that none is larger than a mebibyte and a frame of the log.

use super::header::u32_at;
use super::pack::{Reader, put_blob, put_varint, unzigzag, zigzag};
use super::section::{self, FIXED, SectionKind};

/// Bytes of pieces from which on a volume is closed.
const CLOSES_AT: usize = 1 << 20;
/// A volume with fewer bytes than this is added to by the next checkpoint.
const SMALL: usize = CLOSES_AT / 2;

/// What is known of a volume without its pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// The number of the first commit.
    pub(crate) first: u64,
    /// The number of the last one.
    pub(crate) last: u64,
    /// The earliest time of a commit in it; of one that only goes on here, the time of
    /// whatever begins here.
    pub(crate) earliest: i64,
}

/// A volume as it lies in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// How many pieces it has.
    pub(crate) pieces: u32,
    pub(crate) head: Vec<u8>,
    pub(crate) columns: Vec<u8>,
}

/// A part of a commit in a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// The commit begins: its number, its time, and where the rest of it lies.
    Begins { number: u64, time: i64, bytes: std::ops::Range<usize> },
    /// So many changes that undo it.
    Undoes { number: u64, items: u64, bytes: std::ops::Range<usize> },
}

impl Piece {
    pub(crate) fn number(&self) -> u64 {
        match self {
            Piece::Begins { number, .. } | Piece::Undoes { number, .. } => *number,
        }
    }
}

/// A volume that is being written.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    bytes: Vec<u8>,
    count: u32,
    span: Span,
}

impl Default for Draft {
    fn default() -> Self {
        Draft { bytes: Vec::new(), count: 0, span: Span { first: 0, last: 0, earliest: i64::MAX } }
    }
}

impl Draft {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether it is time to close it.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= CLOSES_AT
    }

    fn extend(&mut self, number: u64) {
        if self.is_empty() {
            self.span.first = number;
        }
        self.span.last = number;
        self.count += 1;
    }

    /// Begins a commit.
    pub(crate) fn begin(&mut self, number: u64, time: i64, preamble: &[u8]) {
        self.extend(number);
        self.span.earliest = self.span.earliest.min(time);
        self.bytes.push(0);
        put_varint(number, &mut self.bytes);
        self.bytes.extend_from_slice(&time.to_le_bytes());
        put_varint(preamble.len() as u64, &mut self.bytes);
        self.bytes.extend_from_slice(preamble);
    }

    /// Adds changes that undo a commit.
    pub(crate) fn undo(&mut self, number: u64, items: u64, changes: &[u8]) {
        self.extend(number);
        self.bytes.push(1);
        put_varint(number, &mut self.bytes);
        put_varint(items, &mut self.bytes);
        put_varint(changes.len() as u64, &mut self.bytes);
        self.bytes.extend_from_slice(changes);
    }

    /// Adds a piece of another volume.
    pub(crate) fn copy(&mut self, volume: &Volume, piece: &Piece) {
        match piece {
            Piece::Begins { number, time, bytes } => {
                self.begin(*number, *time, volume.slice(bytes));
            }
            Piece::Undoes { number, items, bytes } => {
                self.undo(*number, *items, volume.slice(bytes));
            }
        }
    }

    /// The section.
    pub(crate) fn encode(&self) -> Section {
        let mut columns = Vec::new();
        put_blob(&self.bytes, &mut columns);
        let mut head = vec![0; FIXED];
        put_varint(self.span.first, &mut head);
        put_varint(self.span.last, &mut head);
        put_varint(zigzag(self.span.earliest), &mut head);
        head.extend_from_slice(&crc32c::crc32c(&columns).to_le_bytes());
        section::complete(SectionKind::History, self.count, columns.len() as u64, &mut head);
        Section { pieces: self.count, head, columns }
    }

    /// What it would be if it were read now.
    pub(crate) fn to_volume(&self) -> Result<Volume, String> {
        Volume::of(self.bytes.clone(), self.count, self.span)
    }

    pub(crate) fn span(&self) -> Span {
        self.span
    }
}

/// What the head of a volume says: the span and the checksum of the columns. The head was
/// verified.
pub(crate) fn read_head(head: &[u8]) -> Result<(Span, u32), String> {
    let mut reader = Reader::new(head.get(FIXED..).unwrap_or_default());
    let (first, last) = (reader.varint()?, reader.varint()?);
    let earliest = unzigzag(reader.varint()?);
    let sum = u32_at(reader.take(4)?, 0);
    reader.finish()?;
    if first > last {
        return Err(format!("commits {first} to {last}"));
    }
    Ok((Span { first, last, earliest }, sum))
}

/// A volume in memory.
#[derive(Clone, Debug)]
pub(crate) struct Volume {
    bytes: Vec<u8>,
    pub(crate) span: Span,
    pub(crate) pieces: Vec<Piece>,
}

impl Volume {
    /// Reads the columns of a volume, which were verified, with so many pieces.
    pub(crate) fn decode(columns: &[u8], count: u32, span: Span) -> Result<Self, String> {
        let mut reader = Reader::new(columns);
        let bytes = reader.blob()?.into_owned();
        reader.finish()?;
        Self::of(bytes, count, span)
    }

    fn of(bytes: Vec<u8>, count: u32, span: Span) -> Result<Self, String> {
        let mut reader = Reader::new(&bytes);
        let mut pieces = Vec::new();
        let mut before = span.first;
        for _ in 0..count {
            let piece = read_piece(&mut reader, bytes.len())?;
            let number = piece.number();
            let follows = match &piece {
                Piece::Begins { .. } if pieces.is_empty() => number == before,
                Piece::Begins { .. } => number == before.saturating_add(1),
                Piece::Undoes { .. } => number == before,
            };
            if !follows {
                return Err(format!("commit {number} follows commit {before}"));
            }
            before = number;
            pieces.push(piece);
        }
        reader.finish()?;
        if before != span.last {
            return Err(format!("commit {before} is the last one where {} should be", span.last));
        }
        Ok(Volume { bytes, span, pieces })
    }

    pub(crate) fn slice(&self, range: &std::ops::Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// Whether the next checkpoint should add to it.
    pub(crate) fn is_small(&self) -> bool {
        self.bytes.len() < SMALL
    }
}

fn read_piece(reader: &mut Reader<'_>, total: usize) -> Result<Piece, String> {
    let kind = reader.byte()?;
    let number = reader.varint()?;
    let begins = match kind {
        0 => Some(i64::from_le_bytes(
            reader.take(8)?.try_into().map_err(|_| "a time has no end".to_owned())?,
        )),
        1 => None,
        kind => return Err(format!("pieces of kind {kind} are unknown")),
    };
    let items = if begins.is_none() { reader.varint()? } else { 0 };
    let length = reader.varint()?;
    let length = usize::try_from(length).map_err(|_| format!("{length} bytes"))?;
    let start = total - reader.left();
    reader.take(length)?;
    let bytes = start..start + length;
    Ok(match begins {
        Some(time) => Piece::Begins { number, time, bytes },
        None => Piece::Undoes { number, items, bytes },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Draft {
        let mut draft = Draft::default();
        draft.undo(6, 2, b"the end of six");
        draft.begin(7, -5, b"seven");
        draft.begin(8, 40, b"");
        draft.undo(8, 1, &[7; 3000]);
        draft
    }

    #[test]
    fn pieces_come_back() {
        let draft = sample();
        let Section { pieces, head, columns } = draft.encode();
        assert!(section::verifies(&head));
        let (span, sum) = read_head(&head).unwrap();
        assert_eq!(
            (span, sum),
            (Span { first: 6, last: 8, earliest: -5 }, crc32c::crc32c(&columns))
        );
        let volume = Volume::decode(&columns, pieces, span).unwrap();
        let mut copy = Draft::default();
        volume.pieces.iter().for_each(|piece| copy.copy(&volume, piece));
        assert_eq!(copy.encode(), Section { pieces, head, columns });
        let [_, Piece::Begins { number: 7, time: -5, bytes }, ..] = &volume.pieces[..] else {
            panic!("{:?}", volume.pieces)
        };
        assert_eq!(volume.slice(bytes), b"seven");
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let draft = sample();
        let Section { pieces: count, columns, .. } = draft.encode();
        let span = draft.span();
        assert!(Volume::decode(&columns, count + 1, span).is_err());
        assert!(Volume::decode(&columns, count - 1, span).is_err());
        assert!(Volume::decode(&columns, count, Span { last: 9, ..span }).is_err());
        assert!(Volume::decode(&columns, count, Span { first: 5, ..span }).is_err());
        for cut in 0..columns.len() {
            assert!(Volume::decode(&columns[..cut], count, span).is_err());
        }
    }
}
