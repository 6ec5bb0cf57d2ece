//! Uploads: read part by part, hashed, never held.

use std::task::Poll;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use multer::{Constraints, Field, Multipart, SizeLimit, parse_boundary};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::body::{Unread, content_type, drain, is_media_type, too_large, unsupported};
use super::verdict::Verdict;
use crate::world::Refusal;

const PART: &str = "file";

/// What the world keeps of the file in the form.
pub(super) async fn read(headers: &HeaderMap, body: Body, limit: u64) -> Result<Value, Unread> {
    if !is_media_type(headers, "multipart/form-data") {
        drain(body).await;
        return Err(unsupported(headers).into());
    }
    let Ok(boundary) = parse_boundary(content_type(headers)) else {
        drain(body).await;
        return Err(broken("Invalid boundary in multipart.").into());
    };
    let mut stream = body.into_data_stream();
    let file = read_form(&mut stream, boundary, limit).await;
    let is_refused = matches!(file, Err(Unread::Refused(_)));
    if is_refused {
        drain(Body::from_stream(stream)).await;
    }
    file
}

async fn read_form(stream: &mut BodyDataStream, boundary: String, limit: u64) -> Result<Value, Unread> {
    let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(limit));
    let mut form = Multipart::with_constraints(stream.chain(breath()), boundary, constraints);
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
        if field.name() == Some(PART) {
            file = Some(digest(field).await?);
        } else {
            skip(field).await?;
        }
    }
    file.ok_or_else(|| problem("No file was submitted."))
}

/// Nothing, and that only when asked a second time.
///
/// multer looks for the first boundary, reads once more, and if that was the last there was, it does not look again: a
/// form that arrives between the two would be called incomplete. So the end never comes together with what is before it.
fn breath() -> impl Stream<Item = Result<Bytes, axum::Error>> + Send {
    let mut is_over = false;
    stream::poll_fn(move |context| {
        if is_over {
            return Poll::Ready(None);
        }
        is_over = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

async fn digest(mut field: Field<'_>) -> Result<Value, Unread> {
    let Some(name) = file_name(&field).filter(|name| !name.is_empty()) else {
        skip(field).await?;
        return Err(problem("The submitted data was not a file. Check the encoding type on the form."));
    };
    let content_type = field.content_type().map_or_else(String::new, ToString::to_string);
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    while let Some(chunk) = next(&mut field).await? {
        size += chunk.len() as u64;
        hash.update(&chunk);
    }
    if size == 0 {
        return Err(problem("The submitted file is empty."));
    }
    let sha256 = hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    Ok(json!({ "name": name, "content_type": content_type, "size": size, "sha256": sha256 }))
}

/// The name of the file, in its extended form (`filename*=UTF-8''a%20b.pdf`) if it has one.
fn file_name(field: &Field<'_>) -> Option<String> {
    let extended = || {
        let disposition = String::from_utf8_lossy(field.headers().get(header::CONTENT_DISPOSITION)?.as_bytes());
        let (_, value) = disposition.split_once("filename*=")?;
        let encoded = value.split(';').next()?.trim().trim_matches('"').splitn(3, '\'').nth(2)?;
        Some(percent_decode_str(encoded).decode_utf8_lossy().into_owned())
    };
    extended().or_else(|| field.file_name().map(str::to_owned))
}

async fn skip(mut field: Field<'_>) -> Result<(), Unread> {
    while next(&mut field).await?.is_some() {}
    Ok(())
}

async fn next(field: &mut Field<'_>) -> Result<Option<Bytes>, Unread> {
    field.chunk().await.map_err(|error| unread(&error))
}

fn problem(message: &str) -> Unread {
    Unread::Refused(Refusal::field(PART, message).into())
}

fn broken(problem: &str) -> Verdict {
    Verdict::detail(StatusCode::BAD_REQUEST, &format!("Multipart form parse error - {problem}"))
}

fn unread(error: &multer::Error) -> Unread {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large().into(),
        multer::Error::StreamReadFailed(_) => Unread::Gone,
        _ => broken("The form is malformed or ends too early.").into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[tokio::test]
    async fn a_form_is_read_in_whatever_pieces_it_arrives() {
        let form = b"--0f1e2d3c\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n\
                     %PDF-1.4\r\n%%EOF\n\r\n--0f1e2d3c--\r\n";
        let form = Bytes::from_static(form);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("multipart/form-data; boundary=0f1e2d3c"));
        for first in 0..=form.len() {
            for second in first..=form.len() {
                let pieces = [form.slice(..first), form.slice(first..second), form.slice(second..)];
                let arriving = stream::iter(pieces).then(async |piece| {
                    tokio::task::yield_now().await;
                    Ok::<_, axum::Error>(piece)
                });
                let file = read(&headers, Body::from_stream(arriving), 1_024).await;
                assert_eq!(file.ok().map(|file| file["size"].clone()), Some(json!(16)), "{first} {second}");
            }
        }
    }
}
