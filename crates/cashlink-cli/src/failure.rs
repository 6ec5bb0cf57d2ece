//! What went wrong, for a person and for a script: what failed, whether it may have happened, what to do now.

use std::error::Error as StdError;

use cashlink::{IdempotencyKey, Method, Operation, Outcome, Problems, guides};
use serde::Serialize;

use crate::{
    args::Verbosity,
    connection,
    exit::{self, Effects, Exit},
    mask, output,
    problem::Problem,
};

mod hint;
mod judge;
mod posted;

use hint::{Advice, Remedy};
use judge::{Kind, judge, judge_call};
use posted::Peer;

/// The result of what can go wrong.
pub(crate) type Result<T> = std::result::Result<T, Box<Failure>>;

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    #[serde(skip)]
    pub(crate) exit: Exit,
    kind: Kind,
    message: String,
    /// Whether the effect of the step happened.
    outcome: Option<&'static str>,
    step: Option<&'static str>,
    operation_id: Option<&'static str>,
    key: Option<String>,
    /// The HTTP status.
    status: Option<u16>,
    request_id: Option<String>,
    /// What is wrong with single fields, and what the API says.
    fields: Vec<Problem>,
    hint: Option<String>,
    /// Who was asked, if it was not the API.
    #[serde(skip)]
    peer: Option<Peer>,
}

/// The JSON document of a failure.
#[derive(Serialize)]
struct Document<'a> {
    status: &'static str,
    error: &'a Failure,
}

/// A single call, as far as advice depends on it.
pub(crate) struct Asked {
    pub(crate) operation: Operation,
    /// What was sent as the idempotency key.
    pub(crate) key: Option<IdempotencyKey>,
    /// The command that finds out what became of the call, if it is written down whole.
    pub(crate) reconcile: Option<String>,
}

/// Where a run comes from, as far as advice depends on it.
pub(crate) struct Origin<'a> {
    pub(crate) guide: &'static str,
    pub(crate) run_id: String,
    /// The command that lets it go on, if it is written down.
    pub(crate) again: Option<&'a str>,
    /// What to do if it was begun with something else.
    pub(crate) mismatch: Option<&'a str>,
}

impl Failure {
    fn new(exit: Exit, kind: Kind, message: impl Into<String>) -> Self {
        Self {
            exit,
            kind,
            message: message.into(),
            outcome: None,
            step: None,
            operation_id: None,
            key: None,
            status: None,
            request_id: None,
            fields: Vec::new(),
            hint: None,
            peer: None,
        }
    }

    /// The arguments are wrong.
    pub(crate) fn usage(message: &str) -> Self {
        Self::new(Exit::Invalid, Kind::Usage, message)
    }

    /// The input or the settings are wrong; nothing was sent.
    pub(crate) fn invalid(problems: Vec<Problem>, hint: Option<String>) -> Self {
        let message = match problems.len() {
            1 => "1 problem; nothing was sent".to_owned(),
            count => format!("{count} problems; nothing was sent"),
        };
        let outcome = Some(Outcome::NotSent.as_str());
        Self { outcome, fields: problems, hint, ..Self::new(Exit::Invalid, Kind::InvalidInput, message) }
    }

    /// Something that could not be begun; nothing was sent.
    pub(crate) fn not_sent(message: impl Into<String>, hint: Option<String>) -> Self {
        let outcome = Some(Outcome::NotSent.as_str());
        Self { outcome, hint, ..Self::new(Exit::NotSent, Kind::Journal, message) }
    }

    /// Something that should not happen.
    pub(crate) fn internal(what: &str, error: &(dyn StdError + 'static)) -> Self {
        Self::bug(format!("{what}: {}", chain(error)))
    }

    /// Something that cannot happen unless this program is wrong.
    pub(crate) fn bug(what: impl Into<String>) -> Self {
        Self::new(Exit::Internal, Kind::Internal, what)
    }

    /// The program was asked to end.
    pub(crate) fn interrupted(message: String, hint: Option<String>) -> Self {
        Self { hint, ..Self::new(Exit::Interrupted, Kind::Interrupted, message) }
    }

    /// A call that belongs to no guide.
    pub(crate) fn of_call(error: &cashlink::Error) -> Self {
        let (exit, kind) = judge_call(error, false);
        Self::new(exit, kind, chain(error)).with_call(error)
    }

    /// A call that the user asked for by itself.
    pub(crate) fn of_operation(error: &cashlink::Error, asked: &Asked) -> Self {
        if error.problems().is_some() {
            return Self::invalid(problems_of(error), None);
        }
        let (exit, kind) = judge_call(error, true);
        let hint = Some(hint::of_call(exit, Remedy::of(error), asked));
        Self { hint, ..Self::new(exit, kind, chain(error)) }.with_call(error)
    }

    /// The program was asked to end while the call was under way.
    pub(crate) fn interrupted_call(asked: &Asked) -> Self {
        if asked.operation.method() == Method::Get {
            return Self::interrupted("interrupted; nothing was changed".to_owned(), None);
        }
        let hint = Some(hint::of_call(Exit::Unknown, Remedy::None, asked));
        Self {
            outcome: Some(Outcome::Unknown.as_str()),
            operation_id: Some(asked.operation.id()),
            key: asked.key.as_ref().map(ToString::to_string),
            ..Self::interrupted("interrupted".to_owned(), hint)
        }
    }

    /// A guide that did not reach its end. `effects` are those of its steps, as far as they are known.
    pub(crate) fn of_guide(error: &guides::Error, effects: Effects, origin: &Origin<'_>) -> Self {
        let (cause, kind) = judge(error);
        let any_unknown = effects.any_unknown || cause == Exit::Unknown;
        let any_applied = effects.any_applied || error.is_partly_done();
        let exit = exit::of_run(Effects { any_applied, any_unknown }, cause);
        let message = match (error.problems(), origin.again) {
            (Some(_), None) => "the input is not valid".to_owned(),
            (Some(_), Some(_)) => "the run cannot go on with this; nothing was sent".to_owned(),
            (None, _) => chain(error),
        };
        let remedy = match (error.problems(), error.call()) {
            (Some(problems), _) if is_about_run(problems) => Remedy::Run,
            (_, Some(call)) => Remedy::of(call),
            (_, None) => Remedy::None,
        };
        let advice = Advice { cause, exit, remedy, is_resumable: error.is_resumable(), origin };
        let mut failure = Self {
            step: error.step().map(|step| step.name),
            operation_id: error.step().map(|step| step.operation_id),
            hint: Some(advice.text()).filter(|hint| !hint.is_empty()),
            ..Self::new(exit, kind, message)
        };
        if let Some(call) = error.call() {
            failure = failure.with_call(call);
        }
        // Of the step, not of the call: a read without an answer has changed nothing.
        failure.outcome = Some(error.outcome().as_str());
        if let Some(rejection) = error.rejection() {
            failure.status = Some(rejection.status());
            failure.request_id = rejection.request_id().map(mask::message);
            failure.fields = said(rejection.message(), rejection.fields());
        }
        if let Some(problems) = error.problems() {
            failure.fields = listed(problems);
        }
        failure
    }

    fn with_call(mut self, error: &cashlink::Error) -> Self {
        self.outcome = Some(error.outcome().as_str());
        self.operation_id = error.operation_id().or(self.operation_id);
        self.key = error.key().map(ToString::to_string);
        self.status = error.status();
        self.request_id = error.request_id().map(mask::message);
        if let Some(reply) = error.api() {
            let fields = reply.fields().iter().map(|field| (field.path.as_str(), field.message.as_str()));
            self.fields = said(reply.detail(), fields);
        }
        if let Some(problems) = error.problems() {
            self.fields = listed(problems);
        }
        self
    }

    /// Names the idempotency key of the step that failed.
    pub(crate) fn with_key(mut self, key: Option<String>) -> Self {
        self.key = self.key.or(key);
        self
    }

    /// Without advice, where none of it applies.
    pub(crate) fn without_hint(self) -> Self {
        Self { hint: None, ..self }
    }

    /// Shows why the program ends, to a script by one JSON document.
    pub(crate) fn refuse(&self, verbosity: &Verbosity) -> Exit {
        if verbosity.json {
            // It holds text and numbers only.
            let _ = output::document(&self.document());
        }
        self.show();
        self.exit
    }

    /// Shows why the program ends, where a script reads one JSON document from each line.
    pub(crate) fn refuse_in_list(&self, verbosity: &Verbosity) -> Exit {
        if verbosity.json
            && let Ok(line) = serde_json::to_string(&self.document())
        {
            output::result(&line);
        }
        self.show();
        self.exit
    }

    fn document(&self) -> Document<'_> {
        Document { status: self.exit.word(), error: self }
    }

    /// Shows it to the person at the terminal.
    pub(crate) fn show(&self) {
        for line in self.lines() {
            output::note(&line);
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("error: {}", self.message)];
        let speaker = match (self.status, self.peer) {
            (Some(_), peer) => format!("{} says: ", peer.map_or("the API", |peer| peer.speaker)),
            (None, _) => String::new(),
        };
        lines.extend(self.fields.iter().map(|field| format!("  {speaker}{field}")));
        let subject = self.step.map(|_| "the step").or(self.operation_id.map(|_| "the call"));
        let subject = subject.or(self.peer.map(|peer| peer.subject));
        if let (Some(subject), Some(outcome)) = (subject, self.outcome) {
            lines.push(format!("  outcome: {}", in_words(subject, outcome)));
        }
        lines.extend(self.key.iter().map(|key| format!("  key: {key}")));
        lines.extend(self.request_id.iter().map(|id| format!("  request id: {id}")));
        lines.extend(self.hint.iter().map(|hint| format!("  hint: {hint}")));
        lines
    }
}

impl From<cashlink::Error> for Box<Failure> {
    fn from(error: cashlink::Error) -> Self {
        Self::new(Failure::of_call(&error))
    }
}

/// What the API says, fit to print.
pub(crate) fn said<'a>(whole: Option<&'a str>, fields: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Problem> {
    let whole = whole.map(|message| ("", message));
    whole.into_iter().chain(fields).map(|(path, message)| Problem::new(path, mask::message(message))).collect()
}

/// Whether the run was begun elsewhere or by another guide, which is said with what to do.
fn is_about_run(problems: &Problems) -> bool {
    problems.iter().any(|problem| matches!(problem.path.as_str(), "api" | "run_id"))
}

/// Problems that the library found, under the names that the user knows.
pub(crate) fn listed(problems: &Problems) -> Vec<Problem> {
    problems.iter().map(|problem| Problem::new(connection::option_name(&problem.path), &problem.rule)).collect()
}

/// What is wrong with a call of the user's own, by the arguments that it came from.
pub(crate) fn problems_of(error: &cashlink::Error) -> Vec<Problem> {
    let Some(problems) = error.problems() else {
        return vec![Problem::new("", chain(error))];
    };
    let argument = |problem: Problem| match problem.path.as_str() {
        "path" => Problem { path: "PATH".to_owned(), ..problem },
        "file" => Problem { path: "--file".to_owned(), ..problem },
        "body" => Problem { path: "--data".to_owned(), ..problem },
        _ => problem,
    };
    listed(problems).into_iter().map(argument).collect()
}

/// `error` and what is below it, on one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(layer) = below {
        let shown = layer.to_string();
        if !text.ends_with(&shown) {
            text.push_str(": ");
            text.push_str(&shown);
        }
        below = layer.source();
    }
    text.replace('\n', "; ")
}

fn in_words(subject: &str, outcome: &str) -> String {
    match outcome {
        "rejected" => format!("rejected; {subject} changed nothing"),
        "not_sent" => format!("not sent; {subject} cannot have happened"),
        _ => format!("unknown; {subject} may have happened"),
    }
}

#[cfg(test)]
mod tests;
