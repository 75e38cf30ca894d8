//! What an attempt writes: its units of work.

use jiff::Timestamp;

use super::candidate::{Attempt, Authenticated, Candidate};
use super::subject::{MOST_SUBJECTS, NOBODY, Subjects};
use crate::audit::detail::Detail;
use crate::audit::record::{Event, Signature, append};
use crate::error::{Failure, StoreError};
use crate::model::{Action, Entity, UserId};
use crate::password::Verification;
use crate::policy::throttle::{Admission, current};
use crate::service::identity::USER;
use crate::store::statements::credentials::{
    Counters, THROTTLE_FORGET, THROTTLE_PUT, THROTTLES, THROTTLES_FORGET, THROTTLES_OTHERS,
    Throttle, USER_REHASH,
};
use crate::store::{Value, WriteTx, values};

/// What was decided about an attempt before it was verified.
#[derive(Clone)]
pub(super) struct Admitted {
    pub(super) candidate: Candidate,
    pub(super) admission: Admission,
    /// What it is counted under.
    subject: String,
}

/// Decides whether an attempt may be verified, and puts it under way; `None` where there is no such tenant.
/// Counters whose window is over go, whoever's they are.
pub(super) async fn admit(
    tx: &mut WriteTx,
    attempt: &Attempt,
) -> Result<Option<Admitted>, Failure> {
    let now = tx.now();
    let Some(candidate) = Candidate::read(tx, attempt).await? else {
        return Ok(None);
    };
    let Subjects { own, shared } = &attempt.subjects;
    let counters = Ledger::read(tx, [own, shared]).await?;
    let [earliest, latest] = current(now);
    let except = [own, shared].map(|subject| Value::from(subject.clone()));
    let except = [except, [Value::from(earliest), Value::from(latest)]].concat();
    let others = tx.one(&THROTTLES_OTHERS, &except).await?;

    let is_own = others.kept < MOST_SUBJECTS;
    let subject = if is_own { own } else { shared };
    let (mut counted, admission) = Throttle::attempt(counters.of(subject), now);
    let admitted = Admitted {
        candidate,
        admission,
        subject: subject.clone(),
    };
    // It asks again soon.
    if admission == Admission::Full {
        return Ok(Some(admitted));
    }
    tx.count(&THROTTLES_FORGET, except).await?;
    let mut nobodys = counters.nobodys();
    nobodys.add_refused(others.refused);
    if let Admission::Blocked { .. } = admission {
        match admitted.candidate.id() {
            Some(_) => counted.refuse(),
            None => nobodys.refuse(),
        }
    }
    // Both, whether the name is known or not: the time that it takes says nothing.
    keep(tx, subject, &counted).await?;
    keep(tx, NOBODY, &nobodys).await?;
    Ok(Some(admitted))
}

/// An attempt whose password was compared.
pub(super) struct Verified {
    pub(super) attempt: Attempt,
    pub(super) admitted: Admitted,
    pub(super) outcome: Verification,
    pub(super) signature: Signature,
}

/// How an attempt ended.
pub(super) enum Settled {
    Admitted(Authenticated),
    /// Counted, and to be told where it is the first of its name in a window.
    Refused(Option<Untold>),
    /// It did not: the password was compared with a hash that is another now.
    Changed(Candidate),
}

/// A refused login that no event tells of yet.
pub(super) struct Untold {
    subject: String,
    whose: Whose,
    because: &'static str,
    signature: Signature,
}

/// Whose name was tried.
enum Whose {
    User(UserId),
    /// Nobody's: to be recorded where it is the first of all such names.
    Nobodys {
        is_first: bool,
    },
}

/// Ends an attempt that was under way. Who may log in is judged as it stands now.
pub(super) async fn settle(tx: &mut WriteTx, verified: &Verified) -> Result<Settled, Failure> {
    let Verified {
        attempt,
        admitted,
        outcome,
        signature,
    } = verified;
    let now = tx.now();
    let candidate = Candidate::read(tx, attempt)
        .await?
        .ok_or(Failure::Unauthenticated)?;
    let subject = &admitted.subject;
    let counters = Ledger::read(tx, [subject, subject]).await?;
    let counted = counters.of(subject).unwrap_or_else(|| Throttle::new(now));
    if candidate.hashed() != admitted.candidate.hashed() {
        return Ok(Settled::Changed(candidate));
    }
    match candidate.judge(outcome.matches) {
        Ok(who) => {
            succeed(tx, verified, counted, counters.nobodys(), &who.user).await?;
            Ok(Settled::Admitted(who))
        }
        Err(because) => {
            let user = candidate.id();
            let untold = refuse(tx, verified, counted, counters, user).await?;
            Ok(Settled::Refused(untold.map(|whose| Untold {
                subject: subject.clone(),
                whose,
                because,
                signature: signature.clone(),
            })))
        }
    }
}

/// Ends an attempt that was not verified, as if it had never come.
pub(super) async fn withdraw(tx: &mut WriteTx, admitted: &Admitted) -> Result<(), Failure> {
    let subject = &admitted.subject;
    let counters = Ledger::read(tx, [subject, subject]).await?;
    if let Some(mut counted) = counters.of(subject) {
        counted.land();
        keep(tx, subject, &counted).await?;
    }
    Ok(())
}

/// Records a success, with what was refused since the last event. Counters that are the name's own begin anew; those
/// that it shares with others do not, or one who knows a password could guess at theirs for ever.
async fn succeed(
    tx: &mut WriteTx,
    verified: &Verified,
    mut counted: Throttle,
    mut nobodys: Throttle,
    user: &UserId,
) -> Result<(), Failure> {
    let Verified {
        attempt, admitted, ..
    } = verified;
    let mut detail = Detail::new();
    if admitted.subject == attempt.subjects.own {
        detail = told("refused_before", counted.refused, detail);
        counted.succeed();
    } else {
        counted.land();
    }
    if nobodys.is_over(tx.now()) {
        detail = told("refused_elsewhere", nobodys.refused, detail);
        nobodys.refused = 0;
    }
    if counted == Throttle::new(counted.window_started_at) {
        let subject = Value::from(admitted.subject.clone());
        tx.count(&THROTTLE_FORGET, vec![subject]).await?;
    } else {
        keep(tx, &admitted.subject, &counted).await?;
    }
    keep(tx, NOBODY, &nobodys).await?;
    if let Some(stronger) = &verified.outcome.stronger {
        let compared = admitted.candidate.hashed();
        // None where the old platform has changed the user at this very moment.
        tx.write(&USER_REHASH, values![user, stronger, compared])
            .await?;
        detail = detail.with("password", "rehashed");
    }
    let signature = Signature {
        actor: user.as_str().to_owned(),
        ..verified.signature.clone()
    };
    let entity = Entity::new(USER, user.as_str());
    let event = Event::done(Action::Login, entity, detail);
    append(tx, &signature, [event])
}

/// Counts a refusal. The first of its name in a window is to be told, whether anybody has the name or not.
async fn refuse(
    tx: &mut WriteTx,
    verified: &Verified,
    mut counted: Throttle,
    counters: Ledger,
    user: Option<UserId>,
) -> Result<Option<Whose>, StoreError> {
    let now = tx.now();
    let mut nobodys = counters.nobodys();
    let whose = match user {
        Some(user) => {
            counted.refuse();
            Whose::User(user)
        }
        None => {
            let is_first = nobodys.is_over(now);
            if is_first {
                nobodys.window_started_at = now;
            }
            nobodys.refuse();
            Whose::Nobodys { is_first }
        }
    };
    let is_told = counted.failures == 0;
    counted.fail(now);
    keep(tx, &verified.admitted.subject, &counted).await?;
    keep(tx, NOBODY, &nobodys).await?;
    Ok(is_told.then_some(whose))
}

/// Records a refused login, with how many others there were before that have no event of their own. Where it is
/// among those that another event has told of meanwhile, there is nothing left to record. Its row is written in any
/// case, so that what waits behind it waits as long, whether anybody has the name or not.
pub(super) async fn tell(tx: &mut WriteTx, untold: &Untold) -> Result<(), Failure> {
    let (subject, entity) = match &untold.whose {
        Whose::User(user) => (
            untold.subject.as_str(),
            Some(Entity::new(USER, user.as_str())),
        ),
        Whose::Nobodys { is_first } => (NOBODY, is_first.then(|| Entity::every(USER))),
    };
    let counters = Ledger::read(tx, [subject, subject]).await?;
    let Some(mut counted) = counters.of(subject) else {
        return Ok(());
    };
    let before = counted.refused;
    let entity = entity.filter(|_| before > 0);
    if entity.is_some() {
        counted.refused = 0;
    }
    keep(tx, subject, &counted).await?;
    let Some(entity) = entity else {
        return Ok(());
    };
    let detail = told("refused_before", before - 1, Detail::new());
    let event = Event::refused(entity, detail.with("login", untold.because));
    append(tx, &untold.signature, [event])
}

/// How many refused logins have no event of their own, where there are any.
fn told(what: &str, count: i64, detail: Detail) -> Detail {
    if count > 0 {
        detail.with(what, count)
    } else {
        detail
    }
}

/// The counters that an attempt looks at.
struct Ledger(Vec<Counters>);

impl Ledger {
    /// Of these subjects, and of the names that nobody has.
    async fn read(tx: &mut WriteTx, subjects: [&str; 2]) -> Result<Self, StoreError> {
        let subjects = subjects.map(Value::from);
        Ok(Self(tx.all(&THROTTLES, &subjects).await?))
    }

    fn of(&self, subject: &str) -> Option<Throttle> {
        let found = self.0.iter().find(|row| row.subject == subject)?;
        Some(found.throttle)
    }

    fn nobodys(&self) -> Throttle {
        self.of(NOBODY)
            .unwrap_or_else(|| Throttle::new(Timestamp::UNIX_EPOCH))
    }
}

async fn keep(tx: &mut WriteTx, subject: &str, throttle: &Throttle) -> Result<(), StoreError> {
    let row = values![
        subject,
        throttle.failures,
        throttle.refused,
        throttle.in_flight,
        throttle.window_started_at,
        throttle.blocked_until,
        throttle.in_flight_until
    ];
    tx.count(&THROTTLE_PUT, row).await
}
