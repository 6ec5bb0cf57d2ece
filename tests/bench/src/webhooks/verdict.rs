//! What a verdict costs: headers and bytes in, an event or a refusal out, on one thread and without a disk.

use std::{hint::black_box, time::Duration};

use anyhow::{Result, bail, ensure};
use cashlink::webhook::{MemoryInbox, Receiver, Refusal};
use serde_json::{Value, json};

use super::{TOKEN, body};
use crate::{
    journal::{nanos_since, now},
    process,
};

/// What is not counted, of the time that is.
const WARM_UP: u32 = 5;

/// How many verdicts are given between two looks at the clock.
const AT_ONCE: u64 = 1_000;

/// Gives verdicts for a while and tells how many, and what they took of the processor.
pub(crate) fn judge(contestant: &str, time: Duration) -> Result<Value> {
    let receiver = Receiver::builder(MemoryInbox::new()).bearer(TOKEN).build()?;
    let body = body(1);
    let (body, length) = (body.as_bytes(), body.len().to_string());
    let authorization = format!("Bearer {TOKEN}");
    let stranger = format!("Bearer {}", TOKEN.to_uppercase());
    let headers = |authorization| {
        [
            ("host", "receiver.example"),
            ("user-agent", "a sender"),
            ("authorization", authorization),
            ("content-type", "application/json"),
            ("content-length", length.as_str()),
        ]
    };
    let (good, bad) = (headers(authorization.as_str()), headers(stranger.as_str()));
    match contestant {
        "examine" => measure(time, || Ok(black_box(receiver.examine(black_box(good), black_box(body))).map(drop)?)),
        "refuse" => measure(time, || {
            let refusal = black_box(receiver.examine(black_box(bad), black_box(body))).err();
            ensure!(refusal == Some(Refusal::Credentials), "a stranger was let in");
            Ok(())
        }),
        "parse" => measure(time, || {
            drop(black_box(serde_json::from_slice::<Value>(black_box(body))?));
            Ok(())
        }),
        other => bail!("`{other}` is no contestant"),
    }
}

fn measure(time: Duration, verdict: impl Fn() -> Result<()>) -> Result<Value> {
    repeat(time / WARM_UP, &verdict)?;
    let (cpu_before, start) = (process::cpu_nanos(), now());
    let count = repeat(time, &verdict)?;
    let total = nanos_since(start);
    let cpu = process::cpu_nanos().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    Ok(json!({ "verdicts": count, "total_ns": total, "cpu_ns": cpu }))
}

fn repeat(time: Duration, verdict: impl Fn() -> Result<()>) -> Result<u64> {
    let (start, mut count) = (now(), 0);
    while start.elapsed() < time {
        for _ in 0..AT_ONCE {
            verdict()?;
        }
        count += AT_ONCE;
    }
    Ok(count)
}
