"""Names for classes and unions of another module."""

import tables
from tables import (
    ByEnum,
    Either,
    EventKey,
    Key,
    Maybe,
    MaybeKind,
    MaybePort,
    Number,
    Port,
    Value,
    addresses,
    counts,
)

SharedKey, SharedValue = counts.key, tables.counts.value
SharedPort = addresses.key


def show(key: Key, value: Value, same: ByEnum, either: Either, maybe: Maybe) -> int:
    reveal_type(key)  # N: Revealed type is "tool_bpf.counts_key"
    reveal_type(value)  # N: Revealed type is "tool_bpf.counts_value"
    reveal_type(same)  # N: Revealed type is "tool_bpf.counts_value"
    reveal_type(either)  # N: Revealed type is "tool_bpf.exec_event | tool_bpf.creds"
    reveal_type(maybe)  # N: Revealed type is "tool_bpf.exec_event | tool_bpf.creds | None"
    if isinstance(maybe, Either):
        reveal_type(maybe)  # N: Revealed type is "tool_bpf.exec_event | tool_bpf.creds"
        maybe.uid
        # E: Item "exec_event" of "exec_event | creds" has no attribute "uid"  [union-attr]
    key.pdi  # E: "counts_key" has no attribute "pdi"  [attr-defined]
    return 0


def others(number: Number, kind: MaybeKind) -> None:
    reveal_type(number)  # N: Revealed type is "tool_bpf.counts_key | int"
    reveal_type(kind)  # N: Revealed type is "tool_bpf.exec_kind | None"


def of_map(key: SharedKey, value: SharedValue | None) -> None:
    reveal_type(key)  # N: Revealed type is "tool_bpf.counts_key"
    reveal_type(value)  # N: Revealed type is "tool_bpf.counts_value | None"


def scalar(port: SharedPort) -> None:
    # E: Variable "tables_user.SharedPort" is not valid as a type  [valid-type]
    # N: The stub has no class for the keys of map "addresses"; write the type that decode_key()
    #    returns, "int", instead of "SharedPort"
    """Use the keys of a map of another module that are numbers."""


def scalars(port: Port, maybe: MaybePort) -> None:
    # E: Variable "tables.Port" is not valid as a type  [valid-type]
    # E: Variable "tables.MaybePort" is not valid as a type  [valid-type]
    # N: The stub has no class for the keys of map "addresses"; write the type that decode_key()
    #    returns, "int", instead of "Port"
    """Use the keys of a map that are numbers."""


def without_type(key: EventKey) -> None:
    # E: Variable "tables.EventKey" is not valid as a type  [valid-type]
    # N: The stub has no class for the keys of map "events"; write the type that decode_key()
    #    returns, "bytes", instead of "EventKey"
    """Use the keys of a map that has no type for them."""
