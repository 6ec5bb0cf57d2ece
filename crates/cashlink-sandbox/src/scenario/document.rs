//! The form of a scenario file.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::clients::{FIRST, SCOPES};
use crate::duration;
use crate::world::{IdentificationResult, InvestmentEvent, TaskEnd};

/// What a sandbox is to hold beyond what every sandbox begins with.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "A scenario of the Cashlink sandbox"))]
#[serde(deny_unknown_fields, expecting = "a scenario")]
pub(super) struct Document {
    /// What the scenario is called.
    pub(super) name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    /// What holds from its first step on: settings and rules, as `GET /_sandbox/settings` shows them.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[cfg_attr(test, schemars(schema_with = "super::schema::settings"))]
    pub(super) settings: Map<String, Value>,
    /// The time by the sandbox's clock.
    #[serde(default)]
    pub(super) clock: Clock,
    /// Clients beside `sandbox-client` and `sandbox-partner`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) clients: Vec<Client>,
    /// What the steps share by anchors of YAML; it has no meaning of its own.
    #[serde(default, skip_serializing)]
    #[cfg_attr(test, schemars(with = "Value"))]
    pub(super) shared: Unheeded,
    /// What happens, in this order. If a step is refused, nothing of the scenario has happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<Step>,
}

/// The clock before the first step.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Clock {
    /// The time that it is put to. A sandbox that is not at its beginning cannot go back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) set: Option<Timestamp>,
    /// Whether it stands still from then on but for what advances it.
    #[serde(default)]
    pub(super) hold: bool,
}

/// A client with a platform of its own.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Client {
    /// Its client id.
    pub(super) id: String,
    /// Its client secret.
    pub(super) secret: String,
    /// What its tokens may be asked for; everything unless given.
    #[serde(default = "all_scopes")]
    #[cfg_attr(test, schemars(schema_with = "super::schema::scopes"))]
    pub(super) scopes: Vec<String>,
    /// The name of the company that runs its platform; its id unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) platform_company_name: Option<String>,
    /// What its platform is called in the steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) platform_as: Option<String>,
    /// The platforms beside its own where it may list products.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) may_list_on: Vec<String>,
}

/// Something that happens.
///
/// Where an id is asked for, `$name` stands for what an earlier step made under that name or for what every sandbox begins
/// with: `$campaign`, `$investor`, `$issuer`, `$partner_platform`, `$platform`, `$product`, `$wallet`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Step {
    /// A call of the API.
    Call(Box<Call>),
    /// Something happens to an investment that the API has no call for.
    Trigger { investment: String, event: InvestmentEvent },
    /// An investor's identification is decided, whichever is under way.
    DecideKyc { investor: String, result: IdentificationResult },
    /// Work on the ledger ends: a credit, redemption, transfer or the deployment of a product.
    FinishTask { task: String, end: TaskEnd },
    /// The next credit, redemption or transfer will end like this.
    NextTaskEnds(TaskEnd),
    /// The validation of a crypto security ends.
    ValidateProduct { product: String },
    /// Transfers may not leave a wallet any more, or may again.
    FreezeWallet {
        wallet: String,
        #[serde(default = "yes")]
        frozen: bool,
    },
    /// Transfers of a product are paused, or go on.
    PauseTransfers {
        product: String,
        #[serde(default = "yes")]
        paused: bool,
    },
    /// A client may list its products on a platform, or may not any more.
    AllowPlatform {
        #[serde(default = "first_client")]
        client: String,
        platform: String,
        #[serde(default = "yes")]
        allowed: bool,
    },
    /// Time passes: `2s`, `1h 30m`, `365d`, `P1D`, or whole seconds.
    Advance(#[cfg_attr(test, schemars(schema_with = "super::schema::duration"))] Advance),
    /// Settings and rules change.
    Set(#[cfg_attr(test, schemars(schema_with = "super::schema::settings"))] Map<String, Value>),
    /// A fault is armed, as `POST /_sandbox/faults` takes it.
    Arm(#[cfg_attr(test, schemars(schema_with = "super::schema::fault"))] Map<String, Value>),
    /// Steps happen several times. In their texts `${n}` stands for the number of the round, from 1.
    Repeat {
        #[cfg_attr(test, schemars(range(min = 1, max = 10_000)))]
        times: u32,
        steps: Vec<Self>,
    },
}

/// A call of the API, as a client makes it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Call {
    /// The operation.
    #[cfg_attr(test, schemars(schema_with = "super::schema::operations"))]
    pub(super) operation: String,
    /// The client that calls: `sandbox-client` unless given.
    #[serde(default = "first_client")]
    pub(super) client: String,
    /// The parameters in the path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) path: BTreeMap<String, String>,
    /// The body. In its texts `$name` stands for an id, and `${name.property}` for what a step was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Value>,
    /// The file of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<File>,
    /// The idempotency key, under which the answer is remembered; none unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// What the answer is called in later steps.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

/// A file that is uploaded.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// Its name.
    pub(super) name: String,
    /// Its media type.
    #[serde(default = "pdf")]
    pub(super) content_type: String,
    /// The text that it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    /// How many zero bytes it holds, in place of a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(range(min = 1, max = 1_048_576)))]
    pub(super) size: Option<u64>,
}

/// How far time moves on.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Advance(#[serde(with = "duration")] pub(super) Duration);

/// What is read over.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Unheeded;

impl<'de> Deserialize<'de> for Unheeded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

fn yes() -> bool {
    true
}

fn first_client() -> String {
    FIRST.id.to_owned()
}

fn pdf() -> String {
    "application/pdf".to_owned()
}

fn all_scopes() -> Vec<String> {
    SCOPES.map(str::to_owned).to_vec()
}
