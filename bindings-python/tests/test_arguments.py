"""Whatever is wrong with an argument is said by its name."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest

import declared
import ringfence
from ringfence import errors

CLOSED = {"MigrateMode": "sometimes", "Permission": "fly.low"}


def kinds(argument: declared.Argument) -> set[str]:
    """A whole number is a float as well."""
    return argument.types - ({"SupportsIndex"} if "SupportsFloat" in argument.types else set())


def of_another_type(argument: declared.Argument) -> Iterator[object]:
    wrong: dict[str, list[object]] = {
        "str": [5, b"heron", ["heron"]],
        "SupportsFloat": ["1", b"1", True],
        "SupportsIndex": ["1", 1.5, True],
        "bool": [1, "yes"],
        "datetime": ["2026-01-05", datetime(2026, 1, 5), 1.5],
        "Callable": [5, "print"],
        "Resource": ["drone", 5],
        "TelemetryPosition": [(47.4, 8.5), 5],
        "bytearray": ["{}", 5],
        "bytes": [[1, 2]],
        "memoryview": ["{}"],
    }
    for one in kinds(argument) - {"None"} - ({"str"} if len(argument.types - {"None"}) > 1 else set()):
        yield from wrong.get(one, [5, b"heron", object()])
    if not argument.may_be_none:
        yield None


def beyond(argument: declared.Argument) -> Iterator[object]:
    for one in kinds(argument):
        if one == "str":
            yield "her\ud800on"
        elif one == "SupportsIndex":
            yield from (2**70, -(2**70))
        elif one == "SupportsFloat":
            yield from (10**400, -(10**400))
        elif one == "datetime":
            yield datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))
            yield datetime.min.replace(tzinfo=timezone(timedelta(hours=12)))
        elif one in CLOSED:
            yield CLOSED[one]


@pytest.mark.parametrize("face", [ringfence, ringfence.aio], ids=["sync", "aio"])
def test_every_argument_of_every_method_is_named_when_it_is_wrong(face: ModuleType) -> None:
    async def tries() -> int:
        handles = await declared.handles(face)
        tried = 0
        for method in declared.methods():
            for argument in method.arguments:
                told = f"{method.owner}.{method.name}({argument.name}"
                for value in of_another_type(argument):
                    positional, named = method.arguments_with(argument.name, value)
                    with pytest.raises(TypeError, match=f"^{argument.name} must be ") as wrong:
                        await declared.settled(method.of(handles)(*positional, **named))
                    assert ", not " in str(wrong.value), f"{told}={value!r}): {wrong.value}"
                    tried += 1
                for value in beyond(argument):
                    positional, named = method.arguments_with(argument.name, value)
                    with pytest.raises(errors.Invalid) as refused:
                        await declared.settled(method.of(handles)(*positional, **named))
                    assert refused.value.field == argument.name, f"{told}={value!r}): {refused.value}"
                    tried += 1
        return tried

    assert asyncio.run(tries()) > 400


def test_what_is_no_limit_is_invalid() -> None:
    with ringfence.open("sqlite::memory:") as db:
        for limit in (-1, 0, 1_001, 2**32):
            with pytest.raises(errors.Invalid) as refused:
                db.tenants(limit=limit)
            assert (refused.value.field, str(refused.value)) == ("limit", "limit: is not between 1 and 1000")
        with pytest.raises(ValueError, match="limit"):
            db.tenants(limit=-1)
        with pytest.raises(TypeError, match=r"^id must be a str, not int$"):
            db.tenant(5)  # type: ignore[arg-type]


def test_a_number_that_is_beyond_its_bounds_is_told_them_whichever_way_it_is(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'fleet.db'}"
    with ringfence.open(url) as db:
        latest = db.migration_status().latest
        for beyond in (-1, -(2**70), latest + 1, 2**32, 2**70):
            for method in (db.migrate, db.rollback):
                with pytest.raises(errors.Invalid, match=rf"^to: is not between 0 and {latest}\b"):
                    method("tests", to=beyond)
        assert db.migration_status().is_current
    for beyond in (-1, 0, 601_000, 2**32, 2**70):
        with pytest.raises(errors.Invalid, match=r"^busy_timeout_ms: is not between 1 and 600000$"):
            ringfence.open(url, busy_timeout_ms=beyond)


class Odd(tzinfo):
    """A zone that only Python knows."""

    def utcoffset(self, _moment: datetime | None) -> timedelta:
        return timedelta(hours=1, minutes=7)

    def dst(self, _moment: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, _moment: datetime | None) -> str:
        return "odd"


def test_a_zone_of_any_kind_will_do() -> None:
    with ringfence.open("sqlite::memory:") as db:
        db.create_tenant("tests", "Acme", "mara")
        event = db.deployment_log().events(limit=1).items[0]
        assert event.at is not None
        for zone in (timezone.utc, ZoneInfo("Europe/Berlin"), timezone(-timedelta(minutes=30)), Odd()):
            elsewhere = event.at.astimezone(zone)
            assert event in db.deployment_log().events(since=elsewhere).items
            assert event not in db.deployment_log().events(until=elsewhere).items
