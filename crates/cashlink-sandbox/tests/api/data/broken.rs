//! Folders that are torn, damaged, in use or somebody else's.

use std::fs;

use cashlink_sandbox::{NewClient, Sandbox, SandboxBuilder};
use tempfile::TempDir;

use super::{end, log, slow};
use crate::client::{Api, person};

#[tokio::test]
async fn a_last_line_that_is_torn_anywhere_is_a_call_that_was_not_made() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    api.make("/v2/investors/", &person()).await;
    api.make("/v2/investors/", &person()).await;
    let before = log(&folder).len();
    let made = api.make("/v2/investors/", &person()).await;
    let after = log(&folder).len();
    let token = end(api);
    let whole = log(&folder);
    assert!(before < after && after < whole.len());

    for length in before..=whole.len() {
        let torn = TempDir::new().unwrap();
        fs::write(torn.path().join("sandbox.log"), &whole[..length]).unwrap();
        let sandbox = slow(&torn).start().await.unwrap();
        let is_there = length >= after;
        assert_eq!(sandbox.ledger().len(), if is_there { 3 } else { 2 }, "{length} of {before}, {after}");
        // What follows is not spoiled by what was torn.
        sandbox.add_client(&NewClient::new("next", "secret")).unwrap();
        drop(sandbox);
        let sandbox = slow(&torn).start().await.unwrap();
        assert_eq!(sandbox.clients().len(), 3, "{length}");
        assert_eq!(sandbox.ledger().len(), if is_there { 3 } else { 2 }, "{length}");
    }

    let torn = TempDir::new().unwrap();
    for (length, status) in [(after, 200), (after - 1, 404)] {
        fs::write(torn.path().join("sandbox.log"), &whole[..length]).unwrap();
        let api = Api::with(slow(&torn)).await.with_token(&token);
        api.get(&format!("/v2/investors/{made}/")).await.must_be(status);
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_understood_is_named_with_its_line_and_left_alone() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    for _ in 0..3 {
        api.make("/v2/investors/", &person()).await;
    }
    end(api);
    let whole = String::from_utf8(log(&folder)).unwrap();
    let lines: Vec<_> = whole.lines().collect();
    let call = lines.iter().position(|line| line.contains(r#""call""#)).unwrap();
    let with = |index: usize, line: &str| {
        let mut lines = lines.clone();
        lines[index] = line;
        lines.join("\n") + "\n"
    };
    let form = with(0, &lines[0].replace(r#""format":1"#, r#""format":7"#));
    let changed = with(call, &lines[call].replace("Musterstadt", "Probestadt"));
    let unknown = with(call, &lines[call].replace("v2_investors_create", "v2_investors_invent"));
    let mut not_text = whole.clone().into_bytes();
    let third = lines[..2].iter().map(|line| line.len() + 1).sum::<usize>();
    not_text[third + 10] = 0xff;

    check(with(2, "garbage").as_bytes(), 3, "expected value").await;
    check(with(2, "").as_bytes(), 3, "EOF").await;
    check(with(call, &lines[call][..50]).as_bytes(), call + 1, "EOF").await;
    check(form.as_bytes(), 1, "it has form 7, by version 0.1.0, and this program knows form 1").await;
    check(unknown.as_bytes(), call + 1, "there is no operation v2_investors_invent").await;
    check(changed.as_bytes(), call + 1, "v2_investors_create would come to something else").await;
    check(&not_text, 3, "").await;
    check(b"somebody's notes", 1, "it is not whole").await;
    check(b"somebody's notes\n", 1, "expected value").await;

    #[track_caller]
    fn check(content: &[u8], line: usize, expected: &str) -> impl Future<Output = ()> {
        let (content, expected) = (content.to_owned(), expected.to_owned());
        async move {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("sandbox.log");
            fs::write(&file, &content).unwrap();
            let error = refused(slow(&folder)).await;
            let place = format!("{}", folder.path().display());
            assert!(error.contains(&place) && error.contains(&format!("line {line}")), "{error}");
            assert!(error.contains(&expected) && error.contains("another folder"), "{error}");
            assert_eq!(fs::read(&file).unwrap(), content);
        }
    }
}

#[tokio::test]
async fn a_folder_has_one_sandbox_at_a_time() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    let error = refused(slow(&folder)).await;
    assert!(error.contains("another sandbox keeps its data in"), "{error}");
    let fork = api.sandbox.fork().await.unwrap();
    end(api);
    // It is free as soon as its sandbox is gone, forks or not.
    let api = Api::with(slow(&folder)).await;
    fork.reset().unwrap();
    api.make("/v2/investors/", &person()).await;
    assert_eq!((fork.ledger().len(), api.sandbox.ledger().len()), (0, 1));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_or_written_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for place in [file.clone(), file.join("below")] {
        let error = refused(Sandbox::builder().data(&place)).await;
        assert!(error.contains(&format!("cannot keep its data in {}", place.display())), "{error}");
    }
    fs::create_dir(folder.path().join("sandbox.log")).unwrap();
    let error = refused(slow(&folder)).await;
    assert!(error.contains("cannot keep its data in"), "{error}");
}

#[tokio::test]
async fn a_reset_that_cannot_be_written_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let api = Api::with(slow(&folder)).await;
    api.make("/v2/investors/", &person()).await;
    // The new log is made beside the old one.
    fs::create_dir(folder.path().join("sandbox.log.new")).unwrap();
    assert!(api.sandbox.reset().is_err());
    let made = api.make("/v2/investors/", &person()).await;
    assert_eq!(api.sandbox.ledger().len(), 2);
    let token = end(api);
    let api = Api::with(slow(&folder)).await.with_token(&token);
    api.get(&format!("/v2/investors/{made}/")).await.must_be(200);
}

/// Why a sandbox does not start, layer by layer.
async fn refused(builder: SandboxBuilder) -> String {
    let error = builder.start().await.unwrap_err();
    let mut text = error.to_string();
    let mut below = std::error::Error::source(&error);
    while let Some(layer) = below {
        text = format!("{text}: {layer}");
        below = layer.source();
    }
    text
}
