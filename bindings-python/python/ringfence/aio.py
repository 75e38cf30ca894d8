"""The library for asyncio: the same functions and classes, and every method that works is a coroutine.

    from ringfence import aio

    db = await aio.open("sqlite:fleet.db")
    session = await db.login("acme", "mara", "correct horse")
    for drone in await session.drones().list(limit=10):
        print(drone.name, drone.vendor)

Whoever cancels a coroutine takes nothing back: a write that was handed over is done.
"""

from ringfence._ringfence._aio import *
