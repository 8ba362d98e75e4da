//! The pace of connections: at most so many at once to one address, and to a public one at most one new a second.
//!
//! Loopback and private addresses are where people test: they have no pace, and a limit only where one is asked for.
//! Time is tokio's. The table of addresses is kept small: what nobody uses or waits for is forgotten.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

use crate::policy::reserved::is_local;

/// To a public address there are never more connections at once.
pub const PUBLIC_AT_ONCE: usize = 2;
/// Between two new connections to a public address.
pub const PUBLIC_EVERY: Duration = Duration::from_secs(1);
/// So many addresses are kept before those not in use are looked for.
const KEPT: usize = 4_096;

/// The pace of one run.
#[derive(Debug, Default)]
pub struct Pace {
    at_once: Option<usize>,
    lanes: Mutex<HashMap<IpAddr, Arc<Lane>>>,
}

#[derive(Debug)]
struct Lane {
    places: Arc<Semaphore>,
    /// When the next connection may begin.
    next: Mutex<Instant>,
}

/// Leave to have one connection, until it is dropped.
#[derive(Debug)]
#[must_use = "the connection is counted until the turn is dropped"]
pub struct Turn {
    _place: Option<OwnedSemaphorePermit>,
    /// Of a public address.
    paced: Option<Arc<Lane>>,
}

impl Turn {
    /// Waits until the connection may begin; to be called when nothing else stands in its way.
    pub async fn begin(&self) {
        let Some(lane) = &self.paced else { return };
        let begin = {
            let mut next = lane.next.lock().unwrap_or_else(PoisonError::into_inner);
            let begin = (*next).max(Instant::now());
            *next = begin + PUBLIC_EVERY;
            begin
        };
        sleep_until(begin).await;
    }
}

impl Pace {
    /// At most so many connections at once to one address. For a public address more than [`PUBLIC_AT_ONCE`] does not
    /// count; for others there is no limit where none is given.
    #[must_use]
    pub fn new(at_once: Option<usize>) -> Self {
        Self { at_once, lanes: Mutex::default() }
    }

    /// Waits for a place among the connections to the address.
    pub async fn turn(&self, address: IpAddr) -> Turn {
        let address = address.to_canonical();
        let local = is_local(address);
        let at_once = match (local, self.at_once) {
            (true, None) => return Turn { _place: None, paced: None },
            (true, Some(limit)) => limit,
            (false, limit) => limit.map_or(PUBLIC_AT_ONCE, |limit| limit.min(PUBLIC_AT_ONCE)),
        };
        let lane = self.lane(address, at_once);
        // The semaphore is never closed.
        let place = Arc::clone(&lane.places).acquire_owned().await.ok();
        Turn { _place: place, paced: (!local).then_some(lane) }
    }

    fn lane(&self, address: IpAddr, at_once: usize) -> Arc<Lane> {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if lanes.len() >= KEPT && !lanes.contains_key(&address) {
            let now = Instant::now();
            lanes.retain(|_, lane| {
                let waited_for = *lane.next.lock().unwrap_or_else(PoisonError::into_inner) > now;
                waited_for || Arc::strong_count(lane) > 1 || Arc::strong_count(&lane.places) > 1
            });
        }
        let lane = || {
            let places = Arc::new(Semaphore::new(at_once.max(1)));
            Arc::new(Lane { places, next: Mutex::new(Instant::now()) })
        };
        Arc::clone(lanes.entry(address).or_insert_with(lane))
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Pace;

    /// When each of so many connections of 300 ms begins, ms from the start.
    async fn begins(pace: Pace, address: &str, count: usize) -> Vec<u128> {
        let (pace, address) = (Arc::new(pace), address.parse::<IpAddr>().unwrap());
        let start = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..count {
            let pace = Arc::clone(&pace);
            tasks.spawn(async move {
                let turn = pace.turn(address).await;
                turn.begin().await;
                let begin = start.elapsed().as_millis();
                tokio::time::sleep(Duration::from_millis(300)).await;
                begin
            });
        }
        let mut begins = tasks.join_all().await;
        begins.sort_unstable();
        begins
    }

    // The clock stands still but for sleeps, so that these figures are exact.
    #[tokio::test(start_paused = true)]
    async fn one_a_second_to_a_public_address() {
        assert_eq!(begins(Pace::new(None), "8.8.8.8", 4).await, [0, 1_000, 2_000, 3_000]);
        assert_eq!(begins(Pace::new(Some(50)), "2001:db8::1", 3).await, [0, 1_000, 2_000]);
        // The IPv4 address inside counts.
        assert_eq!(begins(Pace::new(None), "::ffff:8.8.8.8", 2).await, [0, 1_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_pace_where_people_test() {
        assert_eq!(begins(Pace::new(None), "127.0.0.1", 4).await, [0, 0, 0, 0]);
        assert_eq!(begins(Pace::new(Some(2)), "10.0.0.1", 4).await, [0, 0, 300, 300]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_table_stays_small() {
        let pace = Pace::new(None);
        for n in 0..10_000_u32 {
            let address = IpAddr::from((0x0800_0000 + n).to_be_bytes());
            pace.turn(address).await.begin().await;
            tokio::time::advance(Duration::from_secs(2)).await;
        }
        assert!(pace.lanes.lock().unwrap().len() <= super::KEPT);
    }
}
