//! What people, the ledger and whoever runs the sandbox decide.

use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::judge::Judgment;
use super::{Book, End, Investor, Kyc, Status, Task, Work, status::EVENTS};

#[derive(Clone, Debug)]
pub(crate) enum Control {
    /// The event is one of [`EVENTS`].
    Trigger(Uuid, usize),
    Kyc(Uuid, &'static str),
    FinishTask(Uuid, End),
    NextTaskEnds(End),
    Validate(Uuid),
    Freeze(Uuid, bool),
    Pause(Uuid, bool),
    Advance(SignedDuration),
    Settlement(SignedDuration),
    Switch(&'static str, bool),
}

/// What can be decided about an identification.
pub(crate) const KYC_RESULTS: [&str; 5] = ["success", "rejected", "failed", "under_review", "manual_review_required"];

pub(crate) const SWITCHES: [&str; 7] = [
    "strict_idempotency",
    "review",
    "crypto_redemption",
    "account_setup_required",
    "costs_document_required",
    "cumulative_self_disclosure",
    "pep_check",
];

impl End {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl Control {
    /// Method, path and body, below `/_sandbox`.
    pub(crate) fn call(&self) -> (reqwest::Method, String, Value) {
        use reqwest::Method;
        match self {
            Self::Trigger(id, event) => {
                (Method::POST, format!("/investments/{id}/events"), json!({"event": EVENTS[*event].0}))
            }
            Self::Kyc(id, result) => (Method::POST, format!("/investors/{id}/kyc"), json!({"result": result})),
            Self::FinishTask(id, end) => (Method::POST, format!("/tasks/{id}"), json!({"end": end.name()})),
            Self::NextTaskEnds(end) => (Method::POST, "/tasks/next".to_owned(), json!({"end": end.name()})),
            Self::Validate(id) => (Method::POST, format!("/products/{id}/validation"), json!({})),
            Self::Freeze(id, is_frozen) => (Method::PUT, format!("/wallets/{id}/freeze"), json!({"frozen": is_frozen})),
            Self::Pause(id, is_paused) => {
                (Method::PUT, format!("/products/{id}/transfers"), json!({"paused": is_paused}))
            }
            Self::Advance(by) => (Method::POST, "/clock".to_owned(), json!({"advance": by.to_string()})),
            Self::Settlement(after) => {
                (Method::PATCH, "/settings".to_owned(), json!({"settlement": after.to_string()}))
            }
            Self::Switch(name, is_on) => (Method::PATCH, "/settings".to_owned(), json!({ *name: is_on })),
        }
    }

    /// Whose status it may change, if not that of what is delivered.
    pub(crate) fn concerns(&self) -> Option<Uuid> {
        match self {
            Self::Trigger(id, _) | Self::Kyc(id, _) => Some(*id),
            _ => None,
        }
    }
}

impl Book {
    /// Enters a decision, or says what it is refused with.
    pub(crate) fn control(&mut self, control: &Control) -> Judgment {
        match *control {
            Control::Trigger(id, event) => self.trigger(id, event)?,
            Control::Kyc(investor, result) => self.decide_kyc(investor, result)?,
            Control::FinishTask(id, end) => {
                let index = self.tasks.iter().position(|task| task.id == id).ok_or(404_u16)?;
                if matches!(self.tasks[index].work, Work::Deployment(_)) && end != End::Succeeded {
                    return Err(400);
                }
                let task = self.tasks.remove(index);
                let now = self.now;
                self.finish(Task { end, ..task }, now);
            }
            Control::NextTaskEnds(end) => self.ends.push_back(end),
            Control::Validate(id) => {
                let is_waiting = self.product(id).is_some_and(|product| product.status == "IN_VALIDATION");
                if !is_waiting {
                    return Err(404);
                }
                self.product_mut(id).status = "DEPLOYING";
                self.begin(id, Work::Deployment(id));
            }
            Control::Freeze(id, is_frozen) => {
                self.wallet(id).ok_or(404_u16)?;
                self.wallet_mut(id).is_frozen = is_frozen;
            }
            Control::Pause(id, is_paused) => {
                self.product(id).ok_or(404_u16)?;
                self.product_mut(id).is_paused = is_paused;
            }
            Control::Advance(by) => {
                self.now = self.now.checked_add(by).unwrap();
                self.settle();
            }
            Control::Settlement(after) => self.rules.settlement = after,
            Control::Switch(name, is_on) => self.switch(name, is_on),
        }
        Ok(())
    }

    fn switch(&mut self, name: &str, is_on: bool) {
        let rules = &mut self.rules;
        let rule = match name {
            "strict_idempotency" => &mut rules.strict,
            "review" => &mut rules.review,
            "crypto_redemption" => &mut rules.crypto_redemption,
            "account_setup_required" => &mut rules.account_setup,
            "costs_document_required" => &mut rules.costs_document,
            "cumulative_self_disclosure" => &mut rules.cumulative,
            "pep_check" => &mut rules.pep_check,
            _ => unreachable!("no such rule: {name}"),
        };
        *rule = is_on;
    }

    fn trigger(&mut self, id: Uuid, event: usize) -> Judgment {
        let (now, is_reviewed) = (self.now, self.rules.review);
        let investment = self.investments.iter_mut().find(|found| found.id == id).ok_or(404_u16)?;
        let next = investment.status.after(event).ok_or(400_u16)?;
        if next == Status::Delivered && investment.wallet.is_none() {
            return Err(400);
        }
        let is_passed = next == Status::ReviewPending && !is_reviewed;
        investment.status = if is_passed { Status::WaitingForAcceptance } else { next };
        match investment.status {
            Status::Accepted => investment.accepted_at = investment.accepted_at.or(Some(now)),
            Status::Paid => investment.paid_at = investment.paid_at.or(Some(now)),
            Status::Delivered => investment.delivered_at = Some(now),
            status if status.is_cancelled() => investment.cancelled_at = Some(now),
            _ => {}
        }
        investment.take_dates();
        Ok(())
    }

    fn decide_kyc(&mut self, id: Uuid, result: &str) -> Judgment {
        let status = match result {
            "success" => Kyc::Success,
            "under_review" => Kyc::UnderReview,
            "manual_review_required" => Kyc::Manual,
            _ => Kyc::Rejected,
        };
        let investor = self.investors.iter_mut().find(|found| found.id == id).ok_or(404_u16)?;
        let is_under_way = |kyc: &&mut Kyc| matches!(kyc, Kyc::Started | Kyc::UnderReview | Kyc::Manual);
        if investor.has_identification() {
            if investor.check.is_none_or(|check| check == Kyc::Success) {
                return Err(400);
            }
            investor.check = Some(status);
        } else if let Some(open) = investor.identifications.iter_mut().rev().find(is_under_way) {
            *open = status;
        } else {
            investor.identifications.push(status);
        }
        self.clear(id);
        let is_over = result == "rejected" && self.investor(id).and_then(Investor::kyc) != Some(Kyc::Success);
        let now = self.now;
        let waiting = self.investments.iter_mut().filter(|found| found.investor == id);
        for investment in waiting.filter(|found| is_over && found.status == Status::KycPending) {
            investment.status = Status::KycInsufficient;
            investment.cancelled_at = Some(now);
        }
        Ok(())
    }
}
