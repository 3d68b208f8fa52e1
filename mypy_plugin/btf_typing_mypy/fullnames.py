"""The full names that the plugin reacts to.

Other modules define further names beside the code that needs them, such as ``ctypes.sizeof``.
"""

from __future__ import annotations

from typing import Final

_PACKAGE: Final = "btf_typing"
OBJECT_MODULE: Final = "btf_typing.bpf_object"
BTF_MODULE: Final = "btf_typing.btf"

LOAD: Final = f"{OBJECT_MODULE}.load"
BPF_OBJECT: Final = f"{OBJECT_MODULE}.BpfObject"
OBJECT_BTF: Final = f"{BPF_OBJECT}.btf"

BTF: Final = f"{BTF_MODULE}.Btf"
FROM_FILE: Final = f"{BTF}.from_file"
FROM_KERNEL: Final = f"{BTF}.from_kernel"
FROM_LIBBPF: Final = f"{BTF}.from_libbpf"
STRUCT: Final = f"{BTF}.struct"
UNION: Final = f"{BTF}.union"
ENUM: Final = f"{BTF}.enum"
TYPE: Final = f"{BTF}.type"
VALIDATE: Final = f"{BTF}.validate"
VALIDATE_STRUCT: Final = f"{BTF}.validate_struct"

MAPS: Final = "btf_typing.maps.Maps"
MAPS_ITEM: Final = f"{MAPS}.__getitem__"
PROGRAMS: Final = "btf_typing.programs.Programs"
PROGRAMS_ITEM: Final = f"{PROGRAMS}.__getitem__"
SECTIONS: Final = "btf_typing.sections.Sections"
SECTIONS_ITEM: Final = f"{SECTIONS}.__getitem__"

TINYBPF: Final = "btf_typing.tinybpf"
TINYBPF_LOAD: Final = f"{TINYBPF}.load"
TINYBPF_OBJECT: Final = f"{TINYBPF}.BpfObject"
TINYBPF_MAP: Final = f"{TINYBPF_OBJECT}.map"
TINYBPF_PROGRAM: Final = f"{TINYBPF_OBJECT}.program"
TINYBPF_MAPS: Final = f"{TINYBPF}.Maps"
TINYBPF_MAPS_ITEM: Final = f"{TINYBPF_MAPS}.__getitem__"

FROM_PATH: Final = frozenset({LOAD, FROM_FILE, TINYBPF_LOAD})
"""Functions that read the object at a path."""

LIVE_MODULE: Final = "btf_typing.live.module"
STUB_OBJECT: Final = "btf_typing.records._Object"
"""Every stub defines a class ``Object``. This is the base class of ``Object``."""

STUB_ATTRIBUTES: Final = {
    f"{STUB_OBJECT}.btf": BTF,
    f"{STUB_OBJECT}.maps": MAPS,
    f"{STUB_OBJECT}.programs": PROGRAMS,
    f"{STUB_OBJECT}.sections": SECTIONS,
}
"""Maps each attribute of ``Object`` to the class that the attribute has at run time."""

BPF_MAP: Final = "btf_typing.maps.BpfMap"
ENCODE_KEY: Final = f"{BPF_MAP}.encode_key"
ENCODE_VALUE: Final = f"{BPF_MAP}.encode_value"
ENCODE_VALUES: Final = f"{BPF_MAP}.encode_values"
MAP_OF_MAPS: Final = ("btf_typing.records", "_MapOfMaps")
"""Module and name of the class of a map whose values are maps."""

CATALOGUES: Final = {MAPS: "maps", PROGRAMS: "programs", SECTIONS: "sections"}
"""Maps each of these classes to the attribute that holds an instance, such as ``obj.maps``.

The instances are mappings. Their keys are names in the object, such as the names of maps.
"""

PARTS: Final = frozenset({"btf", *CATALOGUES.values()})
"""The attributes of an object in which programs look up names."""

_LAZY_MAPPING: Final = "btf_typing._lazy_mapping.LazyMapping"
CATALOGUE_GET: Final = f"{_LAZY_MAPPING}.get"
CATALOGUE_ITER: Final = f"{_LAZY_MAPPING}.__iter__"
CATALOGUE_VIEWS: Final = (f"{_LAZY_MAPPING}.values", f"{_LAZY_MAPPING}.items")
CONTAINS: Final = (f"{_LAZY_MAPPING}.__contains__", f"{BTF}.__contains__")
ITEMS: Final = frozenset({BPF_MAP, "btf_typing.programs.BpfProgram"})
"""Classes of the items of ``obj.maps`` and ``obj.programs``.

The items of ``obj.sections`` have no common class, because a stub has one class for each section.
"""

IDENTITY_CLASSES: Final = frozenset(
    {BPF_OBJECT, BTF, MAPS, PROGRAMS, SECTIONS, TINYBPF_OBJECT, TINYBPF_MAPS}
)
"""Classes whose type argument identifies an object, as in ``Btf[Literal["x.bpf.o"]]``."""

LITERAL: Final = frozenset({"typing.Literal", "typing_extensions.Literal"})

DICT: Final = "builtins.dict"
PARTIAL: Final = "functools.partial"

CTYPES_ARRAY: Final = "_ctypes.Array"
ARRAY: Final = ("btf_typing.records", "_Array")
"""Module and name of the class of arrays in stubs. It also knows which values you can assign."""

POINTER_ITEM: Final = "_ctypes._Pointer.__getitem__"
"""The item of a pointer, as in ``ctypes.cast(address, ctypes.POINTER(Event))[0]``."""

POINTER_ITEM_SET: Final = "_ctypes._Pointer.__setitem__"
"""An assignment to the item of a pointer, as in ``pointer[0] = event``."""

CLASS_TESTS: Final = ("builtins.isinstance", "builtins.issubclass")
"""Functions that test the class of an object."""

ASSERT_NEVER: Final = ("typing.assert_never", "typing_extensions.assert_never")

CLASS_KEYWORDS: Final = frozenset({"struct", "union", "enum"})
"""Names of the methods of ``Btf`` that return a class."""

BTF_METHODS: Final = frozenset(
    fullname.rpartition(".")[2]
    for fullname in (STRUCT, UNION, ENUM, TYPE, VALIDATE, VALIDATE_STRUCT)
)
"""Names of the methods of ``Btf`` that get the name of a type."""

MAP_PARTS: Final = frozenset({"key", "value"})
"""Attributes of a map that hold classes."""

TYPESHED: Final = "/mypy/typeshed/"
"""A part of the path of every stub that comes with mypy."""

RECORDS: Final = frozenset({"btf_typing.records.Struct", "btf_typing.records.Union"})
"""The base classes of the structs and unions in stubs."""

UNION_TYPE: Final = "types.UnionType"
"""The class of ``Event | None`` as a value."""

UNION_OPERATORS: Final = tuple(
    f"{name}.__or__" for name in (*sorted(RECORDS), "enum.IntEnum", UNION_TYPE)
)
"""The operator in ``Event | None``, for each class that the left operand may have."""

COROUTINE: Final = "Coroutine"
"""The name of the class that an ``async def`` returns. Its last type argument is the result."""

PATH_CLASSES: Final = frozenset(
    f"{module}.{name}"
    for module in ("pathlib", "pathlib._local", "pathlib.types")
    for name in ("Path", "PurePath", "PosixPath", "PurePosixPath")
)
PATH_CWD: Final = frozenset(f"{name}.cwd" for name in PATH_CLASSES)

PATH_TEXT: Final = frozenset({"builtins.str", "os.fspath", "os.fsdecode"})
"""Functions that convert a path to a string."""

ENVIRONMENT: Final = frozenset({"os.getenv", "os.environ.get"})
"""Functions that read an environment variable, or return a default."""

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


def is_tinybpfs(fullname: str, name: str) -> bool:
    """Whether *fullname* is *name* of the package tinybpf, in whichever module tinybpf defines it.

    ``btf_typing.tinybpf`` is another package; see `TINYBPF`.
    """
    return fullname.partition(".")[0] == "tinybpf" and fullname.rpartition(".")[2] == name


def is_ours(module: str) -> bool:
    """Whether *module* belongs to the package ``btf_typing``."""
    return module.partition(".")[0] == _PACKAGE


def is_private(name: str) -> bool:
    """Whether Python changes *name* in the body of a class: ``__x`` becomes ``_Handler__x``.

    mypy also asks about functions by names such as ``__init__ of dict``, which are no identifiers.
    """
    return name.startswith("__") and not name.endswith("__") and name.isidentifier()


def never_private(fullname: str) -> bool:
    """Whether Python never changes *fullname*, because neither of its last two names is private."""
    return "__" not in fullname or not any(map(is_private, fullname.split(".")[-2:]))
