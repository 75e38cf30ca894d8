//! Logging in with a password.
//!
//! An attempt is three steps: it is counted, it is verified, and it is settled. Counting comes first, so
//! that guesses side by side do not slip by. Whatever was wrong, an attempt runs the same statements and
//! one Argon2id, and gets the same answer; only an unknown tenant runs none, because it has no rows.
//!
//! What the log says of refused logins is bounded, however many there are: the first in a window of one user
//! is an event, and the first in a window of all names that nobody has; the others are counted, and the
//! next event says how many there were. The name that was tried is never recorded: people type passwords
//! there. Such an event has no actor, because nobody was authenticated.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::identity::USER;
use super::password::{Credential, digest};
use crate::audit::record::{Detail, Event, Signature, append};
use crate::database::Database;
use crate::error::{Failure, Result, StoreError};
use crate::frame::SessionScope;
use crate::model::{Action, Entity, TenantId, UserId, text};
use crate::policy::throttle::{Admission, Throttle, WINDOW};
use crate::store::statements::credentials::{
    CANDIDATE, THROTTLE, THROTTLE_FORGET, THROTTLE_PUT, THROTTLES_FORGET, THROTTLES_REFUSED,
};
use crate::store::{Bound, FromRow, Lane, Row, Value, WriteTx};

/// Under which subject the refused logins of names that nobody has are counted. No digest is empty.
const NOBODY: &str = "";

pub(crate) async fn log_in(
    database: &Arc<Database>,
    tenant: TenantId,
    username: String,
    password: String,
) -> Result<Arc<SessionScope>> {
    let password = Zeroizing::new(password);
    tenant.check("tenant")?;
    text::bounded("username", &username, text::NAME_MAX)?;
    text::password("password", &password)?;
    let attempt = Attempt {
        subject: digest(&username),
        username,
        time: database.environment.now(),
    };
    let user = authenticate(database, &tenant, attempt, password).await?;
    Ok(SessionScope::open(Arc::clone(database), tenant, user).await?)
}

/// Somebody tries to log in.
#[derive(Clone)]
struct Attempt {
    username: String,
    /// The digest of the name.
    subject: String,
    time: Timestamp,
}

/// Who may be meant, in a tenant that exists.
#[derive(Clone, PartialEq, Eq)]
struct Candidate {
    tenant_enabled: bool,
    user: Option<CandidateUser>,
}

#[derive(Clone, PartialEq, Eq)]
struct CandidateUser {
    id: UserId,
    active: bool,
    credential: Credential,
}

impl FromRow for Candidate {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let user = match row.opt_text(1)? {
            None => None,
            Some(id) => Some(CandidateUser {
                id: id.into(),
                active: row.bool(2)?,
                credential: Credential {
                    password_hash: row.text(3)?,
                    argon2: row.opt_text(4)?,
                    source: row.opt_text(5)?,
                },
            }),
        };
        Ok(Self {
            tenant_enabled: row.opt_time(0)?.is_none(),
            user,
        })
    }
}

impl Candidate {
    fn hashed(&self) -> Option<String> {
        let credential = &self.user.as_ref()?.credential;
        credential.valid().map(str::to_owned)
    }

    /// Who it is, or what is wrong, given whether the password is the one that was hashed.
    fn judge(&self, matches: bool) -> Result<UserId, &'static str> {
        match &self.user {
            None => Err("unknown_user"),
            Some(user) if user.credential.valid().is_none() => Err("no_password"),
            Some(_) if !matches => Err("wrong_password"),
            Some(user) if !user.active => Err("inactive_user"),
            Some(_) if !self.tenant_enabled => Err("disabled_tenant"),
            Some(user) => Ok(user.id.clone()),
        }
    }
}

async fn authenticate(
    database: &Database,
    tenant: &TenantId,
    attempt: Attempt,
    password: Zeroizing<String>,
) -> Result<UserId, Failure> {
    let signature = Signature {
        actor: String::new(),
        time: attempt.time,
        seed: database.environment.random()?,
    };
    let counted = in_tenant(database, tenant, attempt.clone(), |tx, attempt| {
        count(tx, attempt)
    });
    let (candidate, admission) = match counted.await {
        Ok(Some(counted)) => counted,
        // The tenant has no row, or not even a log.
        Ok(None) | Err(Failure::Unauthenticated) => {
            database.verify_password(password, None).await?;
            return Err(Failure::Unauthenticated);
        }
        Err(failure) => return Err(failure),
    };
    let first = match admission {
        Admission::Blocked { retry_after_ms } => return Err(Failure::Throttled { retry_after_ms }),
        Admission::Admitted { first } => first,
    };
    let matches = database
        .verify_password(password, candidate.hashed())
        .await?;
    let verified = Verified {
        attempt,
        candidate,
        first,
        matches,
        signature,
    };
    in_tenant(database, tenant, verified, |tx, verified| {
        settle(tx, verified)
    })
    .await?
    .ok_or(Failure::Unauthenticated)
}

/// The body of a step, which may run again.
type Step<A, T> = for<'t> fn(&'t mut WriteTx, &'t A) -> BoxFuture<'t, Result<T, Failure>>;

/// Runs a step as one unit of work of the tenant.
async fn in_tenant<A: Send + Sync + 'static, T: Send + 'static>(
    database: &Database,
    tenant: &TenantId,
    args: A,
    step: Step<A, T>,
) -> Result<T, Failure> {
    let args = Arc::new(args);
    let bound = Bound::Tenant(tenant.clone());
    let errand = database.errand(bound, Lane::Normal);
    let done = database.store.write(errand, move |tx| {
        let args = Arc::clone(&args);
        Box::pin(async move { step(tx, &args).await })
    });
    done.await
}

/// Counts an attempt before it is verified; `None` where there is no such tenant.
fn count<'t>(
    tx: &'t mut WriteTx,
    attempt: &'t Attempt,
) -> BoxFuture<'t, Result<Option<(Candidate, Admission)>, Failure>> {
    Box::pin(async move {
        let Some(candidate) = candidate(tx, attempt).await? else {
            return Ok(None);
        };
        let own = throttle(tx, &attempt.subject).await?;
        let nobodys = throttle(tx, NOBODY).await?;
        let (mut own, admission) = Throttle::attempt(own, tx.now());
        let mut nobodys = nobodys.unwrap_or_else(|| Throttle::new(Timestamp::UNIX_EPOCH));
        if let Admission::Blocked { .. } = admission {
            match candidate.user {
                Some(_) => own.refuse(),
                None => nobodys.refuse(),
            }
        }
        // Both, whether the name is known or not: the time that it takes says nothing.
        keep(tx, &attempt.subject, &own).await?;
        keep(tx, NOBODY, &nobodys).await?;
        Ok(Some((candidate, admission)))
    })
}

/// An attempt whose password was compared.
struct Verified {
    attempt: Attempt,
    /// Who was meant when it was counted.
    candidate: Candidate,
    first: bool,
    matches: bool,
    signature: Signature,
}

/// Records how an attempt ended; `None` where it was refused.
fn settle<'t>(
    tx: &'t mut WriteTx,
    verified: &'t Verified,
) -> BoxFuture<'t, Result<Option<UserId>, Failure>> {
    Box::pin(async move {
        let Verified {
            attempt,
            candidate: counted,
            matches,
            ..
        } = verified;
        let candidate = candidate(tx, attempt)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let judged = if candidate == *counted {
            candidate.judge(*matches)
        } else {
            Err("changed_meanwhile")
        };
        match (judged, candidate.user) {
            (Ok(user), _) => {
                admit(tx, verified, &user).await?;
                Ok(Some(user))
            }
            (Err(because), Some(user)) => {
                refuse_user(tx, verified, user.id, because).await?;
                Ok(None)
            }
            (Err(because), None) => {
                refuse_nobody(tx, verified, because).await?;
                Ok(None)
            }
        }
    })
}

/// Records a success, with what was refused since the last event, and forgets the counters of this name
/// and of all whose window is over.
async fn admit(tx: &mut WriteTx, verified: &Verified, user: &UserId) -> Result<(), Failure> {
    let subject = &verified.attempt.subject;
    let own = throttle(tx, subject).await?;
    tx.count(&THROTTLE_FORGET, vec![Value::from(subject.clone())])
        .await?;
    let before = Value::from(tx.now().checked_sub(WINDOW).unwrap_or(Timestamp::MIN));
    let others: i64 = tx
        .one(&THROTTLES_REFUSED, std::slice::from_ref(&before))
        .await?;
    tx.count(&THROTTLES_FORGET, vec![before]).await?;
    let signature = Signature {
        actor: user.as_str().to_owned(),
        ..verified.signature.clone()
    };
    let detail = counted("refused_before", own.map_or(0, |own| own.refused));
    let event = Event {
        action: Action::Login,
        entity: Entity::new(USER, user.as_str()),
        detail: if others > 0 {
            detail.with("refused_elsewhere", others)
        } else {
            detail
        },
    };
    append(tx, &signature, [event])
}

/// A refused login of a user: an event if it began a window, else a count.
async fn refuse_user(
    tx: &mut WriteTx,
    verified: &Verified,
    user: UserId,
    because: &'static str,
) -> Result<(), Failure> {
    let subject = &verified.attempt.subject;
    let own = throttle(tx, subject).await?;
    // Without counters, because somebody succeeded meanwhile, it begins one as well.
    let recorded = verified.first || own.is_none();
    let mut own = own.unwrap_or_else(|| Throttle::new(tx.now()));
    let refused_before = own.refused;
    if recorded {
        own.refused = 0;
        let detail = counted("refused_before", refused_before);
        let entity = Entity::new(USER, String::from(user));
        refused(tx, verified, entity, detail, because).await?;
    } else {
        own.refuse();
    }
    Ok(keep(tx, subject, &own).await?)
}

/// A refused login under a name that nobody has: an event if no other such one was lately, else a count.
async fn refuse_nobody(
    tx: &mut WriteTx,
    verified: &Verified,
    because: &'static str,
) -> Result<(), Failure> {
    let now = tx.now();
    let nobodys = throttle(tx, NOBODY).await?;
    let mut nobodys = nobodys.unwrap_or_else(|| Throttle::new(Timestamp::UNIX_EPOCH));
    if nobodys.is_over(now) {
        let detail = counted("refused_before", nobodys.refused);
        nobodys = Throttle::new(now);
        refused(tx, verified, Entity::every(USER), detail, because).await?;
    } else {
        nobodys.refuse();
    }
    Ok(keep(tx, NOBODY, &nobodys).await?)
}

async fn refused(
    tx: &mut WriteTx,
    verified: &Verified,
    entity: Entity,
    detail: Detail,
    because: &'static str,
) -> Result<(), Failure> {
    let event = Event {
        action: Action::Denied,
        entity,
        detail: detail.with("login", because),
    };
    append(tx, &verified.signature, [event])
}

/// How many refused logins have no event of their own, where there are any.
fn counted(what: &str, count: i64) -> Detail {
    match count {
        0 => Detail::new(),
        count => Detail::new().with(what, count),
    }
}

async fn candidate(tx: &mut WriteTx, attempt: &Attempt) -> Result<Option<Candidate>, StoreError> {
    let username = Value::from(attempt.username.as_str());
    tx.opt(&CANDIDATE, &[username]).await
}

async fn throttle(tx: &mut WriteTx, subject: &str) -> Result<Option<Throttle>, StoreError> {
    tx.opt(&THROTTLE, &[Value::from(subject)]).await
}

async fn keep(tx: &mut WriteTx, subject: &str, throttle: &Throttle) -> Result<(), StoreError> {
    let row = vec![
        Value::from(subject.to_owned()),
        Value::from(throttle.failures),
        Value::from(throttle.refused),
        Value::from(throttle.window_started_at),
        Value::from(throttle.blocked_until),
    ];
    tx.count(&THROTTLE_PUT, row).await
}
