//! Layouts: which variable is in which column of a chunk, or of one below it.
//!
//! A layout mirrors the chunks that will flow: it has a level for each chunk that rows go
//! on from, the chunk itself on top. What is decided here once, where a column stands, need
//! not be looked for in any row.

use crate::bind::expression::VariableId;
use hashbrown::HashMap;
use std::sync::{Arc, LazyLock};

/// Variables from which on they are looked up in a table.
const MANY: usize = 24;

/// Levels of one rank, or of lower ones, above each other that are folded into one of the next
/// rank: every column is carried up a few times at most, and none is ever far below.
const FOLD: usize = 32;

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    level: usize,
    column: usize,
}

/// One chunk of those above each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Level {
    /// Columns that the chunk has, whether a variable stands in them or not.
    columns: usize,
    /// What was put here; some may stand elsewhere by now.
    variables: Vec<VariableId>,
    /// How often what it holds was folded.
    rank: usize,
}

/// The variables of the rows, in the order in which they came. A variable stands in it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    levels: Vec<Level>,
    /// The places of all variables, where they are fewer than [`MANY`].
    few: Vec<(VariableId, Place)>,
    /// Those of all variables, where they are more.
    many: HashMap<VariableId, Place, foldhash::fast::FixedState>,
    /// Not all rows of the top level may live.
    selected: bool,
}

/// How columns come to stand on top before an operator takes a chunk: folded, then put on a
/// level of their own, then brought up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Raising {
    /// So many levels become one, with these columns.
    pub(super) folds: Vec<(usize, Vec<(usize, usize)>)>,
    /// The living rows go on alone.
    pub(super) afresh: bool,
    /// The columns that are brought up, each by how far below it is and its number there.
    pub(super) columns: Vec<(usize, usize)>,
}

impl Raising {
    /// Whether nothing is to be done.
    pub(super) fn is_empty(&self) -> bool {
        self.folds.is_empty() && !self.afresh && self.columns.is_empty()
    }
}

impl Layout {
    /// A layout of these variables, in columns of one chunk.
    pub(super) fn new(columns: Vec<VariableId>) -> Self {
        let mut layout = Layout::default();
        columns.into_iter().for_each(|variable| {
            layout.add(variable);
        });
        layout
    }

    /// The layout of rows without columns, which every statement begins with.
    pub(super) fn none() -> Arc<Layout> {
        static NONE: LazyLock<Arc<Layout>> = LazyLock::new(Arc::default);
        NONE.clone()
    }

    fn top(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn height(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    fn place(&self, variable: VariableId) -> Option<Place> {
        if self.many.is_empty() {
            let found = self.few.iter().find(|(known, _)| *known == variable);
            return found.map(|(_, place)| *place);
        }
        self.many.get(&variable).copied()
    }

    fn put(&mut self, variable: VariableId, place: Place) {
        if !self.many.is_empty() {
            self.many.insert(variable, place);
            return;
        }
        match self.few.iter_mut().find(|(known, _)| *known == variable) {
            Some((_, known)) => *known = place,
            None => self.few.push((variable, place)),
        }
        if self.few.len() >= MANY {
            self.many = self.few.drain(..).collect();
        }
    }

    fn forget(&mut self, variable: VariableId) {
        self.few.retain(|(known, _)| *known != variable);
        self.many.remove(&variable);
    }

    /// Whether it has the variable at all.
    pub(super) fn has(&self, variable: VariableId) -> bool {
        self.place(variable).is_some()
    }

    /// The column of a variable that stands on the top level.
    pub(super) fn slot(&self, variable: VariableId) -> Option<usize> {
        let height = self.height();
        self.place(variable).filter(|place| place.level == height).map(|place| place.column)
    }

    /// Adds a column on the top level and tells its number. A variable that stands there
    /// already keeps its column.
    pub(super) fn add(&mut self, variable: VariableId) -> usize {
        self.slot(variable).unwrap_or_else(|| self.append(variable))
    }

    /// Adds a column on the top level and tells its number; it replaces whatever column the
    /// variable had.
    pub(super) fn append(&mut self, variable: VariableId) -> usize {
        let top = self.top();
        let column = top.columns;
        top.columns += 1;
        top.variables.push(variable);
        let level = self.height();
        self.put(variable, Place { level, column });
        column
    }

    /// Lets the rows go on as the base of others.
    pub(super) fn go_on(&mut self) {
        self.top();
        self.levels.push(Level::default());
        self.selected = false;
    }

    /// Notes that from now on some rows of the top level may not live.
    pub(super) fn select(&mut self) {
        self.selected = true;
    }

    /// Whether some rows of the top level may not live.
    pub(super) fn is_selected(&self) -> bool {
        self.selected
    }

    /// All variables, in the order of the columns where there is one level.
    pub(super) fn variables(&self) -> Vec<VariableId> {
        let mut all: Vec<(Place, VariableId)> = self
            .few
            .iter()
            .map(|(variable, place)| (*place, *variable))
            .chain(self.many.iter().map(|(variable, place)| (*place, *variable)))
            .collect();
        all.sort_unstable_by_key(|(place, variable)| (place.level, place.column, *variable));
        all.into_iter().map(|(_, variable)| variable).collect()
    }

    /// Number of columns on the top level.
    pub(super) fn len(&self) -> usize {
        self.levels.last().map_or(0, |level| level.columns)
    }

    /// Gives the variables new names, each with the one that it had; no others remain.
    pub(super) fn rename(&mut self, names: &[(VariableId, VariableId)]) {
        let places: Vec<_> =
            names.iter().filter_map(|(new, old)| Some((*new, self.place(*old)?))).collect();
        self.few.clear();
        self.many.clear();
        for (variable, place) in places {
            if !self.has(variable) {
                self.put(variable, place);
                if let Some(level) = self.levels.get_mut(place.level) {
                    level.variables.push(variable);
                }
            }
        }
    }

    /// The columns of the top level for which `keep` holds, and the layout of only these.
    pub(super) fn retain(&self, keep: impl Fn(VariableId) -> bool) -> (Vec<usize>, Layout) {
        let top = self.levels.last().map_or(&[][..], |level| &level.variables);
        self.only(top.iter().copied().filter(|&variable| keep(variable)))
    }

    /// The columns of those variables that stand on the top level, and the layout of only
    /// these.
    pub(super) fn only(&self, variables: impl Iterator<Item = VariableId>) -> (Vec<usize>, Layout) {
        let mut found: Vec<(usize, VariableId)> =
            variables.filter_map(|variable| Some((self.slot(variable)?, variable))).collect();
        found.sort_unstable();
        found.dedup();
        let (slots, kept) = found.into_iter().unzip();
        (slots, Layout::new(kept))
    }

    /// The layout of the top level alone.
    pub(super) fn alone(&self) -> Layout {
        let (slots, mut alone) = self.retain(|_| true);
        let names: Vec<_> = alone.variables().into_iter().zip(slots).collect();
        alone.levels = vec![Level { columns: self.len(), ..Level::default() }];
        for (variable, column) in names {
            alone.levels[0].variables.push(variable);
            alone.put(variable, Place { level: 0, column });
        }
        alone
    }

    /// Puts variables on top, as far as there are any by these names; `afresh` on a level of
    /// their own in which all rows live. Whatever lies too deep is folded; `live` tells what
    /// of it is still wanted.
    pub(super) fn raise(
        &mut self,
        wanted: &[VariableId],
        afresh: bool,
        live: impl Fn(VariableId) -> bool,
    ) -> Raising {
        let folds = self.fold(live);
        let height = self.height();
        let places = wanted.iter().filter_map(|&it| Some((it, self.place(it)?)));
        let mut places: Vec<(VariableId, Place)> = places.collect();
        let missing = places.iter().any(|(_, place)| place.level != height);
        let alone = !missing && !self.selected && self.len() == places.len();
        let afresh = (afresh && !alone) || (missing && self.selected);
        if afresh {
            self.go_on();
        } else {
            places.retain(|(_, place)| place.level != height);
        }
        places.sort_unstable_by_key(|(_, place)| (std::cmp::Reverse(place.level), place.column));
        places.dedup();
        let height = self.height();
        let mut columns = Vec::with_capacity(places.len());
        for (variable, place) in places {
            columns.push((height - place.level, place.column));
            self.append(variable);
        }
        Raising { folds, afresh, columns }
    }

    /// Folds the levels on top, of which none has a higher rank than the last, as long as there
    /// are enough of them. No level of a lower rank is left between others: it would keep
    /// those apart.
    fn fold(&mut self, live: impl Fn(VariableId) -> bool) -> Vec<(usize, Vec<(usize, usize)>)> {
        let mut folds = Vec::new();
        while let Some(rank) = self.levels.last().map(|level| level.rank) {
            let above = self.levels.iter().skip(1).rev();
            let count = above.take_while(|level| level.rank <= rank).count();
            if count < FOLD {
                break;
            }
            let (height, first) = (self.height(), self.levels.len() - count);
            let folded = self.levels.split_off(first);
            let mut columns = Vec::new();
            let mut merged = Level { rank: rank + 1, ..Level::default() };
            let mut moved = Vec::new();
            for (level, of) in folded.into_iter().enumerate().rev() {
                let level = first + level;
                for variable in of.variables {
                    let Some(place) = self.place(variable).filter(|it| it.level == level) else {
                        continue;
                    };
                    if !live(variable) {
                        self.forget(variable);
                        continue;
                    }
                    moved.push((variable, Place { level: first, column: merged.columns }));
                    // So that it is not met again, should it be listed twice.
                    self.put(variable, Place { level: usize::MAX, column: 0 });
                    columns.push((height - level, place.column));
                    merged.variables.push(variable);
                    merged.columns += 1;
                }
            }
            self.levels.push(merged);
            moved.into_iter().for_each(|(variable, place)| self.put(variable, place));
            folds.push((count, columns));
        }
        folds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(numbers: &[u32]) -> Vec<VariableId> {
        numbers.iter().copied().map(VariableId).collect()
    }

    #[test]
    fn what_lies_below_is_raised_once() {
        let mut layout = Layout::new(ids(&[1, 2]));
        layout.go_on();
        layout.add(VariableId(3));
        assert_eq!(layout.slot(VariableId(1)), None);
        assert!(layout.has(VariableId(1)));
        let raising = layout.raise(&ids(&[3, 2, 9]), false, |_| true);
        assert_eq!(raising, Raising { columns: vec![(1, 1)], ..Raising::default() });
        assert_eq!(layout.slot(VariableId(2)), Some(1));
        assert!(layout.raise(&ids(&[3, 2]), false, |_| true).is_empty());
    }

    #[test]
    fn selected_rows_are_raised_afresh() {
        let mut layout = Layout::new(ids(&[1, 2]));
        layout.go_on();
        layout.add(VariableId(3));
        layout.select();
        assert!(layout.raise(&ids(&[3]), false, |_| true).is_empty());
        let raising = layout.raise(&ids(&[1, 3]), false, |_| true);
        assert_eq!((raising.afresh, raising.columns), (true, vec![(1, 0), (2, 0)]));
        assert!(!layout.is_selected());
        assert_eq!(layout.slot(VariableId(1)), Some(1));
    }

    #[test]
    fn many_levels_are_folded_and_what_is_dead_is_left_out() {
        let mut layout = Layout::new(ids(&[0]));
        let mut deepest = 0;
        for number in 1..5000 {
            layout.go_on();
            layout.add(VariableId(number));
            layout.raise(&[], false, |variable| variable.0 % 2 == 0);
            deepest = deepest.max(layout.levels.len());
        }
        assert!(deepest < 4 * FOLD, "{deepest}");
        let raising = layout.raise(&ids(&[0, 4998]), false, |_| true);
        assert_eq!(raising.columns.len(), 2);
        assert!(raising.columns.iter().all(|(below, _)| *below < 4 * FOLD));
    }

    #[test]
    fn levels_are_folded_however_many_come_at_once() {
        let mut layout = Layout::new(ids(&[0]));
        let (mut deepest, mut number) = (0, 1);
        while number < 50_000 {
            for _ in 0..=number % 3 {
                layout.go_on();
                layout.add(VariableId(number));
                number += 1;
            }
            layout.raise(&[], false, |_| false);
            deepest = deepest.max(layout.levels.len());
        }
        assert!(deepest < 5 * FOLD, "{deepest}");
    }

    #[test]
    fn names_change_and_others_are_gone() {
        let mut layout = Layout::new((0..40).map(VariableId).collect());
        layout.rename(&[(VariableId(50), VariableId(7)), (VariableId(51), VariableId(7))]);
        assert_eq!(layout.slot(VariableId(51)), Some(7));
        assert_eq!(layout.slot(VariableId(50)), Some(7));
        assert!(!layout.has(VariableId(7)));
        assert_eq!(layout.variables().len(), 2);
    }
}
