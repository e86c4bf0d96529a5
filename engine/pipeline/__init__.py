"""Workspace and store -> audit: what every command that measures goes through."""
