"""From BTF records to layouts: the place, the ctypes type and the name of each member."""
