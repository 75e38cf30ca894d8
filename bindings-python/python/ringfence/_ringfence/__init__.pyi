"""
What the Python package is built on.
"""

from . import _aio as _aio
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ringfence._enums import (
    Action,
    AlertSeverity,
    AlertStatus,
    AlertType,
    AltitudeFrame,
    ApprovalEntity,
    ApprovalStatus,
    BoundaryLayer,
    BoundaryProblem,
    Decision,
    DefectStatus,
    ExportFormat,
    IncidentLevel,
    IncidentStatus,
    IntegrityProblem,
    LayerState,
    LegacyCommandStatus,
    LegacyCommandType,
    MigrateMode,
    MissionState,
    Order,
    Outcome,
    Permission,
    PlanType,
    TaskStatus,
    Vendor,
)
from typing import Any, Final, SupportsFloat, SupportsIndex, final
from typing_extensions import disjoint_base

__all__ = [
    "Alert",
    "AlertPage",
    "Alerts",
    "AltitudeRange",
    "Approval",
    "ApprovalPage",
    "ApprovalRecord",
    "ApprovalRecordPage",
    "Approvals",
    "Audit",
    "AuditEvent",
    "BoundaryFinding",
    "BoundaryReport",
    "BoundingBox",
    "Commands",
    "Credential",
    "Defect",
    "DefectAction",
    "DefectActionPage",
    "DefectDetails",
    "DefectPage",
    "DefectStats",
    "Defects",
    "DefectsOfStatus",
    "DeploymentLog",
    "Drone",
    "DronePage",
    "Drones",
    "EffectivePermissions",
    "EventPage",
    "ExportPage",
    "FoundedTenant",
    "Identity",
    "Incident",
    "IncidentPage",
    "IncidentTask",
    "Incidents",
    "InspectionExport",
    "InspectionTask",
    "InspectionTemplate",
    "Inspections",
    "IntegrityFinding",
    "IntegrityReport",
    "LayerReport",
    "LegacyCommand",
    "LegacyCommandPage",
    "LegacyEvent",
    "LegacyEventPage",
    "LegacyRequest",
    "LegacyRequestPage",
    "LogOutcome",
    "LogVerification",
    "MigrationStatus",
    "MigrationStep",
    "Mission",
    "MissionPage",
    "MissionPlan",
    "MissionRun",
    "Missions",
    "Observation",
    "ObservationPage",
    "PlanSummary",
    "Progress",
    "RecordedObservations",
    "Resource",
    "Ringfence",
    "Role",
    "RoleGrowth",
    "RolePage",
    "RunPage",
    "SecretJson",
    "TaskPage",
    "TelemetryPosition",
    "TemplateItem",
    "TemplateItemPage",
    "TemplatePage",
    "Tenant",
    "TenantGrowth",
    "TenantGrowthPage",
    "TenantPage",
    "TenantSession",
    "User",
    "UserPage",
    "WhoAmI",
    "open",
    "_aio",
]

@final
class Alert:
    """
    Something that is wrong with a drone. While it is active (OPEN or ACKED) there is no other one of its type for the
    drone: seen again, it is this one.

    | from | to | by |
    |---|---|---|
    | OPEN | ACKED | `ack` |
    | OPEN, ACKED | CLOSED | `close_alert` |
    """
    def __copy__(self, /) -> Alert: ...
    def __deepcopy__(self, /, _memo: Any) -> Alert: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Alert:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def acked_at(self, /) -> datetime | None:
        """
        When.
        """
    @property
    def acked_by(self, /) -> str | None:
        """
        Who took it up.
        """
    @property
    def alert_type(self, /) -> AlertType:
        """
        What it is about.
        """
    @property
    def closed_at(self, /) -> datetime | None:
        """
        When.
        """
    @property
    def closed_by(self, /) -> str | None:
        """
        Who closed it.
        """
    @property
    def detail(self, /) -> str:
        """
        What was measured when it was last written, and `ack_comment` and `close_comment`. Other programs may have stored
        what is no object.
        """
    @property
    def drone_id(self, /) -> str:
        """
        The drone.
        """
    @property
    def first_seen_at(self, /) -> datetime:
        """
        When it was first seen.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def last_seen_at(self, /) -> datetime:
        """
        When it was last seen. It moves when the severity rises, and otherwise at most once a minute.
        """
    @property
    def message(self, /) -> str:
        """
        What is shown of it.
        """
    @property
    def severity(self, /) -> AlertSeverity:
        """
        How grave it is; while it is active this only rises.
        """
    @property
    def status(self, /) -> AlertStatus:
        """
        Where it stands.
        """

@final
class AlertPage:
    """
    A page of alerts, in the order that was asked for.
    """
    def __copy__(self, /) -> AlertPage: ...
    def __deepcopy__(self, /, _memo: Any) -> AlertPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Alert]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> AlertPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Alert]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class Alerts:
    """
    A tenant's alerts: `alert.read`, `alert.write`.
    """
    def ack(self, /, id: str, *, comment: str | None = None) -> Alert:
        """
        Takes an alert up. The comment becomes `ack_comment` in its detail.

        Raises `Invalid`; `NotFound`; `Forbidden` without `alert.write`; `Conflict` for one that is not OPEN
        (`illegal_transition`).
        """
    def close_alert(self, /, id: str, *, comment: str | None = None) -> Alert:
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
    ) -> int:
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
    ) -> list[Alert]:
        """
        Raises what a sample of telemetry says is wrong, and gives the alerts that were raised or written anew: a
        battery at or under 20 per cent, a link that is lost, a place or an altitude outside of the fences that the
        drone's running mission has.

        Raises `Invalid` naming the field (`position.lat`); `NotFound` for the drone; `Forbidden` without `alert.write`.
        """
    def get(self, /, id: str) -> Alert:
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
    ) -> AlertPage:
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
    ) -> Alert:
        """
        Raises an alert about a drone. Where one of its type is active already it is that one, whose severity only
        rises. `detail` is a JSON object as text.

        Raises `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `alert.write`.
        """

@final
class AltitudeRange:
    """
    The altitudes of a plan that are counted from the same level.
    """
    def __copy__(self, /) -> AltitudeRange: ...
    def __deepcopy__(self, /, _memo: Any) -> AltitudeRange: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> AltitudeRange:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def frame(self, /) -> AltitudeFrame:
        """
        What they are counted from.
        """
    @property
    def highest_m(self, /) -> float:
        """
        The highest, in metres.
        """
    @property
    def lowest_m(self, /) -> float:
        """
        The lowest, in metres.
        """

@final
class Approval:
    """
    One decision about a mission. A mission that is revised after a rejection has several.
    """
    def __copy__(self, /) -> Approval: ...
    def __deepcopy__(self, /, _memo: Any) -> Approval: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Approval:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def approver_id(self, /) -> str:
        """
        Who decided.
        """
    @property
    def comment(self, /) -> str | None:
        """
        Why, at most 4000 bytes.
        """
    @property
    def content_sha256(self, /) -> str | None:
        """
        The digest of what was decided about (`docs/spec/mission-content.md`), in lower-case hexadecimal. Absent in
        decisions of the platform that owned the database before.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was decided.
        """
    @property
    def decision(self, /) -> Decision:
        """
        What was decided.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def mission_id(self, /) -> str:
        """
        The mission that was decided about.
        """
    @property
    def plan_sha256(self, /) -> str | None:
        """
        The SHA-256 of the plan that was decided about, where the mission had one.
        """

@final
class ApprovalPage:
    """
    A page of approvals, in the order that was asked for.
    """
    def __copy__(self, /) -> ApprovalPage: ...
    def __deepcopy__(self, /, _memo: Any) -> ApprovalPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Approval]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> ApprovalPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Approval]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class ApprovalRecord:
    """
    A decision about something of the tenant. It is recorded once and never changed: who decides otherwise records that
    too, and the newest is what stands. Nothing else follows from it: a mission is approved by `missions().approve`, which
    keeps its own decisions.
    """
    def __copy__(self, /) -> ApprovalRecord: ...
    def __deepcopy__(self, /, _memo: Any) -> ApprovalRecord: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> ApprovalRecord:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def approved_by(self, /) -> str:
        """
        Who decided.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When.
        """
    @property
    def entity_id(self, /) -> str:
        """
        The id of what it is about, which stays while this is there.
        """
    @property
    def entity_type(self, /) -> ApprovalEntity:
        """
        What kind of thing it is about. Of the platform that owned the database before, any text.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def status(self, /) -> ApprovalStatus:
        """
        What was decided.
        """

@final
class ApprovalRecordPage:
    """
    A page of recorded decisions, in the order that was asked for.
    """
    def __copy__(self, /) -> ApprovalRecordPage: ...
    def __deepcopy__(self, /, _memo: Any) -> ApprovalRecordPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[ApprovalRecord]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> ApprovalRecordPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[ApprovalRecord]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
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
    ) -> int:
        """
        How many recorded decisions these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `approval.read`.
        """
    def get(self, /, id: str) -> ApprovalRecord:
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
    ) -> ApprovalRecordPage:
        """
        Recorded decisions, a page at a time: in the order of their ids, or in which they were recorded (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `approval.read`.
        """
    def record(self, /, resource: Resource, status: ApprovalStatus | str) -> ApprovalRecord:
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
    ) -> int:
        """
        How many of the old platform's events these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def count_legacy_requests(
        self, /, *, actor_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> int:
        """
        How many of those requests these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def event(self, /, seq: SupportsIndex) -> AuditEvent:
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
    ) -> EventPage:
        """
        Events in the order of the log, a page at a time: those from `since` on and before `until`.

        Raises `Invalid`; `Forbidden` without `audit.read`.
        """
    def legacy_event(self, /, id: str) -> LegacyEvent:
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
    ) -> LegacyEventPage:
        """
        What happened on the old platform, a page at a time: in the order of the ids, or in which it was asked for
        (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def legacy_request(self, /, id: str) -> LegacyRequest:
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
    ) -> LegacyRequestPage:
        """
        What the old platform was asked with this tenant's tokens, a page at a time: in the order of the ids, or in
        which it was asked for (`order`). Requests without a token are no tenant's.

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `audit.read`.
        """
    def verify(self, /) -> LogVerification:
        """
        Recomputes the whole log from its rows and compares it with the root that it stands at. A log that does not
        verify is a result, and raises nothing.

        Raises `Forbidden` without `audit.read`.
        """

@final
class AuditEvent:
    """
    One event of a log: what was done, by whom, to what.
    """
    def __copy__(self, /) -> AuditEvent: ...
    def __deepcopy__(self, /, _memo: Any) -> AuditEvent: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> AuditEvent:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def action(self, /) -> Action:
        """
        What was done.
        """
    @property
    def actor(self, /) -> str:
        """
        Who did it: a user's id, or in the deployment's log an operator's name.
        """
    @property
    def at(self, /) -> datetime | None:
        """
        When it happened. Absent where what is stored is no time, which `verify` names.
        """
    @property
    def correlation_id(self, /) -> str | None:
        """
        What the host knows the call by: kept and erased with the detail.
        """
    @property
    def detail(self, /) -> str | None:
        """
        The changed columns before and after; secrets are named, never shown. Absent where it is not there, which
        `verify` names unless it was erased with an event that says so.
        """
    @property
    def entity_id(self, /) -> str:
        """
        The id of that thing.
        """
    @property
    def entity_type(self, /) -> str:
        """
        What kind of thing it was done to: `drone`, `mission`, `role`, ….
        """
    @property
    def leaf_hash(self, /) -> str:
        """
        The leaf's hash in the Merkle tree, in lower-case hexadecimal.
        """
    @property
    def method(self, /) -> str:
        """
        The method that was called, such as `drones.register`. Empty in an event that counts refusals of several.
        """
    @property
    def origin(self, /) -> str | None:
        """
        Where the call came from, as the host said: kept and erased with the detail.
        """
    @property
    def outcome(self, /) -> Outcome:
        """
        How it came out.
        """
    @property
    def role_id(self, /) -> str | None:
        """
        The role in force: the one whose grant let the actor act, given or inherited. Absent where no permission was
        asked for, or none was held, and where operators act.
        """
    @property
    def seq(self, /) -> int:
        """
        Its place in the log, from 0 and without gaps.
        """

@final
class BoundaryFinding:
    """
    One thing that does not stand as it must, or that stands beside what must. For operators: it names roles and objects
    of the host's.
    """
    def __copy__(self, /) -> BoundaryFinding: ...
    def __deepcopy__(self, /, _memo: Any) -> BoundaryFinding: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> BoundaryFinding:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def breaks(self, /) -> bool:
        """
        Whether the layer does not hold because of it, which its problem says.
        """
    @property
    def problem(self, /) -> BoundaryProblem:
        """
        What is wrong.
        """
    @property
    def what(self, /) -> str:
        """
        What it is about, such as `trigger ringfence_key on drones`.
        """
    @property
    def why(self, /) -> str:
        """
        Why, for people: how it stands instead, or who may do what.
        """

@final
class BoundaryReport:
    """
    What the database holds of the boundary between tenants: table by table, layer by layer, as it stands right now. A
    layer that a table will never have on this engine is left out.
    """
    def __copy__(self, /) -> BoundaryReport: ...
    def __deepcopy__(self, /, _memo: Any) -> BoundaryReport: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> BoundaryReport:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def is_whole(self, /) -> bool:
        """
        Whether everything stands that this version of the library makes: nothing is broken, and no step is to be
        taken.
        """
    @property
    def latest(self, /) -> int:
        """
        The newest step that this library knows.
        """
    @property
    def layers(self, /) -> list[LayerReport]:
        """
        The layers of the database, and then of each table.
        """
    @property
    def version(self, /) -> int:
        """
        The step that the database stands at.
        """

@final
class BoundingBox:
    """
    A box in degrees WGS 84. Where it crosses the antimeridian, `west` is greater than `east`, as in GeoJSON
    (RFC 7946, section 5.2).
    """
    def __copy__(self, /) -> BoundingBox: ...
    def __deepcopy__(self, /, _memo: Any) -> BoundingBox: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> BoundingBox:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def east(self, /) -> float:
        """
        Longitude of the eastern edge, -180 to 180.
        """
    @property
    def north(self, /) -> float:
        """
        Highest latitude, -90 to 90.
        """
    @property
    def south(self, /) -> float:
        """
        Lowest latitude, -90 to 90.
        """
    @property
    def west(self, /) -> float:
        """
        Longitude of the western edge, -180 to 180.
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
    ) -> int:
        """
        How many of the old platform's commands these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `command.read`.
        """
    def legacy_command(self, /, id: str) -> LegacyCommand:
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
    ) -> LegacyCommandPage:
        """
        What the old platform had drones told, a page at a time: in the order of the ids, or in which it was asked for
        (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `command.read`.
        """

@final
class Credential:
    """
    What a drone is spoken to with.
    """
    def __copy__(self, /) -> Credential: ...
    def __deepcopy__(self, /, _memo: Any) -> Credential: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
    @property
    def created_at(self, /) -> datetime:
        """
        When the drone was given its first credential, which this one may have replaced.
        """
    @property
    def drone_id(self, /) -> str:
        """
        The drone.
        """
    @property
    def secret(self, /) -> SecretJson:
        """
        The secret, which shows itself only where `expose()` asks for it.
        """

@final
class Defect:
    """
    Something that has to be mended.
    """
    def __copy__(self, /) -> Defect: ...
    def __deepcopy__(self, /, _memo: Any) -> Defect: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Defect:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def assigned_to(self, /) -> str | None:
        """
        Who is to mend it: a user's id, or what the platform that owned the database before took for one.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was made out.
        """
    @property
    def description(self, /) -> str | None:
        """
        What is known of it.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def observation_id(self, /) -> str:
        """
        The observation that it was found in.
        """
    @property
    def severity(self, /) -> int:
        """
        How grave it is, 1 to 5.
        """
    @property
    def status(self, /) -> DefectStatus:
        """
        Where it stands.
        """
    @property
    def title(self, /) -> str:
        """
        What is defective.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class DefectAction:
    """
    Something that was done about a defect. Actions are added and never changed.
    """
    def __copy__(self, /) -> DefectAction: ...
    def __deepcopy__(self, /, _memo: Any) -> DefectAction: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DefectAction:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def action_type(self, /) -> str:
        """
        What was done: `CREATED_FROM_OBSERVATION`, `ASSIGNED`, `STATUS_` and a [`DefectStatus`], `REVIEW_TASK_CREATED`, or
        what somebody added in words of his own.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was done.
        """
    @property
    def defect_id(self, /) -> str:
        """
        The defect that it was done about.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def note(self, /) -> str:
        """
        What was said of it.
        """

@final
class DefectActionPage:
    """
    A page of what was done about defects, in the order that was asked for.
    """
    def __copy__(self, /) -> DefectActionPage: ...
    def __deepcopy__(self, /, _memo: Any) -> DefectActionPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[DefectAction]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DefectActionPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[DefectAction]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class DefectDetails:
    """
    A defect with what was done about it.
    """
    def __copy__(self, /) -> DefectDetails: ...
    def __deepcopy__(self, /, _memo: Any) -> DefectDetails: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DefectDetails:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def actions(self, /) -> list[DefectAction]:
        """
        What was done about it, the first first: up to 1000 actions. `actions` has all of them.
        """
    @property
    def defect(self, /) -> Defect:
        """
        The defect.
        """

@final
class DefectPage:
    """
    A page of defects, in the order that was asked for.
    """
    def __copy__(self, /) -> DefectPage: ...
    def __deepcopy__(self, /, _memo: Any) -> DefectPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Defect]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DefectPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Defect]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class DefectStats:
    """
    How a tenant's defects stand.
    """
    def __copy__(self, /) -> DefectStats: ...
    def __deepcopy__(self, /, _memo: Any) -> DefectStats: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DefectStats:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def by_status(self, /) -> list[DefectsOfStatus]:
        """
        How many stand in each status in which any stands, in the order in which a defect goes through them; what only
        another program knows comes last.
        """
    @property
    def closed(self, /) -> int:
        """
        How many of them are CLOSED.
        """
    @property
    def total(self, /) -> int:
        """
        How many there are.
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
    ) -> DefectActionPage:
        """
        What was done about a defect, a page at a time: in the order of the ids, or in which it was done (`order`).

        Raises `Invalid`; `NotFound`; `Forbidden` without `defect.read`.
        """
    def add_action(self, /, defect: str, action_type: str, *, note: str | None = None) -> DefectAction:
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
    ) -> Defect:
        """
        Takes a defect one step further: OPEN, ASSIGNED, IN_PROGRESS, FIXED, VERIFIED, CLOSED. What is FIXED gets an
        inspection task by which it is looked at again. The note is kept with the action.

        Raises `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version
        (`stale_version`) or any other step (`illegal_transition`).
        """
    def assign(self, /, id: str, user: str, *, version: SupportsIndex | None = None) -> Defect:
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
    ) -> int:
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
    ) -> Defect:
        """
        Makes a defect out of an observation, which has one at most. Without a title it is named by the observation's
        item, without a description it has its note, without a severity it is as grave.

        Raises `Invalid` naming the field; `NotFound` for the observation; `Forbidden` without `defect.write`;
        `Conflict` (`taken`) when the observation has a defect.
        """
    def get(self, /, id: str) -> DefectDetails:
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
    ) -> DefectPage:
        """
        Defects, a page at a time: in the order of their ids, or in which they were made out (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `defect.read`.
        """
    def stats(self, /) -> DefectStats:
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
    ) -> Defect:
        """
        Changes what is said of a defect that is not CLOSED; what is left out stays as it is.

        Raises `Invalid`; `NotFound`; `Forbidden` without `defect.write`; `Conflict` for a stale version
        (`stale_version`) or a defect that is CLOSED (`illegal_transition`).
        """

@final
class DefectsOfStatus:
    """
    How many defects stand in a status.
    """
    def __copy__(self, /) -> DefectsOfStatus: ...
    def __deepcopy__(self, /, _memo: Any) -> DefectsOfStatus: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DefectsOfStatus:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def defects(self, /) -> int:
        """
        How many stand in it.
        """
    @property
    def status(self, /) -> DefectStatus:
        """
        The status.
        """

@final
class DeploymentLog:
    """
    The deployment's own log: what operators did. It outlives every tenant.
    """
    def event(self, /, seq: SupportsIndex) -> AuditEvent:
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
    ) -> EventPage:
        """
        Events in the order of the log, a page at a time: those from `since` on and before `until`.

        Raises `Invalid`.
        """
    def verify(self, /) -> LogVerification:
        """
        Recomputes the whole log from its rows and compares it with the root that it stands at.
        """

@final
class Drone:
    """
    A registered aircraft.
    """
    def __copy__(self, /) -> Drone: ...
    def __deepcopy__(self, /, _memo: Any) -> Drone: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Drone:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def capabilities(self, /) -> str:
        """
        What it can do, as the host describes it.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was registered.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def name(self, /) -> str:
        """
        Its name, unique in the tenant.
        """
    @property
    def updated_at(self, /) -> datetime:
        """
        When it was last changed.
        """
    @property
    def vendor(self, /) -> Vendor:
        """
        Who makes it.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class DronePage:
    """
    A page of drones, in the order of their ids.
    """
    def __copy__(self, /) -> DronePage: ...
    def __deepcopy__(self, /, _memo: Any) -> DronePage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Drone]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> DronePage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Drone]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class Drones:
    """
    The registry of a tenant's drones: `registry.read`, `registry.write`.
    """
    def credential(self, /, drone: str) -> Credential:
        """
        The secret that a drone is spoken to with: `credential(drone).secret.expose()`. That it was read is an event.

        Raises `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without
        `registry.write`; `Conflict` (`no_secret_key`, `other_secret_key`); `Integrity` for a secret that was changed or
        moved since it was sealed.
        """
    def delete(self, /, id: str) -> None:
        """
        Deletes a drone that nothing refers to.

        Raises `NotFound`; `Forbidden` without `registry.write`; `Conflict` (`in_use`) while anything refers to it.
        """
    def delete_credential(self, /, drone: str) -> None:
        """
        Takes a drone's credential away. Needs no key.

        Raises `Invalid`; `NotFound` for the drone, and where it has no credential; `Forbidden` without
        `registry.write`.
        """
    def get(self, /, id: str) -> Drone:
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
    ) -> DronePage:
        """
        Drones in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `registry.read`.
        """
    def register(self, /, name: str, vendor: Vendor | str, *, capabilities: str | None = None) -> Drone:
        """
        Registers a drone. `capabilities` is a JSON object as text.

        Raises `Invalid` naming the field; `Forbidden` without `registry.write`; `Conflict` (`taken`) when the tenant
        has a drone of this name.
        """
    def set_credential(self, /, drone: str, secret: str) -> None:
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
    ) -> Drone:
        """
        Changes a drone; what is left out stays as it is.

        Raises `Invalid`; `NotFound`; `Forbidden` without `registry.write`; `Conflict` for a stale version
        (`stale_version`) or a name that the tenant uses already (`taken`).
        """

@final
class EffectivePermissions:
    """
    What a user may do, as of the moment it was asked.
    """
    def __copy__(self, /) -> EffectivePermissions: ...
    def __deepcopy__(self, /, _memo: Any) -> EffectivePermissions: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> EffectivePermissions:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def denied(self, /) -> list[Permission]:
        """
        What a role of the user denies, whatever another one grants.
        """
    @property
    def permissions(self, /) -> list[Permission]:
        """
        What is granted and not denied, in the catalogue's order; `*` leads where everything is.
        """
    @property
    def unknown(self, /) -> list[str]:
        """
        Names that a role holds and the catalogue does not know: they count for nothing.
        """
    @property
    def user_id(self, /) -> str:
        """
        The user.
        """
    @property
    def valid_until(self, /) -> datetime | None:
        """
        When the answer may change by itself because an assignment ends.
        """

@final
class EventPage:
    """
    A page of audit events, in the order of the log.
    """
    def __copy__(self, /) -> EventPage: ...
    def __deepcopy__(self, /, _memo: Any) -> EventPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[AuditEvent]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> EventPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[AuditEvent]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class ExportPage:
    """
    A page of reports of inspections, in the order that was asked for.
    """
    def __copy__(self, /) -> ExportPage: ...
    def __deepcopy__(self, /, _memo: Any) -> ExportPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[InspectionExport]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> ExportPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[InspectionExport]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class FoundedTenant:
    """
    A tenant that was created, and the user whom the host can open its first session for.
    """
    def __copy__(self, /) -> FoundedTenant: ...
    def __deepcopy__(self, /, _memo: Any) -> FoundedTenant: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> FoundedTenant:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def admin(self, /) -> User:
        """
        Its first user, who has the role `admin`.
        """
    @property
    def tenant(self, /) -> Tenant:
        """
        The tenant.
        """

@final
class Identity:
    """
    A tenant's users, roles and permissions: `identity.read`, `identity.write`.

    Nobody grants, assigns or takes beyond what they hold, nor touches a user who may do more (`Forbidden`), and the
    last administrator stays (`Conflict`, `last_admin`).
    """
    def assign_role(self, /, user_id: str, role_id: str, *, expires_at: datetime | None = None) -> None:
        """
        Gives a role to a user, until `expires_at` or for good. For a role that the user has already it changes the
        end, or takes it away.

        Raises `Invalid` for an end that is not in the future; `NotFound` (`user`, `role`); `Forbidden` without
        `identity.write`; `Conflict` when the user has the role with this end already (`taken`), or for the last admin
        (`last_admin`).
        """
    def create_role(self, /, name: str, *, description: str | None = None) -> Role:
        """
        Creates a role without permissions.

        Raises `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the tenant
        has a role of this name.
        """
    def create_user(self, /, username: str, *, password: str | None = None) -> User:
        """
        Creates an active user without a role. Without a password only the host vouches for it.

        Raises `Invalid` naming the field; `Forbidden` without `identity.write`; `Conflict` (`taken`) when the tenant
        has a user of this name.
        """
    def delete_role(self, /, id: str) -> None:
        """
        Deletes a role that nobody has, with what it grants and denies.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
        caller does not hold; `Conflict` (`in_use`) while a user has the role, be it with an end that is over, or another
        role inherits it.
        """
    def delete_user(self, /, id: str) -> None:
        """
        Deletes a user whom nothing names, and the roles that it has with it. One who created a mission or decided about
        one stays, and is switched off instead.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`; `Conflict` while a row names the user
        (`in_use`), or for the last admin (`last_admin`).
        """
    def end_sessions(self, /, id: str) -> None:
        """
        Ends the sessions of a user that are open, in every process: their next call raises `Unauthenticated`. That of
        the caller ends too, where it is the user's own.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`.
        """
    def grant(self, /, role: str, permission: Permission | str) -> None:
        """
        Grants a role a permission.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the caller does not hold the
        permission; `Conflict` (`taken`) when the role has it already.
        """
    def permissions_of(self, /, user: str) -> EffectivePermissions:
        """
        What a user may do as of now, out of all its roles: inherited ones, denies and end times included.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.read`.
        """
    def revoke(self, /, role: str, permission: Permission | str) -> None:
        """
        Takes a permission from a role. What the role inherits stays.

        Raises `Invalid`; `NotFound` (`role`, or `grant` when the role itself was not granted it); `Forbidden` without
        `identity.write`, or when the caller does not hold the permission; `Conflict` (`last_admin`).
        """
    def role(self, /, id: str) -> Role:
        """
        The role with this id.

        Raises `NotFound`; `Forbidden` without `identity.read`.
        """
    def roles(
        self, /, *, name: str | None = None, limit: SupportsIndex | None = None, after: str | None = None
    ) -> RolePage:
        """
        Roles in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
        """
    def set_password(self, /, id: str, password: str) -> None:
        """
        Sets a user's password. Its sessions that are open end, in every process, but for the one that sets its own
        user's.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`.
        """
    def unassign_role(self, /, user: str, role: str) -> None:
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
    ) -> Role:
        """
        Renames a role, or says anew what it is for; what is left out stays as it is, and `None` takes the description
        away.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`, or when the role gives or denies what the
        caller does not hold; `Conflict` for a stale version (`stale_version`) or a name that the tenant uses already
        (`taken`).
        """
    def update_user(
        self, /, id: str, *, username: str = ..., is_active: bool = ..., version: SupportsIndex | None = None
    ) -> User:
        """
        Renames a user, or switches it on or off; what is left out stays as it is. A user who is switched off opens no
        session, and its open ones are refused.

        Raises `Invalid`; `NotFound`; `Forbidden` without `identity.write`; `Conflict` for a stale version
        (`stale_version`), a name that the tenant uses already (`taken`), or the last admin (`last_admin`).
        """
    def user(self, /, id: str) -> User:
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
    ) -> UserPage:
        """
        Users in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be; `Forbidden` without `identity.read`.
        """

@final
class Incident:
    """
    Something that happened at a place.

    | from | to | by |
    |---|---|---|
    | OPEN | TASK_CREATED | `create_task`, which makes a mission and an inspection task |
    | OPEN, TASK_CREATED | CLOSED | `close_incident` |
    """
    def __copy__(self, /) -> Incident: ...
    def __deepcopy__(self, /, _memo: Any) -> Incident: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Incident:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was reported.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def level(self, /) -> IncidentLevel:
        """
        How grave it is; of the platform that owned the database before, any text.
        """
    @property
    def linked_task_id(self, /) -> str | None:
        """
        The inspection task that was made of it, once there is one.
        """
    @property
    def location_geom(self, /) -> str:
        """
        Where it happened, as WKT or GeoJSON.
        """
    @property
    def status(self, /) -> IncidentStatus:
        """
        Where it stands.
        """
    @property
    def title(self, /) -> str:
        """
        What happened.
        """

@final
class IncidentPage:
    """
    A page of incidents, in the order that was asked for.
    """
    def __copy__(self, /) -> IncidentPage: ...
    def __deepcopy__(self, /, _memo: Any) -> IncidentPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Incident]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> IncidentPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Incident]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class IncidentTask:
    """
    What was made of an incident.
    """
    def __copy__(self, /) -> IncidentTask: ...
    def __deepcopy__(self, /, _memo: Any) -> IncidentTask: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> IncidentTask:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def incident(self, /) -> Incident:
        """
        The incident, linked to the task.
        """
    @property
    def mission(self, /) -> Mission:
        """
        The mission that flies there, a draft.
        """
    @property
    def task(self, /) -> InspectionTask:
        """
        What is to be looked at there.
        """

@final
class Incidents:
    """
    A tenant's incidents: `incident.read`, `incident.write`.
    """
    def close_incident(self, /, id: str, *, comment: str | None = None) -> Incident:
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
    ) -> int:
        """
        How many incidents these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `incident.read`.
        """
    def create(self, /, title: str, level: IncidentLevel | str, location_geom: str) -> Incident:
        """
        Reports an incident. `location_geom` is WKT or GeoJSON.

        Raises `Invalid` naming the field; `Forbidden` without `incident.write`.
        """
    def create_task(self, /, id: str, template_id: str, *, drone_id: str | None = None) -> IncidentTask:
        """
        Makes a mission that flies to an incident and the inspection task of what is to be looked at there, and links
        the task to the incident: all of it or nothing.

        Raises `Invalid`; `NotFound` for the incident, the template or the drone; `Forbidden` without `incident.write`,
        `mission.write` or `inspection.read`; `Conflict` for an incident that is not OPEN (`illegal_transition`), or a
        template that is not active (`inactive_template`).
        """
    def get(self, /, id: str) -> Incident:
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
    ) -> IncidentPage:
        """
        Incidents, a page at a time: in the order of their ids, or in which they were reported (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `incident.read`.
        """

@final
class InspectionExport:
    """
    A report that was made of a task, in a file.
    """
    def __copy__(self, /) -> InspectionExport: ...
    def __deepcopy__(self, /, _memo: Any) -> InspectionExport: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> InspectionExport:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was made.
        """
    @property
    def file_path(self, /) -> str:
        """
        Where the file was written. Of the platform that owned the database before: a path below the directory that it ran
        in, or nothing where it stopped half-way.
        """
    @property
    def format(self, /) -> ExportFormat:
        """
        What the file is.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def task_id(self, /) -> str:
        """
        The task that it tells of.
        """

@final
class InspectionTask:
    """
    One inspection: a template, applied to an area.
    """
    def __copy__(self, /) -> InspectionTask: ...
    def __deepcopy__(self, /, _memo: Any) -> InspectionTask: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> InspectionTask:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def area_geom(self, /) -> str:
        """
        The area that is inspected, as well-known text (WKT) or GeoJSON; empty where none was said.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def mission_id(self, /) -> str | None:
        """
        The mission that flies it, where there is one.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    @property
    def priority(self, /) -> int:
        """
        How urgent it is, 1 (first) to 9.
        """
    @property
    def status(self, /) -> TaskStatus:
        """
        Where it stands.
        """
    @property
    def template_id(self, /) -> str:
        """
        What is looked at.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class InspectionTemplate:
    """
    What is looked at in one kind of inspection.
    """
    def __copy__(self, /) -> InspectionTemplate: ...
    def __deepcopy__(self, /, _memo: Any) -> InspectionTemplate: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> InspectionTemplate:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def category(self, /) -> str:
        """
        What kind of thing is inspected, in the tenant's own words.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def description(self, /) -> str | None:
        """
        What it is for.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def is_active(self, /) -> bool:
        """
        Whether new tasks may be made of it.
        """
    @property
    def name(self, /) -> str:
        """
        Its name. Several templates may have the same one.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
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
    ) -> TemplateItem:
        """
        Adds an item to a template.

        Raises `Invalid` naming the field; `NotFound` for the template; `Forbidden` without `inspection.write`;
        `Conflict` (`taken`) when the template has an item of this code.
        """
    def advance_task(
        self, /, id: str, to: TaskStatus | str, *, version: SupportsIndex | None = None
    ) -> InspectionTask:
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
    ) -> int:
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
    ) -> int:
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
    ) -> int:
        """
        How many tasks these select.

        Raises `Invalid` for a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def count_templates(self, /, *, category: str | None = None, is_active: bool | None = None) -> int:
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
    ) -> InspectionTask:
        """
        Creates a task of a template, as a draft. `area_geom` is well-known text (WKT) or GeoJSON.

        Raises `Invalid` naming the field; `NotFound` for the template or the mission; `Forbidden` without
        `inspection.write`; `Conflict` for a template that is not active (`inactive_template`).
        """
    def create_template(
        self, /, name: str, category: str, *, description: str | None = None
    ) -> InspectionTemplate:
        """
        Creates a template, active and without items.

        Raises `Invalid` naming the field; `Forbidden` without `inspection.write`.
        """
    def delete_task(self, /, id: str) -> None:
        """
        Deletes a task that nothing refers to.

        Raises `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while an observation, a report
        or an incident refers to it.
        """
    def delete_template(self, /, id: str) -> None:
        """
        Deletes a template that no task was made of, and with it its items.

        Raises `NotFound`; `Forbidden` without `inspection.write`; `Conflict` (`in_use`) while a task refers to it.
        """
    def export(self, /, task: str, format: ExportFormat | str, folder: str) -> InspectionExport:
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
    ) -> ExportPage:
        """
        Reports, a page at a time: in the order of their ids, or in which they were made (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def items(
        self, /, template: str, *, limit: SupportsIndex | None = None, after: str | None = None
    ) -> TemplateItemPage:
        """
        The items of a template in the order of their ids, a page at a time.

        Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.read`.
        """
    def observation(self, /, id: str) -> Observation:
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
    ) -> ObservationPage:
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
    ) -> Observation:
        """
        Records something that was seen during an inspection. Degrees are WGS 84, the altitude is in metres.

        Raises `Invalid` naming the field, `item_code` among them where the task's template has items and none of this
        code; `NotFound` for the task or the drone; `Forbidden` without `inspection.write`.
        """
    def record_many(self, /, task: str, observations: Iterable[dict[str, Any]]) -> RecordedObservations:
        """
        Records many at once, in their order: all of them, or none. Each is a dict with the arguments of `record` by
        their names.

        Raises `Invalid` naming the observation and its field (`observations[3].severity`), or for none at all;
        `NotFound` for the task or a drone; `Forbidden` without `inspection.write`.
        """
    def remove_item(self, /, id: str) -> None:
        """
        Takes an item out of its template. Observations that name its code stay.

        Raises `NotFound`; `Forbidden` without `inspection.write`.
        """
    def report(self, /, id: str) -> InspectionExport:
        """
        The report with this id: what is known of the file, which the library does not keep.

        Raises `NotFound`; `Forbidden` without `inspection.read`.
        """
    def task(self, /, id: str) -> InspectionTask:
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
    ) -> TaskPage:
        """
        Tasks, a page at a time: in the order of their ids, or in which they were created (`order`).

        Raises `Invalid` for a limit, a cursor or a filter that cannot be; `Forbidden` without `inspection.read`.
        """
    def template(self, /, id: str) -> InspectionTemplate:
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
    ) -> TemplatePage:
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
    ) -> TemplateItem:
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
    ) -> Observation:
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
    ) -> InspectionTask:
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
    ) -> InspectionTemplate:
        """
        Changes a template; what is left out stays as it is. One that is no longer active keeps its tasks and gets no
        new ones.

        Raises `Invalid`; `NotFound`; `Forbidden` without `inspection.write`; `Conflict` for a stale version
        (`stale_version`).
        """

@final
class IntegrityFinding:
    """
    One row that breaks a boundary, or holds a value that the library does not know. For operators: it names rows of
    every tenant.
    """
    def __copy__(self, /) -> IntegrityFinding: ...
    def __deepcopy__(self, /, _memo: Any) -> IntegrityFinding: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> IntegrityFinding:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def column(self, /) -> str:
        """
        The column at fault.
        """
    @property
    def key(self, /) -> str:
        """
        The row's key, its parts joined by `/`.
        """
    @property
    def problem(self, /) -> IntegrityProblem:
        """
        What is wrong.
        """
    @property
    def refers_to(self, /) -> str | None:
        """
        The table that the column refers to.
        """
    @property
    def refers_to_tenant(self, /) -> str | None:
        """
        In which tenant the row stands that the column refers to.
        """
    @property
    def remedy(self, /) -> str:
        """
        What could be done about it, which its problem says. Nothing is repaired.
        """
    @property
    def stops(self, /) -> bool:
        """
        Whether no step of a migration is made while the row is so, which its problem says.
        """
    @property
    def table(self, /) -> str:
        """
        The table of the row.
        """
    @property
    def tenant(self, /) -> str | None:
        """
        In which tenant the row stands.
        """
    @property
    def value(self, /) -> str | None:
        """
        The value of the column, cut after 200 characters. Absent where the column may hold a secret.
        """

@final
class IntegrityReport:
    """
    What a scan looked at and what it found.
    """
    def __copy__(self, /) -> IntegrityReport: ...
    def __deepcopy__(self, /, _memo: Any) -> IntegrityReport: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> IntegrityReport:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def checks(self, /) -> int:
        """
        How many checks ran.
        """
    @property
    def findings(self, /) -> list[IntegrityFinding]:
        """
        The findings, at most 1000 of each problem of a column. Who hears them as they are found hears them all.
        """
    @property
    def found(self, /) -> int:
        """
        How many findings there are in all.
        """
    @property
    def is_clean(self, /) -> bool:
        """
        Whether nothing was found.
        """
    @property
    def lets_migrate(self, /) -> bool:
        """
        Whether a migration can go on: nothing was found, or only what does not stop it.
        """
    @property
    def stopping(self, /) -> int:
        """
        How many of them stop a migration.
        """

@final
class LayerReport:
    """
    One layer of one table, or of the database.
    """
    def __copy__(self, /) -> LayerReport: ...
    def __deepcopy__(self, /, _memo: Any) -> LayerReport: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LayerReport:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def batch(self, /) -> str | None:
        """
        The batch of the hardening that the table belongs to, such as `07A-1`.
        """
    @property
    def findings(self, /) -> list[BoundaryFinding]:
        """
        What does not stand, and what stands beside it.
        """
    @property
    def held(self, /) -> int:
        """
        How many of its parts stand as they must.
        """
    @property
    def layer(self, /) -> BoundaryLayer:
        """
        The layer.
        """
    @property
    def state(self, /) -> LayerState:
        """
        Whether it holds.
        """
    @property
    def step(self, /) -> int | None:
        """
        The step from which on it is whole, where that is still to be taken.
        """
    @property
    def table(self, /) -> str | None:
        """
        The table. Absent for what is of the database as a whole.
        """

@final
class LegacyCommand:
    """
    What the platform that owned the database before had a drone told, and what came of it. Nothing of it is ever sent:
    one that stands at PENDING was left behind by its caller.
    """
    def __copy__(self, /) -> LegacyCommand: ...
    def __deepcopy__(self, /, _memo: Any) -> LegacyCommand: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LegacyCommand:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def ack_message(self, /) -> str | None:
        """
        What it answered.
        """
    @property
    def ack_ok(self, /) -> bool | None:
        """
        Whether the drone agreed; absent where it did not answer.
        """
    @property
    def attempts(self, /) -> int:
        """
        How often it was sent.
        """
    @property
    def command_type(self, /) -> LegacyCommandType:
        """
        What the drone was to do.
        """
    @property
    def drone_id(self, /) -> str:
        """
        The drone that it was for.
        """
    @property
    def expect_ack(self, /) -> bool:
        """
        Whether the caller asked for an answer.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def idempotency_key(self, /) -> str:
        """
        By what the caller told a repetition of it; once in the tenant.
        """
    @property
    def issued_at(self, /) -> datetime:
        """
        When it was asked for.
        """
    @property
    def issued_by(self, /) -> str | None:
        """
        Who had it sent, where that is known.
        """
    @property
    def params(self, /) -> str:
        """
        With what, as it was written. Other programs may have stored what is no object.
        """
    @property
    def status(self, /) -> LegacyCommandStatus:
        """
        What came of it.
        """
    @property
    def updated_at(self, /) -> datetime:
        """
        When its row was last written.
        """

@final
class LegacyCommandPage:
    """
    A page of what the old platform had drones told, in the order that was asked for.
    """
    def __copy__(self, /) -> LegacyCommandPage: ...
    def __deepcopy__(self, /, _memo: Any) -> LegacyCommandPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[LegacyCommand]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LegacyCommandPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[LegacyCommand]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class LegacyEvent:
    """
    Something that happened on the platform that owned the database before. An id that is none of a row of the tenant is
    masked (`***`): nobody can tell whose it was.
    """
    def __copy__(self, /) -> LegacyEvent: ...
    def __deepcopy__(self, /, _memo: Any) -> LegacyEvent: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LegacyEvent:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def actor_id(self, /) -> str | None:
        """
        Who did it, where that was written down.
        """
    @property
    def correlation_id(self, /) -> str | None:
        """
        What marks the events that belong together, where anything does.
        """
    @property
    def event_id(self, /) -> str:
        """
        Its id.
        """
    @property
    def event_type(self, /) -> str:
        """
        What happened, such as `mission.approved`.
        """
    @property
    def payload(self, /) -> str:
        """
        What was known of it, as it was written but for masked ids. Other programs may have stored what is no object.
        """
    @property
    def ts(self, /) -> datetime:
        """
        When.
        """

@final
class LegacyEventPage:
    """
    A page of what happened on the old platform, in the order that was asked for.
    """
    def __copy__(self, /) -> LegacyEventPage: ...
    def __deepcopy__(self, /, _memo: Any) -> LegacyEventPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[LegacyEvent]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LegacyEventPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[LegacyEvent]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class LegacyRequest:
    """
    A request that the platform that owned the database before was asked, of those that write. An id that is none of a row of
    the tenant is masked (`***`): it was asked for, and may be another tenant's.
    """
    def __copy__(self, /) -> LegacyRequest: ...
    def __deepcopy__(self, /, _memo: Any) -> LegacyRequest: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LegacyRequest:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def action(self, /) -> str:
        """
        Method and path in one.
        """
    @property
    def actor_id(self, /) -> str | None:
        """
        Whose token it came with, where it had one.
        """
    @property
    def detail(self, /) -> str:
        """
        What else was written down, but for masked ids.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def method(self, /) -> str:
        """
        The method of HTTP.
        """
    @property
    def resource(self, /) -> str:
        """
        The path that was asked for.
        """
    @property
    def status_code(self, /) -> int:
        """
        The status of HTTP that was answered.
        """
    @property
    def ts(self, /) -> datetime:
        """
        When.
        """

@final
class LegacyRequestPage:
    """
    A page of what the old platform was asked, in the order that was asked for.
    """
    def __copy__(self, /) -> LegacyRequestPage: ...
    def __deepcopy__(self, /, _memo: Any) -> LegacyRequestPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[LegacyRequest]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LegacyRequestPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[LegacyRequest]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class LogOutcome:
    """
    Whether a log's events bear out the root that it stands at; otherwise the first place where they do not.
    """
    def __copy__(self, /) -> LogOutcome: ...
    def __deepcopy__(self, /, _memo: Any) -> LogOutcome: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LogOutcome:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def kind(self, /) -> str:
        """
        `intact`, `event_missing`, `leaf_differs`, `detail_differs`, `detail_missing`, `nodes_differ`, `event_beyond_size` or
        `root_differs`.
        """
    @property
    def seq(self, /) -> int | None:
        """
        The event's place in the log, where it is about one.
        """

@final
class LogVerification:
    """
    What recomputing a log from its events showed.
    """
    def __copy__(self, /) -> LogVerification: ...
    def __deepcopy__(self, /, _memo: Any) -> LogVerification: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> LogVerification:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def is_intact(self, /) -> bool:
        """
        Whether every event is as it was recorded.
        """
    @property
    def log_id(self, /) -> str:
        """
        The log's identity, which every leaf holds.
        """
    @property
    def outcome(self, /) -> LogOutcome:
        """
        Whether the events bear it out.
        """
    @property
    def root_hash(self, /) -> str:
        """
        The Merkle root that the log stands at (RFC 6962), in lower-case hexadecimal.
        """
    @property
    def size(self, /) -> int:
        """
        How many events the log says that it has.
        """

@final
class MigrationStatus:
    """
    Every step of the schema and which of them are applied.
    """
    def __copy__(self, /) -> MigrationStatus: ...
    def __deepcopy__(self, /, _memo: Any) -> MigrationStatus: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> MigrationStatus:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def current(self, /) -> int:
        """
        The version that the database stands at; 0 when it is empty.
        """
    @property
    def is_current(self, /) -> bool:
        """
        Whether every step is applied.
        """
    @property
    def latest(self, /) -> int:
        """
        The version that this library works with.
        """
    @property
    def steps(self, /) -> list[MigrationStep]:
        """
        The steps, in order.
        """

@final
class MigrationStep:
    """
    One step of the schema.
    """
    def __copy__(self, /) -> MigrationStep: ...
    def __deepcopy__(self, /, _memo: Any) -> MigrationStep: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> MigrationStep:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def applied_at(self, /) -> datetime | None:
        """
        When it was applied; absent while it is not.
        """
    @property
    def batch(self, /) -> str:
        """
        The batch that it belongs to, such as `07A-1`.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    @property
    def version(self, /) -> int:
        """
        Its number, from 1.
        """

@final
class Mission:
    """
    A planned flight.

    | from | to | by |
    |---|---|---|
    | DRAFT | APPROVED | `approve`, by nobody who created or last edited it unless the tenant allows that |
    | DRAFT | REJECTED | `reject` |
    | REJECTED | DRAFT | `update` |
    | APPROVED | RUNNING | `start`, which opens a run |
    | RUNNING | PAUSED | `pause` |
    | PAUSED | RUNNING | `resume` |
    | RUNNING | COMPLETED | `complete`, which ends the run |
    | any but COMPLETED and ABORTED | ABORTED | `abort`, which ends the run if there is one |

    An emergency mission (`"emergency_fastlane": true` in its constraints) takes the same way, approval
    included; it needs `mission.fastlane` besides, to be made one and to be started.
    """
    def __copy__(self, /) -> Mission: ...
    def __deepcopy__(self, /, _memo: Any) -> Mission: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Mission:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def constraints(self, /) -> str:
        """
        What must be observed on the way; `"emergency_fastlane": true` makes it an emergency mission, and
        `fastlane_authorized_by` and `fastlane_authorized_at` say who made it one, and when.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def created_by(self, /) -> str:
        """
        Who created it.
        """
    @property
    def drone_id(self, /) -> str | None:
        """
        The drone that is to fly it, once there is one.
        """
    @property
    def edited_by(self, /) -> str | None:
        """
        Who changed its content last (name, drone, kind, payload, constraints): its creator at first. Absent where
        that was somebody who does not say so, such as the platform that owned the database before.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def name(self, /) -> str:
        """
        Its name.
        """
    @property
    def payload(self, /) -> str:
        """
        What is to be flown: as the host described it, or the summary of an imported plan.
        """
    @property
    def plan_sha256(self, /) -> str | None:
        """
        The SHA-256 of the imported plan in lower-case hexadecimal, if there is one.
        """
    @property
    def plan_type(self, /) -> PlanType:
        """
        What kind of flight it is.
        """
    @property
    def state(self, /) -> MissionState:
        """
        Where it stands.
        """
    @property
    def updated_at(self, /) -> datetime:
        """
        When it was last changed.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class MissionPage:
    """
    A page of missions, in the order that was asked for.
    """
    def __copy__(self, /) -> MissionPage: ...
    def __deepcopy__(self, /, _memo: Any) -> MissionPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Mission]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> MissionPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Mission]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class MissionPlan:
    """
    The plan of a mission, as it was imported.
    """
    def __copy__(self, /) -> MissionPlan: ...
    def __deepcopy__(self, /, _memo: Any) -> MissionPlan: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> MissionPlan:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def file(self, /) -> bytes:
        """
        The file, byte for byte.
        """
    @property
    def sha256(self, /) -> str:
        """
        The SHA-256 of those bytes in lower-case hexadecimal.
        """
    @property
    def summary(self, /) -> PlanSummary:
        """
        What the file holds.
        """

@final
class MissionRun:
    """
    One flight of a mission, from its start to its end. Pausing and resuming do not open another.
    """
    def __copy__(self, /) -> MissionRun: ...
    def __deepcopy__(self, /, _memo: Any) -> MissionRun: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> MissionRun:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def ended_at(self, /) -> datetime | None:
        """
        When it ended, once it has.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def mission_id(self, /) -> str:
        """
        The mission that is flown.
        """
    @property
    def started_at(self, /) -> datetime:
        """
        When the mission was started.
        """
    @property
    def state(self, /) -> MissionState:
        """
        RUNNING until it ends, then COMPLETED or ABORTED.
        """

@final
class Missions:
    """
    A tenant's missions: `mission.read`, `mission.write`, `mission.approve`, `mission.fastlane`.
    """
    def abort(self, /, id: str) -> Mission:
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
    ) -> ApprovalPage:
        """
        The decisions about a mission, a page at a time: in the order of their ids, or with `order` in which they were
        taken.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
        """
    def approve(self, /, id: str, version: SupportsIndex, *, comment: str | None = None) -> Mission:
        """
        Approves a draft, as it stood at the version that the approver saw. The approver has neither created it nor
        edited it last, unless the tenant allows that.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
        since that version (`stale_version`), in any other state (`illegal_transition`), without a drone (`no_drone`),
        or for the actor's own work (`own_mission`).
        """
    def complete(self, /, id: str) -> Mission:
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
    ) -> Mission:
        """
        Creates a mission, as a draft. `payload` and `constraints` are JSON objects as text.

        Raises `Invalid` naming the field; `NotFound` for the drone; `Forbidden` without `mission.write`, or without
        `mission.fastlane` for an emergency mission.
        """
    def delete(self, /, id: str) -> None:
        """
        Deletes a mission in DRAFT or REJECTED, and with it the decisions about it, which the event in the log keeps.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`),
        or while anything else refers to it (`in_use`).
        """
    def get(self, /, id: str) -> Mission:
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
    ) -> Mission:
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
    ) -> MissionPage:
        """
        Missions that were created from `since` on and before `until`, a page at a time: in the order of their ids, or
        with `order` of the times at which they were created.

        Raises `Invalid` for a limit, a cursor or an id that cannot be; `Forbidden` without `mission.read`.
        """
    def pause(self, /, id: str) -> Mission:
        """
        Pauses a running mission; its run stays open.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        """
    def plan(self, /, id: str) -> MissionPlan:
        """
        The plan that a mission was imported from, byte for byte, with what it holds.

        Raises `NotFound` for the mission (`mission`), or for its plan (`plan`) where it was not imported; `Forbidden`
        without `mission.read`; `Integrity` when the stored file is not the one that was imported.
        """
    def reject(self, /, id: str, version: SupportsIndex, *, comment: str | None = None) -> Mission:
        """
        Rejects a draft, as it stood at the version that was seen; `update` makes it a draft again. Authors may reject
        their own.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.approve`; `Conflict` for a mission that was changed
        since that version (`stale_version`), or in any other state (`illegal_transition`).
        """
    def resume(self, /, id: str) -> Mission:
        """
        Resumes a paused mission, with the run that its start opened.

        Raises `NotFound`; `Forbidden` without `mission.write`; `Conflict` in any other state (`illegal_transition`).
        """
    def run(self, /, id: str) -> MissionRun:
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
    ) -> RunPage:
        """
        The runs of a mission, a page at a time: in the order of their ids, or with `order` in which they began.

        Raises `Invalid`; `NotFound`; `Forbidden` without `mission.read`.
        """
    def start(self, /, id: str) -> Mission:
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
    ) -> Mission:
        """
        Changes a mission in DRAFT or REJECTED, which is a draft afterwards. What is left out stays as it is;
        `drone_id=None` takes the drone away.

        Raises `Invalid`; `NotFound` for the mission or the drone; `Forbidden` without `mission.write`, or without
        `mission.fastlane` where the new constraints are those of an emergency mission; `Conflict` for a stale version
        (`stale_version`) or in any other state (`illegal_transition`).
        """

@final
class Observation:
    """
    Something that was seen during an inspection.
    """
    def __copy__(self, /) -> Observation: ...
    def __deepcopy__(self, /, _memo: Any) -> Observation: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Observation:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def alt_m(self, /) -> float:
        """
        Altitude in metres.
        """
    @property
    def confidence(self, /) -> float | None:
        """
        How sure whoever saw it is, 0 to 1.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was stored.
        """
    @property
    def drone_id(self, /) -> str | None:
        """
        The drone that saw it, where that is known.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def item_code(self, /) -> str:
        """
        The code of the item of the template that it is about.
        """
    @property
    def media_url(self, /) -> str | None:
        """
        Where a picture or a film of it is.
        """
    @property
    def note(self, /) -> str:
        """
        What was seen, in words.
        """
    @property
    def position_lat(self, /) -> float:
        """
        Latitude in degrees WGS 84, -90 to 90.
        """
    @property
    def position_lon(self, /) -> float:
        """
        Longitude in degrees WGS 84, -180 to 180.
        """
    @property
    def severity(self, /) -> int:
        """
        How grave it is, 1 to 5.
        """
    @property
    def task_id(self, /) -> str:
        """
        The task that it was made in.
        """
    @property
    def ts(self, /) -> datetime:
        """
        When it was seen, by the clock of whoever saw it.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class ObservationPage:
    """
    A page of observations, in the order that was asked for.
    """
    def __copy__(self, /) -> ObservationPage: ...
    def __deepcopy__(self, /, _memo: Any) -> ObservationPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Observation]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> ObservationPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Observation]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class PlanSummary:
    """
    What a plan holds, read from the file itself.
    """
    def __copy__(self, /) -> PlanSummary: ...
    def __deepcopy__(self, /, _memo: Any) -> PlanSummary: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> PlanSummary:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def altitudes(self, /) -> list[AltitudeRange]:
        """
        The lowest and the highest altitude that is flown at, once for each frame in which the file gives altitudes, in
        the order of [`AltitudeFrame`]. Landings are not in it, nor what the ground station only works out when it uploads.
        """
    @property
    def bounding_box(self, /) -> BoundingBox | None:
        """
        The smallest box around the positions and the areas of the mission; absent where it has none.
        """
    @property
    def complex_items(self, /) -> int:
        """
        How many of them are complex: surveys, corridor and structure scans, landing patterns.
        """
    @property
    def cruise_speed_mps(self, /) -> float | None:
        """
        Metres per second in forward flight, where the file says it.
        """
    @property
    def fences(self, /) -> int:
        """
        Geofences: polygons and circles.
        """
    @property
    def firmware(self, /) -> int | None:
        """
        The autopilot that it was planned for, as MAVLink numbers it
        ([MAV_AUTOPILOT](https://mavlink.io/en/messages/common.html#MAV_AUTOPILOT)): 3 is ArduPilot, 12 PX4. Absent where
        the file does not say, as lists of waypoints do not.
        """
    @property
    def hover_speed_mps(self, /) -> float | None:
        """
        Metres per second of a multicopter, where the file says it.
        """
    @property
    def items(self, /) -> int:
        """
        Mission items as the file lists them; a survey counts as one.
        """
    @property
    def length_m(self, /) -> float:
        """
        Metres over ground from the first position to the last, along great circles. The way to the first position and
        back to the launch point is not in it, nor what the ground station only works out when it uploads
        (the orbits of a structure scan).
        """
    @property
    def plan_type(self, /) -> PlanType:
        """
        The kind of flight that this is: an area where there is a survey or a scan, a point where there is one
        position, and a route otherwise.
        """
    @property
    def rally_points(self, /) -> int:
        """
        Rally points: safe places to land.
        """
    @property
    def vehicle_type(self, /) -> int | None:
        """
        The kind of vehicle, as MAVLink numbers it
        ([MAV_TYPE](https://mavlink.io/en/messages/common.html#MAV_TYPE)): 1 is a fixed wing, 2 a quadrotor.
        """
    @property
    def waypoints(self, /) -> int:
        """
        Positions that are flown to, those inside surveys and corridor scans included.
        """

@final
class Progress:
    """
    How far a long operation (a migration, a scan) has come.
    """
    def __copy__(self, /) -> Progress: ...
    def __deepcopy__(self, /, _memo: Any) -> Progress: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Progress:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def done(self, /) -> int:
        """
        Units of work done so far: steps or rows, as the operation says.
        """
    @property
    def stage(self, /) -> str:
        """
        What is being worked on, such as the name of a migration step or of a table.
        """
    @property
    def total(self, /) -> int | None:
        """
        Units of work in all, where that is known.
        """

@final
class RecordedObservations:
    """
    What was recorded in one go.
    """
    def __copy__(self, /) -> RecordedObservations: ...
    def __deepcopy__(self, /, _memo: Any) -> RecordedObservations: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> RecordedObservations:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def ids(self, /) -> list[str]:
        """
        The ids of the observations, in the order in which they were given.
        """

@disjoint_base
class Resource:
    """
    Something that an authorization is asked for.
    """
    def __copy__(self, /) -> Resource: ...
    def __deepcopy__(self, /, _memo: Any) -> Resource: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __hash__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Resource:
        """
        The record of this state, which `pickle` kept.
        """
    @final
    class Alert(Resource):
        """
        An alert.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Alert: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Defect(Resource):
        """
        A defect.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Defect: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Drone(Resource):
        """
        A drone.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Drone: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Export(Resource):
        """
        A report that was made of an inspection.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Export: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Incident(Resource):
        """
        An incident.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Incident: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class LegacyCommand(Resource):
        """
        What the old platform had a drone told.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.LegacyCommand: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Mission(Resource):
        """
        A mission.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Mission: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Observation(Resource):
        """
        Something that was seen during an inspection.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Observation: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Role(Resource):
        """
        A role.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Role: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Run(Resource):
        """
        One flight of a mission.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Run: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Task(Resource):
        """
        An inspection task.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Task: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class Template(Resource):
        """
        An inspection template.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.Template: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

    @final
    class User(Resource):
        """
        A user.
        """

        __match_args__: Final = ("id",)
        def __new__(cls, /, id: str) -> Resource.User: ...
        @property
        def id(self, /) -> str:
            """
            Its id.
            """

@final
class Ringfence:
    """
    An open database: its schema, its tenants, and the door to their sessions.

    What changes anything here names an operator, for whom the host vouches, and is recorded in the deployment's own
    log. On Postgres these methods raise `Forbidden` when the login may not do what operators do.
    """
    def __enter__(self, /) -> Ringfence: ...
    def __exit__(self, kind: Any, raised: Any, traceback: Any, /) -> None: ...
    def boundary_report(self, /) -> BoundaryReport:
        """
        What the database holds of the boundary between tenants right now, and what it does not: every key, reference,
        trigger, policy and grant that the steps so far make, held against what stands. Reads only.

        Raises `Unavailable`; `Schema` for a history that is not this library's.
        """
    def close(self, /) -> None:
        """
        Finishes what was handed over and closes every connection, for good: later calls raise `Closed`, and closing it
        again does nothing. The end of a `with` closes it too.
        """
    def create_admin(
        self, /, operator: str, tenant: str, username: str, *, password: str | None = None
    ) -> User:
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
    ) -> FoundedTenant:
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
    def disable_tenant(self, /, operator: str, id: str) -> Tenant:
        """
        Disables a tenant: from now on it opens no session, and those that are open are refused.

        Raises `Invalid`; `NotFound`; `Conflict` (`already_disabled`).
        """
    def enable_tenant(self, /, operator: str, id: str) -> Tenant:
        """
        Enables a disabled tenant again. Sessions that were open before go on.

        Raises `Invalid`; `NotFound`; `Conflict` (`not_disabled`).
        """
    def grow_roles(self, /, operator: str, tenant: str) -> TenantGrowth:
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
    ) -> IntegrityReport:
        """
        Looks for rows that break a boundary which the steps so far enforce, for keys that rows share, and for values
        that the library does not know. Reads only; nothing is repaired. `progress` is called with the table and how
        many rows are behind the scan; `findings` with a list of what was found since it was called last: every finding,
        those too for which the report has no room. Both are called on the thread that does the work.

        Raises `Unavailable`.
        """
    def login(self, /, tenant: str, username: str, password: str) -> TenantSession:
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
    ) -> MigrationStatus:
        """
        Applies the steps up to `to`, or all of them. `progress` is called between them, on the thread that does the
        work.

        Raises `Invalid` for a step that there is not; `Integrity` with the rows that break a boundary, and nothing is
        changed then; `Schema`; `Conflict` (`other_secret_key`).
        """
    def migration_status(self, /) -> MigrationStatus:
        """
        Which steps of the schema are applied, and when.

        Raises `Unavailable`.
        """
    def rekey(
        self, /, operator: str, old: bytes | bytearray | memoryview, new: bytes | bytearray | memoryview
    ) -> int:
        """
        Seals every drone's credential anew, of all tenants, with another key; gives how many. From then on the database
        seals with the new one, and whatever else opens it has to be given that. Where it ends half-way, calling it again
        finishes.

        Raises `Invalid` naming `old` or `new`; `Conflict` (`other_secret_key`) where a credential was sealed with
        neither, or the database was opened with neither; `Integrity` with the credentials that do not open. Nothing is
        changed then.
        """
    def rename_tenant(self, /, operator: str, id: str, name: str) -> Tenant:
        """
        Gives a tenant another name. Its id, by which everything refers to it, stays.

        Raises `Invalid`; `NotFound`; `Conflict` (`taken`) for a name that a tenant has already, this one included.
        """
    def restore_admin(self, /, operator: str, tenant: str, username: str) -> User:
        """
        Makes the user of this name, active from then on, the administrator of a tenant that has none. One without a
        password logs in once whoever vouches for it has set one.

        Raises `NotFound` for the tenant and the user; `Conflict` (`has_admin`, `no_admin`, `ambiguous_name`);
        `Invalid`.
        """
    def role_growth(
        self, /, *, limit: SupportsIndex | None = None, after: str | None = None
    ) -> TenantGrowthPage:
        """
        What the tenants' starting roles lack of what this version gives new tenants, a page of tenants at a time.
        Changes nothing.

        Raises `Invalid` for a limit or a cursor that cannot be.
        """
    def rollback(
        self, /, operator: str, to: SupportsIndex, *, progress: Callable[[Progress], object] | None = None
    ) -> MigrationStatus:
        """
        Takes steps back, the newest first, until the database stands at `to`.

        Raises `Schema` (`lossy_rollback`) when a step on the way would lose data, before any is taken back; `Invalid`.
        """
    def session(self, /, tenant: str, actor: str) -> TenantSession:
        """
        Opens a session for an actor whom the host has authenticated.

        Raises `Unauthenticated` for an unknown or inactive actor, an unknown or disabled tenant; `Invalid`.
        """
    def shutdown(self, /) -> None:
        """
        The same, by the name that it has in other languages.
        """
    def tenant(self, /, id: str) -> Tenant:
        """
        The tenant with this id.

        Raises `NotFound`.
        """
    def tenants(self, /, *, limit: SupportsIndex | None = None, after: str | None = None) -> TenantPage:
        """
        The tenants in the order of their ids, a page at a time.

        Raises `Invalid` for a limit or a cursor that cannot be.
        """

@final
class Role:
    """
    A named set of permissions in a tenant.
    """
    def __copy__(self, /) -> Role: ...
    def __deepcopy__(self, /, _memo: Any) -> Role: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Role:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def description(self, /) -> str | None:
        """
        What it is for.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def name(self, /) -> str:
        """
        Its name, unique in the tenant.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class RoleGrowth:
    """
    What a starting role of a tenant lacks of what this version gives new tenants.
    """
    def __copy__(self, /) -> RoleGrowth: ...
    def __deepcopy__(self, /, _memo: Any) -> RoleGrowth: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> RoleGrowth:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def changed(self, /) -> bool:
        """
        Whether the tenant has changed the role, so that it is left as it is. Otherwise it is as some version made it.
        """
    @property
    def lacks(self, /) -> list[Permission]:
        """
        What this version gives and the role does not hold, in the catalogue's order; `*` alone where it is everything.
        """
    @property
    def name(self, /) -> str:
        """
        Its name, by which it is a starting role.
        """
    @property
    def role_id(self, /) -> str:
        """
        The role.
        """

@final
class RolePage:
    """
    A page of roles, in the order of their ids.
    """
    def __copy__(self, /) -> RolePage: ...
    def __deepcopy__(self, /, _memo: Any) -> RolePage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Role]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> RolePage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Role]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class RunPage:
    """
    A page of runs, in the order that was asked for.
    """
    def __copy__(self, /) -> RunPage: ...
    def __deepcopy__(self, /, _memo: Any) -> RunPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[MissionRun]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> RunPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[MissionRun]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class SecretJson:
    """
    A JSON object that is secret: it shows itself only to who asks for it.
    """
    def __copy__(self, /) -> SecretJson: ...
    def __deepcopy__(self, /, _memo: Any) -> SecretJson: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __repr__(self, /) -> str: ...
    def expose(self, /) -> str:
        """
        The text, as it was set.
        """

@final
class TaskPage:
    """
    A page of inspection tasks, in the order that was asked for.
    """
    def __copy__(self, /) -> TaskPage: ...
    def __deepcopy__(self, /, _memo: Any) -> TaskPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[InspectionTask]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TaskPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[InspectionTask]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class TelemetryPosition:
    """
    Where a drone is.
    """
    def __copy__(self, /) -> TelemetryPosition: ...
    def __deepcopy__(self, /, _memo: Any) -> TelemetryPosition: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __new__(
        cls,
        /,
        lat: SupportsFloat | SupportsIndex,
        lon: SupportsFloat | SupportsIndex,
        alt_m: SupportsFloat | SupportsIndex | None = None,
    ) -> TelemetryPosition: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TelemetryPosition:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def alt_m(self, /) -> float | None:
        """
        Altitude in metres, counted from where `max_alt_m` of the mission's constraints is.
        """
    @property
    def lat(self, /) -> float:
        """
        Latitude in degrees WGS 84, -90 to 90.
        """
    @property
    def lon(self, /) -> float:
        """
        Longitude in degrees WGS 84, -180 to 180.
        """

@final
class TemplateItem:
    """
    One thing that a template asks to be looked at.
    """
    def __copy__(self, /) -> TemplateItem: ...
    def __deepcopy__(self, /, _memo: Any) -> TemplateItem: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TemplateItem:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def code(self, /) -> str:
        """
        What observations name it by. The platform that owned the database before may have given one code to several
        items of a template.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def required(self, /) -> bool:
        """
        Whether it must be looked at.
        """
    @property
    def severity_default(self, /) -> int:
        """
        How grave a finding is unless somebody says otherwise, 1 to 5.
        """
    @property
    def sort_order(self, /) -> int:
        """
        Where it stands among the items of its template.
        """
    @property
    def template_id(self, /) -> str:
        """
        The template that it belongs to.
        """
    @property
    def title(self, /) -> str:
        """
        What is to be looked at.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class TemplateItemPage:
    """
    A page of the items of an inspection template, in the order of their ids.
    """
    def __copy__(self, /) -> TemplateItemPage: ...
    def __deepcopy__(self, /, _memo: Any) -> TemplateItemPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[TemplateItem]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TemplateItemPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[TemplateItem]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class TemplatePage:
    """
    A page of inspection templates, in the order of their ids.
    """
    def __copy__(self, /) -> TemplatePage: ...
    def __deepcopy__(self, /, _memo: Any) -> TemplatePage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[InspectionTemplate]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TemplatePage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[InspectionTemplate]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class Tenant:
    """
    One drone operator: everything that a session can name belongs to exactly one.
    """
    def __copy__(self, /) -> Tenant: ...
    def __deepcopy__(self, /, _memo: Any) -> Tenant: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> Tenant:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def disabled_at(self, /) -> datetime | None:
        """
        Since when it opens no session, if it is disabled.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def name(self, /) -> str:
        """
        Its name, unique in the database.
        """
    @property
    def self_approval(self, /) -> bool:
        """
        Whether a mission's creator may approve it too; `false` unless the tenant switched it on.
        """

@final
class TenantGrowth:
    """
    The starting roles of a tenant that lack something.
    """
    def __copy__(self, /) -> TenantGrowth: ...
    def __deepcopy__(self, /, _memo: Any) -> TenantGrowth: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TenantGrowth:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def roles(self, /) -> list[RoleGrowth]:
        """
        Those of its starting roles that lack something; none where all are as this version makes them, or hold more.
        """
    @property
    def tenant_id(self, /) -> str:
        """
        The tenant.
        """

@final
class TenantGrowthPage:
    """
    A page of tenants and what their starting roles lack, in the order of the tenants' ids.
    """
    def __copy__(self, /) -> TenantGrowthPage: ...
    def __deepcopy__(self, /, _memo: Any) -> TenantGrowthPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[TenantGrowth]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TenantGrowthPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[TenantGrowth]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class TenantPage:
    """
    A page of tenants, in the order of their ids.
    """
    def __copy__(self, /) -> TenantPage: ...
    def __deepcopy__(self, /, _memo: Any) -> TenantPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[Tenant]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> TenantPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[Tenant]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
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
    def authorize(self, /, permission: Permission | str, *, resource: Resource | None = None) -> None:
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
    def set_self_approval(self, /, allowed: bool) -> Tenant:
        """
        Lets whoever created a mission approve it too, or forbids it again, as it is in a new tenant.

        Raises `Forbidden` without `identity.write`, or without `mission.approve`, which this widens.
        """
    def tenant(self, /) -> Tenant:
        """
        The tenant that this session acts in. Needs no permission.
        """
    def whoami(self, /) -> WhoAmI:
        """
        Who this session acts as, and what it may do now. Needs no permission.
        """

@final
class User:
    """
    Somebody, or something, that acts in a tenant.
    """
    def __copy__(self, /) -> User: ...
    def __deepcopy__(self, /, _memo: Any) -> User: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> User:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def created_at(self, /) -> datetime:
        """
        When it was created.
        """
    @property
    def id(self, /) -> str:
        """
        Its id.
        """
    @property
    def is_active(self, /) -> bool:
        """
        Whether it may act; an inactive user opens no session.
        """
    @property
    def username(self, /) -> str:
        """
        The name to log in with, unique in the tenant.
        """
    @property
    def version(self, /) -> int:
        """
        Counts the changes of the row, from 1.
        """

@final
class UserPage:
    """
    A page of users, in the order of their ids.
    """
    def __copy__(self, /) -> UserPage: ...
    def __deepcopy__(self, /, _memo: Any) -> UserPage: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __iter__(self, /) -> Iterator[User]: ...
    def __len__(self, /) -> int: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> UserPage:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def items(self, /) -> list[User]:
        """
        The rows, in the list's order.
        """
    @property
    def next(self, /) -> str | None:
        """
        Where the next page starts; absent on the last one.
        """

@final
class WhoAmI:
    """
    Who a session acts as.
    """
    def __copy__(self, /) -> WhoAmI: ...
    def __deepcopy__(self, /, _memo: Any) -> WhoAmI: ...
    def __eq__(self, value: object, /) -> bool: ...
    def __ne__(self, value: object, /) -> bool: ...
    def __reduce__(self, /) -> tuple[Any, ...]: ...
    def __repr__(self, /) -> str: ...
    @staticmethod
    def _restored(state: Any) -> WhoAmI:
        """
        The record of this state, which `pickle` kept.
        """
    @property
    def permissions(self, /) -> list[Permission]:
        """
        What the user may do now, in the catalogue's order.
        """
    @property
    def roles(self, /) -> list[str]:
        """
        The names of the roles that the user holds now, inherited ones included, in alphabetical order.
        """
    @property
    def tenant_id(self, /) -> str:
        """
        The session's tenant.
        """
    @property
    def user_id(self, /) -> str:
        """
        The session's user.
        """
    @property
    def username(self, /) -> str:
        """
        The user's name.
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
) -> Ringfence:
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
