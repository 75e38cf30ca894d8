//! Defects: what is read of them. What is written stands in a file for each thing that is done.

mod advance;
mod write;

use std::sync::Arc;

use crate::audit::detail::audited;
use crate::error::{Failure, Result};
use crate::frame::{Call, Permitted, SessionScope};
use crate::model::defect_status::{self, DefectEvent};
use crate::model::{
    Defect, DefectAction, DefectActionId, DefectActionPage, DefectDetails, DefectFilter, DefectId,
    DefectPage, DefectStats, DefectStatus, Entity, Order, Permission, TimedPageRequest, moments,
};
use crate::service::rows::{self, counted};
use crate::store::statements::defects::{
    DEFECT_ACTION_INSERT, DEFECT_ACTIONS, DEFECT_BY_ID, DEFECT_STATS, DEFECT_UPDATE, DEFECTS,
};
use crate::store::{Stamped, Tx, Value, WriteTx};

/// What a defect is called in errors and events.
const DEFECT: &str = "defect";
/// What something that was done about one is called.
const DEFECT_ACTION: &str = "defect_action";
/// Most actions that are told with a defect.
const ACTIONS_TOLD: u32 = 1_000;

audited! { Defect { observation_id, title, description, severity, status, assigned_to } }
audited! { DefectAction { defect_id, action_type, note } }

/// A tenant's defects: `defect.read`, `defect.write`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Defects {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Defects {
    /// The defect with this id, with what was done about it.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `defect.read`.
    pub async fn get(&self, id: DefectId) -> Result<DefectDetails> {
        id.check("id")?;
        let told = TimedPageRequest {
            limit: Some(ACTIONS_TOLD),
            ..TimedPageRequest::in_order(Order::Oldest)
        };
        let asked = told.check((None, None))?;
        let (query, parameters) = DEFECT_ACTIONS.page(&asked, vec![id.clone().into()]);
        let method = self.scope.method("defects.get");
        let (defect, actions) = method.read((id, query, parameters), with_actions).await?;
        let actions = DefectActionPage::cut(actions, &asked).items;
        Ok(DefectDetails { defect, actions })
    }

    /// Defects, a page at a time: in the order of their ids, or in which they were made out.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `defect.read`.
    pub async fn list(&self, filter: DefectFilter, page: TimedPageRequest) -> Result<DefectPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = DEFECTS.page(&asked, filters(filter));
        let method = self.scope.method("defects.list");
        let found = method.rows(Permission::DefectRead, DEFECT, query, parameters);
        Ok(DefectPage::cut(found.await?, &asked))
    }

    /// How many defects a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `defect.read`.
    pub async fn count(&self, filter: DefectFilter) -> Result<i64> {
        filter.check()?;
        let asked = DEFECTS.count(moments(filter.span()), filters(filter));
        let method = self.scope.method("defects.count");
        counted(method, Permission::DefectRead, DEFECT, asked).await
    }

    /// How many defects there are, and how many stand where.
    ///
    /// # Errors
    /// `Forbidden` without `defect.read`.
    pub async fn stats(&self) -> Result<DefectStats> {
        let method = self.scope.method("defects.stats");
        let found = method.rows(Permission::DefectRead, DEFECT, &DEFECT_STATS, vec![]);
        let mut by_status = found.await?;
        by_status.sort_by(|one, other| one.status.cmp(&other.status));
        let closed = by_status
            .iter()
            .filter(|it| it.status == DefectStatus::Closed);
        Ok(DefectStats {
            total: by_status.iter().map(|it| it.defects).sum(),
            closed: closed.map(|it| it.defects).sum(),
            by_status,
        })
    }

    /// What was done about a defect, a page at a time: in the order of the ids, or in which it was done.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `defect.read`.
    pub async fn actions(
        &self,
        defect: DefectId,
        page: TimedPageRequest,
    ) -> Result<DefectActionPage> {
        defect.check(DEFECT)?;
        let asked = page.check((None, None))?;
        let (query, parameters) = DEFECT_ACTIONS.page(&asked, vec![defect.clone().into()]);
        let method = self.scope.method("defects.actions");
        let found = method.read((defect, query, parameters), with_actions);
        let (_, actions) = found.await?;
        Ok(DefectActionPage::cut(actions, &asked))
    }
}

/// The values of the filters, in the order of the list.
fn filters(filter: DefectFilter) -> Vec<Value<'static>> {
    vec![
        filter.observation_id.into(),
        filter.assigned_to.into(),
        filter.status.into(),
        filter.min_severity.into(),
    ]
}

type ActionsAsked = (
    DefectId,
    &'static Stamped<DefectAction>,
    Vec<Value<'static>>,
);

/// The defect, and a page of what was done about it, which may be nothing.
async fn with_actions(
    call: &Call,
    tx: &mut Tx,
    (id, query, parameters): &ActionsAsked,
) -> Result<Permitted<(Defect, Vec<DefectAction>)>, Failure> {
    let defect = find(tx, id).await?;
    let permit = call.authorize(Permission::DefectRead, &Entity::new(DEFECT, id.as_str()))?;
    let actions = tx.all(query, parameters).await?;
    Ok(permit.read((defect, actions)))
}

/// The defect with this id, inside the transaction.
async fn find(tx: &mut Tx, id: &DefectId) -> Result<Defect, Failure> {
    rows::find(tx, &DEFECT_BY_ID, id.as_str(), DEFECT).await
}

fn entity(defect: &Defect) -> Entity {
    Entity::new(DEFECT, defect.id.as_str())
}

/// Where an event leaves a defect.
fn step(defect: &Defect, event: &DefectEvent) -> Result<DefectStatus, Failure> {
    Ok(defect_status::next(&defect.status, event)?)
}

/// Writes a defect as it is now, and returns it with its version.
async fn moved(tx: &mut WriteTx, before: &Defect, after: Defect) -> Result<Defect, Failure> {
    let after = Defect {
        version: before.version + 1,
        ..after
    };
    tx.update(&DEFECT_UPDATE, &after, before.version).await?;
    Ok(after)
}

/// Adds to what was done about a defect.
async fn tell(
    call: &Call,
    tx: &mut WriteTx,
    id: &DefectActionId,
    defect: &Defect,
    action_type: impl Into<String>,
    note: impl Into<String>,
) -> Result<DefectAction, Failure> {
    let action = DefectAction {
        id: id.clone(),
        defect_id: defect.id.clone(),
        action_type: action_type.into(),
        note: note.into(),
        created_at: call.signature.time,
    };
    tx.insert(&DEFECT_ACTION_INSERT, &action).await?;
    Ok(action)
}
