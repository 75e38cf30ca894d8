//! Whose password is hashed next.
//!
//! Hashing is what costs most of all that a stranger may ask for, so those who wait for it take turns by tenant: whoever
//! asks three hundred times is served once while every other tenant is served once. Passwords that are set, which only
//! those ask for who may, take turns with logins as a whole.
//!
//! The tenant is the one that is claimed, whether there is such a one or not: told apart by how long it takes they must
//! not be. Names that nobody has are for the asking, so only so many have a lane to themselves at a time, and all
//! others share as many by a keyed hash; how many wait in a lane, and in all, is bounded.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::Failure;
use crate::model::TenantId;

/// Lanes of one tenant each, and lanes that all others share.
const OWN_LANES: usize = 32;
const SHARED_LANES: u64 = 32;

/// How many wait in one lane at most, and in all lanes of a kind.
const MOST_IN_A_LANE: usize = 128;
const MOST: usize = 512;

/// What one hashing is taken to last until some have been measured.
const GUESSED: Duration = Duration::from_millis(50);

/// What a measurement counts for against those before it.
const WEIGHT: u32 = 8;

/// Who asks for a hashing.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    /// Who logs in to a tenant of this name, if there is one.
    LogsIn(TenantId),
    /// Who sets a password in this tenant.
    Sets(TenantId),
    /// An operator, for the administrator of a tenant.
    Operates,
}

/// Who hashes, and who waits for it.
pub(crate) struct Hashing {
    places: usize,
    key: RandomState,
    state: Mutex<State>,
}

struct State {
    taken: usize,
    /// Logins, and passwords that are set.
    rings: [Ring; 2],
    /// Which of them is next.
    turn: usize,
    /// What one hashing lasts.
    lasts: Duration,
}

/// The lanes in which somebody waits, in the order in which they are served.
#[derive(Default)]
struct Ring {
    lanes: VecDeque<Lane>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Operators,
    Own(TenantId),
    Shared(u64),
}

struct Lane {
    key: Key,
    waiting: VecDeque<Waiter>,
}

/// Hears that it has a place, or that others have filled the queue.
type Waiter = oneshot::Sender<Result<Place, Failure>>;

/// A place among those that hash at the same time. Dropping it lets the next one in.
pub(crate) struct Place {
    since: Instant,
    /// Taken where nobody waited for it any more.
    of: Option<Arc<Hashing>>,
}

impl Hashing {
    pub(crate) fn new(places: usize) -> Self {
        Self {
            places,
            key: RandomState::new(),
            state: Mutex::new(State {
                taken: 0,
                rings: Default::default(),
                turn: 0,
                lasts: GUESSED,
            }),
        }
    }

    /// A place, when one is free and it is the caller's turn.
    pub(crate) fn place(
        self: &Arc<Self>,
        whose: &Whose,
    ) -> Result<oneshot::Receiver<Result<Place, Failure>>, Failure> {
        let (waiter, hears) = oneshot::channel();
        let pushed_out = {
            let mut state = self.state();
            let lasts = state.lasts;
            let [logins, sets] = &mut state.rings;
            let (ring, name) = match whose {
                Whose::LogsIn(name) => (logins, Some(name)),
                Whose::Sets(name) => (sets, Some(name)),
                Whose::Operates => (sets, None),
            };
            let key = match name {
                None => Key::Operators,
                Some(name) => ring.key_of(name, || self.key.hash_one(name.as_str()) % SHARED_LANES),
            };
            let retry = |waiting: usize| throttled(waiting, lasts, self.places);
            let pushed_out = ring.enter(key, waiter, &retry)?;
            self.let_in(&mut state);
            pushed_out.map(|waiter| (waiter, retry(MOST)))
        };
        if let Some((waiter, throttled)) = pushed_out {
            // It may have gone.
            drop(waiter.send(Err(throttled)));
        }
        Ok(hears)
    }

    /// Lets those in whose turn it is, as far as there are places.
    fn let_in(self: &Arc<Self>, state: &mut State) {
        while state.taken < self.places {
            let Some(waiter) = state.next() else { return };
            let place = Place {
                since: Instant::now(),
                of: Some(Arc::clone(self)),
            };
            match waiter.send(Ok(place)) {
                Ok(()) => state.taken += 1,
                // It has gone: this place was none.
                Err(Ok(mut place)) => drop(place.of.take()),
                Err(Err(_)) => {}
            }
        }
    }

    fn leave(self: &Arc<Self>, lasted: Duration) {
        let mut state = self.state();
        state.taken = state.taken.saturating_sub(1);
        state.lasts = (state.lasts * (WEIGHT - 1) + lasted) / WEIGHT;
        self.let_in(&mut state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(hashing) = self.of.take() {
            hashing.leave(self.since.elapsed());
        }
    }
}

impl State {
    /// The next one, of whichever kind was not the last where both wait.
    fn next(&mut self) -> Option<Waiter> {
        let [logins, sets] = &mut self.rings;
        let (first, second) = if self.turn == 0 {
            (logins, sets)
        } else {
            (sets, logins)
        };
        if let Some(waiter) = first.next() {
            self.turn = 1 - self.turn;
            return Some(waiter);
        }
        second.next()
    }
}

impl Ring {
    /// The lane of its own that a tenant has or can have, else one that it shares.
    fn key_of(&self, name: &TenantId, shared: impl FnOnce() -> u64) -> Key {
        let own = Key::Own(name.clone());
        let is_own = |lane: &&Lane| matches!(lane.key, Key::Own(_));
        if self.lanes.iter().any(|lane| lane.key == own)
            || self.lanes.iter().filter(is_own).count() < OWN_LANES
        {
            own
        } else {
            Key::Shared(shared())
        }
    }

    /// Lets somebody wait. Where too many do, the last in the longest lane is pushed out, unless that is the lane in
    /// question. `retry` says what those hear before whom so many wait.
    fn enter(
        &mut self,
        key: Key,
        waiter: Waiter,
        retry: &impl Fn(usize) -> Failure,
    ) -> Result<Option<Waiter>, Failure> {
        let found = self.lanes.iter_mut().find(|lane| lane.key == key);
        let before = found.map_or(0, |lane| {
            lane.waiting.retain(|waiter| !waiter.is_closed());
            lane.waiting.len()
        });
        let lanes = self.lanes.len().max(1);
        if before >= MOST_IN_A_LANE {
            return Err(retry(before * lanes));
        }
        let mut pushed_out = None;
        if self
            .lanes
            .iter()
            .map(|lane| lane.waiting.len())
            .sum::<usize>()
            >= MOST
        {
            let longest = self.lanes.iter_mut().max_by_key(|lane| lane.waiting.len());
            let longest = longest.filter(|lane| lane.waiting.len() > before + 1);
            match longest.and_then(|lane| lane.waiting.pop_back()) {
                Some(waiter) => pushed_out = Some(waiter),
                None => return Err(retry(before.max(1) * lanes)),
            }
        }
        match self.lanes.iter_mut().find(|lane| lane.key == key) {
            Some(lane) => lane.waiting.push_back(waiter),
            None => self.lanes.push_back(Lane {
                key,
                waiting: VecDeque::from([waiter]),
            }),
        }
        Ok(pushed_out)
    }

    /// The next one that is still there; its lane goes behind the others.
    fn next(&mut self) -> Option<Waiter> {
        while let Some(mut lane) = self.lanes.pop_front() {
            let next = loop {
                match lane.waiting.pop_front() {
                    Some(gone) if gone.is_closed() => {}
                    found => break found,
                }
            };
            if !lane.waiting.is_empty() {
                self.lanes.push_back(lane);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

/// What is told to somebody before whom so many wait: how long these take.
fn throttled(waiting: usize, lasts: Duration, places: usize) -> Failure {
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    let places = u32::try_from(places).unwrap_or(u32::MAX).max(1);
    let takes = lasts.saturating_mul(waiting) / places;
    let retry_after_ms = u64::try_from(takes.as_millis()).unwrap_or(u64::MAX).max(1);
    Failure::Throttled { retry_after_ms }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]
mod tests {
    use super::*;

    type Hears = oneshot::Receiver<Result<Place, Failure>>;

    fn login(tenant: &str) -> Whose {
        Whose::LogsIn(tenant.into())
    }

    /// A queue of one place, which is taken, and that place.
    fn busy() -> (Arc<Hashing>, Place) {
        let hashing = Arc::new(Hashing::new(1));
        let mut first = hashing.place(&login("first")).unwrap();
        let place = first.try_recv().unwrap().unwrap();
        (hashing, place)
    }

    /// In which order those get in who wait.
    fn order(mut held: Place, mut waiting: Vec<(&str, Hears)>) -> Vec<&str> {
        let mut order = Vec::new();
        while !waiting.is_empty() {
            drop(held);
            let let_in = waiting.iter_mut().enumerate().find_map(|(at, (_, hears))| {
                let place = hears.try_recv().ok()?;
                Some((at, place.unwrap()))
            });
            let (at, place) = let_in.unwrap();
            held = place;
            order.push(waiting.remove(at).0);
        }
        order
    }

    #[test]
    fn a_tenant_of_which_many_wait_is_served_as_often_as_one_of_which_one_does() {
        let (hashing, held) = busy();
        let wait = |tenant: &'static str| (tenant, hashing.place(&login(tenant)).unwrap());
        let waiting: Vec<(&str, Hears)> = ["north", "north", "north", "south", "east", "north"]
            .map(wait)
            .into();
        let order = order(held, waiting);
        assert_eq!(order, ["north", "south", "east", "north", "north", "north"]);
    }

    #[test]
    fn what_is_set_takes_turns_with_all_logins() {
        let (hashing, held) = busy();
        let tenants = ["a", "b", "c"];
        let mut waiting: Vec<(&str, Hears)> = tenants
            .map(|tenant| (tenant, hashing.place(&login(tenant)).unwrap()))
            .into();
        let set = hashing.place(&Whose::Sets("north".into())).unwrap();
        let founded = hashing.place(&Whose::Operates).unwrap();
        waiting.extend([("set", set), ("founded", founded)]);
        let order = order(held, waiting);
        assert_eq!(order, ["set", "a", "founded", "b", "c"]);
    }

    #[test]
    fn a_lane_and_the_queue_are_bounded_and_the_longest_lane_gives_way() {
        let (hashing, _held) = busy();
        let mut waiting: Vec<Vec<Hears>> = Vec::new();
        for tenant in ["a", "b", "c", "d"] {
            let lane = (0..MOST_IN_A_LANE).map(|_| hashing.place(&login(tenant)).unwrap());
            waiting.push(lane.collect());
            let Err(Failure::Throttled { retry_after_ms }) = hashing.place(&login(tenant)) else {
                panic!("{tenant} waits");
            };
            let before = u64::try_from(MOST_IN_A_LANE * waiting.len()).unwrap();
            assert_eq!(retry_after_ms, before * 50);
        }
        // They are full; another tenant comes all the same, and somebody of a long lane is told.
        let mut other = hashing.place(&login("e")).unwrap();
        assert!(other.try_recv().is_err(), "it waits");
        let mut told = 0;
        for lane in &mut waiting {
            let throttled =
                |hears: &mut Hears| matches!(hears.try_recv(), Ok(Err(Failure::Throttled { .. })));
            assert!(!throttled(&mut lane[0]));
            told += usize::from(throttled(lane.last_mut().unwrap()));
        }
        assert_eq!(told, 1);
    }

    #[test]
    fn names_for_the_asking_share_their_lanes_beyond_some() {
        let (hashing, _held) = busy();
        let names = (0..MOST).map(|number| hashing.place(&login(&format!("made up {number}"))));
        let _waiting: Vec<Hears> = names.map(Result::unwrap).collect();
        let lanes = hashing.state().rings[0].lanes.len();
        assert!(
            lanes <= OWN_LANES + usize::try_from(SHARED_LANES).unwrap(),
            "{lanes}"
        );
        // Whoever comes now, under whichever name, waits for no more than that many times what is before it in its
        // lane; that of a tenant that waits already is still its own.
        assert!(hashing.place(&login("made up 1")).is_ok());
    }

    #[test]
    fn who_has_gone_is_passed_over_and_takes_no_place() {
        let (hashing, held) = busy();
        let gone = hashing.place(&login("north")).unwrap();
        let mut waits = hashing.place(&login("north")).unwrap();
        drop(gone);
        drop(held);
        let place = waits.try_recv().unwrap().unwrap();
        // One who goes with the place in hand gives it back.
        let unheard = hashing.place(&login("north")).unwrap();
        drop(place);
        drop(unheard);
        assert_eq!(hashing.state().taken, 0);
    }
}
