//! Inspections: templates of what is looked at, tasks, what was observed, and the reports that were made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::filter;
use super::geometry;
use super::given::{anything, given};
use super::text::{self, InvalidField};
use super::time;
use super::{
    DroneId, ExportFormat, ExportId, MissionId, ObservationId, OpenEnum, TaskId, TaskStatus,
    TemplateId, TemplateItemId,
};

/// What is looked at in one kind of inspection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct InspectionTemplate {
    /// Its id.
    pub id: TemplateId,
    /// Its name. Several templates may have the same one.
    pub name: String,
    /// What kind of thing is inspected, in the tenant's own words.
    pub category: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether new tasks may be made of it.
    pub is_active: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// One thing that a template asks to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct TemplateItem {
    /// Its id.
    pub id: TemplateItemId,
    /// The template that it belongs to.
    pub template_id: TemplateId,
    /// What observations name it by. The platform that owned the database before may have given one code to several
    /// items of a template.
    pub code: String,
    /// What is to be looked at.
    pub title: String,
    /// How grave a finding is unless somebody says otherwise, 1 to 5.
    pub severity_default: i64,
    /// Whether it must be looked at.
    pub required: bool,
    /// Where it stands among the items of its template.
    pub sort_order: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// One inspection: a template, applied to an area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct InspectionTask {
    /// Its id.
    pub id: TaskId,
    /// Its name.
    pub name: String,
    /// What is looked at.
    pub template_id: TemplateId,
    /// The mission that flies it, where there is one.
    pub mission_id: Option<MissionId>,
    /// The area that is inspected, as well-known text (WKT) or GeoJSON; empty where none was said.
    pub area_geom: String,
    /// How urgent it is, 1 (first) to 9.
    pub priority: i64,
    /// Where it stands.
    pub status: TaskStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// Something that was seen during an inspection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct Observation {
    /// Its id.
    pub id: ObservationId,
    /// The task that it was made in.
    pub task_id: TaskId,
    /// The drone that saw it, where that is known.
    pub drone_id: Option<DroneId>,
    /// When it was seen, by the clock of whoever saw it.
    pub ts: Timestamp,
    /// Latitude in degrees WGS 84, -90 to 90.
    pub position_lat: f64,
    /// Longitude in degrees WGS 84, -180 to 180.
    pub position_lon: f64,
    /// Altitude in metres.
    pub alt_m: f64,
    /// The code of the item of the template that it is about.
    pub item_code: String,
    /// How grave it is, 1 to 5.
    pub severity: i64,
    /// What was seen, in words.
    pub note: String,
    /// Where a picture or a film of it is.
    pub media_url: Option<String>,
    /// How sure whoever saw it is, 0 to 1.
    pub confidence: Option<f64>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// Counts the changes of the row, from 1.
    pub version: i64,
}

/// A report that was made of a task, in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct InspectionExport {
    /// Its id.
    pub id: ExportId,
    /// The task that it tells of.
    pub task_id: TaskId,
    /// What the file is.
    pub format: ExportFormat,
    /// Where the file was written. Of the platform that owned the database before: a path below the directory that it ran
    /// in, or nothing where it stopped half-way.
    pub file_path: String,
    /// When it was made.
    pub created_at: Timestamp,
}

given! {
    /// A template to create; it is active, and has no items.
    new NewTemplate;

    /// Its name; not blank, at most 100 characters. Several templates may have the same one.
    name: String as within::<100>;
    /// What kind of thing is inspected; not blank, at most 50 characters.
    category: String as within::<50>;
    /// What it is for, at most 4000 bytes.
    description: Option<String> as text::remark;
}

given! {
    /// A change to a template; absent fields stay as they are.
    update TemplateUpdate of InspectionTemplate;

    /// Its name; not blank, at most 100 characters.
    name: String as within::<100>;
    /// What kind of thing is inspected; not blank, at most 50 characters.
    category: String as within::<50>;
    /// What it is for, at most 4000 bytes.
    description: Option<String> as text::remark;
    /// Whether new tasks may be made of it.
    is_active: bool as anything;
}

given! {
    /// An item to add to a template.
    new NewTemplateItem;

    /// What observations name it by, unique in the template; not blank, at most 50 characters.
    code: String as within::<50>;
    /// What is to be looked at; not blank, at most 100 characters.
    title: String as within::<100>;
    /// How grave a finding is unless somebody says otherwise, 1 to 5; absent: 1.
    severity_default: Option<i64> as severity;
    /// Whether it must be looked at; absent: it must.
    required: Option<bool> as anything;
    /// Where it stands among the items of its template, in 32 bits; absent: 0.
    sort_order: Option<i64> as place;
}

given! {
    /// A change to an item of a template; absent fields stay as they are.
    update TemplateItemUpdate of TemplateItem;

    /// What observations name it by, unique in the template; not blank, at most 50 characters.
    code: String as within::<50>;
    /// What is to be looked at; not blank, at most 100 characters.
    title: String as within::<100>;
    /// How grave a finding is unless somebody says otherwise, 1 to 5.
    severity_default: i64 as severity;
    /// Whether it must be looked at.
    required: bool as anything;
    /// Where it stands among the items of its template, in 32 bits.
    sort_order: i64 as place;
}

given! {
    /// A task to create, as a draft.
    new NewInspectionTask;

    /// Its name; not blank, at most 100 characters.
    name: String as within::<100>;
    /// What is looked at: a template that is active.
    template_id: TemplateId;
    /// The mission that flies it.
    mission_id: Option<MissionId>;
    /// The area that is inspected, as well-known text (WKT) or GeoJSON; absent or empty where none is said.
    area_geom: Option<String> as geometry::geometry_or_none;
    /// How urgent it is, 1 (first) to 9; absent: 5.
    priority: Option<i64> as priority;
}

given! {
    /// A change to a task that is not DONE; absent fields stay as they are.
    update InspectionTaskUpdate of InspectionTask;

    /// Its name; not blank, at most 100 characters.
    name: String as within::<100>;
    /// The mission that flies it.
    mission_id: Option<MissionId>;
    /// The area that is inspected, as well-known text (WKT) or GeoJSON; empty where none is said.
    area_geom: String as geometry::geometry_or_none;
    /// How urgent it is, 1 (first) to 9.
    priority: i64 as priority;
}

given! {
    /// Something that was seen during an inspection, to be recorded.
    new NewObservation;

    /// The code of the item that it is about: one of the task's template, where that has items; not blank, at most 50
    /// characters.
    item_code: String as code;
    /// Latitude in degrees WGS 84, -90 to 90.
    position_lat: f64 as latitude;
    /// Longitude in degrees WGS 84, -180 to 180.
    position_lon: f64 as longitude;
    /// Altitude in metres.
    alt_m: f64 as finite;
    /// When it was seen, by the clock of whoever saw it; absent: now.
    ts: Option<Timestamp> as moment;
    /// The drone that saw it.
    drone_id: Option<DroneId>;
    /// How grave it is, 1 to 5; absent: what its item says.
    severity: Option<i64> as severity;
    /// What was seen, in words: at most 4000 bytes.
    note: Option<String> as text::remark;
    /// Where a picture or a film of it is: at most 4000 bytes.
    media_url: Option<String> as text::remark;
    /// How sure whoever saw it is, 0 to 1.
    confidence: Option<f64> as share;
}

given! {
    /// A correction of an observation; absent fields stay as they are.
    update ObservationUpdate of Observation;

    /// The code of the item that it is about, likewise.
    item_code: String as code;
    /// Latitude in degrees WGS 84, -90 to 90.
    position_lat: f64 as latitude;
    /// Longitude in degrees WGS 84, -180 to 180.
    position_lon: f64 as longitude;
    /// Altitude in metres.
    alt_m: f64 as finite;
    /// When it was seen, by the clock of whoever saw it.
    ts: Timestamp as moment;
    /// The drone that saw it.
    drone_id: Option<DroneId>;
    /// How grave it is, 1 to 5.
    severity: i64 as severity;
    /// What was seen, in words: at most 4000 bytes.
    note: String as text::remark;
    /// Where a picture or a film of it is: at most 4000 bytes.
    media_url: Option<String> as text::remark;
    /// How sure whoever saw it is, 0 to 1.
    confidence: Option<f64> as share;
}

/// What was recorded in one go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[cfg_attr(
    feature = "python",
    pyo3::pyclass(module = "ringfence", frozen, get_all, eq)
)]
pub struct RecordedObservations {
    /// The ids of the observations, in the order in which they were given.
    pub ids: Vec<ObservationId>,
}

/// Selects templates; absent fields select all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[serde(default)]
pub struct TemplateFilter {
    /// Only templates of exactly this category.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub category: Option<String>,
    /// Only templates that are, or are not, active.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub is_active: Option<bool>,
}

impl TemplateFilter {
    /// Refuses what can never be stored.
    pub(crate) fn check(&self) -> Result<(), InvalidField> {
        let category = self.category.as_deref();
        category.map_or(Ok(()), |text| text::sought("category", text))
    }
}

filter! {
    /// Selects tasks; absent fields select all.
    TaskFilter by "were created";

    /// Only tasks that stand here.
    status: TaskStatus;
    /// Only tasks of this template.
    template_id: TemplateId;
    /// Only tasks of this mission.
    mission_id: MissionId;
}

filter! {
    /// Selects observations; absent fields select all.
    ObservationFilter by "were seen";

    /// Only observations of this task.
    task_id: TaskId;
    /// Only what this drone saw.
    drone_id: DroneId;
    /// Only observations about exactly this item.
    item_code: String as text::sought;
    /// Only observations of this severity, 1 to 5, or graver ones.
    min_severity: i64 as severity;
}

filter! {
    /// Selects reports; absent fields select all.
    ExportFilter by "were made";

    /// Only reports of this task.
    task_id: TaskId;
    /// Only reports in this format.
    format: ExportFormat;
}

/// How urgent a task is where nobody says so.
pub(crate) const PRIORITY_USUAL: i64 = 5;

/// How grave something is: 1 to 5.
pub(crate) fn severity(field: &str, given: &i64) -> Result<(), InvalidField> {
    between(field, *given, 1, 5)
}

/// How urgent something is: 1 to 9.
fn priority(field: &str, given: &i64) -> Result<(), InvalidField> {
    between(field, *given, 1, 9)
}

/// A place among others, which the column holds in 32 bits.
fn place(field: &str, given: &i64) -> Result<(), InvalidField> {
    between(field, *given, i32::MIN.into(), i32::MAX.into())
}

/// A latitude in degrees.
fn latitude(field: &str, given: &mut f64) -> Result<(), InvalidField> {
    spanned(field, given, -90.0, 90.0)
}

/// A longitude in degrees.
fn longitude(field: &str, given: &mut f64) -> Result<(), InvalidField> {
    spanned(field, given, -180.0, 180.0)
}

/// Some part of the whole.
fn share(field: &str, given: &mut f64) -> Result<(), InvalidField> {
    spanned(field, given, 0.0, 1.0)
}

/// A number that can be told.
fn finite(field: &str, given: &mut f64) -> Result<(), InvalidField> {
    unsigned_zero(given);
    match given.is_finite() {
        true => Ok(()),
        false => Err(InvalidField::new(field, "is no finite number")),
    }
}

/// A zero as it is stored: SQLite keeps no sign of one.
fn unsigned_zero(given: &mut f64) {
    *given += 0.0;
}

/// No number that is none lies between two.
fn spanned(field: &str, given: &mut f64, least: f64, most: f64) -> Result<(), InvalidField> {
    unsigned_zero(given);
    if (least..=most).contains(given) {
        return Ok(());
    }
    Err(InvalidField::new(
        field,
        format_args!("is not between {least} and {most}"),
    ))
}

/// A moment of this era, in the microseconds that are stored.
fn moment(field: &str, given: &mut Timestamp) -> Result<(), InvalidField> {
    if *given < time::FIRST_MOMENT {
        return Err(InvalidField::new(field, "is before the year 1"));
    }
    *given = time::micros(*given);
    Ok(())
}

/// A code as it stands in a template, whoever wrote that.
fn code(field: &str, text: &str) -> Result<(), InvalidField> {
    text::bounded(field, text, text::NAME_MAX)?;
    if text.trim().is_empty() {
        return Err(InvalidField::new(field, "is blank"));
    }
    no_longer_than(field, text, 50)
}

fn between(field: &str, given: i64, least: i64, most: i64) -> Result<(), InvalidField> {
    if (least..=most).contains(&given) {
        return Ok(());
    }
    Err(InvalidField::new(
        field,
        format_args!("is not between {least} and {most}"),
    ))
}

/// A name that its column holds: of up to so many characters.
pub(super) fn within<const CHARACTERS: usize>(
    field: &str,
    text: &mut String,
) -> Result<(), InvalidField> {
    text::named(field, text)?;
    no_longer_than(field, text, CHARACTERS)
}

fn no_longer_than(field: &str, text: &str, characters: usize) -> Result<(), InvalidField> {
    if text.chars().count() > characters {
        return Err(InvalidField::new(
            field,
            format_args!("is longer than {characters} characters"),
        ));
    }
    Ok(())
}
