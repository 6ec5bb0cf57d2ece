//! How a sandbox comes into being, goes back to its beginning, and is set up otherwise while it runs.

use std::net::SocketAddr;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use tokio::sync::watch;
use uuid::Uuid;

use super::log::Found;
use super::{Action, Event, Log, Origin, Record, Saved, State};
use crate::builder::SandboxBuilder;
use crate::clock::Clock;
use crate::error::{Kind, Result};
use crate::http::App;
use crate::requests::RequestLog;
use crate::settings::{Configuration, Settings};
use crate::spec::Spec;
use crate::world::{Refusal, Seed, World};

impl App {
    /// A sandbox as `builder` wants it, or as it was when its folder was last used.
    pub(crate) fn new(builder: &SandboxBuilder, address: SocketAddr) -> Result<Self> {
        let found = builder.data.as_deref().map(Log::open).transpose()?;
        let wanted = Origin::new(builder.time, builder.seed, builder.configuration());
        let (log, origin, records) = match found {
            None => (None, None, Vec::new()),
            Some(Found { log, origin, records }) => (Some(log), origin, records),
        };
        let is_new = origin.is_none();
        let origin = origin.unwrap_or_else(|| wanted.clone());
        if origin.seed != wanted.seed && builder.seed != 0 {
            return Err(Kind::DataSeed { seed: origin.seed }.into());
        }
        let (world, seed) = origin.world()?;
        let token = builder.control_token.clone().or_else(|| token_for(address));
        let mut app = Self::over(State::new(world), seed, origin.clone(), address, token)?;
        app.requests = RequestLog::new(builder.request_log);
        {
            let mut state = app.state();
            app.replay(&mut state, records)?;
            state.log = log;
            if is_new && let Some(log) = &mut state.log {
                log.restart(&origin, &[]).map_err(|source| log.failed(source))?;
            }
        }
        let configuration = app.configuration(&app.state());
        let wanted = configuration.overridden(&origin.configuration, &wanted.configuration);
        if wanted != configuration {
            // It cannot be refused: the builder made it.
            let _ = app.act(&Action::Configure(wanted));
        }
        Ok(app)
    }

    /// A sandbox that goes on from what was saved.
    pub(crate) fn fork(&self, address: SocketAddr) -> Result<Self> {
        let saved = {
            let state = self.state();
            state.save(self.clock.time(), self.configuration(&state))
        };
        let app = Self::over(
            State::new(World::default()),
            self.seed,
            self.origin.clone(),
            address,
            self.control_token.clone(),
        )?;
        {
            let mut state = app.state();
            state.tokens = saved.tokens.clone();
            app.restore(&mut state, &saved);
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
        clock.set(origin.time);
        Ok(Self {
            clock,
            settings: RwLock::new(origin.configuration.settings),
            spec: Spec::get()?,
            address,
            control_token,
            seed,
            forks: Mutex::default(),
            origin,
            generation: AtomicU64::new(0),
            state: Mutex::new(state),
            requests: RequestLog::new(1_000),
            revision: watch::Sender::default(),
        })
    }

    /// Goes back to the beginning. Tokens stay good, so that nobody has to sign in anew for each test.
    pub(crate) fn reset(&self) -> Result<()> {
        let mut state = self.state();
        self.clock.set(self.origin.time);
        let origin = self.origin.clone().begun_at(self.clock.now());
        let (world, _) = origin.world()?;
        let (mut log, tokens) = (state.log.take(), std::mem::take(&mut state.tokens));
        if let Some(log) = &mut log {
            let issued = |(token, grant)| Record(origin.started_at, Event::issued(token, grant));
            let records: Vec<_> = tokens.iter().map(issued).collect();
            log.restart(&origin, &records).map_err(|source| log.failed(source))?;
        }
        *state = State { tokens, log, ..State::new(world) };
        self.set(origin.configuration.settings);
        self.generation.fetch_add(1, Ordering::AcqRel);
        drop(state);
        self.requests.clear();
        self.touch();
        Ok(())
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

impl Origin {
    /// The world as it is before the first call.
    fn world(&self) -> Result<(World, Seed), Kind> {
        let mut world = World::new(self.configuration.rules).with_ids_from(self.seed);
        let seed = world.seed(self.started_at);
        let seed = seed.map_err(|refusal: Refusal| Kind::Seed(format!("{refusal:?}")))?;
        Ok((world, seed))
    }
}
