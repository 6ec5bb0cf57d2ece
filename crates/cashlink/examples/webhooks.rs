//! Receives webhooks in axum: a sandbox tells of an investment, and each change of its status counts once.
//!
//! ```sh
//! cargo run -p cashlink --example webhooks --features webhook
//! ```
//!
//! It starts a sandbox of its own. For an account, give address and token of the receiver to your contact at Cashlink
//! instead, put it behind TLS, and take an inbox that survives the process, such as that of the crate `cashlink-sqlite`.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use axum::{Router, routing::get};
use cashlink::{
    Cashlink, Scope, model,
    webhook::{MemoryInbox, Receiver, WebhookService},
};
use cashlink_sandbox::{InvestmentEvent, Sandbox, Webhook};
use tokio::net::TcpListener;

/// Yours is drawn at random, and not in the source.
const TOKEN: &str = "e6b1c02f4d8a4a5e9a550c7f4f1f2d11";

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let inbox = MemoryInbox::new().handled_by(|change| {
        let before = change.before.map_or("nothing", |before| before.status.as_str());
        println!("{}: {} after {before}", change.event.investment_id(), change.event.status());
        Ok(())
    });
    let receiver = Receiver::builder(inbox).bearer(TOKEN).build()?;
    let router = Router::new()
        .route("/health", get(async || "up"))
        .nest_service("/webhooks/cashlink", WebhookService::new(receiver));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks/cashlink", listener.local_addr()?);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });

    let sandbox = Sandbox::builder().webhook(Webhook::bearer(&url, TOKEN)).start().await?;
    let client = Cashlink::builder()
        .base_url(sandbox.url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .scopes([Scope::InvestmentsWrite])
        .build()?;
    let draft = model::InvestmentCreateDirect::new(sandbox.investor_id().into(), sandbox.campaign_id().into(), 10);
    let draft = draft.signed_at(sandbox.now());
    let investment = client.platform().investments().create(&draft.into()).send().await?;
    for event in [InvestmentEvent::Accept, InvestmentEvent::Pay] {
        sandbox.trigger(investment.id.into(), event)?;
    }
    sandbox.deliveries_settled().await;
    for delivery in sandbox.deliveries() {
        println!("sent {}: {:?} after {} attempt(s)", delivery.status, delivery.state, delivery.attempt_count);
    }
    sandbox.stop().await;
    server.abort();
    Ok(())
}
