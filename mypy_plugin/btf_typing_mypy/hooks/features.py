"""The features of the plugin. Each is an attribute of `Features`, and has a module in this folder.

The tables in ``hook_tables.py`` map each question of mypy to one of the features.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from mypy.nodes import MypyFile
from mypy.plugin import AttributeContext
from mypy.types import Type

from btf_typing_mypy import compat
from btf_typing_mypy.handwritten.ctypes_bases import BaseClasses
from btf_typing_mypy.project.object_types import Project
from btf_typing_mypy.source.btf_classes import BtfClasses
from btf_typing_mypy.source.source_text import ReadText

from .annotations import Annotations
from .bound_methods import BoundMethods
from .function_results import FunctionResults
from .load import Load
from .lookups import Lookups

if TYPE_CHECKING:
    from .mangled_names import MangledNames
    from .map_encoders import MapEncoders
    from .maps_programs_sections import ObjectItems
    from .narrowing import Narrowing
    from .stub_object import StubObjects
    from .tinybpf import TinybpfItems
    from .validate import Validate


class Features:
    """The features in one run of mypy.

    Args:
        project: objects and stubs of the project.
        modules: returns every module that mypy has loaded, by name.

    Attributes:
        bases: recognises the base classes for which mypy calls ``validate.class_defined``.
    """

    def __init__(self, project: Project, modules: compat.Modules) -> None:
        self._project = project
        self._modules = modules
        self._btf_classes = BtfClasses(project, modules)
        self.bases = BaseClasses(modules, daemon=project.files.read_tracker.daemon)
        # ``hook_tables.py`` uses `bound_methods`, `load` and `lookups`. When mypy checks our own
        # code, it checks the tables before this module. So these three need explicit types.
        self.bound_methods: BoundMethods = BoundMethods(project, self._btf_classes)
        results = FunctionResults(project, self._btf_classes)
        self.load: Load = Load(project, self._btf_classes, modules, self.bound_methods, results)
        self.lookups: Lookups = Lookups(project, self._btf_classes, modules, self._class_found)
        self.annotations = Annotations(project, self._btf_classes, modules)

    def _class_found(self, tree: MypyFile, read_text: ReadText) -> None:
        """Replace variables by their classes in the class patterns of *tree*: ``case Event():``.

        `Lookups` calls this method when it checks a call that returns a class. mypy has not yet
        checked the patterns below the call.
        """
        self.narrowing.class_patterns(tree, read_text)

    # Few programs use all the features below, so their modules are imported on demand.

    @cached_property
    def object_items(self) -> ObjectItems:
        """``obj.maps[name]``, ``obj.programs[name]`` and ``obj.sections[name]``."""
        from .maps_programs_sections import ObjectItems  # noqa: PLC0415

        return ObjectItems(self._project, self.lookups, self._modules)

    @cached_property
    def map_encoders(self) -> MapEncoders:
        """``counts.encode_key(key)`` and the like."""
        from .map_encoders import MapEncoders  # noqa: PLC0415

        return MapEncoders(self._project)

    @cached_property
    def mangled_names(self) -> MangledNames:
        """``event.__state`` in the body of a class."""
        from .mangled_names import MangledNames  # noqa: PLC0415

        return MangledNames(self._project, self._modules)

    @cached_property
    def narrowing(self) -> Narrowing:
        """``isinstance(x, Event)`` and ``case Event():``."""
        from .narrowing import Narrowing  # noqa: PLC0415

        return Narrowing(self._project, self.annotations)

    @cached_property
    def tinybpf_items(self) -> TinybpfItems:
        """``obj.maps[name]``, ``obj.map(name)`` and ``obj.program(name)`` of tinybpf's objects."""
        from .tinybpf import TinybpfItems  # noqa: PLC0415

        return TinybpfItems(self._project, self.lookups, self._modules)

    @property
    def unknown_attribute(self) -> Callable[[AttributeContext], Type]:
        """``Event.pidd``, where ``Event`` is a hand-written class."""
        from .unknown_attributes import unknown_attribute  # noqa: PLC0415

        return unknown_attribute

    @cached_property
    def stub_objects(self) -> StubObjects:
        """The class ``Object`` of a stub, and ``obj`` in a module of ``btf-stubs --live``."""
        from .stub_object import StubObjects  # noqa: PLC0415

        return StubObjects(self._project, self.bound_methods)

    @cached_property
    def validate(self) -> Validate:
        """``@btf.validate(name)`` and ``btf.validate_struct(name, cls)``."""
        from .field_declarations import FieldDeclarations  # noqa: PLC0415
        from .validate import Validate  # noqa: PLC0415

        fields = FieldDeclarations(self._btf_classes, self.annotations, self._modules)
        return Validate(self._project, self._btf_classes, self.lookups, fields)
