"""Intervals and curves as SQL: estimates are functions of summed partials alone."""
