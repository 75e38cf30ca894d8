//! What is found where a database file is to be opened, and what is not opened there: looked at before SQLite opens
//! anything.

use std::path::Path;

use super::identity::{Found, beside};
use super::mount::refuse_unshared;
use crate::error::{Failure, SchemaCode, SchemaMismatch};
use crate::model::InvalidField;
use crate::store::settings::Settings;

/// What was found where a file is to be opened.
pub(super) struct Site {
    pub(super) may_have_other_names: bool,
    /// A log with something in it lies there: another process has the file open, or left it without closing.
    pub(super) log_was_left: bool,
    /// And its index, as whoever has it open keeps it.
    pub(super) has_index: bool,
}

impl Site {
    /// Looks at a resolved path, at which nothing but a file can be.
    pub(super) fn look(path: &Path, settings: &Settings) -> Result<Self, Failure> {
        // The log first: it is never there before the file has something in it.
        let [log, index] = beside(path);
        let log_was_left = Found::at(&log)?.is_some_and(|log| log.bytes > 0);
        let file = Found::at(path)?;
        if let Some(file) = file.filter(|file| file.has_other_names())
            && !settings.allow_hard_links
        {
            let rule = format!(
                "names a file with {} hard links: whoever opens it by another keeps another log, and what either \
                 writes is lost; `allow_hard_links` opens it where nobody does",
                file.links
            );
            return Err(InvalidField::new("url", rule).into());
        }
        if !settings.allow_any_mount {
            refuse_unshared(path)?;
        }
        let site = Self {
            may_have_other_names: settings.allow_hard_links,
            log_was_left,
            // Behind the log: it is made first.
            has_index: Found::at(&index)?.is_some(),
        };
        // SQLite would remove such a log.
        site.refuse_strange_log(file.is_some_and(|file| file.bytes > 0))?;
        Ok(site)
    }

    /// Refuses to make anything of a file without anything in it beside a log: a copy without its log beside another's,
    /// or a log whose file is gone. Nobody makes a log before there is a schema.
    pub(super) fn refuse_strange_log(&self, has_schema: bool) -> Result<(), Failure> {
        if self.log_was_left && !has_schema {
            return Err(Failure::Schema(SchemaMismatch {
                code: SchemaCode::StrangeLog,
                detail: "the file has nothing in it, and a log (`-wal`) that is not its own lies beside it: a database \
                         that was copied or removed without its log; put back the file that the log belongs to, or \
                         move the log away"
                    .to_owned(),
            }));
        }
        Ok(())
    }
}
