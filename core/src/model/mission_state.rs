//! The mission's state machine: no I/O, no clock, one `match`.

use super::MissionState;
use super::step::IllegalStep;

/// What happens to a mission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissionEvent {
    /// `update`: a draft stays one, a rejected mission becomes one again.
    Revise,
    /// `delete`: legal wherever revising is; the mission is gone afterwards.
    Delete,
    /// `approve`.
    Approve,
    /// `reject`.
    Reject,
    /// `start`: opens a run.
    Start,
    /// `pause`.
    Pause,
    /// `resume`: goes on with the run that `start` opened.
    Resume,
    /// `complete`: ends the run.
    Complete,
    /// `abort`: ends the run if there is one.
    Abort,
}

impl MissionEvent {
    /// What the event is called in an error.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Revise => "update",
            Self::Delete => "delete",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Start => "start",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Complete => "complete",
            Self::Abort => "abort",
        }
    }
}

/// Where `event` takes a mission that stands in `from`: nowhere from a state that only another program knows.
/// Deleting leaves the state as it is.
pub(crate) fn next(from: &MissionState, event: MissionEvent) -> Result<MissionState, IllegalStep> {
    use MissionEvent as E;
    use MissionState as S;
    match (from, event) {
        (S::Draft | S::Rejected, E::Revise) => Ok(S::Draft),
        (S::Draft | S::Rejected, E::Delete) => Ok(from.clone()),
        (S::Draft, E::Approve) => Ok(S::Approved),
        (S::Draft, E::Reject) => Ok(S::Rejected),
        (S::Approved, E::Start) => Ok(S::Running),
        (S::Running, E::Pause) => Ok(S::Paused),
        (S::Paused, E::Resume) => Ok(S::Running),
        (S::Running, E::Complete) => Ok(S::Completed),
        (S::Draft | S::Rejected | S::Approved | S::Running | S::Paused, E::Abort) => Ok(S::Aborted),
        _ => Err(IllegalStep::new("a mission", from, event.as_str())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::MissionEvent::*;
    use super::MissionState::{Aborted, Approved, Completed, Draft, Paused, Rejected, Running};
    use super::*;
    use crate::model::Textual;

    const EVENTS: [MissionEvent; 9] = [
        Revise, Delete, Approve, Reject, Start, Pause, Resume, Complete, Abort,
    ];

    /// Every legal step; whatever is not listed is illegal.
    const LEGAL: [(MissionState, MissionEvent, MissionState); 15] = [
        (Draft, Revise, Draft),
        (Draft, Delete, Draft),
        (Draft, Approve, Approved),
        (Draft, Reject, Rejected),
        (Draft, Abort, Aborted),
        (Rejected, Revise, Draft),
        (Rejected, Delete, Rejected),
        (Rejected, Abort, Aborted),
        (Approved, Start, Running),
        (Approved, Abort, Aborted),
        (Running, Pause, Paused),
        (Running, Complete, Completed),
        (Running, Abort, Aborted),
        (Paused, Resume, Running),
        (Paused, Abort, Aborted),
    ];

    #[test]
    fn every_pair_of_state_and_event_leads_where_the_table_says_or_nowhere() {
        for from in MissionState::ALL {
            for event in EVENTS {
                let expected = LEGAL
                    .iter()
                    .find(|(state, happens, _)| (state, *happens) == (from, event))
                    .map(|(_, _, to)| to.clone());
                assert_eq!(next(from, event).ok(), expected);
            }
        }
    }

    #[test]
    fn a_state_that_only_another_program_knows_allows_nothing() {
        let parked = MissionState::stored("PARKED");
        for event in EVENTS {
            assert!(next(&parked, event).is_err());
        }
    }

    #[test]
    fn what_is_completed_or_aborted_is_final() {
        for event in EVENTS {
            assert!(next(&Completed, event).is_err());
            assert!(next(&Aborted, event).is_err());
        }
    }

    #[test]
    fn an_illegal_step_says_what_was_asked_and_where_the_mission_stands() {
        let refused = next(&Draft, Start).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a mission in DRAFT does not allow start"
        );
    }
}
