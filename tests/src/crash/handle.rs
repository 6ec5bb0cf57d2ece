//! The parent's side of a child process.

use std::{io, path::Path, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{ChildStdin, ChildStdout, Command},
};

use super::{
    Fate,
    job::{Job, Word},
};

/// The argument that makes the program a child.
pub const CHILD: &str = "child";

/// A child process that runs a guide. Dropped, it is killed.
pub(super) struct Child {
    process: tokio::process::Child,
    input: ChildStdin,
    words: Lines<BufReader<ChildStdout>>,
}

impl Child {
    pub(super) async fn start(program: &Path, job: &Job) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(CHILD).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut child = Self { process, input, words: BufReader::new(output).lines() };
        child.tell(&serde_json::to_string(job)?).await?;
        Ok(child)
    }

    /// What it says next; nothing if it has ended. If the future is dropped, no word is lost.
    pub(super) async fn word(&mut self) -> io::Result<Option<Word>> {
        let line = self.words.next_line().await?;
        Ok(line.map(|line| serde_json::from_str(&line)).transpose()?)
    }

    /// Lets it go on from the boundary where it is.
    pub(super) async fn go_on(&mut self) -> io::Result<()> {
        self.tell("").await
    }

    /// Kills it by SIGKILL: no destructor runs, and nothing is flushed.
    pub(super) async fn kill(mut self) -> io::Result<()> {
        self.process.kill().await
    }

    /// Waits for its end after its last word.
    pub(super) async fn end(mut self, word: Option<Word>) -> io::Result<Fate> {
        drop(self.input);
        let status = self.process.wait().await?;
        Ok(match word {
            Some(Word::Done(report)) if status.success() => Fate::Done(report),
            Some(Word::Failed(text)) if status.success() => Fate::Failed(text),
            _ => Fate::Failed(format!("the process ended with {status}")),
        })
    }

    async fn tell(&mut self, line: &str) -> io::Result<()> {
        self.input.write_all(format!("{line}\n").as_bytes()).await
    }
}
