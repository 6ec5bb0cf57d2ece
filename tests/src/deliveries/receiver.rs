//! The receiver as a process.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    task::yield_now,
};

use super::{CHILD, Plant, Result};

/// A receiver that is ready.
pub(super) struct Receiver {
    process: Child,
    pub(super) address: String,
    /// It is being killed.
    pub(super) is_over: Arc<AtomicBool>,
    /// Its output stays open, so that it can be written to.
    _output: BufReader<ChildStdout>,
}

/// What a receiver is started with.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) program: PathBuf,
    pub(super) folder: PathBuf,
    pub(super) plant: Option<Plant>,
}

impl Start {
    fn spawn(&self) -> Result<Child> {
        let Self { program, folder, plant } = self;
        let mut command = Command::new(program);
        command.arg(CHILD).arg::<&Path>(folder).args(plant.map(Plant::name)).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Ok(command.spawn()?)
    }

    /// Starts it and waits until it is ready.
    pub(super) async fn ready(&self) -> Result<Receiver> {
        let mut process = self.spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or("it has no output")?);
        let mut address = String::new();
        if output.read_line(&mut address).await? > 0 {
            let address = address.trim_end().to_owned();
            return Ok(Receiver { process, address, is_over: Arc::default(), _output: output });
        }
        let mut text = String::new();
        if let Some(mut stderr) = process.stderr.take() {
            // What cannot be read is not shown.
            let _ = stderr.read_to_string(&mut text).await;
        }
        Err(format!("the receiver did not start: {text}").into())
    }

    /// Starts it and kills it, perhaps before it is ready.
    pub(super) async fn and_kill(&self, patience: u32) -> Result<()> {
        let mut process = self.spawn()?;
        for _ in 0..patience {
            yield_now().await;
        }
        Ok(process.kill().await?)
    }
}

impl Receiver {
    /// Kills it by SIGKILL: no destructor runs, and nothing is flushed.
    pub(super) async fn kill(mut self) -> Result<()> {
        self.is_over.store(true, Ordering::SeqCst);
        Ok(self.process.kill().await?)
    }
}
