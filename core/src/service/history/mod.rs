//! What the old platform wrote down about itself: read as it was left, but for the ids of others.

mod masking;

use std::collections::HashSet;

use self::masking::Told;
use super::Audit;
use super::rows::counted;
use crate::error::{Failure, Result};
use crate::frame::Method;
use crate::model::{
    Entity, LegacyEvent, LegacyEventFilter, LegacyEventId, LegacyEventPage, LegacyRequest,
    LegacyRequestFilter, LegacyRequestId, LegacyRequestPage, Permission, TimedPageRequest, UserId,
    moments,
};
use crate::store::Value;
use crate::store::statements::history::{
    LEGACY_EVENT_BY_ID, LEGACY_EVENTS, LEGACY_REQUEST_BY_ID, LEGACY_REQUESTS,
};
use crate::store::statements::naming::OWN_IDS;

/// What an event of the old platform is called in errors and events.
const LEGACY_EVENT: &str = "legacy_event";

/// What a request that it was asked is called there.
const LEGACY_REQUEST: &str = "legacy_request";

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Audit {
    /// The event with this id that the old platform wrote down.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `audit.read`.
    pub async fn legacy_event(&self, id: LegacyEventId) -> Result<LegacyEvent> {
        id.check("id")?;
        let entity = Entity::new(LEGACY_EVENT, id.as_str());
        let method = self.scope.method("audit.legacy_event");
        let found = method.row(
            Permission::AuditRead,
            entity,
            &LEGACY_EVENT_BY_ID,
            vec![Value::from(id)],
        );
        one(
            masked(method, LEGACY_EVENT, vec![found.await?]).await?,
            LEGACY_EVENT,
        )
    }

    /// What happened on the old platform, a page at a time: in the order of the ids, or in which it was asked for.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
    pub async fn legacy_events(
        &self,
        filter: LegacyEventFilter,
        page: TimedPageRequest,
    ) -> Result<LegacyEventPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = LEGACY_EVENTS.page(&asked, vec![filter.event_type.into()]);
        let method = self.scope.method("audit.legacy_events");
        let found = method.rows(Permission::AuditRead, LEGACY_EVENT, query, parameters);
        let found = masked(method, LEGACY_EVENT, found.await?).await?;
        Ok(LegacyEventPage::cut(found, &asked))
    }

    /// How many of the old platform's events a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
    pub async fn count_legacy_events(&self, filter: LegacyEventFilter) -> Result<i64> {
        filter.check()?;
        let between = moments(filter.span());
        let asked = LEGACY_EVENTS.count(between, vec![filter.event_type.into()]);
        let method = self.scope.method("audit.count_legacy_events");
        counted(method, Permission::AuditRead, LEGACY_EVENT, asked).await
    }

    /// The request with this id that the old platform was asked.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `audit.read`.
    pub async fn legacy_request(&self, id: LegacyRequestId) -> Result<LegacyRequest> {
        id.check("id")?;
        let entity = Entity::new(LEGACY_REQUEST, id.as_str());
        let method = self.scope.method("audit.legacy_request");
        let found = method.row(
            Permission::AuditRead,
            entity,
            &LEGACY_REQUEST_BY_ID,
            vec![Value::from(id)],
        );
        one(
            masked(method, LEGACY_REQUEST, vec![found.await?]).await?,
            LEGACY_REQUEST,
        )
    }

    /// What the old platform was asked with this tenant's tokens, a page at a time: in the order of the ids, or in which it
    /// was asked for. Requests without a token are no tenant's.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
    pub async fn legacy_requests(
        &self,
        filter: LegacyRequestFilter,
        page: TimedPageRequest,
    ) -> Result<LegacyRequestPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = LEGACY_REQUESTS.page(&asked, vec![filter.actor_id.into()]);
        let method = self.scope.method("audit.legacy_requests");
        let found = method.rows(Permission::AuditRead, LEGACY_REQUEST, query, parameters);
        let found = masked(method, LEGACY_REQUEST, found.await?).await?;
        Ok(LegacyRequestPage::cut(found, &asked))
    }

    /// How many of those requests a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
    pub async fn count_legacy_requests(&self, filter: LegacyRequestFilter) -> Result<i64> {
        filter.check()?;
        let between = moments(filter.span());
        let asked = LEGACY_REQUESTS.count(between, vec![filter.actor_id.into()]);
        let method = self.scope.method("audit.count_legacy_requests");
        counted(method, Permission::AuditRead, LEGACY_REQUEST, asked).await
    }
}

/// A row of the old platform's logs, taken apart into the texts that may name others, and put together again.
trait Row: Sized {
    fn told(&self) -> Vec<Told>;

    /// The same row with these texts, in their order.
    fn saying(self, texts: &mut dyn Iterator<Item = String>) -> Option<Self>;
}

impl Row for LegacyEvent {
    fn told(&self) -> Vec<Told> {
        let mut told = vec![
            Told::words(self.event_type.clone()),
            Told::document(self.payload.as_str().to_owned()),
        ];
        told.extend(actor(self.actor_id.as_ref()));
        told
    }

    fn saying(self, texts: &mut dyn Iterator<Item = String>) -> Option<Self> {
        Some(Self {
            event_type: texts.next()?,
            payload: texts.next()?.into(),
            actor_id: self.actor_id.and(texts.next()).map(UserId::from),
            ..self
        })
    }
}

impl Row for LegacyRequest {
    fn told(&self) -> Vec<Told> {
        let mut told = vec![
            Told::path(self.action.clone()),
            Told::path(self.resource.clone()),
            Told::words(self.method.clone()),
            Told::document(self.detail.as_str().to_owned()),
        ];
        told.extend(actor(self.actor_id.as_ref()));
        told
    }

    fn saying(self, texts: &mut dyn Iterator<Item = String>) -> Option<Self> {
        Some(Self {
            action: texts.next()?,
            resource: texts.next()?,
            method: texts.next()?,
            detail: texts.next()?.into(),
            actor_id: self.actor_id.and(texts.next()).map(UserId::from),
            ..self
        })
    }
}

fn actor(id: Option<&UserId>) -> Option<Told> {
    id.map(|id| Told::id(id.as_str().to_owned()))
}

/// The rows as they are shown: the ids that they name are looked up inside the tenant, all at once.
async fn masked<R: Row>(method: Method<'_>, kind: &'static str, rows: Vec<R>) -> Result<Vec<R>> {
    let told: Vec<Vec<Told>> = rows.iter().map(Row::told).collect();
    let named: HashSet<&str> = told.iter().flatten().flat_map(Told::ids).collect();
    let own = match named.is_empty() {
        true => HashSet::new(),
        false => {
            let listed = serde_json::Value::from_iter(named).to_string();
            let found = method.rows(Permission::AuditRead, kind, &OWN_IDS, vec![listed.into()]);
            found.await?.into_iter().collect()
        }
    };
    let shown = rows.into_iter().zip(told).map(|(row, told)| {
        let mut texts = told.into_iter().map(|told| told.shown(&own));
        row.saying(&mut texts)
    });
    let shown: Option<Vec<R>> = shown.collect();
    Ok(shown.ok_or_else(|| Failure::Internal(format!("a {kind} lost a text")))?)
}

fn one<R>(rows: Vec<R>, kind: &'static str) -> Result<R> {
    Ok(rows.into_iter().next().ok_or(Failure::NotFound(kind))?)
}
