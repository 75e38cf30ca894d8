//! How many refused logins are too many.
//!
//! Pure: the stored counters and the moment are handed in. Counters are of one subject in one tenant: mostly of one
//! user name.

use jiff::{SignedDuration, Timestamp};

use crate::store::statements::credentials::Throttle;

/// Refused attempts that a window allows before it makes anybody wait.
const FREE_ATTEMPTS: i64 = 5;

/// How long after its beginning, and after its last block, a window ends.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// The longest block: an attacker can keep somebody out no longer than this with one attempt.
const LONGEST_BLOCK: SignedDuration = SignedDuration::from_mins(15);

/// How long an attempt may be under way. One that has not ended by then never will, because its process died, and
/// counts as refused.
const LONGEST_ATTEMPT: SignedDuration = SignedDuration::from_secs(30);

/// Where counters stop: both engines hold them in 32 bits.
const MOST: i64 = i32::MAX as i64;

/// The times that count: later than the first and no later than the second. What lies further ahead was written by
/// a clock that is right no more.
pub(crate) fn current(now: Timestamp) -> [Timestamp; 2] {
    [
        now.checked_sub(WINDOW).unwrap_or(Timestamp::MIN),
        now.checked_add(WINDOW).unwrap_or(Timestamp::MAX),
    ]
}

/// Whether an attempt goes on to be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It does, and is in flight from now on.
    Admitted,
    /// Not before one of those in flight has ended: if they are all refused, no further one may be verified.
    Full,
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
            in_flight: 0,
            window_started_at: now,
            blocked_until: None,
            in_flight_until: None,
        }
    }

    /// Whether the window has ended: nothing in it is current any more.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        let [earliest, latest] = current(now);
        let times = [
            Some(self.window_started_at),
            self.blocked_until,
            self.in_flight_until,
        ];
        let mut times = times.into_iter().flatten();
        !times.any(|time| earliest < time && time <= latest)
    }

    /// Decides about an attempt. What was refused and not recorded stays counted from one window to the next.
    pub(crate) fn attempt(before: Option<Self>, now: Timestamp) -> (Self, Admission) {
        let mut throttle = match before {
            Some(before) if before.is_over(now) => Self {
                refused: before.refused,
                ..Self::new(now)
            },
            Some(before) => before.without_lost(now),
            None => Self::new(now),
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
        // As many side by side as there are free attempts left, and one at a time after those.
        if throttle.in_flight >= (FREE_ATTEMPTS - throttle.failures).max(1) {
            return (throttle, Admission::Full);
        }
        throttle.in_flight += 1;
        throttle.in_flight_until = now.checked_add(LONGEST_ATTEMPT).ok();
        (throttle, Admission::Admitted)
    }

    /// Ends an attempt that was refused.
    pub(crate) fn fail(&mut self, now: Timestamp) {
        self.land();
        self.failures = (self.failures + 1).min(MOST);
        self.blocked_until =
            block_after(self.failures).and_then(|block| now.checked_add(block).ok());
    }

    /// Ends an attempt that succeeded: the count begins anew, for all but those that are still in flight.
    pub(crate) fn succeed(&mut self) {
        self.land();
        self.failures = 0;
        self.refused = 0;
        self.blocked_until = None;
    }

    /// Ends an attempt.
    pub(crate) fn land(&mut self) {
        self.in_flight = (self.in_flight - 1).max(0);
        if self.in_flight == 0 {
            self.in_flight_until = None;
        }
    }

    /// Counts a refused login that no event tells of yet.
    pub(crate) fn refuse(&mut self) {
        self.add_refused(1);
    }

    /// Counts so many.
    pub(crate) fn add_refused(&mut self, count: i64) {
        self.refused = self.refused.saturating_add(count).min(MOST);
    }

    /// With the attempts that have been in flight for too long among the failures. Their time is not trusted either
    /// when it lies further ahead than any attempt's, because the clock was set back.
    fn without_lost(mut self, now: Timestamp) -> Self {
        let waited_for = self
            .in_flight_until
            .is_some_and(|until| now < until && until.duration_since(now) <= LONGEST_ATTEMPT);
        if !waited_for {
            self.failures = (self.failures + self.in_flight).min(MOST);
            self.in_flight = 0;
            self.in_flight_until = None;
        }
        self
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

    fn admitted(throttle: Option<Throttle>, millis: i64) -> Throttle {
        let (after, admission) = Throttle::attempt(throttle, at(millis));
        assert_eq!(admission, Admission::Admitted, "{throttle:?}");
        after
    }

    /// Refused attempts one after another, each as soon as it is admitted; returns how long each had to wait.
    fn waits(count: usize) -> Vec<u64> {
        let (mut now, mut throttle, mut waits) = (0, None, Vec::new());
        while waits.len() < count {
            let mut waited = 0;
            loop {
                let (mut after, admission) = Throttle::attempt(throttle, at(now));
                match admission {
                    Admission::Admitted => after.fail(at(now)),
                    Admission::Full => unreachable!("nothing is in flight"),
                    Admission::Blocked { retry_after_ms } => {
                        waited += retry_after_ms;
                        now += i64::try_from(retry_after_ms).unwrap();
                    }
                }
                throttle = Some(after);
                if admission == Admission::Admitted {
                    break;
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
            blocked_until: Some(at(1_000)),
            ..Throttle::new(at(0))
        };
        let quarter = 15 * 60 * 1_000;
        let mut after = admitted(Some(throttle), 1_000 + quarter - 1);
        after.fail(at(1_000 + quarter));
        assert_eq!((after.failures, after.refused), (6, 3));
        let after = admitted(Some(throttle), 1_000 + quarter);
        assert_eq!((after.failures, after.refused), (0, 3));
    }

    #[test]
    fn a_clock_that_was_set_back_blocks_nobody_for_longer_than_the_longest_block() {
        let far = at(i64::from(i32::MAX) * 1_000);
        let throttle = Throttle {
            failures: 20,
            in_flight: 1,
            blocked_until: Some(far),
            in_flight_until: Some(far),
            ..Throttle::new(at(0))
        };
        let (after, admission) = Throttle::attempt(Some(throttle), at(0));
        let retry_after_ms = 900_000;
        assert_eq!(admission, Admission::Blocked { retry_after_ms });
        admitted(Some(after), 900_000);
    }

    #[test]
    fn a_window_that_a_clock_far_ahead_began_is_over() {
        let quarter = 15 * 60 * 1_000;
        let began = |millis| Throttle {
            failures: 20,
            refused: 3,
            ..Throttle::new(at(millis))
        };
        assert!(!began(quarter).is_over(at(0)));
        assert!(began(quarter + 1).is_over(at(0)));
        let after = admitted(Some(began(quarter * 1_000)), 0);
        assert_eq!((after.failures, after.refused), (0, 3));
        assert_eq!(after.window_started_at, at(0));
    }

    #[test]
    fn no_more_attempts_are_in_flight_than_may_be_refused() {
        for failures in 0..8 {
            let mut throttle = Throttle {
                failures,
                ..Throttle::new(at(0))
            };
            let mut admitted = 0;
            loop {
                let (after, admission) = Throttle::attempt(Some(throttle), at(1));
                throttle = after;
                if admission == Admission::Full {
                    break;
                }
                admitted += 1;
            }
            assert_eq!(admitted, (5 - failures).max(1), "after {failures}");
            throttle.land();
            assert_eq!(throttle.in_flight, admitted - 1);
        }
    }

    #[test]
    fn a_success_begins_anew_without_forgetting_what_is_in_flight() {
        let mut throttle = admitted(None, 0);
        throttle.fail(at(1));
        throttle = admitted(Some(throttle), 2);
        throttle = admitted(Some(throttle), 3);
        throttle.succeed();
        assert_eq!((throttle.failures, throttle.in_flight), (0, 1));
        throttle.fail(at(4));
        assert_eq!((throttle.failures, throttle.in_flight), (1, 0));
        assert_eq!(throttle.in_flight_until, None);
    }

    #[test]
    fn what_never_ends_counts_as_refused_after_half_a_minute() {
        let mut throttle = None;
        for _ in 0..5 {
            throttle = Some(admitted(throttle, 0));
        }
        let (waiting, admission) = Throttle::attempt(throttle, at(29_999));
        assert_eq!((waiting.failures, admission), (0, Admission::Full));
        let after = admitted(throttle, 30_000);
        assert_eq!((after.failures, after.in_flight), (5, 1));
    }
}
