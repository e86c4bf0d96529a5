"""Words that have a meaning of their own in every workspace."""

import re

DERIVED_DIMENSIONS = ("weekday", "hour", "weekday_hour", "month", "half", "swept", "in_hours", "returning", "load")
"""Dimensions made for every case from its start and its client."""

KNOWN_ATTRIBUTES = ("manager", "source", "product", "channel", "amount", "loss_reason", "client", "branch")
"""Attributes whose meaning every room knows; others are free."""


def is_name(text: str) -> bool:
    """Letters (Cyrillic too), digits and `_`: what a condition can write without backticks."""
    return re.fullmatch(r"[^\W\d]\w*", text) is not None
