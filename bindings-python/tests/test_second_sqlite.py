"""Python's own SQLite beside the library's, in one process: what is acknowledged is found by everybody."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ringfence
from ringfence import errors


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "survey.db"


@pytest.fixture
def db(file: Path) -> ringfence.Ringfence:
    db = ringfence.open(f"sqlite:{file}")
    db.create_tenant("setup", "Acme Surveys", "mara", id="acme", admin_password="correct horse")
    return db


def drones(db: ringfence.Ringfence) -> ringfence.Drones:
    return db.login("acme", "mara", "correct horse").drones()


def names(file: Path) -> list[str]:
    """What another process finds."""
    script = """
import sqlite3, sys
print(*(name for (name,) in sqlite3.connect(sys.argv[1]).execute("SELECT name FROM drones")))
"""
    asked = [sys.executable, "-c", script, str(file)]
    found = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603
    return found.stdout.split()


def look(file: Path) -> None:
    """What pandas or a notebook does."""
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("SELECT count(*) FROM drones").fetchone()


def test_nothing_is_acknowledged_behind_another_sqlite_that_came_and_went(
    file: Path, db: ringfence.Ringfence
) -> None:
    registry = drones(db)
    registry.register("Heron", "FAKE")
    look(file)
    acknowledged, refused = ["Heron"], []
    for number in range(5):
        try:
            acknowledged.append(registry.register(f"import-{number}", "FAKE").name)
        except errors.Unavailable as error:
            refused.append((error.code, error.is_retryable, error.outcome))
    assert set(refused) == {("file_replaced", False, ringfence.WorkOutcome.NOT_DONE)}
    assert len(acknowledged) < 6, "the other SQLite took the log away"
    with pytest.raises(errors.Unavailable):
        registry.list()
    db.shutdown()
    assert sorted(names(file)) == sorted(acknowledged)

    anew = ringfence.open(f"sqlite:{file}")
    drones(anew).register("Kite", "FAKE")
    assert anew.login("acme", "mara", "correct horse").audit().verify().is_intact
    anew.shutdown()
    assert sorted(names(file)) == sorted([*acknowledged, "Kite"])


@contextlib.contextmanager
def another_process(file: Path) -> Iterator[None]:
    """Has the file open with its own SQLite: who closes it here is not the last, and takes no log away."""
    script = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("SELECT count(*) FROM drones").fetchone()
print("open", flush=True)
sys.stdin.read()
db.close()
"""
    line = [sys.executable, "-c", script, str(file)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        yield
        other.communicate()
    assert other.returncode == 0


def read(file: Path) -> None:
    """What a copy or a look at the bytes does."""
    file.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell of locks")
@pytest.mark.parametrize("closes", [look, read])
def test_nothing_is_written_beside_another_process_when_the_locks_were_dropped(
    file: Path,
    db: ringfence.Ringfence,
    closes: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    registry = drones(db)
    registry.register("Heron", "FAKE")
    with another_process(file):
        closes(file)
        assert file.with_name("survey.db-wal").exists()
        with pytest.raises(errors.Unavailable) as refused:
            registry.register("import", "FAKE")
        assert refused.value.code == "file_replaced"
        assert refused.value.outcome == ringfence.WorkOutcome.NOT_DONE
        for _ in range(3):
            with pytest.raises(errors.Unavailable):
                registry.register("import", "FAKE")
        told = [record for record in caplog.records if record.name == "ringfence.store"]
        assert [record.levelname for record in told] == ["ERROR"], "what was found is said once"
        db.shutdown()
    assert names(file) == ["Heron"]

    anew = ringfence.open(f"sqlite:{file}")
    drones(anew).register("Kite", "FAKE")
    assert anew.login("acme", "mara", "correct horse").audit().verify().is_intact
    anew.shutdown()
    assert sorted(names(file)) == ["Heron", "Kite"]


def test_a_copy_made_by_another_process_may_be_read_here(
    file: Path, db: ringfence.Ringfence, tmp_path: Path
) -> None:
    registry = drones(db)
    registry.register("Heron", "FAKE")
    script = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM INTO ?', sys.argv[2:])"
    copy = tmp_path / "copy.db"
    subprocess.run([sys.executable, "-c", script, str(file), str(copy)], check=True)  # noqa: S603
    with contextlib.closing(sqlite3.connect(copy)) as other:
        assert other.execute("SELECT name FROM drones").fetchall() == [("Heron",)]
    registry.register("Kite", "FAKE")
    db.shutdown()
    assert sorted(names(file)) == ["Heron", "Kite"]


def test_a_file_with_another_name_is_refused_unless_the_host_says_so(
    file: Path, db: ringfence.Ringfence
) -> None:
    db.shutdown()
    os.link(file, file.with_name("snapshot.db"))
    with pytest.raises(errors.Invalid) as refused:
        ringfence.open(f"sqlite:{file}")
    assert refused.value.field == "url"
    assert "allow_hard_links" in str(refused.value)
    ringfence.open(f"sqlite:{file}", allow_hard_links=True, allow_any_mount=True).shutdown()
