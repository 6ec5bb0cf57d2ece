//! One contestant, or the server, of `cargo xtask bench`, in a process of its own.
//!
//! The result is one line of JSON on standard output. Rounds, statistics and aims are the task's business.
#![expect(clippy::print_stdout, reason = "the result is the output")]

mod call;
mod contestant;
mod journal;
mod process;
mod sandbox;
mod server;
mod upload;
mod webhooks;

use std::{path::Path, str::FromStr, time::Duration};

use anyhow::{Context, Result, bail};

use self::contestant::{ByHand, Facade, Raw};

const USAGE: &str = "\
usage: cashlink-bench serve
       cashlink-bench call <facade|raw|by-hand> <URL> <in flight> <warm-up calls> <calls>
       cashlink-bench upload <facade|by-hand> <URL> <file>
       cashlink-bench journal <bare|naive|begin|sealed|begin-finish> <folder> <callers> <milliseconds>
       cashlink-bench journal-growth <folder> <callers> <rows> <pending rows>
       cashlink-bench journal-recovery <folder>
       cashlink-bench sandbox-prepare <URL> <campaign id> <investor id>
       cashlink-bench sandbox <URL> <token> <investment id> <get|list|create|token> <in flight> <milliseconds>
       cashlink-bench sandbox-inside <get|list|create|token> <in flight> <milliseconds>
       cashlink-bench sandbox-start <sandboxes>
       cashlink-bench sandbox-many <sandboxes>
       cashlink-bench webhooks-serve <ceiling|naive|inbox|handler> <folder>
       cashlink-bench webhooks <URL> <senders> <milliseconds>
       cashlink-bench verdict <examine|refuse|parse> <milliseconds>";

// One thread: the other core is the server's, or that of the thread that writes.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["serve"] => return server::serve().await,
        ["webhooks-serve", contestant, folder] => return webhooks::serve(contestant, Path::new(folder)).await,
        ["call", contestant, url, in_flight, warm_up, calls] => {
            let load = call::Load { in_flight: number(in_flight)?, warm_up: number(warm_up)?, calls: number(calls)? };
            match contestant {
                "facade" => call::measure(Facade::new(url)?, load).await?,
                "raw" => call::measure(Raw::new(url)?, load).await?,
                "by-hand" => call::measure(ByHand::new(url)?, load).await?,
                other => bail!("`{other}` is no contestant\n\n{USAGE}"),
            }
        }
        ["upload", "facade", url, file] => upload::facade(url, file).await?,
        ["upload", "by-hand", url, file] => upload::by_hand(url, file).await?,
        ["journal", contestant, folder, callers, milliseconds] => {
            let time = Duration::from_millis(number(milliseconds)?);
            let load = journal::Load { callers: number(callers)?, time };
            journal::measure(contestant, Path::new(folder), load).await?
        }
        ["journal-growth", folder, callers, rows, pending] => {
            journal::grow(Path::new(folder), number(callers)?, number(rows)?, number(pending)?).await?
        }
        ["sandbox-prepare", url, campaign, investor] => sandbox::prepare(url, campaign, investor).await?.as_json(),
        ["sandbox", url, token, investment, work, in_flight, milliseconds] => {
            let target = sandbox::Target::new(url, token, investment)?;
            sandbox::measure(&target, load(work, in_flight, milliseconds)?).await?
        }
        ["sandbox-inside", work, in_flight, milliseconds] => {
            sandbox::measure_inside(load(work, in_flight, milliseconds)?).await?
        }
        ["sandbox-start", count] => sandbox::start(number(count)?).await?,
        ["sandbox-many", count] => sandbox::start_many(number(count)?).await?,
        ["journal-recovery", folder] => journal::recover(Path::new(folder)).await?,
        ["webhooks", url, senders, milliseconds] => {
            let time = Duration::from_millis(number(milliseconds)?);
            webhooks::send(url, journal::Load { callers: number(senders)?, time }).await?
        }
        ["verdict", contestant, milliseconds] => {
            webhooks::judge(contestant, Duration::from_millis(number(milliseconds)?))?
        }
        _ => bail!("{USAGE}"),
    };
    println!("{result}");
    Ok(())
}

fn load(work: &str, in_flight: &str, milliseconds: &str) -> Result<sandbox::Load> {
    let time = Duration::from_millis(number(milliseconds)?);
    let work = sandbox::Work::parse(work).with_context(|| format!("`{work}` is no kind of call"))?;
    Ok(sandbox::Load { work, in_flight: number(in_flight)?, time })
}

fn number<T: FromStr>(text: &str) -> Result<T> {
    text.parse().ok().with_context(|| format!("`{text}` is not a number"))
}
