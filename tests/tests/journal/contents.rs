//! Nothing personal and nothing secret reaches a store in clear text.

use std::{collections::BTreeSet, path::Path};

use cashlink::{
    Cashlink, DocumentSource,
    guides::{distributor, registry},
    journal::{IntentStore as _, Journal, Which},
};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{personal, relay::Relay, watched::Given};
use serde_json::Value;
use uuid::Uuid;

use crate::stage::Stage;

/// A file that is named after a person, and what is in it.
const FILE: (&str, &str) = ("Erika Zq7.pdf", "%PDF-1.4 content of erika zq7");

#[tokio::test]
async fn a_sealed_journal_holds_nothing_personal_in_clear_text() {
    let stage = Stage::set().await;
    check(&stage, stage.sealed(1)).await;
}

#[tokio::test]
async fn a_journal_without_a_key_holds_nothing_personal() {
    let stage = Stage::set().await;
    check(&stage, stage.journal()).await;
}

async fn check(stage: &Stage, journal: Journal) {
    let folder = tempfile::tempdir().unwrap();
    let inputs = Inputs::personal(folder.path(), &stage.sandbox);
    let relay = Relay::start(stage.sandbox.origin()).await.unwrap();
    let client = stage.builder().base_url(relay.url()).journal(journal.clone()).build().unwrap();
    inputs.run(&client, &journal).await;

    // An API that quotes what it was sent, in refusals and in replies that cannot be read.
    let quoting = serde_json::to_string(&inputs.quoted()).unwrap();
    for fault in [
        Fault::error_before_commit(400).body(&quoting),
        Fault::reply(201, "application/json", &quoting).times(9),
        Fault::html_reply(502).body(&quoting).times(9),
        Fault::truncated_reply().times(9),
    ] {
        for operation in ["v2_investors_create", "v2_documents_create", "distributor_v2_investors_create"] {
            stage.sandbox.arm(fault.clone().on(operation));
        }
        inputs.run(&client, &journal).await;
        stage.sandbox.clear_faults();
    }

    let Given { clear, sealed } = stage.store.given();
    let mut hidden = inputs.hidden(&relay);
    assert_eq!(personal::printed(&clear, &hidden), Vec::<String>::new(), "in clear text in the store");
    assert_eq!(sealed.is_empty(), journal.sealing_keys().is_none());
    // A few letters, such as those of a country, stand in a long ciphertext by chance.
    let long: BTreeSet<_> = hidden.iter().filter(|value| value.len() > 6).cloned().collect();
    assert_eq!(personal::printed(&String::from_utf8_lossy(&sealed), &long), Vec::<String>::new(), "not encrypted");

    // There was something to hide, and the store was really looked at.
    let intents = stage.store.list(Which::All, 0, 1_000).await.unwrap();
    assert!(intents.len() > 20, "only {} intents", intents.len());
    for intent in &intents {
        assert!(clear.contains(intent.new.key.as_str()) && clear.contains(&intent.new.address));
    }
    let crossed = format!("{}{}", relay.sent(), relay.answered());
    hidden.retain(|value| inputs.values().contains(value) && !crossed.contains(value));
    assert_eq!(hidden, BTreeSet::new(), "never left");
}

/// Inputs of guides with unmistakable personal values.
struct Inputs {
    registry: registry::Input,
    distributor: distributor::Input,
}

impl Inputs {
    fn personal(folder: &Path, sandbox: &Sandbox) -> Self {
        let (mut registry, mut distributor) = (registry::Input::sample(), distributor::Input::sample());
        let file = folder.join(FILE.0);
        std::fs::write(&file, FILE.1).unwrap();
        let document = DocumentSource::path(file);
        registry.identification.legitimation_protocol = document.clone();
        for signed in &mut registry.investment.signed_documents {
            signed.file = document.clone();
        }
        distributor.identification.legitimation_protocol = document.clone();
        distributor.legal_person.company_identity_proof = document.clone();
        distributor.legal_person.company_structure_proof = document;
        let mut registry = personal::unmistakable(&registry).unwrap();
        registry.investment.campaign_id = Some(sandbox.campaign_id().into());
        registry.redemption.product_id = Some(sandbox.product_id().into());
        Self { registry, distributor: personal::unmistakable(&distributor).unwrap() }
    }

    /// Runs the guides over the journal, whatever becomes of them.
    async fn run(&self, client: &Cashlink, journal: &Journal) {
        let steps = || journal.run(Uuid::new_v4());
        let _ = registry::import(client, &steps(), &self.registry).await;
        let _ = distributor::onboard(client, &steps(), &self.distributor).await;
    }

    fn values(&self) -> BTreeSet<String> {
        let mut values = personal::values(&self.registry).unwrap();
        values.extend(personal::values(&self.distributor).unwrap());
        values.extend([FILE.0, FILE.1].map(str::to_owned));
        values
    }

    fn quoted(&self) -> Value {
        let messages: Vec<_> = self.values().into_iter().map(|value| format!("{value} is not allowed")).collect();
        serde_json::json!({"id": messages, "natural_person": {"surname": messages}, "Beispiel Zq7": messages})
    }

    /// All that must not be in the store in clear text: what was put in, what came back, and secrets.
    fn hidden(&self, relay: &Relay) -> BTreeSet<String> {
        let mut hidden = self.values();
        let answered = relay.answered();
        for text in answered.split("\r\n\r\n").skip(1) {
            let first = serde_json::Deserializer::from_str(text).into_iter::<Value>().next();
            let Some(Ok(reply)) = first else { continue };
            hidden.extend(personal::values(&reply).unwrap());
            if let Some(token) = reply["access_token"].as_str() {
                hidden.extend(personal::forms(token));
            }
        }
        assert!(hidden.len() > self.values().len() + 4, "no reply was read");
        hidden.extend(personal::forms("sandbox-secret"));
        hidden
    }
}
