"""Tenancy, permissions and audit trail for drone operations.

    import ringfence

    db = ringfence.open("sqlite:fleet.db")
    session = db.login("acme", "mara", "correct horse")
    for drone in session.drones().list(limit=10).items:
        print(drone.name, drone.vendor)

What the library raises is in `ringfence.errors`.
"""

from ringfence import errors
from ringfence._ringfence import (
    Drone,
    DronePage,
    Drones,
    IntegrityFinding,
    IntegrityProblem,
    MigrateMode,
    Mission,
    Missions,
    MissionState,
    PlanType,
    Ringfence,
    TenantSession,
    Vendor,
    WorkOutcome,
    open,
)

__all__ = [
    "Drone",
    "DronePage",
    "Drones",
    "IntegrityFinding",
    "IntegrityProblem",
    "MigrateMode",
    "Mission",
    "MissionState",
    "Missions",
    "PlanType",
    "Ringfence",
    "TenantSession",
    "Vendor",
    "WorkOutcome",
    "errors",
    "open",
]
