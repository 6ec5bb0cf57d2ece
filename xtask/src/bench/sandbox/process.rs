//! Servers that are ended from outside, and what they spend.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

/// A server of which nothing has to be kept; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
}

impl Server {
    pub(super) fn start(command: &mut Command) -> Result<Self> {
        let process = command.spawn().with_context(|| format!("{command:?}"))?;
        Ok(Self { process })
    }

    /// Starts one that says in lines of `NAME=value` what it is, and then `READY`.
    pub(super) fn start_and_read(command: &mut Command) -> Result<(Self, Vec<(String, String)>)> {
        let mut server = Self::start(command.stdout(Stdio::piped()))?;
        let output = server.process.stdout.take().context("the server has no output")?;
        let mut variables = Vec::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            if line == "READY" {
                return Ok((server, variables));
            }
            variables.extend(line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        Err(anyhow::anyhow!("{command:?} ended before it was ready"))
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Fails if it has ended.
    pub(super) fn check(&mut self) -> Result<()> {
        let ended = self.process.try_wait()?;
        ensure!(ended.is_none(), "it ended at once");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself is as good as ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Nanoseconds that the threads of a process were on a processor, in the kernel too. Nothing where the system does not say.
pub(super) fn cpu_nanos(id: u32) -> Option<f64> {
    let threads = fs::read_dir(format!("/proc/{id}/task")).ok()?;
    // A thread may end while its directory is read.
    let spent = threads.filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("schedstat")).ok());
    let nanos: Vec<f64> = spent.filter_map(|text| text.split(' ').next()?.parse().ok()).collect();
    (!nanos.is_empty()).then(|| nanos.iter().sum())
}

/// A port that nobody listens on, for a server that does not choose one itself.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
