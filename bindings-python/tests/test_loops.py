"""What its loop is to a coroutine: there is none, it can tell it nothing, or it is closed under it."""

import asyncio
import contextlib
import gc
import os
import resource
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

import ringfence
from ringfence import aio, errors

Promised = Coroutine[Any, Any, object]

MANY = 50
AT_ONCE = 20.0


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:{tmp_path / 'fleet.db'}"


@pytest.fixture
def drones(url: str) -> aio.Drones:
    async def opens() -> aio.Drones:
        db = await aio.open(url)
        founded = await db.create_tenant("tests", "Acme", "mara", id="acme")
        return (await db.session("acme", founded.admin.id)).drones()

    return asyncio.run(opens())


def names(drones: aio.Drones) -> list[str]:
    async def asks() -> list[str]:
        return [drone.name for drone in await drones.list()]

    return asyncio.run(asks())


def is_not_done(drones: aio.Drones) -> bool:
    """That nothing was registered, nor is about to be: what is handed over first is done first."""

    async def registers() -> None:
        await drones.register("The next one", "FAKE")

    asyncio.run(registers())
    return names(drones) == ["The next one"]


def open_descriptors() -> list[str]:
    return os.listdir("/dev/fd")


def until(is_so: Callable[[], bool]) -> None:
    last = time.monotonic() + AT_ONCE
    while not is_so():
        assert time.monotonic() < last, "it does not come to this"
        time.sleep(0.005)


@contextlib.contextmanager
def no_descriptor_is_left() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(open_descriptors()) + 8, hard))
    taken: list[int] = []
    try:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for one in taken:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_without_a_running_loop_nothing_is_begun(drones: aio.Drones) -> None:
    promised: Any = drones.register("Kite", "FAKE")
    with pytest.raises(RuntimeError, match=r"^no running event loop$"):
        promised.send(None)
    with pytest.raises(RuntimeError):
        promised.send(None)
    assert is_not_done(drones)


class Deaf(asyncio.SelectorEventLoop):
    """A loop that does not listen to what it is asked to listen to."""

    def add_reader(self, *_: object) -> None:
        raise NotImplementedError


class Poor(asyncio.SelectorEventLoop):
    """A loop that has no futures."""

    def create_future(self) -> asyncio.Future[Any]:
        raise MemoryError


@pytest.mark.parametrize(("kind", "raised"), [(Deaf, NotImplementedError), (Poor, MemoryError)])
def test_in_a_loop_in_which_nobody_can_wait_nothing_is_begun(
    kind: type[asyncio.SelectorEventLoop], raised: type[Exception], drones: aio.Drones
) -> None:
    async def registers() -> None:
        await drones.register("Kite", "FAKE")

    with contextlib.closing(kind()) as loop, pytest.raises(raised):
        loop.run_until_complete(registers())
    assert is_not_done(drones)


def test_without_a_descriptor_for_the_loops_bell_nothing_is_begun(drones: aio.Drones) -> None:
    async def registers() -> None:
        with no_descriptor_is_left(), pytest.raises(errors.Unavailable) as refused:
            await drones.register("Kite", "FAKE")
        assert (refused.value.code, refused.value.outcome) == ("too_many_open_files", "not_done")
        # Nothing of it stays in the way.
        await drones.list()

    asyncio.run(registers())
    assert is_not_done(drones)


async def _awaits(promised: Promised) -> None:
    await promised


def _of_pythons(promised: Promised) -> Promised:
    return _awaits(promised)


def _alone(promised: Promised) -> Promised:
    return promised


async def _begins(work: Promised) -> "weakref.ref[asyncio.Task[object]]":
    task = asyncio.get_running_loop().create_task(work)
    # It begins before this goes on.
    await asyncio.sleep(0)
    return weakref.ref(task)


def abandoned(work: Promised) -> "tuple[weakref.ref[Any], weakref.ref[Any]]":
    """The loop and the task of work that begins, and whose loop is then closed."""
    loop = asyncio.new_event_loop()
    # That a task was destroyed while it was pending is what is told, and rightly.
    loop.set_exception_handler(lambda *_: None)
    task = loop.run_until_complete(_begins(work))
    loop.close()
    return weakref.ref(loop), task


@pytest.mark.parametrize("made", [_of_pythons, _alone], ids=["awaited", "a task of its own"])
def test_loops_that_are_closed_while_somebody_waits_leave_nothing(
    made: Callable[[Promised], Promised], drones: aio.Drones
) -> None:
    assert names(drones) == []
    gc.collect()
    before = len(open_descriptors())
    left = [abandoned(made(drones.register(f"Kite {number:02}", "FAKE"))) for number in range(MANY)]
    # What was handed over is done, and whoever did it has told so to a loop that is closed.
    until(lambda: len(names(drones)) == MANY)
    gc.collect()
    assert [one for both in left for one in both if one() is not None] == []
    # Whoever has just rung a bell may hold it for a moment yet.
    until(lambda: len(open_descriptors()) <= before)


def test_a_closed_loop_keeps_no_descriptor_although_it_is_kept_itself(drones: aio.Drones) -> None:
    gc.collect()
    before = len(open_descriptors())
    kept = [asyncio.new_event_loop() for _ in range(MANY)]
    for loop in kept:
        loop.run_until_complete(_awaits(drones.register(f"Kite {id(loop)}", "FAKE")))
        loop.close()
    # Whoever has just rung a bell may hold it for a moment yet.
    until(lambda: len(open_descriptors()) <= before)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="nobody says which files are open")
def test_a_database_closes_by_itself_although_a_loop_was_closed_while_somebody_waited(tmp_path: Path) -> None:
    file = tmp_path / "fleet.db"

    def is_open() -> bool:
        def leads(one: str) -> str:
            with contextlib.suppress(FileNotFoundError):
                return os.readlink(f"/proc/self/fd/{one}")
            return ""

        return any(leads(one).startswith(str(file)) for one in open_descriptors())

    async def opens() -> aio.Ringfence:
        return await aio.open(f"sqlite:{file}")

    db = asyncio.run(opens())
    assert is_open()
    abandoned(_awaits(db.create_tenant("tests", "Acme", "mara", id="acme")))
    del db
    gc.collect()
    until(lambda: not is_open())
    with ringfence.open(f"sqlite:{file}") as again:
        assert again.tenant("acme").name == "Acme"
