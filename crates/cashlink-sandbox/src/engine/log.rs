//! The log of a sandbox that outlives its process: a line of JSON for each event, in a folder of its own.
//!
//! A line is handed to the system before the call that it belongs to is answered. It survives the process, however it
//! ends; it does not have to survive the machine, for a sandbox holds nothing that is worth a sync for each call.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Record;
use crate::clock::Time;
use crate::error::Kind;
use crate::settings::Configuration;

/// The form of the log. A program refuses one that it does not know.
const FORMAT: u32 = 1;

const LOG: &str = "sandbox.log";
const NEW_LOG: &str = "sandbox.log.new";
const LOCK: &str = "lock";

/// The first line: from what everything else follows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    format: u32,
    /// The version of the sandbox that began the log.
    version: String,
    pub(crate) started_at: Timestamp,
    pub(crate) time: Time,
    pub(crate) seed: u64,
    pub(crate) configuration: Configuration,
}

impl Origin {
    pub(crate) fn new(time: Time, seed: u64, configuration: Configuration) -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { format: FORMAT, version, started_at: time.now(), time, seed, configuration }
    }

    pub(crate) fn begun_at(self, started_at: Timestamp) -> Self {
        Self { started_at, ..self }
    }
}

/// A log that is written to.
pub(crate) struct Log {
    folder: PathBuf,
    file: File,
    is_stuck: bool,
    /// Held for as long as the log is: two processes would write two stories.
    _lock: File,
}

/// A log that was found, with what it says.
pub(crate) struct Found {
    pub(crate) log: Log,
    /// None if the folder was empty.
    pub(crate) origin: Option<Origin>,
    pub(crate) records: Vec<Record<'static>>,
}

impl Log {
    /// Opens the log in `folder`, which is made if it is not there.
    ///
    /// A last line that is not whole was being written when the process ended: nobody was told of it, and it goes.
    pub(crate) fn open(folder: &Path) -> Result<Found, Kind> {
        let failed = |source| Kind::Data { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::create(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Kind::DataInUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join(LOG))
            .map_err(failed)?;
        let (lines, whole) = lines(&mut file).map_err(failed)?;
        file.set_len(whole).and_then(|()| file.seek(SeekFrom::Start(whole))).map_err(failed)?;
        let log = Self { folder: folder.to_owned(), file, is_stuck: false, _lock: lock };
        let Some((first, rest)) = lines.split_first() else {
            return Ok(Found { log, origin: None, records: Vec::new() });
        };
        let unreadable = |line: usize, reason: String| Kind::DataUnreadable { folder: folder.to_owned(), line, reason };
        let origin: Origin = serde_json::from_str(first).map_err(|error| unreadable(1, error.to_string()))?;
        if origin.format != FORMAT {
            let reason =
                format!("it has form {} by version {}, and this program knows {FORMAT}", origin.format, origin.version);
            return Err(unreadable(1, reason));
        }
        let read = |(index, line): (usize, &String)| {
            serde_json::from_str(line).map_err(|error| unreadable(index + 2, error.to_string()))
        };
        let records = rest.iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Found { log, origin: Some(origin), records })
    }

    /// Begins anew: what was written before is gone, and nothing is in its place before all of this is.
    pub(crate) fn restart(&mut self, origin: &Origin, records: &[Record<'_>]) -> io::Result<()> {
        let new = self.folder.join(NEW_LOG);
        let mut file = File::create(&new)?;
        file.write_all(&line(origin)?)?;
        for record in records {
            file.write_all(&line(record)?)?;
        }
        fs::rename(&new, self.folder.join(LOG))?;
        self.file = file;
        self.is_stuck = false;
        Ok(())
    }

    pub(crate) fn append(&mut self, record: &Record<'_>) {
        if self.is_stuck {
            return;
        }
        if let Err(error) = line(record).and_then(|line| self.file.write_all(&line)) {
            tracing::error!(%error, "the log cannot be written: nothing is changed any more");
            self.is_stuck = true;
        }
    }

    /// The error of something that could not be written.
    pub(crate) fn failed(&self, source: io::Error) -> Kind {
        Kind::Data { folder: self.folder.clone(), source }
    }

    /// Whether a line could not be written.
    pub(crate) fn is_stuck(&self) -> bool {
        self.is_stuck
    }
}

fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

/// The whole lines of `file`, and how many bytes they are.
fn lines(file: &mut File) -> io::Result<(Vec<String>, u64)> {
    let mut reader = BufReader::new(file);
    let (mut lines, mut whole) = (Vec::new(), 0);
    loop {
        let mut line = Vec::new();
        let length = reader.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Ok((lines, whole));
        }
        whole += length as u64;
        lines.push(String::from_utf8(line).map_err(io::Error::other)?);
    }
}
