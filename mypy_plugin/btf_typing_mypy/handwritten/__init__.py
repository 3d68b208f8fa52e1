"""Hand-written ctypes classes: the plugin reads them from the source and rebuilds them.

The plugin compares the layout of the rebuilt class with the BTF of the object.

A comment that contains code, such as ``# c_char * 16``, is an example of user code. It shows the
case that the code beside or below the comment handles. Each module imports only modules above it in
this list:

- `ctypes_bases`: which classes are structures or unions
- `class_description`: the form in which a class is stored after it is read and before it is built
- `name_resolver`: what a name in a class definition refers to
- `field_types`: the types and numbers in ``_fields_``
- `class_attributes`: where a class gets ``_fields_``, ``_pack_`` and the like
- `class_checks`: whether other code can change the layout of a class
- `class_reader`: makes the description of a class from its source
- `class_builder`: builds a class from its description
- `target_python`: whether another Python lays the class out in the same way
"""
