//! Who may be meant by a name that is given, and whether it is they.

use super::subject::Subjects;
use crate::error::StoreError;
use crate::model::{UserId, text};
use crate::password::Credential;
use crate::store::Tx;
use crate::store::statements::names::{CANDIDATES, CandidateRow, of_the_name, sought};

/// Somebody tries to log in.
#[derive(Clone)]
pub(super) struct Attempt {
    /// The name in the form in which names are compared.
    name: String,
    pub(super) subjects: Subjects,
}

impl Attempt {
    pub(super) fn of(given: String) -> Self {
        let name = text::nfc(&given).into_owned();
        Self {
            subjects: Subjects::of(&name),
            name,
        }
    }
}

/// Who logged in, and at which session epoch.
pub(super) struct Authenticated {
    pub(super) user: UserId,
    pub(super) session_epoch: i64,
}

/// Who may be meant, in a tenant that exists.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    user: Option<CandidateUser>,
    /// Whether several users may be meant, none of whom is then.
    is_ambiguous: bool,
}

#[derive(Clone, PartialEq, Eq)]
struct CandidateUser {
    tenant_enabled: bool,
    id: UserId,
    active: bool,
    credential: Credential,
    session_epoch: i64,
}

impl From<CandidateRow> for CandidateUser {
    fn from(row: CandidateRow) -> Self {
        Self {
            tenant_enabled: row.disabled_at.is_none(),
            id: row.id,
            active: row.is_active,
            credential: Credential {
                password_hash: row.password_hash,
                argon2: row.password_argon2,
                source: row.password_source,
            },
            session_epoch: row.session_epoch,
        }
    }
}

impl Candidate {
    /// Who may be meant by an attempt, as it stands now; `None` where there is no such tenant.
    pub(super) async fn read(tx: &mut Tx, attempt: &Attempt) -> Result<Option<Self>, StoreError> {
        let found = tx.all(&CANDIDATES, &sought(&attempt.name)).await?;
        if found.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self::among(of_the_name(&attempt.name, found)?)))
    }

    /// Who is meant among those who have the name.
    fn among(named: Vec<CandidateRow>) -> Self {
        let mut users = named.into_iter().map(CandidateUser::from);
        let user = users.next();
        // Whoever is found in several ways is one.
        let is_ambiguous = user
            .as_ref()
            .is_some_and(|user| users.any(|other| other.id != user.id));
        Self {
            user: user.filter(|_| !is_ambiguous),
            is_ambiguous,
        }
    }

    /// The user who is meant, if there is one.
    pub(super) fn id(&self) -> Option<UserId> {
        Some(self.user.as_ref()?.id.clone())
    }

    pub(super) fn hashed(&self) -> Option<String> {
        let credential = &self.user.as_ref()?.credential;
        credential.valid().map(str::to_owned)
    }

    /// Who it is, or what is wrong, given whether the password is the one that was hashed.
    pub(super) fn judge(&self, matches: bool) -> Result<Authenticated, &'static str> {
        match &self.user {
            None if self.is_ambiguous => Err("ambiguous_name"),
            None => Err("unknown_user"),
            Some(user) if user.credential.valid().is_none() => Err("no_password"),
            Some(_) if !matches => Err("wrong_password"),
            Some(user) if !user.active => Err("inactive_user"),
            Some(user) if !user.tenant_enabled => Err("disabled_tenant"),
            Some(user) => Ok(Authenticated {
                user: user.id.clone(),
                session_epoch: user.session_epoch,
            }),
        }
    }
}
