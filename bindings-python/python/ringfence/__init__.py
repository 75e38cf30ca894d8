"""Tenancy, permissions and audit trail for drone operations.

    import ringfence

    db = ringfence.open("sqlite:fleet.db")
    session = db.login("acme", "mara", "correct horse")
    for drone in session.drones().list(limit=10):
        print(drone.name, drone.vendor)

What the library raises is in `ringfence.errors`, the same methods as coroutines are in `ringfence.aio`.
"""

import sys as _sys

from ringfence import _ringfence
from ringfence._enums import *
from ringfence._ringfence import *

# A module inside a native one is not found by its name unless it is said to be there.
_sys.modules[f"{_ringfence.__name__}._aio"] = _ringfence._aio

from ringfence import aio as aio  # noqa: E402
from ringfence import errors as errors  # noqa: E402
