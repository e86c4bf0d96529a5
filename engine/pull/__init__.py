"""Rows of a CRM saved as it gives them: `voronka pull` is the only command that asks the network.

`vendors` describes each system as data, `check` looks at definitions, `keys` holds secrets, `line` asks politely,
`paging` walks lists, `saving` keeps what has come, `pulling` tells the story.
"""

from engine.pull.check import check_pulls
from engine.pull.line import Clock
from engine.pull.pulling import Pulled, pull

__all__ = ["Clock", "Pulled", "check_pulls", "pull"]
