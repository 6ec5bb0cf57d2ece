//! The guides, written in another language and sharing no code with us, pass any number of times.

#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

use std::{path::Path, process::Output};

use cashlink_sandbox::Sandbox;
use cashlink_tests::session;
use tokio::process::Command;

/// How often each program runs in a row.
const RUNS: usize = 20;

async fn run(program: &str, sandbox: &Sandbox) -> Option<Output> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    // -B: no bytecode in the folder.
    let output = Command::new("python3")
        .arg("-B")
        .arg(folder.join(program))
        .env("CASHLINK_URL", sandbox.url())
        .env("CASHLINK_CLIENT_ID", sandbox.client_id())
        .env("CASHLINK_CLIENT_SECRET", sandbox.client_secret())
        .env("CASHLINK_CAMPAIGN_ID", sandbox.campaign_id().to_string())
        .env("CASHLINK_PRODUCT_ID", sandbox.product_id().to_string())
        .env("CASHLINK_INVESTOR_ID", sandbox.investor_id().to_string())
        .output()
        .await;
    match output {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("SKIPPED: {program} was not run, python3 cannot be started: {error}");
            None
        }
    }
}

#[tokio::test]
async fn programs_in_another_language_pass_twenty_times_in_a_row_on_one_server() {
    let sandbox = Sandbox::start().await.unwrap();
    for program in ["registry.py", "distributor.py", "investment_platform.py", "issuance.py"] {
        for number in 1..=RUNS {
            let Some(output) = run(program, &sandbox).await else { return };
            let (printed, message) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{program}, run {number}: {printed}{message}");
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
    let Some(output) = run("registry.py", &sandbox).await else { return };
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("POST /v2/investments/: status 400"));
}
