"""A consultant's workspace: voronka.yaml, processes/, rules/ found, loaded and checked against each other."""

from engine.workspace.files import SETTINGS, library
from engine.workspace.load import check, find, load
from engine.workspace.types import Check, Kind, Workspace

__all__ = ["SETTINGS", "Check", "Kind", "Workspace", "check", "find", "library", "load"]
