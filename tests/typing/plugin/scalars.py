"""Annotations by keys and values of maps that have no class in the stub."""

from btf_typing import load

obj = load("tool.bpf.o")
Port = obj.maps["addresses"].key
EventKey = obj.maps["events"].key
MaybePort = Port | None
Missing = obj.maps["missing"].key
# E: no map "missing" in "tool.bpf.o"; there are: counts, addresses, events  [btf-name]
ByInput = obj.maps[input()].value
named = obj.maps[input()]
Named = named.value


def scalars(port: Port, maybe: MaybePort) -> None:
    # E: Variable "scalars.Port" is not valid as a type  [valid-type]
    # E: Variable "scalars.MaybePort" is not valid as a type  [valid-type]
    # N: The stub has no class for the keys of map "addresses"; write the type that decode_key()
    #    returns, "int", instead of "Port"
    """Use the keys of a map that are numbers."""


def without_type(key: EventKey) -> None:
    # E: Variable "scalars.EventKey" is not valid as a type  [valid-type]
    # N: The stub has no class for the keys of map "events"; write the type that decode_key()
    #    returns, "bytes", instead of "EventKey"
    """Use the keys of a map that has no type for them."""


def by_input(value: ByInput) -> None:
    # E: Variable "scalars.ByInput" is not valid as a type  [valid-type]
    # N: The plugin cannot determine the type of the values in "ByInput"; import their class from
    #    the stub or the generated module, as in "from prog_bpf import counts_value as ByInput", or
    #    write another type, such as "int", instead of "ByInput"
    """Use the values of a map that only the run time knows."""


def by_named(value: Named) -> None:
    # E: Variable "scalars.Named" is not valid as a type  [valid-type]
    # N: The plugin cannot determine the type of the values in "Named"; import their class from the
    #    stub or the generated module, as in "from prog_bpf import counts_value as Named", or write
    #    another type, such as "int", instead of "Named"
    """Use them by way of a variable."""


def missing(key: Missing) -> None:
    """Use a map that does not exist, which is an error above."""
