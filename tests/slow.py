"""Tests that take minutes run in part or not at all, unless ``BTF_TYPING_SLOW`` is set."""

import os
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

SLOW = bool(os.environ.get("BTF_TYPING_SLOW"))


def every(step: int, items: Sequence[Item]) -> Sequence[Item]:
    """All *items* in a slow run; else one in *step*."""
    return items if SLOW else items[::step]
