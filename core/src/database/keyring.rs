//! The keys that an open database seals credentials with, and opens them.

use std::sync::{Arc, PoisonError, RwLock};

use zeroize::Zeroizing;

use crate::error::{Conflict, ConflictCode, Failure};
use crate::process::OfProcess;
use crate::sealing::{Owner, Sealer, Stored};

/// The keys of an open database. Which they are may change while it is open.
pub(crate) struct Keyring(OfProcess<RwLock<Keys>>);

/// The keys as they were when somebody asked.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    /// What is sealed is sealed with this one.
    pub(crate) seals: Option<Arc<Sealer>>,
    /// Opens, too, what was sealed before the keys changed.
    pub(crate) opens: Option<Arc<Sealer>>,
}

impl Keyring {
    pub(super) fn of(seals: Option<Sealer>) -> Self {
        let keys = Keys {
            seals: seals.map(Arc::new),
            opens: None,
        };
        Self(OfProcess::new(RwLock::new(keys)))
    }

    pub(crate) fn keys(&self) -> Result<Keys, Failure> {
        let keys = self.0.get()?.read();
        Ok(keys.unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// From here on these are the keys.
    pub(crate) fn change(&self, keys: Keys) -> Result<(), Failure> {
        let mut held = self
            .0
            .get()?
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = keys;
        Ok(())
    }
}

impl Keys {
    /// The key to seal with.
    pub(crate) fn sealer(&self) -> Result<&Sealer, Failure> {
        self.seals.as_deref().ok_or_else(|| {
            let text =
                "the database was opened without `secret_key`, which credentials are sealed with";
            Conflict::new(ConflictCode::NoSecretKey, text).into()
        })
    }

    /// The key of this id.
    pub(crate) fn called(&self, id: &str) -> Option<&Sealer> {
        let mut keys = self.seals.iter().chain(&self.opens);
        keys.find(|key| key.id() == id).map(|key| &**key)
    }

    /// Refuses what another key sealed than those that are here.
    pub(crate) fn must_know(&self, stored: &Stored<'_>) -> Result<(), Failure> {
        match stored {
            Stored::Sealed(sealed) if self.called(sealed.key()).is_none() => Err(other_key()),
            _ => Ok(()),
        }
    }

    /// The secret that is stored, whether it is sealed or not. Where there is no key, none is told.
    pub(crate) fn open(
        &self,
        owner: Owner<'_>,
        stored: &Stored<'_>,
    ) -> Result<Zeroizing<String>, Failure> {
        self.sealer()?;
        match stored {
            Stored::Plain(text) => Ok(Zeroizing::new((*text).to_owned())),
            Stored::Sealed(sealed) => {
                let key = self.called(sealed.key()).ok_or_else(other_key)?;
                Ok(key.open(owner, sealed)?)
            }
        }
    }
}

/// What another key sealed.
pub(crate) fn other_key() -> Failure {
    let text = "the credential was sealed with another key than the one that is given";
    Conflict::new(ConflictCode::OtherSecretKey, text).into()
}
