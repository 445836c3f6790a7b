//! Stack for statements that nest deeply. Binding, planning and running recurse with the
//! nesting of the text, which the parser bounds; what an ordinary statement needs fits any
//! thread, what the parser's bound allows may not, least of all without optimisation.

use super::Error;
use crate::syntax::diagnostic::Diagnostic;
use crate::value::{ErrorClass, ErrorCode, EvaluationError};

/// Expressions above each other up to which a statement runs on its caller's stack.
const SHALLOW: u32 = 16;

/// Bytes of stack for all others. A test holds that they suffice for the deepest; the
/// system gives only what is used.
const STACK: usize = 64 << 20;

/// Whether a statement of this height needs more stack than any thread has.
pub(super) fn is_deep(height: u32) -> bool {
    height > SHALLOW
}

/// Runs a statement of this height on a stack that suffices for it.
pub(super) fn with_stack<T: Send>(
    height: u32,
    run: impl FnOnce() -> Result<T, Error> + Send,
) -> Result<T, Error> {
    if !is_deep(height) {
        return run();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("dossier-deep".into())
            .stack_size(STACK)
            .spawn_scoped(scope, run);
        match thread {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            Err(error) => Err(Diagnostic::runtime(
                EvaluationError::new(
                    ErrorClass::ResourceExhausted,
                    ErrorCode::NestingTooDeep,
                    format!("the system gives no stack for a query that nests so deep: {error}"),
                ),
                None,
            )
            .into()),
        }
    })
}
