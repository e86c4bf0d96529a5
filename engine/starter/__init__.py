"""`voronka init`: a workspace written whole or not at all, empty or with the data of a made-up client."""

from engine.starter.start import init
from engine.starter.trades import CHANNELS, TRADES

__all__ = ["CHANNELS", "TRADES", "init"]
