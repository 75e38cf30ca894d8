"""Where the library's log comes out: Python's `logging`."""

from __future__ import annotations

import logging


def log(level: int, name: str, message: str, created: float) -> None:
    """Tell of an event of the library's, as of when it happened."""
    logger = logging.getLogger(name)
    if not logger.isEnabledFor(level):
        return
    record = logger.makeRecord(name, level, "(ringfence)", 0, message, (), None)
    record.created = created
    record.msecs = (created - int(created)) * 1000
    logger.handle(record)
