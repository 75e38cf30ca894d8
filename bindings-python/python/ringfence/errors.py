"""What the library raises.

Every exception has the HTTP status for hosts that serve one, a machine code that stays the same from
version to version, and the field that it is about, where there is one. The checks come in the order 422,
404, 403, 409.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringfence._enums import WorkOutcome
    from ringfence._ringfence import IntegrityFinding

Common = tuple[str, str, int, str | None, bool]


class RingfenceError(Exception):
    """The root of everything that the library raises."""

    code: str
    status: int
    field: str | None
    is_retryable: bool

    def __init__(self, common: Common, *particulars: object) -> None:
        super().__init__(common[0])
        self.detail, self.code, self.status, self.field, self.is_retryable = common
        self._given = (common, *particulars)

    def __str__(self) -> str:
        return self.detail

    def __reduce__(self) -> tuple[object, ...]:
        # What Python would call the class with again is `args`: here the text alone.
        return type(self), self._given, self.__dict__


class Invalid(RingfenceError, ValueError):
    """Malformed input (422); `field` says which. A `ValueError` too."""


class NotFound(RingfenceError):
    """The tenant has nothing with that id (404). Another tenant's id gives the very same error."""

    def __init__(self, common: Common, entity: str) -> None:
        super().__init__(common, entity)
        self.entity = entity


class Forbidden(RingfenceError):
    """The actor lacks a permission for something that is in the tenant (403)."""

    def __init__(self, common: Common, permission: str) -> None:
        super().__init__(common, permission)
        self.permission = permission


class Conflict(RingfenceError):
    """The state or a uniqueness inside the tenant does not allow it (409)."""


class StaleLease(RingfenceError):
    """The lease on a command was given to somebody else (409)."""


class Unauthenticated(RingfenceError):
    """Unknown or inactive actor, wrong password, disabled tenant, ended session (401)."""


class Throttled(RingfenceError):
    """Too many refused logins (429)."""

    def __init__(self, common: Common, retry_after_ms: int) -> None:
        super().__init__(common, retry_after_ms)
        self.retry_after_ms = retry_after_ms


class Unavailable(RingfenceError):
    """The database is busy, unreachable, read-only, full or replaced, or the process was forked (503).

    `outcome` says whether the work may have happened all the same.
    """

    def __init__(self, common: Common, outcome: WorkOutcome) -> None:
        super().__init__(common, outcome)
        self.outcome = outcome


class Closed(RingfenceError):
    """The database was shut down (503)."""


class Schema(RingfenceError):
    """The database's schema is not what this version works with (500)."""


class Integrity(RingfenceError):
    """Rows break a tenant boundary that the next step would enforce (500)."""

    def __init__(self, common: Common, findings: list[IntegrityFinding]) -> None:
        super().__init__(common, findings)
        self.findings = findings


class Internal(RingfenceError):
    """A fault of the library or its database; `reference` finds it in the host's log (500)."""

    def __init__(self, common: Common, reference: str) -> None:
        super().__init__(common, reference)
        self.reference = reference
