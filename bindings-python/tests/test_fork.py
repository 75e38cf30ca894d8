import asyncio
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import declared
import ringfence
from ringfence import aio, errors
from story import GROUPS

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


@pytest.mark.parametrize("face", [ringfence, ringfence.aio], ids=["sync", "aio"])
def test_in_a_child_of_fork_every_method_of_every_handle_is_refused_at_once(face: ModuleType) -> None:
    handles = asyncio.run(declared.handles(face))
    methods = [method for method in declared.methods() if method.owner]
    assert len(methods) > 50

    def asks(method: declared.Method) -> Callable[[], object]:
        positional, named = method.arguments_with()

        async def settles() -> object:
            return await declared.settled(method.of(handles)(*positional, **named))

        return lambda: asyncio.run(settles())

    def all_are() -> bool:
        let_in = [f"{it.owner}.{it.name}" for it in methods if not is_groups(it) and not is_forked(asks(it))]
        print(let_in, file=sys.stderr)
        return not let_in

    def is_groups(method: declared.Method) -> bool:
        return method.name in GROUPS and not method.arguments

    assert is_true_in_a_child(all_are)


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


def test_a_child_of_fork_leaves_its_parents_with_in_peace() -> None:
    def leaves() -> bool:
        with pytest.raises(KeyError), database:
            raise KeyError
        return True

    with ringfence.open("sqlite::memory:") as database:
        assert is_true_in_a_child(leaves)
        assert database.migration_status().is_current


ENDS_AS_PYTHON_DOES = """
import logging, os, sys
import ringfence
from ringfence import errors

logging.basicConfig(level=logging.INFO)
db = ringfence.open(sys.argv[1])
founded = db.create_tenant("tests", "Acme", "mara", id="acme")
drones = db.session("acme", founded.admin.id).drones()
if os.fork() == 0:
    try:
        drones.list()
    except errors.Unavailable as refused:
        assert refused.code == "forked"
    # The interpreter of the child ends whole, handles and all.
    sys.exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
drones.register("Kite", "FAKE")
db.close()
"""


def test_the_interpreter_of_a_child_of_fork_ends_as_it_should(tmp_path: Path) -> None:
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ENDS_AS_PYTHON_DOES, f"sqlite:{tmp_path / 'fleet.db'}"],
        timeout=AT_ONCE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def listed(drones: ringfence.Drones) -> str:
    try:
        drones.list()
    except errors.Unavailable as refused:
        return refused.code
    return "let in"


def test_a_worker_of_multiprocessing_is_told_that_it_was_forked(operator: ringfence.TenantSession) -> None:
    drones = operator.drones()
    context = multiprocessing.get_context("fork")
    receives, sends = context.Pipe(duplex=False)
    worker = context.Process(target=lambda: sends.send(listed(drones)))
    worker.start()
    try:
        assert receives.poll(AT_ONCE)
        assert receives.recv() == "forked"
        worker.join(AT_ONCE)
        assert worker.exitcode == 0
    finally:
        if worker.is_alive():
            worker.kill()


def test_a_child_of_fork_has_a_log_of_its_own() -> None:
    database = ringfence.open("sqlite::memory:")

    def logs() -> bool:
        import logging

        told: list[str] = []

        class Keeps(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                told.append(record.name)

        logging.getLogger("ringfence").addHandler(Keeps())
        try:
            ringfence.open("postgres://nobody@127.0.0.1:1/fleet")
        except errors.Unavailable:
            return told == ["ringfence.store"]
        return False

    assert is_true_in_a_child(logs)
    database.close()
