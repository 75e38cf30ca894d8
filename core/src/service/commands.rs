//! What drones were told: the history of the platform that owned the database before.

use std::sync::Arc;

use crate::error::Result;
use crate::frame::SessionScope;
use crate::model::{
    Entity, LegacyCommand, LegacyCommandFilter, LegacyCommandId, LegacyCommandPage, Permission,
    TimedPageRequest, moments,
};
use crate::service::rows::counted;
use crate::store::Value;
use crate::store::statements::commands::{LEGACY_COMMAND_BY_ID, LEGACY_COMMANDS};

/// What one of the old platform's commands is called in errors and events.
const LEGACY_COMMAND: &str = "legacy_command";

/// A tenant's commands: `command.read`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Commands {
    pub(crate) scope: Arc<SessionScope>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Commands {
    /// The command with this id that the old platform had sent.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` without `command.read`.
    pub async fn legacy_command(&self, id: LegacyCommandId) -> Result<LegacyCommand> {
        id.check("id")?;
        let entity = Entity::new(LEGACY_COMMAND, id.as_str());
        let parameters = vec![Value::from(id)];
        self.scope
            .method("commands.legacy_command")
            .row(
                Permission::CommandRead,
                entity,
                &LEGACY_COMMAND_BY_ID,
                parameters,
            )
            .await
    }

    /// What the old platform had drones told, a page at a time: in the order of the ids, or in which it was asked for.
    ///
    /// # Errors
    /// `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `command.read`.
    pub async fn legacy_commands(
        &self,
        filter: LegacyCommandFilter,
        page: TimedPageRequest,
    ) -> Result<LegacyCommandPage> {
        filter.check()?;
        let asked = page.check(filter.span())?;
        let (query, parameters) = LEGACY_COMMANDS.page(&asked, filters(filter));
        let method = self.scope.method("commands.legacy_commands");
        let found = method.rows(Permission::CommandRead, LEGACY_COMMAND, query, parameters);
        Ok(LegacyCommandPage::cut(found.await?, &asked))
    }

    /// How many of the old platform's commands a filter selects.
    ///
    /// # Errors
    /// `Invalid` for a filter that cannot be; `Forbidden` without `command.read`.
    pub async fn count_legacy_commands(&self, filter: LegacyCommandFilter) -> Result<i64> {
        filter.check()?;
        let asked = LEGACY_COMMANDS.count(moments(filter.span()), filters(filter));
        let method = self.scope.method("commands.count_legacy_commands");
        counted(method, Permission::CommandRead, LEGACY_COMMAND, asked).await
    }
}

/// The values of the filters, in the order of the list.
fn filters(filter: LegacyCommandFilter) -> Vec<Value<'static>> {
    vec![filter.drone_id.into(), filter.status.into()]
}
