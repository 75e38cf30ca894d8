//! How many refused logins are too many.
//!
//! Pure: the stored counters and the moment are handed in. A window is of one user name in one tenant.

use jiff::{SignedDuration, Timestamp};

/// Attempts that a window admits before it makes anybody wait.
const FREE_ATTEMPTS: i64 = 5;

/// How long after its beginning, and after its last block, a window ends.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// The longest block: an attacker can keep somebody out no longer than this with one attempt.
const LONGEST_BLOCK: SignedDuration = SignedDuration::from_mins(15);

/// Where counters stop: both engines hold them in 32 bits.
const MOST: i64 = i32::MAX as i64;

/// The counters of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Throttle {
    /// Attempts that were admitted and did not succeed, or are still being verified.
    pub failures: i64,
    /// Refused logins that no event tells of yet.
    pub refused: i64,
    /// When the first attempt came.
    pub window_started_at: Timestamp,
    /// Until when no attempt is admitted.
    pub blocked_until: Option<Timestamp>,
}

/// Whether an attempt goes on to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It does, and is counted already, so that attempts side by side do not slip by.
    Admitted {
        /// Whether it began a window.
        first: bool,
    },
    /// It does not.
    Blocked {
        /// How long to wait.
        retry_after_ms: u64,
    },
}

impl Throttle {
    /// A window in which nothing happened yet.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            failures: 0,
            refused: 0,
            window_started_at: now,
            blocked_until: None,
        }
    }

    /// Whether the window has ended.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        let last = self.blocked_until.map_or(self.window_started_at, |block| {
            block.max(self.window_started_at)
        });
        now.duration_since(last) >= WINDOW
    }

    /// Decides about an attempt, and counts it. What was refused and not recorded stays counted from one
    /// window to the next.
    pub(crate) fn attempt(before: Option<Self>, now: Timestamp) -> (Self, Admission) {
        let (mut throttle, first) = match before {
            Some(before) if !before.is_over(now) => (before, false),
            Some(before) => (
                Self {
                    refused: before.refused,
                    ..Self::new(now)
                },
                true,
            ),
            None => (Self::new(now), true),
        };
        if let Some(block) = throttle.blocked_until
            && now < block
        {
            // Not for longer than any block, even when the clock was set back meanwhile.
            let wait = block.duration_since(now).min(LONGEST_BLOCK);
            throttle.blocked_until = now.checked_add(wait).ok();
            let retry_after_ms = u64::try_from(wait.as_millis()).unwrap_or(0).max(1);
            return (throttle, Admission::Blocked { retry_after_ms });
        }
        throttle.failures = (throttle.failures + 1).min(MOST);
        throttle.blocked_until =
            block_after(throttle.failures).and_then(|block| now.checked_add(block).ok());
        (throttle, Admission::Admitted { first })
    }

    /// Counts a refused login that gets no event of its own.
    pub(crate) fn refuse(&mut self) {
        self.refused = (self.refused + 1).min(MOST);
    }
}

/// One second after the last free attempt, then twice as long each time.
fn block_after(failures: i64) -> Option<SignedDuration> {
    let doublings = u32::try_from(failures.checked_sub(FREE_ATTEMPTS)?).ok()?;
    let seconds = 1_i64.checked_shl(doublings.min(30))?;
    Some(SignedDuration::from_secs(seconds).min(LONGEST_BLOCK))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    /// Attempts one after another, each as soon as it is admitted; returns how long each had to wait.
    fn waits(count: usize) -> Vec<u64> {
        let (mut now, mut throttle, mut waits) = (0, None, Vec::new());
        while waits.len() < count {
            let mut waited = 0;
            loop {
                let (after, admission) = Throttle::attempt(throttle, at(now));
                throttle = Some(after);
                match admission {
                    Admission::Admitted { .. } => break,
                    Admission::Blocked { retry_after_ms } => {
                        waited += retry_after_ms;
                        now += i64::try_from(retry_after_ms).unwrap();
                    }
                }
            }
            waits.push(waited);
        }
        waits
    }

    #[test]
    fn five_attempts_are_free_and_then_each_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        let seconds = [
            0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900,
        ];
        let millis: Vec<u64> = seconds.iter().map(|second| second * 1_000).collect();
        assert_eq!(waits(seconds.len()), millis);
    }

    #[test]
    fn a_blocked_attempt_is_not_counted_as_a_failure() {
        let throttle = Throttle {
            failures: 7,
            blocked_until: Some(at(5_000)),
            ..Throttle::new(at(0))
        };
        let (after, admission) = Throttle::attempt(Some(throttle), at(1_000));
        assert_eq!(after, throttle);
        let retry_after_ms = 4_000;
        assert_eq!(admission, Admission::Blocked { retry_after_ms });
    }

    #[test]
    fn a_window_ends_a_quarter_of_an_hour_after_its_last_block_and_keeps_its_count() {
        let throttle = Throttle {
            failures: 5,
            refused: 3,
            window_started_at: at(0),
            blocked_until: Some(at(1_000)),
        };
        let quarter = 15 * 60 * 1_000;
        let (after, admission) = Throttle::attempt(Some(throttle), at(1_000 + quarter - 1));
        assert_eq!(admission, Admission::Admitted { first: false });
        assert_eq!(after.failures, 6);
        let (after, admission) = Throttle::attempt(Some(throttle), at(1_000 + quarter));
        assert_eq!(admission, Admission::Admitted { first: true });
        assert_eq!((after.failures, after.refused), (1, 3));
    }

    #[test]
    fn a_clock_that_was_set_back_blocks_nobody_for_longer_than_the_longest_block() {
        let throttle = Throttle {
            failures: 20,
            blocked_until: Some(at(i64::from(i32::MAX) * 1_000)),
            ..Throttle::new(at(0))
        };
        let (after, admission) = Throttle::attempt(Some(throttle), at(0));
        let retry_after_ms = 900_000;
        assert_eq!(admission, Admission::Blocked { retry_after_ms });
        let (_, admission) = Throttle::attempt(Some(after), at(900_000));
        assert_eq!(admission, Admission::Admitted { first: false });
    }
}
