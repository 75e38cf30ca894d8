//! What a report tells of, besides the observations.

use std::collections::BTreeMap;

use crate::model::{InspectionTask, InspectionTemplate, TaskId, TemplateItem, geometry};

/// The task, and what was looked at.
pub(in super::super) struct Subject {
    pub(super) task: InspectionTask,
    /// The task's area as lines of places, longitude first; none where it is no geometry, as that of an adopted row may be.
    pub(super) area: Vec<Vec<(f64, f64)>>,
    /// Absent where another program took it away.
    pub(super) template: Option<InspectionTemplate>,
    pub(super) items: Vec<TemplateItem>,
    /// What the items are called, by their codes.
    titles: BTreeMap<String, String>,
    /// When it is made.
    pub(super) made_at: String,
}

impl Subject {
    pub(in super::super) fn new(
        task: InspectionTask,
        template: Option<InspectionTemplate>,
        items: Vec<TemplateItem>,
        made_at: String,
    ) -> Self {
        let mut titles = BTreeMap::new();
        for item in &items {
            // Where the platform before gave a code twice, the first one counts.
            let title = titles.entry(item.code.clone());
            title.or_insert_with(|| item.title.clone());
        }
        Self {
            area: geometry::lines(&task.area_geom),
            task,
            template,
            items,
            titles,
            made_at,
        }
    }

    pub(in super::super) fn task(&self) -> &TaskId {
        &self.task.id
    }

    /// What the template calls an item, where it knows the code.
    pub(super) fn title(&self, code: &str) -> Option<&str> {
        self.titles.get(code).map(String::as_str)
    }
}
