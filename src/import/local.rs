//! The files of this machine, all of them or those of one folder.
//!
//! A location is a path or a `file:` URL. Where there is a folder, both are meant within
//! it, whatever they begin with, and neither `..` nor a symbolic link leads out of it.

use super::access::{CreatedFile, FileAccess, FileError, OpenedFile, ReadAt};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Files of this machine.
///
/// ```
/// use dossier::import::{FileAccess, LocalFiles};
///
/// let error = LocalFiles::anywhere().open("http://example.org/people.csv").unwrap_err();
/// assert!(format!("{error:?}").contains("download"));
/// ```
#[derive(Clone, Debug)]
pub struct LocalFiles {
    /// The folder that nothing leads out of.
    folder: Option<PathBuf>,
    /// Whether files are made as well.
    writable: bool,
}

impl LocalFiles {
    /// Every file that the process may read. Paths are relative to the current folder.
    pub fn anywhere() -> Self {
        LocalFiles { folder: None, writable: false }
    }

    /// The files in a folder and in the folders below it. Paths are relative to it, and so
    /// are `file:///` URLs.
    pub fn within(folder: impl Into<PathBuf>) -> Self {
        LocalFiles { folder: Some(folder.into()), writable: false }
    }

    /// The same, and queries may make files there as well, and replace those that are there.
    #[must_use]
    pub fn writable(self) -> Self {
        LocalFiles { writable: true, ..self }
    }

    /// Opens a file: with its path, and its length where it is an ordinary one.
    fn opened(&self, location: &str) -> Result<(File, PathBuf, Option<u64>), FileError> {
        let path = self.resolve(location, path_of(location)?)?;
        let file = File::open(&path).map_err(|error| unreadable(location, &error))?;
        let metadata = file.metadata().ok();
        if metadata.as_ref().is_some_and(Metadata::is_dir) {
            return Err(FileError::Unreadable(format!("`{location}` is a folder, not a file")));
        }
        let length = metadata.filter(Metadata::is_file).map(|metadata| metadata.len());
        Ok((file, path, length))
    }

    /// The file that a path stands for.
    fn resolve(&self, location: &str, path: PathBuf) -> Result<PathBuf, FileError> {
        let Some(folder) = &self.folder else { return Ok(path) };
        let folder = folder.canonicalize().map_err(|error| {
            FileError::Unreadable(format!("`{}`: {}", folder.display(), reason(&error)))
        })?;
        let below: PathBuf = path.components().filter(|part| !is_root(*part)).collect();
        // A file that is not there must not tell whether there is one outside.
        let denied = || {
            let message = format!("`{location}` is outside of the folder that queries may read");
            FileError::Denied(message)
        };
        if leads_out(&below) {
            return Err(denied());
        }
        let full =
            folder.join(below).canonicalize().map_err(|error| unreadable(location, &error))?;
        if full.starts_with(&folder) { Ok(full) } else { Err(denied()) }
    }
}

impl FileAccess for LocalFiles {
    fn open(&self, location: &str) -> Result<OpenedFile, FileError> {
        let (file, path, length) = self.opened(location)?;
        let full = path.canonicalize().unwrap_or(path);
        Ok(OpenedFile { name: full.to_string_lossy().into(), length, reader: Box::new(file) })
    }

    fn open_again(&self, location: &str) -> Result<OpenedFile, FileError> {
        // Asked before it is opened: a pipe is opened only when somebody writes to it.
        let path = self.resolve(location, path_of(location)?)?;
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            let why = "is a pipe or a device, which can be read only once: write what comes out of \
                       it to a file first";
            return Err(FileError::Unreadable(format!("`{location}` {why}")));
        }
        self.open(location)
    }

    fn open_at(&self, location: &str) -> Result<Arc<dyn ReadAt>, FileError> {
        let (file, _, length) = self.opened(location)?;
        let length = length.ok_or_else(|| {
            let why = "it cannot be read in any order, as is needed here";
            FileError::Unreadable(format!("`{location}` is no ordinary file: {why}"))
        })?;
        Ok(Arc::new(Seeking { file: Mutex::new(file), length }))
    }

    fn create(&self, location: &str) -> Result<Box<dyn CreatedFile>, FileError> {
        if !self.writable {
            let why = "queries may only read files here";
            return Err(FileError::Denied(format!("`{location}` cannot be written: {why}")));
        }
        let path = path_of(location)?;
        let unmade =
            |why: &str| FileError::Unwritable(format!("`{location}` cannot be made: {why}"));
        let Some(name) = path.file_name().map(ToOwned::to_owned) else {
            return Err(unmade("it has no name"));
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let folder = self
            .resolve(location, folder.unwrap_or(Path::new(".")).to_path_buf())
            .map_err(|error| match error {
                FileError::Unreadable(_) => unmade("its folder is not there, or cannot be entered"),
                other => other,
            })?;
        let target = folder.join(name);
        // A device or a pipe is written to as it is.
        if std::fs::metadata(&target).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
            let file = File::options().write(true).open(&target);
            let file = file.map_err(|error| unmade(&reason(&error)))?;
            return Ok(Box::new(Made { file, part: None, target }));
        }
        if target.is_dir() {
            return Err(unmade("there is a folder of this name"));
        }
        let mut part = target.clone().into_os_string();
        part.push(format!(".{}.part", std::process::id()));
        let part = PathBuf::from(part);
        let file = File::create(&part).map_err(|error| match error.kind() {
            ErrorKind::NotFound => unmade("there is no such folder"),
            _ => unmade(&reason(&error)),
        })?;
        Ok(Box::new(Made { file, part: Some(part), target }))
    }
}

/// A file that is read from one place after another.
struct Seeking {
    file: Mutex<File>,
    length: u64,
}

impl ReadAt for Seeking {
    fn length(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset))?;
        file.read(buffer)
    }
}

/// A file that is made under another name, and gets its own when it is whole.
struct Made {
    file: File,
    /// The other name, as long as it has it.
    part: Option<PathBuf>,
    target: PathBuf,
}

impl Write for Made {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl CreatedFile for Made {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let Some(part) = &self.part else { return Ok(()) };
        self.file.sync_all()?;
        std::fs::rename(part, &self.target)?;
        self.part = None;
        Ok(())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // What cannot be removed is a file that nobody asked for, and whose name says so.
            let _ = std::fs::remove_file(part);
        }
    }
}

fn is_root(part: Component<'_>) -> bool {
    matches!(part, Component::Prefix(_) | Component::RootDir)
}

/// Whether a path steps out of the folder that it begins in, at some place on its way.
fn leads_out(path: &Path) -> bool {
    let mut depth = 0_usize;
    for part in path.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            _ => {}
        }
    }
    false
}

fn unreadable(location: &str, error: &io::Error) -> FileError {
    FileError::Unreadable(format!("`{location}` cannot be read: {}", reason(error)))
}

/// What went wrong, without the number that the system gives it.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// The path that a location stands for.
fn path_of(location: &str) -> Result<PathBuf, FileError> {
    let Some((scheme, rest)) = location.split_once(':').filter(|(scheme, _)| is_scheme(scheme))
    else {
        return Ok(PathBuf::from(location));
    };
    let unreadable = |why: &str| Err(FileError::Unreadable(format!("`{location}` {why}")));
    if !scheme.eq_ignore_ascii_case("file") {
        return unreadable("is not on this machine: download the file first, and name its path");
    }
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return unreadable("names another machine: write `file:///` and the path");
            }
            path
        }
    };
    let Some(path) = decoded(path) else {
        return unreadable("is no valid URL: `%` stands before two hexadecimal digits");
    };
    // `file:///C:/x` is the path `C:/x`.
    let drive = |path: &str| path.get(1..3).is_some_and(|drive| drive.ends_with(':'));
    let path = if drive(&path) { path[1..].to_owned() } else { path };
    Ok(PathBuf::from(path))
}

/// Whether what stands before a colon is the scheme of a URL; a single letter is a drive.
fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// A URL's path with `%20` and the like resolved.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(hexadecimal.then_some(digits)?, 16).ok()?);
        rest = rest.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_paths_or_urls() {
        let path = |location| path_of(location).map(|path| path.display().to_string());
        for (location, wanted) in [
            ("a.csv", "a.csv"),
            ("data/a.csv", "data/a.csv"),
            ("/tmp/a.csv", "/tmp/a.csv"),
            ("file:///tmp/a%20b.csv", "/tmp/a b.csv"),
            ("FILE://localhost/a.csv", "/a.csv"),
            ("file:a.csv", "a.csv"),
            ("file:///C:/a.csv", "C:/a.csv"),
            ("C:/a.csv", "C:/a.csv"),
            ("10:30.csv", "10:30.csv"),
            ("file:///%C3%A9.csv", "/é.csv"),
        ] {
            assert_eq!(path(location).as_deref(), Ok(wanted), "{location}");
        }
        for location in ["http://x/a.csv", "file://host/a.csv", "file:///%zz", "s3://bucket/a"] {
            assert!(matches!(path(location), Err(FileError::Unreadable(_))), "{location}");
        }
    }

    #[test]
    fn nothing_leads_out_of_a_folder() {
        let outer = tempfile::tempdir().expect("a folder");
        let inner = outer.path().join("data");
        std::fs::create_dir(&inner).expect("a folder");
        std::fs::write(outer.path().join("secret.csv"), "a").expect("a file");
        std::fs::write(inner.join("open.csv"), "a").expect("a file");
        #[cfg(unix)]
        std::os::unix::fs::symlink(outer.path().join("secret.csv"), inner.join("link.csv"))
            .expect("a link");
        let files = LocalFiles::within(&inner);
        for allowed in ["open.csv", "/open.csv", "file:///open.csv", "x/../open.csv"] {
            let opened = files.open(allowed).map(|file| file.name.ends_with("open.csv"));
            if allowed.starts_with('x') {
                assert!(matches!(opened, Err(FileError::Unreadable(_))), "{allowed}");
            } else {
                assert_eq!(opened, Ok(true), "{allowed}");
            }
        }
        let full = outer.path().join("secret.csv").display().to_string();
        for denied in ["../secret.csv", "file:///../secret.csv", "x/../../secret.csv"] {
            assert!(matches!(files.open(denied), Err(FileError::Denied(_))), "{denied}");
        }
        assert!(files.open(&full).is_err());
        #[cfg(unix)]
        assert!(matches!(files.open("link.csv"), Err(FileError::Denied(_))));
        let made = |files: &LocalFiles, name: &str| {
            let mut file = files.create(name).map_err(|error| format!("{error:?}"))?;
            file.write_all(b"b").map_err(|error| error.to_string())?;
            file.finish().map_err(|error| error.to_string())
        };
        assert!(made(&files, "new.csv").unwrap_err().contains("only read"));
        let files = files.writable();
        made(&files, "/new.csv").expect("a file");
        drop(files.create("open.csv").expect("a file"));
        let names = std::fs::read_dir(&inner).expect("a folder").count();
        assert_eq!(names, if cfg!(unix) { 3 } else { 2 });
        assert_eq!(std::fs::read(inner.join("open.csv")).expect("a file"), b"a");
        made(&files, "open.csv").expect("a file");
        assert_eq!(std::fs::read(inner.join("open.csv")).expect("a file"), b"b");
        for denied in ["../new.csv", "../data/../new.csv", "x/../../secret.csv", "no/new.csv", ""] {
            assert!(made(&files, denied).is_err(), "{denied}");
        }
        let anywhere = LocalFiles::anywhere();
        assert!(anywhere.open(&full).is_ok());
        assert!(matches!(anywhere.open("/"), Err(FileError::Unreadable(_))));
        assert!(matches!(anywhere.open("no such file.csv"), Err(FileError::Unreadable(_))));
    }
}
