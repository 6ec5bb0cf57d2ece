//! What a sandbox is set to that goes on with a folder.

use cashlink_sandbox::{Sandbox, SandboxBuilder};
use jiff::Timestamp;
use serde_json::json;
use tempfile::TempDir;

#[tokio::test]
async fn what_was_set_stays_and_what_is_given_otherwise_is_set_anew() {
    let folder = TempDir::new().unwrap();
    let sandbox = start(&folder, |builder| builder.page_size(5).require_review()).await;
    sandbox.set(&json!({"page_size": 6, "pep_check": true})).unwrap();
    drop(sandbox);

    let again = start(&folder, |builder| builder.page_size(5).require_review()).await;
    check(&again, 6, true, true);
    drop(again);
    let otherwise = start(&folder, |builder| builder.page_size(7).require_review()).await;
    check(&otherwise, 7, true, true);
    // A reset goes back to how this one was started.
    otherwise.set(&json!({"page_size": 8})).unwrap();
    otherwise.reset().unwrap();
    check(&otherwise, 7, true, false);
    drop(otherwise);
    let without = start(&folder, |builder| builder.page_size(7)).await;
    check(&without, 7, false, false);

    #[track_caller]
    fn check(sandbox: &Sandbox, page_size: usize, review: bool, pep_check: bool) {
        let settings = sandbox.settings();
        let found = (&settings["page_size"], &settings["review"], &settings["pep_check"]);
        assert_eq!(found, (&json!(page_size), &json!(review), &json!(pep_check)));
    }
}

#[tokio::test]
async fn a_folder_has_the_seed_that_it_was_begun_with() {
    let folder = TempDir::new().unwrap();
    drop(start(&folder, |builder| builder.seed(7)).await);
    drop(start(&folder, |builder| builder.seed(7)).await);
    drop(start(&folder, |builder| builder).await);
    let error = Sandbox::builder().data(folder.path()).seed(8).start().await.unwrap_err();
    assert!(error.to_string().contains("begun with seed 7"), "{error}");
}

#[tokio::test]
async fn a_clock_stays_held_and_can_be_held_later_but_not_earlier() {
    let [past, start_at, later] = ["2029-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z"]
        .map(|text| text.parse::<Timestamp>().unwrap());
    let folder = TempDir::new().unwrap();
    let sandbox = start(&folder, |builder| builder.held_at(start_at)).await;
    sandbox.advance(std::time::Duration::from_secs(60));
    let advanced = sandbox.now();
    drop(sandbox);
    for builder in [Sandbox::builder(), Sandbox::builder().held_at(start_at)] {
        assert_eq!(builder.data(folder.path()).start().await.unwrap().now(), advanced);
    }
    let error = Sandbox::builder().data(folder.path()).held_at(past).start().await.unwrap_err();
    assert!(error.to_string().contains("stands at 2030-01-01T00:01:00Z already"), "{error}");
    let sandbox = start(&folder, |builder| builder.held_at(later)).await;
    assert_eq!(sandbox.now(), later);
    sandbox.advance(std::time::Duration::from_secs(60));
    sandbox.reset().unwrap();
    assert_eq!(sandbox.now(), later);
    drop(sandbox);
    assert_eq!(start(&folder, |builder| builder).await.now(), later);
}

async fn start(folder: &TempDir, set_up: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Sandbox {
    set_up(Sandbox::builder().data(folder.path())).start().await.unwrap()
}
