//! The alert's state machine, and how its severity moves: no I/O, no clock.

use super::step::IllegalStep;
use super::{AlertSeverity, AlertStatus};

/// What somebody does about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AlertStep {
    /// `ack`.
    Ack,
    /// `close_alert`.
    Close,
}

impl AlertStep {
    /// What the step is called in an error.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Close => "close_alert",
        }
    }
}

/// Where `step` takes an alert that stands in `from`: nowhere from a status that only another program knows.
pub(crate) fn next(from: &AlertStatus, step: AlertStep) -> Result<AlertStatus, IllegalStep> {
    use AlertStatus as S;
    match (from, step) {
        (S::Open, AlertStep::Ack) => Ok(S::Acked),
        (S::Open | S::Acked, AlertStep::Close) => Ok(S::Closed),
        _ => Err(IllegalStep::new("an alert", from, step.as_str())),
    }
}

/// The severity of an alert that is seen again: it only rises, and one that only another program knows stays.
pub(crate) fn raised(before: &AlertSeverity, seen: &AlertSeverity) -> AlertSeverity {
    match (before, seen) {
        (AlertSeverity::Warning, AlertSeverity::Critical) => AlertSeverity::Critical,
        _ => before.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::AlertSeverity::{Critical, Warning};
    use super::AlertStatus::{Acked, Closed, Open};
    use super::AlertStep::{Ack, Close};
    use super::*;
    use crate::model::Textual;

    #[test]
    fn every_pair_of_status_and_step_leads_where_the_table_says_or_nowhere() {
        let legal = [
            (Open, Ack, Acked),
            (Open, Close, Closed),
            (Acked, Close, Closed),
        ];
        let unknown = AlertStatus::stored("open");
        for from in AlertStatus::ALL.iter().chain([&unknown]) {
            for step in [Ack, Close] {
                let expected = legal
                    .iter()
                    .find(|(status, done, _)| (status, *done) == (from, step))
                    .map(|(_, _, to)| to.clone());
                assert_eq!(next(from, step).ok(), expected);
            }
        }
    }

    #[test]
    fn severity_only_rises() {
        let unknown = AlertSeverity::stored("EMERGENCY");
        for (before, seen, after) in [
            (&Warning, &Warning, &Warning),
            (&Warning, &Critical, &Critical),
            (&Critical, &Warning, &Critical),
            (&Critical, &Critical, &Critical),
            (&unknown, &Critical, &unknown),
        ] {
            assert_eq!(&raised(before, seen), after);
        }
    }

    #[test]
    fn an_illegal_step_says_what_was_asked_and_where_the_alert_stands() {
        let refused = next(&Closed, Ack).map_err(|refused| refused.to_string());
        let said = "an alert in CLOSED does not allow ack";
        assert_eq!(refused, Err(said.to_owned()));
    }
}
