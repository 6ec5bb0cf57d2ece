//! The file of a journal and those beside it: where they are, what they must be, and how they come to be.

mod lock;

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

pub(crate) use self::lock::{Lock, Noted, noted};
use crate::{
    failure::{Failure, Result},
    schema::APPLICATION_ID,
};

/// The length of the header of an SQLite file.
const HEADER: usize = 100;

/// Where a journal is: no part of its folder is a symbolic link any more.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) path: PathBuf,
}

/// What is found in the place of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No file, or one that has nothing in it.
    Nothing,
    /// A file without tables. They may be in the log yet.
    Bare,
    /// A journal, as far as its header tells.
    Journal,
}

impl Place {
    /// The place `path`, whose folder is there.
    pub(crate) fn existing(path: &Path) -> Result<Self> {
        let name = path.file_name().ok_or_else(|| Failure::unavailable("this names no file"))?;
        let folder = folder(path).canonicalize();
        let folder = folder.map_err(|error| failed("its folder cannot be opened", &error))?;
        Ok(Self { path: folder.join(name) })
    }

    /// The place `path`, whose folder is made if it is not there, for the owner only.
    pub(crate) fn made(path: &Path) -> Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder(path)).map_err(|error| failed("its folder cannot be made", &error))?;
        Self::existing(path)
    }

    /// The file beside the journal whose name ends in `suffix` too.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(suffix);
        path.into()
    }

    /// Whether there is a write-ahead log with something in it.
    pub(crate) fn has_log(&self) -> bool {
        fs::symlink_metadata(self.beside("-wal")).is_ok_and(|file| file.len() > 0)
    }

    /// The file as SQLite's form of an address, to which options can be added.
    pub(crate) fn uri(&self) -> Result<String> {
        let path = self.path.to_str().ok_or_else(|| Failure::unavailable("its path is not UTF-8: give another"))?;
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23").replace('\\', "/");
        Ok(if path.starts_with('/') { format!("file:{path}") } else { format!("file:///{path}") })
    }

    /// How many bytes the journal has, with what is not yet brought into its file.
    pub(crate) fn size(&self) -> u64 {
        let sizes = [&self.path, &self.beside("-wal")].map(|path| fs::metadata(path).map_or(0, |file| file.len()));
        sizes.iter().sum()
    }

    /// Whether there is a file with something in it. It is not opened.
    pub(crate) fn has_file(&self) -> Result<bool> {
        ["-wal", "-shm", "-journal"].iter().try_for_each(|suffix| plain(&self.beside(suffix)).map(|_| ()))?;
        Ok(plain(&self.path)?.is_some_and(|metadata| metadata.len() > 0))
    }

    /// Looks at what is there, without changing it and without SQLite.
    ///
    /// Not while this process has the journal open: closing any handle of a file lets go of all locks that the process
    /// has on it, those of SQLite too.
    pub(crate) fn find(&self) -> Result<Found> {
        if !self.has_file()? {
            return Ok(Found::Nothing);
        }
        let mut header = Vec::new();
        let read = File::open(&self.path).and_then(|file| file.take(HEADER as u64).read_to_end(&mut header));
        read.map_err(|error| failed("it cannot be read", &error))?;
        Ok(if is_bare(&header)? { Found::Bare } else { Found::Journal })
    }

    /// Makes an empty file, for the owner only, if there is none, and refuses one that cannot be written.
    pub(crate) fn make(&self) -> Result<()> {
        self.create()?;
        match fs::symlink_metadata(&self.path) {
            Ok(metadata) if metadata.permissions().readonly() => Err(Failure::unavailable(
                "the file is read-only: make it writable, or open it with SqliteStore::open_read_only",
            )),
            Ok(_) => Ok(()),
            Err(error) => Err(failed("it cannot be looked at", &error)),
        }
    }

    /// Makes an empty file, for the owner only, if there is nothing.
    pub(crate) fn create(&self) -> Result<()> {
        match private(OpenOptions::new().write(true).create_new(true)).open(&self.path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed("the file cannot be made", &error)),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// Whether an SQLite file with this header has no tables yet.
fn is_bare(header: &[u8]) -> Result<bool> {
    let number = |at: usize| header.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(Failure::damaged("this is no SQLite file, or its beginning is damaged; it was not changed"));
    }
    if !matches!(header.get(18..20), None | Some([1, 1] | [2, 2])) {
        // SQLite would open it for reading only, as if a later SQLite had written it.
        return Err(Failure::damaged("its beginning is damaged; it was not changed"));
    }
    match (number(68), number(28)) {
        (Some(id), _) if id == APPLICATION_ID.cast_unsigned() => Ok(false),
        // A journal that was about to be made has a first page without its mark.
        (Some(0), Some(pages)) if pages <= 1 => Ok(true),
        _ => Err(foreign()),
    }
}

/// The failure of a file that has not the mark of a journal.
pub(crate) fn foreign() -> Failure {
    Failure::damaged("this is the file of another program, or its beginning is damaged; it was not changed")
}

/// Makes what `options` creates readable and writable by its owner only.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// What is known of the file at `path`, if there is one. It is refused if it is a link or no file, or open to others.
fn plain(path: &Path) -> Result<Option<Metadata>> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("it cannot be looked at", &error)),
    };
    let path = path.display();
    if metadata.is_symlink() {
        return Err(Failure::unavailable(format!("{path} is a symbolic link, which is not followed: give its target")));
    }
    if !metadata.is_file() {
        return Err(Failure::unavailable(format!("{path} is not a regular file: give another path")));
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0 {
        return Err(Failure::unavailable(format!("others can read or write it: run `chmod 600 '{path}'`")));
    }
    Ok(Some(metadata))
}

/// Whether two looks at a path saw the same file.
pub(crate) fn is_same(left: &Metadata, right: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (left.dev(), left.ino()) == (right.dev(), right.ino())
    }
    #[cfg(not(unix))]
    {
        left.file_type() == right.file_type() && left.created().ok() == right.created().ok()
    }
}

/// Whether a file was not written between two looks at it.
pub(crate) fn is_unchanged(left: &Metadata, right: &Metadata) -> bool {
    is_same(left, right) && left.len() == right.len() && left.modified().ok() == right.modified().ok()
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(what: &str, error: &io::Error) -> Failure {
    Failure::unavailable(format!("{what}: {error}"))
}
