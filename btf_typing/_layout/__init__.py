"""BTF records to layouts: where each member lies, as which type, and under which name."""
