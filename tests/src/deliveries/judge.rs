//! Compares what a receiver was sent and answered with what is in its tables.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
};

use cashlink::webhook::Inbox;
use cashlink_sqlite::{
    SqliteInbox,
    rusqlite::{Connection, OptionalExtension},
};
use uuid::Uuid;

use super::{Result, ensure, event::Event};

/// How many events are listed at once.
const PAGE: usize = 1_000;

/// What the tables have to have. It reads what is new each time, and has read the rest before.
pub(super) struct Judge {
    path: PathBuf,
    /// All events that may be sent.
    sent: HashSet<Event>,
    /// All events that were taken down.
    pub(super) known: HashSet<Event>,
    /// What counts of each investment.
    standings: HashMap<Uuid, Event>,
    /// Effects that are due, of each investment in the order of their events.
    due: HashMap<Uuid, Vec<Event>>,
    last_place: i64,
    last_effect: i64,
    pub(super) counts: Counts,
}

/// What became of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) applied: u64,
    pub(super) late: u64,
    pub(super) repeated: u64,
    pub(super) effects: u64,
}

impl Judge {
    pub(super) fn new(path: &Path, events: &[Event]) -> Self {
        Self {
            path: path.to_owned(),
            sent: events.iter().copied().collect(),
            known: HashSet::new(),
            standings: HashMap::new(),
            due: HashMap::new(),
            last_place: 0,
            last_effect: 0,
            counts: Counts::default(),
        }
    }

    /// Looks at what is new while nothing is delivered: what was `answered` is there, and effects are those that are due.
    pub(super) fn check(&mut self, answered: impl Iterator<Item = Event>) -> Result<()> {
        let connection = Connection::open(&self.path)?;
        let touched = self.read_events(&connection)?;
        for event in answered {
            ensure(self.known.contains(&event), || format!("{event:?} was answered with success and is lost"))?;
        }
        self.read_effects(&connection)?;
        if let Some(event) = self.due.values().flatten().next() {
            return Err(format!("{event:?} counts and has no effect").into());
        }
        touched.iter().try_for_each(|investment| self.check_standing(&connection, *investment))
    }

    /// Takes note of new events, and decides for itself what each has to be. Tells whose they are.
    fn read_events(&mut self, connection: &Connection) -> Result<HashSet<Uuid>> {
        let mut touched = HashSet::new();
        let sql = "SELECT place, investment_id, status, changed_at, recorded FROM cashlink_webhook_events \
                   WHERE place > ?1 ORDER BY place";
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([self.last_place])?;
        while let Some(row) = rows.next()? {
            self.last_place = row.get(0)?;
            let event =
                Event::of_words(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?)?;
            let recorded: String = row.get(4)?;
            ensure(self.sent.contains(&event), || format!("{event:?} was never sent"))?;
            ensure(self.known.insert(event), || format!("{event:?} was taken down twice"))?;
            let expected = self.weigh(event);
            ensure(recorded == expected, || format!("{event:?} is {recorded}, and should be {expected}"))?;
            touched.insert(event.investment);
        }
        Ok(touched)
    }

    /// What becomes of an event behind all that came before.
    fn weigh(&mut self, event: Event) -> &'static str {
        let before = self.standings.get(&event.investment).copied();
        let is_greater = before.is_none_or(|before| event.rank() > before.rank());
        if is_greater {
            self.standings.insert(event.investment, event);
        }
        if before.is_some_and(|before| before.status == event.status) {
            self.counts.repeated += 1;
            "repeated"
        } else if is_greater {
            self.due.entry(event.investment).or_default().push(event);
            self.counts.applied += 1;
            "applied"
        } else {
            self.counts.late += 1;
            "late"
        }
    }

    /// Takes each new effect for the next one of its investment that is due.
    fn read_effects(&mut self, connection: &Connection) -> Result<()> {
        let sql = "SELECT number, investment_id, status, changed_at FROM effects WHERE number > ?1 ORDER BY number";
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([self.last_effect])?;
        while let Some(row) = rows.next()? {
            self.last_effect = row.get(0)?;
            let effect =
                Event::of_words(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?)?;
            let due = self.due.get_mut(&effect.investment).filter(|due| due.first() == Some(&effect));
            let due = due.ok_or_else(|| format!("{effect:?} had an effect that was not due"))?;
            due.remove(0);
            self.counts.effects += 1;
        }
        Ok(())
    }

    fn check_standing(&self, connection: &Connection, investment: Uuid) -> Result<()> {
        let sql = "SELECT status, changed_at FROM cashlink_webhook_standings WHERE investment_id = ?1";
        let found: Option<(String, String)> = connection
            .prepare_cached(sql)?
            .query_row([investment.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (status, changed_at) = found.ok_or_else(|| format!("{investment} has no standing"))?;
        let standing = Event::of_words(&investment.to_string(), &status, &changed_at)?;
        let expected = self.standings.get(&investment);
        ensure(expected == Some(&standing), || format!("{standing:?} stands, and should be {expected:?}"))
    }

    /// Looks at everything once more when all was delivered and the receiver is gone.
    pub(super) async fn conclude(&self) -> Result<()> {
        ensure(self.known == self.sent, || {
            format!("{} of {} events were taken down", self.known.len(), self.sent.len())
        })?;
        let mut greatest = HashMap::<Uuid, Event>::new();
        for event in &self.sent {
            let best = greatest.entry(event.investment).or_insert(*event);
            *best = if event.rank() > best.rank() { *event } else { *best };
        }
        ensure(self.standings == greatest, || "what stands is not the greatest event".to_owned())?;
        self.check_increase()?;
        self.check_interface().await
    }

    /// The effects of each investment, from the first to the last: each later than the one before, no two of one event.
    fn check_increase(&self) -> Result<()> {
        let connection = Connection::open(&self.path)?;
        let mut last = HashMap::<Uuid, Event>::new();
        let mut ids = HashSet::new();
        let mut statement =
            connection.prepare("SELECT event_id, investment_id, status, changed_at FROM effects ORDER BY number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: String = row.get(0)?;
            let effect =
                Event::of_words(row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?, row.get_ref(3)?.as_str()?)?;
            let before = last.insert(effect.investment, effect);
            let increases = before.is_none_or(|before| before.rank() < effect.rank());
            ensure(increases, || format!("the effect of {effect:?} comes after that of {before:?}"))?;
            ensure(ids.insert(id), || format!("{effect:?} has two effects"))?;
        }
        ensure(ids.len() as u64 == self.counts.applied, || {
            format!("{} effects, and {} events that count", ids.len(), self.counts.applied)
        })
    }

    /// What the inbox itself says is what its tables have.
    async fn check_interface(&self) -> Result<()> {
        let inbox = SqliteInbox::open(&self.path)?;
        let (mut place, mut listed) = (0, HashSet::new());
        loop {
            let page = inbox.list(place, PAGE).await?;
            let Some(last) = page.last() else {
                break;
            };
            place = last.place;
            for received in page {
                let event = received.event;
                let changed_at = event.changed_at().ok_or("an event has lost its time")?.to_string();
                listed.insert(Event::of_words(
                    &event.investment_id().to_string(),
                    event.status().as_str(),
                    &changed_at,
                )?);
            }
        }
        ensure(listed == self.sent, || format!("the inbox lists {} of {} events", listed.len(), self.sent.len()))
    }
}
