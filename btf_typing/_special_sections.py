"""The reasons why user space cannot read the variables of some sections as globals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import model
from .btf import Btf
from .model import Datasec

_MEANINGS = {
    ".maps": "holds maps: see obj.maps",
    ".kconfig": (
        "holds extern variables: the loader sets them from the kernel's configuration when it loads"
        " the object, so this file has no values for them"
    ),
    ".ksyms": (
        "holds extern variables: when the loader loads the object, it replaces them by addresses"
        " in the kernel, so this file has no values for them"
    ),
    "license": "names the licence for the kernel; libbpf creates no map for this section",
    "version": "names a kernel version; libbpf creates no map for this section",
}

_OLD_MAPS = (
    "holds maps that libbpf 1.0 refuses, because struct bpf_map_def gives them no types; define"
    " them in '.maps'"
)

_STRUCT_OPS = (
    "holds struct_ops, tables of programs that the kernel calls: the loader creates a map for each"
    " table, with the layout of the running kernel and not of this file"
)

_OTHER = "has no map, because libbpf creates none for it, so user space cannot reach its variables"


def meaning(section: str) -> str:
    """The predicate of a sentence about the *section*, such as ``holds maps: see obj.maps``."""
    if is_old_maps(section):
        return _OLD_MAPS
    if section.lstrip("?") in (".struct_ops", ".struct_ops.link"):
        return _STRUCT_OPS
    return _MEANINGS.get(section, _OTHER)


def is_old_maps(section: str) -> bool:
    """Whether the *section* holds maps in the style from before BTF, as ``maps/cache`` does."""
    return f"{section}/".startswith("maps/")


def datasecs(btf: Btf[Any]) -> Iterator[Datasec]:
    """All sections of variables in the BTF."""
    for type_ in map(btf.table.by_id, btf.table.ids_of({"DATASEC"})):
        if isinstance(type_, Datasec):
            yield type_


def section_of(btf: Btf[Any], variable: str) -> str | None:
    """The name of the section that holds the *variable*; None if none does."""
    for datasec in datasecs(btf):
        for each in datasec.variables:
            var = btf.table.by_id(each.type_id)
            if isinstance(var, model.Var) and var.name == variable:
                return datasec.name
    return None
