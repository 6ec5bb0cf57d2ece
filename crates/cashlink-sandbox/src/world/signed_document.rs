//! Documents that investors signed, for their account or for an investment.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ids::derived;
use super::investor::Investor;
use super::{Answer, Call, Problems, Refusal, Reply, World};

#[derive(Clone, Debug)]
pub(super) struct SignedDocument {
    id: Uuid,
    /// What was uploaded; nothing if the API made it.
    document: Option<Uuid>,
    category: String,
    subject: String,
    created_at: Timestamp,
}

/// A reference to an uploaded document, as sent.
#[derive(Clone, Deserialize)]
pub(super) struct Draft {
    pub(super) document_id: Uuid,
    category: String,
    subject: String,
}

/// Adds one to an investment, whatever its status.
pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let investment = world.investment_in_path(call)?.id;
    let draft: Draft = call.parse()?;
    let mut problems = Problems::default();
    world.check_document(call.owner, draft.document_id, "document_id", &mut problems);
    problems.into_result()?;
    let document = SignedDocument::new(world.ids.next("signed document"), draft, call.now);
    let (id, view) = (document.id, document.view());
    let investment = world.investments.get_mut(call.owner, investment).ok_or(Refusal::NotFound)?;
    investment.signed_documents.push(document);
    Ok(Reply::changed("signed_document", id, view))
}

/// Those of an investment.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Answer {
    let investment = world.investment_in_path(call)?;
    call.page_of(investment.signed_documents.iter(), SignedDocument::view)
}

/// Those of an investor's account.
pub(super) fn list_of_investor(world: &mut World, call: &Call<'_>) -> Answer {
    let investor = world.investor_in_path(call)?;
    call.page_of(investor.signed_documents.iter(), SignedDocument::view)
}

impl SignedDocument {
    pub(super) fn new(id: Uuid, draft: Draft, created_at: Timestamp) -> Self {
        let Draft { document_id, category, subject } = draft;
        Self { id, document: Some(document_id), category, subject, created_at }
    }

    /// What an investor agreed to when the account was set up. The category is made up.
    fn of_account(investor: Uuid, created_at: Timestamp) -> Self {
        Self {
            id: derived("signed document", &format!("account {investor}")),
            document: None,
            category: "ACCOUNT_SETUP".to_owned(),
            subject: "Account setup".to_owned(),
            created_at,
        }
    }

    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "document_id": self.document,
            "category": self.category,
            "subject": self.subject,
            "created_at": self.created_at,
            "url": format!("https://sandbox.invalid/signed-documents/{}.pdf", self.id),
        })
    }
}

impl Investor {
    /// Makes the document of the account once the investor is identified and has agreed to it.
    pub(super) fn sign_account(&mut self, now: Timestamp) {
        let is_due = self.is_identified() && self.profile.has_accepted_account();
        if is_due && self.signed_documents.is_empty() {
            self.signed_documents.push(SignedDocument::of_account(self.id, now));
        }
    }
}
