//! Logging to stderr.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::args::{Command, Verbosity};

/// Starts to log what the arguments ask for, or `RUST_LOG` if it is set.
pub(crate) fn start(verbosity: &Verbosity, command: &Command) {
    let own = match (verbosity, command) {
        (Verbosity { verbose: 2.., .. }, _) => "trace",
        (Verbosity { verbose: 1, .. }, _) => "debug",
        (Verbosity { quiet: false, .. }, Command::Sandbox(_) | Command::Webhooks(_)) => "warn",
        // Demo and guide tell of their own failures.
        _ => "error",
    };
    let wanted = std::env::var(EnvFilter::DEFAULT_ENV).ok().filter(|filter| !filter.is_empty());
    let default = || EnvFilter::new(format!("error,cashlink={own},cashlink_sandbox={own}"));
    let filter = wanted.map_or_else(default, |wanted| EnvFilter::try_new(wanted).unwrap_or_else(|_| default()));
    let is_terminal = io::IsTerminal::is_terminal(&io::stderr());
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(is_terminal).finish();
    // It fails only if there is a subscriber already, and then there is a log.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
