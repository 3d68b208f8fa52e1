"""Use the stand-in for tinybpf in ``tests/stand_ins``."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import btf_typing
from tests.paths import ROOT

_OURS = ("btf_typing.tinybpf", "btf_typing._tinybpf_errors")


@contextmanager
def tinybpf_stand_in() -> Iterator[None]:
    """Inside the ``with`` block, `btf_typing.tinybpf` uses the stand-in for tinybpf."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in sys.modules if name.startswith("tinybpf")]:
            patch.delitem(sys.modules, name)
        for name in _OURS:
            patch.delitem(sys.modules, name, raising=False)
        patch.delattr(btf_typing, "tinybpf", raising=False)
        patch.syspath_prepend(ROOT / "tests/stand_ins")
        try:
            yield
        finally:
            for name in ("tinybpf", *_OURS):
                sys.modules.pop(name, None)
            vars(btf_typing).pop("tinybpf", None)
