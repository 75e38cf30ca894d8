"""A database with two tenants, written beside the library as an application that owns the file would."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import ringfence

NOW = "2026-01-01 00:00:00.000000"


def fill(file: Path) -> None:
    with closing(sqlite3.connect(file)) as old, old:
        for tenant in ("acme", "birch"):
            old.execute("INSERT INTO tenants (id, name, created_at) VALUES (?1, ?1, ?2)", (tenant, NOW))
            old.execute(
                "INSERT INTO roles (id, tenant_id, name, created_at) VALUES (?1, ?2, 'reader', ?3)",
                (f"{tenant}-reader", tenant, NOW),
            )
            old.execute(
                "INSERT INTO role_permissions (tenant_id, role_id, permission_id, created_at)"
                " SELECT ?1, ?2, id, ?3 FROM permissions WHERE name = 'registry.read'",
                (tenant, f"{tenant}-reader", NOW),
            )
            for user in ("reader", "nobody"):
                old.execute(
                    "INSERT INTO users (id, tenant_id, username, password_hash, is_active, created_at)"
                    " VALUES (?1, ?2, ?3, '', TRUE, ?4)",
                    (f"{tenant}-{user}", tenant, user, NOW),
                )
            old.execute(
                "INSERT INTO user_roles (tenant_id, user_id, role_id, created_at) VALUES (?1, ?2, ?2, ?3)",
                (tenant, f"{tenant}-reader", NOW),
            )
            for name in ("kite", "wren"):
                old.execute(
                    "INSERT INTO drones (id, tenant_id, name, vendor, capabilities, created_at,"
                    " updated_at) VALUES (?1, ?2, ?3, 'FAKE', '{\"a\": 1}', ?4, ?4)",
                    (f"{tenant}-{name}", tenant, name, NOW),
                )


@pytest.fixture
def database(tmp_path: Path) -> ringfence.Ringfence:
    file = tmp_path / "fleet.db"
    database = ringfence.open(f"sqlite:{file}")
    fill(file)
    return database
