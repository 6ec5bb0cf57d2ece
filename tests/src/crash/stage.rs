//! A sandbox on which runs are played one after the other.

use std::{io, path::Path, sync::Arc, time::Duration};

use cashlink_sandbox::{Fault, Sandbox, Settlement};
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Boundary, Fate, Lives, Setup,
    guide::Input,
    job::{Job, Seeds},
    life::{Place, live},
    relay::{Door, send_late},
    truth::Truth,
};

/// Longer than one read takes, and shorter than two: what is waited for is not there at the first look.
const SETTLES_AFTER: Duration = Duration::from_secs(5400);

/// So long that the clock, which reads move, does not end a token. Faults do.
const TOKEN_LIFETIME: Duration = Duration::from_secs(1_000_000_000);

/// How many lives may meet faults, and be killed where they are to be; the one that comes later meets none.
const FAULTY_LIVES: usize = 10;

/// How many runs share a sandbox: its clock goes far ahead in the end.
const RUNS: u32 = 100;

/// What is to happen to a run.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) setup: Setup,
    pub(super) run_id: Uuid,
    /// Where lives are killed, one after the other. One that fails before it comes there leaves it to the next.
    pub(super) kills: Vec<Boundary>,
    pub(super) faults: Vec<Fault>,
}

/// What happened to a run.
pub(super) struct Played {
    pub(super) lives: Lives,
    /// The boundaries that the last life came to.
    pub(super) trace: Vec<Boundary>,
    /// How many calls met a fault.
    pub(super) struck: u64,
    pub(super) truth: Truth,
}

/// A sandbox with what every run needs.
pub(super) struct Stage {
    place: Place,
    folder: TempDir,
    runs: u32,
}

impl Stage {
    /// A stage on which `program` is the child.
    pub(super) async fn new(program: &Path) -> io::Result<Self> {
        let place = Place { program: program.to_owned(), sandbox: sandbox().await?, door: Door::new()? };
        Ok(Self { place, folder: tempfile::tempdir()?, runs: 0 })
    }

    /// Plays one run until it is done, or a life has failed that nothing was done to.
    pub(super) async fn play(&mut self, plan: &Plan) -> io::Result<Played> {
        self.runs += 1;
        if self.runs.is_multiple_of(RUNS) {
            self.place.sandbox = sandbox().await?;
        }
        let folder = tempfile::tempdir_in(self.folder.path())?;
        let job = self.job(plan.setup, plan.run_id, folder.path())?;
        let mark = self.place.sandbox.ledger().len() as u64;
        for fault in &plan.faults {
            self.place.sandbox.arm(fault.clone());
        }
        let mut lives = Lives::default();
        let (mut trace, mut late, mut struck) = (Vec::new(), Vec::new(), 0);
        let mut kills = plan.kills.iter();
        let mut target = kills.next();
        while lives.report().is_none() {
            let is_last = lives.count() == FAULTY_LIVES || (target.is_none() && plan.faults.is_empty());
            if is_last {
                struck += self.clear_faults();
                target = None;
            }
            let life = live(&self.place, &job, target.cloned()).await?;
            if matches!(life.fate, Fate::Killed(_)) {
                target = kills.next();
            }
            trace = life.trace;
            late.extend(life.late);
            lives.0.push(life.fate);
            if is_last {
                break;
            }
        }
        struck += self.clear_faults();
        for request in late {
            send_late(&request, &self.place.sandbox).await?;
        }
        let truth = Truth::read(&self.place.sandbox.ledger_after(mark), lives.report(), &job).await;
        Ok(Played { lives, trace, struck, truth })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Clears all faults and says how many calls met one.
    fn clear_faults(&self) -> u64 {
        let struck = self.place.sandbox.faults().iter().map(|fault| fault.struck).sum();
        self.place.sandbox.clear_faults();
        struck
    }

    /// What a child is told to do, with its journal and its documents in `folder`.
    pub(super) fn job(&self, setup: Setup, run_id: Uuid, folder: &Path) -> io::Result<Job> {
        let sandbox = &self.place.sandbox;
        let seeds =
            Seeds { campaign: sandbox.campaign_id(), product: sandbox.product_id(), investor: sandbox.investor_id() };
        let documents = setup.has_files.then(|| folder.to_owned());
        if let Some(folder) = &documents {
            for document in Input::sample(setup.guide, seeds).documents() {
                let name = document.file_name();
                std::fs::write(folder.join(name), format!("%PDF-1.4 {name}"))?;
            }
        }
        Ok(Job {
            url: self.place.door.url(),
            client_id: sandbox.client_id().to_owned(),
            client_secret: sandbox.client_secret().to_owned(),
            guide: setup.guide,
            run_id,
            journal: folder.join("journal.db"),
            sealing_key: setup.is_sealed.then_some([7; 32]),
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
