"""``btf-stubs prog.bpf.c``: what it compiles, writes and says, with real compilers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from btf_typing import load
from btf_typing._commands import compile_options
from btf_typing._commands.btf_stubs import main

pytestmark = pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")

_SOURCE = """\
#include <linux/types.h>
#include "event.h"

struct event *unused_event __attribute__((unused));
int hits;

__attribute__((section("xdp"))) int on_packet(void *ctx) { return hits; }
"""
_HEADER = "struct event { __u32 pid; char comm[16]; };\n"

_Said = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with ``prog.bpf.c`` and its header, which is the working directory."""
    (tmp_path / "prog.bpf.c").write_text(_SOURCE)
    (tmp_path / "event.h").write_text(_HEADER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLANG", raising=False)
    return tmp_path


def _tree(directory: Path) -> dict[str, bytes | None]:
    """Every file below a folder, with its content; None for a folder."""
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }


def _states(directory: Path) -> dict[str, tuple[int, int]]:
    """Which files a folder holds, and when they were last written."""
    return {
        path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in directory.iterdir()
    }


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_object_and_stub_are_written(project: Path, capsys: _Said) -> None:
    assert main(["prog.bpf.c", "-o", "app"]) == 0
    assert capsys.readouterr() == ("app/prog.bpf.o: written\napp/prog_bpf.pyi: written\n", "")
    assert [*_tree(project / "app")] == ["prog.bpf.o", "prog_bpf.pyi"]
    obj = load(project / "app/prog.bpf.o")
    assert obj.btf.struct("event")(pid=7).pid == 7
    assert [*obj.programs] == ["on_packet"]
    assert obj.btf.byteorder == sys.byteorder
    stub = (project / "app/prog_bpf.pyi").read_text()
    assert stub.startswith("# prog.bpf.o, BTF sha256 ")
    assert "class event(Struct):" in stub


def test_the_stub_is_that_of_the_object(project: Path) -> None:
    options = ["--type", "event", "--runtime", "-q"]
    main(["prog.bpf.c", "-o", "app", *options])
    before = _tree(project / "app")
    assert "prog_bpf.py" in before
    assert main(["app/prog.bpf.o", "-o", "app", *options]) == 0
    assert _tree(project / "app") == before


def test_nothing_is_touched_when_nothing_has_changed(project: Path, capsys: _Said) -> None:
    main(["prog.bpf.c", "-o", "app", "-q"])
    before = _states(project / "app")
    (project / "event.h").write_text(_HEADER)
    assert main(["prog.bpf.c", "-o", "app"]) == 0
    assert capsys.readouterr().out == "app/prog.bpf.o: unchanged\napp/prog_bpf.pyi: unchanged\n"
    assert _states(project / "app") == before
    _change(project / "event.h", "[16]", "[32]")
    assert main(["prog.bpf.c", "-o", "app"]) == 0
    assert capsys.readouterr().out == "app/prog.bpf.o: updated\napp/prog_bpf.pyi: updated\n"


@pytest.mark.parametrize("folder", ["app", "new/folder"])
def test_a_compiler_that_fails_leaves_everything_as_it_was(
    project: Path, capfd: pytest.CaptureFixture[str], folder: str
) -> None:
    main(["prog.bpf.c", "-o", "app", "-q"])
    _change(project / "prog.bpf.c", "return hits;", "return hits")
    before = _tree(project)
    assert main(["prog.bpf.c", "-o", folder, "--runtime", "--depfile", "app/prog.d"]) == 1
    out, err = capfd.readouterr()
    assert "prog.bpf.c:7:71: error: expected ';' after return statement" in err
    assert err.splitlines()[-1] == "btf-stubs: prog.bpf.c: clang failed (exit status 1)"
    assert out == ""
    assert _tree(project) == before


@pytest.mark.parametrize("precious", ["prog_bpf.pyi", "prog_bpf.py", "prog.bpf.o"])
def test_a_file_that_is_not_ours_keeps_all_others_as_they_were(
    project: Path, capsys: _Said, precious: str
) -> None:
    shutil.copy("prog.bpf.c", "first.bpf.c")
    (project / "app").mkdir()
    (project / "app" / precious).write_text("precious = True\n")
    before = _tree(project)
    assert main(["first.bpf.c", "prog.bpf.c", "-o", "app", "--runtime"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"btf-stubs: app/{precious}: ")
    assert _tree(project) == before


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("-g0", "no .BTF section"),
        ("-E", "neither an ELF"),
        ("-fsyntax-only", "the compiler wrote no object"),
    ],
)
def test_what_is_no_object_with_btf_replaces_none(
    project: Path, capsys: _Said, flags: str, message: str
) -> None:
    main(["prog.bpf.c", "-o", "app", "-q"])
    before = _tree(project)
    assert main(["prog.bpf.c", "-o", "app", f"--cflags={flags}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("btf-stubs: prog.bpf.c: ")
    assert message in line
    assert _tree(project) == before


def test_a_name_that_is_not_there_writes_nothing(project: Path, capsys: _Said) -> None:
    before = _tree(project)
    assert main(["prog.bpf.c", "-o", "app", "--type", "evnt"]) == 1
    assert "no type 'evnt'; did you mean 'event'?" in capsys.readouterr().err
    assert _tree(project) == before


def test_the_others_go_on(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.copy("prog.bpf.c", "other.bpf.c")
    _change(project / "prog.bpf.c", "int hits;", "int hits")
    assert main(["prog.bpf.c", "other.bpf.c", "-o", "app", "--depfile", "prog.d"]) == 1
    out, err = capfd.readouterr()
    assert out == "app/other.bpf.o: written\napp/other_bpf.pyi: written\n"
    assert "prog.bpf.c: clang failed" in err
    assert not (project / "prog.d").exists()


@pytest.mark.parametrize(("target", "order"), [("bpfel", "little"), ("bpfeb", "big")])
def test_the_target_chooses_the_byte_order(project: Path, target: str, order: str) -> None:
    assert main(["prog.bpf.c", "-o", "app", "--target", target, "-q"]) == 0
    obj = load(project / "app/prog.bpf.o")
    assert obj.btf.byteorder == order
    assert bytes(obj.btf.struct("event")(pid=1))[:4] == (1).to_bytes(4, order)  # type: ignore[arg-type]  # "little" or "big"


def test_flags_are_words_and_can_be_repeated(project: Path) -> None:
    (project / "my headers").mkdir()
    (project / "event.h").rename("my headers/event.h")
    _change(project / "prog.bpf.c", "int hits;", "int hits, many[FIRST + SECOND];")
    flags = ["--cflags=-I 'my headers' -DFIRST=3", "--cflags=-DSECOND=4"]
    assert main(["prog.bpf.c", "-o", "app", "-q", *flags]) == 0
    bss = load(project / "app/prog.bpf.o").sections[".bss"]
    assert len(bss.many) == 7


def test_the_architecture_is_defined_for_bpf_tracing_h(project: Path) -> None:
    guard = "#if {}\nint native;\n#else\nint other;\n#endif\n"
    macro = {"x86_64": "x86", "aarch64": "arm64"}.get(os.uname().machine)
    if macro is None:
        pytest.skip("the test knows the names of two machines")
    (project / "prog.bpf.c").write_text(guard.format(f"__TARGET_ARCH_{macro} == 1"))
    native = "bpfel" if sys.byteorder == "little" else "bpfeb"
    for options, name in (
        ([], "native"),
        (["--target", native], "native"),
        (["--target", "bpfeb" if native == "bpfel" else "bpfel"], "other"),
        (["--cflags=-D__TARGET_ARCH_s390"], "other"),
    ):
        assert main(["prog.bpf.c", "-o", "app", "-q", *options]) == 0
        assert hasattr(load(project / "app/prog.bpf.o").sections[".bss"], name)


def test_headers_of_this_machine_are_found(project: Path) -> None:
    """clang for BPF alone does not look where Debian has these."""
    (project / "prog.bpf.c").write_text("#include <asm/types.h>\n__u64 wide;\n")
    assert main(["prog.bpf.c", "-o", "app", "-q"]) == 0
    assert type(load(project / "app/prog.bpf.o").sections[".bss"]).wide.size == 8


def test_the_object_does_not_depend_on_the_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, link = project / "first", project / "second/deeper", project / "link"
    for folder in (first, second):
        folder.mkdir(parents=True)
        for name in ("prog.bpf.c", "event.h"):
            shutil.copy(project / name, folder)
    link.symlink_to(first)
    compiled = []
    for folder, source in (
        (first, "prog.bpf.c"),
        (first, str(first / "prog.bpf.c")),
        (second, "prog.bpf.c"),
        (link, "prog.bpf.c"),  # clang follows $PWD, as shells set it
    ):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PWD", str(folder))
        assert main([source, "-o", ".", "-q"]) == 0
        compiled.append((folder / "prog.bpf.o").read_bytes())
    assert [str(project).encode() in content for content in compiled] == [False] * 4
    assert compiled[0] == compiled[2] == compiled[3]


def test_gcc_compiles_too(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("bpf-gcc"):
        pytest.skip("bpf-gcc is not installed")
    monkeypatch.setenv("CLANG", "bpf-gcc -I clang-headers")
    assert main(["prog.bpf.c", "-o", "app", "-q", "--depfile", "prog.d"]) == 0
    assert load(project / "app/prog.bpf.o").btf.byteorder == "little"
    assert main(["prog.bpf.c", "-o", "app", "-q", "--target", "bpfeb"]) == 0
    assert load(project / "app/prog.bpf.o").btf.byteorder == "big"
    assert (project / "prog.d").read_text().startswith("app/prog.bpf.o: prog.bpf.c event.h\n")


# What is missing


def test_types_that_the_object_lacks_are_named(project: Path, capsys: _Said) -> None:
    (project / "prog.bpf.c").write_text(
        "#include <linux/types.h>\n"
        '#include "event.h"\n'
        "struct lost { int x; };\n"
        "typedef struct { int x; } lost_t;\n"
        "union lost_union { int x; };\n"
        "enum lost_enum { LOST };\n"
        "struct kept { int x; } kept;\n"
        "struct event_like { int x; };\n"
    )
    assert main(["prog.bpf.c", "-o", "app", "--exclude", "event_*"]) == 0
    attribute = "__attribute__((unused));"
    hint = "to keep it, add this line to the C file"
    lines = [
        f"struct lost *unused_lost {attribute}",
        f"lost_t *unused_lost_t {attribute}",
        f"union lost_union *unused_lost_union {attribute}",
        f"enum lost_enum *unused_lost_enum {attribute}",
    ]
    kinds = ["struct 'lost'", "typedef 'lost_t'", "union 'lost_union'", "enum 'lost_enum'"]
    assert capsys.readouterr().err.splitlines() == [
        f"btf-stubs: prog.bpf.c:{number}: warning: the object has no {kind}; {hint}: {line}"
        for number, (kind, line) in enumerate(zip(kinds, lines, strict=True), 3)
    ]
    with (project / "prog.bpf.c").open("a") as source:
        source.writelines(f"{line}\n" for line in lines)
    assert main(["prog.bpf.c", "-o", "app", "--exclude", "event_*"]) == 0
    assert capsys.readouterr().err == ""
    assert load(project / "app/prog.bpf.o").btf.struct("lost")(x=1).x == 1


_NESTED = """\
#include <linux/types.h>
enum verdict { ALLOW, DENY };
enum by_pointer_enum { X };
struct owner { __u32 uid; struct inner { int a; } unreported; };
typedef struct { __u32 pid; } who_t;
struct by_pointer { int x; };
struct in_nested { int x; };
struct in_nested_pointer { int x; };
struct of_function { int x; };
struct element { int x; };
struct other_name { int x; };
struct forward;
struct __attribute__((packed)) kill_event {
	const struct owner owner;
	enum verdict verdict : 8;
	union {
		struct { struct in_nested volatile __attribute__((aligned(8))) n; __u32 m; };
		who_t who;
	};
	struct { struct in_nested_pointer n; } *pointer;
	struct by_pointer *next, *list[2];
	enum by_pointer_enum *kind;
	struct of_function (*function)(struct of_function);
	struct forward *forward;
	struct element (elements)[sizeof(struct other_name)];
	struct { int other_name; } other_name;
};
typedef union { struct kill_event kill[2]; __u64 raw; } event_t;
"""


@pytest.mark.parametrize("compiler", ["clang", "clang-14", "clang-19", "bpf-gcc"])
def test_one_warning_for_each_line_that_is_needed(
    project: Path, capsys: _Said, monkeypatch: pytest.MonkeyPatch, compiler: str
) -> None:
    """The compiler itself shows that the lines are enough, and that each is needed."""
    if not shutil.which(compiler):
        pytest.skip(f"{compiler} is not installed")
    monkeypatch.setenv("CLANG", compiler)
    source = project / "prog.bpf.c"
    source.write_text(f"{_NESTED}int hits;\n")
    assert main(["prog.bpf.c", "-o", "app"]) == 0
    warnings = capsys.readouterr().err.splitlines()
    outer = warnings[-1]
    assert outer == (
        "btf-stubs: prog.bpf.c:28: warning: the object has no typedef 'event_t', enum 'verdict',"
        " struct 'owner', typedef 'who_t', struct 'in_nested' or struct 'kill_event'; to keep"
        " them, add this line to the C file: event_t *unused_event_t __attribute__((unused));"
    )
    alone = ["by_pointer_enum", "by_pointer", "in_nested_pointer", "of_function", "element"]
    alone.append("other_name")
    for name, line in zip(alone, warnings[:-1], strict=True):
        assert f" {name!r}; to keep it, " in line
    with source.open("a") as file:
        file.write(f"{outer.partition('file: ')[2]}\n")
    assert main(["prog.bpf.c", "-o", "app"]) == 0
    rest = capsys.readouterr().err
    assert not [name for name in outer.split("'")[1::2] if f"'{name}'" in rest]
    lines = [line.partition("file: ")[2] for line in warnings]
    source.write_text("\n".join([_NESTED, *lines, "int hits;\n"]))
    assert main(["prog.bpf.c", "-o", "app"]) == 0
    assert capsys.readouterr().err == ""


def test_a_type_that_is_asked_for_alone_has_its_own_line(project: Path, capsys: _Said) -> None:
    (project / "prog.bpf.c").write_text(f"{_NESTED}int hits;\n")
    assert main(["prog.bpf.c", "-o", "app", "--exclude", "event_t", "--exclude", "[!ko]*"]) == 0
    place, use = "btf-stubs: prog.bpf.c", "add this line to the C file: struct"
    unused = "__attribute__((unused));"
    assert capsys.readouterr().err.splitlines() == [
        f"{place}:{where}; to keep {them}, {use} {name} *unused_{name} {unused}"
        for where, them, name in (
            ("9: warning: the object has no struct 'of_function'", "it", "of_function"),
            ("11: warning: the object has no struct 'other_name'", "it", "other_name"),
            (
                "13: warning: the object has no struct 'kill_event' or struct 'owner'",
                "them",
                "kill_event",
            ),
        )
    ]


@pytest.mark.parametrize("options", [["-q"], ["--type", "event"], ["--exclude", "lo*"]])
def test_types_that_nobody_asks_for_are_not_named(
    project: Path, capsys: _Said, options: list[str]
) -> None:
    _change(project / "prog.bpf.c", "int hits;", "int hits; struct lost { int x; };")
    assert main(["prog.bpf.c", "-o", "app", *options]) == 0
    assert capsys.readouterr().err == ""


# --check


def test_check_compiles_and_compares(project: Path, capsys: _Said) -> None:
    check = ["prog.bpf.c", "-o", "app", "--check", "--cflags=-DX  -DY"]
    mend = "run \"btf-stubs prog.bpf.c -o app '--cflags=-DX -DY'\""
    before = _tree(project)
    assert main(check) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"btf-stubs: app/prog.bpf.o: missing (is it committed?); {mend}",
        f"btf-stubs: app/prog_bpf.pyi: missing (is it committed?); {mend}",
    ]
    assert _tree(project) == before

    main(["prog.bpf.c", "-o", "app", "-q"])
    before = _tree(project)
    assert main(check) == 0
    _change(project / "prog.bpf.c", "return hits", "return hits + 1")
    assert main(check) == 0
    assert capsys.readouterr() == ("", "")

    _change(project / "event.h", "[16]", "[32]")
    assert main(check) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"btf-stubs: app/prog.bpf.o: out of date; {mend}",
        f"btf-stubs: app/prog_bpf.pyi: out of date; {mend}",
    ]
    assert main(["app/prog.bpf.o", "-o", "app", "--check"]) == 0
    assert {name: _tree(project)[name] for name in before if name.startswith("app")} == {
        name: content for name, content in before.items() if name.startswith("app")
    }


def test_check_of_a_file_that_does_not_compile(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    main(["prog.bpf.c", "-o", "app", "-q"])
    _change(project / "prog.bpf.c", "int hits;", "int hits")
    assert main(["prog.bpf.c", "-o", "app", "--check"]) == 1
    assert capfd.readouterr().err.endswith("prog.bpf.c: clang failed (exit status 1)\n")


# -o -


def test_a_dash_prints_the_stub_alone(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _change(project / "prog.bpf.c", "int hits;", "int hits; struct lost { int x; };")
    before = _tree(project)
    assert main(["prog.bpf.c", "-o", "-"]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("# prog.bpf.o, BTF sha256 ")
    assert "class event(Struct):" in out
    assert "no struct 'lost'" in err
    assert _tree(project) == before


# --depfile

_MAKEFILE = """\
app/prog.bpf.o: prog.bpf.c
\t{command} -o app --depfile app/prog.d

-include app/prog.d
"""


def _making(project: Path, source: str = "prog.bpf.c") -> Callable[[], list[str]]:
    code = f"import sys; sys.path[:0] = {sys.path!r}; sys.argv[0] = 'btf-stubs'"
    (project / "run.py").write_text(
        f"{code}\nfrom btf_typing._commands.btf_stubs import main\nsys.exit(main())\n"
    )
    command = f"{sys.executable} run.py {source}"
    (project / "Makefile").write_text(_MAKEFILE.format(command=command))

    def make() -> list[str]:
        done = subprocess.run(["make", "-s"], capture_output=True, text=True, check=True)  # noqa: S607
        assert done.stderr == ""
        return done.stdout.splitlines()

    return make


def test_make_compiles_again_when_a_header_changes(project: Path) -> None:
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    make = _making(project)
    object_ = project / "app/prog.bpf.o"
    assert make() == ["app/prog.bpf.o: written", "app/prog_bpf.pyi: written"]
    assert make() == []
    rule = (project / "app/prog.d").read_text()
    assert rule.startswith("app/prog.bpf.o: prog.bpf.c event.h\n")
    assert make() == []

    os.utime(object_, (0, 0))  # the header is newer, and the same: compile once
    assert make() == ["app/prog.bpf.o: unchanged", "app/prog_bpf.pyi: unchanged"]
    assert make() == []

    _change(project / "event.h", "[16]", "[32]")
    os.utime(object_, (0, 0))
    assert make() == ["app/prog.bpf.o: updated", "app/prog_bpf.pyi: updated"]

    # A header that is gone is no reason to stop: the file no longer includes it.
    os.utime(object_, (0, 0))
    (project / "event.h").rename("other.h")
    _change(project / "prog.bpf.c", "event.h", "other.h")
    assert make()[0].startswith("app/prog.bpf.o: ")
    assert "other.h" in (project / "app/prog.d").read_text()


def test_rules_of_several_files_are_in_one(project: Path) -> None:
    shutil.copy("prog.bpf.c", "other one.c")
    assert main(["prog.bpf.c", "other one.c", "-o", "app", "-q", "--depfile", "all.d"]) == 0
    rules = (project / "all.d").read_text()
    assert "app/prog.bpf.o: prog.bpf.c event.h\n" in rules
    assert "app/other\\ one.o: other\\ one.c event.h\n" in rules


# Wrong usage and odd files


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x.o", "-o", "a", "--target", "bpfeb"], "--target and --depfile are for C files"),
        (["x.o", "-o", "a", "--cflags=-O1"], "--target and --depfile are for C files"),
        (["x.o", "-o", "a", "--depfile", "d"], "--target and --depfile are for C files"),
        (["x.c", "-o", "a", "--cflags=-D'"], '--cflags "-D\'": No closing quotation'),
        (["x.c", "-o", "a", "--target", "bpf"], "invalid choice: 'bpf'"),
        (
            ["x.c", "-o", "-", "--depfile", "d"],
            "--depfile needs an output directory, but -o - prints the stub",
        ),
        (
            ["x.c", "-o", "a", "--depfile", "x.c"],
            "--depfile x.c would replace a C file or an object",
        ),
        (["x.c", "-o", "a", "--depfile", "./a/x.o"], "--depfile ./a/x.o would replace a C file"),
        (["x.c", "x.o", "-o", "a"], "x.c and x.o would both be x.pyi"),
        (["x.c", "y/x.c", "-o", "a"], "x.c and y/x.c would both be x.pyi"),
        (["x.c", "y.o", "-o", "a", "--module", "m"], "--module needs a single OBJ"),
    ],
)
def test_wrong_usage(project: Path, capsys: _Said, arguments: list[str], message: str) -> None:
    before = _tree(project)
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err.replace("x_bpf.pyi", "x.pyi")
    assert _tree(project) == before


@pytest.mark.parametrize(
    ("clang", "message"),
    [
        ("no-such-clang", "cannot run 'no-such-clang' (No such file or directory); install clang"),
        ("/dev/null", "cannot run '/dev/null' (Permission denied); install clang"),
        ("--version", "cannot run '--version' (No such file or directory)"),
        ("'clang", 'cannot split $CLANG into words (No closing quotation): "\'clang"'),
    ],
)
def test_a_compiler_that_is_not_there(
    project: Path, capsys: _Said, monkeypatch: pytest.MonkeyPatch, clang: str, message: str
) -> None:
    monkeypatch.setenv("CLANG", clang)
    before = _tree(project)
    assert main(["prog.bpf.c", "-o", "app"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"btf-stubs: prog.bpf.c: {message}")
    assert _tree(project) == before


def test_clang_is_named_where_there_is_none(
    project: Path, capsys: _Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    assert main(["prog.bpf.c", "-o", "app"]) == 1
    assert "cannot run 'clang'" in capsys.readouterr().err


def test_the_variable_may_have_several_words(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLANG", "env clang -DSIZE=5")
    _change(project / "prog.bpf.c", "int hits;", "int hits, many[SIZE];")
    assert main(["prog.bpf.c", "-o", "app", "-q"]) == 0
    assert len(load(project / "app/prog.bpf.o").sections[".bss"].many) == 5


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("my prog's.bpf.c", "my_prog_s_bpf"),
        ("-dash.c", "_dash_bpf"),
        ("pro\udcff\u20ac.bpf.c", "pro___bpf"),
        ("$(touch x);.c", None),
        ("@file.c", None),
        (".c", None),
    ],
)
def test_odd_names(project: Path, name: str, module: str | None) -> None:
    (project / "prog.bpf.c").rename(name)
    assert main(["-o", "a b", "-q", "--depfile", "d", "--", name]) == 0
    written = [*_tree(project / "a b")]
    assert f"{name.removesuffix('.c')}.o" in written
    assert module is None or f"{module}.pyi" in written
    assert main(["-o", "a b", "--check", "--", name]) == 0


def test_links_are_followed(project: Path) -> None:
    (project / "real").mkdir()
    (project / "prog.bpf.c").rename("real/source.c")
    (project / "event.h").rename("real/event.h")
    (project / "prog.bpf.c").symlink_to("real/source.c")
    (project / "app").symlink_to("real")
    (project / "real/prog.bpf.o").symlink_to("object")
    assert main(["prog.bpf.c", "-o", "app", "-q", "--cflags=-I real"]) == 0
    assert (project / "real/prog.bpf.o").is_symlink()
    assert load(project / "real/object").btf.struct("event")
    assert (project / "real/prog_bpf.pyi").exists()


def _folder(project: Path) -> None:
    (project / "prog.bpf.c").unlink()
    (project / "prog.bpf.c").mkdir()


def _pipe(project: Path) -> None:
    (project / "prog.bpf.c").unlink()
    os.mkfifo(project / "prog.bpf.c")


def _folder_at_the_object(project: Path) -> None:
    (project / "app/prog.bpf.o").mkdir(parents=True)


def _pipe_at_the_object(project: Path) -> None:
    (project / "app").mkdir()
    os.mkfifo(project / "app/prog.bpf.o")


def _text_at_the_object(project: Path) -> None:
    (project / "app").mkdir()
    (project / "app/prog.bpf.o").write_text("precious")


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda project: (project / "prog.bpf.c").unlink(), "prog.bpf.c: no such file"),
        (_folder, "prog.bpf.c: a directory"),
        (_pipe, "prog.bpf.c: not a regular file"),
        (_folder_at_the_object, "app/prog.bpf.o: a directory"),
        (_pipe_at_the_object, "app/prog.bpf.o: not a regular file"),
        (_text_at_the_object, "app/prog.bpf.o: exists and is not an ELF object"),
    ],
)
def test_files_of_the_wrong_kind(
    project: Path, capsys: _Said, prepare: Callable[[Path], object], message: str
) -> None:
    prepare(project)
    before = _tree(project)
    assert main(["prog.bpf.c", "-o", "app"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert _tree(project) == before


def test_a_file_in_the_place_of_the_folder(project: Path, capsys: _Said) -> None:
    (project / "app").write_text("precious")
    with pytest.raises(SystemExit, match="2"):
        main(["prog.bpf.c", "-o", "app"])
    assert "-o app: not a folder" in capsys.readouterr().err
    assert (project / "app").read_text() == "precious"


def test_a_folder_that_cannot_be_written_to(project: Path, capsys: _Said) -> None:
    """Root may write anywhere but here."""
    assert main(["prog.bpf.c", "-o", "/proc/self/app"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("btf-stubs: /proc/self/app/prog.bpf.o: ")
    assert project.exists()


def test_a_depfile_that_cannot_be_written(project: Path, capsys: _Said) -> None:
    assert main(["prog.bpf.c", "-o", "app", "--depfile", "no/such/prog.d"]) == 1
    assert capsys.readouterr().err == "btf-stubs: no/such/prog.d: no such file\n"
    assert (project / "app/prog.bpf.o").exists()


def test_no_room_for_temporary_files(
    project: Path, capsys: _Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    assert main(["prog.bpf.c", "-o", "app"]) == 1
    assert (
        "prog.bpf.c: cannot write temporary files (No usable temporary directory found); set"
        in capsys.readouterr().err
    )
    assert not (project / "app").exists()


def test_objects_and_c_files_may_be_mixed(project: Path, capsys: _Said) -> None:
    main(["prog.bpf.c", "-o", ".", "-q"])
    (project / "prog.bpf.o").rename("ready.bpf.o")
    assert main(["ready.bpf.o", "prog.bpf.c", "-o", "app"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "app/ready_bpf.pyi: written",
        "app/prog.bpf.o: written",
        "app/prog_bpf.pyi: written",
    ]


def test_a_module_of_another_name(project: Path) -> None:
    assert main(["prog.bpf.c", "-o", "app", "--module", "types", "-q"]) == 0
    assert [*_tree(project / "app")] == ["prog.bpf.o", "types.pyi"]


def test_objects_alone_import_no_compiler(project: Path) -> None:
    main([str(project / "prog.bpf.c"), "-o", ".", "-q"])
    code = "from btf_typing._commands.btf_stubs import main; import sys; main(sys.argv[1:])"
    check = "print('btf_typing._commands.compile' in sys.modules)"
    words = [
        sys.executable,
        "-S",
        "-c",
        f"import sys; sys.path[:0] = {sys.path!r}; {code}; {check}",
    ]
    done = subprocess.run([*words, "prog.bpf.o", "-o", ".", "-q"], capture_output=True, check=True)
    assert done.stdout == b"False\n"


def test_which_files_are_c() -> None:
    assert compile_options.object_path("a/prog.bpf.c", "out") == "out/prog.bpf.o"
    assert compile_options.object_path("a/prog.bpf.c", "-") == "a/prog.bpf.o"
    assert compile_options.object_path("a/prog.bpf.o", "out") == "a/prog.bpf.o"
    assert not compile_options.is_source("prog.cc")
