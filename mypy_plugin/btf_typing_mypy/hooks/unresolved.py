"""``[btf-unresolved]``: calls that the plugin cannot check, and whether to report them."""

from __future__ import annotations

from mypy.nodes import Context
from mypy.plugin import CheckerPluginInterface

from btf_typing_mypy import compat, error_codes
from btf_typing_mypy.project.object_types import Project


def annotation_advice(class_name: str) -> str:
    """What to write if the object is known only at run time.

    Args:
        class_name: the class of the object, ``BpfObject`` or ``Btf``.
    """
    return f'annotate the object as {class_name}[Literal["prog.bpf.o"]]'


def report(
    project: Project,
    api: CheckerPluginInterface,
    message: str,
    context: Context,
    *,
    lost: bool = False,
) -> None:
    """Report a call that the plugin cannot check, if the settings ask for it.

    Args:
        project: has the settings.
        api: mypy's checker.
        message: what is not checked, why, and what to write instead.
        context: where to report it.
        lost: whether the program names the object, but the plugin cannot follow the object to the
            call. For example, a variable has the annotation ``BpfObject``, or the call goes through
            ``functools.partial()``. With ``unresolved = default``, the plugin always reports such a
            call. It reports other calls only if mypy's ``enable_error_code`` asks for them.
    """
    project.files.depend_on_settings()
    wanted = project.files.settings.unresolved
    enabled = error_codes.BTF_UNRESOLVED in compat.checker(api).options.enabled_error_codes
    if wanted == "all" or (wanted == "default" and (lost or enabled)):
        compat.fail(api, message, context, error_codes.BTF_UNRESOLVED)
