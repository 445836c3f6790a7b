//! What was typed before, kept in the user's state folder.

use super::LineEditor;
use std::path::{Path, PathBuf};

/// The history file, if there can be one.
pub(super) struct Remembered {
    file: Option<PathBuf>,
}

impl Remembered {
    /// Loads the history; without a place for it the session's own is all there is.
    pub(super) fn load(editor: &mut LineEditor) -> Remembered {
        let file =
            place(std::env::var_os("XDG_STATE_HOME").map(PathBuf::from), std::env::home_dir());
        if let Some(file) = &file {
            if let Some(folder) = file.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            let _ = editor.load_history(file);
        }
        Remembered { file }
    }

    /// Writes what is new; sessions side by side each add their own lines.
    pub(super) fn save(&self, editor: &mut LineEditor) {
        if let Some(file) = &self.file {
            let _ = editor.append_history(file);
        }
    }
}

/// `$XDG_STATE_HOME/dossier/history`, else `~/.local/state/dossier/history`.
fn place(state: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    let state = state.filter(|folder| folder.is_absolute());
    let folder = state.or_else(|| {
        home.filter(|home| !home.as_os_str().is_empty()).map(|home| home.join(".local/state"))
    })?;
    Some(folder.join(Path::new("dossier/history")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_folder_is_the_users() {
        let file = place(Some("/state".into()), Some("/home/li".into()));
        assert_eq!(file, Some("/state/dossier/history".into()));
        let file = place(Some("relative".into()), Some("/home/li".into()));
        assert_eq!(file, Some("/home/li/.local/state/dossier/history".into()));
        assert_eq!(place(None, None), None);
    }
}
