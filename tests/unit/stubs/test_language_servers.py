"""What editors offer to complete in a program that imports a module of ``btf-stubs --live``."""

import shutil
import sys
from pathlib import Path

import pytest

from btf_typing._commands.btf_stubs import main
from tests.docs.markdown import snippets
from tests.language_server import LanguageServer
from tests.paths import ROOT
from tests.unit.stubs.test_checker_table import CHECKERS, cases, program, write_project

_OBJECT = ROOT / "tests/typing/checkers/prog.bpf.o"
_IMPORT = "from app.prog_bpf import exec_event, exec_kind, obj\n"
_OBJ = "from app.prog_bpf import obj\n"

SERVERS = {
    "pyright": ("pyright-langserver", "--stdio"),
    "basedpyright": ("basedpyright-langserver", "--stdio"),
    "ty": ("ty", "server"),
    "pyrefly": ("pyrefly", "lsp"),
    "zuban": ("zuban", "server"),
}

PROBES = {
    "import": ("from app.prog_bpf import exec", {"exec_event", "exec_kind", "exec_count_t"}),
    "field": (f"{_IMPORT}exec_event().p", {"pid"}),
    "field of an element": (f"{_IMPORT}exec_event().history[0].u", {"uid"}),
    "keyword": (f"{_IMPORT}exec_event(p", {"pid"}),
    "enumerator": (f"{_IMPORT}exec_kind.EXEC", {"EXEC_ABSOLUTE", "EXEC_RELATIVE"}),
    "attribute": (f"{_IMPORT}obj.", {"btf", "maps", "programs", "sections"}),
    "field of struct()": (f'{_IMPORT}obj.btf.struct("exec_event")().p', {"pid"}),
    "field of a map's value": (f'{_IMPORT}obj.maps["counts"].value().', {"count"}),
    "global": (f'{_IMPORT}obj.sections[".bss"].', {"seen"}),
    "name of a struct": (f'{_OBJ}obj.btf.struct("', {"addr", "addr_t", "creds", "exec_event"}),
    "name of a map": (f'{_OBJ}obj.maps["', {"addresses", "counts", "events"}),
    "name of a program": (f'{_OBJ}obj.programs["', {"handle_exec"}),
    "name of a section": (f'{_OBJ}obj.sections["', {".bss", ".rodata"}),
}
"""The program, which ends at the cursor, and names that an editor should offer there."""

_ITEMS = ("name of a map", "name of a program", "name of a section")
NOT_OFFERED = {
    # It completes literals of arguments, and not of indices.
    **{("ty", probe): PROBES[probe][1] for probe in _ITEMS},
    # It completes nothing inside strings.
    **{("zuban", probe): PROBES[probe][1] for probe in ("name of a struct", *_ITEMS)},
}
"""Names that a server does not offer."""

SOME_OFFERED = {("pyrefly", "name of a struct")}
"""Probes for which a server offers some of the names: those of one overload."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor").resolve()
    (folder / "app").mkdir()
    (folder / "app/__init__.py").touch()
    (folder / "btf_typing").symlink_to(ROOT / "btf_typing")
    shutil.copy(_OBJECT, folder / "app/prog.bpf.o")
    assert main([str(folder / "app/prog.bpf.o"), "-o", str(folder / "app"), "--live", "-q"]) == 0
    return folder


@pytest.mark.parametrize("name", SERVERS)
def test_an_editor_completes_what_the_object_has(name: str, project: Path) -> None:
    program(name)  # skips if it is missing
    settings = CHECKERS[name].settings
    if settings:
        (project / settings[0]).write_text(settings[1])
    command, *arguments = SERVERS[name]
    path = str(Path(sys.executable).parent / command)
    with LanguageServer([path, *arguments], project, {}) as server:
        for number, (probe, (text, wanted)) in enumerate(PROBES.items()):
            labels = server.completions(f"probe_{number}.py", text)
            offered = {label.strip("\"'").removesuffix("=") for label in labels}
            if (name, probe) in SOME_OFFERED:
                assert wanted & offered, probe
            else:
                assert wanted - offered == NOT_OFFERED.get((name, probe), set()), probe


def test_vs_code_with_the_settings_of_the_docs_finds_every_mistake(tmp_path: Path) -> None:
    program("pyright")  # skips if it is missing
    page = ROOT / "docs/howto/editors.md"
    (settings,) = (one.text for one in snippets(page) if one.file == "pyrightconfig.json")
    folder = tmp_path.resolve()
    (folder / "pyrightconfig.json").write_text(settings)
    write_project(folder, "live")
    server = [str(Path(sys.executable).parent / "pyright-langserver"), "--stdio"]

    with LanguageServer(server, folder, {"python.analysis.typeCheckingMode": "off"}) as running:
        lines = running.errors("live.py", (folder / "live.py").read_text())

    wrong = {number for number, (kind, _) in cases("live").items() if kind == "wrong"}
    assert lines == wrong
