//! Inspections: what is read. What is written stands in a file for each kind of row.

mod exports;
mod file;
mod observations;
mod report;
mod tasks;
mod templates;

use std::sync::Arc;

use crate::audit::detail::audited;
use crate::error::{Conflict, ConflictCode, Failure, Result};
use crate::frame::{Call, Permitted, SessionScope};
use crate::model::{
    Entity, ExportFilter, ExportId, ExportPage, InspectionExport, InspectionTask,
    InspectionTemplate, Observation, ObservationFilter, ObservationId, ObservationPage,
    PageRequest, Permission, TaskFilter, TaskId, TaskPage, TemplateFilter, TemplateId,
    TemplateItem, TemplateItemId, TemplateItemPage, TemplatePage, TimedPageRequest, moments,
};
use crate::service::rows::{self, counted, page_parameters};
use crate::store::statements::inspections::{
    EXPORT_BY_ID, EXPORTS, OBSERVATION_BY_ID, OBSERVATIONS, TASK_BY_ID, TASKS, TEMPLATE_BY_ID,
    TEMPLATE_COUNT, TEMPLATE_ITEM_BY_ID, TEMPLATE_ITEM_PAGE, TEMPLATE_PAGE,
};
use crate::store::{FromRow, Stamped, Tx, Value};

/// What an inspection template is called in errors and events.
const TEMPLATE: &str = "template";
/// What an item of an inspection template is called.
const TEMPLATE_ITEM: &str = "template_item";
/// What an inspection task is called.
pub(super) const TASK: &str = "task";
/// What an observation is called.
const OBSERVATION: &str = "observation";
/// What a report of an inspection is called.
const EXPORT: &str = "export";

audited! { InspectionTemplate }
audited! { TemplateItem { template_id, code, title, severity_default, required, sort_order } }
audited! { InspectionTask { template_id, name, mission_id, area_geom, priority, status } }

audited! {
    Observation {
        task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, media_url, confidence
    }
}
audited! { InspectionExport { task_id, format, file_path } }

/// What is asked for to read.
const READ: Permission = Permission::InspectionRead;

/// A tenant's inspections: `inspection.read`, `inspection.write`, `inspection.export`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Inspections {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Inspections {
    /// The template with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.read`.
    pub async fn template(&self, id: TemplateId) -> Result<InspectionTemplate> {
        id.check("id")?;
        let entity = Entity::new(TEMPLATE, id.as_str());
        self.row("inspections.template", entity, &TEMPLATE_BY_ID)
            .await
    }

    /// Templates in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn templates(
        &self,
        filter: TemplateFilter,
        page: PageRequest,
    ) -> Result<TemplatePage> {
        filter.check()?;
        let window = page.check()?;
        let mut parameters = page_parameters(&window);
        parameters.extend(of_templates(filter));
        let method = self.scope.method("inspections.templates");
        let found = method.rows(READ, TEMPLATE, &TEMPLATE_PAGE, parameters);
        Ok(TemplatePage::cut(found.await?, &window))
    }

    /// How many templates a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn count_templates(&self, filter: TemplateFilter) -> Result<i64> {
        filter.check()?;
        let asked = (&TEMPLATE_COUNT, of_templates(filter).to_vec());
        let method = self.scope.method("inspections.count_templates");
        counted(method, READ, TEMPLATE, Some(asked)).await
    }

    /// The items of a template in the order of their ids, a page at a time.
    ///
    /// # Errors
    /// `Invalid`; `NotFound`; `Forbidden` without `inspection.read`.
    pub async fn items(&self, template: TemplateId, page: PageRequest) -> Result<TemplateItemPage> {
        template.check(TEMPLATE)?;
        let window = page.check()?;
        let mut parameters = page_parameters(&window);
        parameters.push(Value::from(template.as_str().to_owned()));
        let found = self
            .scope
            .method("inspections.items")
            .read((template, parameters), of_template);
        Ok(TemplateItemPage::cut(found.await?, &window))
    }

    /// The task with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.read`.
    pub async fn task(&self, id: TaskId) -> Result<InspectionTask> {
        id.check("id")?;
        let entity = Entity::new(TASK, id.as_str());
        self.row("inspections.task", entity, &TASK_BY_ID).await
    }

    /// Tasks, a page at a time: in the order of their ids, or in which they were created.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn tasks(&self, filter: TaskFilter, page: TimedPageRequest) -> Result<TaskPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = TASKS.page(&asked, of_tasks(filter));
        let method = self.scope.method("inspections.tasks");
        let found = method.rows(READ, TASK, query, parameters);
        Ok(TaskPage::cut(found.await?, &asked))
    }

    /// How many tasks a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn count_tasks(&self, filter: TaskFilter) -> Result<i64> {
        filter.check()?;
        let asked = TASKS.count(moments(filter.span()), of_tasks(filter));
        let method = self.scope.method("inspections.count_tasks");
        counted(method, READ, TASK, asked).await
    }

    /// The observation with this id.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.read`.
    pub async fn observation(&self, id: ObservationId) -> Result<Observation> {
        id.check("id")?;
        let entity = Entity::new(OBSERVATION, id.as_str());
        self.row("inspections.observation", entity, &OBSERVATION_BY_ID)
            .await
    }

    /// Observations, a page at a time: in the order of their ids, or in which they were seen.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn observations(
        &self,
        filter: ObservationFilter,
        page: TimedPageRequest,
    ) -> Result<ObservationPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = OBSERVATIONS.page(&asked, of_observations(filter));
        let method = self.scope.method("inspections.observations");
        let found = method.rows(READ, OBSERVATION, query, parameters);
        Ok(ObservationPage::cut(found.await?, &asked))
    }

    /// How many observations a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn count_observations(&self, filter: ObservationFilter) -> Result<i64> {
        filter.check()?;
        let asked = OBSERVATIONS.count(moments(filter.span()), of_observations(filter));
        let method = self.scope.method("inspections.count_observations");
        counted(method, READ, OBSERVATION, asked).await
    }

    /// The report with this id: what is known of the file, which the library does not keep.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `inspection.read`.
    pub async fn report(&self, id: ExportId) -> Result<InspectionExport> {
        id.check("id")?;
        let entity = Entity::new(EXPORT, id.as_str());
        self.row("inspections.report", entity, &EXPORT_BY_ID).await
    }

    /// Reports, a page at a time: in the order of their ids, or in which they were made.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn exports(
        &self,
        filter: ExportFilter,
        page: TimedPageRequest,
    ) -> Result<ExportPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = EXPORTS.page(&asked, of_exports(filter));
        let method = self.scope.method("inspections.exports");
        let found = method.rows(READ, EXPORT, query, parameters);
        Ok(ExportPage::cut(found.await?, &asked))
    }

    /// How many reports a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
    pub async fn count_exports(&self, filter: ExportFilter) -> Result<i64> {
        filter.check()?;
        let asked = EXPORTS.count(moments(filter.span()), of_exports(filter));
        let method = self.scope.method("inspections.count_exports");
        counted(method, READ, EXPORT, asked).await
    }
}

impl Inspections {
    /// The one row of a statement over the entity's id.
    async fn row<T: FromRow + 'static>(
        &self,
        method: &'static str,
        entity: Entity,
        query: &'static Stamped<T>,
    ) -> Result<T> {
        let parameters = vec![Value::from(entity.id.clone())];
        self.scope
            .method(method)
            .row(READ, entity, query, parameters)
            .await
    }
}

/// The values of the filters, in the order of the statement.
fn of_templates(filter: TemplateFilter) -> [Value<'static>; 2] {
    [filter.category.into(), filter.is_active.into()]
}

/// Likewise, in the order of the list.
fn of_tasks(filter: TaskFilter) -> Vec<Value<'static>> {
    vec![
        filter.mission_id.into(),
        filter.template_id.into(),
        filter.status.into(),
    ]
}

fn of_observations(filter: ObservationFilter) -> Vec<Value<'static>> {
    vec![
        filter.task_id.into(),
        filter.drone_id.into(),
        filter.item_code.into(),
        filter.min_severity.into(),
    ]
}

fn of_exports(filter: ExportFilter) -> Vec<Value<'static>> {
    vec![filter.task_id.into(), filter.format.into()]
}

/// A page of the items of a template, which may be empty where the template is there.
async fn of_template(
    call: &Call,
    tx: &mut Tx,
    (template, parameters): &(TemplateId, Vec<Value<'static>>),
) -> Result<Permitted<Vec<TemplateItem>>, Failure> {
    let template = find_template(tx, template).await?;
    let entity = Entity::new(TEMPLATE, template.id.as_str());
    let permit = call.authorize(READ, &entity)?;
    Ok(permit.read(tx.all(&TEMPLATE_ITEM_PAGE, parameters).await?))
}

/// The template with this id, inside the transaction.
pub(super) async fn find_template(
    tx: &mut Tx,
    id: &TemplateId,
) -> Result<InspectionTemplate, Failure> {
    rows::find(tx, &TEMPLATE_BY_ID, id.as_str(), TEMPLATE).await
}

/// Refuses a template of which nothing new is made.
pub(super) fn must_be_active(template: &InspectionTemplate) -> Result<(), Failure> {
    if template.is_active {
        return Ok(());
    }
    let text = "the template is not active";
    Err(Conflict::on("template_id", ConflictCode::InactiveTemplate, text).into())
}

/// The item with this id, likewise.
async fn find_item(tx: &mut Tx, id: &TemplateItemId) -> Result<TemplateItem, Failure> {
    rows::find(tx, &TEMPLATE_ITEM_BY_ID, id.as_str(), TEMPLATE_ITEM).await
}

/// The task with this id, likewise.
pub(super) async fn find_task(tx: &mut Tx, id: &TaskId) -> Result<InspectionTask, Failure> {
    rows::find(tx, &TASK_BY_ID, id.as_str(), TASK).await
}

/// The observation with this id, likewise.
pub(super) async fn find_observation(
    tx: &mut Tx,
    id: &ObservationId,
) -> Result<Observation, Failure> {
    rows::find(tx, &OBSERVATION_BY_ID, id.as_str(), OBSERVATION).await
}
