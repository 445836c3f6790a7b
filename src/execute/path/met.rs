//! What a path has met so far.

use hashbrown::HashSet;
use std::hash::Hash;

/// Paths longer than this keep a set of what they have met; shorter ones are searched.
const LONG: usize = 24;

/// Elements in the order in which a path meets them.
#[derive(Debug)]
pub(in super::super) struct Met<T> {
    order: Vec<T>,
    /// All of them, where they are more than [`LONG`].
    set: HashSet<T, foldhash::fast::FixedState>,
}

impl<T> Default for Met<T> {
    fn default() -> Self {
        Met { order: Vec::new(), set: HashSet::default() }
    }
}

impl<T: Copy + Eq + Hash> Met<T> {
    /// The elements in order.
    pub(in super::super) fn order(&self) -> &[T] {
        &self.order
    }

    /// How many they are.
    pub(in super::super) fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether an element is among them.
    pub(in super::super) fn contains(&self, element: T) -> bool {
        if self.order.len() > LONG {
            self.set.contains(&element)
        } else {
            self.order.contains(&element)
        }
    }

    /// Adds an element that is not among them.
    pub(in super::super) fn push(&mut self, element: T) {
        self.order.push(element);
        if self.order.len() == LONG + 1 {
            self.set.extend(self.order.iter().copied());
        } else if self.order.len() > LONG {
            self.set.insert(element);
        }
    }

    /// Gives back the last element.
    pub(in super::super) fn pop(&mut self) -> Option<T> {
        let element = self.order.pop()?;
        if self.order.len() == LONG {
            self.set.clear();
        } else if self.order.len() > LONG {
            self.set.remove(&element);
        }
        Some(element)
    }

    /// Gives back all behind the first `len`.
    pub(in super::super) fn truncate(&mut self, len: usize) {
        while self.order.len() > len {
            self.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Met;

    #[test]
    fn long_and_short_paths_know_what_they_have_met() {
        let mut met = Met::default();
        for element in 0..60_u32 {
            assert!(!met.contains(element));
            met.push(element);
            assert!(met.contains(element) && met.contains(0));
        }
        met.truncate(30);
        assert!(met.contains(29) && !met.contains(30));
        met.truncate(3);
        assert_eq!(met.order(), [0, 1, 2]);
        assert!(!met.contains(29));
        assert_eq!((met.pop(), met.len()), (Some(2), 2));
        for element in 10..60 {
            met.push(element);
        }
        assert!(met.contains(59) && !met.contains(2));
    }
}
