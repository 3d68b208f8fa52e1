"""Hand-written ctypes classes: read from the user's source, and built again for validation.

Comments with code, such as ``# c_char * 16``, show the line of a user's program that a branch
handles. Each module imports only modules above it:

- `ctypes_bases`: which classes are structures or unions
- `description`: the form in which a class is kept between reading and building it
- `name_resolver`: what a name in a class definition refers to
- `field_types`: the types and numbers in ``_fields_``
- `class_attributes`: where a class gets ``_fields_``, ``_pack_`` and the like
- `class_checks`: whether other code may change a class
- `class_reader`: the description of a class
- `class_builder`: the class that a description describes
- `target_python`: whether another Python lays the class out in the same way
"""
