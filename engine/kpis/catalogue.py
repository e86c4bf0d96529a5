"""The catalogue of KPIs: importing a family of them puts its functions in."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kpis import counted, quality, timed
from engine.kpis.kpi import Kpi, registered

FAMILIES = (timed, counted, quality)

catalogue: Mapping[str, Kpi] = MappingProxyType(dict(sorted(registered.items())))
"""Every KPI by name."""
