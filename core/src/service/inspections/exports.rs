//! Reports of tasks, in files: `inspection.export`.

use super::file::{self, Finished, PartFile};
use super::report::{Extent, Part, Report, Subject};
use super::{EXPORT, Inspections, OBSERVATION, TASK, find_task};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result, RingfenceError, WorkOutcome};
use crate::frame::{Call, Permitted, Written};
use crate::model::{
    Action, Cursor, Entity, ExportFormat, ExportId, InspectionExport, InvalidField, Observation,
    ObservationPage, OpenEnum, Order, Permission, TaskId, TimedPageRequest, text,
};
use crate::store::statements::inspections::{
    EXPORT_INSERT, ITEMS_OF_TEMPLATE, OBSERVATIONS, TEMPLATE_BY_ID,
};
use crate::store::{Lane, Tx, Value, WriteTx, values};

/// How many observations are read at a time, each time on a snapshot of its own.
const CHUNK: u32 = 1_000;
/// Longest path of a folder in bytes.
const FOLDER_MAX: usize = 4_000;
/// The method's name in events, whatever it consists of.
const METHOD: &str = "inspections.export";

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Inspections {
    /// Writes a report of a task into a file of a folder of the host's, which is named after the report's id. The
    /// observations stand in it in the order in which they were seen.
    ///
    /// The file is there whole, or not at all; the library does not keep it, and whoever may read the folder may read it.
    /// Observations that are recorded meanwhile may be in it or not.
    ///
    /// # Errors
    /// `Invalid` for a format that the library does not know, and for a folder that is not there or cannot be written
    /// to; `NotFound`; `Forbidden` without `inspection.export`; `Unavailable` (`disk_full`).
    pub async fn export(
        &self,
        task: TaskId,
        format: ExportFormat,
        folder: String,
    ) -> Result<InspectionExport> {
        task.check(TASK)?;
        OpenEnum::check(&format, "format")?;
        if folder.is_empty() {
            return Err(Failure::from(InvalidField::new("folder", "is empty")).into());
        }
        text::bounded("folder", &folder, FOLDER_MAX)?;
        let report = Report::of(&format);
        let id: ExportId = self.scope.id()?;
        let made_at = self.scope.now();
        let asked = self.scope.method(METHOD);
        let about = (task, id.clone(), made_at.to_string());
        let subject = asked.read(about, subject).await?;
        let export = InspectionExport {
            id,
            task_id: subject.task().clone(),
            format,
            file_path: String::new(),
            created_at: made_at,
        };
        let name = format!("{}.{}", export.id, report.ending());
        let file = self
            .scope
            .off_thread(move || PartFile::begin(&file::folder(&folder)?, &name))
            .await??;
        let (finished, rows) = self.written(file, report, subject).await?;
        let told = Told {
            export: InspectionExport {
                file_path: finished.place.display().to_string(),
                ..export
            },
            rows,
            bytes: finished.bytes,
            sha256: finished.sha256.clone(),
        };
        let recorded = self
            .scope
            .method(METHOD)
            .write(Lane::Normal, told, tell)
            .await;
        // Where nobody knows whether the event stands, there may be one that tells of the file.
        if recorded.as_ref().is_err_and(|error| !may_stand(error)) {
            finished.remove();
        }
        recorded
    }
}

impl Inspections {
    /// Writes the whole file, and says how many observations are in it.
    async fn written(
        &self,
        mut file: PartFile,
        report: Report,
        mut subject: Subject,
    ) -> Result<(Finished, u64)> {
        let mut extent = Extent::of(&subject);
        if report.needs_extent() {
            let mut after = None;
            loop {
                let page = self.chunk(subject.task(), after).await?;
                page.items.iter().for_each(|row| extent.add(row));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let mut rows = 0;
        for part in report.parts().iter().copied() {
            let (mut after, mut first) = (None, true);
            rows = 0;
            loop {
                let page = self.chunk(subject.task(), after).await?;
                rows += page.items.len() as u64;
                after = page.next;
                let last = after.is_none();
                let chunk = Chunk {
                    items: page.items,
                    first,
                    part,
                };
                // Rendering and writing is no executor's work.
                (file, subject) = self
                    .scope
                    .off_thread(move || {
                        let text = chunk.rendered(report, &subject, &extent);
                        file.write(&text).map(|()| (file, subject))
                    })
                    .await??;
                first = false;
                if last {
                    break;
                }
            }
        }
        let finished = self.scope.off_thread(move || {
            file.write(report.after())?;
            file.finish()
        });
        Ok((finished.await??, rows))
    }

    /// Some of the observations of a task, in the order in which they were seen.
    async fn chunk(&self, task: &TaskId, after: Option<Cursor>) -> Result<ObservationPage> {
        let request = TimedPageRequest {
            limit: Some(CHUNK),
            after,
            order: Some(Order::Oldest),
        };
        let asked = request.check((None, None))?;
        let of_task = vec![task.clone().into(), Value::Null, Value::Null, Value::Null];
        let (query, parameters) = OBSERVATIONS.page(&asked, of_task);
        let rows = self.scope.method(METHOD).rows(
            Permission::InspectionExport,
            OBSERVATION,
            query,
            parameters,
        );
        Ok(ObservationPage::cut(rows.await?, &asked))
    }
}

/// Some observations, to be written.
struct Chunk {
    items: Vec<Observation>,
    /// Whether nothing of its part was written yet.
    first: bool,
    part: Part,
}

impl Chunk {
    fn rendered(&self, report: Report, subject: &Subject, extent: &Extent) -> String {
        let mut text = match self.first {
            true => report.before(self.part, subject, extent),
            false => String::new(),
        };
        for (place, row) in self.items.iter().enumerate() {
            let first = self.first && place == 0;
            report.observation(self.part, subject, extent, row, first, &mut text);
        }
        text
    }
}

/// What the report tells of, for whoever may export it.
async fn subject(
    call: &Call,
    tx: &mut Tx,
    (task, export, made_at): &(TaskId, ExportId, String),
) -> Result<Permitted<Subject>, Failure> {
    let task = find_task(tx, task).await?;
    let entity = Entity::new(EXPORT, export.as_str());
    let permit = call.authorize(Permission::InspectionExport, &entity)?;
    let of_template = values![task.template_id];
    let template = tx.opt(&TEMPLATE_BY_ID, &of_template).await?;
    let items = tx.all(&ITEMS_OF_TEMPLATE, &of_template).await?;
    Ok(permit.read(Subject::new(task, template, items, made_at.clone())))
}

/// Whether what failed so may have been done all the same.
fn may_stand(error: &RingfenceError) -> bool {
    matches!(
        error,
        RingfenceError::Unavailable {
            outcome: WorkOutcome::Unknown,
            ..
        }
    )
}

/// A report that was written.
struct Told {
    export: InspectionExport,
    rows: u64,
    bytes: u64,
    sha256: String,
}

async fn tell(
    call: &Call,
    tx: &mut WriteTx,
    told: &Told,
) -> Result<Written<InspectionExport>, Failure> {
    let export = told.export.clone();
    find_task(tx, &export.task_id).await?;
    let entity = Entity::new(EXPORT, export.id.as_str());
    let permit = call.authorize(Permission::InspectionExport, &entity)?;
    tx.insert(&EXPORT_INSERT, &export).await?;
    let detail = Detail::created(&export)
        .with("observations", told.rows)
        .with("bytes", told.bytes)
        .with("sha256", told.sha256.as_str());
    Ok(permit.wrote(export, Action::Export, entity, detail))
}
