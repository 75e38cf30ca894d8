"""A database with two tenants, as the example `two_tenants` writes it: `cargo xtask test` says where."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

import ringfence

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def ids() -> dict[str, str]:
    known: dict[str, str] = json.loads(os.environ["RINGFENCE_TWO_TENANTS_IDS"])
    return known


@pytest.fixture
def database(tmp_path: Path) -> ringfence.Ringfence:
    file = shutil.copy(os.environ["RINGFENCE_TWO_TENANTS"], tmp_path)
    return ringfence.open(f"sqlite:{file}", migrate=ringfence.MigrateMode.CHECK)


@pytest.fixture
def beside_another_program(tmp_path: Path, ids: dict[str, str]) -> ringfence.TenantSession:
    """Likewise an operator's, in a database in which another program wrote a vendor of its own."""
    file = shutil.copy(os.environ["RINGFENCE_TWO_TENANTS"], tmp_path / "beside.db")
    # Before the library opens the file: two copies of SQLite in one process drop each other's locks.
    with contextlib.closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE drones SET vendor = 'PARROT' WHERE id = ?", (ids["acme.kite"],))
    database = ringfence.open(f"sqlite:{file}", migrate=ringfence.MigrateMode.CHECK)
    return database.session("acme", ids["acme.operator"])


@pytest.fixture
def operator(database: ringfence.Ringfence, ids: dict[str, str]) -> ringfence.TenantSession:
    """Reads the registry, reads and writes missions."""
    return database.session("acme", ids["acme.operator"])


@pytest.fixture
def auditor(database: ringfence.Ringfence, ids: dict[str, str]) -> ringfence.TenantSession:
    """Has no right to drones or missions."""
    return database.session("acme", ids["acme.auditor"])


@pytest.fixture(scope="session")
def plan() -> bytes:
    return (ROOT / "examples/data/river-survey.plan").read_bytes()


@pytest.fixture
def report(tmp_path: Path, ids: dict[str, str]) -> ringfence.IntegrityReport:
    """What a scan finds where another program wrote a vendor of its own."""
    file = shutil.copy(os.environ["RINGFENCE_TWO_TENANTS"], tmp_path / "scanned.db")
    with contextlib.closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE drones SET vendor = 'PARROT' WHERE id = ?", (ids["acme.kite"],))
    with ringfence.open(f"sqlite:{file}", migrate=ringfence.MigrateMode.CHECK) as db:
        return db.integrity_scan()
