//! Which operator keeps how much, where that is measured.
//!
//! The guard accounts for what a statement keeps. While a chain is measured, what is kept and
//! given back is written to the account of the operator that is at work as well.

use std::cell::{Cell, RefCell};

/// The accounts of the operators of a chain; none while nothing is measured.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// The operator that is at work.
    owner: Cell<usize>,
    of: RefCell<Vec<Account>>,
}

/// The bytes that an operator keeps, and the most that it has kept.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    kept: usize,
    most: usize,
}

impl Accounts {
    /// Begins to measure so many operators, of which the first is at work.
    pub(super) fn open(&self, operators: usize) {
        self.owner.set(0);
        *self.of.borrow_mut() = vec![Account::default(); operators];
    }

    /// Ends measuring; tells the most that each operator has kept.
    pub(super) fn close(&self) -> Vec<usize> {
        self.of.take().into_iter().map(|account| account.most).collect()
    }

    /// Another operator is at work; tells which one was.
    pub(super) fn change_owner(&self, operator: usize) -> usize {
        self.owner.replace(operator)
    }

    /// So many bytes more are kept.
    pub(super) fn keep(&self, bytes: usize) {
        if let Some(account) = self.of.borrow_mut().get_mut(self.owner.get()) {
            account.kept = account.kept.saturating_add(bytes);
            account.most = account.most.max(account.kept);
        }
    }

    /// So many bytes less are kept.
    pub(super) fn release(&self, bytes: usize) {
        if let Some(account) = self.of.borrow_mut().get_mut(self.owner.get()) {
            account.kept = account.kept.saturating_sub(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_has_the_most_that_it_has_kept() {
        let accounts = Accounts::default();
        accounts.keep(7);
        accounts.open(2);
        accounts.keep(5);
        let first = accounts.change_owner(1);
        accounts.keep(100);
        accounts.release(60);
        accounts.keep(20);
        assert_eq!(accounts.change_owner(first), 1);
        accounts.release(9);
        accounts.keep(4);
        accounts.change_owner(2);
        accounts.keep(1000);
        assert_eq!(accounts.close(), [5, 100]);
        assert!(accounts.close().is_empty());
    }
}
