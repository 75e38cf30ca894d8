"""Tenancy, permissions, audit trail and command queue for drone operations."""

from ringfence._ringfence import version

__all__ = ["version"]
