//! Marks of ids: where they stay the same for many lists, each is asked for with one look.

/// Ids up to which a mark is a byte: so many lie in the cache of a core.
const FEW: usize = 1 << 19;

/// Which ids are marked.
pub(super) enum Marked {
    /// One byte for an id, 1 where it is marked: nothing is shifted to see it.
    Bytes(Vec<u8>),
    /// One bit for an id.
    Bits(Vec<u64>),
}

impl Default for Marked {
    fn default() -> Self {
        Marked::Bytes(Vec::new())
    }
}

impl Marked {
    /// Bytes for ids up to `bound`.
    pub(super) fn bytes(bound: usize) -> usize {
        if bound <= FEW { bound } else { bound.div_ceil(64) * 8 }
    }

    /// No mark yet, but room for ids up to `bound`.
    pub(super) fn new(bound: usize) -> Self {
        if bound <= FEW {
            Marked::Bytes(vec![0; bound])
        } else {
            Marked::Bits(vec![0; bound.div_ceil(64)])
        }
    }

    /// Whether there is room for ids up to `bound`.
    pub(super) fn covers(&self, bound: usize) -> bool {
        match self {
            Marked::Bytes(bytes) => bytes.len() >= bound,
            Marked::Bits(words) => words.len() * 64 >= bound,
        }
    }

    /// Marks an id for which there is room.
    #[inline]
    pub(super) fn set(&mut self, id: u32) {
        match self {
            Marked::Bytes(bytes) => bytes[id as usize] = 1,
            Marked::Bits(words) => words[id as usize / 64] |= 1 << (id % 64),
        }
    }

    /// Takes the mark of an id away.
    #[inline]
    pub(super) fn unset(&mut self, id: u32) {
        match self {
            Marked::Bytes(bytes) => bytes[id as usize] = 0,
            Marked::Bits(words) => words[id as usize / 64] &= !(1 << (id % 64)),
        }
    }

    /// 1 where an id is marked, 0 otherwise.
    #[inline]
    pub(super) fn of(&self, id: u32) -> u64 {
        match self {
            Marked::Bytes(bytes) => u64::from(byte(bytes, id)),
            Marked::Bits(words) => bit(words, id),
        }
    }

    /// How many of these are marked.
    pub(super) fn count(&self, ids: &[u32]) -> u64 {
        match self {
            Marked::Bytes(bytes) => ids.iter().map(|&id| u64::from(byte(bytes, id))).sum(),
            Marked::Bits(words) => ids.iter().map(|&id| bit(words, id)).sum(),
        }
    }
}

#[inline]
fn byte(bytes: &[u8], id: u32) -> u8 {
    bytes.get(id as usize).copied().unwrap_or(0)
}

#[inline]
fn bit(words: &[u64], id: u32) -> u64 {
    words.get(id as usize / 64).map_or(0, |word| word >> (id % 64) & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_bits_tell_the_same() {
        for bound in [1, 64, 65, 1000, FEW, FEW + 1] {
            let mut marked = Marked::new(bound);
            assert!(marked.covers(bound) && !marked.covers(bound + 64));
            let last = bound as u32 - 1;
            let ids: Vec<u32> = (0..bound as u32).step_by(3).chain([last]).collect();
            ids.iter().for_each(|&id| marked.set(id));
            assert_eq!(marked.count(&ids), ids.len() as u64, "{bound}");
            assert_eq!((marked.of(last), marked.of(bound as u32 + 64)), (1, 0));
            marked.unset(last);
            assert_eq!((marked.of(last), marked.of(0)), (0, u64::from(last != 0)));
            ids.iter().for_each(|&id| marked.unset(id));
            assert_eq!(marked.count(&ids), 0, "{bound}");
        }
    }
}
