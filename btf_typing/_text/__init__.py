"""Types as C text, for comments, docstrings and terminals."""
