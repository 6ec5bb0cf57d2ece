use std::sync::{
    Mutex as StdMutex,
    atomic::{AtomicU32, AtomicU64},
};

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::*;

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
struct Hands {
    start: Instant,
    seconds: Arc<AtomicU64>,
}

impl Hands {
    #[expect(clippy::disallowed_methods, reason = "an origin to count from; its value does not matter")]
    fn new() -> Self {
        Self { start: Instant::now(), seconds: Arc::default() }
    }

    fn move_to(&self, seconds: u64) {
        self.seconds.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Instant {
        self.start + Duration::from_secs(self.seconds.load(Ordering::SeqCst))
    }

    fn wall(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// Gives `token-1`, `token-2` …, or fails while it is told to; waits for a permit if it has a gate.
#[derive(Clone, Debug)]
struct Source {
    fetches: Arc<AtomicU32>,
    failing: Arc<StdMutex<bool>>,
    gate: Option<Arc<Semaphore>>,
    /// What the clock shows when a fetch has ended.
    slow: Option<(Hands, u64)>,
}

impl Source {
    fn new() -> Self {
        Self { fetches: Arc::default(), failing: Arc::default(), gate: None, slow: None }
    }

    fn fail(&self, failing: bool) {
        *self.failing.lock().unwrap() = failing;
    }

    fn fetches(&self) -> u32 {
        self.fetches.load(Ordering::SeqCst)
    }
}

impl TokenSource for Source {
    fn fetch(&self) -> BoxFuture<'_, Result<Grant, AuthFailure>> {
        Box::pin(async move {
            let number = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
            if let Some(gate) = &self.gate {
                gate.acquire().await.unwrap().forget();
            }
            if let Some((clock, seconds)) = &self.slow {
                clock.move_to(*seconds);
            }
            if *self.failing.lock().unwrap() {
                return Err(AuthFailure::TimedOut);
            }
            let authorization = HeaderValue::from_str(&format!("token-{number}")).unwrap();
            Ok(Grant { authorization, lifetime: Duration::from_secs(1000) })
        })
    }
}

fn tokens(source: &Source, clock: &Hands) -> Tokens {
    Tokens::new(source.clone(), Arc::new(clock.clone()))
}

async fn current(tokens: &Tokens) -> String {
    tokens.get().await.unwrap().authorization().to_str().unwrap().to_owned()
}

#[tokio::test]
async fn ten_thousand_callers_make_one_token_request() {
    let (source, clock) = (Source::new(), Hands::new());
    let gate = Arc::new(Semaphore::new(0));
    let tokens = tokens(&Source { gate: Some(Arc::clone(&gate)), ..source.clone() }, &clock);

    let callers = join_all((0..10_000).map(|_| current(&tokens)));
    let open = async { gate.add_permits(1) };
    let (given, ()) = tokio::join!(callers, open);

    assert!(given.iter().all(|token| token == "token-1"));
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn waiting_callers_share_one_failure() {
    let (source, clock) = (Source::new(), Hands::new());
    source.fail(true);
    let gate = Arc::new(Semaphore::new(0));
    let tokens = tokens(&Source { gate: Some(Arc::clone(&gate)), ..source.clone() }, &clock);

    let callers = join_all((0..100).map(|_| tokens.get()));
    let open = async { gate.add_permits(1) };
    let (results, ()) = tokio::join!(callers, open);

    assert!(results.iter().all(Result::is_err));
    assert_eq!(source.fetches(), 1);
}

#[tokio::test]
async fn a_token_is_replaced_before_it_expires() {
    let (source, clock) = (Source::new(), Hands::new());
    let tokens = tokens(&source, &clock);
    assert_eq!(current(&tokens).await, "token-1");
    clock.move_to(939);
    assert_eq!(current(&tokens).await, "token-1");
    clock.move_to(940);
    assert_eq!(current(&tokens).await, "token-2");
}

#[tokio::test]
async fn a_failed_replacement_keeps_a_token_that_is_still_good() {
    let (source, clock) = (Source::new(), Hands::new());
    let tokens = tokens(&source, &clock);
    assert_eq!(current(&tokens).await, "token-1");

    source.fail(true);
    clock.move_to(950);
    assert_eq!(current(&tokens).await, "token-1");
    // The endpoint rests before it is asked again.
    clock.move_to(954);
    assert_eq!(current(&tokens).await, "token-1");
    assert_eq!(source.fetches(), 2);
    clock.move_to(955);
    assert_eq!(current(&tokens).await, "token-1");
    assert_eq!(source.fetches(), 3);

    clock.move_to(1000);
    assert!(tokens.get().await.is_err());
    source.fail(false);
    assert_eq!(current(&tokens).await, "token-5");
}

#[tokio::test]
async fn others_go_on_with_the_old_token_while_one_replaces_it() {
    let (source, clock) = (Source::new(), Hands::new());
    let gate = Arc::new(Semaphore::new(1));
    let tokens = tokens(&Source { gate: Some(Arc::clone(&gate)), ..source.clone() }, &clock);
    assert_eq!(current(&tokens).await, "token-1");

    clock.move_to(950);
    let owner = current(&tokens);
    let others = async {
        let given = join_all((0..10).map(|_| current(&tokens))).await;
        gate.add_permits(1);
        given
    };
    let (owner, others) = tokio::join!(owner, others);
    assert_eq!(owner, "token-2");
    assert!(others.iter().all(|token| token == "token-1"));
}

#[tokio::test]
async fn a_late_refusal_does_not_discard_a_newer_token() {
    let (source, clock) = (Source::new(), Hands::new());
    let tokens = tokens(&source, &clock);
    let first = tokens.get().await.unwrap();
    tokens.discard(&first);
    assert_eq!(current(&tokens).await, "token-2");
    tokens.discard(&first);
    assert_eq!(current(&tokens).await, "token-2");
}

#[tokio::test]
async fn a_caller_that_gives_up_while_fetching_leaves_the_way_free() {
    let (source, clock) = (Source::new(), Hands::new());
    let gate = Arc::new(Semaphore::new(0));
    let tokens = tokens(&Source { gate: Some(Arc::clone(&gate)), ..source.clone() }, &clock);
    {
        let mut abandoned = Box::pin(tokens.get());
        assert!(futures_util::poll!(&mut abandoned).is_pending());
    }
    gate.add_permits(1);
    assert_eq!(current(&tokens).await, "token-2");
}

#[tokio::test]
async fn a_token_that_expired_while_its_replacement_failed_is_not_used() {
    let (source, clock) = (Source::new(), Hands::new());
    let slow = Source { slow: Some((clock.clone(), 1001)), ..source.clone() };
    let tokens = tokens(&slow, &clock);
    let (refresh_at, expires_at) = (clock.start + Duration::from_secs(940), clock.start + Duration::from_secs(1000));
    let authorization = HeaderValue::from_static("token-0");
    *tokens.current.write().unwrap() = Some(Token { authorization, refresh_at, expires_at, generation: 0 });
    clock.move_to(950);
    source.fail(true);
    assert!(tokens.get().await.is_err());
}

#[tokio::test]
async fn a_caller_that_gives_up_while_replacing_leaves_the_old_token_to_the_next() {
    let (source, clock) = (Source::new(), Hands::new());
    let gate = Arc::new(Semaphore::new(1));
    let tokens = tokens(&Source { gate: Some(Arc::clone(&gate)), ..source.clone() }, &clock);
    assert_eq!(current(&tokens).await, "token-1");
    clock.move_to(950);
    {
        let mut abandoned = Box::pin(tokens.get());
        assert!(futures_util::poll!(&mut abandoned).is_pending());
    }
    // The gate is still shut: this caller would wait as long, had it to fetch.
    assert_eq!(current(&tokens).await, "token-1");
    clock.move_to(955);
    gate.add_permits(1);
    assert_eq!(current(&tokens).await, "token-3");
}

#[test]
fn debug_shows_no_token() {
    let tokens = tokens(&Source::new(), &Hands::new());
    assert!(!format!("{tokens:?}").contains("token-"));
}
