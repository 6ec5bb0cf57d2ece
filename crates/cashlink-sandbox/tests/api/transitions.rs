//! The life of an investment: what may happen in which status, and what becomes of its units.

use cashlink_sandbox::{InvestmentEvent as Event, Sandbox};
use serde_json::{Value, json};

use crate::campaigns::{campaign, investment};
use crate::client::{Api, Reply, person};
use crate::redemptions::{deliver, redeem, remaining};

/// Every step there is where investments are reviewed.
const STEPS: [(&str, Event, &str); 12] = [
    ("KYC_PENDING", Event::KycCleared, "REVIEW_PENDING"),
    ("KYC_PENDING", Event::KycInsufficient, "KYC_INSUFFICIENT"),
    ("KYC_PENDING", Event::Abort, "ABORTION"),
    ("REVIEW_PENDING", Event::Reviewed, "WAITING_FOR_ACCEPTANCE"),
    ("WAITING_FOR_ACCEPTANCE", Event::Accept, "ACCEPTED"),
    ("WAITING_FOR_ACCEPTANCE", Event::Reject, "REJECTION"),
    ("ACCEPTED", Event::Pay, "PAID"),
    ("ACCEPTED", Event::PaymentMissing, "PAYMENT_MISSING"),
    ("ACCEPTED", Event::Cancel, "CANCELLATION"),
    ("PAID", Event::Deliver, "DELIVERED"),
    ("PAID", Event::Cancel, "CANCELLATION"),
    ("DELIVERED", Event::Cancel, "CANCELLATION"),
];

const STATUSES: [&str; 11] = [
    "KYC_PENDING",
    "REVIEW_PENDING",
    "WAITING_FOR_ACCEPTANCE",
    "ACCEPTED",
    "PAID",
    "DELIVERED",
    "ABORTION",
    "KYC_INSUFFICIENT",
    "REJECTION",
    "PAYMENT_MISSING",
    "CANCELLATION",
];

const EVENTS: [Event; 10] = [
    Event::KycCleared,
    Event::KycInsufficient,
    Event::Abort,
    Event::Reviewed,
    Event::Accept,
    Event::Reject,
    Event::Pay,
    Event::PaymentMissing,
    Event::Cancel,
    Event::Deliver,
];

#[tokio::test]
async fn in_each_status_what_the_table_names_happens_and_nothing_else() {
    let life = Life::start().await;
    for from in STATUSES {
        for event in EVENTS {
            let investment = life.at(from, &life.seeded()).await;
            let step = STEPS.iter().find(|(before, on, _)| *before == from && *on == event);
            let happened = life.api.sandbox.trigger(investment.parse().unwrap(), event);
            assert_eq!(happened.is_ok(), step.is_some(), "{event:?} in {from}");
            let read = life.read(&investment).await;
            let expected = step.map_or(from, |(_, _, to)| *to);
            assert_eq!(read["status"], expected, "{event:?} in {from}");
            let is_cancelled = STATUSES[6..].contains(&expected);
            let reason = if is_cancelled { json!(expected) } else { Value::Null };
            assert_eq!(read["cancellation_reason"], reason, "{event:?} in {from}");
            assert_eq!(read["cancellation_date"].is_string(), is_cancelled, "{event:?} in {from}");
            let was_delivered = from == "DELIVERED" || expected == "DELIVERED";
            assert_eq!(read["delivered_at"].is_string(), was_delivered, "{event:?} in {from}");
        }
    }
}

#[tokio::test]
async fn units_are_offered_again_after_every_way_to_be_cancelled_before_delivery() {
    let life = Life::start().await;
    let cancelling = STEPS.iter().filter(|(_, _, to)| STATUSES[6..].contains(to));
    let mut ways = 0;
    for (from, event, _) in cancelling {
        let campaign = life.campaign_of_100().await;
        let cancelled = life.at(from, &campaign).await;
        let message = json!({"units": ["The campaign has fewer units left."]});
        assert_eq!(life.invest(&campaign).await.must_be(400), &message, "{from}");
        life.api.sandbox.trigger(cancelled.parse().unwrap(), *event).unwrap();
        let again = life.invest(&campaign).await;
        if *from == "DELIVERED" {
            assert_eq!(again.must_be(400), &message);
        } else {
            again.must_be(201);
            assert_eq!(life.invest(&campaign).await.must_be(400), &message, "{from}");
        }
        ways += 1;
    }
    assert_eq!(ways, 7);
}

#[tokio::test]
async fn units_stay_where_they_are_when_an_investor_withdraws_after_delivery() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = deliver(&api, &investor, &wallet, 10).await;
    let id = path.split('/').nth(3).unwrap().parse().unwrap();
    api.sandbox.trigger(id, Event::Cancel).unwrap();
    assert_eq!(remaining(&api, &path).await, "1000");
    redeem(&api, &investor, &wallet, 4).await.must_be(201);
    assert_eq!(remaining(&api, &path).await, "600");
    redeem(&api, &investor, &wallet, 7).await.must_be(400);
    let credit = api.post_nothing(&format!("{path}credits/")).await;
    assert_eq!(credit.must_be(400), &json!({"non_field_errors": ["The investment has already been credited."]}));
}

#[tokio::test]
async fn nothing_is_delivered_without_a_wallet() {
    let life = Life::start().await;
    let investment = life.at("PAID", &life.seeded()).await;
    let path = format!("/v2/investments/{investment}/");
    life.api.patch(&path, &json!({"wallet": null})).await.must_be(200);
    assert!(life.api.sandbox.trigger(investment.parse().unwrap(), Event::Deliver).is_err());
    assert_eq!(life.read(&investment).await["status"], "PAID");
}

/// An investor who can have investments in every status, and one who is not identified.
struct Life {
    api: Api,
    investor: String,
    wallet: String,
    stranger: String,
}

impl Life {
    async fn start() -> Self {
        let api = Api::with(Sandbox::builder().require_review()).await;
        let (investor, wallet) = api.investor_with_wallet().await;
        let stranger = api.make("/v2/investors/", &person()).await;
        Self { api, investor, wallet, stranger }
    }

    fn seeded(&self) -> String {
        self.api.sandbox.campaign_id().to_string()
    }

    /// An offer that one investment uses up.
    async fn campaign_of_100(&self) -> String {
        let mut body = campaign(&self.api);
        body["allocation"] = json!(100);
        let product = self.api.sandbox.product_id();
        self.api.make(&format!("/issuer/v2/products/{product}/campaigns/"), &body).await
    }

    async fn invest(&self, campaign: &str) -> Reply {
        let mut body = investment(&self.investor, campaign, 100);
        body["wallet"] = json!(self.wallet);
        self.api.post("/v2/investments/", &body).await
    }

    /// An investment of 100 units that has come to `status`.
    async fn at(&self, status: &str, campaign: &str) -> String {
        let way: &[Event] = match status {
            "KYC_PENDING" | "REVIEW_PENDING" => &[],
            "ABORTION" => &[Event::Abort],
            "KYC_INSUFFICIENT" => &[Event::KycInsufficient],
            "WAITING_FOR_ACCEPTANCE" => &[Event::Reviewed],
            "REJECTION" => &[Event::Reviewed, Event::Reject],
            "ACCEPTED" => &[Event::Reviewed, Event::Accept],
            "PAYMENT_MISSING" => &[Event::Reviewed, Event::Accept, Event::PaymentMissing],
            "CANCELLATION" => &[Event::Reviewed, Event::Accept, Event::Cancel],
            "PAID" => &[Event::Reviewed, Event::Accept, Event::Pay],
            _ => &[Event::Reviewed, Event::Accept, Event::Pay, Event::Deliver],
        };
        let waits = ["KYC_PENDING", "ABORTION", "KYC_INSUFFICIENT"].contains(&status);
        let made = if waits {
            self.api.post("/v2/investments/", &investment(&self.stranger, campaign, 100)).await.id()
        } else {
            self.invest(campaign).await.id()
        };
        for event in way {
            self.api.sandbox.trigger(made.parse().unwrap(), *event).unwrap();
        }
        assert_eq!(self.read(&made).await["status"], status);
        made
    }

    async fn read(&self, investment: &str) -> Value {
        self.api.get(&format!("/v2/investments/{investment}/")).await.must_be(200).clone()
    }
}
