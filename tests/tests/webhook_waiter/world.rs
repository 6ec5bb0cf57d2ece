//! A sandbox that tells a receiver, and a program that waits, all by one clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use cashlink::{
    Builder, Cashlink, InvestmentId,
    webhook::{Event, Inbox, MemoryInbox, Received, Receiver, Recorded, Waiter, WebhookService},
};
use cashlink_sandbox::{DeliveryState, Sandbox, SandboxBuilder, Settlement, Webhook};
use cashlink_tests::session;
use jiff::Timestamp;
use tokio::{net::TcpListener, pin, select, task::JoinHandle};

use crate::clock::HandClock;

const TOKEN: &str = "bearer-token-of-the-sandbox";
const BEGIN: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// What is there whether the program runs or not: the sandbox, the receiver and its inbox.
pub(crate) struct World {
    pub(crate) clock: HandClock,
    pub(crate) sandbox: Sandbox,
    pub(crate) inbox: Arc<dyn Inbox>,
    pub(crate) waiter: Waiter,
    /// How many events had their effect.
    pub(crate) effects: Arc<AtomicUsize>,
    is_down: Arc<AtomicBool>,
    _server: Server,
}

impl World {
    /// A sandbox whose ledger takes `seconds` for each of its tasks.
    pub(crate) async fn settling(seconds: u64) -> Self {
        let settlement = Settlement::After(Duration::from_secs(seconds));
        Self::of(Sandbox::builder().settlement(settlement)).await
    }

    pub(crate) async fn of(sandbox: SandboxBuilder) -> Self {
        let effects = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&effects);
        let inbox = MemoryInbox::new().handled_by(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        Self { effects, ..Self::with(Arc::new(inbox), sandbox).await }
    }

    /// A world whose receiver has this inbox, of whose effects nothing is known.
    pub(crate) async fn with(inbox: Arc<dyn Inbox>, sandbox: SandboxBuilder) -> Self {
        let (effects, is_down) = (Arc::default(), Arc::<AtomicBool>::default());
        let waiter = Waiter::new(Arc::clone(&inbox));
        let receiver = Receiver::builder(Arc::clone(&inbox)).bearer(TOKEN).waiter(&waiter).build().unwrap();
        let router = Router::new().fallback_service(WebhookService::new(receiver));
        let router = router.layer(middleware::from_fn_with_state(Arc::clone(&is_down), unless_down));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let server = Server(tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }));
        let sandbox = sandbox.seed(7).held_at(BEGIN).webhook(Webhook::bearer(url, TOKEN)).start().await.unwrap();
        Self { clock: HandClock::new(BEGIN), sandbox, inbox, waiter, effects, is_down, _server: server }
    }

    /// Takes the receiver down, or up again.
    pub(crate) fn receiver_is_down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::Relaxed);
    }

    pub(crate) fn builder(&self) -> Builder {
        session::builder(&self.sandbox).clock(self.clock.clone())
    }

    pub(crate) fn client(&self) -> Cashlink {
        self.builder().build().unwrap()
    }

    /// Does `work`, and lets a second pass whenever it waits for time. `at` is called with each second that begins.
    pub(crate) async fn drive<T>(&self, work: impl Future<Output = T>, mut at: impl FnMut(u64)) -> T {
        pin!(work);
        loop {
            let result = select! {
                // The work goes first: it has heard what there is to hear before the next second comes.
                biased;
                result = &mut work => Some(result),
                () = self.rests() => None,
            };
            if let Some(result) = result {
                return result;
            }
            at(self.clock.seconds() + 1);
            let pass = self.pass(1);
            select! {
                biased;
                result = &mut work => return result,
                () = pass => {}
            }
        }
    }

    /// Waits until somebody waits for time, and everything that was due before is delivered.
    async fn rests(&self) {
        self.clock.somebody_waits().await;
        self.sandbox.deliveries_settled().await;
    }

    /// Lets seconds pass, and all that is due be delivered.
    pub(crate) async fn pass(&self, seconds: u64) {
        for _ in 0..seconds {
            self.sandbox.advance(Duration::from_secs(1));
            self.sandbox.deliveries_settled().await;
            self.clock.advance(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    }

    /// How often an operation was called.
    pub(crate) fn calls(&self, operation_id: &str) -> usize {
        let is_one = |called: &Option<String>| called.as_deref() == Some(operation_id);
        self.sandbox.requests().iter().filter(|request| is_one(&request.operation_id)).count()
    }

    /// The statuses of an investment that counted, in the order in which they did.
    pub(crate) async fn told(&self, investment: InvestmentId) -> Vec<String> {
        let received = self.received().await;
        let counted = received.iter().filter(|received| received.recorded == Recorded::Applied);
        let of_it = counted.filter(|received| received.event.investment_id() == investment);
        of_it.map(|received| received.event.status().to_string()).collect()
    }

    /// Lets time pass until everything is delivered, and checks that nothing was lost and nothing had its effect twice.
    pub(crate) async fn everything_arrives(&self) {
        self.receiver_is_down(false);
        for _ in 0..24 {
            self.pass(1).await;
            self.sandbox.advance(Duration::from_secs(3600));
            self.sandbox.deliveries_settled().await;
        }
        let received = self.received().await;
        let deliveries = self.sandbox.deliveries();
        for delivery in &deliveries {
            assert_eq!(delivery.state, DeliveryState::Delivered, "{delivery:?}");
            let id = InvestmentId::from(delivery.investment_id);
            let event = Event::new(id, delivery.status.as_str().into(), delivery.changed_at);
            let found = received.iter().filter(|received| received.event == event);
            assert_eq!(found.count(), 1, "{delivery:?}");
        }
        let counted = received.iter().filter(|received| received.recorded == Recorded::Applied).count();
        assert_eq!(self.effects.load(Ordering::Relaxed), counted);
        if self.sandbox.faults().is_empty() {
            assert_eq!((counted, received.len()), (deliveries.len(), deliveries.len()));
        }
    }

    pub(crate) async fn received(&self) -> Vec<Received> {
        self.inbox.list(0, 1_000_000).await.unwrap()
    }
}

/// Ends with the world.
struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn unless_down(State(is_down): State<Arc<AtomicBool>>, request: Request, next: Next) -> Response {
    if is_down.load(Ordering::Relaxed) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    next.run(request).await
}
