//! The session epochs at which a session goes on.
//!
//! A user's sessions end together when its epoch moves: with a new password, or because somebody ends them. It moves by
//! a step that is drawn by chance, so that a session which moves it itself, and is to go on, knows where it will stand
//! before that is done, and however that is answered; whoever else moves it stands elsewhere.

use std::sync::{PoisonError, RwLock};

/// As many as are kept: those before were moved away from.
const MOST: usize = 8;

pub(super) struct Epochs(RwLock<Vec<i64>>);

impl Epochs {
    pub(super) fn opened_at(epoch: i64) -> Self {
        Self(RwLock::new(vec![epoch]))
    }

    /// Whether a session goes on at this one.
    pub(super) fn contain(&self, epoch: i64) -> bool {
        let epochs = self.0.read().unwrap_or_else(PoisonError::into_inner);
        epochs.contains(&epoch)
    }

    /// It goes on where this step leads, too.
    pub(super) fn add(&self, from: i64, step: i64) {
        let mut epochs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if epochs.len() >= MOST {
            epochs.remove(0);
        }
        epochs.push(from.wrapping_add(step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_goes_on_where_its_own_steps_lead_and_there_are_few_of_them() {
        let epochs = Epochs::opened_at(0);
        assert!(epochs.contain(0) && !epochs.contain(7));
        let mut at = 0;
        for step in 7..100 {
            epochs.add(at, step);
            at += step;
            assert!(epochs.contain(at) && !epochs.contain(at + 1));
        }
        assert!(!epochs.contain(0));
        assert_eq!(epochs.0.into_inner().map(|all| all.len()).ok(), Some(MOST));
    }
}
