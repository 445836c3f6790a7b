//! Layouts: which variable is in which column of a chunk.

use crate::bind::expression::VariableId;
use hashbrown::HashMap;

/// Columns from which on they are looked up in a table.
const MANY: usize = 24;

/// The variables of a chunk's columns, in order. A variable stands in it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    columns: Vec<VariableId>,
    /// The columns of all variables, where they are [`MANY`] or more.
    slots: HashMap<VariableId, usize, foldhash::fast::FixedState>,
}

impl Layout {
    /// A layout of these variables.
    pub(super) fn new(columns: Vec<VariableId>) -> Self {
        let mut layout = Layout { columns, slots: HashMap::default() };
        layout.index();
        layout
    }

    fn index(&mut self) {
        if self.columns.len() >= MANY {
            // A variable that stands in it twice is found where it stands first.
            let columns = self.columns.iter().enumerate().rev();
            self.slots = columns.map(|(slot, &variable)| (variable, slot)).collect();
        }
    }

    /// The column of a variable.
    pub(super) fn slot(&self, variable: VariableId) -> Option<usize> {
        if self.columns.len() >= MANY {
            return self.slots.get(&variable).copied();
        }
        self.columns.iter().position(|&column| column == variable)
    }

    /// Adds a column at the end and tells its number. A variable that is there
    /// already keeps its column.
    pub(super) fn add(&mut self, variable: VariableId) -> usize {
        if let Some(slot) = self.slot(variable) {
            return slot;
        }
        let slot = self.columns.len();
        self.columns.push(variable);
        if self.columns.len() == MANY {
            self.index();
        } else if self.columns.len() > MANY {
            self.slots.insert(variable, slot);
        }
        slot
    }

    /// The variables in the order of the columns.
    pub(super) fn variables(&self) -> &[VariableId] {
        &self.columns
    }

    /// Number of columns.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The columns for which `keep` holds, and the layout of only these.
    pub(super) fn retain(&self, keep: impl Fn(VariableId) -> bool) -> (Vec<usize>, Layout) {
        let slots: Vec<usize> =
            (0..self.columns.len()).filter(|&slot| keep(self.columns[slot])).collect();
        let columns = slots.iter().map(|&slot| self.columns[slot]).collect();
        (slots, Layout::new(columns))
    }
}
