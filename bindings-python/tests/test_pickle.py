"""Records, enums and exceptions go through `pickle`, and so into other processes."""

import asyncio
import copy
import multiprocessing
import pickle
from typing import Any

import pytest

import declared
import ringfence
import story
from ringfence import errors


def parts(value: object) -> list[Any]:
    """A record and the records in it."""
    kind = type(value).__qualname__.split(".")[0].split("_")[0]
    if isinstance(value, list):
        return [part for one in value for part in parts(one)]
    if kind not in declared.RECORDS:
        return []
    names = [name for name in dir(value) if not name.startswith("_")]
    return [value, *(part for name in names for part in parts(getattr(value, name)))]


@pytest.fixture
def records(
    monkeypatch: pytest.MonkeyPatch, plan: bytes, inspected: ringfence.Ringfence, ids: dict[str, str]
) -> list[Any]:
    """Those of a tenant's day, and of what another program kept."""
    found: list[Any] = [ringfence.Resource.Drone("heron"), ringfence.Resource.Mission("dam")]
    found.append(ringfence.TelemetryPosition(47.4, 8.5, alt_m=30.0))
    handed = story.Told._handed

    def notes(self: story.Told, value: object) -> object:
        found.extend(parts(value))
        return handed(self, value)

    monkeypatch.setattr(story.Told, "_handed", notes)
    asyncio.run(story.told(ringfence, plan))
    with ringfence.open("sqlite::memory:") as db:
        db.create_tenant("tests", "Acme", "mara", id="acme", admin_password="correct horse")
        identity = db.login("acme", "mara", "correct horse").identity()
        inspector = identity.roles(name="inspector").items[0]
        identity.revoke(inspector.id, "inspection.read")
        found.extend(parts(db.role_growth()))
        db.rollback("tests", db.migration_status().latest - 1, progress=lambda step: found.append(step))
    with inspected as db:
        session = db.session("acme", ids["acme.admin"])
        inspections, defects, incidents = session.inspections(), session.defects(), session.incidents()
        found.extend(parts([inspections.templates(), inspections.items("roof")]))
        found.extend(parts([inspections.tasks(), inspections.observations(), inspections.exports()]))
        found.extend(parts([defects.list(), defects.get("leak"), defects.actions("leak")]))
        found.extend(parts(session.commands().legacy_commands()))
        found.extend(parts([session.audit().legacy_events(), session.audit().legacy_requests()]))
        incident = incidents.create("Road flooded", "HIGH", "POINT(8.5 47.4)")
        found.extend(parts(incidents.create_task(incident.id, "roof")))
    return found


def test_every_record_is_the_same_after_a_copy_and_after_pickle(
    records: list[Any], report: ringfence.IntegrityReport, boundary: ringfence.BoundaryReport
) -> None:
    records += [*parts(report), *parts(boundary)]
    assert {type(one).__qualname__.split(".")[0].split("_")[0] for one in records} == declared.RECORDS
    for one in records:
        assert copy.copy(one) == one
        assert copy.deepcopy([one]) == [one]
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(one, protocol))  # noqa: S301
            assert again == one
            assert repr(again) == repr(one)
            assert type(again) is type(one)


def test_every_enum_is_the_same_after_a_copy_and_after_pickle_and_is_hashed() -> None:
    for name in ringfence._enums.__all__:
        members = list(getattr(ringfence, name))
        assert len(set(members)) == len(members)
        assert {member: member.value for member in members}[members[0].value] == members[0]
        for member in members:
            assert copy.copy(member) is copy.deepcopy(member) is member
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                assert pickle.loads(pickle.dumps(member, protocol)) is member  # noqa: S301


def test_what_is_raised_is_the_same_after_pickle(report: ringfence.IntegrityReport) -> None:
    common = ("in words", "code", 503, "field", True)
    particulars: dict[str, object] = {
        "NotFound": "drone",
        "Forbidden": "mission.read",
        "Throttled": 7,
        "Unavailable": ringfence.WorkOutcome.UNKNOWN,
        "Integrity": report.findings,
        "Internal": "1-0",
    }
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    kinds = [kind for kind in kinds if issubclass(kind, errors.RingfenceError)]
    assert len(kinds) > 10
    for kind in kinds:
        more = [particulars[kind.__name__]] if kind.__name__ in particulars else []
        raised = kind(common, *more)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again: errors.RingfenceError = pickle.loads(pickle.dumps(raised, protocol))  # noqa: S301
            assert type(again) is kind
            assert (str(again), vars(again)) == (str(raised), vars(raised))
            assert repr(again) == repr(raised) == f"{kind.__name__}('in words')"
            assert again.args == raised.args == ("in words",)


def test_a_secret_is_copied_and_not_pickled() -> None:
    with ringfence.open("sqlite::memory:", secret_key=bytes(32)) as db:
        founded = db.create_tenant("tests", "Acme", "mara")
        drones = db.session(founded.tenant.id, founded.admin.id).drones()
        drone = drones.register("Heron", "FAKE")
        drones.set_credential(drone.id, "{}")
        credential = drones.credential(drone.id)
    for secret in (credential, credential.secret):
        assert type(secret).__name__ in declared.SECRETS
        assert copy.copy(secret) == copy.deepcopy(secret) == secret
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(secret)


def looked_up(number: int) -> ringfence.TenantPage:
    with ringfence.open("sqlite::memory:") as db:
        db.create_tenant("tests", f"Tenant {number}", "mara")
        if number == 2:
            db.tenant("nobody")
        return db.tenants()


def test_another_process_gives_records_back_and_raises() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (tenant,) = pool.apply_async(looked_up, (1,)).get(60).items
        assert tenant.name == "Tenant 1"
        with pytest.raises(errors.NotFound) as missing:
            pool.apply_async(looked_up, (2,)).get(60)
        assert missing.value.entity == "tenant"


def test_a_handle_stays_in_its_process() -> None:
    with ringfence.open("sqlite::memory:") as db, pytest.raises(TypeError, match="pickle"):
        pickle.dumps(db)
