//! Sealing what is stored: what another program stored as it is, and everything anew with another key.
//!
//! Either goes from stretch to stretch, each a transaction and an event of its own in the deployment's log and the
//! tenant's, and may be given up between two of them: whoever begins again finds done what was done.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::audit::detail::Detail;
use crate::audit::record::{Event, Recorded, Signature};
use crate::database::Database;
use crate::database::keyring::{Keys, other_key};
use crate::error::{Failure, Result};
use crate::model::{
    Action, Entity, IntegrityFinding, IntegrityProblem, InvalidField, SecretKey, TenantId,
};
use crate::sealing::{NONCE_LEN, Owner, Sealed, Sealer, Stored};
use crate::store::statements::drone_credentials::{
    CREDENTIAL_UPDATE, CREDENTIALS_HELD, PLAIN_CREDENTIALS, StoredCredential,
};
use crate::store::statements::tenants::TENANT_PAGE;
use crate::store::{WriteTx, values};

/// How many credentials a transaction takes in.
const STRETCH: i64 = 100;

/// How many tenants are asked for at once.
const TENANTS: i64 = 500;

/// At most so many that do not open are named.
const NAMED: usize = 1_000;

/// What is done with the credentials of a stretch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Seals those that are not.
    SealsPlain,
    /// Looks whether each opens under a key that is here, and changes nothing.
    Looks,
    /// Seals anew those that another key sealed than the one to seal with, and those that are not sealed.
    SealsAnew,
}

/// Seals what another program stored as it is, where the database has a key and its login may do what operators do. Where
/// others were sealed with another key nothing is: a mistaken key would be a second one.
pub(crate) async fn seal_plain(
    database: &Arc<Database>,
    operator: &str,
    method: &'static str,
) -> Result<()> {
    let keys = database.keyring.keys()?;
    if keys.sealer().is_err() || database.must_operate().is_err() {
        return Ok(());
    }
    let tenants = database.operators_single(&PLAIN_CREDENTIALS, &[]).await?;
    let pass = |does| Pass {
        database,
        operator,
        method,
        does,
        keys: keys.clone(),
    };
    if !tenants.is_empty() {
        pass(Does::Looks).over_all().await?;
    }
    for tenant in tenants {
        let sealed = pass(Does::SealsPlain).over(&tenant).await?.sealed;
        if sealed > 0 {
            tracing::info!(target: "ringfence::migrate", sealed, "credentials sealed");
        }
    }
    Ok(())
}

/// Seals every credential anew; says how many.
pub(crate) async fn rekey(
    database: &Arc<Database>,
    operator: &str,
    old: &SecretKey,
    new: &SecretKey,
) -> Result<u64> {
    // Malformed input first.
    database.operation(operator, REKEY)?;
    let (opens, seals) = (Sealer::of(old, "old")?, Sealer::of(new, "new")?);
    if old == new {
        return Err(InvalidField::new("new", "is the old one").into());
    }
    database.must_operate()?;
    let held = database.keyring.keys()?;
    if held
        .seals
        .is_some_and(|key| ![opens.id(), seals.id()].contains(&key.id()))
    {
        return Err(other_key().into());
    }
    let keys = Keys {
        seals: Some(Arc::new(seals)),
        opens: Some(Arc::new(opens)),
    };
    let pass = |does| Pass {
        database,
        operator,
        method: REKEY,
        does,
        keys: keys.clone(),
    };
    let looked = pass(Does::Looks).over_all().await?;
    if !looked.broken.is_empty() {
        return Err(Failure::Integrity {
            detail: "credentials do not open under the key that they were sealed with; nothing was changed".to_owned(),
            findings: looked.broken,
        }
        .into());
    }
    // Before the first: whoever sets one meanwhile through this handle seals it with the new key, and what is not done yet
    // is read all the same, should this end here.
    database.keyring.change(keys.clone())?;
    let done = pass(Does::SealsAnew).over_all().await?;
    database.keyring.change(Keys {
        opens: None,
        ..keys
    })?;
    Ok(done.sealed)
}

const REKEY: &str = "rekey";

/// One way through the credentials.
struct Pass<'p> {
    database: &'p Arc<Database>,
    operator: &'p str,
    method: &'static str,
    does: Does,
    keys: Keys,
}

/// What came of a stretch, or of several.
#[derive(Default)]
struct Outcome {
    sealed: u64,
    broken: Vec<IntegrityFinding>,
    /// The last of a whole stretch, behind which there may be more.
    last: Option<String>,
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.sealed += other.sealed;
        let room = NAMED.saturating_sub(self.broken.len());
        self.broken.extend(other.broken.into_iter().take(room));
    }
}

impl Pass<'_> {
    async fn over_all(&self) -> Result<Outcome> {
        let mut all = Outcome::default();
        let mut after = String::new();
        loop {
            let asked = values![after, TENANTS];
            let tenants = self.database.operators_single(&TENANT_PAGE, &asked).await?;
            let Some(last) = tenants.last() else {
                return Ok(all);
            };
            last.id.as_str().clone_into(&mut after);
            for tenant in &tenants {
                all.add(self.over(&tenant.id).await?);
            }
        }
    }

    async fn over(&self, tenant: &TenantId) -> Result<Outcome> {
        let mut all = Outcome::default();
        let mut after = String::new();
        loop {
            let stretch = Stretch {
                tenant: tenant.clone(),
                after,
                does: self.does,
                keys: self.keys.clone(),
                seed: self.database.environment.random()?,
            };
            let call = self.database.operation(self.operator, self.method)?;
            let mut done = call.write(stretch, work).await?;
            let last = done.last.take();
            all.add(done);
            match last {
                Some(last) => after = last,
                None => return Ok(all),
            }
        }
    }
}

/// Some of a tenant's credentials.
struct Stretch {
    tenant: TenantId,
    after: String,
    does: Does,
    keys: Keys,
    /// What nonces are made of.
    seed: [u8; 32],
}

impl Stretch {
    /// The nonce for a credential. The stretch may run again, and find another secret in its place.
    fn nonce(&self, credential: &StoredCredential) -> [u8; NONCE_LEN] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        for text in [credential.id.as_str(), credential.secret.as_str()] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let hash: [u8; 32] = hash.finalize().into();
        let mut nonce = [0; NONCE_LEN];
        nonce.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        nonce
    }

    /// Whether a credential is to be sealed.
    fn takes(&self, sealer: &Sealer, stored: &Stored<'_>) -> bool {
        match stored {
            Stored::Plain(_) => self.does != Does::Looks,
            Stored::Sealed(sealed) => self.does == Does::SealsAnew && sealed.key() != sealer.id(),
        }
    }

    fn opens(&self, owner: Owner<'_>, sealed: &Sealed) -> Result<bool, Failure> {
        let key = self.keys.called(sealed.key()).ok_or_else(other_key)?;
        Ok(key.open(owner, sealed).is_ok())
    }

    fn broken(&self, credential: StoredCredential) -> IntegrityFinding {
        IntegrityFinding {
            tenant: Some(self.tenant.as_str().to_owned()),
            ..IntegrityFinding::new(
                "drone_credentials",
                credential.id,
                "secret",
                IntegrityProblem::Unreadable,
            )
        }
    }
}

async fn work(
    _: &Signature,
    tx: &mut WriteTx,
    stretch: &Stretch,
) -> Result<Recorded<Outcome>, Failure> {
    let sealer = stretch.keys.sealer()?;
    let mut outcome = Outcome::default();
    if !tx.lock_log(&stretch.tenant).await? {
        return Ok(Recorded::unchanged(outcome));
    }
    let asked = values![stretch.after, STRETCH];
    let found = tx.all(&CREDENTIALS_HELD, &asked).await?;
    if found.len() as u64 == STRETCH.unsigned_abs() {
        outcome.last = found.last().map(|credential| credential.id.clone());
    }
    for credential in found {
        let owner = Owner {
            tenant: &stretch.tenant,
            drone: &credential.drone_id,
        };
        let stored = Stored::read(credential.secret.as_str());
        if stretch.takes(sealer, &stored) {
            let secret = stretch.keys.open(owner, &stored)?;
            let sealed = sealer.seal(owner, &stretch.nonce(&credential), &secret)?;
            tx.write(&CREDENTIAL_UPDATE, values![credential.id, sealed])
                .await?;
            outcome.sealed += 1;
        } else if let Stored::Sealed(sealed) = &stored
            && stretch.does == Does::Looks
            && !stretch.opens(owner, sealed)?
        {
            let finding = stretch.broken(credential);
            outcome.broken.push(finding);
        }
    }
    if outcome.sealed == 0 {
        return Ok(Recorded::unchanged(outcome));
    }
    let detail = Detail::new()
        .with("sealed", outcome.sealed)
        .with("key", sealer.id());
    let event = Event::done(Action::Update, Entity::every("credential"), detail);
    Ok(Recorded::new(outcome, event))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn credential(id: &str, secret: &str) -> StoredCredential {
        StoredCredential {
            id: id.to_owned(),
            drone_id: "kite".into(),
            secret: secret.to_owned().into(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_nonce_is_that_of_one_secret_of_one_credential_in_one_stretch() {
        let stretch = |seed| Stretch {
            tenant: "north".into(),
            after: String::new(),
            does: Does::SealsAnew,
            keys: Keys {
                seals: None,
                opens: None,
            },
            seed: [seed; 32],
        };
        let nonces = [
            stretch(1).nonce(&credential("ab", "c")),
            stretch(2).nonce(&credential("ab", "c")),
            // As a stretch finds it that runs again.
            stretch(1).nonce(&credential("ab", "d")),
            stretch(1).nonce(&credential("cd", "c")),
            stretch(1).nonce(&credential("a", "bc")),
        ];
        for (place, nonce) in nonces.iter().enumerate() {
            let same = nonces.iter().filter(|other| *other == nonce);
            assert_eq!(same.count(), 1, "the nonce at {place}");
        }
        assert_eq!(stretch(1).nonce(&credential("ab", "c")), nonces[0]);
    }
}
