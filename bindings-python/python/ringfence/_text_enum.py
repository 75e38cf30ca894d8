"""What the enums of the library are: texts that have a name."""

from __future__ import annotations

from enum import Enum


class TextEnum(str, Enum):
    """A text out of a list: equal to it, hashed and printed as it, and of the type `str`.

    The class is the list: `list(Permission)`.
    """

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, spec: str) -> str:
        return str.__format__(self, spec)


class OpenTextEnum(TextEnum):
    """A text that other programs write too: one that the library does not know is kept as it is.

    Such a text is only read. A method that is given one raises `errors.Invalid`.
    """

    @property
    def is_known(self) -> bool:
        """Whether the library knows what it means."""
        return self.value in type(self)._value2member_map_

    @classmethod
    def _missing_(cls, value: object) -> OpenTextEnum | None:
        if not isinstance(value, str):
            return None
        other = str.__new__(cls, value)
        other._name_ = "OTHER"
        other._value_ = str(value)
        return other
