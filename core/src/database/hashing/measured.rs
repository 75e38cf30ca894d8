//! How long a hashing takes.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// What one hashing is taken to last until some have been measured.
pub(super) const GUESSED: Duration = Duration::from_millis(50);

/// What a measurement counts for against those before it.
const WEIGHT: u32 = 8;

/// How many of the last are remembered, so that their spread is that of hashings.
pub(super) const KEPT: usize = 32;

/// After which time they say nothing of how busy the machine is.
const OLD: Duration = Duration::from_secs(10);

pub(super) struct Measured {
    last: VecDeque<Duration>,
    at: Option<Instant>,
    lasts: Duration,
    /// Draws one of the last.
    key: RandomState,
    drawn: u64,
}

impl Measured {
    pub(super) fn new() -> Self {
        Self {
            last: VecDeque::new(),
            at: None,
            lasts: GUESSED,
            key: RandomState::new(),
            drawn: 0,
        }
    }

    pub(super) fn add(&mut self, lasted: Duration, now: Instant) {
        if self.last.len() >= KEPT {
            self.last.pop_front();
        }
        self.last.push_back(lasted);
        self.at = Some(now);
        self.lasts = (self.lasts * (WEIGHT - 1) + lasted) / WEIGHT;
    }

    /// What one lasts on the whole.
    pub(super) fn lasts(&self) -> Duration {
        self.lasts
    }

    /// What one of the last lasted.
    pub(super) fn one(&mut self) -> Duration {
        self.drawn = self.drawn.wrapping_add(1);
        let last = u64::try_from(self.last.len()).unwrap_or(1).max(1);
        let drawn = usize::try_from(self.key.hash_one(self.drawn) % last);
        let one = drawn.ok().and_then(|drawn| self.last.get(drawn));
        one.copied().unwrap_or(self.lasts)
    }

    /// Whether there are too few, or none of late.
    pub(super) fn is_old(&self, now: Instant) -> bool {
        let is_recent = |at: Instant| now.saturating_duration_since(at) <= OLD;
        self.last.len() < KEPT || !self.at.is_some_and(is_recent)
    }
}
