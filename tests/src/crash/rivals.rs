//! Two processes at one journal.

use std::{io, path::Path};

use uuid::Uuid;

use super::{Boundary, Fate, Guide, Kind, Setup, handle::Child, job::Word, life::live, stage::Stage};

/// Where the first process is when the second one comes.
const AT: &str = "after hold_run";

/// What became of processes that wanted one journal and one run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rivals {
    /// The process that came while another had the journal.
    pub second: Fate,
    /// The process that came as soon as that other one was killed.
    pub third: Fate,
}

/// Starts `program` as a child that holds a journal, another one beside it, and another one after it was killed.
///
/// # Errors
///
/// Fails if the processes cannot be run, or the first one does not come to hold the journal.
pub async fn rivals(program: &Path) -> io::Result<Rivals> {
    let stage = Stage::new(program).await?;
    let folder = tempfile::tempdir()?;
    let job = stage.job(Setup::plain(Guide::Platform), Uuid::nil(), folder.path())?;
    let mut first = Child::start(program, &job).await?;
    loop {
        match first.word().await? {
            Some(Word::At(name)) if name == AT => break,
            Some(Word::At(_)) => first.go_on().await?,
            other => return Err(io::Error::other(format!("it did not come to hold the run: {other:?}"))),
        }
    }
    // It is killed by its own boundary if it comes there, which it must not.
    let intruding = Some(Boundary::new(Kind::Journal, "before hold_run"));
    let second = live(stage.place(), &job, intruding).await?.fate;
    first.kill().await?;
    let third = live(stage.place(), &job, None).await?.fate;
    Ok(Rivals { second, third })
}
