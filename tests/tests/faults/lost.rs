//! Replies that are lost after the effect.

use cashlink::{
    Outcome,
    guides::{Direct, registry},
};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::session;

use crate::{RUN, client, input, one_effect_under_one_key};

#[tokio::test]
async fn a_guide_ends_with_one_of_each_object_whichever_reply_is_lost() {
    for (operation_id, objects) in registry_effects() {
        for fault in [Fault::reply_lost_after_commit(), Fault::truncated_reply(), Fault::error_after_commit(503)] {
            let sandbox = Sandbox::start().await.unwrap();
            sandbox.arm(fault.on(operation_id));
            let report = registry::import(&client(&sandbox), &Direct::new(RUN), &input(&sandbox)).await.unwrap();
            assert_eq!(report.redemption_status.unwrap().as_str(), "success");
            assert_eq!(session::applied(&sandbox)[operation_id], objects, "{operation_id}");
            assert_eq!(session::replayed(&sandbox).get(operation_id), Some(&1), "{operation_id}");
            let total: usize = session::applied(&sandbox).values().sum();
            assert_eq!(total, registry_effects().iter().map(|(_, objects)| objects).sum::<usize>());
        }
    }
}

#[tokio::test]
async fn a_lost_reply_is_asked_for_again_under_the_same_key() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on("v2_investors_create"));
    registry::import(&client(&sandbox), &Direct::new(RUN), &input(&sandbox)).await.unwrap();
    one_effect_under_one_key(&sandbox, "v2_investors_create");
}

#[tokio::test]
async fn a_run_that_broke_off_goes_on_under_its_run_id_and_repeats_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on("v2_investments_create").times(100));
    let client = client(&sandbox);
    let error = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.step().unwrap().name, "create_investment");
    assert!(error.is_partly_done());

    sandbox.clear_faults();
    let report = registry::import(&client, &Direct::new(RUN), &input(&sandbox)).await.unwrap();
    assert_eq!(report.investment_status.as_str(), "DELIVERED");
    for (operation_id, objects) in registry_effects() {
        assert_eq!(session::applied(&sandbox)[operation_id], objects, "{operation_id}");
    }
}

/// What the registry guide changes, and how often.
fn registry_effects() -> [(&'static str, usize); 7] {
    [
        ("v2_investors_create", 1),
        ("v2_documents_create", 3),
        ("v2_investors_identifications_create", 1),
        ("v2_investors_wallets_eth_managed_create", 1),
        ("v2_investments_create", 1),
        ("v2_investments_credits_create", 1),
        ("v2_redemptions_create", 1),
    ]
}
