//! Saved queries: `.cypher` files with a typed comment header.
//!
//! [`header`] reads the header, [`locate`] finds the files, [`values`] turns
//! what the user gives into typed parameters; here is the query itself and the
//! check that it gets before it runs.

pub(crate) mod header;
pub(crate) mod locate;
pub(crate) mod values;

use super::failure::Failure;
use super::input::{self, Piece};
use super::shell::is_transaction_word;
use super::tokens;
use header::{Header, Parameter};
use std::path::{Path, PathBuf};

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// True or false.
    Boolean,
    /// A calendar date.
    Date,
    /// A date and time with an offset.
    Datetime,
    /// A list.
    List,
    /// Anything.
    Any,
}

impl Kind {
    /// Every type with its name.
    pub(crate) const ALL: [(Kind, &'static str); 8] = [
        (Kind::String, "string"),
        (Kind::Integer, "integer"),
        (Kind::Float, "float"),
        (Kind::Boolean, "boolean"),
        (Kind::Date, "date"),
        (Kind::Datetime, "datetime"),
        (Kind::List, "list"),
        (Kind::Any, "any"),
    ];

    /// The type of a name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Kind> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(kind, _)| *kind)
    }

    /// The type's name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("any", |(_, name)| name)
    }
}

/// A saved query.
#[derive(Clone, Debug)]
pub(crate) struct SavedQuery {
    /// Its name: the file's, without `.cypher`.
    pub(crate) name: String,
    /// Where it was read from, `None` for a bundled one.
    pub(crate) path: Option<PathBuf>,
    /// What its header says.
    pub(crate) header: Header,
    /// The whole file.
    pub(crate) text: String,
}

impl SavedQuery {
    /// Reads a saved query from a file.
    ///
    /// # Errors
    /// The file cannot be read as text, or its header is wrong.
    pub(crate) fn read(path: &Path) -> Result<SavedQuery, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let name =
            path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Self::from_text(&name, Some(path), text)
    }

    /// Makes a saved query from its text.
    ///
    /// # Errors
    /// The header is wrong.
    pub(crate) fn from_text(
        name: &str,
        path: Option<&Path>,
        text: String,
    ) -> Result<SavedQuery, Failure> {
        let path = path.map(Path::to_path_buf);
        match header::parse(&text) {
            Ok(header) => Ok(SavedQuery { name: name.to_owned(), path, header, text }),
            Err(error) => {
                let file = path
                    .map_or_else(|| format!("{name}.cypher"), |path| path.display().to_string());
                Err(Failure::query(format!("{file}:{}: {}", error.line, error.message)))
            }
        }
    }

    /// The file's name for messages.
    pub(crate) fn place(&self) -> String {
        self.path
            .as_ref()
            .map_or_else(|| format!("{}.cypher", self.name), |path| path.display().to_string())
    }

    /// Compares the parameters that the query uses with those that it declares.
    ///
    /// Returns the declared ones that are not used.
    ///
    /// # Errors
    /// It holds no statement, or uses a parameter that it does not declare.
    pub(crate) fn check(&self) -> Result<Vec<&Parameter>, Failure> {
        let pieces = input::pieces(&self.text);
        if !pieces.iter().any(|piece| matches!(piece, Piece::Statement { .. })) {
            return Err(Failure::query(format!("{}: holds no query", self.place())));
        }
        let used = tokens::parameters(&self.text);
        for (name, span) in &used {
            if !self.header.parameters.iter().any(|known| known.name == *name) {
                let line = input::line_of(&self.text, span.start);
                return Err(Failure::query(format!(
                    "{}:{line}: the query uses `${name}`, which its header does not declare{}",
                    self.place(),
                    self.declaration_hint(name),
                )));
            }
        }
        let unused = |parameter: &&Parameter| !used.iter().any(|(name, _)| *name == parameter.name);
        Ok(self.header.parameters.iter().filter(unused).collect())
    }

    /// Holds its statements to the grammar, without running any.
    ///
    /// # Errors
    /// One cannot be read.
    pub(crate) fn parse(&self) -> Result<(), Failure> {
        for piece in input::pieces(&self.text) {
            let Piece::Statement { text, offset } = piece else { continue };
            if is_transaction_word(text) {
                continue;
            }
            let Err(error) = dossier::syntax::parse_all(text) else { continue };
            let at = offset + error.span.map_or(0, |span| span.start as usize);
            let line = input::line_of(&self.text, at);
            return Err(Failure::query(format!("{}:{line}: {}", self.place(), error.message)));
        }
        Ok(())
    }

    fn declaration_hint(&self, name: &str) -> String {
        match super::suggest::nearest(name, self.header.parameters.iter().map(|p| p.name.as_str()))
        {
            Some(near) => format!("; did you mean `${near}`?"),
            None => format!("; add `// param {name}: any`"),
        }
    }

    /// One line a parameter: name, type, default, what it is for.
    pub(crate) fn usage(&self) -> String {
        let mut text = format!(
            "{}\n",
            if self.header.title.is_empty() { &self.name } else { &self.header.title }
        );
        if !self.header.description.is_empty() {
            text.push_str(&format!("\n{}\n", self.header.description));
        }
        if self.header.parameters.is_empty() {
            text.push_str("\nIt takes no parameters.\n");
        } else {
            text.push_str("\nParameters:\n");
        }
        let width =
            self.header.parameters.iter().map(|p| signature(p).chars().count()).max().unwrap_or(0);
        for parameter in &self.header.parameters {
            let shown = signature(parameter);
            let blanks = " ".repeat(width - shown.chars().count());
            text.push_str(format!("  {shown}{blanks}  {}", parameter.description).trim_end());
            text.push('\n');
        }
        text
    }
}

/// `--name TYPE = default`, or `--name TYPE (required)`.
fn signature(parameter: &Parameter) -> String {
    let default = parameter
        .default
        .as_ref()
        .map_or_else(|| " (required)".to_owned(), |text| format!(" = {text}"));
    format!("--{} {}{default}", parameter.name, parameter.kind.name().to_uppercase())
}
