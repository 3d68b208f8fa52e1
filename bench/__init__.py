"""Measurements of speed and memory, beside other tools: ``python -m bench``."""
