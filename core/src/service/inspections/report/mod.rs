//! What a report of an inspection holds, by its format. Text in, text out: nothing here reads or writes anything.
//!
//! Whatever stands in a row is data: in a page every value is escaped, in a table none begins like a formula.

mod csv;
mod geojson;
mod html;
mod json;
mod place;
mod subject;

pub(super) use place::Extent;
pub(super) use subject::Subject;

use crate::model::{ExportFormat, Observation};

/// A report that is being written: the head, then one pass over the observations for each of its parts, then the foot.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Report {
    Html,
    Csv,
    GeoJson,
    Json,
}

/// What one pass over the observations writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The drawing.
    Drawing,
    /// The rows.
    Rows,
}

impl Report {
    /// A report in this format. One that only another program knows is nobody's to ask for.
    pub(super) const fn of(format: &ExportFormat) -> Self {
        match format {
            ExportFormat::Html => Self::Html,
            ExportFormat::Csv => Self::Csv,
            ExportFormat::GeoJson => Self::GeoJson,
            ExportFormat::Json | ExportFormat::Other { .. } => Self::Json,
        }
    }

    /// What the file's name ends with.
    pub(super) const fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Csv => "csv",
            Self::GeoJson => "geojson",
            Self::Json => "json",
        }
    }

    /// Its parts in their order.
    pub(super) const fn parts(self) -> &'static [Part] {
        match self {
            Self::Html => &[Part::Drawing, Part::Rows],
            Self::Csv | Self::GeoJson | Self::Json => &[Part::Rows],
        }
    }

    /// Whether it has to know where the observations lie before the first of them is written.
    pub(super) const fn needs_extent(self) -> bool {
        matches!(self, Self::Html)
    }

    /// What stands before the observations of a part.
    pub(super) fn before(self, part: Part, subject: &Subject, extent: &Extent) -> String {
        match (self, part) {
            (Self::Html, Part::Drawing) => html::head(subject, extent),
            (Self::Html, Part::Rows) => html::between(extent),
            (Self::Csv, _) => csv::head(),
            (Self::GeoJson, _) => geojson::head(subject),
            (Self::Json, _) => json::head(subject),
        }
    }

    /// One observation in a part; `first` where none stands before it.
    pub(super) fn observation(
        self,
        part: Part,
        subject: &Subject,
        extent: &Extent,
        observation: &Observation,
        first: bool,
        out: &mut String,
    ) {
        match (self, part) {
            (Self::Html, Part::Drawing) => html::point(extent, observation, out),
            (Self::Html, Part::Rows) => html::row(subject, observation, out),
            (Self::Csv, _) => csv::row(subject, observation, out),
            (Self::GeoJson, _) => geojson::feature(subject, observation, first, out),
            (Self::Json, _) => json::row(observation, first, out),
        }
    }

    /// What stands behind everything.
    pub(super) const fn after(self) -> &'static str {
        match self {
            Self::Html => html::FOOT,
            Self::Csv => "",
            Self::GeoJson | Self::Json => "\n]}\n",
        }
    }
}

#[cfg(test)]
mod tests;
