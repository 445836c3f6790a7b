//! What is known of chunks that scattered elements lie in, at hand for the next ones.
//!
//! Who asks something of the neighbours of many nodes asks each chunk of nodes again and again.
//! So what was found of a chunk is kept in a slot, of which there are as many as pay for the
//! elements that were asked for so far:
//!
//! ```text
//! chunk     0     1     2     3     4  …        and with four slots
//! slot      0     1     2     3     4  …        0     1     2     3     0  …
//! ```

use super::graph::place;

/// Number of no chunk.
const NO_CHUNK: usize = usize::MAX;

/// Slots for what is known of chunks.
#[derive(Debug)]
pub(super) struct Slots<C> {
    /// With the numbers of their chunks; a power of two.
    slots: Vec<(usize, C)>,
    /// How many elements were asked for.
    asked: usize,
}

impl<C> Default for Slots<C> {
    fn default() -> Self {
        Slots { slots: Vec::new(), asked: 0 }
    }
}

impl<C: Default> Slots<C> {
    /// Sees to it that there are slots enough for these elements too.
    pub(super) fn make_room(&mut self, ids: &[u32]) {
        self.asked = self.asked.saturating_add(ids.len());
        let last = place(ids.iter().fold(0, |last, &id| last.max(id))).0;
        let wanted = (last + 1).min(self.asked.saturating_mul(2)).next_power_of_two();
        if wanted <= self.slots.len() {
            return;
        }
        let before = std::mem::take(&mut self.slots);
        self.slots.resize_with(wanted, || (NO_CHUNK, C::default()));
        for slot in before.into_iter().filter(|(chunk, _)| *chunk != NO_CHUNK) {
            let place = slot.0 & (wanted - 1);
            self.slots[place] = slot;
        }
    }

    /// What is known of a chunk, once there is room.
    #[inline]
    pub(super) fn known(&self, chunk: usize) -> Option<&C> {
        let (found, known) = &self.slots[chunk & (self.slots.len() - 1)];
        (*found == chunk).then_some(known)
    }

    /// What is known of a chunk, once there is room, or what is found of it; `None` where nothing
    /// is found.
    #[inline]
    pub(super) fn of(&mut self, chunk: usize, find: impl FnOnce() -> Option<C>) -> Option<&mut C> {
        let place = chunk & (self.slots.len() - 1);
        if self.slots[place].0 != chunk {
            self.slots[place] = (chunk, find()?);
        }
        Some(&mut self.slots[place].1)
    }
}
