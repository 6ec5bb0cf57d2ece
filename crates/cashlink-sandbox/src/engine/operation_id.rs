//! An operation is written down by its id.

use serde::{Deserialize, Deserializer, Serializer, de};

use crate::spec::{Operation, Spec};

#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how serde calls it")]
pub(super) fn serialize<S: Serializer>(operation: &&'static Operation, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&operation.id)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static Operation, D::Error> {
    let id = String::deserialize(deserializer)?;
    let spec = Spec::get().map_err(de::Error::custom)?;
    spec.operation(&id).ok_or_else(|| de::Error::custom(format_args!("there is no operation {id}")))
}
