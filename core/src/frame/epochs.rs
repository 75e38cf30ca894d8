//! The session epochs at which a session goes on.
//!
//! A user's sessions end together when its epoch moves: with a new password, or because somebody ends them. It moves by
//! a step that is drawn by chance. A session which moves it itself, and is to go on, is told where that leads in the
//! transaction that does it, before its COMMIT: however that is answered it knows where it will stand, and whoever else
//! moves the epoch stands elsewhere.

use std::sync::{Arc, PoisonError, RwLock};

/// As many as are kept. More than there are units in a group, which may move from one to the next of these and then do
/// nothing of it: where they began is kept.
const MOST: usize = 512;

/// What a session and its calls share.
#[derive(Clone)]
pub(crate) struct Epochs(Arc<RwLock<Vec<i64>>>);

impl Epochs {
    pub(super) fn opened_at(epoch: i64) -> Self {
        Self(Arc::new(RwLock::new(vec![epoch])))
    }

    /// Whether a session goes on at this one.
    pub(super) fn contain(&self, epoch: i64) -> bool {
        let epochs = self.0.read().unwrap_or_else(PoisonError::into_inner);
        epochs.contains(&epoch)
    }

    /// It goes on where this step leads from the one at which it stands, too.
    pub(super) fn add(&self, from: i64, step: i64) {
        let mut epochs = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // The unit may come to nothing: where it began goes behind all the others.
        if let Some(at) = epochs.iter().position(|epoch| *epoch == from) {
            let stands = epochs.remove(at);
            epochs.push(stands);
        }
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
        for step in 7..7_000 {
            epochs.add(at, step);
            at += step;
            assert!(epochs.contain(at) && !epochs.contain(at + 1));
        }
        assert!(!epochs.contain(0));
        let kept = epochs.0.read().map(|all| all.len()).ok();
        assert_eq!(kept, Some(MOST));
    }

    #[test]
    fn a_session_stays_where_it_stands_however_many_steps_come_to_nothing() {
        let epochs = Epochs::opened_at(0);
        for step in 1_000_000..1_007_000 {
            epochs.add(0, step);
            assert!(epochs.contain(0) && epochs.contain(step));
        }
    }
}
