//! One call of the facade for each reply of the API.

use std::{collections::BTreeMap, fmt};

use cashlink::{Cashlink, DocumentSource, Error, Listing, model};
use cashlink_tests::spec;
use futures_util::{StreamExt as _, stream::BoxStream};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::places;

/// Any id.
const ID: Uuid = Uuid::from_u128(7);

/// What one or more operations answer with when all is well.
#[derive(Clone, Copy)]
pub(crate) struct Reply {
    /// The name of its component; of a list, that of its items.
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// Of the whole, or of the page.
    pub(crate) schema: &'static Value,
}

/// For the message of a failed test.
impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} {}", self.form, self.name)
    }
}

/// How a reply is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    Object,
    /// Several objects that are the whole answer.
    Array,
    /// A list that is followed page by page.
    Page,
}

/// Every reply of every operation, once; the token apart, which no caller sees.
pub(crate) fn replies() -> Vec<Reply> {
    let mut found = BTreeMap::new();
    for (_, _, operation) in
        spec::operations().filter(|(_, _, operation)| operation["operationId"] != "oauth_token_create")
    {
        let reply = reply(operation);
        found.entry((reply.name, reply.form)).or_insert(reply);
    }
    found.into_values().collect()
}

#[track_caller]
fn reply(operation: &'static Value) -> Reply {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let replies = operation["responses"].as_object().into_iter().flatten();
    let mut successes = replies.filter(|(status, _)| status.starts_with('2'));
    let success = successes.next().map_or(&Value::Null, |(_, reply)| spec::resolve(reply));
    let schema = &success["content"]["application/json"]["schema"];
    let is_array = schema["type"] == "array";
    if !id.ends_with("_list") {
        let form = if is_array { Form::Array } else { Form::Object };
        return Reply { name: places::name(if is_array { &schema["items"] } else { schema }), form, schema };
    }
    // Bare or not, a list is read as the page of its items.
    let name = if is_array { places::name(&schema["items"]) } else { places::name(schema).trim_end_matches("Page") };
    Reply { name, form: Form::Page, schema: spec::schema(&format!("{name}Page")) }
}

/// Makes a call that is answered with `reply`, and writes what was read.
pub(crate) async fn call(client: &Cashlink, reply: Reply) -> Result<Value, Error> {
    let (platform, distributor, issuer) = (client.platform(), client.distributor(), client.issuer());
    match (reply.form, reply.name) {
        (Form::Array, "BenefitingPerson") => {
            written(distributor.benefiting_persons(ID.into()).create(&[]).send().await)
        }
        (Form::Object, "Campaign") => written(issuer.campaigns(ID.into()).retrieve(ID.into()).send().await),
        (Form::Object, "Credit") => written(platform.investments().credit(ID.into()).send().await),
        (Form::Object, "DistributionPlatform") => {
            written(issuer.distribution_platforms().retrieve(ID.into()).send().await)
        }
        (Form::Object, "Document") => {
            let document = DocumentSource::bytes("a.pdf", "application/pdf", b"%PDF-1.4".as_slice());
            written(platform.documents().upload(&document).send().await)
        }
        (Form::Object, "Identification") => {
            written(platform.identifications(ID.into()).retrieve(ID.into()).send().await)
        }
        (Form::Object, "Investment") => written(platform.investments().retrieve(ID.into()).send().await),
        (Form::Object, "Investor") => written(platform.investors().retrieve(ID.into()).send().await),
        (Form::Object, "Invitation") => written(platform.invitations().retrieve(ID.into()).send().await),
        (Form::Object, "Issuer") => written(issuer.issuers().retrieve(ID.into()).send().await),
        (Form::Object, "Listing") => written(issuer.listings().retrieve(ID.into()).send().await),
        (Form::Object, "Product") => written(issuer.products().retrieve(ID.into()).send().await),
        (Form::Object, "Redemption") => written(platform.redemptions().retrieve(ID.into()).send().await),
        (Form::Object, "SignedDocument") => {
            let document = model::SignedDocumentCreate::new(ID.into(), "CONTRACT", "subscription");
            written(platform.investments().add_signed_document(ID.into(), &document).send().await)
        }
        (Form::Object, "Transfer") => written(platform.transfers().retrieve(ID.into()).send().await),
        (Form::Object, "Wallet") => written(platform.wallets(ID.into()).retrieve(ID.into()).send().await),
        _ => panic!("tests/tests/tolerance/calls.rs has no call that answers with {reply}"),
    }
}

/// Makes a call that is answered with a list, and writes its items.
pub(crate) fn list(client: &Cashlink, reply: Reply) -> BoxStream<'static, Result<Value, Error>> {
    let (platform, issuer) = (client.platform(), client.issuer());
    match reply.name {
        "BenefitingPerson" => items(platform.benefiting_persons(ID.into()).list()),
        "Campaign" => items(issuer.campaigns(ID.into()).list()),
        "DistributionPlatform" => items(issuer.distribution_platforms().list()),
        "Identification" => items(platform.identifications(ID.into()).list()),
        "Investment" => items(platform.investments().list()),
        "Investor" => items(platform.investors().list()),
        "Invitation" => items(platform.invitations().list()),
        "Issuer" => items(issuer.issuers().list()),
        "Listing" => items(issuer.listings().list()),
        "Product" => items(issuer.products().list()),
        "Redemption" => items(platform.redemptions().list()),
        "RegistryStatement" => items(platform.investments().registry_statements(ID.into())),
        "SignedDocument" => items(platform.investments().signed_documents(ID.into())),
        "Transfer" => items(issuer.transfers().list()),
        "Wallet" => items(platform.wallets(ID.into()).list()),
        _ => panic!("tests/tests/tolerance/calls.rs has no call that answers with {reply}"),
    }
}

fn items<T: Serialize + Send + 'static>(list: Listing<T>) -> BoxStream<'static, Result<Value, Error>> {
    list.by_item().map(written).boxed()
}

fn written<T: Serialize>(read: Result<T, Error>) -> Result<Value, Error> {
    read.map(|value| serde_json::to_value(value).unwrap())
}
