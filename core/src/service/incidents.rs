//! Incidents: reported, flown to, closed.

use std::sync::Arc;

use super::inspections::{TASK, find_template, must_be_active};
use super::missions::MISSION;
use super::missions::create::{Draft, insert};
use crate::audit::detail::{Detail, audited};
use crate::error::{Failure, Result};
use crate::frame::{Call, SessionScope, Written};
use crate::model::incident_state::{IncidentEvent, next};
use crate::model::{
    Action, Entity, Incident, IncidentFilter, IncidentId, IncidentPage, IncidentStatus,
    IncidentTask, InspectionTask, Json, MissionId, NewIncident, NewIncidentTask, NewMission,
    Permission, PlanType, TaskId, TaskStatus, TimedPageRequest, moments, tail, text,
};
use crate::service::drones;
use crate::service::rows::{self, counted};
use crate::store::statements::incidents::{
    INCIDENT_BY_ID, INCIDENT_INSERT, INCIDENT_MOVE, INCIDENTS,
};
use crate::store::statements::inspections::TASK_INSERT;
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// What an incident is called in errors and events.
const INCIDENT: &str = "incident";

/// The first task of whoever is free.
const URGENT: i64 = 1;

audited! { Incident { title, level, location_geom, status, linked_task_id } }

/// A tenant's incidents: `incident.read`, `incident.write`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Incidents {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Incidents {
    /// The incident with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `incident.read`.
    pub async fn get(&self, id: IncidentId) -> Result<Incident> {
        id.check("id")?;
        let entity = Entity::new(INCIDENT, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("incidents.get")
            .row(
                Permission::IncidentRead,
                entity,
                &INCIDENT_BY_ID,
                parameters,
            )
            .await
    }

    /// Incidents, a page at a time: in the order of their ids, or in which they were reported.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `incident.read`.
    pub async fn list(
        &self,
        filter: IncidentFilter,
        page: TimedPageRequest,
    ) -> Result<IncidentPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = INCIDENTS.page(&asked, filters(filter));
        let method = self.scope.method("incidents.list");
        let found = method.rows(Permission::IncidentRead, INCIDENT, query, parameters);
        Ok(IncidentPage::cut(found.await?, &asked))
    }

    /// How many incidents a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `incident.read`.
    pub async fn count(&self, filter: IncidentFilter) -> Result<i64> {
        filter.check()?;
        let asked = INCIDENTS.count(moments(filter.span()), filters(filter));
        let method = self.scope.method("incidents.count");
        counted(method, Permission::IncidentRead, INCIDENT, asked).await
    }

    /// Reports an incident.
    ///
    /// # Errors
    /// `Invalid` naming the field; `Forbidden` without `incident.write`.
    pub async fn create(&self, mut new: NewIncident) -> Result<Incident> {
        new.check()?;
        let id: IncidentId = self.scope.id()?;
        self.scope
            .method("incidents.create")
            .write(Lane::Normal, (id, new), create)
            .await
    }

    /// Makes a mission that flies to an incident and the inspection task of what is to be looked at there, and links
    /// the task to the incident: all of it or nothing. The mission is a draft of whoever calls, called
    /// `Emergency-` and the incident's title, and takes the way of every mission, approval included. The task is planned,
    /// of the first priority.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` for the incident, the template or the drone; `Forbidden` without `incident.write`,
    /// `mission.write` or `inspection.read`; `Conflict` for an incident that is not OPEN (`illegal_transition`), or
    /// a template that is not active (`inactive_template`).
    pub async fn create_task(
        &self,
        id: IncidentId,
        mut new: NewIncidentTask,
    ) -> Result<IncidentTask> {
        id.check("id")?;
        new.check()?;
        let errand = Errand {
            incident: id,
            new,
            mission: self.scope.id()?,
            task: self.scope.id()?,
        };
        self.scope
            .method("incidents.create_task")
            .write(Lane::Normal, errand, create_task)
            .await
    }

    /// Closes an incident. The comment, at most 4000 bytes, stands in the event. Its mission and its task go on.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `incident.write`; `Conflict` for one that is closed
    /// (`illegal_transition`).
    pub async fn close_incident(
        &self,
        id: IncidentId,
        comment: Option<String>,
    ) -> Result<Incident> {
        id.check("id")?;
        text::remarked("comment", comment.as_deref())?;
        self.scope
            .method("incidents.close_incident")
            .write(Lane::Normal, (id, comment), close)
            .await
    }
}

/// The values of the filters, in the order of the list.
fn filters(filter: IncidentFilter) -> Vec<Value<'static>> {
    vec![
        filter.linked_task_id.into(),
        filter.status.into(),
        filter.level.into(),
    ]
}

/// What is to be made of an incident, and the ids of it.
struct Errand {
    incident: IncidentId,
    new: NewIncidentTask,
    mission: MissionId,
    task: TaskId,
}

/// The incident with this id, inside the transaction.
async fn find(tx: &mut Tx, id: &IncidentId) -> Result<Incident, Failure> {
    rows::find(tx, &INCIDENT_BY_ID, id.as_str(), INCIDENT).await
}

async fn create(
    call: &Call,
    tx: &mut WriteTx,
    (id, new): &(IncidentId, NewIncident),
) -> Result<Written<Incident>, Failure> {
    let entity = Entity::new(INCIDENT, id.as_str());
    let permit = call.authorize(Permission::IncidentWrite, &entity)?;
    let incident = Incident {
        id: id.clone(),
        title: new.title.clone(),
        level: new.level.clone(),
        location_geom: new.location_geom.clone(),
        status: IncidentStatus::Open,
        linked_task_id: None,
        created_at: call.signature.time,
    };
    tx.insert(&INCIDENT_INSERT, &incident).await?;
    let detail = Detail::created(&incident);
    Ok(permit.wrote(incident, Action::Create, entity, detail))
}

async fn create_task(
    call: &Call,
    tx: &mut WriteTx,
    Errand {
        incident,
        new,
        mission,
        task,
    }: &Errand,
) -> Result<Written<IncidentTask>, Failure> {
    let before = find(tx, incident).await?;
    let template = find_template(tx, &new.template_id).await?;
    if let Some(drone) = &new.drone_id {
        drones::find(tx, drone).await?;
    }
    let entity = Entity::new(INCIDENT, before.id.as_str());
    let flown = Entity::new(MISSION, mission.as_str());
    let looked_at = Entity::new(TASK, task.as_str());
    let moves = call.authorize(Permission::IncidentWrite, &entity)?;
    let flies = call.authorize(Permission::MissionWrite, &flown)?;
    let looks = call.authorize(Permission::InspectionRead, &looked_at)?;
    let status = next(&before.status, IncidentEvent::CreateTask)?;
    must_be_active(&template)?;
    let draft = Draft {
        id: mission.clone(),
        new: mission_to(&before, new, task),
        plan: None,
    };
    let mission = insert(call, tx, &draft).await?;
    let task = InspectionTask {
        id: task.clone(),
        name: format!("EmergencyTask-{}", tail(task.as_str())),
        template_id: template.id,
        mission_id: Some(mission.id.clone()),
        area_geom: before.location_geom.clone(),
        priority: URGENT,
        status: TaskStatus::Scheduled,
        created_at: call.signature.time,
        version: 1,
    };
    tx.insert(&TASK_INSERT, &task).await?;
    let after = advance(tx, &before, status, Some(task.id.clone())).await?;
    let details = [
        Detail::created(&mission),
        Detail::created(&task),
        Detail::changed(&before, &after),
    ];
    let [of_mission, of_task, of_incident] = details;
    let made = IncidentTask {
        incident: after,
        mission,
        task,
    };
    Ok(flies
        .wrote(made, Action::Create, flown, of_mission)
        .and(looks, Action::Create, looked_at, of_task)
        .and(moves, Action::Update, entity, of_incident))
}

/// The mission that flies to an incident, as the platform that the databases come from made it.
fn mission_to(incident: &Incident, new: &NewIncidentTask, task: &TaskId) -> NewMission {
    let payload = [
        ("incident_id", incident.id.as_str()),
        ("location", incident.location_geom.as_str()),
    ];
    let payload = payload.map(|(name, value)| (name.to_owned(), value.into()));
    let constraints = [
        ("priority".to_owned(), "P0".into()),
        ("emergency_mode".to_owned(), true.into()),
    ];
    NewMission {
        drone_id: new.drone_id.clone(),
        payload: Json::from(serde_json::Map::from_iter(payload)),
        constraints: Json::from(serde_json::Map::from_iter(constraints)),
        ..NewMission::new(mission_name(incident, task), PlanType::PointTask)
    }
}

/// By the incident's title; where that makes no name, the task tells it from others.
fn mission_name(incident: &Incident, task: &TaskId) -> String {
    text::name_of("Emergency-", &incident.title, tail(task.as_str()))
}

async fn close(
    call: &Call,
    tx: &mut WriteTx,
    (id, comment): &(IncidentId, Option<String>),
) -> Result<Written<Incident>, Failure> {
    let before = find(tx, id).await?;
    let entity = Entity::new(INCIDENT, before.id.as_str());
    let permit = call.authorize(Permission::IncidentWrite, &entity)?;
    let status = next(&before.status, IncidentEvent::Close)?;
    let task = before.linked_task_id.clone();
    let after = advance(tx, &before, status, task).await?;
    let detail = Detail::changed(&before, &after).said("comment", comment.as_deref());
    Ok(permit.wrote(after, Action::Update, entity, detail))
}

/// Writes where an event took an incident, and returns it as it is then.
async fn advance(
    tx: &mut WriteTx,
    before: &Incident,
    status: IncidentStatus,
    linked_task_id: Option<TaskId>,
) -> Result<Incident, Failure> {
    let after = Incident {
        status,
        linked_task_id,
        ..before.clone()
    };
    tx.write(
        &INCIDENT_MOVE,
        values![after.id, after.status, after.linked_task_id, before.status],
    )
    .await?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IncidentLevel;

    fn named(title: &str) -> String {
        let incident = Incident {
            id: "i".into(),
            title: title.to_owned(),
            level: IncidentLevel::High,
            location_geom: "POINT(8.5 47.4)".to_owned(),
            status: IncidentStatus::Open,
            linked_task_id: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        mission_name(&incident, &"0190d3a8-0000-7000-8000-0000deadbeef".into())
    }

    #[test]
    fn a_mission_has_the_name_of_its_incident_as_far_as_it_is_one() {
        assert_eq!(named("Road flooded"), "Emergency-Road flooded");
        let cut = named(&"\u{fc}".repeat(100));
        assert_eq!(cut, format!("Emergency-{}", "\u{fc}".repeat(95)));
        assert_eq!(
            named(&format!("{} x", "a".repeat(189))),
            format!("Emergency-{}", "a".repeat(189))
        );
        // What no rule of today lets through.
        assert_eq!(named("line\nfeed"), "Emergency-deadbeef");
    }
}
