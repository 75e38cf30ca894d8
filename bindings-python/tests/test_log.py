"""What the library tells its log comes out of `logging`."""

import asyncio
import logging
import time
from pathlib import Path

import pytest

import ringfence
from ringfence import aio, errors

# Nobody listens there.
UNREACHABLE = "postgres://nobody@127.0.0.1:1/fleet"


def test_an_error_says_in_the_log_what_stood_in_its_way(caplog: pytest.LogCaptureFixture) -> None:
    begun = time.time()
    with pytest.raises(errors.Unavailable):
        ringfence.open(UNREACHABLE)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("ringfence.store", logging.WARNING)
    assert record.getMessage().startswith("database unreachable: ")
    assert begun - 1 < record.created < time.time() + 1


def test_a_coroutines_too(caplog: pytest.LogCaptureFixture) -> None:
    async def opens() -> None:
        await aio.open(UNREACHABLE)

    with pytest.raises(errors.Unavailable):
        asyncio.run(opens())
    assert [record.name for record in caplog.records] == ["ringfence.store"]


def test_logging_says_which_events_are_told(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with ringfence.open(f"sqlite:{tmp_path / 'quiet.db'}"):
        assert not caplog.records
    with caplog.at_level(logging.INFO, "ringfence"), ringfence.open(f"sqlite:{tmp_path / 'loud.db'}") as db:
        steps = [record for record in caplog.records if record.name == "ringfence.migrate"]
        assert len(steps) == db.migration_status().latest
        assert all(record.levelno == logging.INFO for record in steps)
        assert all(record.getMessage().startswith("applied, step ") for record in steps)


def test_a_handler_of_the_log_may_use_the_library() -> None:
    db = ringfence.open("sqlite::memory:")
    seen: list[bool] = []

    class Looks(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(db.migration_status().is_current and record.levelno == logging.WARNING)

    handler = Looks()
    logger = logging.getLogger("ringfence.store")
    logger.addHandler(handler)
    try:
        with pytest.raises(errors.Unavailable):
            ringfence.open(UNREACHABLE)
    finally:
        logger.removeHandler(handler)
    assert seen == [True]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_filter_that_raises_does_not_hide_the_error() -> None:
    def raises(_record: logging.LogRecord) -> bool:
        raise RuntimeError

    logger = logging.getLogger("ringfence.store")
    logger.addFilter(raises)
    try:
        with pytest.raises(errors.Unavailable):
            ringfence.open(UNREACHABLE)
    finally:
        logger.removeFilter(raises)
