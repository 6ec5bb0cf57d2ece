//! The servers of a run, up all the time, so that no round pays for a start.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    prism::Prism,
    process::{Server, cpu_nanos},
    rounds::{CEILING, CONTESTANTS, INSIDE, PRISM, Setting},
};
use crate::bench::{
    peer::{self, Core, Program},
    spread::{difference, number, per},
};

pub(super) struct Stage<'program> {
    program: &'program Program,
    sandbox: Server,
    /// Address, token and an investment: what calls to the sandbox need.
    known: [String; 3],
    prism: Option<Prism>,
    ceiling: peer::Server,
}

/// What one contestant did in one round.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    pub(super) rate: Option<f64>,
    pub(super) median: Option<f64>,
    pub(super) tail: Option<f64>,
    /// Microseconds of processor that a call costs the server.
    pub(super) server: Option<f64>,
}

impl<'program> Stage<'program> {
    pub(super) fn set(program: &'program Program, sandbox: &Path, prism: Option<Prism>) -> Result<Self> {
        let mut command = program.on(Core::Number(0), sandbox);
        let (sandbox, variables) = Server::start_and_read(command.args(["sandbox", "--listen", "127.0.0.1:0"]))?;
        let get = |name: &str| {
            let found = variables.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str()).with_context(|| format!("the sandbox does not say its {name}"))
        };
        let (url, campaign, investor) =
            (get("CASHLINK_URL")?, get("CASHLINK_CAMPAIGN_ID")?, get("CASHLINK_INVESTOR_ID")?);
        let prepared = program.measure(Core::Any, &["sandbox-prepare", url, campaign, investor])?;
        let text = |name: &str| prepared[name].as_str().map(str::to_owned).context("nothing was prepared");
        let known = [url.to_owned(), text("token")?, text("investment")?];
        Ok(Self { program, sandbox, known, prism, ceiling: program.serve(Core::Number(0))? })
    }

    /// Lets one contestant work; one that is not there has no measurements.
    pub(super) fn measure(&self, contestant: usize, setting: Setting) -> Result<Measured> {
        let [url, token, investment] = self.known.each_ref().map(String::as_str);
        let (server, url) = match (contestant, &self.prism) {
            (INSIDE, _) => (None, None),
            (PRISM, None) => return Ok(Measured::default()),
            (PRISM, Some(prism)) => (Some(prism.server.id()), Some(prism.url.as_str())),
            (CEILING, _) => (Some(self.ceiling.id()), Some(self.ceiling.url())),
            _ => (Some(self.sandbox.id()), Some(url)),
        };
        let (in_flight, milliseconds) = (setting.in_flight.to_string(), setting.milliseconds.to_string());
        let mut arguments = match url {
            Some(url) => vec!["sandbox", url, token, investment],
            None => vec!["sandbox-inside"],
        };
        arguments.extend([setting.work.name, in_flight.as_str(), milliseconds.as_str()]);
        // Alone, client and server take turns: on two cores each would have to be woken up for every turn.
        let core = Core::Number(usize::from(setting.in_flight > 1));
        let before = server.and_then(cpu_nanos);
        let result = self.program.measure(core, &arguments).with_context(|| CONTESTANTS[contestant])?;
        let spent = before.zip(server.and_then(cpu_nanos)).map(|(before, after)| difference(after, before));
        Ok(Measured::read(&result, spent))
    }
}

impl Measured {
    fn read(result: &Value, spent_nanos: Option<f64>) -> Self {
        let of = |key, divisor| number(result, key).and_then(|nanos| per(nanos, divisor));
        let rate = number(result, "calls").zip(of("total_ns", 1e9));
        let server = spent_nanos.and_then(|nanos| per(nanos, 1e3)).zip(number(result, "calls_with_warm_up"));
        Self {
            rate: rate.and_then(|(calls, seconds)| per(calls, seconds)),
            median: of("p50_ns", 1e3),
            tail: of("p99_ns", 1e3),
            server: server.and_then(|(micros, calls)| per(micros, calls)),
        }
    }
}
