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
    pieces: impl Iterator<Item = T> + Send,
    work: impl Fn(&Context<'_>, T) -> Result<(), Diagnostic> + Sync,
) -> Result<(), Diagnostic> {
    share_with(context, threads, pieces, |_| Ok(()), |(), context, piece| work(context, piece))
}

/// The same with what each thread makes for itself, once for all the pieces that it does.
pub(in super::super) fn share_with<T: Send, S>(
    context: &Context<'_>,
    threads: usize,
    mut pieces: impl Iterator<Item = T> + Send,
    make: impl Fn(&Context<'_>) -> Result<S, Diagnostic> + Sync,
    work: impl Fn(&mut S, &Context<'_>, T) -> Result<(), Diagnostic> + Sync,
) -> Result<(), Diagnostic> {
    let with_fresh = |own: &mut Option<S>, context: &Context<'_>, piece: T| {
        let fresh = context.renewed()?;
        let context = fresh.as_ref().unwrap_or(context);
        let own = match own {
            Some(own) => own,
            None => own.insert(make(context)?),
        };
        work(own, context, piece)
    };
    if threads < 2 {
        let mut own = None;
        return pieces.try_for_each(|piece| with_fresh(&mut own, context, piece));
    }
    let over = Arc::new(AtomicBool::new(false));
    let shared = context.shared(over.clone());
    let pieces = Mutex::new(pieces);
    let failure: Mutex<Option<Diagnostic>> = Mutex::new(None);
    let next = || pieces.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        shared.with(|context| {
            let mut own = None;
            while let Some(piece) = next() {
                let Err(error) = with_fresh(&mut own, context, piece) else { continue };
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
