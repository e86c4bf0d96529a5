"""Tests of what the plan says of planted problems."""
