"""Every full name that the plugin reacts to, in one place."""

from __future__ import annotations

from typing import Final

_PACKAGE: Final = "btf_typing"
OBJECT_MODULE: Final = "btf_typing.bpf_object"
BTF_MODULE: Final = "btf_typing.btf"

LOAD: Final = f"{OBJECT_MODULE}.load"
BPF_OBJECT: Final = f"{OBJECT_MODULE}.BpfObject"
BTF: Final = f"{BTF_MODULE}.Btf"
FROM_FILE: Final = f"{BTF}.from_file"
FROM_KERNEL: Final = f"{BTF}.from_kernel"

TYPESHED: Final = "/mypy/typeshed/"
"""What paths of the library's stubs have in them."""

MAPS: Final = "btf_typing.maps.Maps"
SECTIONS: Final = "btf_typing.sections.Sections"
CATALOGUE_ITEMS: Final = (f"{MAPS}.__getitem__", f"{SECTIONS}.__getitem__")


IDENTITY_CLASSES: Final = frozenset({BPF_OBJECT, BTF, MAPS, SECTIONS})
"""Generic in the identity of an object."""

LOOKUPS: Final = {f"{BTF}.{name}": name for name in ("struct", "union", "enum", "type")}
"""Methods that take the name of a type, and what they look for."""

CLASS_KEYWORDS: Final = frozenset({"struct", "union", "enum"})
"""Those of them that give a class."""

VALIDATE: Final = f"{BTF}.validate"
VALIDATE_STRUCT: Final = f"{BTF}.validate_struct"

PATH_CLASSES: Final = frozenset(
    f"{module}.{name}"
    for module in ("pathlib", "pathlib._local", "pathlib.types")
    for name in ("Path", "PurePath", "PosixPath", "PurePosixPath")
)
PATH_CWD: Final = frozenset(f"{name}.cwd" for name in PATH_CLASSES)

PATH_TEXT: Final = frozenset({"builtins.str", "os.fspath", "os.fsdecode"})
"""Functions that give a path as text."""

OS_PATH_MODULES: Final = ("os.path", "posixpath")
RESOURCE_FILES: Final = frozenset(
    {
        "importlib.resources.files",
        "importlib.resources._common.files",
        "importlib_resources.files",
        "importlib_resources._common.files",
    }
)
RESOURCE_AS_FILE: Final = frozenset(
    {
        "importlib.resources.as_file",
        "importlib.resources._common.as_file",
        "importlib_resources.as_file",
    }
)


def is_ours(module: str) -> bool:
    """Whether *module* is one of btf_typing itself."""
    return module.partition(".")[0] == _PACKAGE
