//! One contestant, or the server, of `cargo xtask bench`, in a process of its own.
//!
//! The result is one line of JSON on standard output. Rounds, statistics and aims are the task's business.
#![expect(clippy::print_stdout, reason = "the result is the output")]

mod call;
mod contestant;
mod process;
mod server;
mod upload;

use anyhow::{Context, Result, bail};

use self::contestant::{ByHand, Facade, Raw};

const USAGE: &str = "\
usage: cashlink-bench serve
       cashlink-bench call <facade|raw|by-hand> <URL> <in flight> <warm-up calls> <calls>
       cashlink-bench upload <facade|by-hand> <URL> <file>";

// One thread: the other core is the server's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["serve"] => return server::serve().await,
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
        _ => bail!("{USAGE}"),
    };
    println!("{result}");
    Ok(())
}

fn number(text: &str) -> Result<usize> {
    text.parse().with_context(|| format!("`{text}` is not a number"))
}
