"""Functions whose annotations name the object that they return."""

from tests.plugin import objects
from tests.plugin.workspace import Workspace
from tests.typing.runner import newest

_PROGRAM = """\
from btf_typing import Btf

class Iterator:
    def struct(self, name: str) -> type[int]:
        return int

def make() -> Iterator:
    return Iterator()

event = make().struct("event")
reveal_type(event)

def show(number: event) -> None: ...
"""


def test_a_class_called_iterator_may_have_no_type_parameters(workspace: Workspace) -> None:
    workspace.write("prog.bpf.o", objects.compiled())
    workspace.write("check.py", _PROGRAM)
    output = newest(workspace.mypy("check.py").text)
    assert 'check.py:11: note: Revealed type is "type[int]"' in output
    assert 'check.py:13: error: Variable "check.event" is not valid as a type' in output
