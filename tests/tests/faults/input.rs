//! Input that is wrong, and files that cannot be sent.

use std::{collections::BTreeSet, path::Path};

use cashlink::{
    Cashlink, DocumentSource, Outcome,
    guides::{Direct, registry},
};
use cashlink_sandbox::Sandbox;
use cashlink_tests::scripted::ScriptedServer;

use crate::{RUN, client, printed, scripted_client};

#[tokio::test]
async fn five_mistakes_are_reported_at_once_and_nothing_is_sent() {
    let server = ScriptedServer::start_without_tokens([]).await.unwrap();
    let mut input = registry::Input::sample();
    input.investor.natural_person.citizenship = "Germany".to_owned();
    input.investor.bank_account.as_mut().unwrap().iban = "DE89370400440532013001".to_owned();
    input.investor.communication.as_mut().unwrap().email = "erika.example.org".to_owned();
    input.identification.document_valid_to = input.identification.document_valid_from.yesterday().unwrap();
    input.investment.campaign_id = Some(RUN.into());
    input.investment.units = 0;

    let error = registry::import(&scripted_client(&server), &Direct::new(RUN), &input).await.unwrap_err();
    assert!(error.is_validation() && error.outcome() == Outcome::NotSent && !error.is_partly_done());
    let paths: BTreeSet<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
    let expected = [
        "identification.document_valid_to",
        "investment.units",
        "investor.bank_account.iban",
        "investor.communication.email",
        "investor.natural_person.citizenship",
    ];
    assert_eq!(paths, BTreeSet::from(expected));
    for value in ["Germany", "DE893704", "erika.example"] {
        assert!(!printed(&error).contains(value), "{value} was printed");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_uploaded_stops_the_guide_before_anything_is_sent() {
    let server = ScriptedServer::start_without_tokens([]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.pdf");
    std::fs::write(&large, vec![b'%'; 2000]).unwrap();
    let empty = folder.path().join("empty.pdf");
    std::fs::write(&empty, b"").unwrap();

    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret").max_document_bytes(1999);
    let client = builder.build().unwrap();
    let mut bad =
        vec![folder.path().join("missing.pdf"), folder.path().to_owned(), large.join("below.pdf"), large, empty];
    bad.extend(unreadable(folder.path()));
    for path in bad {
        let mut input = registry::Input::sample();
        input.investment.campaign_id = Some(RUN.into());
        input.investment.signed_documents[1].file = DocumentSource::path(&path);
        let error = registry::import(&client, &Direct::new(RUN), &input).await.unwrap_err();
        let paths: Vec<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["investment.signed_documents[1].file"], "{}", path.display());

        let error = client.platform().documents().upload(&DocumentSource::path(&path)).send().await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{}", path.display());
        assert!(error.is_validation(), "{error:?}");
    }
}

/// A file that may not be read; none if this user may read everything.
fn unreadable(folder: &Path) -> Option<std::path::PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("unreadable.pdf");
    std::fs::write(&path, b"%PDF").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    std::fs::File::open(&path).is_err().then_some(path)
}

#[tokio::test]
async fn a_file_that_vanishes_before_it_is_sent_is_an_error_and_no_document() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("protocol.pdf");
    std::fs::write(&path, b"%PDF-1.4").unwrap();
    let upload = client.platform().documents().upload(&DocumentSource::path(&path));
    std::fs::remove_file(&path).unwrap();
    let error = upload.send().await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent, "{error:?}");
    assert!(sandbox.ledger().is_empty());
}
