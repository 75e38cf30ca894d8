import hashlib
import json
from collections.abc import Callable

import pytest

import ringfence
from ringfence import errors


def test_an_imported_plan_is_a_draft_with_its_summary(
    operator: ringfence.TenantSession, ids: dict[str, str], plan: bytes
) -> None:
    missions = operator.missions()
    mission = missions.import_plan("River survey", plan, drone_id=ids["acme.kite"])
    assert mission.name == "River survey"
    assert mission.drone_id == ids["acme.kite"]
    assert mission.state == ringfence.MissionState.DRAFT
    assert mission.plan_type == ringfence.PlanType.AREA_GRID
    assert mission.created_by == ids["acme.operator"]
    assert mission.plan_sha256 == hashlib.sha256(plan).hexdigest()
    assert json.loads(mission.payload)["waypoints"] > 0
    assert mission.constraints == "{}"
    assert missions.get(mission.id) == mission
    assert "River survey" in repr(mission)


@pytest.mark.parametrize("kept", [bytes, bytearray, memoryview])
def test_a_plan_is_taken_wherever_its_bytes_are_kept(
    operator: ringfence.TenantSession, plan: bytes, kept: Callable[[bytes], bytes | bytearray | memoryview]
) -> None:
    missions = operator.missions()
    mission = missions.import_plan("River survey", kept(plan))
    assert missions.plan(mission.id).file == plan
    # Every second byte of one that was spread.
    spread = bytes(byte for pair in plan for byte in (pair, 0))
    again = missions.import_plan("The same", memoryview(spread)[::2])
    assert again.plan_sha256 == mission.plan_sha256


def test_the_kind_of_flight_and_the_constraints_can_be_given(
    operator: ringfence.TenantSession, plan: bytes
) -> None:
    mission = operator.missions().import_plan(
        "River survey",
        plan,
        plan_type=ringfence.PlanType.ROUTE_WAYPOINTS,
        constraints='{"daylight": true}',
    )
    assert mission.drone_id is None
    assert mission.plan_type == ringfence.PlanType.ROUTE_WAYPOINTS
    assert mission.constraints == '{"daylight": true}'


def test_a_bad_plan_names_the_place_in_the_file(operator: ringfence.TenantSession, plan: bytes) -> None:
    broken = json.loads(plan)
    broken["mission"]["version"] = 1
    for file, field in ((json.dumps(broken).encode(), "plan.mission.version"), (b"\xff", "plan")):
        with pytest.raises(errors.Invalid) as refused:
            operator.missions().import_plan("River survey", file)
        assert refused.value.status == 422
        assert refused.value.field == field


def test_another_tenants_drone_and_mission_are_like_ones_that_exist_nowhere(
    database: ringfence.Ringfence, operator: ringfence.TenantSession, ids: dict[str, str], plan: bytes
) -> None:
    theirs = database.session("birch", ids["birch.operator"]).missions().import_plan("Dam", plan)
    missions = operator.missions()
    refusals = []
    for mission, drone in ((theirs.id, ids["birch.kite"]), ("no-such-mission", "no-such-drone")):
        with pytest.raises(errors.NotFound) as no_mission:
            missions.get(mission)
        with pytest.raises(errors.NotFound) as no_drone:
            missions.import_plan("River survey", plan, drone_id=drone)
        refusals.append((no_mission.value.args, no_drone.value.args))
        assert (no_mission.value.entity, no_drone.value.entity) == ("mission", "drone")
    assert refusals[0] == refusals[1]


def test_a_role_without_the_right_is_told_which(
    operator: ringfence.TenantSession, auditor: ringfence.TenantSession, plan: bytes
) -> None:
    mission = operator.missions().import_plan("River survey", plan)
    with pytest.raises(errors.Forbidden) as unread:
        auditor.missions().get(mission.id)
    assert unread.value.permission == "mission.read"
    with pytest.raises(errors.Forbidden) as unwritten:
        auditor.missions().import_plan("River survey", plan)
    assert unwritten.value.permission == "mission.write"
    with pytest.raises(errors.Forbidden) as unhurried:
        operator.missions().import_plan("Fire", plan, constraints='{"emergency_fastlane": true}')
    assert unhurried.value.permission == "mission.fastlane"
