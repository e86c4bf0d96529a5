"""`python -m engine` is the `voronka` command."""

from engine.cli import run

run()
