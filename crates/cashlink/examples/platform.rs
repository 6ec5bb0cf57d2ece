//! The Cashlink API (`/v2`): onboards an investor, invests, waits for the units, and lists what there is.
//!
//! ```sh
//! cargo run --example platform
//! ```
//!
//! It starts a sandbox of its own. With an account, give its address and credentials to the builder instead.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::{error::Error, pin::pin};

use cashlink::{Cashlink, DocumentSource, InvestorId, Scope, WalletId, model};
use cashlink_sandbox::Sandbox;
use futures_util::TryStreamExt;
use jiff::civil::date;

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let client = Cashlink::builder()
        .base_url(sandbox.url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .scopes(Scope::ALL)
        .build()?;
    let api = client.platform();

    let (investor, wallet) = onboard(&client).await?;

    // A campaign offers units of a product. This one is there from the start.
    let campaign = sandbox.campaign_id().into();
    let now = sandbox.now();
    let investment = model::InvestmentCreateDirect::new(investor, campaign, 300)
        .signed_at(now)
        .accepted_at(now)
        .paid_at(now)
        .wallet(wallet);
    let investment = api.investments().create(&investment.into()).send().await?;
    println!("investment {} is {}", investment.id, investment.status);

    // The credit is a task on the ledger: it is under way when the call returns.
    api.investments().credit(investment.id).send().await?;
    let investment = api.investments().wait_for_delivery(investment.id).send().await?;
    println!("investment {} is {}", investment.id, investment.status);

    // Lists are streams: further pages are read as their items are needed.
    let mut investments = pin!(api.investments().list().page_size(10).by_item());
    while let Some(investment) = investments.try_next().await? {
        println!("{}: {} units", investment.id, investment.units.unwrap_or_default());
    }
    sandbox.stop().await;
    Ok(())
}

/// Creates an investor with identification and wallet.
async fn onboard(client: &Cashlink) -> cashlink::Result<(InvestorId, WalletId)> {
    let api = client.platform();
    let person = model::NaturalPersonCreate::new(model::NaturalPersonCreateRequired {
        salutation: model::Salutation::Ms,
        forename: "Erika".to_owned(),
        surname: "Beispiel".to_owned(),
        birth_date: date(1984, 6, 17),
        birth_place: "Musterstadt".to_owned(),
        citizenship: "DEU".to_owned(),
        street: "Beispielweg 12".to_owned(),
        city: "Musterstadt".to_owned(),
        zip: "12345".to_owned(),
        country: "DEU".to_owned(),
        is_pep: false,
    });
    // This family demands little; a wallet needs tax information, too.
    let investor =
        model::InvestorCreate::new(person, true).tax_information(model::TaxInformationCreate::new("12345678901", true));
    let investor = api.investors().create(&investor).send().await?.id;

    let protocol = DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.7".as_slice());
    let protocol = api.documents().upload(&protocol).send().await?.id;
    let identification = model::IdentificationImport::new(model::IdentificationImportRequired {
        document_type: model::DocumentType::Idcard,
        document_id: "L01X00T47".to_owned(),
        document_issuer: "Stadt Musterstadt".to_owned(),
        document_valid_from: date(2022, 1, 1),
        document_valid_to: date(2031, 12, 31),
        identity_provider: model::IdentityProvider::Postident,
        legitimation_process_id: "case-4711".to_owned(),
        legitimation_protocol_id: protocol,
        verified_at: "2025-03-03T10:00:00Z".parse().unwrap_or_default(),
    });
    api.identifications(investor).create(&identification.into()).send().await?;
    let wallet = api.wallets(investor).create_managed().send().await?.id;

    // A change says only what is to be different: `Patch` keeps, clears or sets.
    let update = model::InvestorUpdate::new().communication(model::CommunicationUpdate::new().email("e@example.org"));
    api.investors().update(investor, &update).send().await?;
    Ok((investor, wallet))
}
