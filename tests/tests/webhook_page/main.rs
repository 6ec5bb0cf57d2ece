//! The page about webhooks says what is so: its programs are compiled and run.

mod framework;
mod mails;
mod outage;
#[expect(dead_code, reason = "it starts by the environment; the test gives what it needs")]
mod receiver;

use std::{cell::RefCell, error::Error};

use cashlink::{
    Cashlink, InvestmentId,
    guides::{Direct, registry},
    model::InvestmentStatus,
    webhook::{Event, Inbox as _, MemoryInbox, Receiver},
};
use cashlink_sandbox::{Sandbox, SandboxBuilder, Scenario, Webhook};
use cashlink_sqlite::{SqliteInbox, rusqlite::Connection};
use framework::{Request, on_delivery};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use tokio::net::TcpListener;
use uuid::Uuid;

const PAGE: &str = include_str!("../../../docs/webhooks.md");
const TOKENS: &str = "a-new-token-of-32-characters-here the-token-that-was-good-before";

#[test]
fn the_programs_of_the_page_are_those_that_are_run_here() {
    check("rust,no_run", include_str!("receiver.rs"));
    check("rust", include_str!("framework.rs"));
    check("rust", include_str!("mails.rs"));
    check("rust", include_str!("outage.rs"));
    assert_eq!(PAGE.matches("\n```rust").count(), 4);

    #[track_caller]
    fn check(fence: &str, program: &str) {
        assert!(PAGE.contains(&format!("\n```{fence}\n{program}```\n")), "copy it into docs/webhooks.md:\n{program}");
    }
}

#[tokio::test]
async fn the_receiver_takes_down_once_what_is_to_be_done() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("application.db").to_str().unwrap().to_owned();
    let app = receiver::app(&database, TOKENS)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });

    // Both tokens are good, and so each event comes twice.
    let webhooks = TOKENS.split(' ').map(|token| Webhook::bearer(&url, token));
    let sandbox = webhooks.fold(Sandbox::builder(), SandboxBuilder::webhook).start().await?;
    let cashlink = client(&sandbox)?;
    let mut input = registry::Input::sample();
    input.investment.campaign_id = Some(sandbox.campaign_id().into());
    let report = registry::import(&cashlink, &Direct::new(Uuid::new_v4()), &input).await?;
    sandbox.deliveries_settled().await;
    assert_eq!(sandbox.deliveries().len(), 8);

    let connection = Connection::open(&database)?;
    let mut tasks = connection.prepare("SELECT investment_id, todo FROM task ORDER BY rowid")?;
    let tasks = tasks.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let tasks: Vec<(String, String)> = tasks.collect::<Result<_, _>>()?;
    let investment = report.investment_id.to_string();
    let todo = ["see that the units are credited", "tell the investor"];
    assert_eq!(tasks, todo.map(|todo| (investment.clone(), todo.to_owned())));
    Ok(())
}

#[tokio::test]
async fn any_framework_receives_by_headers_and_bytes() -> Result<(), Box<dyn Error>> {
    let token = TOKENS.split(' ').next().unwrap();
    let receiver = Receiver::builder(MemoryInbox::new()).bearer(token).build()?;
    let header = |name: &str, value: String| (name.to_owned(), value.into_bytes());
    let headers =
        [header("Content-Type", "application/json".to_owned()), header("Authorization", format!("Bearer {token}"))];
    let body = br#"{"investment_id": "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11", "status": "PAID"}"#;
    let mut request = Request { headers: headers.to_vec(), body: body.to_vec() };
    let reply = on_delivery(&receiver, &request).await;
    assert_eq!((reply.status, reply.headers, reply.body), (204, Vec::new(), Vec::new()));
    request.headers.pop();
    let reply = on_delivery(&receiver, &request).await;
    assert_eq!((reply.status, reply.headers), (401, vec![("www-authenticate".to_owned(), "Bearer".to_owned())]));
    Ok(())
}

#[tokio::test]
async fn a_mail_is_sent_for_each_event_that_counted() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let inbox = SqliteInbox::open(folder.path().join("inbox.db"))?;
    let at = |second| Timestamp::from_second(second);
    let paid = |id: u128, second| Ok::<_, jiff::Error>((InvestmentId::new(Uuid::from_u128(id)), at(second)?));
    for (investment, changed_at) in [paid(1, 5)?, paid(1, 5)?, paid(2, 5)?, paid(1, 6)?] {
        inbox.record(Event::new(investment, InvestmentStatus::Paid, changed_at), at(9)?).await?;
    }
    let sent = RefCell::new(Vec::new());
    for _ in 0..2 {
        mails::send_all(&inbox, async |event| sent.borrow_mut().push(event.investment_id().to_string())).await?;
    }
    let expected = [1, 2].map(|id| Uuid::from_u128(id).to_string());
    assert_eq!(*sent.borrow(), expected);
    Ok(())
}

#[tokio::test]
async fn what_was_missed_is_made_up_for_once() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::builder().scenario(Scenario::named("every-status")?).start().await?;
    let cashlink = client(&sandbox)?;
    let count = u64::try_from(cashlink.platform().investments().list().by_item().count().await)?;
    let inbox = MemoryInbox::new();
    let caught_up = outage::make_up(&cashlink, &inbox).await?;
    assert_eq!((caught_up.looked_at, caught_up.counted), (count, count));
    assert!(count >= 11, "{count}");
    assert_eq!(outage::make_up(&cashlink, &inbox).await?.counted, 0);
    Ok(())
}

fn client(sandbox: &Sandbox) -> cashlink::Result<Cashlink> {
    let builder = Cashlink::builder().base_url(sandbox.url());
    let builder = builder.credentials(sandbox.client_id(), sandbox.client_secret());
    builder.scopes(registry::SCOPES.iter().copied()).build()
}
