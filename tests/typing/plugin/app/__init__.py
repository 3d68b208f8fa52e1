"""A package that contains an object."""
