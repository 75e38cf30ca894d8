//! The decision as a value: what a method's body returns cannot be made without one.

use crate::audit::detail::Detail;
use crate::audit::record::{Event, Recorded};
use crate::model::{Action, Entity, RoleId, Tenant, WhoAmI};

/// That the actor may do what the call does. Only a decision makes one: [`Call::authorize`](super::Call::authorize).
///
/// It holds the role in force: the one of the actor's roles that the decision rests on.
pub(crate) struct Permit(Option<RoleId>);

/// What every caller is told of itself, who it is and where, without a permission. Nothing else is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is told to nobody without a permission",
    note = "decide with `call.authorize(permission, &entity)?`, and return `permit.read(…)` or `permit.wrote(…)`"
)]
pub(crate) trait AboutTheCaller {}

impl AboutTheCaller for WhoAmI {}
impl AboutTheCaller for Tenant {}

/// What a body returns, with the decision behind it.
pub(crate) struct Permitted<T>(T);

/// What the body of a method that writes returns.
pub(crate) type Written<T> = Permitted<Recorded<T>>;

impl Permit {
    pub(super) fn granted(role: Option<RoleId>) -> Self {
        Self(role)
    }

    /// The result of a body that read.
    pub(crate) fn read<T>(self, found: T) -> Permitted<T> {
        Permitted(found)
    }

    /// The result of a body that wrote, with its event.
    pub(crate) fn wrote<T>(
        self,
        value: T,
        action: Action,
        entity: Entity,
        detail: Detail,
    ) -> Written<T> {
        Permitted(Recorded::new(value, self.event(action, entity, detail)))
    }

    fn event(self, action: Action, entity: Entity, detail: Detail) -> Event {
        Event {
            role: self.0,
            ..Event::done(action, entity, detail)
        }
    }

    /// The result of a body that had nothing to write.
    pub(crate) fn unchanged<T>(self, value: T) -> Written<T> {
        Permitted(Recorded::unchanged(value))
    }
}

impl<T> Written<T> {
    /// With the event of another row that the body wrote, and the decision behind that.
    pub(crate) fn and(
        self,
        permit: Permit,
        action: Action,
        entity: Entity,
        detail: Detail,
    ) -> Self {
        Permitted(self.0.and(permit.event(action, entity, detail)))
    }
}

impl<T> Permitted<T> {
    pub(super) fn about_the_caller(found: T) -> Self
    where
        T: AboutTheCaller,
    {
        Self(found)
    }

    pub(super) fn release(self) -> T {
        self.0
    }
}
