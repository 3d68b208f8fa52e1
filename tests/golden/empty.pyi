# empty.o, BTF sha256 e6dfb23934088372; made by btf-stubs, do not edit
from btf_typing.records import Struct, _PointerField

class empty(Struct):
    """struct empty, 0 bytes"""

    def __init__(self) -> None: ...

class section_bss(Struct):
    """section .bss, 8 bytes"""

    empty: _PointerField  # 0: struct empty *

    def __init__(self, *, empty: int | None = ...) -> None: ...
