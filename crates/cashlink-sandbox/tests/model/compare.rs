//! Holds what is shown against the book.

use serde_json::{Value, json};

use crate::book::{Book, End, Investment, Kyc, Move, Progress};
use crate::seen::Seen;

type Check = Result<(), String>;

pub(crate) fn check(book: &Book, seen: &Seen) -> Check {
    for client in [0, 1] {
        let investors = book.investors.iter().filter(|investor| investor.client == client);
        let investors = investors.map(|investor| json!({"id": investor.id, "kyc_status": investor.kyc().map(kyc)}));
        rows("investors", investors, &seen.investors[client])?;
        let investments = book.investments.iter().filter(|found| found.client == client);
        rows("investments", investments.map(investment), &seen.investments[client])?;
        let (transfers, redemptions): (Vec<&Move>, Vec<&Move>) =
            book.moves.iter().filter(|found| found.client == client).partition(|found| found.target.is_some());
        rows("redemptions", redemptions.into_iter().map(redemption), &seen.redemptions[client])?;
        rows("transfers", transfers.into_iter().map(transfer), &seen.transfers[client])?;
    }
    for issued in &seen.products {
        let product = book.product(issued.id).ok_or_else(|| format!("nobody made {}", issued.product))?;
        let expected = json!({"status": product.status, "max_issuable_amount": product.max});
        rows("products", [expected], std::slice::from_ref(&issued.product))?;
        let campaigns = book.campaigns.iter().filter(|campaign| campaign.product == product.id);
        let campaigns = campaigns.map(|campaign| {
            json!({"id": campaign.id, "allocation": campaign.allocation, "is_campaign_active": campaign.is_open})
        });
        rows("campaigns", campaigns, &issued.campaigns)?;
        let investments = book.investments.iter().filter(|found| found.product == product.id);
        rows("investments of the issuer", investments.map(investment), &issued.investments)?;
    }
    Ok(())
}

/// Row by row, as far as the book says something.
fn rows(noun: &str, expected: impl IntoIterator<Item = Value>, shown: &[Value]) -> Check {
    let expected: Vec<Value> = expected.into_iter().collect();
    if expected.len() != shown.len() {
        return Err(format!("{noun}: {} are expected and {} shown", expected.len(), shown.len()));
    }
    for (expected, shown) in expected.iter().zip(shown) {
        for (name, value) in expected.as_object().into_iter().flatten() {
            if &shown[name] != value {
                return Err(format!("{noun}: {name} is expected to be {value}: {shown}"));
            }
        }
    }
    Ok(())
}

fn investment(found: &Investment) -> Value {
    let reason = found.status.is_cancelled().then(|| found.status.name());
    json!({
        "id": found.id,
        "status": found.status.name(),
        "investor_id": found.investor,
        "campaign_id": found.campaign,
        "wallet": found.wallet,
        "units": found.units,
        "remaining_amount": {"amount": (found.remaining * 100).to_string(), "decimals": 2, "currency": "EUR"},
        "accepted_at": found.accepted_at,
        "paid_at": found.paid_at,
        "delivered_at": found.delivered_at,
        "cancellation_date": found.cancelled_at,
        "cancellation_reason": reason,
    })
}

fn redemption(found: &Move) -> Value {
    json!({
        "id": found.id,
        "status": progress(found.progress, "success"),
        "wallet_id": found.wallet,
        "product_id": found.product,
        "units": found.units,
    })
}

fn transfer(found: &Move) -> Value {
    json!({
        "id": found.id,
        "status": progress(found.progress, "succeeded"),
        "source_wallet": found.wallet,
        "product": found.product,
        "amount": found.units,
    })
}

pub(crate) fn progress(progress: Progress, success: &'static str) -> &'static str {
    match progress {
        Progress::Processing => "processing",
        Progress::Ended(End::Succeeded) => success,
        Progress::Ended(End::Failed) => "failed",
        Progress::Ended(End::Unknown) => "unknown",
    }
}

fn kyc(status: Kyc) -> &'static str {
    match status {
        Kyc::Started => "IDENT_STARTED",
        Kyc::UnderReview => "UNDER_REVIEW",
        Kyc::Manual => "MANUAL_REVIEW_REQUIRED",
        Kyc::Rejected => "REJECTED",
        Kyc::Success => "SUCCESS",
    }
}
