//! The Distributor API (`/distributor/v2`): finds a campaign, invests for a customer, and hands units on.
//!
//! ```sh
//! cargo run --example distributor
//! ```
//!
//! It starts a sandbox of its own. With an account, give its address and credentials to the builder instead.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use cashlink::{Cashlink, IdempotencyKey, InvestorId, Outcome, Scope, guides, model};
use cashlink_sandbox::Sandbox;

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let client = Cashlink::builder()
        .base_url(sandbox.url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .scopes(Scope::ALL)
        .build()?;
    let api = client.distributor();

    // Products that their issuers listed for this platform, and the campaigns that are open to it.
    let products = api.products().list().all().await?;
    let product = products.first().ok_or("no product is listed")?;
    let campaigns = api.campaigns(product.id).list().all().await?;
    let campaign = campaigns.first().ok_or("no campaign is open")?;
    // A reply promises little: nearly everything in it may be missing.
    if let (Some(name), Some(price)) = (&campaign.name, &campaign.price_per_token) {
        println!("campaign {name}: {price} a unit");
    }

    // The key is the order's own number: whoever asks for the order again, also after a crash, gets this investment.
    let investor: InvestorId = sandbox.investor_id().into();
    let wallet = api.wallets(investor).list().all().await?.first().ok_or("the investor has no wallet")?.id;
    let now = sandbox.now();
    let order = model::InvestmentCreateDirect::new(investor, campaign.id, 100)
        .signed_at(now)
        .accepted_at(now)
        .paid_at(now)
        .wallet(wallet);
    let order = api.investments().create(&order).key(IdempotencyKey::new("order-4711")?).send().await?;
    api.investments().credit(order.id).send().await?;
    let order = api.investments().wait_for_delivery(order.id).send().await?;
    println!("investment {} is {}", order.id, order.status);

    // A company that is onboarded by the guide receives some of the units.
    let company = guides::distributor::Input::sample();
    let run = guides::Direct::new(uuid::Uuid::new_v4());
    let company = guides::distributor::onboard(&client, &run, &company).await?;
    let address = api.wallets(company.investor_id).retrieve(company.wallet_id).send().await?.address;
    let address = address.ok_or("the wallet has no address yet")?;
    let transfer = model::TransferCreate::new(product.id, wallet, address.clone(), 40);
    let transfer = api.transfers().create(&transfer).send().await?;
    let transfer = api.transfers().wait(transfer.id.ok_or("the transfer has no id")?).send().await?;
    println!("transferred {} units", transfer.amount.unwrap_or_default());

    // What the API refuses is an error that says so, and that nothing happened.
    let too_much = model::TransferCreate::new(product.id, wallet, address, 1_000_000);
    let error = api.transfers().create(&too_much).send().await.err().ok_or("more units than there are were moved")?;
    assert!(matches!(error.outcome(), Outcome::Rejected));
    println!("refused: {error}");
    // The messages of the API may repeat personal data, so they are printed on purpose only.
    for field in error.api().into_iter().flat_map(cashlink::ApiError::fields) {
        println!("  {}: {}", field.path, field.message);
    }
    sandbox.stop().await;
    Ok(())
}
