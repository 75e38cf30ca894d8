//! Until when somebody waits for a unit, and what became of it when nobody does any more.
//!
//! Whoever calls and whoever runs the unit settle it between them: a unit that was given up before its group commits is
//! taken out of it, and one whose COMMIT has been sent is not called undone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use crate::error::StoreError;

/// It waits in a queue.
const WAITING: u8 = 0;
/// It is in a group, and has not run.
const JOINED: u8 = 1;
/// It runs, or has run.
const RUN: u8 = 2;
/// Its group commits.
const COMMITTING: u8 = 3;
/// Its caller has gone.
const GIVEN_UP: u8 = 4;

/// What a caller and a unit's runner share.
#[derive(Debug)]
pub(crate) struct Ticket {
    /// When its turn comes later than this, it is refused and not run.
    turn_by: Option<Instant>,
    /// When the caller goes, whatever became of it.
    ends: Option<Instant>,
    stage: AtomicU8,
}

impl Ticket {
    /// Of a call that waits so long for its turn, and ends then.
    pub(crate) fn of_a_call(turn: Duration, ends: Option<Instant>) -> Arc<Self> {
        Arc::new(Self::new(Instant::now().checked_add(turn), ends))
    }

    /// Of what is to be done, however late.
    pub(crate) fn of_a_record() -> Arc<Self> {
        Arc::new(Self::new(None, None))
    }

    fn new(turn_by: Option<Instant>, ends: Option<Instant>) -> Self {
        Self {
            turn_by,
            ends,
            stage: AtomicU8::new(WAITING),
        }
    }

    #[cfg(test)]
    pub(in crate::store) fn with_turn_by(turn_by: Option<Instant>) -> Arc<Self> {
        Arc::new(Self::new(turn_by, None))
    }

    /// When its caller goes.
    pub(in crate::store) fn ends(&self) -> Option<Instant> {
        self.ends
    }

    /// Takes it into a group, for the first time or again.
    pub(in crate::store) fn join(&self) -> Result<(), StoreError> {
        let stage = self.advance(|stage| match stage {
            WAITING | JOINED => JOINED,
            _ => RUN,
        });
        self.in_time(stage)
    }

    /// Puts it back into its queue: its group had no time for it.
    pub(in crate::store) fn wait_again(&self) {
        self.advance(|stage| if stage == JOINED { WAITING } else { stage });
    }

    /// Lets it run. How late it is counts until then, and not when it runs again.
    pub(in crate::store) fn run(&self) -> Result<(), StoreError> {
        let stage = self.advance(|_| RUN);
        self.in_time(stage)
    }

    /// Whether it may be committed; from here on nobody is told that nothing was done.
    pub(in crate::store) fn commit(&self) -> bool {
        self.advance(|_| COMMITTING) != GIVEN_UP
    }

    /// The runner looks at the clock. As for its caller, the end of the call comes before that of its turn.
    fn in_time(&self, stage: u8) -> Result<(), StoreError> {
        let now = Instant::now();
        let passed = |end: Option<Instant>| end.is_some_and(|end| end < now);
        match stage {
            GIVEN_UP => Err(StoreError::TimedOut),
            WAITING | JOINED if passed(self.ends) => Err(StoreError::TimedOut),
            WAITING | JOINED if passed(self.turn_by) => Err(StoreError::TooLate),
            _ => Ok(()),
        }
    }

    /// The next stage, unless it was given up. Returns the one before.
    fn advance(&self, next: impl Fn(u8) -> u8) -> u8 {
        let advanced = self
            .stage
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |stage| {
                (stage != GIVEN_UP).then(|| next(stage))
            });
        advanced.unwrap_or_else(|given_up| given_up)
    }

    /// The caller looks at the clock: when it is to look again, or what it is told because it goes.
    pub(crate) fn look(&self, now: Instant) -> Result<Option<Instant>, StoreError> {
        if self.ends.is_some_and(|ends| ends <= now) {
            return Err(self.give_up());
        }
        let turn_by = self.turn_by.filter(|_| self.is_waiting());
        if turn_by.is_some_and(|last| last < now) && self.give_up_waiting() {
            return Err(StoreError::TooLate);
        }
        let next = turn_by.filter(|last| *last >= now);
        Ok([next, self.ends].into_iter().flatten().min())
    }

    fn is_waiting(&self) -> bool {
        self.stage.load(Ordering::SeqCst) == WAITING
    }

    fn give_up_waiting(&self) -> bool {
        let given_up =
            self.stage
                .compare_exchange(WAITING, GIVEN_UP, Ordering::SeqCst, Ordering::SeqCst);
        given_up.is_ok()
    }

    /// The caller goes: what it is told.
    fn give_up(&self) -> StoreError {
        match self.stage.swap(GIVEN_UP, Ordering::SeqCst) {
            COMMITTING => StoreError::Unanswered,
            _ => StoreError::TimedOut,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const TURN: Duration = Duration::from_secs(5);
    const CALL: Duration = Duration::from_secs(30);

    fn of_a_call() -> Arc<Ticket> {
        Ticket::of_a_call(TURN, Instant::now().checked_add(CALL))
    }

    fn late(ticket: &Ticket, by: Duration) -> Result<Option<Instant>, StoreError> {
        ticket.look(ticket.turn_by.unwrap() - TURN + by)
    }

    #[test]
    fn a_caller_looks_at_the_clock_when_its_turn_and_when_its_call_ends() {
        let ticket = of_a_call();
        assert_eq!(late(&ticket, Duration::ZERO).unwrap(), ticket.turn_by);
        ticket.join().unwrap();
        assert_eq!(late(&ticket, TURN * 2).unwrap(), ticket.ends);
        assert!(
            Ticket::of_a_record()
                .look(Instant::now())
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn what_still_waits_is_too_late_and_what_runs_times_out() {
        let waits = of_a_call();
        assert!(matches!(late(&waits, TURN * 2), Err(StoreError::TooLate)));
        assert!(matches!(waits.join(), Err(StoreError::TimedOut)));
        let runs = of_a_call();
        runs.join().unwrap();
        runs.run().unwrap();
        assert!(matches!(late(&runs, CALL), Err(StoreError::TimedOut)));
        assert!(!runs.commit());
        // What a group had no time for waits again.
        let back = of_a_call();
        back.join().unwrap();
        back.wait_again();
        assert!(matches!(late(&back, TURN * 2), Err(StoreError::TooLate)));
    }

    #[test]
    fn nobody_is_told_that_nothing_was_done_once_it_commits() {
        let ticket = of_a_call();
        ticket.join().unwrap();
        ticket.run().unwrap();
        assert!(ticket.commit());
        let told = late(&ticket, CALL);
        assert!(matches!(told, Err(StoreError::Unanswered)));
        // Nor is it run again behind the caller's back.
        assert!(matches!(ticket.join(), Err(StoreError::TimedOut)));
    }

    #[test]
    fn a_runner_that_finds_the_call_at_its_end_says_what_its_caller_would() {
        let past = Instant::now().checked_sub(TURN);
        for stage in [WAITING, JOINED] {
            let ended = Ticket::new(past, past);
            ended.stage.store(stage, Ordering::SeqCst);
            assert!(matches!(ended.join(), Err(StoreError::TimedOut)));
            let told = ended.look(Instant::now());
            assert!(matches!(told, Err(StoreError::TimedOut)));
        }
    }

    #[test]
    fn lateness_is_that_of_the_first_turn() {
        let past = Instant::now().checked_sub(TURN);
        let late = Ticket::new(past, None);
        assert!(matches!(late.join(), Err(StoreError::TooLate)));
        let again = Ticket::new(past, None);
        again.stage.store(RUN, Ordering::SeqCst);
        again.join().unwrap();
        again.run().unwrap();
    }
}
