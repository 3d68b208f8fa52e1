"""Hand-written ctypes classes, read from source and rebuilt for validation."""
