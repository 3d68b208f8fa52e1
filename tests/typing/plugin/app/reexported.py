"""Passes classes of another module on to a third."""

from app.classes import Creds as Owner
from app.classes import Event

from . import classes

__all__ = ["Event", "Kind", "Owner", "Pair", "Same", "classes"]

Same = Event
Kind = classes.obj.btf.enum("kind")
Pair = Event | Owner
