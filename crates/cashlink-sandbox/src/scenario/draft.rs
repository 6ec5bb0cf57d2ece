//! A sandbox as a scenario makes it, before anybody sees it: all of it is taken, or nothing.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Names;
use crate::clock::Time;
use crate::engine::{Change, Decision, State};
use crate::fault::{Fault, Faults};
use crate::http::{Kept, KeyId, Keys, Verdict};
use crate::ledger::Ledger;
use crate::settings::{Configuration, MAX_PAGE, Settings};
use crate::spec::Operation;
use crate::webhooks::Outbox;
use crate::world::{Body, Call, Owner, Page, Reply, World};

/// What a scenario changes, and what it looks at.
pub(crate) struct Draft<'a> {
    pub(crate) changed: Changed,
    ledger: &'a Ledger,
    keys: &'a Keys,
}

/// What a scenario changes.
pub(crate) struct Changed {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) outbox: Outbox,
    pub(crate) names: Names,
    pub(crate) settings: Settings,
    pub(crate) time: Time,
    /// The same for all steps that nothing advances in between, so that they can be played again.
    pub(crate) now: Timestamp,
    /// The verdicts that are remembered under keys.
    pub(crate) kept: Vec<(KeyId, Kept)>,
}

impl<'a> Draft<'a> {
    /// A sandbox that goes on from `state` at `now`.
    pub(crate) fn of(state: &'a State, time: Time, settings: Settings, now: Timestamp) -> Self {
        let changed = Changed {
            world: state.world.clone(),
            faults: state.faults.clone(),
            outbox: state.outbox.clone(),
            names: state.names.clone(),
            settings,
            time,
            now,
            kept: Vec::new(),
        };
        Self { changed, ledger: &state.ledger, keys: &state.keys }
    }

    /// Decides a call that is to change something.
    pub(super) fn decide(&mut self, change: &Change) -> Result<Value, Verdict> {
        let now = self.changed.now;
        let (decision, entry) = change.happen(&mut self.changed.world, self.ledger.names(), now);
        let Decision { verdict, reply } = decision;
        let reply = reply.ok_or_else(|| verdict.clone())?;
        if let Some(id) = change.key_id() {
            self.changed.kept.push((id, Kept { verdict, entry }));
        }
        Ok(reply)
    }

    /// Whether a call has been decided under this key.
    pub(super) fn knows(&self, id: &KeyId) -> bool {
        self.keys.is_kept(id) || self.changed.kept.iter().any(|(kept, _)| kept == id)
    }

    /// Answers a call that changes nothing; of a list its first page.
    pub(super) fn look_up(
        &mut self,
        operation: &Operation,
        owner: Owner,
        path: &[(String, uuid::Uuid)],
    ) -> Result<Value, Verdict> {
        let handler = operation.handler.ok_or_else(Verdict::not_found)?;
        let Changed { world, now, .. } = &mut self.changed;
        world.settle(*now);
        let page = Page { number: 1, size: MAX_PAGE };
        let call = Call { owner, family: operation.family, now: *now, path, page, product: None, body: &Value::Null };
        let Reply { body, .. } = handler(world, &call)?;
        Ok(match body {
            Body::Whole(value) => value,
            Body::Page { count, results } => {
                json!({ "count": count, "next": null, "previous": null, "results": results })
            }
        })
    }

    /// Arms a fault, for what comes after it.
    pub(super) fn arm(&mut self, fault: Fault) {
        let Changed { world, faults, outbox, now, .. } = &mut self.changed;
        world.settle(*now);
        outbox.take_news(world, faults);
        faults.arm(fault);
    }

    pub(super) fn configuration(&self) -> Configuration {
        Configuration { settings: self.changed.settings, rules: self.changed.world.rules() }
    }

    pub(super) fn set(&mut self, configuration: Configuration) {
        self.changed.settings = configuration.settings;
        self.changed.world.set_rules(configuration.rules);
    }

    pub(super) fn advance(&mut self, by: Duration) {
        self.changed.time = self.changed.time.advanced(by);
        self.changed.now = Time::Held(self.changed.now).advanced(by).now();
    }

    pub(super) fn hold(&mut self) {
        self.changed.time = Time::Held(self.changed.now);
    }
}

impl State {
    /// Takes over what a scenario made.
    pub(crate) fn take(&mut self, changed: Changed) {
        let Changed { world, faults, outbox, names, kept, .. } = changed;
        (self.world, self.faults, self.outbox, self.names) = (world, faults, outbox, names);
        for (id, kept) in kept {
            self.keys.keep(id, kept);
        }
    }
}
