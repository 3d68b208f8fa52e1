"""The search for the annotation that loses an object: what it follows, and how often."""

import importlib
from collections import Counter
from collections.abc import Callable
from typing import Any

from mypy.nodes import Expression, MypyFile, NameExpr
from mypy.types import AnyType, TypeOfAny

from tests.plugin import objects
from tests.plugin.parsing import last_argument
from tests.plugin.workspace import Workspace

# Import them by their installed names: here mypy knows them as mypy_plugin.btf_typing_mypy.
lost_identity = importlib.import_module("btf_typing_mypy.source.lost_identity")
call_arguments = importlib.import_module("btf_typing_mypy.source.call_arguments")

_CALLS = 20


def test_a_variable_that_many_calls_pass_is_followed_once() -> None:
    show = "def show(obj: BpfObject) -> None: print(obj)\n"
    calls = "def main(name: str) -> None:\n  obj = load(name)\n" + "  show(obj)\n" * _CALLS
    tree, _ = last_argument(f"from btf_typing import BpfObject, load\n{show}{calls}print(show)")
    asked: Counter[str] = Counter()

    def find(expression: Expression, _: MypyFile, depend: Callable[[str], object]) -> list[str]:
        depend("settings.PATH")
        asked[expression.name if isinstance(expression, NameExpr) else "call"] += 1
        return [] if isinstance(expression, NameExpr) else ["prog.bpf.o"]

    def type_of(_: Expression) -> AnyType:
        return AnyType(TypeOfAny.special_form)

    function: Any = tree.names["show"].node
    obj = function.body.body[0].expr.args[0]
    names: list[str] = []
    loss = lost_identity.LostIdentity(tree, find, type_of, names.append).of(obj)
    assert (loss.class_name, loss.objects) == ("BpfObject", ["prog.bpf.o"])
    assert asked == {"obj": 1, "call": 1}
    assert set(names) == {"settings.PATH"}


def test_the_class_of_an_item_of_a_long_list() -> None:
    """Each statement refers to the same variable, so following all of them never ends."""
    node = "class Node:\n  def __init__(self) -> None: self.next = self\nnode = Node()\n"
    tree, argument = last_argument(node + "node = node.next\n" * 25 + "print(node)")
    assert call_arguments.class_of(argument, tree) is None


def test_a_dataclass_that_mypy_has_read_from_its_cache(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.stub("prog.bpf.o")
    workspace.write(
        "config.py",
        "from dataclasses import dataclass\nfrom btf_typing import BpfObject\n\n"
        "@dataclass\nclass Config:\n    obj: BpfObject\n",
    )
    user = "from config import Config\n\ndef use(config: Config) -> None:\n"
    user += '    config.obj.btf.struct("event")\n'
    for text in (user, f"{user}# edited\n"):
        workspace.write("user.py", text)
        assert workspace.mypy("user.py").text.startswith("Success")
