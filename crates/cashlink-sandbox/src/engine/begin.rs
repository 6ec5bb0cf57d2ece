//! How a sandbox comes into being, goes back to its beginning, and is set up otherwise while it runs.

use std::borrow::Cow;
use std::mem;
use std::net::SocketAddr;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use jiff::Timestamp;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::log::Reader;
use super::{Action, Event, Origin, Record, Saved, State};
use crate::builder::SandboxBuilder;
use crate::clock::{Clock, Time};
use crate::error::{Kind, Result};
use crate::http::{App, Forks, Tokens};
use crate::requests::RequestLog;
use crate::scenario::{Draft, Names, Scenario};
use crate::settings::{Configuration, Settings};
use crate::spec::Spec;
use crate::webhooks::{Outbox, Webhook};
use crate::world::{Refusal, Seed, World};

impl App {
    /// A sandbox as `builder` wants it, or as it was when its folder was last used.
    pub(crate) fn new(builder: &SandboxBuilder, address: SocketAddr) -> Result<Self> {
        let wanted = Origin::new(builder);
        let mut reader = builder.data.as_deref().map(Reader::open).transpose()?;
        let found = reader.as_mut().map_or(Ok(None), Reader::origin)?;
        let is_new = found.is_none();
        let origin = found.unwrap_or_else(|| wanted.clone());
        if origin.seed != wanted.seed && builder.seed != 0 {
            return Err(Kind::DataSeed { seed: origin.seed }.into());
        }
        if origin.scenarios != wanted.scenarios && !wanted.scenarios.is_empty() {
            return Err(Kind::DataScenarios.into());
        }
        // What a log holds was played then.
        let scenarios = if is_new { &origin.scenarios[..] } else { &[] };
        let webhooks = if is_new { &origin.webhooks[..] } else { &[] };
        let Beginning { state, time, settings, seed, played, .. } = origin.begin(scenarios, webhooks)?;
        let token = builder.control_token.clone().or_else(|| token_for(address));
        let mut app = Self::over(state, seed, origin, address, token)?;
        app.requests = RequestLog::new(builder.request_log);
        app.clock.set(time);
        app.set(settings);
        if is_new {
            app.check_webhooks(&wanted.webhooks)?;
        }
        if let Some(reader) = reader {
            app.go_on(reader, is_new.then_some(&played))?;
        }
        app.set_up(&wanted)?;
        Ok(app)
    }

    /// Lets everything happen again that a folder has, and writes down there what happens from now on.
    ///
    /// A new folder begins with what was `played`.
    fn go_on(&self, mut reader: Reader, played: Option<&[Record<'_>]>) -> Result<(), Kind> {
        let mut state = self.state();
        self.replay(&mut state, &mut reader)?;
        let mut log = reader.into_log()?;
        if let Some(played) = played {
            log.restart(&self.origin, played)?;
        }
        state.log = Some(log);
        // Calls that were under way when the process ended come to nothing any more.
        if state.faults.give_all_back() {
            state.note(self.clock.now(), || Event::AllGivenBack)?;
        }
        Ok(())
    }

    /// Whether those can be told who are to be told from the beginning.
    fn check_webhooks(&self, webhooks: &[Webhook]) -> Result<(), Kind> {
        webhooks.iter().try_for_each(|webhook| self.check_webhook(webhook)).map_err(Kind::Webhook)
    }

    /// Sets what is wanted otherwise than it was at the beginning; what was changed meanwhile stays.
    fn set_up(&mut self, wanted: &Origin) -> Result<(), Kind> {
        let configuration = self.configuration(&self.state());
        let changed = configuration.overridden(&self.origin.configuration, &wanted.configuration);
        if changed != configuration {
            self.act(&Action::Configure(changed)).map_err(|_| Kind::NotKept)?;
        }
        if let Time::Held(at) = wanted.time
            && wanted.time != self.origin.time
        {
            let now = self.clock.now();
            if at < now {
                return Err(Kind::DataTime { now });
            }
            self.act(&Action::SetTime(wanted.time)).map_err(|_| Kind::NotKept)?;
            self.origin.time = wanted.time;
        }
        self.origin.configuration = wanted.configuration;
        if !wanted.webhooks.is_empty() && wanted.webhooks != self.origin.webhooks {
            self.check_webhooks(&wanted.webhooks)?;
            let set_up = self.act(&Action::SetUpWebhooks(wanted.webhooks.clone()));
            set_up.map_err(|refusal| Kind::of(refusal, Kind::Webhook))?;
            self.origin.webhooks.clone_from(&wanted.webhooks);
        }
        Ok(())
    }

    /// A sandbox that goes on from what was saved.
    pub(crate) fn fork(&self, address: SocketAddr) -> Result<Self> {
        let saved = {
            let state = self.state();
            state.save(self.clock.time(), self.configuration(&state))
        };
        let mut app = Self::over(
            State::new(World::default()),
            self.seed,
            self.origin.clone(),
            address,
            self.control_token.clone(),
        )?;
        app.forks = self.forks.of_fork();
        app.origin.webhooks.clear();
        {
            let mut state = app.state();
            state.tokens = saved.tokens.clone();
            app.restore(&mut state, &saved);
            // Nobody is told twice of what happens once.
            state.outbox = Outbox::default();
        }
        Ok(app)
    }

    fn over(
        state: State,
        seed: Seed,
        origin: Origin,
        address: SocketAddr,
        control_token: Option<String>,
    ) -> Result<Self> {
        let clock = Clock::default();
        clock.set(origin.began);
        Ok(Self {
            clock,
            settings: RwLock::new(origin.configuration.settings),
            spec: Spec::get()?,
            address,
            control_token,
            seed,
            forks: Forks::default(),
            origin,
            generation: AtomicU64::new(0),
            state: Mutex::new(state),
            requests: RequestLog::new(1_000),
            revision: watch::Sender::default(),
            mail: Notify::new(),
        })
    }

    /// Goes back to the beginning, and on from there to what `scenarios` say, or else those it was started with.
    ///
    /// Tokens stay good, so that nobody has to sign in anew for each test. Gives the ids of what was named.
    pub(crate) fn reset(&self, scenarios: Option<&[Scenario]>) -> Result<Names, Kind> {
        let scenarios = scenarios.unwrap_or(&self.origin.scenarios);
        let mut state = self.state();
        let origin = self.origin.clone().begun_with(scenarios);
        let Beginning { state: begun, time, settings, played, named, .. } =
            origin.begin(scenarios, &origin.webhooks)?;
        let State { tokens, log, .. } = &mut *state;
        if let Some(log) = log {
            let origin = origin.after_tokens(tokens.gone());
            let issued = |(token, grant)| Record(origin.started_at, Event::issued(token, grant));
            let records: Vec<_> = tokens.iter().map(issued).chain(played).collect();
            log.restart(&origin, &records)?;
        }
        let (tokens, log) = (mem::take(tokens), log.take());
        *state = State { tokens, log, ..begun };
        self.clock.set(time);
        self.set(settings);
        self.generation.fetch_add(1, Ordering::AcqRel);
        drop(state);
        self.requests.clear();
        self.touch();
        self.wake_sender();
        Ok(named)
    }

    /// Lets everything happen that `scenario` says, or nothing of it.
    pub(super) fn seed(&self, state: &mut State, scenario: &Scenario, now: Timestamp) -> Result<Names, Refusal> {
        let mut draft = Draft::of(state, self.clock.time(), self.settings(), now);
        let named = draft.play(scenario, self.spec)?;
        let Draft { changed, .. } = draft;
        self.clock.set(changed.time);
        self.set(changed.settings);
        state.take(changed);
        Ok(named)
    }

    /// Writes nothing down any more and does nothing that would have to be: another sandbox may have the folder.
    pub(crate) fn close(&self) {
        if let Some(log) = &mut self.state().log {
            log.close();
        }
    }

    /// Goes back to what was saved.
    pub(super) fn restore(&self, state: &mut State, saved: &Saved) {
        state.restore(saved);
        self.clock.set(saved.time);
        self.set(saved.configuration.settings);
        self.generation.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn set(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Everything that is set.
    pub(crate) fn configuration(&self, state: &State) -> Configuration {
        Configuration { settings: self.settings(), rules: state.world.rules() }
    }
}

/// A token for a sandbox that other machines can reach.
fn token_for(address: SocketAddr) -> Option<String> {
    (!address.ip().is_loopback()).then(|| Uuid::new_v4().simple().to_string())
}

/// A sandbox before the first call.
struct Beginning {
    state: State,
    time: Time,
    settings: Settings,
    seed: Seed,
    /// The scenarios as they are written down.
    played: Vec<Record<'static>>,
    named: Names,
}

impl Origin {
    /// Everything as it is when `scenarios` have been played and `webhooks` are to be told of what happens from then on.
    fn begin(&self, scenarios: &[Scenario], webhooks: &[Webhook]) -> Result<Beginning, Kind> {
        let spec = Spec::get()?;
        let (world, seed) = self.world()?;
        let mut state = State::new(world);
        state.names = seed.names();
        state.tokens = Tokens::new(self.seed, self.tokens);
        let mut draft = Draft::of(&state, self.began, self.configuration.settings, self.started_at);
        let (mut played, mut named) = (Vec::new(), Names::new());
        for scenario in scenarios {
            let action = Action::Seed(Box::new(scenario.clone()));
            played.push(Record(draft.changed.now, Event::Action(Cow::Owned(action))));
            named.extend(draft.play(scenario, spec).map_err(Kind::Scenario)?);
        }
        let Draft { changed, .. } = draft;
        let (time, settings, now) = (changed.time, changed.settings, changed.now);
        state.take(changed);
        // What is there from the beginning is no news.
        drop(state.world.take_changes());
        if !webhooks.is_empty() {
            let action = Action::SetUpWebhooks(webhooks.to_vec());
            played.push(Record(now, Event::Action(Cow::Owned(action))));
            state.outbox.set_up(webhooks).map_err(Kind::Webhook)?;
        }
        Ok(Beginning { state, time, settings, seed, played, named })
    }

    /// The world that every sandbox begins with.
    fn world(&self) -> Result<(World, Seed), Kind> {
        let mut world = World::new(self.configuration.rules).with_ids_from(self.seed);
        let seed = world.seed(self.started_at);
        let seed = seed.map_err(|refusal: Refusal| Kind::Seed(format!("{refusal:?}")))?;
        Ok((world, seed))
    }
}
