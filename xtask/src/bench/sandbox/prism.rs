//! Prism, an independent server that makes up replies from the same description.

use std::{
    net::TcpStream,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Result, bail};

use super::process::{Server, free_port};
use crate::{
    bench::{
        peer::{self, Core, Program},
        progress,
    },
    workspace::Workspace,
};

/// How often it is asked whether it listens, with a pause in between: a minute on the whole.
const ATTEMPTS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(100);

/// A Prism that listens.
pub(super) struct Prism {
    pub(super) server: Server,
    pub(super) url: String,
    /// What it is and how it was started.
    pub(super) description: String,
}

/// Installs it if need be, and starts it.
pub(super) fn start(workspace: &Workspace, program: &Program) -> Result<Prism> {
    progress::show("installing Prism…");
    let installed = peer::run(&mut Command::new(workspace.root().join("tests/bench/prism/install.sh")));
    progress::show("");
    installed?;
    let tools = workspace.root().join("target/tools/prism");
    let node = tools.join("node");
    let script = tools.join("node_modules/@stoplight/prism-cli/dist/index.js");
    let version = |command: &mut Command| peer::run(command).map(|text| text.trim().to_owned());
    let node_version = version(Command::new(&node).arg("--version"))?;
    let prism_version = version(Command::new(&node).arg(&script).arg("--version"))?;

    // Requests are checked in any case, replies only with `--errors`. Its log takes long, so it writes none.
    let flags = ["--errors", "--verboseLevel", "silent"];
    let port = free_port()?;
    let mut command = program.on(Core::Number(0), &node);
    command.arg(&script).args(["mock", "--port", &port.to_string()]).args(flags);
    command.arg(workspace.root().join("openapi/cashlink.json")).stdout(Stdio::null()).stderr(Stdio::null());
    let mut server = Server::start(&mut command)?;
    for _ in 0..ATTEMPTS {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            let description = format!("Prism {prism_version} on Node.js {node_version}: mock {}", flags.join(" "));
            return Ok(Prism { server, url: format!("http://127.0.0.1:{port}"), description });
        }
        server.check()?;
        thread::sleep(PAUSE);
    }
    bail!("it does not listen")
}
