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
def admin() -> ringfence.TenantSession:
    """The administrator of a tenant without rows, in memory."""
    db = ringfence.open("sqlite::memory:")
    founded = db.create_tenant("tests", "Acme", "mara", id="acme")
    return db.session("acme", founded.admin.id)


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


# One of each of what the old platform kept of inspections: table, columns and values beside the tenant.
INSPECTED = (
    ("inspection_templates", "id, name, category, is_active, created_at", "'roof', 'Roof', 'roof', 1, {at}"),
    (
        "inspection_template_items",
        "id, template_id, code, title, severity_default, required, sort_order, created_at",
        "'crack', 'roof', 'crack', 'Crack', 2, 1, 0, {at}",
    ),
    (
        "inspection_tasks",
        "id, name, template_id, area_geom, priority, status, created_at",
        "'roofs', 'Roofs', 'roof', '', 5, 'DRAFT', {at}",
    ),
    (
        "inspection_observations",
        "id, task_id, drone_id, ts, position_lat, position_lon, alt_m, item_code, severity, note, created_at",
        "'seen', 'roofs', {drone}, {at}, 47.4, 8.5, 30, 'crack', 2, '', {at}",
    ),
    (
        "inspection_exports",
        "id, task_id, format, file_path, created_at",
        "'told', 'roofs', 'csv', 'roofs.csv', {at}",
    ),
    (
        "defects",
        "id, observation_id, title, severity, status, created_at",
        "'leak', 'seen', 'Leak', 3, 'OPEN', {at}",
    ),
    ("defect_actions", "id, defect_id, action_type, note, created_at", "'found', 'leak', 'CREATE', '', {at}"),
    (
        "command_requests",
        "id, drone_id, command_type, params, idempotency_key, expect_ack, status, attempts, issued_at,"
        " updated_at",
        "'told', {drone}, 'GOTO', '{{\"alt\":  30}}', 'once', 1, 'PENDING', 0, {at}, {at}",
    ),
    ("events", "event_id, event_type, ts, payload", "'moved', 'drone.updated', {at}, '{{}}'"),
    (
        "audit_logs",
        "id, action, resource, method, status_code, ts, detail",
        "'asked', 'POST:/drones', '/drones', 'POST', 201, {at}, '{{}}'",
    ),
)


@pytest.fixture
def inspected(tmp_path: Path, ids: dict[str, str]) -> ringfence.Ringfence:
    """A database with what another program kept of inspections, and of commands."""
    file = shutil.copy(os.environ["RINGFENCE_TWO_TENANTS"], tmp_path / "inspected.db")
    told = {"at": "'2026-01-05 12:00:00.000000'", "drone": f"'{ids['acme.kite']}'"}
    with contextlib.closing(sqlite3.connect(file)) as other, other:
        for table, columns, values in INSPECTED:
            row = f"'acme', {values.format(**told)}"
            other.execute(f"INSERT INTO {table} (tenant_id, {columns}) VALUES ({row})")  # noqa: S608
    return ringfence.open(f"sqlite:{file}", migrate=ringfence.MigrateMode.CHECK)


@pytest.fixture(scope="session")
def plan() -> bytes:
    return (ROOT / "examples/data/river-survey.plan").read_bytes()


@pytest.fixture
def odd(tmp_path: Path, ids: dict[str, str]) -> str:
    """Where another program wrote a vendor of its own."""
    file = shutil.copy(os.environ["RINGFENCE_TWO_TENANTS"], tmp_path / "scanned.db")
    with contextlib.closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE drones SET vendor = 'PARROT' WHERE id = ?", (ids["acme.kite"],))
    return f"sqlite:{file}"


@pytest.fixture
def report(odd: str) -> ringfence.IntegrityReport:
    """What a scan finds there."""
    with ringfence.open(odd, migrate=ringfence.MigrateMode.CHECK) as db:
        return db.integrity_scan()


@pytest.fixture
def boundary(tmp_path: Path) -> ringfence.BoundaryReport:
    """What is told of a database that another program took a trigger from."""
    file = shutil.copy(os.environ["RINGFENCE_TWO_TENANTS"], tmp_path / "opened.db")
    with contextlib.closing(sqlite3.connect(file)) as other, other:
        other.execute("DROP TRIGGER rf_drones_key")
    with ringfence.open(f"sqlite:{file}", migrate=ringfence.MigrateMode.CHECK) as db:
        return db.boundary_report()
