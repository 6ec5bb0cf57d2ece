//! Plays a scenario: each step as a client's call or as somebody's decision.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::check::usable;
use super::document::{self, Call, Step};
use super::draft::Draft;
use super::names::Known;
use super::{Names, Scenario};
use crate::clients::{Client, NewClient};
use crate::engine::{Action, Change};
use crate::fault;
use crate::http::{PREFIX, Verdict, accepted};
use crate::ledger::effect::digest_of_bytes;
use crate::spec::{Operation, Request, Spec};
use crate::world::{NON_FIELD, Refusal};

/// A scenario that is being played.
struct Run<'a, 'b> {
    scenario: &'a Scenario,
    draft: &'a mut Draft<'b>,
    spec: &'static Spec,
    /// What the steps were answered, by name.
    replies: BTreeMap<String, Value>,
    named: Names,
    round: Option<u32>,
}

/// Why something cannot be, in a sentence.
type Outcome<T = ()> = Result<T, String>;

impl Draft<'_> {
    /// Lets everything happen that `scenario` says; gives the ids of what it named.
    ///
    /// If it is refused, what was made of the draft is of no use.
    pub(crate) fn play(&mut self, scenario: &Scenario, spec: &'static Spec) -> Result<Names, Refusal> {
        let (replies, named) = (BTreeMap::new(), Names::new());
        let mut run = Run { scenario, draft: self, spec, replies, named, round: None };
        run.begin()?;
        run.steps("steps", &scenario.document.steps)?;
        let named = run.named;
        self.changed.names.extend(named.clone());
        Ok(named)
    }
}

impl<'a> Run<'a, '_> {
    /// Everything that is said before the first step.
    fn begin(&mut self) -> Result<(), Refusal> {
        let document = &self.scenario.document;
        self.clock(&document.clock).map_err(|message| self.at("clock.set", &message))?;
        self.set(&document.settings).map_err(|message| self.at("settings", &message))?;
        for (index, client) in document.clients.iter().enumerate() {
            self.client(client).map_err(|message| self.at(&format!("clients[{index}]"), &message))?;
        }
        Ok(())
    }

    fn steps(&mut self, path: &str, steps: &'a [Step]) -> Result<(), Refusal> {
        for (index, step) in steps.iter().enumerate() {
            let path = format!("{path}[{index}]");
            if let Step::Repeat { times, steps } = step {
                let outer = self.round;
                for round in 1..=*times {
                    self.round = Some(round);
                    self.steps(&format!("{path}.repeat.steps"), steps)?;
                }
                self.round = outer;
            } else {
                self.step(step).map_err(|message| self.at(&path, &message))?;
            }
        }
        Ok(())
    }

    /// The refusal of what stands at `path`.
    fn at(&self, path: &str, message: &str) -> Refusal {
        let message = match self.round {
            Some(round) => format!("In round {round}, {message}"),
            None => message.to_owned(),
        };
        Refusal::field(path, &self.scenario.lines.told(path, &message))
    }

    fn known(&self) -> Known<'_> {
        Known { names: &self.draft.changed.names, replies: &self.replies, round: self.round }
    }

    fn step(&mut self, step: &Step) -> Outcome {
        match step {
            Step::Call(call) => return self.call(call),
            Step::Advance(by) => self.draft.advance(by.0),
            Step::Set(settings) => return self.set(settings),
            Step::Arm(fault) => return self.arm(fault),
            decision => {
                if let Some(action) = self.action(decision)? {
                    return self.decide(&action);
                }
            }
        }
        Ok(())
    }

    fn clock(&mut self, clock: &document::Clock) -> Outcome {
        if let Some(set) = clock.set {
            let by = Duration::try_from(set.duration_since(self.draft.changed.now));
            let by = by.map_err(|_| "Must not be in the sandbox's past: its clock only goes forward")?;
            self.draft.advance(by);
        }
        if clock.hold {
            self.draft.hold();
        }
        Ok(())
    }

    fn set(&mut self, settings: &Map<String, Value>) -> Outcome {
        let changed = self.draft.configuration().changed(&Value::Object(settings.clone()));
        self.draft.set(changed.map_err(|refusal| said(&refusal))?);
        Ok(())
    }

    fn client(&mut self, client: &document::Client) -> Outcome {
        let company = client.platform_company_name.as_ref().unwrap_or(&client.id);
        let new = NewClient::new(&client.id, &client.secret).scopes(&client.scopes).platform_company_name(company);
        let world = &mut self.draft.changed.world;
        let owner = world.add_client(&new).map_err(|refusal| said(&refusal))?;
        let platform = world.clients().of_owner(owner).map(|client| client.platform);
        for other in &client.may_list_on {
            let other = self.known().id(other)?;
            if !self.draft.changed.world.allow_platform(owner, other, true) {
                return Err(format!("There is no platform {other}"));
            }
        }
        if let Some((name, platform)) = client.platform_as.as_ref().zip(platform) {
            self.name(name, json!({ "id": platform }))?;
        }
        Ok(())
    }

    fn arm(&mut self, fault: &Map<String, Value>) -> Outcome {
        self.draft.changed.faults.room().map_err(|refusal| said(&refusal))?;
        let fault = self.known().fill(&Value::Object(fault.clone()))?;
        let fault = fault::wanted(&fault, Some(self.spec)).map_err(|refusal| said(&refusal))?;
        self.draft.arm(fault);
        Ok(())
    }

    fn decide(&mut self, action: &Action) -> Outcome {
        let changed = &mut self.draft.changed;
        changed.world.settle(changed.now);
        changed.world.perform(action, changed.now).map_err(|refusal| said(&refusal))
    }

    /// What a decision does to the world; none if the step is none.
    fn action(&self, step: &Step) -> Outcome<Option<Action>> {
        let known = self.known();
        Ok(Some(match step {
            Step::Trigger { investment, event } => Action::Trigger { investment: known.id(investment)?, event: *event },
            Step::DecideKyc { investor, result } => {
                Action::DecideKyc { investor: known.id(investor)?, result: *result }
            }
            Step::FinishTask { task, end } => Action::FinishTask { task: known.id(task)?, end: *end },
            Step::NextTaskEnds(end) => Action::NextTaskEnds(*end),
            Step::ValidateProduct { product } => Action::ValidateProduct { product: known.id(product)? },
            Step::FreezeWallet { wallet, frozen } => {
                Action::FreezeWallet { wallet: known.id(wallet)?, is_frozen: *frozen }
            }
            Step::PauseTransfers { product, paused } => {
                Action::PauseTransfers { product: known.id(product)?, is_paused: *paused }
            }
            Step::AllowPlatform { client, platform, allowed } => Action::AllowPlatform {
                client_id: known.text(client)?,
                platform: known.id(platform)?,
                is_allowed: *allowed,
            },
            _ => return Ok(None),
        }))
    }

    fn call(&mut self, call: &Call) -> Outcome {
        let operation = self.spec.operation(&call.operation).ok_or("There is no such operation")?;
        let answered = |verdict: &Verdict| {
            let (status, body) = (verdict.status.as_u16(), String::from_utf8_lossy(&verdict.body));
            format!("{} is answered {status}: {body}", operation.id)
        };
        let client = self.known().text(&call.client)?;
        let client = self.draft.changed.world.clients().of_id(&client).ok_or_else(|| unknown(&client))?;
        may_call(client, operation)?;
        let owner = client.owner;
        let known = self.known();
        let ids = ids(&known, call, operation)?;
        let body = if let (Request::Upload, Some(file)) = (&operation.request, &call.file) {
            uploaded(&known, file)?
        } else {
            let body = call.body.as_ref().map(|body| known.fill(body)).transpose()?;
            accepted(operation, body).map_err(|verdict| answered(&verdict))?
        };
        let key = call.key.as_ref().map(|key| known.text(key)).transpose()?;
        let path = ids
            .iter()
            .fold(operation.path.clone(), |path, (name, id)| path.replace(&format!("{{{name}}}"), &id.to_string()));
        let change = Change { operation, owner, path: format!("{PREFIX}{path}"), ids, key, body: Ok(body) };
        if change.key_id().is_some_and(|id| self.draft.knows(&id)) {
            return Err("This idempotency key has been used already".to_owned());
        }
        let reply = if operation.is_mutating() {
            self.draft.decide(&change)
        } else {
            self.draft.look_up(operation, owner, &change.ids)
        };
        let reply = reply.map_err(|verdict| answered(&verdict))?;
        if let Some(problem) = operation.reply(operation.success).and_then(|schema| schema.first_problem(&reply)) {
            return Err(format!("{}: the reply breaks the description at \"{}\"", operation.id, problem.place));
        }
        if let Some(name) = &call.name {
            self.name(name, reply)?;
        }
        Ok(())
    }

    /// Lets a name stand for a reply from now on.
    fn name(&mut self, name: &str, reply: Value) -> Outcome {
        let name = self.known().text(name)?;
        usable(&name)?;
        let id = reply["id"].as_str().and_then(|id| Uuid::parse_str(id).ok());
        match id {
            Some(id) => self.named.insert(name.clone(), id),
            None => self.named.remove(&name),
        };
        self.replies.insert(name, reply);
        Ok(())
    }
}

fn unknown(client: &str) -> String {
    format!("There is no client \"{client}\"")
}

fn may_call(client: &Client, operation: &Operation) -> Outcome {
    match operation.scopes.iter().find(|scope| !client.scopes.contains(scope)) {
        None => Ok(()),
        Some(scope) => Err(format!("\"{}\" lacks the scope {scope} of {}", client.id, operation.id)),
    }
}

/// The ids in the path, in its order.
fn ids(known: &Known<'_>, call: &Call, operation: &Operation) -> Outcome<Vec<(String, Uuid)>> {
    let id = |name: &str| {
        let text = call.path.get(name).ok_or_else(|| format!("The parameter {name} is missing"))?;
        Ok((name.to_owned(), known.id(text)?))
    };
    operation.parameters().map(id).collect()
}

/// What the world is told of a file.
fn uploaded(known: &Known<'_>, file: &document::File) -> Outcome<Value> {
    let bytes = match (&file.text, file.size) {
        (Some(text), _) => known.text(text)?.into_bytes(),
        (None, size) => vec![0; usize::try_from(size.unwrap_or(1)).unwrap_or(1)],
    };
    Ok(json!({
        "name": known.text(&file.name)?,
        "content_type": file.content_type,
        "size": bytes.len(),
        "sha256": digest_of_bytes(&bytes),
    }))
}

/// What a refusal says: what is wrong with one thing in words, with several in the form of the API.
fn said(refusal: &Refusal) -> String {
    let Refusal::Invalid(problems) = refusal else {
        return "There is no such thing".to_owned();
    };
    let only = problems.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.get(NON_FIELD));
    let message = only.and_then(|messages| messages.as_array()).and_then(|messages| messages.first());
    message.and_then(Value::as_str).map_or_else(|| problems.to_string(), str::to_owned)
}
