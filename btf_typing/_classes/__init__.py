"""Places to ctypes classes, what their instances can do, and the check of hand-written ones."""
