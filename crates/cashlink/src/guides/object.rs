//! What the steps of the guides record: ids and statuses.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::Recorded;

/// An object that was made or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Object<Id> {
    pub(super) id: Id,
    pub(super) status: Option<String>,
}

impl<Id> Object<Id> {
    pub(super) fn new(id: Id, status: Option<&str>) -> Self {
        Self { id, status: status.map(str::to_owned) }
    }

    /// The status as text, empty if the API gave none.
    pub(super) fn status(&self) -> &str {
        self.status.as_deref().unwrap_or_default()
    }
}

impl<Id> Recorded for Object<Id>
where
    Id: Copy + Into<Uuid> + Serialize + DeserializeOwned + Send,
{
    fn id(&self) -> Option<Uuid> {
        Some(self.id.into())
    }

    fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }
}

/// Any number of objects of which only the ids count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Objects<Id> {
    pub(super) ids: Vec<Id>,
    pub(super) status: Option<String>,
}

impl<Id> Objects<Id> {
    pub(super) fn new(ids: impl IntoIterator<Item = Id>) -> Self {
        Self { ids: ids.into_iter().collect(), status: None }
    }
}

impl<Id> Recorded for Objects<Id>
where
    Id: Copy + Into<Uuid> + Serialize + DeserializeOwned + Send,
{
    fn id(&self) -> Option<Uuid> {
        self.ids.first().map(|id| (*id).into())
    }

    fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }
}
