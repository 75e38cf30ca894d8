"""
The same for asyncio: every method is a coroutine.
"""

from . import (
    Alert,
    AlertPage,
    ApprovalPage,
    ApprovalRecord,
    ApprovalRecordPage,
    AuditEvent,
    BoundaryReport,
    Credential,
    Defect,
    DefectAction,
    DefectActionPage,
    DefectDetails,
    DefectPage,
    DefectStats,
    Drone,
    DronePage,
    EffectivePermissions,
    EventPage,
    ExportPage,
    FoundedTenant,
    Incident,
    IncidentPage,
    IncidentTask,
    InspectionExport,
    InspectionTask,
    InspectionTemplate,
    IntegrityFinding,
    IntegrityReport,
    LegacyCommand,
    LegacyCommandPage,
    LegacyEvent,
    LegacyEventPage,
    LegacyRequest,
    LegacyRequestPage,
    LogVerification,
    MigrationStatus,
    Mission,
    MissionPage,
    MissionPlan,
    MissionRun,
    Observation,
    ObservationPage,
    Progress,
    RecordedObservations,
    Resource,
    Role,
    RolePage,
    RunPage,
    TaskPage,
    TelemetryPosition,
    TemplateItem,
    TemplateItemPage,
    TemplatePage,
    Tenant,
    TenantGrowth,
    TenantGrowthPage,
    TenantPage,
    User,
    UserPage,
    WhoAmI,
)
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from ringfence._enums import (
    Action,
    AlertSeverity,
    AlertStatus,
    AlertType,
    ApprovalEntity,
    ApprovalStatus,
    DefectStatus,
    ExportFormat,
    IncidentLevel,
    IncidentStatus,
    LegacyCommandStatus,
    MigrateMode,
    MissionState,
    Order,
    Permission,
    PlanType,
    TaskStatus,
    Vendor,
)
from typing import Any, SupportsFloat, SupportsIndex, final

__all__ = [
    "Alerts",
    "Approvals",
    "Audit",
    "Commands",
    "Defects",
    "DeploymentLog",
    "Drones",
    "Identity",
    "Incidents",
    "Inspections",
    "Missions",
    "Ringfence",
    "TenantSession",
    "open",
]

@final
class Alerts:
    """
    A tenant's alerts: `alert.read`, `alert.write`.
    """
    def ack(self, /, id: str, *, comment: str | None = None) -> Coroutine[Any, Any, Alert]:
        """
        Takes an alert up. The comment becomes `ack_comment` in its detail.

        Raises `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is not OPEN
        (`illegal_transition`).
        """
    def close_alert(self, /, id: str, *, comment: str | None = None) -> Coroutine[Any, Any, Alert]:
        """
        Closes an alert. The comment becomes `close_comment` in its detail.

        Raises `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is closed
        (`illegal_transition`).
        """
    def count(
        self,
        /,
        *,
        drone_id: str | None = None,
        status: AlertStatus | str | None = None,
        alert_type: AlertType | str | None = None,
        severity: AlertSeverity | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many alerts these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `alert.read`.
        """
    def evaluate(
        self,
        /,
        drone_id: str,
        *,
        battery_percent: SupportsFloat | SupportsIndex | None = None,
        position: TelemetryPosition | None = None,
        mode: str | None = None,
        link_ok: bool | None = None,
        latency_ms: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, list[Alert]]:
        """
        Raises what a sample of telemetry says is wrong, and gives the alerts that were raised or written anew: a
        battery at or under 20 per cent, a link that is lost, a place or an altitude outside of the fences that the
        drone's running mission has.

        Raises `Invalid` naming the field (`position.lat`); `NotFound` for the drone; `Forbidden` without `alert.write`.
        """
    def get(self, /, id: str) -> Coroutine[Any, Any, Alert]:
        """
        The alert with this id.

        Raises `NotFound`; `Forbidden` without `alert.read`.
        """
    def list(
        self,
        /,
        *,
        drone_id: str | None = None,
        status: AlertStatus | str | None = None,
        alert_type: AlertType | str | None = None,
        severity: AlertSeverity | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, AlertPage]:
        """
        Alerts, a page at a time: in the order of their ids, or in which they were first seen (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `alert.read`.
        """
    def raise_alert(
        self,
        /,
        drone_id: str,
        alert_type: AlertType | str,
        severity: AlertSeverity | str,
        message: str,
        *,
        detail: str | None = None,
    ) -> Coroutine[Any, Any, Alert]:
        """
        Raises an alert about a drone. Where one of its type is active already it is that one, whose severity only
        rises. `detail` is a JSON object as text.

        Raises `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `alert.write`.
        """

@final
class Approvals:
    """
    A tenant's recorded decisions: `approval.read`, `approval.write`.
    """
    def count(
        self,
        /,
        *,
        entity_id: str | None = None,
        approved_by: str | None = None,
        status: ApprovalStatus | str | None = None,
        entity_type: ApprovalEntity | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many recorded decisions these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `approval.read`.
        """
    def get(self, /, id: str) -> Coroutine[Any, Any, ApprovalRecord]:
        """
        The recorded decision with this id.

        Raises `NotFound`; `Forbidden` without `approval.read`.
        """
    def list(
        self,
        /,
        *,
        entity_id: str | None = None,
        approved_by: str | None = None,
        status: ApprovalStatus | str | None = None,
        entity_type: ApprovalEntity | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, ApprovalRecordPage]:
        """
        Recorded decisions, a page at a time: in the order of their ids, or in which they were recorded (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `approval.read`.
        """
    def record(
        self, /, resource: Resource, status: ApprovalStatus | str
    ) -> Coroutine[Any, Any, ApprovalRecord]:
        """
        Records what the caller decided about something of the tenant, which stays from then on. A decision is
        recorded once: another one about the same thing stands beside it.

        Raises `Invalid` for an id that cannot be, and for runs, reports, users and roles, about which nothing is
        recorded (`resource`); `NotFound` for what it is about; `Forbidden` without `approval.write`.
        """

@final
class Audit:
    """
    A tenant's audit log: `audit.read`.
    """
    def count_legacy_events(
        self,
        /,
        *,
        event_type: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many of the old platform's events these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def count_legacy_requests(
        self, /, *, actor_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Coroutine[Any, Any, int]:
        """
        How many of those requests these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def event(self, /, seq: SupportsIndex) -> Coroutine[Any, Any, AuditEvent]:
        """
        The event at this place in the log, from 0.

        Raises `NotFound`; `Forbidden` without `audit.read`.
        """
    def events(
        self,
        /,
        *,
        action: Action | str | None = None,
        entity_type: str | None = None,
        entity_id: str | None = None,
        actor: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, EventPage]:
        """
        Events in the order of the log, a page at a time: those from `since` on and before `until`.

        Raises `Invalid`; `Forbidden` without `audit.read`.
        """
    def legacy_event(self, /, id: str) -> Coroutine[Any, Any, LegacyEvent]:
        """
        The event with this id that the old platform wrote down.

        Raises `NotFound`; `Forbidden` without `audit.read`.
        """
    def legacy_events(
        self,
        /,
        *,
        event_type: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, LegacyEventPage]:
        """
        What happened on the old platform, a page at a time: in the order of the ids, or in which it was asked for
        (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def legacy_request(self, /, id: str) -> Coroutine[Any, Any, LegacyRequest]:
        """
        The request with this id that the old platform was asked.

        Raises `NotFound`; `Forbidden` without `audit.read`.
        """
    def legacy_requests(
        self,
        /,
        *,
        actor_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, LegacyRequestPage]:
        """
        What the old platform was asked with this tenant's tokens, a page at a time: in the order of the ids, or in
        which it was asked for (`order`). Requests without a token are no tenant's.

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def verify(self, /) -> Coroutine[Any, Any, LogVerification]:
        """
        Recomputes the whole log from its rows and compares it with the root that it stands at. A log that does not
        verify is a result, and raises nothing.

        Raises `Forbidden` without `audit.read`.
        """

@final
class Commands:
    """
    A tenant's commands: `command.read`.
    """
    def count_legacy_commands(
        self,
        /,
        *,
        drone_id: str | None = None,
        status: LegacyCommandStatus | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many of the old platform's commands these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `command.read`.
        """
    def legacy_command(self, /, id: str) -> Coroutine[Any, Any, LegacyCommand]:
        """
        The command with this id that the old platform had sent.

        Raises `NotFound`; `Forbidden` without `command.read`.
        """
    def legacy_commands(
        self,
        /,
        *,
        drone_id: str | None = None,
        status: LegacyCommandStatus | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, LegacyCommandPage]:
        """
        What the old platform had drones told, a page at a time: in the order of the ids, or in which it was asked for
        (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `command.read`.
        """

@final
class Defects:
    """
    A tenant's defects: `defect.read`, `defect.write`.
    """
    def actions(
        self,
        /,
        defect: str,
        *,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, DefectActionPage]:
        """
        What was done about a defect, a page at a time: in the order of the ids, or in which it was done (`order`).

        Raises `Invalid`; `NotFound`; `Forbidden` without `defect.read`.
        """
    def add_action(
        self, /, defect: str, action_type: str, *, note: str | None = None
    ) -> Coroutine[Any, Any, DefectAction]:
        """
        Tells of something that was done about a defect; the defect stays as it is.

        Raises `Invalid` naming the field, `action_type` among them where it is one that the library writes itself;
        `NotFound`; `Forbidden` without `defect.write`.
        """
    def advance(
        self,
        /,
        id: str,
        to: DefectStatus | str,
        *,
        version: SupportsIndex | None = None,
        note: str | None = None,
    ) -> Coroutine[Any, Any, Defect]:
        """
        Takes a defect one step further: OPEN, ASSIGNED, IN_PROGRESS, FIXED, VERIFIED, CLOSED. What is FIXED gets an
        inspection task by which it is looked at again. The note is kept with the action.

        Raises `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version
        (`stale_version`) or any other step (`illegal_transition`).
        """
    def assign(
        self, /, id: str, user: str, *, version: SupportsIndex | None = None
    ) -> Coroutine[Any, Any, Defect]:
        """
        Gives a defect that is not CLOSED to a user of the tenant, who begins with it: it is ASSIGNED, wherever it
        stood.

        Raises `Invalid`; `NotFound` for the defect or the user; `Forbidden` without `defect.write`; `Conflict` for a
        stale version (`stale_version`) or a defect that is CLOSED (`illegal_transition`).
        """
    def count(
        self,
        /,
        *,
        status: DefectStatus | str | None = None,
        observation_id: str | None = None,
        assigned_to: str | None = None,
        min_severity: SupportsIndex | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many defects these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `defect.read`.
        """
    def create(
        self,
        /,
        observation_id: str,
        *,
        title: str | None = None,
        description: str | None = None,
        severity: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Defect]:
        """
        Makes a defect out of an observation, which has one at most. Without a title it is named by the observation's
        item, without a description it has its note, without a severity it is as grave.

        Raises `Invalid` naming the field; `NotFound` for the observation; `Forbidden` without `defect.write`;
        `Conflict` (`taken`) when the observation has a defect.
        """
    def get(self, /, id: str) -> Coroutine[Any, Any, DefectDetails]:
        """
        The defect with this id, with what was done about it.

        Raises `NotFound`; `Forbidden` without `defect.read`.
        """
    def list(
        self,
        /,
        *,
        status: DefectStatus | str | None = None,
        observation_id: str | None = None,
        assigned_to: str | None = None,
        min_severity: SupportsIndex | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, DefectPage]:
        """
        Defects, a page at a time: in the order of their ids, or in which they were made out (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `defect.read`.
        """
    def stats(self, /) -> Coroutine[Any, Any, DefectStats]:
        """
        How many defects there are, and how many stand where.

        Raises `Forbidden` without `defect.read`.
        """
    def update(
        self,
        /,
        id: str,
        *,
        title: str = ...,
        description: str | None = ...,
        severity: SupportsIndex = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Defect]:
        """
        Changes what is said of a defect that is not CLOSED; what is left out stays as it is.

        Raises `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version
        (`stale_version`) or a defect that is CLOSED (`illegal_transition`).
        """

@final
class DeploymentLog:
    """
    The deployment's own log: what operators did. It outlives every tenant.
    """
    def event(self, /, seq: SupportsIndex) -> Coroutine[Any, Any, AuditEvent]:
        """
        The event at this place in the log, from 0.

        Raises `NotFound`.
        """
    def events(
        self,
        /,
        *,
        action: Action | str | None = None,
        entity_type: str | None = None,
        entity_id: str | None = None,
        actor: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, EventPage]:
        """
        Events in the order of the log, a page at a time: those from `since` on and before `until`.

        Raises `Invalid`.
        """
    def verify(self, /) -> Coroutine[Any, Any, LogVerification]:
        """
        Recomputes the whole log from its rows and compares it with the root that it stands at.
        """

@final
class Drones:
    """
    The registry of a tenant's drones: `registry.read`, `registry.write`.
    """
    def credential(self, /, drone: str) -> Coroutine[Any, Any, Credential]:
        """
        The secret that a drone is spoken to with: `credential(drone).secret.expose()`. That it was read is an event.

        Raises `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without
        `registry.write`; `Conflict` (`no_secret_key`, `other_secret_key`); `Integrity` for a secret that was changed or
        moved since it was sealed.
        """
    def delete(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Deletes a drone that nothing refers to.

        Raises `NotFound`; `Forbidden` without `registry.write`; `Conflict` (`in_use`) while anything refers to it.
        """
    def delete_credential(self, /, drone: str) -> Coroutine[Any, Any, None]:
        """
        Takes a drone's credential away. Needs no key.

        Raises `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without
        `registry.write`.
        """
    def get(self, /, id: str) -> Coroutine[Any, Any, Drone]:
        """
        The drone with this id.

        Raises `NotFound`; `Forbidden` without `registry.read`.
        """
    def list(
        self,
        /,
        *,
        vendor: Vendor | str | None = None,
        name: str | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, DronePage]:
        """
        Drones in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `registry.read`.
        """
    def register(
        self, /, name: str, vendor: Vendor | str, *, capabilities: str | None = None
    ) -> Coroutine[Any, Any, Drone]:
        """
        Registers a drone. `capabilities` is a JSON object as text.

        Raises `Invalid` naming the field; `Forbidden` without `registry.write`; `Conflict` (`taken`) when the tenant
        has a drone of this name.
        """
    def set_credential(self, /, drone: str, secret: str) -> Coroutine[Any, Any, None]:
        """
        Gives a drone the secret that it is spoken to with, a JSON object as text, in place of the one that it has. It is
        stored sealed with the database's `secret_key`, and the log says only that it was set.

        Raises `Invalid`; `NotFound` for the drone; `Forbidden` without `registry.write`; `Conflict` where the database
        was opened without a key (`no_secret_key`), or the one that the drone has was sealed with another
        (`other_secret_key`).
        """
    def update(
        self,
        /,
        id: str,
        *,
        name: str = ...,
        vendor: Vendor | str = ...,
        capabilities: str = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Drone]:
        """
        Changes a drone; what is left out stays as it is.

        Raises `Invalid`; `NotFound`; `Forbidden` without `registry.write`; `Conflict` for a stale version
        (`stale_version`) or a name that the tenant uses already (`taken`).
        """

@final
class Identity:
    """
    A tenant's users, roles and permissions: `identity.read`, `identity.write`.

    Nobody grants, assigns or takes beyond what they hold, nor touches a user who may do more (`Forbidden`), and the
    last administrator stays (`Conflict`, `last_admin`).
    """
    def assign_role(
        self, /, user_id: str, role_id: str, *, expires_at: datetime | None = None
    ) -> Coroutine[Any, Any, None]:
        """
        Gives a role to a user, until `expires_at` or for good. For a role that the user has already it changes the
        end, or takes it away.

        Raises `Invalid` for an end that is not in the future; `NotFound` (`user`, `role`); `Forbidden` without
        `identity.write`; `Conflict` when the user has the role with this end already (`taken`), or for the last admin
        (`last_admin`).
        """
    def create_role(self, /, name: str, *, description: str | None = None) -> Coroutine[Any, Any, Role]:
        """
        Creates a role without permissions.

        Raises `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the tenant
        has a role of this name.
        """
    def create_user(self, /, username: str, *, password: str | None = None) -> Coroutine[Any, Any, User]:
        """
        Creates an active user without a role. Without a password only the host vouches for it.

        Raises `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the tenant
        has a user of this name.
        """
    def delete_role(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Deletes a role that nobody has, with what it grants and denies.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
        caller does not hold; `Conflict` (`in_use`) while a user has the role, be it with an end that is over, or another
        role inherits it.
        """
    def delete_user(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Deletes a user whom nothing names, and the roles that it has with it. One who created a mission or decided about
        one stays, and is switched off instead.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`; `Conflict` while a row names the user
        (`in_use`), or for the last admin (`last_admin`).
        """
    def end_sessions(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Ends the sessions of a user that are open, in every process: their next call raises `Unauthenticated`. That of
        the caller ends too, where it is the user's own.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`.
        """
    def grant(self, /, role: str, permission: Permission | str) -> Coroutine[Any, Any, None]:
        """
        Grants a role a permission.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the caller does not hold the
        permission; `Conflict` (`taken`) when the role has it already.
        """
    def permissions_of(self, /, user: str) -> Coroutine[Any, Any, EffectivePermissions]:
        """
        What a user may do as of now, out of all its roles: inherited ones, denies and end times included.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.read`.
        """
    def revoke(self, /, role: str, permission: Permission | str) -> Coroutine[Any, Any, None]:
        """
        Takes a permission from a role. What the role inherits stays.

        Raises `Invalid`; `NotFound` (`role`, or `grant` when the role itself was not granted it); `Forbidden` without
        `identity.write`, or when the caller does not hold the permission; `Conflict` (`last_admin`).
        """
    def role(self, /, id: str) -> Coroutine[Any, Any, Role]:
        """
        The role with this id.

        Raises `NotFound`; `Forbidden` without `identity.read`.
        """
    def roles(
        self, /, *, name: str | None = None, limit: SupportsIndex | None = None, after: str | None = None
    ) -> Coroutine[Any, Any, RolePage]:
        """
        Roles in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
        """
    def set_password(self, /, id: str, password: str) -> Coroutine[Any, Any, None]:
        """
        Sets a user's password. Its sessions that are open end, in every process, but for the one that sets its own
        user's.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`.
        """
    def unassign_role(self, /, user: str, role: str) -> Coroutine[Any, Any, None]:
        """
        Takes a role from a user.

        Raises `Invalid`; `NotFound` (`user`, `role`, or `assignment` when the user does not have the role);
        `Forbidden` without `identity.write`; `Conflict` (`last_admin`).
        """
    def update_role(
        self,
        /,
        id: str,
        *,
        name: str = ...,
        description: str | None = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Role]:
        """
        Renames a role, or says anew what it is for; what is left out stays as it is, and `None` takes the description
        away.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
        caller does not hold; `Conflict` for a stale version (`stale_version`) or a name that the tenant uses already
        (`taken`).
        """
    def update_user(
        self, /, id: str, *, username: str = ..., is_active: bool = ..., version: SupportsIndex | None = None
    ) -> Coroutine[Any, Any, User]:
        """
        Renames a user, or switches it on or off; what is left out stays as it is. A user who is switched off opens no
        session, and its open ones are refused.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`; `Conflict` for a stale version
        (`stale_version`), a name that the tenant uses already (`taken`), or the last admin (`last_admin`).
        """
    def user(self, /, id: str) -> Coroutine[Any, Any, User]:
        """
        The user with this id.

        Raises `NotFound`; `Forbidden` without `identity.read`.
        """
    def users(
        self,
        /,
        *,
        username: str | None = None,
        is_active: bool | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, UserPage]:
        """
        Users in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
        """

@final
class Incidents:
    """
    A tenant's incidents: `incident.read`, `incident.write`.
    """
    def close_incident(self, /, id: str, *, comment: str | None = None) -> Coroutine[Any, Any, Incident]:
        """
        Closes an incident. The comment stands in the event. Its mission and its task go on.

        Raises `Invalid`; `NotFound`; `Forbidden` without `incident.write`; `Conflict` for one that is closed
        (`illegal_transition`).
        """
    def count(
        self,
        /,
        *,
        linked_task_id: str | None = None,
        status: IncidentStatus | str | None = None,
        level: IncidentLevel | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many incidents these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `incident.read`.
        """
    def create(
        self, /, title: str, level: IncidentLevel | str, location_geom: str
    ) -> Coroutine[Any, Any, Incident]:
        """
        Reports an incident. `location_geom` is WKT or GeoJSON.

        Raises `Invalid` naming the field; `Forbidden` without `incident.write`.
        """
    def create_task(
        self, /, id: str, template_id: str, *, drone_id: str | None = None
    ) -> Coroutine[Any, Any, IncidentTask]:
        """
        Makes a mission that flies to an incident and the inspection task of what is to be looked at there, and links
        the task to the incident: all of it or nothing.

        Raises `Invalid`; `NotFound` for the incident, the template or the drone; `Forbidden` without `incident.write`,
        `mission.write` or `inspection.read`; `Conflict` for an incident that is not OPEN (`illegal_transition`), or a
        template that is not active (`inactive_template`).
        """
    def get(self, /, id: str) -> Coroutine[Any, Any, Incident]:
        """
        The incident with this id.

        Raises `NotFound`; `Forbidden` without `incident.read`.
        """
    def list(
        self,
        /,
        *,
        linked_task_id: str | None = None,
        status: IncidentStatus | str | None = None,
        level: IncidentLevel | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, IncidentPage]:
        """
        Incidents, a page at a time: in the order of their ids, or in which they were reported (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `incident.read`.
        """

@final
class Inspections:
    """
    A tenant's inspections: `inspection.read`, `inspection.write`, `inspection.export`.
    """
    def add_item(
        self,
        /,
        template: str,
        code: str,
        title: str,
        *,
        severity_default: SupportsIndex | None = None,
        required: bool | None = None,
        sort_order: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, TemplateItem]:
        """
        Adds an item to a template.

        Raises `Invalid` naming the field; `NotFound` for the template; `Forbidden` without `inspection.write`;
        `Conflict` (`taken`) when the template has an item of this code.
        """
    def advance_task(
        self, /, id: str, to: TaskStatus | str, *, version: SupportsIndex | None = None
    ) -> Coroutine[Any, Any, InspectionTask]:
        """
        Takes a task one step further: DRAFT, SCHEDULED, RUNNING, DONE.

        Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        (`stale_version`) or any other step (`illegal_transition`).
        """
    def count_exports(
        self,
        /,
        *,
        task_id: str | None = None,
        format: ExportFormat | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many reports these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def count_observations(
        self,
        /,
        *,
        task_id: str | None = None,
        drone_id: str | None = None,
        item_code: str | None = None,
        min_severity: SupportsIndex | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many observations these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def count_tasks(
        self,
        /,
        *,
        status: TaskStatus | str | None = None,
        template_id: str | None = None,
        mission_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Coroutine[Any, Any, int]:
        """
        How many tasks these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def count_templates(
        self, /, *, category: str | None = None, is_active: bool | None = None
    ) -> Coroutine[Any, Any, int]:
        """
        How many templates these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def create_task(
        self,
        /,
        name: str,
        template_id: str,
        *,
        mission_id: str | None = None,
        area_geom: str | None = None,
        priority: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, InspectionTask]:
        """
        Creates a task of a template, as a draft. `area_geom` is well-known text (WKT) or GeoJSON.

        Raises `Invalid` naming the field; `NotFound` for the template or the mission; `Forbidden` without
        `inspection.write`; `Conflict` for a template that is not active (`inactive_template`).
        """
    def create_template(
        self, /, name: str, category: str, *, description: str | None = None
    ) -> Coroutine[Any, Any, InspectionTemplate]:
        """
        Creates a template, active and without items.

        Raises `Invalid` naming the field; `Forbidden` without `inspection.write`.
        """
    def delete_task(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Deletes a task that nothing refers to.

        Raises `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while an observation, a report
        or an incident refers to it.
        """
    def delete_template(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Deletes a template that no task was made of, and with it its items.

        Raises `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while a task refers to it.
        """
    def export(
        self, /, task: str, format: ExportFormat | str, folder: str
    ) -> Coroutine[Any, Any, InspectionExport]:
        """
        Writes a report of a task into a file of a folder, which is named after the report's id.

        Raises `Invalid` for a format that the library does not know, and for a folder that is not there or cannot be
        written to; `NotFound`; `Forbidden` without `inspection.export`; `Unavailable` (`disk_full`).
        """
    def exports(
        self,
        /,
        *,
        task_id: str | None = None,
        format: ExportFormat | str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, ExportPage]:
        """
        Reports, a page at a time: in the order of their ids, or in which they were made (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def items(
        self, /, template: str, *, limit: SupportsIndex | None = None, after: str | None = None
    ) -> Coroutine[Any, Any, TemplateItemPage]:
        """
        The items of a template in the order of their ids, a page at a time.

        Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.read`.
        """
    def observation(self, /, id: str) -> Coroutine[Any, Any, Observation]:
        """
        The observation with this id.

        Raises `NotFound`; `Forbidden` without `inspection.read`.
        """
    def observations(
        self,
        /,
        *,
        task_id: str | None = None,
        drone_id: str | None = None,
        item_code: str | None = None,
        min_severity: SupportsIndex | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, ObservationPage]:
        """
        Observations, a page at a time: in the order of their ids, or in which they were seen (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def record(
        self,
        /,
        task: str,
        item_code: str,
        position_lat: SupportsFloat | SupportsIndex,
        position_lon: SupportsFloat | SupportsIndex,
        alt_m: SupportsFloat | SupportsIndex,
        *,
        ts: datetime | None = None,
        drone_id: str | None = None,
        severity: SupportsIndex | None = None,
        note: str | None = None,
        media_url: str | None = None,
        confidence: SupportsFloat | SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Observation]:
        """
        Records something that was seen during an inspection. Degrees are WGS 84, the altitude is in metres.

        Raises `Invalid` naming the field, `item_code` among them where the task's template has items and none of this
        code; `NotFound` for the task or the drone; `Forbidden` without `inspection.write`.
        """
    def record_many(
        self, /, task: str, observations: Iterable[dict[str, Any]]
    ) -> Coroutine[Any, Any, RecordedObservations]:
        """
        Records many at once, in their order: all of them, or none. Each is a dict with the arguments of `record` by
        their names.

        Raises `Invalid` naming the observation and its field (`observations[3].severity`), or for none at all;
        `NotFound` for the task or a drone; `Forbidden` without `inspection.write`.
        """
    def remove_item(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Takes an item out of its template. Observations that name its code stay.

        Raises `NotFound`; `Forbidden` without `inspection.write`.
        """
    def report(self, /, id: str) -> Coroutine[Any, Any, InspectionExport]:
        """
        The report with this id: what is known of the file, which the library does not keep.

        Raises `NotFound`; `Forbidden` without `inspection.read`.
        """
    def task(self, /, id: str) -> Coroutine[Any, Any, InspectionTask]:
        """
        The task with this id.

        Raises `NotFound`; `Forbidden` without `inspection.read`.
        """
    def tasks(
        self,
        /,
        *,
        status: TaskStatus | str | None = None,
        template_id: str | None = None,
        mission_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
        order: Order | str | None = None,
    ) -> Coroutine[Any, Any, TaskPage]:
        """
        Tasks, a page at a time: in the order of their ids, or in which they were created (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def template(self, /, id: str) -> Coroutine[Any, Any, InspectionTemplate]:
        """
        The template with this id.

        Raises `NotFound`; `Forbidden` without `inspection.read`.
        """
    def templates(
        self,
        /,
        *,
        category: str | None = None,
        is_active: bool | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, TemplatePage]:
        """
        Templates in the order of their ids, a page at a time.

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def update_item(
        self,
        /,
        id: str,
        *,
        code: str = ...,
        title: str = ...,
        severity_default: SupportsIndex = ...,
        required: bool = ...,
        sort_order: SupportsIndex = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, TemplateItem]:
        """
        Changes an item of a template; what is left out stays as it is. Observations keep the code that they name.

        Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        (`stale_version`) or a code that the template has already (`taken`).
        """
    def update_observation(
        self,
        /,
        id: str,
        *,
        item_code: str = ...,
        position_lat: SupportsFloat | SupportsIndex = ...,
        position_lon: SupportsFloat | SupportsIndex = ...,
        alt_m: SupportsFloat | SupportsIndex = ...,
        ts: datetime = ...,
        drone_id: str | None = ...,
        severity: SupportsIndex = ...,
        note: str = ...,
        media_url: str | None = ...,
        confidence: SupportsFloat | SupportsIndex | None = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Observation]:
        """
        Corrects an observation; what is left out stays as it is.

        Raises `Invalid`, also for a new `item_code` that the task's template does not have where it has items;
        `NotFound` for the observation or the drone; `Forbidden` without `inspection.write`; `Conflict` for a stale
        version (`stale_version`).
        """
    def update_task(
        self,
        /,
        id: str,
        *,
        name: str = ...,
        mission_id: str | None = ...,
        area_geom: str = ...,
        priority: SupportsIndex = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, InspectionTask]:
        """
        Changes a task that is not DONE; what is left out stays as it is, and `mission_id=None` takes the mission away.

        Raises `Invalid`; `NotFound` for the task or the mission; `Forbidden` without `inspection.write`; `Conflict`
        for a stale version (`stale_version`) or a task that is DONE (`illegal_transition`).
        """
    def update_template(
        self,
        /,
        id: str,
        *,
        name: str = ...,
        category: str = ...,
        description: str | None = ...,
        is_active: bool = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, InspectionTemplate]:
        """
        Changes a template; what is left out stays as it is. One that is no longer active keeps its tasks and gets no
        new ones.

        Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        (`stale_version`).
        """

@final
class Missions:
    """
    A tenant's missions: `mission.read`, `mission.write`, `mission.approve`, `mission.fastlane`.
    """
    def abort(self, /, id: str) -> Coroutine[Any, Any, Mission]:
        """
        Aborts a mission that is not over, and ends its run if there is one.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` for a mission that is over
        (`illegal_transition`).
        """
    def approvals(
        self,
        /,
        mission: str,
        *,
        order: Order | str | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, ApprovalPage]:
        """
        The decisions about a mission, a page at a time: in the order of their ids, or with `order` in which they were
        taken.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
        """
    def approve(
        self, /, id: str, version: SupportsIndex, *, comment: str | None = None
    ) -> Coroutine[Any, Any, Mission]:
        """
        Approves a draft, as it stood at the version that the approver saw. The approver has neither created it nor
        edited it last, unless the tenant allows that.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
        since that version (`stale_version`), in any other state (`illegal_transition`), without a drone (`no_drone`),
        or for the actor's own work (`own_mission`).
        """
    def complete(self, /, id: str) -> Coroutine[Any, Any, Mission]:
        """
        Completes a running mission and ends its run.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        """
    def create(
        self,
        /,
        name: str,
        plan_type: PlanType | str,
        *,
        drone_id: str | None = None,
        payload: str | None = None,
        constraints: str | None = None,
    ) -> Coroutine[Any, Any, Mission]:
        """
        Creates a mission, as a draft. `payload` and `constraints` are JSON objects as text.

        Raises `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `mission.write`, or without
        `mission.fastlane` for an emergency mission.
        """
    def delete(self, /, id: str) -> Coroutine[Any, Any, None]:
        """
        Deletes a mission in DRAFT or REJECTED, and with it the decisions about it, which the event in the log keeps.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`),
        or while anything else refers to it (`in_use`).
        """
    def get(self, /, id: str) -> Coroutine[Any, Any, Mission]:
        """
        The mission with this id. Its plan is read with `plan`.

        Raises `NotFound`; `Forbidden` without `mission.read`.
        """
    def import_plan(
        self,
        /,
        name: str,
        file: bytes | bytearray | memoryview,
        *,
        drone_id: str | None = None,
        plan_type: PlanType | str | None = None,
        constraints: str | None = None,
    ) -> Coroutine[Any, Any, Mission]:
        """
        Creates a mission, as a draft, from the bytes of a QGroundControl `.plan`, an older `.mission` or a list of
        waypoints (`QGC WPL`), which are kept whole.

        Raises `Invalid` naming the field, inside the file as well (`plan.mission.items[3].params[4]`,
        `plan.lines[3][8]`), and the format of a file of another; `NotFound` for the drone; `Forbidden` without
        `mission.write`, or without `mission.fastlane` for an emergency mission.
        """
    def list(
        self,
        /,
        *,
        state: MissionState | str | None = None,
        drone_id: str | None = None,
        plan_type: PlanType | str | None = None,
        created_by: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        order: Order | str | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, MissionPage]:
        """
        Missions that were created from `since` on and before `until`, a page at a time: in the order of their ids, or
        with `order` of the times at which they were created.

        Raises `Invalid` for a limit, a cursor or an id that cannot be; `Forbidden` without `mission.read`.
        """
    def pause(self, /, id: str) -> Coroutine[Any, Any, Mission]:
        """
        Pauses a running mission; its run stays open.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        """
    def plan(self, /, id: str) -> Coroutine[Any, Any, MissionPlan]:
        """
        The plan that a mission was imported from, byte for byte, with what it holds.

        Raises `NotFound` for the mission (`mission`), or for its plan (`plan`) where it was not imported; `Forbidden`
        without `mission.read`; `Integrity` when the stored file is not the one that was imported.
        """
    def reject(
        self, /, id: str, version: SupportsIndex, *, comment: str | None = None
    ) -> Coroutine[Any, Any, Mission]:
        """
        Rejects a draft, as it stood at the version that was seen; `update` makes it a draft again. Authors may reject
        their own.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
        since that version (`stale_version`), or in any other state (`illegal_transition`).
        """
    def resume(self, /, id: str) -> Coroutine[Any, Any, Mission]:
        """
        Resumes a paused mission, with the run that its start opened.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        """
    def run(self, /, id: str) -> Coroutine[Any, Any, MissionRun]:
        """
        The run with this id.

        Raises `NotFound`; `Forbidden` without `mission.read`.
        """
    def runs(
        self,
        /,
        mission: str,
        *,
        order: Order | str | None = None,
        limit: SupportsIndex | None = None,
        after: str | None = None,
    ) -> Coroutine[Any, Any, RunPage]:
        """
        The runs of a mission, a page at a time: in the order of their ids, or with `order` in which they began.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
        """
    def start(self, /, id: str) -> Coroutine[Any, Any, Mission]:
        """
        Starts an approved mission and opens its run.

        Raises `NotFound`; `Forbidden` without `mission.write`, or without `mission.fastlane` for an emergency mission;
        `Conflict` in any other state (`illegal_transition`), without a drone (`no_drone`), or when its content is not
        what was approved (`changed_since_approval`).
        """
    def update(
        self,
        /,
        id: str,
        *,
        name: str = ...,
        drone_id: str | None = ...,
        plan_type: PlanType | str = ...,
        payload: str = ...,
        constraints: str = ...,
        version: SupportsIndex | None = None,
    ) -> Coroutine[Any, Any, Mission]:
        """
        Changes a mission in DRAFT or REJECTED, which is a draft afterwards. What is left out stays as it is;
        `drone_id=None` takes the drone away.

        Raises `Invalid`; `NotFound` for the mission or the drone; `Forbidden` without `mission.write`, or without
        `mission.fastlane` where the new constraints are those of an emergency mission; `Conflict` for a stale version
        (`stale_version`) or in any other state (`illegal_transition`).
        """

@final
class Ringfence:
    """
    An open database: its schema, its tenants, and the door to their sessions.

    What changes anything here names an operator, for whom the host vouches, and is recorded in the deployment's own
    log. On Postgres these methods raise `Forbidden` when the login may not do what operators do.
    """
    def __aenter__(self, /) -> Coroutine[Any, Any, Ringfence]: ...
    def __aexit__(self, kind: Any, raised: Any, traceback: Any, /) -> Coroutine[Any, Any, None]: ...
    def boundary_report(self, /) -> Coroutine[Any, Any, BoundaryReport]:
        """
        What the database holds of the boundary between tenants right now, and what it does not: every key, reference,
        trigger, policy and grant that the steps so far make, held against what stands. Reads only.

        Raises `Unavailable`; `Schema` for a history that is not this library's.
        """
    def close(self, /) -> Coroutine[Any, Any, None]:
        """
        Finishes what was handed over and closes every connection, for good: later calls raise `Closed`, and closing it
        again does nothing. The end of a `with` closes it too.
        """
    def create_admin(
        self, /, operator: str, tenant: str, username: str, *, password: str | None = None
    ) -> Coroutine[Any, Any, User]:
        """
        Creates a user who is the administrator of a tenant that has none.

        Raises `NotFound`; `Conflict` (`has_admin`, `taken`); `Invalid`.
        """
    def create_tenant(
        self,
        /,
        operator: str,
        name: str,
        admin: str,
        *,
        admin_password: str | None = None,
        id: str | None = None,
    ) -> Coroutine[Any, Any, FoundedTenant]:
        """
        Creates a tenant with its log, the starting roles, and its first user, named `admin`, who gets the role of
        that name. Without `admin_password` only the host vouches for that user; without `id` one is drawn.

        Raises `Invalid` naming the field (that of `admin_password` is `admin.password`); `Conflict` (`taken`) when a
        tenant of this name or this id exists.
        """
    def deployment_log(self, /) -> DeploymentLog:
        """
        The deployment's own log: what operators did.
        """
    def disable_tenant(self, /, operator: str, id: str) -> Coroutine[Any, Any, Tenant]:
        """
        Disables a tenant: from now on it opens no session, and those that are open are refused.

        Raises `Invalid`; `NotFound`; `Conflict` (`already_disabled`).
        """
    def enable_tenant(self, /, operator: str, id: str) -> Coroutine[Any, Any, Tenant]:
        """
        Enables a disabled tenant again. Sessions that were open before go on.

        Raises `Invalid`; `NotFound`; `Conflict` (`not_disabled`).
        """
    def grow_roles(self, /, operator: str, tenant: str) -> Coroutine[Any, Any, TenantGrowth]:
        """
        Gives a tenant's starting roles what they lack, where the tenant has not changed them.

        Raises `NotFound`; `Invalid`.
        """
    def integrity_scan(
        self,
        /,
        *,
        progress: Callable[[Progress], object] | None = None,
        findings: Callable[[list[IntegrityFinding]], object] | None = None,
    ) -> Coroutine[Any, Any, IntegrityReport]:
        """
        Looks for rows that break a boundary which the steps so far enforce, for keys that rows share, and for values
        that the library does not know. Reads only; nothing is repaired. `progress` is called with the table and how
        many rows are behind the scan; `findings` with a list of what was found since it was called last: every finding,
        those too for which the report has no room. Both are called on the thread that does the work.

        Raises `Unavailable`.
        """
    def login(self, /, tenant: str, username: str, password: str) -> Coroutine[Any, Any, TenantSession]:
        """
        Opens a session for a user who proves itself with its password.

        Raises `Unauthenticated` alike for whatever is wrong; `Throttled` after five attempts that did not succeed;
        `Invalid`.
        """
    def migrate(
        self,
        /,
        operator: str,
        *,
        to: SupportsIndex | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> Coroutine[Any, Any, MigrationStatus]:
        """
        Applies the steps up to `to`, or all of them. `progress` is called between them, on the thread that does the
        work.

        Raises `Invalid` for a step that there is not; `Integrity` with the rows that break a boundary, and nothing is
        changed then; `Schema`; `Conflict` (`other_secret_key`).
        """
    def migration_status(self, /) -> Coroutine[Any, Any, MigrationStatus]:
        """
        Which steps of the schema are applied, and when.

        Raises `Unavailable`.
        """
    def rekey(
        self, /, operator: str, old: bytes | bytearray | memoryview, new: bytes | bytearray | memoryview
    ) -> Coroutine[Any, Any, int]:
        """
        Seals every drone's credential anew, of all tenants, with another key; gives how many. From then on the database
        seals with the new one, and whatever else opens it has to be given that. Where it ends half-way, calling it again
        finishes.

        Raises `Invalid` naming `old` or `new`; `Conflict` (`other_secret_key`) where a credential was sealed with
        neither, or the database was opened with neither; `Integrity` with the credentials that do not open. Nothing is
        changed then.
        """
    def rename_tenant(self, /, operator: str, id: str, name: str) -> Coroutine[Any, Any, Tenant]:
        """
        Gives a tenant another name. Its id, by which everything refers to it, stays.

        Raises `Invalid`; `NotFound`; `Conflict` (`taken`) for a name that a tenant has already, this one included.
        """
    def restore_admin(self, /, operator: str, tenant: str, username: str) -> Coroutine[Any, Any, User]:
        """
        Makes the user of this name, active from then on, the administrator of a tenant that has none. One without a
        password logs in once whoever vouches for it has set one.

        Raises `NotFound` for the tenant and the user; `Conflict` (`has_admin`, `no_admin`, `ambiguous_name`);
        `Invalid`.
        """
    def role_growth(
        self, /, *, limit: SupportsIndex | None = None, after: str | None = None
    ) -> Coroutine[Any, Any, TenantGrowthPage]:
        """
        What the tenants' starting roles lack of what this version gives new tenants, a page of tenants at a time.
        Changes nothing.

        Raises `Invalid` for a limit or a cursor that cannot be.
        """
    def rollback(
        self, /, operator: str, to: SupportsIndex, *, progress: Callable[[Progress], object] | None = None
    ) -> Coroutine[Any, Any, MigrationStatus]:
        """
        Takes steps back, the newest first, until the database stands at `to`.

        Raises `Schema` (`lossy_rollback`) when a step on the way would lose data, before any is taken back; `Invalid`.
        """
    def session(self, /, tenant: str, actor: str) -> Coroutine[Any, Any, TenantSession]:
        """
        Opens a session for an actor whom the host has authenticated.

        Raises `Unauthenticated` for an unknown or inactive actor, an unknown or disabled tenant; `Invalid`.
        """
    def shutdown(self, /) -> Coroutine[Any, Any, None]:
        """
        The same, by the name that it has in other languages.
        """
    def tenant(self, /, id: str) -> Coroutine[Any, Any, Tenant]:
        """
        The tenant with this id.

        Raises `NotFound`.
        """
    def tenants(
        self, /, *, limit: SupportsIndex | None = None, after: str | None = None
    ) -> Coroutine[Any, Any, TenantPage]:
        """
        The tenants in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be.
        """

@final
class TenantSession:
    """
    A session of one tenant and one actor: the only way to tenant data.

    Every method looks its ids up inside the tenant (`NotFound`), then decides on the permissions as of now
    (`Forbidden`), and records what it writes in the tenant's log. All raise `Unauthenticated` once the session, the
    user or the tenant has ended.
    """
    def alerts(self, /) -> Alerts:
        """
        Alerts, and the telemetry that raises them.
        """
    def approvals(self, /) -> Approvals:
        """
        Recorded decisions.
        """
    def audit(self, /) -> Audit:
        """
        The tenant's audit log.
        """
    def authorize(
        self, /, permission: Permission | str, *, resource: Resource | None = None
    ) -> Coroutine[Any, Any, None]:
        """
        Decides whether the actor may, as of now, for a host's own routes. Without a resource only the permission
        counts. A refusal is recorded in the tenant's log.

        Raises `Invalid` for an id that cannot be; `NotFound` when the resource is not in the tenant; `Forbidden`.
        """
    def commands(self, /) -> Commands:
        """
        What drones were told.
        """
    def defects(self, /) -> Defects:
        """
        Defects, and what was done about them.
        """
    def drones(self, /) -> Drones:
        """
        The registry of drones.
        """
    def identity(self, /) -> Identity:
        """
        Users, roles and permissions.
        """
    def incidents(self, /) -> Incidents:
        """
        Incidents, and what is flown because of them.
        """
    def inspections(self, /) -> Inspections:
        """
        Inspections: templates, tasks, observations and reports.
        """
    def missions(self, /) -> Missions:
        """
        Missions, their plans, approvals and runs.
        """
    def set_self_approval(self, /, allowed: bool) -> Coroutine[Any, Any, Tenant]:
        """
        Lets whoever created a mission approve it too, or forbids it again, as it is in a new tenant.

        Raises `Forbidden` without `identity.write`, or without `mission.approve`, which this widens.
        """
    def tenant(self, /) -> Coroutine[Any, Any, Tenant]:
        """
        The tenant that this session acts in. Needs no permission.
        """
    def whoami(self, /) -> Coroutine[Any, Any, WhoAmI]:
        """
        Who this session acts as, and what it may do now. Needs no permission.
        """

def open(
    url: str,
    *,
    migrate: MigrateMode | str | None = None,
    create_if_missing: bool | None = None,
    pool_size: SupportsIndex | None = None,
    busy_timeout_ms: SupportsIndex | None = None,
    call_timeout_ms: SupportsIndex | None = None,
    hashing_concurrency: SupportsIndex | None = None,
    migration_lock_timeout_ms: SupportsIndex | None = None,
    schema: str | None = None,
    allow_hard_links: bool | None = None,
    allow_any_mount: bool | None = None,
    secret_key: bytes | bytearray | memoryview | None = None,
) -> Coroutine[Any, Any, Ringfence]:
    """
    Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, and migrates as `migrate` says (`auto` unless told
    otherwise). Under `auto` a database of the old platform is adopted; under `never` nothing is touched.

    A file that is not there is made, unless `create_if_missing` is `False`. `pool_size` (8) is the number of
    connections, for reading on SQLite and in all on Postgres; `busy_timeout_ms` (5000) how long to wait for a lock
    or a connection; `call_timeout_ms` (30000) how long a call may take in all, unless it is long by nature, as
    migrating is; `hashing_concurrency` (2) how many passwords are hashed at the same time;
    `migration_lock_timeout_ms` (60000) how long a migration waits for another one. On Postgres the tables are in
    `schema`, or without one where the login's `search_path` leads. An SQLite file is refused that has other names
    (`allow_hard_links=True` opens it), and one on a network or shared file system or that is a mount itself
    (`allow_any_mount=True`). `secret_key`, 32 bytes, is what drones' credentials are sealed with; without it none is
    set or read.

    Raises `Invalid` naming `url` or the option; `Unavailable`; `Schema` for a newer schema, or under `check` an older
    one; `Integrity` with the rows that a legacy database would have to mend first.
    """
