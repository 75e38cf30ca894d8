from datetime import datetime, timezone

import pytest

import ringfence
from ringfence import errors


def test_a_reader_sees_the_drones_of_the_own_tenant_a_page_at_a_time(
    database: ringfence.Ringfence,
) -> None:
    drones = database.session("acme", "acme-reader").drones()
    first = drones.list(limit=1)
    assert [drone.id for drone in first.items] == ["acme-kite"]
    second = drones.list(limit=1, after=first.next)
    assert [drone.id for drone in second.items] == ["acme-wren"]
    assert second.next is None
    assert drones.list(vendor=ringfence.Vendor.DJI).items == []


def test_a_drone_comes_as_plain_data(database: ringfence.Ringfence) -> None:
    drone = database.session("acme", "acme-reader").drones().get("acme-kite")
    assert drone.name == "kite"
    assert drone.vendor == ringfence.Vendor.FAKE
    assert str(drone.vendor) == "FAKE"
    assert drone.capabilities == '{"a": 1}'
    assert drone.created_at == datetime(2026, 1, 1, tzinfo=timezone.utc)
    assert drone.version == 1
    with pytest.raises(AttributeError):
        drone.name = "crow"  # type: ignore[misc]


def test_another_tenants_id_is_like_one_that_exists_nowhere(database: ringfence.Ringfence) -> None:
    for actor in ("acme-reader", "acme-nobody"):
        drones = database.session("acme", actor).drones()
        with pytest.raises(errors.NotFound) as foreign:
            drones.get("birch-kite")
        with pytest.raises(errors.NotFound) as unknown:
            drones.get("no-such-drone")
        assert foreign.value.args == unknown.value.args
        assert foreign.value.status == 404
        assert foreign.value.entity == "drone"


def test_a_missing_permission_is_named(database: ringfence.Ringfence) -> None:
    with pytest.raises(errors.Forbidden) as refused:
        database.session("acme", "acme-nobody").drones().get("acme-kite")
    assert refused.value.status == 403
    assert refused.value.permission == "registry.read"


def test_malformed_input_names_its_field(database: ringfence.Ringfence) -> None:
    drones = database.session("acme", "acme-reader").drones()
    for attempt, field in (
        (lambda: drones.get(""), "id"),
        (lambda: drones.get("a\0b"), "id"),
        (lambda: drones.list(limit=0), "limit"),
        (lambda: drones.list(after="no cursor"), "after"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            attempt()
        assert refused.value.status == 422
        assert refused.value.field == field
