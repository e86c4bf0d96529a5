"""The plug-in that tests of plug-ins need must be named here, beside pyproject.toml."""

pytest_plugins = ["pytester"]
