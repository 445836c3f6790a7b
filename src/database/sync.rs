//! The primitives that [`publication`](super::publication) stands on: those of the standard
//! library here, those of a scheduler that tries interleavings in `tests/publication.rs`.

pub(super) use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
