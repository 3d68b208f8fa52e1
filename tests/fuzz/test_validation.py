"""``validate`` accepts right classes, and accepted classes read any bytes as generated ones do."""

import ctypes
import random
from typing import Any

from btf_typing import Btf, BtfValidationError
from btf_typing._classes.instances import field_names
from tests.builder import BtfBuilder, Id

_CASES = 1500
_IMAGES = 4

_SCALARS: dict[Any, tuple[str, tuple[Any, ...]]] = {
    **{
        getattr(ctypes, f"c_{sign}int{8 * size}"): ("int", (f"{sign}{size}", size, encoding))
        for size in (1, 2, 4, 8)
        for sign, encoding in (("u", ""), ("", "signed"))
    },
    ctypes.c_bool: ("int", ("_Bool", 1, "bool")),
    ctypes.c_char: ("int", ("char", 1, "signed")),
    ctypes.c_float: ("float", ("float", 4)),
    ctypes.c_double: ("float", ("double", 8)),
    ctypes.c_void_p: ("ptr", ()),
}


class _Pair:
    """A random struct in BTF, and a hand-written class for it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - test data, not secrets
        builder = BtfBuilder()
        self._builder = builder
        self._ids = {
            cls: getattr(builder, method)(*arguments)
            for cls, (method, arguments) in _SCALARS.items()
        }
        self.cls, self.type_id = self._record(nested=False)
        self.btf = Btf.from_bytes(builder.build())

    def _record(self, *, nested: bool) -> tuple[Any, Id]:
        fields, members = [], []
        end = 0
        union = nested and self.random.random() < 0.3
        for number in range(self.random.randint(1, 5)):
            cls, type_id = self._member(nested=nested)
            start = 0 if union else -(-end // ctypes.alignment(cls)) * ctypes.alignment(cls)
            if not union and self.random.random() < 0.1:
                fields.append((f"_gap{number}", ctypes.c_uint8 * 8))
                start = -(-(end + 8) // ctypes.alignment(cls)) * ctypes.alignment(cls)
            fields.append((f"m{number}", cls))
            members.append((f"m{number}", type_id, 8 * start))
            end = max(end, start + ctypes.sizeof(cls))
        base: Any = ctypes.Union if union else ctypes.Structure
        made = _class(base, fields)
        add = self._builder.union if union else self._builder.struct
        return made, add(f"n{self._builder.next_id}", ctypes.sizeof(made), members)

    def _member(self, *, nested: bool) -> tuple[Any, Id]:
        cls: Any = self.random.choice(list(_SCALARS))
        type_id = self._ids[cls]
        if not nested and self.random.random() < 0.3:
            cls, type_id = self._record(nested=True)
        if self.random.random() < 0.25:
            count = self.random.randint(1, 3)
            return cls * count, self._builder.array(type_id, count)
        return cls, type_id

    def changed(self, cls: Any) -> Any:
        """*cls* with one random change."""
        fields = list(cls._fields_)
        index = self.random.randrange(len(fields))
        name, old = fields[index][:2]
        sort = self.random.choice(["type", "inside", "array", "more", "bits", "pack"])
        if sort == "pack":
            return _class(cls.__base__, fields, _pack_=self.random.choice((1, 2)), _layout_="ms")
        if sort == "more":
            fields.insert(index, (f"_x{index}", ctypes.c_uint8 * self.random.randint(1, 3)))
        elif sort == "bits":
            fields[index] = (name, ctypes.c_uint32, self.random.randint(1, 32))
        elif sort == "array":
            fields[index] = (name, old * self.random.randint(1, 2))
        elif sort == "inside" and issubclass(old, ctypes.Structure):
            fields[index] = (name, self.changed(old))
        else:
            fields[index] = (name, self.random.choice(list(_SCALARS)))
        return _class(cls.__base__, fields)


def _class(base: Any, fields: list[Any], **attributes: Any) -> Any:
    return type(base)("Mine", (base,), attributes | {"_fields_": fields})


def _is_same(found: Any, expected: Any) -> bool:
    """Whether two values are equal; ``char`` and its arrays may be bytes or numbers."""
    if isinstance(expected, ctypes.Structure | ctypes.Union):
        names = field_names(type(expected))
        return all(_is_same(getattr(found, name), getattr(expected, name)) for name in names)
    if isinstance(expected, ctypes.Array):
        return all(_is_same(one, other) for one, other in zip(found, expected, strict=True))
    if isinstance(expected, bytes) and isinstance(found, int):
        return found & 0xFF == expected[0]
    if isinstance(expected, bytes) and isinstance(found, ctypes.Array):
        return bytes(found).partition(b"\0")[0] == expected
    if isinstance(expected, float):
        return isinstance(found, float) and found.hex() == expected.hex()
    if isinstance(expected, bool) != isinstance(found, bool):
        return False
    return bool((found or 0) == (expected or 0))


def test_an_accepted_class_reads_the_same_values() -> None:
    outcomes = {"accepted": 0, "refused": 0}
    for seed in range(_CASES):
        pair = _Pair(seed)
        pair.btf.validate_struct(pair.type_id, pair.cls)
        generated = pair.btf.struct(pair.type_id)
        try:
            changed = pair.changed(pair.cls)
            pair.btf.validate_struct(pair.type_id, changed)
        except BtfValidationError:
            outcomes["refused"] += 1
            continue
        outcomes["accepted"] += 1
        for _ in range(_IMAGES):
            data = pair.random.randbytes(ctypes.sizeof(generated))
            ours, theirs = generated.from_buffer_copy(data), changed.from_buffer_copy(data)
            for name in field_names(generated):
                found, expected = getattr(theirs, name), getattr(ours, name)
                assert _is_same(found, expected), (seed, name, changed._fields_)

    assert min(outcomes.values()) > _CASES / 10, outcomes
