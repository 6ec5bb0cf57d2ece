//! Logging to stderr.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::args::Verbosity;

/// Starts to log what the arguments ask for, or `RUST_LOG` if it is set.
pub(crate) fn start(verbosity: &Verbosity) {
    let own = match verbosity {
        Verbosity { quiet: true, .. } => "error",
        Verbosity { verbose: 0, .. } => "warn",
        Verbosity { verbose: 1, .. } => "debug",
        Verbosity { .. } => "trace",
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
