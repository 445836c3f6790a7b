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
        text => *limit = Some(size(text).map_err(Failure::query)?),
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

/// Reads a number of bytes with its unit; a bare number is bytes.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let wrong = || format!("`{text}` is no size; write 64MB, 2GB or a number of bytes");
    let number: usize = digits.trim().parse().map_err(|_| wrong())?;
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        unit => return Err(format!("unknown unit `{unit}`; write KB, MB or GB")),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("100"), Ok(100));
        assert_eq!(size("64MB"), Ok(64 << 20));
        assert_eq!(size("2 gib"), Ok(2 << 30));
        for text in ["", "MB", "1.5MB", "-1", "3 apples", "99999999999999999999"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
