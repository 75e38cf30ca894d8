"""Whoever says which version of a row it saw is refused where that is not the newest one."""

from collections.abc import Callable

import pytest

import declared
import ringfence
from ringfence import errors


def test_every_method_that_takes_a_version_looks_at_it(admin: ringfence.TenantSession) -> None:
    drones, missions, identity = admin.drones(), admin.missions(), admin.identity()
    inspections, defects = admin.inspections(), admin.defects()
    drone = drones.register("kite", "FAKE").id
    mission = missions.create("Dam", "AREA_GRID", drone_id=drone).id
    user, role = identity.create_user("jon").id, identity.create_role("crew").id
    template = inspections.create_template("Roof", "roof").id
    item = inspections.add_item(template, "rust", "Rust").id
    task = inspections.create_task("Roofs", template).id
    seen = inspections.record(task, "rust", 47.4, 8.5, 30).id
    defect = defects.create(seen).id
    stale = 7
    calls: dict[str, Callable[[], object]] = {
        "Defects.advance": lambda: defects.advance(defect, "ASSIGNED", version=stale),
        "Defects.assign": lambda: defects.assign(defect, user, version=stale),
        "Defects.update": lambda: defects.update(defect, severity=2, version=stale),
        "Drones.update": lambda: drones.update(drone, name="heron", version=stale),
        "Identity.update_role": lambda: identity.update_role(role, name="pilots", version=stale),
        "Identity.update_user": lambda: identity.update_user(user, username="jon.doe", version=stale),
        "Inspections.advance_task": lambda: inspections.advance_task(task, "SCHEDULED", version=stale),
        "Inspections.update_item": lambda: inspections.update_item(item, title="Rusty", version=stale),
        "Inspections.update_observation": lambda: inspections.update_observation(
            seen, severity=2, version=stale
        ),
        "Inspections.update_task": lambda: inspections.update_task(task, priority=2, version=stale),
        "Inspections.update_template": lambda: inspections.update_template(
            template, name="Roofs", version=stale
        ),
        "Missions.approve": lambda: missions.approve(mission, stale),
        "Missions.reject": lambda: missions.reject(mission, stale),
        "Missions.update": lambda: missions.update(mission, name="Old dam", version=stale),
    }
    taking = (it for it in declared.methods() if any(of.name == "version" for of in it.arguments))
    assert set(calls) == {f"{it.owner}.{it.name}" for it in taking}
    for method, call in calls.items():
        with pytest.raises(errors.Conflict) as refused:
            call()
        assert (refused.value.code, refused.value.field) == ("stale_version", "version"), method
