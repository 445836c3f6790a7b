//! `.param`: the parameters of the session.

use super::misused;
use crate::cli::failure::Failure;
use crate::cli::literal::{self, NoGraph};
use crate::cli::script::Flow;
use crate::cli::shell::Shell;
use crate::cli::{catalogue, notice, suggest};

/// `.param set NAME VALUE | list | clear [NAME]`
pub(super) fn param(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let (action, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    match (action, rest.trim()) {
        ("set", rest) => set(shell, rest)?,
        ("" | "list", "") => list(shell)?,
        ("clear", "") => shell.parameters.clear(),
        ("clear", name) => clear(shell, name.trim_start_matches('$'))?,
        _ => return Err(misused("param")),
    }
    Ok(Flow::Continue)
}

fn set(shell: &mut Shell, rest: &str) -> Result<(), Failure> {
    let split =
        rest.find(|c: char| c == '=' || c.is_whitespace()).ok_or_else(|| misused("param"))?;
    let name = rest[..split].trim_start_matches('$');
    let value = rest[split..].trim_start().trim_start_matches('=').trim_start();
    if name.is_empty() {
        return Err(misused("param"));
    }
    let value = literal::loose(value)
        .map_err(|why| Failure::query(format!("the value of `{name}` {why}")))?;
    shell.parameters.insert(name.into(), value);
    Ok(())
}

fn list(shell: &mut Shell) -> Result<(), Failure> {
    if shell.parameters.is_empty() {
        notice("no parameters are set");
        return Ok(());
    }
    let (columns, rows) = catalogue::parameter_rows(&shell.parameters);
    shell.show_rows(&columns, &rows, &NoGraph)
}

fn clear(shell: &mut Shell, name: &str) -> Result<(), Failure> {
    if shell.parameters.shift_remove(name).is_some() {
        return Ok(());
    }
    let known = shell.parameters.keys().map(AsRef::as_ref);
    let hint = suggest::nearest(name, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    Err(Failure::query(format!("no parameter `{name}` is set{hint}")))
}
