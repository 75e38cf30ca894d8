//! The state machine of a defect: no I/O, no clock, one `match`.

use super::DefectStatus;
use super::step::IllegalStep;

/// What happens to a defect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DefectEvent {
    /// `update`: the defect stays where it stands.
    Revise,
    /// `assign`: somebody is to mend it, from the beginning.
    Assign,
    /// `advance`: it is to stand here.
    Advance(DefectStatus),
}

fn shown(event: &DefectEvent) -> String {
    match event {
        DefectEvent::Revise => "update".to_owned(),
        DefectEvent::Assign => "assign".to_owned(),
        DefectEvent::Advance(to) => format!("a step to {to}"),
    }
}

/// Where `event` leaves a defect that stands in `from`: nowhere from a status that only another program knows.
pub(crate) fn next(from: &DefectStatus, event: &DefectEvent) -> Result<DefectStatus, IllegalStep> {
    use DefectEvent as E;
    use DefectStatus as S;
    match (from, event) {
        (S::Open | S::Assigned | S::InProgress | S::Fixed | S::Verified, E::Revise) => {
            Ok(from.clone())
        }
        (S::Open | S::Assigned | S::InProgress | S::Fixed | S::Verified, E::Assign)
        | (S::Open, E::Advance(S::Assigned)) => Ok(S::Assigned),
        (S::Assigned, E::Advance(S::InProgress)) => Ok(S::InProgress),
        (S::InProgress, E::Advance(S::Fixed)) => Ok(S::Fixed),
        (S::Fixed, E::Advance(S::Verified)) => Ok(S::Verified),
        (S::Verified, E::Advance(S::Closed)) => Ok(S::Closed),
        _ => Err(IllegalStep::new("a defect", from, shown(event))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::DefectEvent::{Advance, Assign, Revise};
    use super::DefectStatus::{Assigned, Closed, Fixed, InProgress, Open, Verified};
    use super::*;
    use crate::model::Textual;

    fn events() -> Vec<DefectEvent> {
        let steps = DefectStatus::ALL.iter().cloned().map(Advance);
        steps.chain([Revise, Assign]).collect()
    }

    /// Every legal step; whatever is not listed is illegal.
    const LEGAL: [(DefectStatus, DefectEvent, DefectStatus); 15] = [
        (Open, Revise, Open),
        (Assigned, Revise, Assigned),
        (InProgress, Revise, InProgress),
        (Fixed, Revise, Fixed),
        (Verified, Revise, Verified),
        (Open, Assign, Assigned),
        (Assigned, Assign, Assigned),
        (InProgress, Assign, Assigned),
        (Fixed, Assign, Assigned),
        (Verified, Assign, Assigned),
        (Open, Advance(Assigned), Assigned),
        (Assigned, Advance(InProgress), InProgress),
        (InProgress, Advance(Fixed), Fixed),
        (Fixed, Advance(Verified), Verified),
        (Verified, Advance(Closed), Closed),
    ];

    #[test]
    fn every_pair_of_status_and_event_leads_where_the_table_says_or_nowhere() {
        for from in DefectStatus::ALL {
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
        let parked = DefectStatus::stored("PARKED");
        for event in events() {
            assert!(next(&parked, &event).is_err());
        }
    }

    #[test]
    fn an_illegal_step_says_what_was_asked_and_where_the_defect_stands() {
        let refused = next(&Open, &Advance(Fixed)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a defect in OPEN does not allow a step to FIXED"
        );
        let refused = next(&Closed, &Assign).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a defect in CLOSED does not allow assign"
        );
    }
}
