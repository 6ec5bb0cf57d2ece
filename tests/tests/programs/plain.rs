//! Scripts that need nothing but Python.

use cashlink_sandbox::Sandbox;
use cashlink_tests::session;

use crate::python;

/// How often each program runs in a row.
const RUNS: usize = 20;

#[tokio::test]
async fn programs_in_another_language_pass_twenty_times_in_a_row_on_one_server() {
    let sandbox = Sandbox::start().await.unwrap();
    for program in ["registry.py", "distributor.py", "investment_platform.py", "issuance.py"] {
        for number in 1..=RUNS {
            let Some(output) = python::run(program, &[], &sandbox).await else { return };
            let printed = python::printed(&output);
            assert!(output.status.success(), "{program}, run {number}: {printed}");
            match program {
                "registry.py" => assert!(printed.contains("status DELIVERED"), "{printed}"),
                "issuance.py" => assert!(printed.contains("status WAITING_FOR_ACCEPTANCE"), "{printed}"),
                _ => {}
            }
        }
    }
    let applied = session::applied(&sandbox);
    assert_eq!(applied["v2_redemptions_create"], RUNS);
    assert_eq!(applied["distributor_v2_investors_wallets_eth_managed_create"], RUNS);
    assert_eq!(applied["v2_invitations_partial_update"], 3 * RUNS);
    assert_eq!(applied["issuer_v2_products_campaigns_create"], RUNS);
    assert_eq!(applied["distributor_v2_investments_create"], RUNS);
    assert!(session::replayed(&sandbox).is_empty());
}

#[tokio::test]
async fn a_program_fails_when_the_server_refuses() {
    let sandbox = Sandbox::start().await.unwrap();
    let refusal = cashlink_sandbox::Fault::error_before_commit(400).on("v2_investments_create");
    sandbox.arm(refusal);
    let Some(output) = python::run("registry.py", &[], &sandbox).await else { return };
    assert!(!output.status.success());
    assert!(python::printed(&output).contains("POST /v2/investments/: status 400"));
}
