"""A package that has an object inside."""
