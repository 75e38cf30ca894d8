"""The enums of the library.

Made from the `text_enums!` of the core; after a change there run
`RINGFENCE_BLESS=1 cargo test -p ringfence-tests --test suite python`.
"""

from ringfence._text_enum import OpenTextEnum, TextEnum

__all__ = [
    "Action",
    "AlertSeverity",
    "AlertStatus",
    "AlertType",
    "AltitudeFrame",
    "ApprovalEntity",
    "ApprovalStatus",
    "BoundaryLayer",
    "BoundaryProblem",
    "Decision",
    "DefectStatus",
    "ExportFormat",
    "IncidentLevel",
    "IncidentStatus",
    "IntegrityProblem",
    "LayerState",
    "LegacyCommandStatus",
    "LegacyCommandType",
    "MigrateMode",
    "MissionState",
    "Order",
    "Outcome",
    "Permission",
    "PlanType",
    "TaskStatus",
    "Vendor",
    "WorkOutcome",
]


class Action(OpenTextEnum):
    """What an audit event says was done."""

    CREATE = "create"
    """Something new was stored."""
    UPDATE = "update"
    """Something stored was changed."""
    DELETE = "delete"
    """Something stored was removed."""
    EXPORT = "export"
    """Data left the library in a file."""
    COMMAND = "command"
    """A mission or a drone was told to do something."""
    APPROVAL = "approval"
    """Somebody decided about somebody else's proposal."""
    LOGIN = "login"
    """Somebody logged in, or tried to."""
    DENIED = "denied"
    """Somebody lacked the permission for what they asked."""


class AlertSeverity(OpenTextEnum):
    """How grave an alert is. While the alert is active it only rises."""

    WARNING = "WARNING"
    """Somebody should know."""
    CRITICAL = "CRITICAL"
    """Somebody must act."""


class AlertStatus(OpenTextEnum):
    """Where an alert stands."""

    OPEN = "OPEN"
    """Nobody has taken it up."""
    ACKED = "ACKED"
    """Somebody has seen it."""
    CLOSED = "CLOSED"
    """It is over. Final."""


class AlertType(OpenTextEnum):
    """What an alert is about."""

    LOW_BATTERY = "LOW_BATTERY"
    """The battery is nearly empty."""
    LINK_LOSS = "LINK_LOSS"
    """The drone is out of touch."""
    GEOFENCE_BREACH = "GEOFENCE_BREACH"
    """The drone is where it must not be."""


class AltitudeFrame(TextEnum):
    """What altitudes are counted from."""

    AMSL = "AMSL"
    """Mean sea level."""
    RELATIVE = "RELATIVE"
    """Where the vehicle took off."""
    TERRAIN = "TERRAIN"
    """The ground below it."""


class ApprovalEntity(OpenTextEnum):
    """What a recorded decision is about."""

    MISSION = "mission"
    """A mission."""
    TEMPLATE = "inspection_template"
    """An inspection template."""
    TASK = "inspection_task"
    """An inspection task."""
    OBSERVATION = "inspection_observation"
    """Something that was seen during an inspection."""
    DEFECT = "defect"
    """A defect."""
    INCIDENT = "incident"
    """An incident."""
    ALERT = "alert"
    """An alert."""
    DRONE = "drone"
    """A drone."""


class ApprovalStatus(OpenTextEnum):
    """What was decided. The platform that owned the database before took any text."""

    PENDING = "PENDING"
    """Nothing yet: somebody was asked."""
    APPROVED = "APPROVED"
    """Yes."""
    REJECTED = "REJECTED"
    """No."""


class BoundaryLayer(TextEnum):
    """What of the boundary is looked at: of each table, and of the database as a whole."""

    KEYS = "keys"
    """A table's primary and unique keys, the tenant that each of its rows must have, and what is taken for granted of
    the table: how its columns are compared, that no key reaches over tenants and no other table has its rows.
    """
    REFERENCES = "references"
    """The foreign keys that hold its references inside the tenant, as far as foreign keys do."""
    TRIGGERS = "triggers"
    """The triggers that refuse what keys cannot, and on SQLite what keys could."""
    ROW_LEVEL_SECURITY = "row_level_security"
    """The policy that shows a tenant its own rows, on Postgres."""
    GRANTS = "grants"
    """What the runtime role and everybody may do with the table, on Postgres."""
    FUNCTIONS = "functions"
    """What the triggers run on Postgres. Of the database."""
    CONNECTIONS = "connections"
    """Whether keys and triggers hold on the library's connections: `foreign_keys` on SQLite,
    `session_replication_role` on Postgres. Of the database.
    """
    RUNTIME_ROLE = "runtime_role"
    """The role that tenants' transactions take on, on Postgres. Of the database."""
    LOGIN = "login"
    """Whom the report was made by, on Postgres. Of the database."""


class BoundaryProblem(TextEnum):
    """What was found about a layer."""

    MISSING = "missing"
    """It is not there."""
    CHANGED = "changed"
    """Something of its name is there that is not as the steps make it."""
    DISABLED = "disabled"
    """It is there and switched off."""
    EXCESS = "excess"
    """It opens what must be closed: a grant, a policy or a right that no step gives, a key over the rows of all
    tenants, a table whose rows are the library's too.
    """
    FOREIGN = "foreign"
    """It is the host's own: a trigger, a rule, a policy or a grant to another role. The library cannot say what
    comes of it.
    """
    PRIVILEGED = "privileged"
    """The database login passes row-level security. Tenants' transactions do not run as it."""


class Decision(OpenTextEnum):
    """What an approver decided about a mission."""

    APPROVE = "APPROVE"
    """The mission may be flown."""
    REJECT = "REJECT"
    """The mission goes back to its author."""


class DefectStatus(OpenTextEnum):
    """Where a defect stands."""

    OPEN = "OPEN"
    """Found."""
    ASSIGNED = "ASSIGNED"
    """Somebody is to mend it."""
    IN_PROGRESS = "IN_PROGRESS"
    """Being mended."""
    FIXED = "FIXED"
    """Mended, and not looked at yet."""
    VERIFIED = "VERIFIED"
    """Looked at, and mended indeed."""
    CLOSED = "CLOSED"
    """Done with. Final."""


class ExportFormat(OpenTextEnum):
    """What kind of file a report of an inspection is."""

    HTML = "html"
    """A page for a browser, with a drawing of where the observations lie."""
    CSV = "csv"
    """A table (RFC 4180)."""
    GEO_JSON = "geojson"
    """Points for a map (RFC 7946)."""
    JSON = "json"
    """Everything that is known, for programs."""


class IncidentLevel(OpenTextEnum):
    """How grave an incident is. The platform that owned the database before took any text."""

    LOW = "LOW"
    """It can wait."""
    MEDIUM = "MEDIUM"
    """It wants looking at."""
    HIGH = "HIGH"
    """It wants looking at now."""
    CRITICAL = "CRITICAL"
    """People or aircraft are in danger."""


class IncidentStatus(OpenTextEnum):
    """Where an incident stands."""

    OPEN = "OPEN"
    """Reported."""
    TASK_CREATED = "TASK_CREATED"
    """A mission and an inspection task were made of it."""
    CLOSED = "CLOSED"
    """Done with. Final."""


class IntegrityProblem(TextEnum):
    """What is wrong with a row."""

    TENANT_MISSING = "tenant_missing"
    """It belongs to no tenant."""
    TENANT_UNKNOWN = "tenant_unknown"
    """It belongs to a tenant that does not exist."""
    TENANT_MISMATCH = "tenant_mismatch"
    """It refers to a row of another tenant."""
    ORPHAN = "orphan"
    """It refers to a row that does not exist."""
    NAMES_NOBODY = "names_nobody"
    """It names a user who does not exist, in a column that nobody ever declared a reference. It is read as it is."""
    NAMES_FOREIGN = "names_foreign"
    """It names a user of another tenant in such a column. It is read as it is."""
    TENANT_GONE = "tenant_gone"
    """A row of the old platform's logs belongs to a tenant that does not exist, or no more: no session reads it."""
    TENANT_RESERVED = "tenant_reserved"
    """A tenant's id begins with `~`, which is kept for the deployment's own log, or is `system`, under which the old
    platform wrote down the requests that are no tenant's.
    """
    DUPLICATE = "duplicate"
    """The key is held by more than one row."""
    LOG_MISSING = "log_missing"
    """A tenant's log or its policy epoch is gone, which each gets with its first row."""
    UNREADABLE = "unreadable"
    """The value cannot be read: a time that is none, bytes that are no UTF-8 text, nothing where something must be."""
    UNKNOWN_VALUE = "unknown_value"
    """The text is none of those that the library knows for this column. It is read as it is."""
    MALFORMED_JSON = "malformed_json"
    """The document is no JSON. It is read as it is."""
    NAME_CLASH = "name_clash"
    """Another user of the tenant has the same name, written in other characters: in Unicode's normalisation form
    C, in which names are compared, the two are one. Nobody logs in by it.
    """
    NAME_UNKEYED = "name_unkeyed"
    """The user's name is written in another form than it is compared in, and has no key that says so: another
    program wrote it. It is found all the same, by a look at each that lacks its key, until `migrate` fills them.
    """
    NAME_REFUSED = "name_refused"
    """The user's name is none that could be given today: blanks around it, or characters that are not seen. It is
    found and read as it is.
    """


class LayerState(TextEnum):
    """Whether a layer holds."""

    HOLDS = "holds"
    """All of it stands."""
    BROKEN = "broken"
    """Something of it does not."""
    NOT_YET = "not_yet"
    """What the steps so far make of it stands; another step makes the rest."""


class LegacyCommandStatus(OpenTextEnum):
    """What came of a command of that platform."""

    PENDING = "PENDING"
    """Nothing is known: whoever asked for it went away."""
    ACKED = "ACKED"
    """The drone agreed."""
    FAILED = "FAILED"
    """The drone refused, or could not be told."""
    TIMEOUT = "TIMEOUT"
    """The drone did not answer in time."""


class LegacyCommandType(OpenTextEnum):
    """What the platform that owned the database before had a drone told to do."""

    RTH = "RTH"
    """Return to where it took off."""
    LAND = "LAND"
    """Land where it is."""
    HOLD = "HOLD"
    """Stay where it is."""
    GOTO = "GOTO"
    """Fly to a place."""
    START_MISSION = "START_MISSION"
    """Begin a mission."""
    ABORT_MISSION = "ABORT_MISSION"
    """Give a mission up."""
    PAUSE = "PAUSE"
    """Interrupt what it does."""
    RESUME = "RESUME"
    """Go on with it."""


class MigrateMode(TextEnum):
    """What opening does with a schema that is not current."""

    AUTO = "auto"
    """Apply what is missing, recorded under the operator `open`. A database of the old platform is adopted."""
    CHECK = "check"
    """Fail with what is missing."""
    NEVER = "never"
    """Open whatever is there, to look at it or to migrate by hand. A newer schema fails all the same."""


class MissionState(OpenTextEnum):
    """Where a mission stands; which event leads where is in `Mission`'s documentation."""

    DRAFT = "DRAFT"
    """Being written; may be edited and deleted."""
    APPROVED = "APPROVED"
    """Released by somebody other than its creator; may be started."""
    REJECTED = "REJECTED"
    """Sent back; editing it makes it a draft again."""
    RUNNING = "RUNNING"
    """Being flown."""
    PAUSED = "PAUSED"
    """Interrupted; may be resumed."""
    COMPLETED = "COMPLETED"
    """Flown to its end. Final."""
    ABORTED = "ABORTED"
    """Given up. Final."""


class Order(TextEnum):
    """The order of time in which a list is read."""

    OLDEST = "oldest"
    """What happened first comes first."""
    NEWEST = "newest"
    """What happened last comes first."""


class Outcome(OpenTextEnum):
    """How what an audit event tells of came out."""

    DONE = "done"
    """It was done."""
    REFUSED = "refused"
    """It was refused."""


class Permission(TextEnum):
    """A permission of the library's fixed catalogue.

    A stored name that is not in it (the legacy platform let anybody add some) grants nothing and is reported
    by `EffectivePermissions.unknown`.
    """

    ALL = "*"
    """Every permission of the catalogue."""
    IDENTITY_READ = "identity.read"
    """See users, roles and who holds what."""
    IDENTITY_WRITE = "identity.write"
    """Manage users, roles, grants and assignments."""
    REGISTRY_READ = "registry.read"
    """See drones."""
    REGISTRY_WRITE = "registry.write"
    """Register, change and remove drones and their credentials."""
    MISSION_READ = "mission.read"
    """See missions, their plans, runs and approvals."""
    MISSION_WRITE = "mission.write"
    """Write missions, and start, pause, resume, complete and abort them."""
    MISSION_APPROVE = "mission.approve"
    """Approve or reject somebody else's mission."""
    MISSION_FASTLANE = "mission.fastlane"
    """Create and start emergency missions."""
    INSPECTION_READ = "inspection.read"
    """See inspection templates, tasks and observations."""
    INSPECTION_WRITE = "inspection.write"
    """Write inspection templates, tasks and observations."""
    INSPECTION_EXPORT = "inspection.export"
    """Export inspection reports."""
    DEFECT_READ = "defect.read"
    """See defects."""
    DEFECT_WRITE = "defect.write"
    """Create, assign and advance defects."""
    INCIDENT_READ = "incident.read"
    """See incidents."""
    INCIDENT_WRITE = "incident.write"
    """Open, work on and close incidents."""
    ALERT_READ = "alert.read"
    """See alerts."""
    ALERT_WRITE = "alert.write"
    """Raise, acknowledge and close alerts."""
    APPROVAL_READ = "approval.read"
    """See recorded decisions."""
    APPROVAL_WRITE = "approval.write"
    """Record decisions."""
    COMMAND_READ = "command.read"
    """See drone commands."""
    COMMAND_WRITE = "command.write"
    """Ask for drone commands, and cancel them."""
    COMMAND_DISPATCH = "command.dispatch"
    """Claim, send and settle drone commands, as a gateway or an aircraft does."""
    COMMAND_APPROVE = "command.approve"
    """Release or refuse somebody else's drone command."""
    AUDIT_READ = "audit.read"
    """Read and verify the audit log."""
    AUDIT_EXPORT = "audit.export"
    """Export the audit log and its proofs."""


class PlanType(OpenTextEnum):
    """What kind of flight a mission plans."""

    AREA_GRID = "AREA_GRID"
    """An area flown in parallel lines."""
    ROUTE_WAYPOINTS = "ROUTE_WAYPOINTS"
    """A route from waypoint to waypoint."""
    POINT_TASK = "POINT_TASK"
    """A task at one point."""


class TaskStatus(OpenTextEnum):
    """Where an inspection task stands."""

    DRAFT = "DRAFT"
    """Being written."""
    SCHEDULED = "SCHEDULED"
    """Planned."""
    RUNNING = "RUNNING"
    """Being carried out."""
    DONE = "DONE"
    """Carried out. Final."""


class Vendor(OpenTextEnum):
    """Who makes the drone, and so which link speaks to it."""

    DJI = "DJI"
    """DJI, through its mobile SDK."""
    MAVLINK = "MAVLINK"
    """Any autopilot that speaks MAVLink (PX4, ArduPilot)."""
    FAKE = "FAKE"
    """A simulated drone for tests and demonstrations."""


class WorkOutcome(TextEnum):
    """Whether the work of a failed call may have happened all the same."""

    NOT_DONE = "not_done"
    """Nothing was changed; the call may be repeated."""
    UNKNOWN = "unknown"
    """The answer was lost and the database could not say: look before repeating the call."""
