//! Colour: the few escapes the command uses, in one place.

use std::io::IsTerminal;

/// Bold.
pub(crate) const BOLD: &str = "1";
/// Dim.
pub(crate) const DIM: &str = "2";
/// Red, for what is wrong.
pub(crate) const RED: &str = "1;31";
/// Yellow, for what deserves notice.
pub(crate) const YELLOW: &str = "33";
/// Green, for text values.
pub(crate) const GREEN: &str = "32";
/// Blue, for keywords.
pub(crate) const BLUE: &str = "1;34";
/// Magenta, for numbers.
pub(crate) const MAGENTA: &str = "35";
/// Cyan, for labels and types.
pub(crate) const CYAN: &str = "36";

/// Colours text, or leaves it alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paint {
    /// Whether escapes are written.
    pub(crate) colour: bool,
}

impl Paint {
    /// For standard error.
    pub(crate) fn stderr() -> Self {
        Paint { colour: std::io::stderr().is_terminal() && colour_wanted() }
    }

    /// For standard output.
    pub(crate) fn stdout() -> Self {
        Paint { colour: std::io::stdout().is_terminal() && colour_wanted() }
    }

    /// The text in a colour.
    pub(crate) fn with(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Whether the environment allows colour: `NO_COLOR` is unset or empty, and the
/// terminal is not a dumb one.
pub(crate) fn colour_wanted() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}
