"""The programs that a BPF object defines.

A program is a global function that ``SEC("...")`` puts into an ELF section other than ``.text``.
The name of the section sets the type of the program: ``SEC("tracepoint/sched/sched_switch")`` means
``BPF_PROG_TYPE_TRACEPOINT``.

Source: libbpf ``bpf_object__add_programs``.
"""

from __future__ import annotations

from ._lazy_mapping import LazyMapping
from ._typing_stand_ins import Generic
from ._wire.file_contents import Function, FunctionReader
from ._wire.program_types import types_of_section
from .btf import Btf, S_co
from .errors import BtfFormatError

_SUBPROGRAMS = ".text"
"""Section of functions that programs call. libbpf does not load these functions as programs."""

_ON_DEMAND = "?"
"""``SEC("?xdp")`` marks a program that libbpf loads only when user space asks for it."""


class BpfProgram:
    """A program as the object defines it.

    Attributes:
        name: Name of the function.
        section: ELF section, such as ``"tracepoint/sched/sched_switch"``, without a leading ``?``.
        type: Type of the program, such as ``"BPF_PROG_TYPE_TRACEPOINT"``;
            ``"BPF_PROG_TYPE_UNSPEC"`` if libbpf does not know the section.
        attach_type: Attach type that the kernel expects, such as ``"BPF_TRACE_FENTRY"``; None if
            libbpf does not set one for the section.
        autoload: Whether libbpf loads the program by default; False for ``SEC("?...")``.

    Examples:
        >>> program = obj.programs["on_execve"]
        >>> program.section, program.attach_type, program.autoload
        ('tracepoint/syscalls/sys_enter_execve', None, True)
    """

    def __init__(self, name: str, section: str) -> None:
        self.name = name
        self.section: str = section.removeprefix(_ON_DEMAND)
        self.autoload: bool = self.section == section
        self.type: str
        self.attach_type: str | None
        self.type, self.attach_type = types_of_section(self.section)

    def __repr__(self) -> str:
        return f"<BpfProgram {self.name!r}, {self.type}, section {self.section!r}>"


class Programs(LazyMapping[BpfProgram, Function], Generic[S_co]):
    """Programs by name.

    Args:
        btf: Types of the object.
        read_functions: Reads the global functions of the object; None for raw BTF, which does not
            describe programs.

    Raises:
        BtfFormatError: the symbols of the ELF file cannot be read.

    Examples:
        >>> for program in obj.programs.values():
        ...     print(program.name, program.type)
        on_execve BPF_PROG_TYPE_TRACEPOINT
    """

    def __init__(self, btf: Btf[S_co], read_functions: FunctionReader | None) -> None:
        self._is_elf = read_functions is not None
        programs = {
            function.name: function
            for function in _read(read_functions, btf.path)
            if function.section != _SUBPROGRAMS
        }
        super().__init__("program", btf.path, programs)

    def _make(self, name: str, definition: Function) -> BpfProgram:
        return BpfProgram(name, definition.section)

    def _why_empty(self) -> str:
        if not self._is_elf:
            return "there are none: this is no BPF object, and BTF alone does not describe programs"
        return "there are none: no global function is in a section set with SEC(...)"


def _read(read_functions: FunctionReader | None, path: str | None) -> list[Function]:
    try:
        return read_functions() if read_functions else []
    except BtfFormatError as error:
        error.path = error.path or path
        raise
