from datetime import timedelta

import pytest

import ringfence
from ringfence import errors


def test_the_drones_of_the_own_tenant_come_a_page_at_a_time(
    operator: ringfence.TenantSession, ids: dict[str, str]
) -> None:
    drones = operator.drones()
    first = drones.list(limit=1)
    second = drones.list(limit=1, after=first.next)
    assert {drone.id for drone in first.items + second.items} == {ids["acme.kite"], ids["acme.wren"]}
    assert second.next is None
    assert [drone.name for drone in drones.list(vendor=ringfence.Vendor.DJI).items] == ["Wren"]
    assert drones.list(name="Heron").items == []


def test_a_drone_comes_as_plain_data(operator: ringfence.TenantSession, ids: dict[str, str]) -> None:
    drone = operator.drones().get(ids["acme.kite"])
    assert drone.name == "Kite"
    assert drone.vendor == ringfence.Vendor.MAVLINK
    assert str(drone.vendor) == "MAVLINK"
    assert drone.capabilities == '{"camera": true}'
    assert drone.created_at.utcoffset() == timedelta(0)
    assert drone.version == 1
    assert drone == operator.drones().get(ids["acme.kite"])
    assert "Kite" in repr(drone)
    with pytest.raises(AttributeError):
        drone.name = "crow"  # type: ignore[misc]


@pytest.mark.parametrize("role", ["operator", "auditor"])
def test_another_tenants_id_is_like_one_that_exists_nowhere(
    database: ringfence.Ringfence, ids: dict[str, str], role: str
) -> None:
    drones = database.session("acme", ids[f"acme.{role}"]).drones()
    with pytest.raises(errors.NotFound) as foreign:
        drones.get(ids["birch.kite"])
    with pytest.raises(errors.NotFound) as unknown:
        drones.get("no-such-drone")
    assert foreign.value.args == unknown.value.args
    assert str(foreign.value) == str(unknown.value)
    assert foreign.value.status == 404
    assert foreign.value.entity == "drone"


def test_a_missing_permission_is_named(auditor: ringfence.TenantSession, ids: dict[str, str]) -> None:
    with pytest.raises(errors.Forbidden) as refused:
        auditor.drones().get(ids["acme.kite"])
    assert refused.value.status == 403
    assert refused.value.permission == "registry.read"


def test_malformed_input_names_its_field(operator: ringfence.TenantSession) -> None:
    drones = operator.drones()
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


def test_a_vendor_that_the_library_does_not_know_is_read_as_it_is_and_never_given(
    beside_another_program: ringfence.TenantSession, ids: dict[str, str]
) -> None:
    drones = beside_another_program.drones()
    vendors = {drone.name: drone.vendor for drone in drones.list().items}
    parrot = vendors["Kite"]
    assert (str(parrot), parrot.is_known) == ("PARROT", False)
    assert parrot == drones.get(ids["acme.kite"]).vendor
    assert parrot not in {ringfence.Vendor.DJI, ringfence.Vendor.MAVLINK, ringfence.Vendor.FAKE}
    assert vendors["Wren"] == ringfence.Vendor.DJI
    assert vendors["Wren"].is_known
    with pytest.raises(errors.Invalid) as refused:
        drones.list(vendor=parrot)
    assert refused.value.field == "vendor"
