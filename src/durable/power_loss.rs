//! What a power cut leaves of the operations that were not synced.

use crate::value::Random;

/// Bytes that a disk writes at once.
const SECTOR: usize = 512;

/// What of the operations that were not synced survives a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// None of them.
    Nothing,
    /// All of them.
    Everything,
    /// All of them, but of the latest write only so many sectors from its start.
    Torn(usize),
    /// Some, whole and torn, by the seed.
    Random(u64),
}

#[derive(Clone, Debug)]
pub(super) enum ByteChange {
    Write { offset: usize, data: Vec<u8> },
    SetLength(usize),
}

/// Which unsynced operations survive.
pub(super) struct Choice {
    survival: Survival,
    random: Random,
}

impl Choice {
    pub(super) fn new(survival: Survival) -> Self {
        let seed = if let Survival::Random(seed) = survival { seed } else { 0 };
        Choice { survival, random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1) }
    }

    /// Whether an operation that cannot be torn survives.
    pub(super) fn whole(&mut self) -> bool {
        match self.survival {
            Survival::Nothing => false,
            Survival::Everything | Survival::Torn(_) => true,
            Survival::Random(_) => self.random.below(2) == 0,
        }
    }

    /// What survives of a write of so many sectors; `last`: it is the latest one.
    fn fate(&mut self, sectors: usize, last: bool) -> Fate {
        match self.survival {
            Survival::Nothing => Fate::Nothing,
            Survival::Torn(kept) if last => Fate::FirstSectors(kept),
            Survival::Everything | Survival::Torn(_) => Fate::Everything,
            Survival::Random(_) => match self.random.below(5) {
                0 => Fate::Nothing,
                1 => Fate::Everything,
                2 => Fate::FirstSectors(self.random.below(sectors.max(1) as u64) as usize),
                3 => Fate::SomeSectors { filler: 0 },
                _ => Fate::SomeSectors { filler: 0xdb },
            },
        }
    }
}

enum Fate {
    Nothing,
    Everything,
    /// So many sectors, none after.
    FirstSectors(usize),
    /// Each sector or not; the file has its new length, with `filler` (zeros or
    /// old blocks of the disk) where it was extended and the data is missing.
    SomeSectors {
        filler: u8,
    },
}

impl ByteChange {
    /// How many sectors it touches.
    pub(super) fn sectors(&self) -> usize {
        match self {
            ByteChange::Write { offset, data } => {
                (offset + data.len()).div_ceil(SECTOR) - offset / SECTOR
            }
            ByteChange::SetLength(_) => 0,
        }
    }
}

pub(super) fn apply_partly(
    bytes: &mut Vec<u8>,
    change: &ByteChange,
    last: bool,
    keep: &mut Choice,
) {
    let ByteChange::Write { offset, data } = change else {
        if keep.whole() {
            apply_bytes(bytes, change);
        }
        return;
    };
    match keep.fate(change.sectors(), last) {
        Fate::Nothing => {}
        Fate::Everything => apply_bytes(bytes, change),
        Fate::FirstSectors(kept) => {
            let end = ((offset / SECTOR + kept) * SECTOR).clamp(*offset, offset + data.len());
            write_into(bytes, *offset, &data[..end - offset]);
        }
        Fate::SomeSectors { filler } => {
            if bytes.len() < offset + data.len() {
                bytes.resize(offset + data.len(), filler);
            }
            let mut start = *offset;
            while start < offset + data.len() {
                let end = ((start / SECTOR + 1) * SECTOR).min(offset + data.len());
                if keep.whole() {
                    write_into(bytes, start, &data[start - offset..end - offset]);
                }
                start = end;
            }
        }
    }
}

pub(super) fn apply_bytes(bytes: &mut Vec<u8>, change: &ByteChange) {
    match change {
        ByteChange::Write { offset, data } => write_into(bytes, *offset, data),
        ByteChange::SetLength(length) => bytes.resize(*length, 0),
    }
}

fn write_into(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    let end = offset + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(data);
}
