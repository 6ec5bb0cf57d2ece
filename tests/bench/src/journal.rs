//! Durable intents: how many a second, and how long a caller waits for one.

mod bare;
mod callers;
mod growth;
mod naive;
mod recovery;
mod sealed;
mod store;

use std::{future::Future, path::Path, sync::Arc, time::Duration};

use anyhow::{Result, bail};
use cashlink::IdempotencyKey;
use serde_json::Value;
use uuid::Uuid;

pub(crate) use self::{
    callers::{Sample, nanos_since, now},
    growth::grow,
    recovery::recover,
};

use self::{
    bare::Bare,
    callers::{Limit, Numbers},
    naive::Naive,
    sealed::Sealed,
    store::{Begin, BeginAndFinish},
};

/// Bytes of the body of an intent.
const BODY: usize = 512;

/// What is not counted, of the time that is.
const WARM_UP: u32 = 5;

/// How much is asked of a contestant.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) callers: usize,
    pub(crate) time: Duration,
}

/// Makes intents durable in a new file in `folder`, each caller the next one as soon as it has the last.
pub(crate) async fn measure(contestant: &str, folder: &Path, load: Load) -> Result<Value> {
    match contestant {
        "bare" => {
            let bare = Arc::new(Bare::start(&folder.join("bare"))?);
            let sample = by_tasks(&bare, load).await?;
            let mut result = sample.as_json();
            result["sync_p50_ns"] = bare.median_sync().into();
            Ok(result)
        }
        "naive" => {
            let naive = Naive::open(&folder.join("naive.sqlite3"))?;
            let numbers = Numbers::default();
            callers::threads(&naive, &numbers, load.callers, Limit::Time(load.time / WARM_UP))?;
            Ok(callers::threads(&naive, &numbers, load.callers, Limit::Time(load.time))?.as_json())
        }
        "begin" => Ok(by_tasks(&Arc::new(Begin::open(folder)?), load).await?.as_json()),
        "sealed" => {
            let sealed = Arc::new(Sealed::open(folder)?);
            let sample = by_tasks(&sealed, load).await?;
            sealed.check()?;
            Ok(sample.as_json())
        }
        "begin-finish" => Ok(by_tasks(&Arc::new(BeginAndFinish::open(folder)?), load).await?.as_json()),
        other => bail!("`{other}` is no contestant"),
    }
}

/// Something that makes an intent durable.
pub(crate) trait Contestant: Send + Sync + 'static {
    /// Returns when the intent of this number is durable.
    fn intend(&self, number: u64) -> impl Future<Output = Result<()>> + Send;
}

/// Lets tasks of this thread want one after the other from `contestant`.
pub(crate) async fn by_tasks(contestant: &Arc<impl Contestant>, load: Load) -> Result<Sample> {
    let numbers = Arc::new(Numbers::default());
    callers::tasks(contestant, &numbers, load.callers, Limit::Time(load.time / WARM_UP)).await?;
    callers::tasks(contestant, &numbers, load.callers, Limit::Time(load.time)).await
}

/// The key of the intent of this number: spread over all keys, as random and derived ones are, and found again.
fn key(number: u64) -> IdempotencyKey {
    Uuid::from_u64_pair(mix(2 * number), mix(2 * number + 1)).into()
}

/// The mixing step of `SplitMix64`.
pub(crate) fn mix(number: u64) -> u64 {
    let number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

fn body() -> Vec<u8> {
    vec![b'x'; BODY]
}
