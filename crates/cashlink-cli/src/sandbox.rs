//! `cashlink sandbox`: serves a sandbox until it is told to stop.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cashlink_sandbox::{Sandbox, SandboxBuilder, Scenario, Settlement, Webhook};
use secrecy::ExposeSecret;

use crate::{
    args,
    connection::secret_in,
    exit::Exit,
    failure::{self, Failure},
    output,
    problem::Problem,
    signals::Signals,
    variables::Variables,
};

/// What else a sandbox can be asked for, and how the program ends.
pub(crate) const HELP: &str = "\
Replies are lost, calls refused or held up as you like; with the variables that it printed:
    curl --json '{\"kind\": \"reply_lost_after_commit\", \"count\": 2}' \\
        \"$CASHLINK_SANDBOX/_sandbox/faults\"
Kinds: reply_lost_after_commit, reset_before_commit, error_before_commit, error_after_commit,
throttle, delay, token_expired, truncated_reply, slow_body, oversized_reply, malformed_json,
wrong_content_type, unknown_enum_value, extra_field, null_optional, key_in_flight, key_mismatch,
html_reply, reply; of webhooks: webhook_duplicate, webhook_reorder, webhook_delay. GET lists what is
armed, DELETE clears it.
GET /_sandbox/ledger shows what calls did.

Exit codes:
    0  done
    1  internal error
    2  usage or invalid input; nothing was sent
    3  rejected by the API
    4  authentication failed
    5  not sent; it cannot have happened
    6  outcome unknown; it may have happened
    7  partly done; some steps were applied
  130  interrupted";

/// What every sandbox has names for, which has lines of its own as far as clients need it.
const SEEDED: [&str; 7] = ["campaign", "investor", "issuer", "partner_platform", "platform", "product", "wallet"];

/// What `/_sandbox/` asks for, if it is not in a file.
const TOKEN: &str = "CASHLINK_SANDBOX_TOKEN";

/// What a webhook is sent, if it is no argument.
const WEBHOOK_TOKEN: &str = "CASHLINK_WEBHOOK_TOKEN";

/// Serves a sandbox until SIGINT or SIGTERM.
pub(crate) async fn run(args: &args::Sandbox, verbosity: &args::Verbosity, variables: &Variables) -> Exit {
    if verbosity.json {
        Failure::usage("a sandbox prints KEY=VALUE lines, not JSON").show();
        return Exit::Invalid;
    }
    match serve(args, verbosity, variables).await {
        Ok(()) => Exit::Done,
        Err(failure) => {
            failure.show();
            failure.exit
        }
    }
}

async fn serve(args: &args::Sandbox, verbosity: &args::Verbosity, variables: &Variables) -> failure::Result<()> {
    // Listened for before READY: whoever waits for that may send a signal at once.
    let mut signals = Signals::listen()?;
    let token = token(args, variables).map_err(|problem| Failure::invalid(vec![problem], None))?;
    let webhook = webhook(args, variables).map_err(|problem| Failure::invalid(vec![problem], None))?;
    let failed = |error: cashlink_sandbox::Error| Failure::internal("the sandbox cannot start", &error);
    let builder = builder(args).map_err(failed)?;
    let builder = match &token {
        Some(token) => builder.control_token(token),
        None => builder,
    };
    let builder = webhook.into_iter().fold(builder, SandboxBuilder::webhook);
    let builder = scenarios(args)?.into_iter().fold(builder, SandboxBuilder::scenario);
    let sandbox = builder.start().await.map_err(|error| match error {
        error if error.is_scenario() => refused(&error),
        error if error.is_webhook() => Failure::invalid(vec![Problem::new("--webhook-url", error.to_string())], None),
        error => failed(error),
    })?;
    let page = reachable(sandbox.origin(), args.listen.ip());
    if !args.listen.ip().is_loopback() {
        output::note(
            "warning: this sandbox can be reached from other machines, with published credentials and without TLS. \
             Send it no real data.",
        );
    }
    if !verbosity.quiet {
        output::note(&format!("look at it: {page}/ (API reference: {page}/docs)"));
    }
    for line in lines(&sandbox, args.listen.ip()) {
        output::result(&line);
    }
    if let (None, Some(drawn)) = (&token, sandbox.control_token()) {
        output::result(&format!("{TOKEN}={drawn}"));
    }
    output::result("READY");
    signals.received().await;
    sandbox.stop().await;
    Ok(())
}

fn builder(args: &args::Sandbox) -> cashlink_sandbox::Result<SandboxBuilder> {
    let mut builder = Sandbox::builder()
        .listen(args.listen)
        .settlement(Settlement::from(args.settlement))
        .latency(args.latency)
        .seed(args.seed)
        .page_size(args.page_size.into())
        .token_lifetime(args.token_lifetime)
        .max_body_bytes(args.max_upload)
        .request_log(args.request_log)
        .set(&args.switches())?;
    if let Some(folder) = &args.data {
        builder = builder.data(folder);
    }
    if let Some(time) = args.hold_clock_at {
        builder = builder.held_at(time);
    }
    Ok(if args.strict_idempotency { builder.strict_idempotency() } else { builder })
}

/// What it is to begin with.
fn scenarios(args: &args::Sandbox) -> failure::Result<Vec<Scenario>> {
    args.scenario.iter().map(|wanted| scenario(wanted).map_err(|error| refused(&error).into())).collect()
}

/// The scenario that comes along by this name, or else the one in a file.
fn scenario(wanted: &str) -> cashlink_sandbox::Result<Scenario> {
    let looks_like_file = wanted.contains(['/', '\\', '.']);
    if looks_like_file { Scenario::from_path(wanted) } else { Scenario::named(wanted) }
}

fn refused(error: &cashlink_sandbox::Error) -> Failure {
    let cause = std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    Failure::invalid(vec![Problem::new("--scenario", format!("{error}{cause}"))], None)
}

fn token(args: &args::Sandbox, variables: &Variables) -> Result<Option<String>, Problem> {
    match &args.control_token_file {
        Some(file) => secret_in(file).map(Some).map_err(|message| Problem::new("--control-token-file", message)),
        None => variables.get(TOKEN),
    }
}

/// Who is told of what happens in it.
fn webhook(args: &args::Sandbox, variables: &Variables) -> Result<Option<Webhook>, Problem> {
    let Some(url) = &args.webhook_url else {
        return Ok(None);
    };
    let token = match &args.webhook_token {
        Some(token) => Some(token.expose_secret().to_owned()),
        None => variables.get(WEBHOOK_TOKEN)?,
    };
    let token = token.ok_or_else(|| Problem::new(WEBHOOK_TOKEN, "is not set; set it or give --webhook-token"))?;
    // As elsewhere the newest is the first.
    Ok(Some(Webhook::bearer(url, token.split_whitespace().next().unwrap_or_default())))
}

/// What clients need, as lines that a shell can read.
fn lines(sandbox: &Sandbox, listen: IpAddr) -> Vec<String> {
    let mut lines = vec![
        format!("CASHLINK_URL={}", reachable(sandbox.url(), listen)),
        format!("CASHLINK_CLIENT_ID={}", sandbox.client_id()),
        format!("CASHLINK_CLIENT_SECRET={}", sandbox.client_secret()),
        format!("CASHLINK_CAMPAIGN_ID={}", sandbox.campaign_id()),
        format!("CASHLINK_PRODUCT_ID={}", sandbox.product_id()),
        format!("CASHLINK_INVESTOR_ID={}", sandbox.investor_id()),
        format!("CASHLINK_ISSUER_ID={}", sandbox.issuer_id()),
        format!("CASHLINK_DISTRIBUTION_PLATFORM_ID={}", sandbox.platform_id()),
    ];
    if let Some(partner) = sandbox.clients().get(1) {
        lines.extend([
            format!("CASHLINK_PARTNER_CLIENT_ID={}", partner.id),
            format!("CASHLINK_PARTNER_CLIENT_SECRET={}", partner.secret),
            format!("CASHLINK_PARTNER_PLATFORM_ID={}", partner.platform_id),
        ]);
    }
    lines.push(format!("CASHLINK_SANDBOX={}", reachable(sandbox.origin(), listen)));
    let names = sandbox.names().into_iter().filter(|(name, _)| !SEEDED.contains(&name.as_str()));
    lines.extend(names.map(|(name, id)| format!("CASHLINK_{}_ID={id}", name.to_uppercase())));
    lines
}

/// `url` with this machine in the place of "every address", which nobody can connect to.
pub(crate) fn reachable(url: &str, listen: IpAddr) -> String {
    match listen {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => url.replacen("//0.0.0.0:", "//127.0.0.1:", 1),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => url.replacen("//[::]:", "//[::1]:", 1),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_codes_are_those_of_every_command() {
        assert!(HELP.ends_with(crate::exit::HELP));
    }

    #[test]
    fn the_address_is_one_that_a_client_can_connect_to() {
        check("http://0.0.0.0:80/api", "0.0.0.0", "http://127.0.0.1:80/api");
        check("http://[::]:80/api", "::", "http://[::1]:80/api");
        check("http://127.0.0.1:80/api", "127.0.0.1", "http://127.0.0.1:80/api");

        #[track_caller]
        fn check(url: &str, listen: &str, expected: &str) {
            assert_eq!(reachable(url, listen.parse().unwrap()), expected);
        }
    }
}
