//! A sandbox on which runs are played one after the other.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use cashlink_sandbox::{Fault, Sandbox, Settlement};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Boundary, Fate, Lives, Setup,
    guide::Input,
    job::{Job, Seeds},
    life::{Life, live},
    truth::Truth,
};

/// Longer than one read takes, and shorter than two: what is waited for is not there at the first look.
const SETTLES_AFTER: Duration = Duration::from_secs(5400);

/// So long that the clock, which reads move, does not end a token. Faults do.
const TOKEN_LIFETIME: Duration = Duration::from_secs(1_000_000_000);

/// How many lives, after those that are killed, meet faults; what comes later meets none.
const FAULTY_LIVES: usize = 3;

/// How many lives without kill and fault a run may need. One is enough, unless it finds a no that was recorded.
const LAST_LIVES: usize = 2;

/// How many runs share a sandbox: its clock goes far ahead in the end.
const RUNS: u32 = 100;

/// What is to happen to a run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) setup: Setup,
    pub(super) run_id: Uuid,
    /// Where each of the first lives is killed, if it comes there.
    pub(super) kills: Vec<Boundary>,
    pub(super) faults: Vec<Fault>,
}

/// What happened to a run.
pub(super) struct Played {
    pub(super) lives: Lives,
    /// The boundaries that the last life came to.
    pub(super) trace: Vec<Boundary>,
    pub(super) truth: Truth,
}

/// A sandbox with what every run needs.
pub(super) struct Stage {
    program: PathBuf,
    sandbox: Arc<Sandbox>,
    folder: TempDir,
    runs: u32,
}

impl Stage {
    /// A stage on which `program` is the child.
    pub(super) async fn new(program: &Path) -> io::Result<Self> {
        Ok(Self { program: program.to_owned(), sandbox: sandbox().await?, folder: tempfile::tempdir()?, runs: 0 })
    }

    /// Plays one run until it is done, or there is no hope.
    pub(super) async fn play(&mut self, plan: &Plan) -> io::Result<Played> {
        self.runs += 1;
        if self.runs % RUNS == 0 {
            self.sandbox = sandbox().await?;
        }
        let folder = tempfile::tempdir_in(self.folder.path())?;
        let job = self.job(plan, folder.path())?;
        let mark = self.sandbox.ledger().len() as u64;
        for fault in &plan.faults {
            self.sandbox.arm(fault.clone());
        }
        let mut lives = Lives::default();
        let mut trace = Vec::new();
        let kills = plan.kills.iter().cloned().map(Some);
        let faulty = if plan.faults.is_empty() { 0 } else { FAULTY_LIVES };
        let faulty = plan.kills.len() + faulty;
        for (number, target) in kills.chain(std::iter::repeat(None)).take(faulty + LAST_LIVES).enumerate() {
            if number == faulty {
                self.sandbox.clear_faults();
            }
            let life: Life = live(&self.program, &job, &self.sandbox, target).await?;
            trace = life.trace;
            lives.0.push(life.fate);
            if lives.report().is_some() {
                break;
            }
        }
        self.sandbox.clear_faults();
        let truth = Truth::read(&self.sandbox.ledger_after(mark), lives.report(), &job).await;
        Ok(Played { lives, trace, truth })
    }

    fn job(&self, plan: &Plan, folder: &Path) -> io::Result<Job> {
        let sandbox = &self.sandbox;
        let seeds = Seeds {
            campaign_id: sandbox.campaign_id(),
            product_id: sandbox.product_id(),
            investor_id: sandbox.investor_id(),
        };
        let documents = plan.setup.has_files.then(|| folder.to_owned());
        if let Some(folder) = &documents {
            for document in Input::sample(plan.setup.guide, seeds).documents() {
                let name = document.file_name();
                std::fs::write(folder.join(name), format!("%PDF-1.4 {name}"))?;
            }
        }
        Ok(Job {
            url: String::new(),
            client_id: sandbox.client_id().to_owned(),
            client_secret: sandbox.client_secret().to_owned(),
            guide: plan.setup.guide,
            run_id: plan.run_id,
            journal: folder.join("journal.db"),
            sealing_key: plan.setup.is_sealed.then_some([7; 32]),
            documents,
            seeds,
        })
    }
}

async fn sandbox() -> io::Result<Arc<Sandbox>> {
    let builder = Sandbox::builder().settlement(Settlement::After(SETTLES_AFTER)).token_lifetime(TOKEN_LIFETIME);
    builder.start().await.map(Arc::new).map_err(io::Error::other)
}

/// Whether a run was killed where it was to be, once, and the next life came to the end.
pub(super) fn is_killed_once(lives: &Lives, boundary: &Boundary) -> bool {
    matches!(&lives.0[..], [Fate::Killed(at), Fate::Done(_)] if at == boundary)
}
