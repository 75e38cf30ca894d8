//! Whose password is hashed next.
//!
//! Hashing is what costs most of all that a stranger may ask for, so those who wait for it take turns by tenant: whoever
//! asks three hundred times is served once while every other tenant is served once. Passwords that are set, which only
//! those ask for who may, take turns with logins as a whole. Tenants cannot be multiplied by a stranger, so each has a lane
//! of its own; how many wait in a lane, and in all, is bounded.
//!
//! Names of tenants that nobody has are for the asking. Who logs in to one is a ghost: it needs the time of a hashing, or
//! it would tell that there is no such tenant, and neither a place nor a core. It waits in a lane among the others, and its
//! turn comes when that of a tenant in its stead would; then it waits for as long as one of the last hashings took, and
//! whoever is behind it goes on at once. Each name is served as if it were the only one that nobody has, so that a flood of
//! them delays neither who is real nor one another.

mod measured;
mod ring;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::error::Failure;
use crate::model::TenantId;
use measured::Measured;
use ring::{Key, MOST_GHOSTS, Ring, Waiter, Walk};

/// Who asks for a hashing.
#[derive(Debug, Clone)]
pub(crate) enum Whose {
    /// Who logs in to this tenant.
    LogsIn(TenantId),
    /// Who logs in to a tenant of this name, which there is not.
    Haunts(TenantId),
    /// Who sets a password in this tenant.
    Sets(TenantId),
    /// An operator, for the administrator of a tenant.
    Operates,
}

/// Who hashes, and who waits for it.
pub(crate) struct Hashing {
    places: usize,
    state: Mutex<State>,
}

struct State {
    taken: usize,
    logins: Ring<Place>,
    sets: Ring<Place>,
    /// Whose turn it is where both wait.
    next: Kind,
    measured: Measured,
    /// How many ghosts of a name have their turn.
    appeared: HashMap<TenantId, usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Logins,
    Sets,
}

/// A place among those that hash at the same time. Dropping it lets the next one in.
pub(crate) struct Place {
    since: Instant,
    /// How often a password is hashed there.
    times: u32,
    /// How long it took, once it is done.
    lasted: Option<Duration>,
    /// Taken where nobody waited for it any more.
    held: Option<Held>,
}

struct Held {
    of: Arc<Hashing>,
    /// The name of a ghost, which only waits there, and until when.
    ghost: Option<(TenantId, Instant)>,
}

impl Place {
    /// Until when a ghost has it, which waits there and hashes nothing.
    pub(crate) fn haunted_until(&self) -> Option<Instant> {
        let (_, until) = self.held.as_ref()?.ghost.as_ref()?;
        Some(*until)
    }

    /// Gives it back when the hashing is done.
    pub(crate) fn hashed(mut self) {
        self.lasted = Some(self.since.elapsed() / self.times);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        match self.held.take() {
            None => {}
            Some(Held { of, ghost: None }) => of.leave(self.lasted),
            Some(Held {
                of,
                ghost: Some((name, _)),
            }) => of.vanish(&name),
        }
    }
}

impl Hashing {
    pub(crate) fn new(places: usize) -> Self {
        Self {
            places,
            state: Mutex::new(State {
                taken: 0,
                logins: Ring::new(),
                sets: Ring::new(),
                next: Kind::Logins,
                measured: Measured::new(),
                appeared: HashMap::new(),
            }),
        }
    }

    /// A place to hash at so many times, when one is free and it is the caller's turn.
    pub(crate) fn place(
        self: &Arc<Self>,
        whose: &Whose,
        times: u32,
    ) -> Result<oneshot::Receiver<Result<Place, Failure>>, Failure> {
        let (hears, heard) = oneshot::channel();
        let waiter = Waiter {
            hears,
            times: times.max(1),
        };
        let pushed_out = {
            let mut state = self.state();
            let lasts = state.measured.lasts();
            let retry = |waiting: usize| throttled(waiting, lasts, self.places);
            let (ring, key) = match whose {
                Whose::LogsIn(tenant) => (&mut state.logins, Key::Tenant(tenant.clone())),
                Whose::Haunts(name) => (&mut state.logins, Key::Ghost(name.clone())),
                Whose::Sets(tenant) => (&mut state.sets, Key::Tenant(tenant.clone())),
                Whose::Operates => (&mut state.sets, Key::Operators),
            };
            if key.is_ghost() && ring.ghosts() >= MOST_GHOSTS {
                let before = lasts.saturating_mul(length(ring.lanes())) / length(self.places);
                self.let_in(&mut state, key, waiter, before);
                return Ok(heard);
            }
            let pushed_out = ring.enter(key, waiter, &retry)?;
            self.let_all_in(&mut state);
            let told = |(waiter, waited)| (waiter, retry(waited));
            pushed_out.into_iter().map(told).collect::<Vec<_>>()
        };
        for (waiter, throttled) in pushed_out {
            // It may have gone.
            drop(waiter.hears.send(Err(throttled)));
        }
        Ok(heard)
    }

    /// How many wait for a place.
    #[cfg(feature = "testing")]
    pub(crate) fn waiting(&self) -> usize {
        let state = self.state();
        state.logins.waiting() + state.sets.waiting()
    }

    /// Lets those in whose turn it is, as far as there are places.
    fn let_all_in(self: &Arc<Self>, state: &mut State) {
        let mut walk = Walk::default();
        while state.taken < self.places {
            match state.next(&mut walk, self.places) {
                Some((key, waiter)) => self.let_in(state, key, waiter, Duration::ZERO),
                // Nobody was there for whom a ghost stepped back.
                None if walk.has_stepped_back => walk = Walk::default(),
                None => return,
            }
        }
    }

    /// Gives somebody a place, a ghost after so long. A ghost hashes like anybody where a place lies idle and there is
    /// nothing new to tell how long that takes.
    fn let_in(
        self: &Arc<Self>,
        state: &mut State,
        key: Key,
        waiter: Waiter<Place>,
        after: Duration,
    ) {
        let since = Instant::now();
        let is_idle = state.taken < self.places && !state.somebody_waits();
        let ghost = match key {
            Key::Ghost(name) if !(is_idle && state.measured.is_old(since)) => {
                let lasts = state.measured.one().saturating_mul(waiter.times);
                let until = since.checked_add(after + lasts).unwrap_or(since);
                Some((name, until))
            }
            _ => None,
        };
        let name = ghost.as_ref().map(|(name, _)| name.clone());
        let place = Place {
            since,
            times: waiter.times,
            lasted: None,
            held: Some(Held {
                of: Arc::clone(self),
                ghost,
            }),
        };
        match (waiter.hears.send(Ok(place)), name) {
            (Ok(()), None) => state.taken += 1,
            (Ok(()), Some(name)) => *state.appeared.entry(name).or_default() += 1,
            // It has gone: this place was none.
            (Err(Ok(mut place)), _) => drop(place.held.take()),
            (Err(Err(_)), _) => {}
        }
    }

    fn leave(self: &Arc<Self>, lasted: Option<Duration>) {
        let mut state = self.state();
        state.taken = state.taken.saturating_sub(1);
        if let Some(lasted) = lasted {
            state.measured.add(lasted, Instant::now());
        }
        self.let_all_in(&mut state);
    }

    fn vanish(self: &Arc<Self>, name: &TenantId) {
        let mut state = self.state();
        if let Some(appeared) = state.appeared.get_mut(name) {
            *appeared -= 1;
            if *appeared == 0 {
                state.appeared.remove(name);
            }
        }
        // A tenant in its stead would have freed a place now.
        if let Some((key, waiter)) = state.logins.passed_over(name) {
            self.let_in(&mut state, key, waiter, Duration::ZERO);
        }
        self.let_all_in(&mut state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether somebody waits who is no ghost.
    fn somebody_waits(&self) -> bool {
        self.logins.somebody_waits() || self.sets.somebody_waits()
    }

    /// The next one, of whichever kind was not the last where both wait. No ghost counts there.
    fn next(&mut self, walk: &mut Walk, places: usize) -> Option<(Key, Waiter<Place>)> {
        let somebody_waits = self.somebody_waits();
        let (taken, appeared) = (self.taken, &self.appeared);
        // A tenant in a ghost's stead would hold as many places as ghosts of the name have appeared; the others the rest,
        // where some of them wait, and else what they hold.
        let has_place = |name: &TenantId| {
            let own = appeared.get(name).copied().unwrap_or_default();
            let others = if somebody_waits { 0 } else { taken };
            own + others < places
        };
        let first = self.next;
        for kind in [first, first.other()] {
            let found = match kind {
                Kind::Logins => self.logins.next(walk, somebody_waits, has_place),
                Kind::Sets => self.sets.next(&mut Walk::default(), false, has_place),
            };
            if let Some((key, waiter)) = found {
                if kind == first && !key.is_ghost() {
                    self.next = first.other();
                }
                return Some((key, waiter));
            }
        }
        None
    }
}

impl Kind {
    fn other(self) -> Self {
        match self {
            Self::Logins => Self::Sets,
            Self::Sets => Self::Logins,
        }
    }
}

/// What is told to somebody before whom so many wait in its own lane: how long these take. How many others wait is
/// nobody's business.
fn throttled(waiting: usize, lasts: Duration, places: usize) -> Failure {
    let takes = lasts.saturating_mul(length(waiting)) / length(places).max(1);
    let retry_after_ms = u64::try_from(takes.as_millis()).unwrap_or(u64::MAX).max(1);
    Failure::Throttled { retry_after_ms }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
