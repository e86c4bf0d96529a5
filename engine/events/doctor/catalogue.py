"""The catalogue of diagnoses: importing a family of them puts its functions in."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.events.doctor import cells, log, names, shape, times
from engine.events.doctor.diagnosis import Entry, registered

FAMILIES = (shape, cells, times, names, log)

catalogue: Mapping[str, Entry] = MappingProxyType(dict(sorted(registered.items())))
"""Every diagnosis by its code."""
