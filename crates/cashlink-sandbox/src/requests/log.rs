//! The newest calls, within bounds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Record;

/// How many bytes of the calls are kept in all.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// The newest calls. Has a lock of its own, which is never held while anything is made ready to be shown.
#[derive(Debug)]
pub(crate) struct RequestLog {
    capacity: usize,
    max_bytes: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// The number of the newest call.
    last: u64,
    records: VecDeque<Arc<Record>>,
    bytes: usize,
}

impl RequestLog {
    /// Keeps the newest `capacity` calls.
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, max_bytes: MAX_BYTES, held: Mutex::default() }
    }

    /// Whether it keeps anything at all.
    pub(crate) fn is_on(&self) -> bool {
        self.capacity > 0
    }

    /// Adds a call under the next number; the oldest make room for it.
    pub(crate) fn push(&self, mut record: Record) {
        let weight = record.weight();
        // The last that goes is given back to the system after the lock.
        let mut _oldest = None;
        let mut held = self.held();
        held.last += 1;
        record.seq = held.last;
        held.bytes += weight;
        held.records.push_back(Arc::new(record));
        while held.records.len() > self.capacity || held.bytes > self.max_bytes {
            let Some(oldest) = held.records.pop_front() else {
                break;
            };
            held.bytes -= oldest.weight();
            _oldest = Some(oldest);
        }
        drop(held);
    }

    /// The calls after number `seq` that are still there, oldest first.
    pub(crate) fn after(&self, seq: u64) -> Vec<Arc<Record>> {
        let held = self.held();
        let start = held.records.partition_point(|record| record.seq <= seq);
        held.records.range(start..).cloned().collect()
    }

    pub(crate) fn get(&self, seq: u64) -> Option<Arc<Record>> {
        let held = self.held();
        let index = held.records.binary_search_by_key(&seq, |record| record.seq).ok()?;
        held.records.get(index).cloned()
    }

    /// Forgets every call. Their numbers are not given again.
    pub(crate) fn clear(&self) {
        let mut held = self.held();
        let records = std::mem::take(&mut held.records);
        held.bytes = 0;
        drop(held);
        drop(records);
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::record::tests::record;

    #[test]
    fn the_oldest_go_first_and_numbers_go_on() {
        let log = RequestLog::new(2);
        (0..5).for_each(|_| log.push(record(b"")));
        assert_eq!(numbers(&log, 0), [4, 5]);
        assert_eq!(numbers(&log, 4), [5]);
        assert!(numbers(&log, 9).is_empty());
        assert!(log.get(3).is_none() && log.get(6).is_none());
        assert_eq!(log.get(4).unwrap().seq, 4);

        log.clear();
        assert_eq!(log.held().bytes, 0);
        log.push(record(b""));
        assert_eq!(numbers(&log, 0), [6]);
    }

    #[test]
    fn bodies_are_bounded_in_all() {
        let body = vec![b'x'; 64 * 1024];
        let weight = record(&body).weight();
        assert!((64 * 1024..65 * 1024).contains(&weight), "{weight}");

        let log = RequestLog::new(1_000);
        (0..1_000).for_each(|_| log.push(record(&body)));
        let kept = numbers(&log, 0);
        assert_eq!(kept.len(), MAX_BYTES / weight);
        assert_eq!(kept.last(), Some(&1_000));
        assert_eq!(log.held().bytes, kept.len() * weight);

        (0..kept.len()).for_each(|_| log.push(record(b"")));
        assert_eq!(log.held().records.len(), 1_000.min(2 * kept.len()));
        let counted: usize = log.held().records.iter().map(|record| record.weight()).sum();
        assert_eq!(log.held().bytes, counted);
        assert!(counted <= MAX_BYTES);
    }

    #[test]
    fn a_call_that_is_larger_than_all_may_be_is_not_kept() {
        let log = RequestLog { max_bytes: 1_000, ..RequestLog::new(10) };
        log.push(record(b""));
        log.push(record(&[b'x'; 2_000]));
        assert!(numbers(&log, 0).is_empty());
        assert_eq!(log.held().bytes, 0);
    }

    fn numbers(log: &RequestLog, after: u64) -> Vec<u64> {
        log.after(after).iter().map(|record| record.seq).collect()
    }
}
