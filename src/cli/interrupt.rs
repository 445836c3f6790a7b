//! Ctrl-C: cancels the query that runs and nothing else.
//!
//! At the prompt the line editor reads the key itself. While a query runs, the
//! signal reaches it through its interrupt handle; while rows are written, it
//! stops the writing. A process without a prompt ends when nothing runs, and at
//! the second Ctrl-C in any case. Signals belong to the process, hence the
//! statics: the only ones of the program.

use dossier::InterruptHandle;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

static RUNNING: Mutex<Option<InterruptHandle>> = Mutex::new(None);
static PRESSED: AtomicBool = AtomicBool::new(false);
static INTERACTIVE: AtomicBool = AtomicBool::new(false);

/// Takes over Ctrl-C. Where that fails, the system's default stays: the process ends.
pub(crate) fn install(interactive: bool) {
    INTERACTIVE.store(interactive, Ordering::Relaxed);
    let _ = ctrlc::set_handler(|| {
        let running = RUNNING.lock().ok().and_then(|running| running.clone());
        let again = PRESSED.swap(true, Ordering::SeqCst);
        let interactive = INTERACTIVE.load(Ordering::Relaxed);
        match running {
            Some(handle) if interactive || !again => handle.interrupt(),
            _ if interactive => {}
            _ => std::process::exit(130),
        }
    });
}

/// A statement that runs; Ctrl-C reaches it until this is dropped.
pub(crate) struct Running(());

impl Running {
    /// Makes a handle the one that Ctrl-C interrupts.
    pub(crate) fn start(handle: &InterruptHandle) -> Running {
        PRESSED.store(false, Ordering::SeqCst);
        if let Ok(mut running) = RUNNING.lock() {
            *running = Some(handle.clone());
        }
        Running(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(mut running) = RUNNING.lock() {
            *running = None;
        }
    }
}

/// Whether Ctrl-C was pressed since the last statement began.
pub(crate) fn pressed() -> bool {
    PRESSED.load(Ordering::Relaxed)
}

/// Forgets an earlier Ctrl-C: what comes next is something new.
pub(crate) fn forget() {
    PRESSED.store(false, Ordering::SeqCst);
}
