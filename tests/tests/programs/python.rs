//! How the programs are started.

use std::{
    io::{self, Write},
    path::Path,
    process::Output,
};

use cashlink_sandbox::Sandbox;
use tokio::process::Command;

/// Runs a program of the folder `programs` with the variables of `sandbox`, or says why it cannot.
pub(crate) async fn run(program: &str, arguments: &[&str], sandbox: &Sandbox) -> Option<Output> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    // -B: no bytecode in the folder.
    let output = Command::new("python3")
        .arg("-B")
        .arg(folder.join(program))
        .args(arguments)
        .env("CASHLINK_URL", sandbox.url())
        .env("CASHLINK_CLIENT_ID", sandbox.client_id())
        .env("CASHLINK_CLIENT_SECRET", sandbox.client_secret())
        .env("CASHLINK_CAMPAIGN_ID", sandbox.campaign_id().to_string())
        .env("CASHLINK_PRODUCT_ID", sandbox.product_id().to_string())
        .env("CASHLINK_INVESTOR_ID", sandbox.investor_id().to_string())
        .output()
        .await;
    match output {
        Ok(output) => Some(output),
        Err(error) => {
            skipped(&format!("{program} was not run, python3 cannot be started: {error}"));
            None
        }
    }
}

/// Whether the Python on the path has a library. If not, says how to get one that has.
pub(crate) async fn has(library: &str) -> bool {
    let found = Command::new("python3").args(["-c", &format!("import {library}")]).output().await;
    let has = found.is_ok_and(|output| output.status.success());
    if !has {
        skipped(&format!(
            "there is no python3 with {library} on the path; tests/external/install.sh puts one into target/tools/external/bin"
        ));
    }
    has
}

/// Says that something was not tested. Not by `eprintln`, which is kept back of a test that passes.
fn skipped(why: &str) {
    // Who has no stderr does not want to know.
    let _ = writeln!(io::stderr(), "\nSKIPPED: {why}");
}

/// What a program printed, both streams together.
pub(crate) fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
