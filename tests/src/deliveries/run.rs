//! All deliveries of a run, over many lives of the receiver.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    path::PathBuf,
    sync::Arc,
};

use fastrand::Rng;
use tempfile::TempDir;
use tokio::task::{JoinSet, yield_now};

use super::{
    DATABASE, Plant, Result,
    event::Event,
    judge::Judge,
    plan::{Delivery, Plan},
    receiver::Start,
    sender::{Post, Told},
};

/// How often others get their turn at most between the last answer and the kill.
const MOST_TURNS: u32 = 2_000;

/// A run.
#[derive(Clone, Debug)]
pub struct Run {
    /// The program that is a receiver when it is told so by [`CHILD`](super::CHILD).
    pub program: PathBuf,
    /// How many deliveries are sent, those that are repeated not counted.
    pub deliveries: usize,
    /// How many receivers there are at most at a time, all on the same database.
    pub receivers: usize,
    /// How often all receivers are killed under load; less often if all is delivered before.
    pub kills: usize,
    /// What everything is drawn from, but for what the system decides: who is answered first.
    pub seed: u64,
    /// A mistake that the receiver makes.
    pub plant: Option<Plant>,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Receivers that were killed under load.
    pub kills: u64,
    /// Receivers that were killed as they started after that.
    pub starting: u64,
    /// Deliveries that were answered with success.
    pub answered: u64,
    /// Deliveries of which nobody knew what became of them when the receiver was killed.
    pub open: u64,
    /// How many of these were of an event that nobody was told of and that was there all the same.
    pub unheard: u64,
    /// Events that were taken down.
    pub events: u64,
    /// Events that counted.
    pub applied: u64,
    /// Events that came after something later.
    pub late: u64,
    /// Events that told what counted already.
    pub repeated: u64,
    /// Rows that the handler wrote.
    pub effects: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, starting, answered, open, unheard, events, applied, late, repeated, effects } = self;
        write!(
            formatter,
            "{kills} kills under load, {starting} while starting; {answered} deliveries answered, {open} not when the receiver \
             was killed, {unheard} of them of events that it had; {events} events: {applied} counted, {late} were late, \
             {repeated} told nothing new; {effects} effects"
        )
    }
}

impl Run {
    /// Delivers everything; `told` hears after each life of the receivers what was counted.
    ///
    /// # Errors
    ///
    /// Says what was lost, doubled or out of order.
    pub async fn play(&self, mut told: impl FnMut(&Tally)) -> Result<Tally> {
        let folder = tempfile::tempdir()?;
        let mut lives = Lives::new(self, &folder);
        for kills in (0..=self.kills).rev() {
            let life = lives.live(kills).await;
            lives.count();
            life.map_err(|error| format!("after {}: {error}", lives.tally))?;
            told(&lives.tally);
            if lives.waiting.is_empty() {
                break;
            }
        }
        lives.judge.conclude().await?;
        Ok(lives.tally)
    }
}

/// The lives of receivers in one folder.
struct Lives {
    random: Rng,
    most_receivers: usize,
    start: Start,
    events: Arc<Vec<Event>>,
    waiting: VecDeque<Delivery>,
    judge: Judge,
    tally: Tally,
}

impl Lives {
    fn new(run: &Run, folder: &TempDir) -> Self {
        let mut random = Rng::with_seed(run.seed);
        let Plan { events, deliveries } = Plan::draw(&mut random, run.deliveries);
        let start = Start { program: run.program.clone(), folder: folder.path().to_owned(), plant: run.plant };
        Self {
            random,
            most_receivers: run.receivers.max(1),
            start,
            judge: Judge::new(&folder.path().join(DATABASE), &events),
            events: Arc::new(events),
            waiting: deliveries.into(),
            tally: Tally::default(),
        }
    }

    /// Starts receivers, delivers to them, kills them amid that unless no `kills` are left, and looks at what they leave.
    async fn live(&mut self, kills: usize) -> Result<()> {
        let mut receivers = Vec::new();
        for _ in 0..self.random.usize(1..=self.most_receivers) {
            receivers.push(self.start.ready().await?);
        }
        let post = Arc::new(Post::new(Arc::clone(&self.events), std::mem::take(&mut self.waiting)));
        let mut senders = JoinSet::new();
        for receiver in receivers.iter().cycle().take(self.random.usize(16..=64)) {
            senders.spawn(Arc::clone(&post).send(receiver.address.clone(), Arc::clone(&receiver.is_over)));
        }
        let mut told = Vec::new();
        if kills > 0 {
            let share = post.waiting_now() * 2 / (kills + 1);
            self.wait(&post, &mut senders, share, &mut told).await?;
            self.tally.kills += receivers.len() as u64;
        } else {
            told = join(&mut senders).await?;
        }
        for receiver in receivers {
            receiver.kill().await?;
            // Others go on for a while.
            self.turns().await;
        }
        told.extend(join(&mut senders).await?);
        drop(senders);
        let post = Arc::into_inner(post).ok_or("a sender is still there")?;
        self.waiting = post.into_waiting();
        if kills > 0 && self.random.u8(..6) == 0 {
            self.start.and_kill(self.random.u32(..MOST_TURNS)).await?;
            self.tally.starting += 1;
        }
        self.look(&told)
    }

    /// Waits for a random moment, which is when about `share` answers were given at most.
    async fn wait(
        &mut self,
        post: &Post,
        senders: &mut JoinSet<Result<Told>>,
        share: usize,
        told: &mut Vec<Told>,
    ) -> Result<()> {
        let target = self.random.usize(1..=share.max(1));
        let mut answers = post.answers();
        loop {
            tokio::select! {
                enough = answers.wait_for(|count| *count >= target) => {
                    enough?;
                    break;
                }
                // One has nothing to do any more, or nobody answers it.
                Some(ended) = senders.join_next() => told.push(ended??),
                else => break,
            }
        }
        self.turns().await;
        Ok(())
    }

    /// Lets others have their turn for a random while.
    async fn turns(&mut self) {
        for _ in 0..self.random.u32(..MOST_TURNS) {
            yield_now().await;
        }
    }

    fn look(&mut self, told: &[Told]) -> Result<()> {
        let before = self.judge.known.clone();
        let answered = || told.iter().flat_map(|told| &told.answered).map(|index| self.events[*index]);
        let events: Vec<_> = answered().collect();
        self.tally.answered += events.len() as u64;
        let heard: HashSet<_> = events.iter().copied().collect();
        self.judge.check(events.into_iter())?;
        for index in told.iter().flat_map(|told| &told.open) {
            let event = self.events[*index];
            let is_unheard = !before.contains(&event) && !heard.contains(&event) && self.judge.known.contains(&event);
            self.tally.open += 1;
            self.tally.unheard += u64::from(is_unheard);
        }
        Ok(())
    }

    fn count(&mut self) {
        let counts = self.judge.counts;
        self.tally = Tally {
            events: self.judge.known.len() as u64,
            applied: counts.applied,
            late: counts.late,
            repeated: counts.repeated,
            effects: counts.effects,
            ..self.tally
        };
    }
}

async fn join(senders: &mut JoinSet<Result<Told>>) -> Result<Vec<Told>> {
    let mut told = Vec::new();
    while let Some(ended) = senders.join_next().await {
        told.push(ended??);
    }
    Ok(told)
}
