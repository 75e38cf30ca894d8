"""Every method of every handle, called in earnest and with every argument: the tests' own table of calls."""

from __future__ import annotations

import asyncio
import inspect
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import ringfence
import ringfence._ringfence._aio as native
from ringfence import (
    AlertSeverity,
    AlertStatus,
    AlertType,
    AltitudeFrame,
    ApprovalEntity,
    ApprovalStatus,
    Decision,
    ExportFormat,
    IncidentLevel,
    IncidentStatus,
    LegacyCommandStatus,
    MissionState,
    Order,
    Permission,
    PlanType,
    Resource,
    TaskStatus,
    TelemetryPosition,
    Vendor,
)

KEY = bytes(range(32))

GROUPS = (
    "alerts",
    "approvals",
    "audit",
    "commands",
    "defects",
    "deployment_log",
    "drones",
    "identity",
    "incidents",
    "inspections",
    "missions",
)

# Whose methods of these names they are.
DOORS = ("Ringfence", "TenantSession")


def handles(face: ModuleType) -> tuple[type, ...]:
    """The classes that have methods to call, in `ringfence` or in `ringfence.aio`."""
    return tuple(getattr(face, name) for name in native.__all__ if name != "open")


def methods(face: ModuleType) -> set[str]:
    """All that there is to call, and all that can be handed over."""
    return {
        noted
        for handle in handles(face)
        for name, member in vars(handle).items()
        if callable(member) and not name.startswith("_")
        for noted in notes(handle, name, set(inspect.signature(member).parameters) - {"self"})
    }


def notes(handle: type, method: str, arguments: Iterable[str]) -> set[str]:
    called = f"{handle.__name__}.{method}"
    return {called} | {f"{called}({argument})" for argument in arguments}


async def settled(given: Any) -> Any:
    """What a method gives: at once, or awaited."""
    return await given if inspect.isawaitable(given) else given


class Told:
    """A handle whose calls are noted, with methods that are awaited in both faces."""

    def __init__(self, face: ModuleType, handle: Any, called: set[str]) -> None:
        self._face, self._handle, self._called = face, handle, called

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._handle, name)
        if name in GROUPS and type(self._handle).__name__ in DOORS:
            self._called |= notes(type(self._handle), name, ())
            return lambda: self._handed(method())

        async def call(*args: Any, **named: Any) -> Any:
            handed = inspect.signature(method).bind(*args, **named).arguments
            self._called |= notes(type(self._handle), name, handed)
            return self._handed(await settled(method(*args, **named)))

        return call

    def _handed(self, value: Any) -> Any:
        return Told(self._face, value, self._called) if isinstance(value, handles(self._face)) else value


async def every(rows: Callable[..., Any], *args: Any, **filters: Any) -> list[Any]:
    """The rows of all pages, one row a page."""
    found: list[Any] = []
    after = None
    while True:
        page = await rows(*args, **filters, limit=1, after=after)
        assert len(page) <= 1
        found += page
        after = page.next
        if after is None:
            return found


async def opened(face: ModuleType, called: set[str]) -> Told:
    database = await settled(
        face.open(
            "sqlite::memory:",
            migrate="auto",
            create_if_missing=True,
            pool_size=2,
            busy_timeout_ms=1_000,
            call_timeout_ms=60_000,
            hashing_concurrency=1,
            migration_lock_timeout_ms=1_000,
            schema=None,
            allow_hard_links=False,
            allow_any_mount=False,
            secret_key=KEY,
        )
    )
    return Told(face, database, called)


async def told(face: ModuleType, plan: bytes) -> set[str]:
    """One tenant's day; gives what was called of it."""
    called: set[str] = set()
    db = await opened(face, called)
    await of_the_operator(db)
    admin, pilot, drone_id = await of_the_staff(db)
    await of_the_secrets(db, admin.drones(), drone_id)
    await of_the_missions(admin, pilot, drone_id, plan)
    await of_the_inspections(admin)
    await of_the_incidents(admin, drone_id)
    await of_the_alerts(admin, drone_id)
    await of_the_approvals(admin)
    await of_the_commands(admin.commands(), drone_id)
    await of_a_log(admin.audit())
    await of_the_history(admin.audit(), (await admin.whoami()).user_id)
    await of_a_log(db.deployment_log())
    await of_the_end(db, admin, drone_id)
    return called


async def of_the_operator(db: Told) -> None:
    status = await db.migration_status()
    assert status.is_current
    assert status.current == status.latest == len(status.steps)
    assert all(step.applied_at is not None for step in status.steps)
    heard: list[ringfence.Progress] = []
    assert not (await db.rollback("ops", status.latest - 1, progress=heard.append)).is_current
    assert (await db.migrate("ops", to=status.latest, progress=heard.append)).is_current
    assert [(step.stage, step.done, step.total) for step in heard] == [(status.steps[-1].name, 0, 1)] * 2
    stages: list[ringfence.Progress] = []
    found: list[ringfence.IntegrityFinding] = []
    report = await db.integrity_scan(progress=stages.append, findings=found.extend)
    assert report.is_clean
    assert report.found == report.stopping == len(found) == 0
    assert {"missions", "users"} <= {stage.stage for stage in stages}
    assert report.lets_migrate
    assert report.checks > 0
    boundary = await db.boundary_report()
    assert boundary.is_whole
    assert boundary.version == boundary.latest == status.latest
    assert all(not finding.breaks for layer in boundary.layers for finding in layer.findings)
    founded = await db.create_tenant("ops", "Acme Surveys", "mara", admin_password="correct horse", id="acme")
    assert (founded.tenant.id, founded.admin.username) == ("acme", "mara")
    await db.create_tenant("ops", "Birch", "noor", id="birch")
    assert [tenant.id for tenant in await every(db.tenants)] == ["acme", "birch"]
    assert (await db.rename_tenant("ops", "birch", "Birch & Sons")).name == "Birch & Sons"
    assert (await db.disable_tenant("ops", "birch")).disabled_at is not None
    assert (await db.tenant("birch")).disabled_at is not None
    assert (await db.enable_tenant("ops", "birch")).disabled_at is None
    for restored in (
        db.restore_admin("ops", "birch", "noor"),
        db.create_admin("ops", "birch", "vera", password="a long password"),
    ):
        refused = ""
        try:
            await restored
        except ringfence.errors.Conflict as conflict:
            refused = conflict.code
        assert refused == "has_admin"
    growth = await every(db.role_growth)
    assert [(it.tenant_id, it.roles) for it in growth] == [("acme", []), ("birch", [])]
    assert await db.grow_roles("ops", "birch") == growth[1]


async def of_the_staff(db: Told) -> tuple[Told, Told, str]:
    admin = await db.login("acme", "mara", "correct horse")
    me = await admin.whoami()
    assert (me.tenant_id, me.username, me.roles) == ("acme", "mara", ["admin"])
    assert me.permissions[0] is Permission.ALL
    assert (await admin.tenant()).name == "Acme Surveys"
    identity = admin.identity()
    pilot = await identity.create_user("jon", password="a long password")
    assert await identity.user(pilot.id) == pilot
    assert await identity.set_password(pilot.id, "a longer password") is None
    assert await identity.end_sessions(pilot.id) is None
    seen = (await identity.user(pilot.id)).version
    renamed = await identity.update_user(pilot.id, username="jon.doe", is_active=True, version=seen)
    assert (renamed.username, renamed.is_active) == ("jon.doe", True)
    assert {user.username for user in await every(identity.users)} == {"mara", "jon.doe"}
    assert await every(identity.users, username="jon.doe") == [renamed]
    assert await every(identity.users, is_active=False) == []
    role = await identity.create_role("surveyor", description="plans and flies")
    assert len(await every(identity.roles)) > 5
    assert await every(identity.roles, name="surveyor") == [role]
    assert role.description == "plans and flies"
    assert await identity.role(role.id) == role
    role = await identity.update_role(role.id, name="pilot", version=role.version)
    assert (role.name, role.description) == ("pilot", "plans and flies")
    assert (await identity.update_role(role.id, description=None)).description is None
    spare = await identity.create_role("spare")
    assert await identity.delete_role(spare.id) is None
    leaver = await identity.create_user("leaver")
    assert await identity.delete_user(leaver.id) is None
    for permission in (Permission.MISSION_WRITE, "mission.read", "registry.read"):
        assert await identity.grant(role.id, permission) is None
    assert await identity.revoke(role.id, "registry.read") is None
    end = datetime.now(timezone.utc) + timedelta(hours=1)
    assert await identity.assign_role(pilot.id, role.id, expires_at=end) is None
    effective = await identity.permissions_of(pilot.id)
    assert effective.permissions == ["mission.read", "mission.write"]
    assert effective.valid_until == end
    assert await identity.unassign_role(pilot.id, role.id) is None
    assert await identity.assign_role(pilot.id, role.id) is None
    drones = admin.drones()
    drone = await drones.register("Heron", "MAVLINK", capabilities='{"camera": true}')
    drone = await drones.update(drone.id, vendor=Vendor.DJI, version=drone.version)
    assert (drone.name, drone.vendor, drone.capabilities) == ("Heron", "DJI", '{"camera": true}')
    drone = await drones.update(drone.id, name="Grey heron", capabilities="{}")
    assert (drone.name, drone.vendor, drone.capabilities) == ("Grey heron", "DJI", "{}")
    assert await drones.get(drone.id) == drone
    spare = await drones.register("Spare", Vendor.FAKE)
    assert {it.id for it in await every(drones.list)} == {drone.id, spare.id}
    assert await every(drones.list, vendor="DJI") == [drone]
    assert await every(drones.list, name="Spare") == [spare]
    assert await drones.delete(spare.id) is None
    assert await admin.authorize("registry.read", resource=Resource.Drone(drone.id)) is None
    return admin, await db.session("acme", pilot.id), drone.id


async def of_the_secrets(db: Told, drones: Told, drone_id: str) -> None:
    given = '{"user": "pilot",  "pin": "1234"}'
    assert await drones.set_credential(drone_id, given) is None
    credential = await drones.credential(drone_id)
    assert (credential.drone_id, credential.secret.expose()) == (drone_id, given)
    assert credential.created_at.tzinfo is not None
    assert "1234" not in repr(credential) + str(credential) + repr(credential.secret)
    assert await db.rekey("ops", KEY, bytearray(32)) == 1
    assert await drones.credential(drone_id) == credential
    assert await drones.delete_credential(drone_id) is None
    missing = ""
    try:
        await drones.credential(drone_id)
    except ringfence.errors.NotFound as refused:
        missing = refused.entity
    assert missing == "credential"


async def of_the_missions(admin: Told, pilot: Told, drone_id: str, plan: bytes) -> None:
    missions, flown = admin.missions(), pilot.missions()
    daylight = '{"daylight": true}'
    draft = await flown.create("Bridge", "POINT_TASK", drone_id=drone_id, payload="{}", constraints=daylight)
    assert (draft.drone_id, draft.payload, draft.constraints) == (drone_id, "{}", daylight)
    cleared = await flown.update(draft.id, name="Old bridge", drone_id=None, payload='{"a": 1}')
    assert (cleared.name, cleared.drone_id, cleared.payload) == ("Old bridge", None, '{"a": 1}')
    assert cleared.constraints == daylight
    kept = await flown.update(draft.id, drone_id=drone_id, plan_type=PlanType.AREA_GRID)
    kept = await flown.update(draft.id, constraints="{}", version=kept.version)
    assert (kept.name, kept.drone_id, kept.plan_type) == ("Old bridge", drone_id, "AREA_GRID")
    assert (kept.payload, kept.constraints) == ('{"a": 1}', "{}")
    for reason in ("no permit", "no daylight"):
        rejected = await missions.reject(draft.id, kept.version, comment=reason)
        assert rejected.state is MissionState.REJECTED
        kept = await flown.update(draft.id, name=f"Bridge, {reason}")
    decisions = await every(missions.approvals, draft.id)
    assert {it.comment for it in decisions} == {"no permit", "no daylight"}
    decisions = await every(missions.approvals, draft.id, order=Order.OLDEST)
    assert [it.comment for it in decisions] == ["no permit", "no daylight"]
    assert await flown.delete(draft.id) is None

    survey = await flown.import_plan("River survey", bytearray(plan), drone_id=drone_id, constraints=daylight)
    assert (survey.drone_id, survey.constraints) == (drone_id, daylight)
    stored = await flown.plan(survey.id)
    assert (stored.file, stored.sha256) == (plan, survey.plan_sha256)
    assert stored.summary.bounding_box.south < stored.summary.bounding_box.north
    assert stored.summary.plan_type == survey.plan_type
    assert (stored.summary.firmware, stored.summary.vehicle_type) == (12, 2)
    assert (stored.summary.cruise_speed_mps, stored.summary.hover_speed_mps) == (15.0, 6.0)
    assert [(it.frame, it.lowest_m, it.highest_m) for it in stored.summary.altitudes] == [
        (AltitudeFrame.RELATIVE, 30.0, 45.0)
    ]
    assert repr(stored).startswith(f"MissionPlan(file='({len(plan)} bytes)', sha256='{stored.sha256}', ")
    assert await flown.get(survey.id) == survey
    dam = await missions.import_plan("Dam", plan, plan_type=PlanType.POINT_TASK)
    assert {it.id for it in await every(flown.list)} == {survey.id, dam.id}
    for filters in (
        {"drone_id": drone_id},
        {"plan_type": survey.plan_type},
        {"created_by": survey.created_by},
        {"since": survey.created_at, "until": dam.created_at},
    ):
        assert await every(flown.list, **filters) == [survey]
    assert await every(flown.list, order=Order.NEWEST) == [dam, survey]
    assert await every(flown.list, order="oldest") == [survey, dam]
    assert (await missions.abort(dam.id)).state == "ABORTED"
    assert await every(flown.list, state="DRAFT") == [survey]

    approved = await missions.approve(survey.id, survey.version, comment="as planned")
    assert approved.state == "APPROVED"
    decision = (await missions.approvals(survey.id)).items[0]
    assert (decision.decision, decision.comment) == (Decision.APPROVE, "as planned")
    for step, state in (
        (flown.start, MissionState.RUNNING),
        (flown.pause, MissionState.PAUSED),
        (flown.resume, MissionState.RUNNING),
        (flown.complete, MissionState.COMPLETED),
    ):
        assert (await step(survey.id)).state is state
    (run,) = await every(flown.runs, survey.id)
    assert await every(flown.runs, survey.id, order=Order.NEWEST) == [run]
    assert run.state == "COMPLETED"
    assert run.started_at <= run.ended_at
    assert await flown.run(run.id) == run
    assert (await admin.set_self_approval(True)).self_approval


async def of_the_incidents(admin: Told, drone_id: str) -> None:
    incidents = admin.incidents()
    now = datetime.now(timezone.utc)
    incident = await incidents.create("Road flooded", IncidentLevel.HIGH, "POINT(8.5 47.4)")
    assert (incident.level, incident.status) == ("HIGH", "OPEN")
    assert await incidents.get(incident.id) == incident
    selected = {"status": IncidentStatus.OPEN, "level": "HIGH"}
    times = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    assert await every(incidents.list, **selected, **times) == [incident]
    assert (await incidents.list(order=Order.NEWEST)).items == [incident]
    assert await incidents.count(**selected, **times) == 1
    assert await every(incidents.list, linked_task_id="nobody's") == []
    assert await incidents.count(linked_task_id="nobody's") == 0
    missing = ""
    try:
        await incidents.create_task(incident.id, "nobody's", drone_id=drone_id)
    except ringfence.errors.NotFound as not_found:
        missing = not_found.entity
    assert missing == "template"
    assert (await incidents.close_incident(incident.id, comment="drained")).status == "CLOSED"


async def of_the_alerts(admin: Told, drone_id: str) -> None:
    alerts = admin.alerts()
    now = datetime.now(timezone.utc)
    raised = await alerts.raise_alert(
        drone_id, AlertType.LINK_LOSS, AlertSeverity.WARNING, "weak", detail='{"latency_ms": 900}'
    )
    assert (raised.status, raised.detail) == ("OPEN", '{"latency_ms": 900}')
    assert await alerts.get(raised.id) == raised
    told = await alerts.evaluate(
        drone_id,
        battery_percent=5,
        position=TelemetryPosition(47.4, 8.5, alt_m=30.0),
        mode="LINK_LOST",
        link_ok=True,
        latency_ms=3_000,
    )
    assert [(alert.alert_type, alert.severity) for alert in told] == [
        ("LOW_BATTERY", "CRITICAL"),
        ("LINK_LOSS", "CRITICAL"),
    ]
    assert told[1].id == raised.id
    selected = {
        "drone_id": drone_id,
        "status": AlertStatus.OPEN,
        "alert_type": "LINK_LOSS",
        "severity": "CRITICAL",
    }
    times = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    assert await every(alerts.list, **selected, **times) == [told[1]]
    assert len(await alerts.list(order="oldest")) == 2
    assert await alerts.count(**selected, **times) == 1
    assert (await alerts.ack(raised.id, comment="on it")).status == "ACKED"
    assert (await alerts.close_alert(raised.id, comment="landed")).status == "CLOSED"


async def of_the_approvals(admin: Told) -> None:
    approvals = admin.approvals()
    now = datetime.now(timezone.utc)
    me = (await admin.whoami()).user_id
    # Of its own: what is decided about stays.
    drone = await admin.drones().register("decided about", Vendor.FAKE)
    record = await approvals.record(Resource.Drone(drone.id), ApprovalStatus.APPROVED)
    assert (record.entity_type, record.entity_id) == ("drone", drone.id)
    assert (record.status, record.approved_by) == ("APPROVED", me)
    assert await approvals.get(record.id) == record
    selected = {
        "entity_id": drone.id,
        "approved_by": me,
        "status": ApprovalStatus.APPROVED,
        "entity_type": ApprovalEntity.DRONE,
    }
    times = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    assert await every(approvals.list, **selected, **times) == [record]
    assert (await approvals.list(order=Order.NEWEST)).items == [record]
    assert await approvals.count(**selected, **times) == 1


async def of_the_commands(commands: Told, drone_id: str) -> None:
    now = datetime.now(timezone.utc)
    selected = {"drone_id": drone_id, "status": LegacyCommandStatus.ACKED}
    times = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    assert await every(commands.legacy_commands, **selected, **times) == []
    assert len(await commands.legacy_commands(order=Order.NEWEST)) == 0
    assert await commands.count_legacy_commands(**selected, **times) == 0
    missing = ""
    try:
        await commands.legacy_command("nobody's")
    except ringfence.errors.NotFound as not_found:
        missing = not_found.entity
    assert missing == "legacy_command"


async def of_the_inspections(admin: Told) -> None:
    inspections, defects = admin.inspections(), admin.defects()
    await of_the_templates(inspections)
    await of_the_defects(admin)
    now = datetime.now(timezone.utc)
    times = {"since": now - timedelta(days=1), "until": now}
    nothing = "0190d3a8-0000-7000-8000-000000000000"
    for rows, count, filters in (
        (inspections.templates, inspections.count_templates, {"category": "tower", "is_active": True}),
        (
            inspections.tasks,
            inspections.count_tasks,
            {"status": TaskStatus.DRAFT, "template_id": nothing, "mission_id": nothing, **times},
        ),
        (
            inspections.observations,
            inspections.count_observations,
            {"task_id": nothing, "drone_id": nothing, "item_code": "crack", "min_severity": 2, **times},
        ),
        (inspections.exports, inspections.count_exports, {"task_id": nothing, "format": "csv", **times}),
        (
            defects.list,
            defects.count,
            {"status": "OPEN", "observation_id": nothing, "assigned_to": "jon", "min_severity": 2, **times},
        ),
    ):
        assert await every(rows, **filters) == []
        assert await count(**filters) == 0
    for in_order in (inspections.tasks, inspections.observations, inspections.exports, defects.list):
        assert (await in_order(order=Order.NEWEST)).next is None
    lookups: tuple[Callable[[], Any], ...] = (
        lambda: inspections.template(nothing),
        lambda: inspections.items(nothing, limit=1, after=None),
        lambda: inspections.task(nothing),
        lambda: inspections.observation(nothing),
        lambda: inspections.report(nothing),
        lambda: defects.get(nothing),
        lambda: defects.actions(nothing, limit=1, after=None, order="oldest"),
    )
    for missing in lookups:
        found = True
        try:
            await missing()
        except ringfence.errors.NotFound:
            found = False
        assert not found


async def of_the_templates(inspections: Told) -> None:
    template = await inspections.create_template("Roof", "mast", description="after the storm")
    assert (template.is_active, template.description) == (True, "after the storm")
    template = await inspections.update_template(
        template.id, name="Roofs", category="roof", description=None, is_active=True, version=template.version
    )
    assert (template.name, template.category, template.description) == ("Roofs", "roof", None)
    assert await inspections.template(template.id) == template
    crack = await inspections.add_item(
        template.id, "crack", "Cracks", severity_default=3, required=False, sort_order=2
    )
    assert (crack.severity_default, crack.required, crack.sort_order) == (3, False, 2)
    crack = await inspections.update_item(
        crack.id,
        code="cracks",
        title="Cracks in tiles",
        severity_default=4,
        required=True,
        sort_order=1,
        version=crack.version,
    )
    assert (crack.code, crack.title, crack.severity_default) == ("cracks", "Cracks in tiles", 4)
    rust = await inspections.add_item(template.id, "rust", "Rust")
    assert {item.code for item in await every(inspections.items, template.id)} == {"cracks", "rust"}
    assert await inspections.remove_item(rust.id) is None
    area = "POLYGON((8.5 47.4, 8.6 47.4, 8.6 47.5, 8.5 47.4))"
    task = await inspections.create_task(
        "North roofs", template.id, mission_id=None, area_geom=area, priority=2
    )
    assert (task.status, task.area_geom, task.priority) == (TaskStatus.DRAFT, area, 2)
    task = await inspections.update_task(
        task.id, name="All roofs", mission_id=None, area_geom="", priority=1, version=task.version
    )
    assert (task.name, task.area_geom, task.priority) == ("All roofs", "", 1)
    for step in (TaskStatus.SCHEDULED, "RUNNING"):
        task = await inspections.advance_task(task.id, step, version=task.version)
        assert task.status == step
    assert await inspections.task(task.id) == task
    assert await every(inspections.tasks, status="RUNNING") == [task]
    await of_the_observations(inspections, task.id)
    spare = await inspections.create_task("Spare", template.id)
    assert await inspections.delete_task(spare.id) is None
    spare = await inspections.create_template("Spare", "roof")
    assert await inspections.delete_template(spare.id) is None


async def of_the_observations(inspections: Told, task: str) -> None:
    now = datetime.now(timezone.utc)
    seen = await inspections.record(
        task,
        "cracks",
        47.4,
        8.5,
        30,
        ts=now,
        drone_id=None,
        severity=3,
        note="as wide as a thumb",
        media_url="https://media.example/1.jpg",
        confidence=0.9,
    )
    assert (seen.severity, seen.ts, seen.confidence) == (3, now, 0.9)
    seen = await inspections.update_observation(
        seen.id,
        item_code="cracks",
        position_lat=47.5,
        position_lon=8.6,
        alt_m=31.5,
        ts=now,
        drone_id=None,
        severity=4,
        note="",
        media_url=None,
        confidence=None,
        version=seen.version,
    )
    assert (seen.position_lat, seen.note, seen.media_url, seen.confidence) == (47.5, "", None, None)
    assert await inspections.observation(seen.id) == seen
    many = [{"item_code": "cracks", "position_lat": 47.4, "position_lon": 8.5, "alt_m": 30}] * 3
    recorded = await inspections.record_many(task, many)
    assert len(recorded.ids) == 3
    assert await inspections.count_observations(task_id=task) == 4
    with tempfile.TemporaryDirectory() as folder:
        report = await inspections.export(task, ExportFormat.CSV, folder)
        read = Path(report.file_path).read_text
        assert (await asyncio.to_thread(read, encoding="utf-8")).count("cracks") == 4
    assert await inspections.report(report.id) == report
    assert await every(inspections.exports, task_id=task) == [report]


async def of_the_defects(admin: Told) -> None:
    inspections, defects = admin.inspections(), admin.defects()
    (running,) = await every(inspections.tasks, status="RUNNING")
    seen = await inspections.record(running.id, "cracks", 47.4, 8.5, 30, severity=3)
    crack = await defects.create(seen.id, title=None, description="wide", severity=None)
    assert (crack.title, crack.severity, crack.status) == ("Defect for item cracks", 3, "OPEN")
    crack = await defects.update(crack.id, title="Crack", description=None, severity=4, version=crack.version)
    assert (crack.title, crack.description, crack.severity) == ("Crack", None, 4)
    me = (await admin.whoami()).user_id
    crack = await defects.assign(crack.id, me, version=crack.version)
    assert (crack.assigned_to, crack.status) == (me, "ASSIGNED")
    for step in ("IN_PROGRESS", "FIXED"):
        crack = await defects.advance(crack.id, step, version=crack.version, note=f"to {step}")
    reviews = [task for task in await every(inspections.tasks) if task.name.startswith("Review-")]
    assert [task.template_id for task in reviews] == [running.template_id]
    action = await defects.add_action(crack.id, "PARTS_ORDERED", note="two tiles")
    told = await defects.get(crack.id)
    assert told.defect == crack
    assert action in told.actions
    assert {"to IN_PROGRESS", "to FIXED"} < {it.note for it in told.actions}
    stats = await defects.stats()
    assert (stats.total, stats.closed, stats.by_status[0].defects) == (1, 0, 1)


async def of_a_log(log: Told) -> None:
    events = await every(log.events)
    assert [event.seq for event in events] == list(range(len(events)))
    one = events[len(events) // 2]
    assert await log.event(one.seq) == one
    assert one.at is not None
    elsewhere = one.at.astimezone(timezone(timedelta(hours=2)))
    filters: list[tuple[str, object, Callable[[Any], bool]]] = [
        ("action", one.action, lambda event: event.action == one.action),
        ("entity_type", one.entity_type, lambda event: event.entity_type == one.entity_type),
        ("entity_id", one.entity_id, lambda event: event.entity_id == one.entity_id),
        ("actor", one.actor, lambda event: event.actor == one.actor),
        ("since", elsewhere, lambda event: event.at >= one.at),
        ("until", elsewhere, lambda event: event.at < one.at),
    ]
    for name, value, selects in filters:
        selected = [event for event in events if selects(event)]
        assert await every(log.events, **{name: value}) == selected
        assert selected != events
    verified = await log.verify()
    assert verified.is_intact
    assert verified.size == len(events)
    assert (verified.outcome.kind, verified.outcome.seq) == ("intact", None)


async def of_the_history(log: Told, user_id: str) -> None:
    now = datetime.now(timezone.utc)
    times = {"since": now - timedelta(days=1), "until": now + timedelta(days=1)}
    assert await every(log.legacy_events, event_type="drone.updated", **times) == []
    assert len(await log.legacy_events(order=Order.NEWEST)) == 0
    assert await log.count_legacy_events(event_type="drone.updated", **times) == 0
    assert await every(log.legacy_requests, actor_id=user_id, **times) == []
    assert len(await log.legacy_requests(order=Order.NEWEST)) == 0
    assert await log.count_legacy_requests(actor_id=user_id, **times) == 0
    missing = []
    for one in (log.legacy_event, log.legacy_request):
        try:
            await one("nobody's")
        except ringfence.errors.NotFound as not_found:
            missing.append(not_found.entity)
    assert missing == ["legacy_event", "legacy_request"]


async def of_the_end(db: Told, admin: Told, drone_id: str) -> None:
    assert await db.close() is None
    assert await db.shutdown() is None
    closed = False
    try:
        await admin.drones().get(drone_id)
    except ringfence.errors.Closed:
        closed = True
    assert closed
