//! Layouts: which variable is in which column of a chunk.

use crate::bind::expression::VariableId;

/// The variables of a chunk's columns, in order. A variable stands in it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    columns: Vec<VariableId>,
}

impl Layout {
    /// A layout of these variables.
    pub(super) fn new(columns: Vec<VariableId>) -> Self {
        Layout { columns }
    }

    /// The column of a variable.
    pub(super) fn slot(&self, variable: VariableId) -> Option<usize> {
        self.columns.iter().position(|&column| column == variable)
    }

    /// Adds a column at the end and tells its number. A variable that is there
    /// already keeps its column.
    pub(super) fn add(&mut self, variable: VariableId) -> usize {
        self.slot(variable).unwrap_or_else(|| {
            self.columns.push(variable);
            self.columns.len() - 1
        })
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
        (slots, Layout { columns })
    }
}
