"""What is said of an observation, alone or among many, is what is stored of it."""

from datetime import datetime, timezone
from typing import Any

import pytest

import ringfence
from ringfence import errors


def test_each_field_of_one_of_many_is_stored_as_that_of_one_alone(admin: ringfence.TenantSession) -> None:
    inspections = admin.inspections()
    template = inspections.create_template("Roof", "roof")
    task = inspections.create_task("Roofs", template.id).id
    told: dict[str, Any] = {
        "item_code": "crack",
        "position_lat": 47.25,
        "position_lon": 8.5,
        "alt_m": 30.125,
        "ts": datetime(2026, 1, 5, 12, tzinfo=timezone.utc),
        "drone_id": admin.drones().register("kite", "FAKE").id,
        "severity": 5,
        "note": "as wide as a thumb",
        "media_url": "https://media.example/1.jpg",
        "confidence": 0.75,
    }
    alone = inspections.record(task, **told)
    bare = {name: told[name] for name in ("item_code", "position_lat", "position_lon", "alt_m")}
    ids = inspections.record_many(task, iter([bare, told])).ids
    for one in (alone.id, ids[1]):
        stored = inspections.observation(one)
        assert {name: getattr(stored, name) for name in told} == told
    stored = inspections.observation(ids[0])
    assert {name: getattr(stored, name) for name in bare} == bare
    assert (stored.drone_id, stored.severity, stored.note) == (None, 1, "")
    assert (stored.media_url, stored.confidence) == (None, None)
    changed = told | {
        "item_code": "rust",
        "position_lat": -1.5,
        "position_lon": 2.5,
        "alt_m": 3.5,
        "ts": datetime(2026, 1, 6, tzinfo=timezone.utc),
        "drone_id": admin.drones().register("heron", "FAKE").id,
        "severity": 2,
        "note": "rather rust",
        "media_url": "https://media.example/2.jpg",
        "confidence": 0.5,
    }
    stored = inspections.update_observation(alone.id, **changed)
    assert {name: getattr(stored, name) for name in changed} == changed


def test_what_is_wrong_with_one_of_many_is_said_by_its_place(admin: ringfence.TenantSession) -> None:
    inspections = admin.inspections()
    row: dict[str, Any] = {"item_code": "crack", "position_lat": 47.4, "position_lon": 8.5, "alt_m": 30}
    template = inspections.create_template("Roof", "roof")
    task = inspections.create_task("Roofs", template.id).id
    for wrong, field in (
        ({"sverity": 1}, "observations[1].sverity"),
        ({"severity": 6}, "observations[1].severity"),
        ({"confidence": 2}, "observations[1].confidence"),
    ):
        with pytest.raises(errors.Invalid) as refused:
            inspections.record_many(task, [row, row | wrong])
        assert refused.value.field == field
    without = {name: value for name, value in row.items() if name != "alt_m"}
    with pytest.raises(errors.Invalid) as refused:
        inspections.record_many(task, [without])
    assert refused.value.field == "observations[0].alt_m"
    with pytest.raises(TypeError, match=r"^observations\[0\]\.note must be a str, not int$"):
        inspections.record_many(task, [row | {"note": 5}])
    assert inspections.count_observations() == 0
