//! Defects: how they are made out, given to somebody, mended, and looked at again.

mod making;
mod review;
mod steps;

use ringfence::model::{
    Defect, DefectId, DefectStatus, InspectionTask, NewDefect, NewObservation, ObservationId,
    Order, TaskFilter, TimedPageRequest,
};
use ringfence::{Defects, TenantSession};

use super::observations::task;
use crate::calls::things::seen;

/// Something that was seen on a roof, by a template that says how grave rust is.
async fn observed(session: &TenantSession) -> ObservationId {
    let inspections = session.inspections();
    let roofs = task(&inspections, &[("rust", 4)]).await;
    let new = NewObservation {
        note: Some("at the ridge".into()),
        ..seen("rust")
    };
    inspections.record(roofs, new).await.unwrap().id
}

async fn made(session: &TenantSession) -> Defect {
    let new = NewDefect::new(observed(session).await);
    session.defects().create(new).await.unwrap()
}

/// What was done about a defect, in order: what, and what was said of it.
async fn told(defects: &Defects, id: &DefectId) -> Vec<(String, String)> {
    let page = TimedPageRequest::in_order(Order::Oldest);
    let page = defects.actions(id.clone(), page).await.unwrap();
    let told = page.items.into_iter();
    told.map(|action| (action.action_type, action.note))
        .collect()
}

async fn reviews(session: &TenantSession) -> Vec<InspectionTask> {
    let page = TimedPageRequest::in_order(Order::Oldest);
    let inspections = session.inspections();
    let mut tasks = inspections
        .tasks(TaskFilter::default(), page)
        .await
        .unwrap()
        .items;
    tasks.retain(|task| task.name.starts_with("Review-"));
    tasks
}

/// Takes a defect as far as this.
async fn taken_to(defects: &Defects, id: &DefectId, last: &DefectStatus) -> Defect {
    let steps = DefectStatus::ALL.iter().skip(1);
    for to in steps {
        let step = defects.advance(id.clone(), to.clone(), None, None);
        let defect = step.await.unwrap();
        if to == last {
            return defect;
        }
    }
    panic!("no step leads to {last}");
}
