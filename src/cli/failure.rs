//! What can end a command, and with which exit status.

use std::io;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A query or a command in a script failed; the text is ready to be shown.
    Query(String),
    /// A query failed; the text stands as it is, for programs.
    Ready(String),
    /// It was called wrongly: a bad flag, a missing file, not a database.
    Usage(String),
    /// The reader of our output went away, which is no failure of ours.
    BrokenPipe,
    /// The user pressed Ctrl-C.
    Interrupted,
    /// The user pressed Ctrl-C, and this is what was not done.
    InterruptedBefore(String),
    /// The user was told already; with this exit status.
    Told(ExitCode),
}

impl Failure {
    /// A failed query; the text is ready to be shown.
    pub(crate) fn query(text: impl Into<String>) -> Self {
        Failure::Query(text.into())
    }

    /// A wrong call.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Failure::Usage(text.into())
    }

    /// A file that could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &io::Error) -> Self {
        Failure::Usage(format!("{}: {}", path.display(), plain_io(error)))
    }

    /// This failure, and another one behind it of the same kind; any other is left out.
    #[must_use]
    pub(crate) fn and(self, other: Failure) -> Self {
        match (self, other) {
            (Failure::Query(first), Failure::Query(second)) => {
                let error = super::paint::Paint::stderr().with(super::paint::RED, "error");
                Failure::Query(format!("{}\n\n{error}: {second}", first.trim_end()))
            }
            (Failure::Ready(first), Failure::Ready(second)) => {
                Failure::Ready(format!("{first}\n{second}"))
            }
            (first, _) => first,
        }
    }

    /// Puts `place: ` before the message.
    #[must_use]
    pub(crate) fn at(self, place: &str) -> Self {
        match self {
            Failure::Query(text) => Failure::Query(format!("{place}: {text}")),
            Failure::Usage(text) => Failure::Usage(format!("{place}: {text}")),
            other => other,
        }
    }

    /// Whether a read-eval-print loop should end over it.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self, Failure::BrokenPipe)
    }

    /// The exit status: 1 a query failed, 2 wrong usage, 130 interrupted.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Failure::Query(_) | Failure::Ready(_) => ExitCode::from(1),
            Failure::Usage(_) => ExitCode::from(2),
            Failure::BrokenPipe => ExitCode::SUCCESS,
            Failure::Interrupted | Failure::InterruptedBefore(_) => ExitCode::from(130),
            Failure::Told(code) => *code,
        }
    }

    /// The same once the user is told: before something else is that follows from it.
    #[must_use]
    pub(crate) fn told(self) -> Self {
        self.report();
        Failure::Told(self.exit_code())
    }

    /// Tells the user, on standard error.
    pub(crate) fn report(&self) {
        match self {
            Failure::Query(text) | Failure::Usage(text) => {
                let paint = super::paint::Paint::stderr();
                super::notice(&format!(
                    "{}: {}",
                    paint.with(super::paint::RED, "error"),
                    text.trim_end()
                ));
            }
            Failure::Ready(text) => super::notice(text),
            Failure::Interrupted => super::notice("interrupted"),
            Failure::InterruptedBefore(undone) => {
                super::notice(&format!("interrupted: {undone}"));
            }
            Failure::BrokenPipe | Failure::Told(_) => {}
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::BrokenPipe
        } else {
            Failure::Query(format!("cannot write the result: {}", plain_io(&error)))
        }
    }
}

/// An I/O error without the operating system's error number.
pub(crate) fn plain_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder".to_owned(),
        io::ErrorKind::InvalidData => "is not UTF-8 text".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}
