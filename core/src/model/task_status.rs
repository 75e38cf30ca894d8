//! The state machine of an inspection task: no I/O, no clock, one `match`.

use super::TaskStatus;
use super::step::IllegalStep;

/// What happens to a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TaskEvent {
    /// `update_task`: the task stays where it stands.
    Revise,
    /// `advance_task`: it is to stand here.
    Advance(TaskStatus),
}

fn shown(event: &TaskEvent) -> String {
    match event {
        TaskEvent::Revise => "update".to_owned(),
        TaskEvent::Advance(to) => format!("a step to {to}"),
    }
}

/// Where `event` leaves a task that stands in `from`: nowhere from a status that only another program knows.
pub(crate) fn next(from: &TaskStatus, event: &TaskEvent) -> Result<TaskStatus, IllegalStep> {
    use TaskEvent as E;
    use TaskStatus as S;
    match (from, event) {
        (S::Draft | S::Scheduled | S::Running, E::Revise) => Ok(from.clone()),
        (S::Draft, E::Advance(S::Scheduled)) => Ok(S::Scheduled),
        (S::Scheduled, E::Advance(S::Running)) => Ok(S::Running),
        (S::Running, E::Advance(S::Done)) => Ok(S::Done),
        _ => Err(IllegalStep::new("a task", from, shown(event))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::TaskEvent::{Advance, Revise};
    use super::TaskStatus::{Done, Draft, Running, Scheduled};
    use super::*;
    use crate::model::Textual;

    fn events() -> Vec<TaskEvent> {
        let steps = TaskStatus::ALL.iter().cloned().map(Advance);
        steps.chain([Revise]).collect()
    }

    /// Every legal step; whatever is not listed is illegal.
    const LEGAL: [(TaskStatus, TaskEvent, TaskStatus); 6] = [
        (Draft, Revise, Draft),
        (Scheduled, Revise, Scheduled),
        (Running, Revise, Running),
        (Draft, Advance(Scheduled), Scheduled),
        (Scheduled, Advance(Running), Running),
        (Running, Advance(Done), Done),
    ];

    #[test]
    fn every_pair_of_status_and_event_leads_where_the_table_says_or_nowhere() {
        for from in TaskStatus::ALL {
            for event in events() {
                let expected = LEGAL
                    .iter()
                    .find(|(status, happens, _)| (status, happens) == (from, &event))
                    .map(|(_, _, to)| to.clone());
                assert_eq!(next(from, &event).ok(), expected);
            }
        }
    }

    #[test]
    fn a_status_that_only_another_program_knows_allows_nothing() {
        let parked = TaskStatus::stored("PARKED");
        for event in events() {
            assert!(next(&parked, &event).is_err());
        }
    }

    #[test]
    fn an_illegal_step_says_what_was_asked_and_where_the_task_stands() {
        let refused = next(&Draft, &Advance(Done)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a task in DRAFT does not allow a step to DONE"
        );
        let refused = next(&Done, &Revise).unwrap_err();
        assert_eq!(refused.to_string(), "a task in DONE does not allow update");
    }
}
