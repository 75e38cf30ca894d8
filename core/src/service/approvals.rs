//! Recorded decisions about whatever a tenant has.

use std::sync::Arc;

use super::session::existence;
use crate::audit::detail::{Detail, audited};
use crate::error::{Failure, Result};
use crate::frame::{Call, SessionScope, Written};
use crate::model::{
    Action, ApprovalEntity, ApprovalRecord, ApprovalRecordFilter, ApprovalRecordId,
    ApprovalRecordPage, ApprovalStatus, Entity, InvalidField, OpenEnum, Permission, Resource,
    TimedPageRequest, moments,
};
use crate::service::rows::counted;
use crate::store::statements::approvals::{
    APPROVAL_RECORD_BY_ID, APPROVAL_RECORD_INSERT, APPROVAL_RECORDS,
};
use crate::store::{Lane, Value, WriteTx, values};

/// What a recorded decision is called in errors and events.
const APPROVAL_RECORD: &str = "approval_record";

audited! { ApprovalRecord { entity_type, entity_id, status, approved_by } }

/// A tenant's recorded decisions: `approval.read`, `approval.write`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Approvals {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Approvals {
    /// The recorded decision with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `approval.read`.
    pub async fn get(&self, id: ApprovalRecordId) -> Result<ApprovalRecord> {
        id.check("id")?;
        let entity = Entity::new(APPROVAL_RECORD, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("approvals.get")
            .row(
                Permission::ApprovalRead,
                entity,
                &APPROVAL_RECORD_BY_ID,
                parameters,
            )
            .await
    }

    /// Recorded decisions, a page at a time: in the order of their ids, or in which they were recorded.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `approval.read`.
    pub async fn list(
        &self,
        filter: ApprovalRecordFilter,
        page: TimedPageRequest,
    ) -> Result<ApprovalRecordPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = APPROVAL_RECORDS.page(&asked, filters(filter));
        let method = self.scope.method("approvals.list");
        let found = method.rows(Permission::ApprovalRead, APPROVAL_RECORD, query, parameters);
        Ok(ApprovalRecordPage::cut(found.await?, &asked))
    }

    /// How many recorded decisions a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `approval.read`.
    pub async fn count(&self, filter: ApprovalRecordFilter) -> Result<i64> {
        filter.check()?;
        let asked = APPROVAL_RECORDS.count(moments(filter.span()), filters(filter));
        let method = self.scope.method("approvals.count");
        counted(method, Permission::ApprovalRead, APPROVAL_RECORD, asked).await
    }

    /// Records what the caller decided about something of the tenant, which stays from then on. A decision is recorded
    /// once: another one about the same thing stands beside it.
    ///
    /// # Errors
    /// `Invalid` for an id that cannot be, and for runs, reports, users and roles, about which nothing is recorded
    /// (`resource`); `NotFound` for what it is about; `Forbidden` without `approval.write`.
    pub async fn record(
        &self,
        resource: Resource,
        status: ApprovalStatus,
    ) -> Result<ApprovalRecord> {
        resource.check()?;
        let kind = kind(&resource)?;
        status.check("status")?;
        let id: ApprovalRecordId = self.scope.id()?;
        self.scope
            .method("approvals.record")
            .write(Lane::Normal, (id, kind, resource, status), record)
            .await
    }
}

/// The values of the filters, in the order of the list.
fn filters(filter: ApprovalRecordFilter) -> Vec<Value<'static>> {
    vec![
        filter.entity_id.into(),
        filter.approved_by.into(),
        filter.status.into(),
        filter.entity_type.into(),
    ]
}

/// How a record names what it is about. What flies, is written to a file, was sent, logs in or is granted is decided about
/// elsewhere.
fn kind(resource: &Resource) -> Result<ApprovalEntity, InvalidField> {
    match resource {
        Resource::Mission { .. } => Ok(ApprovalEntity::Mission),
        Resource::Template { .. } => Ok(ApprovalEntity::Template),
        Resource::Task { .. } => Ok(ApprovalEntity::Task),
        Resource::Observation { .. } => Ok(ApprovalEntity::Observation),
        Resource::Defect { .. } => Ok(ApprovalEntity::Defect),
        Resource::Incident { .. } => Ok(ApprovalEntity::Incident),
        Resource::Alert { .. } => Ok(ApprovalEntity::Alert),
        Resource::Drone { .. } => Ok(ApprovalEntity::Drone),
        Resource::Run { .. }
        | Resource::Export { .. }
        | Resource::LegacyCommand { .. }
        | Resource::User { .. }
        | Resource::Role { .. } => Err(InvalidField::new(
            "resource",
            "is nothing that decisions are recorded about",
        )),
    }
}

type Decided = (ApprovalRecordId, ApprovalEntity, Resource, ApprovalStatus);

async fn record(
    call: &Call,
    tx: &mut WriteTx,
    (id, kind, resource, status): &Decided,
) -> Result<Written<ApprovalRecord>, Failure> {
    let found = tx.opt(existence(resource), &values![resource.id()]).await?;
    found.ok_or(Failure::NotFound(resource.kind()))?;
    let entity = Entity::new(APPROVAL_RECORD, id.as_str());
    let permit = call.authorize(Permission::ApprovalWrite, &entity)?;
    let record = ApprovalRecord {
        id: id.clone(),
        entity_type: kind.clone(),
        entity_id: resource.id().to_owned(),
        status: status.clone(),
        approved_by: call.actor.clone(),
        created_at: call.signature.time,
    };
    tx.insert(&APPROVAL_RECORD_INSERT, &record).await?;
    let detail = Detail::created(&record);
    Ok(permit.wrote(record, Action::Approval, entity, detail))
}
