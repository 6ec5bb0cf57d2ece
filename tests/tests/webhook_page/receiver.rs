//! Receives webhooks of the Cashlink API in axum, and takes down in SQLite what is to be done about them.

use std::{env, error::Error};

use axum::Router;
use cashlink::{
    model::InvestmentStatus,
    webhook::{Change, HandlerError, Receiver, WebhookService},
};
use cashlink_sqlite::{InboxTransaction, SqliteInbox, rusqlite::Connection};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app(&env::var("DATABASE")?, &env::var("CASHLINK_WEBHOOK_TOKEN")?)?;
    let listener = TcpListener::bind(env::var("LISTEN")?).await?;
    let stop = async {
        // Deliveries under way are answered before the program ends.
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    Ok(())
}

/// The server: webhooks below `/webhooks`, beside whatever else the application serves.
pub(crate) fn app(database: &str, tokens: &str) -> Result<Router, Box<dyn Error>> {
    // The application's own database, with the application's own table.
    let tasks = "CREATE TABLE IF NOT EXISTS task (investment_id TEXT NOT NULL, todo TEXT NOT NULL)";
    Connection::open(database)?.execute_batch(tasks)?;

    let inbox = SqliteInbox::options().handled_by(handle).open(database)?;
    let mut receiver = Receiver::builder(inbox);
    for token in tokens.split_whitespace() {
        receiver = receiver.bearer(token);
    }
    Ok(Router::new().nest_service("/webhooks", WebhookService::new(receiver.build()?)))
}

/// What the application does about an event that counts: all of it is committed together with the event, or nothing.
fn handle(transaction: &InboxTransaction<'_>, change: &Change<'_>) -> Result<(), HandlerError> {
    let todo = match change.event.status() {
        InvestmentStatus::Paid => "see that the units are credited",
        InvestmentStatus::Delivered => "tell the investor",
        status if status.is_unknown() => "find out what this status means",
        _ => return Ok(()),
    };
    let investment = change.event.investment_id().to_string();
    transaction.execute("INSERT INTO task (investment_id, todo) VALUES (?1, ?2)", [&investment, todo])?;
    Ok(())
}
