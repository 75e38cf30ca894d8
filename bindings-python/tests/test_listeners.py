"""Who hears how far a migration or a scan has come, and what it finds, while the call is waited for."""

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

import ringfence
from ringfence import aio
from test_loops import abandoned, until
from test_waiting import BUSY_TIMEOUT_MS, held


class Watcher:
    """Has what it calls tell it, and keeps the call: a circle."""

    def __init__(self, db: aio.Ringfence) -> None:
        self.heard: list[ringfence.Progress] = []
        self.promised = db.migrate("tests", progress=self.hears)

    def hears(self, progress: ringfence.Progress) -> None:
        self.heard.append(progress)

    async def waits(self) -> None:
        await self.promised


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:{tmp_path / 'fleet.db'}"
    with ringfence.open(url) as db:
        db.rollback("tests", db.migration_status().latest - 1)
    return url


async def opens(url: str) -> aio.Ringfence:
    return await aio.open(url, migrate="never", busy_timeout_ms=BUSY_TIMEOUT_MS)


def test_a_listener_that_keeps_a_call_that_nobody_awaits_is_collected(url: str) -> None:
    watcher = weakref.ref(Watcher(asyncio.run(opens(url))))
    with pytest.warns(RuntimeWarning, match=r"^coroutine 'Ringfence\.migrate' was never awaited$"):
        gc.collect()
    assert watcher() is None


def test_a_listener_whose_loop_was_closed_is_collected_although_the_migration_goes_on(url: str) -> None:
    db = asyncio.run(opens(url))
    with held(url) as let_go:
        watcher = Watcher(db)
        left = [weakref.ref(watcher), *abandoned(watcher.waits())]
        del watcher
        gc.collect()
        assert [one for one in left if one() is not None] == []
        let_go()
    until(lambda: asyncio.run(_is_current(db)))


def test_a_listener_hears_nothing_more_once_its_call_is_given_up(url: str) -> None:
    db = asyncio.run(opens(url))
    watcher = Watcher(db)

    async def gives_up() -> None:
        waiting = asyncio.create_task(watcher.waits())
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    with held(url) as let_go:
        asyncio.run(gives_up())
        heard = list(watcher.heard)
        let_go()
    until(lambda: asyncio.run(_is_current(db)))
    assert watcher.heard == heard


async def _is_current(db: aio.Ringfence) -> bool:
    return (await db.migration_status()).is_current


def test_a_scan_tells_two_listeners_how_far_it_is_and_what_it_finds(
    odd: str, report: ringfence.IntegrityReport, ids: dict[str, str]
) -> None:
    async def scans() -> tuple[ringfence.IntegrityReport, list[str], list[ringfence.IntegrityFinding]]:
        stages: list[str] = []
        found: list[ringfence.IntegrityFinding] = []
        async with await aio.open(odd, migrate="check") as db:
            scanned = await db.integrity_scan(
                progress=lambda stage: stages.append(stage.stage), findings=lambda some: found.extend(some)
            )
        return scanned, stages, found

    scanned, stages, found = asyncio.run(scans())
    assert scanned == report
    assert found == report.findings
    assert "drones" in stages
    (finding,) = found
    assert (finding.key, finding.value, finding.problem) == (ids["acme.kite"], "PARROT", "unknown_value")
    assert finding.remedy.startswith("Write one of the values")
    assert (report.found, report.stopping, report.is_clean, report.lets_migrate) == (1, 0, False, True)
