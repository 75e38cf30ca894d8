//! Reading and verifying a log: a tenant's own, and the deployment's.

use std::sync::Arc;

use crate::audit::verify::{Verifier, found};
use crate::database::Database;
use crate::error::{Failure, Result, StoreError};
use crate::frame::{OpenLog, SessionScope};
use crate::model::{
    AuditEvent, Entity, EventFilter, EventPage, InvalidField, LogOutcome, LogVerification,
    PageRequest, Permission, Window,
};
use crate::store::statements::log::{EVENT_BY_SEQ, EVENT_PAGE, LEAF_BEYOND, LEAVES, LOG_HEAD_SEEN};
use crate::store::{Stamped, Value};

/// What an event is called in errors and events.
const EVENT: &str = "event";

/// How many leaves are read and hashed at a time: no snapshot and no executor's thread is held for long.
const CHUNK: u64 = 256;

/// The tenant's audit log: `audit.read`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Audit {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Audit {
    /// Events in the order of the log, a page at a time.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` without `audit.read`.
    pub async fn events(&self, filter: EventFilter, page: PageRequest) -> Result<EventPage> {
        filter.check()?;
        let window = page.check()?;
        let parameters = event_parameters(filter, &window)?;
        let found = self.scope.method("audit.events").rows(
            Permission::AuditRead,
            EVENT,
            &EVENT_PAGE,
            parameters,
        );
        Ok(EventPage::cut(found.await?, &window))
    }

    /// The event at this place in the log, from 0.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `audit.read`.
    pub async fn event(&self, seq: i64) -> Result<AuditEvent> {
        let entity = Entity::new(EVENT, seq.to_string());
        let parameters = vec![Value::from(seq)];
        self.scope
            .method("audit.event")
            .row(Permission::AuditRead, entity, &EVENT_BY_SEQ, parameters)
            .await
    }

    /// Recomputes the whole log from its rows and compares it with the root that it stands at. Reads in
    /// stretches, so that writers go on meanwhile: what they add is not looked at.
    ///
    /// # Errors
    /// `Forbidden` without `audit.read`; `Integrity` where the log's head is gone or cannot be read, so that there is
    /// nothing to compare with. A log that does not verify is a result, not an error.
    pub async fn verify(&self) -> Result<LogVerification> {
        Ok(verify(&self.scope.method("audit.verify").log().await?).await?)
    }
}

/// The deployment's own log: what operators did. It outlives every tenant.
#[derive(Clone)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct DeploymentLog {
    pub(crate) database: Arc<Database>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl DeploymentLog {
    /// Events in the order of the log, a page at a time.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` when the database login may not do what operators do.
    pub async fn events(&self, filter: EventFilter, page: PageRequest) -> Result<EventPage> {
        filter.check()?;
        let window = page.check()?;
        let parameters = event_parameters(filter, &window)?;
        let found = self.read(&EVENT_PAGE, parameters).await?;
        Ok(EventPage::cut(found, &window))
    }

    /// The event at this place in the log, from 0.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` when the database login may not do what operators do.
    pub async fn event(&self, seq: i64) -> Result<AuditEvent> {
        let found = self.read(&EVENT_BY_SEQ, vec![Value::from(seq)]).await?;
        Ok(found.into_iter().next().ok_or(Failure::NotFound(EVENT))?)
    }

    /// Recomputes the whole log from its rows and compares it with the root that it stands at.
    ///
    /// # Errors
    /// `Forbidden` when the database login may not do what operators do; `Integrity` where the log's head is gone or
    /// cannot be read.
    pub async fn verify(&self) -> Result<LogVerification> {
        Ok(verify(&self.database.log_of_the_deployment()?).await?)
    }
}

impl DeploymentLog {
    /// The events of one statement. The deployment has no policy epoch: that column is left out.
    async fn read(
        &self,
        query: &'static Stamped<AuditEvent>,
        parameters: Vec<Value<'static>>,
    ) -> Result<Vec<AuditEvent>, Failure> {
        let log = self.database.log_of_the_deployment()?;
        Ok(log.single(query, &parameters).await?.rows)
    }
}

fn event_parameters(
    filter: EventFilter,
    window: &Window,
) -> Result<Vec<Value<'static>>, InvalidField> {
    let after = match &window.after {
        None => -1,
        Some(key) => key
            .parse::<i64>()
            .map_err(|_| InvalidField::new("after", "is not a cursor that a page handed out"))?,
    };
    Ok(vec![
        Value::from(after),
        Value::from(i64::from(window.limit) + 1),
        Value::from(filter.action),
        Value::from(filter.entity_type),
        Value::from(filter.entity_id),
        Value::from(filter.actor),
        Value::from(filter.since),
        Value::from(filter.until),
    ])
}

async fn verify(log: &OpenLog) -> Result<LogVerification, Failure> {
    let heads = log.single(&LOG_HEAD_SEEN, &[]).await?;
    let head = heads.into_iter().next().ok_or_else(StoreError::no_log)?;
    let mut verifier = Verifier::new(head.log_id.clone());
    while verifier.size() < head.size {
        let chunk = verify_chunk(log.clone(), verifier, head.size);
        verifier = match log.aside(chunk).await? {
            Chunk::Held(further) => further,
            Chunk::Broken(outcome) => return Ok(found(&head, outcome)),
            Chunk::Missing(ended) => {
                verifier = ended;
                break;
            }
        };
    }
    let beyond = log.single(&LEAF_BEYOND, &[]).await?;
    Ok(verifier.finish(&head, beyond.into_iter().next()))
}

/// What became of a verification over the next leaves.
enum Chunk {
    Held(Verifier),
    /// There are no leaves where some must be.
    Missing(Verifier),
    Broken(LogOutcome),
}

async fn verify_chunk(log: OpenLog, mut verifier: Verifier, size: u64) -> Result<Chunk, Failure> {
    let stretch = [number(verifier.size()), number(size), number(CHUNK)];
    let rows = log.single(&LEAVES, &stretch).await?;
    if rows.is_empty() {
        return Ok(Chunk::Missing(verifier));
    }
    for row in &rows {
        if let Err(outcome) = verifier.take(row) {
            return Ok(Chunk::Broken(outcome));
        }
    }
    Ok(Chunk::Held(verifier))
}

fn number(count: u64) -> Value<'static> {
    Value::from(i64::try_from(count).unwrap_or(i64::MAX))
}
