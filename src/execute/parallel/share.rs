//! Pieces of work that several threads share, each of which needs nothing of the others.

use super::super::context::Context;
use crate::syntax::diagnostic::Diagnostic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Does each piece, in no order; `threads` is how many may do them at once. What fails here are
/// limits and the disk: of several failures it is that which came first.
pub(in super::super) fn share<T: Send>(
    context: &Context<'_>,
    threads: usize,
    mut pieces: impl Iterator<Item = T> + Send,
    work: impl Fn(&Context<'_>, T) -> Result<(), Diagnostic> + Sync,
) -> Result<(), Diagnostic> {
    if threads < 2 {
        return pieces.try_for_each(|piece| {
            let fresh = context.renewed()?;
            work(fresh.as_ref().unwrap_or(context), piece)
        });
    }
    let over = Arc::new(AtomicBool::new(false));
    let shared = context.shared(over.clone());
    let pieces = Mutex::new(pieces);
    let failure: Mutex<Option<Diagnostic>> = Mutex::new(None);
    let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        shared.with(|context| {
            while let Some(piece) = next() {
                let done = context
                    .renewed()
                    .and_then(|fresh| work(fresh.as_ref().unwrap_or(context), piece));
                let Err(error) = done else { continue };
                // Whoever was stopped for another's failure has none of its own.
                if !over.swap(true, Ordering::Relaxed) {
                    *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                return;
            }
        });
    };
    context.threads.together(threads - 1, run, |_| run());
    match failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
