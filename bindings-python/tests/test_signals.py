"""A signal ends a wait, and what waited is not half done."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

import ringfence
from test_waiting import BUSY_TIMEOUT_MS, admin, held  # noqa: F401

# A small part of what the wait would take.
PROMPTLY = 5.0


def is_within(function: str, frame: FrameType | None) -> bool:
    return frame is not None and (frame.f_code.co_name == function or is_within(function, frame.f_back))


@contextlib.contextmanager
def interrupted(number: signal.Signals, handler: Callable[[FrameType | None], None]) -> Iterator[None]:
    """Sends this process a signal, again and again until it has been handled during the call `waits`."""
    handled = threading.Event()

    def handles(_number: int, frame: FrameType | None) -> None:
        # Before and after the call there is nothing to interrupt.
        if is_within("waits", frame) and not handled.is_set():
            handled.set()
            handler(frame)

    def sends() -> None:
        while not handled.wait(0.05):
            os.kill(os.getpid(), number)

    before = signal.signal(number, handles)
    sender = threading.Thread(target=sends)
    sender.start()
    try:
        yield
    finally:
        handled.set()
        sender.join()
        signal.signal(number, before)


def raises(_frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_ends_a_write_that_waits_and_the_handle_goes_on(admin: tuple[str, str]) -> None:  # noqa: F811
    url, user = admin
    db = ringfence.open(url, busy_timeout_ms=BUSY_TIMEOUT_MS)
    drones = db.session("acme", user).drones()

    def waits() -> None:
        drones.register("Kite", "FAKE")

    with held(url) as let_go:
        begun = time.monotonic()
        with interrupted(signal.SIGINT, raises), pytest.raises(KeyboardInterrupt):
            waits()
        assert time.monotonic() - begun < PROMPTLY
        assert not drones.list()
        let_go()
    # It was handed over and comes first, or had not begun.
    drones.register("Wren", "FAKE")
    names = {drone.name for drone in drones.list()}
    assert "Wren" in names
    assert names <= {"Kite", "Wren"}
    db.close()


def test_ctrl_c_ends_an_opening_that_waits(admin: tuple[str, str]) -> None:  # noqa: F811
    url, _ = admin
    with ringfence.open(url) as db:
        db.rollback("tests", db.migration_status().latest - 1)

    def waits() -> None:
        ringfence.open(url, migration_lock_timeout_ms=BUSY_TIMEOUT_MS)

    with held(url) as let_go:
        begun = time.monotonic()
        with interrupted(signal.SIGINT, raises), pytest.raises(KeyboardInterrupt):
            waits()
        assert time.monotonic() - begun < PROMPTLY
        let_go()
    with ringfence.open(url) as db:
        assert db.migration_status().is_current


def test_whatever_a_handler_raises_ends_the_call(admin: tuple[str, str]) -> None:  # noqa: F811
    url, user = admin
    drones = ringfence.open(url, busy_timeout_ms=BUSY_TIMEOUT_MS).session("acme", user).drones()

    def exits(_frame: FrameType | None) -> None:
        raise SystemExit(3)

    def waits() -> None:
        drones.register("Kite", "FAKE")

    with held(url), interrupted(signal.SIGTERM, exits), pytest.raises(SystemExit):
        waits()


def test_a_handler_that_returns_ends_nothing_and_may_use_the_database(admin: tuple[str, str]) -> None:  # noqa: F811
    url, user = admin
    drones = ringfence.open(url, busy_timeout_ms=BUSY_TIMEOUT_MS).session("acme", user).drones()
    seen: list[int] = []

    with held(url) as let_go:

        def looks(_frame: FrameType | None) -> None:
            seen.append(len(drones.list()))
            let_go()

        def waits() -> ringfence.Drone:
            return drones.register("Kite", "FAKE")

        with interrupted(signal.SIGUSR1, looks):
            assert waits().name == "Kite"
    assert seen == [0]


def test_another_thread_waits_on(admin: tuple[str, str]) -> None:  # noqa: F811
    url, user = admin
    drones = ringfence.open(url, busy_timeout_ms=BUSY_TIMEOUT_MS).session("acme", user).drones()
    made: list[str] = []
    done = threading.Event()

    def registers() -> None:
        made.append(drones.register("Kite", "FAKE").name)
        done.set()

    def waits() -> None:
        done.wait()

    elsewhere = threading.Thread(target=registers)
    with held(url) as let_go:
        elsewhere.start()
        with interrupted(signal.SIGINT, raises), pytest.raises(KeyboardInterrupt):
            waits()
        assert not made
        let_go()
        assert done.wait(BUSY_TIMEOUT_MS / 1000)
    elsewhere.join()
    assert made == ["Kite"]
