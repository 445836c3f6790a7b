//! How large the lanes are, and on how many cores they run.

/// The size of a lane.
pub(crate) fn scaled(small: u64, full: u64) -> u64 {
    if std::env::var_os("DOSSIER_LANES").is_some_and(|size| size == "full") { full } else { small }
}

/// Runs the same on every core.
pub(crate) fn lanes(work: impl Fn() + Sync) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(&work);
        }
    });
}
