"""`Kind`, the enum of BTF kinds for users.

The rest of the package uses the names as plain strings, since importing `enum` is slow.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of BTF types, as bpftool prints them and in the order of their numbers.

    Each is also a string: ``Kind.STRUCT == "STRUCT"``. ``UNKNOWN`` stands for every kind that is
    newer than this version of btf_typing.

    Source:
        Linux include/uapi/linux/btf.h, ``BTF_KIND_*``.

    Examples:
        >>> from btf_typing import Kind
        >>> obj.btf.type("exec_event").kind is Kind.STRUCT
        True
        >>> obj.btf.names(Kind.ENUM)
        ['exec_kind']
    """

    VOID = "VOID"
    INT = "INT"
    PTR = "PTR"
    ARRAY = "ARRAY"
    STRUCT = "STRUCT"
    UNION = "UNION"
    ENUM = "ENUM"
    FWD = "FWD"
    TYPEDEF = "TYPEDEF"
    VOLATILE = "VOLATILE"
    CONST = "CONST"
    RESTRICT = "RESTRICT"
    FUNC = "FUNC"
    FUNC_PROTO = "FUNC_PROTO"
    VAR = "VAR"
    DATASEC = "DATASEC"
    FLOAT = "FLOAT"
    DECL_TAG = "DECL_TAG"
    TYPE_TAG = "TYPE_TAG"
    ENUM64 = "ENUM64"
    UNKNOWN = "UNKNOWN"
