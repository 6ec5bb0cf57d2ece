//! A guide takes as long as its longest chain of dependent calls, not as all of its calls.

use cashlink::guides::{distributor, issuance, platform, registry};
use cashlink_sandbox::Sandbox;
use cashlink_tests::{clock::JumpingClock, rounds::Rounds, session};
use uuid::Uuid;

/// The token comes before every chain.
const TOKEN: usize = 1;

#[tokio::test]
async fn the_registry_guide_is_seven_dependent_calls_and_eight_with_a_redemption() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());

    let steps = Rounds::new(Uuid::from_u128(1));
    steps.drive(registry::import(&client, &steps, &input)).await.unwrap();
    assert_eq!(TOKEN + steps.rounds().len(), 7, "{:?}", steps.rounds());
    assert_eq!(steps.waits(), 0, "the first status is read without delay");
    let first = &steps.rounds()[0];
    assert_eq!(first.iter().filter(|step| step.starts_with("upload_")).count(), 3, "{first:?}");
    let chain: Vec<_> = steps.rounds()[1..].iter().flatten().copied().collect();
    let expected =
        ["import_identification", "create_managed_wallet", "create_investment", "credit_investment", "read_investment"];
    assert_eq!(chain, expected);

    input.redemption.product_id = Some(sandbox.product_id().into());
    let steps = Rounds::new(Uuid::from_u128(2));
    steps.drive(registry::import(&client, &steps, &input)).await.unwrap();
    assert_eq!(TOKEN + steps.rounds().len(), 8, "{:?}", steps.rounds());
    assert_eq!(steps.waits(), 0);
}

#[tokio::test]
async fn the_distributor_guide_is_five_dependent_calls() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let steps = Rounds::new(Uuid::from_u128(1));
    steps.drive(distributor::onboard(&client, &steps, &distributor::Input::sample())).await.unwrap();
    let rounds = steps.rounds();
    assert_eq!(TOKEN + rounds.len(), 5, "{rounds:?}");
    assert_eq!(rounds[1], ["create_investor"]);
    assert_eq!(rounds[2].len(), 2, "identification and benefiting persons go together: {rounds:?}");
}

#[tokio::test]
async fn the_platform_guide_reads_the_wallets_beside_the_invitation() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let mut input = platform::Input::sample();
    input.campaign_id = Some(sandbox.campaign_id().into());
    input.investor_id = Some(sandbox.investor_id().into());
    let steps = Rounds::new(Uuid::from_u128(1));
    steps.drive(platform::invest(&client, &steps, &input)).await.unwrap();
    let rounds = steps.rounds();
    assert_eq!(TOKEN + rounds.len(), 8, "{rounds:?}");
    assert_eq!(rounds[0].len(), 2, "{rounds:?}");
}

#[tokio::test]
async fn the_issuance_guide_looks_at_the_platform_and_uploads_all_documents_beside_each_other() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let mut input = issuance::Input::sample();
    input.investment.investor_id = Some(sandbox.investor_id().into());
    let steps = Rounds::new(Uuid::from_u128(1));
    steps.drive(issuance::issue(&client, &steps, &input)).await.unwrap();
    let rounds = steps.rounds();
    assert_eq!(TOKEN + rounds.len(), 9, "{rounds:?}");
    assert_eq!(steps.waits(), 0, "nothing waits for the ledger");
    assert!(rounds[0].contains(&"list_platforms"), "{rounds:?}");
    assert_eq!(rounds[0].iter().filter(|step| step.starts_with("upload_")).count(), 4, "{rounds:?}");
    let chain: Vec<_> = rounds[1..].iter().flatten().copied().collect();
    let expected = [
        "create_issuer",
        "create_product",
        "create_listing",
        "create_campaign",
        "read_campaign",
        "create_investment",
        "read_investment",
    ];
    assert_eq!(chain, expected);
}

mod the_counter {
    use cashlink::{
        IdempotencyKey,
        guides::{Recorded, Step, StepError, Steps as _},
    };
    use futures_util::join;
    use serde::{Deserialize, Serialize};
    use uuid::Uuid;

    use super::Rounds;

    #[derive(Serialize, Deserialize)]
    struct Nothing;

    impl Recorded for Nothing {
        fn id(&self) -> Option<Uuid> {
            None
        }

        fn status(&self) -> Option<&str> {
            None
        }
    }

    async fn slow(yields: usize) -> Result<Nothing, StepError> {
        for _ in 0..yields {
            tokio::task::yield_now().await;
        }
        Ok(Nothing)
    }

    #[tokio::test]
    async fn counts_a_chain_and_not_what_runs_beside_it_at_whatever_speed() {
        const A: Step = Step::keyed("a", "a");
        const B: Step = Step::keyed("b", "b");
        const C: Step = Step::keyed("c", "c");
        for (first, second) in [(0, 50), (50, 0), (7, 7)] {
            let steps = Rounds::new(Uuid::from_u128(1));
            let chain = async {
                steps.step(A, move |_: IdempotencyKey| slow(first)).await?;
                steps.step(B, move |_| slow(first)).await
            };
            let beside = steps.step(C, move |_| slow(second));
            let (chain, beside) = steps.drive(async { join!(chain, beside) }).await;
            assert!(chain.is_ok() && beside.is_ok());
            let mut rounds = steps.rounds();
            rounds[0].sort_unstable();
            assert_eq!(rounds, [vec!["a", "c"], vec!["b"]]);
        }
    }
}
