//! Commands about what a statement may use up: `.timeout`, `.memory`, `.rows`, `.threads`.

use super::misused;
use crate::cli::arguments;
use crate::cli::failure::Failure;
use crate::cli::notice;
use crate::cli::script::Flow;
use crate::cli::shell::Shell;

/// `.timeout [TIME|off]`
pub(super) fn timeout(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let limit = &mut shell.settings.limits.timeout;
    match rest {
        "" => match limit {
            Some(time) => notice(&format!("timeout: {}", crate::cli::report::time(*time))),
            None => notice("timeout: off"),
        },
        "off" => *limit = None,
        text => *limit = Some(arguments::timeout(text).map_err(Failure::query)?),
    }
    Ok(Flow::Continue)
}

/// `.memory [SIZE|off]`
pub(super) fn memory(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let limit = &mut shell.settings.limits.memory;
    match rest {
        "" => match limit {
            Some(bytes) => notice(&format!("memory: {bytes} bytes")),
            None => notice("memory: off"),
        },
        "off" => *limit = None,
        text => *limit = Some(arguments::size(text).map_err(Failure::query)?),
    }
    Ok(Flow::Continue)
}

/// `.rows [NUMBER|off]`
pub(super) fn rows(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let limit = &mut shell.settings.limits.rows;
    match rest {
        "" => match limit {
            Some(rows) => notice(&format!("rows: {rows}")),
            None => notice("rows: off"),
        },
        "off" => *limit = None,
        text => *limit = Some(text.parse().map_err(|_| misused("rows"))?),
    }
    Ok(Flow::Continue)
}

/// `.threads [NUMBER|off]`
pub(super) fn threads(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let limit = &mut shell.settings.limits.threads;
    match rest {
        "" => match limit {
            Some(threads) => notice(&format!("threads: {threads}")),
            None => notice("threads: one for each core"),
        },
        "off" => *limit = None,
        text => *limit = Some(arguments::threads(text).map_err(Failure::query)?),
    }
    Ok(Flow::Continue)
}
