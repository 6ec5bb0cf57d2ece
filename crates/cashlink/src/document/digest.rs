//! The digest of a document, by which a journal knows whether it is the same.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use super::{Content, DocumentSource, open_file};

/// How much of a file is read at once.
const CHUNK: usize = 64 * 1024;

impl DocumentSource {
    /// The SHA-256 digest of the bytes, of which there may be no more than `limit`.
    pub(crate) async fn digest(&self, limit: u64) -> io::Result<[u8; 32]> {
        let path = match &self.content {
            Content::Bytes(bytes) => return Ok(Sha256::digest(bytes).into()),
            Content::File(path) => path.clone(),
        };
        let digest = tokio::task::spawn_blocking(move || {
            let (mut file, _) = open_file(&path)?;
            let (mut digest, mut buffer, mut left) = (Sha256::new(), vec![0; CHUNK], limit);
            loop {
                let read = file.read(&mut buffer)?;
                if read == 0 {
                    return Ok(digest.finalize().into());
                }
                let too_large = || io::Error::new(io::ErrorKind::FileTooLarge, "the file grew over the limit");
                left = left.checked_sub(read as u64).ok_or_else(too_large)?;
                digest.update(&buffer[..read]);
            }
        });
        digest.await.map_err(io::Error::other)?
    }
}
