"""Lengths of arrays."""

from typing import Final

COMM: Final = 16
LENGTH: Final = COMM
NOT_FINAL = 16
