//! What is wrong with a scenario by itself, all of it at once.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::Scenario;
use super::document::{Call, File, Step};
use super::names::is_name;
use super::read::Lines;
use crate::settings::Configuration;
use crate::spec::{Operation, Request, Spec};
use crate::world::{Problems, Refusal};

/// What every sandbox begins with has these names.
pub(crate) const SEEDED: [&str; 7] =
    ["campaign", "investor", "issuer", "partner_platform", "platform", "product", "wallet"];

/// The command line prints something else by these.
const RESERVED: [&str; 3] = ["client", "distribution_platform", "partner_client"];

/// How many steps there may be, each round of a repetition counted.
const MOST_STEPS: u64 = 10_000;

/// The longest name of a scenario, in characters.
const LONGEST_NAME: usize = 100;

/// The largest file that is made up, in bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

struct Check<'a> {
    lines: &'a Lines,
    problems: Problems,
    /// The names that were given so far.
    given: HashSet<&'a str>,
    spec: &'static Spec,
}

impl Scenario {
    /// Says everything that can be said before the first step.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let spec = Spec::get().map_err(|error| Refusal::rule(&error.to_string()))?;
        let (document, lines) = (&self.document, &self.lines);
        let mut check = Check { lines, problems: Problems::default(), given: HashSet::new(), spec };
        if document.name.trim().is_empty() || document.name.chars().count() > LONGEST_NAME {
            check.add("name", "Must have from 1 to 100 characters");
        }
        check.settings("settings", &document.settings);
        for (index, client) in document.clients.iter().enumerate() {
            if let Some(name) = &client.platform_as {
                check.name(&format!("clients[{index}].platform_as"), name);
            }
        }
        let steps = check.steps("steps", &document.steps);
        if steps > MOST_STEPS {
            check.add("steps", &format!("There may be {MOST_STEPS} steps, each round of a repetition counted"));
        }
        check.problems.into_result()
    }
}

impl<'a> Check<'a> {
    fn add(&mut self, path: &str, message: &str) {
        let message = self.lines.told(path, message);
        self.problems.field(path, &message);
    }

    /// How many steps there are, each round counted.
    fn steps(&mut self, path: &str, steps: &'a [Step]) -> u64 {
        let mut count = 0_u64;
        for (index, step) in steps.iter().enumerate() {
            count = count.saturating_add(self.step(&format!("{path}[{index}]"), step));
        }
        count
    }

    fn step(&mut self, path: &str, step: &'a Step) -> u64 {
        match step {
            Step::Call(call) => self.call(&format!("{path}.call"), call),
            Step::Set(settings) => self.settings(&format!("{path}.set"), settings),
            Step::Repeat { times, steps } => {
                if *times == 0 {
                    self.add(&format!("{path}.repeat.times"), "Must be 1 or more");
                }
                return u64::from(*times).saturating_mul(self.steps(&format!("{path}.repeat.steps"), steps));
            }
            _ => {}
        }
        1
    }

    fn settings(&mut self, path: &str, settings: &Map<String, Value>) {
        let changed = Configuration::default().changed(&Value::Object(settings.clone()));
        let Err(Refusal::Invalid(Value::Object(problems))) = changed else {
            return;
        };
        for (name, messages) in problems {
            for message in messages.as_array().into_iter().flatten().filter_map(Value::as_str) {
                self.add(&format!("{path}.{name}"), message);
            }
        }
    }

    fn call(&mut self, path: &str, call: &'a Call) {
        let operation = self.spec.operation(&call.operation).filter(|operation| !operation.is_token());
        match operation {
            None => self.add(&format!("{path}.operation"), "There is no such operation"),
            Some(operation) => self.operation(path, call, operation),
        }
        if call.key.as_ref().is_some_and(|key| !(1..=255).contains(&key.chars().count())) {
            self.add(&format!("{path}.key"), "Must have from 1 to 255 characters");
        }
        if let Some(file) = &call.file {
            self.file(&format!("{path}.file"), file);
        }
        if let Some(name) = &call.name {
            self.name(&format!("{path}.as"), name);
        }
    }

    fn operation(&mut self, path: &str, call: &Call, operation: &Operation) {
        let asked: Vec<&str> = operation.parameters().collect();
        for name in asked.iter().filter(|name| !call.path.contains_key(**name)) {
            self.add(&format!("{path}.path.{name}"), "This parameter is required");
        }
        for name in call.path.keys().filter(|name| !asked.contains(&name.as_str())) {
            self.add(&format!("{path}.path.{name}"), "The operation has no such parameter");
        }
        let takes_file = matches!(operation.request, Request::Upload);
        if takes_file && call.file.is_none() {
            self.add(&format!("{path}.file"), "This operation takes a file");
        }
        if !takes_file && call.file.is_some() {
            self.add(&format!("{path}.file"), "This operation takes no file");
        }
        let takes_body = matches!(operation.request, Request::Json { .. });
        if !takes_body && call.body.is_some() {
            self.add(&format!("{path}.body"), "This operation takes no body");
        }
        if !operation.is_mutating() && call.key.is_some() {
            self.add(&format!("{path}.key"), "This operation changes nothing and takes no key");
        }
    }

    fn file(&mut self, path: &str, file: &File) {
        if file.name.is_empty() {
            self.add(&format!("{path}.name"), "Must not be empty");
        }
        match (&file.text, file.size) {
            (Some(text), None) if text.is_empty() => self.add(&format!("{path}.text"), "Must not be empty"),
            (None, Some(size)) if !(1..=LARGEST_FILE).contains(&size) => {
                self.add(&format!("{path}.size"), &format!("Must be from 1 to {LARGEST_FILE}"));
            }
            (Some(_), None) | (None, Some(_)) => {}
            _ => self.add(path, "Must have either a text or a size"),
        }
    }

    /// A name is given in one place, where each round of a repetition gives it anew.
    fn name(&mut self, path: &str, name: &'a str) {
        if let Err(message) = usable(&name.replace("${n}", "1")) {
            self.add(path, message);
        }
        if !self.given.insert(name) {
            self.add(path, "This name is given already");
        }
    }
}

/// Whether `name` can be given, or why not.
pub(super) fn usable(name: &str) -> Result<(), &'static str> {
    if !is_name(name) {
        return Err("Must be lower-case letters, digits and underscores, a letter first, and not \"n\"");
    }
    if SEEDED.contains(&name) {
        return Err("Every sandbox begins with something of this name");
    }
    if RESERVED.contains(&name) { Err("This name is reserved") } else { Ok(()) }
}
