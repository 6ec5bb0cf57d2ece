//! Reads a log line by line, so that one that is long needs no memory.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::{FORMAT, LOCK, LOG, Log, Origin, cut, private};
use crate::engine::Record;
use crate::error::Kind;

/// A log that is read from its beginning.
pub(in crate::engine) struct Reader {
    folder: PathBuf,
    file: BufReader<File>,
    lock: File,
    /// How many lines were read, and how many bytes they are.
    lines: usize,
    whole: u64,
    line: Vec<u8>,
}

impl Reader {
    /// Opens the log in `folder`, which is made if it is not there. No other sandbox can have it from now on.
    pub(in crate::engine) fn open(folder: &Path) -> Result<Self, Kind> {
        let failed = |source| Kind::Data { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = private().truncate(false).open(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Kind::DataInUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let file = private().truncate(false).open(folder.join(LOG)).map_err(failed)?;
        let file = BufReader::new(file);
        Ok(Self { folder: folder.to_owned(), file, lock, lines: 0, whole: 0, line: Vec::new() })
    }

    /// The first line; none if the folder is new.
    pub(in crate::engine) fn origin(&mut self) -> Result<Option<Origin>, Kind> {
        let Some(origin) = self.next::<Origin>()? else {
            // A log comes into being whole: this is another one's file.
            return if self.line.is_empty() { Ok(None) } else { Err(self.unreadable(1, "it is not whole")) };
        };
        if origin.format != FORMAT {
            let Origin { format, version, .. } = origin;
            let reason = format!("it has form {format}, by version {version}, and this program knows form {FORMAT}");
            return Err(self.unreadable(1, &reason));
        }
        Ok(Some(origin))
    }

    /// The next record.
    ///
    /// A last line that is not whole was being written when the process ended: nobody was told of it, and it is none.
    pub(in crate::engine) fn record(&mut self) -> Result<Option<Record<'static>>, Kind> {
        self.next()
    }

    /// How many lines were read.
    pub(in crate::engine) fn lines(&self) -> usize {
        self.lines
    }

    /// The log to go on with, after its last whole line.
    pub(in crate::engine) fn into_log(self) -> Result<Log, Kind> {
        let Self { folder, file, lock, whole, .. } = self;
        let mut file = file.into_inner();
        match cut(&mut file, whole) {
            Ok(()) => Ok(Log { folder, file: Some(file), length: whole, outcome: Vec::new(), lock: Some(lock) }),
            Err(source) => Err(Kind::Data { folder, source }),
        }
    }

    fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Kind> {
        match self.read() {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(source) => return Err(Kind::Data { folder: self.folder.clone(), source }),
        }
        let value = serde_json::from_slice(&self.line);
        // It counts the lines of what it was given, which is one.
        let reason = |error: serde_json::Error| error.to_string().replace(" at line 1 column ", " at column ");
        value.map(Some).map_err(|error| self.unreadable(self.lines, &reason(error)))
    }

    /// Whether there is another whole line, which `line` then holds.
    fn read(&mut self) -> io::Result<bool> {
        self.line.clear();
        let length = self.file.read_until(b'\n', &mut self.line)?;
        if self.line.pop_if(|last| *last == b'\n').is_none() {
            return Ok(false);
        }
        self.lines += 1;
        self.whole += length as u64;
        Ok(true)
    }

    /// Something in the log is not what it was.
    pub(in crate::engine) fn differs(&self, line: usize, what: String) -> Kind {
        Kind::DataDiffers { folder: self.folder.clone(), line, what }
    }

    fn unreadable(&self, line: usize, reason: &str) -> Kind {
        Kind::DataUnreadable { folder: self.folder.clone(), line, reason: reason.to_owned() }
    }
}
