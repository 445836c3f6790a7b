//! Holds the code to ARCHITECTURE.md: which room imports which, who touches the disk,
//! who knows bincode, who prints.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Each room with the rooms that it may import, from the lowest up.
const ROOMS: &[(&str, &[&str])] = &[
    ("value", &[]),
    ("threads", &[]),
    ("vector", &["value"]),
    ("syntax", &["value"]),
    ("store", &["vector", "value"]),
    ("durable", &["store", "vector", "value"]),
    ("import", &["vector", "value"]),
    ("rdf", &["value"]),
    ("load", &["import", "store", "vector", "value"]),
    ("function", &["syntax", "vector", "value"]),
    ("procedure", &["store", "function", "vector", "threads", "value"]),
    ("bind", &["syntax", "function", "value"]),
    ("plan", &["bind", "syntax", "value"]),
    (
        "execute",
        &[
            "plan", "bind", "function", "import", "load", "syntax", "vector", "store", "threads",
            "value",
        ],
    ),
    (
        "database",
        &[
            "execute",
            "procedure",
            "plan",
            "bind",
            "function",
            "import",
            "rdf",
            "load",
            "durable",
            "store",
            "syntax",
            "threads",
            "value",
        ],
    ),
    ("export", &["rdf", "store", "value"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The code of a file without its comments.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that the text names as `crate::room`, also inside `use crate::{…}`.
fn imports(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    let mut add = |text: &str| {
        let room: String =
            text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if ROOMS.iter().any(|(name, _)| *name == room) {
            rooms.insert(room);
        }
    };
    for (_, rest) in
        code.match_indices("crate::").map(|(at, found)| (at, &code[at + found.len()..]))
    {
        match rest.strip_prefix('{') {
            None => add(rest),
            Some(group) => {
                let mut depth = 1;
                let mut start = 0;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        ',' if depth == 1 => {
                            add(&group[start..at]);
                            start = at + 1;
                        }
                        _ => {}
                    }
                    if depth == 0 {
                        add(&group[start..at]);
                        break;
                    }
                }
            }
        }
    }
    rooms
}

#[test]
fn the_reader_of_imports_finds_them() {
    let found = imports(
        "use crate::{bind, plan::{a, b}, syntax};\nuse crate::store::Graph;\nlet x = crate::value::Value::Null;",
    );
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["bind", "plan", "store", "syntax", "value"]);
}

#[test]
fn rooms_import_only_what_the_map_allows() {
    let mut wrong = Vec::new();
    for (room, allowed) in ROOMS {
        for file in rust_files(&source().join(room)) {
            for import in imports(&code(&file)) {
                if import != *room && !allowed.contains(&import.as_str()) {
                    wrong.push(format!(
                        "{} imports `{import}`",
                        file.strip_prefix(source()).unwrap().display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "not allowed by ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_command_uses_the_public_face_only() {
    let mut files = rust_files(&source().join("cli"));
    files.push(source().join("main.rs"));
    for file in files {
        let code = code(&file);
        for hidden in ["execute", "plan", "bind", "durable", "vector"] {
            assert!(
                !code.contains(&format!("dossier::{hidden}")),
                "{} reaches into `{hidden}`",
                file.display()
            );
        }
    }
}

#[test]
fn the_map_names_every_room() {
    let map = std::fs::read_to_string(source().parent().unwrap().join("ARCHITECTURE.md")).unwrap();
    for (room, _) in ROOMS {
        assert!(map.contains(&format!("| `{room}/` |")), "ARCHITECTURE.md has no line for {room}/");
    }
    for entry in std::fs::read_dir(source()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let known = name == "cli" || ROOMS.iter().any(|(room, _)| *room == name);
        assert!(!entry.file_type().unwrap().is_dir() || known, "src/{name}/ is no room of the map");
    }
}

/// The files outside `rooms` whose code contains one of the words.
fn elsewhere(words: &[&str], rooms: &[&str]) -> Vec<String> {
    let inside = |file: &Path| rooms.iter().any(|room| file.starts_with(source().join(room)));
    rust_files(&source())
        .into_iter()
        .filter(|file| !inside(file))
        .filter(|file| {
            let code = code(file);
            words.iter().any(|word| code.contains(word))
        })
        .map(|file| file.strip_prefix(source()).unwrap().display().to_string())
        .collect()
}

#[test]
fn only_durable_the_command_and_local_imports_touch_files() {
    assert_eq!(
        elsewhere(&["std::fs", "fs::File"], &["durable", "cli", "main.rs", "import/local.rs"]),
        Vec::<String>::new()
    );
}

#[test]
fn only_the_codec_knows_bincode() {
    assert_eq!(elsewhere(&["bincode"], &["durable/codec.rs"]), Vec::<String>::new());
}

#[test]
fn only_the_command_prints() {
    let words = ["println!", "print!(", "eprintln!", "eprint!(", "io::stdout", "io::stderr"];
    assert_eq!(elsewhere(&words, &["cli", "main.rs"]), Vec::<String>::new());
}
