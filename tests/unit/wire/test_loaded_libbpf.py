"""The search for the libbpf that the process has loaded."""

import io

import pytest

from btf_typing import BtfError
from btf_typing._wire import loaded_libbpf


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ((), "this process has loaded no libbpf"),
        (("/usr/lib/libbpfilter.so", "/site/pylibbpf.so"), "this process has loaded no libbpf"),
        (
            ("/x/libbpf.so.1", "/site/libbpf-1a2b.so.1"),
            "this process has loaded 2 libbpf libraries",
        ),
        (("/x/libbpf.so.1 (deleted)",), "cannot open the libbpf that this process has loaded"),
    ],
)
def test_libraries(monkeypatch: pytest.MonkeyPatch, paths: tuple[str, ...], message: str) -> None:
    lines = [f"7f00-7f01 r-xp 00000000 08:01 1 {path}\n" for path in ("", "[heap]", *paths)]
    maps = io.StringIO("".join(lines))
    monkeypatch.setattr(loaded_libbpf, "open", lambda *_, **__: maps, raising=False)
    with pytest.raises(BtfError, match=f"^{message}"):
        loaded_libbpf.loaded_library()
