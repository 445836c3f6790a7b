//! Where saved queries are: `queries/` beside the database, `queries/` in the
//! working folder, `$DOSSIER_QUERIES`, and those that come with the program.

use super::SavedQuery;
use crate::cli::demo;
use crate::cli::failure::Failure;
use crate::cli::suggest;
use std::path::{Path, PathBuf};

/// The folders that are searched, first one first; they need not exist.
pub(crate) fn folders(database: Option<&Path>) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Some(file) = database {
        folders.push(file.with_file_name("queries"));
    }
    folders.push(PathBuf::from("queries"));
    if let Some(folder) = std::env::var_os("DOSSIER_QUERIES").filter(|value| !value.is_empty()) {
        folders.push(PathBuf::from(folder));
    }
    let mut seen = Vec::new();
    folders.retain(|folder| {
        let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let new = !seen.contains(&real);
        seen.push(real);
        new
    });
    folders
}

/// The folder that `.save` writes to: the first that exists, else the first.
pub(crate) fn folder_to_save(database: Option<&Path>) -> PathBuf {
    let folders = folders(database);
    let existing = folders.iter().find(|folder| folder.is_dir()).cloned();
    existing.or_else(|| folders.into_iter().next()).unwrap_or_else(|| PathBuf::from("queries"))
}

/// All files of saved queries, by name; of two with one name the first found.
/// Where no folder holds any, the bundled ones.
pub(crate) fn all(database: Option<&Path>) -> Vec<(String, Result<SavedQuery, Failure>)> {
    let mut found: Vec<(String, Result<SavedQuery, Failure>)> = Vec::new();
    for folder in folders(database) {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "cypher"));
        files.sort();
        for file in files {
            let name = file
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            if !found.iter().any(|(known, _)| *known == name) {
                found.push((name, SavedQuery::read(&file)));
            }
        }
    }
    found
}

/// Names of the saved queries, for completion.
pub(crate) fn names(database: Option<&Path>, bundled: bool) -> Vec<String> {
    let mut names: Vec<String> = all(database).into_iter().map(|(name, _)| name).collect();
    if bundled {
        names.extend(demo::QUERIES.iter().map(|(name, _)| (*name).to_owned()));
    }
    names.sort();
    names.dedup();
    names
}

/// Finds a saved query by its name or by its file.
///
/// # Errors
/// There is none (with a suggestion), or it cannot be read.
pub(crate) fn find(
    wanted: &str,
    database: Option<&Path>,
    bundled: bool,
) -> Result<SavedQuery, Failure> {
    let looks_like_file = wanted.contains(['/', '\\']) || wanted.ends_with(".cypher");
    if looks_like_file && Path::new(wanted).exists() {
        return SavedQuery::read(Path::new(wanted));
    }
    let name = wanted.strip_suffix(".cypher").unwrap_or(wanted);
    let searched = folders(database);
    if !name.contains(['/', '\\']) {
        for folder in &searched {
            let file = folder.join(format!("{name}.cypher"));
            if file.exists() {
                return SavedQuery::read(&file);
            }
        }
        if let Some((name, text)) =
            demo::QUERIES.iter().find(|(known, _)| bundled && *known == name)
        {
            return SavedQuery::from_text(name, None, (*text).to_owned());
        }
    }
    if looks_like_file {
        return Err(Failure::usage(format!("{wanted}: no such file or folder")));
    }
    let known = names(database, bundled);
    let hint = match suggest::nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => {
            let folders: Vec<String> =
                searched.iter().map(|folder| folder.display().to_string()).collect();
            format!("looked in {}", folders.join(", "))
        }
        None => format!("there are {}", known.join(", ")),
    };
    Err(Failure::usage(format!("no saved query `{wanted}`; {hint}")))
}
