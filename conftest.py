"""The plug-in that tests of plug-ins need must be named here, beside pyproject.toml."""

from importlib.metadata import entry_points

pytest_plugins = ["pytester"]
if not any(entry.name == "voronka" for entry in entry_points(group="pytest11")):
    pytest_plugins.append("engine.bdd.plugin")  # not installed: the features of tests/features are run all the same
