"""Every filter of a list narrows it by itself, and limit, cursor and order are those that were asked for."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import ringfence

DAY = timedelta(days=1)


def narrowed(
    rows: Callable[..., Any],
    count: Callable[..., int] | None,
    filters: Mapping[str, object],
    found: list[Any],
) -> None:
    for name, value in filters.items():
        assert list(rows(**{name: value})) == found, name
        assert count is None or count(**{name: value}) == len(found), name


def in_time(rows: Callable[..., Any], count: Callable[..., int] | None, first: datetime) -> None:
    """Of rows of which the first is of this moment, and no other one is."""
    everything = len(rows())
    narrowed(rows, count, {"until": first + timedelta(microseconds=1)}, [rows(order="oldest").items[0]])
    narrowed(rows, count, {"until": first, "since": datetime.now(timezone.utc) + DAY}, [])
    assert len(rows(since=first)) == len(rows(until=datetime.now(timezone.utc) + DAY)) == everything


def in_pages(rows: Callable[..., Any], *of: object) -> None:
    oldest = list(rows(*of, order="oldest"))
    assert len(oldest) > 1
    assert list(rows(*of, order="newest")) == oldest[::-1]
    one = rows(*of, order="oldest", limit=1)
    assert list(one) == oldest[:1]
    assert list(rows(*of, order="oldest", after=one.next)) == oldest[1:]


def observed(
    admin: ringfence.TenantSession, name: str
) -> tuple[ringfence.InspectionTask, ringfence.Observation]:
    """A task of a template and a mission of its own, and what a drone of its own saw."""
    inspections = admin.inspections()
    template = inspections.create_template(name, name)
    mission = admin.missions().create(name, "AREA_GRID")
    task = inspections.create_task(name, template.id, mission_id=mission.id)
    assert task.mission_id == mission.id
    drone = admin.drones().register(name, "FAKE")
    seen = inspections.record(task.id, name, 47.4, 8.5, 30, drone_id=drone.id)
    assert (seen.drone_id, seen.item_code) == (drone.id, name)
    return task, seen


def test_inspections(admin: ringfence.TenantSession, tmp_path: Path) -> None:
    inspections, defects = admin.inspections(), admin.defects()
    roofs, rust = observed(admin, "roof")
    masts, crack = observed(admin, "mast")
    template = inspections.update_template(masts.template_id, is_active=False)
    of_templates = {"category": "mast", "is_active": False}
    narrowed(inspections.templates, inspections.count_templates, of_templates, [template])

    masts = inspections.advance_task(masts.id, "SCHEDULED")
    of_tasks = {"status": "SCHEDULED", "template_id": template.id, "mission_id": masts.mission_id}
    narrowed(inspections.tasks, inspections.count_tasks, of_tasks, [masts])
    in_time(inspections.tasks, inspections.count_tasks, roofs.created_at)
    in_pages(inspections.tasks)

    crack = inspections.update_observation(crack.id, severity=4, ts=crack.ts + DAY)
    of_observations = {
        "task_id": masts.id,
        "drone_id": crack.drone_id,
        "item_code": "mast",
        "min_severity": 4,
    }
    narrowed(inspections.observations, inspections.count_observations, of_observations, [crack])
    in_time(inspections.observations, inspections.count_observations, rust.ts)
    in_pages(inspections.observations)

    first = inspections.export(roofs.id, "csv", str(tmp_path))
    second = inspections.export(masts.id, "geojson", str(tmp_path))
    of_exports = {"task_id": masts.id, "format": "geojson"}
    narrowed(inspections.exports, inspections.count_exports, of_exports, [second])
    in_time(inspections.exports, inspections.count_exports, first.created_at)
    in_pages(inspections.exports)

    one, other = defects.create(rust.id), defects.create(crack.id)
    me = admin.whoami().user_id
    other = defects.assign(other.id, me)
    of_defects = {"status": "ASSIGNED", "observation_id": crack.id, "assigned_to": me, "min_severity": 4}
    narrowed(defects.list, defects.count, of_defects, [other])
    in_time(defects.list, defects.count, one.created_at)
    in_pages(defects.list)
    in_pages(defects.actions, other.id)


def test_what_is_reported_and_decided(admin: ringfence.TenantSession) -> None:
    incidents, alerts, approvals = admin.incidents(), admin.alerts(), admin.approvals()
    one = incidents.create("Smoke", "LOW", "POINT(8.5 47.4)")
    task, _ = observed(admin, "flood")
    other = incidents.create("Flood", "HIGH", "POINT(8.5 47.4)")
    made = incidents.create_task(other.id, task.template_id, drone_id=admin.drones().list().items[0].id)
    assert made.mission.drone_id == admin.drones().list().items[0].id
    of_incidents = {"status": "TASK_CREATED", "level": "HIGH", "linked_task_id": made.task.id}
    narrowed(incidents.list, incidents.count, of_incidents, [made.incident])
    in_time(incidents.list, incidents.count, one.created_at)
    in_pages(incidents.list)

    kite, heron = (admin.drones().register(name, "FAKE") for name in ("kite", "heron"))
    weak = alerts.raise_alert(kite.id, "LINK_LOSS", "WARNING", "weak")
    empty = alerts.raise_alert(heron.id, "LOW_BATTERY", "CRITICAL", "empty")
    empty = alerts.ack(empty.id)
    of_alerts = {
        "drone_id": heron.id,
        "status": "ACKED",
        "alert_type": "LOW_BATTERY",
        "severity": "CRITICAL",
    }
    narrowed(alerts.list, alerts.count, of_alerts, [empty])
    in_time(alerts.list, alerts.count, weak.first_seen_at)
    in_pages(alerts.list)

    record = approvals.record(ringfence.Resource.Drone(kite.id), "APPROVED")
    me = admin.whoami().user_id
    decided = approvals.record(ringfence.Resource.Task(task.id), "REJECTED")
    of_approvals = {"entity_id": task.id, "status": "REJECTED", "entity_type": "inspection_task"}
    narrowed(approvals.list, approvals.count, of_approvals, [decided])
    assert len(approvals.list(approved_by=me)) == approvals.count(approved_by=me) == 2
    narrowed(approvals.list, approvals.count, {"approved_by": "nobody's"}, [])
    in_time(approvals.list, approvals.count, record.created_at)
    in_pages(approvals.list)


def test_missions(admin: ringfence.TenantSession) -> None:
    missions = admin.missions()
    drone = admin.drones().register("kite", "FAKE")
    bridge = missions.create("Bridge", "POINT_TASK")
    dam = missions.create("Dam", "AREA_GRID", drone_id=drone.id)
    dam = missions.abort(dam.id)
    narrowed(missions.list, None, {"state": "ABORTED", "drone_id": drone.id, "plan_type": "AREA_GRID"}, [dam])
    narrowed(missions.list, None, {"created_by": "nobody's"}, [])
    in_time(missions.list, None, bridge.created_at)
    in_pages(missions.list)
    for comment in ("no permit", "no daylight"):
        bridge = missions.reject(bridge.id, bridge.version, comment=comment)
        bridge = missions.update(bridge.id, name=comment)
    in_pages(missions.approvals, bridge.id)


def test_what_the_old_platform_kept(inspected: ringfence.Ringfence, ids: dict[str, str]) -> None:
    session = inspected.session("acme", ids["acme.admin"])
    commands, log = session.commands(), session.audit()
    told = list(commands.legacy_commands())
    events, requests = list(log.legacy_events()), list(log.legacy_requests())
    assert len(told) == len(events) == len(requests) == 1
    of_commands = commands.legacy_commands, commands.count_legacy_commands
    narrowed(*of_commands, {"drone_id": ids["acme.kite"], "status": "PENDING"}, told)
    narrowed(*of_commands, {"drone_id": "nobody's", "status": "ACKED"}, [])
    of_events = log.legacy_events, log.count_legacy_events
    narrowed(*of_events, {"event_type": "drone.updated"}, events)
    narrowed(*of_events, {"event_type": "drone.created"}, [])
    of_requests = log.legacy_requests, log.count_legacy_requests
    narrowed(*of_requests, {"actor_id": "nobody's"}, [])
    at = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
    for rows, count in (of_commands, of_events, of_requests):
        narrowed(rows, count, {"since": at + DAY, "until": at}, [])
        assert len(rows(since=at)) == len(rows(until=at + DAY)) == 1
        assert count(since=at) == count(until=at + DAY) == 1
