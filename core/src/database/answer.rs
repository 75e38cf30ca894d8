//! What work that runs to its end owes to the call that began it.

use std::sync::{Arc, OnceLock};

use tokio::sync::oneshot;

use crate::error::{Failure, StoreError};

/// Which of the two came first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The caller's patience ended.
    Left,
    /// The work began what stands from then on.
    MayStand,
}

/// The work's end of it.
pub(crate) struct Answer<T> {
    sender: oneshot::Sender<Result<T, Failure>>,
    turn: Arc<OnceLock<Turn>>,
}

/// The caller's end of it.
pub(super) struct Awaited<T> {
    receiver: oneshot::Receiver<Result<T, Failure>>,
    turn: Arc<OnceLock<Turn>>,
}

impl<T> Answer<T> {
    pub(super) fn new() -> (Self, Awaited<T>) {
        let (sender, receiver) = oneshot::channel();
        let turn = Arc::default();
        let awaited = Awaited {
            receiver,
            turn: Arc::clone(&turn),
        };
        (Self { sender, turn }, awaited)
    }

    /// Whether anybody waits for it.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.sender.is_closed()
    }

    /// To be asked before something is begun that stands from then on: whether somebody waits for it still, who from now
    /// on does not hear that nothing was done.
    pub(crate) fn may_stand(&self) -> bool {
        *self.turn.get_or_init(|| Turn::MayStand) == Turn::MayStand && self.is_awaited()
    }

    /// Gives it. Nobody hears it who does not wait any more.
    pub(crate) fn give(self, answer: Result<T, Failure>) {
        drop(self.sender.send(answer));
    }
}

impl<T> Awaited<T> {
    /// What the work answers.
    pub(super) async fn heard(&mut self) -> Result<T, Failure> {
        let ended = |_| Failure::Internal("work ended without an answer".to_owned());
        (&mut self.receiver).await.map_err(ended)?
    }

    /// Stops waiting; says what is known of the work.
    pub(super) fn leave(self) -> Failure {
        match self.turn.get_or_init(|| Turn::Left) {
            Turn::Left => StoreError::TimedOut.into(),
            Turn::MayStand => StoreError::OutcomeUnknown.into(),
        }
    }
}
