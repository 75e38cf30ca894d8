//! The incident's state machine: no I/O, no clock, one `match`.

use super::IncidentStatus;
use super::step::IllegalStep;

/// What happens to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IncidentEvent {
    /// `create_task`: a mission and a task are made of it.
    CreateTask,
    /// `close_incident`.
    Close,
}

impl IncidentEvent {
    /// What the event is called in an error.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::CreateTask => "create_task",
            Self::Close => "close_incident",
        }
    }
}

/// Where `event` takes an incident that stands in `from`: nowhere from a status that only another program knows.
pub(crate) fn next(
    from: &IncidentStatus,
    event: IncidentEvent,
) -> Result<IncidentStatus, IllegalStep> {
    use IncidentEvent as E;
    use IncidentStatus as S;
    match (from, event) {
        (S::Open, E::CreateTask) => Ok(S::TaskCreated),
        (S::Open | S::TaskCreated, E::Close) => Ok(S::Closed),
        _ => Err(IllegalStep::new("an incident", from, event.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use super::IncidentEvent::{Close, CreateTask};
    use super::IncidentStatus::{Closed, Open, TaskCreated};
    use super::*;
    use crate::model::Textual;

    #[test]
    fn every_pair_of_status_and_event_leads_where_the_table_says_or_nowhere() {
        let legal = [
            (Open, CreateTask, TaskCreated),
            (Open, Close, Closed),
            (TaskCreated, Close, Closed),
        ];
        let unknown = IncidentStatus::stored("ESCALATED");
        for from in IncidentStatus::ALL.iter().chain([&unknown]) {
            for event in [CreateTask, Close] {
                let expected = legal
                    .iter()
                    .find(|(status, happens, _)| (status, *happens) == (from, event))
                    .map(|(_, _, to)| to.clone());
                assert_eq!(next(from, event).ok(), expected);
            }
        }
    }

    #[test]
    fn an_illegal_step_says_what_was_asked_and_where_the_incident_stands() {
        let refused = next(&Closed, CreateTask).map_err(|refused| refused.to_string());
        let said = "an incident in CLOSED does not allow create_task";
        assert_eq!(refused, Err(said.to_owned()));
    }
}
