# empty.o, BTF sha256 e6dfb23934088372, described by btf-stubs
from btf_typing.records import Struct

class empty(Struct):
    """struct empty, 0 bytes"""

    def __init__(self) -> None: ...
