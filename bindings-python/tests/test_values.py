"""How values come in and go out: enums, pages, moments, what is left out."""

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone

import pytest

import ringfence
from ringfence import Permission, Resource, Vendor, errors


def test_an_enum_is_its_text() -> None:
    text: str = Permission.REGISTRY_READ
    assert text == "registry.read"
    assert str(Permission.REGISTRY_READ) == f"{Permission.REGISTRY_READ}" == "registry.read"
    assert f"{Vendor.DJI:>5}" == "  DJI"
    assert {text: 1}["registry.read"] == 1
    assert json.dumps([Vendor.DJI]) == '["DJI"]'
    assert Permission("registry.read") is Permission.REGISTRY_READ
    assert [vendor.value for vendor in Vendor] == ["DJI", "MAVLINK", "FAKE"]
    assert "identity.write" in list(Permission)


def test_an_open_enum_keeps_what_it_does_not_know_and_a_closed_one_refuses_it() -> None:
    parrot = Vendor("PARROT")
    assert (parrot, str(parrot), parrot.is_known) == ("PARROT", "PARROT", False)
    assert Vendor.DJI.is_known
    assert parrot == Vendor("PARROT")
    assert hash(parrot) == hash("PARROT")
    assert copy.deepcopy(parrot) == pickle.loads(pickle.dumps(parrot)) == parrot  # noqa: S301
    assert pickle.loads(pickle.dumps(Vendor.DJI)) is Vendor.DJI  # noqa: S301
    assert parrot not in list(Vendor)
    with pytest.raises(ValueError, match="PARROT"):
        Permission("PARROT")


def test_a_permission_that_there_is_not_is_refused(admin: ringfence.TenantSession) -> None:
    with pytest.raises(errors.Invalid) as refused:
        admin.authorize("fly.low")
    assert refused.value.field == "permission"
    assert "mission.read" in str(refused.value)


def test_a_page_is_its_rows(admin: ringfence.TenantSession) -> None:
    drones = admin.drones()
    assert not drones.list()
    for name in ("Heron", "Kite", "Wren"):
        drones.register(name, "FAKE")
    page = drones.list(limit=2)
    assert len(page) == 2
    assert list(page) == page.items
    seen = list(page)
    while page.next is not None:
        page = drones.list(limit=2, after=page.next)
        seen += page
    assert sorted(drone.name for drone in seen) == ["Heron", "Kite", "Wren"]


def test_a_moment_is_aware_and_any_zone_will_do(admin: ringfence.TenantSession) -> None:
    drone = admin.drones().register("Heron", "FAKE")
    assert drone.created_at.tzinfo is not None
    assert drone.created_at.utcoffset() == timedelta(0)
    assert abs(drone.created_at - datetime.now(timezone.utc)) < timedelta(minutes=1)
    log = admin.audit()
    event = log.events(entity_id=drone.id).items[0]
    assert event.at is not None
    elsewhere = event.at.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert event in log.events(since=elsewhere).items
    assert event not in log.events(until=elsewhere).items
    with pytest.raises(TypeError, match="since must be a datetime with a time zone"):
        log.events(since=datetime(2026, 1, 1))


def test_what_is_left_out_stays_and_none_clears_only_what_may_be_absent(
    admin: ringfence.TenantSession,
) -> None:
    drones, missions = admin.drones(), admin.missions()
    drone = drones.register("Heron", "FAKE", capabilities='{"a": 1}')
    assert drones.update(drone.id) == drone
    named = drones.update(drone.id, name="Grey heron")
    assert (named.name, named.vendor, named.capabilities) == ("Grey heron", "FAKE", '{"a": 1}')
    mission = missions.create("Dam", "POINT_TASK", drone_id=drone.id)
    assert missions.update(mission.id, name="Old dam").drone_id == drone.id
    assert missions.update(mission.id, drone_id=None).drone_id is None
    for update in (
        lambda: drones.update(drone.id, name=None),  # type: ignore[arg-type]
        lambda: missions.update(mission.id, plan_type=None),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError):
            update()


def test_a_resource_is_named_by_its_kind(admin: ringfence.TenantSession) -> None:
    drone = Resource.Drone(admin.drones().register("Heron", "FAKE").id)
    admin.authorize(Permission.REGISTRY_READ, resource=drone)
    assert drone == Resource.Drone(drone.id)
    assert drone != Resource.Mission(drone.id)
    with pytest.raises(errors.NotFound) as missing:
        admin.authorize("mission.read", resource=Resource.Mission(drone.id))
    assert missing.value.entity == "mission"


def test_a_record_shows_its_fields(admin: ringfence.TenantSession) -> None:
    drone = admin.drones().register("Heron's", "FAKE")
    assert repr(drone).startswith(
        f"Drone(id='{drone.id}', name=\"Heron's\", vendor='FAKE', capabilities='{{}}', "
    )
    assert repr(drone).endswith("version=1)")
    page = repr(admin.drones().list())
    assert page == f"DronePage(items=[{drone!r}], next=None)"
    for number in range(30):
        admin.identity().create_user(f"user {number}")
    assert "...]" in repr(admin.identity().users())
    verified = admin.audit().verify()
    assert f"outcome={verified.outcome!r}" in repr(verified)
    assert repr(verified.outcome) == "LogOutcome(kind='intact', seq=None)"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_listener_that_raises_does_not_stop_a_migration() -> None:
    db = ringfence.open("sqlite::memory:")
    latest = db.migration_status().latest

    def raises(progress: ringfence.Progress) -> None:
        raise RuntimeError(progress.stage)

    assert db.rollback("tests", latest - 1, progress=raises).current == latest - 1
    with pytest.raises(TypeError):
        db.migrate("tests", progress="no callable")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="findings"):
        db.integrity_scan(findings="no callable")  # type: ignore[arg-type]
