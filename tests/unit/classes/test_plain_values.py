"""`asdict` and `repr`: names of enums, values for JSON, and functions safe for any name."""

import ctypes
import gc
import json
import math
import sys
import weakref
from enum import IntEnum
from typing import Any

import pytest

from btf_typing import Btf, asdict
from btf_typing._classes import function_templates
from tests.handwritten import Types


def _types() -> Btf:
    b = Types()
    kind = b.enum("kind", {"EXEC_ABSOLUTE": 1, "EXEC_RELATIVE": 2, "ALSO_RELATIVE": 2})
    flags = b.enum("flags", [("class", 1), ("HIGH", -1)], signed=True)
    pair = b.struct("pair", 8, [("kind", kind, 0), ("flags", flags, 32)])
    b.struct(
        "event",
        40,
        [
            ("kind", kind, 0),
            ("few", kind, 32, 4),
            ("kinds", b.array(kind, 2), 64),
            ("pairs", b.array(pair, 2), 128),
            ("pair", pair, 256),
        ],
    )
    anonymous = b.enum("", {"ON": 1})
    b.struct("switch", 4, [("state", anonymous, 0)])
    b.struct(
        "values",
        80,
        [
            ("text", b.array(b.char, 4), 0),
            ("bad", b.array(b.char, 4), 32),
            ("letter", b.char, 64),
            ("lines", b.array(b.array(b.char, 2), 2), 96),
            ("wide", b.i128, 128),
            ("wides", b.array(b.i128, 2), 256),
            ("ratio", b.f64, 512),
            ("next", b.pointer, 576),
        ],
    )
    return b.btf()


@pytest.fixture(scope="module")
def btf() -> Btf:
    return _types()


@pytest.fixture
def event(btf: Btf) -> Any:
    made = btf.struct("event")(kind=1, few=2, kinds=(2, 9))
    made.pairs[1].kind, made.pair.flags = 1, -1
    return made


def test_repr_has_the_names_of_values(event: Any) -> None:
    assert repr(event) == (
        "event(kind=EXEC_ABSOLUTE, few=EXEC_RELATIVE, kinds=[EXEC_RELATIVE, 9],"
        " pairs=[pair(kind=0, flags=0), pair(kind=EXEC_ABSOLUTE, flags=0)],"
        " pair=pair(kind=0, flags=HIGH))"
    )


def test_members_of_enums_by_the_option(btf: Btf, event: Any) -> None:
    kind, flags = btf.enum("kind"), btf.enum("flags")

    values = asdict(event, enums=True)

    assert values["kind"] is kind.EXEC_ABSOLUTE  # type: ignore[attr-defined]
    assert values["few"] is values["kinds"][0] is kind(2)
    assert (type(values["kinds"][1]), values["kinds"][1]) == (int, 9)
    assert values["pairs"][1] == {"kind": kind(1), "flags": 0}
    assert values["pair"]["flags"] is flags(-1)
    assert type(asdict(event)["kind"]) is int


def test_an_enum_without_a_name_is_called_as_in_stubs(btf: Btf) -> None:
    state = asdict(btf.struct("switch")(state=1), enums=True)["state"]

    assert isinstance(state, IntEnum)
    assert (type(state).__name__, state.name) == ("switch_state", "ON")


def test_json_takes_every_value(btf: Btf) -> None:
    made = btf.struct("values")(text=b"abc", bad=b"\xff\xfe", letter=b"x", wide=-1, ratio=math.nan)
    made.lines[1].value = b"ok"
    made.wides[0][:] = [255] * 16
    made.wides[1][0] = 2

    values = asdict(made, json=True)

    assert values == {
        "text": "abc",
        "bad": "fffe",
        "letter": "x",
        "lines": ["", "ok"],
        "wide": -1,
        "wides": [-1, 2],
        "ratio": "NaN",
        "next": None,
    }
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert asdict(made)["wides"] == [-1, 2]
    assert "wides=[-1, 2]" in repr(made)
    for number, name in ((math.inf, "Infinity"), (-math.inf, "-Infinity"), (0.5, 0.5)):
        made.ratio = number
        assert asdict(made, json=True)["ratio"] == name


def test_json_has_names_of_enums_if_asked_for(event: Any) -> None:
    assert asdict(event, json=True)["kinds"] == [2, 9]
    values = asdict(event, json=True, enums=True)
    assert values["kinds"] == ["EXEC_RELATIVE", 9]
    assert values["pair"] == {"kind": 0, "flags": "HIGH"}
    assert asdict(event, json=True, enums=True, text=True) == values


def test_too_many_enumerators_of_one_name_are_shown_as_numbers() -> None:
    b = Types()
    same = b.enum("same", [("X", value) for value in range(99)])
    b.struct("s", 4, [("e", same, 0)])

    value = b.btf().struct("s")(e=3)
    assert repr(value) == "s(e=3)"
    assert asdict(value, enums=True) == asdict(value, enums=True, json=True) == {"e": 3}


# -- generated functions -----------------------------------------------------------------------

_HOSTILE = [
    *("i", "v", "g0", "n0", "n1", "decode", "value", "utf-8", "replace", "lambda", "__import__"),
    *("__class__", "__dict__", "__builtins__", "'", '"', "{", "}", "{i!r}", "\\", "\n", "#"),
    *("x: exec('raise SystemExit')", "i.n0", "1", "é", "ﬁ", "f0=", ")", "%s", "\x1b[31m"),
]


def test_names_are_never_code() -> None:
    b = Types()
    letters = b.array(b.char, 2)
    members = [(name, letters, 16 * index) for index, name in enumerate(_HOSTILE)]
    b.struct("hostile", 2 * len(members), members)
    data = b"".join(b"%02d" % index for index in range(len(members)))
    instance = b.btf().struct("hostile").from_buffer_copy(data)

    values = asdict(instance)

    assert list(values.values()) == [b"%02d" % index for index in range(len(members))]
    assert all(getattr(instance, name) == value for name, value in values.items())
    assert all(map(str.isidentifier, values))
    assert asdict(instance, text=True) == {name: text.decode() for name, text in values.items()}
    fields = ", ".join(f"{name}={value}" for name, value in values.items())
    assert repr(instance) == f"hostile({fields})"


def test_only_placeholders_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    sources: list[str] = []
    compiled = function_templates._compiled.__wrapped__

    def compile_and_note(source: str) -> Any:
        sources.append(source)
        return compiled(source)

    monkeypatch.setattr(function_templates, "_compiled", compile_and_note)
    b = Types()
    b.struct("secret_struct", 4, [("secret_field", b.u32, 0)])
    instance = b.btf().struct("secret_struct")(7)

    assert asdict(instance) == {"secret_field": 7}
    assert repr(instance) == "secret_struct(secret_field=7)"
    assert len(sources) == 2
    assert not any("secret" in source for source in sources)


def test_a_struct_of_very_many_fields() -> None:
    b = Types()
    count = 20_000
    b.struct("many", 4 * count, [(f"field_{i}", b.u32, 32 * i) for i in range(count)])
    instance = b.btf().struct("many")(field_19999=7)

    values = asdict(instance)

    assert (len(values), values["field_19999"], values["field_0"]) == (count, 7, 0)
    assert repr(instance).endswith(", field_19998=0, field_19999=7)")


def test_a_struct_of_deep_arrays() -> None:
    b = Types()
    array = b.u32
    for _ in range(60):
        array = b.array(array, 1)
    b.struct("deep", 4, [("a", array, 0)])
    instance = b.btf().struct("deep").from_buffer_copy(b"\7\0\0\0")

    value = asdict(instance)["a"]
    for _ in range(60):
        (value,) = value
    assert value == 7
    assert repr(instance) == f"deep(a={'[' * 60}7{']' * 60})"


def test_a_property_of_a_subclass_counts(btf: Btf) -> None:
    class Mine(btf.struct("switch")):  # type: ignore[misc]
        @property
        def state(self) -> str:
            return "mine"

    assert asdict(Mine()) == {"state": "mine"}
    assert repr(btf.struct("switch")(1)) == "switch(state=ON)"


def test_fields_of_a_subclass_are_plain_too(btf: Btf) -> None:
    class Stamped(btf.struct("switch")):  # type: ignore[misc]
        _fields_ = (
            ("name", ctypes.c_char * 4),
            ("names", ctypes.c_char * 2 * 2),
            ("ratio", ctypes.c_double),
            ("inner", btf.struct("switch") * 1),
        )

    stamped = Stamped(state=1, name=b"ab", ratio=math.inf)

    assert asdict(stamped, text=True) == {
        "state": 1,
        "name": "ab",
        "names": ["", ""],
        "ratio": math.inf,
        "inner": [{"state": 0}],
    }
    assert asdict(stamped, json=True)["ratio"] == "Infinity"
    assert asdict(stamped)["name"] == b"ab"
    assert repr(stamped).endswith(", names=[b'', b''], ratio=inf, inner=[switch(state=0)])")


def test_fields_of_a_subclass_count_whichever_class_is_used_first() -> None:
    """A subclass must not inherit the functions of its generated base class."""
    for base_first in (True, False):
        base = _types().struct("switch")
        if base_first:
            assert (asdict(base()), repr(base())) == ({"state": 0}, "switch(state=0)")
            assert asdict(base(), text=True) == {"state": 0}

        class Stamped(base):  # type: ignore[misc,valid-type]
            _fields_ = (("name", ctypes.c_char * 4),)

        class Twice(Stamped):
            _fields_ = (("again", ctypes.c_char * 2),)

        for cls, values in (
            (base, {"state": 1}),
            (Stamped, {"state": 1, "name": b"ab"}),
            (Twice, {"state": 1, "name": b"ab", "again": b"ab"}),
        ):
            made = cls(*values.values())
            text = {key: "ab" if value == b"ab" else value for key, value in values.items()}
            assert (asdict(made), asdict(made, text=True)) == (values, text)
            assert asdict(made, json=True) == text
            assert repr(made).count("=") == len(values)


def test_a_subclass_can_have_arguments_for_the_class(btf: Btf) -> None:
    class Mixin:
        def __init_subclass__(cls, *, label: str, **others: object) -> None:
            super().__init_subclass__(**others)
            cls.label = label  # type: ignore[attr-defined]

    class Mine(btf.struct("switch"), Mixin, label="mine"):  # type: ignore[misc]
        pass

    assert Mine.label == "mine"
    assert asdict(Mine(state=1)) == {"state": 1}


@pytest.mark.parametrize("name", ["switch", "either"])
def test_a_subclass_that_hides_init_subclass_has_functions_of_its_own(name: str) -> None:
    b = Types()
    b.struct("switch", 4, [("state", b.u32, 0)])
    b.union("either", 4, [("state", b.u32, 0)])
    btf = b.btf()
    base: Any = btf.struct(name) if name == "switch" else btf.union(name)

    class Mine(base):  # type: ignore[misc]
        def __init_subclass__(cls) -> None:
            """Do not call the method of the base class."""

    assert asdict(Mine(state=1)) == asdict(Mine(state=1), text=True) == {"state": 1}
    assert repr(Mine(state=1)).endswith("Mine(state=1)")

    class More(Mine):
        _fields_ = (("other", ctypes.c_uint32),)

    more = More(state=1, other=2)
    assert asdict(more)["other"] == asdict(more, text=True)["other"] == more.other
    assert "other=" in repr(more)


def test_an_error_in_a_property_of_a_subclass_is_shown(btf: Btf) -> None:
    class Mine(btf.struct("switch")):  # type: ignore[misc]
        @property
        def state(self) -> object:
            return self.missing

    for options in ({}, {"text": True}, {"json": True}):
        with pytest.raises(AttributeError, match="missing"):
            asdict(Mine(), **options)


@pytest.mark.parametrize("options", [{}, {"text": True}, {"enums": True}, {"json": True}])
def test_other_objects_and_classes_are_refused(btf: Btf, options: dict[str, bool]) -> None:
    class Foreign(ctypes.Structure):
        _fields_ = (("pid", ctypes.c_int),)

    for thing, name in ((Foreign(), "Foreign"), (5, "int"), (None, "NoneType")):
        with pytest.raises(TypeError, match=f"^{name} was not made by btf_typing$"):
            asdict(thing, **options)
    with pytest.raises(TypeError, match="expected an instance of switch, but got"):
        asdict(btf.struct("switch"), **options)


def test_functions_go_with_their_class() -> None:
    btf: Btf | None = _types()
    assert btf
    cls: type | None = btf.struct("switch")
    assert cls
    for options in ({}, {"text": True}, {"enums": True}, {"json": True}):
        asdict(cls(), **options)
    repr(cls())
    alive = weakref.ref(cls)

    del cls, btf
    gc.collect()

    assert alive() is None


def test_asdict_is_imported_when_it_is_used() -> None:
    import subprocess  # noqa: PLC0415

    code = (
        "import sys; from btf_typing import load;"
        "load('examples/execsnoop/execsnoop.bpf.o').btf.struct('exec_event')();"
        "print([m for m in sys.modules if m.endswith('_values')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
