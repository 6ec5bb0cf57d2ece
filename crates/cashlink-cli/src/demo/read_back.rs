//! Reads from the server what the guides say they made.

use cashlink::{
    Cashlink,
    guides::{distributor, issuance, platform, registry},
    model::{
        Campaign, Identification, Investment, Investor, Invitation, KycStatus, Product, Redemption, RedemptionStatus,
        Wallet,
    },
};

use crate::{failure, table::Object};

type Objects = failure::Result<Vec<Object>>;

/// What the registry guide made.
pub(super) async fn registry(client: &Cashlink, report: &registry::Report) -> Objects {
    let objects = Made { guide: "registry" };
    let api = client.platform();
    let mut made = vec![
        objects.investor(&api.investors().retrieve(report.investor_id).send().await?),
        objects
            .identification(&api.identifications(report.investor_id).retrieve(report.identification_id).send().await?),
    ];
    let wallets = api.wallets(report.investor_id).list().all().await?;
    made.extend(wallets.iter().map(|wallet| objects.wallet(wallet)));
    made.push(objects.investment(&api.investments().retrieve(report.investment_id).send().await?));
    if let Some(id) = report.redemption_id {
        made.push(objects.redemption(&api.redemptions().retrieve(id).send().await?));
    }
    Ok(made)
}

/// What the distributor guide made.
pub(super) async fn distributor(client: &Cashlink, report: &distributor::Report) -> Objects {
    let objects = Made { guide: "distributor" };
    let api = client.distributor();
    let identifications = api.identifications(report.investor_id);
    let mut made = vec![
        objects.investor(&api.investors().retrieve(report.investor_id).send().await?),
        objects.identification(&identifications.retrieve(report.identification_id).send().await?),
    ];
    let persons = api.benefiting_persons(report.investor_id).list().all().await?;
    made.extend(persons.iter().map(|person| objects.row("benefiting person", &person.person_id, None, String::new())));
    let wallets = api.wallets(report.investor_id).list().all().await?;
    made.extend(wallets.iter().map(|wallet| objects.wallet(wallet)));
    Ok(made)
}

/// What the platform guide made.
pub(super) async fn platform(client: &Cashlink, report: &platform::Report) -> Objects {
    let objects = Made { guide: "platform" };
    let api = client.platform();
    Ok(vec![
        objects.invitation(&api.invitations().retrieve(report.invitation_id).send().await?),
        objects.investment(&api.investments().retrieve(report.investment_id).send().await?),
    ])
}

/// What the issuance guide made. The campaign is read as the platform sees it, the investment as the issuer does.
pub(super) async fn issuance(client: &Cashlink, report: &issuance::Report) -> Objects {
    let objects = Made { guide: "issuance" };
    let (issuer, distributor) = (client.issuer(), client.distributor());
    let made = issuer.issuers().retrieve(report.issuer_id).send().await?;
    let listing = issuer.listings().retrieve(report.listing_id).send().await?;
    let platform = issuer.distribution_platforms().retrieve(report.distribution_platform_id).send().await?;
    let campaigns = distributor.campaigns(report.product_id);
    Ok(vec![
        objects.row("issuer", &made.id, None, "company".to_owned()),
        objects.product(&issuer.products().retrieve(report.product_id).send().await?),
        objects.row("listing", &listing.id, None, platform.platform_company_name.unwrap_or_default()),
        objects.campaign(&campaigns.retrieve(report.campaign_id).send().await?),
        objects.investment(&issuer.investments().retrieve(report.investment_id).send().await?),
    ])
}

/// Turns what was read into rows of the table.
struct Made {
    guide: &'static str,
}

impl Made {
    fn row(&self, kind: &'static str, id: &dyn ToString, status: Option<&str>, details: String) -> Object {
        let status = status.unwrap_or("exists").to_owned();
        Object { guide: self.guide, kind, id: id.to_string(), status, details }
    }

    fn investor(&self, investor: &Investor) -> Object {
        let details = if investor.legal_person.is_some() { "company" } else { "person" };
        self.row("investor", &investor.id, investor.kyc_status.as_ref().map(KycStatus::as_str), details.to_owned())
    }

    fn identification(&self, identification: &Identification) -> Object {
        let provider = identification.identity_provider.as_ref().map_or("", |provider| provider.as_str());
        let status = identification.status.as_ref().map(KycStatus::as_str);
        self.row("identification", &identification.id, status, provider.to_owned())
    }

    fn wallet(&self, wallet: &Wallet) -> Object {
        let status = match wallet.is_frozen {
            Some(true) => "frozen",
            _ => "open",
        };
        let kind = wallet.type_.as_ref().map_or("", |kind| kind.as_str());
        self.row("wallet", &wallet.id, Some(status), kind.to_owned())
    }

    fn product(&self, product: &Product) -> Object {
        let kind = product.product_type.as_ref().map_or("", |kind| kind.as_str());
        self.row("product", &product.id, product.status.as_deref(), kind.to_owned())
    }

    fn campaign(&self, campaign: &Campaign) -> Object {
        let status = campaign.is_campaign_active.map(|is_active| if is_active { "active" } else { "closed" });
        let units = campaign.allocation.map(|units| format!("{units} units")).unwrap_or_default();
        self.row("campaign", &campaign.id, status, units)
    }

    fn investment(&self, investment: &Investment) -> Object {
        let units = investment.units.map(|units| format!("{units} units"));
        let amount = investment.investment_amount.as_ref().map(ToString::to_string);
        let details = units.into_iter().chain(amount).collect::<Vec<_>>().join(", ");
        self.row("investment", &investment.id, Some(investment.status.as_str()), details)
    }

    fn redemption(&self, redemption: &Redemption) -> Object {
        let units = redemption.units.map(|units| format!("{units} units")).unwrap_or_default();
        let id = redemption.id.map(|id| id.to_string()).unwrap_or_default();
        self.row("redemption", &id, redemption.status.as_ref().map(RedemptionStatus::as_str), units)
    }

    fn invitation(&self, invitation: &Invitation) -> Object {
        let is_answered = invitation.self_disclosure_submitted_at.is_some() && invitation.survey_submitted_at.is_some();
        let waiver = invitation.survey_waiver.as_ref().map_or("", |waiver| waiver.as_str());
        self.row("invitation", &invitation.id, Some(if is_answered { "answered" } else { "open" }), waiver.to_owned())
    }
}
