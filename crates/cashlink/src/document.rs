//! Documents to upload, from a file or from memory, read afresh for every attempt.

use std::{
    fmt,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use cashlink_types::Redacted;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use crate::journal::Digest;

mod digest;
mod multipart;
#[cfg(test)]
mod tests;

pub(crate) use multipart::Multipart;

/// The content type of a document that names none; every document of the published guides is one.
const PDF: &str = "application/pdf";

/// Where the bytes of a document come from.
///
/// A file is streamed from disk, never held in memory whole, and read again if the upload has to be repeated; it must
/// not change meanwhile. In input files a document is written as its path, or as a map of `path`, `file_name` and
/// `content_type`.
///
/// ```
/// use cashlink::DocumentSource;
///
/// let file = DocumentSource::path("protocols/4711.pdf");
/// let memory = DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.7".as_slice());
/// assert_eq!(file.content_type(), "application/pdf");
/// assert!(memory.size()? == 8);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct DocumentSource {
    content: Content,
    file_name: String,
    content_type: String,
}

#[derive(Clone, PartialEq, Eq)]
enum Content {
    File(PathBuf),
    Bytes(Bytes),
}

impl DocumentSource {
    /// A PDF file. Its name on disk, without folders, is sent along.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { content: Content::File(path), file_name, content_type: PDF.to_owned() }
    }

    /// A document in memory. A clone shares the bytes.
    pub fn bytes(file_name: impl Into<String>, content_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { content: Content::Bytes(bytes.into()), file_name: file_name.into(), content_type: content_type.into() }
    }

    /// Replaces the file name that is sent along.
    #[must_use]
    pub fn with_file_name(mut self, file_name: impl Into<String>) -> Self {
        self.file_name = file_name.into();
        self
    }

    /// Replaces the content type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = content_type.into();
        self
    }

    /// The file name that is sent along.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The content type that is sent along.
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The file, unless the document is in memory.
    pub fn file(&self) -> Option<&Path> {
        match &self.content {
            Content::File(path) => Some(path),
            Content::Bytes(_) => None,
        }
    }

    /// Takes a relative path as relative to `folder`, such as the folder of the input file that names it.
    pub fn resolve_against(&mut self, folder: &Path) {
        if let Content::File(path) = &mut self.content {
            *path = folder.join(&path);
        }
    }

    /// The size in bytes. A file is opened to find out, which blocks for as long as the file system takes.
    ///
    /// # Errors
    ///
    /// Fails if the file is missing, cannot be read, or is not a file.
    pub fn size(&self) -> io::Result<u64> {
        match &self.content {
            Content::Bytes(bytes) => Ok(bytes.len() as u64),
            // Opened, not only looked at: whether it can be read is what matters.
            Content::File(path) => Ok(open_file(path)?.1),
        }
    }

    /// Checks that the document can be read and sent. A file is opened, as [`size`](Self::size) does.
    ///
    /// # Errors
    ///
    /// Returns the rule that it breaks: missing, not readable, empty, larger than `max_bytes`, or with a file name or
    /// content type that does not fit into a header.
    pub fn check(&self, max_bytes: u64) -> Result<u64, String> {
        let size = self.size().map_err(|error| format!("cannot be read: {}", error.kind()))?;
        let fits_into_header = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
        if size == 0 {
            return Err("is empty".to_owned());
        }
        if size > max_bytes {
            return Err(format!("has {size} bytes, the limit is {max_bytes}"));
        }
        if !fits_into_header(&self.file_name) {
            return Err("needs a file name without control characters".to_owned());
        }
        let is_media_type = self.content_type.is_ascii() && self.content_type.split('/').count() == 2;
        if !is_media_type || !fits_into_header(&self.content_type) {
            return Err("needs a content type such as application/pdf".to_owned());
        }
        Ok(size)
    }
}

/// Opens a file and tells its size. This blocks.
fn open_file(path: &Path) -> io::Result<(File, u64)> {
    // Looked at before it is opened: to open a pipe is to wait until somebody writes to it.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

impl fmt::Debug for DocumentSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // File names are often made of people's names.
        formatter
            .debug_struct("DocumentSource")
            .field("file_name", &Redacted)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

/// How an input file writes a document.
#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Written {
    Path(PathBuf),
    Map(WrittenMap),
}

#[derive(Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct WrittenMap {
    path: PathBuf,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
}

impl TryFrom<Written> for DocumentSource {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let map = match written {
            Written::Path(path) => WrittenMap { path, file_name: None, content_type: None },
            Written::Map(map) => map,
        };
        if map.path.as_os_str().is_empty() {
            return Err("a document needs a path".to_owned());
        }
        let mut source = Self::path(map.path);
        source.file_name = map.file_name.unwrap_or(source.file_name);
        source.content_type = map.content_type.unwrap_or(source.content_type);
        Ok(source)
    }
}

/// What is written of a document in memory.
#[derive(Serialize)]
struct InMemory<'a> {
    file_name: &'a str,
    content_type: &'a str,
    sha256: String,
}

/// A file is written as in an input file. Of a document in memory, file name, content type and the SHA-256 digest of the
/// bytes are written: enough to compare it with another. It cannot be read back.
impl Serialize for DocumentSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = match &self.content {
            Content::File(path) => path,
            Content::Bytes(bytes) => {
                let sha256 = Digest::from_bytes(Sha256::digest(bytes).into()).to_string();
                return InMemory { file_name: &self.file_name, content_type: &self.content_type, sha256 }
                    .serialize(serializer);
            }
        };
        let plain = Self::path(path);
        if plain == *self {
            return path.serialize(serializer);
        }
        WrittenMap {
            path: path.to_owned(),
            file_name: (plain.file_name != self.file_name).then(|| self.file_name.clone()),
            content_type: (plain.content_type != self.content_type).then(|| self.content_type.clone()),
        }
        .serialize(serializer)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for DocumentSource {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DocumentSource".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}
