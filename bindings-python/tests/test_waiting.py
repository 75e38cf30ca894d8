"""While a call waits, the rest of the program runs: here, whoever ends the wait."""

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ringfence
from ringfence import aio

HOLDS_THE_WRITE_LOCK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
db.execute("ROLLBACK")
"""

# Longer than anybody here waits who is let go.
BUSY_TIMEOUT_MS = 20_000


@pytest.fixture
def admin(tmp_path: Path) -> tuple[str, str]:
    """A database's URL, and the id of its tenant's first user."""
    url = f"sqlite:{tmp_path / 'fleet.db'}"
    db = ringfence.open(url)
    founded = db.create_tenant("tests", "Acme", "mara", id="acme")
    db.shutdown()
    return url, founded.admin.id


@contextlib.contextmanager
def held(url: str) -> Iterator[Callable[[], None]]:
    """Another process holds the write lock until it is told to let go."""
    command = [sys.executable, "-c", HOLDS_THE_WRITE_LOCK, url.removeprefix("sqlite:")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        stdin, stdout = other.stdin, other.stdout
        assert stdin is not None
        assert stdout is not None
        assert stdout.readline() == "held\n"

        def let_go() -> None:
            stdin.write("\n")
            stdin.flush()

        yield let_go


def test_other_threads_run_while_a_call_waits(admin: tuple[str, str]) -> None:
    url, user = admin
    drones = ringfence.open(url, busy_timeout_ms=BUSY_TIMEOUT_MS).session("acme", user).drones()
    with held(url) as let_go:
        later = threading.Timer(0.1, let_go)
        later.start()
        assert drones.register("Kite", "FAKE").name == "Kite"
        later.join()


def test_the_loop_runs_while_a_coroutine_waits(admin: tuple[str, str]) -> None:
    url, user = admin

    async def registers() -> None:
        db = await aio.open(url, busy_timeout_ms=BUSY_TIMEOUT_MS)
        drones = (await db.session("acme", user)).drones()
        with held(url) as let_go:
            asyncio.get_running_loop().call_later(0.1, let_go)
            assert (await drones.register("Kite", "FAKE")).name == "Kite"

    asyncio.run(registers())
