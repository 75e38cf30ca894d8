//! Logging in with a password.
//!
//! An attempt is three steps: it is admitted, it is verified, and it is settled. What was admitted is ended, whether
//! its caller waits or not: settled once it is verified, withdrawn when it could not be. Admission bounds how many are
//! under way at once by what may still be refused: guesses side by side, in several processes too, are never more
//! than guesses one after another, and right passwords side by side all get in, some after others.
//!
//! Whatever was wrong, an attempt runs the same statements and one Argon2id, and gets the same answer; only an
//! unknown tenant runs none, because it has no rows, and is answered after the time that an Argon2id takes.
//!
//! Where the tenant's log is gone or broken nothing can be counted or recorded, so that nobody gets in, and no password is
//! confirmed: right or wrong, each is refused after one Argon2id. The host hears why.
//!
//! What the log says of refused logins is bounded, however many there are: the first in a window of one user
//! is an event, and the first in a window of all names that nobody has; the others are counted, and the
//! next event says how many there were. That event is handed over behind the attempt, in a unit of its own, because
//! an attempt that writes one would show by its time whose name it was. The name that was tried is never recorded:
//! people type passwords there. Such an event has no actor, because nobody was authenticated.
//!
//! Names are compared in Unicode's form C. A name that is several users' then, because another program stored it in
//! several forms, is nobody's.

mod candidate;
mod ledger;
mod subject;

use std::sync::Arc;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::database::{Answer, Database, Due, Whose};
use crate::error::{Failure, Result, StoreError, Visible};
use crate::frame::{SessionScope, Step};
use crate::model::{TenantId, text};
use crate::password::{Verification, comparisons};
use crate::policy::throttle::Admission;
use crate::store::{Bound, Errand, Lane, WriteTx};
use candidate::{Attempt, Authenticated};
use ledger::{Admitted, Settled, Untold, Verified, admit, settle, tell, withdraw};

/// Pause before an attempt asks again whether those before it have ended.
const PAUSE: Duration = Duration::from_millis(20);

/// How long an attempt waits for those before it, and for a place to be hashed at.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often an attempt is compared, when what it was compared with is another meanwhile.
const COMPARISONS: usize = 5;

pub(crate) async fn log_in(
    database: &Arc<Database>,
    tenant: TenantId,
    username: String,
    password: String,
) -> Result<Arc<SessionScope>> {
    let password = Zeroizing::new(password);
    tenant.check("tenant")?;
    text::sought("username", &username)?;
    text::password("password", &password)?;
    let due = database.due();
    let door = Door {
        database: Arc::clone(database),
        due,
        tenant: tenant.clone(),
    };
    let answered = database.to_its_end(due, |answer| door.answer(username, password, answer));
    let Authenticated {
        user,
        session_epoch,
    } = answered.await?;
    let kept = Arc::clone(database);
    match SessionScope::open(kept, due, tenant.clone(), user, Some(session_epoch)).await {
        // Gone since: a password was right, and that is not told here either.
        Err(broken @ Failure::Store(StoreError::Corrupt(_))) => {
            database.nobody_logs_in(&tenant, &broken);
            Err(Failure::Unauthenticated.into())
        }
        // That somebody logged in is recorded by now.
        Err(Failure::Store(StoreError::TimedOut)) => {
            Err(Failure::from(StoreError::OutcomeUnknown).into())
        }
        opened => Ok(opened?),
    }
}

/// The way into one tenant.
struct Door {
    database: Arc<Database>,
    due: Due,
    tenant: TenantId,
}

/// Who it was, or what is to be recorded of the refusal.
type Verdict = Result<Authenticated, Option<Untold>>;

impl Door {
    /// Makes one attempt. The event of a refusal is handed over before the answer is given, so that it stands before
    /// whatever the caller does next, and not awaited.
    async fn answer(
        self,
        username: String,
        password: Zeroizing<String>,
        answer: Answer<Authenticated>,
    ) {
        let verdict = self
            .authenticate(Attempt::of(username), password, &answer)
            .await;
        let outcome = verdict.and_then(|verdict| {
            verdict.map_err(|untold| {
                if let Some(untold) = untold {
                    self.hand_over(untold, tell);
                }
                Failure::Unauthenticated
            })
        });
        answer.give(outcome);
    }

    async fn authenticate(
        &self,
        attempt: Attempt,
        password: Zeroizing<String>,
        answer: &Answer<Authenticated>,
    ) -> Result<Verdict, Failure> {
        let password = Arc::new(password);
        let mut admitted = match self.admission(&attempt, answer).await {
            Ok(Some(admitted)) => admitted,
            Ok(None) => {
                let nobody = Whose::Haunts(self.tenant.clone());
                self.compare(nobody, &password, None).await?;
                return Ok(Err(None));
            }
            Err(broken @ Failure::Store(StoreError::Corrupt(_))) => {
                self.database.nobody_logs_in(&self.tenant, &broken);
                let somebody = Whose::LogsIn(self.tenant.clone());
                self.compare(somebody, &password, None).await?;
                return Ok(Err(None));
            }
            Err(failure) => return Err(failure),
        };
        for _ in 0..COMPARISONS {
            let compared = if answer.is_awaited() {
                let somebody = Whose::LogsIn(self.tenant.clone());
                let hashed = admitted.candidate.hashed();
                self.compare(somebody, &password, hashed).await
            } else {
                Err(StoreError::TooLate.into())
            };
            // Nobody was authenticated.
            let signed = |outcome| Ok((outcome, self.database.signature("", "login")?));
            let settled = match compared.and_then(signed) {
                Ok((outcome, signature)) => {
                    let is_heard = answer.may_stand();
                    // A guess counts, whoever waits for its answer; a login that nobody hears of is none.
                    if outcome.matches && !is_heard {
                        Err(StoreError::TooLate.into())
                    } else {
                        let verified = Verified {
                            attempt: attempt.clone(),
                            admitted: admitted.clone(),
                            outcome,
                            signature,
                        };
                        let errand = Database::record(self.bound());
                        self.unit(errand, verified, settle).await
                    }
                }
                Err(failure) => Err(failure),
            };
            match settled {
                Ok(Settled::Admitted(who)) => return Ok(Ok(who)),
                Ok(Settled::Refused(untold)) => return Ok(Err(untold)),
                Ok(Settled::Changed(candidate)) => admitted.candidate = candidate,
                Err(broken @ Failure::Store(StoreError::Corrupt(_))) => {
                    self.database.nobody_logs_in(&self.tenant, &broken);
                    return Ok(Err(None));
                }
                Err(failure) => {
                    // Where it may stand, it has ended the attempt, or the attempt's time does.
                    if failure.nothing_stands() {
                        self.hand_over(admitted, withdraw);
                    }
                    return Err(failure);
                }
            }
        }
        self.hand_over(admitted, withdraw);
        Err(StoreError::TooLate.into())
    }

    /// Waits until the attempt may be verified; `None` where there is no such tenant. It is under way from then on.
    async fn admission(
        &self,
        attempt: &Attempt,
        answer: &Answer<Authenticated>,
    ) -> Result<Option<Admitted>, Failure> {
        let begun = Instant::now();
        while answer.is_awaited() {
            let errand = self.database.errand(self.due, self.bound(), Lane::Normal);
            let asked = self.unit(errand, attempt.clone(), admit);
            let admitted = match asked.await {
                Ok(Some(admitted)) => admitted,
                // The tenant has no row, or not even a log.
                Ok(None) | Err(Failure::Unauthenticated) => return Ok(None),
                Err(failure) => return Err(failure),
            };
            match admitted.admission {
                Admission::Admitted => return Ok(Some(admitted)),
                Admission::Blocked { retry_after_ms } => {
                    return Err(Failure::Throttled { retry_after_ms });
                }
                Admission::Full if begun.elapsed() >= PATIENCE => {
                    let retry_after_ms = 1_000;
                    return Err(Failure::Throttled { retry_after_ms });
                }
                Admission::Full => tokio::time::sleep(PAUSE).await,
            }
        }
        Err(StoreError::TooLate.into())
    }

    /// Compares a password, when its turn comes: what it waits for is other passwords' being hashed, and no tenant's
    /// transaction.
    async fn compare(
        &self,
        whose: Whose,
        password: &Arc<Zeroizing<String>>,
        hashed: Option<String>,
    ) -> Result<Verification, Failure> {
        let times = comparisons(password);
        let place = self
            .database
            .place_for_hashing(self.due, &whose, times, PATIENCE);
        let (place, password) = (place.await?, Arc::clone(password));
        self.database.verify_password(place, password, hashed).await
    }

    /// Hands over what is written behind the answer. Where a refusal's event is not, the refusal stays counted, and
    /// the next event says so; where an attempt is not withdrawn, it counts as refused after its time.
    fn hand_over<A, S>(&self, args: A, step: S)
    where
        A: Send + Sync + 'static,
        S: for<'t> Step<'t, WriteTx, A, Found = ()>,
    {
        let (args, database) = (Arc::new(args), Arc::clone(&self.database));
        self.database.store.submit(
            Database::record(self.bound()),
            move |tx| {
                let args = Arc::clone(&args);
                Box::pin(async move { step.run(tx, &args).await })
            },
            move |outcome| {
                if let Err(failure) = outcome {
                    tracing::warn!(target: "ringfence::policy", failure = %Visible(&failure), "the end of a login was not recorded");
                }
                // It stays open until this is tried.
                drop(database);
            },
        );
    }

    fn bound(&self) -> Bound {
        Bound::Tenant(self.tenant.clone())
    }

    /// Runs a step as one unit of work of the tenant.
    async fn unit<A, T, S>(&self, errand: Errand, args: A, step: S) -> Result<T, Failure>
    where
        A: Send + Sync + 'static,
        T: Send + 'static,
        S: for<'t> Step<'t, WriteTx, A, Found = T>,
    {
        let args = Arc::new(args);
        let done = self.database.write(self.due, errand, move |tx| {
            let args = Arc::clone(&args);
            Box::pin(async move { step.run(tx, &args).await })
        });
        done.await
    }
}
