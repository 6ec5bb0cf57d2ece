//! The Issuer API (`/issuer/v2`): creates a bond, lists it on a platform, offers it in a campaign and closes that again.
//!
//! ```sh
//! cargo run --example issuer
//! ```
//!
//! It starts a sandbox of its own. With an account, give its address and credentials to the builder instead.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use cashlink::{Cashlink, Currency, DocumentSource, IssuerId, Money, Scope, model};
use cashlink_sandbox::Sandbox;
use jiff::civil::date;

#[tokio::main]
pub(crate) async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let client = Cashlink::builder()
        .base_url(sandbox.url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .scopes([Scope::IssuersWrite, Scope::ProductsRead, Scope::ProductsWrite, Scope::DocumentsWrite])
        .build()?;
    let api = client.issuer();

    let issuer_id = issuer(&client).await?;
    let hundred: Money = "EUR 100.00".parse()?;
    let bond = model::ProductCreate::new(model::ProductCreateRequired {
        issuer_id,
        name: "Example Bond 2030".to_owned(),
        product_type: model::ProductType::Bond,
        ewpg: false,
        provide_nominal_value: true,
        max_issuable_amount: 50_000,
        step_size: 10,
        payment_deadline: 14,
        cancellation_deadline: 14,
        network: model::Network::PolygonAmoy,
    });
    let bond = api.products().create(&bond.nominal_value(hundred)).send().await?;
    println!("product {} is {}", bond.id, bond.status.as_deref().unwrap_or("submitted"));

    // Only platforms whose agreement was verified may list products.
    let platforms = api.distribution_platforms().list().all().await?;
    let allowed = platforms.iter().find(|platform| platform.is_allowed == Some(true));
    let distribution_platform_id = allowed.ok_or("no platform is allowed")?.id;
    api.listings().create(&model::ListingCreate::new(bond.id, distribution_platform_id)).send().await?;

    let campaign = model::CampaignCreate::new(model::CampaignCreateRequired {
        distribution_platform_id,
        name: "Spring".to_owned(),
        allocation: 10_000,
        price_per_token: Money::parse("9950", 2, Currency::EUR)?.into(),
        min_number_of_tokens: 10,
        max_number_of_tokens: 1_000,
        legal_persons_allowed: true,
        natural_persons_allowed: true,
        country: "DEU".to_owned(),
        rule_type: model::CampaignRuleType::PublicOffering,
        is_campaign_active: true,
    });
    let campaign = api.campaigns(bond.id).create(&campaign).send().await?;
    if let Some(price) = &campaign.price_per_token {
        println!("campaign {}: {price} a unit", campaign.id);
    }

    // The one thing that may be changed later.
    let closed = api.campaigns(bond.id).update(campaign.id, &model::CampaignUpdate::new(false)).send().await?;
    assert_eq!(closed.is_campaign_active, Some(false));
    sandbox.stop().await;
    Ok(())
}

/// Creates the company that issues.
async fn issuer(client: &Cashlink) -> cashlink::Result<IssuerId> {
    let api = client.issuer();
    let proof = DocumentSource::bytes("register.pdf", "application/pdf", b"%PDF-1.7".as_slice());
    let identity_proof = api.documents().upload(&proof).send().await?.id;
    let structure_proof = api.documents().upload(&proof).send().await?.id;
    let ceo = model::IssuerNaturalPersonCreate::new(model::IssuerNaturalPersonCreateRequired {
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
        is_subject_to_us_tax: false,
    });
    let company = model::LegalPersonCreate::new(model::LegalPersonCreateRequired {
        company_name: "Beispiel Emissions GmbH".to_owned(),
        commercial_register: "Amtsgericht Musterstadt".to_owned(),
        commercial_register_number: "HRB 12345".to_owned(),
        company_identity_proof_id: identity_proof,
        company_structure_proof_id: structure_proof,
        street: "Werkstraße 1".to_owned(),
        city: "Musterstadt".to_owned(),
        zip: "12345".to_owned(),
        country: "DEU".to_owned(),
    });
    let account = model::BankAccountCreate::new("DE02500105170137075030", "INGDDEFFXXX", "EUR");
    let issuer = model::IssuerCreate::new(ceo, company, account);
    Ok(api.issuers().create(&issuer).send().await?.id)
}
