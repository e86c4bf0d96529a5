"""Findings -> actions -> plan."""
