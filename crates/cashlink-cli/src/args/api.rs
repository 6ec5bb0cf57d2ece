//! The arguments of `cashlink api`.

use std::{path::PathBuf, time::Duration};

use cashlink::{IdempotencyKey, Method};

use super::{ConnectionOptions, OptionalJournal};
use crate::duration;

/// A call of one operation.
#[derive(clap::Args)]
pub(crate) struct Api {
    /// GET, POST or PATCH.
    #[arg(value_name = "METHOD", value_parser = method, required_unless_present = "list")]
    pub(crate) method: Option<Method>,
    /// Path with its ids filled in, from /v2, /distributor or /issuer on; a query may follow it.
    #[arg(value_name = "PATH", required_unless_present = "list")]
    pub(crate) path: Option<String>,
    /// Print every operation: method, path, scope, whether it takes a key, and what it does. Needs no settings.
    #[arg(long, conflicts_with_all = ["method", "path", "data", "file", "content_type", "key", "query", "all", "timeout"])]
    pub(crate) list: bool,
    #[command(flatten)]
    pub(crate) request: Request,
    #[command(flatten)]
    pub(crate) journal: OptionalJournal,
    #[command(flatten)]
    pub(crate) connection: ConnectionOptions,
}

/// What is sent along.
#[derive(clap::Args)]
pub(crate) struct Request {
    /// Body: JSON, @FILE with JSON (or YAML, by its extension), or `-` for JSON on stdin. Other users of this machine
    /// can see what stands here; prefer a file.
    #[arg(long, value_name = "JSON", conflicts_with = "file")]
    pub(crate) data: Option<String>,
    /// Document to upload.
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) file: Option<PathBuf>,
    /// Content type of the document; application/pdf unless given.
    #[arg(long, value_name = "TYPE", requires = "file")]
    pub(crate) content_type: Option<String>,
    /// Idempotency key, the same for every time that this effect is asked for. Random unless given; printed before
    /// anything is sent.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<IdempotencyKey>,
    /// Parameter of the query, not encoded; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) query: Vec<(String, String)>,
    /// Read the whole list: follow its pages and print its items one after the other.
    #[arg(long, conflicts_with_all = ["data", "file", "key"])]
    pub(crate) all: bool,
    /// How long the call may take with its repetitions, such as 30s; with --all, each page.
    #[arg(long, value_name = "DUR", value_parser = duration::timeout)]
    pub(crate) timeout: Option<Duration>,
}

fn method(text: &str) -> Result<Method, String> {
    let known = Method::ALL.iter().copied();
    let found = known.clone().find(|method| method.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| format!("must be {}", known.map(Method::as_str).collect::<Vec<_>>().join(", ")))
}

fn parameter(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("must be NAME=VALUE"),
    }
}
