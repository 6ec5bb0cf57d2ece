//! The log of a sandbox that outlives its process: a line of JSON for each event, in a folder of its own.
//!
//! A line is handed to the system before what it tells of happens. It survives the process, however that ends; it does
//! not have to survive the machine, for a sandbox holds nothing that is worth a sync for each call.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::mem;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::{Outcome, Record};
use crate::builder::SandboxBuilder;
use crate::clock::Time;
use crate::error::Kind;
use crate::scenario::Scenario;
use crate::settings::Configuration;
use crate::webhooks::Webhook;
use crate::world::Refusal;

mod reader;

pub(super) use reader::Reader;

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
    /// What the clock is to be set to at each beginning, unless a scenario says otherwise.
    pub(crate) time: Time,
    /// What it was set to.
    pub(crate) began: Time,
    pub(crate) seed: u64,
    /// How many tokens had been given out that are not good any more.
    pub(crate) tokens: u64,
    pub(crate) configuration: Configuration,
    /// What a reset plays, and a new sandbox; the log has what was played.
    pub(crate) scenarios: Vec<Scenario>,
    /// Who is told of what happens from the beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) webhooks: Vec<Webhook>,
}

impl Origin {
    pub(crate) fn new(builder: &SandboxBuilder) -> Self {
        let time = builder.time;
        let origin = Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: time.now(),
            time,
            began: time,
            seed: builder.seed,
            tokens: 0,
            configuration: builder.configuration(),
            scenarios: builder.scenarios.clone(),
            webhooks: builder.webhooks.clone(),
        };
        origin.begun_with(&builder.scenarios)
    }

    /// The same after `tokens` tokens that are not good any more.
    pub(crate) fn after_tokens(self, tokens: u64) -> Self {
        Self { tokens, ..self }
    }

    /// Begun now, or at the time at which the first of `scenarios` begins that says it.
    pub(crate) fn begun_with(self, scenarios: &[Scenario]) -> Self {
        match scenarios.iter().find_map(Scenario::begins_at) {
            Some(at) => Self { started_at: at, began: Time::Held(at).held(self.time.is_held()), ..self },
            None => Self { started_at: self.time.now(), began: self.time, ..self },
        }
    }
}

/// It cannot be written down, and so it does not happen.
#[derive(Debug)]
pub(crate) struct NotKept;

impl From<NotKept> for Refusal {
    fn from(_: NotKept) -> Self {
        Self::NotKept
    }
}

/// A log that is written to.
pub(crate) struct Log {
    folder: PathBuf,
    /// None once nothing may be written any more.
    file: Option<File>,
    /// How long the file is, up to the end of its last whole line.
    length: u64,
    /// The line that says what came of the last event; it goes with the next one.
    outcome: Vec<u8>,
    /// Held for as long as the log is: two processes would write two stories.
    lock: Option<File>,
}

impl Log {
    /// Begins anew: what was written before is gone, and nothing is in its place before all of this is.
    pub(crate) fn restart(&mut self, origin: &Origin, records: &[Record<'_>]) -> Result<(), Kind> {
        let folder = &self.folder;
        let failed = |source| Kind::Data { folder: folder.clone(), source };
        if self.lock.is_none() {
            return Err(failed(io::Error::other("it was closed")));
        }
        let file = begin(folder, origin, records).map_err(failed)?;
        self.length = file.metadata().map_err(failed)?.len();
        self.file = Some(file);
        self.outcome.clear();
        Ok(())
    }

    /// Writes down what is about to happen, and what came of the event before.
    pub(crate) fn append(&mut self, record: &Record<'_>) -> Result<(), NotKept> {
        let Some(file) = &mut self.file else {
            return Err(NotKept);
        };
        let before = self.outcome.len();
        let written = write_line(&mut self.outcome, record).and_then(|()| file.write_all(&self.outcome));
        let Err(error) = written else {
            self.length += self.outcome.len() as u64;
            self.outcome.clear();
            return Ok(());
        };
        tracing::error!(%error, folder = %self.folder.display(), "a call or an action has no effect, for it cannot be written down");
        self.outcome.truncate(before);
        if cut(file, self.length).is_err() {
            // Half a line would spoil what follows it.
            self.file = None;
        }
        Err(NotKept)
    }

    /// Takes down what came of the last event, to be written with the next one.
    ///
    /// It is not needed to go on, as it follows from the event; it tells whether another program thinks so, too.
    pub(crate) fn conclude(&mut self, at: Timestamp, outcome: Outcome) {
        self.outcome.clear();
        if write_line(&mut self.outcome, &Record(at, outcome.into())).is_err() {
            self.outcome.clear();
        }
    }

    /// Lets it write to another file, which is full.
    #[cfg(test)]
    pub(crate) fn fill(&mut self, full: File) {
        self.file = Some(full);
    }

    /// Writes nothing any more, and lets another sandbox have the folder.
    pub(crate) fn close(&mut self) {
        let outcome = mem::take(&mut self.outcome);
        if let Some(mut file) = self.file.take()
            && file.write_all(&outcome).is_err()
        {
            // It is not needed, and half of it is no line.
            let _ = cut(&mut file, self.length);
        }
        self.lock = None;
    }
}

fn cut(file: &mut File, length: u64) -> io::Result<()> {
    file.set_len(length)?;
    file.seek(SeekFrom::Start(length)).map(drop)
}

fn begin(folder: &Path, origin: &Origin, records: &[Record<'_>]) -> io::Result<File> {
    let new = folder.join(NEW_LOG);
    let mut file = BufWriter::new(private().truncate(true).open(&new)?);
    write_line(&mut file, origin)?;
    for record in records {
        write_line(&mut file, record)?;
    }
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(&new, folder.join(LOG))?;
    Ok(file)
}

fn write_line(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, value)?;
    to.write_all(b"\n")
}

/// Files for their owner only: a log holds tokens, and what people typed in.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
