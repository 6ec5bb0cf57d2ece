//! One large document from a file, and the memory that it takes.

use std::time::Instant;

use anyhow::{Result, ensure};
use cashlink::DocumentSource;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{contestant, process};

/// By the facade.
pub(crate) async fn facade(url: &str, file: &str) -> Result<Value> {
    let document = DocumentSource::path(file);
    let client = contestant::client(url, Some(document.size()?))?;
    let documents = client.platform();
    // With this the token is there and everything has run once: what memory there is now is that of an idle client.
    let small = DocumentSource::bytes("small.pdf", "application/pdf", b"%PDF-1.7".as_slice());
    documents.documents().upload(&small).send().await?;

    let (idle, start) = (process::memory_kib("VmRSS"), now());
    documents.documents().upload(&document).send().await?;
    Ok(result(idle, start))
}

/// By the HTTP client's own form.
pub(crate) async fn by_hand(url: &str, file: &str) -> Result<Value> {
    let (http, url) = (contestant::http()?, format!("{url}/v2/documents/"));
    let small = Part::bytes(b"%PDF-1.7".as_slice()).file_name("small.pdf");
    send(&http, &url, small).await?;

    let (idle, start) = (process::memory_kib("VmRSS"), now());
    send(&http, &url, Part::file(file).await?).await?;
    Ok(result(idle, start))
}

async fn send(http: &reqwest::Client, url: &str, part: Part) -> Result<()> {
    let form = Form::new().part("file", part.mime_str("application/pdf")?);
    let response = http.post(url).bearer_auth("benchmark").multipart(form).send().await?;
    ensure!(response.status().is_success(), "the server answered {}", response.status());
    response.bytes().await?;
    Ok(())
}

fn result(idle: Option<u64>, start: Instant) -> Value {
    let total = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    json!({ "total_ns": total, "idle_kib": idle, "peak_kib": process::memory_kib("VmHWM") })
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
fn now() -> Instant {
    Instant::now()
}
