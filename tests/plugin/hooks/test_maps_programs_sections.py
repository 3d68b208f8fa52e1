"""Globals and programs: ELF symbols may change while the BTF stays the same."""

import struct

from tests.builder import BtfBuilder, Id
from tests.elf_builder import Symbol, elf
from tests.plugin.workspace import CONFIG, Workspace
from tests.typing.runner import newest

_STB_LOCAL, _STB_GLOBAL = 0, 1
_STT_FUNC = 2

_PROGRAM = """\
from btf_typing import load

reveal_type(load("prog.bpf.o").sections[".data"].count)
"""


def _object(offset: int) -> bytes:
    b = BtfBuilder()
    count = b.var("count", b.int("u32", 4))
    b.datasec(".data", 0, [(count, 0, 4)])
    return elf({".BTF": b.build(), ".data": bytes(8)}, [Symbol("count", ".data", offset, 4)])


def test_a_global_that_moves_makes_the_stub_stale(workspace: Workspace) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("check.py", _PROGRAM)
    workspace.write("prog.bpf.o", _object(0))
    stub = workspace.stub("prog.bpf.o")
    assert "count: _CField[ctypes.c_uint32, int, int]  # 0: u32" in stub.read_text()
    revealed = 'check.py:3: note: Revealed type is "int"'
    assert newest(workspace.mypy("check.py").text).splitlines()[0] == revealed

    workspace.write("prog.bpf.o", _object(4))
    warm = workspace.mypy("check.py").text
    assert 'stub "stubs/prog_bpf.pyi" is out of date; run "btf-stubs prog.bpf.o' in warm

    workspace.stub("prog.bpf.o")
    assert "  # 4: u32" in stub.read_text()
    assert newest(workspace.mypy("check.py").text).splitlines()[0] == revealed


def test_a_program_that_becomes_static_is_missed(workspace: Workspace) -> None:
    def compiled(binding: int) -> bytes:
        symbols = [Symbol("run", "xdp", 0, 8, binding, _STT_FUNC), Symbol("two", "xdp", 8, 8, 1, 2)]
        sections = {".BTF": BtfBuilder().build(), "xdp": bytes(16)}
        return elf(sections, symbols, executable={"xdp"})

    workspace.write("check.py", _PROGRAM.replace('sections[".data"].count', 'programs["run"]'))
    workspace.write("prog.bpf.o", compiled(_STB_GLOBAL))
    workspace.stub("prog.bpf.o")
    revealed = 'check.py:3: note: Revealed type is "btf_typing.programs.BpfProgram"'
    assert newest(workspace.mypy("check.py").text).splitlines()[0] == revealed

    workspace.write("prog.bpf.o", compiled(_STB_LOCAL))
    missed = 'check.py:3: error: no program "run" in "prog.bpf.o"; there are: two  [btf-name]'
    assert missed in workspace.mypy("check.py").text


_CLASSES = {  # in typeshed some names of ctypes are classes, and some are aliases of them
    "u8": "ctypes.c_ubyte",
    "s8": "ctypes.c_byte",
    "u16": "ctypes.c_uint16",
    "s16": "ctypes.c_int16",
    "u32": "ctypes.c_uint32",
    "s32": "ctypes.c_int32",
    "u64": "ctypes.c_uint64",
    "s64": "ctypes.c_int64",
    "u8x16": "_ctypes.Array[ctypes.c_ubyte]",
    "int128": "_ctypes.Array[ctypes.c_ubyte]",
    "ratio": "ctypes.c_double",
    "flag": "ctypes.c_bool",
    "pointer": "ctypes.c_void_p",
}


def _maps() -> bytes:
    """An object with a map for each of these value types."""
    b = BtfBuilder()
    sizes = {"8": 1, "16": 2, "32": 4, "64": 8}
    types = {
        name: b.int(name, sizes[name[1:]], "signed" if name[0] == "s" else "")
        for name in _CLASSES
        if name[1:] in sizes
    }
    types["u8x16"] = b.array(types["u8"], 16)
    types["int128"] = b.int("__int128", 16, "signed")
    types["ratio"], types["flag"] = b.float("double", 8), b.int("_Bool", 1, "bool")
    types["pointer"] = b.ptr()

    def number(value: int) -> Id:
        return b.ptr(b.array(types["s32"], value))

    variables: list[tuple[Id, int, int]] = []
    for name, type_id in types.items():
        members = [("type", number(1)), ("max_entries", number(1))]
        members += [("key", b.ptr(types["u8"])), ("value", b.ptr(type_id))]
        places = [(member, target, 64 * index) for index, (member, target) in enumerate(members)]
        variables.append((b.var(name, b.struct("", 32, places)), 32 * len(variables), 32))
    b.datasec(".maps", 32 * len(variables), variables)
    return elf({".BTF": b.build(), ".maps": bytes(32 * len(variables))})


def test_values_of_maps_have_the_classes_that_they_have_at_run_time(workspace: Workspace) -> None:
    workspace.write("mypy.ini", CONFIG)
    workspace.write("prog.bpf.o", _maps())
    workspace.stub("prog.bpf.o")
    lines = [f'reveal_type(obj.maps["{name}"])' for name in _CLASSES]
    head = ["from btf_typing import load", 'obj = load("prog.bpf.o")']
    workspace.write("check.py", "\n".join([*head, *lines]) + "\n")

    *found, _ = newest(workspace.mypy("check.py").text).splitlines()
    assert found == [
        f'check.py:{line}: note: Revealed type is "btf_typing.maps.BpfMap[type[ctypes.c_ubyte],'
        f' type[{class_}]]"'
        for line, class_ in enumerate(_CLASSES.values(), 3)
    ]


def test_get_without_strict_optional_has_the_type_of_the_item(workspace: Workspace) -> None:
    program = """\
from btf_typing import load

obj = load("prog.bpf.o")
reveal_type(obj.sections.get(".data"))
obj.sections.get(".dat")
reveal_type(obj.programs.get("run", bytes()))
"""
    workspace.write("check.py", program)
    symbols = [Symbol("run", "xdp", 0, 8, _STB_GLOBAL, _STT_FUNC)]
    b = BtfBuilder()
    b.datasec(".data", 4, [(b.var("count", b.int("u32", 4)), 0, 4)])
    sections = {".BTF": b.build(), ".data": bytes(4), "xdp": bytes(8)}
    workspace.write("prog.bpf.o", elf(sections, symbols, executable={"xdp"}))
    workspace.stub("prog.bpf.o")

    output = newest(workspace.mypy("--no-strict-optional", "check.py").text).splitlines()
    assert output[0] == 'check.py:4: note: Revealed type is "prog_bpf.section_data"'
    assert output[1].startswith('check.py:5: error: no section of globals ".dat" in "prog.bpf.o"')
    assert (
        output[2] == 'check.py:6: note: Revealed type is "btf_typing.programs.BpfProgram | bytes"'
    )


def test_programs_that_cannot_be_read_contain_no_type(workspace: Workspace) -> None:
    """The object's types can be read, but its symbol table ends behind the file."""
    program = """\
from btf_typing import load

obj = load("prog.bpf.o")
"run" in obj.programs
"u32" in obj.programs
for name in obj.programs:
    print(name)
"""
    workspace.write("check.py", program)
    b = BtfBuilder()
    b.int("u32", 4)
    sections = {".BTF": b.build(), "xdp": bytes(8)}
    symbols = [Symbol("run", "xdp", 0, 8, _STB_GLOBAL, _STT_FUNC)]
    content = bytearray(elf(sections, symbols, executable={"xdp"}))
    (headers_at,) = struct.unpack_from("<Q", content, 0x28)
    symbol_table = headers_at + 64 * (1 + len(sections))
    struct.pack_into("<Q", content, symbol_table + 24, 1 << 40)
    workspace.write("prog.bpf.o", bytes(content))

    lines = newest(workspace.mypy("check.py").text).splitlines()
    message = 'error: "prog.bpf.o": corrupt ELF: the symbol table ends at byte'
    assert lines[0].startswith(f"check.py:4: {message}")
    assert lines[0].endswith("[btf-stub]")
    assert lines[1].startswith(f"check.py:5: {message}")
    assert lines[2].startswith("Found 2 errors")
