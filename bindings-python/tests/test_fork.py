import asyncio
import gc
import os
import signal
import time
from collections.abc import Callable

import pytest

import ringfence
from ringfence import aio, errors

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]

AT_ONCE = 20.0


def is_true_in_a_child(check: Callable[[], bool]) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if check() else 2
        finally:
            os._exit(code)
    until = time.monotonic() + AT_ONCE
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("the child waits")


def is_forked(call: Callable[[], object]) -> bool:
    try:
        call()
    except errors.Unavailable as refused:
        return (
            refused.code == "forked"
            and refused.outcome == ringfence.WorkOutcome.NOT_DONE
            and not refused.is_retryable
        )
    return False


def test_in_a_child_of_fork_every_call_is_refused_at_once(
    database: ringfence.Ringfence,
    operator: ringfence.TenantSession,
    ids: dict[str, str],
    plan: bytes,
) -> None:
    drones, missions = operator.drones(), operator.missions()
    calls: list[Callable[[], object]] = [
        lambda: database.session("acme", ids["acme.operator"]),
        lambda: database.login("acme", "operator", ids["password"]),
        drones.list,
        lambda: drones.get("drone"),
        lambda: missions.get("mission"),
        lambda: missions.import_plan("River survey", plan),
    ]
    assert is_true_in_a_child(lambda: all(is_forked(call) for call in calls))


def test_in_a_child_of_fork_every_coroutine_is_refused_at_once() -> None:
    async def opens() -> aio.Drones:
        database = await aio.open("sqlite::memory:")
        founded = await database.create_tenant("tests", "Acme", "mara")
        return (await database.session(founded.tenant.id, founded.admin.id)).drones()

    drones = asyncio.run(opens())

    async def lists() -> None:
        await drones.list()

    async def registers() -> None:
        await drones.register("Kite", "FAKE")

    calls = [lambda: asyncio.run(lists()), lambda: asyncio.run(registers())]
    assert is_true_in_a_child(lambda: all(is_forked(call) for call in calls))
    asyncio.run(registers())


def test_a_child_of_fork_that_drops_the_handles_leaves_the_parent_its_database(
    database: ringfence.Ringfence, ids: dict[str, str], plan: bytes
) -> None:
    kept = [database.session("acme", ids["acme.operator"])]

    def drops() -> bool:
        kept.clear()
        gc.collect()
        return True

    assert is_true_in_a_child(drops)
    missions = kept[0].missions()
    mission = missions.import_plan("River survey", plan)
    assert missions.get(mission.id) == mission


def test_a_child_of_fork_opens_no_file_while_its_parent_has_one_open(database: ringfence.Ringfence) -> None:
    # SQLite would believe that the child holds its parent's locks.
    assert is_true_in_a_child(lambda: is_forked(lambda: ringfence.open("sqlite:other.db")))
    assert not os.path.exists("other.db")
    assert database
