"""``btf-layout``: output and exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from btf_typing import load
from btf_typing._commands.btf_layout import main
from tests.builder import BtfBuilder

EXECSNOOP = Path(__file__).parents[3] / "examples/execsnoop/execsnoop.bpf.o"


def _build(path: Path, *, newer: bool) -> str:
    b = BtfBuilder()
    u8, u32, u64 = b.int("u8", 1), b.int("u32", 4), b.int("u64", 8)
    inner = b.struct("inner", 4, [("x", u32 if not newer else b.int("s32", 4, "signed"), 0)])
    b.enum("kind", [("A", 0), ("B", 2 if newer else 1)])
    if newer:
        b.struct(
            "event", 24, [("pid", u64, 0), ("in", inner, 64), ("f", u8, 104, 3), ("n", u8, 128)]
        )
    else:
        b.struct(
            "event", 16, [("pid", u32, 0), ("in", inner, 64), ("f", u8, 104, 3), ("o", u8, 96)]
        )
    b.typedef("pair_t", b.struct("", 8 if newer else 4, [("a", u32, 0)]))
    b.struct("same", 4, [("a", u32, 0)])
    b.struct("only_new" if newer else "only_old", 4, [("a", u32, 0)])
    path.write_bytes(b.build())
    return str(path)


@pytest.fixture
def old(tmp_path: Path) -> str:
    return _build(tmp_path / "old.btf", newer=False)


@pytest.fixture
def new(tmp_path: Path) -> str:
    return _build(tmp_path / "new.btf", newer=True)


def test_diff_tells_all_that_changed(
    old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", old, new]) == 1
    assert capsys.readouterr().out == (
        "struct inner:\n"
        "    x: u32 at 0 -> s32 at 0\n"
        "enum kind:\n"
        "    B: 1 -> 2\n"
        "struct event:\n"
        "  size: 16 -> 24 bytes\n"
        "    pid: u32 at 0 -> u64 at 0\n"
        "  - o: u8 at 12\n"
        "  + n: u8 at 16\n"
        "    in: changed inside\n"
        "typedef pair_t:\n"
        "  size: 4 -> 8 bytes\n"
        "struct only_old: gone\n"
        "struct only_new: new\n"
    )


def test_diff_of_equal_builds_is_empty(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", old, old]) == 0
    assert main(["diff", str(EXECSNOOP), str(EXECSNOOP)]) == 0
    assert capsys.readouterr().out == ""


def test_diff_of_chosen_types(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", old, new, "same", "only_new"]) == 0
    assert main(["diff", old, new, "ki*"]) == 1
    assert main(["diff", old, new, "only_*"]) == 1
    assert capsys.readouterr().out == (
        "struct only_new: new\n"
        "enum kind:\n    B: 1 -> 2\n"
        "struct only_old: gone\nstruct only_new: new\n"
    )


def test_show_prints_declarations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(EXECSNOOP), "creds", "exec_k*"]) == 0
    btf = load(EXECSNOOP).btf
    expected = [btf.type(name).c_declaration for name in ("creds", "exec_kind")]
    assert capsys.readouterr().out == "".join(f"{text}\n\n" for text in expected)


def _heads(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.endswith("{") and line[0] != " "]


def test_show_without_names_prints_every_struct(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(EXECSNOOP)]) == 0
    types = [
        f"{type_.kind.lower()} {type_.name} {{"
        for type_ in load(EXECSNOOP).btf.types()
        if type_.kind in ("STRUCT", "UNION", "ENUM") and type_.name
    ]
    assert len(types) == 5
    heads = _heads(capsys.readouterr().out)
    maps = ["struct {"] * 2
    assert heads == [*types, "section .bss {", "section .rodata {", *maps]


def test_show_counts_a_typedef_that_is_the_only_name(
    old: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", old, "*a*"]) == 0
    assert _heads(capsys.readouterr().out) == ["typedef struct {", "struct same {"]


def test_show_places_the_globals_of_a_section(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(EXECSNOOP), ".bss"]) == 0
    assert capsys.readouterr().out == (
        "section .bss {\n"
        "    u64 execs_seen;                                 /*     0     8 */\n"
        "    u64 events_lost;                                /*     8     8 */\n"
        "    struct exec_event *unused;                      /*    16     8 */\n"
        "    /* size: 24, cachelines: 1, members: 3 */\n"
        "    /* last cacheline: 24 bytes */\n"
        "};\n\n"
    )


def test_a_name_that_matches_no_type_is_an_error(
    old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", old, new, "smae"]) == 1
    assert main(["diff", old, new, "x*"]) == 1
    assert main(["show", old, "x*"]) == 1
    assert [line.partition(";")[0] for line in capsys.readouterr().err.splitlines()] == [
        f"btf-layout: {old}: no type 'smae'",
        f"btf-layout: {old} and {new}: no type matches 'x*'",
        f"btf-layout: {old}: no type matches 'x*'",
    ]


def test_a_glob_of_types_without_a_declaration_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    b = BtfBuilder()
    b.typedef("u32", b.int("unsigned int", 4))
    (tmp_path / "x.btf").write_bytes(b.build())
    assert main(["show", str(tmp_path / "x.btf"), "u3*"]) == 1
    assert "no type matches 'u3*'" in capsys.readouterr().err


def test_color_is_for_terminals_or_on_demand(
    old: str, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["diff", old, new, "kind"])
    assert "\033" not in capsys.readouterr().out
    main(["diff", old, new, "kind", "--color", "always"])
    assert capsys.readouterr().out == "enum kind:\n  \033[33m  B: 1 -> 2\033[0m\n"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["show", str(EXECSNOOP), "exec_evnt"], "did you mean 'exec_event'"),
        (["show", "absent.o"], "btf-layout: absent.o: no such file"),
        (["diff", str(EXECSNOOP), "absent.o"], "btf-layout: absent.o: no such file"),
        (["show", __file__], "neither an ELF object nor raw BTF"),
        (["show", "/tmp"], "a directory"),  # noqa: S108
        (["show", ""], "btf-layout: '': no such file"),
        (["show", str(EXECSNOOP), "exec_evnt*"], "matches 'exec_evnt*'; did you mean 'exec_ev"),
    ],
)
def test_errors_are_one_line(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert text in captured.err
    assert captured.err.count("\n") == 1


def test_wrong_usage_is_exit_code_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["compare"])
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["gone.bpf.o", "kill_event"], "btf-layout show gone.bpf.o kill_event"),
        (["raw btf", "exec_*"], "btf-layout show 'raw btf' 'exec_*'"),
        (["old.o", "new.o", "x"], "btf-layout diff old.o new.o x"),
        (["old.o"], "btf-layout show old.o"),
    ],
)
def test_an_object_in_place_of_the_command(
    arguments: list[str],
    meant: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw btf").touch()
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(
        f'error: {arguments[0]!r} is not a command; did you mean "{meant}"?\n'
    )


def test_a_file_with_the_name_of_a_command_hides_no_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("show", "--version"):
        (tmp_path / name).touch()
    assert main(["show", str(EXECSNOOP), "creds"]) == 0
    assert "struct creds {" in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0


def test_names_are_not_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["show"])
    assert capsys.readouterr().err.endswith("the following arguments are required: OBJ\n")


def test_a_reader_that_stops_early_is_no_error() -> None:
    code = (
        "import sys; from btf_typing._commands.btf_layout import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "show", str(EXECSNOOP)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0
    process.stderr.close()


def test_the_command_loads_nothing_that_writes_stubs() -> None:
    """Reading a kernel's layouts should not wait for the import of modules that write Python."""
    code = (
        "import sys; from btf_typing._commands.btf_layout import main; main(sys.argv[1:]);"
        " print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code, "show", str(EXECSNOOP), "creds", "exec_*", ".bss"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()
    assert "btf_typing._commands.btf_layout" in loaded
    assert [name for name in loaded if name.startswith("btf_typing._stubs")] == []
