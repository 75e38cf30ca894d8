//! Alerts: raised, taken up, closed. What a drone says of itself raises them in a file of its own.

mod evaluate;

use std::sync::Arc;

use crate::audit::detail::{Detail, audited};
use crate::error::{Failure, Result};
use crate::frame::{Call, Permit, SessionScope, Written};
use crate::model::alert_state::{AlertStep, next};
use crate::model::sighting::{News, Sighting, commented, sighted};
use crate::model::telemetry::Finding;
use crate::model::{
    Action, Alert, AlertFilter, AlertId, AlertPage, DroneId, Entity, NewAlert, Permission,
    TimedPageRequest, moments, text,
};
use crate::service::drones;
use crate::service::rows::{self, counted};
use crate::store::statements::alerts::{
    ACTIVE_ALERTS, ALERT_ACK, ALERT_BY_ID, ALERT_CLOSE, ALERT_INSERT, ALERT_SEEN, ALERTS,
};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What an alert is called in errors and events.
const ALERT: &str = "alert";

audited! {
    Alert {
        drone_id, alert_type, severity, status, message, detail, first_seen_at, last_seen_at, acked_by, acked_at,
        closed_by, closed_at
    }
}

/// A tenant's alerts: `alert.read`, `alert.write`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Alerts {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Alerts {
    /// The alert with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `alert.read`.
    pub async fn get(&self, id: AlertId) -> Result<Alert> {
        id.check("id")?;
        let entity = Entity::new(ALERT, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("alerts.get")
            .row(Permission::AlertRead, entity, &ALERT_BY_ID, parameters)
            .await
    }

    /// Alerts, a page at a time: in the order of their ids, or in which they were first seen.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `alert.read`.
    pub async fn list(&self, filter: AlertFilter, page: TimedPageRequest) -> Result<AlertPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = ALERTS.page(&asked, filters(filter));
        let method = self.scope.method("alerts.list");
        let found = method.rows(Permission::AlertRead, ALERT, query, parameters);
        Ok(AlertPage::cut(found.await?, &asked))
    }

    /// How many alerts a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `alert.read`.
    pub async fn count(&self, filter: AlertFilter) -> Result<i64> {
        filter.check()?;
        let asked = ALERTS.count(moments(filter.span()), filters(filter));
        let method = self.scope.method("alerts.count");
        counted(method, Permission::AlertRead, ALERT, asked).await
    }

    /// Raises an alert about a drone. Where one of its type is active already it is that one, whose severity only
    /// rises. It is written, with message and detail as they are now, when its severity rises or it was last seen a
    /// minute ago or earlier; otherwise it comes back as it is.
    ///
    /// # Errors
    /// `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `alert.write`.
    pub async fn raise_alert(&self, mut new: NewAlert) -> Result<Alert> {
        new.check()?;
        let id: AlertId = self.scope.id()?;
        self.scope
            .method("alerts.raise_alert")
            .write(Lane::Normal, (id, new), raise)
            .await
    }

    /// Takes an alert up. The comment, at most 4000 bytes, becomes `ack_comment` in its detail.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is not OPEN
    /// (`illegal_transition`).
    pub async fn ack(&self, id: AlertId, comment: Option<String>) -> Result<Alert> {
        self.step("alerts.ack", id, AlertStep::Ack, comment).await
    }

    /// Closes an alert. The comment, at most 4000 bytes, becomes `close_comment` in its detail.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is closed
    /// (`illegal_transition`).
    pub async fn close_alert(&self, id: AlertId, comment: Option<String>) -> Result<Alert> {
        self.step("alerts.close_alert", id, AlertStep::Close, comment)
            .await
    }
}

/// The values of the filters, in the order of the list.
fn filters(filter: AlertFilter) -> Vec<Value<'static>> {
    vec![
        filter.drone_id.into(),
        filter.status.into(),
        filter.alert_type.into(),
        filter.severity.into(),
    ]
}

impl Alerts {
    async fn step(
        &self,
        method: &'static str,
        id: AlertId,
        step: AlertStep,
        comment: Option<String>,
    ) -> Result<Alert> {
        id.check("id")?;
        text::remarked("comment", comment.as_deref())?;
        self.scope
            .method(method)
            .write(Lane::Normal, (id, step, comment), take)
            .await
    }
}

async fn raise(
    call: &Call,
    tx: &mut WriteTx,
    (id, new): &(AlertId, NewAlert),
) -> Result<Written<Alert>, Failure> {
    let drone = drones::find(tx, &new.drone_id).await?.id;
    let permit = may_raise(call, id)?;
    let finding = Finding {
        alert_type: new.alert_type.clone(),
        severity: new.severity.clone(),
        message: new.message.clone(),
        detail: new.detail.clone(),
    };
    let active = active(tx, &drone).await?;
    match sighted(&active, &drone, &finding, id, call.signature.time) {
        Sighting::Known(alert) => Ok(permit.unchanged(alert)),
        Sighting::Told(news) => {
            let (alert, action, detail) = write(tx, news).await?;
            let entity = Entity::new(ALERT, alert.id.as_str());
            Ok(permit.wrote(alert, action, entity, detail))
        }
    }
}

async fn active(tx: &mut Tx, drone: &DroneId) -> Result<Vec<Alert>, Failure> {
    Ok(tx.all(&ACTIVE_ALERTS, &values![drone]).await?)
}

/// The right to raise the alert that would have this id.
fn may_raise(call: &Call, id: &AlertId) -> Result<Permit, Failure> {
    call.authorize(Permission::AlertWrite, &Entity::new(ALERT, id.as_str()))
}

/// Writes an alert that is new or seen again.
async fn write(tx: &mut WriteTx, news: News) -> Result<(Alert, Action, Detail), Failure> {
    match news {
        News::First(alert) => {
            tx.insert(&ALERT_INSERT, &alert).await?;
            let detail = Detail::created(&alert);
            Ok((alert, Action::Create, detail))
        }
        News::Again { before, after } => {
            tx.write(
                &ALERT_SEEN,
                values![
                    after.id,
                    after.severity,
                    after.message,
                    after.detail,
                    after.last_seen_at,
                    before.status,
                    before.severity,
                ],
            )
            .await?;
            let detail = Detail::changed(&before, &after);
            Ok((after, Action::Update, detail))
        }
    }
}

async fn take(
    call: &Call,
    tx: &mut WriteTx,
    (id, step, comment): &(AlertId, AlertStep, Option<String>),
) -> Result<Written<Alert>, Failure> {
    let before: Alert = rows::find(tx, &ALERT_BY_ID, id.as_str(), ALERT).await?;
    let entity = Entity::new(ALERT, before.id.as_str());
    let permit = call.authorize(Permission::AlertWrite, &entity)?;
    let status = next(&before.status, *step)?;
    let (by, at) = (Some(call.actor.clone()), Some(call.signature.time));
    let mut after = Alert {
        status,
        ..before.clone()
    };
    let (name, statement) = match step {
        AlertStep::Ack => {
            (after.acked_by, after.acked_at) = (by, at);
            ("ack_comment", &ALERT_ACK)
        }
        AlertStep::Close => {
            (after.closed_by, after.closed_at) = (by, at);
            ("close_comment", &ALERT_CLOSE)
        }
    };
    if let Some(comment) = comment {
        after.detail = commented(&before.detail, name, comment);
    }
    tx.write(
        statement,
        values![
            after.id,
            after.status,
            after.detail,
            call.actor,
            call.signature.time,
            before.status
        ],
    )
    .await?;
    let detail = Detail::changed(&before, &after).said("comment", comment.as_deref());
    Ok(permit.wrote(after, Action::Update, entity, detail))
}
