//! The way down a tree, level by level. That of most trees needs no memory of its own: a search
//! by a key would spend more on that than on the search.

/// Levels that stand in place.
const NEAR: usize = 3;

/// One thing for each level, the root's first.
#[derive(Clone, Debug, Default)]
pub(super) struct Levels<T> {
    near: [T; NEAR],
    height: usize,
    /// Those below.
    far: Vec<T>,
}

impl<T> Levels<T> {
    /// Goes down a level.
    pub(super) fn push(&mut self, level: T) {
        match self.near.get_mut(self.height) {
            Some(place) => *place = level,
            None => self.far.push(level),
        }
        self.height += 1;
    }

    /// The lowest level.
    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        let last = self.height.checked_sub(1)?;
        if last < NEAR { self.near.get_mut(last) } else { self.far.last_mut() }
    }

    /// Goes up a level.
    pub(super) fn pop(&mut self) {
        self.height = self.height.saturating_sub(1);
        self.far.truncate(self.height.saturating_sub(NEAR));
    }

    /// Goes up to the root and beyond.
    pub(super) fn clear(&mut self) {
        self.height = 0;
        self.far.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_back_in_reverse() {
        let mut levels = Levels::default();
        for height in [0, 1, NEAR, NEAR + 1, 4 * NEAR] {
            (0..height).for_each(|level| levels.push(level));
            for level in (0..height).rev() {
                assert_eq!(levels.last_mut().copied(), Some(level));
                levels.pop();
            }
            assert_eq!(levels.last_mut(), None);
            levels.pop();
            (0..height).for_each(|level| levels.push(level));
            levels.clear();
            assert_eq!(levels.last_mut(), None);
        }
    }
}
