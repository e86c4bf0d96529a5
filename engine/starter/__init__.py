"""`voronka init`: a workspace written whole or not at all, empty or with the data of a made-up client."""

from engine.starter.start import CHANNELS, init

__all__ = ["CHANNELS", "init"]
