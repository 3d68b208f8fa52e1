"""Facts that the text of a stub contains, for callers that have not decoded its object."""

from __future__ import annotations

import re

# class exec_event(Struct):
#     """struct exec_event, 64 bytes"""
#
# The bases of a class can take several lines, and a comment can follow them. The name is everything
# before the parenthesis, because ``\w`` does not match the middle dot.
_CLASS_OF_TAG = re.compile(
    r'\nclass ([^(:\n]+)\([^()]*\):(?:  # .*)?\n    """(struct|union|enum) \1, '
)


def classes_of_tags(stub: str) -> frozenset[tuple[str, str]]:
    """The keyword and the name of each struct, union and enum whose class has the name of its tag.

    If several types share the name and the keyword, only the first in the BTF has a class of this
    name. So for each item of the result, such as ``("struct", "event")``, the class ``event`` of
    the stub represents the type that ``btf.struct("event")`` returns.

    Args:
        stub: the text of an up-to-date stub.
    """
    return frozenset((keyword, name) for name, keyword in _CLASS_OF_TAG.findall(stub))
