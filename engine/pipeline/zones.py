"""Moments of the store (UTC, no zone) as the workspace's clock shows them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def local(moment: datetime, zone: str) -> datetime:
    """A moment in UTC without a zone, as local time without a zone."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
