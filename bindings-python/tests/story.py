"""Every method of every handle, called once and in earnest: the tests' own table of calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import ringfence
import ringfence._ringfence._aio as native
from ringfence import Action, Decision, MissionState, Permission, PlanType, Resource, Vendor

GROUPS = ("audit", "deployment_log", "drones", "identity", "missions")


def handles(face: ModuleType) -> tuple[type, ...]:
    """The classes that have methods to call, in `ringfence` or in `ringfence.aio`."""
    return tuple(getattr(face, name) for name in native.__all__ if name != "open")


def methods(face: ModuleType) -> set[str]:
    """All that there is to call."""
    return {
        f"{handle.__name__}.{name}"
        for handle in handles(face)
        for name, member in vars(handle).items()
        if callable(member) and not name.startswith("_")
    }


async def settled(given: Any) -> Any:
    """What a method gives: at once, or awaited."""
    return await given if inspect.isawaitable(given) else given


class Told:
    """A handle whose calls are noted, with methods that are awaited in both faces."""

    def __init__(self, face: ModuleType, handle: Any, called: set[str]) -> None:
        self._face, self._handle, self._called = face, handle, called

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._handle, name)
        self._called.add(f"{type(self._handle).__name__}.{name}")
        if name in GROUPS:
            return lambda: self._handed(method())

        async def call(*args: Any, **named: Any) -> Any:
            return self._handed(await settled(method(*args, **named)))

        return call

    def _handed(self, value: Any) -> Any:
        return Told(self._face, value, self._called) if isinstance(value, handles(self._face)) else value


async def opened(face: ModuleType, called: set[str]) -> Told:
    database = await settled(
        face.open(
            "sqlite::memory:",
            migrate="auto",
            create_if_missing=True,
            pool_size=2,
            busy_timeout_ms=1_000,
            hashing_concurrency=1,
            migration_lock_timeout_ms=1_000,
            schema=None,
        )
    )
    return Told(face, database, called)


async def told(face: ModuleType, plan: bytes) -> set[str]:
    """One tenant's day; gives what was called of it."""
    called: set[str] = set()
    db = await opened(face, called)
    await of_the_operator(db)
    admin, pilot, drone_id = await of_the_staff(db)
    await of_the_missions(admin, pilot, drone_id, plan)
    await of_the_log(admin)
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
    report = await db.integrity_scan()
    assert report.is_clean
    assert report.lets_migrate
    assert report.checks > 0
    founded = await db.create_tenant("ops", "Acme Surveys", "mara", admin_password="correct horse", id="acme")
    assert (founded.tenant.id, founded.admin.username) == ("acme", "mara")
    await db.create_tenant("ops", "Birch", "noor", id="birch")
    page = await db.tenants(limit=1)
    assert [tenant.id for tenant in page] == ["acme"]
    assert [tenant.id for tenant in await db.tenants(after=page.next)] == ["birch"]
    assert (await db.disable_tenant("ops", "birch")).disabled_at is not None
    assert (await db.tenant("birch")).disabled_at is not None
    assert (await db.enable_tenant("ops", "birch")).disabled_at is None
    log = db.deployment_log()
    events = await log.events(action=Action.CREATE, entity_type="tenant", actor="ops")
    assert [event.entity_id for event in events] == ["acme", "birch"]
    assert await log.event(events.items[0].seq) == events.items[0]
    assert (await log.verify()).is_intact


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
    seen = (await identity.user(pilot.id)).version
    renamed = await identity.update_user(pilot.id, username="jon.doe", is_active=True, version=seen)
    assert (renamed.username, renamed.is_active) == ("jon.doe", True)
    assert [user.id for user in await identity.users(username="jon.doe", is_active=True)] == [pilot.id]
    role = await identity.create_role("surveyor", description="plans and flies")
    assert [it.description for it in await identity.roles(name="surveyor")] == ["plans and flies"]
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
    assert await drones.get(drone.id) == drone
    assert list(await drones.list(vendor="DJI", name="Heron", limit=1)) == [drone]
    spare = await drones.register("Spare", Vendor.FAKE)
    assert await drones.delete(spare.id) is None
    assert await admin.authorize("registry.read", resource=Resource.Drone(drone.id)) is None
    return admin, await db.session("acme", pilot.id), drone.id


async def of_the_missions(admin: Told, pilot: Told, drone_id: str, plan: bytes) -> None:
    missions, flown = admin.missions(), pilot.missions()
    draft = await flown.create(
        "Bridge", "POINT_TASK", drone_id=drone_id, payload='{"a": 1}', constraints="{}"
    )
    cleared = await flown.update(draft.id, name="Old bridge", drone_id=None)
    assert (cleared.name, cleared.drone_id, cleared.payload) == ("Old bridge", None, '{"a": 1}')
    kept = await flown.update(draft.id, drone_id=drone_id, plan_type=PlanType.AREA_GRID)
    assert (kept.name, kept.drone_id, kept.plan_type) == ("Old bridge", drone_id, "AREA_GRID")
    rejected = await missions.reject(draft.id, kept.version, comment="no permit")
    assert rejected.state is MissionState.REJECTED
    assert [it.comment for it in await missions.approvals(draft.id, limit=1)] == ["no permit"]
    assert await flown.delete(draft.id) is None

    survey = await flown.import_plan("River survey", bytearray(plan), drone_id=drone_id)
    stored = await flown.plan(survey.id)
    assert (stored.file, stored.sha256) == (plan, survey.plan_sha256)
    assert stored.summary.bounding_box.south < stored.summary.bounding_box.north
    assert await flown.get(survey.id) == survey
    found = await flown.list(state="DRAFT", drone_id=drone_id, created_by=survey.created_by, limit=5)
    assert list(found) == [survey]
    approved = await missions.approve(survey.id, survey.version)
    assert approved.state == "APPROVED"
    assert (await missions.approvals(survey.id)).items[0].decision is Decision.APPROVE
    for step, state in (
        (flown.start, MissionState.RUNNING),
        (flown.pause, MissionState.PAUSED),
        (flown.resume, MissionState.RUNNING),
        (flown.complete, MissionState.COMPLETED),
    ):
        assert (await step(survey.id)).state is state
    runs = await flown.runs(survey.id)
    assert [run.state for run in runs] == ["COMPLETED"]
    assert await flown.run(runs.items[0].id) == runs.items[0]
    assert runs.items[0].started_at <= runs.items[0].ended_at
    given_up = await flown.create("Dam", PlanType.POINT_TASK)
    assert (await flown.abort(given_up.id)).state == "ABORTED"
    assert (await admin.set_self_approval(True)).self_approval


async def of_the_log(admin: Told) -> None:
    log = admin.audit()
    hour = timedelta(hours=1)
    now = datetime.now(timezone(2 * hour))
    events = await log.events(action="approval", entity_type="mission", since=now - hour, until=now + hour)
    assert len(events) == 2
    assert await log.event(events.items[0].seq) == events.items[0]
    assert not await log.events(until=now - hour)
    verified = await log.verify()
    assert verified.is_intact
    assert (verified.outcome.kind, verified.outcome.seq) == ("intact", None)


async def of_the_end(db: Told, admin: Told, drone_id: str) -> None:
    assert await db.shutdown() is None
    closed = False
    try:
        await admin.drones().get(drone_id)
    except ringfence.errors.Closed:
        closed = True
    assert closed
