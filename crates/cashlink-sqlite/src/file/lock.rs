//! The lock file: one process at a time has a journal. It also tells how far the journal was.
//!
//! The file is never removed: another process may have it open, and would hold a lock that nobody sees.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    process, thread,
    time::Duration,
};

use cashlink::journal::StoreErrorKind;

use super::{Place, failed, is_same, plain, private};
use crate::{
    failure::{Failure, Result},
    ledger::Ledger,
    sum::Sum,
};

/// How long a process that waits for the lock sleeps between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// The length of either line of the file.
const LINE: usize = 80;

/// The lock of a journal, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(File);

/// How far a journal was, as noted outside of it after each commit.
///
/// The note is not synced, so after a loss of power it may be behind the journal; but it is never ahead of one that is
/// whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) generation: i64,
    pub(crate) last_intent: i64,
}

impl Noted {
    /// The failure of a journal, if it is behind.
    pub(crate) fn missing_from(self, ledger: &Ledger) -> Option<Failure> {
        let commits = self.generation.saturating_sub(ledger.generation);
        let intents = self.last_intent.saturating_sub(ledger.last_intent);
        let message = format!("its latest {commits} commits are missing, with {intents} intents");
        (commits > 0).then(|| Failure::damaged(message))
    }
}

impl Lock {
    /// Takes the lock, waiting for it for up to `wait`.
    pub(crate) fn take(place: &Place, wait: Duration) -> Result<Self> {
        let path = place.beside(".lock");
        let mut left = wait;
        loop {
            let file = open(&path)?;
            match file.try_lock() {
                // Somebody may have removed the file meanwhile, and another process may hold the one that is there now.
                Ok(()) if is_there(&path, &file) => return Self(file).taken(),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if left.is_zero() => return Err(in_use(&file)),
                Err(TryLockError::WouldBlock) => {
                    let pause = left.min(BETWEEN_TRIES);
                    thread::sleep(pause);
                    left = left.saturating_sub(pause);
                }
                Err(TryLockError::Error(error)) => return Err(failed("its lock cannot be taken", &error)),
            }
        }
    }

    fn taken(self) -> Result<Self> {
        let line = format!("pid {}", process::id());
        self.write(0, &line).map_err(|error| failed("its lock file cannot be written", &error))?;
        Ok(self)
    }

    /// What was noted last; none if nothing was, or if it cannot be understood.
    pub(crate) fn noted(&self) -> Option<Noted> {
        parse(&self.read().ok()?)
    }

    /// Notes how far the journal is.
    pub(crate) fn note(&self, ledger: &Ledger) {
        let Ledger { generation, last_intent, .. } = *ledger;
        // Without the note the journal is as good as before; only damage to it is noticed less well.
        let _ = self.write(1, &line(Noted { generation, last_intent }));
    }

    fn write(&self, number: usize, line: &str) -> io::Result<()> {
        let mut file = &self.0;
        file.seek(SeekFrom::Start((number * LINE) as u64))?;
        file.write_all(format!("{line:<width$}\n", width = LINE - 1).as_bytes())
    }

    fn read(&self) -> io::Result<String> {
        text(&self.0)
    }
}

/// What is noted beside the journal at `place`, which another process may hold.
pub(crate) fn noted(place: &Place) -> Option<Noted> {
    parse(&text(&File::open(place.beside(".lock")).ok()?).ok()?)
}

fn text(mut file: &File) -> io::Result<String> {
    let mut text = String::new();
    file.seek(SeekFrom::Start(0))?;
    file.take((2 * LINE) as u64).read_to_string(&mut text)?;
    Ok(text)
}

fn line(Noted { generation, last_intent }: Noted) -> String {
    let sum = Sum::default().number(generation).number(last_intent).finish();
    format!("commits {generation} intents {last_intent} sum {sum:016x}")
}

fn parse(text: &str) -> Option<Noted> {
    let mut words = text.lines().nth(1)?.split_whitespace();
    let (generation, last_intent) = (words.nth(1)?.parse().ok()?, words.nth(1)?.parse().ok()?);
    let noted = Noted { generation, last_intent };
    (text.lines().nth(1)?.trim_end() == line(noted)).then_some(noted)
}

fn open(path: &Path) -> Result<File> {
    let before = plain(path)?;
    let opened = private(OpenOptions::new().read(true).write(true).create(true).truncate(false)).open(path);
    let file = opened.map_err(|error| failed("its lock file cannot be opened", &error))?;
    if before.is_none() {
        // What was made just now must not be where a link led.
        plain(path)?;
    }
    Ok(file)
}

fn is_there(path: &Path, file: &File) -> bool {
    matches!((fs::symlink_metadata(path), file.metadata()), (Ok(there), Ok(held)) if is_same(&there, &held))
}

fn in_use(file: &File) -> Failure {
    let text = text(file).unwrap_or_default();
    let pid = text.lines().next().and_then(|line| line.strip_prefix("pid "));
    let holder = match pid.and_then(|pid| pid.trim().parse::<u32>().ok()) {
        Some(pid) if pid == process::id() => "this process".to_owned(),
        Some(pid) => format!("the process {pid}"),
        None => "another process".to_owned(),
    };
    let message = format!("{holder} has it open: wait for its end, or give another journal");
    Failure::new(StoreErrorKind::InUse, message)
}
