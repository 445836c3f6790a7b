//! When to give up what takes long: filling an index, holding all elements to a new rule.

use super::StoreError;
use std::fmt;
use std::sync::Arc;

/// Elements between two questions whether to go on.
const ELEMENTS: usize = 1024;

/// Tells whether to go on; always, if it is asked of nobody.
#[derive(Clone, Default)]
pub(crate) struct Stop(Option<Arc<dyn Fn() -> bool + Send + Sync>>);

impl Stop {
    /// To stop when `wanted` says so.
    pub(crate) fn when(wanted: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Stop(Some(Arc::new(wanted)))
    }

    /// Looks whether to go on.
    ///
    /// # Errors
    /// [`StoreError::Stopped`].
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &self.0 {
            Some(wanted) if wanted() => Err(StoreError::Stopped),
            _ => Ok(()),
        }
    }

    /// Looks whether to go on, before every so many elements.
    ///
    /// # Errors
    /// [`StoreError::Stopped`].
    pub(crate) fn check_at(&self, element: usize) -> Result<(), StoreError> {
        if element.is_multiple_of(ELEMENTS) { self.check() } else { Ok(()) }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Stop(asked)" } else { "Stop(never)" })
    }
}
