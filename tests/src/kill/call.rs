//! A call that changes something, and what it was answered.

use reqwest::Method;
use serde_json::Value;

/// A call under a key of its own.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Below the prefix of the API.
    pub(super) path: String,
    pub(super) key: String,
    pub(super) payload: Payload,
    pub(super) means: Means,
    /// None as long as nobody knows what became of it.
    pub(super) answer: Option<Answer>,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(super) enum Payload {
    Json(Value),
    /// The content of a file.
    File(String),
}

/// What a call is for, with the index of what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    Document,
    Investor,
    Identification(usize),
    Wallet(usize),
    Receiving(usize),
    Investment(usize),
    Credit,
    Issuer,
    Product,
    /// Of a product.
    Listing(usize),
    /// Nothing else follows from it.
    End,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
}

impl Answer {
    /// Whether it says what became of the call: a fault that stands in for the API does not.
    pub(super) fn is_verdict(&self) -> bool {
        self.status < 500 && self.status != 429
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}
