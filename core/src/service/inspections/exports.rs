//! Reports of tasks, in files: `inspection.export`.

use super::file::{self, PartFile, WholeFile};
use super::report::{Extent, Part, Report, Subject};
use super::{EXPORT, Inspections, OBSERVATION, TASK, find_task};
use crate::audit::detail::Detail;
use crate::error::{Failure, Result};
use crate::frame::{Call, Permitted, Written};
use crate::model::{
    Action, Entity, ExportFormat, ExportId, InspectionExport, InvalidField, Observation,
    ObservationPage, OpenEnum, Order, PageWalk, Permission, TaskId, TimedPageRequest, text,
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
    /// The file is there whole and with its event, or not at all, whether the caller waits for it or not; the library does
    /// not keep it, and whoever may read the folder may read it.
    /// Observations that are recorded meanwhile may be in it or not.
    ///
    /// # Errors
    /// `Invalid` for a format that the library does not know, and for a folder that is not there or cannot be written
    /// to; `NotFound`; `Forbidden` without `inspection.export`; `Unavailable` (`disk_full`); `Integrity` where the pages
    /// of the observations come round to where they were.
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
        let (whole, rows) = self.written(file, report, subject).await?;
        let told = Told {
            export: InspectionExport {
                file_path: whole.place().display().to_string(),
                ..export
            },
            rows,
            bytes: whole.bytes,
            sha256: whole.sha256.clone(),
        };
        let settle = move |recorded: Result<_, Failure>| match &recorded {
            // Where nobody knows whether the event stands, there may be one that tells of the file.
            Err(failure) if failure.nothing_stands() => recorded,
            _ => whole.keep().and(recorded),
        };
        self.scope
            .method(METHOD)
            .write_then(Lane::Normal, told, tell, settle)
            .await
    }
}

impl Inspections {
    /// Writes the whole file, and says how many observations are in it.
    async fn written(
        &self,
        mut file: PartFile,
        report: Report,
        mut subject: Subject,
    ) -> Result<(WholeFile, u64)> {
        let mut extent = Extent::of(&subject);
        if report.needs_extent() {
            let mut walk = PageWalk::default();
            loop {
                let (items, last) = self.chunk(subject.task(), &mut walk).await?;
                items.iter().for_each(|row| extent.add(row));
                if last {
                    break;
                }
            }
        }
        let mut rows = 0;
        for part in report.parts().iter().copied() {
            let (mut walk, mut first) = (PageWalk::default(), true);
            rows = 0;
            loop {
                let (items, last) = self.chunk(subject.task(), &mut walk).await?;
                rows += items.len() as u64;
                let chunk = Chunk { items, first, part };
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
        let whole = self.scope.off_thread(move || {
            file.write(report.after())?;
            file.finish()
        });
        Ok((whole.await??, rows))
    }

    /// The next of the observations of a task, in the order in which they were seen, and whether they are the last.
    async fn chunk(&self, task: &TaskId, walk: &mut PageWalk) -> Result<(Vec<Observation>, bool)> {
        let request = TimedPageRequest {
            limit: Some(CHUNK),
            after: walk.after(),
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
        let page = ObservationPage::cut(rows.await?, &asked);
        let goes_on = walk.goes_on(page.next).map_err(|_| Failure::Integrity {
            detail: "the pages of the task's observations come round to where they were".to_owned(),
            findings: Vec::new(),
        })?;
        Ok((page.items, !goes_on))
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
