"""The end of a program is its own: no thread of the library's is inside Python by then."""

import subprocess
import sys
from pathlib import Path

import pytest

# The interpreter takes its time to end, and tells `ending` when nobody may come back into it any more.
LINGERS = """
import sys, threading, time, types

ending = threading.Lock()
ending.acquire()

class Lingers:
    def __del__(self, tells=ending.release, sleep=time.sleep):
        tells()
        sleep(0.5)

# Not here: what a thread still runs in is not cleared.
sys.modules["lingers"] = types.ModuleType("lingers")
sys.modules["lingers"].one = Lingers()
"""

# What asyncio is told from another thread gives Python's lock away, as it may any time.
LATE_LOOP = """
import asyncio, sys
from ringfence import aio

class Late(asyncio.SelectorEventLoop):
    def call_soon_threadsafe(self, *args, **named):
        told = super().call_soon_threadsafe(*args, **named)
        if threading.current_thread() is not threading.main_thread():
            ending.acquire(timeout=2)
        return told

async def main():
    db = await aio.open(sys.argv[1])
    print("opened")

loop = Late()
loop.run_until_complete(main())
loop.close()
"""

# The migration goes on although nobody waits for it, and its listener is in the middle of something.
SLOW_LISTENER = """
import asyncio, sys
from ringfence import aio

async def main():
    db = await aio.open(sys.argv[1], migrate="never")
    loop, heard = asyncio.get_running_loop(), asyncio.Event()

    def listens(_progress):
        loop.call_soon_threadsafe(heard.set)
        ending.acquire(timeout=2)

    migrating = asyncio.create_task(db.migrate("tests", progress=listens))
    await heard.wait()
    migrating.cancel()
    print("given up")

asyncio.run(main())
"""

# Whoever closes at the very end gets an answer.
CLOSES_AT_EXIT = """
import asyncio, atexit, sys

def closes():
    asyncio.run(db.close())
    print("closed")

atexit.register(closes)
from ringfence import aio

async def opens():
    return await aio.open(sys.argv[1])

db = asyncio.run(opens())
"""


@pytest.mark.parametrize(
    ("program", "said"),
    [(LATE_LOOP, "opened"), (SLOW_LISTENER, "given up"), (CLOSES_AT_EXIT, "closed")],
    ids=["a late loop", "a slow listener", "closing at the end"],
)
def test_a_program_ends_well_whatever_is_on_its_way(program: str, said: str, tmp_path: Path) -> None:
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "dev", "-c", LINGERS + program, f"sqlite:{tmp_path / 'fleet.db'}"],
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout.strip(), ran.stderr) == (0, said, "")
