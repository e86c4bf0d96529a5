"""Audit -> documents."""
