"""Layouts to ctypes classes, their instances, and validation of hand-written classes."""
