//! `.view`: through which prefixes the session's statements see the graph.

use crate::cli::failure::Failure;
use crate::cli::notice;
use crate::cli::script::Flow;
use crate::cli::shell::Shell;

/// `.view [PREFIXES|off]`
pub(super) fn view(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    match rest.trim_end_matches(';').trim_end() {
        "" => match shell.session.view() {
            Some(prefixes) => notice(&format!("view: {prefixes}")),
            None => notice("view: off, all of the graph is seen"),
        },
        "off" => shell.session.see_all(),
        prefixes => shell.session.see(prefixes, &shell.parameters)?,
    }
    Ok(Flow::Continue)
}
