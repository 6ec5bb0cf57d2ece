//! Uploaded documents: their digest is kept, their bytes are not.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{Answer, Call, Owner, Problems, Reply, World, refusal};

/// What is remembered of an uploaded document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UploadedDocument {
    /// The file name of the part.
    pub name: String,
    /// The content type of the part.
    pub content_type: String,
    /// The length in bytes.
    pub size: u64,
    /// The SHA-256 of the bytes, in lower-case hexadecimal digits.
    pub sha256: String,
}

impl fmt::Debug for UploadedDocument {
    /// Leaves out the file name, which often holds a person's name.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UploadedDocument")
            .field("content_type", &self.content_type)
            .field("size", &self.size)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Answer {
    let document: UploadedDocument = call.parse()?;
    let id = world.ids.next("document");
    world.documents.insert(call.owner, id, document);
    Ok(Reply::changed("document", id, json!({ "id": id })))
}

impl World {
    pub(crate) fn document(&self, id: Uuid) -> Option<&UploadedDocument> {
        self.documents.find(id)
    }

    /// Notes a problem under `path` unless `id` is an uploaded document of `owner`.
    pub(super) fn check_document(&self, owner: Owner, id: Uuid, path: &str, problems: &mut Problems) {
        if self.documents.get(owner, id).is_none() {
            problems.field(path, &refusal::unknown(id));
        }
    }
}
