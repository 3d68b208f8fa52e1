"""Functions that return an object, without an annotation that says which one.

::

    @pytest.fixture
    def obj():
        return load("prog.bpf.o")

    def test_event(obj):
        assert obj.btf.struct("event")().pid == 0

To mypy, the result of a function without a return annotation is Any, and mypy calls no hook for
attributes of Any. So this module reports the function. If the annotation is only ``BpfObject``,
`Lookups` reports each look-up in the result, such as ``opened().btf.struct("event")``. A test gets
the result of a fixture as a parameter, and the plugin does not see which fixture that is. So
this module also reports a fixture with this annotation, if the object has a stub.
"""

from __future__ import annotations

from functools import partial

from mypy.plugin import CheckerPluginInterface

from btf_typing_mypy import compat
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source.btf_classes import BtfClasses
from btf_typing_mypy.source.lost_identity import LostIdentity
from btf_typing_mypy.source.references import last_names_of_decorators

from . import unresolved

_FIXTURE = "fixture"
"""The last name of ``pytest.fixture``, ``pytest_asyncio.fixture`` and the like."""


class FunctionResults:
    """Reports functions whose result loses the identity of an object.

    Args:
        project: objects and stubs of the project.
        btf_classes: finds the objects that expressions stand for.
    """

    def __init__(self, project: Project, btf_classes: BtfClasses) -> None:
        self._project = project
        self._btf_classes = btf_classes

    def report(self, api: CheckerPluginInterface) -> None:
        """Report the function that mypy checks now, if it does not say which object it returns."""
        function = compat.current_function(api)
        if function is None:
            return
        tree, type_of = compat.tree_of(api), compat.checker(api).lookup_type
        depend = partial(compat.depend_on_name, api)
        lost = LostIdentity(tree, self._btf_classes.objects, type_of, depend).of_result(function)
        if lost is None:
            return
        is_fixture = _FIXTURE in last_names_of_decorators(function, tree)
        # An object without a stub is probably the data of a test, and not a program to check.
        has_stub = any(map(self._project.has_stub, lost.objects))
        if lost.class_name and not (is_fixture and has_stub):
            return
        found = (
            f'the annotation "{lost.class_name}" does not say which object'
            if lost.class_name
            else "no return annotation says which object"
        )
        message = f'not checked: {found} "{function.name}" returns; write {lost.cure}'
        if is_fixture:
            message += " here and at the parameters of the tests"
        unresolved.report(self._project, api, message, function, lost=True)
