"""What the stubs say of every function, handle and record: the tests' way to every one without a list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import ringfence
import ringfence._ringfence._aio as native
from conftest import ROOT

STUB = Path(ringfence.__file__).parent / "_ringfence" / "__init__.pyi"

HANDLES = {name for name in native.__all__ if name != "open"}

# What shows itself only to who asks for it: not to `repr`, and not to `pickle`.
SECRETS = {"Credential", "SecretJson"}

RECORDS = {
    name
    for name in ringfence._ringfence.__all__
    if name not in HANDLES | SECRETS and name not in ("open", "_aio")
}

# A value of every type that an argument has.
RIGHT: dict[str, Any] = {
    "str": "heron",
    "SupportsIndex": 1,
    "bool": True,
    "float": 0.5,
    "Iterable": [{"item_code": "rust", "position_lat": 47.4, "position_lon": 8.5, "alt_m": 30}],
    "datetime": datetime(2100, 1, 5, tzinfo=timezone.utc),
    "SupportsFloat": 1.5,
    "Action": "create",
    "DefectStatus": "OPEN",
    "ExportFormat": "csv",
    "AlertSeverity": "WARNING",
    "AlertStatus": "OPEN",
    "AlertType": "LINK_LOSS",
    "ApprovalEntity": "mission",
    "ApprovalStatus": "APPROVED",
    "IncidentLevel": "HIGH",
    "IncidentStatus": "OPEN",
    "LegacyCommandStatus": "ACKED",
    "TelemetryPosition": ringfence.TelemetryPosition(47.4, 8.5),
    "MigrateMode": "check",
    "MissionState": "DRAFT",
    # That of the ids, of which `after` is a cursor.
    "Order": None,
    "Permission": "mission.read",
    "PlanType": "POINT_TASK",
    "TaskStatus": "DRAFT",
    "Vendor": "FAKE",
    "Callable": print,
    "Resource": ringfence.Resource.Drone("heron"),
    "bytearray": bytearray(b"{}"),
}


# Where not any value of the type will do.
RIGHT_FOR: dict[str, Any] = {
    "admin_password": "correct horse",
    "after": "131",
    "area_geom": "POINT(8.5 47.4)",
    "capabilities": "{}",
    "confidence": 0.5,
    "constraints": "{}",
    "detail": "{}",
    "location_geom": "POINT(8.5 47.4)",
    "file": (ROOT / "examples/data/river-survey.plan").read_bytes(),
    "new": bytes([1] * 32),
    "old": bytes(32),
    "password": "correct horse",
    "payload": "{}",
    "pool_size": 2,
    "secret": "{}",
    "secret_key": bytes(32),
    "url": "sqlite::memory:",
}


@dataclass
class Argument:
    name: str
    types: set[str]
    named: bool

    @property
    def may_be_none(self) -> bool:
        return "None" in self.types

    @property
    def right(self) -> Any:  # noqa: ANN401
        right = next(RIGHT[one] for one in sorted(self.types) if one != "None")
        return RIGHT_FOR.get(self.name, right)


@dataclass
class Method:
    owner: str
    name: str
    arguments: list[Argument]

    def of(self, handles: dict[str, Any]) -> Any:  # noqa: ANN401
        return getattr(handles[self.owner], self.name)

    def arguments_with(
        self, other: str | None = None, value: object = None
    ) -> tuple[list[Any], dict[str, Any]]:
        """Right values for all, but for this one."""
        values = {it.name: (value if it.name == other else it.right) for it in self.arguments}
        return (
            [values[it.name] for it in self.arguments if not it.named],
            {it.name: values[it.name] for it in self.arguments if it.named},
        )


def types_of(annotation: ast.expr | None) -> set[str]:
    if isinstance(annotation, ast.BinOp):
        return types_of(annotation.left) | types_of(annotation.right)
    if isinstance(annotation, ast.Subscript):
        return types_of(annotation.value)
    if isinstance(annotation, ast.Constant):
        return {str(annotation.value)}
    if isinstance(annotation, ast.Name):
        return {annotation.id}
    raise AssertionError(ast.dump(annotation) if annotation else "no annotation")


def method(owner: str, of: ast.FunctionDef) -> Method:
    told = of.args
    arguments = [Argument(it.arg, types_of(it.annotation), False) for it in told.args if it.arg != "self"]
    arguments += [Argument(it.arg, types_of(it.annotation), True) for it in told.kwonlyargs]
    return Method(owner, of.name, arguments)


def methods() -> Iterator[Method]:
    """Of every handle, and the functions beside them, whose owner is the module."""
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            yield method("", node)
        elif isinstance(node, ast.ClassDef) and node.name in HANDLES:
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                    yield method(node.name, member)


async def settled(given: Any) -> Any:  # noqa: ANN401
    return await given if hasattr(given, "__await__") else given


async def handles(face: ModuleType, url: str = "sqlite::memory:") -> dict[str, Any]:
    """One of each, by its class; the module that opens them is nobody's."""
    db = await settled(face.open(url))
    founded = await settled(db.create_tenant("tests", "Acme", "mara"))
    session = await settled(db.session(founded.tenant.id, founded.admin.id))
    found = [db, db.deployment_log(), session]
    found += [session.alerts(), session.approvals(), session.commands(), session.incidents()]
    found += [session.audit(), session.defects(), session.drones(), session.identity(), session.inspections()]
    found += [session.missions()]
    named = {type(one).__name__: one for one in found}
    assert set(named) == HANDLES
    return {"": face, **named}
