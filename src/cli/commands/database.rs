//! Commands about the database: opening, reading, transactions, its schema.

use super::{file_name, misused};
use crate::cli::failure::Failure;
use crate::cli::literal::NoGraph;
use crate::cli::prompt;
use crate::cli::render::Mode;
use crate::cli::script::{self, Flow};
use crate::cli::session::Session;
use crate::cli::shell::Shell;
use crate::cli::{notice, schema as graph_schema, suggest};
use dossier::value::Value;
use dossier::value::display::grouped;

/// `.schema [NAME]`
pub(super) fn schema(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let graph = shell.session.snapshot();
    let (columns, mut rows) = graph_schema::rows(&graph);
    if rows.is_empty() {
        notice("the graph is empty");
        return Ok(Flow::Continue);
    }
    let name = rest.trim_start_matches(':').trim_matches('`');
    if !name.is_empty() {
        let all = std::mem::take(&mut rows);
        rows = all.iter().filter(|row| graph_schema::is_about(row, name)).cloned().collect();
        if rows.is_empty() {
            let known: Vec<&str> =
                all.iter().filter_map(|row| row.get(1).and_then(Value::as_str)).collect();
            let hint = suggest::nearest(name, known)
                .map(|near| format!("; did you mean `{near}`?"))
                .unwrap_or_default();
            let what = "label, relationship type or declaration";
            return Err(Failure::query(format!("there is no {what} `{name}`{hint}")));
        }
    }
    if shell.settings.mode == Mode::Table {
        let text = graph_schema::text(&rows, shell.surface());
        shell.sink.write(|out| out.write_all(text.as_bytes()))?;
    } else {
        shell.show_rows(&columns, &rows, &NoGraph)?;
    }
    if graph.node_bound().max(graph.relationship_bound()) > graph_schema::READ {
        let read = grouped(graph_schema::READ.into());
        notice(&format!(
            "ends and properties are those of the first {read} nodes and relationships"
        ));
    }
    Ok(Flow::Continue)
}

/// `.read FILE`
pub(super) fn read(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    let file = file_name(rest)?.ok_or_else(|| misused("read"))?;
    let flow = script::run_file(shell, &file)?;
    if shell.interactive && shell.reading.is_empty() {
        shell.tell_totals();
    }
    Ok(flow)
}

/// `.open [FILE]`
pub(super) fn open(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    if shell.session.in_transaction() {
        return Err(Failure::query("a transaction is open; .commit or .rollback ends it"));
    }
    // The file that is open may be opened again, so it is closed first; where
    // the new one cannot be opened, the old one comes back.
    let file = file_name(rest)?;
    let (old, read_only) =
        (shell.session.path().map(std::path::PathBuf::from), shell.session.is_read_only());
    std::mem::replace(&mut shell.session, Session::in_memory()).close()?;
    match &file {
        None => {}
        Some(file) => match Session::open(file, false) {
            Ok(session) => shell.session = session,
            Err(failure) => {
                if let Some(old) = old {
                    shell.session = Session::open(&old, read_only)?;
                }
                return Err(failure);
            }
        },
    }
    shell.last = None;
    if shell.interactive {
        prompt::greet_briefly(shell);
    }
    Ok(Flow::Continue)
}

/// `.begin`
pub(super) fn begin(shell: &mut Shell, _: &str) -> Result<Flow, Failure> {
    shell.begin().map(|()| Flow::Continue)
}

/// `.commit [MESSAGE]`
pub(super) fn commit(shell: &mut Shell, rest: &str) -> Result<Flow, Failure> {
    shell.commit(super::words(rest)?.join(" ")).map(|()| Flow::Continue)
}

/// `.rollback`
pub(super) fn rollback(shell: &mut Shell, _: &str) -> Result<Flow, Failure> {
    shell.rollback().map(|()| Flow::Continue)
}
