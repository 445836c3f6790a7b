//! Where results go: standard output, or a file that `.output` named.

use super::failure::Failure;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Standard output or a file.
pub(crate) struct Sink {
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl Sink {
    /// Standard output.
    pub(crate) fn stdout() -> Sink {
        Sink { file: None }
    }

    /// A file, emptied if it exists.
    ///
    /// # Errors
    /// It cannot be created.
    pub(crate) fn file(path: &Path) -> Result<Sink, Failure> {
        let file = File::create(path).map_err(|error| Failure::file(path, &error))?;
        Ok(Sink { file: Some((path.to_path_buf(), BufWriter::new(file))) })
    }

    /// Whether a person looks at it.
    pub(crate) fn is_terminal(&self) -> bool {
        self.file.is_none() && io::stdout().is_terminal()
    }

    /// Writes, and hands on what was written.
    ///
    /// # Errors
    /// What the writer or the file says.
    pub(crate) fn write(
        &mut self,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Some((_, file)) = &mut self.file {
            fill(file)?;
            file.flush()
        } else {
            let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
            fill(&mut out)?;
            out.flush()
        }
    }
}
