//! The lanes in which somebody waits, in the order in which they are served.

use std::collections::VecDeque;

use tokio::sync::oneshot;

use crate::error::Failure;
use crate::model::TenantId;

/// How many wait in one lane at most, and in all lanes of a ring.
pub(super) const MOST_IN_A_LANE: usize = 128;
pub(super) const MOST: usize = 512;

/// How many ghosts wait in lanes at most. Those beyond wait by themselves, for as long as they would in one.
pub(super) const MOST_GHOSTS: usize = 2_048;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Operators,
    Tenant(TenantId),
    /// Of a name that nobody has.
    Ghost(TenantId),
}

impl Key {
    pub(super) fn is_ghost(&self) -> bool {
        matches!(self, Self::Ghost(_))
    }
}

/// Somebody who waits, and hears that it has a place, or that others have filled the ring.
pub(super) struct Waiter<P> {
    pub(super) hears: oneshot::Sender<Result<P, Failure>>,
    pub(super) times: u32,
}

pub(super) struct Ring<P> {
    lanes: VecDeque<Lane<P>>,
}

struct Lane<P> {
    key: Key,
    waiting: VecDeque<Waiter<P>>,
    /// A ghost of it had its turn, at which a tenant would have taken a place from the next one: it steps back once.
    steps_back: bool,
    /// A tenant in its stead would have no place, and the first to come free that it holds itself.
    is_passed_over: bool,
}

/// Who was passed over while those are let in whose turn it is.
#[derive(Default)]
pub(super) struct Walk {
    at: usize,
    /// Whether a ghost has let somebody real by.
    pub(super) has_stepped_back: bool,
}

impl<P> Ring<P> {
    pub(super) fn new() -> Self {
        Self {
            lanes: VecDeque::new(),
        }
    }

    pub(super) fn somebody_waits(&self) -> bool {
        self.lanes.iter().any(|lane| !lane.key.is_ghost())
    }

    /// How many ghosts wait.
    pub(super) fn ghosts(&self) -> usize {
        let ghosts = self.lanes.iter().filter(|lane| lane.key.is_ghost());
        ghosts.map(|lane| lane.waiting.len()).sum()
    }

    /// How many wait in all.
    #[cfg(feature = "testing")]
    pub(super) fn waiting(&self) -> usize {
        self.lanes.iter().map(|lane| lane.waiting.len()).sum()
    }

    /// How many lanes there are that a ghost would wait among.
    pub(super) fn lanes(&self) -> usize {
        self.lanes
            .iter()
            .filter(|lane| !lane.key.is_ghost())
            .count()
    }

    /// Lets somebody wait. Where too many do, the last in the longest lane is pushed out, unless that is the lane in
    /// question; returned with how many waited there. A ghost is told what a tenant in its stead would be, and pushes
    /// nobody out. `retry` says what those hear before whom so many wait in their lane.
    pub(super) fn enter(
        &mut self,
        key: Key,
        waiter: Waiter<P>,
        retry: &impl Fn(usize) -> Failure,
    ) -> Result<Vec<(Waiter<P>, usize)>, Failure> {
        let found = self.lanes.iter_mut().find(|lane| lane.key == key);
        let before = found.map_or(0, |lane| {
            lane.waiting.retain(|waiter| !waiter.hears.is_closed());
            lane.waiting.len()
        });
        if before >= MOST_IN_A_LANE {
            return Err(retry(before));
        }
        let real = |lane: &&mut Lane<P>| !lane.key.is_ghost();
        let lengths = self.lanes.iter_mut().filter(real);
        let lengths = lengths.map(|lane| lane.waiting.len());
        let (all, longest) = lengths.fold((0, 0), |(all, longest), length| {
            (all + length, longest.max(length))
        });
        let mut pushed_out = Vec::new();
        let mut push_out = |lane: &mut Lane<P>| {
            let length = lane.waiting.len();
            pushed_out.extend(lane.waiting.pop_back().map(|waiter| (waiter, length)));
        };
        if key.is_ghost() {
            // With those cut that a tenant in its stead would have pushed out so far.
            let cut = self.lanes.iter().filter(|lane| !lane.key.is_ghost());
            let cut = cut.map(|lane| lane.waiting.len().min(before + 1));
            if cut.sum::<usize>() + before >= MOST {
                return Err(retry(before.max(1)));
            }
        } else {
            if all >= MOST {
                if longest <= before + 1 {
                    return Err(retry(before.max(1)));
                }
                let mut lanes = self.lanes.iter_mut().filter(real);
                if let Some(lane) = lanes.find(|lane| lane.waiting.len() == longest) {
                    push_out(lane);
                }
            }
            let most = longest.max(before + 1);
            for lane in self.lanes.iter_mut().filter(|lane| lane.key.is_ghost()) {
                let length = lane.waiting.len();
                if all + length >= MOST && length > most {
                    push_out(lane);
                }
            }
        }
        match self.lanes.iter_mut().find(|lane| lane.key == key) {
            Some(lane) => lane.waiting.push_back(waiter),
            None => self.lanes.push_back(Lane {
                key,
                waiting: VecDeque::from([waiter]),
                steps_back: false,
                is_passed_over: false,
            }),
        }
        Ok(pushed_out)
    }

    /// The next one that is still there, from where the walk has come; its lane goes behind the others. A ghost's turn
    /// comes when a tenant in its stead would have a place, and it takes none: where somebody real waits, who would have
    /// had to wait for that place, the lane lets one more by before its next turn.
    pub(super) fn next(
        &mut self,
        walk: &mut Walk,
        somebody_waits: bool,
        has_place: impl Fn(&TenantId) -> bool,
    ) -> Option<(Key, Waiter<P>)> {
        while let Some(lane) = self.lanes.get_mut(walk.at) {
            lane.let_go();
            if lane.waiting.is_empty() {
                self.lanes.remove(walk.at);
                continue;
            }
            if let Key::Ghost(name) = &lane.key {
                let steps_back = std::mem::take(&mut lane.steps_back) && somebody_waits;
                lane.is_passed_over = !steps_back && !has_place(name);
                if steps_back || lane.is_passed_over {
                    walk.has_stepped_back |= steps_back;
                    walk.at += 1;
                    continue;
                }
            }
            return self.serve(walk.at, true);
        }
        None
    }

    /// The next ghost of this name, where it is to have the first place to come free that a tenant in its stead holds.
    pub(super) fn passed_over(&mut self, name: &TenantId) -> Option<(Key, Waiter<P>)> {
        let is_meant = |lane: &Lane<P>| lane.is_passed_over && lane.key == Key::Ghost(name.clone());
        let at = self.lanes.iter().position(is_meant)?;
        self.lanes.get_mut(at)?.let_go();
        self.serve(at, false)
    }

    /// Takes the first of a lane out, and puts the lane behind the others; whether it took somebody's place, if it is a
    /// ghost's.
    fn serve(&mut self, at: usize, takes_a_place: bool) -> Option<(Key, Waiter<P>)> {
        let mut lane = self.lanes.remove(at)?;
        let waiter = lane.waiting.pop_front()?;
        let key = lane.key.clone();
        if !lane.waiting.is_empty() {
            lane.steps_back = key.is_ghost() && takes_a_place;
            lane.is_passed_over = false;
            self.lanes.push_back(lane);
        }
        Some((key, waiter))
    }
}

impl<P> Lane<P> {
    /// Forgets those at its front that have gone.
    fn let_go(&mut self) {
        while let Some(waiter) = self.waiting.front()
            && waiter.hears.is_closed()
        {
            self.waiting.pop_front();
        }
    }
}
