//! The process that is killed: a receiver over an inbox in the database of an application.

use std::path::Path;

use axum::Router;
use cashlink::webhook::{Receiver, WebhookService};
use tokio::net::TcpListener;

use super::{DATABASE, Plant, Result, TOKEN, plant};

/// The argument that makes the program a receiver; the folder follows, and perhaps a mistake.
pub const CHILD: &str = "receive";

/// Receives until it is killed, and prints its address.
///
/// # Errors
///
/// Fails if it cannot start.
#[expect(clippy::print_stdout, reason = "whoever started it reads this")]
pub async fn run(folder: &Path, plant: Option<Plant>) -> Result<()> {
    let inbox = plant::inbox(&folder.join(DATABASE), plant)?;
    let service = WebhookService::new(Receiver::builder(inbox).bearer(TOKEN).build()?);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", listener.local_addr()?);
    Ok(axum::serve(listener, Router::new().fallback_service(service)).await?)
}
