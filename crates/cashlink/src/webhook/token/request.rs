//! A request for a token: who asks, and for what.

use std::borrow::Cow;

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{
    Fault, SCOPE,
    clients::{Clients, Known},
};
use crate::webhook::receiver::{Given, Head};

/// With or without padding: some senders leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The fields of a form that matter here.
#[derive(Default)]
pub(super) struct Form {
    grant_type: Option<String>,
    scope: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

impl Form {
    /// Nothing if it is no form, or says something twice. A field without a value is one that is left out.
    pub(super) fn read(head: &Head, body: &[u8]) -> Option<Self> {
        if !head.announces_form() {
            return None;
        }
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty()) {
            let field = match name.as_ref() {
                "grant_type" => &mut form.grant_type,
                "scope" => &mut form.scope,
                "client_id" => &mut form.client_id,
                "client_secret" => &mut form.client_secret,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(form)
    }

    /// What is asked for that is not given here.
    pub(super) fn fault(&self) -> Option<Fault> {
        let is_ours = |scope: &String| scope.split(' ').all(|scope| scope.is_empty() || scope == SCOPE);
        match self.grant_type.as_deref() {
            None => Some(Fault::Request),
            Some("client_credentials") if self.scope.as_ref().is_none_or(is_ours) => None,
            Some("client_credentials") => Some(Fault::Scope),
            Some(_) => Some(Fault::GrantType),
        }
    }
}

/// The credentials of a request.
pub(super) enum Presented {
    /// None, or in a form that is not known.
    Nothing,
    /// In two places at once.
    Twice,
    /// Id and secret; in every way that they may be meant.
    These(Vec<(String, String)>),
}

impl Presented {
    pub(super) fn by(head: &Head, form: Option<&Form>) -> Self {
        let id = form.and_then(|form| form.client_id.as_ref());
        let secret = form.and_then(|form| form.client_secret.as_ref());
        if matches!(head.authorization, Given::Nothing) {
            let both = id.cloned().zip(secret.cloned());
            return both.map_or(Self::Nothing, |both| Self::These(vec![both]));
        }
        let Some(meanings) = head.authorization.credentials("Basic").and_then(basic) else {
            return Self::Nothing;
        };
        // The id may be repeated in the form.
        let is_repeated = id.is_none_or(|id| meanings.iter().any(|(known, _)| known == id));
        if secret.is_none() && is_repeated { Self::These(meanings) } else { Self::Twice }
    }

    /// Whose they are.
    pub(super) fn find<'a>(&self, clients: &'a Clients) -> Option<&'a Known> {
        let Self::These(meanings) = self else {
            return None;
        };
        meanings.iter().filter_map(|(id, secret)| clients.find(id, secret)).last()
    }
}

/// Id and secret as they stand, and with escapes resolved: RFC 6749 has them escaped, and many senders do not do so.
fn basic(encoded: &str) -> Option<Vec<(String, String)>> {
    let decoded = String::from_utf8(BASE64.decode(encoded).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = (id.to_owned(), secret.to_owned());
    let resolved = (resolve(id), resolve(secret));
    Some(if plain == resolved { vec![plain] } else { vec![plain, resolved] })
}

fn resolve(text: &str) -> String {
    let one_name = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(one_name.as_bytes()).next().map_or(Cow::Borrowed(""), |(name, _)| name).into_owned()
}
