"""The errors of this package; every one derives from `BtfError`.

An error keeps its parts as attributes, and ``str(error)`` composes the message from them. Callers
that write messages of their own, such as the commands and the mypy plugin, use the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ._typing_stand_ins import NamedTuple

__all__ = [
    "BtfDataError",
    "BtfError",
    "BtfFormatError",
    "BtfValidationError",
    "LayoutError",
    "Mismatch",
    "TypeNotFoundError",
    "TypeReference",
]


class BtfError(Exception):
    """Something is wrong with BTF: its bytes, a name in it, or the layout of a type.

    Every error of this package derives from this class. The package raises the class itself for
    other problems, such as a file that it cannot read.

    Attributes:
        what: what was found, what was expected and what to do; empty if the other attributes say
            it.
        path: path of the file; None for BTF from memory or if the error is about no file.

    Examples:
        >>> from btf_typing import BtfError
        >>> try:
        ...     obj.btf.struct("exec_evnt")
        ... except BtfError as error:
        ...     print(error)
        no struct 'exec_evnt' in execsnoop.bpf.o; did you mean 'exec_event' or 'exec_count'?
    """

    def __init__(self, what: str = "", *, path: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.path = path

    @property
    def message(self) -> str:
        """The whole message except the path."""
        return self.what

    @property
    def message_without_ids(self) -> str:
        """The message without type ids and offsets, which change with every compilation."""
        return self.what

    def __str__(self) -> str:
        return f"{_shown(self.path)}: {self.message}" if self.path else self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class BtfFormatError(BtfError, ValueError):
    """The bytes are not well-formed BTF, or not an ELF object with BTF.

    Attributes:
        what: what was found and what was expected.
        where: the type that the bytes describe, as ``[id] KIND 'name'``; empty if they describe
            none.
        offset: offset of the fault, in bytes from the first byte of the BTF; None if unknown.
        path: path of the file; None for BTF from memory.

    Examples:
        >>> from btf_typing import BtfFormatError
        >>> try:
        ...     Btf.from_bytes(bytes(24))
        ... except BtfFormatError as error:
        ...     print(f"{error.what} (byte {error.offset})")
        bad BTF magic 0x0000, expected 0xeb9f (byte 0)
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        offset: int | None = None,
        path: str | None = None,
    ) -> None:
        super().__init__(what, path=path)
        self.where = where
        self.offset = offset

    @property
    def message(self) -> str:
        """The whole message except the path."""
        where = f", in {self.where}" if self.where else ""
        offset = f", at byte {self.offset:#x}" if self.offset is not None else ""
        return f"{self.what}{where}{offset}"


class TypeNotFoundError(BtfError, LookupError):
    """No type, map, program, section or member has the name or type id that was looked up.

    Attributes:
        kind: kind of thing, such as ``"struct"``, ``"type"`` or ``"map"``.
        name: the name that was looked up; empty if a type id was looked up.
        type_id: the type id that was looked up; None if a name was looked up.
        path: path of the file; None for BTF from memory.
        hint: what has this name instead, which names exist, or what to do; may be empty.
        suggestions: similar names that exist, the closest first.

    Examples:
        >>> from btf_typing import TypeNotFoundError
        >>> try:
        ...     obj.maps["exec_count"]
        ... except TypeNotFoundError as error:
        ...     print(error.kind, error.name, error.suggestions)
        map exec_count ('exec_counts',)
    """

    def __init__(
        self,
        what: str = "",
        *,
        kind: str = "type",
        name: str = "",
        type_id: int | None = None,
        path: str | None = None,
        hint: str = "",
        suggestions: Sequence[str] = (),
    ) -> None:
        super().__init__(what, path=path)
        self.kind = kind
        self.name = name
        self.type_id = type_id
        self.hint = hint
        self.suggestions: tuple[str, ...] = tuple(suggestions)

    @property
    def message(self) -> str:
        """The whole message except the path."""
        return self._sentence("")

    @property
    def message_without_ids(self) -> str:
        """The same as `message`."""
        return self.message

    def __str__(self) -> str:
        return self._sentence(f" in {_shown(self.path) if self.path else 'this BTF'}")

    def _sentence(self, where: str) -> str:
        if self.what:
            return self.what
        of = repr(self.name) if self.type_id is None else f"with id {self.type_id}"
        close = " or ".join(map(repr, self.suggestions))
        hints = [self.hint, f"did you mean {close}?" if close else ""]
        return "; ".join([f"no {self.kind} {of}{where}", *filter(None, hints)])


class TypeReference(NamedTuple):
    """A type of some BTF, as messages show it: ``[137] STRUCT 'task_struct'``.

    Attributes:
        id: its type id.
        kind: its kind, such as ``"STRUCT"``.
        name: its C name; empty for an anonymous type.

    Examples:
        >>> try:
        ...     obj.btf.type("on_execve").size
        ... except LayoutError as error:
        ...     print(repr(error.subject))
        TypeReference(id=34, kind='FUNC', name='on_execve')
    """

    id: int
    kind: str
    name: str

    def __str__(self) -> str:
        return f"[{self.id}] {self.without_id()}"

    def without_id(self) -> str:
        """The kind and the name, without the id, which changes with every compilation."""
        return f"{self.kind} {repr(self.name) if self.name else '(anon)'}"


class LayoutError(BtfError):
    """A type has no layout in memory, or none that ctypes supports.

    Attributes:
        what: the reason, such as ``"has no size"``; messages show it after *subject*.
        subject: the type that the reason is about. None if *what* already names the type, or if the
            reason is about the member itself, for example its place.
        owner: the struct, union or section of globals whose member is the cause; None if no member
            is the cause.
        member: name of the member that is the cause; empty if none is, or if it has no name.

    Examples:
        >>> from btf_typing import LayoutError
        >>> try:
        ...     obj.btf.type("on_execve").size
        ... except LayoutError as error:
        ...     print(error)
        [34] FUNC 'on_execve' has no size
    """

    def __init__(
        self,
        what: str,
        *,
        subject: TypeReference | None = None,
        owner: TypeReference | None = None,
        member: str = "",
    ) -> None:
        super().__init__(what)
        self.subject = subject
        self.owner = owner
        self.member = member

    @property
    def type_id(self) -> int | None:
        """Id of the type that the error is about: of *owner*, else of *subject*, else None."""
        found = self.owner or self.subject
        return found.id if found else None

    @property
    def message(self) -> str:
        """The whole message: the owner, its member, the subject and the reason."""
        return self._sentence(str)

    @property
    def message_without_ids(self) -> str:
        """The message without type ids, which change with every compilation."""
        return self._sentence(TypeReference.without_id)

    def _sentence(self, shown: Callable[[TypeReference], str]) -> str:
        text = f"{shown(self.subject)} {self.what}" if self.subject else self.what
        return f"{shown(self.owner)}: member {self.member!r}: {text}" if self.owner else text


def fresh_copy(error: LayoutError) -> LayoutError:
    """A copy of *error* without the traceback. You can raise the copy and change its attributes."""
    copy = LayoutError(error.what, subject=error.subject, owner=error.owner, member=error.member)
    copy.path = error.path
    return copy


class Mismatch(NamedTuple):
    """One difference between a hand-written class and the BTF.

    Attributes:
        field: path of the field, such as ``"creds.uid"`` for a field of a nested struct; empty if
            the class as a whole differs.
        position: index in ``_fields_`` of the entry that is wrong; None if no entry is. If a field
            of a nested struct is wrong, this is the index of the outermost field around it.
        found: what the class has.
        expected: what the BTF has.
        hint: what to change; empty if that is not clear.

    Examples:
        >>> try:
        ...     obj.btf.validate_struct("creds", Creds)
        ... except BtfValidationError as error:
        ...     mismatch = error.mismatches[0]
        >>> mismatch.field, mismatch.found, mismatch.expected
        ('gid', 'c_uint64 at offset 8', 'c_uint32 at offset 4')
    """

    field: str
    position: int | None
    found: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}class has {self.found}, BTF has {self.expected}{hint}"


class BtfValidationError(BtfError):
    """A hand-written class differs from the BTF.

    Attributes:
        class_name: name of the class.
        kind: ``"struct"`` or ``"union"``.
        name: name of the type that the class should match.
        path: path of the file; None for BTF from memory.
        mismatches: every difference, in the order of the class's fields. Differences without a
            *position* come last. In the message, missing fields come first.

    Examples:
        >>> from btf_typing import BtfValidationError
        >>> class Creds(ctypes.Structure):
        ...     _fields_ = [("uid", ctypes.c_uint32), ("gid", ctypes.c_uint64)]
        >>> try:
        ...     obj.btf.validate_struct("creds", Creds)
        ... except BtfValidationError as error:
        ...     print(error)
        Creds does not match struct 'creds' of execsnoop.bpf.o:
          gid: class has c_uint64 at offset 8, BTF has c_uint32 at offset 4
          class has 16 bytes, BTF has 8 bytes
    """

    def __init__(
        self,
        what: str = "",
        *,
        class_name: str = "",
        kind: str = "struct",
        name: str = "",
        path: str | None = None,
        mismatches: Sequence[Mismatch] = (),
    ) -> None:
        super().__init__(what, path=path)
        self.class_name = class_name
        self.kind = kind
        self.name = name
        self.mismatches: tuple[Mismatch, ...] = tuple(mismatches)

    @property
    def message(self) -> str:
        """The whole message except the path, with a line for each mismatch."""
        return self._sentence("")

    @property
    def message_without_ids(self) -> str:
        """The same as `message`."""
        return self.message

    def __str__(self) -> str:
        return self._sentence(f" of {_shown(self.path)}" if self.path else "")

    def _sentence(self, where: str) -> str:
        if self.what:
            return self.what
        # A missing field moves the fields after it, so it comes before them in the text.
        causes_first = sorted(self.mismatches, key=lambda m: m.position is not None or not m.field)
        lines = "".join(f"\n  {mismatch}" for mismatch in causes_first)
        return f"{self.class_name} does not match {self.kind} {self.name!r}{where}:{lines}"


class BtfDataError(BtfError, ValueError):
    """A key, value, event or buffer has the wrong size, or a number does not fit into its type.

    ``decode_event`` also raises this error for the address 0.

    Examples:
        >>> counts.decode_value(b"too short")
        Traceback (most recent call last):
          ...
        btf_typing.errors.BtfDataError: value of map 'exec_counts' has 9 bytes, expected 40
    """


def _shown(path: str) -> str:
    """The text of *path* for messages: a Python literal if *path* has unprintable characters."""
    return path if path.isprintable() else repr(path)
