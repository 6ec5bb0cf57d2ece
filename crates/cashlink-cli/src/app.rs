//! From the arguments to the command, and from its end to the exit code.

use clap::{
    Parser,
    error::{ContextKind, ErrorKind},
};

use crate::{
    api,
    args::{Args, Command},
    demo,
    exit::Exit,
    failure::Failure,
    guide, intents, log, runs, sandbox,
    variables::Variables,
    webhooks,
};

/// Runs the command that the arguments name.
pub(crate) fn run() -> Exit {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    log::start(&args.verbosity, &args.command);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            Failure::internal("the runtime cannot start", &error).show();
            return Exit::Internal;
        }
    };
    runtime.block_on(async {
        match args.command {
            Command::Api(api) => api::run(&api, &args.verbosity, &Variables::of_process()).await,
            Command::Demo => demo::run(&args.verbosity).await,
            Command::Guide(guide) => guide::run(guide.name, &args.verbosity, &Variables::of_process()).await,
            Command::Runs(command) => runs::run(command.command, &args.verbosity, &Variables::of_process()).await,
            Command::Intents(command) => intents::run(command.command, &args.verbosity, &Variables::of_process()).await,
            Command::Webhooks(command) => {
                webhooks::run(command.command, &args.verbosity, &Variables::of_process()).await
            }
            Command::Sandbox(sandbox) => sandbox::run(&sandbox, &args.verbosity, &Variables::of_process()).await,
        }
    })
}

/// Shows help or what is wrong with the arguments. A script that asked for JSON gets JSON.
fn refuse(error: &clap::Error) -> Exit {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if let Err(error) = error.print() {
        tracing::debug!(kind = %error.kind(), "output was not written");
    }
    if is_help && !error.use_stderr() {
        return Exit::Done;
    }
    if std::env::args_os().any(|argument| argument == "--json") {
        guide::refuse_as_json(&Failure::usage(&in_short(error)));
    }
    Exit::Invalid
}

/// What is wrong with the arguments, without any value of theirs.
fn in_short(error: &clap::Error) -> String {
    let rule = error.kind().as_str().unwrap_or("the arguments are not valid");
    match (error.kind(), error.get(ContextKind::InvalidArg)) {
        // Of an unknown argument the name is a value too: it may be a secret that lost its flag.
        (ErrorKind::UnknownArgument, _) | (_, None) => rule.to_owned(),
        (_, Some(argument)) => format!("{argument}: {rule}"),
    }
}
