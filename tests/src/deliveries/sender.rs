//! Senders: many at once, each of which takes the next delivery, and gives back what was not answered with success.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::sync::watch;

use super::{Result, event::Event, plan::Delivery, wire::Wire};

/// How many times more than there are deliveries a receiver that stays alive may refuse one.
const MOST_REFUSALS: usize = 1_000;

/// What all senders share while receivers live.
pub(super) struct Post {
    pub(super) events: Arc<Vec<Event>>,
    waiting: Mutex<VecDeque<Delivery>>,
    answers: watch::Sender<usize>,
    refusals: Mutex<usize>,
}

/// What a sender was told.
#[derive(Default)]
pub(super) struct Told {
    /// Events whose delivery was answered with success.
    pub(super) answered: Vec<usize>,
    /// Events of which nobody knows whether they were received.
    pub(super) open: Vec<usize>,
}

impl Post {
    pub(super) fn new(events: Arc<Vec<Event>>, waiting: VecDeque<Delivery>) -> Self {
        Self { events, waiting: Mutex::new(waiting), answers: watch::Sender::new(0), refusals: Mutex::default() }
    }

    /// How many deliveries nobody has taken yet.
    pub(super) fn waiting_now(&self) -> usize {
        self.waiting().len()
    }

    /// Hears of each answer how many there were.
    pub(super) fn answers(&self) -> watch::Receiver<usize> {
        self.answers.subscribe()
    }

    /// What is still to be delivered.
    pub(super) fn into_waiting(self) -> VecDeque<Delivery> {
        self.waiting.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Delivery>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Delivers one after the other to `address` until nothing waits, or until it `is_over`: the receiver is being killed, and
    /// what fails from then on is no mistake.
    pub(super) async fn send(self: Arc<Self>, address: String, is_over: Arc<AtomicBool>) -> Result<Told> {
        let (mut told, mut wire) = (Told::default(), Wire::new(address));
        while !is_over.load(Ordering::SeqCst) {
            let Some(delivery) = self.waiting().pop_front() else {
                break;
            };
            let body = self.events[delivery.event].body(delivery.form)?;
            match wire.post(&body).await {
                Ok(204) => {
                    told.answered.push(delivery.event);
                    self.answers.send_modify(|count| *count += 1);
                }
                Ok(status) => {
                    self.waiting().push_back(delivery);
                    self.refused(status)?;
                }
                Err(_) if is_over.load(Ordering::SeqCst) => {
                    self.waiting().push_back(delivery);
                    told.open.push(delivery.event);
                }
                Err(error) => return Err(format!("the receiver did not answer: {error}").into()),
            }
        }
        Ok(told)
    }

    /// A receiver may say that it cannot now, but not for ever.
    fn refused(&self, status: u16) -> Result<()> {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals += 1;
        let may_pass = status == 503 && *refusals < MOST_REFUSALS;
        if may_pass { Ok(()) } else { Err(format!("a good delivery was answered with {status}").into()) }
    }
}
