//! Work on the ledger that is ended by hand: what it was, and what became of it.

use std::time::Duration;

use cashlink_sandbox::{Sandbox, Settlement, TaskEnd, TaskKind, TaskStatus};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Api;
use crate::redemptions::{deliver, redeem, remaining};

const DELAY: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn what_is_under_way_is_listed_in_the_order_it_began() {
    let (api, investor, wallet) = slow().await;
    let path = deliver(&api, &investor, &wallet, 10).await;
    let product = api.make("/issuer/v2/products/", &crate::products::product(&api)).await;
    let tasks = api.sandbox.tasks();
    assert_eq!(tasks.iter().map(|task| task.kind).collect::<Vec<_>>(), [TaskKind::Credit, TaskKind::Deployment]);
    assert!(tasks.iter().all(|task| task.status == TaskStatus::Processing));
    let due = tasks[0].due_at.unwrap();
    assert_eq!(due.duration_since(tasks[0].begun_at), jiff::SignedDuration::try_from(DELAY).unwrap());
    assert_eq!(tasks[1].id, id(&product));

    for task in &tasks {
        api.sandbox.finish_task(task.id, TaskEnd::Succeeded).unwrap();
    }
    assert_eq!(api.sandbox.tasks(), []);
    assert_eq!(api.get(&path).await.must_be(200)["status"], "DELIVERED");
    assert_eq!(api.get(&format!("/issuer/v2/products/{product}/")).await.must_be(200)["status"], "DEPLOYED");
    for task in &tasks {
        assert!(api.sandbox.finish_task(task.id, TaskEnd::Failed).is_err());
    }
}

#[tokio::test]
async fn the_deployment_of_a_product_does_not_fail() {
    let (api, _, _) = slow().await;
    let product = api.make("/issuer/v2/products/", &crate::products::product(&api)).await;
    for end in [TaskEnd::Failed, TaskEnd::Unknown] {
        assert!(api.sandbox.finish_task(id(&product), end).is_err());
    }
    api.sandbox.advance(DELAY);
    assert_eq!(api.get(&format!("/issuer/v2/products/{product}/")).await.must_be(200)["status"], "DEPLOYED");
}

#[tokio::test]
async fn a_credit_whose_end_was_unknown_turns_out_one_way_or_the_other() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    for (end, status, again) in [(TaskEnd::Succeeded, "DELIVERED", 400), (TaskEnd::Failed, "PAID", 201)] {
        api.sandbox.next_task_ends(TaskEnd::Unknown);
        let path = deliver(&api, &investor, &wallet, 10).await;
        assert_eq!(api.get(&path).await.must_be(200)["status"], "PAID");
        let [task] = &api.sandbox.tasks()[..] else {
            panic!("one task is open");
        };
        assert_eq!((task.kind, task.status, task.due_at), (TaskKind::Credit, TaskStatus::Unknown, None));
        api.sandbox.finish_task(task.id, end).unwrap();
        assert_eq!(api.get(&path).await.must_be(200)["status"], status);
        api.post_nothing(&format!("{path}credits/")).await.must_be(again);
        assert_eq!(api.sandbox.tasks(), []);
    }
}

#[tokio::test]
async fn units_set_aside_leave_or_come_back_when_the_end_is_found_out() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = deliver(&api, &investor, &wallet, 10).await;
    for (end, word, left) in [(TaskEnd::Failed, "failed", "1000"), (TaskEnd::Succeeded, "success", "600")] {
        api.sandbox.next_task_ends(TaskEnd::Unknown);
        let redemption = redeem(&api, &investor, &wallet, 4).await.id();
        redeem(&api, &investor, &wallet, 7).await.must_be(400);
        api.sandbox.finish_task(id(&redemption), end).unwrap();
        assert_eq!(api.get(&format!("/v2/redemptions/{redemption}/")).await.must_be(200)["status"], word);
        assert_eq!(remaining(&api, &path).await, left);
    }

    let target = api.get(&format!("/v2/investors/{}/wallets/", api.sandbox.investor_id())).await;
    let transfer = json!({
        "product": api.sandbox.product_id(), "source_wallet": wallet, "amount": 6,
        "target_address": target.must_be(200)[0]["address"],
    });
    for (end, word, left) in [(TaskEnd::Failed, "failed", "600"), (TaskEnd::Succeeded, "succeeded", "0")] {
        api.sandbox.next_task_ends(TaskEnd::Unknown);
        let made = api.post("/v2/transfers/", &transfer).await.id();
        assert_eq!(received(&api).await, 0);
        api.post("/v2/transfers/", &transfer).await.must_be(400);
        api.sandbox.finish_task(id(&made), end).unwrap();
        assert_eq!(api.get(&format!("/v2/transfers/{made}/")).await.must_be(200)["status"], word);
        assert_eq!(remaining(&api, &path).await, left);
    }
    assert_eq!(received(&api).await, 1);

    /// How many investments the seeded investor has.
    async fn received(api: &Api) -> usize {
        let page = api.get("/v2/investments/").await;
        let investments = page.must_be(200)["results"].as_array().unwrap();
        let investor = json!(api.sandbox.investor_id());
        investments.iter().filter(|investment| investment["investor_id"] == investor).count()
    }
}

#[tokio::test]
async fn a_task_under_way_is_ended_before_its_time_and_its_time_then_means_nothing() {
    let (api, investor, wallet) = slow().await;
    let path = deliver(&api, &investor, &wallet, 10).await;
    let credit = api.sandbox.tasks()[0].id;
    api.sandbox.finish_task(credit, TaskEnd::Failed).unwrap();
    api.sandbox.advance(DELAY);
    assert_eq!(api.get(&path).await.must_be(200)["status"], "PAID");
    assert_eq!(api.get(&path).await.body["delivered_at"], Value::Null);
    assert!(api.sandbox.finish_task(Uuid::nil(), TaskEnd::Failed).is_err());
}

/// A sandbox whose ledger takes an hour, and an investor with a wallet.
async fn slow() -> (Api, String, String) {
    let api = Api::with(Sandbox::builder().settlement(Settlement::After(DELAY))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    (api, investor, wallet)
}

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}
