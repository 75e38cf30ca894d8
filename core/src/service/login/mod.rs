//! Logging in with a password.
//!
//! An attempt is three steps: it is admitted, it is verified, and it is settled. It runs to its end once it has
//! begun, whether its caller waits or not, so that what was admitted does not stay under way. Admission bounds how
//! many are under way at once by what may still be refused: guesses side by side, in several processes too, are never
//! more than guesses one after another, and right passwords side by side all get in, some after others.
//!
//! Whatever was wrong, an attempt runs the same statements and one Argon2id, and gets the same answer; only an
//! unknown tenant runs none, because it has no rows.
//!
//! What the log says of refused logins is bounded, however many there are: the first in a window of one user
//! is an event, and the first in a window of all names that nobody has; the others are counted, and the
//! next event says how many there were. That event is handed over behind the attempt, in a unit of its own, because
//! an attempt that writes one would show by its time whose name it was. The name that was tried is never recorded:
//! people type passwords there. Such an event has no actor, because nobody was authenticated.

mod ledger;
mod subject;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::audit::record::Signature;
use crate::database::Database;
use crate::error::{Failure, Result};
use crate::frame::SessionScope;
use crate::model::{TenantId, UserId, text};
use crate::policy::throttle::Admission;
use crate::store::{Bound, Errand, Lane, WriteTx};
use ledger::{Attempt, Settled, Untold, Verified, admit, settle, tell};
use subject::Subjects;

/// Pause before an attempt asks again whether those before it have ended.
const PAUSE: Duration = Duration::from_millis(20);

/// How long an attempt waits for those before it.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let door = Door {
        database: Arc::clone(database),
        tenant: tenant.clone(),
    };
    let answered = database.to_its_end(|answer| door.answer(username, password, answer));
    let user = answered.await??;
    Ok(SessionScope::open(Arc::clone(database), tenant, user).await?)
}

/// The way into one tenant.
struct Door {
    database: Arc<Database>,
    tenant: TenantId,
}

/// Who it was, or what is to be recorded of the refusal.
type Verdict = Result<UserId, Option<Untold>>;

/// The body of a step, which may run again.
type Step<A, T> = for<'t> fn(&'t mut WriteTx, &'t A) -> BoxFuture<'t, Result<T, Failure>>;

impl Door {
    /// Makes one attempt. The event of a refusal is handed over before the answer is given, so that it stands before
    /// whatever the caller does next, and not awaited.
    async fn answer(
        self,
        username: String,
        password: Zeroizing<String>,
        answer: oneshot::Sender<Result<UserId, Failure>>,
    ) {
        let verdict = self.authenticate(username, password).await;
        let outcome = verdict.and_then(|verdict| {
            verdict.map_err(|untold| {
                if let Some(untold) = untold {
                    self.tell(untold);
                }
                Failure::Unauthenticated
            })
        });
        // Nobody waits any more where it cannot be sent.
        drop(answer.send(outcome));
    }

    /// Hands over the event of a refusal. Where it is not recorded, the refusal stays counted, and the next event
    /// says so.
    fn tell(&self, untold: Untold) {
        let untold = Arc::new(untold);
        self.database.store.submit(
            self.record(),
            move |tx| {
                let untold = Arc::clone(&untold);
                Box::pin(async move { tell(tx, &untold).await })
            },
            |outcome| {
                if let Err(failure) = outcome {
                    tracing::warn!(target: "ringfence::policy", %failure, "a refused login was not recorded");
                }
            },
        );
    }

    async fn authenticate(
        &self,
        username: String,
        password: Zeroizing<String>,
    ) -> Result<Verdict, Failure> {
        let database = &self.database;
        let attempt = Attempt {
            subjects: Subjects::of(&username),
            username,
        };
        let patience = Instant::now();
        let (admitted, place) = loop {
            // Before it is admitted: an attempt under way does not wait for others to be hashed.
            let place = database.place_for_hashing().await?;
            let errand = database.errand(self.bound(), Lane::Normal);
            let asked = self.unit(errand, attempt.clone(), |tx, attempt| admit(tx, attempt));
            let admitted = match asked.await {
                Ok(Some(admitted)) => admitted,
                // The tenant has no row, or not even a log.
                Ok(None) | Err(Failure::Unauthenticated) => {
                    database.verify_password(place, password, None).await?;
                    return Ok(Err(None));
                }
                Err(failure) => return Err(failure),
            };
            match admitted.admission {
                Admission::Admitted => break (admitted, place),
                Admission::Blocked { retry_after_ms } => {
                    return Err(Failure::Throttled { retry_after_ms });
                }
                Admission::Full if patience.elapsed() >= PATIENCE => {
                    let retry_after_ms = 1_000;
                    return Err(Failure::Throttled { retry_after_ms });
                }
                Admission::Full => {
                    drop(place);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        let signature = Signature {
            actor: String::new(),
            time: database.environment.now(),
            seed: database.environment.random()?,
        };
        let hashed = admitted.candidate.hashed();
        let outcome = database.verify_password(place, password, hashed).await?;
        let verified = Verified {
            attempt,
            admitted,
            outcome,
            signature,
        };
        let settled = self.unit(self.record(), verified, |tx, verified| settle(tx, verified));
        Ok(match settled.await? {
            Settled::Admitted(user) => Ok(user),
            Settled::Refused(untold) => Err(untold),
        })
    }

    fn bound(&self) -> Bound {
        Bound::Tenant(self.tenant.clone())
    }

    /// How what has happened already is handed over.
    fn record(&self) -> Errand {
        Errand {
            bound: self.bound(),
            lane: Lane::Normal,
            not_after: None,
            record: true,
        }
    }

    /// Runs a step as one unit of work of the tenant.
    async fn unit<A: Send + Sync + 'static, T: Send + 'static>(
        &self,
        errand: Errand,
        args: A,
        step: Step<A, T>,
    ) -> Result<T, Failure> {
        let args = Arc::new(args);
        let done = self.database.store.write(errand, move |tx| {
            let args = Arc::clone(&args);
            Box::pin(async move { step(tx, &args).await })
        });
        done.await
    }
}
