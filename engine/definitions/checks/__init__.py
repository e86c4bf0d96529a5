"""Sense within one file: what the shape alone cannot say."""

from engine.definitions.checks.process import check_process
from engine.definitions.checks.rules import check_actions, check_rules
from engine.definitions.checks.settings import FORMAT, check_format, check_settings

__all__ = ["FORMAT", "check_actions", "check_format", "check_process", "check_rules", "check_settings"]
