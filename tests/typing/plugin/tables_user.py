"""Names for classes and unions of another module."""

from tables import ByEnum, Either, Key, Maybe, MaybeKind, Number, Value


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
