import asyncio
import contextlib
import inspect
import threading
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

import ringfence
from ringfence import aio, errors


@contextlib.asynccontextmanager
async def fleet(url: str = "sqlite::memory:") -> AsyncIterator[aio.Drones]:
    db = await aio.open(url)
    founded = await db.create_tenant("tests", "Acme", "mara", id="acme")
    session = await db.session("acme", founded.admin.id)
    yield session.drones()
    await db.shutdown()


def test_a_method_is_a_coroutine() -> None:
    async def asks() -> None:
        async with fleet() as drones:
            promised = drones.list()
            assert inspect.isawaitable(promised)
            assert hasattr(promised, "send")
            assert len(await promised) == 0

    asyncio.run(asks())


def test_a_method_that_nobody_awaits_does_nothing_and_says_so() -> None:
    async def forgets() -> None:
        async with fleet() as drones:
            with pytest.warns(
                RuntimeWarning, match=r"^coroutine 'Drones\.register' was never awaited$"
            ) as told:
                drones.register("Kite", "FAKE")  # type: ignore[unused-coroutine]
            assert [Path(one.filename) for one in told] == [Path(__file__)]
            with pytest.warns(RuntimeWarning, match=r"^coroutine 'open' was never awaited$"):
                aio.open("sqlite::memory:")  # type: ignore[unused-coroutine]
            # Whoever closes it knows.
            drones.register("Kite", "FAKE").close()
            assert not await drones.list()

    asyncio.run(forgets())


def test_a_coroutine_is_one_as_pythons_own_are() -> None:
    async def asks() -> None:
        async with fleet() as drones:
            made: Any = drones.register("Kite", "FAKE")
            assert (made.__name__, made.__qualname__) == ("register", "Drones.register")
            assert isinstance(made, Coroutine)
            assert repr(made).startswith("<coroutine object Drones.register at 0x")
            assert (await made).name == "Kite"
            with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
                await made
            with pytest.raises(KeyError, match="nobody"):
                drones.list().throw(KeyError("nobody"))
            with pytest.raises(KeyError, match="nobody"):
                drones.list().throw(KeyError, "nobody")

    asyncio.run(asks())


def test_only_the_loops_own_thread_tells_the_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: set[int] = set()
    tells = asyncio.BaseEventLoop.call_soon_threadsafe

    def noted(*args: Any, **named: Any) -> asyncio.Handle:  # noqa: ANN401
        told.add(threading.get_ident())
        return tells(*args, **named)

    monkeypatch.setattr(asyncio.BaseEventLoop, "call_soon_threadsafe", noted)

    async def works() -> None:
        async with fleet(f"sqlite:{tmp_path / 'fleet.db'}") as drones:
            await asyncio.gather(*(drones.register(f"Swift {n}", "FAKE") for n in range(50)))

    asyncio.run(works())
    assert told <= {threading.get_ident()}


def test_writes_that_wait_together_are_all_done(tmp_path: Path) -> None:
    async def asks() -> None:
        async with fleet(f"sqlite:{tmp_path / 'fleet.db'}") as drones:
            names = [f"drone {number:03}" for number in range(100)]
            made = await asyncio.gather(*(drones.register(name, "FAKE") for name in names))
            assert [drone.name for drone in made] == names
            assert sorted(drone.name for drone in await drones.list()) == names

    asyncio.run(asks())


def test_a_write_that_was_handed_over_is_done_although_its_caller_gives_up(tmp_path: Path) -> None:
    async def asks() -> None:
        async with fleet(f"sqlite:{tmp_path / 'fleet.db'}") as drones:
            promised = drones.register("Kite", "FAKE")
            # Begins, and is given up while the write is on its way.
            with contextlib.suppress(StopIteration):
                promised.send(None)
            promised.close()
            while not await drones.list(name="Kite"):  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    asyncio.run(asyncio.wait_for(asks(), timeout=20))


def test_errors_are_those_of_the_other_face() -> None:
    async def asks() -> None:
        async with fleet() as drones:
            with pytest.raises(errors.NotFound) as missing:
                await drones.get("nowhere")
            assert missing.value.entity == "drone"
            with pytest.raises(errors.Invalid) as refused:
                await drones.register("Kite", "PARROT")
            assert refused.value.field == "vendor"

    asyncio.run(asks())


def test_a_loop_of_another_thread_uses_the_same_handles() -> None:
    async def opens() -> tuple[aio.Ringfence, aio.Drones]:
        db = await aio.open("sqlite::memory:")
        founded = await db.create_tenant("tests", "Acme", "mara")
        return db, (await db.session(founded.tenant.id, founded.admin.id)).drones()

    db, drones = asyncio.run(opens())
    names: list[str] = []

    def elsewhere() -> None:
        names.append(asyncio.run(_registered(drones)))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert names == ["Kite"]
    assert isinstance(db, aio.Ringfence)
    assert not isinstance(db, ringfence.Ringfence)


async def _registered(drones: aio.Drones) -> str:
    return (await drones.register("Kite", "FAKE")).name
