"""YAML files a consultant writes, read into frozen dataclasses with a place for every value."""
